"""The line to the upstreams, on which anything can happen to any answer.

The upstreams are replayed on this machine by a real server, and asked over real connections. What
goes wrong with an answer goes wrong at the server (`local.upstreams.faults`). What goes wrong with
a connection, or with time, goes wrong where all questions leave: at the adapter of requests, which
everybody's sessions share. There a silent upstream is one that has used up its time-out on the
virtual clock, without anybody having waited.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from local.chaos.clock import VirtualClock
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Fault as Wrong
from local.upstreams.faults import Faults
from local.upstreams.server import UpstreamServer, upstream_of

Send = Callable[..., requests.Response]
UPSTREAMS = tuple(each.name for each in fields(Faults))
"""arXiv's three services and the six sources, by the names that the server has for them."""
CLOSED = "http://127.0.0.1:1"
"""Where nobody listens."""


@dataclass(frozen=True)
class Fault:
    """A way in which an answer fails: at the server (`wrong`), or on the line (`send`)."""

    wrong: Wrong | None = None
    send: Callable[["Question"], requests.Response] | None = None


@dataclass(frozen=True)
class Question:
    """A question on its way to an upstream."""

    request: requests.PreparedRequest
    send: Send
    clock: VirtualClock
    timeout: tuple[float, float]

    def asked(self) -> requests.Response:
        """Ask it."""
        return self.send(self.request)


@dataclass(frozen=True)
class Strike:
    """A fault of an upstream's n-th answer (from 1) in a run or, where it `lasts`, of all from
    there on."""

    upstream: str
    fault: Fault
    number: int
    lasts: bool = False


@dataclass
class UpstreamLine:
    """The upstreams, and the line to them; `calls` are how often each was asked in a run."""

    server: UpstreamServer
    clock: VirtualClock
    calls: dict[str, int] = field(default_factory=dict)
    has_struck: bool = False
    _strike: Strike | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    @contextmanager
    def opened(cls, clock: VirtualClock, dataset: Dataset) -> Iterator["UpstreamLine"]:
        """The server, and the line to it, which is still to be laid."""
        wrongs = {name: _Wrongs(name) for name in UPSTREAMS}
        with UpstreamServer(dataset, faults=Faults(**wrongs)) as server:
            line = cls(server, clock)
            for each in wrongs.values():
                each.line = line
            yield line

    @contextmanager
    def laid(self) -> Iterator[None]:
        """Lay the line. moto lays one of its own, for AWS; this one has to come after it."""
        send = HTTPAdapter.send

        def sent(adapter: HTTPAdapter, request: Any, **options: Any) -> requests.Response:
            return self.send(lambda changed: send(adapter, changed, **options), request, options)

        with patch.object(HTTPAdapter, "send", sent):
            yield

    @property
    def settings(self) -> dict[str, str]:
        """The settings with which the collector asks these upstreams."""
        return {**self.server.settings}

    def show(self, dataset: Dataset, today: date) -> None:
        """Let the upstreams know other things, on a date in New York."""
        self.server.replay(dataset)
        self.server.turn_to(today)

    @contextmanager
    def struck(self, strike: Strike | None = None) -> Iterator[dict[str, int]]:
        """Within, answers are counted, and something may befall them."""
        self.calls, self._strike, self.has_struck = {}, strike, False
        try:
            yield self.calls
        finally:
            self._strike = None
            self.calls = {}

    def send(
        self, send: Send, request: requests.PreparedRequest, options: Any
    ) -> requests.Response:
        """Ask a question, or let befall it what is to befall it."""
        upstream = upstream_of(urlsplit(request.url or "").path)
        with self._lock:
            self.calls[upstream] = self.calls.get(upstream, 0) + 1
        fault = self.fault_now(upstream)
        if fault and fault.send:
            self.has_struck = True
            return fault.send(Question(request, send, self.clock, options["timeout"]))
        return send(request)

    def fault_now(self, upstream: str) -> Fault | None:
        """What befalls an upstream's answer just now."""
        strike, number = self._strike, self.calls.get(upstream, 0)
        if strike is None or upstream != strike.upstream:
            return None
        is_now = number == strike.number or (strike.lasts and number > strike.number)
        return strike.fault if is_now else None


class _Wrongs(Iterator[Wrong | None]):
    """What goes wrong at an upstream, asked for once for each answer."""

    line: UpstreamLine

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream

    def __next__(self) -> Wrong | None:
        fault = self.line.fault_now(self._upstream)
        if fault is None or fault.wrong is None:
            return None
        self.line.has_struck = True
        return fault.wrong


def refused(question: Question) -> requests.Response:
    """Nobody listens."""
    parts = urlsplit(question.request.url or "")
    question.request.url = f"{CLOSED}{parts.path}"
    return question.asked()


def silent(question: Question) -> requests.Response:
    """A connection, and no answer within the time-out."""
    _connect, silence = question.timeout
    question.clock.sleep(silence)
    raise requests.ReadTimeout(request=question.request)


def drips(question: Question) -> requests.Response:
    """The right answer, a few bytes at a time, each a moment before the time-out is over."""
    response = question.asked()
    _connect, silence = question.timeout
    dripping: Any = _Dripping(response.raw, question.clock, silence * 0.9)
    response.raw = dripping
    return response


class _Dripping:
    """A body that comes slowly."""

    PIECE = 40

    def __init__(self, raw: Any, clock: VirtualClock, pause: float) -> None:
        self._raw, self._clock, self._pause = raw, clock, pause

    def read1(self, amount: int, **options: Any) -> Any:
        """The next bytes."""
        self._clock.sleep(self._pause)
        return self._raw.read1(min(self.PIECE, amount), **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)
