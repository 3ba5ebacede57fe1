"""Editions in DynamoDB: what happens when others write, and where the limits are."""

import gzip
import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import repeat
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.domain.edition import Edition, Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.errors import StoreError
from tests.aws import Meddler, Storage, Table
from tests.fakes import Clock

DAY = date(2020, 9, 18)
AT = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)
RETRIES = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]


def edition(hours: int = 0, papers: Sequence[str] = ("2009.00001",), size: int = 50) -> Edition:
    """An edition whose document does not get shorter by packing it."""
    document = hashlib.shake_256(f"{hours} {size}".encode()).digest(size)
    return Edition(DAY, AT + timedelta(hours=hours), tuple(map(PaperId, papers)), document)


def kept(storage: Storage, client: Any = None, **options: Any) -> DynamoDBEditions:
    client = storage.dynamodb if client is None else client
    return DynamoDBEditions(client, storage.table_name, **options)


def test_what_an_edition_is_in_the_table(storage: Storage) -> None:
    saved = edition(papers=["2009.00002", "hep-th/9901001"], size=100)
    packed = gzip.compress(saved.document, mtime=0)
    assert kept(storage, part_bytes=100).save(saved) is Outcome.SAVED
    shared = {"revision": {"S": saved.revision}, "parts": {"N": "2"}}
    head = {"collected_at": {"S": "2020-09-20T13:13:43+00:00"}, "papers": {"N": "2"}}
    expected: Table = {
        ("DIGESTS", "2020-09-18"): {**shared, **head},
        ("DIGEST#2020-09-18", "PART#000"): {**shared, "body": {"B": packed[:100]}},
        ("DIGEST#2020-09-18", "PART#001"): {**shared, "body": {"B": packed[100:]}},
        ("PAPER#2009.00002", "2020-09-18"): {},
        ("PAPER#hep-th/9901001", "2020-09-18"): {},
    }
    for (pk, sk), item in expected.items():
        item |= {"pk": {"S": pk}, "sk": {"S": sk}}
    assert storage.table() == expected


def test_parts_that_are_no_longer_needed_go(storage: Storage) -> None:
    editions = kept(storage, part_bytes=20)
    parts = []
    for hours, size in enumerate((150, 60, 5)):
        editions.save(edition(hours, size=size))
        parts.append(sum(pk == f"DIGEST#{DAY}" for pk, _ in storage.table()))
    assert parts == [9, 5, 2]


def test_the_same_edition_is_the_same_bytes(storage: Storage) -> None:
    tables = []
    for _ in range(2):
        storage.wipe()
        kept(storage).save(edition())
        tables.append(storage.table())
    assert tables[0] == tables[1]


# Rivals


def test_a_newer_edition_that_comes_in_between_stays(storage: Storage, clock: Clock) -> None:
    newer = edition(1)

    def meddle(**_: Any) -> None:
        assert kept(storage).save(newer) is Outcome.SAVED

    client = Meddler(storage.dynamodb, transact_write_items=[meddle])
    assert kept(storage, client, sleep=clock.sleep).save(edition()) is Outcome.SUPERSEDED
    assert kept(storage).document(DAY) == (newer.revision, newer.document)
    assert clock.pauses == RETRIES[:1]


@pytest.mark.parametrize("before", [None, -2])
def test_an_older_edition_that_comes_in_between_is_replaced(
    storage: Storage, clock: Clock, before: int | None
) -> None:
    if before is not None:
        kept(storage, part_bytes=20).save(edition(before, size=150))

    def meddle(**_: Any) -> None:
        assert kept(storage, part_bytes=20).save(edition(-1, size=60)) is Outcome.SAVED

    client = Meddler(storage.dynamodb, transact_write_items=[meddle])
    editions = kept(storage, client, sleep=clock.sleep, part_bytes=20)
    assert editions.save(edition(size=5)) is Outcome.SAVED
    assert kept(storage).document(DAY) == (edition(size=5).revision, edition(size=5).document)
    # Neither the first nor the rival's surplus parts are left.
    assert sum(pk == f"DIGEST#{DAY}" for pk, _ in storage.table()) == 2


