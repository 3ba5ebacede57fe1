"""What goes wrong in a simulated quarter, and on which days."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from hotpapers.domain.calendar import predicted_quiet
from local.simulation.week import ONE_DAY, weekdays


class Trouble(StrEnum):
    """A kind of trouble, in words for people."""

    UNLISTED_HOLIDAY = "no announcement, without notice"
    HOLIDAY_WORKED = "announcement on a holiday of the list"
    STALE_FEED = "feed of the day before, dated today"
    STALE_PAGES = "listing pages of the day before"
    CUT_FEED = "feed without its first papers"
    CUT_PAGES = "listing pages without their last papers"
    LATE_API = "query API hours late"
    FEED_DOWN = "feed down"
    PAGES_DOWN = "listing pages down"
    API_DOWN = "query API down"
    ARXIV_DOWN = "all of arXiv down"
    NO_RUN = "no run of ours"
    RUN_TWICE = "event delivered twice"
    RUN_AGAIN = "event delivered again after the next"
    RUN_LATE = "event delivered after the next"
    DEATH = "run dies at a write"
    STORE_FULL = "store refuses a write"
    SOURCE_DOWN = "source of posts down"


LASTING: Sequence[tuple[Trouble, int]] = (
    # kind, days in a row
    (Trouble.ARXIV_DOWN, 3),
    (Trouble.NO_RUN, 3),
    (Trouble.FEED_DOWN, 3),
    (Trouble.PAGES_DOWN, 3),
    (Trouble.API_DOWN, 3),
    (Trouble.UNLISTED_HOLIDAY, 1),
    (Trouble.STALE_FEED, 1),
    (Trouble.STALE_PAGES, 1),
    (Trouble.CUT_FEED, 1),
    (Trouble.CUT_PAGES, 1),
)
"""What befalls one listing date after the other, each kind once."""

SCATTERED: Sequence[tuple[Trouble, int]] = (
    # kind, number of days
    (Trouble.LATE_API, 12),
    (Trouble.SOURCE_DOWN, 10),
    (Trouble.RUN_TWICE, 6),
    (Trouble.RUN_AGAIN, 4),
    (Trouble.RUN_LATE, 3),
    (Trouble.DEATH, 8),
    (Trouble.STORE_FULL, 6),
)
"""What befalls any days, whatever else befalls them."""


@dataclass(frozen=True)
class Troubles:
    """What goes wrong on each day, New York time."""

    by_day: Mapping[date, frozenset[Trouble]]

    def on(self, day: date) -> frozenset[Trouble]:
        """What goes wrong on a day."""
        return self.by_day.get(day, frozenset())

    def days(self, trouble: Trouble) -> Sequence[date]:
        """The days that a kind of trouble befalls."""
        return sorted(day for day, troubles in self.by_day.items() if trouble in troubles)


def plan_troubles(random: Random, first: date, last: date, *, crowded: bool = False) -> Troubles:
    """Troubles of every kind for a span of days; one of its holidays is worked on.

    No two kinds of the lasting ones befall the same day, unless the days are `crowded`.
    """
    troubles: defaultdict[date, set[Trouble]] = defaultdict(set)
    befallen = weekdays(first + 2 * ONE_DAY, last - 2 * ONE_DAY)
    ordinary = [day for day in befallen if not predicted_quiet(day)]
    holidays = [day for day in weekdays(first, last) if predicted_quiet(day)]
    if holidays:
        troubles[random.choice(holidays)].add(Trouble.HOLIDAY_WORKED)
    free = set(ordinary)
    for kind, number in LASTING:
        days = _days_in_a_row(random, ordinary if crowded else sorted(free), number)
        free.difference_update(days)
        for day in days:
            troubles[day].add(kind)
    every_day = [first + number * ONE_DAY for number in range((last - first).days)]
    for kind, number in SCATTERED:
        for day in random.sample(every_day, number):
            troubles[day].add(kind)
    return Troubles({day: frozenset(kinds) for day, kinds in troubles.items()})


def _days_in_a_row(random: Random, days: Sequence[date], number: int) -> Sequence[date]:
    """So many of the days without another weekday between them; none where there are none."""
    spans = [days[start : start + number] for start in range(len(days) - number + 1)]
    rows = [span for span in spans if len(weekdays(span[0], span[-1])) == number]
    return random.choice(rows) if rows else ()
