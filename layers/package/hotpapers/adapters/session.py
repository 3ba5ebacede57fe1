"""A session of HTTP requests that can be ended from outside, wherever it stands.

requests bounds the wait for the next bytes, not all of these waits together. Whoever sends a byte
now and then (in the headers, in the framing of chunks, or so packed that nothing comes out) could
hold us for days. Only shutting the connection down ends that, and only another thread can do it.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import Any, ClassVar
from weakref import WeakSet

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

AGAIN_SECONDS = 1.0
"""A connection can be made just when the others are shut down, so this is done again and again."""


class Sockets:
    """The open sockets of a session."""

    def __init__(self) -> None:
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._lock = Lock()

    def add(self, opened: socket.socket) -> None:
        """Know one more, for as long as anybody reads from it."""
        with self._lock:
            self._sockets.add(opened)

    def shut_down(self) -> None:
        """End what is sent and received: who reads finds the end of it."""
        with self._lock:
            known = list(self._sockets)
        for each in known:
            with suppress(OSError):  # closed meanwhile
                # SSLSocket's own method would pull the rug from under whoever reads just now.
                socket.socket.shutdown(each, socket.SHUT_RDWR)


class Deadline(Thread):
    """Shuts sockets down when so many seconds are over, unless it is called off before."""

    def __init__(self, seconds: float, sockets: Sockets) -> None:
        super().__init__(name="deadline", daemon=True)
        self.is_over = False
        self._seconds = seconds
        self._sockets = sockets
        self._called_off = Event()

    def run(self) -> None:
        """Wait, and shut down until it is called off."""
        wait = self._seconds
        while not self._called_off.wait(wait):
            self.is_over = True
            self._sockets.shut_down()
            wait = AGAIN_SECONDS

    def call_off(self) -> None:
        """Leave the sockets alone from now on."""
        self._called_off.set()


class Session(requests.Session):
    """A session that leaves redirects alone, and can be ended. It is for one thread at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._sockets = Sockets()
        adapter = _Adapter(self._sockets)
        self.mount("https://", adapter)
        self.mount("http://", adapter)
        self.auth = lambda request: request  # or a .netrc would replace the token
        # Not whatever this machine happens to have a library for (br, zstd).
        self.headers["Accept-Encoding"] = "gzip, deflate"

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002
        """Nowhere.

        requests looks where a redirect leads even if it must not follow, and then fails on an
        impossible address, and reads all of the body, however long it is.
        """
        return

    @contextmanager
    def ended_after(self, seconds: float) -> Iterator[Deadline]:
        """Within, nothing is waited for any longer than so many seconds.

        What is read then breaks off or, worse, seems to be complete: look at `is_over`.
        """
        deadline = Deadline(seconds, self._sockets)
        deadline.start()
        try:
            yield deadline
        finally:
            deadline.call_off()


class _Connection(HTTPConnection):
    """The part of a connection that makes its socket known."""

    sockets: ClassVar[Sockets]

    def connect(self) -> None:
        super().connect()
        if isinstance(self.sock, socket.socket):
            self.sockets.add(self.sock)


class _Adapter(HTTPAdapter):
    """An adapter whose connections make their sockets known."""

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        super().__init__()

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        if not issubclass(pool.ConnectionCls, _Connection):
            kinds = (_Connection, pool.ConnectionCls)
            pool.ConnectionCls = type("_Connection", kinds, {"sockets": self._sockets})
        return pool
