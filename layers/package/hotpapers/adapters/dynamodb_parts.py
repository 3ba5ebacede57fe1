"""Documents in the table: packed, in parts, each replaced whole and by newer ones only.

DynamoDB takes items of at most 400 KB, so a document is kept in as many parts as that makes
necessary (nearly always one). Its head, an item of its own, says of which revision it is; head and
parts change in one transaction.

That takes 4 MB at most, as much as 6,000 papers have. The parts of a larger document lie apart, in
a partition of their revision: they are put there before the transaction, which changes the head and
a single part that leads to them, and those of the old revision go after it. Whatever dies between
leaves parts behind that nothing leads to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotpapers.adapters.dynamodb import Item, Table, key, pauses
from hotpapers.domain.edition import Outcome, Revision, compare_revisions
from hotpapers.domain.packing import Packed, pack
from hotpapers.errors import StoreError

MOST_PARTS = 10
"""Of full parts, so many go into a transaction, with room for the head."""
APART = "apart"
"""The attribute of a head, and of a part, that says in which partition the parts lie instead."""

Decision = Callable[[Item | None], Outcome]
"""What should become of a document where another one's head (None: none) is kept already."""


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
class PartedDocument:
    """A document that is to be kept: its revision, its bytes, and what else its head says.

    A content is packed and cut into parts. A sequence of contents has a part for each, packed by
    itself, so that it can be read alone; read together they are one after the other. Without
    `content` (None) the head alone is replaced, and the parts stay, of the revision that they are.
    """

    revision: Revision
    content: bytes | Sequence[bytes] | None
    attributes: Item = field(default_factory=dict)


def save(
    table: Table,
    place: Place,
    document: PartedDocument,
    prepare: Callable[[], None] | None = None,
    *,
    decide: Decision | None = None,
) -> Outcome:
    """Keep a document unless a newer one is kept: readers see the old one or all of the new.

    `prepare` is done before the new document takes the old one's place. Which of the two is the
    newer one their revisions tell, or `decide`. Raises StoreError where others write the document
    all the time, or what is to be a part by itself is too large for one.
    """
    parts = _parts(table, place, document)
    for pause in pauses():
        old = table.item(key(*place.head))
        outcome = decide(old) if decide else _by_revision(document, old)
        if outcome is not Outcome.SAVED:
            return outcome
        if prepare is not None:
            prepare()
        if parts is not None:
            table.put_all(parts.apart)
        if _replace(table, place, document, parts, old):
            return Outcome.SAVED
        table.sleep(pause)
    raise StoreError(f"{place.what} is being written by others all the time")


def read(table: Table, place: Place, *, consistent: bool = True) -> tuple[Revision, bytes] | None:
    """The document that is kept, whole, as it was at one moment; None where there is none.

    Raises StoreError where it cannot be read whole.
    """
    kept = read_packed(table, place, consistent=consistent)
    return (kept[0], kept[1].unpack()) if kept else None


def read_packed(
    table: Table, place: Place, *, consistent: bool = True
) -> tuple[Revision, Packed] | None:
    """The document as `read` gives it, still packed."""
    for pause in pauses():
        parts = table.partition(place.parts, consistent=consistent)
        if not parts:
            return None
        if document := join(follow(table, parts, consistent=consistent)):
            return document
        table.sleep(pause)
    raise StoreError(f"{place.what} cannot be read whole")


def read_part(
    table: Table, place: Place, number: int, of: int, *, consistent: bool = True
) -> bytes | None:
    """What a part by itself has in a document of a sequence `of` so many; None where the document
    that is kept is none of such a sequence."""
    head = table.item(key(*place.head), consistent=consistent)
    if head is None or (APART not in head and int(head["parts"]["N"]) != of):
        return None
    where = key(head[APART]["S"], f"{number:03}") if APART in head else _part_key(place, number)
    part = table.item(where, consistent=consistent)
    is_one = part is not None and int(part["parts"]["N"]) == of
    return Packed(part["body"]["B"]).unpack() if part and is_one else None


def unpack(parts: Sequence[Item]) -> tuple[Revision, bytes] | None:
    """The document that parts make, in order; None where they are not all of one revision."""
    joined = join(parts)
    return (joined[0], joined[1].unpack()) if joined else None


