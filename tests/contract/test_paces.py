"""What every pace does: that of a process, and that of all workers on the same table."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Lock
from typing import Any

import pytest

from hotpapers.adapters.dynamodb_pace import TablePace
from hotpapers.adapters.pace import NoTurnError, OwnPace, Pace, Time
from hotpapers.errors import StoreError
from tests.aws import Meddler, Storage
from tests.fakes import Clock, Log

DELAY = 3.0
ANY_TIME = float("inf")

Workers = Callable[[Time, float], Callable[[], Pace]]
"""How each worker comes by its pace: by a clock, with a delay."""


class OneByOne:
    """A client whose calls come one after the other, as DynamoDB takes writes of one item.

    moto looks at a condition and writes in two steps, between which another thread may write.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = Lock()

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._client, method)

        def in_turn(*arguments: Any, **parameters: Any) -> Any:
            with self._lock:
                return call(*arguments, **parameters)

        return in_turn


@pytest.fixture(params=["own", "table"])
def workers(request: pytest.FixtureRequest) -> Workers:
    def on_one_process(clock: Time, delay: float) -> Callable[[], Pace]:
        pace = OwnPace(delay, clock)
        return lambda: pace

    def on_one_table(clock: Time, delay: float) -> Callable[[], Pace]:
        storage: Storage = request.getfixturevalue("storage")
        client: Any = OneByOne(storage.dynamodb)
        return lambda: TablePace(client, storage.table_name, delay, clock)

    return on_one_process if request.param == "own" else on_one_table


def take(pace: Pace, longest_wait: float = ANY_TIME) -> AbstractContextManager[None]:
    return pace.turn(longest_wait)


def test_the_first_turn_is_at_once(workers: Workers, clock: Clock) -> None:
    with take(workers(clock.time, DELAY)(), 0.1):
        pass
    assert clock.pauses == []


def test_the_delay_counts_from_the_end_of_the_turn_before(workers: Workers, clock: Clock) -> None:
    worker = workers(clock.time, DELAY)
    with take(worker()):
        clock.pass_by(20.0)
    clock.pass_by(1.0)
    with take(worker()):
        pass
    assert clock.pauses == [2.0]


def test_after_the_delay_nobody_waits(workers: Workers, clock: Clock) -> None:
    worker = workers(clock.time, DELAY)
    for _ in range(3):
        with take(worker()):
            pass
        clock.pass_by(DELAY)
    assert clock.pauses == []


def test_a_turn_that_fails_ends_as_well(workers: Workers, clock: Clock) -> None:
    worker = workers(clock.time, DELAY)
    with pytest.raises(ValueError, match="broke"), take(worker()):
        raise ValueError("broke")
    with take(worker()):
        pass
    assert clock.pauses == [DELAY]


def test_who_cannot_wait_gets_no_turn(workers: Workers, clock: Clock) -> None:
    worker = workers(clock.time, DELAY)
    with take(worker()):
        pass
    with pytest.raises(NoTurnError), take(worker(), 2.0):
        pytest.fail("nobody may ask yet")
    assert clock.pauses == []
    # Nor does it take the turn of another.
    with take(worker(), 3.5):
        pass
    assert clock.pauses == [DELAY]


def test_while_one_asks_another_gets_no_turn(workers: Workers, clock: Clock) -> None:
    worker = workers(clock.time, DELAY)
    with take(worker()), pytest.raises(NoTurnError), take(worker(), 0.05):
        pytest.fail("another asks just now")


@pytest.mark.thorough
def test_workers_at_the_same_time_ask_one_after_the_other(workers: Workers) -> None:
    delay = 0.05
    worker = workers(Time(), delay)
    spans: list[tuple[float, float]] = []

    def ask(_: int) -> None:
        with take(worker()):
            start = time.monotonic()
            time.sleep(0.01)
            spans.append((start, time.monotonic()))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(ask, range(18)))

    assert len(spans) == 18
    assert spans == sorted(spans)
    gaps = [after[0] - before[1] for before, after in pairwise(spans)]
    # The table's times are in milliseconds.
    assert min(gaps) > delay - 0.005


# On the table alone


def pace(storage: Storage, clock: Clock, **changes: Any) -> TablePace:
    return TablePace(storage.dynamodb, storage.table_name, DELAY, clock.time, **changes)


def item(storage: Storage) -> dict[str, Any]:
    return storage.table()["PACES", "arxiv"]


def seconds(clock: Clock, later: float = 0.0) -> dict[str, str]:
    return {"N": f"{clock.now().timestamp() + later:.3f}"}


def test_what_a_pace_is_in_the_table(storage: Storage, clock: Clock) -> None:
    key = {"pk": {"S": "PACES"}, "sk": {"S": "arxiv"}}
    with pace(storage, clock).turn(ANY_TIME):
        held = item(storage)
        assert held == {**key, "free_at": seconds(clock, 120), "holder": held["holder"]}
    assert item(storage) == {**key, "free_at": seconds(clock, DELAY)}
    assert list(storage.table()) == [("PACES", "arxiv")]


