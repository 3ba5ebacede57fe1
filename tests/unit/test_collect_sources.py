"""Collecting while sources fail: what is unknown, what stays known, what is made good later."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from hotpapers.documents.digest_json import read_digest
from hotpapers.domain.calendar import Window
from hotpapers.domain.edition import Edition, Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import Rules
from hotpapers.domain.reading import PostPage, Reading
from hotpapers.domain.sources import SourceReport, Status
from hotpapers.errors import EnoughError, StoreError, UnsettledError, UpstreamError
from hotpapers.use_cases.collect import (
    Collection,
    CollectionOrder,
    Collector,
    Roster,
    measure,
)
from tests.builders import COLLECTED_AT, DAY, make_paper
from tests.collecting import (
    HOUR,
    OFF,
    OK,
    ORDER,
    POSTS,
    WINDOW,
    A,
    B,
    C,
    Full,
    about,
    document,
    reports,
    run,
)
from tests.fakes import Log, MemoryEditions, MemoryPapers, MemoryPosts, MemoryReadings

DOWN = UpstreamError("Bluesky", "answered 503")
NEXT_DAY = CollectionOrder(COLLECTED_AT + 48 * HOUR)
"""A run of the schedule, on Tuesday; the newest date that is due is then Monday."""


def skeet(paper: Paper, likes: int, post_id: str) -> Post:
    post = about(paper, 0, post_id, post_id)
    return replace(post, source="bluesky", counts={"reposts": 0, "likes": likes})


def bluesky(*posts: Post, error: Exception | None = None) -> MemoryPosts:
    return MemoryPosts(posts, error, name="bluesky")


def scores(editions: MemoryEditions) -> dict[PaperId, dict[str, int]]:
    """Of each hot paper the parts of its score that are known."""
    return {
        entry.paper.id: {name: int(part.weighted) for name, part in entry.attention.items()}
        for entry in read_digest(document(editions)).papers
    }


@pytest.mark.parametrize(
    "error", [UpstreamError("arXiv", "answered 403"), UnsettledError("arXiv", "answered 503")]
)
def test_without_arxiv_there_is_no_run_and_nothing_is_touched(error: UpstreamError) -> None:
    editions = MemoryEditions()
    kept = Edition(DAY, COLLECTED_AT - HOUR, (), b"last good one")
    editions.save(kept)
    with pytest.raises(UpstreamError) as caught:
        run(editions, papers=MemoryPapers([A], error))
    assert caught.value is error
    assert editions.document(DAY) == (kept.revision, b"last good one")


def test_a_source_that_fails_is_unknown_and_the_others_stand() -> None:
    editions = MemoryEditions()
    made = run(editions, posts=[MemoryPosts(POSTS), bluesky(skeet(A, 40, "7"), error=None)])
    assert scores(editions) == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90, "bluesky": 0}}

    alone = MemoryEditions()
    made = run(alone, posts=[MemoryPosts(POSTS), bluesky(error=DOWN)])
    failed = SourceReport(Status.FAILED, "answered 503")
    assert made.sources == reports(x=OK, bluesky=failed)
    assert scores(alone) == {A.id: {"x": 70}, B.id: {"x": 90}}
    head = alone.head(DAY)
    assert head is not None
    assert head.failed == ("bluesky",)


def test_all_sources_may_fail() -> None:
    editions = MemoryEditions()
    made = run(editions, posts=[MemoryPosts(error=DOWN), bluesky(error=DOWN)])
    assert (made.outcome, made.papers_hot, made.posts_read) == (Outcome.SAVED, 0, 0)
    assert [each.status.value for each in made.sources.values()] == [
        "failed",
        "failed",
        *["off"] * 4,
    ]


def test_what_was_known_before_a_failure_stays_known() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[MemoryPosts(POSTS), bluesky(skeet(A, 40, "7"))], readings=readings)
    later = replace(ORDER, time=COLLECTED_AT + HOUR)
    made = run(editions, later, posts=[MemoryPosts(POSTS), bluesky(error=DOWN)], readings=readings)

    assert made.sources["bluesky"] == SourceReport(
        Status.FAILED, "answered 503", as_of=COLLECTED_AT
    )
    assert scores(editions) == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90, "bluesky": 0}}
    # And it comes back.
    last = replace(ORDER, time=COLLECTED_AT + 2 * HOUR)
    made = run(
        editions, last, posts=[MemoryPosts(POSTS), bluesky(skeet(A, 41, "7"))], readings=readings
    )
    assert made.sources["bluesky"] == OK
    assert scores(editions)[A.id] == {"x": 70, "bluesky": 41}


def test_a_source_that_stops_half_way_is_partial() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    cut = UpstreamError("Bluesky", "broke off")
    made = run(
        editions,
        posts=[MemoryPosts(POSTS), bluesky(skeet(A, 40, "7"), error=cut)],
        readings=readings,
    )

    assert made.sources["bluesky"] == SourceReport(Status.PARTIAL, "broke off", interrupted=True)
    # Nothing is known of what Bluesky says about B: it may not have come to that.
    assert scores(editions) == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90}}
    assert lacking(editions) == ("bluesky",)


def test_a_source_that_told_as_much_as_it_was_asked_for_lacks_nothing() -> None:
    editions = MemoryEditions()
    made = run(editions, posts=[MemoryPosts(POSTS, EnoughError("X", "stopped at 4 posts"))])

    assert made.sources["x"] == SourceReport(Status.PARTIAL, "stopped at 4 posts")
    assert lacking(editions) == ()


def test_a_source_that_fails_before_its_first_post_has_told_nothing() -> None:
    editions = MemoryEditions()
    empty = [PostPage((), 0)]
    made = run(editions, posts=[Scripted("bluesky", empty, DOWN)])

    assert made.sources["bluesky"] == SourceReport(Status.FAILED, "answered 503")


class Scripted:
    """A source that gives these pages, and then fails."""

    def __init__(self, name: str, pages: Sequence[PostPage], error: Exception) -> None:
        self.name = name
        self._pages = pages
        self._error = error

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        yield from self._pages
        raise self._error


def lacking(editions: MemoryEditions) -> tuple[str, ...]:
    """The sources that the day's digest lacks."""
    head = editions.head(DAY)
    assert head is not None
    return head.failed


