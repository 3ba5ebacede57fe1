"""Posts in which people talk about papers."""

from dataclasses import dataclass
from datetime import datetime

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.rich_text import Span


@dataclass(frozen=True)
class Account:
    """Who posted: the id never changes, the username and the name may."""

    id: str
    username: str
    name: str


@dataclass(frozen=True)
class Post:
    """A post about one or more papers, with its engagement as last seen.

    `url` is the post's own address, `text` is plain text (nothing escaped), `spans` are the places
    in it, `language` is the service's own tag for it, `papers` are the papers that its links lead
    to, in the order of their ids.
    """

    source: str
    id: str
    url: str
    account: Account
    text: str
    spans: tuple[Span, ...]
    language: str
    created_at: datetime
    retweets: int
    favorites: int
    papers: tuple[PaperId, ...]

    @property
    def score(self) -> int:
        """The engagement that counts: retweets and favorites together."""
        return self.retweets + self.favorites
