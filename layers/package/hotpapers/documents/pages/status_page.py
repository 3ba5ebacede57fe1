"""The page on which the archive tells how it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hotpapers.documents.counts import UNKNOWN
from hotpapers.documents.digest_json import Document, read_time
from hotpapers.documents.pages.addresses import STATUS, digest_path
from hotpapers.documents.pages.layout import Head, write_page
from hotpapers.documents.pages.notices import STATES as STATES_OF_SOURCES
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
SOURCE_STATES = {status.value: shown for status, shown in STATES_OF_SOURCES.items()}


@dataclass(frozen=True)
class ListingLine:
    """A listing date: its state in words, what it has or why not, and since when that is known.

    `path` is where its digest is; empty where there is none yet.
    """

    date: date
    path: str
    state: str
    note: str
    found_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class NewestDigest:
    """The newest digest with papers: where it is, how many it has, and how it stands."""

    date: date
    path: str
    papers: int
    final: bool
    measured_at: datetime


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
    newest = _newest(status["newest_digest"])
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
        newest=newest,
        listings=[
            _listing(fields, newest.date if newest else None) for fields in status["listings"]
        ],
        sources=_sources(status["sources"]),
    )


def _newest(fields: Document | None) -> NewestDigest | None:
    """What a page says of the newest digest; None where there is none."""
    if fields is None:
        return None
    day = date.fromisoformat(fields["date"])
    measured_at = read_time(fields["collected_at"])
    return NewestDigest(day, digest_path(day), fields["papers"], fields["final"], measured_at)


def _listing(fields: Document, newest: date | None) -> ListingLine:
    """A listing date. It has a digest if there is a newer one, or it is the newest itself."""
    day, found_at = date.fromisoformat(fields["date"]), fields["found_at"]
    state = str(fields["state"])
    has_digest = newest is not None and day <= newest and state in ("fresh", "quiet")
    papers = plural(fields["papers"], "papers") if state == "fresh" else ""
    notes = [papers, fields.get("why", ""), fields.get("shortfall", "")]
    return ListingLine(
        date=day,
        path=digest_path(day) if has_digest else "",
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
