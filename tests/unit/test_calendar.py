"""Listing dates: their windows, when they are announced, which of them is due."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.calendar import (
    NEW_YORK,
    NotAListingDateError,
    Window,
    announced_at,
    due_at,
    final_at,
    is_listing_date,
    listing_date_of,
    listing_dates,
    new_york_date,
    newest_due,
    predicted_quiet,
    submission_window,
)
from tests.builders import moments
from tests.properties import examples

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days_from(first: date, number: int) -> list[date]:
    return [first + timedelta(days=offset) for offset in range(number)]


WINDOWS = [
    # In summer, when New York is four hours behind UTC
    ("2020-09-14", "2020-09-10 18:00", "2020-09-11 18:00", 24),
    ("2020-09-15", "2020-09-11 18:00", "2020-09-14 18:00", 72),
    ("2020-09-16", "2020-09-14 18:00", "2020-09-15 18:00", 24),
    ("2020-09-17", "2020-09-15 18:00", "2020-09-16 18:00", 24),
    ("2020-09-18", "2020-09-16 18:00", "2020-09-17 18:00", 24),
    # In winter, when it is five
    ("2021-01-11", "2021-01-07 19:00", "2021-01-08 19:00", 24),
    ("2021-01-12", "2021-01-08 19:00", "2021-01-11 19:00", 72),
    ("2021-01-13", "2021-01-11 19:00", "2021-01-12 19:00", 24),
    ("2021-01-14", "2021-01-12 19:00", "2021-01-13 19:00", 24),
    ("2021-01-15", "2021-01-13 19:00", "2021-01-14 19:00", 24),
    # Clocks go forward on Sunday, 14 March 2021: the week-end's window is an hour shorter
    ("2021-03-15", "2021-03-11 19:00", "2021-03-12 19:00", 24),
    ("2021-03-16", "2021-03-12 19:00", "2021-03-15 18:00", 71),
    ("2021-03-17", "2021-03-15 18:00", "2021-03-16 18:00", 24),
    # Clocks go back on Sunday, 1 November 2020: it is an hour longer
    ("2020-11-02", "2020-10-29 18:00", "2020-10-30 18:00", 24),
    ("2020-11-03", "2020-10-30 18:00", "2020-11-02 19:00", 73),
    ("2020-11-04", "2020-11-02 19:00", "2020-11-03 19:00", 24),
    # Until 2006 clocks went forward on the first Sunday of April
    ("2006-04-04", "2006-03-31 19:00", "2006-04-03 18:00", 71),
    ("2007-04-03", "2007-03-30 18:00", "2007-04-02 18:00", 72),
    # Leap day, turns of years
    ("2020-03-02", "2020-02-27 19:00", "2020-02-28 19:00", 24),
    ("2020-03-03", "2020-02-28 19:00", "2020-03-02 19:00", 72),
    ("2024-03-01", "2024-02-28 19:00", "2024-02-29 19:00", 24),
    ("2021-01-01", "2020-12-30 19:00", "2020-12-31 19:00", 24),
    ("2019-01-01", "2018-12-28 19:00", "2018-12-31 19:00", 72),
    # Labor Day has no evening: what was submitted before it goes out two days later
    ("2026-09-07", "2026-09-03 18:00", "2026-09-04 18:00", 24),
    ("2026-09-09", "2026-09-04 18:00", "2026-09-08 18:00", 96),
    # Should arXiv announce all the same, this is what it announces
    ("2026-09-08", "2026-09-04 18:00", "2026-09-07 18:00", 72),
    # A Sunday's evening falls out, and two evenings in a row
    ("2025-07-04", "2025-07-02 18:00", "2025-07-03 18:00", 24),
    ("2025-07-08", "2025-07-03 18:00", "2025-07-07 18:00", 96),
    ("2024-12-25", "2024-12-23 19:00", "2024-12-24 19:00", 24),
    ("2024-12-30", "2024-12-24 19:00", "2024-12-27 19:00", 72),
    # A Friday on the list changes nothing that is established
    ("2026-07-03", "2026-07-01 18:00", "2026-07-02 18:00", 24),
    ("2026-07-06", "2026-07-02 18:00", "2026-07-03 18:00", 24),
    ("2026-07-07", "2026-07-03 18:00", "2026-07-06 18:00", 72),
]


@pytest.mark.parametrize(("day", "start", "end", "hours"), WINDOWS)
def test_the_window_of_a_listing_date(day: str, start: str, end: str, hours: int) -> None:
    window = submission_window(date.fromisoformat(day))

    assert window == Window(utc(start), utc(end))
    assert window.end - window.start == hours * HOUR
    assert window.start.tzinfo is window.end.tzinfo is UTC


@pytest.mark.parametrize(
    ("submitted", "announced", "day"),
    [
        # Papers whose submission and announcement are on record: 2210.05489, 1212.1873, its v4
        ("2022-10-11 14:45", "2022-10-12 00:17", "2022-10-12"),
        ("2012-12-09 12:00", "2012-12-11 01:01", "2012-12-11"),
        ("2013-01-03 21:33", "2013-01-07 01:00", "2013-01-07"),
    ],
)
def test_papers_are_listed_on_the_date_in_whose_window_they_were_submitted(
    submitted: str, announced: str, day: str
) -> None:
    listing_date = date.fromisoformat(day)

    assert listing_date_of(utc(submitted)) == listing_date
    assert utc(submitted) in submission_window(listing_date)
    assert timedelta(0) <= utc(announced) - announced_at(listing_date) < 20 * MINUTE


def test_a_window_has_its_start_and_not_its_end() -> None:
    window = submission_window(date(2020, 9, 18))
    instant = timedelta(microseconds=1)

    edges = (window.start - instant, window.start, window.end - instant, window.end)

    assert [moment in window for moment in edges] == [False, True, True, False]


@settings(max_examples=examples(200), deadline=None)
@given(moments(first_year=1991, last_year=2200))
def test_every_instant_is_in_exactly_one_window(moment: datetime) -> None:
    around = days_from(moment.date() - timedelta(days=7), 15)

    predicted = [day for day in around if not predicted_quiet(day)]

    assert [day for day in predicted if moment in submission_window(day)] == [
        listing_date_of(moment)
    ]
    assert moment < announced_at(listing_date_of(moment))


ANNOUNCEMENTS = [
    # listing date, announced, due
    ("2020-09-14", "2020-09-14 00:00", "2020-09-15 00:00"),  # Monday: announced on Sunday
    ("2020-09-15", "2020-09-15 00:00", "2020-09-16 00:00"),
    ("2020-09-18", "2020-09-18 00:00", "2020-09-19 00:00"),
    ("2021-01-15", "2021-01-15 01:00", "2021-01-16 01:00"),
    ("2021-03-12", "2021-03-12 01:00", "2021-03-13 01:00"),  # the last before summer time
    ("2021-03-15", "2021-03-15 00:00", "2021-03-16 00:00"),  # announced 18 hours into it
    ("2020-10-30", "2020-10-30 00:00", "2020-10-31 00:00"),
    ("2020-11-02", "2020-11-02 01:00", "2020-11-03 01:00"),
]


@pytest.mark.parametrize(("day", "announced", "due"), ANNOUNCEMENTS)
def test_when_a_listing_is_announced_and_due(day: str, announced: str, due: str) -> None:
    listing_date = date.fromisoformat(day)

    assert (announced_at(listing_date), due_at(listing_date)) == (utc(announced), utc(due))


def test_a_listing_is_due_at_eight_in_the_evening_of_its_date_all_year() -> None:
    days = listing_dates(date(2020, 1, 1), date(2020, 12, 31))

    due = [due_at(day).astimezone(NEW_YORK) for day in days]

    assert len(days) == 262
    assert [moment.date() for moment in due] == days
    assert {(moment.hour, moment.minute) for moment in due} == {(20, 0)}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # The schedule's time, six in the morning in New York, on each day of a week
        ("2020-09-14 10:00", "2020-09-11"),
        ("2020-09-15 10:00", "2020-09-14"),
        ("2020-09-16 10:00", "2020-09-15"),
        ("2020-09-17 10:00", "2020-09-16"),
        ("2020-09-18 10:00", "2020-09-17"),
        ("2020-09-19 10:00", "2020-09-18"),
        ("2020-09-20 10:00", "2020-09-18"),
        # The run that made the post of the sample
        ("2020-09-20 13:13:43", "2020-09-18"),
        # The exact instants, in summer, in winter, and on either side of both changes
        ("2020-09-17 23:59:59.999999", "2020-09-16"),
        ("2020-09-18 00:00", "2020-09-17"),
        ("2020-09-18 23:59:59.999999", "2020-09-17"),
        ("2020-09-19 00:00", "2020-09-18"),
        ("2020-09-14 23:59:59.999999", "2020-09-11"),
        ("2020-09-15 00:00", "2020-09-14"),
        ("2021-01-16 00:59:59", "2021-01-14"),
        ("2021-01-16 01:00", "2021-01-15"),
        ("2021-03-13 00:59:59", "2021-03-11"),
        ("2021-03-13 01:00", "2021-03-12"),
        ("2021-03-15 23:59:59", "2021-03-12"),
        ("2021-03-16 00:00", "2021-03-15"),
        ("2020-11-03 00:59:59", "2020-10-30"),
        ("2020-11-03 01:00", "2020-11-02"),
        # Turns of years
        ("2020-12-31 12:00", "2020-12-30"),
        ("2021-01-01 12:00", "2020-12-31"),
        ("2021-01-02 12:00", "2021-01-01"),
    ],
)
def test_the_newest_listing_date_that_is_due(moment: str, day: str) -> None:
    assert newest_due(utc(moment)) == date.fromisoformat(day)


@settings(max_examples=examples(200), deadline=None)
@given(moments(first_year=1991, last_year=2200))
def test_a_due_date_is_due_and_no_later_one_is(moment: datetime) -> None:
    newest = newest_due(moment)

    later = [day for day in days_from(newest, 8)[1:] if is_listing_date(day)]

    assert due_at(newest) <= moment
    assert all(due_at(day) > moment for day in later)


@given(moments(), st.integers(-14 * 60, 14 * 60))
@settings(max_examples=examples(50), deadline=None)
def test_an_instant_is_the_same_in_every_zone(moment: datetime, offset: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(minutes=offset)))

    assert newest_due(elsewhere) == newest_due(moment)


def test_a_week_has_five_listing_dates() -> None:
    week = days_from(date(2020, 9, 14), 7)

    assert [day for day in week if is_listing_date(day)] == week[:5]


def test_how_long_a_listing_settles_and_is_measured_can_be_chosen() -> None:
    day = date(2020, 9, 18)

    assert (due_at(day, 0 * DAY), due_at(day), due_at(day, 3 * DAY), final_at(day)) == (
        utc("2020-09-18 00:00"),
        utc("2020-09-19 00:00"),
        utc("2020-09-21 00:00"),
        utc("2020-09-25 00:00"),
    )
    assert final_at(day, 2 * DAY) == utc("2020-09-20 00:00")
    assert newest_due(utc("2020-09-18 00:00"), 0 * DAY) == day
    assert newest_due(utc("2020-09-20 23:59"), 3 * DAY) == date(2020, 9, 17)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2020-09-18 03:59:59", "2020-09-17"),
        ("2020-09-18 04:00", "2020-09-18"),
        ("2021-01-15 04:59:59", "2021-01-14"),
        ("2021-01-15 05:00", "2021-01-15"),
    ],
)
def test_the_date_in_new_york(moment: str, day: str) -> None:
    assert new_york_date(utc(moment)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-09-05", "arXiv lists no papers on a Saturday"),
        ("2026-09-06", "arXiv lists no papers on a Sunday"),
        ("2026-09-07", ""),
        (
            "2026-09-08",
            "arXiv's calendar has no announcement on the evening of Monday, 2026-09-07",
        ),
        ("2026-09-09", ""),
        (
            "2025-07-07",
            "arXiv's calendar has no announcement on the evening of Sunday, 2025-07-06",
        ),
        # Of a Friday on the list the weekend is reason enough
        ("2026-07-03", ""),
        ("2026-07-04", "arXiv lists no papers on a Saturday"),
        ("2026-07-06", ""),
    ],
)
def test_why_a_day_is_predicted_to_be_quiet(day: str, why: str) -> None:
    assert predicted_quiet(date.fromisoformat(day)) == why


def test_a_span_without_weekdays_has_no_listing_dates() -> None:
    spans = [
        ("2020-09-19", "2020-09-20"),
        ("2020-09-18", "2020-09-18"),
        ("2020-09-18", "2020-09-17"),
    ]

    found = [listing_dates(date.fromisoformat(a), date.fromisoformat(b)) for a, b in spans]

    assert found == [[], [date(2020, 9, 18)], []]


@pytest.mark.parametrize("question", [submission_window, announced_at, due_at, final_at])
@pytest.mark.parametrize(("day", "name"), [("2020-09-19", "Saturday"), ("2020-09-20", "Sunday")])
def test_weekends_are_refused(question: Callable[[date], object], day: str, name: str) -> None:
    with pytest.raises(NotAListingDateError) as refused:
        question(date.fromisoformat(day))

    assert str(refused.value) == (f"{day} is a {name}; arXiv lists papers on Monday to Friday only")
    assert refused.value.day == date.fromisoformat(day)
