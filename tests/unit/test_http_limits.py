"""Asking an upstream that breaks off, drips, or says too much."""

import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from hotpapers.adapters.http import Limits, Patience, Upstream
from hotpapers.adapters.pace import Time
from local.upstreams.faults import Fault, answers, breaks_off, drips, hangs_up, stalls
from tests.fakes import Clock
from tests.oracle import (
    RIGHT,
    RawServer,
    ask,
    failure,
    packs,
    serving,
    serving_only,
    upstream,
    write_certificate,
)

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


@pytest.mark.thorough
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


HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
PACKED = HEAD + b"Content-Encoding: gzip\r\n\r\n"
EMPTY_MEMBER = gzip.compress(b"")
DRIPPING: dict[str, list[bytes]] = {
    "the status": [b"HTTP/1.1 200 ", *[b"O"] * 400],
    "a header": [HEAD, b"Name: ", *[b"x"] * 400],
    "the headers": [HEAD, *[b"Name: x\r\n"] * 400],
    "a chunk's size": [CHUNKED, *[b"0"] * 400],
    "the trailers": [CHUNKED, b"0\r\n", *[b"Name: x\r\n"] * 400],
    "a chunk": [CHUNKED, b"ffff\r\n", *[b"x"] * 400],
    "the body": [HEAD, b"Content-Length: 9999\r\n\r\n", *[b"x"] * 400],
    "a body without an end": [HEAD, b"\r\n", *[b"x"] * 400],
    "what unpacks to nothing": [PACKED, *[bytes([byte]) for byte in EMPTY_MEMBER * 20]],
}
"""Answers that go on for ten seconds and more, at 25 ms a piece."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.thorough
@pytest.mark.parametrize("chunks", DRIPPING.values(), ids=DRIPPING)
def test_whatever_drips_is_not_waited_for(clock: Clock, chunks: Sequence[bytes]) -> None:
    limits, patience = Limits(answer_seconds=0.3), Patience(attempts=1)
    with RawServer(*chunks, pause=0.025) as server:
        said = failure(upstream(server.origin, clock, limits=limits, patience=patience))
    assert said == "Oracle: the answer takes longer than 0.3 s (asked once)"


@pytest.mark.thorough
@pytest.mark.parametrize("chunks", DRIPPING.values(), ids=DRIPPING)
def test_whatever_drips_over_tls_is_not_waited_for(
    clock: Clock, certificate: Path, monkeypatch: pytest.MonkeyPatch, chunks: Sequence[bytes]
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    limits, patience = Limits(answer_seconds=0.3), Patience(attempts=1)
    with RawServer(*chunks, certificate=certificate, pause=0.025) as server:
        said = failure(upstream(server.origin, clock, limits=limits, patience=patience))
    assert said == "Oracle: the answer takes longer than 0.3 s (asked once)"


@pytest.mark.thorough
def test_what_drips_from_behind_a_proxy_is_not_waited_for(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits, patience = Limits(answer_seconds=0.3), Patience(attempts=1)
    with RawServer(*DRIPPING["the headers"], pause=0.025) as proxy:
        monkeypatch.setenv("http_proxy", proxy.origin)
        said = failure(upstream("http://oracle.test", clock, limits=limits, patience=patience))
    assert said == "Oracle: the answer takes longer than 0.3 s (asked once)"
    assert len(proxy.asked) == 1


def test_after_a_connection_was_ended_another_one_is_made(clock: Clock) -> None:
    limits = Limits(answer_seconds=0.5)
    body = answers(200, "right" * 10)
    slow = [lambda right: drips(0.2, pieces=50)(body(right))]
    with serving(*slow, *[RIGHT] * 9) as server:
        asked = upstream(server.url, clock, limits=limits)
        assert [ask(asked), ask(asked)] == ["right", "right"]
    assert len(server.calls) >= 3


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
