"""Listings in DynamoDB: what is in the table, what happens when others write, what goes wrong."""

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import repeat
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpapers.adapters.dynamodb import Table, key
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_listings import SHARES, DynamoDBListings
from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
from hotpapers.adapters.dynamodb_parts import PartedDocument, Place, save
from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
from hotpapers.documents.listing_json import (
    read_papers,
    write_listing,
    write_paper,
    write_papers,
)
from hotpapers.domain.edition import Edition, Outcome, revision
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
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
    head = write_listing(fresh())
    assert kept(storage).keep(fresh(), [A, B])
    documents = [b"[]"] * SHARES
    # crc32 says which: a part of a listing can be found for ever by the paper's id alone.
    documents[5], documents[10] = write_papers([A]), write_papers([B])
    shared = {
        "revision": {"S": revision(AT, head + b"".join(documents))},
        "parts": {"N": "32"},
    }
    parts = {
        (f"LISTING#{DAY}", f"PART#{number:03}"): {
            **shared,
            "body": {"B": gzip.compress(document, mtime=0)},
        }
        for number, document in enumerate(documents)
    }
    heads = {("LISTINGS", "2020-09-18"): {**shared, "listing": {"S": head.decode()}}}
    assert storage.table() == {
        key: {"pk": {"S": key[0]}, "sk": {"S": key[1]}, **item}
        for key, item in (heads | parts).items()
    }


def test_what_a_claim_is_in_the_table(storage: Storage) -> None:
    assert kept(storage).claim(DAY, [A.id, B.id]) == {}
    assert storage.table() == {
        (f"PAPER#{paper.id}", "LISTED"): {
            "pk": {"S": f"PAPER#{paper.id}"},
            "sk": {"S": "LISTED"},
            "listed": {"S": "2020-09-18"},
        }
        for paper in (A, B)
    }


# Listings from before their papers were shared out by their ids (decision 0024)


def keep_as_before(storage: Storage, *papers: Paper, part_bytes: int) -> None:
    """Keep a listing as was done once: in as few parts as can be, each paper in its place too."""
    table = Table(storage.dynamodb, storage.table_name, part_bytes)
    head = write_listing(fresh())
    document = PartedDocument(
        revision(AT, head + write_papers(papers)),
        write_papers(papers),
        {"listing": {"S": head.decode()}},
    )
    place = Place("it", ("LISTINGS", f"{DAY}"), f"LISTING#{DAY}", "PART#")
    assert save(table, place, document) is Outcome.SAVED
    for paper in papers:
        packed = gzip.compress(write_paper(paper), mtime=0)
        item = {"listed": {"S": f"{DAY}"}, "paper": {"B": packed}}
        table.put_all([{**key(f"PAPER#{paper.id}", "LISTED"), **item}])


@pytest.mark.parametrize("part_bytes", [60, 350_000])
def test_a_listing_from_before_is_read(storage: Storage, part_bytes: int) -> None:
    keep_as_before(storage, A, B, part_bytes=part_bytes)
    client = Meddler(storage.dynamodb)
    store = kept(storage, client)
    assert [store.place(paper.id) for paper in (A, B)] == [(DAY, A), (DAY, B)]
    # Parts that cannot be read alone, and may be large, are not read for it.
    assert client.calls == ["get_item"] * 4
    assert store.listings(DAY, DAY) == {DAY: fresh()}
    assert list(store.papers(DAY)) == [A, B]
    assert store.claim(NEXT, [A.id, B.id]) == {A.id: DAY, B.id: DAY}
    assert store.claim(DAY, [A.id, B.id]) == {}
    assert store.keep(fresh(1))
    assert list(store.papers(DAY)) == [A, B]
    assert store.place(A.id) == (DAY, A)


@pytest.mark.parametrize("part_bytes", [60, 350_000])
def test_a_listing_from_before_is_kept_anew(storage: Storage, part_bytes: int) -> None:
    late, renamed = make_paper("2009.00003"), replace(A, title="Renamed")
    keep_as_before(storage, A, B, part_bytes=part_bytes)
    store = kept(storage)
    assert store.claim(DAY, [A.id, B.id, late.id]) == {}
    assert store.place(late.id) is None
    assert store.keep(fresh(1, papers=3), [renamed, B, late])
    assert list(store.papers(DAY)) == [renamed, late, B]
    assert [store.place(paper.id) for paper in (A, B, late)] == [
        (DAY, renamed),
        (DAY, B),
        (DAY, late),
    ]


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
        store.claim(NEXT, [A.id])
        store.claim(DAY, [B.id])
        store.keep(fresh(), [A, B])

    assert editions.document(DAY) == (edition.revision, b"document")
    assert [head.date for head in editions.heads(DAY, NEXT)] == [editions.first_date()] == [DAY]
    assert list(editions.listing_dates(A.id)) == [DAY]
    assert readings.readings(DAY) == {"x": reading}
    assert list(measurements.measurements(DAY)) == [measurement]
    assert roundups.document("2020-W38") == ("1", b"roundup")
    assert [store.place(paper.id) for paper in (A, B)] == [None, (DAY, B)]
    assert store.listings(DAY, NEXT) == {DAY: fresh()}
    assert list(store.papers(DAY)) == [A, B]


