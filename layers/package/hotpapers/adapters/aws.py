"""What AWS's services have in common: where their clients are from, and how their failures become
ours."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from hotpapers.errors import StoreError

# It tells where its credentials are from, at every start of every function.
logging.getLogger("botocore.credentials").setLevel(logging.WARNING)

AWS = Config(
    connect_timeout=3,
    read_timeout=5,
    retries={"mode": "standard", "max_attempts": 3},
)
"""For runs. A service that does not answer at all is given up on after twenty seconds: a renderer
is given ten digests at a time, tries each of them, and has 300 s; a collector sees to as many days.
With ten seconds and one attempt more six digests were too many (docs/chaos.md)."""
READERS = Config(
    connect_timeout=2,
    read_timeout=2,
    retries={"mode": "standard", "max_attempts": 2},
)
"""For functions that readers wait for, which have ten seconds: a service that does not answer is
given up on after five, so that there is time to answer without it, or to say so."""


@cache
def session() -> botocore.session.Session:
    """What all clients of a process are made from; who watches their calls does so here.

    boto3's clients are botocore's. What boto3 adds to them (resources, transfers of files) takes a
    fifth of a cold start to load, and is not used here.
    """
    return botocore.session.Session()


def make_client(service: str, patience: Config = AWS) -> Any:
    """A client of a service of AWS."""
    return session().create_client(service, config=patience)


@contextmanager
def failures_of(service: str) -> Iterator[None]:
    """Raise StoreError where a service refuses or cannot be reached; also for whole functions.

    botocore has asked again by then, where that could help. What is expected of a service, such
    as a key that is not there, is caught where it is expected.
    """
    try:
        yield
    except ClientError as error:
        reason = error.response.get("Error", {}).get("Code") or "an error without a code"
        raise StoreError(f"{service} answered {error.operation_name} with {reason}") from error
    except BotoCoreError as error:
        raise StoreError(f"{service} cannot be asked ({type(error).__name__})") from error


def error_code(error: ClientError) -> str:
    """The code by which a service names an error."""
    return error.response.get("Error", {}).get("Code", "")
