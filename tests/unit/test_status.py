"""How the archive stands: the newest listing dates, the newest digest, what is late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hotpapers.domain.digest import Digest
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.sources import SourceReport, Status
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.measure import make_edition
from hotpapers.use_cases.status import read_status
from tests.builders import OFF, OK, POST, make_entry
from tests.reading import make_archive

MONDAY = date(2020, 9, 21)
FRIDAY, THURSDAY, WEDNESDAY = (MONDAY - timedelta(days=number) for number in (3, 4, 5))
NOW = datetime(2020, 9, 21, 12, tzinfo=UTC)
RUN = datetime(2020, 9, 21, 10, tzinfo=UTC)
"""Of that morning: six o'clock in New York."""


def archive(listings: Sequence[Listing] = (), digests: Sequence[Digest] = ()) -> Archive:
    kept = make_archive()
    for listing in listings:
        assert kept.listings.keep(listing)
    for digest in digests:
        kept.editions.save(make_edition(digest))
    return kept


def fresh(day: date, found_at: datetime = RUN) -> Listing:
    return Listing(day, ListingState.FRESH, found_at, origin=Origin.FEED, papers=512)


def digest(day: date = FRIDAY, **changes: Any) -> Digest:
    plain = Digest(day, RUN, (make_entry(posts=[POST]),), {"x": OK, "reddit": OFF})
    return replace(plain, **changes)


def quiet(day: date, found_at: datetime = RUN) -> Listing:
    return Listing(day, ListingState.QUIET, found_at, "a holiday")


FRESH_DOCUMENT = {
    "state": "fresh",
    "found_at": "2020-09-21T10:00:00Z",
    "papers": 512,
    "origin": "feed",
}


def test_the_status_of_an_archive_in_which_all_is_well() -> None:
    kept = archive(
        [fresh(MONDAY), replace(fresh(FRIDAY), shortfall="the feed is cut"), quiet(THURSDAY)],
        [
            digest(
                published_at=RUN - timedelta(days=1),
                sources={"x": replace(OK, posts_read=7), "reddit": OFF},
            )
        ],
    )

    assert read_status(NOW, kept) == {
        "time": "2020-09-21T12:00:00Z",
        "stale": False,
        "why": [],
        "listings": [
            {"date": "2020-09-21", **FRESH_DOCUMENT},
            {"date": "2020-09-18", **FRESH_DOCUMENT, "shortfall": "the feed is cut"},
            {
                "date": "2020-09-17",
                "state": "quiet",
                "found_at": "2020-09-21T10:00:00Z",
                "papers": 0,
                "why": "a holiday",
            },
        ],
        "newest_digest": {
            "date": "2020-09-18",
            "collected_at": "2020-09-21T10:00:00Z",
            "first_published_at": "2020-09-20T10:00:00Z",
            "papers": 1,
            "quiet": False,
            "final": False,
        },
        "sources": {"x": {"status": "ok", "posts_read": 7}, "reddit": {"status": "off"}},
    }


def test_the_status_of_an_empty_archive() -> None:
    assert read_status(NOW, archive()) == {
        "time": "2020-09-21T12:00:00Z",
        "stale": True,
        "why": ["there is no digest yet"],
        "listings": [],
        "newest_digest": None,
        "sources": {},
    }


def states(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["date"], each["state"]) for each in document["listings"]]


def test_days_that_are_stalled_or_failed_are_late() -> None:
    stalled = Listing(FRIDAY, ListingState.STALLED, RUN, "arXiv's feed is of 2020-09-17")
    failed = Listing(THURSDAY, ListingState.FAILED, RUN, "arXiv: answered 503")
    waiting = Listing(MONDAY, ListingState.WAITING, RUN, "arXiv's feed is empty")

    document = read_status(NOW, archive([stalled, failed, waiting], [digest(WEDNESDAY)]))

    assert states(document) == [
        ("2020-09-21", "waiting"),
        ("2020-09-18", "stalled"),
        ("2020-09-17", "failed"),
    ]
    assert document["why"] == [
        "the listing of 2020-09-17 has failed: arXiv: answered 503",
        "the listing of 2020-09-18 has stalled: arXiv's feed is of 2020-09-17",
    ]
    assert document["stale"] is True


