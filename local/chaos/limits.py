"""How long everything may take."""

from collections.abc import Mapping

SOURCE = "source"
LIMITS: Mapping[str, float] = {"collector": 900, "renderer": 300, "API": 10, SOURCE: 135}
"""For how many seconds the functions may run, in the template: then Lambda ends them. A source has
120 (`SOURCE_SECONDS`), and 15 more until it is left behind."""
