"""What template.yaml promises: nothing is lost, nothing is open, nobody may do more than needed."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from aws_lambda_powertools.shared import constants as powertools
from moto.events.models import EventPattern

from hotpapers.environment import Reader
from hotpapers.roster import Sources
from hotpapers.settings import CollectorSettings, PublicationSettings
from local.template import PROJECT, function_environment, read_template, stream_source

SETTINGS: dict[str, Callable[[Mapping[str, str]], object]] = {
    "Collector": CollectorSettings.from_environment,
    "Renderer": PublicationSettings.from_environment,
    "Api": PublicationSettings.from_environment,
}
EVENTS = {path.stem: json.loads(path.read_text()) for path in (PROJECT / "events").glob("*.json")}

Properties = dict[str, Any]


TEMPLATE = read_template()
RESOURCES = TEMPLATE["Resources"]


def resources(kind: str) -> dict[str, Properties]:
    """The properties of all resources of a type, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in RESOURCES.items()
        if resource["Type"] == f"AWS::{kind}"
    }


FUNCTIONS = resources("Serverless::Function")
MACHINES = resources("Serverless::StateMachine")
GLOBALS = TEMPLATE["Globals"]["Function"]


def triggers() -> Iterator[tuple[str, str, Properties]]:
    """Each function's triggers: the function, the trigger's type and its properties."""
    for name, function in FUNCTIONS.items():
        for trigger in function.get("Events", {}).values():
            yield name, trigger["Type"], trigger["Properties"]


# Nothing is lost


def test_what_holds_data_outlives_the_stack() -> None:
    policies = {
        name: (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        for name, resource in RESOURCES.items()
        if resource["Type"].split("::")[1] in ("DynamoDB", "S3", "SQS")
    }

    assert policies == {
        "Table": ("Retain", "Retain"),
        "Bucket": ("Retain", "Retain"),
        "BucketPolicy": ("Retain", "Retain"),
        "Failures": (None, None),
        "FailuresPolicy": (None, None),
    }


def test_the_table_can_be_restored_and_tells_its_changes() -> None:
    table = dict(RESOURCES["Table"]["Properties"])
    del table["ResourcePolicy"]  # below

    assert table == {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": True,
    }


def test_every_call_that_nobody_waits_for_ends_in_the_queue_when_it_fails() -> None:
    queue = {"Fn::GetAtt": ["Failures", "Arn"]}
    destinations = {
        (function, kind): properties.get("DeadLetterConfig", {}).get("Arn")
        or properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        for function, kind, properties in triggers()
    } | {
        (name, "asynchronous"): function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
        for name, function in FUNCTIONS.items()
        if "EventInvokeConfig" in function
    }

    assert destinations == {
        ("Collector", "ScheduleV2"): queue,
        ("Collector", "asynchronous"): {"Type": "SQS", "Destination": queue},
        ("Renderer", "asynchronous"): {"Type": "SQS", "Destination": queue},
        ("Renderer", "DynamoDB"): queue,
        ("Api", "HttpApi"): None,
    }
    assert resources("SQS::Queue") == {
        "Failures": {"SqsManagedSseEnabled": True, "MessageRetentionPeriod": 14 * 24 * 60 * 60}
    }


def test_retries_end() -> None:
    limits = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "MaximumRecordAgeInSeconds")
    collector = FUNCTIONS["Collector"]
    [schedule] = collector["Events"].values()

    assert {
        name: {limit: source[limit] for limit in limits if limit in source}
        for name, source in {
            "function": collector["EventInvokeConfig"],
            "renderer": FUNCTIONS["Renderer"]["EventInvokeConfig"],
            "schedule": schedule["Properties"]["RetryPolicy"],
            "stream": stream_source("Renderer"),
        }.items()
    } == {
        "function": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21600},
        "renderer": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21600},
        "schedule": {"MaximumRetryAttempts": 10, "MaximumEventAgeInSeconds": 21600},
        "stream": {"MaximumRetryAttempts": 5, "MaximumRecordAgeInSeconds": 21600},
    }


def test_one_bad_record_does_not_repeat_or_stop_the_others() -> None:
    stream = stream_source("Renderer")

    assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert stream["BisectBatchOnFunctionError"] is True
    assert stream["StartingPosition"] == "TRIM_HORIZON"


