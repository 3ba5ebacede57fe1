"""How each listing date stands, its papers, and on which day each paper is new, in the table."""

import gzip
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from hotpapers.adapters.aws import failures_of
from hotpapers.adapters.dynamodb import (
    PART_BYTES,
    TRANSACTION_BYTES,
    TRANSACTION_ITEMS,
    Item,
    Table,
    key,
    pauses,
)
from hotpapers.adapters.dynamodb_parts import PartedDocument, Place, read, save
from hotpapers.documents.listing_json import (
    read_listing,
    read_paper,
    read_papers,
    write_listing,
    write_paper,
    write_papers,
)
from hotpapers.domain.edition import Outcome, revision
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, supersedes
from hotpapers.domain.paper import Paper
from hotpapers.errors import StoreError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HEADS = "LISTINGS"
LISTED = "LISTED"


class DynamoDBListings:
    """Listings kept in a DynamoDB table.

    A listing's head has the listing itself, and says how many parts its papers have; these are of
    the revision of the head with which they were kept, which may have been replaced since.
    """

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
    def listings(self, first: date, last: date) -> Mapping[date, Listing]:
        """What is kept of the listing dates of a span, both ends included, by date."""
        if first > last:  # which DynamoDB does not take
            return {}
        within = (first.isoformat(), last.isoformat())
        items = self._table.partition(HEADS, within=within, consistent=self._consistent)
        found = map(_read_head, items)
        return {listing.date: listing for listing in found}

    @failures_of("DynamoDB")
    def papers(self, day: date) -> Sequence[Paper]:
        """The papers that are new on a day, in the order of their ids; none where none are kept."""
        document = read(self._table, _listing(day), consistent=self._consistent)
        return read_papers(document[1]) if document else ()

    @failures_of("DynamoDB")
    def place(self, paper: PaperId) -> tuple[date, Paper] | None:
        """The day on which a paper is new, and the paper; None for one that is new on no day."""
        item = self._table.item(_place(paper), consistent=self._consistent)
        return (_day(item), read_paper(gzip.decompress(item["paper"]["B"]))) if item else None

    @failures_of("DynamoDB")
    def keep(self, listing: Listing, papers: Sequence[Paper] | None = None) -> bool:
        """Keep how a listing date stands, with all its papers where they are given (else those that
        are kept stay); returns whether this was done."""
        head = write_listing(listing)
        content = None if papers is None else write_papers(papers)
        document = PartedDocument(
            revision=revision(listing.found_at, head + (content or b"")),
            content=content,
            attributes={"listing": {"S": head.decode()}},
        )

        def decide(old: Item | None) -> Outcome:
            kept = _read_head(old) if old else None
            return Outcome.SAVED if supersedes(listing, kept) else Outcome.SUPERSEDED

        outcome = save(self._table, _listing(listing.date), document, decide=decide)
        return outcome is Outcome.SAVED

    @failures_of("DynamoDB")
    def claim(self, day: date, papers: Sequence[Paper]) -> Mapping[PaperId, date]:
        """Make papers new on a day, each unless it is new on another: those, with their days.

        What was claimed before is read first, since that costs a fraction of writing it again.
        """
        wanted = {paper.id: self._packed(paper) for paper in papers}
        elsewhere: dict[PaperId, date] = {}
        for group in _groups(wanted):
            elsewhere |= self._claim(day, group)
        return elsewhere

    def _claim(self, day: date, wanted: Mapping[PaperId, bytes]) -> Mapping[PaperId, date]:
        """Claim what fits into a transaction."""
        for pause in pauses():
            kept = self._places(wanted)
            days = {paper: _day(item) for paper, item in kept.items()}
            elsewhere = {paper: listed for paper, listed in days.items() if listed != day}
            missing = {
                paper: packed
                for paper, packed in wanted.items()
                if paper not in kept
                or (paper not in elsewhere and kept[paper]["paper"]["B"] != packed)
            }
            if not missing or self._table.write_together(self._puts(day, missing)):
                return elsewhere
            self._table.sleep(pause)
        raise StoreError(f"the papers of {day} are being claimed by others all the time")

    def _puts(self, day: date, wanted: Mapping[PaperId, bytes]) -> Sequence[Item]:
        listed = {"S": day.isoformat()}
        return [
            {
                "Put": {
                    "TableName": self._table.name,
                    "Item": {**_place(paper), "listed": listed, "paper": {"B": packed}},
                    "ConditionExpression": "attribute_not_exists(pk) OR listed = :day",
                    "ExpressionAttributeValues": {":day": listed},
                }
            }
            for paper, packed in wanted.items()
        ]

    def _places(self, papers: Mapping[PaperId, bytes]) -> Mapping[PaperId, Item]:
        """Those of the papers that are new on some day."""
        items: list[Item] = []
        keys: list[Any] = [_place(paper) for paper in papers]
        waits = pauses()
        while keys:
            question: Any = {self._table.name: {"Keys": keys, "ConsistentRead": True}}
            answer = self._table.client.batch_get_item(RequestItems=question)
            items += answer["Responses"].get(self._table.name, [])
            left: Any = answer.get("UnprocessedKeys", {}).get(self._table.name, {})
            keys = left.get("Keys", [])
            if keys:
                pause = next(waits, None)
                if pause is None:
                    raise StoreError("the table does not give all that it is asked for")
                self._table.sleep(pause)
        return {PaperId(item["pk"]["S"].partition("#")[2]): item for item in items}

    def _packed(self, paper: Paper) -> bytes:
        packed = gzip.compress(write_paper(paper), mtime=0)
        if len(packed) > self._table.part_bytes:
            raise StoreError(f"the paper {paper.id} has {len(packed):,} bytes packed")
        return packed


def _groups(wanted: Mapping[PaperId, bytes]) -> Iterator[Mapping[PaperId, bytes]]:
    """The papers, packed, in groups that each fit into a transaction."""
    group: dict[PaperId, bytes] = {}
    size = 0
    for paper, packed in wanted.items():
        if len(group) == TRANSACTION_ITEMS or size + len(packed) > TRANSACTION_BYTES:
            yield group
            group, size = {}, 0
        group[paper] = packed
        size += len(packed)
    if group:
        yield group


def _listing(day: date) -> Place:
    return Place(f"the listing of {day}", (HEADS, day.isoformat()), f"LISTING#{day}", "PART#")


def _place(paper: PaperId) -> Item:
    return key(f"PAPER#{paper}", LISTED)


def _read_head(item: Item) -> Listing:
    return read_listing(item["listing"]["S"].encode())


def _day(item: Item) -> date:
    return date.fromisoformat(item["listed"]["S"])
