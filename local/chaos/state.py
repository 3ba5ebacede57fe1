"""All that is kept, as it lies in moto's memory: to be compared, and put back in no time."""

import base64
import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from hotpapers.adapters.dynamodb_pace import PACES
from local.account import REGION, to_render
from local.archive import Archive
from local.cloud import Cloud
from local.quick_table import QuickTable, find_table

Key = tuple[str, str]
Event = Mapping[str, Any]


@dataclass(frozen=True)
class StoredObject:
    """A version of an object of the bucket, with all that a reader gets of it."""

    content: bytes
    content_type: str
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class State:
    """What is kept: the table's items, written as JSON, and every version of the bucket's objects,
    the oldest first. Whose turn it is to ask arXiv is no part of it."""

    table: Mapping[Key, str]
    bucket: Mapping[str, tuple[StoredObject, ...]]

    @property
    def files(self) -> Mapping[str, StoredObject]:
        """What a reader of the bucket finds."""
        return {key: versions[-1] for key, versions in self.bucket.items()}


@dataclass(frozen=True)
class Snapshot:
    """What moto remembers of table and bucket."""

    items: Mapping[Any, Mapping[Any, Any]]
    objects: Mapping[str, list[Any]]


class Memory:
    """The table and the bucket of a stack, in moto's memory."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._archive = Archive(cloud.account)
        # As in the template; moto's CloudFormation leaves it out.
        cloud.account.client("s3").put_bucket_versioning(
            Bucket=cloud.stack.bucket_name, VersioningConfiguration={"Status": "Enabled"}
        )

    def state(self) -> State:
        """What is kept now."""
        table = {
            (partition.value, sort.value): _written(item)
            for partition, items in self._table.items.items()
            for sort, item in items.items()
            if partition.value != PACES
        }
        bucket = {key: tuple(map(_stored, self._keys.getlist(key))) for key in self._keys}
        return State(table, bucket)

    def snapshot(self) -> Snapshot:
        """What is kept now, to be put back."""
        items = {name: _copied(each) for name, each in self._table.items.items()}
        return Snapshot(items, {key: list(self._keys.getlist(key)) for key in self._keys})

    def restore(self, snapshot: Snapshot) -> None:
        """Put back what was kept; the table's stream is as if nothing had come."""
        table = self._table
        table.items.clear()
        for name, items in snapshot.items.items():
            table.items[name] = _copied(items)
        table.copied = None
        self._keys.clear()
        for key, versions in snapshot.objects.items():
            self._keys.setlist(key, list(versions))
        self._archive.forget_stream()

    def new_records(self) -> Sequence[Event]:
        """What came into the table's stream since the last call, as far as the renderer gets it.

        Not by the calls of AWS: to write all that is in the stream takes longer than a run.
        """
        shard = self._table.stream_shard
        written = (
            json.dumps(each.to_json(), default=str) for each in (shard.items if shard else ())
        )
        records = [json.loads(each) for each in written]
        self._archive.forget_stream()
        return to_render(records)

    def empty_bucket(self) -> None:
        """Take every object away."""
        self._keys.clear()

    @property
    def _table(self) -> QuickTable:
        return find_table(self._cloud.stack.table_name, REGION)

    @property
    def _keys(self) -> Any:
        buckets = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets
        return buckets[self._cloud.stack.bucket_name].keys


def _copied(items: Mapping[Any, Any]) -> dict[Any, Any]:
    """Items of their own: moto's updates change them."""
    copies = {}
    for name, item in items.items():
        copies[name] = copy.copy(item)
        copies[name].attrs = copy.copy(item.attrs)
    return copies


def _written(item: Any) -> str:
    def encoded(content: bytes) -> str:
        return base64.b64encode(content).decode()

    return json.dumps(item.to_json()["Attributes"], sort_keys=True, default=encoded)


def _stored(key: Any) -> StoredObject:
    kind = key.metadata.get("content-type", "")
    said = {
        name.removeprefix("x-amz-meta-"): value
        for name, value in key.metadata.items()
        if name.startswith("x-amz-meta-")
    }
    return StoredObject(key.value, kind, said)
