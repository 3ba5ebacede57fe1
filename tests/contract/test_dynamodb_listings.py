"""Listings in DynamoDB: what is in the table, what happens when others write, what goes wrong."""

import gzip
from datetime import UTC, date, datetime, timedelta
from itertools import repeat
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_listings import DynamoDBListings
from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
from hotpapers.documents.listing_json import write_listing, write_paper, write_papers
from hotpapers.domain.edition import Edition, revision
from hotpapers.domain.history import Measurement
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper import Paper
from hotpapers.domain.reading import Reading
from hotpapers.errors import StoreError
from tests.aws import Meddler, Storage
from tests.builders import listings as any_listings
from tests.builders import make_paper
from tests.builders import papers as any_papers
from tests.fakes import Clock, MemoryListings
from tests.properties import examples

DAY, NEXT = date(2020, 9, 18), date(2020, 9, 21)
AT = datetime(2020, 9, 18, 10, tzinfo=UTC)
RETRIES = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]
A, B = make_paper("2009.00001"), make_paper("hep-th/9901001")


def fresh(hours: int = 0, papers: int = 2) -> Listing:
    found_at = AT + timedelta(hours=hours)
    return Listing(DAY, ListingState.FRESH, found_at, origin=Origin.FEED, papers=papers)


def kept(storage: Storage, client: Any = None, **options: Any) -> DynamoDBListings:
    client = storage.dynamodb if client is None else client
    return DynamoDBListings(client, storage.table_name, **options)


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "PutItem")


def raises(error: Exception) -> Any:
    def fail(**_: Any) -> None:
        raise error

    return fail


def test_what_a_listing_is_in_the_table(storage: Storage) -> None:
    papers = [A, B]
    packed = gzip.compress(write_papers(papers), mtime=0)
    size = len(packed) // 2 + 1
    head = write_listing(fresh())
    store = kept(storage, part_bytes=size)
    assert store.keep(fresh(), papers)
    shared = {
        "revision": {"S": revision(AT, head + write_papers(papers))},
        "parts": {"N": "2"},
    }
    parts = {
        ("LISTING#2020-09-18", "PART#000"): {**shared, "body": {"B": packed[:size]}},
        ("LISTING#2020-09-18", "PART#001"): {**shared, "body": {"B": packed[size:]}},
    }
    heads = {("LISTINGS", "2020-09-18"): {**shared, "listing": {"S": head.decode()}}}
    assert storage.table() == {
        key: {"pk": {"S": key[0]}, "sk": {"S": key[1]}, **item}
        for key, item in (heads | parts).items()
    }


def test_what_a_claim_is_in_the_table(storage: Storage) -> None:
    assert kept(storage).claim(DAY, [A, B]) == {}
    assert storage.table() == {
        (f"PAPER#{paper.id}", "LISTED"): {
            "pk": {"S": f"PAPER#{paper.id}"},
            "sk": {"S": "LISTED"},
            "listed": {"S": "2020-09-18"},
            "paper": {"B": gzip.compress(write_paper(paper), mtime=0)},
        }
        for paper in (A, B)
    }


def test_a_table_full_of_other_things_is_no_matter(storage: Storage) -> None:
    client, table = storage.dynamodb, storage.table_name
    edition = Edition(DAY, AT, (A.id, B.id), b"document")
    reading = Reading("x", AT, (A.id,), ())
    measurement = Measurement(AT, ("x",), {})
    editions, readings = DynamoDBEditions(client, table), DynamoDBReadings(client, table)
    measurements, roundups = DynamoDBMeasurements(client, table), DynamoDBRoundups(client, table)
    store = kept(storage)
    for _ in range(2):
        editions.save(edition)
        readings.keep(DAY, reading)
        measurements.keep(DAY, measurement)
        roundups.save("2020-W38", "1", b"roundup")
        store.claim(NEXT, [A, B])
        store.keep(fresh(), [A, B])

    assert editions.document(DAY) == (edition.revision, b"document")
    assert [head.date for head in editions.heads(DAY, NEXT)] == [editions.first_date()] == [DAY]
    assert list(editions.listing_dates(A.id)) == [DAY]
    assert readings.readings(DAY) == {"x": reading}
    assert list(measurements.measurements(DAY)) == [measurement]
    assert roundups.document("2020-W38") == ("1", b"roundup")
    assert store.place(A.id) == (NEXT, A)
    assert store.listings(DAY, NEXT) == {DAY: fresh()}
    assert list(store.papers(DAY)) == [A, B]


