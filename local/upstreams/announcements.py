"""What the replayed arXiv announced of its papers, on which day and as what."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from itertools import chain

from hotpapers.domain.calendar import listing_date_of
from local.upstreams.dataset import Record, moment

PAGES_KEPT = timedelta(days=91)
"""How far the catch-up pages go back: 90 days, and one for where the time zones differ."""
SOME_DAY = date(2026, 11, 23)
"""What day it is for an arXiv that never announced anything."""
LAST_SHOWN_VERSION = 5
"""Replacements by later versions are not listed."""


class Action(IntEnum):
    """What was done with a paper; of several on a day, the first is listed."""

    NEW = 0
    CROSS = 1
    REPLACE = 2


class Kind(IntEnum):
    """As what a paper is listed for some categories, in the order of the lists."""

    NEW = 0
    CROSS = 1
    REPLACE = 2
    REPLACE_CROSS = 3

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True)
class Update:
    """What was done with a paper on a day, and for which of its categories."""

    paper: Record
    date: date
    action: Action
    categories: frozenset[str]


@dataclass(frozen=True)
class Entry:
    """A paper in a list. One that is `inner` was cross-listed among the list's own categories."""

    paper: Record
    kind: Kind
    inner: bool = False


class Announcements:
    """All announcements of some papers up to `today`, the date in New York.

    A paper is new on its `announced` date, or else where the calendar puts its submission. A later
    version is a replacement on the day where the calendar puts it. `updates` adds to that: each has
    a `date`, an `action` (cross or replace) and, for a cross-list, its `categories`.
    """

    def __init__(self, papers: Iterable[Record], today: date | None = None) -> None:
        self._updates = list(chain.from_iterable(map(_updates_of, papers)))
        first = (update.date for update in self._updates if update.action is Action.NEW)
        self.today = today or max(first, default=SOME_DAY)
        self._updates = [update for update in self._updates if update.date <= self.today]

    def papers(self) -> Sequence[Record]:
        """The papers that are announced."""
        return [update.paper for update in self._updates if update.action is Action.NEW]

    def newest(self) -> date:
        """The day of the newest announcement; today where there is none."""
        return max((update.date for update in self._updates), default=self.today)

    def next_after(self, day: date) -> date | None:
        """The day of the first announcement after a day."""
        return min((update.date for update in self._updates if update.date > day), default=None)

    def by_category(self, day: date, wanted: Set[str]) -> Sequence[Entry]:
        """What is listed for some categories where it was done for one of them."""
        return _listed(
            (u for u in self._updates if u.date == day and u.categories & wanted), wanted
        )

    def by_paper(self, day: date, wanted: Set[str]) -> Sequence[Entry]:
        """What is listed for some categories where the paper is in one of them.

        A paper that was cross-listed to another category is listed too: the catch-up pages do so.
        """
        return _listed(
            (u for u in self._updates if u.date == day and _names(u.paper) & wanted), wanted
        )


def _listed(updates: Iterable[Update], wanted: Set[str]) -> Sequence[Entry]:
    first: dict[str, Update] = {}
    for update in sorted(updates, key=lambda each: each.action):
        first.setdefault(update.paper["id"], update)
    entries = [_entry(update, wanted) for update in first.values()]
    return sorted(entries, key=lambda entry: (entry.kind, entry.paper["id"]))


def _entry(update: Update, wanted: Set[str]) -> Entry:
    is_primary = update.paper["categories"][0] in wanted
    match update.action:
        case Action.NEW:
            return Entry(update.paper, Kind.NEW if is_primary else Kind.CROSS)
        case Action.CROSS:
            return Entry(update.paper, Kind.CROSS, inner=is_primary)
        case _:
            return Entry(update.paper, Kind.REPLACE if is_primary else Kind.REPLACE_CROSS)


def _updates_of(paper: Record) -> Iterator[Update]:
    stated = paper.get("announced")
    first = date.fromisoformat(stated) if stated else listing_date_of(moment(paper["published"]))
    later = paper.get("updates", ())
    crossed = frozenset(name for each in later for name in each.get("categories", ()))
    yield Update(paper, first, Action.NEW, _names(paper) - crossed)
    replaced = listing_date_of(moment(paper["updated"]))
    if 1 < paper["version"] <= LAST_SHOWN_VERSION and replaced > first:
        yield Update(paper, replaced, Action.REPLACE, _names(paper))
    for each in later:
        categories = frozenset(each.get("categories", ())) or _names(paper)
        day = date.fromisoformat(each["date"])
        yield Update(paper, day, Action[each["action"].upper()], categories)


def _names(paper: Record) -> frozenset[str]:
    return frozenset(name for name in paper["categories"] if name)
