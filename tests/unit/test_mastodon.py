"""Mastodon: what is asked of which instance, how far, and what of the answers is refused."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Request, Response

from hotpapers.adapters.http import Terms
from hotpapers.adapters.mastodon import CREDENTIALS, prepare
from hotpapers.domain.calendar import Window
from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError
from hotpapers.ports import PostSource
from local.upstreams.faults import answers, hangs_up, html_page
from tests.fakes import Clock, Log
from tests.upstream import (
    LISTING_DATE,
    SPAN,
    Reply,
    ScriptedServer,
    Told,
    json_answer,
    recording,
    tell,
)

pytestmark = pytest.mark.usefixtures("no_collection")

ARXIV, LLM = (f"/api/v1/timelines/tag/{tag}" for tag in ("arxiv", "llm"))

Json = dict[str, Any]


def status(number: int, at: str = "2020-09-18T09:00:00.000Z", **fields: Any) -> Json:
    """A post as an instance gives it."""
    return {
        "id": str(number),
        "uri": f"https://social.example/users/ada/statuses/{number}",
        "url": f"https://social.example/@ada/{number}",
        "created_at": at,
        "visibility": "public",
        "language": "en",
        "content": "<p>arXiv:2009.08319</p>",
        "reblogs_count": 1,
        "favourites_count": 2,
        "reblog": None,
        "account": {
            "acct": "ada",
            "display_name": "Ada",
            "url": "https://social.example/@ada",
            "bot": False,
        },
    } | fields


OLD = "2020-09-16T17:59:59.999Z"
"""The last moment before the span."""


def page(*statuses: object, link: str = "") -> Reply:
    return json_answer(statuses, headers={"Link": link} if link else None)


def to(query: str, relation: str = "next") -> str:
    """A link as an instance gives it; its host is nobody that we ask."""
    return f'<http://elsewhere.invalid/other?{query}>; rel="{relation}"'


NOTHING = page()


def serving(*arxiv: Reply, llm: Iterable[Reply] = (), then: Reply = NOTHING) -> ScriptedServer:
    """An instance with these pages of two timelines, then always the same one."""
    return ScriptedServer({ARXIV: chain(arxiv, repeat(then)), LLM: chain(llm, repeat(then))})


@contextmanager
def serving_both(
    one: ScriptedServer, other: ScriptedServer
) -> Iterator[tuple[ScriptedServer, ScriptedServer]]:
    with ExitStack() as stack:
        yield stack.enter_context(one), stack.enter_context(other)


def source(
    clock: Clock, *servers: ScriptedServer, tags: str = "arxiv", seconds: float = 120.0
) -> PostSource:
    origins = ",".join(server.url for server in servers)
    make = prepare(Reader({"MASTODON_URL": origins, "MASTODON_TAGS": tags}))
    return make({}, Terms("me@example.org", seconds, clock.time))


def told(server: ScriptedServer, clock: Clock, span: Window = SPAN, **options: Any) -> Told:
    return tell(source(clock, server, **options), LISTING_DATE, span)


def host(server: ScriptedServer) -> str:
    return urlsplit(server.url).netloc


def keys(found: Told) -> list[str]:
    """The last part of the posts' ids."""
    return [each.rpartition("/")[2] for each in found.ids]


# What is asked


def test_each_hashtag_is_a_timeline(clock: Clock) -> None:
    pages = [page(status(9), status(8)), page(status(7, OLD))]
    with serving(*pages, llm=[page(status(6))]) as server:
        found = told(server, clock, tags="arxiv,llm")
    assert (keys(found), found.reason) == (["9", "8", "6"], "")
    assert [(call.method, call.path, call.query) for call in server.calls] == [
        ("GET", ARXIV, {"limit": "40"}),
        ("GET", ARXIV, {"limit": "40", "max_id": "8"}),
        ("GET", LLM, {"limit": "40"}),
        ("GET", LLM, {"limit": "40", "max_id": "6"}),
    ]
    assert {call.headers["User-Agent"] for call in server.calls} == {
        "hotpapers/1.0 (a daily digest of arXiv listings; contact: me@example.org)"
    }
    assert not any("Authorization" in call.headers for call in server.calls)
    assert clock.pauses == []


def test_a_hashtag_can_have_letters_of_any_script(clock: Clock) -> None:
    with ScriptedServer({"/api/v1/timelines/tag/数学_1": [NOTHING]}) as server:
        found = told(server, clock, tags="数学_1")
    assert ([each.entries for each in found.pages], found.reason) == ([0], "")


