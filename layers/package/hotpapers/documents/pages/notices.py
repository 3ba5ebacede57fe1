"""What a digest lacks, in sentences for readers."""

from dataclasses import dataclass
from datetime import datetime

from hotpapers.documents.pages.words import plural
from hotpapers.domain.digest import Digest
from hotpapers.domain.sources import SOURCES, SourceReport, Status


@dataclass(frozen=True)
class Notice:
    """Something that is lacking, in a sentence, and of when the numbers are that stand in for it.

    Without `as_of`, what is `unknown` stays so.
    """

    text: str
    as_of: datetime | None = None
    unknown: bool = False


@dataclass(frozen=True)
class SourceState:
    """How a source did: its title, its state in a word or two, and why.

    `as_of` is of when its numbers are (None: there are none). `spent` says what a source that
    charges for it had to read, and what that cost, in the whole run.
    """

    title: str
    state: str
    reason: str
    as_of: datetime | None
    spent: str


STATES = {
    Status.OK: "told all",
    Status.PARTIAL: "told a part",
    Status.FAILED: "failed",
    Status.OFF: "not asked",
}


def notices(digest: Digest) -> tuple[Notice, ...]:
    """What may be missing in a digest, and why."""
    listing = digest.listing
    said = [
        _notice(source.title, digest.sources[name])
        for name, source in SOURCES.items()
        if name in digest.sources_lacking
    ]
    if listing and listing.shortfall and not digest.is_quiet:
        said.insert(0, Notice(f"Papers may be missing{because(listing.shortfall)}."))
    return tuple(said)


def source_states(digest: Digest) -> tuple[SourceState, ...]:
    """How each source did that a digest tells of, in their order."""
    return tuple(
        _state(source.title, digest.sources[name], digest.collected_at)
        for name, source in SOURCES.items()
        if name in digest.sources
    )


def because(reason: str) -> str:
    """A reason as the end of a sentence, without its full stop."""
    shown = reason.strip().rstrip(" .")
    return f": {shown}" if shown else ""


def _notice(title: str, report: SourceReport) -> Notice:
    failed = report.status is Status.FAILED
    said = f"{title} could not be asked" if failed else f"{title} did not tell all"
    return Notice(f"{said}{because(report.reason)}.", report.as_of, failed and report.as_of is None)


def _state(title: str, report: SourceReport, measured_at: datetime) -> SourceState:
    told = report.status in (Status.OK, Status.PARTIAL)
    return SourceState(
        title=title,
        state=STATES[report.status],
        reason=report.reason,
        as_of=report.as_of or (measured_at if told else None),
        spent=_spent(report),
    )


def _spent(report: SourceReport) -> str:
    parts = [] if report.posts_read is None else [plural(report.posts_read, "posts") + " read"]
    parts += [] if report.cost is None else [f"for ${report.cost:,.2f}"]
    return " ".join(parts)
