"""Backfills: which dates an order has, and what is said of each in the end."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpapers.domain.calendar import is_listing_date
from hotpapers.errors import InvalidInputError
from hotpapers.events import read_backfill_order, read_backfill_results
from hotpapers.use_cases.backfill import (
    MOST_DATES,
    BackfillOrder,
    DateResult,
    list_dates,
    read_range,
    sum_up,
)
from local.template import PROJECT

TIME = datetime(2020, 10, 5, 9, 30, tzinfo=UTC)
ORDER = BackfillOrder(date(2020, 9, 18), date(2020, 9, 22), TIME)
RANGE = {"from": "2020-09-18", "to": "2020-09-22"}
EXAMPLE = json.loads((PROJECT / "events" / "backfill-order.json").read_text())

A_DATE = "must be a date such as 2020-09-18"
AN_ORDER = 'order: must be an object such as {"from": "2020-09-01", "to": "2020-09-30"}'


def test_the_example_is_an_order_and_has_no_results_yet() -> None:
    assert read_backfill_order(EXAMPLE) == ORDER
    assert read_backfill_results(EXAMPLE) is None


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (None, AN_ORDER),
        ({}, AN_ORDER),
        ({"order": "2020-09-18", "time": "2020-10-05T09:30:00Z"}, AN_ORDER),
        ({"order": {"to": "2020-09-18"}}, f"from: {A_DATE}, not ''"),
        ({"order": {"from": "2020-09-18", "to": None}}, f"to: {A_DATE}, not 'None'"),
        ({"order": {"from": "2020-9-18", "to": "2020-09-18"}}, f"from: {A_DATE}, not '2020-9-18'"),
        ({"order": {"from": "1990-09-18"}}, "from: must be in the years 1991 to 9998"),
        (
            {"order": RANGE},
            "time: is missing; it must be a time with its offset, such as 2020-09-20T13:13:43Z",
        ),
    ],
)
def test_what_is_no_order_is_refused(event: object, message: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        read_backfill_order(event)
    assert str(error.value) == message


def test_an_order_lists_its_weekdays_oldest_first() -> None:
    assert list_dates(ORDER) == {
        "order": RANGE,
        "time": "2020-10-05T09:30:00Z",
        "dates": ["2020-09-18", "2020-09-21", "2020-09-22"],
    }


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2020-09-22", "2020-09-18", "to: 2020-09-18 is before 2020-09-22"),
        (
            "2020-09-19",
            "2020-09-20",
            "from: there is no listing date from 2020-09-19 to 2020-09-20; "
            "arXiv lists papers on weekdays only",
        ),
        (
            "2019-09-01",
            "2020-09-22",
            "to: 277 listing dates are more than 262; order a year at a time",
        ),
        (
            "2020-10-01",
            "2020-10-06",
            "to: the papers of 2020-10-06 are announced at 2020-10-06T00:00:00Z, not before",
        ),
    ],
)
def test_what_cannot_be_made_is_refused(first: str, last: str, message: str) -> None:
    order = BackfillOrder(date.fromisoformat(first), date.fromisoformat(last), TIME)

    with pytest.raises(InvalidInputError) as error:
        list_dates(order)

    assert str(error.value) == message


@given(st.dates(date(1991, 1, 1), date(2100, 1, 1)), st.integers(0, 365))
def test_every_weekday_of_a_year_is_in_its_order(first: date, more: int) -> None:
    order = BackfillOrder(
        first, first + timedelta(days=6 + min(more, 359)), datetime(2101, 2, 1, tzinfo=UTC)
    )

    days = read_range(order)

    assert len(days) <= MOST_DATES
    assert list(days) == sorted(set(days))
    span = (order.last - order.first).days + 1
    every = [first + timedelta(days=number) for number in range(span)]
    assert list(days) == [day for day in every if is_listing_date(day)]


UNKNOWN_CAUSE = '{"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 900.00 s'
"""Cut off, as the state machine cuts it."""

RESULTS = [
    # Out of order, since dates are worked on side by side
    {
        "date": "2020-09-22",
        "error": "UpstreamError",
        "cause": '{"errorMessage": "arXiv: \\"no\\""}',
    },
    {"date": "2020-09-18", "outcome": "saved", "papers": [471], "why": []},
    {"date": "2020-09-21", "outcome": "kept", "papers": [None], "why": []},
]


def test_results_are_summed_up_by_what_became_of_each_date() -> None:
    results = read_backfill_results({**EXAMPLE, "results": RESULTS})

    assert results == [
        DateResult(date(2020, 9, 22), None, None, 'UpstreamError: arXiv: "no"'),
        DateResult(date(2020, 9, 18), "saved", 471),
        DateResult(date(2020, 9, 21), "kept"),
    ]
    assert sum_up(ORDER, results) == {
        **RANGE,
        "made": ["2020-09-18"],
        "kept": ["2020-09-21"],
        "quiet": [],
        "failed": [{"date": "2020-09-22", "reason": 'UpstreamError: arXiv: "no"'}],
    }


def nothing_but(place: str, *entries: object) -> dict[str, object]:
    empty: dict[str, object] = {"made": [], "kept": [], "quiet": [], "failed": []}
    return {"from": "2020-09-18", "to": "2020-09-18", **empty, place: list(entries)}


@pytest.mark.parametrize(
    ("result", "summary"),
    [
        ({"outcome": "saved", "papers": [0], "why": ["a holiday"]}, nothing_but("quiet", "DAY")),
        ({"outcome": "unchanged", "papers": [None], "why": []}, nothing_but("kept", "DAY")),
        ({"outcome": "superseded", "papers": [None], "why": []}, nothing_but("kept", "DAY")),
        (
            {"outcome": "stalled", "papers": [], "why": ["arXiv has not announced it"]},
            nothing_but("failed", "stalled: arXiv has not announced it"),
        ),
        (
            {"error": "Sandbox.Timedout", "cause": UNKNOWN_CAUSE},
            nothing_but("failed", "Sandbox.Timedout: Task timed out after 900.00 s"),
        ),
        (
            {"error": "Lambda.ServiceException", "cause": "no JSON"},
            nothing_but("failed", "Lambda.ServiceException: no JSON"),
        ),
        ({"error": "States.Timeout", "cause": ""}, nothing_but("failed", "States.Timeout")),
        (
            {"outcome": None, "papers": [], "why": []},
            nothing_but("failed", "ended without a result; its execution says more"),
        ),
        (None, nothing_but("failed", "ended without a result; its execution says more")),
    ],
)
def test_a_date_is_in_one_list(
    result: dict[str, object] | None, summary: dict[str, object]
) -> None:
    day = date(2020, 9, 18)
    results = [] if result is None else [{"date": day.isoformat(), **result}]
    expected = {
        name: [
            {"date": day.isoformat(), "reason": entry} if name == "failed" else day.isoformat()
            for entry in entries
        ]
        if isinstance(entries, list)
        else entries
        for name, entries in summary.items()
    }

    told = read_backfill_results({"results": results})

    assert told is not None
    assert sum_up(BackfillOrder(day, day, TIME), told) == expected


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ({}, "results: must be a list"),
        (["2020-09-18"], "results: must be a list of objects"),
        ([{"outcome": "saved"}], f"results: {A_DATE}, not 'None'"),
    ],
)
def test_what_are_no_results_is_refused(results: object, message: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        read_backfill_results({**EXAMPLE, "results": results})
    assert str(error.value) == message
