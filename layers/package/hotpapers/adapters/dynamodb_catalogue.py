"""The catalogue in the table: the papers of all digests, one by one, and an index of their terms.

A card is an item, packed. A term of a paper is an item too, which is nothing but its key. Terms are
written before the card that has them, and taken away after the card that had them, so whatever a
card has is found. A term may lead nowhere for a moment, or for ever where an older run wrote it
late; whoever reads passes over that.

Which revision's cards a day has is said by an item of its own, the day's *mark*. All changes but
the writing of terms go together with the condition that the mark is still one's own, so an older
run stops where a newer one has begun. The mark also keeps the papers whose terms are being taken
away (`former`), since no card tells them any more: whoever continues reads them there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.adapters.dynamodb import Item, Table, TableStore, key, pauses
from hotpapers.documents.card_json import read_card, write_card
from hotpapers.documents.listing_json import read_papers, write_papers
from hotpapers.domain.card import Card, Position, position
from hotpapers.domain.edition import Revision
from hotpapers.domain.packing import Packed, pack
from hotpapers.domain.paper import Paper
from hotpapers.domain.terms import INDEX, Term, paper_terms
from hotpapers.errors import StoreError

CARDS = "CARDS"
MARKS = "FILED"
AFTER_ALL_PAPERS = "~"
"""Behind the ids of all papers, in the order of sort keys."""

MOST_READ = 100
"""How many items DynamoDB gives in a batch."""
MOST_CARDS = 10
"""Of the largest cards, so many go into a transaction of 4 MB, with room for the mark."""
MOST_TERMS = 99
"""Of terms, so many are deleted in a transaction of 100 items, beside the mark."""


class DynamoDBCatalogue(TableStore):
    """A catalogue kept in a DynamoDB table."""

    @failures_of("DynamoDB")
    def newest(self, limit: int, after: Position | None = None) -> Sequence[Card]:
        """Cards, the newest first, all after a position in this order.

        There are `limit` of them, or fewer where the catalogue ends.
        """
        items = self._table.newest(CARDS, limit, after, consistent=self._consistent)
        return [_read(item) for item in items]

    @failures_of("DynamoDB")
    def positions(
        self, term: Term, limit: int, after: Position | None = None
    ) -> Sequence[Position]:
        """Where papers stand that have a term, the newest first, all after a position.

        There are `limit` of them, or fewer where there are no more. The card of one may be gone.
        """
        items = self._table.newest(_partition(term), limit, after, consistent=self._consistent)
        return [item["sk"]["S"] for item in items]

    @failures_of("DynamoDB")
    def cards(self, positions: Collection[Position]) -> Sequence[Card]:
        """The cards at up to 100 positions, the newest first; those that are gone are absent."""
        keys = [key(CARDS, place) for place in set(positions)]
        if len(keys) > MOST_READ:
            raise ValueError(f"{len(keys)} cards are asked for at once")
        items = self._table.items(keys, consistent=self._consistent)
        return sorted(map(_read, items), key=lambda card: card.position, reverse=True)

    @failures_of("DynamoDB")
    def file(self, day: date, revision: Revision, cards: Sequence[Card]) -> None:
        """Make these the cards of a listing date, as its digest of a revision has them.

        Others that the day has go. Where a newer revision was filed already, nothing is done. What
        fails half-way is continued by repeating it.
        """
        wanted = {card.position: card for card in cards}
        items = {place: self._item(card) for place, card in wanted.items()}
        for pause in pauses():
            if self._is_filed(day, revision, wanted, items):
                return
            self._table.sleep(pause)
        raise StoreError(f"the cards of {day} are being written by others all the time")

    def _is_filed(
        self,
        day: date,
        revision: Revision,
        wanted: Mapping[Position, Card],
        items: Mapping[Position, Item],
    ) -> bool:
        """File a day's cards; False where others were in the way, and it is to be tried again."""
        try:
            former = _claim(self._table, day, revision)
        except ClientError as error:
            if error_code(error) not in _CLAIM_FAILURES:
                raise
            return _CLAIM_FAILURES[error_code(error)]
        kept = {item["sk"]["S"]: item for item in _items_of(self._table, day)}
        return _Filing(self._table, day, revision, wanted, items, kept, former).is_done()

    def _item(self, card: Card) -> Item:
        packed = pack(write_card(card)).content
        if len(packed) > self._table.part_bytes:
            raise StoreError(f"the card {card.position} has {len(packed):,} bytes packed")
        return {**key(CARDS, card.position), "index": {"N": str(INDEX)}, "body": {"B": packed}}


_CLAIM_FAILURES = {"ConditionalCheckFailedException": True, "TransactionConflictException": False}
"""Why a mark is not one's own: another run's is newer, so there is nothing to do any more (True);
or another run just writes it."""


