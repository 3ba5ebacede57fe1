"""Collecting while sources fail: what is unknown, what stays known, what is made good later."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from hotpapers.documents.digest_json import write_time
from hotpapers.domain.calendar import Window
from hotpapers.domain.edition import Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import SourceReport, Status
from hotpapers.errors import EnoughError, StoreError, UpstreamError
from hotpapers.use_cases.collect import CollectionOrder
from hotpapers.use_cases.measure import Roster
from hotpapers.use_cases.report import measure, summarize
from tests.builders import COLLECTED_AT, DAY
from tests.collecting import (
    HOUR,
    OFF,
    OK,
    ORDER,
    POSTS,
    TERMS,
    WINDOW,
    A,
    Archive,
    B,
    C,
    Full,
    FullOfReadings,
    Unreadable,
    about,
    bluesky,
    later,
    reports,
    run,
    skeet,
)
from tests.fakes import MemoryPapers, MemoryPosts, MemoryReadings

DOWN = UpstreamError("Bluesky", "answered 503")


def said_of(archive: Archive, source: str) -> SourceReport:
    """What the day's digest says of a source."""
    return archive.digest().sources[source]


def lacking(archive: Archive) -> tuple[str, ...]:
    """The sources that the day's digest lacks."""
    head = archive.editions.head(DAY)
    assert head is not None
    return head.failed


def test_a_source_that_fails_is_unknown_and_the_others_stand() -> None:
    both, alone = Archive(), Archive()
    run(both, posts=[MemoryPosts(POSTS), bluesky(skeet(A, 40, "7"))])
    assert both.scores() == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90, "bluesky": 0}}

    run(alone, posts=[MemoryPosts(POSTS), bluesky(error=DOWN)])
    failed = SourceReport(Status.FAILED, "answered 503")
    assert alone.digest().sources == reports(x=OK, bluesky=failed)
    assert alone.scores() == {A.id: {"x": 70}, B.id: {"x": 90}}
    assert lacking(alone) == ("bluesky",)


def test_all_sources_may_fail() -> None:
    archive = Archive()
    [made] = run(archive, posts=[MemoryPosts(error=DOWN), bluesky(error=DOWN)]).digests
    assert (made.outcome, made.papers_hot) == (Outcome.SAVED, 0)
    statuses = [each.status.value for each in archive.digest().sources.values()]
    assert statuses == ["failed", "failed", *["off"] * 4]
    assert archive.measurements.measurements(DAY) == []


def test_what_was_known_before_a_failure_stays_known() -> None:
    archive = Archive()
    run(archive, posts=[MemoryPosts(POSTS), bluesky(skeet(A, 40, "7"))])
    run(archive, later(1), posts=[MemoryPosts(POSTS), bluesky(error=DOWN)])
    failed = SourceReport(Status.FAILED, "answered 503", as_of=COLLECTED_AT)
    assert said_of(archive, "bluesky") == failed
    assert archive.scores() == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90, "bluesky": 0}}
    # And it comes back.
    run(archive, later(2), posts=[MemoryPosts(POSTS), bluesky(skeet(A, 41, "7"))])
    assert said_of(archive, "bluesky") == OK
    assert archive.scores()[A.id] == {"x": 70, "bluesky": 41}
    # What stood in is no measurement: that time is a hole.
    [entry] = [each for each in archive.digest().papers if each.paper == A]
    told = [(point.time, list(point.attention)) for point in entry.history]
    assert told == [
        (COLLECTED_AT, ["x", "bluesky"]),
        (later(1).time, ["x"]),
        (later(2).time, ["x", "bluesky"]),
    ]


def test_where_no_source_tells_anything_the_digest_stays_as_it_is() -> None:
    archive = Archive()
    run(archive)
    kept = archive.editions.document(DAY)
    made = run(archive, later(1), posts=[MemoryPosts(error=DOWN)])
    assert made.digests == ()
    assert archive.editions.document(DAY) == kept


