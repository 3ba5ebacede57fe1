"""What is late: listings of which nothing is known by noon, and sources that fail for days.

Alarms watch both. A run counts them from what is kept, never from what a process remembers.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from hotpapers.domain.calendar import announced_at, listing_dates, new_york_date
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.sources import SOURCES, SourceReport, Status
from hotpapers.use_cases.measure import Day
from hotpapers.use_cases.take_in import PATIENCE

STANDING = (ListingState.FRESH, ListingState.QUIET)
"""How a listing date stands of which is known whether it has papers, if by the calendar alone."""

BETWEEN_RUNS = timedelta(days=1)
LONG = timedelta(hours=36)
"""How long after its first failure a source is down. A run comes once a day, so the second one
after that is past it, and the first is not, also where a clock is put forward or a run is late."""

Reporting = Callable[[str, Day, datetime], SourceReport]
"""What is to be said of a source, by its name, in a day's digest of a time."""


def listings_overdue(kept: Mapping[date, Listing], time: datetime) -> tuple[date, ...]:
    """The listing dates whose noon (New York) has passed, and nobody knows how they stand.

    `kept` is what is known of listing dates up to a time; it is the first of them that begins the
    archive. A holiday of which nobody knew is among them until arXiv's next announcement shows that
    there was none; arXiv has not paused for more than two listing dates of that kind in a row.
    """
    if not kept:
        return ()
    return tuple(
        day
        for day in listing_dates(min(kept), new_york_date(time))
        if announced_at(day) + PATIENCE <= time
        and not (day in kept and kept[day].state in STANDING)
    )


def sources_down(days: Sequence[Day], time: datetime, report: Reporting) -> tuple[str, ...] | None:
    """The names of the sources that are on and have failed in three daily runs, or more.

    `days` are those that a run measures, oldest first, with what is known of them after it; None
    stands for a run that measured none. Whether a source fails is told by the newest day: one that
    is switched off is a part of older ones for a while.
    """
    if not days:
        return None
    return tuple(
        name
        for name in SOURCES
        if report(name, days[-1], time).status is Status.FAILED
        and (failing_since := _failing_since(name, days))
        and failing_since + LONG <= time
    )


def _failing_since(source: str, days: Sequence[Day]) -> datetime | None:
    """When a source failed first, as far as is known; None where it did not before this run.

    One that has told something did it at the latest a run later. Of one that never did, the first
    digest tells that it lacked the source when it appeared.
    """
    told = [day.readings[source].taken_at for day in days if source in day.readings]
    if told:
        return max(told) + BETWEEN_RUNS
    heads = [day.head for day in days if day.head and source in day.head.failed]
    return min((head.published_at or head.collected_at for head in heads), default=None)
