"""The reads that an answer needs, made with bare clients of boto3."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import boto3


def make_clients(calls: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The clients that calls take, by service."""
    make: Any = boto3.client
    return {service: make(service) for service in {call["service"] for call in calls}}


def read(clients: Mapping[str, Any], calls: Sequence[Mapping[str, Any]]) -> bytes:
    """Make the calls; the content that the last one finds, packed as it lies."""
    content = b""
    for call in calls:
        method = re.sub("(?<!^)(?=[A-Z])", "_", call["operation"]).lower()
        answer = getattr(clients[call["service"]], method)(**call["parameters"])
        if "Body" in answer:
            content = answer["Body"].read()
        else:
            content = b"".join(item["body"]["B"] for item in answer["Items"] if "body" in item)
    return content
