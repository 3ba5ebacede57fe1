"""What a deployment does to what is kept: nothing, whichever way it goes.

The template as CloudFormation gets it is created on moto, updated, let fail, taken back and deleted
around a digest that the real functions made. moto does not know all types, nor all that
CloudFormation does: what it leaves out is told in docs/operations.md, and a test holds that list.
What a property of a type means for an update is taken from CloudFormation's own schemas, which come
with cfn-lint.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import cfnlint.data.AdditionalSpecs
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from cfnlint.helpers import load_resource
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from local.account import REGION, Account
from local.cloud import Cloud
from local.samples import CREDENTIALS, SAMPLES
from local.template import PROJECT
from local.translated import translated_template
from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.aws import Storage
from tests.deploying import LAYER, Deployment, code_keys, makeable

TEMPLATE = translated_template()
RESOURCES: Mapping[str, Any] = TEMPLATE["Resources"]
STATEFUL = load_resource(cfnlint.data.AdditionalSpecs, "StatefulResources.json")["ResourceTypes"]
"""The types that may hold what cannot be had again, as cfn-lint knows them."""


def references(value: Any) -> Iterator[str]:
    """The parameters and resources that a part of a template refers to."""
    match value:
        case {"Ref": name}:
            yield name
        case {"Fn::GetAtt": [name, *_]}:
            yield name
        case {"Fn::If": [condition, *values]}:
            yield from references(TEMPLATE["Conditions"][condition])
            yield from references(values)
        case {"Fn::Sub": str(text)}:
            yield from re.findall(r"\$\{([A-Za-z0-9:]+)[.}]", text)
        case {"Fn::Sub": [text, variables]}:
            yield from references({"Fn::Sub": text})
            yield from references(variables)
        case dict():
            yield from references(list(value.values()))
        case list():
            for part in value:
                yield from references(part)


def replacing(name: str) -> Iterator[tuple[str, Any]]:
    """The properties of a resource that cannot be changed without another one in its place.

    Each with its value; those that the template does not set are left out.
    """
    resource = RESOURCES[name]
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource["Type"]).schema
    kinds = ("createOnlyProperties", "conditionalCreateOnlyProperties")
    for path in [path for kind in kinds for path in schema.get(kind, [])]:
        value = resource.get("Properties", {})
        for key in path.removeprefix("/properties/").split("/"):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            yield path.removeprefix("/properties/"), value


# What is said beforehand


def test_moto_makes_all_but_what_is_told() -> None:
    left_out = makeable(TEMPLATE).left_out

    text = (PROJECT / "docs" / "operations.md").read_text()
    [told] = re.findall(r"(?s)moto has no (`AWS::.*?)\.\n", text)
    assert set(left_out.values()) == set(re.findall(r"`(AWS::\w+::\w+)`", told))


def test_what_may_hold_data_says_what_becomes_of_it() -> None:
    stateful = {
        name: (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        for name, resource in RESOURCES.items()
        if resource["Type"] in STATEFUL
    }
    logs = {name for name, each in RESOURCES.items() if each["Type"] == "AWS::Logs::LogGroup"}

    assert stateful == {
        "Table": ("Retain", "Retain"),
        "Bucket": ("Retain", "Retain"),
        # What failed and was not put back goes with the stack.
        "Failures": (None, None),
        **dict.fromkeys(logs, ("Delete", "Delete")),
    }


def test_what_holds_data_is_called_what_it_always_was() -> None:
    """A stack that is there has its data under these ids. Under others a deployment makes new ones
    beside them, which are empty."""
    kept = {
        name: resource["Type"]
        for name, resource in RESOURCES.items()
        if resource.get("DeletionPolicy") == "Retain"
    }

    assert kept == {
        "Table": "AWS::DynamoDB::Table",
        "Bucket": "AWS::S3::Bucket",
        "BucketPolicy": "AWS::S3::BucketPolicy",
    }


def test_nothing_that_an_operator_sets_reaches_what_holds_data() -> None:
    for name in ("Table", "Bucket", "Failures"):
        assert set(references(RESOURCES[name])) <= {"AWS::AccountId"}


def test_nothing_that_holds_data_has_a_property_that_would_replace_it() -> None:
    """But for the table's key, which is what it always was."""
    assert {name: dict(replacing(name)) for name in ("Table", "Bucket", "Failures")} == {
        "Table": {
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ]
        },
        "Bucket": {},
        "Failures": {},
    }


