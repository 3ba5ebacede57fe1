"""Each function's role against what the function really asks of AWS on a day's way."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from os import urandom
from typing import Any

import pytest

from hotpapers.adapters.aws import make_client
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
from hotpapers.domain.edition import Edition
from local.calls import watching_calls
from local.cloud import Cloud
from local.samples import CREDENTIALS
from local.template import PROJECT, read_template
from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.periods import FRIDAY, final, keep

EVENTS = PROJECT / "events"
SAMPLE = PROJECT / "local" / "sample" / "2020-09-18.json"

SERVICES_OWN_ACTIONS = ("logs:", "sqs:")
"""Lambda itself does these in the role's name: it writes the log and reports failures."""
STREAM_ACTIONS = frozenset(
    {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    }
)
"""And these, to feed the renderer."""


class Recorder:
    """The IAM actions of all calls that the functions' clients make."""

    def __init__(self) -> None:
        self.actions: set[str] = set()

    def note(self, params: dict[str, Any], model: Any, **_: object) -> None:
        service = model.service_model.service_name
        self.actions |= {f"{service}:{action}" for action in _actions(model.name, params)}


def _actions(operation: str, params: dict[str, Any]) -> set[str]:
    """Which permissions an operation takes: those of its name, with few exceptions."""
    match operation:
        case "TransactWriteItems":
            return {_transaction_action(item) for item in params["TransactItems"]}
        case "HeadObject" | "GetObject":
            # To be told that there is no such object takes the right to list the bucket.
            return {"GetObject", "ListBucket"}
        case "PutObject" if "IfMatch" in params:
            return {"PutObject", "GetObject"}
        case _:
            return {operation}


def _transaction_action(item: dict[str, Any]) -> str:
    [kind] = item
    return "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"


@contextmanager
def recorded() -> Iterator[Recorder]:
    """Notes the calls of all clients that are made within."""
    recorder = Recorder()
    with watching_calls("provide-client-params", recorder.note):
        yield recorder


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with (
        UpstreamServer(Dataset.load(SAMPLE)) as upstreams,
        Cloud(upstreams.settings | {"SOURCES": "x"}, CREDENTIALS) as cloud,
    ):
        yield cloud


def allowed(role: str) -> set[str]:
    """What a function's role lets the function itself do."""
    [policy] = read_template()["Resources"][role]["Properties"]["Policies"]
    actions: set[str] = set()
    for statement in policy["PolicyDocument"]["Statement"]:
        action = statement["Action"]
        actions |= {action} if isinstance(action, str) else set(action)
    return {
        action for action in actions - STREAM_ACTIONS if not action.startswith(SERVICES_OWN_ACTIONS)
    }


def test_the_collector_uses_exactly_its_permissions(cloud: Cloud) -> None:
    with recorded() as recorder:
        cloud.collect({"time": "2020-09-20T13:13:43Z"})
        # A digest that shrinks from three parts to one also deletes.
        editions = DynamoDBEditions(make_client("dynamodb"), cloud.stack.table_name)
        for hour, size in ((14, 800_000), (15, 100)):
            time = datetime(2020, 9, 20, hour, tzinfo=UTC)
            document = urandom(size)  # cannot be packed any smaller
            editions.save(Edition(date(2020, 9, 18), time, (), document))

    assert recorder.actions == allowed("CollectorRole")


def test_the_renderer_uses_exactly_its_permissions(cloud: Cloud) -> None:
    cloud.collect({"time": "2020-09-20T13:13:43Z"})
    with recorded() as recorder:
        assert cloud.render_new() == 1
        # With it the week is complete, for the archive begins on its Friday.
        keep(DynamoDBEditions(make_client("dynamodb"), cloud.stack.table_name), final(FRIDAY))
        assert cloud.render_new() == 1
        # A roundup that shrinks from three parts to one also deletes.
        roundups = DynamoDBRoundups(make_client("dynamodb"), cloud.stack.table_name)
        for revision, size in (("a", 800_000), ("b", 100)):
            roundups.save("2020-W38", f"99/{revision}", urandom(size))

    read_by_lambda = {a for a in recorder.actions if a.startswith("dynamodbstreams:")}
    assert recorder.actions - read_by_lambda == allowed("RendererRole")


def test_the_function_of_the_backfill_asks_nothing_of_aws(cloud: Cloud) -> None:
    with recorded() as recorder:
        cloud.backfill(json.loads((EVENTS / "backfill-order.json").read_text()))

    assert recorder.actions == allowed("BackfillRole") == set()


def test_the_api_uses_exactly_its_permissions(cloud: Cloud) -> None:
    cloud.collect({"time": "2020-09-20T13:13:43Z"})
    cloud.render_new()
    events = {path.stem: json.loads(path.read_text()) for path in EVENTS.glob("api-*.json")}
    with recorded() as recorder:
        statuses = {name: cloud.request(event)["statusCode"] for name, event in events.items()}

    assert recorder.actions == allowed("ApiRole")
    assert statuses == {
        "api-digest": 200,
        "api-digest-latest": 200,
        "api-digest-markdown": 200,
        "api-digests": 200,
        "api-feed": 200,
        "api-health": 200,
        "api-malformed-date": 400,
        "api-page": 200,
        "api-paper": 200,
        "api-paper-of-old-style": 404,
        "api-roundup": 404,
        "api-search": 200,
        "api-status": 200,
        "api-unknown-date": 404,
        "api-unknown-path": 404,
        "api-wrong-method": 405,
    }
