"""A backfill in a deployed stack: its state machine is started and followed."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, Protocol

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.documents.digest_json import Document
from hotpapers.errors import InvalidInputError, UpstreamError
from hotpapers.use_cases.backfill import BackfillOrder
from local import console
from local.deployed import Client, make_client, read_outputs

OUTPUT = "BackfillMachineArn"
"""The stack's output that names the state machine."""
POLL_SECONDS = 5.0


class Bar(Protocol):
    """Shows how far a backfill is."""

    def advance(self, done: int, what: str) -> None:
        """So many more listing dates are done; `what` says what became of them."""


class StackBackfill:
    """The state machine of a stack, in the account that the environment's credentials are of."""

    def __init__(
        self,
        stack: str,
        bar: Bar,
        client: Client = make_client,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._stack = stack
        self._bar = bar
        self._client = client
        self._sleep = sleep

    def run(self, orders: Sequence[BackfillOrder]) -> list[Document]:
        """Carry orders out, one after the other; what became of each.

        Raises InvalidInputError for a stack that cannot do it, UpstreamError where an execution
        fails, StoreError where AWS cannot be asked.
        """
        machine = self._machine()
        with failures_of("Step Functions"):
            states = self._client("stepfunctions")
            return [self._carry_out(states, machine, order) for order in orders]

    def _machine(self) -> str:
        outputs = read_outputs(self._stack, self._client)
        if OUTPUT not in outputs:
            reason = f"{self._stack!r} has no output {OUTPUT}; deploy this version of it first"
            raise InvalidInputError("STACK", reason)
        return outputs[OUTPUT]

    def _carry_out(self, states: Any, machine: str, order: BackfillOrder) -> Document:
        execution = _start(states, machine, order)
        try:
            return self._follow(states, execution)
        except KeyboardInterrupt:
            console.say("It goes on in AWS; the same command follows it again.")
            raise

    def _follow(self, states: Any, execution: str) -> Document:
        """Wait for the end of an execution, and show how far it is."""
        shown = 0
        while True:
            described = states.describe_execution(executionArn=execution)
            done = _done(states, execution)
            if done > shown:
                self._bar.advance(done - shown, f"in {execution.rpartition(':')[2]}")
                shown = done
            match described["status"]:
                case "RUNNING":
                    self._sleep(POLL_SECONDS)
                case "SUCCEEDED":
                    summary: Document = json.loads(described["output"])
                    return summary
                case status:
                    raise UpstreamError("Step Functions", _why(status, described, execution))


def _start(states: Any, machine: str, order: BackfillOrder) -> str:
    """Start an execution, or find the one of the same order that is running.

    The name is the order's, with a number: a name can be had once in 90 days, and starting again
    what runs under a name with the same input gives that one.
    """
    stated = {"from": order.first.isoformat(), "to": order.last.isoformat()}
    for number in count(1):
        name = f"{order.first}--{order.last}--{number}"
        try:
            started = states.start_execution(
                stateMachineArn=machine, name=name, input=json.dumps(stated)
            )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise
        else:
            return str(started["executionArn"])
    raise AssertionError("numbers do not end")


def _done(states: Any, execution: str) -> int:
    """How many listing dates an execution is done with."""
    runs = states.list_map_runs(executionArn=execution)["mapRuns"]
    if not runs:
        return 0
    counts = states.describe_map_run(mapRunArn=runs[0]["mapRunArn"])["itemCounts"]
    ended = ("succeeded", "failed", "timedOut", "aborted")
    return sum(int(counts[name]) for name in ended)


def _why(status: str, described: Mapping[str, Any], execution: str) -> str:
    """Why an execution has no result, in one line."""
    cause = str(described.get("cause", ""))
    try:
        said = json.loads(cause)["errorMessage"]
    except (ValueError, TypeError, KeyError):
        said = cause
    parts = [part for part in (described.get("error"), str(said)[:400]) if part]
    name = execution.rpartition(":")[2]
    return ": ".join([f"the execution {name} is {status}", *parts])
