"""Services that an upstream client can be tried on, well-behaved and not."""

import socketserver
import ssl
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from itertools import repeat
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
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

    It may pause (for so many seconds) before each chunk, and it stops where nobody reads any more.
    `asked` is what it was asked: the heads of the requests.
    """

    def __init__(self, *chunks: bytes, certificate: Path | None = None, pause: float = 0.0) -> None:
        self.asked: list[bytes] = []
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += self.rfile.readline()
                server.asked.append(head)
                with suppress(OSError):
                    for chunk in chunks:
                        time.sleep(pause)
                        self.wfile.write(chunk)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        if certificate is not None:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate)
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.origin = (
            f"{'https' if certificate else 'http'}://127.0.0.1:{self._server.server_address[1]}"
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def write_certificate(folder: Path) -> Path:
    """A file with the key and the certificate of a server at 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


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