# Nothing is open


def test_the_bucket_is_private_encrypted_and_versioned() -> None:
    assert RESOURCES["Bucket"]["Properties"] == {
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            ]
        },
        "VersioningConfiguration": {"Status": "Enabled"},
        "LifecycleConfiguration": {
            "Rules": [
                {
                    "Id": "ForgetReplacedVersions",
                    "Status": "Enabled",
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
                },
                {
                    "Id": "ForgetUnfinishedUploads",
                    "Status": "Enabled",
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                },
            ]
        },
    }


BUCKET = [{"Fn::GetAtt": ["Bucket", "Arn"]}, {"Fn::Sub": "${Bucket.Arn}/*"}]
REPORTERS = ("CollectorRole", "CollectorScheduleRole", "RendererRole")


@pytest.mark.parametrize(
    ("resource", "place", "action", "more"),
    [
        ("Table", "ResourcePolicy", "dynamodb:*", []),
        ("BucketPolicy", "", "s3:*", []),
        (
            "FailuresPolicy",
            "",
            "sqs:*",
            [
                {
                    "Sid": "DenyOtherReporters",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sqs:SendMessage",
                    "Resource": {"Fn::GetAtt": ["Failures", "Arn"]},
                    "Condition": {
                        "ArnNotEquals": {
                            "aws:PrincipalArn": [{"Fn::GetAtt": [r, "Arn"]} for r in REPORTERS]
                        }
                    },
                }
            ],
        ),
    ],
)
def test_nobody_gets_in_without_tls_or_from_another_account(
    resource: str, place: str, action: str, more: list[Any]
) -> None:
    properties = RESOURCES[resource]["Properties"]
    deny: Properties = {"Effect": "Deny", "Principal": "*", "Action": action}
    queue = {"Fn::GetAtt": ["Failures", "Arn"]}
    deny["Resource"] = {"Table": "*", "BucketPolicy": BUCKET, "FailuresPolicy": queue}[resource]

    assert (properties[place] if place else properties)["PolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "DenyWithoutTls",
                **deny,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Sid": "DenyOtherAccounts",
                **deny,
                "Condition": {
                    "StringNotEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            },
            *more,
        ],
    }


