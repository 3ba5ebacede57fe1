"""`make reading`: bytes and reads of each page, and its time beside that of boto3 alone.

The API's handler runs in this process, on moto's AWS in another one, with the day from all six
sources in the archive. For each address the calls of AWS that it causes are noted; then the handler
and those calls alone, made with boto3 as they were, take turns. Printed is the median time of each,
their ratio, and their difference: what the system adds to the reads that it needs. Then the same
for a reader who has the page already, and asks with its ETag.
"""

import gc
import os
import statistics
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from botocore import xform_name
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from hotpapers import bootstrap
from hotpapers.adapters.aws import AWS
from local import console
from local.account import REGION, Account
from local.calls import watching_calls
from local.cloud import PRETENCE, Cloud, answer_request, quiet_handlers
from local.end_to_end_sam import moto_server
from local.gateway import to_event
from local.samples import A_DAY_LATER, CREDENTIALS, SAMPLES
from local.stack import Stack

ADDRESS = "127.0.0.1"
ROUNDS = 30
"""How often each address is asked for, and its calls are made: the median of so many."""

TARGETS = (
    "/",
    "/digests/latest",
    "/digests/2026-07-13.html",
    "/digests/2026-07-13.json",
    "/digests/2026-07-13.md",
    "/digests/2026-07-13.html?category=cs.LG",
    "/digests",
    "/digests.html",
    "/papers/2607.09424",
    "/papers/2607.09424.html",
    "/archive",
    "/search?q=agents",
    "/search.html?q=agents",
    "/feeds/papers.atom",
    "/feeds/digests.rss",
    "/feeds/papers.json?category=cs.LG",
    "/status",
    "/openapi.json",
    "/docs",
    "/health",
)
"""The common addresses first."""


@dataclass(frozen=True)
class Call:
    """A call of AWS, as it was made."""

    service: str
    operation: str
    parameters: Mapping[str, Any]


@dataclass
class Notes:
    """The calls that the functions' clients make."""

    calls: list[Call] = field(default_factory=list)

    def note(self, params: dict[str, Any], model: Any, **_: object) -> None:
        """Note a call."""
        self.calls.append(Call(model.service_model.service_name, model.name, dict(params)))


@dataclass(frozen=True)
class Cost:
    """What reading an address costs: bytes plain and packed, calls, and seconds."""

    target: str
    plain: int
    packed: int
    calls: Sequence[str]
    warm: float
    warm_calls: float
    conditional: float
    conditional_calls: float


def main() -> None:
    """Measure and print, as a table in Markdown."""
    costs = measure()
    for line in HEAD:
        console.say(line)
    for cost in costs:
        console.say(row(cost))


def measure(targets: Sequence[str] = TARGETS) -> Sequence[Cost]:
    """What reading each address costs."""
    with console.Progress() as progress:
        items, files = sample_archive(progress)
        with (
            TemporaryDirectory() as folder,
            (Path(folder) / "log").open("w") as log,
            moto_server(ADDRESS, log) as endpoint,
            deployed(endpoint, items, files),
        ):
            return [_cost(target) for target in targets]


HEAD = (
    "| address | bytes | packed | reads | warm | boto3 alone | ratio | added"
    " | with ETag | boto3 alone | ratio | added |",
    f"|{' --- |' * 12}",
)


def row(cost: Cost) -> str:
    """A line of the table."""
    cells = [
        f"`{cost.target}`",
        f"{cost.plain:,}",
        f"{cost.packed:,}",
        ", ".join(cost.calls) or "none",
        *_times(cost.warm, cost.warm_calls),
        *_times(cost.conditional, cost.conditional_calls),
    ]
    return f"| {' | '.join(cells)} |"


def _times(seconds: float, of_calls: float) -> tuple[str, ...]:
    """An answer's time, that of its calls alone, their ratio, and what the system adds."""
    if not of_calls:
        return _milliseconds(seconds), "–", "–", _milliseconds(seconds)
    ratio, added = f"{seconds / of_calls:.2f}", _milliseconds(seconds - of_calls)
    return _milliseconds(seconds), _milliseconds(of_calls), ratio, added


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1_000:.1f} ms"


# The archive


