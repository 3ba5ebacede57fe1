"""The search on X when it fails: what is asked again, what is said, and what stands."""

import json
from datetime import timedelta
from typing import Any

import pytest

from local.upstreams.faults import (
    Fault,
    answers,
    breaks_off,
    cut_off,
    hangs_up,
    html_page,
)
from tests.fakes import Clock, Log
from tests.records import SPAN, Json, user
from tests.upstream import LISTING_DATE
from tests.x import (
    IDS,
    RECENT,
    TOKEN,
    failure,
    paths,
    post,
    read,
    read_ids,
    serving,
    serving_only,
    source,
    told,
)

pytestmark = pytest.mark.usefixtures("no_collection")


def page(*posts: Json) -> str:
    """A page as X sends it."""
    meta: Json = {"result_count": len(posts)}
    return json.dumps({"data": list(posts), "includes": {"users": [user()]}, "meta": meta})


def problem(title: str, detail: str, kind: str = "about:blank", **more: object) -> str:
    return json.dumps({"title": title, "detail": detail, "type": kind} | more)


PROBLEMS = "https://api.twitter.com/2/problems/"
CAPPED = problem(
    "UsageCapExceeded", "Usage cap exceeded", f"{PROBLEMS}usage-capped", period="Monthly"
)
CREDITS = problem("CreditsDepleted", "No credits", f"{PROBLEMS}credits")
WAIT = "; wait for the cap's next period, raise it, or take x out of SOURCES"
BUY = "; buy credits, or take x out of SOURCES"
REPLACE = "; replace X_BEARER_TOKEN"
ACCESS = "; give its app access and credits, or take x out of SOURCES"
REFUSALS = [
    (401, problem("Unauthorized", "Unauthorized", status=401), f" (Unauthorized){REPLACE}"),
    (402, CREDITS, f" (No credits){BUY}"),
    (402, "", BUY),
    (
        403,
        problem("Client Forbidden", "Enroll", f"{PROBLEMS}client-forbidden", reason="x"),
        f" (Enroll){ACCESS}",
    ),
    (429, CAPPED, f" (Usage cap exceeded){WAIT}"),
    (403, CAPPED, f" (Usage cap exceeded){WAIT}"),
    (429, '{"title": "UsageCapExceeded"}', f" (UsageCapExceeded){WAIT}"),
    (429, json.dumps({"type": f"{PROBLEMS}usage-capped"}), WAIT),
    (503, CAPPED, f" (Usage cap exceeded){WAIT}"),
    (406, "<html>no</html>", ""),
    (410, "<html>gone</html>", ""),
    (401, "", REPLACE),
    (403, "[]", ACCESS),
    (403, '{"errors": [7, {"message": 7}], "detail": ["x"], "title": " "}', ACCESS),
    (403, '{"errors": {"message": "x"}, "title": "Forbidden"}', f" (Forbidden){ACCESS}"),
    (400, json.dumps({"detail": "x" * 1000}), f" ({'x' * 200})"),
    (400, json.dumps({"errors": [{"parameters": ["query"], "message": "no"}]}), " (no)"),
]


@pytest.mark.parametrize(("status", "body", "said"), REFUSALS)
def test_a_refusal_is_not_asked_again(clock: Clock, status: int, body: str, said: str) -> None:
    with serving_only(answers(status, body, headers={"x-rate-limit-reset": "1"})) as server:
        found = told(server, clock)
    assert found.reason == f"X: answered {status}{said}"
    assert found.pages == []
    assert len(server.calls) == 1
    assert clock.pauses == []


@pytest.mark.parametrize(("status", "body", "said"), REFUSALS)
def test_what_was_read_before_a_refusal_stands(
    clock: Clock, status: int, body: str, said: str
) -> None:
    with serving(None, answers(status, body), page_size=10) as server:
        found = told(server, clock)
    assert found.reason == f"X: answered {status}{said}"
    assert found.ids == IDS[:10]
    assert [(each.entries, str(each.cost)) for each in found.pages] == [(10, "0.050")]
    assert (len(server.calls), clock.pauses) == (2, [])


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
            answers(200, page(*[post(id=None)] * 10)),
            "answered a page of which no post can be read",
        ),
        (hangs_up, "cannot be reached, or closed the connection"),
        (breaks_off, "the answer broke off (ProtocolError)"),
    ],
)
def test_what_is_no_page_is_asked_for_again(clock: Clock, fault: Fault, said: str) -> None:
    with serving(fault) as server:
        assert read_ids(server, clock) == IDS
    assert (len(server.calls), clock.pauses) == (5, [2.0])
    clock.pauses.clear()
    with serving_only(fault) as server:
        reason = failure(server, clock)
    assert reason.startswith(f"X: {said}")
    assert reason.endswith(" (asked 4 times)")
    assert clock.pauses == [2.0, 4.0, 8.0]


def test_bytes_that_are_no_text_are_asked_for_again(clock: Clock) -> None:
    def not_utf_8(right: Any) -> Any:
        right.set_data(right.get_data().replace(b"See", b"S\xff\xfe"))
        return right

    with serving(not_utf_8) as server:
        assert read_ids(server, clock) == IDS
    assert len(server.calls) == 5


def test_an_answer_of_fifty_megabytes_is_not_taken(clock: Clock) -> None:
    huge = answers(200, '{"data": [' + " " * 50_000_000 + '], "meta": {}}')
    with serving_only(huge) as server:
        said = failure(server, clock)
    assert said == "X: the answer is longer than 16,777,216 bytes (asked 4 times)"


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
    assert paths(server) == [RECENT] * 4
    assert clock.pauses == [15.0] * 3

    clock.pauses.clear()
    too_early = json.dumps({"errors": [{"parameters": {"end_time": []}, "message": "early"}]})
    with serving(answers(400, too_early), now=SPAN.end + timedelta(minutes=1)) as server:
        assert read_ids(server, clock) == IDS
    assert clock.pauses == [15.0]


# Secrets


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 410, 429, 503])
@pytest.mark.parametrize("parameter", ["query", "start_time", "end_time", "other"])
def test_what_x_says_of_the_token_is_not_passed_on(
    clock: Clock, log: Log, status: int, parameter: str
) -> None:
    message = f"Bearer {TOKEN} is{' ' * 3}" + "x" * 155 + TOKEN
    body = json.dumps({"errors": [{"parameters": {parameter: []}, "message": message}]})
    with serving_only(answers(status, body)) as server:
        said = failure(server, clock)
    assert "(Bearer *** is " in said
    assert TOKEN[:8] not in said
    assert TOKEN[:8] not in log.text()


def test_the_token_is_in_no_log_record_and_no_message(clock: Clock, log: Log) -> None:
    faults = [answers(401), answers(503), hangs_up, html_page, answers(404), answers(200, TOKEN)]
    said = []
    for fault in faults:
        with serving_only(fault) as server, pytest.raises(Exception, match="X: ") as caught:
            list(source(server, clock).pages(LISTING_DATE, SPAN))
        said.append(f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}")
    with serving(page_size=10) as server:
        read(server, clock)
    assert len(log.records) > 20
    assert TOKEN not in "".join(said)
    assert TOKEN not in log.text()
