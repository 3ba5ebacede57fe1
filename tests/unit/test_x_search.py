"""The search on X: what is asked, how far, and what of the answers is refused."""

import json
from datetime import timedelta
from typing import Any

import pytest

from hotpapers.domain.calendar import Window
from hotpapers.errors import UpstreamError
from local.upstreams.faults import (
    Fault,
    answers,
    breaks_off,
    cut_off,
    empty_page,
    hangs_up,
    html_page,
)
from tests.fakes import Clock, Log
from tests.records import SPAN, Json, post, user
from tests.x import (
    ARCHIVE,
    IDS,
    RECENT,
    TOKEN,
    failure,
    paths,
    read,
    read_ids,
    serving,
    serving_only,
)

# What X is asked


def test_a_day_is_one_search(clock: Clock) -> None:
    with serving() as server:
        assert read_ids(server, clock) == IDS
    [call] = server.calls
    assert (call.method, call.path) == ("GET", RECENT)
    assert call.query == {
        "query": 'url:"arxiv.org" -is:retweet',
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


def test_pages_are_read_to_the_end(clock: Clock, log: Log) -> None:
    with serving(page_size=10) as server:
        assert read_ids(server, clock) == IDS
    tokens = [call.query.get("next_token") for call in server.calls]
    assert [token is None for token in tokens] == [True, False, False]
    assert len({call.query["start_time"] + call.query["end_time"] for call in server.calls}) == 1
    assert clock.pauses == []
    assert log.of("posts read") == [
        {"page": 1, "posts": 10},
        {"page": 2, "posts": 20},
        {"page": 3, "posts": 25},
    ]


def test_no_match_is_no_failure(clock: Clock) -> None:
    with serving(posts=()) as server:
        assert read(server, clock) == []
    assert len(server.calls) == 1


def test_an_empty_page_is_not_the_end(clock: Clock) -> None:
    # X's own word for it: a page may be empty and have a next one.
    with serving(None, empty_page, page_size=10) as server:
        assert read_ids(server, clock) == IDS[:10] + IDS[20:]
    assert len(server.calls) == 3


def page(next_token: str | None, *posts: Json) -> str:
    """A page as X sends it."""
    meta: Json = {"result_count": len(posts)}
    if next_token is not None:
        meta["next_token"] = next_token
    return json.dumps({"data": list(posts), "includes": {"users": [user()]}, "meta": meta})


def test_a_token_that_comes_again_is_a_circle(clock: Clock) -> None:
    pages = [answers(200, page(token, post())) for token in ("a", "b", "a")]
    with serving(*pages) as server:
        said = failure(server, clock)
    assert said == "X: its paging runs in a circle"
    assert len(server.calls) == 3


def test_paging_has_an_end(clock: Clock) -> None:
    faults = (answers(200, page(str(number))) for number in range(1000))
    with serving(*faults) as server:
        said = failure(server, clock)
    assert said == "X: its paging does not end after 500 pages"
    assert len(server.calls) == 500


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
    [call] = server.calls
    assert (call.path, call.query["max_results"]) == (path, size)


def test_a_span_that_is_long_past_is_looked_for_in_the_archive(clock: Clock, log: Log) -> None:
    with serving(page_size=10, now=SPAN.end + timedelta(days=30)) as server:
        assert read_ids(server, clock) == IDS
    assert paths(server) == [RECENT, ARCHIVE, ARCHIVE, ARCHIVE]
    assert log.of("archive is searched") == [{"start": "2020-09-16T18:00:00+00:00"}]
    # The archive allows one request a second.
    assert clock.pauses == [1.0, 1.0]


def test_a_search_that_is_not_there_is_one_for_the_archive(clock: Clock) -> None:
    with serving(answers(404, '{"title": "Not Found"}')) as server:
        assert read_ids(server, clock) == IDS
    assert paths(server) == [RECENT, ARCHIVE]


def out_of_reach(message: str = "'start_time' must be on or after 2020-09-13T13:13Z") -> str:
    errors = [{"parameters": {"start_time": ["2020-09-16T18:00:00Z"]}, "message": message}]
    return json.dumps({"errors": errors, "title": "Invalid Request", "detail": "One or more."})


def test_what_the_recent_search_had_counts_no_more(clock: Clock) -> None:
    # While it is paged, the start of the span moves out of its reach.
    with serving(None, answers(400, out_of_reach()), page_size=10) as server:
        assert read_ids(server, clock) == IDS
    assert paths(server) == [RECENT, RECENT, ARCHIVE, ARCHIVE, ARCHIVE]


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


# Failures


def problem(title: str, detail: str, kind: str = "about:blank", **more: object) -> str:
    return json.dumps({"title": title, "detail": detail, "type": kind} | more)


PROBLEMS = "https://api.twitter.com/2/problems/"
INVALID = json.dumps(
    {
        "errors": [{"parameters": {"query": ["x"]}, "message": "There were errors\n in  it"}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": f"{PROBLEMS}invalid-request",
    }
)
CAPPED = problem(
    "UsageCapExceeded", "Usage cap exceeded", f"{PROBLEMS}usage-capped", period="Monthly"
)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, INVALID, "answered 400 (There were errors in it)"),
        (401, problem("Unauthorized", "Unauthorized", status=401), "answered 401 (Unauthorized)"),
        (
            402,
            problem("CreditsDepleted", "No credits", f"{PROBLEMS}credits"),
            "answered 402 (No credits)",
        ),
        (
            403,
            problem("Client Forbidden", "Enroll", f"{PROBLEMS}client-forbidden", reason="x"),
            "answered 403 (Enroll)",
        ),
        (429, CAPPED, "answered 429 (Usage cap exceeded)"),
        (410, "<html>gone</html>", "answered 410"),
        (401, "", "answered 401"),
        (403, "[]", "answered 403"),
        (403, '{"errors": [7, {"message": 7}], "detail": ["x"], "title": " "}', "answered 403"),
        (403, '{"errors": {"message": "x"}, "title": "Forbidden"}', "answered 403 (Forbidden)"),
        (400, json.dumps({"detail": "x" * 1000}), f"answered 400 ({'x' * 200})"),
    ],
)
def test_a_refusal_is_not_asked_again(clock: Clock, status: int, body: str, said: str) -> None:
    with serving_only(answers(status, body)) as server:
        reason = failure(server, clock)
    assert reason == f"X: {said}"
    assert len(server.calls) == 1
    assert clock.pauses == []


