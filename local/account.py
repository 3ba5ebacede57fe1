"""An AWS account that is none: the stack's data on moto, in this process or on a server.

What AWS does between the functions is done here: the renderer gets what comes into the table's
stream, as far as the template's filter lets it through.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Self, cast

import boto3
from moto.events.models import EventPattern

from hotpapers.adapters.ssm import parameter_name
from local.quick_table import find_table
from local.stack import Stack, create_stack
from local.template import stream_source

REGION = "us-east-1"
BATCH_SIZE = 25
"""The most items that DynamoDB takes at a time."""


class Account:
    """A stack and what is in it."""

    def __init__(self, session: boto3.Session, endpoint_url: str | None, stack: Stack) -> None:
        self.stack = stack
        self._session = session
        self._endpoint_url = endpoint_url
        self._clients: dict[str, Any] = {}
        self._positions: dict[str, str] = {}

    @classmethod
    def create(
        cls, credentials: Mapping[str, str] | None = None, endpoint_url: str | None = None
    ) -> Self:
        """Make the template's resources, and put credentials where the collector looks for them.

        `credentials` are by their names, such as X_BEARER_TOKEN; an empty one is not put.
        """
        session = boto3.Session("testing", "testing", region_name=REGION)
        account = cls(session, endpoint_url, create_stack(session, endpoint_url))
        if endpoint_url is None:
            find_table(account.stack.table_name, REGION)  # makes it quick
        path = account.stack.environment("Collector")["CREDENTIALS_PATH"]
        for name, secret in (credentials or {}).items():
            if secret:
                account.client("ssm").put_parameter(
                    Name=parameter_name(path, name), Value=secret, Type="SecureString"
                )
        return account

    def client(self, service: str) -> Any:
        """A client of one of the account's services."""
        if service not in self._clients:
            make: Callable[..., Any] = self._session.client
            self._clients[service] = make(service, endpoint_url=self._endpoint_url)
        return self._clients[service]

    def records_to_render(self) -> list[dict[str, Any]]:
        """What the renderer is to be given of what came into the table's stream."""
        return to_render(self.new_records())

    def fill(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Put items into the table."""
        writes = [{"PutRequest": {"Item": item}} for item in items]
        for start in range(0, len(writes), BATCH_SIZE):
            batch = {self.stack.table_name: writes[start : start + BATCH_SIZE]}
            self.client("dynamodb").batch_write_item(RequestItems=batch)

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """Every object of the bucket: its key and its bytes."""
        s3 = self.client("s3")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=self.stack.bucket_name):
            for entry in page.get("Contents", []):
                answer = s3.get_object(Bucket=self.stack.bucket_name, Key=entry["Key"])
                yield entry["Key"], answer["Body"].read()

    def versions(self) -> int:
        """How many versions all objects of the bucket have together."""
        listed = self.client("s3").list_object_versions(Bucket=self.stack.bucket_name)
        return len(listed.get("Versions", []))

    def new_records(self) -> Iterator[dict[str, Any]]:
        """What came into the table's stream since the last call, as Lambda hands it over."""
        streams = self.client("dynamodbstreams")
        stream = streams.describe_stream(StreamArn=self.stack.stream_arn)["StreamDescription"]
        for shard in stream["Shards"]:
            for record in self._shard_records(streams, shard["ShardId"]):
                self._positions[shard["ShardId"]] = record["dynamodb"]["SequenceNumber"]
                yield _as_delivered(record)

    def _shard_records(self, streams: Any, shard: str) -> Iterator[dict[str, Any]]:
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if position := self._positions.get(shard):
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": position}
        iterator = streams.get_shard_iterator(
            StreamArn=self.stack.stream_arn, ShardId=shard, **start
        )["ShardIterator"]
        while iterator:
            page = streams.get_records(ShardIterator=iterator, Limit=1000)
            if not page["Records"]:
                return
            yield from page["Records"]
            iterator = page.get("NextShardIterator")


def to_render(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the records that the template's filter lets through to the renderer."""
    filters = stream_source("Renderer")["FilterCriteria"]["Filters"]
    patterns = [EventPattern.load(each["Pattern"]) for each in filters]
    return [
        record
        for record in records
        if any(pattern.matches_event(cast(Any, record)) for pattern in patterns)
    ]


def _as_delivered(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as JSON has it: boto3 gives times and bytes, Lambda numbers and base64."""

    def plain(value: bytes | datetime) -> str | float:
        return base64.b64encode(value).decode() if isinstance(value, bytes) else value.timestamp()

    delivered: dict[str, Any] = json.loads(json.dumps(record, default=plain))
    return delivered
