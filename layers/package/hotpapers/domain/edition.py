"""Editions: the successive states of a digest, and which of two is the newer one."""

from dataclasses import dataclass
from datetime import date, datetime
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
    """A state of a digest, ready to be kept: its document, and which papers are in it."""

    date: date
    collected_at: datetime
    papers: tuple[PaperId, ...]
    document: bytes

    @property
    def revision(self) -> Revision:
        """The edition's place among the editions of its digest."""
        return f"{self.collected_at:%Y-%m-%dT%H:%M:%SZ}#{sha256(self.document).hexdigest()[:16]}"


@dataclass(frozen=True)
class EditionHead:
    """What a list of digests tells of each: when it was collected, and how many papers it has."""

    date: date
    collected_at: datetime
    revision: Revision
    papers: int


class Outcome(StrEnum):
    """What became of an edition that was to be kept."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"


def compare_revisions(new: Revision, old: Revision | None) -> Outcome:
    """What should become of an edition where another one (None: none) is kept already."""
    if old is None or new > old:
        return Outcome.SAVED
    return Outcome.UNCHANGED if new == old else Outcome.SUPERSEDED