def test_the_same_edition_that_comes_in_between_is_enough(storage: Storage, clock: Clock) -> None:
    def meddle(**_: Any) -> None:
        kept(storage).save(edition())

    client = Meddler(storage.dynamodb, transact_write_items=[meddle])
    assert kept(storage, client, sleep=clock.sleep).save(edition()) is Outcome.UNCHANGED


def test_rivals_all_the_time_are_given_up_on(storage: Storage, clock: Clock) -> None:
    hours = iter(range(-100, 0))

    def meddle(**_: Any) -> None:
        assert kept(storage).save(edition(next(hours))) is Outcome.SAVED

    client = Meddler(storage.dynamodb, transact_write_items=repeat(meddle))
    with pytest.raises(StoreError, match="the digest of 2020-09-18 is being written by others"):
        kept(storage, client, sleep=clock.sleep).save(edition())
    assert clock.pauses == RETRIES
    last = edition(-100 + len(RETRIES) - 1)
    assert kept(storage).document(DAY) == (last.revision, last.document)


def cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": reasons,
    }
    return ClientError(response, "TransactWriteItems")


def raises(error: Exception) -> Any:
    def fail(**_: Any) -> None:
        raise error

    return fail


def test_a_conflict_of_transactions_is_tried_again(storage: Storage, clock: Clock) -> None:
    conflict = raises(cancelled("None", "TransactionConflict"))
    client = Meddler(storage.dynamodb, transact_write_items=[conflict])
    assert kept(storage, client, sleep=clock.sleep).save(edition()) is Outcome.SAVED
    assert clock.pauses == RETRIES[:1]


@pytest.mark.parametrize(
    "error",
    [
        cancelled("ValidationError", "None"),
        cancelled("TransactionConflict", "ValidationError"),
        cancelled("None"),
        ClientError({"Error": {"Code": "AccessDeniedException"}}, "TransactWriteItems"),
    ],
)
def test_another_failure_is_told(storage: Storage, clock: Clock, error: ClientError) -> None:
    client = Meddler(storage.dynamodb, transact_write_items=[raises(error)])
    said = f"DynamoDB answered TransactWriteItems with {error.response['Error']['Code']}"
    with pytest.raises(StoreError, match=said) as caught:
        kept(storage, client, sleep=clock.sleep).save(edition())
    assert caught.value.__cause__ is error
    assert clock.pauses == []
    assert kept(storage).head(DAY) is None


def test_a_table_that_cannot_be_reached_is_told(storage: Storage) -> None:
    error = EndpointConnectionError(endpoint_url="https://dynamodb.us-east-1.amazonaws.com")
    client = Meddler(storage.dynamodb, get_item=[raises(error)])
    said = r"^DynamoDB cannot be asked \(EndpointConnectionError\)$"
    with pytest.raises(StoreError, match=said) as caught:
        kept(storage, client).head(DAY)
    assert caught.value.__cause__ is error


# Reading while others write


class PartByPart:
    """A client that gets a query's items one by one; others do something after the first."""

    def __init__(self, client: Any, meddle: Any) -> None:
        self.rounds = 0
        self._client = client
        self._meddle = meddle

    def query(self, **parameters: Any) -> Any:
        answer = self._client.query(**parameters, Limit=1)
        if "ExclusiveStartKey" not in parameters:
            self.rounds += 1
            self._meddle()
        return answer


@pytest.mark.parametrize(("old", "new"), [(150, 150), (150, 60), (60, 150), (150, 5), (5, 150)])
def test_a_document_is_read_whole_while_it_is_replaced(
    storage: Storage, clock: Clock, old: int, new: int
) -> None:
    writer = kept(storage, part_bytes=20)
    writer.save(edition(0, size=old))
    newer = edition(1, size=new)
    client = PartByPart(storage.dynamodb, lambda: writer.save(newer))
    read = kept(storage, client, sleep=clock.sleep).document(DAY)
    assert read == (newer.revision, newer.document)
    assert client.rounds == 2
    assert clock.pauses == RETRIES[:1]


