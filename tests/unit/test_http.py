"""Asking an upstream: what is sent, what is asked again and when, and what is refused."""

import gzip
import socket
import socketserver
import ssl
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator, Sequence
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

from hotpapers.adapters.http import Answer, Limits, Patience, Time, Upstream, user_agent
from hotpapers.errors import UpstreamError
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Fault, Faults, answers, breaks_off, drips, hangs_up, stalls
from local.upstreams.server import UpstreamServer
from tests.fakes import Clock, Log

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


# What is sent


def test_the_question_and_the_headers_arrive_as_given(clock: Clock) -> None:
    with serving(RIGHT) as server:
        assert ask(upstream(server.url, clock), query="a b&c=d", x="[é]") == "right"
    [call] = server.calls
    assert (call.method, call.path) == ("GET", PATH)
    assert call.query == {"query": "a b&c=d", "x": "[é]"}
    assert call.headers["Authorization"] == "Bearer secret"
    assert call.headers["User-Agent"] == (
        "hotpapers/1.0 (a daily digest of arXiv listings; contact: me@example.org)"
    )


def test_without_a_contact_the_user_agent_names_none() -> None:
    assert user_agent("") == "hotpapers/1.0 (a daily digest of arXiv listings)"


def test_a_netrc_file_does_not_replace_the_token(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(RIGHT) as server:
        ask(upstream(server.url, clock))
    assert server.calls[0].headers["Authorization"] == "Bearer secret"


# What is asked again

PASSING = [408, 425, 429, 500, 502, 503, 504, 520, 522, 529]
FINAL = [201, 202, 204, 206, 300, 304, 400, 401, 402, 403, 404, 405, 406, 410, 418, 451]


@pytest.mark.parametrize("status", PASSING)
def test_what_may_pass_is_asked_again_after_growing_pauses(
    clock: Clock, log: Log, status: int
) -> None:
    with serving_only(answers(status, "wait")) as server:
        said = failure(upstream(server.url, clock))
    assert said == f"Oracle: answered {status} (wait) (asked 5 times)"
    assert len(server.calls) == 5
    assert clock.pauses == [1.0, 2.0, 4.0, 8.0]
    assert log.of("upstream is asked again") == [
        {
            "upstream": "Oracle",
            "reason": f"Oracle: answered {status} (wait)",
            "attempt": attempt,
            "pause_seconds": pause,
        }
        for attempt, pause in enumerate(clock.pauses, start=1)
    ]


@pytest.mark.parametrize("status", FINAL)
def test_what_will_not_pass_is_asked_once(clock: Clock, status: int) -> None:
    with serving_only(answers(status, "no")) as server:
        said = failure(upstream(server.url, clock))
    detail = "" if status in (204, 304) else " (no)"
    assert said == f"Oracle: answered {status}{detail}"
    assert len(server.calls) == 1
    assert clock.pauses == []


def test_an_answer_after_failures_is_taken(clock: Clock) -> None:
    faults = (hangs_up, answers(503), breaks_off, answers(429, retry_after=7), RIGHT)
    with serving(*faults) as server:
        assert ask(upstream(server.url, clock)) == "right"
    assert len(server.calls) == 5
    assert clock.pauses == [1.0, 2.0, 4.0, 7.0]


def test_patience_is_an_argument(clock: Clock) -> None:
    patience = Patience(attempts=2, first_pause=5.0)
    with serving_only(answers(503)) as server:
        said = failure(upstream(server.url, clock, patience=patience))
    assert (said, clock.pauses) == ("Oracle: answered 503 (asked 2 times)", [5.0])


def test_an_error_of_our_own_is_not_asked_again(clock: Clock) -> None:
    def read(_answer: Answer) -> None:
        raise ZeroDivisionError

    with serving_only(RIGHT) as server, pytest.raises(ZeroDivisionError):
        upstream(server.url, clock).get(PATH, {}, read)
    assert len(server.calls) == 1


# For how long

AT = "Sun, 20 Sep 2020 13:14:13 GMT"
"""Thirty seconds after the test's clock begins."""
RESET = str(int(datetime(2020, 9, 20, 13, 14, 13, tzinfo=UTC).timestamp()))


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": " 30 "}, 30.0),
        ({"Retry-After": AT}, 30.0),
        ({"Retry-After": AT.replace("GMT", "-0000")}, 30.0),
        ({"Retry-After": "Sun, 20 Sep 2020 15:14:13 +0200"}, 30.0),
        ({"x-rate-limit-reset": RESET}, 30.0),
        ({"Retry-After": "40", "x-rate-limit-reset": RESET}, 40.0),
        ({"Retry-After": "soon", "x-rate-limit-reset": RESET}, 30.0),
        ({"Retry-After": "120"}, 120.0),
        # A time that is over: the first pause is kept all the same.
        ({"Retry-After": "0"}, 1.0),
        ({"Retry-After": "Sun, 20 Sep 2020 13:00:00 GMT"}, 1.0),
        ({"x-rate-limit-reset": "0"}, 1.0),
        # Nothing that can be understood.
        ({"Retry-After": ""}, 1.0),
        ({"Retry-After": "-5"}, 1.0),
        ({"Retry-After": "1.5"}, 1.0),
        ({"Retry-After": "٣٠"}, 1.0),
        ({"Retry-After": "Sun, 99 Sep 2020 13:14:13 GMT"}, 1.0),
        ({"Retry-After": "Sun, 20 Sep 99999999999999999999 13:14:13 GMT"}, 1.0),
        ({"x-rate-limit-reset": "99999999999"}, 1.0),
        ({"x-rate-limit-reset": "never"}, 1.0),
    ],
)
def test_the_time_that_the_service_names_is_kept(
    clock: Clock, headers: dict[str, str], pause: float
) -> None:
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    with serving(answers(429, headers=encoded), RIGHT) as server:
        assert ask(upstream(server.url, clock)) == "right"
    assert clock.pauses == [pause]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "121"}, 121),
        ({"Retry-After": "9" * 40}, 999999999),
        ({"Retry-After": "Sun, 20 Sep 2020 13:28:43 GMT"}, 900),
        ({"x-rate-limit-reset": str(int(RESET) + 870)}, 900),
    ],
)
def test_a_service_that_wants_to_be_left_alone_for_long_is_left_alone(
    clock: Clock, headers: dict[str, str], seconds: int
) -> None:
    with serving_only(answers(503, headers=headers)) as server:
        said = failure(upstream(server.url, clock))
    assert said == (f"Oracle: answered 503 (asked once; again only after {seconds} s)")
    assert len(server.calls) == 1
    assert clock.pauses == []


