"""The page on which the archive tells how it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hotpapers.documents.counts import UNKNOWN
from hotpapers.documents.digest_json import Document, read_time
from hotpapers.documents.pages.addresses import STATUS, digest_path
from hotpapers.documents.pages.layout import Head, write_page
from hotpapers.documents.pages.words import plural
from hotpapers.documents.site import Site
from hotpapers.domain.sources import SOURCES

STATES = {
    "fresh": "listed",
    "waiting": "not announced yet",
    "quiet": "quiet",
    "stalled": "late",
    "failed": "not known",
}
"""How a listing date stands, in a reader's words."""
SOURCE_STATES = {"ok": "told all", "partial": "told a part", "failed": "failed", "off": "not asked"}


@dataclass(frozen=True)
class ListingLine:
    """A listing date: its state in words, what it has or why not, and since when that is known."""

    date: date
    path: str
    state: str
    note: str
    found_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class SourceLine:
    """A source: its state in words, why, and of when its numbers are, if of an earlier run."""

    title: str
    state: str
    reason: str
    as_of: datetime | None


def write_status_page(status: Document, site: Site) -> bytes:
    """The page of what `use_cases.status.read_status` tells, in UTF-8."""
    reasons: Sequence[str] = status["why"]
    summary = "Something is late" if status["stale"] else "All is well"
    return write_page(
        "status",
        Head(
            title=f"Status: {summary.lower()}",
            description=f"{summary}. {'; '.join(reasons)}",
            path=STATUS,
            forms=("json",),
            section=STATUS,
            indexed=False,
        ),
        site,
        summary=summary,
        asked_at=read_time(status["time"]),
        reasons=reasons,
        newest=_newest(status["newest_digest"]),
        listings=[_listing(fields) for fields in status["listings"]],
        sources=_sources(status["sources"]),
    )


def _newest(fields: Mapping[str, object] | None) -> Mapping[str, object] | None:
    """What a page says of the newest digest; None where there is none."""
    if fields is None:
        return None
    day = date.fromisoformat(str(fields["date"]))
    return {
        "date": day,
        "path": digest_path(day),
        "papers": fields["papers"],
        "final": fields["final"],
        "measured_at": read_time(str(fields["collected_at"])),
    }


def _listing(fields: Document) -> ListingLine:
    day, found_at = date.fromisoformat(fields["date"]), fields["found_at"]
    state = str(fields["state"])
    papers = plural(fields["papers"], "papers") if state == "fresh" else ""
    notes = [papers, fields.get("why", ""), fields.get("shortfall", "")]
    return ListingLine(
        date=day,
        path=digest_path(day),
        state=STATES.get(state, state),
        note="; ".join(note for note in notes if note) or UNKNOWN,
        found_at=read_time(found_at) if found_at else None,
        is_late=state in ("stalled", "failed"),
    )


def _sources(told: Mapping[str, Document]) -> Sequence[SourceLine]:
    return [_source(source.title, told[name]) for name, source in SOURCES.items() if name in told]


def _source(title: str, fields: Document) -> SourceLine:
    status = str(fields["status"])
    return SourceLine(
        title=title,
        state=SOURCE_STATES.get(status, status),
        reason=fields.get("reason", ""),
        as_of=read_time(fields["as_of"]) if "as_of" in fields else None,
    )
