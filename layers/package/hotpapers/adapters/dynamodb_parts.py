"""Documents in the table: packed, in parts, each replaced whole and by newer ones only.

DynamoDB takes items of at most 400 KB, so a document is kept in as many parts as that makes
necessary (nearly always one). Its head, an item of its own, says of which revision it is; head and
parts change in one transaction.
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

    Without `content` (None) the head alone is replaced, and the parts stay, of the revision that
    they are.
    """

    revision: Revision
    content: bytes | None
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
    newer one their revisions tell, or `decide`. Raises StoreError where the document is too large,
    or others write it all the time.
    """
    bodies = _bodies(table, place, document)
    for pause in pauses():
        old = table.item(key(*place.head))
        outcome = decide(old) if decide else _by_revision(document, old)
        if outcome is not Outcome.SAVED:
            return outcome
        if prepare is not None:
            prepare()
        if _replace(table, place, document, bodies, old):
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
        if document := join(parts):
            return document
        table.sleep(pause)
    raise StoreError(f"{place.what} cannot be read whole")


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


def _bodies(table: Table, place: Place, document: PartedDocument) -> Sequence[bytes] | None:
    """The parts of a document; None where the ones that are kept are to stay."""
    if document.content is None:
        return None
    packed, size = pack(document.content).content, table.part_bytes
    bodies = [packed[start : start + size] for start in range(0, len(packed), size)]
    if len(bodies) > MOST_PARTS:
        raise StoreError(f"{place.what} has {len(packed):,} bytes packed")
    return bodies


def _by_revision(document: PartedDocument, old: Item | None) -> Outcome:
    return compare_revisions(document.revision, old["revision"]["S"] if old else None)


def _replace(
    table: Table,
    place: Place,
    document: PartedDocument,
    bodies: Sequence[bytes] | None,
    old: Item | None,
) -> bool:
    """Put a new document in the place of an old one; False where the old one has changed."""
    parts_before = int(old["parts"]["N"]) if old else 0
    parts = parts_before if bodies is None else len(bodies)
    state = {"revision": {"S": document.revision}, "parts": {"N": str(parts)}}
    head = {**key(*place.head), **state, **document.attributes}
    puts: list[Any] = [{"Item": head, **_unchanged(old)}]
    puts += [
        {"Item": {**_part_key(place, number), **state, "body": {"B": body}}}
        for number, body in enumerate(bodies or ())
    ]
    surplus = range(parts, parts_before)
    writes: list[Item] = [{"Put": {"TableName": table.name, **put}} for put in puts]
    writes += [
        {"Delete": {"TableName": table.name, "Key": _part_key(place, number)}} for number in surplus
    ]
    return table.write_together(writes)


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
