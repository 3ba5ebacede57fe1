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
    is_listing_date,
    newest_due,
    submission_window,
)
from tests.builders import moments

HOUR = timedelta(hours=1)


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
]


@pytest.mark.parametrize(("day", "start", "end", "hours"), WINDOWS)
def test_the_window_of_a_listing_date(day: str, start: str, end: str, hours: int) -> None:
    window = submission_window(date.fromisoformat(day))

    assert window == Window(utc(start), utc(end))
    assert window.end - window.start == hours * HOUR
    assert window.start.tzinfo is window.end.tzinfo is UTC


@pytest.mark.parametrize(
    ("submitted", "day"),
    [
        # Papers whose submission and announcement are on record: 2210.05489, 1212.1873, its v4
        ("2022-10-11 14:45", "2022-10-12"),
        ("2012-12-09 12:00", "2012-12-11"),
        ("2013-01-03 21:33", "2013-01-07"),
    ],
)
def test_papers_are_in_the_window_of_the_date_they_were_listed(submitted: str, day: str) -> None:
    assert utc(submitted) in submission_window(date.fromisoformat(day))


def test_a_window_has_its_start_and_not_its_end() -> None:
    window = submission_window(date(2020, 9, 18))
    instant = timedelta(microseconds=1)

    edges = (window.start - instant, window.start, window.end - instant, window.end)

    assert [moment in window for moment in edges] == [False, True, True, False]


def test_windows_tile_ten_years() -> None:
    listing_dates = [day for day in days_from(date(2018, 1, 1), 3653) if is_listing_date(day)]

    windows = [submission_window(day) for day in listing_dates]

    assert len(windows) == 2610
    assert all(window.start < window.end for window in windows)
    assert [window.end for window in windows[:-1]] == [window.start for window in windows[1:]]


@settings(max_examples=200, deadline=None)
@given(moments(first_year=1991, last_year=2200))
def test_every_instant_is_in_exactly_one_window(moment: datetime) -> None:
    around = days_from(moment.date() - timedelta(days=7), 15)

    holders = [day for day in around if is_listing_date(day) and moment in submission_window(day)]

    assert len(holders) == 1
    assert moment < announced_at(holders[0])


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
    listing_dates = [day for day in days_from(date(2020, 1, 1), 366) if is_listing_date(day)]

    due = [due_at(day).astimezone(NEW_YORK) for day in listing_dates]

    assert [moment.date() for moment in due] == listing_dates
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


@settings(max_examples=200, deadline=None)
@given(moments(first_year=1991, last_year=2200))
def test_a_due_date_is_due_and_no_later_one_is(moment: datetime) -> None:
    newest = newest_due(moment)

    later = [day for day in days_from(newest, 8)[1:] if is_listing_date(day)]

    assert due_at(newest) <= moment
    assert all(due_at(day) > moment for day in later)


@given(moments(), st.integers(-14 * 60, 14 * 60))
@settings(max_examples=50, deadline=None)
def test_an_instant_is_the_same_in_every_zone(moment: datetime, offset: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(minutes=offset)))

    assert newest_due(elsewhere) == newest_due(moment)


def test_a_week_has_five_listing_dates() -> None:
    week = days_from(date(2020, 9, 14), 7)

    assert [day for day in week if is_listing_date(day)] == week[:5]


@pytest.mark.parametrize("question", [submission_window, announced_at, due_at])
@pytest.mark.parametrize(("day", "name"), [("2020-09-19", "Saturday"), ("2020-09-20", "Sunday")])
def test_weekends_are_refused(question: Callable[[date], object], day: str, name: str) -> None:
    with pytest.raises(NotAListingDateError) as refused:
        question(date.fromisoformat(day))

    assert str(refused.value) == (f"{day} is a {name}; arXiv lists papers on Monday to Friday only")
    assert refused.value.day == date.fromisoformat(day)