def test_parameters_replace_nothing_but_layers_and_the_address_of_alarms() -> None:
    replaced = {
        RESOURCES[name]["Type"]: {parameter}
        for name in RESOURCES
        for _, value in replacing(name)
        for parameter in set(references(value)) & set(TEMPLATE["Parameters"])
    }

    assert replaced == {LAYER: {"Architecture"}, "AWS::SNS::Subscription": {"AlarmEmail"}}


def test_two_stacks_in_an_account_have_no_name_in_common() -> None:
    """Names are CloudFormation's, or have the name of the stack in them."""
    for name, resource in RESOURCES.items():
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource["Type"]).schema
        identity = [path.removeprefix("/properties/") for path in schema["primaryIdentifier"]]
        properties = resource.get("Properties", {})
        stated = [properties[key] for key in identity if key in properties]
        if stated:
            assert set(references(stated)) & {"AWS::StackName", *RESOURCES}, name


# What is done on moto

SAMPLE = SAMPLES["seed"]
FUNCTIONS = ("Collector", "Renderer", "Api", "Backfill")
KEPT = ("Table", "Bucket", "Failures")


@pytest.fixture
def upstreams() -> Iterator[UpstreamServer]:
    with UpstreamServer(Dataset.load(SAMPLE.path)) as server:
        yield server


@pytest.fixture
def deployment(upstreams: UpstreamServer) -> Iterator[Deployment]:
    """A stack with a digest in it, which the functions made with the variables that they have."""
    with Cloud(upstreams.settings, CREDENTIALS) as cloud:
        made = Deployment(cloud, "deployed")
        made.create(TEMPLATE)
        make_digest(made, upstreams, SAMPLE.time)
        yield made


def make_digest(deployment: Deployment, upstreams: UpstreamServer, time: str) -> None:
    """Run the collector for the day, and the renderer on what it left in the stream."""
    with deployment.running({**upstreams.settings, **SAMPLE.settings}) as cloud:
        account = Account(boto3.Session(), None, deployment.stack)
        cloud.collect({**SAMPLE.event, "time": time})
        cloud.render(account.records_to_render())


def kept(deployment: Deployment) -> tuple[Any, ...]:
    """The names of what holds data, and all that is in it."""
    storage = Storage(deployment.stack)
    names = [deployment.names[name] for name in KEPT]
    return names, storage.table(), storage.bucket()


def read_page(deployment: Deployment) -> str:
    event = json.loads((PROJECT / "events" / "api-page.json").read_text())
    with deployment.running({}) as cloud:
        answer = cloud.request(event)
    assert answer["statusCode"] == 200
    return str(answer["body"])


def later_code(template: Mapping[str, Any]) -> Any:
    """The template of a later version: other code, so other layers, and a larger renderer."""
    text = json.dumps(template)
    for key in code_keys(template):
        text = text.replace(f'"S3Key": "{key}"', f'"S3Key": "{key}-2"')
    for name, resource in template["Resources"].items():
        if resource["Type"] == LAYER:
            # SAM names a version of a layer by its content; RetentionPolicy takes the old one away.
            text = text.replace(f'"{name}"', f'"{name[:-10]}0123456789"')
    later = json.loads(text)
    later["Resources"]["Renderer"]["Properties"]["MemorySize"] = 1024
    return later


@pytest.mark.thorough
def test_the_template_is_created_with_all_that_moto_makes(deployment: Deployment) -> None:
    made = makeable(TEMPLATE)

    assert deployment.status == "CREATE_COMPLETE"
    described = boto3.client("cloudformation").describe_stack_resources(StackName="deployed")
    conditional = {name for name, each in made.template["Resources"].items() if "Condition" in each}
    listed = {each["LogicalResourceId"] for each in described["StackResources"]}
    assert set(made.template["Resources"]) - conditional <= listed
    assert listed | set(made.left_out) <= set(RESOURCES)
    # What the functions were given is what they need: with it a digest was made and is shown.
    assert "2020-09-18" in read_page(deployment)
    [source] = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert source["EventSourceArn"] == deployment.stack.stream_arn
    assert source["FunctionArn"].endswith(deployment.names["Renderer"])


