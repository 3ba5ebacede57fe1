"""The search on X: what is asked, how far it looks back, and how it ends."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from hotpapers.adapters.http import Terms
from hotpapers.adapters.x import CREDENTIALS, prepare
from hotpapers.domain.calendar import Window
from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError
from local.upstreams.faults import answers, empty_page
from tests.fakes import Clock, Log
from tests.records import SPAN, Json, user
from tests.upstream import tell
from tests.x import (
    ARCHIVE,
    IDS,
    POSTS,
    QUERIES,
    RECENT,
    TOKEN,
    failure,
    paths,
    post,
    queries,
    read,
    read_ids,
    serving,
    serving_only,
    source,
    told,
)

# What X is asked


def test_a_day_is_four_searches(clock: Clock) -> None:
    with serving() as server:
        assert read_ids(server, clock) == IDS
    assert queries(server) == QUERIES
    for call in server.calls:
        assert (call.method, call.path) == ("GET", RECENT)
        assert call.query | {"query": ""} == {
            "query": "",
            "start_time": "2020-09-16T18:00:00Z",
            "end_time": "2020-09-20T13:13:43Z",
            "max_results": "100",
            "tweet.fields": (
                "author_id,created_at,entities,lang,note_tweet,public_metrics,referenced_tweets"
            ),
            "expansions": "author_id,entities.mentions.username",
            "user.fields": "name,username",
        }
        assert call.headers["Authorization"] == f"Bearer {TOKEN}"
        assert call.headers["User-Agent"] == (
            "hotpapers/1.0 (a daily digest of arXiv listings; contact: me@example.org)"
        )
        assert call.headers["Accept"] == "application/json"
    assert clock.pauses == []


def test_pages_are_read_to_the_end(clock: Clock) -> None:
    with serving(page_size=10) as server:
        found = told(server, clock)
    assert (found.ids, found.reason) == (IDS, "")
    assert [len(page.posts) for page in found.pages] == [10, 10, 5, 0, 0, 0]
    tokens = [call.query.get("next_token") for call in server.calls]
    assert [token is None for token in tokens] == [True, False, False, True, True, True]
    assert len({call.query["start_time"] + call.query["end_time"] for call in server.calls}) == 1
    assert clock.pauses == []


def test_no_match_is_no_failure(clock: Clock) -> None:
    with serving(posts=()) as server:
        found = told(server, clock)
    assert (found.posts, found.reason) == ([], "")
    assert [(page.entries, page.cost) for page in found.pages] == [(0, Decimal(0))] * 4


def test_an_empty_page_is_not_the_end(clock: Clock) -> None:
    # X's own word for it: a page may be empty and have a next one.
    with serving(None, empty_page, page_size=10) as server:
        assert read_ids(server, clock) == IDS[:10] + IDS[20:]
    assert queries(server) == QUERIES[:1] * 3 + QUERIES[1:]


def page(next_token: str | None, *posts: Json) -> str:
    """A page as X sends it."""
    meta: Json = {"result_count": len(posts)}
    if next_token is not None:
        meta["next_token"] = next_token
    return json.dumps({"data": list(posts), "includes": {"users": [user()]}, "meta": meta})


def test_a_token_that_comes_again_is_a_circle(clock: Clock) -> None:
    pages = [answers(200, page(token, post())) for token in ("a", "b", "a")]
    with serving(*pages) as server:
        found = told(server, clock)
    assert found.reason == "X: its paging does not end, it runs in a circle"
    assert found.ids == ["100"]
    assert len(server.calls) == 3


@pytest.mark.thorough
def test_paging_has_an_end(clock: Clock) -> None:
    faults = (answers(200, page(str(number))) for number in range(1000))
    with serving(*faults) as server:
        said = failure(server, clock)
    assert said == "X: its paging does not end after 500 pages"
    assert len(server.calls) == 500


def test_a_post_that_comes_again_is_told_once(clock: Clock) -> None:
    twice = page(None, post("125"), post("125"), post("124"))
    with serving(answers(200, twice)) as server:
        found = told(server, clock)
    assert found.ids == ["125", "124"]
    assert found.pages[0].entries == 3


def test_posts_of_another_time_are_left_out(clock: Clock, log: Log) -> None:
    moments = ["2020-09-16T17:59:59Z", "2020-09-16T18:00:00Z", "2020-09-20T13:13:43Z"]
    posts = [post(str(number), created_at=each) for number, each in enumerate(moments)]
    with serving(answers(200, page(None, *posts))) as server:
        found = told(server, clock)
    assert (found.ids, found.pages[0].entries) == (["1"], 3)
    assert log.of("post left out") == []


# Recent or archive

WEEK = timedelta(days=7)


def span_of(length: timedelta) -> Window:
    return Window(SPAN.end - length, SPAN.end)


@pytest.mark.parametrize(
    ("length", "path", "size"),
    [
        (timedelta(days=4), RECENT, "100"),
        (WEEK - timedelta(seconds=1), RECENT, "100"),
        (WEEK, ARCHIVE, "500"),
        (timedelta(days=30), ARCHIVE, "500"),
    ],
)
def test_a_long_span_is_looked_for_in_the_archive(
    clock: Clock, length: timedelta, path: str, size: str
) -> None:
    with serving() as server:
        assert read_ids(server, clock, span_of(length)) == IDS
    asked = {(call.path, call.query["max_results"]) for call in server.calls}
    assert asked == {(path, size)}


def test_a_span_that_is_long_past_is_looked_for_in_the_archive(clock: Clock, log: Log) -> None:
    with serving(page_size=10, now=SPAN.end + timedelta(days=30)) as server:
        assert read_ids(server, clock) == IDS
    # Once for all that is asked.
    assert paths(server) == [RECENT] + [ARCHIVE] * 6
    assert queries(server) == QUERIES[:1] * 4 + QUERIES[1:]
    assert log.of("archive is searched") == [{"start": "2020-09-16T18:00:00+00:00"}]
    # The archive allows one request a second.
    assert clock.pauses == [1.0] * 5


def test_each_run_looks_for_itself_whether_the_archive_is_needed(clock: Clock) -> None:
    with serving(answers(404, '{"title": "Not Found"}')) as server:
        asked = source(server, clock)
        assert [tell(asked).ids, tell(asked).ids] == [IDS, IDS]
    assert paths(server) == [RECENT] + [ARCHIVE] * 4 + [RECENT] * 4


def out_of_reach(message: str = "'start_time' must be on or after 2020-09-13T13:13Z") -> str:
    errors = [{"parameters": {"start_time": ["2020-09-16T18:00:00Z"]}, "message": message}]
    return json.dumps({"errors": errors, "title": "Invalid Request", "detail": "One or more."})


def test_what_the_recent_search_had_is_not_told_again(clock: Clock) -> None:
    # While it is paged, the start of the span moves out of its reach.
    with serving(None, answers(400, out_of_reach()), page_size=10) as server:
        found = told(server, clock)
    assert (found.ids, found.reason) == (IDS, "")
    assert paths(server) == [RECENT] * 2 + [ARCHIVE] * 6
    # It is given again nevertheless, which X charges once.
    assert [len(page.posts) for page in found.pages] == [10, 0, 10, 5, 0, 0, 0]
    assert [page.entries for page in found.pages] == [10, 0, 10, 5, 0, 0, 0]


def test_what_the_recent_search_had_found_to_the_end_is_not_asked_again(clock: Clock) -> None:
    quiet = [post(str(number), likes=50) for number in range(1, 4)]
    with serving(None, answers(400, out_of_reach()), posts=[*POSTS, *quiet]) as server:
        assert read_ids(server, clock) == [*IDS, "3", "2", "1"]
    assert paths(server) == [RECENT] * 2 + [ARCHIVE] * 3
    assert queries(server) == [QUERIES[0], QUERIES[1], *QUERIES[1:]]


def test_an_origin_without_either_search_is_refused(clock: Clock) -> None:
    with serving_only(answers(404, "<html>")) as server:
        said = failure(server, clock)
    assert said == "X: answered 404"
    assert paths(server) == [RECENT, ARCHIVE]


def test_out_of_the_archives_reach_is_the_end(clock: Clock) -> None:
    with serving_only(answers(400, out_of_reach())) as server:
        said = failure(server, clock)
    assert said == "X: answered 400 ('start_time' must be on or after 2020-09-13T13:13Z)"
    assert paths(server) == [RECENT, ARCHIVE]


# The time that a run may take


def test_a_run_ends_in_time(clock: Clock) -> None:
    wait = answers(429, retry_after=50)
    with serving(wait, None, wait, wait) as server:
        found = told(server, clock)
    # After the third one, not enough is left for a pause as long.
    assert found.reason == "X: answered 429 (asked 2 times; again only after 50 s)"
    assert found.ids == IDS
    assert clock.pauses == [50.0, 50.0]


def test_each_run_has_its_own_time(clock: Clock) -> None:
    with serving() as server:
        asked = source(server, clock, seconds=60.0)
        clock.pass_by(1000.0)
        assert tell(asked).ids == IDS
        clock.pass_by(1000.0)
        assert tell(asked).ids == IDS


def test_the_pace_of_the_archive_is_kept_within_the_time(clock: Clock) -> None:
    with serving() as server:
        found = tell(source(server, clock, seconds=3.0), span=span_of(WEEK))
    assert found.reason == "X: is not done after 3 s"
    assert (found.ids, clock.pauses) == (IDS, [1.0, 1.0])


# Settings


def test_the_settings_have_defaults(clock: Clock) -> None:
    assert CREDENTIALS == ("X_BEARER_TOKEN",)
    many = [post(str(number)) for number in range(1, 1000)]
    with serving(posts=many) as server:
        make = prepare(Reader({"X_URL": f"{server.url}/"}))
        asked = make({"X_BEARER_TOKEN": TOKEN}, Terms("", 120.0, clock.time))
        found = tell(asked)
    assert asked.name == "x"
    assert (len(found.posts), len(server.calls)) == (500, 5)
    assert prepare(Reader({})) is not None


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (
            {"X_MAX_POSTS": "9"},
            "X_MAX_POSTS: must be a whole number from 10 up, not '9' "
            "(10 posts are X's smallest page)",
        ),
        (
            {"X_MAX_POSTS": "many"},
            "X_MAX_POSTS: must be a whole number from 10 up, not 'many' "
            "(10 posts are X's smallest page)",
        ),
        (
            {"X_URL": "api.x.com"},
            "X_URL: must be an origin such as https://api.x.com, without a path, not 'api.x.com'",
        ),
    ],
)
def test_wrong_settings_are_refused(environment: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        prepare(Reader(environment))
    assert str(caught.value) == said


def test_nothing_is_asked_before_the_first_page_is_wanted(clock: Clock) -> None:
    with serving() as server:
        source(server, clock).pages(SPAN.end.date(), SPAN)
        assert server.calls == []
        assert [each.id for each in read(server, clock)] == IDS
