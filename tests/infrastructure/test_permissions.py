"""Each role against what is really asked of AWS in its name; each resource against strangers.

The policies are those that CloudFormation gets. What the functions ask is recorded on a day's way
through them, with the table, partitions, objects and parameters that they ask for; what AWS's own
services ask in a role's name is listed with its source.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from os import urandom
from typing import Any

import pytest

from hotpapers.adapters.aws import make_client
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
from hotpapers.domain.edition import Edition
from local.cloud import Cloud
from local.samples import CREDENTIALS
from local.stack import Stack
from local.state_machine import StateMachine, read_definition
from local.template import PROJECT, default_parameters, read_template
from local.translated import translated_template
from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.aws_calls import recorded_calls
from tests.iam import (
    ACCOUNT,
    PLACE,
    PSEUDO,
    Call,
    Statement,
    is_allowed,
    read_statements,
    resolve,
    resources,
)
from tests.periods import FRIDAY, final, keep

EVENTS = PROJECT / "events"
SAMPLE = PROJECT / "local" / "sample" / "2020-09-18.json"

FUNCTIONS = ("Api", "Backfill", "Collector", "Renderer")
QUEUE = f"arn:aws:sqs:{PLACE}:hot-papers-Failures"
MACHINE = f"arn:aws:states:{PLACE}:stateMachine:hot-papers-backfill"
EXECUTION = f"arn:aws:states:{PLACE}:execution:hot-papers-backfill"
STREAM = f"arn:aws:dynamodb:{PLACE}:table/TABLE/stream/2020-09-18T06:00:00.000"
STACK = Stack("TABLE", "BUCKET", "https://sqs.us-east-1.amazonaws.com/queue", STREAM)
"""Names of a stack that nobody made."""


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with (
        UpstreamServer(Dataset.load(SAMPLE)) as upstreams,
        Cloud(upstreams.settings | {"SOURCES": "x"}, CREDENTIALS) as cloud,
    ):
        yield cloud


def names_of(stack: Stack) -> dict[str, str]:
    """What the template's references stand for, once its resources are there."""
    arns = {
        f"{name}.Arn": f"arn:aws:lambda:{PLACE}:function:{name}"
        for name in resources("Lambda::Function")
    }
    arns |= {
        f"{name}.Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in resources("IAM::Role")
    }
    arns |= {
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
        # aws-resource-logs-loggroup.html: the ARN ends with the star.
        f"{name}.Arn": f"arn:aws:logs:{PLACE}:log-group:{name}:*"
        for name in resources("Logs::LogGroup")
    }
    return {
        **PSEUDO,
        **default_parameters(),
        **arns,
        "Gateway": "gateway",
        "Table.Arn": f"arn:aws:dynamodb:{PLACE}:table/{stack.table_name}",
        "Table.StreamArn": stack.stream_arn,
        "Bucket": stack.bucket_name,
        "Bucket.Arn": f"arn:aws:s3:::{stack.bucket_name}",
        "Failures": stack.queue_url,
        "Failures.Arn": QUEUE,
    }


def policy_of(role: str, stack: Stack) -> list[Statement]:
    """All statements of a role."""
    return [
        statement
        for policy in resources("IAM::Role")[role]["Policies"]
        for statement in read_statements(policy["PolicyDocument"], names_of(stack))
    ]


def called_by_aws(role: str, stack: Stack) -> list[Call]:
    """What AWS's services themselves do in a role's name."""
    names = names_of(stack)
    calls: list[Call] = []
    if logs := names.get(f"{role.removesuffix('Role')}Logs.Arn"):
        # https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
        lines = logs.replace("*", "log-stream:2020/09/18/[$LATEST]0")
        calls += [Call(f"logs:{action}", lines) for action in ("CreateLogStream", "PutLogEvents")]
    if role in ("CollectorRole", "RendererRole", "CollectorScheduleRole"):
        # https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
        # https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
        # https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
        calls.append(Call("sqs:SendMessage", QUEUE))
    if role == "RendererRole":
        # https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
        actions = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
        calls += [Call(f"dynamodb:{action}", stack.stream_arn) for action in actions]
    if role == "CollectorScheduleRole":
        calls.append(Call("lambda:InvokeFunction", names["Collector.Arn"]))
    if role == "BackfillMachineRole":
        calls += called_by_machine(names)
    return calls


