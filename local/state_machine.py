"""The state machine of the backfill, walked in this process as Step Functions walks it.

What its definition uses is known here: tasks that invoke functions, a distributed map, the end, and
as much of JSONata as its expressions need (https://docs.jsonata.org, checked against it). Anything
else is refused, so that no definition passes for walked that was not understood.

`python -m local.state_machine` prints the definition as a template of CloudFormation, for a linter.
"""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotpapers.documents.digest_json import write_time
from hotpapers.errors import HotPapersError
from local.template import PROJECT, default_parameters, read_template

MACHINE = "BackfillMachine"
"""What the template calls it."""

MOST_BYTES = 256 * 1024
"""What may be handed from state to state
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html)."""

INVOKE = "arn:aws:states:::lambda:invoke"

COMMON = frozenset({"Comment", "Type", "Output", "Next", "End"})
FIELDS: Mapping[str, frozenset[str]] = {
    "Task": COMMON | {"Resource", "Arguments", "TimeoutSeconds", "Retry", "Catch"},
    "Map": COMMON
    | {
        "ItemProcessor",
        "ItemSelector",
        "Items",
        "Label",
        "MaxConcurrency",
        "ToleratedFailurePercentage",
    },
    "Succeed": COMMON - {"Next", "End"},
}
"""The states that are known, and their fields."""
RETRY_FIELDS = frozenset(
    {"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "JitterStrategy"}
)
CATCH_FIELDS = frozenset({"ErrorEquals", "Output", "Next"})
MACHINE_FIELDS = frozenset({"Comment", "QueryLanguage", "StartAt", "States", "ProcessorConfig"})
DISTRIBUTED = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}

FATAL = frozenset({"States.DataLimitExceeded", "States.Runtime"})
"""Errors that States.ALL does not stand for."""

Definition = Mapping[str, Any]
Invoke = Callable[[str, Any], Any]
"""Invokes a function, by its name in the template, with an event; may raise StateError."""


class DefinitionError(Exception):
    """The definition has something in it that is not known here."""


