"""Making the digest of a day: what is asked, what is kept, and when nothing is done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from hotpapers.documents.digest_json import read_digest, write_digest
from hotpapers.domain.calendar import Window
from hotpapers.domain.digest import Attention, Digest, Mention, RankedPaper
from hotpapers.domain.edition import Edition, EditionHead, Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import Rules
from hotpapers.domain.sources import SourceReport, Status
from hotpapers.domain.voices import is_by_author
from hotpapers.errors import InvalidInputError, StoreError, UnsettledError, UpstreamError
from hotpapers.use_cases.collect import (
    Collection,
    CollectionOrder,
    Collector,
    Roster,
    measure,
)
from tests.builders import COLLECTED_AT, DAY, make_paper, make_post
from tests.fakes import Log, MemoryEditions, MemoryPapers, MemoryPosts, MemoryReadings

ORDER = CollectionOrder(COLLECTED_AT, DAY)
WINDOW = Window(datetime(2020, 9, 16, 18, tzinfo=UTC), datetime(2020, 9, 17, 18, tzinfo=UTC))
A, B, C = (make_paper(f"2009.0000{number}") for number in (1, 2, 3))
OFF = SourceReport(Status.OFF, "not in SOURCES")


def about(paper: Paper, score: int, post_id: str, author: str) -> Post:
    return make_post(post_id, author, papers=(paper.id,), counts={"reposts": score, "likes": 0})


POSTS = (
    about(A, 60, "1", "1"),
    about(A, 10, "2", "2"),
    about(B, 90, "3", "3"),
    about(C, 49, "4", "4"),
)


def run(
    editions: MemoryEditions,
    order: CollectionOrder = ORDER,
    papers: MemoryPapers | None = None,
    posts: Sequence[MemoryPosts] | None = None,
    readings: MemoryReadings | None = None,
) -> Collection:
    return Collector(
        MemoryPapers([A, B, C]) if papers is None else papers,
        Roster([MemoryPosts(POSTS)] if posts is None else posts),
        editions,
        MemoryReadings() if readings is None else readings,
        Rules(),
    ).collect(order)


def reports(**on: SourceReport) -> dict[str, SourceReport]:
    """What is said of every source; those that are not named are off."""
    names = ("x", "bluesky", "mastodon", "hackernews", "reddit", "huggingface")
    return {name: on.get(name, OFF) for name in names}


OK = SourceReport(Status.OK)


def ranked(rank: int, paper: Paper, retweets: int, voices: int, *posts: Post) -> RankedPaper:
    attention = Attention({"reposts": retweets, "likes": 0}, voices, Decimal(retweets))
    mentions = tuple(
        Mention(post, Decimal(sum(post.counts.values())), is_by_author(post.account, paper))
        for post in posts
    )
    return RankedPaper(rank, paper, {"x": attention}, mentions)


def test_a_digest_is_made_and_kept(log: Log) -> None:
    editions, papers, posts = MemoryEditions(), MemoryPapers([A, B, C]), MemoryPosts(POSTS)
    made = run(editions, papers=papers, posts=[posts])

    entries = (ranked(1, B, 90, 1, POSTS[2]), ranked(2, A, 70, 2, POSTS[0]))
    expected = Digest(DAY, COLLECTED_AT, entries, reports(x=OK))
    edition = Edition(DAY, COLLECTED_AT, (B.id, A.id), write_digest(expected))
    assert editions.document(DAY) == (edition.revision, edition.document)
    assert editions.head(DAY) == EditionHead(DAY, COLLECTED_AT, edition.revision, 2)
    assert [list(editions.listing_dates(each.id)) for each in (A, B, C)] == [[DAY], [DAY], []]

    assert made == Collection(DAY, COLLECTED_AT, Outcome.SAVED, 3, 4, 2, reports(x=OK))
    assert papers.asked == [WINDOW]
    # From the start of the window to the time of the run: posts come after the paper.
    assert posts.asked == [Window(WINDOW.start, COLLECTED_AT)]
    off = {"status": "off", "reason": "not in SOURCES"}
    others = ("bluesky", "mastodon", "hackernews", "reddit", "huggingface")
    assert log.of("collected") == [
        {
            "date": "2020-09-18",
            "collected_at": "2020-09-20T13:13:43Z",
            "outcome": "saved",
            "papers_listed": 3,
            "posts_read": 4,
            "papers_hot": 2,
            "sources": {"x": {"status": "ok"}} | dict.fromkeys(others, off),
        }
    ]


def test_a_day_of_which_nobody_talks_has_an_empty_digest() -> None:
    editions = MemoryEditions()
    made = run(editions, papers=MemoryPapers([A]), posts=[MemoryPosts(())])
    assert made == Collection(DAY, COLLECTED_AT, Outcome.SAVED, 1, 0, 0, reports(x=OK))
    assert document(editions) == write_digest(Digest(DAY, COLLECTED_AT, (), reports(x=OK)))


def test_on_a_day_without_papers_no_posts_are_paid_for() -> None:
    editions, posts = MemoryEditions(), MemoryPosts(POSTS)
    made = run(editions, papers=MemoryPapers([]), posts=[posts])
    # There is nothing to know of no paper, so each source that is on is as good as asked.
    assert made == Collection(DAY, COLLECTED_AT, Outcome.SAVED, 0, None, 0, reports(x=OK))
    assert document(editions) == write_digest(Digest(DAY, COLLECTED_AT, (), reports(x=OK)))
    assert posts.asked == []


def document(editions: MemoryEditions) -> bytes:
    """What is kept of the day, which there has to be."""
    kept = editions.document(DAY)
    assert kept is not None
    return kept[1]


def test_all_sources_are_asked_and_counted_together() -> None:
    editions = MemoryEditions()
    counts = {"reblogs": 1, "favourites": 0}
    toot = replace(about(C, 0, "9", "9"), source="mastodon", counts=counts)
    sources = [MemoryPosts(POSTS), MemoryPosts([toot], name="mastodon")]
    made = run(editions, posts=sources)

    assert [len(source.asked) for source in sources] == [1, 1]
    assert made == Collection(DAY, COLLECTED_AT, Outcome.SAVED, 3, 5, 3, reports(x=OK, mastodon=OK))
    digest = read_digest(document(editions))
    assert [
        (entry.paper.id, int(entry.score), sorted(entry.attention)) for entry in digest.papers
    ] == [
        (B.id, 90, ["mastodon", "x"]),
        (A.id, 70, ["mastodon", "x"]),
        (C.id, 50, ["mastodon", "x"]),
    ]


def test_without_sources_there_are_no_posts() -> None:
    made = run(MemoryEditions(), posts=[])
    assert (made.posts_read, made.papers_hot) == (0, 0)


def test_the_order_in_which_things_come_does_not_matter() -> None:
    documents = set()
    for papers in permutations([A, B, C]):
        for posts in permutations(POSTS):
            editions = MemoryEditions()
            run(editions, papers=MemoryPapers(papers), posts=[MemoryPosts(posts)])
            documents.add(editions.document(DAY))
    assert len(documents) == 1


# Which day


@pytest.mark.parametrize(
    ("time", "day"),
    [
        # The schedule's own time, 06:00 in New York: the listing of the day before.
        ("2020-09-18T10:00:00Z", "2020-09-17"),
        ("2020-09-19T10:00:00Z", "2020-09-18"),
        ("2020-09-20T10:00:00Z", "2020-09-18"),
        ("2020-09-21T10:00:00Z", "2020-09-18"),
        ("2020-09-22T10:00:00Z", "2020-09-21"),
        # Twenty hundred hours in New York is when a listing is a day old.
        ("2020-09-18T23:59:59Z", "2020-09-17"),
        ("2020-09-19T00:00:00Z", "2020-09-18"),
        ("2020-12-19T00:59:59Z", "2020-12-17"),
        ("2020-12-19T01:00:00Z", "2020-12-18"),
    ],
)
def test_without_a_date_the_newest_that_is_a_day_old_is_taken(time: str, day: str) -> None:
    order = CollectionOrder(datetime.fromisoformat(time))
    made = run(MemoryEditions(), order)
    assert (made.date, made.collected_at) == (date.fromisoformat(day), order.time)


def test_a_date_that_is_given_need_not_be_a_day_old() -> None:
    announced = datetime(2020, 9, 18, tzinfo=UTC)
    made = run(MemoryEditions(), CollectionOrder(announced, DAY))
    assert (made.date, made.outcome) == (DAY, Outcome.SAVED)


@pytest.mark.parametrize(
    ("day", "time", "said"),
    [
        (
            date(2020, 9, 19),
            COLLECTED_AT,
            "date: 2020-09-19 is a Saturday; arXiv lists papers on Monday to Friday only",
        ),
        (
            date(2020, 9, 20),
            COLLECTED_AT,
            "date: 2020-09-20 is a Sunday; arXiv lists papers on Monday to Friday only",
        ),
        (
            DAY,
            datetime(2020, 9, 17, 23, 59, 59, tzinfo=UTC),
            "time: the papers of 2020-09-18 are announced at 2020-09-18T00:00:00Z, not before",
        ),
        (
            date(2030, 1, 1),
            COLLECTED_AT,
            "time: the papers of 2030-01-01 are announced at 2030-01-01T01:00:00Z, not before",
        ),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(day: date, time: datetime, said: str) -> None:
    editions, papers, posts = MemoryEditions(), MemoryPapers([A]), MemoryPosts(POSTS)
    with pytest.raises(InvalidInputError) as caught:
        run(editions, CollectionOrder(time, day), papers, [posts])
    assert str(caught.value) == said
    assert (papers.asked, posts.asked, editions.head(day)) == ([], [], None)


# What is kept already


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("kept_at", "outcome"),
    [
        (COLLECTED_AT, Outcome.UNCHANGED),
        (COLLECTED_AT + timedelta(seconds=1), Outcome.SUPERSEDED),
        (COLLECTED_AT + 1000 * HOUR, Outcome.SUPERSEDED),
    ],
)
def test_nothing_is_asked_where_the_digest_is_kept_already(
    log: Log, kept_at: datetime, outcome: Outcome
) -> None:
    editions, papers, posts = MemoryEditions(), MemoryPapers([A]), MemoryPosts(POSTS)
    kept = Edition(DAY, kept_at, (PaperId("2009.00009"),), b"kept")
    editions.save(kept)
    assert run(editions, ORDER, papers, [posts]) == Collection(DAY, COLLECTED_AT, outcome)
    assert (papers.asked, posts.asked) == ([], [])
    assert editions.document(DAY) == (kept.revision, b"kept")
    assert log.of("digest is kept already") == [{"date": "2020-09-18", "outcome": outcome.value}]


def test_an_older_digest_is_made_anew() -> None:
    editions = MemoryEditions()
    editions.save(Edition(DAY, COLLECTED_AT - timedelta(seconds=1), (), b"kept"))
    assert run(editions).outcome is Outcome.SAVED
    fresh = MemoryEditions()
    run(fresh)
    assert editions.document(DAY) == fresh.document(DAY)


def test_the_same_order_twice_is_carried_out_once() -> None:
    editions, posts = MemoryEditions(), MemoryPosts(POSTS)
    outcomes = [run(editions, posts=[posts]).outcome for _ in range(3)]
    assert outcomes == [Outcome.SAVED, Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert len(posts.asked) == 1


def test_other_days_do_not_matter() -> None:
    editions = MemoryEditions()
    editions.save(Edition(date(2020, 9, 21), COLLECTED_AT + 24 * HOUR, (), b"kept"))
    assert run(editions).outcome is Outcome.SAVED


class Rivals(MemoryEditions):
    """A store in which, while this run asks its sources, another one keeps an edition."""

    def __init__(self, rival: Edition) -> None:
        super().__init__()
        self._rival = rival

    def save(self, edition: Edition) -> Outcome:
        super().save(self._rival)
        return super().save(edition)


def test_the_store_has_the_last_word() -> None:
    rival = Edition(DAY, COLLECTED_AT + HOUR, (), b"newer")
    editions = Rivals(rival)
    made = run(editions)
    assert made == Collection(DAY, COLLECTED_AT, Outcome.SUPERSEDED, 3, 4, 2, reports(x=OK))
    assert editions.document(DAY) == (rival.revision, b"newer")


# Sources that fail


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

    assert made.sources["bluesky"] == SourceReport(Status.FAILED, "answered 503", COLLECTED_AT)
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

    assert made.sources["bluesky"] == SourceReport(Status.PARTIAL, "broke off")
    # Nothing is known of what Bluesky says about B: it may not have come to that.
    assert scores(editions) == {A.id: {"x": 70, "bluesky": 40}, B.id: {"x": 90}}
    head = editions.head(DAY)
    assert head is not None
    assert head.failed == ()


def test_a_shortfall_does_not_take_away_what_was_known() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[bluesky(skeet(A, 60, "7"), skeet(B, 70, "8"))], readings=readings)
    cut = bluesky(skeet(A, 65, "7"), error=UpstreamError("Bluesky", "broke off"))
    run(editions, replace(ORDER, time=COLLECTED_AT + HOUR), posts=[cut], readings=readings)

    assert scores(editions) == {B.id: {"bluesky": 70}, A.id: {"bluesky": 65}}


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
        Status.FAILED, "no credential: REDDIT_CLIENT_ID", COLLECTED_AT + HOUR
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
    papers = [A, B, C, make_paper("2009.00009", submitted_at=datetime(2020, 9, 18, 1, tzinfo=UTC))]
    return run(editions, order, MemoryPapers(papers), posts, readings)


def test_the_next_run_completes_a_digest_that_lacks_a_source() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[MemoryPosts(POSTS), bluesky(error=DOWN)], readings=readings)
    x, sky = MemoryPosts(POSTS), bluesky(skeet(A, 40, "7"))
    made = completing(editions, readings, NEXT_DAY, x, sky)

    assert made.date == date(2020, 9, 21)
    as_of = SourceReport(Status.OK, as_of=COLLECTED_AT)
    assert made.completed == (
        Collection(DAY, NEXT_DAY.time, Outcome.SAVED, 3, 1, 2, reports(x=as_of, bluesky=OK)),
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


def test_a_source_that_is_still_down_leaves_the_digest_as_it_is_known() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    run(editions, posts=[MemoryPosts(POSTS), bluesky(error=DOWN)], readings=readings)
    made = completing(editions, readings, NEXT_DAY, MemoryPosts(POSTS), bluesky(error=DOWN))
    assert [each.sources["bluesky"].status for each in made.completed] == [Status.FAILED]
    assert scores(editions) == {A.id: {"x": 70}, B.id: {"x": 90}}


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


def test_a_run_completes_two_digests_at_most() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    for days in range(3):
        day = date(2020, 9, 16) + timedelta(days=days)
        editions.save(Edition(day, COLLECTED_AT, (), b"{}", ("bluesky",)))
    made = completing(editions, readings, NEXT_DAY, bluesky())
    assert [each.date for each in made.completed] == [date(2020, 9, 18), date(2020, 9, 17)]


def test_posts_are_not_paid_for_where_there_are_no_papers() -> None:
    posts = MemoryPosts(POSTS)
    papers = MemoryPapers(error=UpstreamError("arXiv", "answered 403"))
    with pytest.raises(UpstreamError):
        run(MemoryEditions(), papers=papers, posts=[posts])
    assert posts.asked == []


class Full(MemoryEditions):
    """A store that takes nothing more."""

    def save(self, edition: Edition) -> Outcome:
        raise StoreError(f"{edition.date} does not fit")


def test_a_store_that_fails_is_reported() -> None:
    with pytest.raises(StoreError, match="2020-09-18 does not fit"):
        run(Full())
