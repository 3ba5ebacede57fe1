"""arXiv's query API (https://info.arxiv.org/help/api/user-manual.html)."""

import logging
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from hotpapers.adapters.http import Answer, Time, Upstream, answered, excerpt, user_agent
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId, parse_paper_id
from hotpapers.domain.paper import CATEGORY, Paper, collapse_white_space

logger = logging.getLogger(__name__)

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"

PAGE_SIZE = 2000
"""As many as arXiv allows in a page."""
MOST_RESULTS = 10_000
"""How far a query can be paged: the search engine behind the API looks no further."""

MANY = 10
"""A page with as many entries, none of which can be read, is no page: the format has changed."""

LONGEST_TITLE = 2_000
LONGEST_ABSTRACT = 20_000
LONGEST_NAME = 1_000
MOST_AUTHORS = 20_000
"""Several times what the largest papers have; an entry beyond is no paper but a mistake."""


class BadEntryError(ValueError):
    """An entry of a feed lacks what a paper must have."""


@dataclass(frozen=True)
class Page:
    """A page of a feed: its papers, the number of its entries good and bad, and of all results."""

    papers: tuple[Paper, ...]
    entries: int
    total: int


class Arxiv:
    """arXiv as the source of papers."""

    def __init__(
        self,
        origin: str,
        categories: Sequence[str],
        contact: str,
        delay_seconds: float,
        clock: Time | None = None,
    ) -> None:
        self._categories = tuple(categories)
        self._upstream = Upstream(
            "arXiv",
            origin,
            # Without an Accept header arXiv's edge has answered 406 (September 2026).
            {"User-Agent": user_agent(contact), "Accept": "application/atom+xml, */*;q=0.1"},
            distance=delay_seconds,
            clock=clock,
        )

    def papers_submitted(self, window: Window) -> Sequence[Paper]:
        """The papers of the configured categories submitted in a window, each once."""
        papers: dict[PaperId, Paper] = {}
        start, total = 0, 1
        while start < total:
            page = self._page(window, start, papers.keys())
            papers |= {paper.id: paper for paper in page.papers}
            start, total = start + page.entries, page.total
            logger.info("papers read", extra={"entries": start, "total": total})
        # The query includes the end of the window; and it is arXiv's idea of the categories.
        return [
            paper
            for paper in papers.values()
            if paper.submitted_at in window and paper.is_in(self._categories)
        ]

    def _page(self, window: Window, start: int, seen: Set[PaperId]) -> Page:
        parameters = {
            "search_query": query(window, self._categories),
            "start": str(start),
            "max_results": str(PAGE_SIZE),
            # Ascending, so that what is submitted meanwhile cannot shift the pages.
            "sortBy": "submittedDate",
            "sortOrder": "ascending",
        }
        return self._upstream.get(
            "/api/query", parameters, lambda answer: self._read(answer, start, seen)
        )

    def _read(self, answer: Answer, start: int, seen: Set[PaperId]) -> Page:
        feed = _parse_feed(answer.body)
        problem = excerpt(answer.body) if feed is None else _error_message(feed)
        self._upstream.require_success(answer, problem)
        if feed is None:
            raise self._upstream.unsettled(f"answered no feed ({problem})")
        if problem:
            raise self._upstream.refused(answered(answer, problem))
        total = _total(feed)
        if total is None:
            raise self._upstream.unsettled("answered a feed without a number of results")
        if total > MOST_RESULTS:
            raise self._upstream.refused(
                f"has {total} papers for the window, more than the {MOST_RESULTS} it hands out"
            )
        entries = feed.findall(f"{ATOM}entry")
        if not entries and max(start, total) > 0:  # a later page is asked for where there is one
            raise self._upstream.unsettled(f"answered an empty page at {start} of {total}")
        papers = _read_entries(entries)
        if not papers and len(entries) >= MANY:
            raise self._upstream.unsettled("answered a page of which no paper can be read")
        if papers and all(paper.id in seen for paper in papers):
            raise self._upstream.unsettled("answered a page that it had answered before")
        return Page(tuple(papers), len(entries), total)


def query(window: Window, categories: Sequence[str]) -> str:
    """The search for a window's papers.

    arXiv reads each end as an exact instant, second 00 of the minute given. So the window's end
    itself has to be asked for: with the minute before, its last 59 seconds would be lost, in
    which authors crowd.
    """
    anywhere = " OR ".join(f"cat:{category}" for category in categories)
    span = f"[{window.start:%Y%m%d%H%M} TO {window.end:%Y%m%d%H%M}]"
    return f"({anywhere}) AND submittedDate:{span}"


def _parse_feed(body: bytes) -> Element | None:
    """The feed, or None where the body is anything else: HTML, cut-off XML, `Rate exceeded.`"""
    try:
        root: Element = ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        # LookupError, ValueError: an encoding that is unknown, or cannot be declared in XML.
        return None
    return root if root.tag == f"{ATOM}feed" else None


def _error_message(feed: Element) -> str:
    """arXiv's own words where the feed reports an error: with status 400, once also with 200."""
    for entry in feed.iterfind(f"{ATOM}entry"):
        if _text(entry, "title") == "Error" and "/api/errors" in _text(entry, "id"):
            return _text(entry, "summary")[:200] or "an error without a message"
    return ""


def _total(feed: Element) -> int | None:
    stated = (feed.findtext(f"{OPENSEARCH}totalResults") or "").strip()
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else None


def _read_entries(entries: Sequence[Element]) -> Sequence[Paper]:
    papers: list[Paper] = []
    for entry in entries:
        try:
            papers.append(_read_entry(entry))
        except BadEntryError as error:
            logger.warning(
                "paper left out", extra={"reason": str(error), "id": _text(entry, "id")[:200]}
            )
    return papers


def _read_entry(entry: Element) -> Paper:
    paper_id = parse_paper_id(_text(entry, "id").rpartition("/abs/")[2])
    if paper_id is None:
        raise BadEntryError("it has no arXiv id")
    return Paper(
        id=paper_id,
        title=_title(entry),
        authors=_authors(entry),
        categories=_categories(entry),
        abstract=_bounded("abstract", _text(entry, "summary"), LONGEST_ABSTRACT),
        submitted_at=_time(_text(entry, "published")),
    )


def _title(entry: Element) -> str:
    title = _text(entry, "title")
    if not title:
        raise BadEntryError("it has no title")
    return _bounded("title", title, LONGEST_TITLE)


def _authors(entry: Element) -> tuple[str, ...]:
    names = [_text(author, "name") for author in entry.iterfind(f"{ATOM}author")]
    if len(names) > MOST_AUTHORS:
        raise BadEntryError(f"it has {len(names)} authors")
    return tuple(_bounded("author's name", name, LONGEST_NAME) for name in names if name)


def _categories(entry: Element) -> tuple[str, ...]:
    terms = [category.get("term", "") for category in entry.iterfind(f"{ATOM}category")]
    # Entries of the API's former backend also list ACM and MSC classes (`I.2.6`, `68T05`).
    shown = [term for term in terms if CATEGORY.fullmatch(term)]
    if not shown:
        raise BadEntryError("it has no category")
    return tuple(dict.fromkeys(shown))


def _bounded(name: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadEntryError(f"its {name} has {len(text)} characters")
    return text


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # 0001-01-01T00:00:00+01:00 is a time before all times
        pass
    raise BadEntryError("it has no time of submission")


def _text(element: Element, name: str) -> str:
    return collapse_white_space(element.findtext(f"{ATOM}{name}") or "")
