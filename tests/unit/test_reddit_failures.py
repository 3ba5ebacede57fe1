"""Reddit: what is refused, what is asked again, and what nobody gets to see."""

from itertools import repeat
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from hotpapers.errors import UpstreamError
from local.upstreams.faults import answers, hangs_up, html_page
from tests.fakes import Clock, Log
from tests.reddit import (
    ALPHAXIV,
    ARXIV,
    BASIC,
    NOTHING,
    SEARCH,
    SECRET,
    TOKEN,
    TOKENS,
    page,
    serving,
    serving_only,
    source,
    submission,
    token,
)
from tests.upstream import LISTING_DATE, SPAN, Reply, ScriptedServer, json_answer, tell

pytestmark = pytest.mark.usefixtures("no_collection")


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            json_answer({"message": "Unauthorized", "error": 401}, 401),
            "does not know REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET (answered 401 (Unauthorized))",
        ),
        (
            answers(400, "<html>"),
            "does not know REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET (answered 400)",
        ),
        (
            json_answer({"error": "invalid_grant"}),
            "does not know REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET (answered 'invalid_grant')",
        ),
        (
            json_answer({"error": 401}),
            "does not know REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET (answered '401')",
        ),
        (
            answers(403, "<html>blocked by network security</html>"),
            "does not let us in (answered 403); it takes approved apps only, "
            "not from every network",
        ),
        (answers(402), "answered 402"),
        (answers(404), "answered 404"),
    ],
)
def test_without_a_token_nothing_is_asked(clock: Clock, reply: Reply, said: str) -> None:
    with serving(tokens=(reply,)) as server:
        told = tell(source(server, clock))
    assert (told.pages, told.reason) == ([], f"Reddit: {said}")
    assert server.paths == [TOKENS]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answers(429), "answered 429"),
        (answers(503, "<html>"), "answered 503"),
        (html_page, "answered without a token"),
        (answers(200), "answered without a token"),
        (answers(200, f'{{"access_token": "{TOKEN}", "tok'), "answered without a token"),
        (answers(200, "[" * 100_000), "answered without a token"),
        (answers(200, "[]"), "answered without a token"),
        (answers(200, "{}"), "answered without a token"),
        (token(""), "answered without a token"),
        (json_answer({"access_token": 7}), "answered without a token"),
        (token("with a\r\nline"), "answered without a token"),
        (token("ünprintable"), "answered without a token"),
        (token("x" * 8001), "answered without a token"),
        (hangs_up, "cannot be reached, or closed the connection"),
    ],
)
def test_a_token_that_does_not_come_is_asked_for_again(
    clock: Clock, log: Log, reply: Reply, said: str
) -> None:
    with serving(page(submission(1)), tokens=(reply,)) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p1"], "")
    with ScriptedServer({TOKENS: repeat(reply)}) as server:
        told = tell(source(server, clock))
    assert (told.pages, told.reason) == ([], f"Reddit: {said} (asked 4 times)")
    assert server.paths == [TOKENS] * 4
    assert TOKEN not in told.reason + log.text()


# Failures


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (json_answer({"message": "Bad Request", "error": 400}, 400), "answered 400 (Bad Request)"),
        (answers(402), "answered 402"),
        (answers(404, "<html>"), "answered 404"),
        (answers(406), "answered 406"),
    ],
)
def test_a_refusal_is_not_asked_again(clock: Clock, reply: Reply, said: str) -> None:
    with serving(page(submission(1), after="t3_p1"), reply) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p1"], f"Reddit: {said}")
    assert server.paths == [TOKENS, ARXIV, ARXIV, ALPHAXIV, SEARCH]


FORBIDDEN = json_answer({"message": "Forbidden", "error": 403}, 403)
NO_ENTRY = (
    "does not let us in (answered 403 (Forbidden)); it takes approved apps only, "
    "not from every network"
)


def test_who_is_not_let_in_does_not_try_the_other_lists(clock: Clock) -> None:
    with serving(FORBIDDEN) as server:
        told = tell(source(server, clock))
    assert (told.pages, told.reason) == ([], f"Reddit: {NO_ENTRY}")
    assert server.paths == [TOKENS, ARXIV]


NO_LIST = "answered no list of posts ("


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answers(429), "answered 429"),
        (answers(500), "answered 500"),
        (answers(503, "<html>"), "answered 503"),
        (html_page, "answered no JSON ("),
        (answers(200), "answered no JSON (nothing at all)"),
        (answers(200, '{"kind": "Listing", "da'), "answered no JSON ("),
        (answers(200, '{"data": ' * 100_000), "answered no JSON ("),
        (answers(200, "[]"), NO_LIST),
        (answers(200, "null"), NO_LIST),
        (answers(200, "{}"), NO_LIST),
        (json_answer({"message": "Too busy", "error": 503}), NO_LIST),
        (json_answer({"data": []}), NO_LIST),
        (json_answer({"data": {"children": None}}), NO_LIST),
        (json_answer({"data": {"children": {}}}), NO_LIST),
        (page(*[{}] * 10), "answered a page of which no post can be read"),
        (hangs_up, "cannot be reached, or closed the connection"),
    ],
)
def test_what_may_pass_is_asked_again(clock: Clock, reply: Reply, said: str) -> None:
    with serving(reply, page(submission(1))) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p1"], "")
    assert server.paths == [TOKENS, ARXIV, ARXIV, ALPHAXIV, SEARCH]
    assert clock.pauses == [2.0, 1.0, 1.0]
    with serving_only(reply) as server:
        told = tell(source(server, clock))
    assert told.posts == []
    assert told.reason.startswith(f"Reddit: {said}")
    assert told.reason.endswith(" (asked 4 times)")
    assert len(told.reason.splitlines()) == 1
    assert server.paths == [TOKENS] + [ARXIV] * 4 + [ALPHAXIV, SEARCH]


