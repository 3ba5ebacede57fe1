"""Asking an upstream service over HTTP, politely and within limits.

One `Upstream` stands for one service. It keeps a distance between its requests, says who asks,
bounds every answer in size and time, follows redirects only inside the service's own domain, and
asks again where a failure may pass: after the time that the service names, or after a growing
pause.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from hotpapers.errors import UnsettledError, UpstreamError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Parameters = Mapping[str, str]

CHUNK_BYTES = 64 * 1024
MOST_REDIRECTS = 3

UNSETTLED = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)
"""The refusals that may pass by asking again later, as may everything from 500 on.

From 500 on without a list: X stands behind Cloudflare, which has statuses of its own (520 to 530)
for a service that it cannot reach.
"""


@dataclass(frozen=True)
class Patience:
    """How often a question is asked, and how long it is waited between two times (seconds)."""

    attempts: int = 5
    first_pause: float = 3.0
    longest_pause: float = 120.0


@dataclass(frozen=True)
class Limits:
    """How long a service may take to answer, and how much it may say.

    `silence_seconds` is how long it may send nothing: arXiv has been seen to stall for 15 s before
    a 429. `answer_seconds` is for all of an answer, against one that drips; `answer_bytes` is its
    size unpacked: a page of 2,000 papers has about 6 MB.
    """

    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    answer_seconds: float = 90.0
    answer_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True)
class Time:
    """The clocks that an upstream is asked by; tests have their own."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class Answer:
    """A complete HTTP answer; header names are looked up without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Upstream:
    """A service that is asked over HTTP."""

    def __init__(  # noqa: PLR0913
        self,
        name: str,
        origin: str,
        headers: Mapping[str, str],
        *,
        distance: float = 0.0,
        patience: Patience | None = None,
        limits: Limits | None = None,
        clock: Time | None = None,
    ) -> None:
        """`distance` is the least number of seconds between two requests."""
        self.name = name
        self._origin = origin
        self._distance = distance
        self._patience = patience or Patience(first_pause=max(distance, 1.0))
        self._limits = limits or Limits()
        self._clock = clock or Time()
        self._last_request: float | None = None
        self._session = _Session()
        self._session.headers.update(headers)
        self._session.auth = lambda request: request  # or a .netrc would replace the token

    def get(self, path: str, parameters: Parameters, read: Callable[[Answer], Result]) -> Result:
        """Ask, and read the answer; ask again while either raises UnsettledError.

        Raises UpstreamError where the service refuses, or stays unsettled for as long as our
        patience lasts.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(UnsettledError),
            wait=self._pause,
            stop=self._has_lost_patience,
            sleep=self._clock.sleep,
            before_sleep=self._tell_of_retry,
            reraise=True,
        )
        try:
            return retrying(lambda: read(self._ask(path, parameters)))
        except UnsettledError as error:
            raise UpstreamError(self.name, _final_reason(error, retrying)) from error

    def unsettled(self, reason: str, retry_after: float | None = None) -> UnsettledError:
        """The error for a failure that may pass."""
        return UnsettledError(self.name, reason, retry_after)

    def refused(self, reason: str) -> UpstreamError:
        """The error for a failure that will not pass by asking again."""
        return UpstreamError(self.name, reason)

    def require_success(self, answer: Answer, detail: str = "") -> None:
        """Raise what an answer other than 200 means; `detail` is what its body says."""
        if answer.status == HTTPStatus.OK:
            return
        reason = answered(answer, detail)
        if answer.status in UNSETTLED or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self.unsettled(reason, self._retry_after(answer))
        raise self.refused(reason)

    def _ask(self, path: str, parameters: Parameters) -> Answer:
        url, query = self._origin + path, dict(parameters)
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._request(url, query)
            target = answer.headers.get("location", "")
            if not (HTTPStatus.MULTIPLE_CHOICES <= answer.status < 400 and target):
                return answer
            url, query = self._redirected(url, target), {}
        raise self.refused(f"redirects more than {MOST_REDIRECTS} times")

    def _redirected(self, url: str, target: str) -> str:
        try:
            new = urljoin(url, target)
            old_parts, new_parts = urlsplit(url), urlsplit(new)
        except ValueError as error:  # an impossible address, such as `http://[`
            raise self.refused(f"redirects to no address, {target[:200]!r}") from error
        same_host = old_parts.netloc == new_parts.netloc
        same_domain = _domain(old_parts.hostname) == _domain(new_parts.hostname)
        if not (same_host or same_domain) or new_parts.scheme not in (old_parts.scheme, "https"):
            raise self.refused(f"redirects elsewhere, to {new[:200]!r}")
        return new

    def _request(self, url: str, query: Parameters) -> Answer:
        self._keep_distance()
        deadline = self._clock.monotonic() + self._limits.answer_seconds
        try:
            with self._session.get(
                url,
                params=query,
                timeout=(self._limits.connect_seconds, self._limits.silence_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = self._read_body(response, deadline)
                return Answer(response.status_code, response.headers, body)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise self.unsettled(_network_reason(error)) from error
        finally:
            self._last_request = self._clock.monotonic()

    def _read_body(self, response: requests.Response, deadline: float) -> bytes:
        body, limits = bytearray(), self._limits
        # `read1` hands over what has arrived. `read` would wait for the whole chunk, for as long
        # as a byte drips in now and then.
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > limits.answer_bytes:
                raise self.unsettled(f"the answer is longer than {limits.answer_bytes:,} bytes")
            if self._clock.monotonic() > deadline:
                raise self.unsettled(f"the answer takes longer than {limits.answer_seconds:.0f} s")
        return bytes(body)

    def _keep_distance(self) -> None:
        if self._last_request is not None:
            wait = self._last_request + self._distance - self._clock.monotonic()
            if wait > 0:
                self._clock.sleep(wait)

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, UnsettledError) and error.retry_after is not None:
            # A time that is over already must not let us ask as fast as we can.
            return max(error.retry_after, self._patience.first_pause)
        return self._patience.first_pause * 2.0 ** (state.attempt_number - 1)

    def _has_lost_patience(self, state: RetryCallState) -> bool:
        too_long = state.upcoming_sleep > self._patience.longest_pause
        return too_long or stop_after_attempt(self._patience.attempts)(state)

    def _tell_of_retry(self, state: RetryCallState) -> None:
        logger.warning(
            "upstream is asked again",
            extra={
                "upstream": self.name,
                "reason": str(state.outcome.exception()) if state.outcome else "",
                "attempt": state.attempt_number,
                "pause_seconds": round(state.upcoming_sleep, 1),
            },
        )

    def _retry_after(self, answer: Answer) -> float | None:
        """Seconds to leave the service alone, from Retry-After or X's x-rate-limit-reset."""
        stated = answer.headers.get("retry-after", "").strip()
        if stated.isascii() and stated.isdigit():
            return float(stated[:9])
        moment = _http_date(stated)
        reset = answer.headers.get("x-rate-limit-reset", "").strip()
        if moment is None and reset.isascii() and reset.isdigit() and len(reset) <= 10:
            moment = datetime.fromtimestamp(int(reset), UTC)
        if moment is None:
            return None
        return max((moment - self._clock.now()).total_seconds(), 0.0)


class _Session(requests.Session):
    """A session that leaves redirects alone.

    requests looks where they lead even if it must not follow, and then fails on an impossible
    address, and reads all of the body, however long it is.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002
        """Nowhere."""
        return


def user_agent(contact: str) -> str:
    """Who asks, as an HTTP header's value."""
    about = "a daily digest of arXiv listings"
    return f"hotpapers/1.0 ({about}; contact: {contact})" if contact else f"hotpapers/1.0 ({about})"


def answered(answer: Answer, detail: str) -> str:
    """What an answer means, in a few words; `detail` is what its body says, if anything."""
    return f"answered {answer.status}" + (f" ({detail})" if detail else "")


def excerpt(body: bytes) -> str:
    """The beginning of an answer, for a message on one line."""
    text = " ".join(body[:400].decode("utf-8", "replace").split())[:80]
    return repr(text) if text else "nothing at all"


def _domain(host: str | None) -> str:
    """The last two labels of a host name: enough to tell arxiv.org's hosts from others."""
    labels = (host or "").split(".")
    return (host or "") if labels[-1].isdigit() else ".".join(labels[-2:])


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _network_reason(error: Exception) -> str:
    match error:
        case requests.ConnectTimeout() | requests.ReadTimeout():
            return "does not answer in time"
        case requests.exceptions.SSLError():
            return "cannot prove who it is (TLS)"
        case requests.ConnectionError():
            return "cannot be reached, or closed the connection"
    return f"the answer broke off ({type(error).__name__})"


def _final_reason(error: UnsettledError, retrying: Retrying) -> str:
    attempts = retrying.statistics.get("attempt_number", 1)
    asked = f"asked {attempts} times" if attempts > 1 else "asked once"
    if error.retry_after is not None:
        return f"{error.reason} ({asked}; again only after {error.retry_after:.0f} s)"
    return f"{error.reason} ({asked})"
