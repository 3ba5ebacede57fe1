"""`make redrive`: what failed for good is done again, from the failure to the digest.

The functions are the real ones, on moto's AWS. What AWS does between them is done here, and the
messages are of the forms that its documentation shows.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_lambda_powertools import Logger
from werkzeug.wrappers import Response

from hotpapers.adapters.aws import make_client
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.errors import InvalidInputError
from hotpapers.use_cases.pages import page_path
from hotpapers.use_cases.render import digest_path, post_path
from local.calls import watching_calls
from local.cloud import SERVICE, Cloud, quiet_handlers
from local.redrive import Redrive, Result, read_dry_run
from local.samples import CREDENTIALS, SAMPLES
from local.template import PROJECT
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Faults, answers
from local.upstreams.server import UpstreamServer
from tests.commands import run
from tests.lambdas import Answer, Lambda, given_up, refusal, undelivered
from tests.periods import FRIDAY, THURSDAY, WEDNESDAY, day_of, final, keep

pytestmark = pytest.mark.thorough

SAMPLE = SAMPLES["seed"]
STACK = "hot-papers"


class Switch:
    """arXiv, which denies everybody for as long as it is down."""

    def __init__(self) -> None:
        self.is_down = True

    def __call__(self, right: Response) -> Response:
        return answers(403)(right) if self.is_down else right


@pytest.fixture
def arxiv() -> Switch:
    return Switch()


@pytest.fixture
def cloud(arxiv: Switch) -> Iterator[Cloud]:
    faults = Faults(arxiv=repeat(arxiv), arxiv_rss=repeat(arxiv), arxiv_web=repeat(arxiv))
    with (
        UpstreamServer(Dataset.load(SAMPLE.path), faults=faults) as upstreams,
        Cloud({**upstreams.settings, **SAMPLE.settings}, CREDENTIALS) as cloud,
    ):
        yield cloud


@pytest.fixture
def functions(cloud: Cloud) -> Lambda:
    return Lambda.of(cloud)


@pytest.fixture(autouse=True)
def functions_log() -> Iterator[None]:
    """The functions' log goes nowhere: what is printed is the command's."""
    logger = logging.getLogger(SERVICE)
    Logger(service=SERVICE)  # which otherwise looks for its handler when there is none
    handlers, propagate = list(logger.handlers), logger.propagate
    quiet_handlers(logging.NullHandler())
    yield
    logger.handlers[:], logger.propagate = handlers, propagate


def redrive(functions: Lambda, *, only_tell: bool = False) -> Result:
    return Redrive(STACK, client=functions.client, poll_seconds=0).run(only_tell=only_tell)


def published(cloud: Cloud) -> set[str]:
    return {key for key, _ in cloud.account.documents() if key.startswith(("digests/", "posts/"))}


FILES = {"digests/2020-09-18.json", "posts/2020-09-18---Hot-Papers.md"}


def test_a_run_that_failed_for_good_is_done_again(
    cloud: Cloud, functions: Lambda, arxiv: Switch, capsys: pytest.CaptureFixture[str]
) -> None:
    functions.start("Collector", SAMPLE.event)
    assert functions.waiting() == (1, 0)

    arxiv.is_down = False
    assert redrive(functions) == Result(messages=1, left=0)

    assert functions.waiting() == (0, 0)
    cloud.render_new()
    assert published(cloud) == FILES
    event = json.dumps(SAMPLE.event)
    told, started = capsys.readouterr().out.splitlines()
    assert told.partition("  ")[2] == (
        f"the collector failed on {event} (RetriesExhausted after 3): "
        "UpstreamError: arXiv: answered 403 (nothing at all)"
    )
    assert started == f"  the collector is started with {event}"


def test_what_fails_again_comes_back(functions: Lambda) -> None:
    functions.start("Collector", SAMPLE.event)

    assert redrive(functions) == Result(messages=1, left=0)

    assert functions.invoked == [("Collector", SAMPLE.event)]
    assert functions.waiting() == (1, 0)  # a new one


def test_told_only_a_message_stays_where_it_is(
    functions: Lambda, capsys: pytest.CaptureFixture[str]
) -> None:
    functions.send(functions.record("Collector", {"time": "2020-09-20T10:00:00Z"}))

    for _ in range(2):
        assert redrive(functions, only_tell=True) == Result(messages=1, left=1)

    assert functions.waiting() == (1, 0)
    assert functions.invoked == []
    assert capsys.readouterr().out.count("the collector failed on") == 2


def test_a_message_that_lambda_does_not_take_is_left_and_others_are_not(
    functions: Lambda, arxiv: Switch, capsys: pytest.CaptureFixture[str]
) -> None:
    arxiv.is_down = False
    functions.refuses = {"Renderer"}
    span = {"from": "2020-09-01", "to": "2020-09-30"}
    functions.send(functions.record("Renderer", span))
    functions.send(functions.record("Collector", SAMPLE.event))

    assert redrive(functions) == Result(messages=2, left=1)

    assert functions.invoked == [("Collector", SAMPLE.event)]
    assert functions.waiting() == (1, 0)
    assert "the renderer is not started: Lambda answered Invoke with TooManyRequests" in (
        capsys.readouterr().err
    )
    functions.refuses = set()
    assert redrive(functions) == Result(messages=1, left=0)
    assert functions.invoked[1:] == [("Renderer", span)]
    assert functions.waiting() == (0, 0)


def test_of_events_that_differ_in_their_time_the_newest_is_enough(
    functions: Lambda, arxiv: Switch
) -> None:
    arxiv.is_down = False
    mornings = [f"2020-09-{day}T10:00:00Z" for day in (18, 20, 19)]
    for time in [*mornings, mornings[0]]:
        functions.send(functions.record("Collector", {"time": time}))
    for time in mornings:
        functions.send(functions.record("Collector", {"date": "2020-09-17", "time": time}))

    assert redrive(functions) == Result(messages=7, left=0)

    assert functions.invoked == [
        ("Collector", {"time": mornings[1]}),
        ("Collector", {"date": "2020-09-17", "time": mornings[1]}),
    ]
    assert functions.waiting() == (0, 0)


def test_a_run_that_the_schedule_could_not_start_is_started(
    cloud: Cloud, functions: Lambda, arxiv: Switch, capsys: pytest.CaptureFixture[str]
) -> None:
    arxiv.is_down = False
    event = {"time": "2020-09-20T10:00:00Z"}
    functions.send(event, undelivered())

    assert redrive(functions) == Result(messages=1, left=0)

    assert functions.invoked == [("Collector", event)]
    cloud.render_new()
    assert published(cloud) == FILES
    assert (
        f"the schedule could not send {json.dumps(event)} to the collector: "
        "AWS.Scheduler.InternalServerError: We encountered an internal error"
    ) in capsys.readouterr().out


# What the renderer failed on


@contextmanager
def bucket_that_refuses(folder: str) -> Iterator[None]:
    """The bucket takes nothing below a folder."""

    def refuse(params: Mapping[str, Any], **_: object) -> Answer | None:
        return refusal(403, "AccessDenied") if f"/{folder}/" in params["url_path"] else None

    with watching_calls("before-call.s3.PutObject", refuse):
        yield


def fail_to_render(functions: Lambda, folder: str = "digests") -> None:
    """Let the renderer fail for good on what came into the stream, as Lambda reports it."""
    records = functions.cloud.account.records_to_render()
    began = datetime.now(UTC).replace(microsecond=0)
    with bucket_that_refuses(folder), pytest.raises(Exception, match="All records failed"):
        functions.cloud.render(records)
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    functions.send(batch_record(functions, numbers[0], numbers[-1], len(numbers), began))


def batch_record(
    functions: Lambda, first: str, last: str, size: int, arrived: datetime
) -> Mapping[str, Any]:
    """What Lambda writes of records of the stack's stream."""
    streams = boto3.client("dynamodbstreams")
    arn = functions.cloud.stack.stream_arn
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    return given_up(arn, shard["ShardId"], (first, last), size, f"{arrived:%Y-%m-%dT%H:%M:%SZ}")


