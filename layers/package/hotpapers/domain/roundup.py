"""Roundups: the best papers of a week, and of a month, from its final digests."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from hotpapers.domain.calendar import listing_dates
from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.edition import EditionHead, Revision
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.sources import SOURCES

PERIOD = re.compile(r"(?P<year>\d{4})-(?P<week>W)?(?P<number>\d{2})", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1991, 9998
"""arXiv's first year, and the last one that has a next one."""


class PeriodKind(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"


MOST_PAPERS = {PeriodKind.WEEK: 10, PeriodKind.MONTH: 30}
"""How many papers are the best of a period.

The blog's days have eleven hot papers on average. The best of a week are no more than those of one
day, to be read at one sitting: one in six. A month's are three times as many, one in eight, so that
about seven of each week's ten are among them. docs/decisions/0013-roundups.md says more.
"""


@dataclass(frozen=True)
class Period:
    """A week, from Monday to Sunday, or a month: the one of this `number` in its year.

    Weeks are those of ISO 8601: the first one of a year has the year's first Thursday.
    """

    kind: PeriodKind
    year: int
    number: int

    @property
    def name(self) -> str:
        """The period as ISO 8601 writes it: `2020-W38`, `2020-09`."""
        mark = "W" if self.kind is PeriodKind.WEEK else ""
        return f"{self.year:04}-{mark}{self.number:02}"

    @property
    def first(self) -> date:
        """The first day."""
        if self.kind is PeriodKind.WEEK:
            return date.fromisocalendar(self.year, self.number, 1)
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """The last day, which belongs to the period."""
        if self.kind is PeriodKind.WEEK:
            return self.first + timedelta(days=6)
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def listing_dates(self) -> Sequence[date]:
        """The days on which arXiv may list papers: 5 of a week, 20 to 23 of a month."""
        return listing_dates(self.first, self.last)


@dataclass(frozen=True)
class RoundupDay:
    """What became of a listing date: how many `hot` papers it had when last measured (UTC).

    A `quiet` one had no announcement, and `why` says the reason. Of another one `shortfall` says
    why it may have had more papers, and `lacking` are the names of the sources whose numbers are
    not known, or not all.
    """

    date: date
    collected_at: datetime
    hot: int
    quiet: bool = False
    why: str = ""
    shortfall: str = ""
    lacking: tuple[str, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether something of the day is not known."""
        return bool(self.shortfall or self.lacking)


@dataclass(frozen=True)
class RoundupPaper:
    """A paper with its `rank` in the roundup (from 1), its listing date, and its entry there."""

    rank: int
    date: date
    entry: RankedPaper


@dataclass(frozen=True)
class Roundup:
    """The best papers of a period, by rank, and its days in order.

    `sources` are the names of those that were on for any of its digests, in their order; `hot` is
    how many papers its digests have, of which these are the best.
    """

    period: Period
    sources: tuple[str, ...]
    days: tuple[RoundupDay, ...]
    papers: tuple[RoundupPaper, ...]
    hot: int

    @property
    def collected_at(self) -> datetime:
        """When the last of its numbers were measured (UTC)."""
        return max(day.collected_at for day in self.days)

    @property
    def is_quiet(self) -> bool:
        """Whether no day had an announcement."""
        return all(day.quiet for day in self.days)

    @property
    def days_missing(self) -> tuple[date, ...]:
        """The listing dates that are not among the days: the archive begins after them."""
        known = {day.date for day in self.days}
        return tuple(day for day in self.period.listing_dates if day not in known)

    def measured_at(self, paper: RoundupPaper) -> datetime:
        """When a paper's numbers were measured (UTC)."""
        return next(day.collected_at for day in self.days if day.date == paper.date)


def parse_period(text: str) -> Period | None:
    """The week or month that a text names in full; None for any other text.

    It must be a period that there is, in the time of arXiv.
    """
    match = PERIOD.fullmatch(text)
    if match is None or not FIRST_YEAR <= int(match["year"]) <= LAST_YEAR:
        return None
    kind = PeriodKind.WEEK if match["week"] else PeriodKind.MONTH
    period = Period(kind, int(match["year"]), int(match["number"]))
    return period if _exists(period) else None


def periods_of(day: date) -> tuple[Period, Period]:
    """The week and the month that a day belongs to."""
    year, week, _ = day.isocalendar()
    return Period(PeriodKind.WEEK, year, week), Period(PeriodKind.MONTH, day.year, day.month)


def days_awaited(
    period: Period, heads: Mapping[date, EditionHead], first_date: date | None
) -> Sequence[date]:
    """The listing dates of a period of which more is expected, the digests' heads given by date.

    Nothing more is expected of a day whose digest is final, or says that the day was quiet; nor of
    those before the archive's first digest (None: there is none).
    """
    expected = [day for day in period.listing_dates if first_date is None or day >= first_date]
    return [
        day for day in expected if day not in heads or not (heads[day].final or heads[day].quiet)
    ]


def is_over(digest: Digest) -> bool:
    """Tell whether nothing more is expected of a digest."""
    return digest.final or digest.is_quiet


def make_roundup(period: Period, digests: Iterable[Digest]) -> Roundup:
    """The best papers of a period's digests, in whatever order these come.

    Papers of the same score are in the order of their listing dates, and of their ids.
    """
    in_order = sorted(digests, key=lambda digest: digest.date)
    asked = {name for digest in in_order for name in digest.sources_asked}
    hot = list(_best_first(in_order))
    best = hot[: MOST_PAPERS[period.kind]]
    return Roundup(
        period=period,
        sources=tuple(name for name in SOURCES if name in asked),
        days=tuple(_day(digest) for digest in in_order),
        papers=tuple(
            RoundupPaper(rank, day, entry) for rank, (day, entry) in enumerate(best, start=1)
        ),
        hot=len(hot),
    )


def roundup_revision(digests: Iterable[Revision]) -> Revision:
    """The name of the roundup that is made of these revisions of digests, in their days' order.

    It orders the roundups of a period: where a digest is replaced by a newer edition, or the
    archive gets digests of earlier days, the roundup is a later one, whichever day it is. The time
    of the newest digest would not do: a day may be collected again by a run of an older time. With
    23 days it has 876 characters; S3 takes 2,048 of metadata.
    """
    revisions = list(digests)
    return "/".join([f"{len(revisions):02}", *revisions])


def digest_revisions(roundup: Revision) -> Sequence[Revision]:
    """The revisions of the digests that a roundup was made of, by its own."""
    return roundup.split("/")[1:]


def _exists(period: Period) -> bool:
    try:
        return bool(period.first)
    except ValueError:
        return False


def _best_first(digests: Iterable[Digest]) -> Iterator[tuple[date, RankedPaper]]:
    """The papers of digests with their listing dates, each paper once: where it is best."""
    entries = [(digest.date, entry) for digest in digests for entry in digest.papers]
    entries.sort(key=lambda listed: (-listed[1].score, listed[0], listed[1].paper.id))
    seen = set[PaperId]()
    for day, entry in entries:
        if entry.paper.id not in seen:
            seen.add(entry.paper.id)
            yield day, entry


def _day(digest: Digest) -> RoundupDay:
    listing, quiet = digest.listing, digest.is_quiet
    return RoundupDay(
        date=digest.date,
        collected_at=digest.collected_at,
        hot=len(digest.papers),
        quiet=quiet,
        why=listing.why if listing and quiet else "",
        shortfall=listing.shortfall if listing and not quiet else "",
        lacking=digest.sources_lacking,
    )
