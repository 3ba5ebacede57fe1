"""Ten years of listing dates, 2017 to 2026, against arXiv's rules written out another way.

The rules are played, hour by hour: on weekdays at 14:00 the submissions received so far are ready,
and in the evening those that are ready go out, filed under the next day. What goes out when is
compared with what the calendar computes.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.calendar import (
    EVENINGS_WITHOUT_ANNOUNCEMENT,
    Window,
    announced_at,
    listing_date_of,
    listing_dates,
    predicted_quiet,
    submission_window,
)
from tests.properties import examples

FIRST, LAST = date(2017, 1, 2), date(2026, 12, 31)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)

HOLIDAYS = {
    # evening without an announcement: what falls out, and where its submissions are listed
    "Mon 2023-01-16": ("Tue 2023-01-17", "Wed 2023-01-18"),
    "Wed 2023-06-14": ("Thu 2023-06-15", "Fri 2023-06-16"),
    "Mon 2023-06-19": ("Tue 2023-06-20", "Wed 2023-06-21"),
    "Tue 2023-07-04": ("Wed 2023-07-05", "Thu 2023-07-06"),
    "Thu 2023-08-17": ("Fri 2023-08-18", "Mon 2023-08-21"),
    "Mon 2023-09-04": ("Tue 2023-09-05", "Wed 2023-09-06"),
    "Thu 2023-11-23": ("Fri 2023-11-24", "Mon 2023-11-27"),
    "Mon 2023-12-25": ("Tue 2023-12-26", "Wed 2023-12-27"),
    "Wed 2023-12-27": ("Thu 2023-12-28", "Fri 2023-12-29"),
    "Mon 2024-01-15": ("Tue 2024-01-16", "Wed 2024-01-17"),
    "Wed 2024-05-22": ("Thu 2024-05-23", "Fri 2024-05-24"),
    "Wed 2024-06-19": ("Thu 2024-06-20", "Fri 2024-06-21"),
    "Thu 2024-07-04": ("Fri 2024-07-05", "Mon 2024-07-08"),
    "Mon 2024-09-02": ("Tue 2024-09-03", "Wed 2024-09-04"),
    "Tue 2024-10-08": ("Wed 2024-10-09", "Thu 2024-10-10"),
    "Thu 2024-11-28": ("Fri 2024-11-29", "Mon 2024-12-02"),
    "Wed 2024-12-25": ("Thu 2024-12-26", "Mon 2024-12-30"),
    "Thu 2024-12-26": ("Fri 2024-12-27", "Mon 2024-12-30"),
    "Tue 2024-12-31": ("Wed 2025-01-01", "Fri 2025-01-03"),
    "Wed 2025-01-01": ("Thu 2025-01-02", "Fri 2025-01-03"),
    "Mon 2025-01-20": ("Tue 2025-01-21", "Wed 2025-01-22"),
    "Thu 2025-06-19": ("Fri 2025-06-20", "Mon 2025-06-23"),
    "Sun 2025-07-06": ("Mon 2025-07-07", "Tue 2025-07-08"),
    "Mon 2025-09-01": ("Tue 2025-09-02", "Wed 2025-09-03"),
    "Thu 2025-11-27": ("Fri 2025-11-28", "Mon 2025-12-01"),
    "Thu 2025-12-25": ("Fri 2025-12-26", "Mon 2025-12-29"),
    "Tue 2025-12-30": ("Wed 2025-12-31", "Thu 2026-01-01"),
    "Thu 2026-01-01": ("Fri 2026-01-02", "Mon 2026-01-05"),
    "Mon 2026-01-19": ("Tue 2026-01-20", "Wed 2026-01-21"),
    "Mon 2026-09-07": ("Tue 2026-09-08", "Wed 2026-09-09"),
    "Thu 2026-11-26": ("Fri 2026-11-27", "Mon 2026-11-30"),
    "Tue 2026-12-29": ("Wed 2026-12-30", "Thu 2026-12-31"),
    "Thu 2026-12-31": ("Fri 2027-01-01", "Mon 2027-01-04"),
}
FRIDAYS = ["Fri 2026-06-19", "Fri 2026-07-03", "Fri 2026-12-25"]

CHANGES_OF_CLOCKS = [
    *("2017-03-12", "2018-03-11", "2019-03-10", "2020-03-08", "2021-03-14"),
    *("2022-03-13", "2023-03-12", "2024-03-10", "2025-03-09", "2026-03-08"),
    *("2017-11-05", "2018-11-04", "2019-11-03", "2020-11-01", "2021-11-07"),
    *("2022-11-06", "2023-11-05", "2024-11-03", "2025-11-02", "2026-11-01"),
]


def day_of(text: str) -> date:
    """The date of "Mon 2026-09-07"."""
    found = date.fromisoformat(text[4:])
    assert text[:3] == f"{found:%a}"
    return found


def played() -> Mapping[date, Window]:
    """Which listings there are, and what each has, as an arXiv that keeps its rules makes them."""
    quiet = {day_of(evening) for evening in HOLIDAYS}
    zone = ZoneInfo("America/New_York")
    hour = datetime(2016, 12, 29, 19, tzinfo=UTC)
    announced_to = ready_to = hour  # A Thursday's cut-off
    listings: dict[date, Window] = {}
    while hour < datetime(2027, 1, 1, tzinfo=UTC):
        hour += HOUR
        there = hour.astimezone(zone)
        name = f"{there:%a %H}"
        if name in {"Mon 14", "Tue 14", "Wed 14", "Thu 14", "Fri 14"}:
            ready_to = hour
        evening = name in {"Sun 20", "Mon 20", "Tue 20", "Wed 20", "Thu 20"}
        if evening and there.date() not in quiet:
            listings[there.date() + DAY] = Window(announced_to, ready_to)
            announced_to = ready_to
    return listings


@pytest.fixture(scope="module", name="listings")
def played_listings() -> Mapping[date, Window]:
    return played()


def test_every_listing_of_ten_years_has_the_submissions_that_the_rules_give_it(
    listings: Mapping[date, Window],
) -> None:
    first = date(2016, 12, 30)

    predicted = [day for day in listing_dates(first, LAST) if not predicted_quiet(day)]

    # 522 weeks of five days and 2016-12-30, without the holidays but the last, which is 2027's
    assert len(predicted) == 5 * 522 - 32
    # What was submitted before the play began is not known
    assert {day: submission_window(day) for day in predicted[1:]} == {
        day: window for day, window in listings.items() if day > first
    }


def test_ten_years_of_windows_leave_no_gap_and_do_not_overlap(
    listings: Mapping[date, Window],
) -> None:
    windows = [submission_window(day) for day in listings]

    assert all(window.start < window.end for window in windows)
    assert [window.end for window in windows[:-1]] == [window.start for window in windows[1:]]


def test_the_edges_of_every_window_lead_back_to_its_date(
    listings: Mapping[date, Window],
) -> None:
    windows = [(day, submission_window(day)) for day in listings]

    assert [listing_date_of(window.start) for _, window in windows] == list(listings)
    assert [listing_date_of(window.end - SECOND) for _, window in windows] == list(listings)


@settings(max_examples=examples(100), deadline=None)
@given(day=st.dates(FIRST, LAST), part=st.floats(0, 1, exclude_max=True))
def test_any_instant_of_a_window_leads_back_to_its_date(day: date, part: float) -> None:
    if predicted_quiet(day):
        return
    window = submission_window(day)

    submitted_at = window.start + part * (window.end - window.start - SECOND)

    assert listing_date_of(submitted_at) == day


@pytest.mark.parametrize("change", CHANGES_OF_CLOCKS)
def test_a_change_of_the_clocks_makes_the_weekend_an_hour_shorter_or_longer(change: str) -> None:
    sunday = date.fromisoformat(change)
    forward = sunday.month == 3
    offsets = (19, 18) if forward else (18, 19)  # 14:00 New York in UTC, before and after

    window = submission_window(sunday + 2 * DAY)

    assert (window.start.hour, window.end.hour) == offsets
    assert window.end - window.start == (71 if forward else 73) * HOUR
    # The announcement is the first thing on the new time
    assert announced_at(sunday + DAY).hour == (0 if forward else 1)
    assert listing_date_of(window.end - SECOND) == sunday + 2 * DAY


def test_the_holidays_are_those_that_arxiv_published() -> None:
    assert {day_of(evening) for evening in [*HOLIDAYS, *FRIDAYS]} == EVENINGS_WITHOUT_ANNOUNCEMENT


@pytest.mark.parametrize(("evening", "days"), HOLIDAYS.items())
def test_a_holiday_defers_what_is_ready_to_the_next_listing(
    evening: str, days: tuple[str, str]
) -> None:
    left_out, listed = map(day_of, days)
    own = submission_window(left_out)

    assert predicted_quiet(left_out).endswith(str(day_of(evening)))
    assert (listing_date_of(own.start), listing_date_of(own.end - SECOND)) == (listed, listed)
    assert own.start == submission_window(listed).start
    assert own.end < submission_window(listed).end