class StateError(Exception):
    """A state failed, or a whole execution: by the name of the error, and its cause."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


@dataclass(frozen=True)
class Watch:
    """What is told of an execution: each visit to a state, and each result of the map.

    A visit is the state's name and `entered`, `retried n` or `caught n`: by its n-th rule.
    """

    visited: Callable[[str, str], None] = lambda _state, _how: None
    ended: Callable[[Any], None] = lambda _result: None


@dataclass(frozen=True)
class StateMachine:
    """A state machine that can be executed. `sleep` waits between two attempts, some seconds."""

    definition: Definition
    invoke: Invoke
    sleep: Callable[[float], None] = time.sleep
    watch: Watch = field(default_factory=Watch)

    def execute(self, order: Any, started_at: datetime) -> Any:
        """What comes of an order. Raises StateError where the execution fails."""
        context = {"Execution": {"Input": order, "StartTime": write_time(started_at)}}
        return self._run(self.definition, order, context)

    def _run(self, definition: Definition, value: Any, context: Mapping[str, Any]) -> Any:
        _require(definition, MACHINE_FIELDS)
        name = definition["StartAt"]
        while True:
            state = definition["States"][name]
            self.watch.visited(name, "entered")
            value, following = self._step(name, state, value, context)
            if len(json.dumps(value, ensure_ascii=False).encode()) > MOST_BYTES:
                raise StateError("States.DataLimitExceeded", f"the output of {name} is too large")
            if following is None:
                return value
            name = following

    def _step(
        self, name: str, state: Definition, value: Any, context: Mapping[str, Any]
    ) -> tuple[Any, str | None]:
        """The output of a state, and the name of the next one (None: it is the last)."""
        kind = state["Type"]
        if kind not in FIELDS:
            raise DefinitionError(f"{name} is a {kind}")
        _require(state, FIELDS[kind])
        states = {"input": value, "context": context}
        match kind:
            case "Task":
                return self._try(name, state, states)
            case "Map":
                return self._map(state, states), _next(state)
            case _:
                return evaluate(state.get("Output", value), states), None

    def _try(
        self, name: str, state: Definition, states: Mapping[str, Any]
    ) -> tuple[Any, str | None]:
        """A task, as often as its rules say."""
        retried = [0] * len(state.get("Retry", []))
        while True:
            try:
                return self._invoked(state, states), _next(state)
            except StateError as error:
                rule = _rule(state.get("Retry", []), error)
                if rule is not None and retried[rule] < state["Retry"][rule]["MaxAttempts"]:
                    self.watch.visited(name, f"retried {rule}")
                    self.sleep(_pause(state["Retry"][rule], retried[rule]))
                    retried[rule] += 1
                    continue
                rule = _rule(state.get("Catch", []), error)
                if rule is None:
                    raise
                self.watch.visited(name, f"caught {rule}")
                catcher = state["Catch"][rule]
                _require(catcher, CATCH_FIELDS)
                told = {"Error": error.error, "Cause": error.cause}
                return evaluate(catcher["Output"], {**states, "errorOutput": told}), catcher["Next"]

    def _invoked(self, state: Definition, states: Mapping[str, Any]) -> Any:
        """The output of a task; what functions get and give goes by way of JSON."""
        if state["Resource"] != INVOKE:
            raise DefinitionError(f"{state['Resource']} is no task that is known")
        arguments = evaluate(state["Arguments"], states)
        _require(arguments, frozenset({"FunctionName", "Payload"}))
        payload = json.loads(json.dumps(arguments["Payload"]))
        answer = json.loads(json.dumps(self.invoke(arguments["FunctionName"], payload)))
        result = {"Payload": answer, "StatusCode": 200}
        return evaluate(state.get("Output", result), {**states, "result": result})

    def _map(self, state: Definition, states: Mapping[str, Any]) -> Any:
        """The output of a map: item after item, however many there may be at a time."""
        processor = state["ItemProcessor"]
        if processor.get("ProcessorConfig") != DISTRIBUTED:
            raise DefinitionError("the map is not distributed over standard executions")
        if not isinstance(evaluate(state["MaxConcurrency"], states), int):
            raise StateError("States.QueryEvaluationError", "MaxConcurrency is no whole number")
        items, results, failures = evaluate(state["Items"], states), [], 0
        for index, item in enumerate(items):
            context = {**states["context"], "Map": {"Item": {"Index": index, "Value": item}}}
            selected = evaluate(state["ItemSelector"], {**states, "context": context})
            try:
                result = self._run(processor, selected, states["context"])
            except StateError:
                failures += 1
                continue
            self.watch.ended(result)
            results.append(result)
        if failures * 100 > len(items) * state["ToleratedFailurePercentage"]:
            raise StateError("States.ExceedToleratedFailureThreshold", f"{failures} items failed")
        return evaluate(state.get("Output", results), {**states, "result": results})


def handler_of(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function's handler, whose errors are told of as Lambda tells of them."""

    def invoke(event: Any) -> Any:
        try:
            return handler(event)
        except HotPapersError as error:
            name = type(error).__name__
            said = {"errorMessage": str(error), "errorType": name}
            raise StateError(name, json.dumps(said)) from error

    return invoke


def read_definition(machine: str = MACHINE) -> Definition:
    """The definition of the template's state machine, with its substitutions made.

    A function stands for its ARN, and a parameter has its default.
    """
    properties = read_template()["Resources"][machine]["Properties"]
    text = (PROJECT / properties["DefinitionUri"]).read_text()
    for name, value in properties["DefinitionSubstitutions"].items():
        text = text.replace(f"${{{name}}}", _substitute(value))
    if left := re.search(r"\$\{\w+\}", text):
        raise DefinitionError(f"{left[0]} is not substituted")
    definition: Definition = json.loads(text)
    if definition.get("QueryLanguage") != "JSONata":
        raise DefinitionError("the query language is not JSONata")
    return definition


def _substitute(value: Mapping[str, Any]) -> str:
    match value:
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case {"Ref": str(parameter)}:
            return default_parameters()[parameter]
        case {"Fn::GetAtt": [str(resource), "Arn"]}:
            return resource
    raise DefinitionError(f"{value} is no substitution that is known")


def _require(fields: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(fields) - known):
        raise DefinitionError(f"{', '.join(unknown)} of {fields} is not known")


def _next(state: Definition) -> str | None:
    if state.get("End", False) == ("Next" in state):
        raise DefinitionError(f"{state} neither ends nor goes on, or does both")
    return state.get("Next")


def _rule(rules: Sequence[Definition], error: StateError) -> int | None:
    """The first of the rules that is for an error."""
    for number, rule in enumerate(rules):
        names = rule["ErrorEquals"]
        is_any = "States.ALL" in names and error.error not in FATAL
        if error.error in names or is_any:
            return number
    return None


