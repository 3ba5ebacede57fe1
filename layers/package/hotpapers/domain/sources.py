"""The public places where papers are discussed.

A source is asked by the adapter module of its name; here stands what its numbers mean. Adding a
source takes that module, its tests and recording, and one entry of `SOURCES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True)
class Source:
    """A place where papers are discussed, and what it counts.

    `name` stands in settings and documents, `title` is for people. A paper's engagement is the
    sum of its `counted` numbers; the `kept` ones are shown beside them. `weight` is what one unit
    of engagement is worth, in likes on X; docs/ranking.md argues it.
    """

    name: str
    title: str
    counted: tuple[str, ...]
    kept: tuple[str, ...]
    weight: Decimal

    @property
    def metrics(self) -> tuple[str, ...]:
        """All numbers that the source gives, those that count first."""
        return self.counted + self.kept


X = Source("x", "X", ("reposts", "likes"), (), Decimal(1))
SOURCES = {
    source.name: source
    for source in (
        X,
        Source("bluesky", "Bluesky", ("reposts", "likes"), (), Decimal(1)),
        Source("mastodon", "Mastodon", ("reblogs", "favourites"), (), Decimal(1)),
        Source("hackernews", "Hacker News", ("points",), ("comments",), Decimal(2)),
        Source("reddit", "Reddit", ("score",), ("comments",), Decimal(1)),
        Source("huggingface", "Hugging Face", ("upvotes",), ("comments",), Decimal(5)),
    )
}
"""Every source by its name, in the order in which they are shown."""


class Status(StrEnum):
    """How a source did in a run."""

    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True)
class SourceReport:
    """What a digest says of a source.

    `reason` says why the status is not ok. A source that is partial was `interrupted` by a failure,
    or told as much as it was asked for. `as_of` is the time of the oldest numbers where these are
    from an earlier run. `posts_read` and `cost` (US dollars) are given by a source that charges
    for what is read.
    """

    status: Status
    reason: str = ""
    interrupted: bool = False
    as_of: datetime | None = None
    posts_read: int | None = None
    cost: Decimal | None = None


Reports = Mapping[str, SourceReport]
"""What a digest says of every source, by its name."""
