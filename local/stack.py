"""The stack's data resources, made by moto's CloudFormation from the project's own template."""

import json
from dataclasses import dataclass
from typing import Any

import boto3

from local import template
from local.template import default_parameters, function_environment, read_template

STACK = template.STACK

TYPES = frozenset({"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"})
"""What of the template is made here: what holds data. The functions run in this process instead
of in Lambda, and moto's CloudFormation knows no policies of buckets and queues."""
FUNCTIONS = ("Collector", "Renderer", "Api")
SITE_URL = "http://127.0.0.1:8000"
"""Where the site is, for who runs everything here: there is no gateway, whose address it has in
AWS."""


@dataclass(frozen=True)
class Stack:
    """The names of what was made."""

    table_name: str
    bucket_name: str
    queue_url: str
    stream_arn: str

    def environment(self, function: str) -> dict[str, str]:
        """The environment variables that the template gives to a function."""
        references = {
            "Table": self.table_name,
            "Bucket": self.bucket_name,
            **default_parameters(),
            "SiteUrl": SITE_URL,
        }
        return function_environment(function, references)


def create_stack(session: boto3.Session, endpoint_url: str | None = None) -> Stack:
    """Make the resources where the session's requests go: moto, in this process or on a server."""
    cloudformation = session.client("cloudformation", endpoint_url=endpoint_url)
    cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(data_template()))
    described = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    names = {entry["LogicalResourceId"]: entry["PhysicalResourceId"] for entry in described}
    dynamodb = session.client("dynamodb", endpoint_url=endpoint_url)
    table = dynamodb.describe_table(TableName=names["Table"])["Table"]
    return Stack(names["Table"], names["Bucket"], names["Failures"], table["LatestStreamArn"])


def data_template() -> dict[str, Any]:
    """What of the template holds data, as a template of its own."""
    template = read_template()
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] in TYPES
    }
    return {
        "AWSTemplateFormatVersion": template["AWSTemplateFormatVersion"],
        "Parameters": template["Parameters"],
        "Resources": kept,
    }
