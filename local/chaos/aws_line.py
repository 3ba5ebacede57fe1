"""The line to AWS, on which anything can happen to any call.

Every attempt of every call of the functions passes botocore's event `before-send`, where moto
answers for AWS. Here the line lies between the two: what it is told to do happens to an attempt,
and botocore and the adapters see what they would see of AWS. The clients are the functions' own,
with their own settings for retries and time-outs.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from hotpapers.adapters import aws
from local.chaos.clock import VirtualClock


class Death(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Call:
    """A call: an operation of a service, and where in the table or the bucket (`DIGESTS`).

    `patience` is how long its client waits for an answer (seconds).
    """

    service: str
    operation: str
    place: str
    patience: float


@dataclass(frozen=True)
class Attempt:
    """An attempt of a call: its request, and what happens if nothing befalls it."""

    call: Call
    request: Any
    send: Callable[[Any], AWSResponse]
    clock: VirtualClock

    def sent(self) -> AWSResponse:
        """Do what is asked, and give the answer."""
        return self.send(self.request)


class Fault(Protocol):
    """What befalls an attempt: the answer in the place of the right one; or it raises."""

    def __call__(self, attempt: Attempt, /) -> AWSResponse: ...


@dataclass(frozen=True)
class Strike:
    """A fault at a call of a run (from 1), or at the first call from there on that it can befall.

    Where it `lasts` it befalls all calls of the service from then on, and all their attempts;
    otherwise that one attempt.
    """

    fault: Fault
    number: int
    lasts: bool = False


@dataclass
class AwsLine:
    """The line, while it is watched: `calls` are those of the functions since the last strike."""

    clock: VirtualClock
    calls: list[Call] = field(default_factory=list)
    has_struck: bool = False
    _strike: Strike | None = None
    _service: str = ""
    _is_watched: bool = False

    @contextmanager
    def laid(self) -> Iterator[None]:
        """Lay the line: all clients that are made from now on send on it."""
        session: Any = aws.session()
        session.unregister("before-send", botocore_stubber)
        session.register("before-call", self._count)
        session.register("before-send", self._send)
        try:
            yield
        finally:
            session.unregister("before-send", self._send)
            session.unregister("before-call", self._count)
            session.register("before-send", botocore_stubber)

    @contextmanager
    def struck(self, strike: Strike | None = None) -> Iterator[list[Call]]:
        """Within, calls are counted, and something may befall them; gives the calls made."""
        self.calls, self.has_struck = [], False
        self._strike, self._service, self._is_watched = strike, "", True
        try:
            yield self.calls
        finally:
            self._strike, self._is_watched = None, False

    def _count(self, model: Any, params: Any, context: Any, **_: object) -> None:
        if self._is_watched:
            service, patience = model.service_model.service_name, context["client_config"]
            place = _place(service, params)
            self.calls.append(Call(service, model.name, place, float(patience.read_timeout)))

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse:
        def send(sent: Any) -> AWSResponse:
            answer = botocore_stubber(event_name, sent)
            if answer is None:
                raise RuntimeError(f"nobody answers {event_name}")
            return answer

        if not self._is_watched or not self.calls:
            return send(request)
        attempt = Attempt(self.calls[-1], request, send, self.clock)
        return self._strike.fault(attempt) if self._strike_now(attempt) else attempt.sent()  # type: ignore[union-attr]

    def _strike_now(self, attempt: Attempt) -> bool:
        """Whether the fault befalls this attempt."""
        strike = self._strike
        if strike is None or len(self.calls) < strike.number:
            return False
        if not self.has_struck:
            if len(self.calls) > strike.number:
                return False
            self.has_struck, self._service = True, attempt.call.service
            return True
        return strike.lasts and attempt.call.service == self._service


def answer_of(attempt: Attempt, status: int, body: bytes, kind: str) -> AWSResponse:
    """An answer with a body of a content type."""
    headers: Any = {"Content-Type": kind, "Content-Length": str(len(body))}
    raw: Any = MockRawResponse(body if attempt.request.method != "HEAD" else b"")
    return AWSResponse(attempt.request.url, status, headers, raw)


def refusal(attempt: Attempt, status: int, code: str, **more: object) -> AWSResponse:
    """A refusal as a service words it: S3 in XML, the others in JSON."""
    if attempt.call.service == "s3":
        text = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>chaos</Message></Error>'
        return answer_of(attempt, status, text.encode(), "application/xml")
    document = {"__type": f"com.amazonaws.chaos#{code}", "message": "chaos", **more}
    return answer_of(attempt, status, json.dumps(document).encode(), "application/x-amz-json-1.0")


def _place(service: str, parameters: Mapping[str, Any]) -> str:
    """Where a call looks or writes: without the days and papers that it is about."""
    if service == "s3":
        return re.sub(
            r"[0-9]{4}-W?[0-9]{2}.*|digests[.].*|papers[.].*", "…", parameters["url_path"]
        )
    found = re.search(rb'":?pk": ?{"S": ?"([^"#]*)', parameters["body"])
    return found[1].decode() if found else ""