def test_settings_are_checked() -> None:
    assert CREDENTIALS == ()
    assert prepare(Reader({}))({}, Terms()).name == "mastodon"
    with pytest.raises(InvalidInputError, match=r"^MASTODON_URL: must be an origin such as https:"):
        prepare(Reader({"MASTODON_URL": "https://mastodon.social,mathstodon.xyz"}))
    for tags in ("#arxiv", "arxiv,,llm", "2026", "a b", "a/../b", "a-b", "x" * 101):
        with pytest.raises(InvalidInputError, match=r"^MASTODON_TAGS: .* is not a hashtag"):
            prepare(Reader({"MASTODON_TAGS": tags}))


# How far


def test_one_post_that_says_it_is_old_ends_nothing(clock: Clock) -> None:
    pages = [page(status(9), status(8, "1970-01-01T00:00:00Z")), page(status(7))]
    with serving(*pages, page(status(6, OLD), status(5, OLD)), page(status(4))) as server:
        found = told(server, clock)
    assert (keys(found), found.reason) == (["9", "7"], "")
    assert len(server.calls) == 3


def test_a_timeline_ends_with_an_empty_page(clock: Clock) -> None:
    with serving(page(status(9)), page(status(8))) as server:
        found = told(server, clock)
    assert (keys(found), found.reason, len(server.calls)) == (["9", "8"], "", 3)


@pytest.mark.parametrize(
    ("at", "is_in"),
    [
        ("2020-09-16T18:00:00.000Z", True),
        (OLD, False),
        ("2020-09-20T13:13:42.999Z", True),
        ("2020-09-20T13:13:43.000Z", False),
        ("2031-01-01T00:00:00.000Z", False),
        ("2020-09-17T03:00:00+09:00", True),
    ],
)
def test_only_posts_of_the_span_count(clock: Clock, at: str, is_in: bool) -> None:
    with serving(page(status(1, at))) as server:
        assert len(told(server, clock).posts) == int(is_in)


def test_posts_without_a_time_do_not_end_a_timeline(clock: Clock) -> None:
    pages = [page(status(9, "never", content="x")), page(status(8))]
    with serving(*pages) as server:
        assert keys(told(server, clock)) == ["8"]


def test_an_instance_that_does_not_page_has_one_page(clock: Clock) -> None:
    same = page(status(9), status(8), None)
    with serving(then=same) as server:
        found = told(server, clock, tags="arxiv,llm")
    assert found.reason == ""
    assert [(each.entries, each.unreadable) for each in found.pages] == [(3, 1), (3, 1)]
    assert (len(found.posts), len(server.calls)) == (4, 4)


def test_a_page_with_something_new_is_not_the_end(clock: Clock) -> None:
    first = page(status(9), status(8))
    with serving(first, page(status(10), status(9), status(8)), then=first) as server:
        found = told(server, clock)
    assert (set(keys(found)), found.reason) == ({"8", "9", "10"}, "")
    assert len(server.calls) == 3


@pytest.mark.parametrize(
    "link",
    [
        to("max_id=5&x=%20y&limit=2"),
        f"{to('min_id=9', 'prev')}, {to('max_id=5&x=+y&limit=2#part')}",
        '<?max_id=5&x=%20y&limit=2>; title="More"; rel="x NEXT"',
    ],
)
def test_an_instance_says_what_comes_next(clock: Clock, link: str) -> None:
    with serving(page(status(9), link=link), page(status(8), link=to("a=1", "prev"))) as server:
        found = told(server, clock)
    assert (keys(found), found.reason) == (["9", "8"], "")
    assert [(call.path, call.query) for call in server.calls] == [
        (ARXIV, {"limit": "40"}),
        (ARXIV, {"max_id": "5", "x": " y", "limit": "2"}),
    ]


@pytest.mark.parametrize("link", [to("max_id=1", "prev"), "nonsense", "<", ";;=,", "<x>; rel"])
def test_links_of_which_none_is_to_the_next_page_are_the_end(clock: Clock, link: str) -> None:
    with serving(page(status(9), link=link), page(status(8))) as server:
        found = told(server, clock)
    assert (keys(found), found.reason, len(server.calls)) == (["9"], "", 1)


def test_an_empty_page_is_the_end_unless_something_else_is_next(clock: Clock) -> None:
    pages = [page(link=to("a=1")), page(status(9), link=to("a=2")), page(link=to("a=2"))]
    with serving(*pages) as server:
        found = told(server, clock)
    assert (keys(found), found.reason, len(server.calls)) == (["9"], "", 3)


