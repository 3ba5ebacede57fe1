"""What every store of roundups does: the one in memory, and DynamoDB's in one part and in many."""

from itertools import permutations
from typing import Any

import pytest

from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
from hotpapers.domain.edition import Outcome
from hotpapers.errors import StoreError
from hotpapers.ports import RoundupStore
from tests.aws import Meddler, Storage
from tests.fakes import Clock, MemoryRoundups

WEEK, MONTH = "2020-W38", "2020-09"
OLDER, NEWER = "04/2020-09-20T13:13:43Z#a", "05/2020-09-20T13:13:43Z#a"
LONG = bytes((number * 73 + number // 7) % 256 for number in range(150))
"""Bytes that do not get fewer by packing them."""


@pytest.fixture(params=["memory", "table", "table, many parts", "table, read as the API does"])
def store(request: pytest.FixtureRequest) -> RoundupStore:
    if request.param == "memory":
        return MemoryRoundups()
    storage: Storage = request.getfixturevalue("storage")
    client, table = storage.dynamodb, storage.table_name
    match request.param:
        case "table, many parts":
            return DynamoDBRoundups(client, table, part_bytes=20)
        case "table, read as the API does":
            return DynamoDBRoundups(client, table, consistent=False)
    return DynamoDBRoundups(client, table)


def test_nothing_is_kept_at_first(store: RoundupStore) -> None:
    assert store.document(WEEK) is None


@pytest.mark.parametrize("document", [b"", b'{"papers": []}\n', LONG])
def test_what_is_saved_is_kept_whole(store: RoundupStore, document: bytes) -> None:
    assert store.save(WEEK, OLDER, document) is Outcome.SAVED
    assert store.document(WEEK) == (OLDER, document)
    assert store.document(MONTH) is None


def test_a_newer_roundup_replaces_an_older_one(store: RoundupStore) -> None:
    assert store.save(WEEK, OLDER, LONG) is Outcome.SAVED
    assert store.save(WEEK, NEWER, b"newer") is Outcome.SAVED
    assert store.document(WEEK) == (NEWER, b"newer")


def test_an_older_roundup_never_replaces_a_newer_one(store: RoundupStore) -> None:
    assert store.save(WEEK, NEWER, b"newer") is Outcome.SAVED
    assert store.save(WEEK, OLDER, b"older") is Outcome.SUPERSEDED
    assert store.document(WEEK) == (NEWER, b"newer")


def test_the_same_roundup_again_changes_nothing(store: RoundupStore) -> None:
    assert store.save(WEEK, OLDER, b"document") is Outcome.SAVED
    assert store.save(WEEK, OLDER, b"document") is Outcome.UNCHANGED


def test_whatever_the_order_the_newest_stays(store: RoundupStore) -> None:
    revisions = [OLDER, "05/2020-09-20T13:13:43Z", NEWER]
    for number, order in enumerate(permutations(revisions)):
        for revision in order:
            store.save(f"2020-W{number:02}", revision, revision.encode())
    assert [store.document(f"2020-W{number:02}") for number in range(6)] == [
        (NEWER, NEWER.encode())
    ] * 6


def test_periods_do_not_touch_one_another(store: RoundupStore) -> None:
    store.save(WEEK, OLDER, b"week")
    store.save(MONTH, NEWER, b"month")
    store.save(WEEK, NEWER, b"newer week")
    assert store.document(WEEK) == (NEWER, b"newer week")
    assert store.document(MONTH) == (NEWER, b"month")


def test_what_a_roundup_is_in_the_table(storage: Storage) -> None:
    DynamoDBRoundups(storage.dynamodb, storage.table_name).save(WEEK, OLDER, b"document")
    assert {key: sorted(item) for key, item in storage.table().items()} == {
        ("ROUNDUPS", "2020-W38"): ["parts", "pk", "revision", "sk"],
        ("ROUNDUP#2020-W38", "PART#000"): ["body", "parts", "pk", "revision", "sk"],
    }


def test_a_newer_roundup_that_comes_in_between_stays(storage: Storage, clock: Clock) -> None:
    def meddle(**_: Any) -> None:
        newer = DynamoDBRoundups(storage.dynamodb, storage.table_name)
        assert newer.save(WEEK, NEWER, b"newer") is Outcome.SAVED

    client: Any = Meddler(storage.dynamodb, transact_write_items=[meddle])
    roundups = DynamoDBRoundups(client, storage.table_name, sleep=clock.sleep)
    assert roundups.save(WEEK, OLDER, b"older") is Outcome.SUPERSEDED
    assert roundups.document(WEEK) == (NEWER, b"newer")


def test_a_roundup_that_cannot_be_read_whole_is_told(storage: Storage, clock: Clock) -> None:
    roundups = DynamoDBRoundups(
        storage.dynamodb, storage.table_name, part_bytes=20, sleep=clock.sleep
    )
    roundups.save(WEEK, OLDER, LONG)
    key = {"pk": {"S": f"ROUNDUP#{WEEK}"}, "sk": {"S": "PART#001"}}
    storage.dynamodb.delete_item(TableName=storage.table_name, Key=key)
    with pytest.raises(StoreError, match="the roundup of 2020-W38 cannot be read whole"):
        roundups.document(WEEK)