@dataclass(frozen=True)
class _Filing:
    """What is filed for a day, and what was kept of it when its mark became one's own.

    `wanted` are the cards and `items` these as items, `kept` the items that there are; `former` are
    the papers whose terms somebody had begun to take away.
    """

    table: Table
    day: date
    revision: Revision
    wanted: Mapping[Position, Card]
    items: Mapping[Position, Item]
    kept: Mapping[Position, Item]
    former: Sequence[Paper]

    def is_done(self) -> bool:
        """Do it all, one after the other; False where another run wrote the mark meanwhile."""
        self.table.put_all(
            [
                key(_partition(term), place)
                for place, card in self.wanted.items()
                for term in sorted(paper_terms(card.entry.paper) - self._terms_kept(place))
            ]
        )
        former = tuple(dict.fromkeys([*self.former, *self._leaving()]))
        if not self._write(self._card_writes(), MOST_CARDS, former):
            return False
        if not former:
            return True
        return self._write(self._deletions(former), MOST_TERMS, former) and self._change((), ())

    def _terms_kept(self, place: Position) -> frozenset[Term]:
        """The terms that certainly lead to a position."""
        item = self.kept.get(place)
        is_leaving = any(position(self.day, paper.id) == place for paper in self.former)
        if item is None or is_leaving or item["index"]["N"] != str(INDEX):
            return frozenset()
        return paper_terms(_read(item).entry.paper)

    def _leaving(self) -> Iterator[Paper]:
        """The papers, as their cards have them now, of which there are terms to be taken away."""
        for place, item in self.kept.items():
            paper = _read(item).entry.paper
            if self._stale_terms(place, paper):
                yield paper

    def _stale_terms(self, place: Position, former: Paper) -> frozenset[Term]:
        """The terms of a paper as it was that it has no longer."""
        card = self.wanted.get(place)
        return paper_terms(former) - (paper_terms(card.entry.paper) if card else frozenset())

    def _card_writes(self) -> Sequence[Item]:
        changed = [item for place, item in self.items.items() if item != self.kept.get(place)]
        dropped = [place for place in self.kept if place not in self.items]
        return [
            *({"Put": {"TableName": self.table.name, "Item": item}} for item in changed),
            *(_deletion(self.table, key(CARDS, place)) for place in dropped),
        ]

    def _deletions(self, former: Sequence[Paper]) -> Sequence[Item]:
        places = [(position(self.day, paper.id), paper) for paper in former]
        keys = {
            (_partition(term), place)
            for place, paper in places
            for term in self._stale_terms(place, paper)
        }
        return [_deletion(self.table, key(*each)) for each in sorted(keys)]

    def _write(self, writes: Sequence[Item], most: int, former: Sequence[Paper]) -> bool:
        """Do writes, so many at once; False where the mark is not one's own any more."""
        return all(
            self._change(writes[start : start + most], former)
            for start in range(0, len(writes), most)
        )

    def _change(self, writes: Sequence[Item], former: Sequence[Paper]) -> bool:
        """Do writes together with the mark, which from then on keeps so many former papers."""
        values: Item = {":revision": {"S": self.revision}}
        expression = "REMOVE former"
        if former:
            expression, values[":former"] = "SET former = :former", {"B": self._pack(former)}
        mark: Item = {
            "TableName": self.table.name,
            "Key": key(MARKS, self.day.isoformat()),
            "UpdateExpression": expression,
            "ConditionExpression": "revision = :revision",
            "ExpressionAttributeValues": values,
        }
        return self.table.write_together([{"Update": mark}, *writes])

    def _pack(self, former: Sequence[Paper]) -> bytes:
        packed = pack(write_papers(former)).content
        if len(packed) > self.table.part_bytes:
            raise StoreError(f"the former papers of {self.day} have {len(packed):,} bytes packed")
        return packed


def _claim(table: Table, day: date, revision: Revision) -> Sequence[Paper]:
    """Make a day's mark one's own; the former papers that it keeps.

    Raises ClientError where a newer run has it, or another one writes it just now.
    """
    answer = table.client.update_item(
        TableName=table.name,
        Key=key(MARKS, day.isoformat()),
        UpdateExpression="SET revision = :revision",
        ConditionExpression="attribute_not_exists(revision) OR revision <= :revision",
        ExpressionAttributeValues={":revision": {"S": revision}},
        ReturnValues="ALL_NEW",
    )
    former: Any = answer["Attributes"].get("former")
    return read_papers(Packed(former["B"]).unpack()) if former else ()


def _items_of(table: Table, day: date) -> Sequence[Item]:
    return table.partition(CARDS, within=(f"{day}#", f"{day}#{AFTER_ALL_PAPERS}"))


def _read(item: Item) -> Card:
    return read_card(Packed(item["body"]["B"]).unpack())


def _partition(term: Term) -> str:
    return f"TERM#{term}"


def _deletion(table: Table, place: Item) -> Item:
    return {"Delete": {"TableName": table.name, "Key": place}}
