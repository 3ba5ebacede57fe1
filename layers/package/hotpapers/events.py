"""The events that start the functions, as values. Anything unexpected is refused by name."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any

from hotpapers.errors import InvalidInputError

if TYPE_CHECKING:  # each function has its own orders, and loads no other's work
    from hotpapers.use_cases.backfill import BackfillOrder, DateResult
    from hotpapers.use_cases.collect import CollectionOrder

FIRST_YEAR = 1991
"""arXiv's first."""
LAST_YEAR = 9998
"""The last one after which there is another, so that every day has a next one."""


MOST_AHEAD = timedelta(minutes=5)
"""How far an order's time may be ahead of the clock of the machine that carries it out: as far as a
clock is wrong. What is kept with a time would be left alone by every run until then; and of a day
to come it would be kept that arXiv announced nothing."""


def read_collection_order(event: object, now: datetime | None = None) -> "CollectionOrder":
    """What the collector is asked for: `{"time": …}`, or with a `date`, or with `backfill` as well.

    `time` is the schedule's own time, or one given by hand; without it there is nothing to tell
    the same event from another, so there is no default. It must have come by `now` (UTC; None:
    whenever that is, as in a simulation). Raises InvalidInputError.
    """
    from hotpapers.use_cases.collect import CollectionOrder

    if not isinstance(event, Mapping):
        raise InvalidInputError(
            "event", 'must be an object such as {"time": "2020-09-20T13:13:43Z"}'
        )
    stated = event.get("date")
    return CollectionOrder(
        time=read_run_time("time", event.get("time"), now),
        listing_date=None if stated in (None, "") else read_listing_date("date", stated),
        is_backfill=_read_truth("backfill", event.get("backfill", False)),
    )


def read_backfill_order(event: object, now: datetime | None = None) -> "BackfillOrder":
    """What the state machine hands on: `{"order": {"from": …, "to": …}, "time": …}`.

    The order is its own input, as somebody gave it; its time must have come by `now` (UTC; None:
    whenever that is). Raises InvalidInputError.
    """
    from hotpapers.use_cases.backfill import BackfillOrder

    order = event.get("order") if isinstance(event, Mapping) else None
    if not isinstance(event, Mapping) or not isinstance(order, Mapping):
        expected = 'must be an object such as {"from": "2020-09-01", "to": "2020-09-30"}'
        raise InvalidInputError("order", expected)
    return BackfillOrder(
        first=read_listing_date("from", order.get("from", "")),
        last=read_listing_date("to", order.get("to", "")),
        time=read_run_time("time", event.get("time"), now),
    )


def read_backfill_results(event: object) -> "Sequence[DateResult] | None":
    """What the state machine says of each date, under `results`; None before there is anything.

    Raises InvalidInputError.
    """
    results = event.get("results") if isinstance(event, Mapping) else None
    if results is None:
        return None
    if not isinstance(results, list):
        raise InvalidInputError("results", "must be a list")
    return [_read_date_result(result) for result in results]


def read_run_time(field: str, value: object, now: datetime | None = None) -> datetime:
    """A moment at which a digest can be made, and that has come by `now` (UTC; None: whenever).

    Raises InvalidInputError, naming the field.
    """
    moment = read_time(field, value)
    _require_year_of_arxiv(field, moment)
    if now is not None and moment > now + MOST_AHEAD:
        told = f"{now:%Y-%m-%dT%H:%M:%SZ}"
        raise InvalidInputError(field, f"is {moment:%Y-%m-%dT%H:%M:%SZ}, but it is {told} only")
    return moment


def read_listing_date(field: str, value: object) -> date:
    """A date in the time of arXiv. Raises InvalidInputError, naming the field."""
    day = read_date(field, value)
    _require_year_of_arxiv(field, day)
    return day


def read_time(field: str, value: object) -> datetime:
    """A moment, to the second, in UTC. Raises InvalidInputError, naming the field."""
    expected = "must be a time with its offset, such as 2020-09-20T13:13:43Z"
    if value is None or value == "":
        raise InvalidInputError(field, f"is missing; it {expected}")
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInputError(field, f"{expected}, not {str(value)[:100]!r}")
    try:
        return moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError:  # 0001-01-01T00:00:00+01:00 is a time before all times
        raise InvalidInputError(field, f"{expected}, not {str(value)[:100]!r}") from None