def test_a_date_is_measured_by_the_clock_of_the_moment(clock: Clock) -> None:
    fault = answers(503, retry_after=AT)
    with serving(fault, fault, RIGHT) as server:
        assert ask(upstream(server.url, clock)) == "right"
    # The second time the date is past; so only the first pause is kept.
    assert clock.pauses == [30.0, 1.0]


# Distance


def test_requests_keep_their_distance(clock: Clock) -> None:
    with serving(RIGHT, RIGHT, RIGHT) as server:
        asked = upstream(server.url, clock, distance=3.0)
        ask(asked)
        clock.pass_by(2.0)
        ask(asked)
        clock.pass_by(3.0)
        ask(asked)
    assert clock.pauses == [1.0]


def test_retries_keep_their_distance(clock: Clock) -> None:
    patience = Patience(first_pause=1.0)
    with serving(answers(503), answers(503), answers(503), RIGHT) as server:
        ask(upstream(server.url, clock, distance=3.0, patience=patience))
    # Pauses of 1, 2 and 4 seconds: what the first two lack is added.
    assert clock.pauses == [1.0, 2.0, 2.0, 1.0, 4.0]


def test_pauses_are_no_shorter_than_the_distance(clock: Clock) -> None:
    with serving(answers(503), answers(503, retry_after=0), RIGHT) as server:
        ask(upstream(server.url, clock, distance=3.0))
    assert clock.pauses == [3.0, 3.0]


def test_redirects_keep_their_distance(clock: Clock) -> None:
    with serving(redirects(PATH), redirects(PATH), RIGHT) as server:
        ask(upstream(server.url, clock, distance=3.0))
    assert clock.pauses == [3.0, 3.0]


