"""Cards: the papers of all digests, one by one, as they are searched and shown in lists.

They have an order that never changes, by listing date and id, so whoever goes through them page by
page meets each once, however many are added meanwhile.
"""

from dataclasses import dataclass
from datetime import date, datetime

from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.identifiers import PaperId, parse_paper_id

Position = str
"""Where a card stands: `2020-09-18#2009.08319`; the greater string is the newer one."""

LONGEST_POSITION = 40
"""Characters; `2020-09-18#hep-lat/9901001` has 26."""


@dataclass(frozen=True)
class Card:
    """A paper as the digest of its day has it, and what is to be known of that digest.

    When it was measured last and when it first appeared (UTC), and whether it is final.
    """

    date: date
    entry: RankedPaper
    measured_at: datetime
    published_at: datetime
    final: bool = False

    @property
    def position(self) -> Position:
        """Where the card stands among all."""
        return position(self.date, self.entry.paper.id)


def position(day: date, paper: PaperId) -> Position:
    """Where the card of a paper of a day stands."""
    return f"{day}#{paper}"


def read_position(text: str) -> Position | None:
    """The position that a text from outside is, exactly; None for any other text.

    There need not be a card.
    """
    day, _, paper = text.partition("#")
    if len(text) > LONGEST_POSITION or parse_paper_id(paper) != paper:
        return None
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        return None
    return text if text == position(parsed, PaperId(paper)) else None


def just_above(place: Position) -> Position:
    """What comes right before a position in a list, newest first, so that it is the next one.

    It is no position itself, and nothing is between the two.
    """
    return f"{place} "


def digest_cards(digest: Digest) -> tuple[Card, ...]:
    """The cards of a digest's papers, in the order of their ranks."""
    return tuple(
        Card(
            date=digest.date,
            entry=entry,
            measured_at=digest.collected_at,
            published_at=digest.first_published_at,
            final=digest.final,
        )
        for entry in digest.papers
    )
