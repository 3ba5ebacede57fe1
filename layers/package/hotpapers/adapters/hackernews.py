"""Hacker News, as Algolia's index of it has it: the stories that link to papers.

https://hn.algolia.com/api. No key is needed. An address may ask 10,000 times an hour.
"""

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from math import ceil

from hotpapers.adapters.entries import (
    LONGEST_TEXT,
    UNDETERMINED,
    BadEntryError,
    Object,
    count_in,
    matches,
    optional_count_in,
    read_json,
    read_posts,
    text_in,
)
from hotpapers.adapters.http import Allowance, Answer, Terms, Upstream, excerpt, source_upstream
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId, paper_id_in_link, papers_in_text
from hotpapers.domain.post import Account, Post
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import SOURCES
from hotpapers.environment import Reader
from hotpapers.ports import PostSource

SOURCE = SOURCES["hackernews"]
CREDENTIALS: tuple[str, ...] = ()

PATH = "/api/v1/search_by_date"
QUERIES = ("arxiv.org", "alphaxiv.org", "huggingface.co/papers")
"""The sites whose links are looked for. The search is by words, so `arxiv.org` finds its mirrors,
ar5iv.labs.arxiv.org and doi.org/10.48550/arXiv as well. Every link is looked at again."""
SEARCHED = "url,story_text"
"""Where they are looked for: in the link of a story, and in the text that it may have instead."""
BEGINNING = datetime(2006, 10, 9, tzinfo=UTC)
"""The day of the first story (https://news.ycombinator.com/item?id=1); the index has them all."""
PAGE_SIZE = 1000
"""The most that a page may have. Algolia may give smaller ones."""
REACH = 1000
"""The most that can be paged."""
MOST_PAGES = 100
"""A stop for paging that never ends: a month has about a thousand stories of arXiv's, which are 50
pages of Algolia's usual size."""
DISTANCE = 0.5
"""Seconds between two requests."""
LONGEST_TITLE = 500
"""Several times what Hacker News allows."""

NUMBER = re.compile(r"\d{1,12}", re.ASCII)
USERNAME = re.compile(r"[\w-]{1,50}", re.ASCII)


@dataclass(frozen=True)
class Page:
    """A page of a search: `found` are the posts among the stories that no search gave before.

    `ids` are those of all its stories, `size` is how many it has, `oldest` the second that the
    oldest is of (None where no story tells). `is_full` tells whether it has as many as a page may
    have, `pages` how many pages there are and `total` how many stories, where Algolia says so.
    """

    found: PostPage
    ids: frozenset[str]
    size: int
    oldest: int | None
    is_full: bool
    pages: int | None
    total: int | None


@dataclass(frozen=True)
class Slice:
    """What the pages of a span of time have: `has_more` tells whether there are older stories."""

    ids: frozenset[str]
    oldest: int | None
    has_more: bool


def prepare(read: Reader) -> Callable[[Mapping[str, str], Terms], PostSource]:
    """Read the source's settings; raises InvalidInputError."""
    origin = read.origin("HACKERNEWS_URL", "https://hn.algolia.com")
    return lambda _credentials, terms: HackerNews(origin, terms)


class HackerNews:
    """Hacker News as a source of posts.

    Comments are left aside: they have no points. The index may be some minutes behind the site.
    """

    name = SOURCE.name

    def __init__(self, origin: str, terms: Terms) -> None:
        self._allowance = Allowance(terms)
        self._upstream = source_upstream(SOURCE.title, origin, self._allowance, distance=DISTANCE)

    def earliest(self, time: datetime) -> datetime:  # noqa: ARG002
        """From when on there is anything to search."""
        return BEGINNING

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        """The stories of a span of time that link to papers, newest first for each site."""
        self._allowance.begin()
        seen: set[str] = set()
        for query in QUERIES:
            yield from _Search(self._upstream, query, seen).pages(span)


