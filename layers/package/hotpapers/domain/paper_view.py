"""A paper by itself: all that the archive tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hotpapers.domain.digest import Attention, Mention, Point
from hotpapers.domain.paper import Paper


@dataclass(frozen=True)
class PaperView:
    """A paper as the newest digest has it that it is in, or as it was listed and measured.

    `day` is its listing date, `measured_at` when its numbers are from (UTC; None: it was not
    measured), `rank` its place in the digest (None: it is in none). `history` has what was measured
    of it, oldest first, and `code` is the address of its code, empty where none is known.
    """

    paper: Paper
    day: date
    measured_at: datetime | None
    rank: int | None
    attention: Mapping[str, Attention]
    mentions: tuple[Mention, ...]
    history: tuple[Point, ...]
    code: str = ""
