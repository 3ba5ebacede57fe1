"""The table: what is in it, and how it is asked.

| pk                        | sk                      | what                                      |
| ------------------------- | ----------------------- | ----------------------------------------- |
| `DIGESTS`                 | `2020-09-18`            | the head of a digest: revision, times …   |
| `DIGEST#2020-09-18`       | `PART#000`…             | its document, packed, in parts            |
| `PAPER#2009.08319`        | `2020-09-18`            | that some edition of the digest had it    |
| `PAPER#2009.08319`        | `LISTED`                | the day on which it is new                |
| `LISTINGS`                | `2020-09-18`            | how the listing date stands               |
| `LISTING#2020-09-18`      | `PART#000`…`PART#031`   | its papers, packed, in parts by their ids |
| `LISTING#2020-09-18#…`    | `000`…                  | these, where they are too many to be put  |
|                           |                         | at once; of other documents likewise      |
| `READINGS#2020-09-18`     | `x`                     | the head of what a source told of a day   |
| `READINGS#2020-09-18`     | `x#000`…                | all of it, packed, in parts               |
| `MEASUREMENTS#2020-09-18` | `2020-09-19T10:00:00Z`  | what a run measured of that day, packed   |
| `ROUNDUPS`                | `2020-W38`, `2020-09`   | the head of a roundup                     |
| `ROUNDUP#2020-W38`        | `PART#000`…             | its document, packed, in parts            |
| `CARDS`                   | `2020-09-18#2009.08319` | a paper of a digest, packed               |
| `TERM#w:engine`           | `2020-09-18#2009.08319` | nothing more: a paper has a term          |
| `FILED`                   | `2020-09-18`            | the revision whose cards the day has      |
| `PACES`                   | `arxiv`                 | whose turn it is to ask arXiv             |

Every list is one partition, read in order, so no request costs more as the archive grows.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code
from hotpapers.errors import StoreError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = logging.getLogger(__name__)

Item = dict[str, Any]

PART_BYTES = 350_000
"""How much of a document goes into an item, of the 400 KB that an item may have in all."""

BATCH_SIZE = 25
"""How many items DynamoDB takes in a batch."""

ATTEMPTS = 6
FIRST_PAUSE = 0.05
PASSING = frozenset(
    {
        "ConditionalCheckFailed",
        "TransactionConflict",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    }
)
"""Why a transaction is cancelled that may go through a moment later: another run writes the same
items at the same time, or the table is still growing to what it is given."""


@dataclass(frozen=True)
class Table:
    """The table, and how it is written: `part_bytes` at most of a document in an item."""

    client: "DynamoDBClient"
    name: str
    part_bytes: int = PART_BYTES
    sleep: Callable[[float], None] = time.sleep

    def item(self, key: Item, *, consistent: bool = True) -> Item | None:
        """The item of a key; None where there is none."""
        answer = self.client.get_item(TableName=self.name, Key=key, ConsistentRead=consistent)
        return answer.get("Item")

    def items(self, keys: Sequence[Item], *, consistent: bool = True) -> Sequence[Item]:
        """The items of so many keys as a batch may have, in no order.

        Raises StoreError where the table does not give them all.
        """
        found: list[Item] = []
        left: list[Any] = list(keys)
        waits = pauses()
        while left:
            question: Any = {self.name: {"Keys": left, "ConsistentRead": consistent}}
            answer = self.client.batch_get_item(RequestItems=question)
            found += answer["Responses"].get(self.name, [])
            unprocessed: Any = answer.get("UnprocessedKeys", {}).get(self.name, {})
            left = unprocessed.get("Keys", [])
            if left:
                pause = next(waits, None)
                if pause is None:
                    raise StoreError("the table does not give all that it is asked for")
                self.sleep(pause)
        return found

    def partition(
        self, name: str, *, within: tuple[str, str] | None = None, consistent: bool = True
    ) -> Sequence[Item]:
        """All items of a partition, in order; those of a range of sort keys where one is given."""
        condition, values = "pk = :pk", {":pk": {"S": name}}
        if within is not None:
            first, last = within
            if first > last:  # which DynamoDB does not take
                return []
            condition += " AND sk BETWEEN :first AND :last"
            values |= {":first": {"S": first}, ":last": {"S": last}}
        return self._query(condition, values, None, consistent)

    def newest(
        self, name: str, limit: int, before: str | None = None, *, consistent: bool = True
    ) -> Sequence[Item]:
        """Items of a partition, the last first, all before a sort key: `limit`, or all there are.

        One query, and further ones only where it ends at 1 MB, as much as DynamoDB answers.
        """
        condition, values = "pk = :pk", {":pk": {"S": name}}
        if before is not None:
            condition += " AND sk < :before"
            values[":before"] = {"S": before}
        return self._query(condition, values, limit, consistent)

    def _query(
        self, condition: str, values: Item, limit: int | None, consistent: bool
    ) -> Sequence[Item]:
        """All items that a query finds, page by page; of so many as a limit says, the last first.

        botocore's paginator does the same, and first looks through the folders of all services of
        AWS for a description of it, in a function's first request.
        """
        question: Any = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ConsistentRead": consistent,
        }
        if limit is not None:
            question |= {"ScanIndexForward": False, "Limit": limit}
        found: list[Item] = []
        while True:
            answer = self.client.query(**question)
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer or len(found) == limit:
                return found
            question["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            if limit is not None:
                question["Limit"] = limit - len(found)

    def put_all(self, items: Sequence[Item]) -> None:
        """Put items, each given once, in batches and without conditions.

        Raises StoreError where the table does not take them all.
        """
        writes: list[Any] = [{"PutRequest": {"Item": item}} for item in items]
        waits = pauses()
        while writes:
            batch, writes = writes[:BATCH_SIZE], writes[BATCH_SIZE:]
            answer = self.client.batch_write_item(RequestItems={self.name: batch})
            if left := answer.get("UnprocessedItems", {}).get(self.name, []):
                pause = next(waits, None)
                if pause is None:
                    raise StoreError("the table does not take all that it is given")
                writes = [*left, *writes]
                self.sleep(pause)

    def clear(self, partition: str) -> None:
        """Delete all items of a partition, one by one."""
        for item in self.partition(partition):
            place = {"pk": item["pk"], "sk": item["sk"]}
            self.client.delete_item(TableName=self.name, Key=place)

    def write_together(self, writes: Sequence[Item]) -> bool:
        """Do writes in one transaction; False where it may go through a moment later."""
        items: list[Any] = list(writes)
        try:
            self.client.transact_write_items(TransactItems=items)
        except ClientError as error:
            if _may_pass(error):
                logger.info("transaction is tried again", extra={"error": str(error)})
                return False
            raise
        return True


class TableStore:
    """A store in the table, from which the ones of each kind of thing are made."""

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
        self._table = Table(client, table_name, part_bytes, sleep)
        self._consistent = consistent


def key(partition: str, sort: str) -> Item:
    """The key of an item."""
    return {"pk": {"S": partition}, "sk": {"S": sort}}


def pauses() -> Iterator[float]:
    """Growing pauses, in seconds, one for each further attempt."""
    return (FIRST_PAUSE * 2**attempt for attempt in range(ATTEMPTS))


def _may_pass(error: ClientError) -> bool:
    if error_code(error) != "TransactionCanceledException":
        return False
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code", "None") for reason in reasons} - {"None"}
    return bool(codes) and codes <= PASSING