class _Search:
    """A search for the links to a site. `seen` are the stories of all searches so far."""

    def __init__(self, upstream: Upstream, query: str, seen: set[str]) -> None:
        self._upstream = upstream
        self._query = query
        self._seen = seen
        self._asked = 0

    def pages(self, span: Window) -> Iterator[PostPage]:
        """The stories that the search finds, slice by slice.

        Algolia lets nobody page beyond a thousand, so what is older than the oldest is a search
        of its own. That one begins with the oldest again: others may be of the same second. Where
        it gives nothing else there is nothing else, whatever number of stories Algolia estimates.
        """
        end = ceil(span.end.timestamp())
        known: set[str] = set()
        while True:
            found = yield from self._slice(Window(span.start, _moment(end)))
            if found.ids <= known or not found.has_more:
                return
            if found.oldest is None or found.oldest >= end - 1:
                raise self._upstream.refused("its paging does not get on")
            known.update(found.ids)
            end = found.oldest + 1

    def _slice(self, span: Window) -> Generator[PostPage, None, Slice]:
        """The pages of a span of time, as far as Algolia pages; returns what they have.

        A page without a story that is new in this slice is the last one. Where Algolia says that
        there are more pages nevertheless, or cannot page any further, the older ones are asked for
        by their time: at worst that costs a search that finds nothing new.
        """
        ids: set[str] = set()
        seconds: list[int] = []
        number, size, pages = 0, 0, 1
        while True:
            page = self._page(span, number)
            yield page.found
            is_stuck = page.ids <= ids
            ids.update(page.ids)
            seconds += [] if page.oldest is None else [page.oldest]
            number, size = number + 1, size + page.size
            pages = pages if page.pages is None else page.pages
            if is_stuck or size >= REACH or number >= pages:
                break
        is_cut = page.is_full and (page.total is None or page.total > size)
        has_more = size >= REACH or number < pages or is_cut
        return Slice(frozenset(ids), min(seconds, default=None), has_more)

    def _page(self, span: Window, number: int) -> Page:
        if self._asked == MOST_PAGES:
            raise self._upstream.refused(f"its paging does not end after {MOST_PAGES} pages")
        start, end = int(span.start.timestamp()), int(span.end.timestamp())
        parameters = {
            "query": self._query,
            "restrictSearchableAttributes": SEARCHED,
            "tags": "story",
            "numericFilters": f"created_at_i>={start},created_at_i<{end}",
            "hitsPerPage": str(PAGE_SIZE),
            "page": str(number),
        }
        page = self._upstream.get(PATH, parameters, lambda answer: self._read_page(answer, span))
        self._asked += 1
        self._seen.update(page.ids)
        return page

    def _read_page(self, answer: Answer, span: Window) -> Page:
        fields = read_json(answer, self._upstream)
        hits = fields.get("hits") if isinstance(fields, Mapping) else None
        if not isinstance(hits, list):
            raise self._upstream.unsettled(f"answered no page of stories ({excerpt(answer.body)})")
        total = optional_count_in(fields, "nbHits")
        is_exact = fields.get("exhaustiveNbHits") is not False
        if total and is_exact and not hits and not self._asked:
            raise self._upstream.unsettled("answered a page that lacks its stories")
        new = [hit for hit in hits if _object_id(hit) not in self._seen]
        posts, unreadable = read_posts(new, lambda hit: _read_post(hit, span), self._upstream)
        return Page(
            PostPage(posts, len(new), unreadable=unreadable),
            frozenset(number for hit in hits if (number := _object_id(hit)) is not None),
            len(hits),
            min((second for hit in hits if (second := _second(hit)) is not None), default=None),
            len(hits) >= (optional_count_in(fields, "hitsPerPage") or PAGE_SIZE),
            optional_count_in(fields, "nbPages"),
            total,
        )


def _object_id(hit: object) -> str | None:
    """What a story is known by; None for one that cannot be told from others."""
    number = hit.get("objectID") if isinstance(hit, Mapping) else None
    return None if number is None else str(number)


def _second(hit: object) -> int | None:
    """When a story was posted, in seconds since 1970."""
    return optional_count_in(hit, "created_at_i") if isinstance(hit, Mapping) else None


def _read_post(hit: Object, span: Window) -> Post | None:
    """The story, or None where it is about no paper or of another time."""
    if not matches(NUMBER, hit.get("objectID")):
        raise BadEntryError("it has no objectID")
    papers = _papers(hit)
    if not papers:
        return None
    second = _second(hit)
    if second is None:
        raise BadEntryError("it has no time")
    created_at = _moment(second)
    if created_at not in span:
        return None
    if not matches(USERNAME, hit.get("author")):
        raise BadEntryError("it has no author")
    title = " ".join(text_in(hit, "title", LONGEST_TITLE).split())
    if not title:
        raise BadEntryError("it has no title")
    counts = {"points": count_in(hit, "points")}
    comments = optional_count_in(hit, "num_comments")
    author, number = str(hit["author"]), str(hit["objectID"])
    return Post(
        source=SOURCE.name,
        id=number,
        url=f"https://news.ycombinator.com/item?id={number}",
        account=Account(author, author, author),
        text=title,
        spans=(),
        language=UNDETERMINED,
        created_at=created_at,
        counts=counts if comments is None else {**counts, "comments": comments},
        papers=papers,
    )


def _moment(second: int) -> datetime:
    try:
        return datetime.fromtimestamp(second, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadEntryError("it has no time") from error


def _papers(hit: Object) -> tuple[PaperId, ...]:
    """The papers that a story links to, and those that its text (HTML) names."""
    url, text = hit.get("url"), hit.get("story_text")
    linked = paper_id_in_link(url) if isinstance(url, str) else None
    named = papers_in_text(unescape(text[:LONGEST_TEXT])) if isinstance(text, str) else ()
    return tuple(sorted({*named, *((linked,) if linked else ())}))