def test_a_digest_becomes_final_once_its_last_sources_had_a_week_to_answer() -> None:
    archive = Archive()
    run(archive)
    down = [MemoryPosts(error=DOWN)]
    due = datetime(2020, 9, 25, tzinfo=UTC)
    assert run(archive, replace(ORDER, time=due), posts=down).digests == ()
    [made] = run(archive, replace(ORDER, time=due + timedelta(days=7)), posts=down).digests
    assert made.final
    assert said_of(archive, "x") == SourceReport(Status.FAILED, "answered 503", as_of=COLLECTED_AT)
    assert archive.scores() == {B.id: {"x": 90}, A.id: {"x": 70}}


def test_a_source_that_stops_half_way_is_partial() -> None:
    archive = Archive()
    cut = UpstreamError("Bluesky", "broke off")
    run(archive, posts=[MemoryPosts(POSTS), bluesky(skeet(A, 40, "7"), error=cut)])

    partial = SourceReport(Status.PARTIAL, "broke off", interrupted=True)
    assert said_of(archive, "bluesky") == partial
    # Nothing is known of what Bluesky says about B: it may not have come to that.
    assert archive.scores() == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90}}
    assert lacking(archive) == ("bluesky",)


def test_a_source_that_told_as_much_as_it_was_asked_for_lacks_nothing() -> None:
    archive = Archive()
    run(archive, posts=[MemoryPosts(POSTS, EnoughError("X", "stopped at 4 posts"))])
    assert said_of(archive, "x") == SourceReport(Status.PARTIAL, "stopped at 4 posts")
    assert lacking(archive) == ()


class Scripted:
    """A source that gives these pages, and then fails."""

    def __init__(self, name: str, pages: Sequence[PostPage], error: Exception) -> None:
        self.name = name
        self._pages = pages
        self._error = error

    def earliest(self, time: datetime) -> datetime:  # noqa: ARG002
        return datetime(2006, 3, 21, tzinfo=UTC)

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        yield from self._pages
        raise self._error


def test_a_source_that_fails_before_its_first_post_has_told_nothing() -> None:
    archive = Archive()
    run(archive, posts=[Scripted("bluesky", [PostPage((), 0)], DOWN)])
    assert said_of(archive, "bluesky") == SourceReport(Status.FAILED, "answered 503")


def test_a_shortfall_does_not_take_away_what_was_known() -> None:
    archive = Archive()
    run(archive, posts=[bluesky(skeet(A, 60, "7"), skeet(B, 70, "8"))])
    cut = bluesky(skeet(A, 65, "7"), error=UpstreamError("Bluesky", "broke off"))
    run(archive, later(1), posts=[cut])

    assert archive.scores() == {B.id: {"bluesky": 70}, A.id: {"bluesky": 65}}
    # B's number is of the first run, and the digest says so.
    expected = SourceReport(Status.PARTIAL, "broke off", interrupted=True, as_of=COLLECTED_AT)
    assert said_of(archive, "bluesky") == expected


def test_a_source_without_its_credential() -> None:
    off = SourceReport(Status.OFF, "no credential: REDDIT_CLIENT_ID")
    roster, archive = Roster([MemoryPosts(POSTS)], {"reddit": off}), Archive()
    run(archive, posts=roster)
    assert said_of(archive, "reddit") == off
    run(archive, later(1), posts=[MemoryPosts((), name="reddit")])
    assert said_of(archive, "reddit") == OK
    # It told something before: now its numbers are missing, they are not out of the game.
    run(archive, later(2), posts=roster)
    assert said_of(archive, "reddit") == SourceReport(
        Status.FAILED, "no credential: REDDIT_CLIENT_ID", as_of=later(1).time
    )


def test_a_source_that_cannot_look_so_far_back_is_off_and_not_zero() -> None:
    archive = Archive()
    near = MemoryPosts((), name="mastodon", reach=timedelta(days=30))
    order = replace(ORDER, time=COLLECTED_AT + timedelta(days=400), is_backfill=True)
    run(archive, order, posts=[MemoryPosts(POSTS), near])
    off = SourceReport(Status.OFF, "cannot look back to 2020-09-18")
    assert archive.digest().sources == reports(x=OK, mastodon=off)
    assert archive.scores() == {B.id: {"x": 90}, A.id: {"x": 70}}
    assert near.asked == []


