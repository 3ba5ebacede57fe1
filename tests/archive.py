"""Digests of many days, stored as the collector stores them."""

from datetime import UTC, date, datetime, time, timedelta

import boto3

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_listings import DynamoDBListings
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import Outcome
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.paper import Paper
from hotpapers.use_cases.measure import make_edition, make_quiet
from local.stack import Stack
from tests.builders import POST, X_ONLY, make_entry, make_paper


def digest_of(day: date, *paper_ids: str, collected_at: datetime | None = None) -> Digest:
    """A day's digest with these papers by rank, each with a post; collected on the next morning."""
    next_morning = datetime.combine(day + timedelta(days=1), time(10), UTC)
    return Digest(
        date=day,
        collected_at=collected_at or next_morning,
        papers=tuple(
            make_entry(rank, make_paper(paper_id), [POST])
            for rank, paper_id in enumerate(paper_ids, start=1)
        ),
        sources=X_ONLY,
    )


def store(stack: Stack, *digests: Digest) -> None:
    """Keep digests in the stack's table."""
    editions = DynamoDBEditions(boto3.Session().client("dynamodb"), stack.table_name)
    for digest in digests:
        assert editions.save(make_edition(digest)) is Outcome.SAVED


def quiet_digest(day: date, why: str) -> Digest:
    """The digest of a day without an announcement, found on its morning."""
    listing = Listing(day, ListingState.QUIET, datetime.combine(day, time(10), UTC), why)
    return make_quiet(listing, None)


def keep(stack: Stack, listing: Listing, *papers: Paper) -> None:
    """Keep how a listing date stands, and its papers, in the stack's table."""
    listings = DynamoDBListings(boto3.Session().client("dynamodb"), stack.table_name)
    assert listings.claim(listing.date, [paper.id for paper in papers]) == {}
    assert listings.keep(listing, papers)


def listing_dates(count: int, newest: date) -> list[date]:
    """So many listing dates, newest first."""
    found: list[date] = []
    while len(found) < count:
        if newest.weekday() < 5:
            found.append(newest)
        newest -= timedelta(days=1)
    return found
