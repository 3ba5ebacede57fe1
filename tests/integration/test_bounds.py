"""At most so much work for any request: whatever it asks for, and whoever made up the archive.

What grows with the archive is counted in test_api_archives.py, what is refused in test_abuse.py.
"""

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from hotpapers.domain.card import position
from hotpapers.domain.cursor import Cursors
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.selection import Selection
from hotpapers.use_cases.digest_lists import MOST_SEARCHES
from hotpapers.use_cases.feeds import MOST_DAYS
from hotpapers.use_cases.search import MOST_QUERIES, MOST_READS
from hotpapers.web.addresses import OPERATIONS
from hotpapers.web.operations import Operation
from local.calls import watching_calls
from local.cloud import Cloud
from local.samples import CREDENTIALS, SAMPLES
from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.api import PROBLEM, request

SEARCH = MOST_QUERIES + MOST_READS
DAYS = MOST_SEARCHES * SEARCH
"""The calls of looking for the days that have wanted papers."""
MOST_CALLS = {
    "/": 4,
    "/digests": DAYS + 1,
    "/digests/{digest}": 5,
    "/digests/{digest}/papers": 4,
    "/search": SEARCH,
    "/papers/{paper}": 5,
    "/papers/{archive}/{number}": 5,
    "/feeds": 0,
    # The newest heads, and each shown day's digest.
    "/feeds/{feed}": 2 + DAYS + 1 + MOST_DAYS,
    "/archive": 3,
    "/archive/{year}": 3,
    "/status": 3,
    "/health": 0,
    "/openapi.json": 0,
    "/docs": 0,
    "/robots.txt": 0,
    "/sitemap.xml": 2,
    "/sitemaps/{year}.xml": 3,
    "/favicon.svg": 0,
    "/style-{hash}.css": 0,
}
"""How often AWS is asked at most, by the address. DynamoDB gives 1 MB at most for each call."""
MOST_BYTES = 6 * 1024 * 1024
"""Of an answer: more does not leave Lambda
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""

QUERIES = (
    "",
    "limit=100",
    "q=learning",
    "q=zzzzz",
    "category=cs.*",
    "category=cs.LG,cs.*,stat.ML&q=a+learning+model+network&author=a,b,c&min=0"
    "&source=x,bluesky&exclude=cs.CV,zz&limit=100",
    "min=999999999",
    "exclude=zzz",
    "source=reddit",
    "author=smith",
)
DIGESTS = ("2020-09-18", "latest", "2020-W38", "2020-09", "2020-09-19", "1991-08-14", "9999-12-31")
FEEDS = ("papers.atom", "papers.rss", "papers.json", "digests.atom", "digests.rss", "digests.json")


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with (
        UpstreamServer(Dataset.load(SAMPLES["seed"].path)) as upstreams,
        Cloud(upstreams.settings | {"SOURCES": "x"}, CREDENTIALS) as cloud,
    ):
        cloud.collect({"time": "2020-09-20T13:13:43Z"})
        cloud.render_new()
        yield cloud


def fill_index(cloud: Cloud, number: int) -> None:
    """Have two words, each of so many papers, and of the same one never: a search leaps in vain."""
    days = [date(2020, 9, 17) - timedelta(days=back) for back in range(number // 100)]
    cloud.account.fill(
        {
            "pk": {"S": f"TERM#w:{word}"},
            "sk": {"S": position(day, PaperId(f"{day:%y%m}.{paper:05}"))},
        }
        for day in days
        for paper in range(1, 201)
        for word in [("alpha", "beta")[paper % 2]]
    )


def targets(operation: Operation, queries: Sequence[str] = ("",)) -> Iterator[str]:
    """Addresses of an operation, with all that one can ask of it."""
    examples: dict[str, tuple[str, ...]] = {
        segment.name: (segment.example,) for segment in operation.segments
    }
    examples |= {"digest": DIGESTS} if "digest" in examples else {}
    examples |= {"feed": FEEDS} if "feed" in examples else {}
    paths = [operation.path]
    for name, values in examples.items():
        paths = [path.replace(f"{{{name}}}", value) for path in paths for value in values]
    asked = queries if operation.parameters else ("",)
    yield from (f"{path}?{query}" for path in paths for query in asked)


class Watched:
    """A cloud that is asked, and the calls of AWS that each request takes."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._calls: Counter[str] = Counter()

    def note(self, model: Any, **_: object) -> None:
        self._calls[model.name] += 1

    def ask(self, event: Mapping[str, Any]) -> tuple[dict[str, Any], Counter[str]]:
        """The answer to a request, and the calls that it took."""
        self._calls.clear()
        answer = self._cloud.request(event)
        return answer, Counter(self._calls)


@pytest.fixture
def watched(cloud: Cloud) -> Iterator[Watched]:
    watched = Watched(cloud)
    with watching_calls("before-call", watched.note):
        yield watched


def check_bounds(watched: Watched, queries: Sequence[str]) -> int:
    """No request takes more than its address may; the most calls that any took."""
    most = 0
    for operation in OPERATIONS:
        for number, target in enumerate(targets(operation, queries)):
            accept = ("text/html", "*/*")[number % 2]
            answer, calls = watched.ask(request(target, accept=accept))
            assert answer["statusCode"] < 500, target
            assert calls.total() <= MOST_CALLS[operation.path], (target, calls)
            assert len(answer["body"]) < MOST_BYTES, target
            most = max(most, calls.total())
    return most


