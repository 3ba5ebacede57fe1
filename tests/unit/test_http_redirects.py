"""Asking an upstream that redirects."""

import gzip
from pathlib import Path

import pytest

from hotpapers.adapters.http import Limits, Patience, Question
from hotpapers.errors import UpstreamError
from local.upstreams.faults import answers
from tests.fakes import Clock
from tests.oracle import (
    PATH,
    RIGHT,
    RawServer,
    ask,
    failure,
    redirect_head,
    redirects,
    serving,
    serving_only,
    upstream,
    write_certificate,
)
from tests.upstream import ScriptedServer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_without_the_query(clock: Clock, status: int) -> None:
    with serving(redirects("/api/query?moved=yes", status), RIGHT) as server:
        assert ask(upstream(server.url, clock), query="a") == "right"
    assert [call.query for call in server.calls] == [{"query": "a"}, {"moved": "yes"}]


def test_a_redirect_to_another_port_of_the_host_is_refused(clock: Clock) -> None:
    with serving(RIGHT) as other:
        with serving_only(redirects(other.url + PATH)) as server:
            said = failure(upstream(server.url, clock))
        assert other.calls == []
    assert said == f"Oracle: redirects elsewhere, to '{other.url}{PATH}'"


def test_a_redirect_takes_the_questions_headers_along(clock: Clock) -> None:
    with ScriptedServer({"/": [redirects("/there")], "/there": [RIGHT]}) as server:
        question = Question("/", headers={"Authorization": "Basic eA=="})
        upstream(server.url, clock).ask(question, lambda answer: answer.body)
    assert [call.headers["Authorization"] for call in server.calls] == ["Basic eA=="] * 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("posted", [{"form": {"a": "b"}}, {"json": {"a": "b"}}, {"form": {}}])
def test_what_is_posted_is_not_redirected(
    clock: Clock, status: int, posted: dict[str, dict[str, str]]
) -> None:
    with ScriptedServer({"/": [redirects("/there", status)]}) as server:
        asked = upstream(server.url, clock)
        with pytest.raises(UpstreamError) as caught:
            asked.ask(Question("/", **posted), lambda answer: answer.body)
    assert str(caught.value) == "Oracle: redirects what is posted, to '/there'"
    assert server.paths == ["/"]


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
        "http://evil.example@127.0.0.1/",
        "http://127.0.0.1@evil.example/",
        # To urllib.parse the host is 127.0.0.1, to what makes the connection it is evil.example.
        "http://evil.example\\@127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
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
        ("http://arxiv.test", "http://export.arxiv.test:80/a", True),
        ("http://arxiv.test", "http://export.arxiv.test:9001/a", False),
        ("http://arxiv.test", "http://evil.test.arxiv.test.evil/a", False),
        ("http://arxiv.test.", "http://evil.test./a", False),
        ("http://arxiv.test", "http://EXPORT.ARXIV.TEST./a", True),
        ("http://toots.example.co.uk", "http://www.example.co.uk/a", True),
        ("http://toots.example.co.uk", "http://evil.co.uk/a", False),
        ("http://toots.example.com.au", "http://evil.com.au/a", False),
        ("http://a.example.de", "http://b.example.de/a", True),
        ("http://test", "http://evil.test/a", False),
        ("http://127.0.0.1", "http://126.0.0.1/a", False),
    ],
)
def test_a_domain_is_what_one_registrant_has(
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
    return write_certificate(tmp_path_factory.mktemp("tls"))


def test_a_redirect_away_from_https_is_refused(
    clock: Clock, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with serving(RIGHT) as plain:
        with RawServer(redirect_head(plain.url + PATH), certificate=certificate) as server:
            said = failure(upstream(server.origin, clock))
        assert len(server.asked) == 1
    assert said == f"Oracle: redirects elsewhere, to '{plain.url}{PATH}'"
    assert plain.calls == []
