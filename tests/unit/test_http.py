"""Asking an upstream: what is sent, what is asked again, and when."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.adapters.http import Answer, Patience, Question, user_agent
from hotpapers.errors import UnsettledError
from local.upstreams.faults import answers, breaks_off, hangs_up
from tests.fakes import Clock, Log
from tests.oracle import (
    PATH,
    RIGHT,
    ask,
    failure,
    redirects,
    serving,
    serving_only,
    upstream,
)
from tests.upstream import ScriptedServer

# What is sent


def test_the_question_and_the_headers_arrive_as_given(clock: Clock) -> None:
    with serving(RIGHT) as server:
        assert ask(upstream(server.url, clock), query="a b&c=d", x="[é]") == "right"
    [call] = server.calls
    assert (call.method, call.path) == ("GET", PATH)
    assert call.query == {"query": "a b&c=d", "x": "[é]"}
    assert call.headers["Authorization"] == "Bearer secret"
    assert call.headers["User-Agent"] == (
        "hotpapers/1.0 (a daily digest of arXiv listings; contact: me@example.org)"
    )


def post(url: str, clock: Clock, question: Question) -> str:
    """The text of the answer to a question, whatever its status."""
    return upstream(url, clock).ask(question, lambda answer: answer.body.decode())


def test_a_form_is_posted(clock: Clock) -> None:
    form = {"grant_type": "client_credentials", "a b": "é&=+"}
    with ScriptedServer({"/token": [answers(200, "right")]}) as server:
        assert post(server.url, clock, Question("/token", {"x": "1"}, form=form)) == "right"
    [call] = server.calls
    assert (call.method, call.query, call.form, call.json) == ("POST", {"x": "1"}, form, None)
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert call.headers["Authorization"] == "Bearer secret"


def test_json_is_posted(clock: Clock) -> None:
    document = {"identifier": "ada.example", "password": 'a"é\\'}
    with ScriptedServer({"/session": [answers(200, "right")]}) as server:
        assert post(server.url, clock, Question("/session", json=document)) == "right"
    [call] = server.calls
    assert (call.method, call.query, call.form, call.json) == ("POST", {}, {}, document)
    assert call.headers["Content-Type"] == "application/json"


def test_nothing_can_be_posted(clock: Clock) -> None:
    with ScriptedServer({"/refresh": [answers(200, "right")]}) as server:
        assert post(server.url, clock, Question("/refresh", form={})) == "right"
    [call] = server.calls
    assert (call.method, call.form, call.json) == ("POST", {}, None)
    assert call.headers["Content-Length"] == "0"
    assert "Content-Type" not in call.headers


def test_a_post_is_asked_again_whole(clock: Clock) -> None:
    with ScriptedServer({"/": [answers(503), answers(200, "right")]}) as server:
        asked = upstream(server.url, clock)

        def read(answer: Answer) -> str:
            asked.require_success(answer)
            return answer.body.decode()

        assert asked.ask(Question("/", form={"a": "b"}), read) == "right"
    assert [call.form for call in server.calls] == [{"a": "b"}] * 2


def test_a_question_may_have_headers_of_its_own(clock: Clock) -> None:
    with ScriptedServer({"/": [answers(200, "right")] * 2}) as server:
        asked = upstream(server.url, clock)
        for question in (Question("/", headers={"Authorization": "Basic eA=="}), Question("/")):
            asked.ask(question, lambda answer: answer.body)
    assert [call.headers["Authorization"] for call in server.calls] == [
        "Basic eA==",
        "Bearer secret",
    ]
    assert {call.headers["User-Agent"] for call in server.calls} == {user_agent("me@example.org")}


def test_without_a_contact_the_user_agent_names_none() -> None:
    assert user_agent("") == "hotpapers/1.0 (a daily digest of arXiv listings)"


def test_a_netrc_file_does_not_replace_the_token(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(RIGHT) as server:
        ask(upstream(server.url, clock))
    assert server.calls[0].headers["Authorization"] == "Bearer secret"


# What is asked again

PASSING = [408, 425, 429, 500, 502, 503, 504, 520, 522, 529]
FINAL = [201, 202, 204, 206, 300, 304, 400, 401, 402, 403, 404, 405, 406, 410, 418, 451]


@pytest.mark.parametrize("status", PASSING)
def test_what_may_pass_is_asked_again_after_growing_pauses(
    clock: Clock, log: Log, status: int
) -> None:
    with serving_only(answers(status, "wait")) as server:
        said = failure(upstream(server.url, clock))
    assert said == f"Oracle: answered {status} (wait) (asked 5 times)"
    assert len(server.calls) == 5
    assert clock.pauses == [1.0, 2.0, 4.0, 8.0]
    assert log.of("upstream is asked again") == [
        {
            "upstream": "Oracle",
            "reason": f"Oracle: answered {status} (wait)",
            "attempt": attempt,
            "pause_seconds": pause,
        }
        for attempt, pause in enumerate(clock.pauses, start=1)
    ]


@pytest.mark.parametrize("status", FINAL)
def test_what_will_not_pass_is_asked_once(clock: Clock, status: int) -> None:
    with serving_only(answers(status, "no")) as server:
        said = failure(upstream(server.url, clock))
    detail = "" if status in (204, 304) else " (no)"
    assert said == f"Oracle: answered {status}{detail}"
    assert len(server.calls) == 1
    assert clock.pauses == []


def test_an_answer_after_failures_is_taken(clock: Clock) -> None:
    faults = (hangs_up, answers(503), breaks_off, answers(429, retry_after=7), RIGHT)
    with serving(*faults) as server:
        assert ask(upstream(server.url, clock)) == "right"
    assert len(server.calls) == 5
    assert clock.pauses == [1.0, 2.0, 4.0, 7.0]


def test_patience_is_an_argument(clock: Clock) -> None:
    patience = Patience(attempts=2, first_pause=5.0)
    with serving_only(answers(503)) as server:
        said = failure(upstream(server.url, clock, patience=patience))
    assert (said, clock.pauses) == ("Oracle: answered 503 (asked 2 times)", [5.0])


def test_an_error_of_our_own_is_not_asked_again(clock: Clock) -> None:
    def read(_answer: Answer) -> None:
        raise ZeroDivisionError

    with serving_only(RIGHT) as server, pytest.raises(ZeroDivisionError):
        upstream(server.url, clock).get(PATH, {}, read)
    assert len(server.calls) == 1


# For how long

AT = "Sun, 20 Sep 2020 13:14:13 GMT"
"""Thirty seconds after the test's clock begins."""
RESET = str(int(datetime(2020, 9, 20, 13, 14, 13, tzinfo=UTC).timestamp()))


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": " 30 "}, 30.0),
        ({"Retry-After": AT}, 30.0),
        ({"Retry-After": AT.replace("GMT", "-0000")}, 30.0),
        ({"Retry-After": "Sun, 20 Sep 2020 15:14:13 +0200"}, 30.0),
        ({"x-rate-limit-reset": RESET}, 30.0),
        ({"Retry-After": "40", "x-rate-limit-reset": RESET}, 40.0),
        ({"Retry-After": "soon", "x-rate-limit-reset": RESET}, 30.0),
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": RESET}, 30.0),
        # Bluesky's, Reddit's and Mastodon's.
        ({"RateLimit-Reset": RESET}, 30.0),
        ({"X-Ratelimit-Reset": "30"}, 30.0),
        ({"X-Ratelimit-Reset": "30.0"}, 30.0),
        ({"X-RateLimit-Reset": "2020-09-20T13:14:13Z"}, 30.0),
        ({"X-RateLimit-Reset": "2020-09-20T13:14:13.500000Z"}, 30.5),
        ({"X-RateLimit-Reset": "2020-09-20T15:14:13.000+02:00"}, 30.0),
        ({"X-RateLimit-Reset": "2020-09-20T13:14:13"}, 30.0),
        ({"x-rate-limit-reset": "never", "X-RateLimit-Reset": "40"}, 40.0),
        # A time that is over: the first pause is kept all the same.
        ({"Retry-After": "0"}, 1.0),
        ({"Retry-After": "Sun, 20 Sep 2020 13:00:00 GMT"}, 1.0),
        ({"x-rate-limit-reset": "0"}, 1.0),
        # Nothing that can be understood.
        ({"Retry-After": ""}, 1.0),
        ({"Retry-After": "-5"}, 1.0),
        ({"Retry-After": "٣٠"}, 1.0),
        ({"Retry-After": "Sun, 99 Sep 2020 13:14:13 GMT"}, 1.0),
        ({"Retry-After": "Sun, 20 Sep 99999999999999999999 13:14:13 GMT"}, 1.0),
        ({"X-RateLimit-Reset": "2020-09-20T25:14:13Z"}, 1.0),
        ({"X-RateLimit-Reset": "30 s"}, 1.0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "300"}, 1.0),
        ({"x-rate-limit-reset": "never"}, 1.0),
    ],
)
def test_the_time_that_the_service_names_is_kept(
    clock: Clock, headers: dict[str, str], pause: float
) -> None:
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    with serving(answers(429, headers=encoded), RIGHT) as server:
        assert ask(upstream(server.url, clock)) == "right"
    assert clock.pauses == [pause]


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (503, {"Retry-After": "121"}, 121),
        (503, {"Retry-After": "9" * 40}, 10**15 - int(RESET) + 29),
        (503, {"Retry-After": "Sun, 20 Sep 2020 13:28:43 GMT"}, 900),
        (429, {"x-rate-limit-reset": str(int(RESET) + 870)}, 900),
        (429, {"x-ratelimit-reset": "599.0"}, 599),
        (429, {"ratelimit-reset": "99999999999"}, 99999999999 - int(RESET) + 30),
    ],
)
def test_a_service_that_wants_to_be_left_alone_for_long_is_left_alone(
    clock: Clock, status: int, headers: dict[str, str], seconds: int
) -> None:
    with serving_only(answers(status, headers=headers)) as server:
        said = failure(upstream(server.url, clock))
    assert said == (f"Oracle: answered {status} (asked once; again only after {seconds} s)")
    assert len(server.calls) == 1
    assert clock.pauses == []