def called_by_machine(names: dict[str, str]) -> Iterator[Call]:
    """What a backfill of a week asks, as its definition is walked.

    A distributed map starts an execution of the same machine for each date, asks how it does and
    may stop it (https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-distributed-
    map.html).
    """
    invoked: list[str] = []

    def invoke(function: str, event: Any) -> Any:
        invoked.append(function)
        is_order = "order" in event and "results" not in event
        return {**event, "dates": ["2020-09-18"]} if is_order else {"outcome": "saved", **RESULT}

    machine = StateMachine(read_definition(), invoke)
    machine.execute({"from": "2020-09-18", "to": "2020-09-18"}, datetime(2020, 10, 5, tzinfo=UTC))
    yield from (Call("lambda:InvokeFunction", names[f"{function}.Arn"]) for function in invoked)
    yield Call("states:StartExecution", MACHINE)
    for action in ("states:DescribeExecution", "states:StopExecution"):
        yield from (Call(action, EXECUTION + end) for end in (":1", "/Dates:1"))


RESULT = {"digests": [{"papers_listed": 1}], "listings": [{"why": ""}]}


def check(role: str, stack: Stack, calls: Iterable[Call]) -> None:
    """Each call is allowed, and each grant is needed for one of them: nothing missing or unused."""
    statements = policy_of(role, stack)
    asked = [*calls, *called_by_aws(role, stack)]

    assert [call for call in asked if not is_allowed(call, statements)] == []
    assert [
        grant.name
        for statement in statements
        for grant in statement.grants()
        if not any(grant.covers(call) for call in asked)
    ] == []


def test_the_collector_uses_exactly_its_permissions(cloud: Cloud) -> None:
    with recorded_calls() as recorder:
        cloud.collect({"time": "2020-09-20T13:13:43Z"})
        # A digest that shrinks from three parts to one also deletes.
        editions = DynamoDBEditions(make_client("dynamodb"), cloud.stack.table_name)
        for hour, size in ((14, 800_000), (15, 100)):
            time = datetime(2020, 9, 20, hour, tzinfo=UTC)
            document = urandom(size)  # cannot be packed any smaller
            editions.save(Edition(date(2020, 9, 18), time, (), document))

    check("CollectorRole", cloud.stack, recorder.calls)


def test_the_renderer_uses_exactly_its_permissions(cloud: Cloud) -> None:
    cloud.collect({"time": "2020-09-20T13:13:43Z"})
    with recorded_calls() as recorder:
        assert cloud.render_new() == 1
    # With it the week is complete, for the archive begins on its Friday.
    keep(DynamoDBEditions(make_client("dynamodb"), cloud.stack.table_name), final(FRIDAY))
    with recorded_calls() as again:
        assert cloud.render_new() == 1
        # A roundup that shrinks from three parts to one also deletes.
        roundups = DynamoDBRoundups(make_client("dynamodb"), cloud.stack.table_name)
        for revision, size in (("a", 800_000), ("b", 100)):
            roundups.save("2020-W38", f"99/{revision}", urandom(size))

    check("RendererRole", cloud.stack, [*recorder.calls, *again.calls])


def test_the_function_of_the_backfill_asks_nothing_of_aws(cloud: Cloud) -> None:
    with recorded_calls() as recorder:
        cloud.backfill(json.loads((EVENTS / "backfill-order.json").read_text()))

    assert recorder.calls == []
    check("BackfillRole", cloud.stack, [])


