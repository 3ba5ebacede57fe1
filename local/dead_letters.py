"""What lies in the queue of failures, as values: what failed, why, and what would put it right.

Three write there, each in a form of its own:

- Lambda, for an event that a function failed on for good: the record of an asynchronous invocation
  (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
- Lambda, for records of the table's stream that the renderer failed on for good: where they are in
  the stream, without themselves
  (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html).
- The scheduler, where it could not invoke the collector: what it wanted to send, and why it could
  not as attributes of the message
  (https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from hotpapers.errors import InvalidInputError
from hotpapers.events import (
    MOST_DAYS,
    read_collection_order,
    read_publication_order,
    read_run_time,
    read_time,
)

COLLECTOR = "Collector"
RENDERER = "Renderer"
"""What the template calls the functions that events can be put back to."""

MOST_SHOWN = 300
"""Characters of what somebody else wrote that are shown of a message."""


@dataclass(frozen=True)
class Order:
    """An event that a function of the stack, by its logical id, is to be given."""

    function: str
    event: Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    """Records of the table's stream: those of a shard from a sequence number to another one.

    The first of them came at `arrived`, and was given up by `given_up` (both UTC).
    """

    stream: str
    shard: str
    first: str
    last: str
    arrived: datetime
    given_up: datetime


@dataclass(frozen=True)
class DeadLetter:
    """A message: when it came (UTC), what failed and why in one line, and what is to be done again.

    `work` is None where nothing can be done; the line says why. `handle` is by what SQS knows it.
    """

    handle: str
    came_at: datetime
    story: str
    work: Order | Batch | None


def read_letter(message: Mapping[str, Any], functions: Mapping[str, str]) -> DeadLetter:
    """A message as SQS gives it; `functions` are the logical ids of functions by their names."""
    came_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    attributes = {
        name: str(value.get("StringValue", ""))
        for name, value in message.get("MessageAttributes", {}).items()
    }
    body = _json(message["Body"])
    story: str
    work: Order | Batch | None
    try:
        if "SCHEDULE_ARN" in attributes:
            story, work = _read_schedule(body, attributes)
        elif isinstance(body, dict) and "DDBStreamBatchInfo" in body:
            story, work = _read_batch(body, came_at)
        else:
            story, work = _read_invocation(body, functions)
    except InvalidInputError as error:
        story, work = f"cannot be put back ({error}): {message['Body']}", None
    return DeadLetter(message["ReceiptHandle"], came_at, _line(story), work)


def make_orders(letters: Sequence[DeadLetter], days: Mapping[str, Sequence[date]]) -> list[Order]:
    """What is to be done for messages: each thing once.

    Of events that differ only in their time the newest alone, which does what the others would
    have done. `days` are the listing dates of the batches, by the handles of their messages: they
    are published again in spans of days.
    """
    events = [letter.work for letter in letters if isinstance(letter.work, Order)]
    newest = {_without_time(order): order for order in sorted(events, key=_time)}
    spans = _spans({day for letter in letters for day in days.get(letter.handle, ())})
    return [
        *newest.values(),
        *(Order(RENDERER, {"from": str(first), "to": str(last)}) for first, last in spans),
    ]


def is_served(letter: DeadLetter, order: Order, days: Sequence[date]) -> bool:
    """Tell whether an order does something, or all, of what a message is about.

    `days` are the listing dates of the message's batch, if it has one.
    """
    if isinstance(letter.work, Order):
        return _without_time(letter.work) == _without_time(order)
    first, last = order.event.get("from", ""), order.event.get("to", "")
    return any(first <= str(day) <= last for day in days)


def _read_invocation(body: Any, functions: Mapping[str, str]) -> tuple[str, Order]:
    """The record of an event that a function failed on."""
    arn, event = _text(body, "requestContext", "functionArn"), _part(body, "requestPayload")
    # arn:aws:lambda:us-east-1:123456789012:function:hot-papers-Collector-1A2B:$LATEST
    name = (arn.split(":") + [""] * 7)[6]
    function = functions.get(name, "")
    if function not in _READERS:
        raise InvalidInputError("functionArn", f"{name!r} is no such function of this stack")
    _READERS[function](event)
    answer = body.get("responsePayload")
    why = _error(answer) if isinstance(answer, Mapping) else "nothing is said of why"
    story = f"the {function.lower()} failed on {json.dumps(event)} ({_tried(body)}): {why}"
    return story, Order(function, event)


_READERS: Mapping[str, Callable[[object], object]] = {
    COLLECTOR: read_collection_order,
    RENDERER: read_publication_order,
}


def _error(answer: Mapping[str, Any]) -> str:
    parts = [answer.get("errorType"), answer.get("errorMessage")]
    return ": ".join(str(part) for part in parts if part) or "nothing is said of why"


def _tried(body: Mapping[str, Any]) -> str:
    """Why Lambda gave up, such as `RetriesExhausted after 3`."""
    count = _part(body, "requestContext").get("approximateInvokeCount", "?")
    return f"{_text(body, 'requestContext', 'condition')} after {count}"


def _read_batch(body: Mapping[str, Any], given_up: datetime) -> tuple[str, Batch]:
    """Where the records are that the renderer failed on."""
    info = _part(body, "DDBStreamBatchInfo")
    batch = Batch(
        stream=_matching(info, "streamArn", STREAM),
        shard=_matching(info, "shardId", SHARD),
        first=_matching(info, "startSequenceNumber", NUMBER),
        last=_matching(info, "endSequenceNumber", NUMBER),
        arrived=read_time(ARRIVAL, _part(info, ARRIVAL)),
        given_up=given_up,
    )
    count = info.get("batchSize", "?")
    records = f"{count} record{'' if count == 1 else 's'}"
    since = f"{batch.arrived:%Y-%m-%dT%H:%M:%SZ}"
    story = f"the renderer failed on {records} of the stream since {since} ({_tried(body)})"
    return story, batch


ARRIVAL = "approximateArrivalOfFirstRecord"
STREAM = re.compile(r"arn:[\w-]+:dynamodb:[!-~]{20,1000}")
SHARD = re.compile(r"[!-~]{28,65}")
NUMBER = re.compile(r"[0-9]{21,40}")
"""Of these lengths the stream takes them; others would be refused before it is asked.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html"""


def _matching(info: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    text = _text(info, name)
    if not pattern.fullmatch(text):
        raise InvalidInputError(name, "is not of its form")
    return text


def _part(body: Any, *path: str) -> Any:
    """What is at a path of a document. Raises InvalidInputError where nothing is."""
    for name in path:
        if not isinstance(body, Mapping) or name not in body:
            raise InvalidInputError(".".join(path), "is not there")
        body = body[name]
    return body


def _text(body: Any, *path: str) -> str:
    text = _part(body, *path)
    if not isinstance(text, str):
        raise InvalidInputError(".".join(path), "is no text")
    return text


def _read_schedule(body: Any, attributes: Mapping[str, str]) -> tuple[str, Order]:
    """What the scheduler could not send to the collector.

    AWS's example has the whole request to the target for a body; others tell of the bare input.
    Where there is neither, the time of the schedule is an attribute, and is all of the input.
    """
    request = body if isinstance(body, Mapping) else {}
    sent = _json(request["Payload"]) if isinstance(request.get("Payload"), str) else request
    try:
        read_collection_order(sent)
    except InvalidInputError:
        sent = {"time": attributes.get("SCHEDULED_TIME", "")}
        read_collection_order(sent)
    code, text = (attributes.get(name, "") for name in ("ERROR_CODE", "ERROR_MESSAGE"))
    why = ": ".join(part for part in (code, text) if part) or "nothing is said of why"
    story = f"the schedule could not send {json.dumps(sent)} to the collector: {why}"
    return story, Order(COLLECTOR, sent)


def _without_time(order: Order) -> str:
    event = {name: value for name, value in order.event.items() if name != "time"}
    return f"{order.function} {json.dumps(event, sort_keys=True)}"


def _time(order: Order) -> datetime:
    if order.function == COLLECTOR:
        return read_run_time("time", order.event["time"])
    return datetime.min.replace(tzinfo=UTC)


def _spans(days: set[date]) -> Iterator[tuple[date, date]]:
    """Spans of days that the renderer takes at once, which have all of these days in them.

    One order for days that are near, since renderers side by side get into each other's way at the
    feeds. Days in between are published again with them, which does no harm.
    """
    rest = sorted(days)
    while rest:
        span = [day for day in rest if day < rest[0] + MOST_DAYS]
        yield span[0], span[-1]
        rest = rest[len(span) :]


def _json(text: str) -> Any:
    """A text as JSON; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _line(text: str) -> str:
    """A text that others wrote parts of, as one line of a terminal."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return shown if len(shown) <= MOST_SHOWN else f"{shown[: MOST_SHOWN - 1]}…"