@pytest.mark.parametrize(
    ("now", "expected", "why"),
    [
        ("2020-09-20T23:59:59Z", [], []),
        # Announced on the evening before, New York time; looked for in the morning, at 10:00.
        ("2020-09-21T00:00:00Z", [("2020-09-21", "waiting")], []),
        ("2020-09-21T15:59:59Z", [("2020-09-21", "waiting")], []),
        (
            "2020-09-21T16:00:00Z",
            [("2020-09-21", "failed")],
            ["no run has looked for the listing of 2020-09-21"],
        ),
        (
            "2020-09-23T12:00:00Z",
            [("2020-09-23", "waiting"), ("2020-09-22", "failed"), ("2020-09-21", "failed")],
            ["no run has looked for 2 listings, the first of 2020-09-21"],
        ),
    ],
)
def test_days_that_no_run_has_looked_for(
    now: str, expected: list[tuple[str, str]], why: list[str]
) -> None:
    kept = archive([fresh(FRIDAY)], [digest(final=True)])

    document = read_status(datetime.fromisoformat(now), kept)

    assert states(document) == [*expected, ("2020-09-18", "fresh")]
    assert [each["found_at"] for each in document["listings"]] == [
        *[None] * len(expected),
        "2020-09-21T10:00:00Z",
    ]
    assert document["why"] == why


def test_a_day_on_which_the_calendar_has_no_listing() -> None:
    before = fresh(date(2026, 9, 7), datetime(2026, 9, 7, 10, tzinfo=UTC))
    kept = archive([before], [digest(date(2026, 9, 4), final=True)])

    document = read_status(datetime(2026, 9, 8, 9, tzinfo=UTC), kept)

    assert document["listings"][0] == {
        "date": "2026-09-08",
        "state": "quiet",
        "found_at": None,
        "papers": 0,
        "why": "arXiv's calendar has no announcement on the evening of Monday, 2026-09-07",
        "predicted": True,
    }
    assert document["why"] == []


def test_an_archive_of_which_nothing_is_new() -> None:
    document = read_status(NOW + timedelta(days=28), archive([fresh(FRIDAY)], [digest()]))

    assert states(document) == [
        ("2020-10-19", "waiting"),
        *((f"2020-10-{day:02}", "failed") for day in (16, 15, 14, 13, 12, 9, 8, 7, 6)),
    ]
    assert document["why"] == [
        "no run has looked for 9 listings, the first of 2020-10-06",
        "the digest of 2020-09-18 has not been measured since 2020-09-21T10:00:00Z",
    ]


@pytest.mark.parametrize(
    ("hours", "final", "late"),
    [(36, False, False), (37, False, True), (37, True, False)],
)
def test_a_digest_that_is_not_measured_again_is_late(hours: int, final: bool, late: bool) -> None:
    now = RUN + timedelta(hours=hours)
    days = [fresh(MONDAY), fresh(MONDAY + timedelta(days=1))]

    document = read_status(now, archive(days, [digest(final=final)]))

    since = "the digest of 2020-09-18 has not been measured since 2020-09-21T10:00:00Z"
    assert document["why"] == ([since] if late else [])


def test_numbers_of_an_earlier_run_are_late_where_a_source_failed() -> None:
    earlier = RUN - timedelta(days=2)
    sources = {
        "x": SourceReport(Status.PARTIAL, "stopped at 500 posts", as_of=earlier),
        "bluesky": SourceReport(Status.FAILED, "answered 401"),
        "reddit": SourceReport(Status.FAILED, "answered 503", as_of=earlier),
    }
    kept = archive([fresh(FRIDAY), fresh(MONDAY)], [digest(sources=sources)])

    document = read_status(NOW, kept)

    assert document["why"] == ["Reddit's numbers are those of 2020-09-19T10:00:00Z: answered 503"]


def test_the_newest_digest_is_not_that_of_a_quiet_day() -> None:
    listing = quiet(MONDAY)
    kept = archive(
        [fresh(FRIDAY), listing],
        [digest(), Digest(MONDAY, RUN, (), listing=listing, final=True)],
    )

    document = read_status(NOW, kept)

    assert document["newest_digest"]["date"] == "2020-09-18"
    assert document["sources"] == {"x": {"status": "ok"}, "reddit": {"status": "off"}}
