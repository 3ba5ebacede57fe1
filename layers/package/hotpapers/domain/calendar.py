"""Listing dates and their submission windows.

arXiv announces new papers in the evening, New York time, and files them under the next day's
date, the *listing date*. A listing date closes the submissions received up to 14:00 New York
time on the day before (on the Friday before, for a Monday's listing). Where an evening has no
announcement, its submissions go out with the next one.

Source of the rules: https://info.arxiv.org/help/availability.html. All of them are given in New
York wall-clock time, so they are computed with the time zone database, never with an offset. The
calendar only predicts: what arXiv shows decides (`hotpapers.domain.listing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
CUT_OFF = time(14, 0)
ANNOUNCEMENT = time(20, 0)

SATURDAY = 5
ONE_DAY = timedelta(days=1)

SETTLING_TIME = timedelta(days=1)
"""How long a listing is talked about before its digest is made, unless a date is asked for.

93 % of the predecessor's posts were made one day after their listing date.
"""

MEASURED_TIME = timedelta(days=7)
"""How old the digest of a listing grows before it is final."""

EVENINGS_WITHOUT_ANNOUNCEMENT = frozenset(
    date.fromisoformat(f"{year}-{day}")
    for year, days in {
        2023: "01-16 06-14 06-19 07-04 08-17 09-04 11-23 12-25 12-27",
        2024: "01-15 05-22 06-19 07-04 09-02 10-08 11-28 12-25 12-26 12-31",
        2025: "01-01 01-20 06-19 07-06 09-01 11-27 12-25 12-30",
        2026: "01-01 01-19 06-19 07-03 09-07 11-26 12-25 12-29 12-31",
    }.items()
    for day in days.split()
)
"""The evenings on which arXiv said beforehand that it would announce nothing, 2023 to 2026.

Source: https://info.arxiv.org/help/availability.html, year by year. The listing that falls out is
the next day's: 2026-09-07, Labor Day, is on the list, and arXiv's feed of that Monday has papers.
A Friday has no announcement anyway; that the Sunday after one that is on the list has none either
is not established, so it is not predicted.
"""


class NotAListingDateError(ValueError):
    """The date is a Saturday or a Sunday: arXiv lists no papers then."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day} is a {day:%A}; arXiv lists papers on Monday to Friday only")
        self.day = day


@dataclass(frozen=True)
class Window:
    """A span of time: `start` belongs to it, `end` does not. Both are aware, in UTC."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def is_listing_date(day: date) -> bool:
    """Tell whether arXiv's week has a listing on this day (holidays are not considered)."""
    return day.weekday() < SATURDAY


def predicted_quiet(day: date) -> str:
    """Why the calendar predicts no listing on a date; empty where it predicts one."""
    if not is_listing_date(day):
        return f"arXiv lists no papers on a {day:%A}"
    evening = _evening_of(day)
    if evening in EVENINGS_WITHOUT_ANNOUNCEMENT:
        return f"arXiv's calendar has no announcement on the evening of {evening:%A}, {evening}"
    return ""


def listing_dates(first: date, last: date) -> Sequence[date]:
    """The listing dates of a span, both ends included, in order (holidays are not considered)."""
    days = (first + number * ONE_DAY for number in range((last - first).days + 1))
    return [day for day in days if is_listing_date(day)]


def submission_window(listing_date: date) -> Window:
    """The time in which the papers of a listing date were submitted.

    It begins where the listing before closed, by the calendar. A date on which the calendar
    predicts no listing has a window too, for arXiv may announce all the same: it lies within the
    one of the next predicted listing.
    Raises NotAListingDateError for a Saturday or Sunday.
    """
    _require_listing_date(listing_date)
    before = listing_date - ONE_DAY
    while predicted_quiet(before):
        before -= ONE_DAY
    return Window(start=_closes_at(before), end=_closes_at(listing_date))


def listing_date_of(submitted_at: datetime) -> date:
    """The listing date in whose window a submission (aware) falls, by the calendar.

    arXiv lists a paper later where its moderators hold it.
    """
    day = new_york_date(submitted_at) + ONE_DAY
    while predicted_quiet(day) or _closes_at(day) <= submitted_at:
        day += ONE_DAY
    return day


def announced_at(listing_date: date) -> datetime:
    """When the papers of a listing date become public, in UTC: 20:00 New York on the eve.

    Raises NotAListingDateError for a Saturday or Sunday.
    """
    _require_listing_date(listing_date)
    return _in_new_york(_evening_of(listing_date), ANNOUNCEMENT)


def due_at(listing_date: date, settling: timedelta = SETTLING_TIME) -> datetime:
    """From when on a digest is made of this listing date, in UTC, unless the date is asked for.

    Raises NotAListingDateError for a Saturday or Sunday.
    """
    return announced_at(listing_date) + settling


def final_at(listing_date: date, measured: timedelta = MEASURED_TIME) -> datetime:
    """From when on the papers of a listing date are measured for the last time, in UTC.

    Raises NotAListingDateError for a Saturday or Sunday.
    """
    return announced_at(listing_date) + measured


def newest_due(moment: datetime, settling: timedelta = SETTLING_TIME) -> date:
    """The newest listing date that is due at a moment (aware), holidays included."""
    day = new_york_date(moment) + ONE_DAY
    while not is_listing_date(day) or due_at(day, settling) > moment:
        day -= ONE_DAY
    return day


def new_york_date(moment: datetime) -> date:
    """The date in New York at a moment (aware): arXiv's feeds and pages are dated by it."""
    return moment.astimezone(NEW_YORK).date()


def _evening_of(listing_date: date) -> date:
    """The evening on which arXiv announces what it files under a listing date."""
    return listing_date - ONE_DAY


def _closes_at(listing_date: date) -> datetime:
    """When submissions for a listing date are no longer taken, in UTC."""
    day = _evening_of(listing_date)
    while not is_listing_date(day):
        day -= ONE_DAY
    return _in_new_york(day, CUT_OFF)


def _require_listing_date(day: date) -> None:
    if not is_listing_date(day):
        raise NotAListingDateError(day)


def _in_new_york(day: date, wall_clock: time) -> datetime:
    return datetime.combine(day, wall_clock, NEW_YORK).astimezone(UTC)