def test_a_turn_is_two_writes(storage: Storage, clock: Clock) -> None:
    client = Meddler(storage.dynamodb)
    for _ in range(3):
        with TablePace(client, storage.table_name, DELAY, clock.time).turn(ANY_TIME):  # type: ignore[arg-type]
            pass
        clock.pass_by(DELAY)
    assert client.calls == ["put_item"] * 6


def test_what_dies_within_its_turn_holds_it_until_its_lease_is_over(
    storage: Storage, clock: Clock
) -> None:
    dead = pace(storage, clock).turn(ANY_TIME)
    dead.__enter__()
    with pace(storage, clock).turn(ANY_TIME):
        pass
    assert sum(clock.pauses) == pytest.approx(120.0)
    assert set(clock.pauses) == {DELAY}


def test_a_turn_that_another_has_taken_since_is_not_given_back(
    storage: Storage, clock: Clock, log: Log
) -> None:
    with pace(storage, clock).turn(ANY_TIME):
        clock.pass_by(121.0)
        other = pace(storage, clock).turn(ANY_TIME)
        other.__enter__()
        taken = item(storage)
    assert item(storage) == taken
    assert log.of("turn was taken by another") == [{"lease_seconds": 120.0}]


def test_a_clock_that_was_wrong_blocks_nobody(storage: Storage, clock: Clock) -> None:
    ahead = Clock(datetime(2030, 1, 1, tzinfo=UTC))
    with pace(storage, ahead).turn(ANY_TIME), pace(storage, clock).turn(1.0):
        pass
    assert clock.pauses == []


class Jumping(Clock):
    """A clock that somebody puts forward or back, after it was looked at so many times."""

    def __init__(self, looks: int, seconds: float) -> None:
        super().__init__()
        self._looks = looks
        self._seconds = seconds

    def now(self) -> datetime:
        self._looks -= 1
        jumped = self._seconds if self._looks < 0 else 0.0
        return super().now() + timedelta(seconds=jumped)


def test_a_clock_that_jumps_while_a_turn_is_waited_for_blocks_nobody(storage: Storage) -> None:
    waited = {}
    for looks in (0, 1, 20):
        for jump in (-31_536_000.0, -3_600.0, -90.0, -59.0, -1.0, 1.0, 59.0, 31_536_000.0):
            storage.wipe()
            turn = {"pk": {"S": "PACES"}, "sk": {"S": "arxiv"}, "holder": {"S": "who died"}}
            turn |= {"free_at": seconds(Clock(), 120.0)}
            storage.dynamodb.put_item(TableName=storage.table_name, Item=turn)
            clock = Jumping(looks, jump)
            with pace(storage, clock).turn(ANY_TIME):
                pass
            waited[looks, jump] = sum(clock.pauses)
    # However far the clock is put, no longer than two leases and what clocks may differ.
    assert 120.0 < max(waited.values()) <= 120.0 + 120.0 + 60.0
    assert waited[0, 31_536_000.0] == waited[0, -31_536_000.0] == 0


def test_clocks_may_differ_a_little(storage: Storage, clock: Clock) -> None:
    ahead = Clock(datetime(2020, 9, 20, 13, 14, 43, tzinfo=UTC))  # a minute
    held = pace(storage, ahead).turn(ANY_TIME)
    held.__enter__()
    with pytest.raises(NoTurnError), pace(storage, clock).turn(10.0):
        pytest.fail("another asks just now")


def test_paces_of_different_names_are_apart(storage: Storage, clock: Clock) -> None:
    with pace(storage, clock).turn(ANY_TIME), pace(storage, clock, name="other").turn(0.1):
        assert clock.pauses == []


def test_a_table_that_is_not_there_is_reported(storage: Storage, clock: Clock) -> None:
    missing = TablePace(storage.dynamodb, "missing", DELAY, clock.time)
    with pytest.raises(StoreError, match="ResourceNotFoundException"), missing.turn(ANY_TIME):
        pytest.fail("there is no table")


def test_a_turn_that_cannot_be_given_back_ends_with_its_lease(
    storage: Storage, clock: Clock, log: Log
) -> None:
    def vanish(**_: Any) -> None:
        storage.dynamodb.put_item(TableName="missing", Item={"pk": {"S": "x"}, "sk": {"S": "x"}})

    client: Any = Meddler(storage.dynamodb, put_item=[None, vanish])
    with TablePace(client, storage.table_name, DELAY, clock.time).turn(ANY_TIME):
        pass
    assert log.of("turn is not given back") == [
        {"reason": "DynamoDB answered PutItem with ResourceNotFoundException"}
    ]
    assert "holder" in item(storage)
