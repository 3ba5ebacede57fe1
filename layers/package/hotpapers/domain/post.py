"""Posts in which people talk about papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.rich_text import Span


@dataclass(frozen=True)
class Account:
    """Who posted: the id never changes, the username and the name may.

    `automated` is the source's own word for it that a program posts here. Nothing is guessed.
    """

    id: str
    username: str
    name: str
    automated: bool = False


@dataclass(frozen=True)
class Post:
    """A post about one or more papers, with its numbers as last seen.

    `url` is the post's own address, `text` is plain text (nothing escaped; a title, where the
    source has titles), `spans` are the places in it, `language` is the service's own tag for it,
    `counts` are the source's numbers by the names that `Source.metrics` has (one that the service
    did not tell is absent), `papers` are the papers that its links lead to, in the order of their
    ids. `content_hash` is the name that Bluesky gives to the content of a post (its `cid`); other
    sources have none. A post that is not `quotable` counts like any other, but its author
    does not want it to be shown to everybody. `code` is the address of the paper's code, where the
    source tells it.
    """

    source: str
    id: str
    url: str
    account: Account
    text: str
    spans: tuple[Span, ...]
    language: str
    created_at: datetime
    counts: Mapping[str, int]
    papers: tuple[PaperId, ...]
    content_hash: str = ""
    quotable: bool = True
    code: str = ""