@pytest.mark.parametrize(
    ("links", "asked"),
    [
        (["limit=40"], 1),
        (["a=1", "a=1"], 2),
        (["a=1", "a=2", "a=1"], 3),
        (["a=1", ""], 3),
    ],
)
def test_links_in_a_circle_are_not_followed_for_ever(
    clock: Clock, links: list[str], asked: int
) -> None:
    pages = [page(status(number), link=to(query)) for number, query in enumerate(links)]
    with serving(*pages, then=pages[-1]) as server:
        found = told(server, clock)
    circle = "its paging does not end (it runs in a circle)"
    assert found.reason == f"Mastodon: {host(server)}: #arxiv: {circle}"
    assert len(server.calls) == len(found.pages) == asked


def test_posts_without_ids_cannot_be_paged_by(clock: Clock) -> None:
    with serving(page(status(9) | {"id": 9}), llm=[page(status(8))]) as server:
        found = told(server, clock, tags="arxiv,llm")
    assert keys(found) == ["9", "8"]
    assert found.reason == (f"Mastodon: {host(server)}: #arxiv: its posts have no ids to page by")


@pytest.mark.parametrize("entries", [[None], [1, "x", [], True], [{}], [{"id": 7}]])
def test_what_is_no_post_cannot_be_read(clock: Clock, entries: list[object]) -> None:
    with serving(page(*entries)) as server:
        found = told(server, clock)
    count = len(entries)
    assert found.reason == ""
    assert [(each.posts, each.entries, each.unreadable) for each in found.pages] == [
        ((), count, count)
    ]
    assert len(server.calls) == 1


def test_a_post_of_a_local_instance_counts(clock: Clock) -> None:
    here = "http://127.0.0.1:3000"
    fields = {"uri": f"{here}/users/ada/statuses/1", "url": f"{here}/@ada/1"}
    with serving(page(status(1, **fields, account={"acct": "ada"}))) as server:
        [post] = told(server, clock).posts
    assert (post.id, post.url, post.quotable) == (fields["uri"], fields["url"], False)
    assert post.account.id == post.account.username == f"ada@{host(server)}"


def test_paging_has_an_end_and_the_next_hashtag_its_turn(clock: Clock) -> None:
    numbers = iter(range(10_000, 0, -1))

    def endless(_request: Request) -> Response:
        return page(status(next(numbers)))(None)

    with ScriptedServer({ARXIV: repeat(endless), LLM: [page(status(1)), NOTHING]}) as server:
        found = told(server, clock, tags="arxiv,llm")
    assert found.reason == (
        f"Mastodon: {host(server)}: #arxiv: its paging does not end after 40 pages"
    )
    assert len(found.posts) == 41
    assert server.paths == [*[ARXIV] * 40, LLM, LLM]


# Several instances


def test_a_post_that_two_instances_know_comes_twice(clock: Clock) -> None:
    one = serving(page(status(5)))
    copy = status(5) | {"id": "77", "reblogs_count": 8}
    with serving_both(one, serving(page(copy))) as servers:
        found = tell(source(clock, *servers))
    assert found.reason == ""
    assert [(each.id, each.counts) for each in found.posts] == [
        (copy["uri"], {"reblogs": 1, "favourites": 2}),
        (copy["uri"], {"reblogs": 8, "favourites": 2}),
    ]


@pytest.mark.parametrize("is_first", [True, False])
def test_an_instance_that_fails_does_not_take_the_other_along(clock: Clock, is_first: bool) -> None:
    broken, good = serving(then=answers(503)), serving(page(status(5)))
    servers = (broken, good) if is_first else (good, broken)
    with serving_both(*servers):
        found = tell(source(clock, *servers, tags="arxiv,llm"))
    assert keys(found) == ["5"]
    assert found.reason == f"Mastodon: {host(broken)}: answered 503 (asked 4 times)"
    assert broken.paths == [ARXIV] * 4


def test_where_none_answers_each_is_named(clock: Clock) -> None:
    with serving_both(serving(then=answers(403)), serving(then=hangs_up)) as (one, other):
        found = tell(source(clock, one, other))
    assert found.pages == []
    assert found.reason == (
        f"Mastodon: {host(one)}: answered 403; "
        f"{host(other)}: cannot be reached, or closed the connection (asked 4 times)"
    )


def test_a_slow_instance_has_only_its_share_of_the_time(clock: Clock) -> None:
    numbers = iter(range(1000, 0, -1))

    def slow(_request: Request) -> Response:
        clock.pass_by(25.0)
        return page(status(next(numbers)))(None)

    with serving_both(serving(then=slow), serving(page(status(5)))) as servers:
        kept = source(clock, *servers, seconds=120.0)
        for _ in range(2):
            found = tell(kept)
            assert found.reason == f"Mastodon: {host(servers[0])}: is not done after 60 s"
    assert len(servers[1].calls) == 3


# Failures