# Claims


def claims(storage: Storage) -> dict[str, date]:
    """The days on which papers are new, in the table."""
    return {
        pk.partition("#")[2]: date.fromisoformat(item["listed"]["S"])
        for (pk, sk), item in storage.table().items()
        if sk == "LISTED"
    }


def test_papers_that_are_claimed_are_not_written_again(storage: Storage) -> None:
    papers = [PaperId(f"2009.{number:05}") for number in range(101)]
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
        assert kept(storage).claim(NEXT, [B.id]) == {}

    client = Meddler(storage.dynamodb, put_item=[meddle])
    assert kept(storage, client).claim(DAY, [A.id, B.id]) == {B.id: NEXT}
    assert claims(storage) == {A.id: DAY, B.id: NEXT}


def test_two_claims_for_one_day_at_once_agree(storage: Storage) -> None:
    def meddle(**_: Any) -> None:
        assert kept(storage).claim(DAY, [A.id, B.id]) == {}

    client = Meddler(storage.dynamodb, put_item=[meddle])
    assert kept(storage, client).claim(DAY, [A.id, B.id]) == {}
    assert claims(storage) == {A.id: DAY, B.id: DAY}


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException"])
def test_a_claim_that_fails_half_way_is_continued_by_repeating_it(
    storage: Storage, code: str
) -> None:
    papers = [PaperId(f"2009.{number:05}") for number in range(9)]
    failure = raises(refused(code))
    client = Meddler(storage.dynamodb, put_item=[None] * 4 + [failure])
    with pytest.raises(StoreError, match=f"DynamoDB answered PutItem with {code}"):
        kept(storage, client).claim(DAY, papers)
    assert len(storage.table()) == 4
    client = Meddler(storage.dynamodb)
    assert kept(storage, client).claim(DAY, papers) == {}
    assert client.calls == ["batch_get_item", *["put_item"] * 5]
    assert claims(storage) == dict.fromkeys(papers, DAY)


@pytest.mark.thorough
def test_a_claim_of_a_busy_day_that_fails_half_way_is_continued(storage: Storage) -> None:
    papers = [PaperId(f"2009.{number:05}") for number in range(1_500)]
    failure = raises(refused("InternalServerError"))
    client = Meddler(storage.dynamodb, put_item=[None] * 777 + [failure])
    with pytest.raises(StoreError):
        kept(storage, client).claim(DAY, papers)
    assert kept(storage).claim(NEXT, papers[1_000:]) == {}
    assert kept(storage).claim(DAY, papers) == dict.fromkeys(papers[1_000:], NEXT)
    assert [item["listed"]["S"] for _, item in sorted(storage.table().items())] == [
        *["2020-09-18"] * 1_000,
        *["2020-09-21"] * 500,
    ]