def read_date(field: str, value: object) -> date:
    """A date. Raises InvalidInputError, naming the field."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    # fromisoformat also reads 20200918 and 2020-W38-5: one date must have one spelling.
    if day is None or day.isoformat() != value:
        reason = f"must be a date such as 2020-09-18, not {str(value)[:100]!r}"
        raise InvalidInputError(field, reason)
    return day


def read_request_time(event: Mapping[str, Any]) -> datetime:
    """When API Gateway took a request, to the second, in UTC. Raises InvalidInputError."""
    stated = str(event.get("requestContext", {}).get("time", ""))
    try:
        return datetime.strptime(stated, "%d/%b/%Y:%H:%M:%S %z").astimezone(UTC)
    except ValueError:
        raise InvalidInputError(
            "requestContext",
            f"must have a time such as 21/Sep/2020:09:30:00 +0000, not {stated[:100]!r}",
        ) from None


def read_digest_date(record: Mapping[str, Any]) -> date:
    """The listing date whose digest a record of the table's stream is about.

    Raises InvalidInputError for a record that is not about the head of a digest.
    """
    try:
        keys = record["dynamodb"]["Keys"]
        partition, day = keys["pk"]["S"], keys["sk"]["S"]
    except (KeyError, TypeError) as error:
        raise InvalidInputError("Records", "a record has no keys of this table") from error
    if partition != "DIGESTS":
        raise InvalidInputError("Records", f"{partition!r} is not the partition of the digests")
    return read_date("Records", day)


MOST_DAYS = timedelta(days=31)
"""How many days are published again at once: so many take the renderer a minute or two."""


def read_publication_order(event: object) -> tuple[date, date]:
    """The span of listing dates whose digests are to be published again, `{"from": …, "to": …}`.

    Raises InvalidInputError.
    """
    if not isinstance(event, Mapping):
        raise InvalidInputError("event", "must have Records, or be an object with from and to")
    first = read_listing_date("from", event.get("from", ""))
    last = read_listing_date("to", event.get("to", ""))
    if not first <= last < first + MOST_DAYS:
        reason = f"must be one of the {MOST_DAYS.days} days from {first} on, not {last}"
        raise InvalidInputError("to", reason)
    return first, last


MESSAGE = re.compile(r'"errorMessage"\s*:\s*"')
"""What comes before the text of an error in what Lambda says of its cause."""


def _read_date_result(result: object) -> "DateResult":
    """A result of the map: what the collector answered, or `error` and `cause` where it failed."""
    from hotpapers.use_cases.backfill import DateResult

    if not isinstance(result, Mapping):
        raise InvalidInputError("results", "must be a list of objects")
    day = read_date("results", result.get("date"))
    if "error" in result:
        reason = f"{result['error']}: {_message(str(result.get('cause', '')))}"
        return DateResult(day, None, reason=reason.removesuffix(": "))
    outcome, papers, why = (result.get(name) for name in ("outcome", "papers", "why"))
    return DateResult(
        date=day,
        outcome=outcome if isinstance(outcome, str) else None,
        papers=next((each for each in _elements(papers) if isinstance(each, int)), None),
        reason="; ".join(str(each) for each in _elements(why)),
    )


def _elements(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _message(cause: str) -> str:
    """The text of an error. Its cause is JSON that ends with a stack trace, and may be cut off."""
    found = MESSAGE.search(cause)
    if found is None:
        return cause
    try:
        message, _ = JSONDecoder().raw_decode(cause, found.end() - 1)
    except JSONDecodeError:
        message = cause[found.end() :]
    return str(message)


def _read_truth(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidInputError(field, f"must be true or false, not {str(value)[:100]!r}")
    return value


def _require_year_of_arxiv(field: str, day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidInputError(field, f"must be in the years {FIRST_YEAR} to {LAST_YEAR}")
