"""A paper by itself: all that the archive tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hotpapers.domain.digest import Attention, Mention, Point, RankedPaper
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
    rank: int | None = None
    attention: Mapping[str, Attention] = field(default_factory=dict)
    mentions: tuple[Mention, ...] = ()
    history: tuple[Point, ...] = ()
    measured_at: datetime | None = None
    code: str = ""

    @property
    def entry(self) -> RankedPaper:
        """The paper as its digest would have it; without a rank it has 0."""
        return RankedPaper(
            rank=self.rank or 0,
            paper=self.paper,
            attention=self.attention,
            mentions=self.mentions,
            history=self.history,
            code=self.code,
        )
