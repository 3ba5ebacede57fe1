"""arXiv's query API, replayed: as strict as the real one where that catches a mistake of ours."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from werkzeug.wrappers import Request, Response

from local.upstreams.dataset import Record, moment
from local.upstreams.replies import RefusedError, add_element, not_acceptable, xml_response
from local.upstreams.taxonomy import SHOWN_NAMES

_Matches = Callable[[Record], bool]


class ArxivReplay:
    """arXiv's query API over the papers of a data set."""

    LARGEST_PAGE = 2000
    SORTS = ("relevance", "lastUpdatedDate", "submittedDate")
    ORDERS = ("ascending", "descending")

    def __init__(self, papers: Sequence[Record], page_size: int | None) -> None:
        self._papers = papers
        self._page_size = page_size or self.LARGEST_PAGE

    def answer(self, request: Request) -> Response:
        """What arXiv would answer."""
        if refusal := not_acceptable(request):
            return refusal
        try:
            feed = self._feed(request.values)
        except RefusedError as error:
            return _feed_response(_error_feed(error), status=400)
        return _feed_response(feed)

    def _feed(self, query: Mapping[str, str]) -> Element:
        search, ids = query.get("search_query", ""), query.get("id_list", "")
        named = _named(ids) if ids else _every
        searched = _ArxivQuery(search).matches if search or not ids else _every
        start = _whole_number(query, "start", 0, smallest=0)
        size = _whole_number(query, "max_results", 10, smallest=1, largest=self.LARGEST_PAGE)
        papers = self._sorted(
            (paper for paper in self._papers if named(paper) and searched(paper)),
            _one_of(query, "sortBy", self.SORTS, "relevance"),
            _one_of(query, "sortOrder", self.ORDERS, "descending"),
        )
        asked: dict[str, str | int] = {
            "search_query": search,
            "start": start,
            "max_results": size,
            "id_list": ids,
        }
        return _result_feed(asked, len(papers), papers[start : start + min(size, self._page_size)])

    @staticmethod
    def _sorted(papers: Iterable[Record], by: str, order: str) -> list[Record]:
        if by == "relevance":
            return list(papers)
        date = "published" if by == "submittedDate" else "updated"
        return sorted(
            papers,
            key=lambda paper: (moment(paper[date]), paper["id"]),
            reverse=order == "descending",
        )


def _whole_number(
    query: Mapping[str, str], name: str, default: int, *, smallest: int, largest: int | None = None
) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal():
        raise RefusedError(f"{name} must be an integer")
    number = int(text)
    if number < smallest:
        raise RefusedError(
            f"{name} must be non-negative" if not smallest else f"{name} is too small"
        )
    if largest is not None and number > largest:
        raise RefusedError(f"{name} must not exceed {largest}")
    return number


def _one_of(query: Mapping[str, str], name: str, values: Sequence[str], default: str) -> str:
    value = query.get(name, default)
    if value not in values:
        raise RefusedError(f"{name} must be in: {', '.join(values)}")
    return value


def _every(_paper: Record) -> bool:
    return True


def _named(ids: str) -> _Matches:
    """Tells whether a paper is one of a list; one with a version is only that version."""
    names = ids.split(",")
    for name in names:
        if not _PAPER_ID.fullmatch(name):
            fragment = f"incorrect_id_format_for_{name}"
            raise RefusedError(f"incorrect id format for {name}", fragment)
    wanted = set(names)
    return lambda paper: not wanted.isdisjoint({paper["id"], f"{paper['id']}v{paper['version']}"})


_PAPER_ID = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v[1-9]\d*)?", re.ASCII)


class _ArxivQuery:
    """The part of arXiv's query language that asks for categories and dates of submission.

    A level that mixes operators without parentheses is refused: which one binds first is written
    nowhere, so a client must not depend on it.
    """

    _TOKEN = re.compile(
        r"(?P<date>submittedDate:\[\d{4,14} TO \d{4,14}\])|cat:(?P<category>[\w.*-]+)"
        r"|(?P<operator>AND|OR)\b|(?P<bracket>[()])|(?P<space>\s+)|(?P<other>.)"
    )

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [token for token in self._TOKEN.finditer(text) if not token["space"]]
        self.matches = self._level()
        if self._tokens:
            raise self._refused()

    def _refused(self) -> RefusedError:
        return RefusedError(f"Invalid query string: '{self._text}'")

    def _level(self) -> _Matches:
        terms = [self._term()]
        operators: set[str] = set()
        while self._tokens and self._tokens[0]["bracket"] != ")":
            # A missing operator means OR.
            operator = self._tokens[0]["operator"]
            operators.add(operator or "OR")
            if operator:
                self._tokens.pop(0)
            terms.append(self._term())
        if len(operators) > 1:
            raise self._refused()
        combine = all if operators == {"AND"} else any
        return lambda paper: combine(matches(paper) for matches in terms)

    def _term(self) -> _Matches:
        if not self._tokens:
            raise self._refused()
        token = self._tokens.pop(0)
        if token["bracket"] == "(":
            inner = self._level()
            if not self._tokens:
                raise self._refused()
            self._tokens.pop(0)
            return inner
        if token["category"]:
            return _in_category(token["category"])
        if token["date"]:
            return _submitted_within(*re.findall(r"\d+", token["date"]))
        raise self._refused()


