"""The table: editions of digests, and where each paper is.

| pk                  | sk           | what                                                      |
| ------------------- | ------------ | --------------------------------------------------------- |
| `DIGESTS`           | `2020-09-18` | the head of a digest: revision, time, numbers             |
| `DIGEST#2020-09-18` | `PART#000`…  | its document, packed, in as many parts as the limit on an |
|                     |              | item makes necessary (nearly always one)                  |
| `PAPER#2009.08319`  | `2020-09-18` | that the paper was in some edition of that digest         |

The head and all parts change in one transaction. Every list is one partition, read in order, so
no request costs more as the archive grows.
"""

import gzip
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.domain.edition import Edition, EditionHead, Outcome, Revision, compare_revisions
from hotpapers.domain.identifiers import PaperId
from hotpapers.errors import StoreError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = logging.getLogger(__name__)

Item = dict[str, Any]

HEADS = "DIGESTS"

PART_BYTES = 350_000
"""How much of a document goes into an item, of the 400 KB that an item may have in all."""
MOST_PARTS = 10
"""A transaction may have 4 MB: this many full parts, with room for the head."""
BATCH_SIZE = 25
"""How many items DynamoDB takes in a batch."""
MOST_PAPER_ENTRIES = 10
"""A paper is new on one day; an id that came into the digests of more is looked for in these."""

ATTEMPTS = 6
FIRST_PAUSE = 0.05
CONTENTION = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
"""Why a transaction is cancelled when another run writes the same digest at the same time."""


