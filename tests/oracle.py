"""Services that an upstream client can be tried on, well-behaved and not."""

import socketserver
import ssl
import threading
from itertools import repeat
from typing import Any, Self

import pytest
from werkzeug.wrappers import Response

from hotpapers.adapters.http import Answer, Upstream, user_agent
from hotpapers.errors import UpstreamError
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Fault, Faults, answers
from local.upstreams.server import UpstreamServer
from tests.fakes import Clock

PATH = "/api/query"
RIGHT = answers(200, "right")


class RawServer:
    """Sends these bytes whatever it is asked: for what no library would send.

    `asked` is what it was asked: the heads of the requests.
    """

    def __init__(self, *chunks: bytes, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[bytes] = []
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += self.rfile.readline()
                server.asked.append(head)
                for chunk in chunks:
                    self.wfile.write(chunk)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.origin = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def serving(*faults: Fault | None) -> UpstreamServer:
    return UpstreamServer(Dataset((), (), ()), faults=Faults(arxiv=faults))


def serving_only(fault: Fault) -> UpstreamServer:
    return UpstreamServer(Dataset((), (), ()), faults=Faults(arxiv=repeat(fault)))


def redirects(target: str, status: int = 302) -> Fault:
    """A redirect with exactly this target."""

    def fault(_right: Response) -> Response:
        response = Response(status=status)
        response.autocorrect_location_header = False
        response.headers["Location"] = target
        return response

    return fault


def redirect_head(target: str) -> bytes:
    """A redirect with exactly this target, as bytes."""
    return (
        f"HTTP/1.1 302 Found\r\nLocation: {target}\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n"
    ).encode()


def packs(body: bytes, encoding: str = "gzip") -> Fault:
    return lambda _right: Response(body, headers={"Content-Encoding": encoding})


def upstream(origin: str, clock: Clock, distance: float = 0.0, **options: Any) -> Upstream:
    headers = {"Authorization": "Bearer secret", "User-Agent": user_agent("me@example.org")}
    return Upstream("Oracle", origin, headers, distance=distance, clock=clock.time, **options)


def ask(asked: Upstream, **parameters: str) -> str:
    """The text of an answer that is a success."""

    def read(answer: Answer) -> str:
        asked.require_success(answer, answer.body.decode())
        return answer.body.decode()

    return asked.get(PATH, parameters, read)


def failure(asked: Upstream) -> str:
    """What is said of an upstream that cannot be asked."""
    with pytest.raises(UpstreamError) as caught:
        ask(asked)
    assert type(caught.value) is UpstreamError
    return str(caught.value)
