"""Asking an upstream service over HTTP, politely and within limits.

One `Upstream` stands for one service. It keeps a distance between its requests, says who asks,
bounds every answer in size and time, follows redirects only inside the service's own domain, and
asks again where a failure may pass: after the time that the service names, or after a growing
pause. Several upstreams can share a `Pace`, so that no two of them ask at once, and an `Allowance`,
which bounds all that they take together.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urljoin

import requests
import urllib3
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from urllib3.util import Url, parse_url

from hotpapers.adapters.pace import NoTurnError, OwnPace, Pace, Time
from hotpapers.adapters.session import Session
from hotpapers.errors import UnsettledError, UpstreamError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Parameters = Mapping[str, str]

CHUNK_BYTES = 64 * 1024
MOST_REDIRECTS = 3
USUAL_PORTS = {"http": 80, "https": 443}
REGISTRIES = frozenset({"com", "edu", "gov", "info", "mil", "net", "org"})
"""What stands before a country's letters where names are registered below both, as in com.au; so
does anything of up to three letters, as in co.uk and ac.jp. Where that is no registry (mas.to), a
redirect to another host of the domain is refused, which does less harm than one to a stranger."""

UNSETTLED = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)
"""The refusals that may pass by asking again later, as may everything from 500 on.

From 500 on without a list: X stands behind Cloudflare, which has statuses of its own (520 to 530)
for a service that it cannot reach.
"""


RESETS = ("retry-after", "x-rate-limit-reset", "ratelimit-reset", "x-ratelimit-reset")
"""Headers that say when a service may be asked again: everybody's, X's, Bluesky's, and the one that
Mastodon and Reddit share. All but the first stand in every answer, and mean something in a 429."""
FIRST_EPOCH_SECOND = 10**9
"""A larger number is a time (of 2001 or later), a smaller one a number of seconds."""

SHORTEST_SECRET = 4
"""Without anything shorter messages can be read; a credential of three letters is none."""
TELLING_LENGTH = 8
"""From so many characters on, the beginning of a secret is kept secret like all of it."""


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


SOURCE_PATIENCE = Patience(attempts=4, first_pause=2.0, longest_pause=60.0)
"""For a source of posts, which has two minutes for everything unless the settings say otherwise."""
SOURCE_LIMITS = Limits(silence_seconds=15.0, answer_bytes=16 * 1024 * 1024)
"""The largest page of a source has about 2 MB: 500 posts of X's archive, of which 100 recorded ones
have 0.4 MB."""


@dataclass(frozen=True)
class Terms:
    """On what terms a source of posts is asked.

    `contact` is how the service's operators reach whoever asks, `seconds` is how long all that is
    asked in a run may take.
    """

    contact: str = ""
    seconds: float = 120.0
    clock: Time = field(default_factory=Time)


class Allowance:
    """How long something may take that asks more than one question, in seconds."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.seconds = terms.seconds
        self._monotonic = terms.clock.monotonic
        self.begin()

    def begin(self) -> None:
        """Count from now on."""
        self._end = self._monotonic() + self.seconds

    def left(self) -> float:
        """The seconds that are left; none or fewer once they are used up."""
        return self._end - self._monotonic()