NO_PAGE = "answered no page of posts ("
CODE_88 = json.dumps({"errors": [{"code": 88, "message": "Rate limit exceeded"}]})


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (answers(429, problem("Too Many Requests", "Too Many")), "answered 429 (Too Many)"),
        (answers(429, CODE_88), "answered 429 (Rate limit exceeded)"),
        (answers(503, "<html>"), "answered 503"),
        (answers(500), "answered 500"),
        (html_page, NO_PAGE),
        (cut_off, NO_PAGE),
        (answers(200), "answered no page of posts (nothing at all)"),
        (answers(200, CAPPED), NO_PAGE),
        (answers(200, "[]"), NO_PAGE),
        (answers(200, "null"), NO_PAGE),
        (answers(200, "7"), NO_PAGE),
        (answers(200, "{}"), NO_PAGE),
        (answers(200, '{"data": []}'), NO_PAGE),
        (answers(200, '{"meta": []}'), NO_PAGE),
        (answers(200, '{"data": null, "meta": {}}'), NO_PAGE),
        (answers(200, '{"data": {}, "meta": {}}'), NO_PAGE),
        (answers(200, '{"data": "x", "meta": {}}'), NO_PAGE),
        (answers(200, "[" * 100_000), NO_PAGE),
        (answers(200, '{"meta": ' * 100_000), NO_PAGE),
        (answers(200, '{"meta": {"result_count": %s}}' % ("9" * 5000)), NO_PAGE),
        (answers(200, "\0"), NO_PAGE),
        (answers(200, '{"meta": {"result_count": 3}}'), "answered a page that lacks its posts"),
        (
            answers(200, '{"meta": {"result_count": 0, "next_token": 7}}'),
            "answered a page without a readable next_token",
        ),
        (
            answers(200, page(None, *[post(id=None)] * 10)),
            "answered a page of which no post can be read",
        ),
        (hangs_up, "cannot be reached, or closed the connection"),
        (breaks_off, "the answer broke off (ProtocolError)"),
    ],
)
def test_what_is_no_page_is_asked_for_again(clock: Clock, fault: Fault, said: str) -> None:
    with serving(fault) as server:
        assert read_ids(server, clock) == IDS
    assert (len(server.calls), clock.pauses) == (2, [1.0])
    clock.pauses.clear()
    with serving_only(fault) as server:
        reason = failure(server, clock)
    assert reason.startswith(f"X: {said}")
    assert reason.endswith(" (asked 5 times)")
    assert len(reason.splitlines()) == 1
    assert clock.pauses == [1.0, 2.0, 4.0, 8.0]


def test_bytes_that_are_no_text_are_asked_for_again(clock: Clock) -> None:
    def not_utf_8(right: Any) -> Any:
        right.set_data(right.get_data().replace(b"See", b"S\xff\xfe"))
        return right

    with serving(not_utf_8) as server:
        assert read_ids(server, clock) == IDS
    assert len(server.calls) == 2


def test_the_end_of_the_rate_limits_window_is_waited_for(clock: Clock) -> None:
    reset = str(int((clock.now() + timedelta(seconds=40)).timestamp()))
    with serving(answers(429, CODE_88, headers={"x-rate-limit-reset": reset})) as server:
        assert read_ids(server, clock) == IDS
    assert clock.pauses == [40.0]


def test_a_far_end_of_the_rate_limits_window_is_not(clock: Clock) -> None:
    reset = str(int((clock.now() + timedelta(minutes=14)).timestamp()))
    with serving_only(answers(429, CODE_88, headers={"x-rate-limit-reset": reset})) as server:
        said = failure(server, clock)
    assert said == ("X: answered 429 (Rate limit exceeded) (asked once; again only after 840 s)")


def test_an_end_that_is_not_past_yet_is_waited_for(clock: Clock) -> None:
    now = SPAN.end + timedelta(seconds=5)
    with serving(now=now) as server:
        said = failure(server, clock)
    assert said.startswith("X: answered 400 ('end_time' must be a minimum of 10 seconds prior")
    assert paths(server) == [RECENT] * 5
    assert clock.pauses == [15.0] * 4

    clock.pauses.clear()
    too_early = json.dumps({"errors": [{"parameters": {"end_time": []}, "message": "early"}]})
    with serving(answers(400, too_early), now=SPAN.end + timedelta(minutes=1)) as server:
        assert read_ids(server, clock) == IDS
    assert clock.pauses == [15.0]


def test_the_token_is_in_no_log_record_and_no_message(clock: Clock, log: Log) -> None:
    faults = [answers(401), answers(503), hangs_up, html_page, answers(400, out_of_reach())]
    said = []
    for fault in faults:
        with serving_only(fault) as server, pytest.raises(UpstreamError) as caught:
            read(server, clock)
        said.append(f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}")
    with serving(page_size=10) as server:
        read(server, clock)
    assert len(log.records) > 20
    assert TOKEN not in "".join(said)
    assert TOKEN not in log.text()