def test_the_distance_is_kept_after_a_request_that_failed(clock: Clock) -> None:
    with serving(answers(404), hangs_up, RIGHT) as server:
        asked = upstream(server.url, clock, distance=3.0, patience=Patience(attempts=1))
        failure(asked)
        failure(asked)
        ask(asked)
    assert clock.pauses == [3.0, 3.0]


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_without_the_query(clock: Clock, status: int) -> None:
    with serving(redirects("/api/query?moved=yes", status), RIGHT) as server:
        assert ask(upstream(server.url, clock), query="a") == "right"
    assert [call.query for call in server.calls] == [{"query": "a"}, {"moved": "yes"}]


def test_a_redirect_to_another_port_of_the_host_is_followed(clock: Clock) -> None:
    with serving(RIGHT) as other, serving(redirects(other.url + PATH)) as server:
        assert ask(upstream(server.url, clock)) == "right"


def test_redirects_have_an_end(clock: Clock) -> None:
    with serving_only(redirects(PATH)) as server:
        said = failure(upstream(server.url, clock))
    assert said == "Oracle: redirects more than 3 times"
    assert len(server.calls) == 4


@pytest.mark.parametrize(
    "target",
    [
        "http://localhost/",
        "http://127.0.0.2/",
        "http://evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://evil.example@127.0.0.2/",
        "//evil.example/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
    ],
)
def test_a_redirect_elsewhere_is_refused(clock: Clock, target: str) -> None:
    with RawServer(redirect_head(target)) as server:
        said = failure(upstream(server.origin, clock))
    assert said.startswith("Oracle: redirects elsewhere, to '")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("origin", "target", "is_followed"),
    [
        ("http://export.arxiv.test", "http://arxiv.test/a", True),
        ("http://arxiv.test", "http://export.arxiv.test/a", True),
        ("http://arxiv.test", "http://notarxiv.test/a", False),
        ("http://export.arxiv.test", "http://export.other.test/a", False),
    ],
)
def test_a_domain_is_the_last_two_labels(
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    origin: str,
    target: str,
    is_followed: bool,
) -> None:
    # Names are not looked up here: a server in the place of a proxy gets all requests.
    with RawServer(redirect_head(target)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.origin)
        said = failure(upstream(origin, clock))
    assert len(proxy.asked) == (4 if is_followed else 1)
    assert ("more than 3 times" in said) is is_followed


def test_a_redirect_to_an_impossible_address_is_refused(clock: Clock) -> None:
    with RawServer(redirect_head("http://[")) as server:
        said = failure(upstream(server.origin, clock))
    assert said == "Oracle: redirects to no address, 'http://['"
    assert len(server.asked) == 1


def test_the_body_of_a_redirect_is_bounded_too(clock: Clock) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Encoding: gzip\r\n\r\n"
    limits, patience = Limits(answer_bytes=1_000_000), Patience(attempts=1)
    with RawServer(head, gzip.compress(bytes(50_000_000))) as server:
        said = failure(upstream(server.origin, clock, limits=limits, patience=patience))
    assert said == "Oracle: the answer is longer than 1,000,000 bytes (asked once)"


