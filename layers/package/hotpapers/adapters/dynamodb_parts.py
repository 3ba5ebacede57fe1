"""Documents in the table: packed, in parts, each replaced whole and by newer ones only.

DynamoDB takes items of at most 400 KB, so a document is kept in as many parts as that makes
necessary (nearly always one). Its head, an item of its own, says of which revision it is; head and
parts change in one transaction.
"""

import gzip
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code
from hotpapers.domain.edition import Outcome, Revision, compare_revisions
from hotpapers.errors import StoreError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = logging.getLogger(__name__)

Item = dict[str, Any]

PART_BYTES = 350_000
"""How much of a document goes into an item, of the 400 KB that an item may have in all."""
MOST_PARTS = 10
"""A transaction may have 4 MB: this many full parts, with room for the head."""

ATTEMPTS = 6
FIRST_PAUSE = 0.05
CONTENTION = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
"""Why a transaction is cancelled when another run writes the same document at the same time."""


@dataclass(frozen=True)
class Place:
    """Where a document is kept: its head's keys, its parts' partition, and what they begin with.

    `what` is what messages call the document.
    """

    what: str
    head: tuple[str, str]
    parts: str
    prefix: str


@dataclass(frozen=True)
class Table:
    """The table, and how it is written: `part_bytes` at most in a part."""

    client: "DynamoDBClient"
    name: str
    part_bytes: int = PART_BYTES
    sleep: Callable[[float], None] = time.sleep

    def head(self, place: Place, *, consistent: bool = True) -> Item | None:
        """The head of a document; None where there is none."""
        answer = self.client.get_item(
            TableName=self.name, Key=key(*place.head), ConsistentRead=consistent
        )
        return answer.get("Item")

    def partition(self, name: str, *, consistent: bool = True) -> Sequence[Item]:
        """All items of a partition, in order."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": name}},
            ConsistentRead=consistent,
        )
        return [item for page in pages for item in page["Items"]]


@dataclass(frozen=True)
class PartedDocument:
    """A document that is to be kept: its revision, its bytes, and what else its head says."""

    revision: Revision
    content: bytes
    attributes: Item = field(default_factory=dict)


def save(
    table: Table, place: Place, document: PartedDocument, prepare: Callable[[], None] | None = None
) -> Outcome:
    """Keep a document unless a newer one is kept: readers see the old one or all of the new.

    `prepare` is done before the new document takes the old one's place. Raises StoreError where
    the document is too large, or others write it all the time.
    """
    packed, size = gzip.compress(document.content, mtime=0), table.part_bytes
    bodies = [packed[start : start + size] for start in range(0, len(packed), size)]
    if len(bodies) > MOST_PARTS:
        raise StoreError(f"{place.what} has {len(packed):,} bytes packed")
    for pause in pauses():
        old = table.head(place)
        outcome = compare_revisions(document.revision, old["revision"]["S"] if old else None)
        if outcome is not Outcome.SAVED:
            return outcome
        if prepare is not None:
            prepare()
        if _replace(table, place, document, bodies, old):
            return Outcome.SAVED
        table.sleep(pause)
    raise StoreError(f"{place.what} is being written by others all the time")


def unpack(parts: Sequence[Item]) -> tuple[Revision, bytes] | None:
    """The document that parts make, in order; None where they are not all of one revision.

    That happens when they were read while they were being replaced.
    """
    revisions = {part["revision"]["S"] for part in parts}
    if len(revisions) != 1 or len(parts) != int(parts[0]["parts"]["N"]):
        return None
    return revisions.pop(), gzip.decompress(b"".join(part["body"]["B"] for part in parts))


def key(partition: str, sort: str) -> Item:
    """The key of an item."""
    return {"pk": {"S": partition}, "sk": {"S": sort}}


def pauses() -> Iterator[float]:
    """Growing pauses, in seconds, one for each further attempt."""
    return (FIRST_PAUSE * 2**attempt for attempt in range(ATTEMPTS))


def _replace(
    table: Table,
    place: Place,
    document: PartedDocument,
    bodies: Sequence[bytes],
    old: Mapping[str, Any] | None,
) -> bool:
    """Put a new document in the place of an old one; False where the old one has changed."""
    state = {"revision": {"S": document.revision}, "parts": {"N": str(len(bodies))}}
    head = {**key(*place.head), **state, **document.attributes}
    puts = [{"Item": head, **_unchanged(old)}]
    puts += [
        {"Item": {**_part_key(place, number), **state, "body": {"B": body}}}
        for number, body in enumerate(bodies)
    ]
    surplus = range(len(bodies), int(old["parts"]["N"]) if old else 0)
    writes: list[Any] = [{"Put": {"TableName": table.name, **put}} for put in puts]
    writes += [
        {"Delete": {"TableName": table.name, "Key": _part_key(place, number)}} for number in surplus
    ]
    try:
        table.client.transact_write_items(TransactItems=writes)
    except ClientError as error:
        if _is_contention(error):
            logger.info("document is being written by another run", extra={"error": str(error)})
            return False
        raise
    return True


def _unchanged(old: Mapping[str, Any] | None) -> Item:
    """The condition that a head is as it was read."""
    if old is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "revision = :old",
        "ExpressionAttributeValues": {":old": old["revision"]},
    }


def _part_key(place: Place, number: int) -> Item:
    return key(place.parts, f"{place.prefix}{number:03}")


def _is_contention(error: ClientError) -> bool:
    if error_code(error) != "TransactionCanceledException":
        return False
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code", "None") for reason in reasons} - {"None"}
    return bool(codes) and codes <= CONTENTION
