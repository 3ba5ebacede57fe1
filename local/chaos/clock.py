"""A clock on which waiting takes no time, but counts."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import botocore.endpoint

from hotpapers.adapters.pace import Time

BEGINNING = datetime(2026, 7, 14, 10, tzinfo=UTC)


class VirtualClock:
    """What the functions wait by: the real time that passes, and all pauses, which take none.

    The sources are asked side by side, so each thread has pauses of its own. The thread that made
    the clock waits for all others before it looks, and sees the longest of them; how long these
    took is kept in `beside`, to be set to 0 by who wants to know.
    """

    def __init__(self) -> None:
        self._owner = threading.get_ident()
        self._lock = threading.Lock()
        self._start = time.monotonic()
        self._passed: dict[int, float] = {self._owner: 0.0}
        self.beside = 0.0
        self.time = Time(self.sleep, self.seconds, self.now)

    def sleep(self, seconds: float) -> None:
        """Let seconds pass for this thread."""
        with self._lock:
            self._passed[threading.get_ident()] = self._mine() + max(seconds, 0.0)

    def seconds(self) -> float:
        """The seconds since the beginning."""
        with self._lock:
            passed = self._mine()
            if threading.get_ident() == self._owner:
                # Idents of threads that ended are given to new ones, which begin now.
                before, passed = passed, max(self._passed.values())
                self.beside = max(self.beside, passed - before)
                self._passed = {self._owner: passed}
        return time.monotonic() - self._start + passed

    def now(self) -> datetime:
        """The time of day (UTC)."""
        return BEGINNING + timedelta(seconds=self.seconds())

    def _mine(self) -> float:
        return self._passed.get(threading.get_ident(), self._passed[self._owner])


@contextmanager
def waiting_of_botocore(clock: VirtualClock) -> Iterator[None]:
    """Within, the pauses between botocore's attempts are on the clock.

    botocore has no clock to be given. Its endpoint is the only place where it waits, with
    `time.sleep`; so there the module `time` is another one. Whether an attempt is made again, and
    after how long a pause, stays botocore's own decision, of the functions' own settings.
    """
    with patch.object(botocore.endpoint, "time", clock):
        yield
