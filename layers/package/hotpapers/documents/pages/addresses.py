"""The addresses of the site, as paths."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

Parameter = tuple[str, str]
"""The name and the value of a query parameter."""

SEARCH, ARCHIVE, DIGESTS, FEEDS = "/search", "/archive", "/digests", "/feeds"
DOCUMENTATION, OPENAPI, STATUS = "/docs", "/openapi.json", "/status"


def digest_path(day: date) -> str:
    """Where a day's digest is."""
    return f"{DIGESTS}/{day}"


def roundup_path(name: str) -> str:
    """Where the roundup of a week or month is, by the period's name."""
    return f"{DIGESTS}/{name}"


def paper_path(paper: str) -> str:
    """Where all that is known of a paper is."""
    return f"/papers/{paper}"


def year_path(year: int) -> str:
    """Where the calendar of a year is."""
    return f"{ARCHIVE}/{year}"


def with_parameters(path: str, parameters: Iterable[Parameter]) -> str:
    """The path with query parameters, if there are any."""
    query = urlencode(list(parameters), errors="replace", safe=",*:")
    return f"{path}?{query}" if query else path


def category_path(category: str) -> str:
    """Where the papers of a category are found."""
    return with_parameters(SEARCH, [("category", category)])
