"""Hugging Face's Daily Papers: the papers that were featured on a day, with their upvotes.

https://huggingface.co/docs/hub/api#paper-pages-api. No key is needed. Anonymous callers may ask
500 times in five minutes.
"""

import logging
import reprlib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from hotpapers.adapters.entries import (
    UNDETERMINED,
    BadEntryError,
    Found,
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
from hotpapers.domain.code_links import code_in_link
from hotpapers.domain.identifiers import parse_paper_id
from hotpapers.domain.post import Account, Post
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import SOURCES
from hotpapers.environment import Reader
from hotpapers.errors import UnsettledError, UpstreamError
from hotpapers.ports import PostSource

logger = logging.getLogger(__name__)

SOURCE = SOURCES["huggingface"]
CREDENTIALS: tuple[str, ...] = ()

PATH = "/api/daily_papers"
BEGINNING = datetime(2023, 5, 4, tzinfo=UTC)
"""The first day that has papers (https://huggingface.co/papers/date/2023-05-04)."""
PAGE_SIZE = 100
MOST_PAGES = 10
"""A stop for paging that never ends: a day has 20 to 60 papers, seldom more than a page. A server
may allow fewer on a page than are asked for."""
MOST_DAYS = 31
"""Papers are featured on the day that arXiv lists them or soon after, not a month later."""
DISTANCE = 0.5
"""Seconds between two requests: 600 in five minutes would be too many, and a run has few."""
LONGEST_TITLE = 1_000
"""Several times the longest title on arXiv."""


@dataclass(frozen=True)
class Page:
    """A page of a day: the keys of those entries that were not seen before, and what they hold."""

    new: list[str]
    found: Found


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

    def earliest(self, time: datetime) -> datetime:  # noqa: ARG002
        """From when on papers were featured."""
        return BEGINNING

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:
        """The papers featured from the listing date to the end of the span, a month at most.

        They are asked for by days (UTC), and all of a day count, whenever they got there: only
        the day is told. A paper that was featured twice comes twice.

        Raises UpstreamError at the end where a day was not told, or not all of it; at once where
        there is no use in asking for another.
        """
        self._allowance.begin()
        last = span.end.date()
        untold: dict[str, list[date]] = {}
        for ahead in range(min((last - listing_date).days + 1, MOST_DAYS)):
            day = listing_date + timedelta(days=ahead)
            try:
                yield from self._day(day)
            except UpstreamError as error:
                if self._is_away(error):
                    raise self._upstream.refused(_reason(untold, error.reason)) from error
                untold.setdefault(error.reason, []).append(day)
        if untold:
            raise self._upstream.refused(_reason(untold))

    def _is_away(self, error: UpstreamError) -> bool:
        """Tell whether the service would not answer another question either, or has no time to."""
        stayed_away = isinstance(error.__cause__, UnsettledError)
        return stayed_away or self._allowance.left() <= DISTANCE

    def _day(self, day: date) -> Iterator[PostPage]:
        """The pages of a day, until one has nothing new: how many a full one has is not told."""
        seen: set[str] = set()
        for number in range(MOST_PAGES):
            page = self._page(day, number, seen)
            seen.update(page.new)
            if page.new or number == 0:
                yield PostPage(page.found.posts, len(page.new), unreadable=page.found.unreadable)
            if not page.new:
                return
        raise self._upstream.refused(f"its paging does not end after {MOST_PAGES} pages")

    def _page(self, day: date, number: int, seen: Set[str]) -> Page:
        parameters = {"date": day.isoformat(), "limit": str(PAGE_SIZE), "p": str(number)}

        def read(answer: Answer) -> Page:
            # Hugging Face answers 400 to a day that it does not know; ours may begin before its.
            if answer.status == HTTPStatus.BAD_REQUEST and day >= self._now().date():
                said = answered(answer, problem_of(answer))
                logger.info("day is not there yet", extra={"date": str(day), "reason": said})
                return Page([], Found((), 0))
            entries = _read_entries(answer, self._upstream)
            # A service that does not count its pages sends the first one again.
            new = [entry for entry in entries if _key(entry) not in seen]
            found = read_posts(new, _read_post, self._upstream)
            return Page([_key(entry) for entry in new], found)

        return self._upstream.get(PATH, parameters, read)


def _reason(untold: Mapping[str, Sequence[date]], last: str = "") -> str:
    """Why some days are not told, and the last reason, which is about all that would follow."""
    reasons = []
    for reason, (first, *others) in untold.items():
        more = f" and {len(others)} more" if others else ""
        reasons.append(f"{first}{more}: {reason}")
    return "; ".join([*reasons, *([last] if last else [])])


def _read_entries(answer: Answer, upstream: Upstream) -> list[object]:
    """The entries of a page, each with what stands in its `paper` beside the rest."""
    entries: Any = read_json(answer, upstream)
    if not isinstance(entries, list):
        raise upstream.unsettled(f"answered no list of papers ({excerpt(answer.body)})")
    return [
        {**entry, **object_in(entry, "paper")} if isinstance(entry, Mapping) else entry
        for entry in entries
    ]


def _key(entry: object) -> str:
    """What an entry is known by: its id, or by what it says where it has none."""
    name = entry.get("id") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) else reprlib.repr(entry)


def _read_post(entry: Object) -> Post | None:
    """The paper's page, or None where the paper is not one of arXiv's."""
    if not isinstance(entry.get("paper"), Mapping):
        raise BadEntryError("it has no paper")
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
        code=_code(entry),
    )


def _code(entry: Object) -> str:
    """The paper's repository, which the page shows; empty where it has none."""
    told = entry.get("githubRepo")
    return code_in_link(told) if isinstance(told, str) else ""
