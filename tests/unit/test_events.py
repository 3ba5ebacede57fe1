"""What starts the functions: good events are read, bad ones refused by the field's name."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.errors import InvalidInputError
from hotpapers.events import (
    read_backfill_order,
    read_collection_order,
    read_date,
    read_digest_date,
    read_publication_order,
    read_request_time,
    read_run_time,
    read_time,
)
from hotpapers.use_cases.collect import CollectionOrder
from tests.builders import moments
from tests.hostile import hostile_texts
from tests.properties import examples

EVENTS = Path(__file__).parents[2] / "events"

TIME = "2020-09-20T13:13:43Z"
MOMENT = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)
DAY = date(2020, 9, 18)

A_TIME = "must be a time with its offset, such as 2020-09-20T13:13:43Z"
A_DATE = "must be a date such as 2020-09-18"
IN_THE_YEARS = "must be in the years 1991 to 9998"


@pytest.mark.parametrize(
    ("event", "order"),
    [
        ({"time": TIME}, CollectionOrder(MOMENT)),
        ({"time": TIME, "date": "2020-09-18"}, CollectionOrder(MOMENT, DAY)),
        ({"time": TIME, "date": None}, CollectionOrder(MOMENT)),
        ({"time": TIME, "date": ""}, CollectionOrder(MOMENT)),
        ({"time": TIME, "version": "0", "detail": {}, "id": 7}, CollectionOrder(MOMENT)),
        # The same moment, written otherwise
        ({"time": "2020-09-20T13:13:43+00:00"}, CollectionOrder(MOMENT)),
        ({"time": "2020-09-20T09:13:43-04:00"}, CollectionOrder(MOMENT)),
        ({"time": "2020-09-21T03:13:43+14:00"}, CollectionOrder(MOMENT)),
        ({"time": "2020-09-20T13:13:43.000Z"}, CollectionOrder(MOMENT)),
        ({"time": "2020-09-20T13:13:43.999999Z"}, CollectionOrder(MOMENT)),
        ({"time": "2020-09-20 13:13:43Z"}, CollectionOrder(MOMENT)),
        # A weekend is a date; that arXiv lists nothing then is for the calendar to say
        ({"time": TIME, "date": "2020-09-19"}, CollectionOrder(MOMENT, date(2020, 9, 19))),
        ({"time": TIME, "date": "2020-02-29"}, CollectionOrder(MOMENT, date(2020, 2, 29))),
        ({"time": "1991-01-01T00:00:00Z"}, CollectionOrder(datetime(1991, 1, 1, tzinfo=UTC))),
        (
            {"time": "9998-12-31T23:59:59Z", "date": "9998-12-31"},
            CollectionOrder(datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC), date(9998, 12, 31)),
        ),
    ],
)
def test_an_order_of_a_collection(event: object, order: CollectionOrder) -> None:
    assert read_collection_order(event) == order


NO_TIMES: list[object] = [
    *("2020-09-20T13:13:43", "2020-09-20", "13:13:43Z", "now", "yesterday", "2020-09-20T25:00:00Z"),
    *(
        "2020-13-20T13:13:43Z",
        "2020-02-30T13:13:43Z",
        "2020-09-20T13:13:60Z",
        "2020-09-20T13:13:43+25:00",
    ),
    *("1600607623", "Sun, 20 Sep 2020 13:13:43 GMT", "<aws.scheduler.scheduled-time>", " ", "\x00"),
    *(f" {TIME}", f"{TIME}\n", f"{TIME}Z", "２０２０-09-20T13:13:43Z", "+2020-09-20T13:13:43Z"),
    *("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"),
    *(0, 1600607623, 1600607623.5, True, [], [TIME], {}, {"time": TIME}),
]
NO_DATES: list[object] = [
    *("2020-9-18", "20200918", "2020-W38-5", "2020-262", "18.09.2020", "09/18/2020", "2020-09-31"),
    *(
        "2020-02-30",
        "2021-02-29",
        "2020-00-01",
        "2020-09-18T00:00:00Z",
        " 2020-09-18",
        "2020-09-18 ",
    ),
    *(
        "2020-09-18\n",
        "-2020-09-18",
        "2020/09/18",
        "latest",
        "today",
        " ",
        "２０２０-09-18",
        "2020-09-1८",
    ),
    *(0, 20200918, 1.5, False, True, [], ["2020-09-18"], {}, {"S": "2020-09-18"}),
]


@pytest.mark.parametrize(
    ("event", "field", "reason"),
    [
        ({}, "time", f"is missing; it {A_TIME}"),
        ({"time": None}, "time", f"is missing; it {A_TIME}"),
        ({"time": ""}, "time", f"is missing; it {A_TIME}"),
        ({"date": "2020-09-18"}, "time", f"is missing; it {A_TIME}"),
        ({"Time": TIME}, "time", f"is missing; it {A_TIME}"),
        *(({"time": value}, "time", f"{A_TIME}, not {str(value)!r}") for value in NO_TIMES),
        *(
            ({"time": TIME, "date": value}, "date", f"{A_DATE}, not {str(value)!r}")
            for value in NO_DATES
        ),
        ({"time": "x" * 10**6}, "time", f"{A_TIME}, not {'x' * 100!r}"),
        ({"time": TIME, "date": "x" * 10**6}, "date", f"{A_DATE}, not {'x' * 100!r}"),
        ({"time": "0001-01-01T00:00:00Z"}, "time", IN_THE_YEARS),
        ({"time": "1990-12-31T23:59:59Z"}, "time", IN_THE_YEARS),
        ({"time": "9999-01-01T00:00:00Z"}, "time", IN_THE_YEARS),
        ({"time": TIME, "date": "0001-01-01"}, "date", IN_THE_YEARS),
        ({"time": TIME, "date": "1990-12-31"}, "date", IN_THE_YEARS),
        ({"time": TIME, "date": "9999-12-31"}, "date", IN_THE_YEARS),
    ],
)
def test_a_bad_order_is_refused_by_the_fields_name(event: object, field: str, reason: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_collection_order(event)

    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize("event", [None, TIME, "", 7, [], [{"time": TIME}], True, b"{}"])
def test_an_event_that_is_no_object_is_refused(event: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_collection_order(event)

    assert str(refused.value) == 'event: must be an object such as {"time": "2020-09-20T13:13:43Z"}'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | hostile_texts(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(hostile_texts(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=examples(150), deadline=None)
@given(JSON | st.fixed_dictionaries({"time": JSON | st.just(TIME)}, optional={"date": JSON}))
def test_whatever_the_event_it_is_read_or_refused(event: object) -> None:
    assert order_or_field(event) in (CollectionOrder(MOMENT), "event", "time", "date")


def order_or_field(event: object) -> CollectionOrder | str:
    try:
        return read_collection_order(event)
    except InvalidInputError as refused:
        return refused.field


# The machine's clock


@pytest.mark.parametrize(
    ("now", "ahead"),
    [
        (MOMENT, timedelta(0)),
        (MOMENT + timedelta(days=5_000), timedelta(0)),
        (MOMENT - timedelta(minutes=5), timedelta(0)),
        (MOMENT - timedelta(minutes=5, seconds=1), timedelta(seconds=1)),
        (MOMENT - timedelta(hours=1), timedelta(hours=1)),
        (MOMENT - timedelta(days=400), timedelta(days=400)),
    ],
)
def test_an_order_is_taken_once_its_time_has_come(now: datetime, ahead: timedelta) -> None:
    span = {"from": "2020-09-18", "to": "2020-09-18"}
    readers: list[Callable[[], object]] = [
        lambda: read_collection_order({"time": TIME}, now).time,
        lambda: read_collection_order({"time": TIME, "date": "2020-09-18"}, now).time,
        lambda: read_backfill_order({"order": span, "time": TIME}, now).time,
        lambda: read_run_time("time", TIME, now),
    ]
    refusal = f"time: is {TIME}, but it is {now:%Y-%m-%dT%H:%M:%SZ} only"
    assert [told(reader) for reader in readers] == [refusal if ahead else MOMENT] * 4


def told(reader: Callable[[], object]) -> object:
    """What is read, or why nothing is."""
    try:
        return reader()
    except InvalidInputError as refused:
        return str(refused)


@settings(max_examples=examples(100), deadline=None)
@given(moments(1991, 9998))
def test_every_moment_that_is_written_in_full_is_read(moment: datetime) -> None:
    assert read_run_time("time", moment.isoformat()) == moment.replace(microsecond=0)


@settings(max_examples=examples(100), deadline=None)
@given(st.dates())
def test_a_date_has_one_spelling(day: date) -> None:
    assert read_date("date", day.isoformat()) == day
    with pytest.raises(InvalidInputError):
        read_date("date", f"{day:%Y%m%d}")


@pytest.mark.parametrize("field", ["date", "cursor", "DATE"])
def test_the_field_is_named_as_the_caller_calls_it(field: str) -> None:
    with pytest.raises(InvalidInputError) as refused_date:
        read_date(field, "x")
    with pytest.raises(InvalidInputError) as refused_time:
        read_time(field, None)

    assert str(refused_date.value) == f"{field}: {A_DATE}, not 'x'"
    assert str(refused_time.value) == f"{field}: is missing; it {A_TIME}"


# Records of the table's stream


def record(partition: object, sort_key: object) -> dict[str, Any]:
    """A record of the stream; only its keys are looked at."""
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": {"pk": partition, "sk": sort_key},
            "NewImage": {"revision": {"S": "2020-09-20T13:13:43Z#00"}},
            "SequenceNumber": "1",
        },
    }


HEAD = {"S": "DIGESTS"}


def test_a_record_of_a_head_tells_the_date() -> None:
    assert read_digest_date(record(HEAD, {"S": "2020-09-18"})) == DAY


NO_KEYS = "a record has no keys of this table"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({}, NO_KEYS),
        ({"dynamodb": None}, NO_KEYS),
        ({"dynamodb": {}}, NO_KEYS),
        ({"dynamodb": {"Keys": []}}, NO_KEYS),
        ({"dynamodb": {"Keys": {"pk": HEAD}}}, NO_KEYS),
        (record("DIGESTS", {"S": "2020-09-18"}), NO_KEYS),
        (record({"N": "7"}, {"S": "2020-09-18"}), NO_KEYS),
        (record(HEAD, {"N": "20200918"}), NO_KEYS),
        (record(HEAD, None), NO_KEYS),
        (
            record({"S": "DIGEST#2020-09-18"}, {"S": "PART#000"}),
            "'DIGEST#2020-09-18' is not the partition of the digests",
        ),
        (
            record({"S": "PAPER#2009.08319"}, {"S": "2020-09-18"}),
            "'PAPER#2009.08319' is not the partition of the digests",
        ),
        (record({"S": None}, {"S": "2020-09-18"}), "None is not the partition of the digests"),
        (record(HEAD, {"S": "2020-9-18"}), f"{A_DATE}, not '2020-9-18'"),
        (record(HEAD, {"S": None}), f"{A_DATE}, not 'None'"),
        (record(HEAD, {"S": ""}), f"{A_DATE}, not ''"),
    ],
)
def test_other_records_are_refused(bad: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_digest_date(bad)

    assert (refused.value.field, refused.value.reason) == ("Records", reason)


def test_the_sample_events_are_good_events() -> None:
    orders = {
        path.name: read_collection_order(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(EVENTS.glob("collector*.json"))
    }

    assert orders
    assert all(order.time <= datetime(2030, 1, 1, tzinfo=UTC) for order in orders.values())


# Publishing again


@pytest.mark.parametrize(
    ("event", "field", "reason"),
    [
        ([], "event", "must have Records, or be an object with from and to"),
        ({}, "from", "must be a date such as 2020-09-18, not ''"),
        ({"from": "2020-09-01"}, "to", "must be a date such as 2020-09-18, not ''"),
        (
            {"from": "2020-09-02", "to": "2020-09-01"},
            "to",
            "must be one of the 31 days from 2020-09-02 on, not 2020-09-01",
        ),
        (
            {"from": "2020-09-01", "to": "2020-10-02"},
            "to",
            "must be one of the 31 days from 2020-09-01 on, not 2020-10-02",
        ),
    ],
)
def test_what_is_published_again_is_at_most_a_month(event: object, field: str, reason: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_publication_order(event)

    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_a_month_is_published_again() -> None:
    sample = json.loads((EVENTS / "renderer-span.json").read_text(encoding="utf-8"))
    assert read_publication_order(sample) == (date(2020, 9, 1), date(2020, 9, 30))


# Requests


@pytest.mark.parametrize(
    ("stated", "moment"),
    [
        ("21/Sep/2020:09:30:00 +0000", datetime(2020, 9, 21, 9, 30, tzinfo=UTC)),
        ("21/Sep/2020:05:30:00 -0400", datetime(2020, 9, 21, 9, 30, tzinfo=UTC)),
        ("01/Jan/2027:00:00:00 +0000", datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_when_a_request_was_taken(stated: str, moment: datetime) -> None:
    assert read_request_time({"requestContext": {"time": stated}}) == moment


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        ({}, ""),
        ({"requestContext": {}}, ""),
        ({"requestContext": {"time": None}}, "None"),
        ({"requestContext": {"time": "2020-09-21T09:30:00Z"}}, "2020-09-21T09:30:00Z"),
        ({"requestContext": {"time": "21/Sep/2020:09:30:00"}}, "21/Sep/2020:09:30:00"),
    ],
)
def test_a_request_without_a_time_is_refused_by_name(event: dict[str, Any], shown: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_request_time(event)

    assert str(refused.value) == (
        f"requestContext: must have a time such as 21/Sep/2020:09:30:00 +0000, not {shown!r}"
    )
