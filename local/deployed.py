"""A deployed stack, in the account that the environment's credentials are of."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import boto3
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError

from hotpapers.adapters.aws import AWS, error_code, failures_of
from hotpapers.errors import InvalidInputError

Client = Callable[[str], Any]
"""Makes a client of one of AWS's services."""

Answer = TypeVar("Answer")


def make_client(service: str) -> Any:
    """A client of a service of AWS, with the credentials and the region of the environment."""
    make: Callable[..., Any] = boto3.client
    return make(service, config=AWS)


def read_outputs(stack: str, client: Client) -> Mapping[str, str]:
    """The outputs of a stack, by their keys. Raises as `ask_of_stack` does."""
    [described] = ask_of_stack(
        stack, client, lambda cloudformation: cloudformation.describe_stacks(StackName=stack)
    )["Stacks"]
    return {entry["OutputKey"]: entry["OutputValue"] for entry in described.get("Outputs", [])}


def read_names(stack: str, client: Client) -> Mapping[str, str]:
    """What AWS calls the resources of a stack, by their logical ids; of a queue this is its URL.

    Raises as `ask_of_stack` does.
    """

    def question(cloudformation: Any) -> list[Any]:
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        return [entry for page in pages for entry in page["StackResourceSummaries"]]

    listed = ask_of_stack(stack, client, question)
    # One that could not be made, or is not made yet, has no name.
    return {
        entry["LogicalResourceId"]: entry["PhysicalResourceId"]
        for entry in listed
        if "PhysicalResourceId" in entry
    }


def ask_of_stack(stack: str, client: Client, question: Callable[[Any], Answer]) -> Answer:
    """What CloudFormation answers to a question about a stack.

    Raises InvalidInputError where there is no such stack, no region or no credentials, StoreError
    where CloudFormation cannot be asked.
    """
    with failures_of("CloudFormation"):
        try:
            cloudformation = client("cloudformation")
            return question(cloudformation)
        except NoRegionError as error:
            raise InvalidInputError(
                "AWS_DEFAULT_REGION", "is not set; where is the stack?"
            ) from error
        except NoCredentialsError as error:
            reason = f"{stack[:128]!r} takes AWS credentials, and there are none"
            raise InvalidInputError("STACK", reason) from error
        except ClientError as error:
            if error_code(error) != "ValidationError":
                raise
            where = cloudformation.meta.region_name
            reason = f"there is no stack {stack[:128]!r} in {where}; is the region right?"
            raise InvalidInputError("STACK", reason) from error