def test_a_shortfall_does_not_take_away_what_was_known() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[bluesky(skeet(A, 60, "7"), skeet(B, 70, "8"))], readings=readings)
    cut = bluesky(skeet(A, 65, "7"), error=UpstreamError("Bluesky", "broke off"))
    run(editions, replace(ORDER, time=COLLECTED_AT + HOUR), posts=[cut], readings=readings)

    assert scores(editions) == {B.id: {"bluesky": 70}, A.id: {"bluesky": 65}}
    # B's number is of the first run, and the digest says so.
    report = read_digest(document(editions)).sources["bluesky"]
    expected = SourceReport(Status.PARTIAL, "broke off", interrupted=True, as_of=COLLECTED_AT)
    assert report == expected


def test_a_source_without_its_credential() -> None:
    lacking = {"reddit": SourceReport(Status.OFF, "no credential: REDDIT_CLIENT_ID")}
    editions, readings = MemoryEditions(), MemoryReadings()

    def made(roster: Roster, hours: int) -> SourceReport:
        order = replace(ORDER, time=COLLECTED_AT + hours * HOUR)
        collector = Collector(MemoryPapers([A]), roster, editions, readings, Rules())
        return collector.collect(order).sources["reddit"]

    assert made(Roster([MemoryPosts(POSTS)], lacking), 0) == lacking["reddit"]
    assert made(Roster([MemoryPosts((), name="reddit")]), 1) == OK
    # It told something before: now its numbers are missing, they are not out of the game.
    assert made(Roster([MemoryPosts(POSTS)], lacking), 2) == SourceReport(
        Status.FAILED, "no credential: REDDIT_CLIENT_ID", as_of=COLLECTED_AT + HOUR
    )


def test_what_a_source_charges_is_in_the_report() -> None:
    posts = MemoryPosts(POSTS, cost=Decimal("0.005"))
    made = run(MemoryEditions(), posts=[posts, bluesky()])
    assert made.sources == reports(
        x=SourceReport(Status.OK, posts_read=4, cost=Decimal("0.020")), bluesky=OK
    )
    assert measure(made) == {
        "PapersListed": 3,
        "PapersHot": 2,
        "PostsRead": 4,
        "SourcesFailed": 0,
        "SourcesPartial": 0,
        "SpentUsd": 0.02,
        "DigestsCompleted": 0,
    }