_SECOND_NAMES = {shown: second for second, shown in SHOWN_NAMES.items()}
"""Categories that are one and the same: both names find."""


def _in_category(pattern: str) -> _Matches:
    def matches(paper: Record) -> bool:
        names = [name for name in paper["categories"] if name]
        names += [_SECOND_NAMES[name] for name in names if name in _SECOND_NAMES]
        return any(fnmatchcase(name, pattern) for name in names)

    return matches


def _submitted_within(first: str, last: str) -> _Matches:
    start, end = _minute(first, "0101", "0000"), _minute(last, "1231", "2359")
    return lambda paper: start <= moment(paper["published"]) <= end


def _minute(digits: str, day: str, time_of_day: str) -> datetime:
    """The exact start of a minute: arXiv compares both ends with second :00 of theirs.

    So an end of 17:59 loses what was submitted from 17:59:01 to 17:59:59.
    """
    padded = digits if len(digits) > 4 else digits + day
    padded = padded if len(padded) > 8 else padded + time_of_day
    try:
        return datetime.strptime(padded[:12], "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError as error:
        raise RefusedError(f"Invalid date: '{digits}'") from error


_NAMESPACES = {
    "xmlns:opensearch": "http://a9.com/-/spec/opensearch/1.1/",
    "xmlns:arxiv": "http://arxiv.org/schemas/atom",
    "xmlns": "http://www.w3.org/2005/Atom",
}
_ANSWERED_AT = "2026-11-23T00:00:00Z"


def _feed_head(identity: str, title: str, link: str, counts: Mapping[str, str | int]) -> Element:
    feed = Element("feed", _NAMESPACES)
    add_element(feed, "id", identity)
    add_element(feed, "title", title)
    add_element(feed, "updated", _ANSWERED_AT)
    if link:
        add_element(feed, "link", href=link, type="application/atom+xml")
    for name, count in counts.items():
        add_element(feed, f"opensearch:{name}", str(count))
    return feed


def _result_feed(asked: Mapping[str, str | int], total: int, papers: Sequence[Record]) -> Element:
    names = ("search_query", "id_list", "start", "max_results")
    query = "&".join(f"{name}={asked[name]}" for name in names)
    identity = hashlib.sha256(query.encode()).hexdigest()[:27]
    feed = _feed_head(
        f"https://arxiv.org/api/{identity}",
        f"arXiv Query: {query}",
        f"https://arxiv.org/api/query?{urlencode(asked, safe=',')}",
        {
            "itemsPerPage": asked["max_results"],
            "totalResults": total,
            "startIndex": asked["start"],
        },
    )
    for paper in papers:
        _add_entry(feed, paper)
    return feed


def _add_entry(feed: Element, paper: Record) -> None:
    entry = add_element(feed, "entry")
    name = f"{paper['id']}v{paper['version']}"
    add_element(entry, "id", f"http://arxiv.org/abs/{name}")
    add_element(entry, "title", paper["title"])
    add_element(entry, "updated", paper["updated"])
    page, document = f"https://arxiv.org/abs/{name}", f"https://arxiv.org/pdf/{name}"
    add_element(entry, "link", href=page, rel="alternate", type="text/html")
    add_element(entry, "link", href=document, rel="related", type="application/pdf", title="pdf")
    add_element(entry, "summary", paper["abstract"])
    for category in paper["categories"]:
        add_element(entry, "category", term=category, scheme="http://arxiv.org/schemas/atom")
    add_element(entry, "published", paper["published"])
    if paper.get("comment"):
        add_element(entry, "arxiv:comment", paper["comment"])
    add_element(entry, "arxiv:primary_category", term=paper["categories"][0])
    for author in paper["authors"]:
        add_element(add_element(entry, "author"), "name", author)


def _error_feed(error: RefusedError) -> Element:
    counts = {"itemsPerPage": 1, "totalResults": 1, "startIndex": 0}
    feed = _feed_head("https://arxiv.org/", "arXiv Search Results", "", counts)
    entry = add_element(feed, "entry")
    address = "#".join(("https://arxiv.org/api/errors", *error.parameters))
    add_element(entry, "id", address)
    add_element(entry, "title", "Error")
    add_element(entry, "updated", _ANSWERED_AT)
    add_element(entry, "link", href=address, rel="alternate", type="text/html")
    add_element(entry, "summary", str(error))
    add_element(add_element(entry, "author"), "name", "arXiv api core")
    return feed


def _feed_response(feed: Element, status: int = 200) -> Response:
    return xml_response(feed, "application/atom+xml; charset=utf-8", status)
