"""Roundups of weeks and months in the table."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from hotpapers.adapters.aws import failures_of
from hotpapers.adapters.dynamodb import PART_BYTES, Table
from hotpapers.adapters.dynamodb_parts import PartedDocument, Place, read, save
from hotpapers.domain.edition import Outcome, Revision

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBRoundups:
    """Roundups kept in a DynamoDB table."""

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
    def document(self, name: str) -> tuple[Revision, bytes] | None:
        """The document that is kept for a period, whole; None where nothing is."""
        return read(self._table, _roundup(name), consistent=self._consistent)

    @failures_of("DynamoDB")
    def save(self, name: str, revision: Revision, document: bytes) -> Outcome:
        """Keep a roundup unless a newer one is kept: readers see the old one or all of the new."""
        return save(self._table, _roundup(name), PartedDocument(revision, document))


def _roundup(name: str) -> Place:
    return Place(f"the roundup of {name}", ("ROUNDUPS", name), f"ROUNDUP#{name}", "PART#")