def test_what_is_unknown_is_not_measured() -> None:
    made = Collection(DAY, COLLECTED_AT, Outcome.UNCHANGED)
    assert measure(made) == {"DigestsCompleted": 0}


def test_a_run_that_died_before_its_end_pays_for_no_post_again() -> None:
    readings, posts = MemoryReadings(), MemoryPosts(POSTS)
    with pytest.raises(StoreError):
        run(Full(), posts=[posts], readings=readings)
    editions = MemoryEditions()
    run(editions, posts=[posts], readings=readings)
    assert len(posts.asked) == 1
    fresh = MemoryEditions()
    run(fresh)
    assert editions.document(DAY) == fresh.document(DAY)


# Earlier digests that lack a source


def completing(
    editions: MemoryEditions, readings: MemoryReadings, order: CollectionOrder, *posts: MemoryPosts
) -> Collection:
    # Of the listing dates from the 16th to the 18th, and of the 21st.
    others = [
        make_paper(f"2009.0001{day}", submitted_at=datetime(2020, 9, day, 19, tzinfo=UTC))
        for day in (14, 15, 17)
    ]
    papers = [A, B, C, *others]
    return run(editions, order, MemoryPapers(papers), posts, readings)


def test_the_next_run_completes_a_digest_that_lacks_a_source() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[MemoryPosts(POSTS), bluesky(error=DOWN)], readings=readings)
    x, sky = MemoryPosts(POSTS), bluesky(skeet(A, 40, "7"))
    made = completing(editions, readings, NEXT_DAY, x, sky)

    assert made.date == date(2020, 9, 21)
    as_of = SourceReport(Status.OK, as_of=COLLECTED_AT)
    assert made.completed == (
        Collection(
            DAY, NEXT_DAY.time, Outcome.SAVED, 3, 1, 2, sources=reports(x=as_of, bluesky=OK)
        ),
    )
    assert scores(editions) == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90, "bluesky": 0}}
    # X was asked for the new day alone: what it told of the old one stands.
    assert [span.start for span in x.asked] == [datetime(2020, 9, 17, 18, tzinfo=UTC)]
    assert [span.end for span in sky.asked] == [NEXT_DAY.time] * 2
    # Once completed, it is left alone.
    again = completing(editions, readings, CollectionOrder(NEXT_DAY.time + HOUR), x, sky)
    assert again.completed == ()


def test_an_order_delivered_twice_completes_once() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[bluesky(error=DOWN)], readings=readings)
    sky = bluesky(skeet(A, 60, "7"))
    completing(editions, readings, NEXT_DAY, sky)
    kept = editions.document(DAY)
    assert completing(editions, readings, NEXT_DAY, sky).completed == ()
    assert editions.document(DAY) == kept
    assert len(sky.asked) == 2


def test_a_source_that_is_still_down_leaves_the_digest_as_it_is() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[MemoryPosts(POSTS), bluesky(error=DOWN)], readings=readings)
    kept = editions.document(DAY)
    made = completing(editions, readings, NEXT_DAY, MemoryPosts(POSTS), bluesky(error=DOWN))
    assert made.completed == ()
    assert editions.document(DAY) == kept


@pytest.mark.parametrize(
    "order",
    [replace(NEXT_DAY, listing_date=date(2020, 9, 21)), CollectionOrder(COLLECTED_AT + 240 * HOUR)],
)
def test_what_is_named_is_done_alone_and_what_is_old_is_left(order: CollectionOrder) -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[bluesky(error=DOWN)], readings=readings)
    assert completing(editions, readings, order, bluesky()).completed == ()


def test_a_source_that_is_off_now_is_not_waited_for() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[bluesky(error=DOWN)], readings=readings)
    assert completing(editions, readings, NEXT_DAY, MemoryPosts(POSTS)).completed == ()


class OnceOnly(MemoryPapers):
    """arXiv, which answers the first question and no other."""

    def papers_submitted(self, window: Window) -> Sequence[Paper]:
        found = super().papers_submitted(window)
        if len(self.asked) > 1:
            raise UpstreamError("arXiv", "answered 503")
        return found


