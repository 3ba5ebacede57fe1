"""Making the digest of a day: what is asked, what is kept, and when nothing is done."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from hotpapers.documents.digest_json import read_digest, write_digest
from hotpapers.domain.calendar import Window
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import Edition, EditionHead, Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.errors import InvalidInputError, StoreError, UpstreamError
from hotpapers.use_cases.collect import (
    Collection,
    CollectionOrder,
)
from tests.builders import COLLECTED_AT, DAY
from tests.collecting import (
    HOUR,
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
    ranked,
    reports,
    run,
)
from tests.fakes import Log, MemoryEditions, MemoryPapers, MemoryPosts


def test_a_digest_is_made_and_kept(log: Log) -> None:
    editions, papers, posts = MemoryEditions(), MemoryPapers([A, B, C]), MemoryPosts(POSTS)
    made = run(editions, papers=papers, posts=[posts])

    entries = (ranked(1, B, 90, 1, POSTS[2]), ranked(2, A, 70, 2, POSTS[0]))
    expected = Digest(DAY, COLLECTED_AT, entries, reports(x=OK))
    edition = Edition(DAY, COLLECTED_AT, (B.id, A.id), write_digest(expected))
    assert editions.document(DAY) == (edition.revision, edition.document)
    assert editions.head(DAY) == EditionHead(DAY, COLLECTED_AT, edition.revision, 2)
    assert [list(editions.listing_dates(each.id)) for each in (A, B, C)] == [[DAY], [DAY], []]

    assert made == Collection(DAY, COLLECTED_AT, Outcome.SAVED, 3, 4, 2, sources=reports(x=OK))
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
    assert made == Collection(DAY, COLLECTED_AT, Outcome.SAVED, 1, 0, 0, sources=reports(x=OK))
    assert document(editions) == write_digest(Digest(DAY, COLLECTED_AT, (), reports(x=OK)))


def test_on_a_day_without_papers_no_posts_are_paid_for() -> None:
    editions, posts = MemoryEditions(), MemoryPosts(POSTS)
    made = run(editions, papers=MemoryPapers([]), posts=[posts])
    # There is nothing to know of no paper, so each source that is on is as good as asked.
    assert made == Collection(DAY, COLLECTED_AT, Outcome.SAVED, 0, None, 0, sources=reports(x=OK))
    assert document(editions) == write_digest(Digest(DAY, COLLECTED_AT, (), reports(x=OK)))
    assert posts.asked == []


def test_all_sources_are_asked_and_counted_together() -> None:
    editions = MemoryEditions()
    counts = {"reblogs": 1, "favourites": 0}
    toot = replace(about(C, 0, "9", "9"), source="mastodon", counts=counts)
    sources = [MemoryPosts(POSTS), MemoryPosts([toot], name="mastodon")]
    made = run(editions, posts=sources)

    assert [len(source.asked) for source in sources] == [1, 1]
    assert made == Collection(
        DAY, COLLECTED_AT, Outcome.SAVED, 3, 5, 3, sources=reports(x=OK, mastodon=OK)
    )
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
    assert made == Collection(DAY, COLLECTED_AT, Outcome.SUPERSEDED, 3, 4, 2, sources=reports(x=OK))
    assert editions.document(DAY) == (rival.revision, b"newer")


def test_posts_are_not_paid_for_where_there_are_no_papers() -> None:
    posts = MemoryPosts(POSTS)
    papers = MemoryPapers(error=UpstreamError("arXiv", "answered 403"))
    with pytest.raises(UpstreamError):
        run(MemoryEditions(), papers=papers, posts=[posts])
    assert posts.asked == []


def test_a_store_that_fails_is_reported() -> None:
    with pytest.raises(StoreError, match="2020-09-18 does not fit"):
        run(Full())