@dataclass(frozen=True)
class Question:
    """An HTTP request: with `form` or `json` it is a POST, otherwise a GET."""

    path: str
    parameters: Parameters = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    json: Mapping[str, str] | None = None

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "GET" if self.form is None and self.json is None else "POST"


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
        pace: Pace | None = None,
        patience: Patience | None = None,
        limits: Limits | None = None,
        clock: Time | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        """`distance` is the least number of seconds between two requests.

        With a `pace` that is kept in its place, by this upstream and whoever else has it.
        """
        self.name = name
        self._origin = origin
        self._patience = patience or Patience(first_pause=max(distance, 1.0))
        self._limits = limits or Limits()
        self._clock = clock or Time()
        self._pace = pace or OwnPace(distance, self._clock)
        self._allowance = allowance
        self._secrets: set[str] = set()
        self._session = Session()
        self._session.headers.update(headers)
        self._conceal_token(headers)

    def get(self, path: str, parameters: Parameters, read: Callable[[Answer], Result]) -> Result:
        """Ask with a GET; see `ask`."""
        return self.ask(Question(path, parameters), read)

    def ask(self, question: Question, read: Callable[[Answer], Result]) -> Result:
        """Ask, and read the answer; ask again while either raises UnsettledError.

        Raises UpstreamError where the service refuses, or stays unsettled for as long as our
        patience lasts.
        """
        self._conceal_token(question.headers)
        retrying = Retrying(
            retry=retry_if_exception_type(UnsettledError),
            wait=self._pause,
            stop=self._has_lost_patience,
            sleep=self._clock.sleep,
            before_sleep=self._tell_of_retry,
            reraise=True,
        )
        try:
            return retrying(lambda: read(self._ask(question)))
        except UnsettledError as error:
            raise UpstreamError(self.name, _final_reason(error, retrying)) from error

    def conceal(self, secret: str) -> None:
        """Keep a text out of everything that is said of this upstream from now on.

        An upstream can say our own credentials to us, and what it says gets into the log. The
        credentials in the header `Authorization` are kept out without asking.
        """
        if len(secret) >= SHORTEST_SECRET:
            self._secrets.add(secret)

    def concealed(self, text: str) -> str:
        """The text without what is to be kept out of it, not even the beginning of that.

        Texts are cut short, in the middle of a token too.
        """
        for secret in sorted(self._secrets, key=len, reverse=True):
            for length in range(len(secret), min(len(secret), TELLING_LENGTH) - 1, -1):
                text = text.replace(secret[:length], "***")
        return text

    def unsettled(self, reason: str, retry_after: float | None = None) -> UnsettledError:
        """The error for a failure that may pass."""
        return UnsettledError(self.name, self.concealed(reason), retry_after)

    def refused(self, reason: str) -> UpstreamError:
        """The error for a failure that will not pass by asking again."""
        return UpstreamError(self.name, self.concealed(reason))

    def require_success(self, answer: Answer, detail: str = "") -> None:
        """Raise what an answer other than 200 means; `detail` is what its body says."""
        if answer.status == HTTPStatus.OK:
            return
        reason = answered(answer, detail)
        if answer.status in UNSETTLED or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self.unsettled(reason, self._retry_after(answer))
        raise self.refused(reason)

    def _ask(self, question: Question) -> Answer:
        url = self._origin + question.path
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._request(url, question)
            target = answer.headers.get("location", "")
            if not (HTTPStatus.MULTIPLE_CHOICES <= answer.status < 400 and target):
                return answer
            if question.method == "POST":
                # What we post is credentials. Whoever gets them is for the settings to say.
                raise self.refused(f"redirects what is posted, to {target[:200]!r}")
            url, question = self._redirected(url, target), Question("", headers=question.headers)
        raise self.refused(f"redirects more than {MOST_REDIRECTS} times")

    def _redirected(self, url: str, target: str) -> str:
        # Read by what makes the connection: what others take for the host of
        # `https://evil.example\@arxiv.org/` is another one.
        try:
            new = urljoin(url, target)
            old_parts, new_parts = parse_url(url), parse_url(new)
        except ValueError as error:  # an impossible address, such as `http://[`
            raise self.refused(f"redirects to no address, {target[:200]!r}") from error
        if not _is_within(old_parts, new_parts):
            raise self.refused(f"redirects elsewhere, to {new[:200]!r}")
        return new

    def _request(self, url: str, question: Question) -> Answer:
        try:
            with self._pace.turn(self._seconds_left()):
                return self._answer(url, question)
        except NoTurnError as error:
            raise self._out_of_time() from error

    def _answer(self, url: str, question: Question) -> Answer:
        left = self._seconds_left()
        seconds = min(self._limits.answer_seconds, left)
        try:
            with self._session.ended_after(seconds) as deadline:
                answer = self._exchange(url, question, left, self._clock.monotonic() + seconds)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            if deadline.is_over:
                raise self._too_slow() from error
            self._seconds_left()
            raise self.unsettled(_network_reason(error)) from error
        if deadline.is_over:  # then the answer ends where we ended it
            raise self._too_slow()
        return answer

    def _exchange(self, url: str, question: Question, left: float, end: float) -> Answer:
        connect, silence = self._limits.connect_seconds, self._limits.silence_seconds
        with self._session.request(
            question.method,
            url,
            params=question.parameters,
            data=question.form,
            json=question.json,
            headers=question.headers,
            timeout=(min(connect, left), min(silence, left)),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = self._read_body(response, end)
            return Answer(response.status_code, response.headers, body)

    def _seconds_left(self) -> float:
        """The seconds that the allowance has left; refuses where none are left."""
        if self._allowance is None:
            return float("inf")
        left = self._allowance.left()
        if left <= 0:
            raise self._out_of_time()
        return left

    def _out_of_time(self) -> UpstreamError:
        if self._allowance is None:
            return self.refused("may not be asked for now")
        return self.refused(f"is not done after {self._allowance.seconds:g} s")

    def _too_slow(self) -> UpstreamError:
        self._seconds_left()
        return self.unsettled(f"the answer takes longer than {self._limits.answer_seconds:g} s")

    def _conceal_token(self, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            if name.lower() == "authorization":
                self.conceal(value.rpartition(" ")[2])

    def _read_body(self, response: requests.Response, end: float) -> bytes:
        body, limits = bytearray(), self._limits
        # `read1` hands over what has arrived. `read` would wait for the whole chunk, for as long
        # as a byte drips in now and then.
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > limits.answer_bytes:
                raise self.unsettled(f"the answer is longer than {limits.answer_bytes:,} bytes")
            if self._clock.monotonic() > end:
                raise self._too_slow()
        return bytes(body)

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, UnsettledError) and error.retry_after is not None:
            # A time that is over already must not let us ask as fast as we can.
            return max(error.retry_after, self._patience.first_pause)
        return self._patience.first_pause * 2.0 ** (state.attempt_number - 1)

    def _has_lost_patience(self, state: RetryCallState) -> bool:
        pause = state.upcoming_sleep
        is_long = pause > self._patience.longest_pause
        # What comes after the pause needs time as well.
        outlasts = self._allowance is not None and pause >= self._allowance.left()
        return is_long or outlasts or stop_after_attempt(self._patience.attempts)(state)

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
        """Seconds to leave the service alone, if it names a time."""
        names = RESETS if answer.status == HTTPStatus.TOO_MANY_REQUESTS else RESETS[:1]
        moments = (_reset(answer.headers.get(name, ""), self._clock.now()) for name in names)
        seconds = next((moment for moment in moments if moment is not None), None)
        return None if seconds is None else max(seconds, 0.0)


def source_upstream(
    name: str,
    origin: str,
    allowance: Allowance,
    *,
    distance: float = 0.0,
    headers: Mapping[str, str] | None = None,
) -> Upstream:
    """A service as it is asked for posts: with less patience than arXiv, without which there is
    no run. `headers` are those of its own."""
    return Upstream(
        name,
        origin,
        {
            "User-Agent": user_agent(allowance.terms.contact),
            "Accept": "application/json",
            **(headers or {}),
        },
        distance=distance,
        patience=SOURCE_PATIENCE,
        limits=SOURCE_LIMITS,
        clock=allowance.terms.clock,
        allowance=allowance,
    )


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


def _is_within(old: Url, new: Url) -> bool:
    """Tell whether a redirect stays with the service: on its domain, in no worse a scheme.

    And at the same port or the usual one. Whoever has the domain can have a name of it lead to any
    address, our own machine's too, where Lambda's runtime listens (at 9001). At the usual port
    nobody does, and over TLS nobody there could prove to be the name.
    """
    if new.scheme not in (old.scheme, "https") or new.auth is not None or not new.host:
        return False
    is_usual = _port(new) in (_port(old), USUAL_PORTS.get(new.scheme or ""))
    return is_usual and _domain(old.host) == _domain(new.host)


def _port(address: Url) -> int | None:
    return address.port or USUAL_PORTS.get(address.scheme or "")


def _domain(host: str | None) -> str:
    """As much of the end of a host name as one registrant has: arxiv.org of export.arxiv.org.

    An address of numbers is one as a whole.
    """
    name = (host or "").rstrip(".")
    labels = name.split(".")
    if labels[-1].isdigit() or len(labels) < 3:
        return name
    before, last = labels[-2:]
    is_registry = len(last) == 2 and (len(before) <= 3 or before in REGISTRIES)
    return ".".join(labels[-3 if is_registry else -2 :])


def _reset(stated: str, now: datetime) -> float | None:
    """The seconds from now until a time that a service states in any of the usual ways.

    Seconds from now (Retry-After, Reddit), seconds since 1970 (X, Bluesky), an HTTP date
    (Retry-After), ISO 8601 (Mastodon).
    """
    stated = stated.strip()
    if re.fullmatch(r"\d+(\.\d*)?", stated, re.ASCII):
        number = float(stated[:15])
        return number - now.timestamp() if number >= FIRST_EPOCH_SECOND else number
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(stated)
        except (ValueError, OverflowError):
            continue
        return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    return None


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