def test_every_address_has_a_bound() -> None:
    assert {operation.path for operation in OPERATIONS} == set(MOST_CALLS)


@pytest.mark.thorough
def test_no_request_takes_more_than_its_address_may(cloud: Cloud, watched: Watched) -> None:
    assert check_bounds(watched, QUERIES) > 0

    fill_index(cloud, 3_500)
    # So a search can come to its end without having found anything.
    for path in ("/search", "/digests", "/feeds/papers.json"):
        _, calls = watched.ask(request(f"{path}?q=alpha+beta&limit=100"))
        assert MOST_QUERIES <= calls.total() <= DAYS


# Cursors

NOWHERE = (
    *("", "#", " ", "\x00", "x" * 90, "2020-09-18", "9999-99-99#", "0000-00-00#", "2020-09-18#x"),
    *("2020-09-18#2009.08319v1", "２０２０-09-18#", "2020-09-18##", "CARDS", "TERM#w:a", "../x"),
    *("2020-09-18#2009.08319 ", "2020-W38#", "-2020-09-18#", "\u202e2020-09-18#"),
)
"""Places that no list has, with which anybody can make a cursor, since the check is no secret."""
LISTS = {
    "/digests": "digests",
    "/search": "search",
    "/digests/2020-09-18": "digests/papers",
    "/digests/latest/papers": "digests/papers",
    "/feeds/papers.atom": "feeds/papers",
    "/feeds/digests.json": "feeds/digests",
}
"""The names that the lists have in their cursors."""


def test_a_forged_cursor_is_refused_before_anything_is_read(watched: Watched) -> None:
    reads = {}
    for path, name in LISTS.items():
        for query, selection in (("", Selection()), ("&min=1", Selection(least_score=1))):
            for place in NOWHERE:
                cursor = Cursors(name, selection).write(place)
                answer, calls = watched.ask(request(f"{path}?cursor={cursor}{query}"))
                assert answer["statusCode"] in (400, 410), (path, place)
                assert answer["headers"]["Content-Type"] == PROBLEM
                if calls:
                    reads[path] = calls.total()

    # Whether a place is one of a digest is for the digest to say.
    assert set(reads) <= {"/digests/2020-09-18", "/digests/latest/papers"}
    assert all(number <= 2 for number in reads.values())


def test_a_cursor_of_another_question_is_refused(watched: Watched) -> None:
    for path, own in LISTS.items():
        for name in {*LISTS.values()} - {own}:
            cursor = Cursors(name).write("2020-09-18#")
            answer, calls = watched.ask(request(f"{path}?cursor={cursor}"))
            assert (answer["statusCode"], calls.total()) == (400, 0), (path, name)


# What readers say of themselves

ELSEWHERE: Mapping[str, str] = {
    "host": "evil.example",
    "forwarded": "host=evil.example;proto=http",
    "x_forwarded_host": "evil.example",
    "x_forwarded_proto": "javascript",
    "x_forwarded_port": "1",
    "x_forwarded_prefix": "//evil.example",
    "x_original_url": "/evil.example",
    "x_rewrite_url": "/evil.example",
    "origin": "https://evil.example",
    "referer": "https://evil.example/",
}


def test_no_answer_depends_on_what_a_reader_says_of_the_host(cloud: Cloud) -> None:
    for operation in OPERATIONS:
        target = next(targets(operation))
        for accept in ("text/html", "*/*"):
            event = request(target, accept=accept, **ELSEWHERE)
            event["requestContext"] |= {"domainName": "evil.example", "domainPrefix": "evil"}
            assert cloud.request(event) == cloud.request(request(target, accept=accept)), target


def test_nobody_reads_what_comes_with_a_question(watched: Watched) -> None:
    body = base64.b64encode(b"\x00" * 4_000_000).decode()
    for target in ("/digests/2020-09-18", "/search?q=learning", "/feeds/papers.atom", "/nothing"):
        plain, calls = watched.ask(request(target))
        for sent in ({"body": body, "isBase64Encoded": True}, {"body": "{" * 1_000_000}):
            with_body, more = watched.ask({**request(target), **sent})
            assert with_body == plain
            assert more == calls


def test_the_longest_request_that_comes_through_is_refused(watched: Watched) -> None:
    # API Gateway takes 10,240 bytes of request line and headers together; here is a hundred times
    # as much (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html).
    many = "&".join(f"p{number}={number}" for number in range(10_000))
    for target in ("/digests", "/search", "/feeds/papers.atom", "/digests/2020-09-18"):
        for query in (many, f"q={'a' * 1_000_000}", "q=" + "%25" * 300_000, "&" * 1_000_000):
            answer, calls = watched.ask(request(f"{target}?{query}", x_long="y" * 1_000_000))
            known = query.strip("&") != ""
            assert (answer["statusCode"] == 400) is known, (target, query[:20])
            assert (calls.total() == 0) is known
            assert not known or set(json.loads(answer["body"])) == {
                *("type", "title", "status", "detail")
            }
            assert not known or len(answer["body"]) < 2_000
