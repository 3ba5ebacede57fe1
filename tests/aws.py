"""All that is in the stack's table and bucket: to compare it, and to take it away."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import StreamShard
from moto.dynamodb.models.table import Table as MotoTable
from moto.s3.models import s3_backends

from local.account import REGION
from local.stack import Stack

Item = dict[str, Any]
Table = dict[tuple[str, str], Item]
"""The items of a table by their keys."""


@dataclass(frozen=True)
class StoredObject:
    """An object of the bucket, with all that a reader gets of it."""

    content: bytes
    content_type: str
    metadata: dict[str, str]


Bucket = dict[str, list[StoredObject]]
"""The objects of a bucket by their keys: the versions of each, the newest one first."""


class Storage:
    """The table and the bucket of a stack, with clients of their own."""

    def __init__(self, stack: Stack) -> None:
        session = boto3.Session()
        self.dynamodb = session.client("dynamodb")
        self.s3 = session.client("s3")
        self.table_name = stack.table_name
        self.bucket_name = stack.bucket_name
        # As in the template; moto's CloudFormation leaves it out.
        self.s3.put_bucket_versioning(
            Bucket=self.bucket_name, VersioningConfiguration={"Status": "Enabled"}
        )

    def table(self) -> Table:
        """Every item of the table."""
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=self.table_name, ConsistentRead=True
        )
        items = [item for page in pages for item in page["Items"]]
        return {(item["pk"]["S"], item["sk"]["S"]): item for item in items}

    def bucket(self) -> Bucket:
        """Every version of every object of the bucket."""
        objects: Bucket = {}
        for key, version in self._versions():
            answer = self.s3.get_object(Bucket=self.bucket_name, Key=key, VersionId=version)
            stored = StoredObject(
                answer["Body"].read(), answer["ContentType"], dict(answer["Metadata"])
            )
            objects.setdefault(key, []).append(stored)
        return objects

    def fill(self, table: Table, bucket: Bucket) -> None:
        """Put back what was read: items, and objects with all their versions."""
        self._write({"PutRequest": {"Item": item}} for item in table.values())
        for key, versions in bucket.items():
            for version in reversed(versions):
                self.s3.put_object(
                    Bucket=self.bucket_name,
                    Key=key,
                    Body=version.content,
                    ContentType=version.content_type,
                    Metadata=version.metadata,
                )

    def delete(self, key: tuple[str, str]) -> None:
        """Take an item away."""
        pk, sk = key
        self.dynamodb.delete_item(TableName=self.table_name, Key={"pk": {"S": pk}, "sk": {"S": sk}})

    def wipe(self) -> None:
        """Take everything away, old versions included."""
        # By way of moto itself: by the calls of AWS it would take longer than most tests.
        self._table().items.clear()
        s3_backends[ACCOUNT]["aws"].buckets[self.bucket_name].keys.clear()

    def stream_length(self) -> int:
        """How many records are in the table's stream."""
        return len(self._shard().items)

    def forget_stream(self, read: int = 0) -> None:
        """Forget the stream's records, of which so many were read.

        moto keeps them for ever, and copies all of them at every transaction.
        """
        shard = self._shard()
        shard.starting_sequence_number += read
        shard.items.clear()

    def _table(self) -> MotoTable:
        return dynamodb_backends[ACCOUNT][REGION].get_table(self.table_name)

    def _shard(self) -> StreamShard:
        shard = self._table().stream_shard
        assert shard is not None
        return shard

    def _write(self, requests: Iterable[Any]) -> None:
        writes = list(requests)
        for start in range(0, len(writes), 25):
            batch = {self.table_name: writes[start : start + 25]}
            assert not self.dynamodb.batch_write_item(RequestItems=batch)["UnprocessedItems"]

    def _versions(self) -> list[tuple[str, str]]:
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket_name)
        versions = [version for page in pages for version in page.get("Versions", [])]
        return [(version["Key"], version["VersionId"]) for version in versions]


class Meddler:
    """A client of AWS between two calls of which others do something.

    `before` says what happens before a call of a method: the n-th call meets the n-th action of
    its list, if it is not None. What an action returns is the call's answer, where it is not None.
    """

    def __init__(self, client: Any, **before: Iterable[Callable[..., Any] | None]) -> None:
        self.calls: list[str] = []
        self._client = client
        self._before = {method: iter(actions) for method, actions in before.items()}

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._client, method)

        def meddle(*arguments: Any, **parameters: Any) -> Any:
            self.calls.append(method)
            action = next(self._before.get(method, iter(())), None)
            answer = action(**parameters) if action else None
            return call(*arguments, **parameters) if answer is None else answer

        return meddle
