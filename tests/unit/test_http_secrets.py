"""Asking an upstream that says our own secrets to us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpapers.adapters.http import SHORTEST_SECRET, Answer, Patience, Question
from hotpapers.errors import UpstreamError
from local.upstreams.faults import Fault, answers, hangs_up
from tests.fakes import Clock, Log
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

TOKEN = "eyJhbGciOi.a-token.x_Y~1"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (answers(403, f"no {TOKEN}, {TOKEN}!"), "Oracle: answered 403 (no ***, ***!)"),
        (
            redirects(f"http://evil.example/{TOKEN}"),
            "Oracle: redirects elsewhere, to 'http://evil.example/***'",
        ),
        (answers(503, f"wait, {TOKEN}"), "Oracle: answered 503 (wait, ***) (asked 2 times)"),
        # Of the beginning, enough to tell it is kept back as well.
        (answers(403, f"no {TOKEN[:20]}"), "Oracle: answered 403 (no ***)"),
        (answers(403, f"no {TOKEN[:8]}"), "Oracle: answered 403 (no ***)"),
        (answers(403, f"no {TOKEN[:7]}"), f"Oracle: answered 403 (no {TOKEN[:7]})"),
        (answers(403, f"no {TOKEN}{TOKEN[:12]}"), "Oracle: answered 403 (no ******)"),
    ],
)
def test_a_secret_that_is_concealed_is_not_passed_on(
    clock: Clock, log: Log, fault: Fault, said: str
) -> None:
    with serving_only(fault) as server:
        asked = upstream(server.url, clock, patience=Patience(attempts=2))
        asked.conceal(TOKEN)
        asked.conceal("")
        assert failure(asked) == said
    assert TOKEN[:8] not in log.text()


def test_a_secret_that_is_cut_short_is_not_passed_on(clock: Clock) -> None:
    target = f"http://evil.example/{'x' * 165}{TOKEN}"
    with RawServer(redirect_head(target)) as server:
        asked = upstream(server.origin, clock)
        asked.conceal(TOKEN)
        assert failure(asked).endswith("xxx***'")


def test_a_secret_of_a_header_is_concealed_without_asking(clock: Clock) -> None:
    with serving_only(answers(403, f"no secret, no {TOKEN}")) as server:
        asked = upstream(server.url, clock)
        assert failure(asked) == f"Oracle: answered 403 (no ***, no {TOKEN})"

        def refuse(answer: Answer) -> None:
            asked.require_success(answer, answer.body.decode())

        with pytest.raises(UpstreamError) as caught:
            asked.ask(Question(PATH, headers={"authorization": f"Basic {TOKEN}"}), refuse)
    assert str(caught.value) == "Oracle: answered 403 (no ***, no ***)"


@given(st.lists(st.text(min_size=SHORTEST_SECRET, max_size=30)), st.text(), st.data())
def test_nothing_of_a_secret_is_left(secrets: list[str], text: str, data: st.DataObject) -> None:
    pieces = [text, *secrets, *(each[:8] for each in secrets)]
    said = "".join(data.draw(st.lists(st.sampled_from(pieces))))
    asked = upstream("http://127.0.0.1", Clock())
    for secret in secrets:
        asked.conceal(secret)
    left = asked.concealed(said)
    assert not [secret for secret in secrets if secret[:8] in left and "*" not in secret]


def test_a_credential_of_a_few_letters_makes_no_message_unreadable(clock: Clock) -> None:
    asked = upstream("http://127.0.0.1", clock)
    asked.conceal("s")
    assert asked.concealed("answered 503") == "answered 503"


def test_the_token_is_in_no_log_record_and_no_message(clock: Clock, log: Log) -> None:
    with (
        serving(
            answers(401), answers(503), hangs_up, RIGHT, redirects("http://evil.example/")
        ) as ok,
        serving(RIGHT) as tls,
        RawServer(b"nonsense\r\n\r\n") as raw,
    ):
        origins = [ok.url, ok.url, ok.url, raw.origin, tls.url.replace("http:", "https:")]
        said = []
        for origin in origins:
            asked = upstream(origin, clock, patience=Patience(attempts=3))
            try:
                said.append(ask(asked))
            except UpstreamError as error:
                said.append(f"{error!r} {error.__cause__!r} {error.__context__!r}")
    assert len(said) == 5
    assert len(log.records) > 10
    assert "secret" not in "".join(said)
    assert "secret" not in log.text()