def sample_archive(progress: console.Progress) -> tuple[list[Any], list[dict[str, Any]]]:
    """The items of the table and the objects of the bucket, as the handlers leave them."""
    with Cloud(credentials=CREDENTIALS) as cloud:
        quiet_handlers(progress)
        for sample in SAMPLES.values():
            sample.collect(cloud)
        SAMPLES["sources"].grown(A_DAY_LATER).collect(cloud)
        client = cloud.account.client("dynamodb")
        pages = client.get_paginator("scan").paginate(TableName=cloud.stack.table_name)
        items = [item for page in pages for item in page["Items"]]
        return items, list(_objects(cloud.account))


def _objects(account: Account) -> Iterator[dict[str, Any]]:
    """Every object of the bucket, as the parameters by which it is put."""
    s3, bucket = account.client("s3"), account.stack.bucket_name
    for key, content in account.documents():
        head = s3.head_object(Bucket=bucket, Key=key)
        kept = {name: head[name] for name in ("ContentType", "ContentEncoding") if name in head}
        yield {"Key": key, "Body": content, "Metadata": head["Metadata"], **kept}


@contextmanager
def deployed(
    endpoint: str, items: Sequence[Any], files: Sequence[Mapping[str, Any]]
) -> Iterator[None]:
    """The archive on a server, and the API's handler set up for it."""
    before = dict(os.environ)
    try:
        os.environ.update(PRETENCE)
        account = Account.create(endpoint_url=endpoint)
        account.fill(items)
        for each in files:
            account.client("s3").put_object(Bucket=account.stack.bucket_name, **each)
        os.environ.update(_environment(account.stack), AWS_ENDPOINT_URL=endpoint)
        bootstrap.forget()
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        bootstrap.forget()


def _environment(stack: Stack) -> dict[str, str]:
    return stack.environment("Api")


# Requests


def _cost(target: str) -> Cost:
    plain = ask_for(target)
    answer, calls = noted(lambda: ask_for(target, PACKED))
    tag = answer["headers"].get("ETag", "")
    having = {**PACKED, "if-none-match": tag}
    _, fewer = noted(lambda: ask_for(target, having))
    warm, warm_calls = _in_turns(lambda: ask_for(target, PACKED), calls)
    again, again_calls = _in_turns(lambda: ask_for(target, having), fewer)
    return Cost(
        target=target,
        plain=len(body_of(plain)),
        packed=len(body_of(answer)),
        calls=[call.operation for call in calls],
        warm=warm,
        warm_calls=warm_calls,
        conditional=again,
        conditional_calls=again_calls,
    )


PACKED = {"accept-encoding": "gzip"}


def ask_for(target: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The API's answer to a request."""
    return answer_request(event_for(target, headers))


def event_for(target: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What API Gateway makes of a request."""
    built = EnvironBuilder(target, headers=[("accept", "*/*"), *(headers or {}).items()])
    return to_event(Request(built.get_environ()), datetime.now(UTC))


def body_of(answer: Mapping[str, Any]) -> bytes:
    """The bytes that an answer sends."""
    body = answer["body"]
    return b64decode(body) if answer["isBase64Encoded"] else body.encode()


def noted(ask: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], Sequence[Call]]:
    """An answer, and the calls that it took."""
    notes = Notes()
    with watching_calls("provide-client-params", notes.note):
        return ask(), notes.calls


def _in_turns(ask: Callable[[], object], calls: Sequence[Call]) -> tuple[float, float]:
    """The median seconds of an answer, and of its calls alone."""
    make_client: Callable[..., Any] = boto3.Session(region_name=REGION).client
    clients = {name: make_client(name, config=AWS) for name in {call.service for call in calls}}
    made = [
        (getattr(clients[call.service], xform_name(call.operation)), call.parameters)
        for call in calls
    ]

    def call_alone() -> None:
        for method, parameters in made:
            answer = method(**parameters)
            if "Body" in answer:
                answer["Body"].read()

    ask()
    call_alone()
    times: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for _ in range(ROUNDS):
        for work, taken in zip((ask, call_alone), times, strict=True):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
    of_answer, of_calls = map(statistics.median, times)
    return of_answer, of_calls if calls else 0.0


if __name__ == "__main__":
    console.run(main)
