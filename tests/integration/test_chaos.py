"""Chaos: a run at which something fails loses nothing, and where it did, that would be found.

What is tried, and what must hold then, is in `local.chaos`. Here a fair part of it is tried, and
systems that are wrong in one way each are put in the place of the real one.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.domain.reading import Reading
from hotpapers.errors import InvalidInputError, StoreError, UpstreamError
from hotpapers.use_cases.collect import Stores
from local.chaos import aws_faults, upstream_faults
from local.chaos.aws_line import Call
from local.chaos.clock import VirtualClock
from local.chaos.judge import (
    Finding,
    Violation,
    differences,
    judge_answers,
    judge_errors,
    judge_losses,
    judge_time,
    judge_versions,
    known,
)
from local.chaos.matrix import (
    AWS,
    AWS_SOURCES,
    COMPANION,
    Case,
    Stage,
    plan_aws,
    plan_upstreams,
    stages,
)
from local.chaos.outcome import Remedy
from local.chaos.state import State, StoredObject
from local.chaos.system import Event, Functions
from local.chaos.trial import Laboratory
from local.chaos.upstream_line import UPSTREAMS
from local.chaos.work import read_choice
from local.chaos.world import SCENES, Deed, open_world

AGAIN = Stage(SCENES[1], AWS_SOURCES)
BLUESKY = next(stage for stage in stages() if stage.targets == ("bluesky",))


# What is tried


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    with open_world() as world:
        yield Laboratory(world, world.memory.snapshot())


FAIR = 100
"""Of the cases each so manieth."""


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_nothing_is_lost_whatever_fails(laboratory: Laboratory) -> None:
    cases = laboratory.plan()
    trials = [laboratory.attempt(case) for case in cases[::FAIR]]

    assert [(trial.case.name, trial.findings) for trial in trials if trial.findings] == []
    assert {trial.remedy for trial in trials} == set(Remedy)


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_the_matrix_has_every_call_and_every_fault(laboratory: Laboratory) -> None:
    cases = laboratory.plan()
    operations = {case.row.removeprefix("API: ") for case in cases if case.target == AWS}
    assert operations == {
        *(f"dynamodb {name}" for name in ("BatchGetItem", "BatchWriteItem", "GetItem", "PutItem")),
        *(f"dynamodb {name}" for name in ("Query", "TransactWriteItems", "UpdateItem")),
        *(f"s3 {name}" for name in ("GetObject", "HeadObject", "PutObject")),
        "ssm GetParameters",
    }
    for upstream in UPSTREAMS:
        tried = {(case.fault, case.lasts) for case in cases if case.target == upstream}
        faults = upstream_faults.FAULTS[upstream]
        assert tried == {(fault, lasts) for fault in faults for lasts in (False, True)}
    first = [case for case in cases if case.stage == Stage(SCENES[0], AWS_SOURCES)]
    calls = laboratory.clean(first[0].stage).calls
    assert {case.number for case in first} == set(range(1, len(calls) + 1))
    assert {case.fault for case in first} == set(aws_faults.FAULTS)
    assert len({case.name for case in cases}) == len(cases)


# What would be found


class Failing(Functions):
    """A system to which something is done when a run fails."""

    def collect(self, event: Event) -> object:
        try:
            return super().collect(event)
        except (StoreError, UpstreamError):
            self.despair()
            raise

    def despair(self) -> None:
        """Do what is wrong."""


class Patient(Failing):
    """One that waits for the weather to change."""

    def despair(self) -> None:
        self._clock.sleep(900)


class Confused(Failing):
    """One with a mistake where nobody looked."""

    def despair(self) -> None:
        raise KeyError("reason")


class Diary(Functions):
    """One that leaves something behind each time it begins."""

    def collect(self, event: Event) -> object:
        table = self.settings.table_name
        runs = {"pk": {"S": "RUNS"}, "sk": {"S": "all"}}
        self.client.update_item(
            TableName=table,
            Key=runs,
            UpdateExpression="ADD begun :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
        return super().collect(event)


class ForgetfulReadings(DynamoDBReadings):
    """Readings of which nobody remembers what was told before."""

    def readings(self, day: date) -> Mapping[str, Reading]:  # noqa: ARG002
        return {}


class Forgetful(Functions):
    """One that takes what a source told just now for all that is known."""

    def stores(self) -> Stores:
        readings = ForgetfulReadings(self.client, self.settings.table_name)
        return replace(super().stores(), readings=readings)


class Piecemeal:
    """A client that does one after the other what is to be done together, old heads first."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, method: str) -> Any:
        return getattr(self._client, method)

    def transact_write_items(self, TransactItems: Any) -> None:  # noqa: N803
        """Do writes, and no transaction."""
        for write in TransactItems:
            put = write.get("Put")
            if put and put["Item"]["pk"]["S"] == "DIGESTS":
                key = {name: put["Item"][name] for name in ("pk", "sk")}
                self._client.delete_item(TableName=put["TableName"], Key=key)
        for write in TransactItems:
            [(kind, said)] = write.items()
            plain = {name: value for name, value in said.items() if kind != "Put" or name in PLAIN}
            getattr(self._client, f"{kind.lower()}_item")(**plain)