@pytest.mark.thorough
def test_an_update_keeps_the_data(deployment: Deployment, upstreams: UpstreamServer) -> None:
    before = kept(deployment)
    later = later_code(TEMPLATE)
    upload = boto3.client("s3").copy_object
    for key in code_keys(TEMPLATE):
        upload(Bucket="code", Key=f"{key}-2", CopySource=f"code/{key}")

    deployment.update(
        TEMPLATE,
        Categories="cs.LG",
        SiteUrl="https://hot.example.org",
        ScheduleExpression="rate(1 day)",
        LogRetentionDays="7",
    )

    assert deployment.status == "UPDATE_COMPLETE"
    assert kept(deployment) == before
    variables = deployment.configuration("Collector")["Environment"]["Variables"]
    assert variables["CATEGORIES"] == "cs.LG"
    assert "https://hot.example.org" in read_page(deployment)

    deployment.update(later)

    assert kept(deployment) == before
    assert deployment.configuration("Renderer")["MemorySize"] == 1024
    # And the functions go on with what was kept.
    make_digest(deployment, upstreams, "2020-09-20T14:00:00Z")
    _, table, bucket = kept(deployment)
    assert set(table) >= set(before[1])
    [now, was] = bucket["digests/2020-09-18.json"]
    assert [was] == before[2]["digests/2020-09-18.json"]
    assert json.loads(now.content)["collected_at"] > json.loads(was.content)["collected_at"]


@pytest.mark.thorough
def test_an_update_that_fails_and_is_taken_back_keeps_the_data(deployment: Deployment) -> None:
    """moto takes nothing back by itself: the test does what CloudFormation does then, which is to
    update to what was there before."""
    before = kept(deployment)
    functions = {name: deployment.configuration(name) for name in FUNCTIONS}

    broken = later_code(TEMPLATE)
    layer = "arn:aws:lambda:us-east-1:123456789012:layer:that-is-not-there:1"
    broken["Resources"]["Renderer"]["Properties"]["Layers"] = [layer]
    # moto answers in the form of Lambda, which a client of CloudFormation cannot read.
    with pytest.raises(ResponseParserError, match="that-is-not-there"):
        deployment.update(broken, Categories="cs.LG")

    assert kept(deployment) == before
    assert {name: deployment.configuration(name) for name in FUNCTIONS} != functions
    deployment.update(TEMPLATE)
    assert kept(deployment) == before
    assert {name: deployment.configuration(name) for name in FUNCTIONS} == functions
    assert "2020-09-18" in read_page(deployment)


@pytest.mark.thorough
def test_a_stack_that_is_deleted_leaves_its_data_behind(deployment: Deployment) -> None:
    before, stack, names = kept(deployment), deployment.stack, deployment.names
    deployment.delete()

    storage = Storage(stack)
    assert (storage.table(), storage.bucket()) == before[1:]
    functions = boto3.client("lambda").list_functions()["Functions"]
    assert functions == []
    queues = boto3.client("sqs").list_queues(QueueNamePrefix="deployed").get("QueueUrls", [])
    assert queues == []
    with pytest.raises(ClientError, match="ValidationException"):
        boto3.client("dynamodb").delete_table(TableName=names["Table"])  # it is protected
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        boto3.client("s3").delete_bucket(Bucket=names["Bucket"])


@pytest.mark.thorough
def test_a_second_stack_is_of_no_concern_to_the_first(deployment: Deployment) -> None:
    before = kept(deployment)
    other = Deployment(deployment.cloud, "other")
    other.create(TEMPLATE)
    assert set(other.names.values()) & set(deployment.names.values()) == set()
    other.delete()

    assert kept(deployment) == before
