"""What every store of listings does: the one in memory, and DynamoDB's in one part and in many."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from hotpapers.adapters.dynamodb_listings import DynamoDBListings
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper import Paper
from hotpapers.ports import ListingStore
from tests.builders import make_paper
from tests.fakes import MemoryListings

DAY, NEXT = date(2020, 9, 18), date(2020, 9, 21)
AT = datetime(2020, 9, 18, 10, tzinfo=UTC)
A, B, C = (make_paper(f"2009.0000{number}") for number in (1, 2, 3))
STORES = ["memory", "table", "table, read as the API does"]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> ListingStore:
    if request.param == "memory":
        return MemoryListings()
    storage = request.getfixturevalue("storage")
    client, table = storage.dynamodb, storage.table_name
    match request.param:
        case "table, read as the API does":
            return DynamoDBListings(client, table, consistent=False)
    return DynamoDBListings(client, table)


def fresh(day: date = DAY, hours: int = 0, papers: int = 2, shortfall: str = "") -> Listing:
    found_at = AT + timedelta(hours=hours)
    return Listing(day, ListingState.FRESH, found_at, "", Origin.FEED, papers, shortfall)


def waiting(hours: int = 0) -> Listing:
    return Listing(DAY, ListingState.WAITING, AT + timedelta(hours=hours), "not there yet")


def quiet(hours: int = 0, *, predicted: bool = False) -> Listing:
    found_at = AT + timedelta(hours=hours)
    return Listing(DAY, ListingState.QUIET, found_at, "a holiday", predicted=predicted)


# Listings


def test_nothing_is_kept_at_first(store: ListingStore) -> None:
    assert store.listings(DAY, NEXT) == {}
    assert list(store.papers(DAY)) == []
    assert store.place(A.id) is None


@pytest.mark.parametrize(
    "listing",
    [
        fresh(),
        fresh(shortfall="2 new papers of 3"),
        waiting(),
        quiet(predicted=True),
        Listing(DAY, ListingState.FAILED, AT.replace(microsecond=125_000), "„schön“ & <kaputt>"),
    ],
)
def test_what_is_kept_comes_back_whole(store: ListingStore, listing: Listing) -> None:
    assert store.keep(listing)
    assert store.listings(DAY, DAY) == {DAY: listing}
    assert list(store.papers(DAY)) == []


def test_papers_are_kept_in_the_order_of_their_ids(store: ListingStore) -> None:
    papers = [
        make_paper("hep-th/9901001", submitted_at=None),
        make_paper("2009.00002", withdrawn=True, title="Über λ\u2028 & <b>"),
        make_paper("2009.00001", submitted_at=AT.replace(microsecond=5)),
    ]
    assert store.keep(fresh(papers=3), papers)
    assert list(store.papers(DAY)) == [papers[2], papers[1], papers[0]]
    assert list(store.papers(NEXT)) == []


def test_many_papers_come_back_whole(store: ListingStore) -> None:
    papers = [make_paper(f"2009.{n:05}", abstract=f"{n**9} {n**11}") for n in range(60)]
    assert store.keep(fresh(papers=60), papers)
    assert list(store.papers(DAY)) == papers
    assert store.keep(fresh(hours=1, papers=1), papers[7:8])
    assert list(store.papers(DAY)) == papers[7:8]


def test_a_listing_without_its_papers_leaves_those_that_are_kept(store: ListingStore) -> None:
    assert store.keep(fresh(shortfall="a gap"), [A, B])
    assert store.keep(fresh(hours=1, shortfall="another"))
    assert store.keep(fresh(hours=2))
    assert store.listings(DAY, DAY) == {DAY: fresh(hours=2)}
    assert list(store.papers(DAY)) == [A, B]
    assert store.keep(fresh(hours=3, papers=1), [C])
    assert list(store.papers(DAY)) == [C]


def test_no_papers_are_not_the_same_as_papers_not_given(store: ListingStore) -> None:
    assert store.keep(fresh(), [A, B])
    assert store.keep(fresh(hours=1, papers=0), [])
    assert list(store.papers(DAY)) == []


def test_an_older_listing_never_replaces_a_newer_one(store: ListingStore) -> None:
    assert store.keep(fresh(hours=1, papers=1), [A])
    assert not store.keep(fresh(papers=2), [B, C])
    assert store.listings(DAY, DAY) == {DAY: fresh(hours=1, papers=1)}
    assert list(store.papers(DAY)) == [A]


def test_what_an_event_that_comes_late_finds_out_is_kept_where_nothing_is_known(
    store: ListingStore,
) -> None:
    assert store.keep(replace(waiting(9), state=ListingState.FAILED))
    assert store.keep(fresh(), [A, B])
    assert store.listings(DAY, DAY) == {DAY: fresh()}
    assert list(store.papers(DAY)) == [A, B]
    assert not store.keep(waiting(10))


def test_the_same_again_changes_nothing(store: ListingStore) -> None:
    assert [store.keep(fresh(), [A, B]) for _ in range(2)] == [True, False]
    assert list(store.papers(DAY)) == [A, B]


@pytest.mark.parametrize("known", [fresh(), quiet()])
@pytest.mark.parametrize(
    "less", [waiting(9), replace(waiting(9), state=ListingState.FAILED), quiet(9, predicted=True)]
)
def test_what_is_known_stays_where_less_is_known_later(
    store: ListingStore, known: Listing, less: Listing
) -> None:
    assert store.keep(less_known := waiting(-1))
    assert store.listings(DAY, DAY) == {DAY: less_known}
    assert store.keep(known, [A, B])
    assert not store.keep(less)
    assert store.listings(DAY, DAY) == {DAY: known}
    assert list(store.papers(DAY)) == [A, B]


def test_a_predicted_quiet_day_may_turn_out_to_have_papers(store: ListingStore) -> None:
    assert store.keep(quiet(predicted=True))
    assert store.keep(fresh(hours=1), [A, B])
    assert store.listings(DAY, DAY) == {DAY: fresh(hours=1)}


def test_whatever_the_order_of_runs_the_last_that_knew_stays(store: ListingStore) -> None:
    found = [waiting(), fresh(hours=1, shortfall="a gap"), fresh(hours=2)]
    kept = []
    for number, order in enumerate(permutations(found)):
        day = DAY + timedelta(days=number)
        for listing in order:
            store.keep(replace(listing, date=day))
        kept.append(replace(store.listings(day, day)[day], date=DAY))
    assert kept == [fresh(hours=2)] * 6


def test_a_span_has_both_its_ends_and_nothing_else(store: ListingStore) -> None:
    days = [DAY - timedelta(days=number) for number in range(5)]
    for day in days:
        store.keep(fresh(day))
    oldest_first = sorted(days)
    assert list(store.listings(days[3], days[1])) == oldest_first[1:4]
    assert list(store.listings(DAY, DAY)) == [DAY]
    assert list(store.listings(date(1991, 8, 14), date(9999, 12, 31))) == oldest_first
    assert store.listings(NEXT, NEXT) == store.listings(NEXT, DAY) == {}


def test_days_do_not_touch_one_another(store: ListingStore) -> None:
    assert store.keep(fresh(DAY), [A, B])
    assert store.keep(fresh(NEXT, hours=72, papers=1), [C])
    assert store.keep(fresh(DAY, hours=96, papers=1), [B])
    assert [list(store.papers(day)) for day in (DAY, NEXT)] == [[B], [C]]


# Claims


def test_a_paper_is_new_where_it_was_claimed_first(store: ListingStore) -> None:
    assert store.claim(DAY, ids([A, B])) == {}
    assert store.claim(NEXT, ids([B, C])) == {B.id: DAY}
    assert store.claim(DAY, ids([A, B, C])) == {C.id: NEXT}


def test_a_paper_of_a_later_day_is_not_new_on_an_earlier_one(store: ListingStore) -> None:
    assert store.claim(NEXT, [A.id]) == {}
    assert store.claim(DAY, [A.id]) == {A.id: NEXT}
    assert store.claim(NEXT, [A.id]) == {}


def test_nothing_is_claimed_of_nothing(store: ListingStore) -> None:
    assert store.claim(DAY, []) == {}


def test_more_papers_are_claimed_than_a_batch_takes(store: ListingStore) -> None:
    papers = [PaperId(f"2009.{number:05}") for number in range(101)]
    elsewhere = papers[::2]
    assert store.claim(DAY, elsewhere) == {}
    assert store.claim(NEXT, papers) == dict.fromkeys(elsewhere, DAY)
    assert store.claim(DAY, papers) == dict.fromkeys(papers[1::2], NEXT)


def test_papers_of_every_style_are_claimed(store: ListingStore) -> None:
    papers = [make_paper(each) for each in ("hep-th/9901001", "0704.0001", "1501.00001")]
    assert store.claim(DAY, ids(papers)) == {}
    assert store.claim(NEXT, ids(papers)) == dict.fromkeys(ids(papers), DAY)
    assert store.keep(fresh(papers=3), papers)
    assert [store.place(paper.id) for paper in papers] == [(DAY, paper) for paper in papers]


# Places


def test_a_paper_has_its_place_once_it_is_listed(store: ListingStore) -> None:
    store.claim(DAY, ids([A, B]))
    store.claim(NEXT, [C.id])
    assert [store.place(paper.id) for paper in (A, B, C)] == [None] * 3
    assert store.keep(fresh(NEXT, hours=72, papers=1), [C])
    assert store.keep(fresh(), [A, B])
    assert [store.place(paper.id) for paper in (A, B, C)] == [(DAY, A), (DAY, B), (NEXT, C)]


def test_a_paper_is_told_as_its_listing_has_it_now(store: ListingStore) -> None:
    withdrawn = replace(A, withdrawn=True)
    store.claim(DAY, ids([A, B]))
    assert store.keep(fresh(), [A, B])
    assert store.keep(fresh(hours=1), [withdrawn, B])
    assert [store.place(paper.id) for paper in (A, B)] == [(DAY, withdrawn), (DAY, B)]
    assert store.keep(fresh(hours=2))
    assert store.place(A.id) == (DAY, withdrawn)
    assert store.keep(fresh(hours=3, papers=1), [B])
    assert [store.place(paper.id) for paper in (A, B)] == [None, (DAY, B)]


def test_a_paper_has_its_place_on_the_day_that_claimed_it(store: ListingStore) -> None:
    store.claim(DAY, [A.id])
    assert store.keep(fresh(NEXT, hours=72, papers=1), [A])
    assert store.place(A.id) is None
    assert list(store.papers(DAY)) == []
    assert list(store.papers(NEXT)) == [A]


def test_each_of_many_papers_has_its_place(store: ListingStore) -> None:
    papers = [make_paper(f"2009.{n:05}", title=f"Paper {n}") for n in range(200)]
    store.claim(DAY, ids(papers))
    assert store.keep(fresh(papers=200), papers)
    assert [store.place(paper.id) for paper in papers] == [(DAY, paper) for paper in papers]


def ids(papers: Sequence[Paper]) -> list[PaperId]:
    return [paper.id for paper in papers]
