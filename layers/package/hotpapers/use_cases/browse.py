"""Reading the archive: digests by their days."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hotpapers.documents.digest_json import Document, read_digest, write_json, write_time
from hotpapers.domain.calendar import (
    announced_at,
    is_listing_date,
    new_york_date,
    predicted_quiet,
)
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import EditionHead, Revision, revision_time
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.packing import Packed, pack
from hotpapers.ports import (
    CatalogueStore,
    EditionStore,
    ListingStore,
    MeasurementStore,
    PageStore,
    RoundupStore,
)
from hotpapers.use_cases.offers import Missing, Offer

MOST_QUIET = 10
"""How many quiet days on end are looked past for the newest digest: arXiv's calendars have two."""

NO_DIGEST = Missing("there is no digest yet")


@dataclass(frozen=True)
class Archive:
    """What readers are answered from."""

    editions: EditionStore
    listings: ListingStore
    measurements: MeasurementStore
    roundups: RoundupStore
    catalogue: CatalogueStore
    pages: PageStore


@dataclass(frozen=True)
class StoredDigest:
    """A digest's document as it is kept, and which edition it is (None: it is none)."""

    date: date
    revision: Revision | None
    document: Packed

    def read(self) -> Digest:
        """The digest itself."""
        return read_digest(self.document.unpack())


def offer_digest(kept: StoredDigest) -> Offer:
    """A digest as JSON."""
    if kept.revision is None:
        return Offer(lambda: kept.document)
    return Offer(
        content=lambda: kept.document,
        tag=kept.revision.rpartition("#")[2],
        modified_at=revision_time(kept.revision),
        final=bool(json.loads(kept.document.unpack()).get("final")),
    )


def find_digest(day: date | None, time: datetime, archive: Archive) -> StoredDigest | Missing:
    """The digest of a day, or of the newest (None), or why there is none at a time (UTC).

    That a day is quiet is told as soon as it is known; of a Saturday or Sunday nothing is kept or
    looked for.
    """
    if day is None:
        return read_newest(archive.editions) or NO_DIGEST
    if not is_listing_date(day):
        return StoredDigest(day, None, pack(write_json(read_weekend(day))))
    return read_day(day, time, archive)


def read_day(day: date, time: datetime, archive: Archive) -> StoredDigest | Missing:
    """The digest of a listing date, or why there is none at a time (UTC)."""
    kept = archive.editions.packed_document(day)
    return StoredDigest(day, *kept) if kept else read_unmeasured(day, time, archive)


def read_unmeasured(day: date, time: datetime, archive: Archive) -> StoredDigest | Missing:
    """What there is to tell, at a time (UTC), of a listing date of which no digest is kept."""
    listing = archive.listings.listings(day, day).get(day)
    if listing and listing.state is ListingState.QUIET:
        from hotpapers.use_cases.measure import make_edition, make_quiet  # a run's work, rarely

        edition = make_edition(make_quiet(listing, None))
        return StoredDigest(day, edition.revision, pack(edition.document))
    why = _why_absent(listing) if listing else _why_unknown(day, time)
    return Missing(f"there is no digest of {day}: {why}")


def read_newest(editions: EditionStore) -> StoredDigest | None:
    """The digest of the newest listing date that has one; quiet days are passed over."""
    heads = editions.newest_heads(MOST_QUIET + 1)
    newest = newest_with_papers(heads)
    kept = editions.packed_document(newest.date) if newest else None
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
