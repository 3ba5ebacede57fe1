"""The server in the place of API Gateway: its events, its answers, and its life as a process."""

import http.client
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from hotpapers.errors import InvalidInputError
from local.gateway import Handler, make_gateway, to_event, to_response
from local.serve import listen, read_port
from local.template import PROJECT
from tests.api import EVENTS, answer, sent

Event = Mapping[str, Any]

LISTENING = re.compile(r"Serving until Ctrl-C. Open (http://127\.0\.0\.1:\d+) in a browser, or try")


# Requests to events


@pytest.mark.parametrize("name", EVENTS)
def test_a_request_becomes_the_event_of_api_gateway(name: str) -> None:
    event = EVENTS[name]
    context = event["requestContext"]
    http_request = Request(
        EnvironBuilder(
            path=event["rawPath"],
            query_string=event["rawQueryString"],
            method=context["http"]["method"],
            headers=event["headers"],
            base_url=f"https://{event['headers']['host']}",
            environ_base={"REMOTE_ADDR": context["http"]["sourceIp"]},
            environ_overrides={"CONTENT_LENGTH": event["headers"]["content-length"]},
        ).get_environ()
    )

    made = to_event(http_request, datetime.fromtimestamp(context["timeEpoch"] / 1000, UTC))

    assert made == event | {"requestContext": context | {"requestId": "local"}}


def test_a_request_with_everything() -> None:
    http_request = Request(
        EnvironBuilder(
            path="/papers/hep-th%2F9901001",
            query_string="a=1&b=%C3%A9&a=2&c",
            method="POST",
            data=b"\x00\xff",
            headers=[("X-Twice", "1"), ("X-Twice", "2"), ("Content-Type", "image/png")],
            base_url="http://127.0.0.1:8000",
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        ).get_environ()
    )

    assert to_event(http_request, datetime(2020, 9, 21, 9, 30, tzinfo=UTC)) == {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": "/papers/hep-th/9901001",
        "rawQueryString": "a=1&b=%C3%A9&a=2&c",
        "headers": {
            "host": "127.0.0.1:8000",
            "content-type": "image/png",
            "content-length": "2",
            "x-twice": "1, 2",
        },
        "queryStringParameters": {"a": "1,2", "b": "é", "c": ""},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "127",
            "domainName": "127.0.0.1:8000",
            "domainPrefix": "127",
            "http": {
                "method": "POST",
                "path": "/papers/hep-th/9901001",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "",
            },
            "requestId": "local",
            "routeKey": "ANY /{proxy+}",
            "stage": "$default",
            "time": "21/Sep/2020:09:30:00 +0000",
            "timeEpoch": 1600680600000,
        },
        "pathParameters": {"proxy": "papers/hep-th/9901001"},
        "body": "AP8=",
        "isBase64Encoded": True,
    }


# Answers to responses


@pytest.mark.parametrize(
    ("answered", "status", "body"),
    [
        (answer("Grüße", "text/plain; charset=utf-8"), 200, "Grüße".encode()),
        ({"statusCode": 404, "headers": None, "body": None}, 404, b""),
        ({"statusCode": 200, "body": "AP8=", "isBase64Encoded": True}, 200, b"\x00\xff"),
    ],
)
def test_an_answer_becomes_a_response(answered: Event, status: int, body: bytes) -> None:
    response = to_response(answered)

    assert (response.status_code, response.get_data()) == (status, body)


# A server


@pytest.fixture
def events() -> list[Event]:
    """The events that the server's handler was given."""
    return []


@contextmanager
def gateway(handler: Handler) -> Iterator[str]:
    """A server with a handler, for a while; where it is."""
    with listen(0) as listener:
        server = make_gateway(handler, listener)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def url(events: list[Event]) -> Iterator[str]:
    """Where a server is whose handler answers with the method and the path."""

    def handle(event: Event) -> Event:
        events.append(event)
        http_request = event["requestContext"]["http"]
        body = f"{http_request['method']} {http_request['path']}"
        echo = body if http_request["method"] != "HEAD" else ""
        return sent(echo, 203, {"Content-Type": "text/x-echo", "ETag": "1"})

    with gateway(handle) as url:
        yield url


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
def test_a_request_and_its_response(url: str, events: list[Event], method: str) -> None:
    response = requests.request(method, f"{url}/a%20b/c?limit=5", headers={"X-Y": "z"}, timeout=10)

    assert (response.status_code, response.headers["Content-Type"], response.headers["ETag"]) == (
        203,
        "text/x-echo",
        "1",
    )
    assert response.text == ("" if method == "HEAD" else f"{method} /a b/c")
    [event] = events
    assert (event["rawPath"], event["queryStringParameters"]) == ("/a b/c", {"limit": "5"})
    assert event["headers"]["x-y"] == "z"
    assert event["headers"]["host"] == url.removeprefix("http://")