def test_a_day_long_past_is_not_asked_about_what_was_said_years_later() -> None:
    archive, posts = Archive(), MemoryPosts(POSTS)
    run(archive, replace(ORDER, time=COLLECTED_AT + timedelta(days=400)), posts=[posts])
    # It was measured until the 25th, and might have been for a week more.
    assert posts.asked == [Window(WINDOW.start, datetime(2020, 10, 2, tzinfo=UTC))]
    assert archive.digest().final


def test_what_a_source_told_stays_when_it_is_switched_off() -> None:
    archive = Archive()
    run(archive, posts=[MemoryPosts(POSTS), bluesky(error=DOWN)])
    run(archive, later(1), posts=[bluesky(skeet(A, 40, "7"))])
    assert said_of(archive, "x") == SourceReport(Status.OK, as_of=COLLECTED_AT)
    assert archive.scores() == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90, "bluesky": 0}}


def test_a_backfill_asks_again_whom_a_final_digest_lacks_and_nobody_else() -> None:
    archive, x = Archive(), MemoryPosts(POSTS)
    order = replace(ORDER, time=COLLECTED_AT + timedelta(days=400), is_backfill=True)
    run(archive, order, posts=[x, bluesky(error=DOWN)])
    assert archive.digest().final
    assert lacking(archive) == ("bluesky",)

    again = replace(order, time=order.time + HOUR)
    run(archive, again, posts=[x, bluesky(skeet(A, 40, "7"))])
    assert len(x.asked) == 1
    assert archive.scores() == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90, "bluesky": 0}}
    assert said_of(archive, "x") == SourceReport(Status.OK, as_of=order.time)
    assert (archive.digest().final, lacking(archive)) == (True, ())

    last = run(archive, replace(order, time=order.time + 2 * HOUR), posts=[x, bluesky()])
    assert [each.outcome for each in last.digests] == [Outcome.KEPT]


# What it costs


def test_what_a_source_charges_is_in_the_report() -> None:
    archive = Archive()
    made = run(archive, posts=[MemoryPosts(POSTS, cost=Decimal("0.005")), bluesky()])
    x = SourceReport(Status.OK, posts_read=4, cost=Decimal("0.020"))
    assert archive.digest().sources == reports(x=x, bluesky=OK)
    assert measure(made) == {
        "ListingsFresh": 1,
        "ListingsStalled": 0,
        "ListingsFailed": 0,
        "DigestsMade": 1,
        "DigestsFinal": 0,
        "PapersListed": 3,
        "PapersHot": 2,
        "PostsRead": 4,
        "SourcesFailed": 0,
        "SourcesPartial": 0,
        "SpentUsd": 0.02,
    }
    off = {"status": "off", "reason": "not in SOURCES"}
    others = dict.fromkeys(("mastodon", "hackernews", "reddit", "huggingface"), off)
    assert summarize(made) == {
        "time": write_time(COLLECTED_AT),
        "date": "2020-09-18",
        "outcome": "saved",
        "listings": [
            {
                "date": "2020-09-18",
                "state": "fresh",
                "found_at": write_time(COLLECTED_AT),
                "origin": "listing page",
                "papers": 3,
            }
        ],
        "digests": [
            {
                "date": "2020-09-18",
                "outcome": "saved",
                "papers_listed": 3,
                "papers_hot": 2,
                "final": False,
                "sources": {
                    "x": {"status": "ok", "posts_read": 4, "cost_usd": 0.02},
                    "bluesky": {"status": "ok"},
                    **others,
                },
            }
        ],
        "posts_read": 4,
        "cost_usd": 0.02,
    }


def test_what_is_unknown_is_not_measured() -> None:
    archive = Archive()
    run(archive)
    unchanged = run(archive)
    nothing = dict.fromkeys(
        ("ListingsFresh", "ListingsStalled", "ListingsFailed", "DigestsMade", "DigestsFinal"), 0
    )
    assert measure(unchanged) == nothing
    assert summarize(unchanged)["outcome"] == "unchanged"
    assert (summarize(unchanged)["posts_read"], summarize(unchanged)["cost_usd"]) == (None, None)