def test_the_api_uses_exactly_its_permissions(cloud: Cloud) -> None:
    cloud.collect({"time": "2020-09-20T13:13:43Z"})
    cloud.render_new()
    events = {path.stem: json.loads(path.read_text()) for path in EVENTS.glob("api-*.json")}
    with recorded_calls() as recorder:
        statuses = {name: cloud.request(event)["statusCode"] for name, event in events.items()}

    check("ApiRole", cloud.stack, recorder.calls)
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


@pytest.mark.parametrize("role", ["BackfillMachineRole", "CollectorScheduleRole"])
def test_what_aws_itself_runs_uses_exactly_its_permissions(role: str) -> None:
    check(role, STACK, [])


# What is not in the template


def test_sam_adds_no_role_and_no_policy_to_those_that_are_written_out() -> None:
    template = read_template()["Resources"]
    added = {
        resource["Type"]
        for name, resource in translated_template()["Resources"].items()
        if name not in template
    }

    assert set(resources("IAM::Role")) == {
        name for name, resource in template.items() if resource["Type"] == "AWS::IAM::Role"
    }
    assert {kind for kind in added if "Policy" in kind or "Permission" in kind} == {
        "AWS::Lambda::Permission"
    }
    assert {kind for role in resources("IAM::Role").values() for kind in role} == {
        "AssumeRolePolicyDocument",
        "Policies",
    }


WILD = {
    # A stream of lines has the name that Lambda gives it.
    *(f"arn:aws:logs:{PLACE}:log-group:{name}Logs:*" for name in FUNCTIONS),
    # A source that the operator switches on may be any.
    f"arn:aws:ssm:{PLACE}:parameter/hot-papers/*",
    # Streams are named after the moment in which they were made; so are executions.
    f"arn:aws:dynamodb:{PLACE}:table/TABLE/stream/*",
    f"{EXECUTION}:*",
    f"{EXECUTION}/*",
    # A day's files, pages and posts, and no other objects of the bucket.
    "arn:aws:s3:::BUCKET/digests/*",
    "arn:aws:s3:::BUCKET/pages/*",
    "arn:aws:s3:::BUCKET/posts/*",
}
"""Where a star stands in what a role may do, and why."""


def test_no_role_may_do_everything_or_do_it_to_everything() -> None:
    statements = [
        statement for role in resources("IAM::Role") for statement in policy_of(role, STACK)
    ]
    named = {each for statement in statements for each in statement.resources}

    assert {each for each in named if "*" in each or "?" in each} == WILD
    assert not any("*" in action for statement in statements for action in statement.actions)
    assert not any(statement.denies for statement in statements)


# Strangers

ANYTHING = Statement("all", denies=False, actions=("*",), resources=("*",), conditions=())
"""What a principal has that may do everything, as far as it is for its own account to say."""


Context = Mapping[str, tuple[str, ...]]


def of(account: str, role: str, tls: str = "true") -> Context:
    """What AWS knows of whoever asks with a role of an account."""
    return {
        "aws:SecureTransport": (tls,),
        "aws:PrincipalAccount": (account,),
        "aws:PrincipalArn": (f"arn:aws:iam::{account}:role/{role}",),
        "aws:PrincipalIsAWSService": ("false",),
    }


OWNER = of(ACCOUNT, "Admin")
SERVICE: Context = {"aws:SecureTransport": ("true",), "aws:PrincipalIsAWSService": ("true",)}
"""A service of AWS's that asks in its own name: it has no account and no role."""
NOBODY: Context = {"aws:SecureTransport": ("true",), "aws:PrincipalAccount": ("anonymous",)}
"""Without a signature
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html)."""
STRANGERS: Mapping[str, Context] = {
    "without TLS": of(ACCOUNT, "Admin", tls="false"),
    "of another account": of("999999999999", "Admin"),
    "nobody": NOBODY,
}


