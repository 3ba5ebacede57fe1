"""Making the digest of a day."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hotpapers.documents.digest_json import Document, write_digest, write_time
from hotpapers.domain.calendar import (
    NotAListingDateError,
    Window,
    announced_at,
    newest_due,
    submission_window,
)
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import Edition, Outcome
from hotpapers.domain.ranking import Thresholds, make_digest
from hotpapers.errors import InvalidInputError
from hotpapers.ports import EditionStore, PaperSource, PostSource

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CollectionOrder:
    """Which digest is to be made: of the newest date that is due, unless one is named.

    `time` (UTC, whole seconds) is the time of the run. It stands for now everywhere, so that the
    same order gives the same digest whenever it is carried out.
    """

    time: datetime
    listing_date: date | None = None


@dataclass(frozen=True)
class Collection:
    """What a run did. The numbers are None where nothing was asked for."""

    date: date
    collected_at: datetime
    outcome: Outcome
    papers_listed: int | None = None
    posts_read: int | None = None
    papers_hot: int | None = None


def collect(
    order: CollectionOrder,
    papers: PaperSource,
    posts: Sequence[PostSource],
    editions: EditionStore,
    thresholds: Thresholds,
) -> Collection:
    """Make and keep the digest of a day.

    Nothing is asked where the digest is kept already as of the same time or a later one: a
    schedule delivers some events twice, and reading posts costs money.

    Raises InvalidInputError for an order that makes no sense, UpstreamError where a source does
    not answer (what was kept before stays), StoreError where the digest cannot be kept.
    """
    day = _listing_date(order)
    kept = editions.head(day)
    if kept is not None and kept.collected_at >= order.time:
        same = kept.collected_at == order.time
        outcome = Outcome.UNCHANGED if same else Outcome.SUPERSEDED
        logger.info("digest is kept already", extra={"date": str(day), "outcome": outcome.value})
        return Collection(day, order.time, outcome)
    window = submission_window(day)
    logger.info("collecting", extra={"date": str(day), "time": order.time.isoformat()})
    listed = papers.papers_submitted(window)
    span = Window(window.start, order.time)
    # On a day without papers there is nothing that a post could be about, and posts cost money.
    asked = posts if listed else ()
    found = [post for source in asked for post in source.posts_about_papers(span)]
    digest = make_digest(day, order.time, listed, found, thresholds)
    outcome = editions.save(_edition(digest))
    posts_read = len(found) if listed else None
    collection = Collection(day, order.time, outcome, len(listed), posts_read, len(digest.papers))
    logger.info("collected", extra=summarize(collection))
    return collection


def summarize(collection: Collection) -> Document:
    """What a run did as JSON values, for its log and for whoever started it."""
    return {
        "date": collection.date.isoformat(),
        "collected_at": write_time(collection.collected_at),
        "outcome": collection.outcome.value,
        "papers_listed": collection.papers_listed,
        "posts_read": collection.posts_read,
        "papers_hot": collection.papers_hot,
    }


def _listing_date(order: CollectionOrder) -> date:
    day = order.listing_date
    if day is None:
        return newest_due(order.time)
    try:
        announced = announced_at(day)
    except NotAListingDateError as error:
        raise InvalidInputError("date", str(error)) from error
    if order.time < announced:
        reason = f"the papers of {day} are announced at {announced:%Y-%m-%dT%H:%M:%SZ}, not before"
        raise InvalidInputError("time", reason)
    return day


def _edition(digest: Digest) -> Edition:
    return Edition(
        date=digest.date,
        collected_at=digest.collected_at,
        papers=tuple(entry.paper.id for entry in digest.papers),
        document=write_digest(digest),
    )