@pytest.mark.parametrize("name", ["x-rate-limit-reset", "ratelimit-reset", "x-ratelimit-reset"])
def test_the_end_of_a_window_means_nothing_while_it_is_not_used_up(clock: Clock, name: str) -> None:
    # These stand in every answer, whatever is wrong.
    with serving(answers(503, headers={name: str(int(RESET) + 870)}), RIGHT) as server:
        assert ask(upstream(server.url, clock)) == "right"
    assert clock.pauses == [1.0]


stated = st.one_of(
    st.text(max_size=40),
    st.text("0123456789:-+.TZW ,GMTSunep", max_size=40),
    st.datetimes().map(datetime.isoformat),
    st.floats().map(str),
)


@settings(deadline=None)
@given(stated, st.sampled_from(["retry-after", "x-ratelimit-reset"]))
def test_whatever_a_service_states_there_is_a_time_to_wait(text: str, name: str) -> None:
    asked = upstream("http://127.0.0.1", Clock())
    with pytest.raises(UnsettledError) as caught:
        asked.require_success(Answer(429, {name: text}, b""))
    assert caught.value.retry_after is None or caught.value.retry_after >= 0


def test_a_date_is_measured_by_the_clock_of_the_moment(clock: Clock) -> None:
    fault = answers(503, retry_after=AT)
    with serving(fault, fault, RIGHT) as server:
        assert ask(upstream(server.url, clock)) == "right"
    # The second time the date is past; so only the first pause is kept.
    assert clock.pauses == [30.0, 1.0]


