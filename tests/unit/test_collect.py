"""Making the digest of a day: what is asked, what is kept, and when nothing is done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from hotpapers.documents.digest_json import write_digest
from hotpapers.domain.calendar import Window
from hotpapers.domain.digest import Attention, Digest
from hotpapers.domain.edition import Edition, EditionHead, Outcome
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.paper import Paper
from hotpapers.errors import InvalidInputError, StoreError, UpstreamError
from hotpapers.use_cases.collect import CollectionOrder, Run
from hotpapers.use_cases.measure import Collection
from tests.builders import COLLECTED_AT, DAY
from tests.collecting import (
    HOUR,
    LISTING,
    OK,
    ORDER,
    POSTS,
    WINDOW,
    A,
    Archive,
    B,
    C,
    Full,
    about,
    later,
    ranked,
    reports,
    run,
)
from tests.fakes import Log, MemoryEditions, MemoryListings, MemoryPapers, MemoryPosts

MADE = Collection(DAY, Outcome.SAVED, 3, 2, final=False, sources=reports(x=OK))


def test_a_digest_is_made_and_kept(log: Log) -> None:
    archive, papers, posts = Archive(), MemoryPapers([A, B, C]), MemoryPosts(POSTS)
    made = run(archive, papers=papers, posts=[posts])

    entries = (ranked(1, B, 90, 1, POSTS[2]), ranked(2, A, 70, 2, POSTS[0]))
    expected = Digest(DAY, COLLECTED_AT, entries, reports(x=OK), LISTING, published_at=COLLECTED_AT)
    edition = Edition(
        DAY, COLLECTED_AT, (B.id, A.id), write_digest(expected), published_at=COLLECTED_AT
    )
    assert archive.editions.document(DAY) == (edition.revision, edition.document)
    head = EditionHead(DAY, COLLECTED_AT, edition.revision, 2, published_at=COLLECTED_AT)
    assert archive.editions.head(DAY) == head
    found_in = [list(archive.editions.listing_dates(each.id)) for each in (A, B, C)]
    assert found_in == [[DAY], [DAY], []]
    assert archive.listings.listings(DAY, DAY) == {DAY: LISTING}
    assert archive.listings.papers(DAY) == (A, B, C)
    [measured] = archive.measurements.measurements(DAY)
    assert (measured.time, measured.complete) == (COLLECTED_AT, ("x",))
    assert sorted(measured.papers) == [A.id, B.id, C.id]

    assert made == Run(ORDER, (LISTING,), (MADE,), posts_read=4)
    assert papers.questions == [
        ("announcement", DAY),
        ("papers_submitted", WINDOW),
        # The hot papers, as arXiv describes them now.
        ("papers_named", B.id, A.id),
    ]
    # From the start of the window to the time of the run: posts come after the paper.
    assert posts.asked == [Window(WINDOW.start, COLLECTED_AT)]
    assert log.of("listing taken in") == [
        {
            "date": "2020-09-18",
            "state": "fresh",
            "papers": 3,
            "origin": "listing page",
            "reason": "",
        }
    ]
    off = {"status": "off", "reason": "not in SOURCES"}
    others = ("bluesky", "mastodon", "hackernews", "reddit", "huggingface")
    assert log.of("digest made") == [
        {
            "date": "2020-09-18",
            "outcome": "saved",
            "papers_listed": 3,
            "papers_hot": 2,
            "final": False,
            "sources": {"x": {"status": "ok"}} | dict.fromkeys(others, off),
        }
    ]


def test_a_day_of_which_nobody_talks_has_an_empty_digest() -> None:
    archive = Archive()
    made = run(archive, papers=MemoryPapers([A]), posts=[MemoryPosts(())])
    listing = replace(LISTING, papers=1)
    collection = replace(MADE, papers_listed=1, papers_hot=0)
    assert made == Run(ORDER, (listing,), (collection,), posts_read=0)
    assert archive.digest() == Digest(DAY, COLLECTED_AT, (), reports(x=OK), listing)
    # That nobody talks of it is known, and is no hole.
    [measured] = archive.measurements.measurements(DAY)
    assert measured == Measurement(COLLECTED_AT, ("x",), {})
    assert measured.attention(A.id)["x"].voices == 0


def test_all_sources_are_asked_and_counted_together() -> None:
    archive = Archive()
    counts = {"reblogs": 1, "favourites": 0}
    toot = replace(about(C, 0, "9", "9"), source="mastodon", counts=counts)
    sources = [MemoryPosts(POSTS), MemoryPosts([toot], name="mastodon")]
    made = run(archive, posts=sources)

    assert [len(source.asked) for source in sources] == [1, 1]
    collection = replace(MADE, papers_hot=3, sources=reports(x=OK, mastodon=OK))
    assert made == Run(ORDER, (LISTING,), (collection,), posts_read=5)
    assert archive.scores() == {
        B.id: {"x": 90, "mastodon": 0},
        A.id: {"x": 70, "mastodon": 0},
        C.id: {"x": 49, "mastodon": 1},
    }


def test_without_sources_there_are_no_numbers() -> None:
    archive = Archive()
    made = run(archive, posts=[])
    assert made == Run(ORDER, (LISTING,), (replace(MADE, papers_hot=0, sources=reports()),))
    assert archive.measurements.measurements(DAY) == []


def test_the_order_in_which_things_come_does_not_matter() -> None:
    documents = set()
    for papers in permutations([A, B, C]):
        for posts in permutations(POSTS):
            archive = Archive()
            run(archive, papers=MemoryPapers(papers), posts=[MemoryPosts(posts)])
            documents.add(archive.editions.document(DAY))
    assert len(documents) == 1


# Which order


def test_a_date_that_is_given_need_not_be_a_day_old() -> None:
    announced = datetime(2020, 9, 18, 1, tzinfo=UTC)
    papers = MemoryPapers([A], today=DAY)
    made = run(Archive(), CollectionOrder(announced, DAY), papers)
    assert [(each.date, each.outcome) for each in made.digests] == [(DAY, Outcome.SAVED)]


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
    archive, papers, posts = Archive(), MemoryPapers([A]), MemoryPosts(POSTS)
    with pytest.raises(InvalidInputError) as caught:
        run(archive, CollectionOrder(time, day), papers, [posts])
    assert str(caught.value) == said
    assert (papers.questions, posts.asked, archive.editions.head(day)) == ([], [], None)


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
    archive, papers, posts = Archive(), MemoryPapers([A]), MemoryPosts(POSTS)
    kept = Edition(DAY, kept_at, (PaperId("2009.00009"),), b"kept")
    archive.editions.save(kept)
    left = Collection(DAY, outcome, None, 1, final=False)
    assert run(archive, ORDER, papers, [posts]) == Run(ORDER, digests=(left,))
    assert (papers.questions, posts.asked) == ([], [])
    assert archive.editions.document(DAY) == (kept.revision, b"kept")
    assert log.of("digest is kept already") == [{"date": "2020-09-18", "outcome": outcome.value}]


def test_a_backfill_leaves_alone_what_is_final() -> None:
    archive, papers = Archive(), MemoryPapers([A])
    kept = Edition(DAY, COLLECTED_AT, (), b"kept", final=True)
    archive.editions.save(kept)
    backfill = replace(later(1000), is_backfill=True)
    left = Collection(DAY, Outcome.KEPT, None, 0, final=True)
    assert run(archive, backfill, papers) == Run(backfill, digests=(left,))
    assert papers.questions == []
    # Whoever names the date without that word has it made anew.
    made = run(archive, later(1000), papers)
    assert [each.outcome for each in made.digests] == [Outcome.SAVED]


def test_an_older_digest_is_made_anew() -> None:
    archive = Archive()
    archive.editions.save(Edition(DAY, COLLECTED_AT - timedelta(seconds=1), (), b"kept"))
    assert run(archive).digests == (MADE,)
    first = archive.digest().published_at
    assert first == COLLECTED_AT - timedelta(seconds=1)


def test_the_same_order_twice_is_carried_out_once() -> None:
    archive, posts = Archive(), MemoryPosts(POSTS)
    runs = [run(archive, posts=[posts]) for _ in range(3)]
    outcomes = [each.outcome for run_ in runs for each in run_.digests]
    assert outcomes == [Outcome.SAVED, Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert len(posts.asked) == 1


def test_other_days_do_not_matter() -> None:
    archive = Archive()
    archive.editions.save(Edition(date(2020, 9, 21), COLLECTED_AT + 24 * HOUR, (), b"kept"))
    assert run(archive).digests == (MADE,)


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
    archive = Archive(editions=Rivals(rival))
    assert run(archive).digests == (replace(MADE, outcome=Outcome.SUPERSEDED),)
    assert archive.editions.document(DAY) == (rival.revision, b"newer")


def test_a_store_that_fails_is_reported() -> None:
    with pytest.raises(StoreError, match="2020-09-18 does not fit"):
        run(Archive(editions=Full()))


# Days without papers


def test_a_quiet_day_has_a_digest_that_says_so_and_nobody_is_paid() -> None:
    archive, posts = Archive(), MemoryPosts(POSTS)
    papers = MemoryPapers([A], announcements=[], today=date(2020, 9, 21))
    papers.announce(date(2020, 9, 21), [A])
    made = run(archive, papers=papers, posts=[posts])

    why = "arXiv announced nothing on this day, and has since"
    quiet = Listing(DAY, ListingState.QUIET, COLLECTED_AT, why)
    assert made == Run(ORDER, (quiet,), (Collection(DAY, Outcome.SAVED, 0, 0, final=True),))
    assert archive.digest() == Digest(DAY, COLLECTED_AT, (), listing=quiet, final=True)
    assert archive.editions.head(DAY) == EditionHead(
        date=DAY,
        collected_at=COLLECTED_AT,
        revision=archive.editions.document(DAY)[0],  # type: ignore[index]
        papers=0,
        quiet=True,
        final=True,
        published_at=COLLECTED_AT,
    )
    assert posts.asked == []


def test_a_day_that_is_not_announced_yet_has_no_digest() -> None:
    archive, posts = Archive(), MemoryPosts(POSTS)
    early = CollectionOrder(datetime(2020, 9, 18, 1, tzinfo=UTC), DAY)
    made = run(archive, early, MemoryPapers(announcements=[], today=date(2020, 9, 17)), [posts])
    [listing] = made.listings
    assert (listing.state, made.digests, posts.asked) == (ListingState.WAITING, (), [])
    assert archive.editions.head(DAY) is None


@pytest.mark.parametrize("day", [DAY, None])
def test_without_arxiv_the_run_fails_and_says_so(day: date | None) -> None:
    archive, posts = Archive(), MemoryPosts(POSTS)
    papers = MemoryPapers(error=UpstreamError("arXiv", "answered 403"))
    with pytest.raises(UpstreamError, match="arXiv: answered 403"):
        run(archive, CollectionOrder(COLLECTED_AT, day), papers, [posts])
    assert posts.asked == []
    [listing] = archive.listings.listings(DAY, DAY).values()
    assert listing.state is ListingState.FAILED


def test_without_arxiv_what_is_known_is_measured_all_the_same() -> None:
    archive = Archive()
    run(archive)
    failing = MemoryPapers(error=UpstreamError("arXiv", "answered 403"))
    order = CollectionOrder(datetime(2020, 9, 21, 10, tzinfo=UTC))
    with pytest.raises(UpstreamError, match="arXiv: answered 403"):
        run(archive, order, failing)
    assert archive.digest().collected_at == order.time
    assert archive.listings.listings(DAY, DAY) == {DAY: LISTING}
    assert archive.listings.papers(DAY) == (A, B, C)


def test_what_arxiv_says_of_hot_papers_now_is_taken_over() -> None:
    archive, papers = Archive(), MemoryPapers([A, B, C])
    run(archive, papers=papers)
    now = replace(B, title="On the Analytical Engine, Withdrawn", withdrawn=True)
    papers.papers[B.id] = now
    run(archive, later(24), papers)
    assert [entry.paper for entry in archive.digest().papers] == [now, A]
    assert archive.listings.papers(DAY) == (A, now, C)
    # So it says so also when it is hot no more, and in no digest.
    assert archive.listings.place(B.id) == (DAY, now)
    assert archive.listings.listings(DAY, DAY)[DAY].found_at == later(24).time


class FullOfListings(MemoryListings):
    """A store that takes no listing of the day again once it has one."""

    def keep(self, listing: Listing, papers: Sequence[Paper] | None = None) -> bool:
        if listing.date == DAY and DAY in self.listings(DAY, DAY):
            raise StoreError(f"the listing of {DAY} does not fit")
        return super().keep(listing, papers)


def test_descriptions_that_cannot_be_kept_are_the_trouble_of_their_day_alone() -> None:
    archive = Archive(listings=FullOfListings())
    run(archive)
    monday = replace(A, id=PaperId("2009.00011"), submitted_at=datetime(2020, 9, 18, 9, tzinfo=UTC))
    papers = MemoryPapers([A, replace(B, withdrawn=True), C, monday])
    order = CollectionOrder(COLLECTED_AT + 48 * HOUR)
    with pytest.raises(StoreError, match="the listing of 2020-09-18 does not fit"):
        run(archive, order, papers)
    assert archive.digest().collected_at == COLLECTED_AT
    assert archive.digest(date(2020, 9, 21)).collected_at == order.time


def test_where_arxiv_describes_papers_as_before_the_listing_is_not_written_again() -> None:
    archive = Archive()
    run(archive)
    run(archive, later(24))
    assert archive.listings.listings(DAY, DAY) == {DAY: LISTING}


def test_a_hot_paper_that_arxiv_no_longer_tells_of_stays_as_it_was() -> None:
    archive, papers = Archive(), MemoryPapers([A, B, C])
    run(archive, papers=papers)
    del papers.papers[B.id]
    run(archive, later(1), papers)
    papers.failures["papers_named"] = UpstreamError("arXiv", "answered 503")
    run(archive, later(2), papers)
    assert [entry.paper for entry in archive.digest().papers] == [B, A]


def test_a_run_that_measures_again_keeps_when_the_digest_first_appeared() -> None:
    archive = Archive()
    run(archive)
    run(archive, later(24), posts=[MemoryPosts((*POSTS, about(C, 30, "5", "5")))])
    digest = archive.digest()
    assert (digest.collected_at, digest.published_at) == (later(24).time, COLLECTED_AT)
    assert [rise.paper for rise in digest.rising] == [C.id]
    histories = {entry.paper.id: entry.history for entry in digest.papers}
    assert [int(point.score) for point in histories[C.id]] == [49, 79]
    assert [point.time for point in histories[A.id]] == [COLLECTED_AT, later(24).time]
    assert histories[C.id][1].attention == {
        "x": Attention({"reposts": 79, "likes": 0}, 2, histories[C.id][1].score)
    }


@pytest.mark.parametrize(("hours", "final"), [(0, False), (100, False), (104, False), (107, True)])
def test_a_digest_is_final_after_seven_days(hours: int, final: bool) -> None:
    archive = Archive()
    # It was announced on the 18th at 00:00 UTC; the runs begin on the 20th at 13:13.
    made = run(archive, later(hours))
    assert [each.final for each in made.digests] == [final]
    assert archive.digest().final is final
    assert archive.editions.head(DAY).final is final  # type: ignore[union-attr]
