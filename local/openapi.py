"""`make openapi`: the API's description for programs, written from the addresses themselves."""

from hotpapers.web.site_routes import write_description
from local import console
from local.template import PROJECT

DESCRIPTION = PROJECT / "docs" / "openapi.json"


def main() -> None:
    """Write the description; a test compares it."""
    DESCRIPTION.write_bytes(write_description())


if __name__ == "__main__":
    console.run(main)
