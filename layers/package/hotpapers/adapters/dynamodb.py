"""The table: editions of digests, where each paper is, and what the sources told.

| pk                    | sk           | what                                                    |
| --------------------- | ------------ | ------------------------------------------------------- |
| `DIGESTS`             | `2020-09-18` | the head of a digest: revision, time, numbers           |
| `DIGEST#2020-09-18`   | `PART#000`…  | its document, packed, in parts                          |
| `PAPER#2009.08319`    | `2020-09-18` | that the paper was in some edition of that digest       |
| `READINGS#2020-09-18` | `x`          | the head of what a source told of that day              |
| `READINGS#2020-09-18` | `x#000`…     | all of it, packed, in parts                             |

Every list is one partition, read in order, so no request costs more as the archive grows.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from hotpapers.adapters.aws import failures_of
from hotpapers.adapters.dynamodb_parts import (
    PART_BYTES,
    Item,
    PartedDocument,
    Place,
    Table,
    key,
    pauses,
    save,
    unpack,
)
from hotpapers.documents.reading_json import read_reading, write_reading
from hotpapers.domain.edition import Edition, EditionHead, Outcome, Revision, revision
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.reading import Reading
from hotpapers.domain.sources import SOURCES
from hotpapers.errors import StoreError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HEADS = "DIGESTS"

BATCH_SIZE = 25
"""How many items DynamoDB takes in a batch."""
MOST_PAPER_ENTRIES = 10
"""A paper is new on one day; an id that came into the digests of more is looked for in these."""


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
        self._table = Table(client, table_name, part_bytes, sleep)
        self._consistent = consistent

    @failures_of("DynamoDB")
    def head(self, day: date) -> EditionHead | None:
        """What is kept for a listing date; None where nothing is."""
        item = self._table.head(_digest(day), consistent=self._consistent)
        return _read_head(item) if item else None

    @failures_of("DynamoDB")
    def newest_heads(self, limit: int, before: date | None = None) -> Sequence[EditionHead]:
        """The newest digests' heads, newest first, at most `limit`, all of them before a date."""
        condition, values = "pk = :pk", {":pk": {"S": HEADS}}
        if before is not None:
            condition += " AND sk < :before"
            values[":before"] = {"S": before.isoformat()}
        answer = self._table.client.query(
            TableName=self._table.name,
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
        for pause in pauses():
            parts = self._table.partition(_digest(day).parts, consistent=self._consistent)
            if not parts:
                return None
            if document := unpack(parts):
                return document
            self._table.sleep(pause)
        raise StoreError(f"the digest of {day} cannot be read whole")

    @failures_of("DynamoDB")
    def listing_dates(self, paper: PaperId) -> Sequence[date]:
        """The listing dates in some edition of whose digest a paper was, newest first."""
        answer = self._table.client.query(
            TableName=self._table.name,
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
        attributes: Item = {
            "collected_at": {"S": edition.collected_at.isoformat()},
            "papers": {"N": str(len(edition.papers))},
        }
        if edition.failed:
            attributes["failed"] = {"S": ",".join(edition.failed)}
        document = PartedDocument(edition.revision, edition.document, attributes)
        place = _digest(edition.date)
        return save(self._table, place, document, lambda: self._write_paper_entries(edition))

    def _write_paper_entries(self, edition: Edition) -> None:
        writes: list[Any] = [
            {"PutRequest": {"Item": key(f"PAPER#{paper}", edition.date.isoformat())}}
            for paper in sorted(set(edition.papers))
        ]
        waits = pauses()
        while writes:
            batch, writes = writes[:BATCH_SIZE], writes[BATCH_SIZE:]
            answer = self._table.client.batch_write_item(RequestItems={self._table.name: batch})
            if left := answer.get("UnprocessedItems", {}).get(self._table.name, []):
                pause = next(waits, None)
                if pause is None:
                    raise StoreError("the table does not take all that it is given")
                writes = [*left, *writes]
                self._table.sleep(pause)


class DynamoDBReadings:
    """The sources' newest readings, kept in a DynamoDB table."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        *,
        part_bytes: int = PART_BYTES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = Table(client, table_name, part_bytes, sleep)

    @failures_of("DynamoDB")
    def readings(self, day: date) -> Mapping[str, Reading]:
        """What is kept for a listing date, by the sources' names."""
        for pause in pauses():
            items = self._table.partition(f"READINGS#{day}")
            documents = [unpack(parts) for parts in _parts_by_source(items)]
            whole = [read_reading(document[1]) for document in documents if document]
            if len(whole) == len(documents):
                # A source that there was in an earlier version of the system may be kept as well.
                return {each.source: each for each in whole if each.source in SOURCES}
            self._table.sleep(pause)
        raise StoreError(f"the readings of {day} cannot be read whole")

    @failures_of("DynamoDB")
    def keep(self, day: date, reading: Reading) -> bool:
        """Keep a reading unless a newer one is kept; returns whether this was done."""
        content = write_reading(reading)
        document = PartedDocument(revision(reading.taken_at, content), content)
        place = Place(
            what=f"the reading of {reading.source} for {day}",
            head=(f"READINGS#{day}", reading.source),
            parts=f"READINGS#{day}",
            prefix=f"{reading.source}#",
        )
        return save(self._table, place, document) is Outcome.SAVED


def _digest(day: date) -> Place:
    return Place(f"the digest of {day}", (HEADS, day.isoformat()), f"DIGEST#{day}", "PART#")


def _read_head(item: Item) -> EditionHead:
    failed = item.get("failed", {"S": ""})["S"]
    return EditionHead(
        date=date.fromisoformat(item["sk"]["S"]),
        collected_at=datetime.fromisoformat(item["collected_at"]["S"]),
        revision=item["revision"]["S"],
        papers=int(item["papers"]["N"]),
        failed=tuple(failed.split(",")) if failed else (),
    )


def _parts_by_source(items: Sequence[Item]) -> Sequence[Sequence[Item]]:
    """The parts of each source's reading, in order, without the heads."""
    parts: dict[str, list[Item]] = {}
    for item in items:
        source, _, number = item["sk"]["S"].partition("#")
        if number:
            parts.setdefault(source, []).append(item)
    return list(parts.values())