def editions(cloud: Cloud) -> DynamoDBEditions:
    return DynamoDBEditions(make_client("dynamodb"), cloud.stack.table_name)


def test_digests_that_the_renderer_failed_on_are_published(
    cloud: Cloud, functions: Lambda, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(editions(cloud), final(WEDNESDAY, day_of(WEDNESDAY, a=60)))
    cloud.render_new()
    before = published(cloud)
    keep(editions(cloud), *(final(day, day_of(day, a=60)) for day in (FRIDAY, THURSDAY)))
    fail_to_render(functions)
    assert published(cloud) == before

    assert redrive(functions) == Result(messages=1, left=0)

    span = {"from": str(THURSDAY), "to": str(FRIDAY)}
    assert functions.invoked == [("Renderer", span)]
    assert published(cloud) > before | {f"digests/{THURSDAY}.json", f"digests/{FRIDAY}.json"}
    assert functions.waiting() == (0, 0)
    told, started = capsys.readouterr().out.splitlines()
    assert "  the renderer failed on 2 records of the stream since 20" in told
    assert told.endswith("Z (RetryAttemptsExhausted after 6)")
    assert started == f"  the renderer is started with {json.dumps(span)}"


@contextmanager
def forgetful_stream(functions: Lambda, code: str) -> Iterator[None]:
    """The stream has forgotten its records, as it does after a day."""
    make = functions.client

    def client(service: str) -> Any:
        made = make(service)
        made.meta.events.register("before-call.dynamodb-streams", refuse)
        return made

    def refuse(**_: object) -> Answer:
        return refusal(400, code)

    functions.client = client  # type: ignore[method-assign]
    yield
    functions.client = make  # type: ignore[method-assign]


@pytest.mark.parametrize("code", ["TrimmedDataAccessException", "ResourceNotFoundException"])
@pytest.mark.parametrize("folder", ["digests", "pages"])
def test_digests_are_found_that_the_stream_has_forgotten(
    cloud: Cloud, functions: Lambda, code: str, folder: str
) -> None:
    keep(editions(cloud), final(WEDNESDAY, day_of(WEDNESDAY, a=60)))
    cloud.render_new()
    age_files(cloud, timedelta(hours=1))
    keep(editions(cloud), final(FRIDAY, day_of(FRIDAY, a=60)))
    fail_to_render(functions, folder)

    with forgetful_stream(functions, code):
        assert redrive(functions) == Result(messages=1, left=0)

    day = {"from": str(FRIDAY), "to": str(FRIDAY)}
    assert functions.invoked == [("Renderer", day)]
    paths = {digest_path(FRIDAY), post_path(FRIDAY), f"pages/{page_path(FRIDAY)}"}
    assert paths <= {key for key, _ in cloud.account.documents()}
    assert functions.waiting() == (0, 0)


def age_files(cloud: Cloud, age: timedelta) -> None:
    """Let all that lies in the bucket have been put there some time ago."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends

    bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[cloud.stack.bucket_name]
    for found in bucket.keys.values():
        found.last_modified -= age


def test_nothing_is_done_for_records_of_which_all_is_published_by_now(
    cloud: Cloud, functions: Lambda, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(editions(cloud), final(FRIDAY, day_of(FRIDAY, a=60)))
    cloud.render_new()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    age_files(cloud, timedelta(days=2))
    functions.send(batch_record(functions, "8" * 21, "9" * 21, 2, yesterday))

    with forgetful_stream(functions, "TrimmedDataAccessException"):
        assert redrive(functions) == Result(messages=1, left=0)

    assert functions.invoked == []
    assert functions.waiting() == (0, 0)
    assert capsys.readouterr().out.splitlines()[1:] == [
        f"  all digests of the records since {yesterday:%Y-%m-%dT%H:%M:%SZ} are published by now"
    ]


def test_days_that_are_far_apart_are_published_by_several_orders(
    cloud: Cloud, functions: Lambda
) -> None:
    days = [date(2020, 9, 18), date(2020, 10, 16), date(2020, 11, 20), date(2020, 9, 21)]
    keep(editions(cloud), *(final(day, day_of(day, a=60)) for day in days))
    fail_to_render(functions)
    functions.refuses = {"Renderer"}

    assert redrive(functions) == Result(messages=1, left=1)
    functions.refuses = set()
    assert redrive(functions) == Result(messages=1, left=0)

    assert functions.invoked == [
        ("Renderer", {"from": "2020-09-18", "to": "2020-10-16"}),
        ("Renderer", {"from": "2020-11-20", "to": "2020-11-20"}),
    ]


# What cannot be put back


def test_what_nobody_knows_is_shown_and_left(
    functions: Lambda, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = functions.record("Collector", {"time": "2020-09-20T10:00:00Z"})
    name = functions.names["Collector"]
    strange["requestContext"]["functionArn"] = f"arn:aws:lambda:us-east-1:1:function:{name}-2"
    for number in range(11):  # more than SQS gives at once
        functions.send({**strange, "number": number})

    assert redrive(functions) == Result(messages=11, left=11)

    assert functions.invoked == []
    assert functions.waiting() == (11, 0)
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 11
    assert all(line[20:].startswith("  cannot be put back (functionArn: ") for line in told)


def test_a_stack_without_a_queue_is_told_of(functions: Lambda) -> None:
    cloudformation = boto3.client("cloudformation")
    bare = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    cloudformation.create_stack(StackName="bare", TemplateBody=json.dumps(bare))

    with pytest.raises(InvalidInputError) as error:
        Redrive("bare", client=functions.client).run()
    assert str(error.value) == ("STACK: 'bare' has no Collector; deploy this version of it first")
    with pytest.raises(InvalidInputError) as error:
        Redrive("none", client=functions.client).run()
    assert str(error.value) == (
        "STACK: there is no stack 'none' in us-east-1; is the region right?"
    )


def test_the_option_is_read() -> None:
    assert [read_dry_run(text) for text in ("", "0", "1")] == [False, False, True]
    with pytest.raises(InvalidInputError, match="DRY_RUN: must be 1 or nothing, not 'yes'"):
        read_dry_run("yes")


def test_it_takes_the_rights_that_are_documented(
    cloud: Cloud, functions: Lambda, arxiv: Switch
) -> None:
    """An operator may have no others."""
    arxiv.is_down = False
    keep(editions(cloud), final(FRIDAY, day_of(FRIDAY, a=60)))
    fail_to_render(functions)
    functions.send("Hello")

    assert redrive(functions) == Result(messages=2, left=1)
    functions.send(batch_record(functions, "8" * 21, "9" * 21, 1, datetime.now(UTC)))
    with forgetful_stream(functions, "TrimmedDataAccessException"):
        assert redrive(functions) == Result(messages=2, left=1)

    text = (PROJECT / "docs" / "operations.md").read_text()
    [told] = re.findall(r"(?s)`make redrive` takes the rights (.*?), all on the stack's", text)
    assert functions.actions == set(re.findall(r"`([a-z0-9]+:\w+)`", told))


def test_the_command_says_in_one_line_what_it_lacks(tmp_path: Path) -> None:
    done = run("redrive", tmp_path, {})
    assert (done.status, done.output) == (1, "")
    assert done.errors == "error: STACK: is not set; it must be the name of a deployed stack\n"
    done = run("redrive", tmp_path, {"STACK": "hot-papers", "DRY_RUN": "yes"})
    assert (done.status, done.output) == (1, "")
    assert done.errors == "error: DRY_RUN: must be 1 or nothing, not 'yes'\n"