def test_a_document_that_is_replaced_all_the_time_is_given_up_on(
    storage: Storage, clock: Clock
) -> None:
    writer = kept(storage, part_bytes=20)
    hours = iter(range(100))
    writer.save(edition(next(hours)))
    client = PartByPart(storage.dynamodb, lambda: writer.save(edition(next(hours))))
    with pytest.raises(StoreError, match="the digest of 2020-09-18 cannot be read whole"):
        kept(storage, client, sleep=clock.sleep).document(DAY)
    assert clock.pauses == RETRIES


@pytest.mark.parametrize("missing", [0, 1, 3])
def test_a_document_with_a_part_missing_is_not_handed_out(
    storage: Storage, clock: Clock, missing: int
) -> None:
    kept(storage, part_bytes=20).save(edition())
    key = {"pk": {"S": f"DIGEST#{DAY}"}, "sk": {"S": f"PART#{missing:03}"}}
    storage.dynamodb.delete_item(TableName=storage.table_name, Key=key)
    with pytest.raises(StoreError, match="cannot be read whole"):
        kept(storage, sleep=clock.sleep).document(DAY)


# Limits


def test_entries_that_are_not_taken_are_given_again(storage: Storage, clock: Clock) -> None:
    papers = [f"2009.{number:05}" for number in range(1, 61)]

    def half(RequestItems: Any) -> Any:  # noqa: N803
        [(table, writes)] = RequestItems.items()
        middle = len(writes) // 2
        if middle:
            storage.dynamodb.batch_write_item(RequestItems={table: writes[:middle]})
        return {"UnprocessedItems": {table: writes[middle:]}}

    client = Meddler(storage.dynamodb, batch_write_item=[half, half, None, half])
    assert kept(storage, client, sleep=clock.sleep).save(edition(papers=papers)) is Outcome.SAVED
    assert [pk for pk, _ in sorted(storage.table()) if pk.startswith("PAPER#")] == [
        f"PAPER#{paper}" for paper in papers
    ]
    assert clock.pauses == RETRIES[:3]


def test_a_table_that_takes_nothing_is_given_up_on(storage: Storage, clock: Clock) -> None:
    def none(RequestItems: Any) -> Any:  # noqa: N803
        return {"UnprocessedItems": RequestItems}

    client = Meddler(storage.dynamodb, batch_write_item=repeat(none))
    with pytest.raises(StoreError, match="does not take all that it is given"):
        kept(storage, client, sleep=clock.sleep).save(edition())
    assert clock.pauses == RETRIES
    assert storage.table() == {}


@pytest.mark.parametrize(("papers", "batches"), [(0, 0), (1, 1), (25, 1), (26, 2), (60, 3)])
def test_entries_are_written_in_batches(storage: Storage, papers: int, batches: int) -> None:
    client = Meddler(storage.dynamodb)
    kept(storage, client).save(edition(papers=[f"2009.{each:05}" for each in range(papers)]))
    assert client.calls == [
        "get_item",
        *["batch_write_item"] * batches,
        "transact_write_items",
    ]


def apart(saved: Edition) -> str:
    """The partition of the parts of a digest that is too large for a transaction."""
    return f"DIGEST#{DAY}#PART#{saved.revision}"


def numbers_of_parts(storage: Storage, *partitions: str) -> list[int]:
    keys = list(storage.table())
    return [sum(pk == partition for pk, _ in keys) for partition in partitions]


def test_what_is_too_large_for_a_transaction_lies_apart_and_is_led_to(storage: Storage) -> None:
    saved = edition(size=200)
    packed = gzip.compress(saved.document, mtime=0)
    client = Meddler(storage.dynamodb)
    kept(storage, client, part_bytes=20).save(saved)
    revision = {"revision": {"S": saved.revision}}
    leading = {**revision, "parts": {"N": "1"}, "apart": {"S": apart(saved)}}
    expected: Table = {
        ("DIGESTS", "2020-09-18"): {
            **leading,
            "collected_at": {"S": "2020-09-20T13:13:43+00:00"},
            "papers": {"N": "1"},
        },
        ("DIGEST#2020-09-18", "PART#000"): leading,
        **{
            (apart(saved), f"{number:03}"): {
                **revision,
                "parts": {"N": "12"},
                "body": {"B": packed[20 * number : 20 * (number + 1)]},
            }
            for number in range(12)
        },
        ("PAPER#2009.00001", "2020-09-18"): {},
    }
    for (pk, sk), item in expected.items():
        expected[pk, sk] = {**item, "pk": {"S": pk}, "sk": {"S": sk}}
    assert storage.table() == expected
    # What lies apart is there before anything leads to it.
    assert client.calls == [
        "get_item",
        "batch_write_item",
        "batch_write_item",
        "transact_write_items",
    ]


