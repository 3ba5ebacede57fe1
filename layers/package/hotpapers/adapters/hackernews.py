"""Hacker News, as Algolia's index of it has it: the stories that link to papers.

https://hn.algolia.com/api. No key is needed. An address may ask 10,000 times an hour.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from math import ceil
from typing import Any

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
PAGE_SIZE = 1000
"""The most that a page may have, and also the most that can be paged."""
MOST_PAGES = 20
"""A stop for paging that never ends: a month has about a thousand stories of arXiv's."""
DISTANCE = 0.5
"""Seconds between two requests."""
LONGEST_TITLE = 500
"""Several times what Hacker News allows."""

NUMBER = re.compile(r"\d{1,12}", re.ASCII)
USERNAME = re.compile(r"[\w-]{1,50}", re.ASCII)


@dataclass(frozen=True)
class Slice:
    """The newest stories of a span of time.

    `new` are the ids of those not seen before, `posts` the posts among these. `oldest` is the
    second that the oldest story is of, None where no story tells. `has_more` tells whether there
    are older ones.
    """

    new: list[str]
    posts: tuple[Post, ...]
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

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        """The stories of a span of time that link to papers, newest first for each site."""
        self._allowance.begin()
        seen: set[str] = set()
        for query in QUERIES:
            for found in self._search(query, span, seen):
                seen.update(found.new)
                yield PostPage(found.posts, len(found.new))

    def _search(self, query: str, span: Window, seen: Set[str]) -> Iterator[Slice]:
        """The stories that a search finds, slice by slice.

        Algolia lets nobody page beyond a thousand, so what is older than the oldest is a search
        of its own. That one begins with the oldest again: others may be of the same second.
        """
        end = ceil(span.end.timestamp())
        for _ in range(MOST_PAGES):
            found = self._slice(query, Window(span.start, _moment(end)), seen)
            yield found
            if not found.has_more:
                return
            if found.oldest is None or found.oldest >= end - 1:
                raise self._upstream.refused("its paging does not get on")
            end = found.oldest + 1
        raise self._upstream.refused(f"its paging does not end after {MOST_PAGES} pages")

    def _slice(self, query: str, span: Window, seen: Set[str]) -> Slice:
        start, end = int(span.start.timestamp()), int(span.end.timestamp())
        parameters = {
            "query": query,
            "restrictSearchableAttributes": SEARCHED,
            "tags": "story",
            "numericFilters": f"created_at_i>={start},created_at_i<{end}",
            "hitsPerPage": str(PAGE_SIZE),
            "page": "0",
        }

        def read(answer: Answer) -> Slice:
            hits, has_more = _read_hits(answer, self._upstream)
            new = [hit for hit in hits if _object_id(hit) not in seen]
            posts = read_posts(new, lambda hit: _read_post(hit, span), self._upstream)
            oldest = min((time for hit in hits if (time := _second(hit)) is not None), default=None)
            return Slice([_object_id(hit) for hit in new], posts, oldest, has_more)

        return self._upstream.get(PATH, parameters, read)


def _read_hits(answer: Answer, upstream: Upstream) -> tuple[list[Any], bool]:
    """The stories of a page, and whether there are more."""
    document = read_json(answer, upstream)
    fields = document if isinstance(document, Mapping) else {}
    hits, found = fields.get("hits"), optional_count_in(fields, "nbHits")
    if not isinstance(hits, list) or found is None:
        raise upstream.unsettled(f"answered no page of stories ({excerpt(answer.body)})")
    if found and not hits:
        raise upstream.unsettled("answered a page that lacks its stories")
    # The number of hits may be an estimate. One too high costs a search that finds nothing new.
    pages = optional_count_in(fields, "nbPages") or 0
    return hits, found > len(hits) or pages > 1


def _object_id(hit: object) -> str:
    return str(hit.get("objectID")) if isinstance(hit, Mapping) else ""


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