# Claims


def test_papers_that_are_claimed_are_not_written_again(storage: Storage) -> None:
    papers = [make_paper(f"2009.{number:05}") for number in range(101)]
    client = Meddler(storage.dynamodb)
    kept(storage, client).claim(DAY, papers[:100])
    kept(storage, client).claim(DAY, papers)
    kept(storage, client).claim(NEXT, papers)
    read_two = ["batch_get_item"] * 2
    assert client.calls == [
        *["batch_get_item", *["put_item"] * 100],
        *[*read_two, "put_item"],
        *read_two,
    ]


def test_of_two_claims_at_once_each_paper_goes_to_one(storage: Storage) -> None:
    def meddle(**_: Any) -> None:
        assert kept(storage).claim(NEXT, [B]) == {}

    client = Meddler(storage.dynamodb, put_item=[meddle])
    assert kept(storage, client).claim(DAY, [A, B]) == {B.id: NEXT}
    assert [kept(storage).place(paper.id) for paper in (A, B)] == [(DAY, A), (NEXT, B)]


def test_two_claims_for_one_day_at_once_agree(storage: Storage) -> None:
    def meddle(**_: Any) -> None:
        assert kept(storage).claim(DAY, [A, B]) == {}

    client = Meddler(storage.dynamodb, put_item=[meddle])
    assert kept(storage, client).claim(DAY, [A, B]) == {}
    assert [kept(storage).place(paper.id) for paper in (A, B)] == [(DAY, A), (DAY, B)]


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException"])
def test_a_claim_that_fails_half_way_is_continued_by_repeating_it(
    storage: Storage, code: str
) -> None:
    papers = [make_paper(f"2009.{number:05}") for number in range(9)]
    failure = raises(refused(code))
    client = Meddler(storage.dynamodb, put_item=[None] * 4 + [failure])
    with pytest.raises(StoreError, match=f"DynamoDB answered PutItem with {code}"):
        kept(storage, client).claim(DAY, papers)
    assert len(storage.table()) == 4
    client = Meddler(storage.dynamodb)
    assert kept(storage, client).claim(DAY, papers) == {}
    assert client.calls == ["batch_get_item", *["put_item"] * 5]
    assert [kept(storage).place(paper.id) for paper in papers] == [(DAY, each) for each in papers]


@pytest.mark.thorough
def test_a_claim_of_a_busy_day_that_fails_half_way_is_continued(storage: Storage) -> None:
    papers = [make_paper(f"2009.{number:05}") for number in range(1_500)]
    failure = raises(refused("InternalServerError"))
    client = Meddler(storage.dynamodb, put_item=[None] * 777 + [failure])
    with pytest.raises(StoreError):
        kept(storage, client).claim(DAY, papers)
    assert kept(storage).claim(NEXT, papers[1_000:]) == {}
    assert kept(storage).claim(DAY, papers) == {paper.id: NEXT for paper in papers[1_000:]}
    assert [item["listed"]["S"] for _, item in sorted(storage.table().items())] == [
        *["2020-09-18"] * 1_000,
        *["2020-09-21"] * 500,
    ]