def join(parts: Sequence[Item]) -> tuple[Revision, Packed] | None:
    """The document that parts make, still packed; None where they are not all of one revision.

    That happens when they were read while they were being replaced.
    """
    revisions = {part["revision"]["S"] for part in parts}
    if len(revisions) != 1 or len(parts) != int(parts[0]["parts"]["N"]):
        return None
    return revisions.pop(), Packed(b"".join(part["body"]["B"] for part in parts))


@dataclass(frozen=True)
class _Parts:
    """The parts of a document: those that are put together with its head, and before that those
    that lie apart."""

    together: Sequence[Item]
    apart: Sequence[Item] = ()

    @property
    def attributes(self) -> Item:
        """What the head says of them."""
        told = {"parts": {"N": str(len(self.together))}}
        return {**told, APART: self.together[0][APART]} if self.apart else told


def follow(table: Table, parts: Sequence[Item], *, consistent: bool = True) -> Sequence[Item]:
    """The parts that lie apart where one leads to them; else these."""
    place = parts[0].get(APART)
    return table.partition(place["S"], consistent=consistent) if place else parts


def _parts(table: Table, place: Place, document: PartedDocument) -> _Parts | None:
    """The parts of a document; None where the ones that are kept are to stay."""
    if document.content is None:
        return None
    bodies = _bodies(place, document.content, table.part_bytes)
    state = {"revision": {"S": document.revision}, "parts": {"N": str(len(bodies))}}
    contents = [{**state, "body": {"B": body}} for body in bodies]
    if sum(map(len, bodies)) <= MOST_PARTS * table.part_bytes:
        return _Parts([{**_part_key(place, n), **each} for n, each in enumerate(contents)])
    elsewhere = f"{place.parts}#{place.prefix}{document.revision}"
    leading = {**_part_key(place, 0), "revision": state["revision"], APART: {"S": elsewhere}}
    apart = [{**key(elsewhere, f"{n:03}"), **each} for n, each in enumerate(contents)]
    return _Parts([{**leading, "parts": {"N": "1"}}], apart)


def _bodies(place: Place, content: bytes | Sequence[bytes], size: int) -> Sequence[bytes]:
    """What is in the parts of a document, none of it larger than a size."""
    if isinstance(content, bytes):
        packed = pack(content).content
        return [packed[start : start + size] for start in range(0, len(packed), size)]
    bodies = [pack(each).content for each in content]
    largest = max(map(len, bodies))
    if largest > size:
        raise StoreError(f"a part of {place.what} has {largest:,} bytes packed")
    return bodies


def _by_revision(document: PartedDocument, old: Item | None) -> Outcome:
    return compare_revisions(document.revision, old["revision"]["S"] if old else None)


def _replace(
    table: Table, place: Place, document: PartedDocument, parts: _Parts | None, old: Item | None
) -> bool:
    """Put a new document in the place of an old one; False where the old one has changed."""
    kept = {name: old[name] for name in ("parts", APART) if name in old} if old else {}
    told = parts.attributes if parts else kept or {"parts": {"N": "0"}}
    revision = {"revision": {"S": document.revision}}
    head = {**key(*place.head), **revision, **told, **document.attributes}
    puts: list[Any] = [{"Item": head, **_unchanged(old)}]
    puts += [{"Item": part} for part in (parts.together if parts else ())]
    surplus = range(int(told["parts"]["N"]), int(kept["parts"]["N"]) if kept else 0)
    writes: list[Item] = [{"Put": {"TableName": table.name, **put}} for put in puts]
    writes += [
        {"Delete": {"TableName": table.name, "Key": _part_key(place, number)}} for number in surplus
    ]
    if not table.write_together(writes):
        return False
    if APART in kept and kept[APART] != told.get(APART):
        table.clear(kept[APART]["S"])
    return True


def _unchanged(old: Item | None) -> Item:
    """The condition that a head is as it was read."""
    if old is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "revision = :old",
        "ExpressionAttributeValues": {":old": old["revision"]},
    }


def _part_key(place: Place, number: int) -> Item:
    return key(place.parts, f"{place.prefix}{number:03}")
