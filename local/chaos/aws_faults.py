"""How calls of AWS fail.

Sources: the error lists of the operations in the API references of DynamoDB, S3 and Systems
Manager, and botocore's own exceptions for what never became an answer.
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from moto.core.botocore_stubber import MockRawResponse

from local.chaos.aws_line import Attempt, Call, Death, Fault, answer_of, refusal

THROTTLED = {
    "dynamodb": (400, "ProvisionedThroughputExceededException"),
    "s3": (503, "SlowDown"),
    "ssm": (400, "ThrottlingException"),
}
"""How each service says that it is asked too much."""
BATCHES = {"BatchWriteItem": "UnprocessedItems", "BatchGetItem": "UnprocessedKeys"}


def throttled(attempt: Attempt) -> AWSResponse:
    """The service is asked too much."""
    return refusal(attempt, *THROTTLED[attempt.call.service])


def broken(attempt: Attempt) -> AWSResponse:
    """The service has an error of its own."""
    return refusal(attempt, 500, "InternalServerError")


def unavailable(attempt: Attempt) -> AWSResponse:
    """The service is not there just now."""
    return refusal(attempt, 503, "ServiceUnavailable")


def refused(attempt: Attempt) -> AWSResponse:
    """No connection can be made."""
    raise EndpointConnectionError(endpoint_url=attempt.request.url, error="refused")


def timed_out(attempt: Attempt) -> AWSResponse:
    """No answer comes, and nothing was done."""
    attempt.clock.sleep(attempt.call.patience)
    raise ReadTimeoutError(endpoint_url=attempt.request.url, error="timed out")


def denied(attempt: Attempt) -> AWSResponse:
    """The role may not do this."""
    code = "AccessDenied" if attempt.call.service == "s3" else "AccessDeniedException"
    return refusal(attempt, 403 if attempt.call.service == "s3" else 400, code)


def cut_off(attempt: Attempt) -> AWSResponse:
    """The connection is closed in the middle of the answer to what was done.

    Where the body is a stream, whoever reads it finds that out; otherwise botocore does.
    """
    answer = attempt.sent()
    if attempt.call.operation != "GetObject" or answer.status_code != HTTPStatus.OK:
        raise ConnectionClosedError(endpoint_url=attempt.request.url)
    body = answer.content
    raw: Any = MockRawResponse(body[: len(body) // 2])
    headers: Any = {**answer.headers, "Content-Length": str(len(body))}
    return AWSResponse(attempt.request.url, answer.status_code, headers, raw)


def lost(attempt: Attempt) -> AWSResponse:
    """It is done, and the answer does not come."""
    attempt.sent()
    attempt.clock.sleep(attempt.call.patience)
    raise ReadTimeoutError(endpoint_url=attempt.request.url, error="timed out")


def death_before(_attempt: Attempt) -> AWSResponse:
    """The process ends before it asks."""
    raise Death


def death_after(attempt: Attempt) -> AWSResponse:
    """The process ends when the service has done what it was asked."""
    attempt.sent()
    raise Death


def overtaken(attempt: Attempt) -> AWSResponse:
    """A twin of this run does the same write a moment before: the condition of this one may not
    hold any more, and the service says so itself."""
    attempt.sent()
    return attempt.sent()


def concurrent_write(attempt: Attempt) -> AWSResponse:
    """Somebody else writes the same just now."""
    if attempt.call.service == "s3":
        return refusal(attempt, 409, "ConditionalRequestConflict")
    if attempt.call.operation == "TransactWriteItems":
        items = json.loads(attempt.request.body)["TransactItems"]
        reasons = [{"Code": "TransactionConflict"}, *({"Code": "None"} for _ in items[1:])]
        code = "TransactionCanceledException"
        return refusal(attempt, 400, code, CancellationReasons=reasons)
    return refusal(attempt, 400, "TransactionConflictException")


def partial_batch(attempt: Attempt) -> AWSResponse:
    """Of a batch the first half is done, and the rest handed back; of one alone, nothing."""
    asked = json.loads(attempt.request.body)["RequestItems"]
    done, left = _halves(asked)
    name = BATCHES[attempt.call.operation]
    if not done:
        document: dict[str, Any] = {name: left}
        if attempt.call.operation == "BatchGetItem":
            document["Responses"] = {}
        return answer_of(attempt, 200, json.dumps(document).encode(), "application/x-amz-json-1.0")
    request = copy.copy(attempt.request)
    request.body = json.dumps({"RequestItems": done}).encode()
    answer = json.loads(attempt.send(request).content)
    body = json.dumps({**answer, name: left}).encode()
    return answer_of(attempt, 200, body, "application/x-amz-json-1.0")


def _halves(asked: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    done, left = {}, {}
    for table, what in asked.items():
        keys = what["Keys"] if isinstance(what, dict) else what
        middle = len(keys) // 2

        def part(some: Any, what: Any = what) -> Any:
            return {**what, "Keys": some} if isinstance(what, dict) else some

        if middle:
            done[table] = part(keys[:middle])
        left[table] = part(keys[middle:])
    return done, left


@dataclass(frozen=True)
class Kind:
    """A way in which a call fails; the `operations` that can fail so (empty: all), and whether it
    makes sense for it to last."""

    fault: Fault
    operations: frozenset[str] = frozenset()
    lasts: bool = True

    def befalls(self, call: Call) -> bool:
        """Whether a call can fail so."""
        return not self.operations or call.operation in self.operations


CONDITIONAL = frozenset({"PutItem", "UpdateItem", "TransactWriteItems", "PutObject"})
FAULTS: Mapping[str, Kind] = {
    "throttled": Kind(throttled),
    "500": Kind(broken),
    "503": Kind(unavailable),
    "refused": Kind(refused),
    "time-out": Kind(timed_out),
    "access denied": Kind(denied),
    "closed mid-answer": Kind(cut_off),
    "answer lost": Kind(lost),
    "overtaken": Kind(overtaken, CONDITIONAL),
    "concurrent write": Kind(concurrent_write, CONDITIONAL),
    "partial batch": Kind(partial_batch, frozenset(BATCHES)),
    "death before": Kind(death_before, lasts=False),
    "death after": Kind(death_after, lasts=False),
}