def test_papers_that_are_not_given_are_asked_for_again(storage: Storage, clock: Clock) -> None:
    papers = [make_paper(f"2009.{number:05}") for number in range(30)]
    kept(storage).claim(DAY, papers)

    def half(RequestItems: Any) -> Any:  # noqa: N803
        [(table, asked)] = RequestItems.items()
        keys = asked["Keys"]
        first, left = keys[: len(keys) // 2], keys[len(keys) // 2 :]
        answer = storage.dynamodb.batch_get_item(RequestItems={table: {"Keys": first}})
        return {**answer, "UnprocessedKeys": {table: {"Keys": left}}}

    client = Meddler(storage.dynamodb, batch_get_item=[half, half, None])
    assert kept(storage, client, sleep=clock.sleep).claim(NEXT, papers) == {
        paper.id: DAY for paper in papers
    }
    assert client.calls == ["batch_get_item"] * 3
    assert clock.pauses == RETRIES[:2]


def test_a_table_that_gives_nothing_is_given_up_on(storage: Storage, clock: Clock) -> None:
    def none(RequestItems: Any) -> Any:  # noqa: N803
        return {"Responses": {}, "UnprocessedKeys": RequestItems}

    client = Meddler(storage.dynamodb, batch_get_item=repeat(none))
    with pytest.raises(StoreError, match="does not give all that it is asked for"):
        kept(storage, client, sleep=clock.sleep).claim(DAY, [A])
    assert clock.pauses == RETRIES
    assert storage.table() == {}


def test_a_paper_that_is_too_large_is_refused_before_anything_is_written(storage: Storage) -> None:
    client = Meddler(storage.dynamodb)
    with pytest.raises(StoreError, match=r"the paper 2009\.00001 has [0-9]+ bytes packed"):
        kept(storage, client, part_bytes=100).claim(DAY, [A])
    assert client.calls == []


# Listings


def test_a_better_listing_that_comes_in_between_stays(storage: Storage, clock: Clock) -> None:
    better = fresh(1, papers=1)

    def meddle(**_: Any) -> None:
        assert kept(storage).keep(better, [B])

    client = Meddler(storage.dynamodb, transact_write_items=[meddle])
    assert not kept(storage, client, sleep=clock.sleep).keep(fresh(), [A, B])
    assert kept(storage).listings(DAY, DAY) == {DAY: better}
    assert list(kept(storage).papers(DAY)) == [B]
    assert clock.pauses == RETRIES[:1]


def test_papers_that_come_in_between_stay_below_a_better_listing(
    storage: Storage, clock: Clock
) -> None:
    def meddle(**_: Any) -> None:
        assert kept(storage, part_bytes=60).keep(fresh(), [A, B])

    client = Meddler(storage.dynamodb, transact_write_items=[meddle])
    assert kept(storage, client, sleep=clock.sleep).keep(fresh(1))
    assert kept(storage).listings(DAY, DAY) == {DAY: fresh(1)}
    assert list(kept(storage).papers(DAY)) == [A, B]
    # All parts are known of, so that they go when there are fewer.
    assert kept(storage).keep(fresh(2), [A])
    assert sum(pk == f"LISTING#{DAY}" for pk, _ in storage.table()) == 1


@pytest.mark.parametrize("missing", [0, 1, 3])
def test_papers_with_a_hole_are_not_handed_out(
    storage: Storage, clock: Clock, missing: int
) -> None:
    assert kept(storage, part_bytes=60).keep(fresh(), [A, B])
    key = {"pk": {"S": f"LISTING#{DAY}"}, "sk": {"S": f"PART#{missing:03}"}}
    assert storage.dynamodb.get_item(TableName=storage.table_name, Key=key)["Item"]
    storage.dynamodb.delete_item(TableName=storage.table_name, Key=key)
    with pytest.raises(StoreError, match="the listing of 2020-09-18 cannot be read whole"):
        kept(storage, sleep=clock.sleep).papers(DAY)
    assert clock.pauses == RETRIES


few_papers = st.lists(any_papers(), max_size=3, unique_by=lambda paper: paper.id)
some_papers = st.lists(any_papers(), min_size=1, max_size=4, unique_by=lambda paper: paper.id)


@pytest.mark.thorough
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    papers=some_papers,
    claims=st.lists(st.tuples(st.sampled_from([DAY, NEXT]), st.integers(0, 4)), max_size=5),
    keeps=st.lists(st.tuples(any_listings(DAY, NEXT), st.none() | few_papers), max_size=6),
)
def test_the_table_does_what_memory_does(
    storage: Storage,
    papers: list[Paper],
    claims: list[tuple[date, int]],
    keeps: list[tuple[Listing, list[Paper] | None]],
) -> None:
    storage.wipe()
    storage.forget_stream()
    memory, table = MemoryListings(), kept(storage, part_bytes=200_000)
    for day, first in claims:
        assert table.claim(day, papers[first:]) == memory.claim(day, papers[first:])
    for listing, listed in keeps:
        assert table.keep(listing, listed) == memory.keep(listing, listed)
    assert table.listings(DAY, NEXT) == memory.listings(DAY, NEXT)
    for day in (DAY, NEXT):
        assert list(table.papers(day)) == list(memory.papers(day))
    for paper in papers:
        assert table.place(paper.id) == memory.place(paper.id)