PLAIN = ("TableName", "Item")


class Careless(Functions):
    """One without transactions."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.client = Piecemeal(self.client)


def case_of(
    laboratory: Laboratory, stage: Stage, fault: str, is_wanted: Callable[[Call], bool]
) -> Case:
    """A lasting fault, or a death, at the first call of AWS that is wanted."""
    calls = laboratory.clean(stage).calls
    number = next(number for number, call in enumerate(calls, 1) if is_wanted(call))
    lasts = aws_faults.FAULTS[fault].lasts
    return Case(stage, AWS, number, fault, lasts=lasts, call=calls[number - 1])


def laboratory_of(
    laboratory: Laboratory, system: Callable[[VirtualClock], Functions]
) -> Laboratory:
    """The same laboratory with another system in it."""
    return Laboratory(replace(laboratory.world, make_system=system), laboratory.empty)


def violations(laboratory: Laboratory, case: Case) -> set[Violation]:
    """What is found at a case."""
    return {finding.violation for finding in laboratory.attempt(case).findings}


def is_writing_digest(call: Call) -> bool:
    """The call that replaces a digest."""
    return (call.operation, call.place) == ("TransactWriteItems", "DIGESTS")


@pytest.mark.thorough
def test_what_is_right_has_no_findings(laboratory: Laboratory) -> None:
    # The same cases as below, with the system as it is.
    for case in (
        case_of(laboratory, AGAIN, "500", is_writing_digest),
        case_of(laboratory, AGAIN, "death after", is_writing_digest),
        Case(BLUESKY, "bluesky", 1, "401", lasts=True),
    ):
        assert violations(laboratory, case) == set()


@pytest.mark.thorough
def test_a_system_that_waits_too_long_is_found(laboratory: Laboratory) -> None:
    wrong = laboratory_of(laboratory, Patient)
    case = case_of(wrong, AGAIN, "500", is_writing_digest)
    assert violations(wrong, case) == {Violation.OVER_TIME}


@pytest.mark.thorough
def test_a_system_with_a_mistake_is_found(laboratory: Laboratory) -> None:
    wrong = laboratory_of(laboratory, Confused)
    case = case_of(wrong, AGAIN, "500", is_writing_digest)
    assert violations(wrong, case) == {Violation.ANOTHER_ERROR}


@pytest.mark.thorough
def test_a_system_that_leaves_something_behind_is_found(laboratory: Laboratory) -> None:
    wrong = laboratory_of(laboratory, Diary)
    case = case_of(wrong, AGAIN, "death after", is_writing_digest)
    assert violations(wrong, case) == {Violation.ANOTHER_STATE}


@pytest.mark.thorough
def test_a_system_that_overwrites_what_was_known_is_found(laboratory: Laboratory) -> None:
    wrong = laboratory_of(laboratory, Forgetful)
    case = Case(BLUESKY, "bluesky", 1, "401", lasts=True)
    assert Violation.COUNT_OVERWRITTEN in violations(wrong, case)


@pytest.mark.thorough
def test_a_system_that_loses_a_digest_is_found(laboratory: Laboratory) -> None:
    wrong = laboratory_of(laboratory, Careless)
    case = case_of(wrong, AGAIN, "death after", lambda call: call.operation == "DeleteItem")
    assert Violation.DIGEST_LOST in violations(wrong, case)


@pytest.mark.thorough
def test_a_fault_that_never_comes_up_is_found(laboratory: Laboratory) -> None:
    calls = laboratory.clean(AGAIN).calls
    case = Case(AGAIN, AWS, len(calls) + 1, "500", lasts=True, call=calls[0])
    assert violations(laboratory, case) == {Violation.NEVER_STRUCK}


# The accounting, on states made by hand


def state(items: Mapping[tuple[str, str], Any], **files: bytes) -> State:
    """A state with these items, and a version of each of these files."""
    written = {key: json.dumps(item) for key, item in items.items()}
    bucket = {name: (StoredObject(body, "text/plain", {}),) for name, body in files.items()}
    return State(written, bucket)


HEAD, PART = ("DIGESTS", "2026-07-13"), ("DIGEST#2026-07-13", "PART#000")
OLD, NEW = {"revision": {"S": "1"}}, {"revision": {"S": "2"}}
MEASURED = ("MEASUREMENTS#2026-07-13", "2026-07-14T10:00:00Z")


def test_a_digest_that_is_gone_or_torn_is_lost() -> None:
    gone = list(judge_losses(state({HEAD: OLD}), state({})))
    assert gone == [Finding(Violation.DIGEST_LOST, "the digest of 2026-07-13 is gone")]

    torn = state({HEAD: OLD, PART: {**OLD, "parts": {"N": "2"}}})
    words = "the digest of 2026-07-13 cannot be read whole"
    assert list(judge_losses(state({}), torn)) == [Finding(Violation.DIGEST_LOST, words)]
    assert list(judge_losses(state({}), state({HEAD: OLD}))) == [
        Finding(Violation.DIGEST_LOST, words)
    ]


def test_a_measurement_that_changes_is_overwritten() -> None:
    before, after = state({MEASURED: OLD}), state({MEASURED: NEW})
    [finding] = judge_losses(before, after)
    assert finding.violation is Violation.COUNT_OVERWRITTEN
    assert list(judge_losses(before, before)) == []


def test_states_differ_in_items_in_files_and_in_what_was_put_twice() -> None:
    clean = state({HEAD: OLD}, post=b"one", page=b"two")
    assert differences(clean, clean) == []
    other = state({HEAD: NEW, PART: OLD}, post=b"1")
    assert differences(other, clean) == [
        "DIGEST#2026-07-13 PART#000 is there",
        "DIGESTS 2026-07-13 is another one",
        "page is not there",
        "post is another one",
    ]
    twice = State(clean.table, {**clean.bucket, "post": clean.bucket["post"] * 2})
    [finding] = judge_versions(twice)
    assert finding == Finding(Violation.ANOTHER_STATE, "post was put again as it was")
    assert list(judge_versions(clean)) == []


def test_functions_have_their_limits_and_errors_that_are_expected() -> None:
    deed = Deed([StoreError("x"), UpstreamError("x", "y"), KeyError("z")])
    deed.seconds |= {"collector": 900.0, "renderer": 301.0, "API": 9.0}
    assert list(judge_time(deed)) == [
        Finding(Violation.OVER_TIME, "the renderer took 301 s of 300")
    ]
    assert list(judge_errors(deed)) == [Finding(Violation.ANOTHER_ERROR, "KeyError: 'z'")]


def test_readers_find_what_was_or_what_is_to_be() -> None:
    day = "/digests/2026-07-13"
    old, new = {day: (404, "not yet")}, {day: (200, "new")}
    allowed = (old, new)
    for fine in ((404, "not yet, for another reason"), (200, "new")):
        assert list(judge_answers({day: fine}, allowed)) == []
    for wrong in ((200, "torn"), (500, "oh")):
        [finding] = judge_answers({day: wrong}, allowed)
        assert finding.violation is Violation.TORN
    # Where a source failed there is a third answer, but no error.
    assert list(judge_answers({day: (200, "third")}, None)) == []
    [finding] = judge_answers({day: (503, "oh")}, None)
    assert finding.violation is Violation.TORN


def test_nothing_is_known_without_digests() -> None:
    assert known(state({})) == {}


# The plan


CALLS = [
    Call("dynamodb", "GetItem", "DIGESTS", 10.0),
    Call("dynamodb", "PutItem", "PACES", 10.0),
    Call("dynamodb", "GetItem", "DIGESTS", 10.0),
    Call("dynamodb", "GetItem", "DIGESTS", 10.0),
]


def test_what_is_asked_first_meets_every_fault_once_and_for_good() -> None:
    cases = list(plan_aws(Stage(SCENES[0], AWS_SOURCES), CALLS))
    faults = aws_faults.FAULTS.items()
    kinds = [(name, kind) for name, kind in faults if kind.befalls(CALLS[0])]
    both = [(name, lasts) for name, kind in kinds for lasts in (False, True)[: 1 + kind.lasts]]
    assert [(case.fault, case.lasts) for case in cases if case.number == 1] == both
    # What is asked again meets half of them the one way or the other, and then the other half.
    three, four = ([case for case in cases if case.number == number] for number in (3, 4))
    assert sorted(case.fault for case in (*three, *four)) == sorted(name for name, _ in kinds)
    assert {case.lasts for case in three} == {False, True}
    conditional = {case.fault for case in cases if case.number == 2} - {name for name, _ in kinds}
    assert conditional == {"overtaken", "concurrent write"}


def test_a_later_run_dies_at_some_of_its_calls_and_meets_one_more_fault_there() -> None:
    [before, after, other] = plan_aws(AGAIN, CALLS)
    assert [before.fault, after.fault] == ["death before", "death after"]
    assert (before.number, after.number, other.number) == (3, 3, 3)
    # What no other run asks is tried whole.
    roundup = Call("dynamodb", "GetItem", "ROUNDUPS", 10.0)
    whole = list(plan_aws(Stage(SCENES[-1], AWS_SOURCES), [roundup]))
    assert {case.fault for case in whole} == {
        name for name, kind in aws_faults.FAULTS.items() if kind.befalls(roundup)
    }


def test_upstreams_fail_at_their_first_second_and_last_answer() -> None:
    stage = Stage(SCENES[1], COMPANION, ("x",))
    assert {case.number for case in plan_upstreams(stage, {"x": 7})} == {1, 2, 7}
    assert {case.number for case in plan_upstreams(stage, {"x": 1})} == {1}
    assert list(plan_upstreams(stage, {})) == []


def test_a_case_has_a_name_by_which_it_is_chosen() -> None:
    [case, *_] = plan_aws(AGAIN, CALLS)
    assert case.name == "again run, call 3 (dynamodb GetItem DIGESTS): death before, once"
    reading = replace(case, address="/status", lasts=True)
    assert reading.name == (
        "reading /status, call 3 (API: dynamodb GetItem DIGESTS): death before, from then on"
    )
    choice = read_choice({"ONLY": "death", "SAMPLE": "2"})
    assert [each.fault for each in choice.of(list(plan_aws(AGAIN, CALLS)))] == ["death before"]
    with pytest.raises(InvalidInputError, match="SAMPLE"):
        read_choice({"SAMPLE": "0"})


# The clock


def test_waiting_takes_no_time_but_counts() -> None:
    clock = VirtualClock()
    start = clock.seconds()
    clock.time.sleep(100)
    clock.sleep(-1)
    assert 100 <= clock.time.monotonic() - start < 101