def test_what_lies_apart_goes_once_nothing_leads_to_it(storage: Storage) -> None:
    editions = kept(storage, part_bytes=20)
    sizes = (200, 300, 60, 400)
    saved = [edition(hours, size=size) for hours, size in enumerate(sizes)]
    partitions = [f"DIGEST#{DAY}", *map(apart, saved)]
    parts = []
    for each in saved:
        editions.save(each)
        assert editions.document(DAY) == (each.revision, each.document)
        parts.append(numbers_of_parts(storage, *partitions))
    assert parts == [[1, 12, 0, 0, 0], [1, 0, 17, 0, 0], [5, 0, 0, 0, 0], [1, 0, 0, 0, 22]]


def test_a_run_that_dies_before_it_leads_to_what_lies_apart_changes_nothing(
    storage: Storage,
) -> None:
    former, large = edition(size=60), edition(1, size=200)
    kept(storage, part_bytes=20).save(former)

    def die(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="")

    client = Meddler(storage.dynamodb, transact_write_items=[die])
    with pytest.raises(StoreError):
        kept(storage, client, part_bytes=20).save(large)
    assert kept(storage).document(DAY) == (former.revision, former.document)
    kept(storage, part_bytes=20).save(large)
    assert kept(storage).document(DAY) == (large.revision, large.document)


def test_what_goes_while_it_is_read_is_read_again(storage: Storage, clock: Clock) -> None:
    former, newer = edition(size=200), edition(1, size=300)
    kept(storage, part_bytes=20).save(former)

    def meddle(**_: Any) -> None:
        kept(storage, part_bytes=20).save(newer)

    # Between the part that leads to the others and these.
    client = Meddler(storage.dynamodb, query=[None, meddle])
    read = kept(storage, client, sleep=clock.sleep).document(DAY)
    assert read == (newer.revision, newer.document)
    assert clock.pauses == RETRIES[:1]


def test_the_largest_digest_fits_into_a_transaction(storage: Storage) -> None:
    largest = edition(size=3_498_000)
    assert kept(storage).save(largest) is Outcome.SAVED
    parts = [item for (pk, _), item in storage.table().items() if pk == f"DIGEST#{DAY}"]
    assert [len(item["body"]["B"]) for item in parts][:9] == [350_000] * 9
    assert len(parts) == 10
    # A query answers at most 1 MB at a time: this one takes several.
    assert kept(storage).document(DAY) == (largest.revision, largest.document)


def test_a_paper_is_looked_for_in_its_newest_ten_digests(storage: Storage) -> None:
    for days in range(12):
        at = DAY + timedelta(days=days)
        kept(storage).save(Edition(at, AT, (PaperId("2009.00001"),), b""))
    found = kept(storage).listing_dates(PaperId("2009.00001"))
    assert list(found) == [DAY + timedelta(days=days) for days in range(11, 1, -1)]


def test_reads_are_as_consistent_as_was_asked_for(storage: Storage) -> None:
    seen: list[bool] = []

    def note(**parameters: Any) -> None:
        seen.append(parameters["ConsistentRead"])

    for consistent in (True, False):
        client = Meddler(storage.dynamodb, get_item=repeat(note), query=repeat(note))
        editions = kept(storage, client, consistent=consistent)
        editions.head(DAY)
        editions.newest_heads(1)
        editions.listing_dates(PaperId("2009.00001"))
    assert seen == [True, True, True, False, False, False]
