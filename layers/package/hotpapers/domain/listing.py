"""Listings: which papers arXiv announced on a day, and what is known of a day without any.

The calendar predicts a listing, and what arXiv shows decides. A paper is new on one day only: on
the one on which arXiv first announced it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from hotpapers.domain.identifiers import PaperId, place_in_order
from hotpapers.domain.paper import Paper


class Kind(StrEnum):
    """What an announcement says of a paper, in arXiv's own words."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"


@dataclass(frozen=True)
class AnnouncedPaper:
    """A paper of an announcement; `version` is None where the announcement does not say."""

    paper: Paper
    kind: Kind
    version: int | None = None


@dataclass(frozen=True)
class Announcement:
    """What arXiv announced on a day, as one of its pages or feeds tells it.

    `shortfall` says why there may be more; it is empty where that is all. `is_followed` tells that
    a later day has an announcement too: then nothing will be added to this one.
    """

    date: date
    entries: tuple[AnnouncedPaper, ...]
    shortfall: str = ""
    is_followed: bool = False


@dataclass(frozen=True)
class Notice:
    """What arXiv's listing page says of its newest announcement: of when, and of how many papers.

    `new` are those whose primary category was asked for.
    """

    date: date
    new: int


class Origin(StrEnum):
    """Where a listing is from."""

    FEED = "feed"
    PAGE = "listing page"
    WINDOW = "submission window"


class ListingState(StrEnum):
    """How a listing date stands."""

    FRESH = "fresh"
    WAITING = "waiting"
    QUIET = "quiet"
    STALLED = "stalled"
    FAILED = "failed"


@dataclass(frozen=True)
class Listing:
    """How a listing date stands, as found at a time (UTC).

    `why` says it for every state but fresh. A fresh one has its `origin`, the number of its
    `papers`, and a `shortfall` where there may be more. A quiet one is `predicted` while only the
    calendar says so.
    """

    date: date
    state: ListingState
    found_at: datetime
    why: str = ""
    origin: Origin | None = None
    papers: int = 0
    shortfall: str = ""
    predicted: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing more to be found out."""
        if self.state is ListingState.FRESH:
            return not self.shortfall
        return self.state is ListingState.QUIET and not self.predicted

    @property
    def is_known(self) -> bool:
        """Whether arXiv's own word is known: its papers, or that there are none."""
        return self.state is ListingState.FRESH or self.is_settled


def supersedes(new: Listing, kept: Listing | None) -> bool:
    """Tell whether what was found out of a listing date takes the place of what is kept.

    What is known stays where a later run knows less, and gives way to what is known better; even to
    what is found at an earlier time, by an event that came late.
    """
    if kept is None:
        return True
    if kept.state is ListingState.FRESH and new.state is not ListingState.FRESH:
        return False
    if kept.state is ListingState.FRESH and new.shortfall and not kept.shortfall:
        return False
    if kept.is_known and not new.is_known:
        return False
    if (new.is_known, new.is_settled) > (kept.is_known, kept.is_settled):
        return True
    return new.found_at >= kept.found_at and new != kept


def new_papers(
    announcement: Announcement, patterns: Sequence[str], before: Iterable[PaperId] = ()
) -> tuple[Paper, ...]:
    """The papers of an announcement that were never announced before, in the order of their ids.

    A paper whose primary category is ours is new where arXiv says so. One of another primary
    category is announced to us as a cross-list, on its first day and on any later one: it is new
    if its id is newer than those of the announcement `before`, or, where these are not known, not
    older than the first new one's. arXiv gives ids in the order in which it announces, of all
    categories together (https://info.arxiv.org/help/arxiv_identifier.html). So a paper whose id is
    between the two is taken for new, although it may be one that was announced to others last.
    """
    new = {e.paper.id: e.paper for e in announcement.entries if e.kind is Kind.NEW}
    newest = _newest_before(map(place_in_order, new), map(place_in_order, before))
    for entry in announcement.entries:
        if newest and _is_new_cross_list(entry, patterns, newest):
            new.setdefault(entry.paper.id, entry.paper)
    return tuple(new[paper] for paper in sorted(new))


def _newest_before(
    new: Iterable[tuple[int, int]], before: Iterable[tuple[int, int]]
) -> tuple[int, int] | None:
    """The place of the newest id that is not of an announcement; None where nothing tells.

    `new` are the places of its new papers, `before` those of the announcement before it.
    """
    first = min(new, default=None)
    older = [place for place in before if first is None or place < first]
    if older:
        return max(older)
    return (first[0], first[1] - 1) if first else None


def _is_new_cross_list(
    entry: AnnouncedPaper, patterns: Sequence[str], newest: tuple[int, int]
) -> bool:
    if entry.kind is not Kind.CROSS or entry.version not in (None, 1):
        return False
    with_primary_only = replace(entry.paper, categories=entry.paper.categories[:1])
    # One of ours that is cross-listed within our categories was announced before.
    return not with_primary_only.is_in(patterns) and place_in_order(entry.paper.id) > newest