def test_a_redirect_to_nowhere_is_a_refusal(clock: Clock) -> None:
    with serving_only(answers(302)) as server:
        assert failure(upstream(server.url, clock)) == "Oracle: answered 302"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key and the certificate of a server at 127.0.0.1."""
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
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_redirect_away_from_https_is_refused(
    clock: Clock, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with serving(RIGHT) as plain:
        with RawServer(redirect_head(plain.url + PATH), tls=tls) as server:
            said = failure(upstream(server.origin, clock))
        assert len(server.asked) == 1
    assert said == f"Oracle: redirects elsewhere, to '{plain.url}{PATH}'"
    assert plain.calls == []


# The network


def test_a_server_that_cannot_prove_who_it_is(clock: Clock) -> None:
    with serving(RIGHT) as server:
        said = failure(upstream(server.url.replace("http:", "https:"), clock))
    assert said == "Oracle: cannot prove who it is (TLS) (asked 5 times)"
    assert server.calls == []


def test_a_port_where_nobody_listens(clock: Clock) -> None:
    with socket.socket() as taken:  # so that nobody else can listen there meanwhile
        taken.bind(("127.0.0.1", 0))
        said = failure(upstream(f"http://127.0.0.1:{taken.getsockname()[1]}", clock))
    assert said == "Oracle: cannot be reached, or closed the connection (asked 5 times)"
    assert clock.pauses == [1.0, 2.0, 4.0, 8.0]


def broken_gzip(_right: Response) -> Response:
    return Response(gzip.compress(b"right" * 1000)[:-20] + b"x" * 20, headers=GZIP)


GZIP = {"Content-Encoding": "gzip"}
CLOSED = "cannot be reached, or closed the connection"
BROKEN_OFF = "the answer broke off"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (hangs_up, CLOSED),
        (breaks_off, f"{BROKEN_OFF} (ProtocolError)"),
        (packs(b"not packed"), f"{BROKEN_OFF} (DecodeError)"),
        (broken_gzip, f"{BROKEN_OFF} (DecodeError)"),
        (packs(zlib.compress(b"right"), "gzip"), f"{BROKEN_OFF} (DecodeError)"),
        (packs(b"right", ", ".join(["gzip"] * 50)), f"{BROKEN_OFF} (DecodeError)"),
    ],
)
def test_an_answer_that_breaks_off_is_asked_for_again(
    clock: Clock, fault: Fault, reason: str
) -> None:
    with serving_only(fault) as server:
        said = failure(upstream(server.url, clock))
    assert said == f"Oracle: {reason} (asked 5 times)"
    assert len(server.calls) == 5


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("chunks", "reason"),
    [
        ([b""], CLOSED),
        ([b"\0\1\2\r\n\r\n"], CLOSED),
        ([b"<html>\r\n\r\n"], CLOSED),
        ([b"HTTP/1.1 abc\r\n\r\n"], CLOSED),
        ([OK, b"Name: " + b"x" * 70_000 + b"\r\n\r\n"], CLOSED),
        ([OK, b"Name: x\r\n" * 200, b"\r\n"], CLOSED),
        ([OK, b"Content-Length: 9\r\n\r\n", b"half"], f"{BROKEN_OFF} (ProtocolError)"),
        ([OK, b"Content-Length: 9\r\nContent-Length: 5\r\n\r\n"], f"{BROKEN_OFF} (InvalidHeader)"),
        (
            [OK, b"Transfer-Encoding: chunked\r\n\r\n5\r\nright\r\n"],
            f"{BROKEN_OFF} (ProtocolError)",
        ),
        ([OK, b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"], f"{BROKEN_OFF} (ProtocolError)"),
    ],
)
def test_what_is_not_http_is_asked_for_again(
    clock: Clock, chunks: Sequence[bytes], reason: str
) -> None:
    with RawServer(*chunks) as server:
        said = failure(upstream(server.origin, clock))
    assert said == f"Oracle: {reason} (asked 5 times)"


@pytest.mark.parametrize(
    "chunks",
    [
        [OK, b"\r\nright"],
        [OK, b"Content-Length: 5\r\n\r\nright and more"],
        [OK, b"Transfer-Encoding: chunked\r\n\r\n2\r\nri\r\n3\r\nght\r\n0\r\n\r\n"],
        [OK, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"right")],
        [OK, b"Content-Encoding: x-gzip\r\n\r\n", gzip.compress(b"right")],
        [OK, b"Content-Encoding: deflate\r\n\r\n", zlib.compress(b"right")],
        [OK, b"Content-Encoding: identity\r\n\r\n", b"right"],
        [
            OK,
            b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
            *(b"1\r\n%c\r\n" % byte for byte in gzip.compress(b"right")),
            b"0\r\n\r\n",
        ],
    ],
)
def test_an_answer_is_read_in_every_form(clock: Clock, chunks: Sequence[bytes]) -> None:
    with RawServer(*chunks) as server:
        assert ask(upstream(server.origin, clock)) == "right"


# Limits


def test_silence_is_not_waited_for(clock: Clock) -> None:
    limits = Limits(silence_seconds=0.2)
    with serving(stalls(0.6), RIGHT) as server:
        assert ask(upstream(server.url, clock, limits=limits)) == "right"
    with serving_only(stalls(0.6)) as server:
        patience = Patience(attempts=2)
        said = failure(upstream(server.url, clock, limits=limits, patience=patience))
    assert said == "Oracle: does not answer in time (asked 2 times)"


def test_silence_within_an_answer_is_not_waited_for_either(clock: Clock) -> None:
    limits, patience = Limits(silence_seconds=0.2), Patience(attempts=1)
    with serving(drips(0.6, pieces=2)) as server:
        said = failure(upstream(server.url, clock, limits=limits, patience=patience))
    assert said == "Oracle: does not answer in time (asked once)"


def ticking(clock: Clock, seconds: float) -> Time:
    """The clock, with so many seconds gone whenever somebody looks."""

    def look() -> float:
        clock.pass_by(seconds)
        return clock.time.monotonic()

    return Time(sleep=clock.sleep, monotonic=look, now=clock.now)


def test_an_answer_that_drips_is_not_waited_for(clock: Clock) -> None:
    body = answers(200, "right" * 10)
    with serving_only(lambda right: drips(0.001, pieces=50)(body(right))) as server:
        asked = Upstream(
            "Oracle", server.url, {}, clock=ticking(clock, 10.0), patience=Patience(attempts=1)
        )
        said = failure(asked)
    # Ten seconds a piece, by the clock: after nine pieces the ninety seconds are over.
    assert said == "Oracle: the answer takes longer than 90 s (asked once)"


def test_a_slow_answer_within_the_limit_is_taken(clock: Clock) -> None:
    body = answers(200, "right")
    with serving(lambda right: drips(0.001, pieces=5)(body(right))) as server:
        assert ask(Upstream("Oracle", server.url, {}, clock=ticking(clock, 10.0))) == "right"


def test_an_answer_may_be_as_long_as_the_limit_and_no_longer(clock: Clock) -> None:
    limits = Limits(answer_bytes=200_000)
    with serving(answers(200, "x" * 200_000)) as server:
        assert len(ask(upstream(server.url, clock, limits=limits))) == 200_000
    with serving_only(answers(200, "x" * 200_001)) as server:
        said = failure(upstream(server.url, clock, limits=limits))
    assert said == "Oracle: the answer is longer than 200,000 bytes (asked 5 times)"


def twice(pack: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda body: pack(pack(body))


@pytest.mark.parametrize(
    ("pack", "encoding"),
    [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (twice(gzip.compress), "gzip, gzip")],
)
def test_a_bomb_does_not_go_off(
    clock: Clock, pack: Callable[[bytes], bytes], encoding: str
) -> None:
    bomb = pack(bytes(50_000_000))
    limits = Limits(answer_bytes=1_000_000)
    with serving_only(packs(bomb, encoding)) as server:
        asked = upstream(server.url, clock, limits=limits, patience=Patience(attempts=1))
        tracemalloc.start()
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        said = failure(asked)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert said == "Oracle: the answer is longer than 1,000,000 bytes (asked once)"
    assert peak - before < 20_000_000


def test_the_real_limit_is_far_above_a_full_page(clock: Clock) -> None:
    with serving(answers(200, "x" * 20_000_000)) as server:
        assert len(ask(upstream(server.url, clock))) == 20_000_000


# Secrets


def test_the_token_is_in_no_log_record_and_no_message(clock: Clock, log: Log) -> None:
    origins: Iterator[str]
    with (
        serving(
            answers(401), answers(503), hangs_up, RIGHT, redirects("http://evil.example/")
        ) as ok,
        serving(RIGHT) as tls,
        RawServer(b"nonsense\r\n\r\n") as raw,
    ):
        origins = iter([ok.url, ok.url, ok.url, raw.origin, tls.url.replace("http:", "https:")])
        said = []
        for origin in origins:
            asked = upstream(origin, clock, patience=Patience(attempts=3))
            try:
                said.append(ask(asked))
            except UpstreamError as error:
                said.append(f"{error!r} {error.__cause__!r} {error.__context__!r}")
    assert len(said) == 5
    assert len(log.records) > 10
    assert "secret" not in "".join(said)
    assert "secret" not in log.text()
