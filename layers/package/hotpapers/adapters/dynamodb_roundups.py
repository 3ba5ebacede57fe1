"""Roundups of weeks and months in the table."""

from hotpapers.adapters.aws import failures_of
from hotpapers.adapters.dynamodb import TableStore, key
from hotpapers.adapters.dynamodb_parts import PartedDocument, Place, read, read_packed, save
from hotpapers.domain.edition import Outcome, Revision
from hotpapers.domain.packing import Packed


class DynamoDBRoundups(TableStore):
    """Roundups kept in a DynamoDB table."""

    @failures_of("DynamoDB")
    def revision(self, name: str) -> Revision | None:
        """The revision that is kept for a period; None where nothing is."""
        item = self._table.item(key(*_roundup(name).head), consistent=self._consistent)
        return item["revision"]["S"] if item else None

    @failures_of("DynamoDB")
    def packed_document(self, name: str) -> tuple[Revision, Packed] | None:
        """The document as `document` gives it, still packed."""
        return read_packed(self._table, _roundup(name), consistent=self._consistent)

    @failures_of("DynamoDB")
    def document(self, name: str) -> tuple[Revision, bytes] | None:
        """The document that is kept for a period, whole; None where nothing is."""
        return read(self._table, _roundup(name), consistent=self._consistent)

    @failures_of("DynamoDB")
    def save(self, name: str, revision: Revision, document: bytes) -> Outcome:
        """Keep a roundup unless a newer one is kept: readers see the old one or all of the new."""
        return save(self._table, _roundup(name), PartedDocument(revision, document))


def _roundup(name: str) -> Place:
    return Place(f"the roundup of {name}", ("ROUNDUPS", name), f"ROUNDUP#{name}", "PART#")
