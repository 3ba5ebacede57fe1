"""Asking upstreams that together have an allowance of time."""

import pytest

from hotpapers.adapters.http import Allowance, Limits, Patience, Terms, Upstream
from hotpapers.adapters.pace import Time
from local.upstreams.faults import answers, drips, stalls
from tests.fakes import Clock
from tests.oracle import RIGHT, RawServer, ask, failure, redirects, serving, serving_only, upstream


def allowance(clock: Clock, seconds: float) -> Allowance:
    return Allowance(Terms(seconds=seconds, clock=clock.time))


def test_what_is_left_is_counted_from_the_beginning(clock: Clock) -> None:
    allowed = allowance(clock, 100.0)
    clock.pass_by(30.0)
    assert (allowed.seconds, allowed.left()) == (100.0, 70.0)
    clock.pass_by(80.0)
    assert allowed.left() == -10.0
    allowed.begin()
    assert allowed.left() == 100.0


def test_once_it_is_used_up_nothing_is_asked(clock: Clock) -> None:
    allowed = allowance(clock, 100.0)
    with serving(RIGHT, RIGHT, RIGHT) as server:
        asked = upstream(server.url, clock, allowance=allowed)
        clock.pass_by(99.0)
        assert ask(asked) == "right"
        clock.pass_by(1.0)
        assert failure(asked) == "Oracle: is not done after 100 s"
        assert len(server.calls) == 1
        allowed.begin()
        assert ask(asked) == "right"


def test_upstreams_can_share_it(clock: Clock) -> None:
    allowed = allowance(clock, 100.0)
    with serving(answers(429, retry_after=60), RIGHT, answers(429, retry_after=60)) as server:
        asked = [upstream(server.url, clock, allowance=allowed) for _ in range(2)]
        assert ask(asked[0]) == "right"
        assert failure(asked[1]) == ("Oracle: answered 429 (asked once; again only after 60 s)")
    assert clock.pauses == [60.0]


@pytest.mark.parametrize(("seconds", "pauses"), [(7.0, [1.0, 2.0]), (7.1, [1.0, 2.0, 4.0])])
def test_a_pause_that_would_use_it_up_is_not_made(
    clock: Clock, seconds: float, pauses: list[float]
) -> None:
    with serving_only(answers(503)) as server:
        said = failure(upstream(server.url, clock, allowance=allowance(clock, seconds)))
    assert said == f"Oracle: answered 503 (asked {len(pauses) + 1} times)"
    assert clock.pauses == pauses


@pytest.mark.parametrize(("seconds", "answered"), [(9.0, 3), (9.1, 4)])
def test_a_distance_that_would_use_it_up_is_not_kept(
    clock: Clock, seconds: float, answered: int
) -> None:
    with serving_only(RIGHT) as server:
        allowed = allowance(clock, seconds)
        asked = upstream(server.url, clock, distance=3.0, allowance=allowed)
        assert [ask(asked) for _ in range(answered)] == ["right"] * answered
        assert failure(asked) == f"Oracle: is not done after {seconds:g} s"
        assert len(server.calls) == answered
    assert clock.pauses == [3.0] * (answered - 1)


def test_redirects_use_it_up_too(clock: Clock) -> None:
    with serving_only(redirects("/api/query")) as server:
        asked = upstream(server.url, clock, distance=3.0, allowance=allowance(clock, 5.0))
        assert failure(asked) == "Oracle: is not done after 5 s"
    assert (len(server.calls), clock.pauses) == (2, [3.0])


def ticking(clock: Clock) -> Time:
    """The clock, with ten seconds gone whenever somebody looks."""

    def look() -> float:
        clock.pass_by(10.0)
        return clock.time.monotonic()

    return Time(sleep=clock.sleep, monotonic=look, now=clock.now)


def test_an_answer_that_drips_is_not_waited_for_longer(clock: Clock) -> None:
    body = answers(200, "right" * 10)
    with serving_only(lambda right: drips(0.001, pieces=50)(body(right))) as server:
        time = ticking(clock)
        allowed = Allowance(Terms(seconds=60.0, clock=time))
        asked = Upstream("Oracle", server.url, {}, clock=time, allowance=allowed)
        assert failure(asked) == "Oracle: is not done after 60 s"
    assert len(server.calls) == 1


# By the real clock


@pytest.mark.thorough
@pytest.mark.parametrize(
    "chunks", [[b"HTTP/1.1 200 OK\r\n", *[b"Name: x\r\n"] * 400], [b"HTTP/1.1 ", *[b" "] * 400]]
)
def test_headers_that_drip_are_not_waited_for_longer(chunks: list[bytes]) -> None:
    allowed = Allowance(Terms(seconds=0.3))
    with RawServer(*chunks, pause=0.025) as server:
        asked = Upstream("Oracle", server.origin, {}, allowance=allowed)
        assert failure(asked) == "Oracle: is not done after 0.3 s"
    assert len(server.asked) == 1


def test_silence_is_not_waited_for_longer() -> None:
    allowed = Allowance(Terms(seconds=0.3))
    with serving_only(stalls(1.0)) as server:
        asked = Upstream(
            "Oracle",
            server.url,
            {},
            patience=Patience(attempts=9, first_pause=0.01),
            limits=Limits(silence_seconds=30.0),
            allowance=allowed,
        )
        assert failure(asked) == "Oracle: is not done after 0.3 s"
    assert len(server.calls) == 1
