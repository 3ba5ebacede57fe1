"""What every store of measurements does: the one in memory, and DynamoDB's."""

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
from hotpapers.documents.measurement_json import write_measurement
from hotpapers.domain.digest import Attention
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
from hotpapers.errors import StoreError
from hotpapers.ports import MeasurementStore
from tests.aws import Meddler, Storage
from tests.fakes import MemoryMeasurements

DAY = date(2020, 9, 18)
AT = datetime(2020, 9, 19, 10, tzinfo=UTC)
PAPER, OTHER = PaperId("2009.08319"), PaperId("hep-th/9901001")
TOLD = {
    PAPER: {
        "x": Attention({"reposts": 20, "likes": 30}, 7, Decimal("50.25")),
        "reddit": Attention({"score": 60}, 1, Decimal(30)),
    },
    OTHER: {"x": Attention({"reposts": 0, "likes": 1}, 1, Decimal(1))},
}


@pytest.fixture(params=["memory", "table", "table, read as the API does"])
def store(request: pytest.FixtureRequest) -> MeasurementStore:
    if request.param == "memory":
        return MemoryMeasurements()
    storage: Storage = request.getfixturevalue("storage")
    is_api = request.param == "table, read as the API does"
    return DynamoDBMeasurements(storage.dynamodb, storage.table_name, consistent=not is_api)


def measurement(hours: float = 0, complete: tuple[str, ...] = ("x", "bluesky")) -> Measurement:
    return Measurement(AT + timedelta(hours=hours), complete, TOLD)


def test_nothing_is_kept_at_first(store: MeasurementStore) -> None:
    assert list(store.measurements(DAY)) == []


def test_what_is_kept_comes_back_whole(store: MeasurementStore) -> None:
    store.keep(DAY, measurement())
    assert list(store.measurements(DAY)) == [measurement()]
    assert list(store.measurements(DAY - timedelta(days=1))) == []


def test_a_measurement_without_papers_is_one(store: MeasurementStore) -> None:
    nothing = Measurement(AT, (), {})
    store.keep(DAY, nothing)
    assert list(store.measurements(DAY)) == [nothing]


def test_measurements_come_oldest_first(store: MeasurementStore) -> None:
    hours = (0, -24, 24, 0.5)
    for each in hours:
        store.keep(DAY, measurement(each))
    assert list(store.measurements(DAY)) == [measurement(each) for each in sorted(hours)]


def test_times_with_fractions_have_their_place(store: MeasurementStore) -> None:
    times = [AT + timedelta(seconds=each) for each in (0, 0.000001, 0.5, 1)]
    for number, order in enumerate(permutations(times)):
        day = DAY + timedelta(days=number)
        for time in order:
            store.keep(day, Measurement(time, ("x",), TOLD))
        assert [each.time for each in store.measurements(day)] == times


def test_a_measurement_is_never_changed(store: MeasurementStore) -> None:
    store.keep(DAY, measurement())
    store.keep(DAY, measurement(complete=("x",)))
    store.keep(DAY, replace(measurement(), papers={}))
    assert list(store.measurements(DAY)) == [measurement()]


def test_days_do_not_touch_one_another(store: MeasurementStore) -> None:
    store.keep(DAY, measurement())
    store.keep(DAY + timedelta(days=3), measurement(24))
    assert list(store.measurements(DAY)) == [measurement()]
    assert list(store.measurements(DAY + timedelta(days=3))) == [measurement(24)]


def test_what_a_measurement_is_in_the_table(storage: Storage) -> None:
    DynamoDBMeasurements(storage.dynamodb, storage.table_name).keep(DAY, measurement())
    key = ("MEASUREMENTS#2020-09-18", "2020-09-19T10:00:00Z")
    packed = gzip.compress(write_measurement(measurement()), mtime=0)
    assert storage.table() == {
        key: {"pk": {"S": key[0]}, "sk": {"S": key[1]}, "body": {"B": packed}}
    }


def test_a_history_is_one_query(storage: Storage) -> None:
    store = DynamoDBMeasurements(storage.dynamodb, storage.table_name)
    for hours in range(8):
        store.keep(DAY, measurement(hours))
    asked: list[str] = []
    client = boto3.client("dynamodb")
    client.meta.events.register("before-call.dynamodb", lambda model, **_: asked.append(model.name))
    assert len(DynamoDBMeasurements(client, storage.table_name).measurements(DAY)) == 8
    assert asked == ["Query"]


def test_a_failure_is_told(storage: Storage) -> None:
    def fail(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")

    client = Meddler(storage.dynamodb, put_item=[fail])
    store = DynamoDBMeasurements(client, storage.table_name)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="DynamoDB answered PutItem with ThrottlingException"):
        store.keep(DAY, measurement())
    assert storage.table() == {}


def test_a_measurement_that_is_too_large_is_refused(storage: Storage) -> None:
    store = DynamoDBMeasurements(storage.dynamodb, storage.table_name, part_bytes=100)
    said = r"the measurement of 2020-09-18 at 2020-09-19T10:00:00Z has [0-9]+ bytes packed"
    with pytest.raises(StoreError, match=said):
        store.keep(DAY, measurement())
    assert storage.table() == {}


@pytest.mark.thorough
def test_a_busy_day_fits_into_an_item(storage: Storage) -> None:
    metrics = {"x": ("reposts", "likes"), "bluesky": ("reposts", "likes"), "reddit": ("score",)}
    papers = {
        PaperId(f"2009.{number:05}"): {
            name: Attention(
                dict.fromkeys(counts, number * 37 % 1_009),
                number * 11 % 101,
                Decimal(number * 7919 % 100_003) / 100,
            )
            for name, counts in metrics.items()
        }
        for number in range(1_500)
    }
    busy = Measurement(AT, tuple(metrics), papers)
    store = DynamoDBMeasurements(storage.dynamodb, storage.table_name)
    store.keep(DAY, busy)
    assert list(store.measurements(DAY)) == [busy]
