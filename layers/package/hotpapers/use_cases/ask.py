"""Asking the sources, side by side.

Each source is asked in a thread of its own and under its own limits, so that a run takes as long
as its slowest source, and none can take another's numbers along when it fails.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.reading import PostPage, Reading, make_reading
from hotpapers.domain.sources import SOURCES
from hotpapers.errors import EnoughError, UpstreamError
from hotpapers.ports import PostSource

logger = logging.getLogger(__name__)

GRACE_SECONDS = 15.0
"""A source keeps its limit itself. One that hangs where it cannot (in a name server, say) is left
behind after as many seconds more."""


@dataclass(frozen=True)
class Inquiry:
    """What a source is asked: about which papers of which listing dates, over which span of time.

    All listing dates are asked about at once, since a source is asked for what was posted, not for
    papers. `time` is the time of the run, of which the answers are.
    """

    days: Mapping[date, Collection[PaperId]]
    span: Window
    time: datetime

    @property
    def first_day(self) -> date:
        """The oldest of the listing dates."""
        return min(self.days)


@dataclass(frozen=True)
class Refusal:
    """That a source told nothing, and why."""

    reason: str


@dataclass(frozen=True)
class Mistake:
    """A mistake of ours that came to light while a source was asked."""

    error: BaseException


Told = Mapping[date, Reading]
"""What a source told of each listing date."""
Answer = Told | Refusal | Mistake


def ask(inquiries: Sequence[tuple[PostSource, Inquiry]], seconds: float) -> Mapping[str, Answer]:
    """What each source answers to its inquiry, by its name; each may take so many seconds.

    A source that fails after some posts has told something: its readings have a shortfall. Whatever
    is not UpstreamError is a mistake, to be raised once what the others told is safe.
    """
    if not inquiries:
        return {}
    askings = [_Asking(source, inquiry, seconds) for source, inquiry in inquiries]
    executor = ThreadPoolExecutor(len(askings), thread_name_prefix="source")
    futures = [executor.submit(asking.read) for asking in askings]
    wait(futures, timeout=seconds + GRACE_SECONDS)
    executor.shutdown(wait=False)
    return {
        asking.source.name: asking.answer(future)
        for asking, future in zip(askings, futures, strict=True)
    }


@dataclass
class _Asking:
    """A source being asked: what it has told, and what has gone wrong."""

    source: PostSource
    inquiry: Inquiry
    seconds: float
    pages: list[PostPage] = field(default_factory=list)
    failure: UpstreamError | None = None

    @property
    def _title(self) -> str:
        return SOURCES[self.source.name].title

    def read(self) -> None:
        """Take all that the source tells."""
        total = 0
        try:
            for page in self.source.pages(self.inquiry.first_day, self.inquiry.span):
                self.pages.append(page)
                total += page.entries
                told = {"source": self._title, "page": len(self.pages), "posts": total}
                logger.info("posts read", extra=told)
        except UpstreamError as error:
            self.failure = error

    def answer(self, future: Future[None]) -> Answer:
        """What has come of it. One that is not done is left behind with what there is."""
        if future.done() and (error := future.exception()) is not None:
            return Mistake(error)
        pages, failure = tuple(self.pages), self.failure
        if not future.done():
            seconds = self.seconds + GRACE_SECONDS
            failure = UpstreamError(self._title, f"is not done after {seconds:.0f} s")
        failure = failure or self._unreadable(pages)
        if failure is not None and not any(page.entries > page.unreadable for page in pages):
            self._warn("source failed", failure)
            return Refusal(failure.reason)
        if failure is not None:
            self._warn("source is incomplete", failure)
        return {day: self._reading(day, pages, failure) for day in self.inquiry.days}

    def _reading(
        self, day: date, pages: Sequence[PostPage], failure: UpstreamError | None
    ) -> Reading:
        """What was told of a day's papers; the pages and what they cost are those of all days."""
        inquiry, reason = self.inquiry, failure.reason if failure else ""
        reading = make_reading(self.source.name, inquiry.time, inquiry.days[day], pages, reason)
        interrupted = failure is not None and not isinstance(failure, EnoughError)
        return replace(reading, interrupted=interrupted)

    def _unreadable(self, pages: Sequence[PostPage]) -> UpstreamError | None:
        """The failure that it is to give posts that cannot be read: what they say is unknown."""
        unreadable = sum(page.unreadable for page in pages)
        if not unreadable:
            return None
        total = sum(page.entries for page in pages)
        # Asking again would give the same ones.
        return EnoughError(self._title, f"{unreadable} of {total} posts cannot be read")

    def _warn(self, message: str, failure: UpstreamError) -> None:
        logger.warning(message, extra={"source": self._title, "reason": failure.reason})
