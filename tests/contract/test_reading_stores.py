"""What every store of readings does: the one in memory, and DynamoDB's in one part and in many."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.domain.edition import Edition
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.reading import Reading
from hotpapers.ports import ReadingStore
from tests.aws import Storage
from tests.builders import make_post
from tests.builders import readings as any_readings
from tests.fakes import MemoryReadings
from tests.properties import examples

DAY = date(2020, 9, 18)
AT = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)
PAPERS = (PaperId("2009.00001"), PaperId("2009.00002"))


@pytest.fixture(params=["memory", "table", "table, many parts"])
def store(request: pytest.FixtureRequest) -> ReadingStore:
    if request.param == "memory":
        return MemoryReadings()
    storage: Storage = request.getfixturevalue("storage")
    if request.param == "table":
        return DynamoDBReadings(storage.dynamodb, storage.table_name)
    return DynamoDBReadings(storage.dynamodb, storage.table_name, part_bytes=60)


def reading(source: str = "x", hours: int = 0, shortfall: str = "") -> Reading:
    return Reading(source, AT + timedelta(hours=hours), PAPERS, (), shortfall)


def test_nothing_is_kept_at_first(store: ReadingStore) -> None:
    assert store.readings(DAY) == {}


def test_what_is_kept_comes_back_whole(store: ReadingStore) -> None:
    posts = (make_post("1", papers=PAPERS), make_post("2", papers=PAPERS[:1]))
    kept = Reading("x", AT, PAPERS, posts, "stopped", entries=7, cost=Decimal("0.035"))

    assert store.keep(DAY, kept)
    assert store.readings(DAY) == {"x": kept}
    assert store.readings(DAY - timedelta(days=1)) == {}


def test_a_reading_of_very_many_posts_comes_back_whole(store: ReadingStore) -> None:
    for hours, count in enumerate((40, 60, 1)):
        posts = tuple(make_post(f"{number:03}", text=f"{number**7:x}") for number in range(count))
        large = Reading("x", AT + timedelta(hours=hours), PAPERS, posts)
        assert store.keep(DAY, large)
        assert store.keep(DAY, reading("reddit", hours))
        assert store.readings(DAY) == {"x": large, "reddit": reading("reddit", hours)}


def test_each_source_and_each_day_is_kept_by_itself(store: ReadingStore) -> None:
    for source in ("x", "bluesky", "reddit"):
        assert store.keep(DAY, reading(source))
    assert store.keep(DAY - timedelta(days=1), reading("x", hours=-9))

    assert store.readings(DAY) == {name: reading(name) for name in ("x", "bluesky", "reddit")}
    assert store.readings(DAY - timedelta(days=1)) == {"x": reading(hours=-9)}


def test_a_newer_reading_replaces_an_older_one(store: ReadingStore) -> None:
    older = replace(reading(), posts=tuple(make_post(str(n), papers=PAPERS) for n in range(3)))
    assert [store.keep(DAY, each) for each in (older, reading(hours=1))] == [True, True]
    assert store.readings(DAY) == {"x": reading(hours=1)}


def test_an_older_reading_never_replaces_a_newer_one(store: ReadingStore) -> None:
    assert [store.keep(DAY, each) for each in (reading(hours=1), reading())] == [True, False]
    assert store.readings(DAY) == {"x": reading(hours=1)}


def test_the_same_reading_again_changes_nothing(store: ReadingStore) -> None:
    assert [store.keep(DAY, reading()) for _ in range(2)] == [True, False]


def test_readings_of_one_moment_have_an_order(store: ReadingStore) -> None:
    kept = []
    for number, order in enumerate(permutations([reading(shortfall="a"), reading()])):
        day = DAY + timedelta(days=number)
        for each in order:
            store.keep(day, each)
        kept.append(store.readings(day))
    assert kept[0] == kept[1]


@pytest.mark.thorough
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=any_readings())
def test_any_reading_comes_back(storage: Storage, kept: Reading) -> None:
    storage.wipe()
    store = DynamoDBReadings(storage.dynamodb, storage.table_name, part_bytes=200_000)
    assert store.keep(DAY, kept)
    [found] = store.readings(DAY).values()
    assert replace(found, posts=()) == replace(kept, posts=())
    assert sorted(found.posts, key=repr) == sorted(kept.posts, key=repr)


def test_readings_and_digests_do_not_touch_one_another(storage: Storage) -> None:
    editions = DynamoDBEditions(storage.dynamodb, storage.table_name)
    store = DynamoDBReadings(storage.dynamodb, storage.table_name)
    edition = Edition(DAY, AT, PAPERS, b"document", ("bluesky", "reddit"))
    editions.save(edition)
    store.keep(DAY, reading())

    assert editions.document(DAY) == (edition.revision, b"document")
    assert [head.failed for head in editions.newest_heads(9)] == [("bluesky", "reddit")]
    assert store.readings(DAY) == {"x": reading()}


def test_what_an_unknown_source_told_is_left_alone(storage: Storage) -> None:
    store = DynamoDBReadings(storage.dynamodb, storage.table_name)
    store.keep(DAY, reading("lobsters"))
    store.keep(DAY, reading())

    assert store.readings(DAY) == {"x": reading()}


def test_what_a_reading_is_in_the_table(storage: Storage) -> None:
    DynamoDBReadings(storage.dynamodb, storage.table_name).keep(DAY, reading())

    table = storage.table()
    assert {key: sorted(item) for key, item in table.items()} == {
        ("READINGS#2020-09-18", "x"): ["parts", "pk", "revision", "sk"],
        ("READINGS#2020-09-18", "x#000"): ["body", "parts", "pk", "revision", "sk"],
    }
