"""Reading the archive."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hotpapers.documents.digest_json import (
    Document,
    history_document,
    paper_document,
    write_time,
)
from hotpapers.domain.calendar import announced_at, new_york_date, predicted_quiet
from hotpapers.domain.edition import EditionHead, Revision
from hotpapers.domain.history import history
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.ports import EditionStore, ListingStore, MeasurementStore, RoundupStore
from hotpapers.use_cases.measure import make_edition, make_quiet

MOST_QUIET = 10
"""How many quiet days on end are looked past for the newest digest: arXiv's calendars have two."""


@dataclass(frozen=True)
class Archive:
    """What readers are answered from."""

    editions: EditionStore
    listings: ListingStore
    measurements: MeasurementStore
    roundups: RoundupStore


@dataclass(frozen=True)
class StoredDigest:
    """A digest's document as it is kept, and which edition it is."""

    date: date
    revision: Revision
    document: bytes


@dataclass(frozen=True)
class Absence:
    """Why there is no digest of a listing date."""

    date: date
    reason: str


def read_day(day: date, time: datetime, archive: Archive) -> StoredDigest | Absence:
    """The digest of a listing date, or why there is none at a time (UTC).

    That a day is quiet is told as soon as it is known.
    """
    kept = archive.editions.document(day)
    if kept:
        return StoredDigest(day, *kept)
    listing = archive.listings.listings(day, day).get(day)
    if listing and listing.state is ListingState.QUIET:
        edition = make_edition(make_quiet(listing, None))
        return StoredDigest(day, edition.revision, edition.document)
    return Absence(day, _why_absent(listing) if listing else _why_unknown(day, time))


def read_newest(editions: EditionStore) -> StoredDigest | None:
    """The digest of the newest listing date that has one; quiet days are passed over."""
    heads = editions.newest_heads(MOST_QUIET + 1)
    newest = newest_with_papers(heads)
    kept = editions.document(newest.date) if newest else None
    return StoredDigest(newest.date, *kept) if newest and kept else None


def newest_with_papers(heads: Sequence[EditionHead]) -> EditionHead | None:
    """The first of some heads whose day was not quiet; where all were, the first."""
    return next((head for head in heads if not head.quiet), heads[0] if heads else None)


def read_weekend(day: date) -> Document:
    """The digest of a Saturday or Sunday, as JSON values: nothing of it is kept or looked for."""
    return {
        "date": day.isoformat(),
        "collected_at": None,
        "first_published_at": None,
        "measured_at": None,
        "final": True,
        "listing": {
            "state": ListingState.QUIET.value,
            "found_at": None,
            "papers": 0,
            "why": predicted_quiet(day),
        },
        "sources": {},
        "papers": [],
        "rising": [],
    }


def list_digests(limit: int, before: date | None, editions: EditionStore) -> Document:
    """A page of the list of digests, newest first, with the cursor to the next page."""
    heads = editions.newest_heads(limit + 1, before)
    page: Document = {"digests": [head_document(head) for head in heads[:limit]]}
    if len(heads) > limit:
        page["cursor"] = heads[limit - 1].date.isoformat()
    return page


def head_document(head: EditionHead) -> Document:
    """What a list of digests tells of each, as JSON values."""
    measured_at = write_time(head.collected_at)
    published_at = head.published_at
    return {
        "date": head.date.isoformat(),
        "collected_at": measured_at,
        "first_published_at": write_time(published_at) if published_at else measured_at,
        "papers": head.papers,
        "quiet": head.quiet,
        "final": head.final,
    }


def read_paper(paper: PaperId, archive: Archive) -> Document | None:
    """A paper as the newest digest that it is in tells of it, with that digest's date.

    One that is in no digest is told with its listing date, and what was measured of it; its rank
    is then null. None for a paper that is in neither.
    """
    return _read_ranked(paper, archive.editions) or _read_listed(paper, archive)


def _read_ranked(paper: PaperId, editions: EditionStore) -> Document | None:
    for day in editions.listing_dates(paper):
        kept = editions.document(day)
        if kept is None:
            continue
        digest = json.loads(kept[1])
        entry: dict[str, Any]
        for entry in digest["papers"]:
            if entry["id"] == paper:
                return {"date": digest["date"], "collected_at": digest["collected_at"], **entry}
    return None


def _read_listed(paper_id: PaperId, archive: Archive) -> Document | None:
    place = archive.listings.place(paper_id)
    if place is None:
        return None
    day, paper = place
    measurements = archive.measurements.measurements(day)
    return {
        "date": day.isoformat(),
        "collected_at": write_time(measurements[-1].time) if measurements else None,
        "rank": None,
        **paper_document(paper),
        "history": history_document(history(paper_id, measurements)),
    }


def _why_absent(listing: Listing) -> str:
    if listing.state is ListingState.FRESH:
        return f"{listing.papers} papers are listed, and have not been measured yet"
    as_of = write_time(listing.found_at)
    return f"the state of its listing is {listing.state}, as of {as_of}: {listing.why}"


def _why_unknown(day: date, time: datetime) -> str:
    """Why nothing is kept of a weekday."""
    # Without a look at far days, for which no moment might be left in the calendar.
    if day >= new_york_date(time) and (announced := announced_at(day)) > time:
        return predicted_quiet(day) or f"arXiv announces its papers at {write_time(announced)}"
    return "no run has looked for its listing"
