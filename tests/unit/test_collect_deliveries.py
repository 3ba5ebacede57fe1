"""Events that come late, twice, in another order, around the nights on which the clocks change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.calendar import NEW_YORK, final_at, listing_dates, new_york_date
from hotpapers.domain.edition import Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.errors import UpstreamError
from hotpapers.use_cases.collect import CollectionOrder, Run
from tests.builders import make_paper
from tests.collecting import TERMS, Archive, run
from tests.fakes import MemoryPapers, MemoryPosts
from tests.properties import examples

ONE_DAY = timedelta(days=1)
AUTUMN, SPRING = date(2024, 10, 30), date(2025, 3, 5)
"""Wednesdays; on the Sunday after each the clocks change, and no holiday is near."""
EVENTS = 9
"""How many days' events come as they like; then those of three weeks come as they should."""


@dataclass(frozen=True)
class Delivery:
    """An event: of which day, counted from the first, and how long after its time it comes."""

    day: int
    delay: timedelta = timedelta(0)


@dataclass(frozen=True)
class Schedule:
    """A run every day, from a day on, at an hour of New York's."""

    first: date
    hour: int = 6

    def time(self, number: int) -> datetime:
        """When the run of the n-th day is due."""
        day = self.first + number * ONE_DAY
        return datetime.combine(day, time(self.hour, 30), NEW_YORK).astimezone(UTC)

    def deliver(self, archive: Archive, delivery: Delivery) -> Run:
        """The run of an event, with arXiv as it stands when it comes."""
        due = self.time(delivery.day)
        papers = arxiv(new_york_date(due + delivery.delay))
        return run(archive, CollectionOrder(due), papers, [MemoryPosts()], TERMS)


def paper_of(day: date) -> PaperId:
    return PaperId(f"{day:%y%m}.{day.day:05}")


def arxiv(today: date) -> MemoryPapers:
    """arXiv as it stands on a day: a paper was announced on each listing date of weeks."""
    papers = MemoryPapers(announcements=[], today=today)
    for day in listing_dates(today - timedelta(days=40), today):
        papers.announce(day, [make_paper(paper_of(day), submitted_at=None)])
    return papers


def days_of(archive: Archive) -> Mapping[date, tuple[PaperId, ...]]:
    """The papers of each listing date that is kept, which all are known."""
    kept = archive.listings.listings(date(2024, 1, 1), date(2025, 12, 31))
    assert {listing.state for listing in kept.values()} == {ListingState.FRESH}
    return {day: tuple(paper.id for paper in archive.listings.papers(day)) for day in kept}


DELIVERIES = st.lists(
    st.builds(
        Delivery,
        st.integers(1, EVENTS),
        st.sampled_from([0, 1, 6, 12, 26, 75]).map(lambda hours: timedelta(hours=hours)),
    ),
    max_size=2 * EVENTS,
)


@pytest.mark.thorough
@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from([AUTUMN, SPRING]), st.integers(0, 23), DELIVERIES)
def test_however_events_come_each_day_has_its_papers_in_the_end(
    first: date, hour: int, deliveries: list[Delivery]
) -> None:
    schedule, archive = Schedule(first, hour), Archive()
    schedule.deliver(archive, Delivery(0))
    for delivery in sorted(deliveries, key=lambda each: schedule.time(each.day) + each.delay):
        before = archive.editions.heads(date.min, date.max)
        schedule.deliver(archive, delivery)
        after = {head.date: head for head in archive.editions.heads(date.min, date.max)}
        # Nothing goes back, and nothing goes away.
        assert all(after[head.date].revision >= head.revision for head in before)
    for number in range(EVENTS + 4, EVENTS + 21):
        schedule.deliver(archive, Delivery(number))

    found = days_of(archive)
    assert found == {day: (paper_of(day),) for day in listing_dates(min(found), max(found))}
    assert min(found) <= first <= max(found) - timedelta(days=20)
    heads = archive.editions.heads(date.min, date.max)
    due = [day for day in found if final_at(day) <= schedule.time(EVENTS + 20)]
    assert [head.date for head in heads if head.final] == due


def test_the_events_of_two_days_in_the_wrong_order() -> None:
    schedule, archive = Schedule(AUTUMN), Archive()
    schedule.deliver(archive, Delivery(0))
    schedule.deliver(archive, Delivery(2))
    kept = documents(archive)
    late = schedule.deliver(archive, Delivery(1, timedelta(days=2)))

    assert (late.listings, late.digests, documents(archive)) == ((), (), kept)


def test_a_late_event_finds_out_what_later_ones_could_not() -> None:
    schedule, archive = Schedule(AUTUMN), Archive()
    schedule.deliver(archive, Delivery(0))
    down = MemoryPapers(error=UpstreamError("arXiv", "answered 503"))
    with pytest.raises(UpstreamError):
        run(archive, CollectionOrder(schedule.time(2)), down, [MemoryPosts()], TERMS)
    days = [AUTUMN + ONE_DAY, AUTUMN + 2 * ONE_DAY]
    assert [listing.state for listing in listings(archive, days)] == [ListingState.FAILED] * 2

    # Out of the queue `Failures`, say, once arXiv is well again.
    made = schedule.deliver(archive, Delivery(1, timedelta(days=2)))

    assert [listing.state for listing in made.listings] == [ListingState.FRESH]
    assert [listing.state for listing in listings(archive, days)] == [
        ListingState.FRESH,
        ListingState.FAILED,
    ]


def test_an_event_from_before_the_archive_takes_nothing_in() -> None:
    schedule, archive = Schedule(AUTUMN), Archive()
    schedule.deliver(archive, Delivery(0))
    kept = documents(archive)
    for years in (1, 20):
        order = CollectionOrder(schedule.time(0) - years * timedelta(days=365))
        papers = arxiv(new_york_date(schedule.time(0)))
        made = run(archive, order, papers, [MemoryPosts()], TERMS)
        assert (made.listings, made.digests, papers.questions) == ((), (), [])
    assert documents(archive) == kept


def test_an_archive_of_backfilled_days_alone_is_begun_by_the_first_event() -> None:
    schedule, archive = Schedule(AUTUMN), Archive()
    long_ago = AUTUMN - timedelta(days=365)
    order = CollectionOrder(schedule.time(0), long_ago, is_backfill=True)
    papers = MemoryPapers(announcements=[], today=AUTUMN)
    run(archive, order, papers, [MemoryPosts()], TERMS)

    made = schedule.deliver(archive, Delivery(0))

    assert [collection.outcome for collection in made.digests] == [Outcome.SAVED]


def documents(archive: Archive) -> Sequence[bytes]:
    heads = archive.editions.heads(date.min, date.max)
    return [archive.document(head.date) for head in heads]


def listings(archive: Archive, days: Sequence[date]) -> list[Listing]:
    return [*archive.listings.listings(days[0], days[-1]).values()]
