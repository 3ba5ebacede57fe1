"""Asking an upstream that redirects."""

import gzip
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hotpapers.adapters.http import Limits, Patience
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
)


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
