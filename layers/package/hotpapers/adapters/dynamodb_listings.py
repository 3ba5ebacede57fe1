"""How each listing date stands, its papers, and on which day each paper is new, in the table."""

import gzip
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from zlib import crc32

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.adapters.dynamodb import Item, TableStore, key
from hotpapers.adapters.dynamodb_parts import PartedDocument, Place, read, read_part, save
from hotpapers.documents.listing_json import (
    read_listing,
    read_paper,
    read_papers,
    write_listing,
    write_papers,
)
from hotpapers.domain.edition import Outcome, revision
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, supersedes
from hotpapers.domain.paper import Paper

HEADS = "LISTINGS"
LISTED = "LISTED"

SHARES = 32
"""In how many parts the papers of a listing are kept, each in the one that its id says: so that one
paper is read without the others (but for some fifty, on a busy day). Listings from before that have
fewer parts (decision 0024)."""

BATCH_SIZE = 100
"""How many items DynamoDB gives in a batch."""


class DynamoDBListings(TableStore):
    """Listings kept in a DynamoDB table.

    A listing's head has the listing itself, and says how many parts its papers have; these are of
    the revision of the head with which they were kept, which may have been replaced since. On which
    day a paper is new is an item of its own, without the paper.
    """

    @failures_of("DynamoDB")
    def listings(self, first: date, last: date) -> Mapping[date, Listing]:
        """What is kept of the listing dates of a span, both ends included, by date."""
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
        """The day on which a paper is new, and the paper; None for one that is in no listing."""
        item = self._table.item(_place(paper), consistent=self._consistent)
        if item is None:
            return None
        day = _day(item)
        document = read_part(
            self._table, _listing(day), _share(paper), SHARES, consistent=self._consistent
        )
        for each in read_papers(document or b""):
            if each.id == paper:
                return day, each
        # Where the listing is from before a paper could be read alone, its place has it too.
        return (day, read_paper(gzip.decompress(item["paper"]["B"]))) if "paper" in item else None

    @failures_of("DynamoDB")
    def keep(self, listing: Listing, papers: Sequence[Paper] | None = None) -> bool:
        """Keep how a listing date stands, with all its papers where they are given (else those that
        are kept stay); returns whether this was done."""
        head = write_listing(listing)
        content = None if papers is None else _shares(papers)
        document = PartedDocument(
            revision=revision(listing.found_at, b"".join([head, *(content or ())])),
            content=content,
            attributes={"listing": {"S": head.decode()}},
        )

        def decide(old: Item | None) -> Outcome:
            kept = _read_head(old) if old else None
            return Outcome.SAVED if supersedes(listing, kept) else Outcome.SUPERSEDED

        outcome = save(self._table, _listing(listing.date), document, decide=decide)
        return outcome is Outcome.SAVED

    @failures_of("DynamoDB")
    def claim(self, day: date, papers: Collection[PaperId]) -> Mapping[PaperId, date]:
        """Make papers new on a day, each unless it is new on another: those, with their days.

        Each paper is claimed by itself, so that a claim that fails half-way is continued by
        repeating it. What was claimed before is read first, since that costs half of writing it.
        """
        wanted = list(dict.fromkeys(papers))
        claimed = dict(self._claimed(wanted))
        claimed |= {paper: self._put(day, paper) for paper in wanted if paper not in claimed}
        return {paper: listed for paper, listed in claimed.items() if listed != day}

    def _put(self, day: date, paper: PaperId) -> date:
        """Claim a paper; the day on which it is new then, as another run may have come first."""
        try:
            self._table.client.put_item(
                TableName=self._table.name,
                Item={**_place(paper), "listed": {"S": day.isoformat()}},
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            answer: Any = error.response
            return _day(answer["Item"])
        return day

    def _claimed(self, papers: Sequence[PaperId]) -> Mapping[PaperId, date]:
        """Those of the papers that are new on some day, with their days."""
        batches = (
            [_place(paper) for paper in papers[start : start + BATCH_SIZE]]
            for start in range(0, len(papers), BATCH_SIZE)
        )
        found = [item for batch in batches for item in self._table.items(batch)]
        return {PaperId(item["pk"]["S"].partition("#")[2]): _day(item) for item in found}


def _listing(day: date) -> Place:
    return Place(f"the listing of {day}", (HEADS, day.isoformat()), f"LISTING#{day}", "PART#")


def _share(paper: PaperId) -> int:
    """Which part of a listing a paper is in: always the same one, whatever others there are."""
    return crc32(paper.encode()) % SHARES


def _shares(papers: Sequence[Paper]) -> Sequence[bytes]:
    """The documents of a listing's parts."""
    shares: list[list[Paper]] = [[] for _ in range(SHARES)]
    for paper in papers:
        shares[_share(paper.id)].append(paper)
    return [write_papers(share) for share in shares]


def _place(paper: PaperId) -> Item:
    return key(f"PAPER#{paper}", LISTED)


def _read_head(item: Item) -> Listing:
    return read_listing(item["listing"]["S"].encode())


def _day(item: Item) -> date:
    return date.fromisoformat(item["listed"]["S"])
