"""Backfilling: which listing dates a range has, and what became of each of them."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hotpapers.documents.digest_json import Document, write_time
from hotpapers.domain.calendar import announced_at, listing_dates
from hotpapers.domain.edition import Outcome
from hotpapers.errors import InvalidInputError

logger = logging.getLogger(__name__)

MOST_DATES = 262
"""How many listing dates an order may have: no year has more.

What becomes of them is handed on together, in no more than 256 KiB
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html): a thousand bytes for
each, twice what a failure takes.
"""

NO_RESULT = "ended without a result; its execution says more"


@dataclass(frozen=True)
class BackfillOrder:
    """Which digests are to be made: those of a span of dates, both ends included.

    `time` (UTC, whole seconds) is the time of all runs.
    """

    first: date
    last: date
    time: datetime


@dataclass(frozen=True)
class DateResult:
    """What became of a listing date.

    `outcome` is what the run says of its digest, or how its listing stands where it has none; None
    where the run failed. `papers` is how many papers the listing has, None where that was not found
    out. `reason` says why there is no digest.
    """

    date: date
    outcome: str | None
    papers: int | None = None
    reason: str = ""


def list_dates(order: BackfillOrder) -> Document:
    """An order with its listing dates, oldest first. Raises InvalidInputError."""
    dates = [day.isoformat() for day in read_range(order)]
    logger.info("backfill begins", extra={**_range(order), "dates": len(dates)})
    return {"order": _range(order), "time": write_time(order.time), "dates": dates}


def read_range(order: BackfillOrder) -> Sequence[date]:
    """The listing dates of an order, oldest first.

    Raises InvalidInputError where there are none or too many, or one is not announced yet.
    """
    if order.last < order.first:
        raise InvalidInputError("to", f"{order.last} is before {order.first}")
    dates = listing_dates(order.first, order.last)
    if not dates:
        reason = f"there is no listing date from {order.first} to {order.last}"
        raise InvalidInputError("from", f"{reason}; arXiv lists papers on weekdays only")
    if len(dates) > MOST_DATES:
        reason = f"{len(dates)} listing dates are more than {MOST_DATES}; order a year at a time"
        raise InvalidInputError("to", reason)
    announced = announced_at(dates[-1])
    if order.time < announced:
        reason = f"the papers of {dates[-1]} are announced at {write_time(announced)}, not before"
        raise InvalidInputError("to", reason)
    return dates


def sum_up(order: BackfillOrder, results: Sequence[DateResult]) -> Document:
    """What became of each date of an order, oldest first, as JSON values.

    `made` are the dates of digests that were made, `kept` those of digests that were there and are
    left alone, `quiet` those without an announcement. `failed` has all others with their reasons.
    """
    dates = read_range(order)
    told = {result.date: result for result in results}
    places = {day: _place(told.get(day, DateResult(day, None, reason=NO_RESULT))) for day in dates}
    failed = [day for day in dates if places[day] == "failed"]
    summary: Document = {
        **_range(order),
        **{name: _dates(places, name) for name in ("made", "kept", "quiet")},
        "failed": [{"date": day.isoformat(), "reason": _reason(told.get(day))} for day in failed],
    }
    counted = {name: len(summary[name]) for name in ("made", "kept", "quiet", "failed")}
    logger.info("backfill ends", extra={**_range(order), **counted})
    return summary


def _place(result: DateResult) -> str:
    """The list that a date belongs to."""
    match result.outcome:
        case Outcome.SAVED:
            return "quiet" if result.papers == 0 else "made"
        case Outcome.KEPT | Outcome.UNCHANGED | Outcome.SUPERSEDED:
            return "kept"
        case _:
            return "failed"


def _dates(places: Mapping[date, str], place: str) -> list[str]:
    return [day.isoformat() for day, name in places.items() if name == place]


def _reason(result: DateResult | None) -> str:
    if result is None:
        return NO_RESULT
    return ": ".join(part for part in (result.outcome, result.reason) if part) or NO_RESULT


def _range(order: BackfillOrder) -> dict[str, str]:
    return {"from": order.first.isoformat(), "to": order.last.isoformat()}
