"""Which digests the records were of that the renderer failed on for good.

The stream remembers its records for a day. Of those that it has forgotten only the time is known;
then the digests are looked for that are not published as they are kept, or that were being
published while the renderer failed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.adapters.dynamodb import Table
from hotpapers.adapters.dynamodb_catalogue import MARKS
from hotpapers.adapters.dynamodb_editions import HEADS, DynamoDBEditions
from hotpapers.adapters.s3 import NOT_FOUND, REVISION
from hotpapers.domain.edition import EditionHead
from hotpapers.use_cases.render import digest_path
from local.dead_letters import Batch
from local.deployed import Client

DaysByHandle = Mapping[str, Sequence[date]]
"""Listing dates, by the handles of the messages that are about them."""

FORGOTTEN = frozenset({"TrimmedDataAccessException", "ResourceNotFoundException"})
"""What DynamoDB answers where it has no such records any more, or no such stream or shard."""
MOST_PAGES = 100
"""So many answers of the stream are read for a batch of ten records; some are empty."""
HEADS_AT_ONCE = 100
SLACK = timedelta(minutes=1)
"""By how much the clocks of DynamoDB, S3 and SQS may differ."""


@dataclass(frozen=True)
class Publication:
    """How a digest lies in the bucket: whether as it is kept, and since when (UTC; None: not)."""

    day: date
    is_current: bool
    put_at: datetime | None


class FailedBatches:
    """The stream, the table and the bucket of a stack, as far as they tell what has failed."""

    def __init__(
        self, client: Client, table: str, bucket: str, tell: Callable[[str], None]
    ) -> None:
        self._client = client
        self._table = table
        self._bucket = bucket
        self._tell = tell

    def days(self, batches: Mapping[str, Batch]) -> DaysByHandle:
        """The listing dates of whose digests batches were. Raises StoreError."""
        remembered = {handle: self._remembered(batch) for handle, batch in batches.items()}
        forgotten = any(days is None for days in remembered.values())
        publications = list(self._publications()) if forgotten else []
        return {
            handle: _days_of(batches[handle], publications) if days is None else days
            for handle, days in remembered.items()
        }

    @failures_of("DynamoDB Streams")
    def _remembered(self, batch: Batch) -> Sequence[date] | None:
        """What the stream remembers of a batch; None where that is not all."""
        try:
            records = list(self._records(batch))
        except ClientError as error:
            if error_code(error) in FORGOTTEN:
                return None
            raise
        numbers = [int(record["SequenceNumber"]) for record in records]
        if not numbers or numbers[-1] < int(batch.last):
            return None
        keys = [
            record["Keys"]
            for record, number in zip(records, numbers, strict=True)
            if number <= int(batch.last)
        ]
        days = {date.fromisoformat(key["sk"]["S"]) for key in keys if key["pk"]["S"] == HEADS}
        return sorted(days)

    def _records(self, batch: Batch) -> Iterator[Mapping[str, Any]]:
        """The records of the table from the batch's first one on, at least until its last."""
        streams = self._client("dynamodbstreams")
        iterator = streams.get_shard_iterator(
            StreamArn=batch.stream,
            ShardId=batch.shard,
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch.first,
        )["ShardIterator"]
        for _ in range(MOST_PAGES):
            answer = streams.get_records(ShardIterator=iterator)
            records = [record["dynamodb"] for record in answer["Records"]]
            yield from records
            iterator = answer.get("NextShardIterator")
            if not iterator:
                return
            if records and int(records[-1]["SequenceNumber"]) >= int(batch.last):
                return

    def _publications(self) -> Iterator[Publication]:
        """How each digest lies in the bucket, the newest first."""
        client = self._client("dynamodb")
        with failures_of("DynamoDB"):
            marks = Table(client, self._table).partition(MARKS)
        filed = {item["sk"]["S"]: item["revision"]["S"] for item in marks}
        s3 = self._client("s3")
        for number, head in enumerate(self._heads(client), 1):
            self._tell(f"{number} digests compared with the bucket")
            yield self._publication(s3, head, filed.get(str(head.date), ""))

    def _heads(self, client: Any) -> Iterator[EditionHead]:
        """What is kept of each digest, the newest first."""
        editions = DynamoDBEditions(client, self._table)
        heads = editions.newest_heads(HEADS_AT_ONCE)
        while heads:
            yield from heads
            heads = editions.newest_heads(HEADS_AT_ONCE, before=heads[-1].date)

    @failures_of("S3")
    def _publication(self, s3: Any, head: EditionHead, filed: str) -> Publication:
        try:
            held = s3.head_object(Bucket=self._bucket, Key=digest_path(head.date))
        except ClientError as error:
            if error_code(error) == NOT_FOUND:
                return Publication(head.date, is_current=False, put_at=None)
            raise
        is_current = held["Metadata"].get(REVISION) == filed == head.revision
        return Publication(head.date, is_current, held["LastModified"])


def _days_of(batch: Batch, publications: Sequence[Publication]) -> Sequence[date]:
    """The listing dates that a batch may have been of, oldest first.

    The renderer writes a digest's files first, and may have failed at its page or the feeds.
    """
    first, last = batch.arrived - SLACK, batch.given_up + SLACK
    return sorted(
        each.day
        for each in publications
        if not each.is_current or (each.put_at and first <= each.put_at <= last)
    )
