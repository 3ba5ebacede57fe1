"""Reading the archive: those papers of a digest or roundup that a reader wants, piece by piece."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hotpapers.documents.digest_json import Document
from hotpapers.documents.roundup_json import read_roundup
from hotpapers.domain.cursor import Cursors
from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.edition import Revision
from hotpapers.domain.packing import Packed
from hotpapers.domain.roundup import Roundup
from hotpapers.domain.selection import Selection
from hotpapers.errors import OutdatedError
from hotpapers.use_cases.browse import StoredDigest

PLACE = re.compile(r"(?P<tag>[0-9a-f]{1,64}):(?P<rank>\d{1,6})", re.ASCII)


@dataclass(frozen=True)
class Part:
    """What a reader wants of the papers: those of a selection, at most `limit` (None: all of them)
    after a place (None: from the first on)."""

    selection: Selection = field(default_factory=Selection)
    limit: int | None = None
    after: str | None = None


@dataclass(frozen=True)
class Extract:
    """The wanted papers, by rank, and the document with no others in it.

    `following` is the place to go on from, None at the end; it holds for these numbers only, since
    the next measurement may rank the papers otherwise. `left` is how many papers follow.
    """

    document: Document
    papers: Sequence[RankedPaper]
    following: str | None = None
    left: int = 0
    modified_at: datetime | None = None
    final: bool = False


def extract_digest(kept: StoredDigest, part: Part) -> tuple[Digest | None, Extract]:
    """The wanted papers of a digest, and the digest; None for a Saturday's or Sunday's.

    Raises OutdatedError.
    """
    document = json.loads(kept.document.unpack())
    if kept.revision is None:
        return None, Extract(document, ())
    digest = kept.read()
    tag = _tag(kept.revision)
    extract = _extract(document, digest.papers, part, tag)
    return digest, Extract(
        extract.document,
        extract.papers,
        extract.following,
        extract.left,
        digest.collected_at,
        digest.final,
    )


def extract_roundup(packed: Packed, tag: str, part: Part) -> tuple[Roundup, Extract]:
    """The wanted papers of a roundup, which has a tag, and the roundup. Raises OutdatedError."""
    content = packed.unpack()
    roundup = read_roundup(content)
    ranked = [paper.entry for paper in roundup.papers]
    return roundup, _extract(json.loads(content), ranked, part, tag)


def papers_alone(document: Document) -> Document:
    """Of a digest's or roundup's document the papers, and what they are of."""
    kept = ("date", "period", "measured_at", "final", "papers")
    return {name: document[name] for name in kept if name in document}


def cursors_of(selection: Selection) -> Cursors:
    """The cursors of the papers of digests and roundups.

    A place is one in a measurement of a digest, so its cursor is good wherever that one is: under
    `latest` and its date, whole or the papers alone.
    """
    return Cursors("digests/papers", selection)


def place_after(revision: Revision, papers: int) -> str:
    """Where a digest goes on after so many papers."""
    return f"{_tag(revision)}:{papers}"


def _tag(revision: Revision) -> str:
    """What names a measurement in places: the hash in a digest's revision."""
    return revision.rpartition("#")[2]


def _extract(document: Document, ranked: Sequence[RankedPaper], part: Part, tag: str) -> Extract:
    """The wanted ones of the papers, which the document has in the same order."""
    start = _start(part.after, tag)
    wanted = [
        index
        for index, entry in enumerate(ranked)
        if index >= start and part.selection.matches(entry)
    ]
    shown = wanted if part.limit is None else wanted[: part.limit]
    left = len(wanted) - len(shown)
    return Extract(
        document={**document, "papers": [document["papers"][index] for index in shown]},
        papers=[ranked[index] for index in shown],
        following=f"{tag}:{shown[-1] + 1}" if left else None,
        left=left,
    )


def _start(after: str | None, tag: str) -> int:
    """How many papers come before those that are wanted."""
    if after is None:
        return 0
    place = PLACE.fullmatch(after)
    if place is None or place["tag"] != tag:
        raise OutdatedError("it has been measured again since; begin anew, without the cursor")
    return int(place["rank"])
