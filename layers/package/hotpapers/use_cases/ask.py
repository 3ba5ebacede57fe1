"""Asking the sources, side by side.

Each source is asked in a thread of its own and under its own limits, so that a run takes as long
as its slowest source, and none can take another's numbers along when it fails.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date, datetime

from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.reading import PostPage, Reading, make_reading
from hotpapers.domain.sources import SOURCES
from hotpapers.errors import UpstreamError
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


def ask(sources: Sequence[PostSource], inquiry: Inquiry) -> Mapping[str, Reading | Refusal]:
    """What each source answers, by its name.

    A source that fails after some pages has told something: its reading has a shortfall. Whatever
    is not UpstreamError is a mistake of ours and is raised here.
    """
    if not sources:
        return {}
    askings = [_Asking(source, inquiry) for source in sources]
    executor = ThreadPoolExecutor(len(askings), thread_name_prefix="source")
    futures = [executor.submit(asking.read) for asking in askings]
    wait(futures, timeout=inquiry.seconds + GRACE_SECONDS)
    executor.shutdown(wait=False)
    for asking, future in zip(askings, futures, strict=True):
        if future.done():
            future.result()
        else:
            asking.leave_behind()
    return {asking.source.name: asking.answer() for asking in askings}


@dataclass
class _Asking:
    """A source being asked: what it has told, and what has gone wrong."""

    source: PostSource
    inquiry: Inquiry
    pages: list[PostPage] = field(default_factory=list)
    failure: str = ""

    @property
    def _title(self) -> str:
        return SOURCES[self.source.name].title

    def read(self) -> None:
        """Take all that the source tells."""
        pages = self.pages  # not those that `leave_behind` puts in their place
        total = 0
        try:
            for page in self.source.pages(self.inquiry.listing_date, self.inquiry.span):
                pages.append(page)
                total += page.entries
                told = {"source": self._title, "page": len(pages), "posts": total}
                logger.info("posts read", extra=told)
        except UpstreamError as error:
            self.failure = error.reason

    def leave_behind(self) -> None:
        """Take what there is; whatever comes later is lost."""
        self.pages = list(self.pages)
        self.failure = f"is not done after {self.inquiry.seconds + GRACE_SECONDS:.0f} s"

    def answer(self) -> Reading | Refusal:
        """What has come of it."""
        told = {"source": self._title, "reason": self.failure}
        if self.failure and not self.pages:
            logger.warning("source failed", extra=told)
            return Refusal(self.failure)
        if self.failure:
            logger.warning("source is incomplete", extra=told)
        inquiry = self.inquiry
        return make_reading(
            self.source.name, inquiry.taken_at, inquiry.papers, self.pages, self.failure
        )
