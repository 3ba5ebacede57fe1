"""Listing dates and their submission windows.

arXiv announces new papers in the evening, New York time, and files them under the next day's
date, the *listing date*. A listing date closes the submissions received up to 14:00 New York
time on the day before (on the Friday before, for a Monday's listing).

Source of the rules: https://info.arxiv.org/help/availability.html. All of them are given in New
York wall-clock time, so they are computed with the time zone database, never with an offset.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
CUT_OFF = time(14, 0)
ANNOUNCEMENT = time(20, 0)

MONDAY, TUESDAY, SATURDAY = 0, 1, 5

SETTLING_TIME = timedelta(days=1)
"""How long a listing is talked about before its digest is made, unless a date is asked for.

93 % of the predecessor's posts were made one day after their listing date.
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


def submission_window(listing_date: date) -> Window:
    """The time in which the papers of a listing date were submitted.

    Raises NotAListingDateError for a Saturday or Sunday.
    """
    _require_listing_date(listing_date)
    first, last = {MONDAY: (4, 3), TUESDAY: (4, 1)}.get(listing_date.weekday(), (2, 1))
    return Window(
        start=_in_new_york(listing_date - timedelta(days=first), CUT_OFF),
        end=_in_new_york(listing_date - timedelta(days=last), CUT_OFF),
    )


def announced_at(listing_date: date) -> datetime:
    """When the papers of a listing date become public, in UTC: 20:00 New York on the eve.

    Raises NotAListingDateError for a Saturday or Sunday.
    """
    _require_listing_date(listing_date)
    return _in_new_york(listing_date - timedelta(days=1), ANNOUNCEMENT)


def due_at(listing_date: date) -> datetime:
    """From when on a run that is given no date takes this listing date, in UTC.

    Raises NotAListingDateError for a Saturday or Sunday.
    """
    return announced_at(listing_date) + SETTLING_TIME


def newest_due(moment: datetime) -> date:
    """The newest listing date that is due at a moment (aware)."""
    day = moment.astimezone(NEW_YORK).date() + timedelta(days=1)
    while not is_listing_date(day) or due_at(day) > moment:
        day -= timedelta(days=1)
    return day


def _require_listing_date(day: date) -> None:
    if not is_listing_date(day):
        raise NotAListingDateError(day)


def _in_new_york(day: date, wall_clock: time) -> datetime:
    return datetime.combine(day, wall_clock, NEW_YORK).astimezone(UTC)
