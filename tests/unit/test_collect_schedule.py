"""Runs of the schedule: which days they take in, measure again, and leave alone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from hotpapers.domain.calendar import due_at, final_at, listing_dates
from hotpapers.domain.edition import Edition, Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper import Paper
from hotpapers.errors import UpstreamError
from hotpapers.use_cases.collect import MOST_TAKEN_IN, CollectionOrder, Run, Terms
from tests.builders import make_paper
from tests.collecting import TERMS, Archive, run
from tests.fakes import MemoryPapers, MemoryPosts

DAYS = listing_dates(date(2020, 9, 14), date(2020, 10, 30))
PAPERS: dict[date, Paper] = {
    day: make_paper(f"20{day.month:02}.{day.day:05}", submitted_at=None) for day in DAYS
}
"""A paper that is announced on each day."""


def morning(day: date) -> datetime:
    """06:00 in New York, when the schedule starts a run (daylight saving time)."""
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def arxiv(day: date) -> MemoryPapers:
    """arXiv as it stands on a day."""
    papers = MemoryPapers(announcements=[], today=day)
    for announced, paper in PAPERS.items():
        if announced <= day:
            papers.announce(announced, [paper])
    return papers


def run_on(archive: Archive, day: date, papers: MemoryPapers | None = None) -> Run:
    """A run of the schedule on the morning of a day."""
    return run(archive, CollectionOrder(morning(day)), papers or arxiv(day), [MemoryPosts()], TERMS)


def dates(run_: Run) -> tuple[list[str], list[str]]:
    """The listing dates taken in, and those whose digests were made; of September without it."""
    looked = [f"{each.date:%m-%d}" for each in run_.listings]
    made = [f"{each.date:%m-%d}" for each in run_.digests]
    return looked, made


def test_a_new_archive_begins_with_the_newest_day_that_is_due() -> None:
    archive = Archive()
    made = run_on(archive, date(2020, 9, 18))
    # Friday's listing is taken in while it can be had, Thursday's digest is made.
    assert dates(made) == (["09-17", "09-18"], ["09-17"])
    [thursday, friday] = made.listings
    assert (thursday.origin, friday.origin) == (Origin.PAGE, Origin.FEED)


def test_each_run_takes_in_a_day_and_measures_those_of_a_week() -> None:
    archive = Archive()
    told = {}
    day = date(2020, 9, 18)
    while day <= date(2020, 10, 2):
        told[f"{day:%m-%d}"] = dates(run_on(archive, day))
        day += timedelta(days=1)
    assert told == {
        "09-18": (["09-17", "09-18"], ["09-17"]),
        "09-19": ([], ["09-17", "09-18"]),
        "09-20": ([], ["09-17", "09-18"]),
        "09-21": (["09-21"], ["09-17", "09-18"]),
        "09-22": (["09-22"], ["09-17", "09-18", "09-21"]),
        "09-23": (["09-23"], ["09-17", "09-18", "09-21", "09-22"]),
        # On the 24th, Thursday's digest is a week old, and final.
        "09-24": (["09-24"], ["09-17", "09-18", "09-21", "09-22", "09-23"]),
        "09-25": (["09-25"], ["09-18", "09-21", "09-22", "09-23", "09-24"]),
        "09-26": ([], ["09-21", "09-22", "09-23", "09-24", "09-25"]),
        "09-27": ([], ["09-21", "09-22", "09-23", "09-24", "09-25"]),
        "09-28": (["09-28"], ["09-21", "09-22", "09-23", "09-24", "09-25"]),
        "09-29": (["09-29"], ["09-22", "09-23", "09-24", "09-25", "09-28"]),
        "09-30": (["09-30"], ["09-23", "09-24", "09-25", "09-28", "09-29"]),
        "10-01": (["10-01"], ["09-24", "09-25", "09-28", "09-29", "09-30"]),
        "10-02": (["10-02"], ["09-25", "09-28", "09-29", "09-30", "10-01"]),
    }
    for listed in listing_dates(date(2020, 9, 17), date(2020, 9, 25)):
        head = archive.editions.head(listed)
        assert head is not None
        assert head.final
        assert head.published_at == next(
            morning(each) for each in _mornings(listed) if morning(each) >= due_at(listed)
        )
        measured = [each.time for each in archive.measurements.measurements(listed)]
        assert measured[-1] >= final_at(listed) > measured[-2]
        assert len(measured) == 7


def _mornings(day: date) -> Sequence[date]:
    return [day + timedelta(days=number) for number in range(9)]


def test_an_event_delivered_twice_does_nothing_the_second_time() -> None:
    archive = Archive()
    run_on(archive, date(2020, 9, 18))
    kept = archive.document(date(2020, 9, 17))
    papers = arxiv(date(2020, 9, 18))
    assert dates(run_on(archive, date(2020, 9, 18), papers)) == ([], [])
    assert papers.questions == []
    assert archive.document(date(2020, 9, 17)) == kept


def test_an_event_that_comes_late_does_not_undo_what_a_later_run_did() -> None:
    archive = Archive()
    run_on(archive, date(2020, 9, 18))
    run_on(archive, date(2020, 9, 22))
    kept = [archive.document(day) for day in listing_dates(date(2020, 9, 17), date(2020, 9, 21))]
    assert dates(run_on(archive, date(2020, 9, 21))) == ([], [])
    assert kept == [
        archive.document(day) for day in listing_dates(date(2020, 9, 17), date(2020, 9, 21))
    ]


def test_after_an_outage_of_three_days_the_next_run_closes_all_three_in_order() -> None:
    archive = Archive()
    run_on(archive, date(2020, 9, 18))
    made = run_on(archive, date(2020, 9, 24))
    assert dates(made) == (
        ["09-21", "09-22", "09-23", "09-24"],
        ["09-17", "09-18", "09-21", "09-22", "09-23"],
    )
    assert [each.papers for each in made.listings] == [1] * 4
    assert [each.origin for each in made.listings] == [Origin.PAGE] * 3 + [Origin.FEED]
    assert dates(run_on(archive, date(2020, 9, 25))) == (
        ["09-25"],
        ["09-18", "09-21", "09-22", "09-23", "09-24"],
    )


def test_after_a_long_outage_a_run_takes_in_the_oldest_days_and_the_newest() -> None:
    archive = Archive()
    run_on(archive, date(2020, 9, 18))
    looked, _ = dates(run_on(archive, date(2020, 10, 1)))
    assert looked == ["09-21", "09-22", "09-23", "09-24", "10-01"]
    assert len(looked) == MOST_TAKEN_IN
    looked, _ = dates(run_on(archive, date(2020, 10, 2)))
    assert looked == ["09-25", "09-28", "09-29", "09-30", "10-02"]
    # Each day of the outage is accounted for; those of which it is too late are final at once.
    run_on(archive, date(2020, 10, 3))
    every = listing_dates(date(2020, 9, 17), date(2020, 10, 2))
    assert sorted(archive.listings.listings(every[0], every[-1])) == every
    heads = archive.editions.heads(every[0], every[-1])
    assert [head.date for head in heads] == every
    assert [head.final for head in heads] == [head.date <= date(2020, 9, 25) for head in heads]


def test_days_before_the_archive_are_left_to_a_backfill() -> None:
    archive = Archive()
    run_on(archive, date(2020, 9, 18))
    assert min(archive.listings.listings(date(2020, 1, 1), date(2020, 12, 1))) == date(2020, 9, 17)


@pytest.mark.parametrize(
    ("settling", "looked", "made"),
    [
        (0, ["09-18"], ["09-18"]),
        (1, ["09-17", "09-18"], ["09-17"]),
        (2, ["09-16", "09-17", "09-18"], ["09-16"]),
    ],
)
def test_how_long_a_digest_settles_is_set(
    settling: int, looked: list[str], made: list[str]
) -> None:
    terms = Terms(TERMS.categories, settling=timedelta(days=settling))
    day = date(2020, 9, 18)
    told = run(Archive(), CollectionOrder(morning(day)), arxiv(day), [MemoryPosts()], terms)
    assert dates(told) == (looked, made)


def test_how_long_a_digest_is_measured_is_set() -> None:
    terms = Terms(TERMS.categories, measured=timedelta(days=1))
    day = date(2020, 9, 18)
    told = run(Archive(), CollectionOrder(morning(day)), arxiv(day), [MemoryPosts()], terms)
    assert [(each.date, each.final) for each in told.digests] == [(date(2020, 9, 17), True)]


def test_a_digest_of_before_listings_were_kept_stays_as_it_is() -> None:
    archive = Archive()
    old = Edition(date(2020, 9, 17), morning(date(2020, 9, 18)), (PaperId("2009.00017"),), b"{}")
    archive.editions.save(old)
    assert dates(run_on(archive, date(2020, 9, 19))) == (["09-18"], ["09-18"])
    assert archive.document(date(2020, 9, 17)) == b"{}"


# Quiet, stalled and failing days


def test_a_day_on_which_arxiv_stalls_is_looked_for_again_and_found() -> None:
    archive = Archive()
    run_on(archive, date(2020, 9, 21))
    stale = arxiv(date(2020, 9, 21))
    stale.today = date(2020, 9, 21)
    [listing] = run_on(archive, date(2020, 9, 22), stale).listings
    assert (listing.date, listing.state) == (date(2020, 9, 22), ListingState.WAITING)
    late = CollectionOrder(datetime(2020, 9, 22, 20, tzinfo=UTC))
    [listing] = run(archive, late, stale, [MemoryPosts()]).listings
    assert (listing.date, listing.state) == (date(2020, 9, 22), ListingState.STALLED)
    looked, made = dates(run_on(archive, date(2020, 9, 23)))
    assert looked == ["09-22", "09-23"]
    assert made[-1] == "09-22"


def test_a_holiday_that_no_calendar_lists_is_quiet_once_arxiv_goes_on() -> None:
    archive = Archive()
    run_on(archive, date(2020, 9, 21))
    silent = arxiv(date(2020, 9, 21))
    run_on(archive, date(2020, 9, 22), silent)
    goes_on = arxiv(date(2020, 9, 23))
    del goes_on.announcements[date(2020, 9, 22)]
    made = run_on(archive, date(2020, 9, 23), goes_on)
    why = "arXiv announced nothing on this day, and has since"
    quiet = Listing(date(2020, 9, 22), ListingState.QUIET, morning(date(2020, 9, 23)), why)
    assert made.listings[0] == quiet
    head = archive.editions.head(date(2020, 9, 22))
    assert head is not None
    assert (head.quiet, head.final) == (True, True)
    # It is settled: nobody asks again.
    assert dates(run_on(archive, date(2020, 9, 24)))[0] == ["09-24"]


def test_a_listing_that_is_cut_is_asked_for_again_until_it_is_whole() -> None:
    archive = Archive()
    cut = arxiv(date(2020, 9, 21))
    cut.failures["announcement"] = UpstreamError("arXiv", "answered 503")
    cut.failures["notice"] = UpstreamError("arXiv", "answered 503")
    listing = run_on(archive, date(2020, 9, 21), cut).listings[-1]
    assert (listing.state, listing.shortfall) == (ListingState.FRESH, "arXiv: answered 503")
    more = arxiv(date(2020, 9, 22))
    extra = make_paper("2009.00099", submitted_at=None)
    more.announce(date(2020, 9, 21), [extra])
    listings = run_on(archive, date(2020, 9, 22), more).listings
    assert [(each.date.day, each.papers, each.shortfall) for each in listings[-2:]] == [
        (21, 2, ""),
        (22, 1, ""),
    ]
    assert archive.listings.papers(date(2020, 9, 21)) == (PAPERS[date(2020, 9, 21)], extra)


def test_the_outcome_of_a_made_digest_is_saved() -> None:
    made = run_on(Archive(), date(2020, 9, 18))
    assert [each.outcome for each in made.digests] == [Outcome.SAVED]