def test_the_end_of_the_rate_limits_window_is_waited_for(clock: Clock) -> None:
    reset = {"X-Ratelimit-Used": "100", "X-Ratelimit-Remaining": "0.0", "X-Ratelimit-Reset": "40"}
    with serving(answers(429, headers=reset)) as server:
        assert tell(source(server, clock)).reason == ""
    assert clock.pauses == [40.0, 1.0, 1.0]
    far = reset | {"X-Ratelimit-Reset": "540"}
    with serving_only(answers(429, headers=far)) as server:
        told = tell(source(server, clock))
    assert told.reason == "Reddit: answered 429 (asked once; again only after 540 s)"


def lists(arxiv: list[Reply], alphaxiv: list[Reply], search: list[Reply]) -> ScriptedServer:
    return ScriptedServer({TOKENS: [token()] * 9, ARXIV: arxiv, ALPHAXIV: alphaxiv, SEARCH: search})


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answers(400), "answered 400"),
        (FORBIDDEN, NO_ENTRY),
        (page(submission(3), after=7), "answered a list without a readable after"),
    ],
)
def test_a_list_that_fails_leaves_the_others_posts(clock: Clock, reply: Reply, said: str) -> None:
    first, last = page(submission(1)), page(submission(2))
    with lists([first], [reply], [last]) as server:
        told = tell(source(server, clock))
    assert set(told.ids) >= {"p1", "p2"}
    assert told.reason == f"Reddit: {ALPHAXIV}: {said}"
    with lists([answers(402)], [reply], [last]) as server:
        told = tell(source(server, clock))
    assert "p2" in told.ids
    assert told.reason == f"Reddit: answered 402; {ALPHAXIV}: {said}"


def test_a_list_that_there_is_not_is_empty(clock: Clock, log: Log) -> None:
    missing = [answers(404, "<html>")]
    with lists([page(submission(1))], missing, missing) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p1"], "")
    assert [page.entries for page in told.pages] == [1, 0, 0]
    assert log.of("there is no such list") == [
        {"upstream": f"Reddit {path}"} for path in (ALPHAXIV, SEARCH)
    ]
    with lists([NOTHING], [page(submission(1), after="t3_p1"), *missing], [NOTHING]) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p1"], f"Reddit: {ALPHAXIV}: answered 404")


def test_a_login_that_is_refused_on_the_way_is_the_end(clock: Clock) -> None:
    gone = json_answer({"message": "Unauthorized", "error": 401}, 401)
    with lists([page(submission(1))], [gone, gone], []) as server:
        told = tell(source(server, clock))
    assert told.ids == ["p1"]
    assert told.reason == (
        "Reddit: does not take the token that it has just given (answered 401 (Unauthorized))"
    )
    assert server.paths == [TOKENS, ARXIV, ALPHAXIV, TOKENS, ALPHAXIV]


def test_the_runs_time_is_kept_and_counted_anew_for_each(clock: Clock) -> None:
    def slow(request: Request) -> Response:
        clock.pass_by(6.0)
        return NOTHING(request)

    script = {path: repeat(slow) for path in (ARXIV, ALPHAXIV, SEARCH)}
    with ScriptedServer({TOKENS: [token()], **script}) as server:
        asked = source(server, clock, seconds=10.0)
        reasons = [tell(asked).reason, tell(asked).reason]
    assert reasons == ["Reddit: is not done after 10 s"] * 2
    assert server.paths == [TOKENS, ARXIV, ALPHAXIV, ARXIV, ALPHAXIV]


def echoes(text: str) -> list[Reply]:
    """Everything that a service can answer with this text in it, short of a good answer."""
    statuses = (400, 401, 402, 403, 404, 429, 503)
    return [
        *(json_answer({"message": text}, status) for status in statuses),
        *(json_answer({"error": text}, status) for status in (200, 400)),
        *(json_answer({"error_description": text}, status) for status in (200, 400)),
        answers(200, text),
        json_answer({"data": text}),
        page(submission(1, title=None, author=text)),
        hangs_up,
    ]


@pytest.mark.thorough
def test_the_secrets_are_in_no_log_record_and_no_message(clock: Clock, log: Log) -> None:
    scripts: list[dict[str, Any]] = [
        {TOKENS: repeat(reply)} for reply in echoes(f"{SECRET} {BASIC}")
    ]
    scripts += [
        {TOKENS: repeat(token()), ARXIV: repeat(reply)}
        for reply in echoes(f"{SECRET} {TOKEN}") + echoes(BASIC)
    ]
    told: list[str] = []
    for script in scripts:
        with ScriptedServer(script) as server, pytest.raises(UpstreamError) as caught:
            list(source(server, clock).pages(LISTING_DATE, SPAN))
        error: BaseException | None = caught.value
        while error is not None:
            told.append(f"{error!r} {error}")
            error = error.__cause__ or error.__context__
    assert len(told) > len(scripts) > 40
    assert len(log.records) > 100
    for secret in (SECRET, BASIC, TOKEN):
        assert secret not in "".join(told)
        assert secret not in log.text()
