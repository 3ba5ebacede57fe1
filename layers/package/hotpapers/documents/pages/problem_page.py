"""The page of an error."""

from hotpapers.documents.pages.layout import Head, write_page
from hotpapers.documents.site import Site

LEADS = {
    400: "This cannot be asked so",
    404: "There is nothing here",
    405: "This address is for reading",
    406: "There is no such form of it",
    410: "This has been measured again",
    503: "Please come back in a moment",
}
"""What errors mean, in a reader's words."""


def write_problem_page(status: int, title: str, detail: str, site: Site) -> bytes:
    """The page of an HTTP status, in UTF-8: its title, and what is wrong in this case."""
    return write_page(
        "problem",
        Head(title=f"{title}", description=detail, path="", indexed=False),
        site,
        status=status,
        title=title,
        lead=LEADS.get(status, title),
        detail=detail,
    )