def test_papers_that_are_not_given_are_asked_for_again(storage: Storage, clock: Clock) -> None:
    papers = [PaperId(f"2009.{number:05}") for number in range(30)]
    kept(storage).claim(DAY, papers)

    def half(RequestItems: Any) -> Any:  # noqa: N803
        [(table, asked)] = RequestItems.items()
        keys = asked["Keys"]
        first, left = keys[: len(keys) // 2], keys[len(keys) // 2 :]
        answer = storage.dynamodb.batch_get_item(RequestItems={table: {"Keys": first}})
        return {**answer, "UnprocessedKeys": {table: {"Keys": left}}}

    client = Meddler(storage.dynamodb, batch_get_item=[half, half, None])
    assert kept(storage, client, sleep=clock.sleep).claim(NEXT, papers) == dict.fromkeys(
        papers, DAY
    )
    assert client.calls == ["batch_get_item"] * 3
    assert clock.pauses == RETRIES[:2]


def test_a_table_that_gives_nothing_is_given_up_on(storage: Storage, clock: Clock) -> None:
    def none(RequestItems: Any) -> Any:  # noqa: N803
        return {"Responses": {}, "UnprocessedKeys": RequestItems}

    client = Meddler(storage.dynamodb, batch_get_item=repeat(none))
    with pytest.raises(StoreError, match="does not give all that it is asked for"):
        kept(storage, client, sleep=clock.sleep).claim(DAY, [A.id])
    assert clock.pauses == RETRIES
    assert storage.table() == {}


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
        assert kept(storage).keep(fresh(), [A, B])

    client = Meddler(storage.dynamodb, transact_write_items=[meddle])
    assert kept(storage, client, sleep=clock.sleep).keep(fresh(1))
    assert kept(storage).listings(DAY, DAY) == {DAY: fresh(1)}
    assert list(kept(storage).papers(DAY)) == [A, B]


@pytest.mark.parametrize("missing", [0, 1, SHARES - 1])
def test_papers_with_a_hole_are_not_handed_out(
    storage: Storage, clock: Clock, missing: int
) -> None:
    assert kept(storage).keep(fresh(), [A, B])
    key = {"pk": {"S": f"LISTING#{DAY}"}, "sk": {"S": f"PART#{missing:03}"}}
    assert storage.dynamodb.get_item(TableName=storage.table_name, Key=key)["Item"]
    storage.dynamodb.delete_item(TableName=storage.table_name, Key=key)
    with pytest.raises(StoreError, match="the listing of 2020-09-18 cannot be read whole"):
        kept(storage, sleep=clock.sleep).papers(DAY)
    assert clock.pauses == RETRIES


def test_a_paper_that_is_too_large_is_refused_before_anything_is_written(storage: Storage) -> None:
    message = r"a part of the listing of 2020-09-18 has [0-9]+ bytes packed"
    with pytest.raises(StoreError, match=message):
        kept(storage, part_bytes=100).keep(fresh(), [A])
    assert storage.table() == {}


def test_each_paper_has_its_place_in_a_listing_too_large_for_a_transaction(
    storage: Storage,
) -> None:
    papers = [make_paper(f"2009.{number:05}") for number in range(100)]
    # No share is larger than this, and all together are ten times as large.
    store = kept(storage, part_bytes=600)
    assert store.claim(DAY, [paper.id for paper in papers]) == {}
    assert store.keep(fresh(papers=100), papers)
    assert sum(pk == f"LISTING#{DAY}" for pk, _ in storage.table()) == 1
    assert list(store.papers(DAY)) == papers
    assert [store.place(paper.id) for paper in papers] == [(DAY, paper) for paper in papers]
    assert store.keep(fresh(1, papers=1), papers[:1])
    assert [store.place(paper.id) for paper in papers[:2]] == [(DAY, papers[0]), None]


def test_papers_are_spread_evenly_and_read_alone(storage: Storage) -> None:
    papers = [make_paper(f"2009.{number:05}") for number in range(1_500)]
    client = Meddler(storage.dynamodb)
    store = kept(storage, client)
    assert store.keep(fresh(papers=1_500), papers)
    assert store.claim(DAY, [A.id]) == {}
    client.calls.clear()
    assert store.place(A.id) == (DAY, A)
    assert client.calls == ["get_item"] * 3
    parts = [item for (pk, _), item in storage.table().items() if pk == f"LISTING#{DAY}"]
    sizes = [len(read_papers(gzip.decompress(part["body"]["B"]))) for part in parts]
    assert len(sizes) == SHARES
    assert sum(sizes) == 1_500
    assert max(sizes) < 2 * 1_500 / SHARES


few_papers = st.lists(any_papers(), max_size=3, unique_by=lambda paper: paper.id)
some_papers = st.lists(any_papers(), min_size=1, max_size=4, unique_by=lambda paper: paper.id)


@pytest.mark.thorough
@settings(
    max_examples=examples(40),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(
    papers=some_papers,
    claims=st.lists(st.tuples(st.sampled_from([DAY, NEXT]), st.integers(0, 4)), max_size=5),
    keeps=st.lists(st.tuples(any_listings(DAY, NEXT), st.none() | few_papers), max_size=4),
)
def test_the_table_does_what_memory_does(
    storage: Storage,
    papers: list[Paper],
    claims: list[tuple[date, int]],
    keeps: list[tuple[Listing, list[Paper] | None]],
) -> None:
    storage.wipe()
    storage.forget_stream()
    memory, table = MemoryListings(), kept(storage)
    for day, first in claims:
        wanted = [paper.id for paper in papers[first:]]
        assert table.claim(day, wanted) == memory.claim(day, wanted)
    for listing, listed in keeps:
        assert table.keep(listing, listed) == memory.keep(listing, listed)
    assert table.listings(DAY, NEXT) == memory.listings(DAY, NEXT)
    for day in (DAY, NEXT):
        assert list(table.papers(day)) == list(memory.papers(day))
    for paper in papers:
        assert table.place(paper.id) == memory.place(paper.id)