def test_a_run_that_died_before_its_end_pays_for_no_post_again() -> None:
    archive, posts, fresh = Archive(), MemoryPosts(POSTS), Archive()
    with pytest.raises(StoreError):
        run(replace(archive, editions=Full()), posts=[posts])
    run(archive, posts=[posts])
    run(fresh)
    assert len(posts.asked) == 1
    assert archive.editions.document(DAY) == fresh.editions.document(DAY)
    assert archive.measurements.measurements(DAY) == fresh.measurements.measurements(DAY)


def test_a_mistake_of_ours_wastes_nothing_that_was_paid_for() -> None:
    archive, x = Archive(), MemoryPosts(POSTS)
    mistaken = MemoryPosts((), KeyError("oops"), name="mastodon")
    for _ in range(2):
        with pytest.raises(KeyError, match="oops"):
            run(archive, posts=[x, mistaken])
    assert len(x.asked) == 1
    assert archive.editions.head(DAY) is None


def test_readings_that_cannot_be_read_fail_the_run_before_anybody_is_paid() -> None:
    x = MemoryPosts(POSTS)
    with pytest.raises(StoreError, match="the readings of 2020-09-18 cannot be read whole"):
        run(Archive(readings=Unreadable()), posts=[x])
    assert x.asked == []


# Several days at once


def test_all_days_of_a_run_are_asked_about_at_once() -> None:
    archive, x = Archive(), MemoryPosts(POSTS, cost=Decimal("0.005"))
    run(archive, posts=[x])
    monday = replace(A, id=PaperId("2009.00011"), submitted_at=datetime(2020, 9, 18, 9, tzinfo=UTC))
    x = MemoryPosts((*POSTS, about(monday, 55, "9", "9")), cost=Decimal("0.005"))
    order = CollectionOrder(COLLECTED_AT + 48 * HOUR)
    made = run(archive, order, MemoryPapers([A, B, C, monday]), [x])

    assert [(each.date, each.outcome.value, each.papers_hot) for each in made.digests] == [
        (DAY, "saved", 2),
        (date(2020, 9, 21), "saved", 1),
    ]
    assert x.asked == [Window(WINDOW.start, order.time)]
    # Five posts are paid for once, whichever day they are about.
    assert (made.posts_read, made.spent) == (5, Decimal("0.025"))
    assert archive.scores(date(2020, 9, 21)) == {monday.id: {"x": 55}}


@pytest.mark.parametrize(
    ("readings", "reason"),
    [
        (Unreadable, "the readings of 2020-09-18 cannot be read whole"),
        (FullOfReadings, "the readings of 2020-09-18 do not fit"),
    ],
)
def test_a_day_that_cannot_be_read_or_kept_keeps_no_other_from_being_made(
    readings: type[MemoryReadings], reason: str
) -> None:
    archive = Archive()
    run(archive)
    monday = replace(A, id=PaperId("2009.00011"), submitted_at=datetime(2020, 9, 18, 9, tzinfo=UTC))
    order = CollectionOrder(COLLECTED_AT + 48 * HOUR)
    with pytest.raises(StoreError, match=reason):
        run(replace(archive, readings=readings()), order, MemoryPapers([A, B, C, monday]))
    assert archive.digest().collected_at == COLLECTED_AT
    assert archive.digest(date(2020, 9, 21)).collected_at == order.time


def test_a_source_that_is_new_is_asked_about_the_days_before_too() -> None:
    archive = Archive()
    run(archive)
    sky = bluesky(skeet(A, 40, "7"))
    order = CollectionOrder(COLLECTED_AT + 24 * HOUR)
    run(archive, order, posts=[MemoryPosts(POSTS), sky], terms=TERMS)
    assert archive.scores()[A.id] == {"x": 70, "bluesky": 40}
    assert said_of(archive, "mastodon") == OFF
