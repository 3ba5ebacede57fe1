"""Asking the sources, side by side.

Each source is asked in a thread of its own and under its own limits, so that a run takes as long
as its slowest source, and none can take another's numbers along when it fails.
"""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Thread

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
    askings = [_Asking(source, inquiry) for source in sources]
    for asking in askings:
        asking.start()
    end = time.monotonic() + inquiry.seconds + GRACE_SECONDS
    for asking in askings:
        asking.join(max(end - time.monotonic(), 0.0))
    return {asking.source.name: asking.result() for asking in askings}


@dataclass(eq=False)
class _Asking(Thread):
    """A source being asked."""

    source: PostSource
    inquiry: Inquiry
    pages: list[PostPage] = field(default_factory=list)
    failure: str = ""
    mistake: BaseException | None = None

    def __post_init__(self) -> None:
        # A daemon: a source that hangs must not keep the process from its end.
        super().__init__(name=f"source {self.source.name}", daemon=True)

    def run(self) -> None:
        try:
            for page in self.source.pages(self.inquiry.listing_date, self.inquiry.span):
                self.pages.append(page)
        except UpstreamError as error:
            self.failure = error.reason
        except BaseException as error:
            self.mistake = error

    def result(self) -> Reading | Refusal:
        """What has come of it so far."""
        if self.mistake is not None:
            raise self.mistake
        shortfall = self.failure
        if self.is_alive():
            shortfall = f"is not done after {self.inquiry.seconds + GRACE_SECONDS:.0f} s"
        pages, name = tuple(self.pages), self.source.name
        title = SOURCES[name].title
        if shortfall and not pages:
            logger.warning("source failed", extra={"source": title, "reason": shortfall})
            return Refusal(shortfall)
        if shortfall:
            logger.warning("source is incomplete", extra={"source": title, "reason": shortfall})
        inquiry = self.inquiry
        return make_reading(name, inquiry.taken_at, inquiry.papers, pages, shortfall)
