"""What AWS's services have in common: how their failures become ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from hotpapers.errors import StoreError


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
