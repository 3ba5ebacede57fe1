"""Bluesky's sessions: opened once, kept, renewed, and never told of."""

from datetime import timedelta
from itertools import repeat
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from hotpapers.errors import UpstreamError
from local.upstreams.faults import answers, breaks_off, hangs_up, html_page
from tests.bluesky import (
    DAY,
    EXPIRED,
    NOTHING,
    OPEN,
    PASSWORD,
    RENEW,
    SEARCH,
    error,
    page,
    post,
    searches,
    serving,
    session,
    source,
    told,
)
from tests.fakes import Clock, Log
from tests.upstream import (
    LISTING_DATE,
    Reply,
    json_answer,
    tell,
)

pytestmark = pytest.mark.usefixtures("no_collection")


def test_a_session_is_opened_with_the_password_and_asked_within(clock: Clock) -> None:
    with serving(page(post())) as server:
        assert told(server, clock).reason == ""
    first, *others = server.calls
    assert (first.method, first.path) == ("POST", OPEN)
    assert first.json == {"identifier": "me.example.org", "password": PASSWORD}
    assert "Authorization" not in first.headers
    assert [(call.method, call.headers["Authorization"]) for call in others] == [
        ("GET", "Bearer access.1")
    ] * 3
    assert {call.headers["User-Agent"] for call in server.calls} == {
        "hotpapers/1.0 (a daily digest of arXiv listings; contact: me@example.org)"
    }
    assert {call.headers["Accept"] for call in server.calls} == {"application/json"}


def test_the_session_outlives_the_run(clock: Clock) -> None:
    with serving(then=page(post())) as server:
        kept = source(server, clock)
        for _ in range(3):
            assert tell(kept, LISTING_DATE, DAY).reason == ""
    assert server.paths == [OPEN, *[SEARCH] * 9]


# A session that is over


def test_an_expired_session_is_renewed(clock: Clock) -> None:
    with serving(page(post("a"), cursor="1"), EXPIRED, page(post("b")), renewed=[session(7)]) as it:
        found = told(it, clock)
    assert ([each[-1] for each in found.ids], found.reason) == (["a", "b"], "")
    assert it.paths == [OPEN, SEARCH, SEARCH, RENEW, SEARCH, SEARCH, SEARCH]
    tokens = [call.headers.get("Authorization") for call in it.calls]
    old, new = "Bearer access.1", "Bearer access.7"
    assert tokens == [None, old, old, "Bearer refresh.1", new, new, new]
    assert [query.get("cursor") for query in searches(it)] == [None, "1", "1", None, None]
    renewal = it.calls[3]
    assert (renewal.method, renewal.json, renewal.form) == ("POST", None, {})
    assert renewal.headers.get("Content-Length") == "0"


@pytest.mark.parametrize(
    "over",
    [
        EXPIRED,
        error(400, "InvalidToken", "Token could not be verified"),
        error(400, "AuthMissing", "Authentication Required"),
        error(401, "AuthenticationRequired", "Authentication Required"),
        answers(401, "<html>"),
    ],
)
def test_a_session_that_cannot_be_renewed_is_opened_anew(
    clock: Clock, log: Log, over: Reply
) -> None:
    revoked = error(400, "ExpiredToken", "Token has been revoked")
    with serving(over, page(post("a")), renewed=[revoked]) as server:
        found = told(server, clock)
    assert (len(found.posts), found.reason) == (1, "")
    assert server.paths == [OPEN, SEARCH, RENEW, OPEN, SEARCH, SEARCH, SEARCH]
    assert [call.headers["Authorization"] for call in server.calls[4:]] == ["Bearer access.2"] * 3
    [entry] = log.of("session is not renewed")
    assert str(entry["reason"]).startswith("answered 400 (Token has been revoked)")


ENDED = (
    "Bluesky: ends its sessions at once: answered 400 (Token has expired); "
    "a new app password as BLUESKY_APP_PASSWORD may help"
)


def test_a_session_is_renewed_three_times_in_a_run(clock: Clock) -> None:
    renewals = (session(number) for number in (7, 8, 9))
    with serving(page(post("a"), cursor="1"), then=EXPIRED, renewed=renewals) as server:
        kept = source(server, clock)
        found = tell(kept, LISTING_DATE, DAY)
        assert (len(found.posts), found.reason) == (1, ENDED)
        assert server.paths == [OPEN, SEARCH, SEARCH, *[RENEW, SEARCH] * 3]
        server.calls.clear()
        assert tell(kept, LISTING_DATE, DAY).reason == ENDED
    assert server.paths == [OPEN, SEARCH, *[RENEW, OPEN, SEARCH] * 3]


def test_renewals_are_counted_anew_in_each_run(clock: Clock) -> None:
    replies = [EXPIRED, page(post("a"), cursor="1"), EXPIRED, NOTHING, EXPIRED]
    renewals = (session(number) for number in range(11, 20))
    with serving(*replies, NOTHING, NOTHING, *replies, renewed=renewals) as server:
        kept = source(server, clock)
        assert tell(kept, LISTING_DATE, DAY).reason == ""
        assert tell(kept, LISTING_DATE, DAY).reason == ""
    assert (server.paths.count(RENEW), server.paths.count(OPEN)) == (6, 1)


