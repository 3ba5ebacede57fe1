"""What the stack watches: that there is such a metric, what is an alarm, and who is told."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotpapers.errors import InvalidInputError
from local.cloud import Cloud
from local.samples import CREDENTIALS, SAMPLES
from local.template import PROJECT, STACK, read_template
from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.alarms import (
    ALARMS,
    RESOURCES,
    Alarm,
    Metric,
    State,
    dashboard,
    metric_of,
    names,
    resolved,
    shown_metrics,
    written_metrics,
)
from tests.api import request

OPERATIONS = (PROJECT / "docs" / "operations.md").read_text()
ACCOUNT_FREE_ALARMS, DASHBOARD_FREE_METRICS = 10, 50
"""What costs nothing (https://aws.amazon.com/cloudwatch/pricing/, "Free tier")."""
TOPIC = {"Ref": "Alarms"}
NOON = datetime(2028, 2, 7, 12, tzinfo=UTC)

FROM_AWS = {
    "AWS/ApiGateway": {"4xx", "5xx", "Count", "IntegrationLatency", "Latency"},
    "AWS/DynamoDB": {"ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"},
    "AWS/Lambda": {"Duration", "Errors", "Invocations", "IteratorAge", "Throttles"},
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible"},
}
"""Metrics that AWS writes for nothing, by the services' guides. HTTP APIs do not call theirs as
REST APIs do: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html."""
DIMENSIONS = {
    "AWS/ApiGateway": {("ApiId", "Gateway")},
    "AWS/DynamoDB": {("TableName", "Table")},
    "AWS/Lambda": {("FunctionName", name) for name in ("Collector", "Renderer", "Api")},
    "AWS/SQS": {("QueueName", "Failures.QueueName")},
}


def properties(name: str) -> Mapping[str, Any]:
    """The properties of a resource."""
    found: Mapping[str, Any] = RESOURCES[name]["Properties"]
    return found


def watched() -> set[Metric]:
    """What alarms watch."""
    return {metric_of(properties(name)) for name in ALARMS}


# What is watched is there


def test_what_aws_is_asked_for_it_writes() -> None:
    used = [*watched(), *shown_metrics()]
    from_aws = [each for each in used if each.namespace != STACK]

    assert from_aws
    assert [each for each in from_aws if each.name not in FROM_AWS[each.namespace]] == []
    assert [each for each in from_aws if not {*each.dimensions} <= DIMENSIONS[each.namespace]] == []
    assert [each for each in from_aws if len(each.dimensions) != 1] == []


@pytest.mark.thorough
def test_every_metric_that_is_watched_is_written_and_every_one_that_is_written_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    written = set(metrics_of_a_run(capsys)) | set(metrics_of_a_fault(capsys))
    alarms = {each for each in watched() if each.namespace == STACK}
    shown = {each for each in shown_metrics() if each.namespace == STACK}

    assert {each.name for each in alarms} == {"ListingsOverdue", "SourcesDown", "SpentUsd"}
    assert alarms <= written
    assert sorted(shown) == sorted(written)


def metrics_of_a_run(capsys: pytest.CaptureFixture[str]) -> Sequence[Metric]:
    """What the collector writes that is started by the schedule, with X on."""
    sample = SAMPLES["sources"]
    with (
        Cloud(credentials=CREDENTIALS) as cloud,
        UpstreamServer(Dataset.load(sample.path)) as upstreams,
        cloud.set(
            {**upstreams.settings, **sample.settings, "POWERTOOLS_METRICS_DISABLED": "false"}
        ),
    ):
        cloud.collect({"time": sample.time})
    return list(written_metrics(capsys.readouterr().out))


@pytest.mark.thorough
def test_a_run_that_fails_tells_that_it_was_started(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        Cloud() as cloud,
        cloud.set({"POWERTOOLS_METRICS_DISABLED": "false"}),
        pytest.raises(InvalidInputError),
    ):
        cloud.collect({"time": "2026-07-15T06:30:00Z", "date": "2026-07-12"})

    written = written_metrics(capsys.readouterr().out)
    assert {each.name: [value for _, value in data] for each, data in written.items()} == {
        "CollectionsStarted": [1]
    }


def metrics_of_a_fault(capsys: pytest.CaptureFixture[str]) -> Sequence[Metric]:
    """What the API writes that cannot read its table."""
    with Cloud() as cloud, cloud.set({"POWERTOOLS_METRICS_DISABLED": "false"}):
        name = cloud.stack.table_name
        client = cloud.account.client("dynamodb")
        client.update_table(TableName=name, DeletionProtectionEnabled=False)
        client.delete_table(TableName=name)
        cloud.request(request("/digests"))
    return list(written_metrics(capsys.readouterr().out))


def test_no_other_stack_s_metrics_are_watched() -> None:
    namespace = read_template()["Globals"]["Function"]["Environment"]["Variables"][
        "POWERTOOLS_METRICS_NAMESPACE"
    ]
    own = [each for each in ALARMS if isinstance(properties(each)["Namespace"], dict)]

    assert namespace == {"Ref": "AWS::StackName"}
    assert [properties(each)["Namespace"] for each in own] == [namespace] * 4


# What is an alarm


SERIES: Sequence[tuple[str, Sequence[Sequence[float]], str]] = (
    # alarm, the values of an hour before each other, the state
    ("ApiErrors", [[1] * 4], "OK"),
    ("ApiErrors", [[1] * 5], "ALARM"),
    ("ApiErrors", [[]], "OK"),
    ("ApiSlow", [[3500.0]] * 3, "ALARM"),
    ("ApiSlow", [[3500.0], [900.0], [3500.0]], "OK"),
    ("ApiSlow", [[100.0] * 95 + [9000.0] * 5] * 3, "OK"),
    ("ApiSlow", [[100.0] * 94 + [9000.0] * 6] * 3, "ALARM"),
    ("ApiSlow", [[9000.0], [], []], "OK"),
    ("Traffic", [[20_001]] * 3, "ALARM"),
    ("Traffic", [[20_000], [90_000], [90_000]], "OK"),
    ("XSpending", [[2.5]], "OK"),
    ("XSpending", [[2.5, 2.5]], "ALARM"),
    ("XSpending", [[2.5], [], [], [], [0.6]], "ALARM"),
    ("RendererBehind", [[1_800_001.0]], "OK"),
    ("FailuresWaiting", [[0]], "OK"),
)


def test_what_is_an_alarm_and_what_is_not() -> None:
    found = []
    for name, hours, expected in SERIES:
        alarm = Alarm.from_template(name)
        data = [
            (NOON - timedelta(hours=number), value)
            for number, values in reversed([*enumerate(hours)])
            for value in values
        ]
        found.append((name, hours, alarm.state(data, NOON, State.OK, further=0).value, expected))

    assert [(name, hours) for name, hours, state, expected in found if state != expected] == []


def test_a_renderer_that_stays_behind_and_a_message_that_waits_are_alarms() -> None:
    behind, waiting = Alarm.from_template("RendererBehind"), Alarm.from_template("FailuresWaiting")
    late = [(NOON - timedelta(minutes=minutes), 1_900_000.0) for minutes in (7, 2)]

    assert behind.state(late, NOON, State.OK, further=2) is State.ALARM
    assert waiting.state([(NOON, 1)], NOON, State.OK, further=2) is State.ALARM
    # Once the queue is empty nothing is told of it.
    assert waiting.state([], NOON, State.ALARM, further=2) is State.OK


def test_before_the_first_run_the_alarm_of_a_silent_collector_shows_that_mail_arrives() -> None:
    assert [
        name for name in ALARMS if Alarm.from_template(name).state([], NOON, State.OK, 9) != "OK"
    ] == ["CollectorSilent", "RendererSilent"]


TABLES = (
    # as in "How alarm state is evaluated when data is missing": oldest first, of 3 periods 5 are
    # looked at; X breaches, - is missing
    (3, "0-X-X", "OK", "OK"),
    (3, "0----", "OK", "OK"),
    (3, "-----", "ALARM", "OK"),
    (3, "0XX-X", "ALARM", "ALARM"),
    (3, "----X", "ALARM", "OK"),
    (3, "X----", "ALARM", "OK"),
    (2, "0-X-X", "ALARM", "ALARM"),
    (2, "00X0X", "ALARM", "ALARM"),
    (2, "0-X--", "ALARM", "OK"),
    (2, "----0", "ALARM", "OK"),
    (2, "----X", "ALARM", "OK"),
)


def test_alarms_are_judged_here_as_amazon_s_tables_say() -> None:
    alarm = replace(Alarm.from_template("Traffic"), periods=3, threshold=0.5)
    judged = []
    for required, points, *_ in TABLES:
        data = [
            (NOON - number * alarm.period, float(point == "X"))
            for number, point in zip(range(4, -1, -1), points, strict=True)
            if point != "-"
        ]
        states = [
            replace(alarm, required=required, missing=missing).state(data, NOON, State.OK, 2).value
            for missing in ("breaching", "notBreaching")
        ]
        judged.append((required, points, *states))

    assert judged == list(TABLES)


def test_every_alarm_says_what_it_makes_of_missing_data() -> None:
    assert {properties(name)["TreatMissingData"] for name in ALARMS} == {
        "breaching",
        "notBreaching",
        "ignore",
    }


def test_alarms_that_look_back_for_days_can_be_deployed() -> None:
    # PutMetricAlarm: at most seven days, and one where a period is less than an hour.
    week, day, hour = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
    alarms = [Alarm.from_template(name) for name in ALARMS]

    assert [
        each
        for each in alarms
        if each.period * each.periods > (week if each.period >= hour else day)
    ] == []


# Who is told


def test_every_alarm_leads_to_what_is_to_be_done() -> None:
    anchors = {
        heading.lower().replace(":", "").replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", OPERATIONS, re.MULTILINE)
    }
    led = {
        name: re.search(r"\. What to do: docs/operations\.md#(\S+)$", text)
        for name in ALARMS
        if (text := properties(name)["AlarmDescription"])
    }

    assert {name: found and found[1] for name, found in led.items()} == {
        name: f"alarm-{name.lower()}" for name in ALARMS
    }
    assert {f"alarm-{name.lower()}" for name in ALARMS} <= anchors
    # And what is explained there is an alarm.
    assert {anchor for anchor in anchors if anchor.startswith("alarm-")} == {
        f"alarm-{name.lower()}" for name in ALARMS
    }


def test_every_alarm_is_told_and_most_that_it_is_over() -> None:
    actions = ("AlarmActions", "OKActions", "InsufficientDataActions")
    told = {name: [a for a in actions if properties(name).get(a) == [TOPIC]] for name in ALARMS}

    # Those that are over for other reasons than that somebody saw to it do not say so.
    once = {"FailuresWaiting", "Traffic", "XSpending"}
    assert told == {name: [*actions[: 1 if name in once else 2]] for name in ALARMS}
    assert [
        a for name in ALARMS for a in actions if properties(name).get(a, [TOPIC]) != [TOPIC]
    ] == []
    assert {
        name: properties(name)["ActionsEnabled"]
        for name in ALARMS
        if "ActionsEnabled" in properties(name)
    } == {
        name: {"Fn::If": ["IsScheduled", True, False]}
        for name in ("CollectorSilent", "RendererSilent")
    }


def test_only_this_stack_s_alarms_speak_on_the_topic() -> None:
    allowed, denied = properties("AlarmsPolicy")["PolicyDocument"]["Statement"]

    assert properties("AlarmsPolicy")["Topics"] == [TOPIC]
    assert allowed == {
        "Sid": "LetOwnAlarmsSpeak",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
            "ArnLike": {
                "aws:SourceArn": {
                    "Fn::Sub": "arn:${AWS::Partition}:cloudwatch:${AWS::Region}"
                    ":${AWS::AccountId}:alarm:${AWS::StackName}-*"
                }
            },
        },
    }
    assert denied == {
        "Sid": "DenyWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    # CloudFormation begins the names of alarms with the stack's, unless they have one of their own.
    assert [name for name in ALARMS if "AlarmName" in properties(name)] == []


def test_mail_is_sent_where_an_address_is_given() -> None:
    assert RESOURCES["AlarmMail"]["Condition"] == "HasAlarmEmail"
    assert properties("AlarmMail") == {
        "TopicArn": TOPIC,
        "Protocol": "email",
        "Endpoint": {"Ref": "AlarmEmail"},
    }
    pattern = re.compile(read_template()["Parameters"]["AlarmEmail"]["AllowedPattern"])
    accepted = [each for each in ("", "a@b.org", "a b@c", "a@", "nobody") if pattern.match(each)]
    assert accepted == ["", "a@b.org"]


# What it costs, and what it shows


def test_watching_costs_nothing_where_an_account_has_no_other_alarms_and_dashboards() -> None:
    assert len(ALARMS) <= ACCOUNT_FREE_ALARMS
    # One metric for each alarm, at the resolution that is free.
    assert [name for name in ALARMS if "Metrics" in properties(name)] == []
    assert [name for name in ALARMS if properties(name)["Period"] % 60] == []
    assert len(names("CloudWatch::Dashboard")) == 1
    assert len(shown_metrics()) <= DASHBOARD_FREE_METRICS


def test_the_dashboard_shows_the_last_month_and_every_alarm() -> None:
    body = dashboard()
    kinds = Counter(widget["type"] for widget in body["widgets"])
    [alarms] = [each["properties"] for each in body["widgets"] if each["type"] == "alarm"]

    assert body["start"] == "-P30D"
    assert {"text", "alarm", "metric"} == kinds.keys()
    assert sorted(alarms["alarms"]) == sorted(f"{name}.Arn" for name in ALARMS)
    assert {each.name for each in watched()} <= {each.name for each in shown_metrics()}


def test_no_widget_of_the_dashboard_hides_another() -> None:
    cells = Counter(
        (column, row)
        for widget in dashboard()["widgets"]
        for column in range(widget["x"], widget["x"] + widget["width"])
        for row in range(widget["y"], widget["y"] + widget["height"])
    )

    assert {column for column, _ in cells} == set(range(24))
    assert [cell for cell, number in cells.items() if number > 1] == []


def test_the_dashboard_is_where_the_output_says_unless_nobody_wants_it() -> None:
    output = read_template()["Outputs"]["DashboardUrl"]

    assert RESOURCES["Dashboard"]["Condition"] == output["Condition"] == "HasDashboard"
    assert output["Value"]["Fn::Sub"].endswith("#dashboards/dashboard/${Dashboard}")
    assert "DashboardName" not in properties("Dashboard")
    assert resolved({"Ref": "DashboardState"}) == "ENABLED"
