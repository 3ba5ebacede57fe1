"""The pace at which a service is asked, and the clocks that this goes by."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import TIMEOUT_MAX, Lock
from typing import Protocol


@dataclass(frozen=True)
class Time:
    """The clocks that an upstream is asked by; tests have their own."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


class NoTurnError(Exception):
    """A service may not be asked within the time that there is for it."""


class Pace(Protocol):
    """How fast a service is asked, by all those together who keep this pace."""

    def turn(self, longest_wait: float) -> AbstractContextManager[None]:
        """Wait until a question may be asked; within, nobody else asks one.

        Raises NoTurnError where it would take as long (seconds) or longer.
        """


class OwnPace:
    """The pace of one process: a least number of seconds from an answer to the next question."""

    def __init__(self, delay_seconds: float, clock: Time | None = None) -> None:
        self._delay = delay_seconds
        self._clock = clock or Time()
        self._lock = Lock()
        self._last_end: float | None = None

    @contextmanager
    def turn(self, longest_wait: float) -> Iterator[None]:
        """Wait until the delay is over; within, no other thread asks."""
        end = self._clock.monotonic() + longest_wait
        if not self._lock.acquire(timeout=min(max(longest_wait, 0.0), TIMEOUT_MAX)):
            raise NoTurnError
        try:
            self._keep_distance(end)
            try:
                yield
            finally:
                self._last_end = self._clock.monotonic()
        finally:
            self._lock.release()

    def _keep_distance(self, end: float) -> None:
        if self._last_end is None:
            return
        next_turn, now = self._last_end + self._delay, self._clock.monotonic()
        if next_turn > now:
            if next_turn >= end:
                raise NoTurnError
            self._clock.sleep(next_turn - now)
