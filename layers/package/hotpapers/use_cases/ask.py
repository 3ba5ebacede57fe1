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
    """What the sources are asked: about which papers of which day, over which span of time.

    The span ends with the run. `seconds` is how long a source may take.
    """

    listing_date: date
    span: Window
    papers: Collection[PaperId]
    seconds: float

    @property
    def taken_at(self) -> datetime:
        """The time of the run, of which the answers are."""
        return self.span.end


@dataclass(frozen=True)
class Refusal:
    """That a source told nothing, and why."""

    reason: str


@dataclass(frozen=True)
class Mistake:
    """A mistake of ours that came to light while a source was asked."""

    error: BaseException


Answer = Reading | Refusal | Mistake


def ask(sources: Sequence[PostSource], inquiry: Inquiry) -> Mapping[str, Answer]:
    """What each source answers, by its name.

    A source that fails after some posts has told something: its reading has a shortfall. Whatever
    is not UpstreamError is a mistake, to be raised once what the others told is safe.
    """
    if not sources:
        return {}
    askings = [_Asking(source, inquiry) for source in sources]
    executor = ThreadPoolExecutor(len(askings), thread_name_prefix="source")
    futures = [executor.submit(asking.read) for asking in askings]
    wait(futures, timeout=inquiry.seconds + GRACE_SECONDS)
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
    pages: list[PostPage] = field(default_factory=list)
    failure: UpstreamError | None = None

    @property
    def _title(self) -> str:
        return SOURCES[self.source.name].title

    def read(self) -> None:
        """Take all that the source tells."""
        total = 0
        try:
            for page in self.source.pages(self.inquiry.listing_date, self.inquiry.span):
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
            seconds = self.inquiry.seconds + GRACE_SECONDS
            failure = UpstreamError(self._title, f"is not done after {seconds:.0f} s")
        failure = failure or self._unreadable(pages)
        if failure is not None and not any(page.entries > page.unreadable for page in pages):
            self._warn("source failed", failure)
            return Refusal(failure.reason)
        if failure is not None:
            self._warn("source is incomplete", failure)
        inquiry, name = self.inquiry, self.source.name
        reason = failure.reason if failure else ""
        reading = make_reading(name, inquiry.taken_at, inquiry.papers, pages, reason)
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
