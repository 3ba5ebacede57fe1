"""arXiv's query API (https://info.arxiv.org/help/api/user-manual.html)."""

import logging
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from hotpapers.adapters.arxiv_papers import (
    BadEntryError,
    make_paper,
    parse_xml,
    read_entries,
)
from hotpapers.adapters.http import Answer, Upstream, answered, excerpt
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper, collapse_white_space

logger = logging.getLogger(__name__)

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"

ACCEPT = "application/atom+xml, */*;q=0.1"

PAGE_SIZE = 2000
"""As many as arXiv allows in a page."""
NAMES_PER_PAGE = 200
"""How many ids go into a question: its address then stays well below what servers take."""
MOST_RESULTS = 10_000
"""How far a query can be paged: the search engine behind the API looks no further."""


@dataclass(frozen=True)
class Page:
    """A page of a feed: its papers, the number of its entries good and bad, and of all results."""

    papers: tuple[Paper, ...]
    entries: int
    total: int


class ArxivApi:
    """The query API, asked for papers."""

    def __init__(self, upstream: Upstream, categories: Sequence[str]) -> None:
        self._upstream = upstream
        self._categories = tuple(categories)

    def papers_submitted(self, window: Window) -> Sequence[Paper]:
        """The papers of the categories submitted in a window, each once."""
        question = {"search_query": query(window, self._categories)}
        # The query includes the end of the window; and it is arXiv's idea of the categories.
        return [
            paper
            for paper in self._results(question, PAGE_SIZE)
            if _is_submitted_in(window, paper) and paper.is_in(self._categories)
        ]

    def papers_named(self, papers: Collection[PaperId]) -> Sequence[Paper]:
        """Papers by their ids, each once; those that arXiv does not know are absent."""
        wanted = list(dict.fromkeys(papers))
        found: dict[PaperId, Paper] = {}
        for start in range(0, len(wanted), NAMES_PER_PAGE):
            names = wanted[start : start + NAMES_PER_PAGE]
            results = self._results({"id_list": ",".join(names)}, NAMES_PER_PAGE)
            found |= {paper.id: paper for paper in results}
        return [found[name] for name in wanted if name in found]

    def _results(self, question: dict[str, str], size: int) -> Sequence[Paper]:
        papers: dict[PaperId, Paper] = {}
        for page in self._pages(question, size, papers.keys()):
            papers |= {paper.id: paper for paper in page.papers}
        return list(papers.values())

    def _pages(self, question: dict[str, str], size: int, seen: Set[PaperId]) -> Iterator[Page]:
        start, total = 0, 1
        while start < total:
            page = self._page(question | _paging(start, size), start, seen)
            start, total = start + page.entries, page.total
            yield page
            logger.info("papers read", extra={"entries": start, "total": total})

    def _page(self, question: dict[str, str], start: int, seen: Set[PaperId]) -> Page:
        return self._upstream.get(
            "/api/query", question, lambda answer: self._read(answer, start, seen)
        )

    def _read(self, answer: Answer, start: int, seen: Set[PaperId]) -> Page:
        feed = parse_xml(answer.body, f"{ATOM}feed")
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
        papers = read_entries(entries, _read_entry, _name_of, self._upstream).read
        if papers and all(paper.id in seen for paper in papers):
            raise self._upstream.unsettled("answered a page that it had answered before")
        return Page(papers, len(entries), total)


def query(window: Window, categories: Sequence[str]) -> str:
    """The search for a window's papers.

    arXiv reads each end as an exact instant, second 00 of the minute given. So the window's end
    itself has to be asked for: with the minute before, its last 59 seconds would be lost, in
    which authors crowd.
    """
    anywhere = " OR ".join(f"cat:{category}" for category in categories)
    span = f"[{window.start:%Y%m%d%H%M} TO {window.end:%Y%m%d%H%M}]"
    return f"({anywhere}) AND submittedDate:{span}"


def _paging(start: int, size: int) -> dict[str, str]:
    return {
        "start": str(start),
        "max_results": str(size),
        # Ascending, so that what is submitted meanwhile cannot shift the pages.
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }


def _is_submitted_in(window: Window, paper: Paper) -> bool:
    return paper.submitted_at is not None and paper.submitted_at in window


def _error_message(feed: Element) -> str:
    """arXiv's own words where the feed reports an error: with status 400, once also with 200."""
    for entry in feed.iterfind(f"{ATOM}entry"):
        if _text(entry, "title") == "Error" and "/api/errors" in _text(entry, "id"):
            return _text(entry, "summary")[:200] or "an error without a message"
    return ""


def _total(feed: Element) -> int | None:
    stated = (feed.findtext(f"{OPENSEARCH}totalResults") or "").strip()
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else None


def _read_entry(entry: Element) -> Paper:
    authors = entry.iterfind(f"{ATOM}author")
    return make_paper(
        name=_name_of(entry).rpartition("/abs/")[2],
        title=_raw(entry, "title"),
        authors=[_raw(author, "name") for author in authors],
        categories=[each.get("term", "") for each in entry.iterfind(f"{ATOM}category")],
        abstract=_raw(entry, "summary"),
        comment=entry.findtext(f"{ARXIV}comment") or "",
        submitted_at=_time(_text(entry, "published")),
    )


def _name_of(entry: Element) -> str:
    return _text(entry, "id")


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # 0001-01-01T00:00:00+01:00 is a time before all times
        pass
    raise BadEntryError("it has no time of submission")


def _text(element: Element, name: str) -> str:
    return collapse_white_space(_raw(element, name))


def _raw(element: Element, name: str) -> str:
    """A text as it stands there; `make_paper` collapses the white space of those that it takes."""
    return element.findtext(f"{ATOM}{name}") or ""