def test_without_a_session_no_other_host_is_asked(clock: Clock) -> None:
    opened = [session(1), answers(403)]
    replies = [page(post("a")), answers(404), EXPIRED]
    with serving(*replies, opened=opened, renewed=[answers(403)]) as server:
        found = told(server, clock)
    assert found.reason == ("Bluesky: alphaxiv.org: answered 404; opens no session: answered 403")
    assert server.paths == [OPEN, *[SEARCH] * 3, RENEW, OPEN]


CHECK = "; check BLUESKY_HANDLE and BLUESKY_APP_PASSWORD"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            error(401, "AuthenticationRequired", "Invalid identifier or password"),
            f"answered 401 (Invalid identifier or password){CHECK}",
        ),
        (
            error(401, "AuthFactorTokenRequired", "A sign in code has been sent"),
            f"answered 401 (A sign in code has been sent){CHECK}",
        ),
        (error(400, "InvalidRequest", "Input"), f"answered 400 (Input){CHECK}"),
        (answers(403, "<html>"), "answered 403"),
        (answers(402), "answered 402"),
    ],
)
def test_a_login_that_is_refused_is_not_tried_again(clock: Clock, reply: Reply, said: str) -> None:
    with serving(opened=repeat(reply)) as server:
        found = told(server, clock)
    assert (found.pages, found.reason) == ([], f"Bluesky: opens no session: {said}")
    assert (server.paths, clock.pauses) == ([OPEN], [])


NO_SESSION = "answered no session (asked 4 times)"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answers(500), "answered 500 (asked 4 times)"),
        (answers(200), NO_SESSION),
        (html_page, NO_SESSION),
        (answers(200, "[" * 100_000), NO_SESSION),
        (json_answer([]), NO_SESSION),
        (json_answer({"accessJwt": "a"}), NO_SESSION),
        (json_answer({"accessJwt": "a", "refreshJwt": None}), NO_SESSION),
        (json_answer({"accessJwt": "", "refreshJwt": "b"}), NO_SESSION),
        (json_answer({"accessJwt": "a\r\nX-Evil: 1", "refreshJwt": "b"}), NO_SESSION),
        (json_answer({"accessJwt": "ä", "refreshJwt": "b"}), NO_SESSION),
        (json_answer({"accessJwt": "a" * 10_000, "refreshJwt": "b"}), NO_SESSION),
        (hangs_up, "cannot be reached, or closed the connection (asked 4 times)"),
    ],
)
def test_what_is_no_session_is_asked_for_four_times(clock: Clock, reply: Reply, said: str) -> None:
    with serving(opened=repeat(reply)) as server:
        found = told(server, clock)
    assert (found.pages, found.reason) == ([], f"Bluesky: opens no session: {said}")
    assert (server.paths, clock.pauses) == ([OPEN] * 4, [2.0, 4.0, 8.0])


def test_too_many_sessions_are_not_waited_out(clock: Clock) -> None:
    reset = str(int((clock.now() + timedelta(hours=5)).timestamp()))
    reply = json_answer(
        {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"},
        429,
        {"RateLimit-Reset": reset, "RateLimit-Policy": "300;w=86400"},
    )
    with serving(opened=[reply]) as server:
        found = told(server, clock)
    assert found.reason == (
        "Bluesky: opens no session: answered 429 (Rate Limit Exceeded) "
        "(asked once; again only after 18000 s)"
    )


def test_secrets_are_in_no_message_and_no_record(clock: Clock, log: Log) -> None:
    def echo(request: Request) -> Response:
        said = f"{request.headers.get('Authorization')} {request.get_data(as_text=True)}"
        return error(503, "Oops", said)(None)

    def echo_refusal(request: Request) -> Response:
        return error(401, "Oops", request.get_data(as_text=True))(None)

    def cut_off(_request: Request) -> Response:
        return Response('{"accessJwt": "access.1", "refreshJwt": "refr', 200)

    said = []
    scripts: list[dict[str, Any]] = [
        {"then": echo},
        {"opened": repeat(echo)},
        {"opened": repeat(echo_refusal)},
        {"opened": repeat(cut_off)},
        {"then": EXPIRED, "renewed": repeat(echo)},
        {"then": hangs_up},
        {"then": lambda request: breaks_off(page(post())(request))},
    ]
    for script in scripts:
        with serving(**script) as server, pytest.raises(UpstreamError) as caught:
            list(source(server, clock).pages(LISTING_DATE, DAY))
        seen: BaseException | None = caught.value
        while seen is not None:
            said.append(f"{seen!r} {seen}")
            seen = seen.__cause__ or seen.__context__
    everything = "".join(said) + log.text()
    assert "***" in everything
    for secret in (PASSWORD, "access.1", "refresh.1", "refr", "access.2"):
        assert secret not in everything.replace("refreshSession", "").replace("refreshJwt", "")