def test_the_api_is_throttled_and_its_calls_are_logged() -> None:
    [(name, gateway)] = resources("Serverless::HttpApi").items()

    assert name == "Gateway"
    assert gateway["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": {"Ref": "RequestsPerSecond"},
        "ThrottlingBurstLimit": {"Ref": "RequestsAtOnce"},
    }
    assert gateway["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["GatewayLogs", "Arn"]}
    assert set(json.loads(gateway["AccessLogSettings"]["Format"])) == {
        "requestId",
        "requestTime",
        "httpMethod",
        "path",
        "status",
        "responseLength",
        "responseLatency",
        "integrationError",
    }


def test_no_secret_is_in_the_template() -> None:
    text = (PROJECT / "template.yaml").read_text()

    assert "{{resolve:" not in text  # would put the value into the function's environment
    assert [
        name for name in TEMPLATE["Parameters"] if TEMPLATE["Parameters"][name].get("NoEcho")
    ] == []


# Nobody may do more than needed


LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
MACHINE_ARN = (
    "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}"
    ":{}:${{AWS::StackName}}-backfill"
)
EXECUTIONS = {"states:DescribeExecution", "states:StopExecution"}
"""What a distributed map does with those that it started."""


def test_each_role_allows_exactly_what_its_function_does() -> None:
    assert {name: dict(grants(role)) for name, role in resources("IAM::Role").items()} == {
        "CollectorRole": {
            "CollectorLogs.Arn": LOGS,
            "Table.Arn": {
                "dynamodb:BatchGetItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
            },
            "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}"
            ":parameter${CredentialsPath}/*": {"ssm:GetParameters"},
            "Failures.Arn": {"sqs:SendMessage"},
        },
        "RendererRole": {
            "RendererLogs.Arn": LOGS,
            "Table.StreamArn": {
                "dynamodb:DescribeStream",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
            },
            "${Table.Arn}/stream/*": {"dynamodb:ListStreams"},
            "Table.Arn": {"dynamodb:Query"},
            "Table.Arn where dynamodb:LeadingKeys in ROUNDUPS, ROUNDUP#*, CARDS, FILED, TERM#*": {
                "dynamodb:BatchWriteItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
            },
            "${Bucket.Arn}/digests/*": {"s3:GetObject", "s3:PutObject"},
            "${Bucket.Arn}/pages/*": {"s3:GetObject", "s3:PutObject"},
            "${Bucket.Arn}/posts/*": {"s3:GetObject", "s3:PutObject"},
            "Bucket.Arn": {"s3:ListBucket"},
            "Failures.Arn": {"sqs:SendMessage"},
        },
        "ApiRole": {
            "ApiLogs.Arn": LOGS,
            "Table.Arn": {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"},
            "${Bucket.Arn}/pages/*": {"s3:GetObject"},
            "Bucket.Arn": {"s3:ListBucket"},
        },
        "BackfillRole": {"BackfillLogs.Arn": LOGS},
        "CollectorScheduleRole": {
            "Collector.Arn": {"lambda:InvokeFunction"},
            "Failures.Arn": {"sqs:SendMessage"},
        },
        "BackfillMachineRole": {
            "Backfill.Arn": {"lambda:InvokeFunction"},
            "Collector.Arn": {"lambda:InvokeFunction"},
            MACHINE_ARN.format("stateMachine"): {"states:StartExecution"},
            MACHINE_ARN.format("execution") + ":*": EXECUTIONS,
            MACHINE_ARN.format("execution") + "/*": EXECUTIONS,
        },
    }


def grants(role: Properties) -> Iterator[tuple[str, set[str]]]:
    """What a role allows: each resource, with all actions on it."""
    actions: dict[str, set[str]] = {}
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert set(statement) - {"Condition"} == {"Sid", "Effect", "Action", "Resource"}
            assert statement["Effect"] == "Allow"
            where = _where(statement.get("Condition"))
            for resource in _as_list(statement["Resource"]):
                allowed = actions.setdefault(_arn(resource) + where, set())
                allowed.update(_as_list(statement["Action"]))
    yield from actions.items()


def _where(condition: Any) -> str:
    """On which items alone a statement allows something."""
    if condition is None:
        return ""
    [(operator, patterns)] = condition.items()
    assert operator == "ForAllValues:StringLike"
    [(key, values)] = patterns.items()
    return f" where {key} in {', '.join(values)}"


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _arn(resource: Any) -> str:
    [(function, value)] = resource.items()
    return ".".join(value) if function == "Fn::GetAtt" else str(value)


def trust(service: str, **more: Any) -> Properties:
    """Who may take on a role."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement | more]}


def test_each_function_machine_and_schedule_has_a_role_that_only_it_takes_on() -> None:
    of_account = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    trusted = {
        **dict.fromkeys(FUNCTIONS, trust("lambda.amazonaws.com")),
        **dict.fromkeys(MACHINES, trust("states.amazonaws.com", Condition=of_account)),
        "CollectorSchedule": trust("scheduler.amazonaws.com", Condition=of_account),
    }
    [schedule] = (properties for _, kind, properties in triggers() if kind == "ScheduleV2")

    assert {name: set(role) for name, role in resources("IAM::Role").items()} == {
        f"{name}Role": {"AssumeRolePolicyDocument", "Policies"} for name in trusted
    }
    for name, document in trusted.items():
        assert RESOURCES[f"{name}Role"]["Properties"]["AssumeRolePolicyDocument"] == document
    for name, properties in {**FUNCTIONS, **MACHINES}.items():
        assert properties["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        assert "Policies" not in properties
    assert schedule["RoleArn"] == {"Fn::GetAtt": ["CollectorScheduleRole", "Arn"]}


# Settings


class _Recording(Mapping[str, str]):
    """An environment that remembers which variables it was asked for."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


class _Reader(Reader):
    """A reader that remembers what it read, defaults included."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        self.found: dict[str, str] = {}

    def text(self, name: str, default: str | None = None) -> str:
        self.found[name] = super().text(name, default)
        return self.found[name]


def settings_of_sources(environment: Mapping[str, str]) -> dict[str, str]:
    """What the sources read, by the names of their variables."""
    reader = _Reader(environment)
    Sources(CollectorSettings.from_environment(environment), reader, _unused)
    return reader.found


def _unused() -> Any:
    raise AssertionError("no secret is read before an event comes")


def declared(function: str) -> dict[str, Any]:
    """A function's own environment variables, as the template declares them."""
    variables: dict[str, Any] = FUNCTIONS[function]["Environment"]["Variables"]
    return variables


def deployed(function: str) -> dict[str, str]:
    """A function's own environment variables, as they are where no parameter was changed."""
    return {name: _deployed(value) for name, value in declared(function).items()}


def _deployed(value: dict[str, Any]) -> str:
    if "Fn::If" in value:
        assert value["Fn::If"][:2] == ["HasSiteUrl", {"Ref": "SiteUrl"}]
        return re.sub(r"\$\{[^}]+\}", "gateway", value["Fn::If"][2]["Fn::Sub"])
    name = value["Ref"]
    parameter = TEMPLATE["Parameters"].get(name)
    return str(parameter["Default"]) if parameter else str(name)


def test_readers_find_the_site_at_its_own_address_or_the_gateway_s() -> None:
    given = dict.fromkeys(TEMPLATE["Parameters"], "") | {"Table": "t", "Bucket": "b"}
    own = function_environment("Api", given | {"SiteUrl": "https://hot.example"})

    assert own["SITE_URL"] == "https://hot.example"
    assert deployed("Api")["SITE_URL"] == "https://gateway.execute-api.gateway.gateway"
    assert declared("Api")["SITE_URL"] == declared("Renderer")["SITE_URL"]


@pytest.mark.parametrize("function", SETTINGS)
def test_each_variable_is_declared_and_read(function: str) -> None:
    environment = _Recording(deployed(function))

    SETTINGS[function](environment)
    if function == "Collector":
        settings_of_sources(environment)

    assert set(declared(function)) == environment.asked


@pytest.mark.parametrize("function", SETTINGS)
def test_each_parameter_has_the_default_of_its_setting(function: str) -> None:
    resource_names = {
        name: deployed(function)[name]
        for name, value in declared(function).items()
        if "Fn::If" in value or value["Ref"] in RESOURCES
    }

    from_template = SETTINGS[function](deployed(function))

    assert from_template == SETTINGS[function](resource_names)
    if function == "Collector":
        assert settings_of_sources(deployed(function)) == settings_of_sources(resource_names)


def test_each_parameter_is_used_and_explained() -> None:
    text = (PROJECT / "template.yaml").read_text()
    unused = [
        name
        for name in TEMPLATE["Parameters"]
        if f"!Ref {name}" not in text and f"${{{name}}}" not in text
    ]

    assert unused == []
    assert [
        name
        for name, parameter in TEMPLATE["Parameters"].items()
        if not parameter.get("Description") or "Default" not in parameter
    ] == []


def test_powertools_reads_the_variables_that_all_functions_share() -> None:
    assert GLOBALS["Environment"]["Variables"] == {
        powertools.SERVICE_NAME_ENV: "hotpapers",
        powertools.METRICS_NAMESPACE_ENV: {"Ref": "AWS::StackName"},
    }


# Logs


def test_every_log_group_forgets_and_goes_with_the_stack() -> None:
    groups = {
        name: (resource["Properties"]["RetentionInDays"], resource["DeletionPolicy"])
        for name, resource in RESOURCES.items()
        if resource["Type"] == "AWS::Logs::LogGroup"
    }
    owners = [*FUNCTIONS, "Gateway"]

    assert groups == {f"{name}Logs": ({"Ref": "LogRetentionDays"}, "Delete") for name in owners}


def test_every_function_writes_json_to_its_own_log_group() -> None:
    assert {
        name: GLOBALS["LoggingConfig"] | function["LoggingConfig"]
        for name, function in FUNCTIONS.items()
    } == {
        name: {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "INFO",
            # Of each request the access log tells enough.
            "SystemLogLevel": "WARN" if name == "Api" else "INFO",
            "LogGroup": {"Ref": f"{name}Logs"},
        }
        for name in FUNCTIONS
    }


# A second stack in the same account


def test_no_name_is_taken_from_another_stack() -> None:
    names = [
        value["Fn::Sub"] if isinstance(value, dict) else value
        for resource in RESOURCES.values()
        for key, value in resource["Properties"].items()
        if key
        in (
            "TableName",
            "BucketName",
            "QueueName",
            "FunctionName",
            "RoleName",
            "Name",
            "LayerName",
            "LogGroupName",
        )
    ]
    [schedule] = FUNCTIONS["Collector"]["Events"].values()

    assert names
    assert [name for name in names if "${AWS::StackName}" not in name] == []
    assert schedule["Properties"]["OmitName"] is True


# Code


def test_every_function_is_one_file_and_all_packages_are_in_the_layers() -> None:
    assert GLOBALS["Layers"] == [{"Ref": "DependenciesLayer"}, {"Ref": "PackageLayer"}]
    for function in FUNCTIONS.values():
        folder = PROJECT / function["CodeUri"]
        files = {path.name for path in folder.iterdir() if path.name != "__pycache__"}
        assert files == {"app.py", "requirements.txt"}
        assert (folder / "requirements.txt").read_text() == ""


@pytest.mark.parametrize("name", ["DependenciesLayer", "PackageLayer"])
def test_the_layers_are_built_for_the_functions(name: str) -> None:
    architecture = {"Ref": "Architecture"}
    properties = RESOURCES[name]["Properties"]

    assert RESOURCES[name]["Metadata"] == {
        "BuildMethod": GLOBALS["Runtime"],
        "BuildArchitecture": architecture,
    }
    assert properties["CompatibleRuntimes"] == [GLOBALS["Runtime"]]
    assert properties["CompatibleArchitectures"] == GLOBALS["Architectures"] == [architecture]
    assert (PROJECT / properties["ContentUri"] / "requirements.txt").is_file()


# Events


def _starts_renderer(change: Mapping[str, Any]) -> bool:
    [rule] = stream_source("Renderer")["FilterCriteria"]["Filters"]
    pattern: Any = EventPattern.load(rule["Pattern"])
    return bool(pattern.matches_event({"dynamodb": change}))


def test_the_renderer_is_started_by_its_example() -> None:
    records = EVENTS["renderer-stream"]["Records"]

    assert [_starts_renderer(record["dynamodb"]) for record in records] == [True, True]


@pytest.mark.parametrize(
    ("key", "image"),
    [
        (("DIGESTS", "2020-09-18"), None),
        (("DIGEST#2020-09-18", "PART#000"), {"revision": {"S": "r"}, "body": {"B": "H4sI"}}),
        (("PAPER#2009.08319", "2020-09-18"), {}),
    ],
    ids=["a head that was deleted", "a part of a body", "where a paper is"],
)
def test_the_renderer_is_not_started_by(key: tuple[str, str], image: dict[str, Any] | None) -> None:
    keys = {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
    change = {"Keys": keys} | ({} if image is None else {"NewImage": keys | image})

    assert not _starts_renderer(change)


def test_the_schedule_sends_what_the_example_holds() -> None:
    [schedule] = FUNCTIONS["Collector"]["Events"].values()

    assert json.loads(schedule["Properties"]["Input"]) == {"time": "<aws.scheduler.scheduled-time>"}
    assert EVENTS["collector-schedule"] == {"time": "2020-09-20T10:00:00Z"}


def test_the_state_machine_is_the_one_that_is_tested() -> None:
    assert MACHINES == {
        "BackfillMachine": {
            "Name": {"Fn::Sub": "${AWS::StackName}-backfill"},
            "Type": "STANDARD",
            "Role": {"Fn::GetAtt": ["BackfillMachineRole", "Arn"]},
            "DefinitionUri": "statemachine/backfill.asl.json",
            "DefinitionSubstitutions": {
                "Partition": {"Ref": "AWS::Partition"},
                "BackfillArn": {"Fn::GetAtt": ["Backfill", "Arn"]},
                "CollectorArn": {"Fn::GetAtt": ["Collector", "Arn"]},
                "BackfillConcurrency": {"Ref": "BackfillConcurrency"},
            },
        }
    }


def test_every_request_reaches_the_api() -> None:
    routes = {
        f"{properties['Method']} {properties['Path']}"
        for function, _kind, properties in triggers()
        if function == "Api"
    }
    requests = {name: event for name, event in EVENTS.items() if name.startswith("api-")}

    assert routes == {"ANY /", "ANY /{proxy+}"}
    assert {event["routeKey"] for event in requests.values()} == routes
    assert {event["requestContext"]["routeKey"] for event in requests.values()} == routes
