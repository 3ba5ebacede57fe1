"""What calls to AWS cost, against AWS's rules."""

from typing import Any

import boto3
import pytest

from local.meter import Item, Meter, Usage, item_size
from tests.aws import Storage

OF_KEYS = len("pk") + len("sk") + 2
"""The bytes of an item's keys, where the values of both have one byte."""


def item(sort: str, size: int) -> dict[str, Any]:
    """An item of so many bytes."""
    body = b"." * (size - OF_KEYS - len("body"))
    return {"pk": {"S": "a"}, "sk": {"S": sort}, "body": {"B": body}}


def key(sort: str) -> dict[str, Any]:
    return {"pk": {"S": "a"}, "sk": {"S": sort}}


@pytest.fixture
def meter(storage: Storage) -> Meter:
    def look_up(key: Item) -> Item:
        return storage.table().get((key["pk"]["S"], key["sk"]["S"]), {})

    return Meter(look_up)


@pytest.fixture
def client(meter: Meter) -> Any:
    session = boto3.Session()
    meter.attach(session)
    return session.client("dynamodb")


@pytest.mark.parametrize(
    ("attribute", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "schön"}, 6),
        ({"B": b"\x00\xff"}, 2),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        # One byte for two digits that count, and one more.
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "12"}, 2),
        ({"N": "-123"}, 3),
        ({"N": "1600000000.125"}, 8),
        ({"N": "1200"}, 2),
    ],
)
def test_the_size_of_an_attribute(attribute: Any, size: int) -> None:
    assert item_size({"name": attribute}) == len("name") + size


def test_the_size_of_what_is_not_used_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="of type SS is not known"):
        item_size({"name": {"SS": ["a"]}})


def test_what_reads_cost(storage: Storage, meter: Meter, client: Any) -> None:
    table = storage.table_name
    for sort, size in (("1", 100), ("2", 4_096), ("3", 4_097)):
        storage.dynamodb.put_item(TableName=table, Item=item(sort, size))
    units = []
    for sort in "1234":
        for consistent in (True, False):
            client.get_item(TableName=table, Key=key(sort), ConsistentRead=consistent)
            units.append(meter.take().read_units)
    assert units == [1, 0.5, 1, 0.5, 2, 1, 1, 0.5]

    keys = {"Keys": [key(sort) for sort in "123456789"], "ConsistentRead": True}
    client.batch_get_item(RequestItems={table: keys})
    assert meter.take() == Usage(1 + 1 + 2 + 6, 0, {"dynamodb:BatchGetItem": 1})

    query = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "a"}},
    }
    client.query(**query, ConsistentRead=True)
    client.query(**query, Limit=1)
    # 8,293 bytes together, and 100.
    assert meter.take() == Usage(3 + 0.5, 0, {"dynamodb:Query": 2})


def test_what_writes_cost(storage: Storage, meter: Meter, client: Any) -> None:
    table = storage.table_name
    units = []
    for size in (100, 1_024, 1_025, 5_000, 100):
        client.put_item(TableName=table, Item=item("1", size))
        units.append(meter.take().write_units)
    # The last one replaces a larger one.
    assert units == [1, 1, 2, 5, 5]

    client.put_item(TableName=table, Item=item("1", 5_000))
    client.delete_item(TableName=table, Key=key("1"))
    assert meter.take().write_units == 5 + 5

    puts = [{"PutRequest": {"Item": item(sort, 1_500)}} for sort in "23456"]
    client.batch_write_item(RequestItems={table: puts})
    assert meter.take() == Usage(0, 10, {"dynamodb:BatchWriteItem": 1})

    client.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": table, "Item": item("7", 1_025)}},
            {"Put": {"TableName": table, "Item": item("2", 100)}},
            {"Delete": {"TableName": table, "Key": key("3")}},
            {"Delete": {"TableName": table, "Key": key("8")}},
        ]
    )
    assert meter.take() == Usage(0, 2 * (2 + 2 + 2 + 1), {"dynamodb:TransactWriteItems": 1})


def test_a_write_that_is_refused_costs_as_much(storage: Storage, meter: Meter, client: Any) -> None:
    storage.dynamodb.put_item(TableName=storage.table_name, Item=item("1", 3_000))
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.put_item(
            TableName=storage.table_name,
            Item=item("1", 100),
            ConditionExpression="attribute_not_exists(pk)",
        )
    assert meter.take() == Usage(0, 3, {"dynamodb:PutItem": 1})


def test_what_is_not_known_is_not_guessed(storage: Storage, client: Any) -> None:
    with pytest.raises(ValueError, match="what Scan costs is not known"):
        client.scan(TableName=storage.table_name)


def test_calls_are_counted_by_their_service(storage: Storage, meter: Meter) -> None:
    session = boto3.Session()
    meter.attach(session)
    s3 = session.client("s3")
    s3.put_object(Bucket=storage.bucket_name, Key="a", Body=b"")
    for _ in range(2):
        s3.head_object(Bucket=storage.bucket_name, Key="a")
    used = meter.take()
    assert used == Usage(0, 0, {"s3:PutObject": 1, "s3:HeadObject": 2})
    assert (used.calls_to("s3"), used.calls_to("dynamodb")) == (3, 0)
    assert used + Usage(1, 2, {"s3:PutObject": 1}) == Usage(
        1, 2, {"s3:PutObject": 2, "s3:HeadObject": 2}
    )
    assert meter.take() == Usage()
