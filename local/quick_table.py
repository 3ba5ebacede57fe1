"""moto's DynamoDB table, as quick with many items as with few, or nearly."""

import copy
from typing import Any, TypeVar

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as MotoItem
from moto.dynamodb.models.table import Table


class QuickTable(Table):
    """moto's table, as quick with many items as with few, or nearly.

    For a query moto sorts all items of the table; here it is given those of the partition. And it
    copies the whole table for every item of a transaction, to have it back if that fails. Puts and
    deletes replace items and change none, so references are copy enough; and the copies are made
    one after the other, before anything is changed, so one is enough. (An update changes its item;
    ours come first in their transactions, and nothing that follows them has a condition.)
    """

    copied: "QuickTable | None" = None
    queried: DynamoType | None = None

    def query(self, hash_key: DynamoType | None, *arguments: Any, **options: Any) -> Any:
        """Query a partition."""
        self.queried = hash_key
        try:
            return super().query(hash_key, *arguments, **options)
        finally:
            self.queried = None

    def all_items(self) -> list[MotoItem]:
        """All items; for a query, those of its partition."""
        if self.queried is None:
            return super().all_items()
        return list(self.items.get(self.queried, {}).values())

    def put_item(self, *arguments: Any, **options: Any) -> MotoItem:
        """Put an item."""
        self.copied = None
        return super().put_item(*arguments, **options)

    def delete_item(self, *arguments: Any, **options: Any) -> MotoItem | None:
        """Delete an item."""
        self.copied = None
        return super().delete_item(*arguments, **options)

    def __deepcopy__(self, memo: dict[int, Any]) -> "QuickTable":
        if self.copied is None:
            self.copied = self._copy()
        return self.copied

    def _copy(self) -> "QuickTable":
        twin = _twin(self)
        twin.items = copy.copy(self.items)
        for partition, items in self.items.items():
            twin.items[partition] = dict(items)
        if self.stream_shard is not None:
            twin.stream_shard = _twin(self.stream_shard)
            twin.stream_shard.items = list(self.stream_shard.items)
            twin.stream_shard.table = twin
        return twin


Thing = TypeVar("Thing")


def _twin(thing: Thing) -> Thing:
    """A shallow copy, made behind the back of moto's classes: they never forget what they made."""
    twin: Thing = object.__new__(type(thing))
    vars(twin).update(vars(thing))
    return twin


def find_table(name: str, region: str) -> QuickTable:
    """A table of moto in this process, made quick."""
    table: Any = dynamodb_backends[DEFAULT_ACCOUNT_ID][region].get_table(name)
    table.__class__ = QuickTable
    return table  # type: ignore[no-any-return]
