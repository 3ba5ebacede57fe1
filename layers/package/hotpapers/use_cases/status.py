"""How the archive stands: what is known of the newest listing dates, and what is late."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from hotpapers.documents.digest_json import Document, listing_document, write_time
from hotpapers.domain.calendar import (
    announced_at,
    listing_dates,
    new_york_date,
    predicted_quiet,
)
from hotpapers.domain.edition import EditionHead
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.sources import SOURCES, Status
from hotpapers.use_cases.browse import MOST_QUIET, Archive, head_document, newest_with_papers
from hotpapers.use_cases.take_in import PATIENCE

Listings = Mapping[date, Listing]
"""How listing dates stand, by their dates."""

SHOWN = timedelta(days=13)
"""How far back listing dates are told of: ten of them, today's included."""
LATE = timedelta(hours=36)
"""How old the numbers of a digest grow that is not final: a day, and half of one for a run that
is repeated."""
TROUBLED = (ListingState.STALLED, ListingState.FAILED)


def read_status(time: datetime, archive: Archive) -> Document:
    """How the archive stands at a time (UTC), as JSON values; whatever its size, three reads."""
    today = new_york_date(time)
    first, last = today - SHOWN, today + timedelta(days=1)
    kept = archive.listings.listings(first, last)
    newest = newest_with_papers(archive.editions.newest_heads(MOST_QUIET + 1))
    # An archive begins with the first day that is kept.
    begins = min(kept) if kept else first
    days = [day for day in listing_dates(begins, last) if announced_at(day) <= time]
    if not (kept or newest):
        days = []
    sources = _sources(newest, archive)
    reasons = [
        *_late_listings(days, time, kept),
        *_late_digest(newest, time),
        *_late_sources(sources),
    ]
    return {
        "time": write_time(time),
        "stale": bool(reasons),
        "why": reasons,
        "listings": [_listing(day, time, kept) for day in reversed(days)],
        "newest_digest": head_document(newest) if newest else None,
        "sources": sources,
    }


def _sources(newest: EditionHead | None, archive: Archive) -> Document:
    """What the newest digest says of the sources, as JSON values."""
    kept = archive.editions.document(newest.date) if newest else None
    return dict(json.loads(kept[1])["sources"]) if kept else {}


def _listing(day: date, time: datetime, kept: Listings) -> Document:
    """How a listing date stands, as JSON values; `found_at` is null where no run has looked."""
    if day in kept:
        return {"date": day.isoformat(), **listing_document(kept[day])}
    return {"date": day.isoformat(), **listing_document(_unlooked(day, time)), "found_at": None}


def _unlooked(day: date, time: datetime) -> Listing:
    """How a listing date stands that no run has looked for."""
    if time >= announced_at(day) + PATIENCE:
        return Listing(day, ListingState.FAILED, time, "no run has looked for it")
    if predicted := predicted_quiet(day):
        return Listing(day, ListingState.QUIET, time, predicted, predicted=True)
    return Listing(day, ListingState.WAITING, time, "no run has looked for it yet")


def _late_listings(days: Sequence[date], time: datetime, kept: Listings) -> Iterator[str]:
    missed = [day for day in days if day not in kept and _unlooked(day, time).state in TROUBLED]
    if len(missed) > 1:
        yield f"no run has looked for {len(missed)} listings, the first of {missed[0]}"
    elif missed:
        yield f"no run has looked for the listing of {missed[0]}"
    for listing in (kept[day] for day in days if day in kept):
        if listing.state in TROUBLED:
            yield f"the listing of {listing.date} has {listing.state}: {listing.why}"


def _late_digest(newest: EditionHead | None, time: datetime) -> Iterator[str]:
    if newest is None:
        yield "there is no digest yet"
    elif not newest.final and newest.collected_at + LATE < time:
        moment = write_time(newest.collected_at)
        yield f"the digest of {newest.date} has not been measured since {moment}"


def _late_sources(sources: Document) -> Iterator[str]:
    for name, source in SOURCES.items():
        said = sources.get(name, {})
        if said.get("status") == Status.FAILED.value and "as_of" in said:
            reason = said.get("reason", "")
            yield f"{source.title}'s numbers are those of {said['as_of']}: {reason}"
