"""What is late: listings by noon of their day, sources after three runs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hotpapers.domain.edition import EditionHead
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.reading import Reading
from hotpapers.domain.sources import SourceReport, Status
from hotpapers.errors import UpstreamError
from hotpapers.use_cases.collect import CollectionOrder
from hotpapers.use_cases.lateness import listings_overdue, sources_down
from hotpapers.use_cases.measure import Day
from hotpapers.use_cases.report import measure
from tests.collecting import ORDER, POSTS, Archive, bluesky, run
from tests.fakes import Log, MemoryPosts

MONDAY = date(2020, 9, 14)
FRIDAY = date(2020, 9, 18)
NOON = datetime(2020, 9, 18, 16, tzinfo=UTC)
"""Noon of that Friday, New York."""
SECOND, ONE_DAY = timedelta(seconds=1), timedelta(days=1)
FAILED, FINE = SourceReport(Status.FAILED, "answered 503"), SourceReport(Status.OK)


def listings(*states: ListingState | None) -> dict[date, Listing]:
    """How the listing dates from Monday on stand; None stands for one that nobody looked for."""
    days = [MONDAY + number * ONE_DAY for number in range(len(states))]
    return {
        day: Listing(day, state, NOON)
        for day, state in zip(days, states, strict=True)
        if state is not None
    }


# Listings


def test_what_arxiv_shows_or_its_calendar_foretells_is_not_overdue() -> None:
    kept = listings(*[ListingState.FRESH, ListingState.QUIET] * 2, ListingState.FRESH)
    foretold = replace(kept[FRIDAY], state=ListingState.QUIET, predicted=True)

    assert listings_overdue(kept, NOON) == ()
    assert listings_overdue({**kept, FRIDAY: foretold}, NOON) == ()


def test_a_listing_is_overdue_from_noon_of_its_day_on() -> None:
    kept = listings(*[ListingState.FRESH] * 4, ListingState.WAITING)

    assert listings_overdue(kept, NOON - SECOND) == ()
    assert listings_overdue(kept, NOON) == (FRIDAY,)
    # A weekend has no listings, so it makes nothing worse.
    assert listings_overdue(kept, NOON + 2 * ONE_DAY) == (FRIDAY,)
    monday = FRIDAY + 3 * ONE_DAY
    assert listings_overdue(kept, NOON + 3 * ONE_DAY) == (FRIDAY, monday)


def test_days_that_failed_stalled_or_were_never_looked_for_are_overdue_from_the_first_on() -> None:
    kept = listings(
        ListingState.FAILED, ListingState.FRESH, None, ListingState.STALLED, ListingState.FRESH
    )

    wednesday, thursday = MONDAY + 2 * ONE_DAY, MONDAY + 3 * ONE_DAY
    assert listings_overdue(kept, NOON) == (MONDAY, wednesday, thursday)
    del kept[MONDAY]
    assert listings_overdue(kept, NOON) == (wednesday, thursday)


def test_an_archive_that_has_not_begun_has_nothing_overdue() -> None:
    assert listings_overdue({}, NOON) == ()


# Sources


def measured(
    told_at: datetime | None = None, *, appeared_at: datetime | None = None, lacked: bool = True
) -> Day:
    """A day of which Bluesky told something, or nothing, and whose digest lacked it or did not."""
    reading = {"bluesky": Reading("bluesky", told_at, (), ())} if told_at else {}
    head = None
    if appeared_at:
        failed = ("bluesky",) if lacked else ()
        head = EditionHead(FRIDAY, NOON, "r", 1, failed, published_at=appeared_at)
    return Day(Listing(FRIDAY, ListingState.FRESH, NOON), (), reading, head)


def down(*days: Day, newest: SourceReport = FAILED) -> tuple[str, ...] | None:
    """Which sources are down where Bluesky's report of the newest day is given, and all else is
    fine."""

    def report(name: str, day: Day, time: datetime) -> SourceReport:
        assert (day, time) == (days[-1], NOON)
        return newest if name == "bluesky" else FINE

    return sources_down(days, NOON, report)


def test_a_source_that_told_something_is_down_in_its_third_run_without() -> None:
    told = [NOON - number * ONE_DAY for number in (1, 2, 3)]

    assert [down(measured(time)) for time in told] == [(), (), ("bluesky",)]
    # Some minutes, and the change of the clocks, do not matter.
    assert down(measured(told[2] + timedelta(hours=2))) == ("bluesky",)
    assert down(measured(told[1] - timedelta(hours=2))) == ()
    # What it told last counts, of whichever day.
    assert down(measured(told[2]), measured(told[0]), measured()) == ()


def test_a_source_that_never_told_anything_is_down_in_its_third_run() -> None:
    appeared = [NOON - number * ONE_DAY for number in (0, 1, 2)]

    assert down(measured()) == ()
    days = [down(measured(appeared_at=time), measured()) for time in appeared]
    assert days == [(), (), ("bluesky",)]
    # It was off when that digest was made.
    assert down(measured(appeared_at=appeared[2], lacked=False), measured()) == ()
    # Of a digest that was kept before it was noted when it appeared, its time stands for that.
    old = measured(appeared_at=NOON)
    head = replace(old.head, published_at=None, collected_at=appeared[2]) if old.head else None
    assert down(replace(old, head=head)) == ("bluesky",)


@pytest.mark.parametrize("status", [Status.OK, Status.PARTIAL, Status.OFF])
def test_a_source_that_has_not_failed_for_the_newest_day_is_not_down(status: Status) -> None:
    long_ago = measured(NOON - 9 * ONE_DAY, appeared_at=NOON - 9 * ONE_DAY)

    assert down(long_ago, newest=SourceReport(status)) == ()


def test_a_run_that_measured_nothing_does_not_know() -> None:
    assert sources_down([], NOON, lambda *_: FAILED) is None


# A run


def test_a_run_of_all_that_is_due_counts_what_is_late_and_names_it_in_the_log(log: Log) -> None:
    archive, due = Archive(), CollectionOrder(ORDER.time)
    broken = bluesky(error=UpstreamError("Bluesky", "answered 503"))
    for number in range(3):
        time = due.time + number * ONE_DAY
        late = run(archive, replace(due, time=time), posts=[MemoryPosts(POSTS), broken])

    numbers = measure(late)
    assert (numbers["ListingsOverdue"], numbers["SourcesDown"]) == (len(late.overdue or ()), 1)
    assert late.down == ("bluesky",)
    named = [record for record in log.records if record.getMessage() == "source is down"]
    assert [vars(record)["source"] for record in named] == ["Bluesky"]


def test_a_run_of_one_day_tells_nothing_of_all_others() -> None:
    numbers = measure(run(Archive()))

    assert numbers.keys().isdisjoint({"ListingsOverdue", "SourcesDown"})
