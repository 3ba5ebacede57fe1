"""Editions: the successive states of a digest, and which of two is the newer one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from hotpapers.domain.identifiers import PaperId

Revision = str
"""Names an edition and orders the editions of a digest: the later string is the newer edition.

It is the time of the run and a hash of what the run found, so that the same run always writes
the same edition, and two runs of one moment that found different things are put in an order
that both agree on.
"""


@dataclass(frozen=True)
class Edition:
    """A state of a digest, ready to be kept: its document, and which papers are in it.

    `failed` are the names of the sources whose numbers it lacks. A `quiet` day had no announcement;
    a `final` edition is the last one. `published_at` is when the digest first appeared.
    """

    date: date
    collected_at: datetime
    papers: tuple[PaperId, ...]
    document: bytes
    failed: tuple[str, ...] = ()
    quiet: bool = False
    final: bool = False
    published_at: datetime | None = None

    @property
    def revision(self) -> Revision:
        """The edition's place among the editions of its digest."""
        return revision(self.collected_at, self.document)


@dataclass(frozen=True)
class EditionHead:
    """What a list of digests tells of each.

    When it was collected and first published, how many papers it has, the names of the sources that
    it lacks, whether its day had no announcement, and whether it is the last edition.
    """

    date: date
    collected_at: datetime
    revision: Revision
    papers: int
    failed: tuple[str, ...] = ()
    quiet: bool = False
    final: bool = False
    published_at: datetime | None = None


@dataclass(frozen=True)
class Neighbours:
    """The listing dates of the digests before and after one; None where there is none nearby."""

    previous: date | None = None
    next: date | None = None


NEARBY = timedelta(days=14)
"""How far from a digest the ones before and after it are looked for. arXiv never pauses that long,
and where an archive has a gap there is the calendar to cross it by."""


def neighbours(day: date, heads: Sequence[EditionHead]) -> Neighbours:
    """The dates next to a day among those of some heads, no further away than is nearby."""
    dates = [head.date for head in heads if abs(head.date - day) <= NEARBY]
    return Neighbours(
        previous=max((each for each in dates if each < day), default=None),
        next=min((each for each in dates if each > day), default=None),
    )


def revision(time: datetime, document: bytes) -> Revision:
    """The name of what a run found at a time."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}#{sha256(document).hexdigest()[:16]}"


def revision_time(name: Revision) -> datetime:
    """The time of the run (UTC) that wrote the edition of this name."""
    return datetime.fromisoformat(name.partition("#")[0])


class Outcome(StrEnum):
    """What became of an edition that was to be kept, or (kept) that was not to be made again."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    KEPT = "kept"


def compare_revisions(new: Revision, old: Revision | None) -> Outcome:
    """What should become of an edition where another one (None: none) is kept already."""
    if old is None or new > old:
        return Outcome.SAVED
    return Outcome.UNCHANGED if new == old else Outcome.SUPERSEDED
