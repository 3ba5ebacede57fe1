"""Editions of digests in the table, and in which digests each paper was."""

from collections.abc import Sequence
from datetime import date, datetime

from hotpapers.adapters.aws import failures_of
from hotpapers.adapters.dynamodb import Item, TableStore, key
from hotpapers.adapters.dynamodb_parts import PartedDocument, Place, read, read_packed, save
from hotpapers.domain.edition import Edition, EditionHead, Outcome, Revision
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.packing import Packed

HEADS = "DIGESTS"

MOST_PAPER_ENTRIES = 10
"""A paper is new on one day; an id that came into the digests of more is looked for in these."""
AFTER_ALL_DATES = "A"
"""A paper's other items, such as where it is listed, stand behind its dates."""


class DynamoDBEditions(TableStore):
    """Editions kept in a DynamoDB table."""

    @failures_of("DynamoDB")
    def head(self, day: date) -> EditionHead | None:
        """What is kept for a listing date; None where nothing is."""
        item = self._table.item(key(*_digest(day).head), consistent=self._consistent)
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
    def heads(self, first: date, last: date) -> Sequence[EditionHead]:
        """The heads of the digests of a span, both ends included, in order, in one query."""
        span = (first.isoformat(), last.isoformat())
        items = self._table.partition(HEADS, within=span, consistent=self._consistent)
        return [_read_head(item) for item in items]

    @failures_of("DynamoDB")
    def first_date(self) -> date | None:
        """The listing date of the oldest digest; None where there is none."""
        answer = self._table.client.query(
            TableName=self._table.name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": HEADS}},
            Limit=1,
            ConsistentRead=self._consistent,
        )
        dates = [date.fromisoformat(item["sk"]["S"]) for item in answer["Items"]]
        return dates[0] if dates else None

    @failures_of("DynamoDB")
    def document(self, day: date) -> tuple[Revision, bytes] | None:
        """The document that is kept for a listing date, whole; None where nothing is."""
        return read(self._table, _digest(day), consistent=self._consistent)

    @failures_of("DynamoDB")
    def packed_document(self, day: date) -> tuple[Revision, Packed] | None:
        """The document as `document` gives it, still packed."""
        return read_packed(self._table, _digest(day), consistent=self._consistent)

    @failures_of("DynamoDB")
    def listing_dates(self, paper: PaperId) -> Sequence[date]:
        """The listing dates in some edition of whose digest a paper was, newest first."""
        answer = self._table.client.query(
            TableName=self._table.name,
            KeyConditionExpression="pk = :pk AND sk < :end",
            ExpressionAttributeValues={
                ":pk": {"S": f"PAPER#{paper}"},
                ":end": {"S": AFTER_ALL_DATES},
            },
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
        document = PartedDocument(edition.revision, edition.document, _head_attributes(edition))
        place = _digest(edition.date)
        return save(self._table, place, document, lambda: self._write_paper_entries(edition))

    def _write_paper_entries(self, edition: Edition) -> None:
        papers = sorted(set(edition.papers))
        self._table.put_all([key(f"PAPER#{paper}", edition.date.isoformat()) for paper in papers])


def _digest(day: date) -> Place:
    return Place(f"the digest of {day}", (HEADS, day.isoformat()), f"DIGEST#{day}", "PART#")


def _head_attributes(edition: Edition) -> Item:
    """What a head says besides the revision; what there is nothing to say of is absent."""
    attributes: Item = {
        "collected_at": {"S": edition.collected_at.isoformat()},
        "papers": {"N": str(len(edition.papers))},
    }
    if edition.failed:
        attributes["failed"] = {"S": ",".join(edition.failed)}
    if edition.quiet:
        attributes["quiet"] = {"BOOL": True}
    if edition.final:
        attributes["final"] = {"BOOL": True}
    if edition.published_at is not None:
        attributes["published_at"] = {"S": edition.published_at.isoformat()}
    return attributes


def _read_head(item: Item) -> EditionHead:
    failed = item.get("failed", {"S": ""})["S"]
    published_at = item.get("published_at")
    return EditionHead(
        date=date.fromisoformat(item["sk"]["S"]),
        collected_at=datetime.fromisoformat(item["collected_at"]["S"]),
        revision=item["revision"]["S"],
        papers=int(item["papers"]["N"]),
        failed=tuple(failed.split(",")) if failed else (),
        quiet="quiet" in item,
        final="final" in item,
        published_at=datetime.fromisoformat(published_at["S"]) if published_at else None,
    )
