"""How many examples a property is tried with: a fifth in the fast suite, all in the thorough one.

The thorough suite tries every property again, with all.
"""

import os

ALL = os.environ.get("EXAMPLES") == "all"
FEWEST = 5


def examples(count: int) -> int:
    """So many examples, or a fifth of them."""
    return count if ALL else max(count // 5, FEWEST)