def kept(stack: Stack) -> dict[str, tuple[list[Statement], list[Call]]]:
    """The policy of each resource that keeps something, and calls of every kind on it."""
    names = names_of(stack)
    table, bucket = names["Table.Arn"], names["Bucket.Arn"]
    [bucket_policy] = resources("S3::BucketPolicy").values()
    [queue_policy] = resources("SQS::QueuePolicy").values()
    [table_properties] = resources("DynamoDB::Table").values()
    return {
        "Table": (
            read_statements(table_properties["ResourcePolicy"]["PolicyDocument"], names),
            [
                Call(f"dynamodb:{action}", table)
                for action in ("GetItem", "PutItem", "DeleteTable", "PutResourcePolicy")
            ],
        ),
        "Bucket": (
            read_statements(bucket_policy["PolicyDocument"], names),
            [
                Call("s3:ListBucket", bucket),
                Call("s3:GetObject", f"{bucket}/posts/2020-09-18.md"),
                Call("s3:PutBucketPolicy", bucket),
            ],
        ),
        "Failures": (
            read_statements(queue_policy["PolicyDocument"], names),
            [Call(f"sqs:{action}", QUEUE) for action in ("ReceiveMessage", "SetQueueAttributes")],
        ),
    }


def judged(call: Call, context: Context, policy: list[Statement]) -> bool:
    """Whether a call is let through, where nothing but the resource's policy stands in its way."""
    return is_allowed(Call(call.action, call.resource, context), [ANYTHING, *policy])


def test_what_is_kept_refuses_strangers_and_never_its_owner() -> None:
    for name, (policy, calls) in kept(STACK).items():
        for call in calls:
            for stranger, context in STRANGERS.items():
                assert not judged(call, context, policy), (name, call.action, stranger)
            assert judged(call, OWNER, policy), (name, call.action)
            assert judged(call, SERVICE, policy), (name, call.action)


def test_policies_of_what_is_kept_let_nobody_in() -> None:
    policies = [
        *(each["PolicyDocument"] for each in resources("S3::BucketPolicy").values()),
        *(each["PolicyDocument"] for each in resources("SQS::QueuePolicy").values()),
        *(
            each["ResourcePolicy"]["PolicyDocument"]
            for each in resources("DynamoDB::Table").values()
        ),
    ]

    assert len(policies) == 3
    assert {each["Effect"] for policy in policies for each in policy["Statement"]} == {"Deny"}


def test_only_whoever_failed_can_report_a_failure() -> None:
    policy, _ = kept(STACK)["Failures"]
    send = Call("sqs:SendMessage", QUEUE)
    reporters = {
        role for role in resources("IAM::Role") if is_allowed(send, policy_of(role, STACK))
    }

    assert {role for role in resources("IAM::Role") if judged(send, of(ACCOUNT, role), policy)} == (
        reporters
    )
    assert reporters == {"CollectorRole", "CollectorScheduleRole", "RendererRole"}
    assert not judged(send, OWNER, policy)


def test_only_this_gateway_invokes_the_api() -> None:
    names = names_of(STACK) | {"Api": "api"}
    permissions = resolve(list(resources("Lambda::Permission").values()), names)
    asked = {
        f"{gateway}/$default/ANY/{path}"
        for gateway in ("gateway", "another")
        for path in ("", "{proxy+}")
    }
    allowed = [
        Statement(
            "invoke",
            denies=False,
            actions=(permission["Action"],),
            resources=(permission["FunctionName"],),
            conditions=(("ArnLike", "aws:SourceArn", (permission["SourceArn"],)),),
        )
        for permission in permissions
    ]

    assert {permission["Principal"] for permission in permissions} == {"apigateway.amazonaws.com"}
    calls = {
        path: Call(
            "lambda:InvokeFunction",
            "api",
            {"aws:SourceArn": (f"arn:aws:execute-api:{PLACE}:{path}",)},
        )
        for path in asked
    }
    assert {path for path, call in calls.items() if is_allowed(call, allowed)} == {
        path for path in asked if path.startswith("gateway/")
    }
    assert all(any(each.covers(call) for call in calls.values()) for each in allowed)
