"""arXiv's week, written out a second time: what is simulated must not lean on what is checked.

Source of the rules: https://info.arxiv.org/help/availability.html.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
ONE_DAY = timedelta(days=1)
SATURDAY = 5


def weekdays(first: date, last: date) -> Sequence[date]:
    """The Mondays to Fridays of a span, both ends included."""
    days = (first + number * ONE_DAY for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() < SATURDAY]


def closes_at(day: date) -> datetime:
    """Until when (UTC) a submission goes out with a listing date: 14:00 on the weekday before."""
    return in_new_york(weekdays(day - 4 * ONE_DAY, day - ONE_DAY)[-1], time(14))


def appears_at(day: date) -> datetime:
    """When (UTC) what is filed under a listing date is announced: 20:00 on the eve."""
    return in_new_york(day - ONE_DAY, time(20))


def in_new_york(day: date, wall_clock: time) -> datetime:
    """A time of day in New York, in UTC."""
    return datetime.combine(day, wall_clock, NEW_YORK).astimezone(UTC)


def date_in_new_york(moment: datetime) -> date:
    """The date in New York at a moment (aware)."""
    return moment.astimezone(NEW_YORK).date()
