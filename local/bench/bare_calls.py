"""The calls that a function made, made again by boto3 and requests alone.

    python -m local.bench.bare_calls CALLS

CALLS is a file with them, as `Recorded` and pickled. Says what making them took.
"""

import pickle
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import requests
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from local.bench.measuring import tell

AwsCall = tuple[str, str, Mapping[str, Any]]
"""A call of AWS: the service, the operation and the parameters."""
Question = tuple[str, Mapping[str, str], Mapping[str, str]]
"""A question to somebody else: the address, the query and the headers."""

QUIET = Config(retries={"max_attempts": 1})
"""What failed then fails again; the calls that were made again are among the calls."""


@dataclass(frozen=True)
class Recorded:
    """Calls of AWS, and questions to others."""

    calls: Sequence[AwsCall]
    questions: Sequence[Question]


def main() -> None:
    """Make the calls."""
    # Written by this bench a moment ago.
    recorded: Recorded = pickle.loads(Path(sys.argv[1]).read_bytes())  # noqa: S301
    make: Any = boto3.client
    services = {service for service, _, _ in recorded.calls}
    clients = {each: make(each, config=QUIET) for each in services}
    with requests.Session() as session:
        start = time.process_time()
        for question in recorded.questions:
            _ask(session, question)
        for service, operation, parameters in recorded.calls:
            _call(clients[service], operation, parameters)
        processor = time.process_time() - start
    tell({"processor": processor})


def _ask(session: requests.Session, question: Question) -> None:
    url, query, headers = question
    answer = session.get(url, params=query, headers=headers, timeout=60)
    answer.raise_for_status()
    if "json" in answer.headers["Content-Type"]:
        answer.json()


def _call(client: Any, operation: str, parameters: Mapping[str, Any]) -> None:
    try:
        answer = getattr(client, xform_name(operation))(**parameters)
    except ClientError:
        return  # as it was answered then
    if "Body" in answer:
        answer["Body"].read()


if __name__ == "__main__":
    main()
