"""The digest of a listing date: its hot papers, ranked."""

from dataclasses import dataclass
from datetime import date, datetime

from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post


@dataclass(frozen=True)
class RankedPaper:
    """A hot paper with its rank (from 1), its engagement, and the posts that are shown."""

    rank: int
    paper: Paper
    retweets: int
    favorites: int
    posts: tuple[Post, ...]

    @property
    def score(self) -> int:
        """The engagement that counts: retweets and favorites together."""
        return self.retweets + self.favorites


@dataclass(frozen=True)
class Digest:
    """The hot papers of a listing date, as they stood at the time of a run (UTC)."""

    date: date
    collected_at: datetime
    papers: tuple[RankedPaper, ...]