def test_a_failure_to_complete_does_not_fail_the_run(log: Log) -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[bluesky(error=DOWN)], readings=readings)
    made = run(editions, NEXT_DAY, OnceOnly(), [bluesky()], readings)
    assert (made.outcome, made.completed) == (Outcome.SAVED, ())
    assert log.of("digest stays incomplete") == [
        {"date": "2020-09-18", "reason": "arXiv: answered 503"}
    ]


def test_papers_that_arxiv_has_lost_take_no_digest_away(log: Log) -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[MemoryPosts(POSTS), bluesky(error=DOWN)], readings=readings)
    kept = editions.document(DAY)
    reason = "arXiv: lists no papers of 2020-09-18, and listed some before"

    later = replace(ORDER, time=COLLECTED_AT + HOUR)
    with pytest.raises(UpstreamError, match=reason):
        run(editions, later, MemoryPapers(), [MemoryPosts(POSTS)], readings)
    assert run(editions, NEXT_DAY, MemoryPapers(), [bluesky()], readings).completed == ()

    assert editions.document(DAY) == kept
    assert log.of("digest stays incomplete") == [{"date": "2020-09-18", "reason": reason}]


def test_what_is_completed_is_not_paid_for_again() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    down = MemoryPosts((), DOWN, name="reddit")
    run(editions, posts=[MemoryPosts(POSTS), bluesky(error=DOWN), down], readings=readings)
    x = MemoryPosts(POSTS)
    for days in range(2, 6):
        order = CollectionOrder(COLLECTED_AT + 24 * days * HOUR)
        completing(editions, readings, order, x, bluesky(skeet(A, 40, "7")), down)

    # X was read for the new days alone, each time.
    assert {span.start.date() for span in x.asked if span.start == WINDOW.start} == set()
    assert lacking(editions) == ("reddit",)


def test_a_source_that_is_always_down_keeps_no_other_from_being_completed() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    for days in range(3):
        day = date(2020, 9, 16) + timedelta(days=days)
        failed = ("bluesky", "reddit") if days == 0 else ("reddit",)
        editions.save(Edition(day, COLLECTED_AT, (), b"{}", failed))
    down = MemoryPosts((), DOWN, name="reddit")
    made = completing(editions, readings, NEXT_DAY, bluesky(), down)
    assert [each.date for each in made.completed] == [date(2020, 9, 16)]


def test_what_a_source_told_stays_when_it_is_switched_off() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[MemoryPosts(POSTS), bluesky(error=DOWN)], readings=readings)
    made = completing(editions, readings, NEXT_DAY, bluesky(skeet(A, 40, "7")))

    assert made.completed[0].sources["x"] == SourceReport(Status.OK, as_of=COLLECTED_AT)
    assert made.sources["x"] == OFF
    assert scores(editions) == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90, "bluesky": 0}}


def test_a_mistake_of_ours_wastes_nothing_that_was_paid_for() -> None:
    editions, readings, x = MemoryEditions(), MemoryReadings(), MemoryPosts(POSTS)
    mistaken = MemoryPosts((), KeyError("oops"), name="mastodon")
    for _ in range(2):
        with pytest.raises(KeyError, match="oops"):
            run(editions, posts=[x, mistaken], readings=readings)
    assert len(x.asked) == 1
    assert editions.head(DAY) is None


class FullOfReadings(MemoryReadings):
    """A store that cannot read what it has of a day."""

    def readings(self, day: date) -> Mapping[str, Reading]:
        if day == DAY:
            raise StoreError(f"the readings of {day} cannot be read whole")
        return super().readings(day)


def test_a_store_s_failure_with_an_earlier_day_does_not_fail_the_run(log: Log) -> None:
    editions = MemoryEditions()
    run(editions, posts=[bluesky(error=DOWN)])
    made = completing(editions, FullOfReadings(), NEXT_DAY, bluesky())
    assert (made.outcome, made.completed) == (Outcome.SAVED, ())
    assert [each["date"] for each in log.of("digest stays incomplete")] == ["2020-09-18"]


def test_a_run_completes_two_digests_at_most() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    for days in range(3):
        day = date(2020, 9, 16) + timedelta(days=days)
        editions.save(Edition(day, COLLECTED_AT, (), b"{}", ("bluesky",)))
    made = completing(editions, readings, NEXT_DAY, bluesky())
    assert [each.date for each in made.completed] == [date(2020, 9, 18), date(2020, 9, 17)]