def _pause(rule: Definition, attempts: int) -> float:
    """Seconds until a task is tried again; where they are drawn by lot, the most there may be."""
    _require(rule, RETRY_FIELDS)
    pause: float = rule["IntervalSeconds"] * rule["BackoffRate"] ** attempts
    return pause


# JSONata

TOKEN = re.compile(r"\s*(?:(\d+)|(\$?\w+)|([.,()\[\]]))")
NOTHING = object()
"""What an expression gives that finds nothing; no value of JSON."""


def evaluate(template: Any, states: Mapping[str, Any]) -> Any:
    """A template with the values of its expressions; `states` is what they know as `$states`.

    Raises StateError for an expression that finds nothing.
    """
    match template:
        case dict():
            return {name: evaluate(value, states) for name, value in template.items()}
        case list():
            return [evaluate(value, states) for value in template]
        case str() if template.startswith("{%"):
            value = _Expression(template, states).value()
            if value is NOTHING:
                raise StateError("States.QueryEvaluationError", f"{template} finds nothing")
            return value
        case _:
            return template


class _Expression:
    """An expression: a path from `$states`, a call of a function, an array or a number."""

    def __init__(self, text: str, states: Mapping[str, Any]) -> None:
        self._text = text
        self._states = states
        self._tokens = self._read_tokens(text.removeprefix("{%").removesuffix("%}").strip())

    def _read_tokens(self, text: str) -> list[str]:
        tokens, place = [], 0
        while place < len(text):
            found = TOKEN.match(text, place)
            if found is None:
                raise DefinitionError(f"{self._text} has something unknown at {text[place:]!r}")
            tokens.append(found[0].strip())
            place = found.end()
        return tokens

    def value(self) -> Any:
        """What it gives; NOTHING where it finds nothing."""
        value = self._part()
        if self._tokens:
            raise DefinitionError(f"{self._text} goes on with {self._tokens}")
        return value

    def _part(self) -> Any:
        sign = self._tokens.pop(0) if self._tokens else ""
        if sign.isdigit():
            return int(sign)
        if sign == "[":
            return [each for value in self._parts("]") for each in _as_items(value)]
        if sign == "$states":
            return self._path()
        if sign in FUNCTIONS and self._tokens[:1] == ["("]:
            del self._tokens[0]
            return FUNCTIONS[sign](*self._parts(")"))
        raise DefinitionError(f"{self._text} has {sign!r}, which is not known")

    def _parts(self, end: str) -> list[Any]:
        values = []
        while True:
            values.append(self._part())
            sign = self._tokens.pop(0) if self._tokens else ""
            if sign == end:
                return values
            if sign != ",":
                raise DefinitionError(f"{self._text} has {sign!r} for a comma or {end}")

    def _path(self) -> Any:
        value: Any = self._states
        while self._tokens[:1] == ["."]:
            name = self._tokens[1]
            del self._tokens[:2]
            value = _step_into(value, name)
        return value


def _step_into(value: Any, name: str) -> Any:
    """A step of a path: into each element of an array; one that is found alone is itself."""
    if isinstance(value, dict):
        return value.get(name, NOTHING)
    if not isinstance(value, list):
        return NOTHING
    found = [each for element in value for each in _as_items(_step_into(element, name))]
    if len(found) == 1:
        return found[0]
    return found or NOTHING


def _as_items(value: Any) -> list[Any]:
    """What an array gets of a value: its elements, where it is an array itself."""
    if value is NOTHING:
        return []
    return value if isinstance(value, list) else [value]


def _substring(text: Any, start: int, length: int) -> Any:
    return text if text is NOTHING else text[start : start + length]


def _join(texts: Sequence[str]) -> str:
    return "".join(texts)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {"$join": _join, "$substring": _substring}


def main() -> None:
    """Print a template in which a linter finds the definition."""
    # The linter does not know that a number may be the value of an expression.
    text = re.sub(r'"\{% (\d+) %\}"', r"\1", json.dumps(read_definition()))
    role = "arn:aws:iam::123456789012:role/machine"
    properties = {"RoleArn": role, "Definition": json.loads(text)}
    resource = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    print(json.dumps({"Resources": {MACHINE: resource}}))  # noqa: T201


if __name__ == "__main__":
    main()