def test_requests_at_once_are_handled_one_at_a_time() -> None:
    inside, most, lock = 0, 0, threading.Lock()
    pause = threading.Event()

    def handle(_: Event) -> Event:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        pause.wait(0.02)
        with lock:
            inside -= 1
        return answer("done")

    with gateway(handle) as url, ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda _: requests.get(url, timeout=10).text, range(8)))

    assert answers == ["done"] * 8
    assert most == 1


@pytest.mark.parametrize(("text", "port"), [("", 8000), (" ", 8000), ("0", 0), (" 65535 ", 65535)])
def test_a_port(text: str, port: int) -> None:
    assert read_port(text) == port


@pytest.mark.parametrize("text", ["65536", "-1", "http", "80.5", "٨٠", "000080"])
def test_a_malformed_port_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read_port(text)

    assert str(refusal.value) == f"PORT: must be a number from 0 to 65535, not {text!r}"


# The command


def start_server(port: str) -> "subprocess.Popen[str]":
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "local.serve"],
        cwd=PROJECT,
        env=environment | {"PYTHONPATH": ".:layers/package", "PORT": port},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True)
class Life:
    """What a server answered, and how it ended."""

    hints: list[list[str]]
    statuses: dict[str, int]
    papers: list[tuple[str, int, int]]
    quoted: int
    status: int
    output: str
    errors: str


def live(stop: signal.Signals) -> Life:
    """Start the command, try what it says, and stop it."""
    with start_server(port="0") as server:
        assert server.stdout is not None
        try:
            first = LISTENING.fullmatch(server.stdout.readline().rstrip())
            assert first is not None
            url = first[1]
            hints = [shlex.split(server.stdout.readline()) for _ in range(6)]
            paths = [hint[1].removeprefix(url) for hint in hints]
            statuses = {path: requests.get(url + path, timeout=10).status_code for path in paths}
            found = [
                requests.get(f"{url}/papers/{paper_id}", timeout=10).json()
                for paper_id in ("2009.08319v2", "2607.09424")
            ]
            quoted = raw_status(url, "/papers/hep-th%2F9901001")
        finally:
            server.send_signal(stop)
            output, errors = end(server)
    told = [(paper["date"], paper["rank"], paper["score"]) for paper in found]
    return Life(hints, statuses, told, quoted, server.returncode, output, errors)


def end(server: "subprocess.Popen[str]") -> tuple[str, str]:
    """What a server that was told to stop has said; one that does not stop fails the test."""
    try:
        return server.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        server.kill()
        raise


@pytest.mark.thorough
def test_the_command_serves_until_it_is_stopped() -> None:
    with ThreadPoolExecutor() as servers:
        lives = list(servers.map(live, [signal.SIGINT, signal.SIGTERM]))

    for life in lives:
        assert [hint[0] for hint in life.hints] == ["curl"] * 6
        assert life.statuses == {
            "/digests/latest": 200,
            "/digests/2020-09-18.md": 200,
            "/papers/2607.09424": 200,
            "/search?q=agents&min=300": 200,
            "/feeds/papers.atom?category=cs.LG": 200,
            "/openapi.json": 200,
        }
        assert life.papers == [("2020-09-18", 1, 8160), ("2026-07-13", 1, 1129)]
        assert life.quoted == 404
        assert (life.status, life.output) == (0, "")
        assert "Traceback" not in life.errors


def raw_status(url: str, path: str) -> int:
    """The status of a path that no client library has touched."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_command_says_that_the_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start_server(str(port)) as server:
            output, errors = server.communicate(timeout=60)

    assert (server.returncode, output) == (1, "")
    assert errors.splitlines()[-1] == (
        f"error: PORT: {port} cannot be listened on (Address already in use); try another"
    )
    assert [line for line in errors.splitlines() if "error" in line] == errors.splitlines()[-1:]


def test_the_command_refuses_a_malformed_port_at_once() -> None:
    with start_server("http") as server:
        output, errors = server.communicate(timeout=60)

    assert (server.returncode, output) == (1, "")
    assert errors == "error: PORT: must be a number from 0 to 65535, not 'http'\n"