CLOSED = {"error": "This method requires an authenticated user"}


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (json_answer(CLOSED, 422), f"answered 422 ({CLOSED['error']})"),
        (json_answer(CLOSED, 401), f"answered 401 ({CLOSED['error']})"),
        (json_answer({"error": "Record not found"}, 404), "answered 404 (Record not found)"),
        (answers(403, "<html>"), "answered 403"),
        (answers(402), "answered 402"),
        (answers(406), "answered 406"),
        (answers(500), "answered 500 (asked 4 times)"),
        (answers(503, retry_after=600), "answered 503 (asked once; again only after 600 s)"),
        (answers(429), "answered 429 (asked 4 times)"),
        (html_page, "answered no JSON ('<!DOCTYPE html>"),
        (answers(200), "answered no JSON (nothing at all) (asked 4 times)"),
        (answers(200, '[{"id": "1"'), "answered no JSON ("),
        (answers(200, "[" * 100_000), "answered no JSON ("),
        (json_answer({}), "answered no page of posts ('{}') (asked 4 times)"),
        (json_answer(None), "answered no page of posts ('null') (asked 4 times)"),
        (
            page(*[status(1, favourites_count=None)] * 10),
            "answered a page of which no post can be read (asked 4 times)",
        ),
        (answers(200, " " * (17 * 1024 * 1024)), "the answer is longer than 16,777,216 bytes"),
        (hangs_up, "cannot be reached, or closed the connection (asked 4 times)"),
    ],
)
def test_what_came_before_a_failure_stands(clock: Clock, reply: Reply, said: str) -> None:
    with serving(page(status(9)), then=reply) as server:
        found = told(server, clock, tags="arxiv,llm")
    assert keys(found) == ["9"]
    assert found.reason.startswith(f"Mastodon: {host(server)}: {said}")
    assert len(found.reason.splitlines()) == 1
    assert LLM not in server.paths


def test_the_end_of_the_rate_limits_window_is_waited_for(clock: Clock) -> None:
    reset = f"{clock.now() + timedelta(seconds=40):%Y-%m-%dT%H:%M:%S.000000Z}"
    limited = json_answer({"error": "Too many requests"}, 429, {"X-RateLimit-Reset": reset})
    with serving(limited, page(status(9))) as server:
        found = told(server, clock)
    assert (keys(found), found.reason, clock.pauses) == (["9"], "", [40.0])


def test_bad_entries_are_left_out_with_a_word(clock: Clock, log: Log) -> None:
    bad = [None, "x", {}, status(3, uri=None, url=None), status(2, favourites_count=None)]
    with serving(page(*bad, status(1))) as server:
        found = told(server, clock)
    assert (keys(found), found.reason) == (["1"], "")
    assert [(each.entries, each.unreadable) for each in found.pages] == [(6, 5), (0, 0)]
    assert [entry["reason"] for entry in log.of("post left out")] == [
        *["it has no content"] * 3,
        "it has no uri",
        "it has no favourites_count",
    ]


# Our own recordings


def test_recorded_timelines_read_as_they_are(clock: Clock) -> None:
    timelines = [
        json_answer(recording(f"mastodon/timeline_{name}.json"))
        for name in ("arxiv", "arxiv_elsewhere")
    ]
    with serving_both(*(serving(timeline) for timeline in timelines)) as servers:
        found = tell(source(clock, *servers))
    assert (found.reason, [each.entries for each in found.pages]) == ("", [4, 0, 2, 0])
    grace = ("grace@social.example", "Grace 🔭", False)
    papers = ("papers@social.example", "New papers", True)
    emmy = ("emmy@maths.example", "emmy", False)
    assert [
        (
            (each.account.username, each.account.name, each.account.automated),
            each.counts["reblogs"],
            each.counts["favourites"],
            *each.papers,
        )
        for each in found.posts
    ] == [
        (grace, 6, 9, "2009.08319"),
        (papers, 0, 1, "2009.08319"),
        (emmy, 1, 0, "2009.07888"),
        (grace, 2, 4, "2009.08319"),
        (emmy, 5, 8, "2009.07888"),
    ]
    assert len(set(found.ids)) == 3
    first, _, second = found.posts[:3]
    assert first.text == (
        "Patches are not needed & never were: https://arxiv.org/abs/2009.08319v2\n\n"
        "With thanks to @emmy\n#arXiv #MachineLearning"
    )
    assert first.created_at == datetime(2020, 9, 18, 11, 7, 48, tzinfo=UTC)
    assert second.text == (
        "A long one\n\n"
        "https://www.alphaxiv.org/abs/2009.07888?utm_source=a-very-long-address #arXiv"
    )
