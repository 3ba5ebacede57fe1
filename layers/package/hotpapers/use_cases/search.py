"""Searching the papers of all digests, at a cost that does not depend on how many there are.

A selection with terms is looked up in the index: each term has its papers, the newest first, and
where all terms have the same one, its card is read. The lists are gone through by leaps: what one
of them does not have, the others need not be asked for. Without terms the cards themselves are
gone through, the newest first. In both cases it is the card that decides.

A search asks a number of questions that is set in advance. Where they do not suffice for a page, it
hands over what it found, and where to go on: a page may have few papers, or none, and still not be
the last one.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotpapers.domain.card import Card, Position, just_above
from hotpapers.domain.selection import Selection
from hotpapers.domain.terms import Term, selection_terms
from hotpapers.ports import CatalogueStore

MOST_QUERIES = 12
"""For positions, of which each gives up to `STRIDE`."""
STRIDE = 500
"""Positions: 30 KB of the table."""
MOST_READS = 4
"""Of cards, a batch each."""
BATCH = 100
"""Cards that are read at once at most: what DynamoDB gives in a batch."""
FIRST_BATCH = 25
"""Cards that are read at once at least. Each batch is twice the one before, since the first one
suffices where most of what has the terms is wanted."""
MOST_TERMS = 4
"""Terms that are looked up, so that questions are left for leaps; the card decides on the rest."""


@dataclass(frozen=True)
class Found:
    """A page of what was found, the newest first.

    `next` is where to go on (what follows it was not looked at); None: that is all there is.
    """

    cards: tuple[Card, ...]
    next: Position | None


def search(
    selection: Selection, limit: int, after: Position | None, catalogue: CatalogueStore
) -> Found:
    """The papers that a selection wants, at most `limit`, all after a position.

    Whoever goes on from `next` until there is none meets every paper that there was at the start
    and still is, once, whatever is added meanwhile. At most `MOST_QUERIES` queries and `MOST_READS`
    batches, or `MOST_READS` queries where the index cannot help. Raises StoreError.
    """
    terms = selection_terms(selection)[:MOST_TERMS]
    steps = _look_up(terms, limit, after, catalogue) if terms else _walk(limit, after, catalogue)
    found: list[Card] = []
    passed = after
    for cards, passed in steps:  # noqa: B007 - the last one is needed below
        found += [card for card in cards if selection.matches(card.entry)]
        if len(found) > limit:
            return Found(tuple(found[:limit]), found[limit - 1].position)
    return Found(tuple(found), passed)


Step = tuple[Sequence[Card], Position | None]
"""Cards that may be wanted, and up to where that settles it (None: to the end)."""


def _walk(limit: int, after: Position | None, catalogue: CatalogueStore) -> Iterator[Step]:
    """All cards, the newest first."""
    for size in _batches(limit):
        cards = catalogue.newest(size, after)
        after = cards[-1].position if len(cards) == size else None
        yield cards, after
        if after is None:
            return


def _look_up(
    terms: Sequence[Term], limit: int, after: Position | None, catalogue: CatalogueStore
) -> Iterator[Step]:
    """The cards that have all terms, the newest first, perhaps among others."""
    shared = _Shared(terms, after, catalogue)
    for size in _batches(limit):
        places = shared.take(size)
        yield catalogue.cards(places) if places else (), shared.passed
        if len(places) < size:  # there are no more, or no questions left
            return


def _batches(limit: int) -> Iterator[int]:
    """How many cards are read in each batch; one more than are wanted tells that there are more."""
    size = max(limit + 1, FIRST_BATCH)
    for _ in range(MOST_READS):
        yield min(size, BATCH)
        size *= 2


class _Stream:
    """The positions of a term, the newest first: those that are known and not gone by yet."""

    def __init__(self, term: Term, after: Position | None, catalogue: CatalogueStore) -> None:
        self._term = term
        self._catalogue = catalogue
        self.known: deque[Position] = deque()
        self.passed = after
        self.ask(after)

    def ask(self, after: Position | None) -> None:
        """Get to know further positions, all after one."""
        self.known.extend(self._catalogue.positions(self._term, STRIDE, after))
        self.is_whole = len(self.known) < STRIDE

    @property
    def is_over(self) -> bool:
        """Whether there are no positions any more."""
        return self.is_whole and not self.known

    def pass_by(self, place: Position) -> None:
        """Go by all positions that come before one."""
        while self.known and self.known[0] > place:
            self.passed = self.known.popleft()


class _Shared:
    """The positions that terms share, the newest first.

    Where it says so early that a list is at its end, what the other ones have is not asked for: so
    few cards are read at once, and they decide themselves.
    """

    def __init__(
        self, terms: Sequence[Term], after: Position | None, catalogue: CatalogueStore
    ) -> None:
        self._streams = [_Stream(term, after, catalogue) for term in terms]
        self._questions = MOST_QUERIES - len(terms)
        self._taken = after
        self._is_over = False

    @property
    def passed(self) -> Position | None:
        """Up to where the positions have been gone through; None: to the end."""
        if self._is_over:
            return None
        places = (self._taken, *(stream.passed for stream in self._streams))
        return min((place for place in places if place is not None), default=None)

    def take(self, number: int) -> Sequence[Position]:
        """The next positions: fewer where there are no more, or no questions are left."""
        taken: list[Position] = []
        while len(taken) < number and (place := self._next()):
            taken.append(place)
        return taken

    def _next(self) -> Position | None:
        while not any(stream.is_over for stream in self._streams):
            lacking = [stream for stream in self._streams if not stream.known]
            if lacking and not self._go_on(lacking[0]):
                return None
            if not lacking and (place := self._leap()):
                return place
        self._is_over = True
        return None

    def _leap(self) -> Position | None:
        """Go by what one of the lists does not have; the position where all meet, if they do."""
        place = min(stream.known[0] for stream in self._streams)
        for stream in self._streams:
            stream.pass_by(place)
        if not all(stream.known and stream.known[0] == place for stream in self._streams):
            return None
        for stream in self._streams:
            stream.known.popleft()
        self._taken = place
        return place

    def _go_on(self, lacking: _Stream) -> bool:
        """Ask for more of a list, or do without it; False where no questions are left."""
        if any(stream.is_whole and len(stream.known) <= BATCH for stream in self._streams):
            self._streams.remove(lacking)
            return True
        if not self._questions:
            return False
        self._questions -= 1
        heads = [stream.known[0] for stream in self._streams if stream.known]
        lacking.ask(just_above(min(heads)) if heads else self._taken)
        return True
