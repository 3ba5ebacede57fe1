"""Reading the archive: which days there are, and which have papers that a reader wants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, islice

from hotpapers.domain.calendar import ONE_DAY
from hotpapers.domain.card import Card, Position, read_position
from hotpapers.domain.edition import EditionHead
from hotpapers.domain.selection import Selection
from hotpapers.errors import InvalidInputError
from hotpapers.ports import CatalogueStore, EditionStore
from hotpapers.use_cases.search import search

MOST_CARDS = 100
"""How many cards are looked for at once."""
MOST_SEARCHES = 3
"""How many times: with the reads that each may take, that is all that one request can cause."""
WIDEST = timedelta(days=366)
"""How far the days of one list may be apart, whose heads are read in one query."""


@dataclass(frozen=True)
class DigestList:
    """Some digests, newest first, and where to go on (None: at the end).

    `matches` says how many of each day's papers are wanted, where not all are.
    """

    heads: Sequence[EditionHead]
    following: Position | None = None
    matches: Mapping[date, int] | None = None


@dataclass(frozen=True)
class Days:
    """The wanted papers of some days, newest first, and where to go on (None: at the end)."""

    cards: Mapping[date, Sequence[Card]]
    following: Position | None = None


def list_digests(
    selection: Selection,
    limit: int,
    after: Position | None,
    editions: EditionStore,
    catalogue: CatalogueStore,
) -> DigestList:
    """The digests after a place (None: from the newest on) that have papers of a selection.

    Those without papers are listed where everything is wanted. Whatever the size of the archive,
    everything takes one query, and a selection a bounded number of reads: a list may be shorter
    than its limit and go on all the same.
    """
    if selection.is_everything:
        heads = editions.newest_heads(limit + 1, day_of(after) if after else None)
        following = beyond(heads[limit - 1].date) if len(heads) > limit else None
        return DigestList(heads[:limit], following)
    found = find_days(selection, limit, after, catalogue)
    days = [day for day in found.cards if max(found.cards) - day <= WIDEST]
    following = found.following if len(days) == len(found.cards) else beyond(days[-1])
    heads = editions.heads(min(days), max(days)) if days else []
    matches = {day: len(found.cards[day]) for day in days}
    shown = [head for head in reversed(heads) if head.date in matches]
    return DigestList(shown, following, matches)


def find_days(
    selection: Selection, limit: int, after: Position | None, catalogue: CatalogueStore
) -> Days:
    """The papers of a selection by their days, of at most so many days after a place.

    A day is given whole, by rank. The one exception is a day that has more than can be looked for:
    it has some of them.
    """
    cards = list[Card]()
    place = after
    for _ in range(MOST_SEARCHES):
        found = search(selection, MOST_CARDS, place, catalogue)
        cards += found.cards
        place = found.next
        if place is None or len({card.date for card in cards}) > limit:
            break
    days = {
        day: sorted(group, key=lambda card: card.entry.rank)
        for day, group in groupby(cards, key=lambda card: card.date)
    }
    return _cut(Days(days, place), limit, after)


def beyond(day: date) -> Position:
    """The place after all papers of a day: where the days before it begin."""
    return f"{day}#"


def day_of(place: Position) -> date:
    """The day that a place is in."""
    return date.fromisoformat(place[:10])


def read_place(text: str | None) -> Position | None:
    """A place to go on from, as a reader gives it back; None stands for the beginning.

    Raises InvalidInputError.
    """
    if text is None or (
        len(text) == len("2020-09-18#") and _is_date(text[:-1]) and text[-1] == "#"
    ):
        return text
    place = read_position(text)
    if place is None:
        raise InvalidInputError("cursor", "must be one that was given out here")
    return place


def _cut(found: Days, limit: int, after: Position | None) -> Days:
    """So many of the days that were found after a place as are wanted and known whole.

    Of what follows what was found nothing is known: the day in which that begins is looked for
    again as a whole, where another day came before it.
    """
    reached = None if found.following is None else day_of(found.following)
    whole = {day: cards for day, cards in found.cards.items() if reached is None or day > reached}
    if len(whole) > limit:
        wanted = dict(islice(whole.items(), limit))
        return Days(wanted, beyond(min(wanted)))
    if reached is None:
        return Days(whole)
    again = beyond(reached + ONE_DAY)
    if after is None or again < after:
        return Days(whole, again)
    # All that was looked at is of one day.
    return Days(found.cards, beyond(reached)) if found.cards else found


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
