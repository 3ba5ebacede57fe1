"""Digests of many days, stored as the collector stores them."""

from datetime import UTC, date, datetime, time, timedelta

import boto3

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.documents.digest_json import write_digest
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import Edition, Outcome
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
        papers = tuple(entry.paper.id for entry in digest.papers)
        edition = Edition(digest.date, digest.collected_at, papers, write_digest(digest))
        assert editions.save(edition) is Outcome.SAVED


def listing_dates(count: int, newest: date) -> list[date]:
    """So many listing dates, newest first."""
    found: list[date] = []
    while len(found) < count:
        if newest.weekday() < 5:
            found.append(newest)
        newest -= timedelta(days=1)
    return found
