"""The definition of the backfill's state machine: every state walked, with failures at each task.

The walker (`local.state_machine`) refuses what it does not know; what its JSONata gives for the
shapes below was compared with a whole implementation of it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import repeat
from typing import Any

import pytest

from functions.backfill.app import lambda_handler
from hotpapers.use_cases.backfill import MOST_DATES
from local.cloud import Context
from local.state_machine import (
    DefinitionError,
    StateError,
    StateMachine,
    Watch,
    evaluate,
    handler_of,
    read_definition,
)

STARTED_AT = datetime(2020, 10, 5, 9, 30, tzinfo=UTC)
TIME = "2020-10-05T09:30:00Z"
WEEK = {"from": "2020-09-18", "to": "2020-09-24"}
DAYS = ["2020-09-18", "2020-09-21", "2020-09-22", "2020-09-23", "2020-09-24"]

TRANSIENT = (
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
)
LATER = ("Sandbox.Timedout", "States.Timeout", "StoreError", "UpstreamError")
SHORT = [2, 6, 18, 54, 162]
"""Seconds until a task is tried again that Lambda did not take."""
LONG = [60, 300]
"""Seconds until a date is tried again that failed."""

Failure = StateError | None


def begin_and_end(event: Any) -> Any:
    """The function of the backfill, as Lambda runs it."""
    context: Any = Context()
    return lambda_handler(event, context)


def made(event: Mapping[str, Any]) -> Any:
    """The collector's answer for a digest that it made; what is not asked about is more yet."""
    listing = {"date": event["date"], "state": "fresh", "papers": 12, "origin": "submission window"}
    digest = {"date": event["date"], "outcome": "saved", "papers_listed": 12, "sources": {}}
    return answer(event, "saved", [listing], [digest])


def answer(event: Mapping[str, Any], outcome: str, listings: Any, digests: Any) -> Any:
    told = {"time": event["time"], "date": event["date"], "outcome": outcome, "posts_read": None}
    return {**told, "listings": listings, "digests": digests, "cost_usd": None}


