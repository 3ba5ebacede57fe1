"""The digest of a listing date: its hot papers, ranked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.sources import Reports, Status, X


@dataclass(frozen=True)
class Attention:
    """What a source says about a paper, as far as it counts.

    `counts` are the sums over the voices, by the source's metrics; `weighted` is the part of the
    paper's score that follows from them.
    """

    counts: Mapping[str, int]
    voices: int
    weighted: Decimal


@dataclass(frozen=True)
class Mention:
    """A post as a part of a paper's entry: what it is worth, and whether an author wrote it."""

    post: Post
    weighted: Decimal
    by_author: bool = False


@dataclass(frozen=True)
class Point:
    """What was measured of a paper at a time (UTC): the sources that told, by their names."""

    time: datetime
    attention: Mapping[str, Attention]

    @property
    def score(self) -> Decimal:
        """The score by the sources that told."""
        return score(self.attention)


@dataclass(frozen=True)
class Rise:
    """A paper whose score grew by `growth` since the time of an earlier measurement."""

    paper: PaperId
    title: str
    growth: Decimal
    since: datetime


@dataclass(frozen=True)
class RankedPaper:
    """A hot paper with its rank (from 1), the attention it gets, and the posts that are shown.

    `attention` has the sources whose numbers are known, by their names: a source that found
    nothing has zeros, one that could not be asked is absent. `history` has what was measured,
    oldest first, the last time included. `code` is the address of its code; empty where nobody
    tells it.
    """

    rank: int
    paper: Paper
    attention: Mapping[str, Attention]
    mentions: tuple[Mention, ...]
    history: tuple[Point, ...] = ()
    code: str = ""

    @property
    def score(self) -> Decimal:
        """The sum of the sources' weighted parts."""
        return score(self.attention)

    @property
    def retweets(self) -> int | None:
        """X's reposts; None where they are unknown."""
        return self._count_on_x("reposts")

    @property
    def favorites(self) -> int | None:
        """X's likes; None where they are unknown."""
        return self._count_on_x("likes")

    def _count_on_x(self, metric: str) -> int | None:
        known = self.attention.get(X.name)
        return known.counts[metric] if known else None


@dataclass(frozen=True)
class Digest:
    """The hot papers of a listing date, as they stood when they were last measured (UTC).

    `sources` says how each source did; without an entry it is off. `listing` says where the day's
    papers are from, or why it has none (None: unknown). `published_at` is when the digest first
    appeared (None: now). A `final` one is measured no more. `rising` are the papers of the day that
    grew fastest, hot or not.
    """

    date: date
    collected_at: datetime
    papers: tuple[RankedPaper, ...]
    sources: Reports = field(default_factory=dict)
    listing: Listing | None = None
    published_at: datetime | None = None
    final: bool = False
    rising: tuple[Rise, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether the day had no announcement."""
        return self.listing is not None and self.listing.state is ListingState.QUIET

    @property
    def first_published_at(self) -> datetime:
        """When the digest first appeared."""
        return self.published_at or self.collected_at

    @property
    def sources_asked(self) -> tuple[str, ...]:
        """The names of the sources that are on, in the order in which they are shown."""
        reports = self.sources.items()
        return tuple(name for name, report in reports if report.status is not Status.OFF)

    @property
    def sources_lacking(self) -> tuple[str, ...]:
        """The names of the sources that failed, at once or half-way: another run may tell more."""
        return tuple(
            name
            for name, report in self.sources.items()
            if report.status is Status.FAILED or report.interrupted
        )


def score(attention: Mapping[str, Attention]) -> Decimal:
    """The sum of the sources' weighted parts."""
    return sum((part.weighted for part in attention.values()), Decimal(0))