class DynamoDBEditions:
    """Editions kept in a DynamoDB table."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        *,
        consistent: bool = True,
        part_bytes: int = PART_BYTES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`consistent` reads see every write that came before; they cost twice as much."""
        self._client = client
        self._table = table_name
        self._consistent = consistent
        self._part_bytes = part_bytes
        self._sleep = sleep

    @failures_of("DynamoDB")
    def head(self, day: date) -> EditionHead | None:
        """What is kept for a listing date; None where nothing is."""
        item = self._head_item(day)
        return _read_head(item) if item else None

    @failures_of("DynamoDB")
    def newest_heads(self, limit: int, before: date | None = None) -> Sequence[EditionHead]:
        """The newest digests' heads, newest first, at most `limit`, all of them before a date."""
        condition, values = "pk = :pk", {":pk": {"S": HEADS}}
        if before is not None:
            condition += " AND sk < :before"
            values[":before"] = {"S": before.isoformat()}
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ScanIndexForward=False,
            Limit=limit,
            ConsistentRead=self._consistent,
        )
        return [_read_head(item) for item in answer["Items"]]

    @failures_of("DynamoDB")
    def document(self, day: date) -> tuple[Revision, bytes] | None:
        """The document that is kept for a listing date, whole; None where nothing is."""
        for pause in _pauses():
            parts = self._parts(day)
            if not parts:
                return None
            revisions = {part["revision"]["S"] for part in parts}
            if len(revisions) == 1 and len(parts) == int(parts[0]["parts"]["N"]):
                packed = b"".join(part["body"]["B"] for part in parts)
                return revisions.pop(), gzip.decompress(packed)
            self._sleep(pause)  # the parts were read while they were being replaced
        raise StoreError(f"the digest of {day} cannot be read whole")

    @failures_of("DynamoDB")
    def listing_dates(self, paper: PaperId) -> Sequence[date]:
        """The listing dates in some edition of whose digest a paper was, newest first."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"PAPER#{paper}"}},
            ScanIndexForward=False,
            Limit=MOST_PAPER_ENTRIES,
            ConsistentRead=self._consistent,
        )
        return [date.fromisoformat(item["sk"]["S"]) for item in answer["Items"]]

    @failures_of("DynamoDB")
    def save(self, edition: Edition) -> Outcome:
        """Keep an edition unless a newer one is kept: readers see the old one or all of the new.

        The papers' entries are written first: one that leads to a digest without the paper does
        no harm, a paper without an entry would not be found.
        """
        packed = gzip.compress(edition.document, mtime=0)
        size = self._part_bytes
        bodies = [packed[start : start + size] for start in range(0, len(packed), size)]
        if len(bodies) > MOST_PARTS:
            raise StoreError(f"the digest of {edition.date} has {len(packed):,} bytes packed")
        for pause in _pauses():
            old = self._head_item(edition.date)
            outcome = compare_revisions(edition.revision, old["revision"]["S"] if old else None)
            if outcome is not Outcome.SAVED:
                return outcome
            self._write_paper_entries(edition)
            if self._replace(edition, bodies, old):
                return Outcome.SAVED
            self._sleep(pause)
        raise StoreError(f"the digest of {edition.date} is being written by others all the time")

    def _head_item(self, day: date) -> Item | None:
        answer = self._client.get_item(
            TableName=self._table,
            Key={"pk": {"S": HEADS}, "sk": {"S": day.isoformat()}},
            ConsistentRead=self._consistent,
        )
        return answer.get("Item")

    def _parts(self, day: date) -> Sequence[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"DIGEST#{day}"}},
            ConsistentRead=self._consistent,
        )
        return [item for page in pages for item in page["Items"]]

    def _write_paper_entries(self, edition: Edition) -> None:
        writes: list[Any] = [
            {"PutRequest": {"Item": {"pk": {"S": f"PAPER#{paper}"}, "sk": _day(edition.date)}}}
            for paper in sorted(set(edition.papers))
        ]
        pauses = _pauses()
        while writes:
            batch, writes = writes[:BATCH_SIZE], writes[BATCH_SIZE:]
            answer = self._client.batch_write_item(RequestItems={self._table: batch})
            if left := answer.get("UnprocessedItems", {}).get(self._table, []):
                pause = next(pauses, None)
                if pause is None:
                    raise StoreError("the table does not take all that it is given")
                writes = [*left, *writes]
                self._sleep(pause)

    def _replace(self, edition: Edition, bodies: Sequence[bytes], old: Item | None) -> bool:
        """Put a new edition in the place of an old one; False where the old one has changed."""
        old_parts = int(old["parts"]["N"]) if old else 0
        writes: list[Any] = [
            {"Put": self._put_head(edition, len(bodies), old)},
            *({"Put": put} for put in self._put_parts(edition, bodies)),
            *(
                {"Delete": self._delete_part(edition.date, number)}
                for number in range(len(bodies), old_parts)
            ),
        ]
        try:
            self._client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            if _is_contention(error):
                logger.info("edition is being written by another run", extra={"error": str(error)})
                return False
            raise
        return True

    def _put_head(self, edition: Edition, parts: int, old: Item | None) -> Any:
        item = {
            "pk": {"S": HEADS},
            "sk": _day(edition.date),
            "revision": {"S": edition.revision},
            "collected_at": {"S": edition.collected_at.isoformat()},
            "papers": {"N": str(len(edition.papers))},
            "parts": {"N": str(parts)},
        }
        if old is None:
            condition: Item = {"ConditionExpression": "attribute_not_exists(pk)"}
        else:
            condition = {
                "ConditionExpression": "revision = :old",
                "ExpressionAttributeValues": {":old": old["revision"]},
            }
        return {"TableName": self._table, "Item": item, **condition}

    def _put_parts(self, edition: Edition, bodies: Sequence[bytes]) -> Iterator[Any]:
        for number, body in enumerate(bodies):
            item = {
                **_part_key(edition.date, number),
                "revision": {"S": edition.revision},
                "parts": {"N": str(len(bodies))},
                "body": {"B": body},
            }
            yield {"TableName": self._table, "Item": item}

    def _delete_part(self, day: date, number: int) -> Any:
        return {"TableName": self._table, "Key": _part_key(day, number)}


def _read_head(item: Item) -> EditionHead:
    return EditionHead(
        date=date.fromisoformat(item["sk"]["S"]),
        collected_at=datetime.fromisoformat(item["collected_at"]["S"]),
        revision=item["revision"]["S"],
        papers=int(item["papers"]["N"]),
    )


def _part_key(day: date, number: int) -> Item:
    return {"pk": {"S": f"DIGEST#{day}"}, "sk": {"S": f"PART#{number:03}"}}


def _day(day: date) -> Item:
    return {"S": day.isoformat()}


def _is_contention(error: ClientError) -> bool:
    if error_code(error) != "TransactionCanceledException":
        return False
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code", "None") for reason in reasons} - {"None"}
    return bool(codes) and codes <= CONTENTION


def _pauses() -> Iterator[float]:
    """Growing pauses, in seconds, one for each further attempt."""
    return (FIRST_PAUSE * 2**attempt for attempt in range(ATTEMPTS))
