"""What the functions really ask of AWS: each operation as the calls that IAM is asked about."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from local.calls import watching_calls
from tests.iam import PLACE, Call

LEADING_KEYS = "dynamodb:LeadingKeys"


class Recorder:
    """The calls of all operations that the functions' clients ask for."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def note(self, params: Mapping[str, Any], model: Any, **_: object) -> None:
        service = model.service_model.service_name
        self.calls += READERS[service](model.name, params)


@contextmanager
def recorded_calls() -> Iterator[Recorder]:
    """Notes the calls of all clients that are made within."""
    recorder = Recorder()
    with watching_calls("provide-client-params", recorder.note):
        yield recorder


def _of_dynamodb(operation: str, params: Mapping[str, Any]) -> Iterator[Call]:
    match operation:
        case "TransactWriteItems":
            for item in params["TransactItems"]:
                [(kind, write)] = item.items()
                action = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
                yield _on_table(action, write["TableName"], [_partition(write)])
        case "BatchGetItem":
            for table, question in params["RequestItems"].items():
                partitions = [key["pk"]["S"] for key in question["Keys"]]
                yield _on_table(operation, table, partitions)
        case "BatchWriteItem":
            for table, writes in params["RequestItems"].items():
                partitions = [_partition(next(iter(write.values()))) for write in writes]
                yield _on_table(operation, table, partitions)
        case "Query":
            assert params["KeyConditionExpression"].startswith("pk = :pk")
            partition = params["ExpressionAttributeValues"][":pk"]["S"]
            yield _on_table(operation, params["TableName"], [partition], params.get("IndexName"))
        case "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem":
            yield _on_table(operation, params["TableName"], [_partition(params)])
        case _:
            raise ValueError(f"nobody knows what {operation} asks IAM")


def _partition(write: Mapping[str, Any]) -> str:
    partition: str = (write.get("Key") or write["Item"])["pk"]["S"]
    return partition


def _on_table(action: str, table: str, partitions: list[str], index: str | None = None) -> Call:
    resource = f"arn:aws:dynamodb:{PLACE}:table/{table}" + (f"/index/{index}" if index else "")
    return Call(f"dynamodb:{action}", resource, {LEADING_KEYS: tuple(partitions)})


def _of_s3(operation: str, params: Mapping[str, Any]) -> Iterator[Call]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    lies = f"{bucket}/{params['Key']}"
    match operation:
        case "GetObject" | "HeadObject":
            yield Call("s3:GetObject", lies)
            # To be told that there is no such object takes the right to list the bucket
            # (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
            yield Call("s3:ListBucket", bucket)
        case "PutObject":
            yield Call("s3:PutObject", lies)
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
            if "IfMatch" in params:
                yield Call("s3:GetObject", lies)
        case _:
            raise ValueError(f"nobody knows what {operation} asks IAM")


def _of_ssm(operation: str, params: Mapping[str, Any]) -> Iterator[Call]:
    assert operation == "GetParameters"
    for name in params["Names"]:
        yield Call("ssm:GetParameters", f"arn:aws:ssm:{PLACE}:parameter{name}")


READERS: Mapping[str, Callable[[str, Mapping[str, Any]], Iterator[Call]]] = {
    "dynamodb": _of_dynamodb,
    "s3": _of_s3,
    "ssm": _of_ssm,
}
"""What operations ask IAM, by their service."""