# Distance


def test_requests_keep_their_distance(clock: Clock) -> None:
    with serving(RIGHT, RIGHT, RIGHT) as server:
        asked = upstream(server.url, clock, distance=3.0)
        ask(asked)
        clock.pass_by(2.0)
        ask(asked)
        clock.pass_by(3.0)
        ask(asked)
    assert clock.pauses == [1.0]


def test_retries_keep_their_distance(clock: Clock) -> None:
    patience = Patience(first_pause=1.0)
    with serving(answers(503), answers(503), answers(503), RIGHT) as server:
        ask(upstream(server.url, clock, distance=3.0, patience=patience))
    # Pauses of 1, 2 and 4 seconds: what the first two lack is added.
    assert clock.pauses == [1.0, 2.0, 2.0, 1.0, 4.0]


def test_pauses_are_no_shorter_than_the_distance(clock: Clock) -> None:
    with serving(answers(503), answers(503, retry_after=0), RIGHT) as server:
        ask(upstream(server.url, clock, distance=3.0))
    assert clock.pauses == [3.0, 3.0]


def test_redirects_keep_their_distance(clock: Clock) -> None:
    with serving(redirects(PATH), redirects(PATH), RIGHT) as server:
        ask(upstream(server.url, clock, distance=3.0))
    assert clock.pauses == [3.0, 3.0]


def test_the_distance_is_kept_after_a_request_that_failed(clock: Clock) -> None:
    with serving(answers(404), hangs_up, RIGHT) as server:
        asked = upstream(server.url, clock, distance=3.0, patience=Patience(attempts=1))
        failure(asked)
        failure(asked)
        ask(asked)
    assert clock.pauses == [3.0, 3.0]