@dataclass
class Walk:
    """An execution: what each function is to fail with, call by call, and what then happened.

    `failures` are by the function's name, or the date that the collector is asked for.
    """

    failures: Mapping[str, Iterator[Failure]] = field(default_factory=dict)
    collect: Callable[[Any], Any] = made
    visits: list[tuple[str, str]] = field(default_factory=list)
    events: list[tuple[str, Any]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    ended: list[Any] = field(default_factory=list)

    def run(self, order: Any = WEEK) -> Any:
        watch = Watch(lambda state, how: self.visits.append((state, how)), self.ended.append)
        machine = StateMachine(read_definition(), self.invoke, self.pauses.append, watch)
        return machine.execute(order, STARTED_AT)

    def invoke(self, function: str, event: Any) -> Any:
        self.events.append((function, event))
        failing = event["date"] if function == "Collector" else function
        if failure := next(self.failures.get(failing, iter(())), None):
            raise failure
        handlers = {"Backfill": handler_of(begin_and_end), "Collector": handler_of(self.collect)}
        return handlers[function](event)


def failure(name: str, message: str = "no") -> StateError:
    """An error as Lambda tells of it, with the stack trace that a function's error has."""
    trace = ["  File app.py, line 1\n"] * 50
    return StateError(name, json.dumps({"errorMessage": message, "stackTrace": trace}))


def test_a_week_is_made_date_by_date_at_the_time_of_the_execution() -> None:
    walk = Walk()

    assert walk.run() == {**WEEK, "made": DAYS, "kept": [], "quiet": [], "failed": []}

    assert [event for function, event in walk.events if function == "Collector"] == [
        {"date": day, "time": TIME, "backfill": True} for day in DAYS
    ]
    assert walk.events[0] == ("Backfill", {"order": WEEK, "time": TIME})
    assert walk.visits == [
        ("ListDates", "entered"),
        ("CollectDates", "entered"),
        *repeat(("CollectDate", "entered"), len(DAYS)),
        ("SumUp", "entered"),
    ]
    assert walk.ended == [
        {"date": day, "outcome": "saved", "papers": [12], "why": []} for day in DAYS
    ]


def test_each_answer_of_the_collector_is_understood() -> None:
    def collect(event: Mapping[str, Any]) -> Any:
        digest = {"papers_listed": None}
        quiet = {"state": "quiet", "why": "a holiday"}
        stalled = {"state": "stalled", "why": "arXiv's feed is empty"}
        return {
            DAYS[0]: made(event),
            DAYS[1]: answer(event, "kept", [], [digest]),
            DAYS[2]: answer(event, "saved", [quiet], [{"papers_listed": 0}]),
            DAYS[3]: answer(event, "stalled", [stalled], []),
            DAYS[4]: answer(event, "unchanged", [], [digest]),
        }[event["date"]]

    assert Walk(collect=collect).run() == {
        **WEEK,
        "made": [DAYS[0]],
        "kept": [DAYS[1], DAYS[4]],
        "quiet": [DAYS[2]],
        "failed": [{"date": DAYS[3], "reason": "stalled: arXiv's feed is empty"}],
    }


def test_a_bad_order_ends_at_once_and_says_why() -> None:
    walk = Walk()

    with pytest.raises(StateError) as error:
        walk.run({"from": "2020-09-18", "to": "soon"})

    assert error.value.error == "InvalidInputError"
    assert json.loads(error.value.cause)["errorMessage"] == (
        "to: must be a date such as 2020-09-18, not 'soon'"
    )
    assert (walk.visits, walk.pauses) == ([("ListDates", "entered")], [])


@pytest.mark.parametrize("name", TRANSIENT)
def test_what_lambda_does_not_take_is_tried_again_everywhere(name: str) -> None:
    twice = [failure(name), failure(name), None]
    walk = Walk({"Backfill": iter([*twice, failure(name)]), DAYS[2]: iter(twice)})

    assert walk.run()["made"] == DAYS
    assert walk.pauses == [2, 6, 2, 6, 2]


@pytest.mark.parametrize("name", LATER)
def test_a_date_that_failed_is_tried_again_later(name: str) -> None:
    walk = Walk({DAYS[1]: iter([failure(name), failure(name)])})

    assert walk.run()["made"] == DAYS
    assert walk.pauses == LONG


@pytest.mark.parametrize(
    ("name", "pauses"),
    [
        *((name, SHORT) for name in TRANSIENT),
        *((name, LONG) for name in LATER),
        ("InvalidInputError", []),
        ("KeyError", []),
        ("Lambda.Unknown", []),
    ],
)
def test_a_date_that_fails_for_good_is_listed_and_stops_no_other(
    name: str, pauses: list[float]
) -> None:
    walk = Walk({DAYS[1]: repeat(failure(name, "arXiv: answered 503"))})

    assert walk.run() == {
        **WEEK,
        "made": [DAYS[0], *DAYS[2:]],
        "kept": [],
        "quiet": [],
        "failed": [{"date": DAYS[1], "reason": f"{name}: arXiv: answered 503"}],
    }
    assert walk.pauses == pauses


@pytest.mark.parametrize("name", ["States.DataLimitExceeded", "States.Runtime"])
def test_a_date_that_nothing_can_catch_is_listed_and_stops_no_other(name: str) -> None:
    walk = Walk({DAYS[0]: repeat(failure(name))})

    reason = "ended without a result; its execution says more"
    assert walk.run()["failed"] == [{"date": DAYS[0], "reason": reason}]
    assert len(walk.ended) == 4


@pytest.mark.parametrize("calls", [0, 1], ids=["ListDates", "SumUp"])
@pytest.mark.parametrize(("name", "pauses"), [(TRANSIENT[0], SHORT), ("KeyError", [])])
def test_an_execution_fails_where_it_cannot_begin_or_end(
    calls: int, name: str, pauses: list[float]
) -> None:
    walk = Walk({"Backfill": iter([*repeat(None, calls), *repeat(failure(name), 6)])})

    with pytest.raises(StateError, match=name):
        walk.run()

    assert walk.pauses == pauses


def test_a_year_in_which_every_date_fails_can_be_told() -> None:
    first = date(2018, 1, 1)
    last = first + timedelta(days=365)
    order = {"from": str(first), "to": str(last)}

    def fail(_event: Any) -> Any:
        raise failure("Sandbox.Timedout", "é" * 1000)

    summary = Walk(collect=fail).run(order)

    assert len(summary["failed"]) == MOST_DATES
    assert {len(entry["reason"]) for entry in summary["failed"]} == {400}


def test_every_state_and_every_rule_is_walked() -> None:
    """What the failures above reach, together; a new state or rule needs a failure of its own."""
    reached: set[tuple[str, str]] = set()
    for name in (TRANSIENT[0], LATER[0], "KeyError"):
        for calls in (0, 1):
            walk = Walk(
                {
                    "Backfill": iter([*repeat(None, calls), failure(name)]),
                    DAYS[0]: iter([failure(name)]),
                }
            )
            with suppress(StateError):
                walk.run()
            reached.update(walk.visits)

    assert reached == set(all_visits(read_definition()))


def all_visits(definition: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each state of a definition, with each of its rules."""
    for name, state in definition["States"].items():
        yield name, "entered"
        yield from ((name, f"retried {number}") for number in range(len(state.get("Retry", []))))
        yield from ((name, f"caught {number}") for number in range(len(state.get("Catch", []))))
        if "ItemProcessor" in state:
            yield from all_visits(state["ItemProcessor"])


def test_the_definition_limits_what_runs_at_once_and_lets_every_date_fail() -> None:
    dates = read_definition()["States"]["CollectDates"]

    assert evaluate(dates["MaxConcurrency"], {}) == 2
    assert dates["ToleratedFailurePercentage"] == 100
    # A collector may take 15 minutes, and express executions end after five.
    assert dates["ItemProcessor"]["ProcessorConfig"] == {
        "Mode": "DISTRIBUTED",
        "ExecutionType": "STANDARD",
    }
    assert dates["ItemProcessor"]["States"]["CollectDate"]["TimeoutSeconds"] > 900


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$states.a", ["x"]),
        ("$states.b.c", 5),
        ("$states.b.d", None),
        ("[$states.b.c]", [5]),
        ("[$states.b.d]", [None]),
        ("[$states.b.e]", []),
        ("[$states.a]", ["x"]),
        ("[$states.two.c]", [5, 6]),
        ("$states.two.c", [5, 6]),
        ("$states.empty", []),
        ("[$states.empty.c]", []),
        ("$substring($states.text, 0, 3)", "abc"),
        ("$substring($states.text, 0, 30)", "abcdef"),
        ("$join([$states.text])", "abcdef"),
        ("$join([$states.none])", ""),
        ("2", 2),
    ],
)
def test_expressions(expression: str, value: Any) -> None:
    states = {
        "a": ["x"],
        "b": [{"c": 5, "d": None}],
        "two": [{"c": 5}, {"c": 6}],
        "empty": [],
        "text": "abcdef",
    }

    assert evaluate(f"{{% {expression} %}}", states) == value


@pytest.mark.parametrize("expression", ["$states.none", "$states.text.none", "$states.empty.c"])
def test_an_expression_that_finds_nothing_fails(expression: str) -> None:
    with pytest.raises(StateError, match=r"States\.QueryEvaluationError"):
        evaluate(f"{{% {expression} %}}", {"text": "abcdef", "empty": []})


@pytest.mark.parametrize(
    "expression",
    ["$now()", "$states.a[0]", "a", "$states.a + 1", "'text'", "[$states.a", "", "$join [1]"],
)
def test_an_expression_that_is_not_known_is_refused(expression: str) -> None:
    with pytest.raises(DefinitionError):
        evaluate(f"{{% {expression} %}}", {"a": [1]})


def _changed(path: str, value: Any) -> Any:
    """The definition with one thing changed."""
    definition = json.loads(json.dumps(read_definition()))
    place = definition
    *parents, last = path.split("/")
    for name in parents:
        place = place[name]
    place[last] = value
    return definition


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("TimeoutSeconds", 5),
        ("States/ListDates/Type", "Wait"),
        ("States/ListDates/ResultPath", "$.x"),
        ("States/ListDates/Resource", "arn:aws:states:::sqs:sendMessage"),
        ("States/ListDates/End", True),
        ("States/ListDates/Arguments/Qualifier", "1"),
        ("States/CollectDates/ResultWriter", {}),
        ("States/CollectDates/ItemProcessor/ProcessorConfig", {"Mode": "INLINE"}),
    ],
)
def test_a_definition_that_is_not_known_is_refused(path: str, value: Any) -> None:
    machine = StateMachine(_changed(path, value), Walk().invoke, sleep=lambda _: None)

    with pytest.raises(DefinitionError):
        machine.execute(WEEK, STARTED_AT)
