"""What an address answers with, before HTTP has its say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from hotpapers.domain.packing import Packed
from hotpapers.web.representations import Representation

Content = bytes | Packed


class Freshness(Enum):
    """For how long an answer may be kept before it is asked for again, as Cache-Control says."""

    FINAL = "public, max-age=31536000, immutable"
    """Data that never changes again, or whose address names its bytes: a year is what caches take
    for ever to be."""
    SETTLED = "public, max-age=86400"
    """A page of such data: what it says is settled, but its looks may change with a deployment."""
    CURRENT = "public, max-age=300"
    """What the next run may change: runs are hours apart, but nobody knows when one is over."""
    BRIEF = "public, max-age=60"
    """That there is nothing: what is waited for is asked for again and again, and may come soon."""
    MOMENTARY = "no-store"
    """What is true at this moment only, and what went wrong in it."""


@dataclass(frozen=True)
class Link:
    """Another address that has to do with an answer: `next` is where to go on reading."""

    relation: str
    address: str

    @property
    def header(self) -> str:
        """The value of Link (RFC 8288); addresses are written in ASCII, without brackets."""
        return f'<{self.address}>; rel="{self.relation}"'


@dataclass(frozen=True)
class Answer:
    """What an address answers with.

    `content` makes or fetches the bytes, which is not done for a reader who has them. `tag` names
    them, of letters, digits and `-._`: the same tag never stands for other bytes of this address.
    None lets them name themselves, and has them made each time. `modified_at` is when they became
    what they are (UTC), None where nobody knows. `headers` are more of them, by name.
    """

    representation: Representation | None
    content: Callable[[], Content]
    freshness: Freshness
    tag: str | None = None
    modified_at: datetime | None = None
    links: tuple[Link, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


def empty_answer(status: int, freshness: Freshness, *headers: tuple[str, str]) -> Answer:
    """The answer that says all in its headers."""
    return Answer(None, bytes, freshness, headers=headers, status=status)
