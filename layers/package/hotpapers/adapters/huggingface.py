"""Hugging Face's Daily Papers: the papers that were featured on a day, with their upvotes.

https://huggingface.co/docs/hub/api#paper-pages-api. No key is needed. Anonymous callers may ask
500 times in five minutes.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from hotpapers.adapters.entries import (
    UNDETERMINED,
    BadEntryError,
    Object,
    count_in,
    object_in,
    optional_count_in,
    problem_of,
    read_json,
    read_posts,
    text_in,
    time_in,
)
from hotpapers.adapters.http import (
    Allowance,
    Answer,
    Terms,
    Upstream,
    answered,
    excerpt,
    source_upstream,
)
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import parse_paper_id
from hotpapers.domain.post import Account, Post
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import SOURCES
from hotpapers.environment import Reader
from hotpapers.ports import PostSource

logger = logging.getLogger(__name__)

SOURCE = SOURCES["huggingface"]
CREDENTIALS: tuple[str, ...] = ()

PATH = "/api/daily_papers"
PAGE_SIZE = 100
SMALLEST_FULL_PAGE = 50
"""What a page has unless more is asked for; a server that allows no more may still have more."""
MOST_PAGES = 10
"""A stop for paging that never ends: a day has 20 to 60 papers, seldom more than a page."""
MOST_DAYS = 31
"""Papers are featured on the day that arXiv lists them or soon after, not a month later."""
DISTANCE = 0.5
"""Seconds between two requests: 600 in five minutes would be too many, and a run has few."""
LONGEST_TITLE = 1_000
"""Several times the longest title on arXiv."""


@dataclass(frozen=True)
class Page:
    """A page of a day: how many entries it has, the ids of those not seen before, their posts."""

    size: int
    new: list[str]
    posts: tuple[Post, ...]


def prepare(read: Reader) -> Callable[[Mapping[str, str], Terms], PostSource]:
    """Read the source's settings; raises InvalidInputError."""
    origin = read.origin("HUGGINGFACE_URL", "https://huggingface.co")
    return lambda _credentials, terms: HuggingFace(origin, terms)


class HuggingFace:
    """Hugging Face as a source of posts.

    A paper has a page there, and the upvotes are the page's. So the page is the voice, one for
    each paper: whoever submitted the paper to the page said nothing, and those who submit dozens
    a day do the work of an editor, which must not look like passing on whole listings.
    """

    name = SOURCE.name

    def __init__(self, origin: str, terms: Terms) -> None:
        self._allowance = Allowance(terms)
        self._now = terms.clock.now
        self._upstream = source_upstream(SOURCE.title, origin, self._allowance, distance=DISTANCE)

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:
        """The papers featured from the listing date to the end of the span, a month at most.

        They are asked for by days (UTC), and all of a day count, whenever they got there: only
        the day is told. A paper that was featured twice comes twice.
        """
        self._allowance.begin()
        last = span.end.date()
        for ahead in range(min((last - listing_date).days + 1, MOST_DAYS)):
            yield from self._day(listing_date + timedelta(days=ahead))

    def _day(self, day: date) -> Iterator[PostPage]:
        seen: set[str] = set()
        for number in range(MOST_PAGES):
            page = self._page(day, number, seen)
            seen.update(page.new)
            if page.new or number == 0:
                yield PostPage(page.posts, len(page.new))
            if not page.new or page.size < SMALLEST_FULL_PAGE:
                return
        reason = f"its paging does not end after {MOST_PAGES} pages of {day}"
        raise self._upstream.refused(reason)

    def _page(self, day: date, number: int, seen: Set[str]) -> Page:
        parameters = {"date": day.isoformat(), "limit": str(PAGE_SIZE), "p": str(number)}

        def read(answer: Answer) -> Page:
            # Hugging Face answers 400 to a day that it does not know; ours may begin before its.
            if answer.status == HTTPStatus.BAD_REQUEST and day >= self._now().date():
                said = answered(answer, problem_of(answer))
                logger.info("day is not there yet", extra={"date": str(day), "reason": said})
                return Page(0, [], ())
            entries = _read_entries(answer, self._upstream)
            # A service that does not count its pages sends the first one again.
            new = [entry for entry in entries if _id_of(entry) not in seen]
            posts = read_posts(new, _read_post, self._upstream)
            return Page(len(entries), [_id_of(entry) for entry in new], posts)

        return self._upstream.get(PATH, parameters, read)


def _read_entries(answer: Answer, upstream: Upstream) -> list[Object]:
    """The entries of a page, each with what stands in its `paper` beside the rest."""
    entries: Any = read_json(answer, upstream)
    if not isinstance(entries, list):
        raise upstream.unsettled(f"answered no list of papers ({excerpt(answer.body)})")
    objects = (entry if isinstance(entry, Mapping) else {} for entry in entries)
    return [{**entry, **object_in(entry, "paper")} for entry in objects]


def _id_of(entry: Object) -> str:
    return str(entry.get("id"))


def _read_post(entry: Object) -> Post | None:
    """The paper's page, or None where the paper is not one of arXiv's."""
    paper = parse_paper_id(text_in(entry, "id", 100))
    if paper is None:
        return None
    title = " ".join(text_in(entry, "title", LONGEST_TITLE).split())
    if not title:
        raise BadEntryError("it has no title")
    counts = {"upvotes": count_in(entry, "upvotes")}
    comments = optional_count_in(entry, "numComments")
    when = "submittedOnDailyAt" if entry.get("submittedOnDailyAt") else "publishedAt"
    page = f"papers/{paper}"
    return Post(
        source=SOURCE.name,
        id=paper,
        url=f"https://huggingface.co/{page}",
        account=Account(page, page, SOURCE.title),
        text=title,
        spans=(),
        language=UNDETERMINED,
        created_at=time_in(entry, when),
        counts=counts if comments is None else {**counts, "comments": comments},
        papers=(paper,),
    )
