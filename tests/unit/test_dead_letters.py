"""What is read from the messages of the queue of failures, and what is made of it."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.dead_letters import (
    COLLECTOR,
    RENDERER,
    Batch,
    DeadLetter,
    Order,
    is_served,
    make_orders,
    read_letter,
)
from tests.lambdas import failed, given_up, undelivered

FUNCTIONS = {"stack-Collector-1": COLLECTOR, "stack-Renderer-2": RENDERER}
CAME_AT = datetime(2020, 9, 20, 13, 20, 50, 500_000, tzinfo=UTC)
EVENT = {"time": "2020-09-20T10:00:00Z"}
STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2020-09-01T00:00:00.000"
SHARD = "shardId-00000001573689847184-864758bb"


def letter(body: object, attributes: Mapping[str, str] | None = None) -> DeadLetter:
    """A message as SQS gives it, read."""
    message = {
        "ReceiptHandle": "handle",
        "Body": body if isinstance(body, str) else json.dumps(body),
        "Attributes": {"SentTimestamp": str(int(CAME_AT.timestamp() * 1000))},
    }
    if attributes is not None:
        texts = {name: {"StringValue": text} for name, text in attributes.items()}
        message["MessageAttributes"] = texts
    return read_letter(message, FUNCTIONS)


def test_an_event_that_a_function_failed_on_is_read() -> None:
    error = failed("stack-Collector-1", EVENT, "arXiv: answered\n503", "UpstreamError")
    old = failed("stack-Collector-1", EVENT)
    old["requestContext"] |= {"condition": "EventAgeExceeded", "approximateInvokeCount": 0}
    del old["responsePayload"]
    span = {"from": "2020-09-01", "to": "2020-09-30"}

    told = '{"time": "2020-09-20T10:00:00Z"}'
    assert letter(error) == DeadLetter(
        "handle",
        CAME_AT,
        f"the collector failed on {told} (RetriesExhausted after 3): UpstreamError: arXiv: "
        "answered 503",
        Order(COLLECTOR, EVENT),
    )
    assert letter(old).story == (
        f"the collector failed on {told} (EventAgeExceeded after 0): nothing is said of why"
    )
    assert letter(failed("stack-Renderer-2", span)).work == Order(RENDERER, span)


def test_records_that_the_renderer_failed_on_are_read() -> None:
    first, last = "8" * 21, "9" * 21
    record = given_up(STREAM, SHARD, (first, last), 2, "2020-09-20T13:14:00Z")
    arrived = datetime(2020, 9, 20, 13, 14, tzinfo=UTC)

    assert letter(record) == DeadLetter(
        "handle",
        CAME_AT,
        "the renderer failed on 2 records of the stream since 2020-09-20T13:14:00Z "
        "(RetryAttemptsExhausted after 6)",
        Batch(STREAM, SHARD, first, last, arrived, CAME_AT),
    )


@pytest.mark.parametrize(
    "body",
    [
        EVENT,
        {"FunctionName": "arn", "InvocationType": "Event", "Payload": json.dumps(EVENT)},
        {"time": "<aws.scheduler.scheduled-time>"},
        {"Payload": '{"tim'},
        '{"tim',
        "[]",
    ],
    ids=["input", "request", "not filled in", "request cut off", "cut off", "no object"],
)
def test_what_the_scheduler_could_not_send_is_read_however_it_is_written(body: Any) -> None:
    read = letter(body, undelivered())

    assert read.work == Order(COLLECTOR, EVENT)
    assert read.story == (
        'the schedule could not send {"time": "2020-09-20T10:00:00Z"} to the collector: '
        "AWS.Scheduler.InternalServerError: We encountered an internal error. Please try again."
    )


GOOD = failed("stack-Collector-1", EVENT)
BATCH = given_up(STREAM, SHARD, ("8" * 21, "9" * 21), 2, "2020-09-20T13:14:00Z")


def changed(document: Any, *path: str, to: object) -> Any:
    """A document with another value at a path."""
    if not path:
        return to
    name, *rest = path
    return {**document, name: changed(document[name], *rest, to=to)}


def test_what_nobody_knows_is_told_in_a_line_with_the_reason() -> None:
    arn = ("requestContext", "functionArn")
    info = "DDBStreamBatchInfo"
    time = "must be a time with its offset, such as 2020-09-20T13:13:43Z, not 'soon'"
    missing = "requestContext.functionArn: is not there"
    reasons = {
        "Hello": missing,
        "[" * 100_000: missing,
        '{"a\\u001b[31m": "\\u202e' + "\x1b" + "x" * 1000 + '"}': missing,
    } | {
        json.dumps(body): reason
        for body, reason in [
            ([], missing),
            (None, missing),
            (changed(GOOD, "requestContext", to=None), missing),
            (changed(GOOD, *arn, to=["arn"]), "requestContext.functionArn: is no text"),
            (changed(GOOD, *arn, to="arn"), "functionArn: '' is no such function of this stack"),
            (failed("x", EVENT), "functionArn: 'x' is no such function of this stack"),
            (changed(GOOD, "requestPayload", "time", to="soon"), f"time: {time}"),
            (failed("stack-Renderer-2", {}), "from: must be a date such as 2020-09-18, not ''"),
            (
                changed(GOOD, "requestContext", "condition", to=3),
                missing.replace("functionArn: is not there", "condition: is no text"),
            ),
            (changed(BATCH, info, to={}), "streamArn: is not there"),
            (changed(BATCH, info, "streamArn", to="arn"), "streamArn: is not of its form"),
            (changed(BATCH, info, "shardId", to="1"), "shardId: is not of its form"),
            (
                changed(BATCH, info, "startSequenceNumber", to="1"),
                "startSequenceNumber: is not of its form",
            ),
            (
                changed(BATCH, info, "endSequenceNumber", to="n" * 21),
                "endSequenceNumber: is not of its form",
            ),
            (
                changed(BATCH, info, "approximateArrivalOfFirstRecord", to="soon"),
                f"approximateArrivalOfFirstRecord: {time}",
            ),
        ]
    }

    read = {body: letter(body) for body in reasons}

    assert {each.work for each in read.values()} == {None}
    assert max(len(each.story) for each in read.values()) == 300
    assert all(each.story.isprintable() for each in read.values())
    for body, reason in reasons.items():
        assert read[body].story.startswith(f"cannot be put back ({reason}): ")


def test_a_schedule_without_a_time_is_told_of() -> None:
    read = letter("{}", undelivered(SCHEDULED_TIME="once"))

    assert read.work is None
    assert read.story.startswith("cannot be put back (time: must be a time")


DATES = st.dates(date(2020, 9, 1), date(2021, 3, 1))


@given(st.lists(st.lists(DATES, max_size=4), max_size=8))
def test_every_day_is_in_an_order_that_the_renderer_takes(batches: list[list[date]]) -> None:
    batch = Batch(STREAM, SHARD, "8", "9", CAME_AT, CAME_AT)
    letters = [DeadLetter(str(number), CAME_AT, "", batch) for number in range(len(batches))]
    days = {str(number): dates for number, dates in enumerate(batches)}

    orders = make_orders(letters, days)

    spans = [
        (date.fromisoformat(order.event["from"]), date.fromisoformat(order.event["to"]))
        for order in orders
    ]
    wanted = {day for dates in batches for day in dates}
    assert {order.function for order in orders} <= {RENDERER}
    assert all(timedelta(0) <= last - first < timedelta(days=31) for first, last in spans)
    assert {day for day in wanted for first, last in spans if first <= day <= last} == wanted
    assert all(first in wanted and last in wanted for first, last in spans)
    for each in letters:
        serving = [order for order in orders if is_served(each, order, days[each.handle])]
        assert bool(serving) == bool(days[each.handle])


TIMES = st.integers(0, 5).map(lambda hour: f"2020-09-20T1{hour}:00:00Z")
EVENTS = st.fixed_dictionaries(
    {"time": TIMES},
    optional={"date": st.sampled_from(["2020-09-17", "2020-09-18"]), "backfill": st.booleans()},
)


@given(st.lists(EVENTS, max_size=12))
def test_each_event_is_served_by_one_order_which_is_the_newest(events: list[Any]) -> None:
    letters = [DeadLetter("", CAME_AT, "", Order(COLLECTOR, event)) for event in events]

    orders = make_orders(letters, {})

    for each in letters:
        assert isinstance(each.work, Order)
        [serving] = [order for order in orders if is_served(each, order, ())]
        assert serving.event["time"] >= each.work.event["time"]
        assert {**serving.event, "time": ""} == {**each.work.event, "time": ""}
    assert all(order.event in events for order in orders)
