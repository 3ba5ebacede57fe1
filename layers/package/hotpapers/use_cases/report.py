"""What a run did, as values for its log, its metrics and whoever started it."""

from collections.abc import Iterable, Mapping

from hotpapers.documents.digest_json import (
    Document,
    listing_document,
    sources_document,
    write_number,
    write_time,
)
from hotpapers.domain.edition import Outcome
from hotpapers.domain.listing import ListingState
from hotpapers.domain.sources import SourceReport, Status
from hotpapers.use_cases.collect import Run
from hotpapers.use_cases.measure import Collection


def summarize(run: Run) -> Document:
    """A run as JSON values.

    `date` and `outcome` are those of the day that was ordered, or else of the newest digest made;
    the outcome of a day without a digest is its listing's state. Both are null where a run had
    nothing to do.
    """
    newest = run.digests[-1] if run.digests else None
    day = run.order.listing_date or (newest.date if newest else None)
    outcome = newest.outcome.value if newest else None
    if run.order.listing_date and not newest:
        outcome = next((each.state.value for each in run.listings), None)
    return {
        "time": write_time(run.order.time),
        "date": day.isoformat() if day else None,
        "outcome": outcome,
        "listings": [
            {"date": each.date.isoformat(), **listing_document(each)} for each in run.listings
        ],
        "digests": [_digest_summary(each) for each in run.digests],
        "posts_read": run.posts_read,
        "cost_usd": None if run.spent is None else write_number(run.spent),
    }


def measure(run: Run) -> Mapping[str, float]:
    """The numbers of a run by the names of their metrics; one that is not known is absent.

    Those of papers and sources are of the newest digest that was made. What is overdue and down is
    counted by runs that look at all that is due: a backfill tells nothing of today.
    """
    made = [each for each in run.digests if each.papers_listed is not None]
    reports = [report for each in made[-1:] for report in each.sources.values()]
    numbers = {
        "ListingsFresh": _states(run, ListingState.FRESH),
        "ListingsStalled": _states(run, ListingState.STALLED),
        "ListingsFailed": _states(run, ListingState.FAILED),
        "ListingsOverdue": None if run.overdue is None else len(run.overdue),
        "DigestsMade": sum(each.outcome is Outcome.SAVED for each in made),
        "DigestsFinal": sum(each.final for each in made),
        "PapersHot": made[-1].papers_hot if made else None,
        "PapersListed": made[-1].papers_listed if made else None,
        "PostsRead": run.posts_read,
        "SourcesFailed": _count(reports, Status.FAILED) if reports else None,
        "SourcesPartial": _count(reports, Status.PARTIAL) if reports else None,
        "SourcesDown": None if run.down is None else len(run.down),
        "SpentUsd": run.spent,
    }
    return {name: float(number) for name, number in numbers.items() if number is not None}


def _states(run: Run, state: ListingState) -> int:
    return sum(listing.state is state for listing in run.listings)


def _count(reports: Iterable[SourceReport], status: Status) -> int:
    return sum(report.status is status for report in reports)


def _digest_summary(collection: Collection) -> Document:
    return {
        "date": collection.date.isoformat(),
        "outcome": collection.outcome.value,
        "papers_listed": collection.papers_listed,
        "papers_hot": collection.papers_hot,
        "final": collection.final,
        "sources": sources_document(collection.sources),
    }
