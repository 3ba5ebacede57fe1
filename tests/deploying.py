"""The translated template on moto's CloudFormation, as much of it as moto can make."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from moto.cloudformation.parsing import get_model_map

from local.account import REGION
from local.cloud import Cloud
from local.quick_table import find_table
from local.stack import FUNCTIONS, Stack
from local.template import default_parameters
from local.translated import CODE_BUCKET

Template = Mapping[str, Any]
LAYER = "AWS::Lambda::LayerVersion"


@dataclass(frozen=True)
class Makeable:
    """A template without what moto cannot make; what that is, by logical ids, with its types."""

    template: Template
    left_out: Mapping[str, str] = field(default_factory=dict)


def makeable(template: Template) -> Makeable:
    """As much of a template as moto's CloudFormation says that it can make.

    What refers to a resource that is not made is given a made-up name for it. Layers are made, but
    moto cannot say what they are called, so functions have none.
    """
    known = get_model_map()
    resources = template["Resources"]
    kinds = {name: resource["Type"] for name, resource in resources.items()}
    left_out = {name: kind for name, kind in kinds.items() if kind not in known}
    made = {
        name: _without(resource, left_out)
        for name, resource in resources.items()
        if name not in left_out
    }
    outputs = _without(template["Outputs"], left_out)
    return Makeable({**template, "Resources": made, "Outputs": outputs}, left_out)


def _without(value: Any, names: Mapping[str, str]) -> Any:
    """A part of a template without references to some resources, and without layers."""
    match value:
        case {"Ref": name} if name in names:
            return f"made-up-{name}"
        case {"Fn::GetAtt": [name, attribute]} if name in names:
            return f"made-up-{name}-{attribute}"
        case {"Fn::Sub": text}:
            return {"Fn::Sub": _without_in_text(text, names)}
        case dict():
            return {
                key: _without(part, names)
                for key, part in value.items()
                if key != "DependsOn" and not (key == "Layers" and {"Ref"} == set().union(*part))
            }
        case list():
            return [_without(part, names) for part in value]
        case _:
            return value


def _without_in_text(text: Any, names: Mapping[str, str]) -> Any:
    """The argument of `Fn::Sub`: a text, or a text and its variables."""
    if isinstance(text, list):
        return [_without_in_text(text[0], names), _without(text[1], names)]
    return re.sub(rf"\$\{{({'|'.join(names)})(\.[A-Za-z.]+)?\}}", r"made-up-\1\2", text)


@dataclass(frozen=True)
class Deployment:
    """A stack of the template on moto, in a cloud whose handlers are the functions."""

    cloud: Cloud
    name: str

    def create(self, template: Template) -> None:
        """Create the stack."""
        upload_code(template)
        boto3.client("cloudformation").create_stack(
            StackName=self.name,
            TemplateBody=json.dumps(makeable(template).template),
            Capabilities=["CAPABILITY_IAM"],
        )
        # moto would run the renderer in a container; it is run by whoever tests.
        table = find_table(self.names["Table"], REGION)
        table.lambda_event_source_mappings.clear()

    def update(self, template: Template, **parameters: str) -> None:
        """Update the stack; parameters that are not given have the template's defaults."""
        stated = {**default_parameters(), **parameters}
        boto3.client("cloudformation").update_stack(
            StackName=self.name,
            TemplateBody=json.dumps(makeable(template).template),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in stated.items()
            ],
            Capabilities=["CAPABILITY_IAM"],
        )

    def delete(self) -> None:
        """Delete the stack."""
        boto3.client("cloudformation").delete_stack(StackName=self.name)

    @property
    def status(self) -> str:
        """How CloudFormation says that the stack is."""
        described = boto3.client("cloudformation").describe_stacks(StackName=self.name)
        return str(described["Stacks"][0]["StackStatus"])

    @property
    def names(self) -> Mapping[str, str]:
        """What the resources are called, by their logical ids; moto has no names for all."""
        pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
        return {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for page in pages.paginate(StackName=self.name)
            for each in page["StackResourceSummaries"]
            if each.get("PhysicalResourceId")
        }

    @property
    def stack(self) -> Stack:
        """The names of what holds data."""
        names = self.names
        table = boto3.client("dynamodb").describe_table(TableName=names["Table"])["Table"]
        return Stack(names["Table"], names["Bucket"], names["Failures"], table["LatestStreamArn"])

    def configuration(self, function: str) -> Mapping[str, Any]:
        """How a function is set up, but for what every change of it changes."""
        name = self.names[function]
        told: Any = boto3.client("lambda").get_function_configuration(FunctionName=name)
        passing = ("ResponseMetadata", "LastModified", "RevisionId")
        return {key: value for key, value in told.items() if key not in passing}

    @contextmanager
    def running(self, settings: Mapping[str, str]) -> Iterator[Cloud]:
        """The handlers with the variables that their functions have, but for some settings."""
        variables: dict[str, str] = {}
        for function in FUNCTIONS:
            told = self.configuration(function)["Environment"]["Variables"]
            # CloudFormation makes texts of numbers, moto does not.
            variables |= {key: str(value) for key, value in told.items()}
        with self.cloud.set({**variables, **settings}):
            yield self.cloud


def upload_code(template: Template) -> None:
    """Put something where a template says that code lies; it is never run."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=CODE_BUCKET)  # which does nothing where it is there
    for key in code_keys(template):
        s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=_zip())


def code_keys(template: Template) -> Iterator[str]:
    """Where a template says that the code of functions and layers lies."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        place = properties.get("Code") or properties.get("Content")
        if place:
            yield place["S3Key"]


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "")
    return buffer.getvalue()
