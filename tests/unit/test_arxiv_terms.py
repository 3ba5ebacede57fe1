"""On what terms arXiv is asked: one question at a time, for all of its services, for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from hotpapers.adapters.arxiv import ALLOWED_SECONDS, Arxiv, ArxivOrigins
from hotpapers.adapters.http import Upstream
from hotpapers.adapters.pace import NoTurnError
from hotpapers.errors import UpstreamError
from local.upstreams.faults import Faults, answers
from local.upstreams.server import UpstreamServer
from tests.fakes import Clock
from tests.records import WINDOW, dataset, paper

FRIDAY = date(2020, 9, 18)


class CountingPace:
    """A pace that gives every turn at once, `left` of them, and knows of how long each may wait."""

    def __init__(self, left: int = 100) -> None:
        self.waits: list[float] = []
        self._left = left

    @contextmanager
    def turn(self, longest_wait: float) -> Iterator[None]:
        self.waits.append(longest_wait)
        if len(self.waits) > self._left:
            raise NoTurnError
        yield


def arxiv(server: UpstreamServer, clock: Clock, pace: CountingPace | None = None) -> Arxiv:
    origins = ArxivOrigins(server.url, server.url, server.url)
    return Arxiv(origins, ["cs.*"], "", 3.0, clock.time, pace)


def ask_all(source: Arxiv) -> None:
    source.feed()
    source.notice()
    source.announcement(FRIDAY)
    source.papers_submitted(WINDOW)
    source.papers_named([])


PAPERS = dataset((paper(),))


def test_all_services_share_a_pace_of_their_own(clock: Clock) -> None:
    with UpstreamServer(PAPERS) as server:
        ask_all(arxiv(server, clock))
    assert [call.path for call in server.calls] == [
        "/rss/cs",
        "/list/cs/new",
        "/catchup/cs/2020-09-18",
        "/api/query",
    ]
    assert clock.pauses == [3.0] * 3


def test_a_given_pace_is_asked_before_every_question(clock: Clock) -> None:
    pace = CountingPace()
    with UpstreamServer(PAPERS) as server:
        source = arxiv(server, clock, pace)
        clock.pass_by(20.0)
        ask_all(source)
    assert pace.waits == [ALLOWED_SECONDS - 20.0] * 4
    assert clock.pauses == []


def test_without_a_turn_arxiv_is_not_asked(clock: Clock) -> None:
    with UpstreamServer(PAPERS) as server:
        source = arxiv(server, clock, CountingPace(left=1))
        source.feed()
        with pytest.raises(UpstreamError) as caught:
            source.notice()
    assert str(caught.value) == "arXiv's pages: is not done after 420 s"
    assert len(server.calls) == 1


def test_a_pace_can_refuse_where_there_is_no_allowance() -> None:
    patient = Upstream("arXiv", "http://127.0.0.1", {}, pace=CountingPace(left=0))
    with pytest.raises(UpstreamError, match="arXiv: may not be asked for now"):
        patient.get("/", {}, lambda answer: answer)


def test_connections_are_not_kept_open(clock: Clock) -> None:
    with UpstreamServer(PAPERS) as server:
        ask_all(arxiv(server, clock))
    assert {call.headers["Connection"] for call in server.calls} == {"close"}


def test_all_services_share_an_allowance(clock: Clock) -> None:
    with UpstreamServer(PAPERS) as server:
        source = arxiv(server, clock)
        source.feed()
        clock.pass_by(ALLOWED_SECONDS)
        for question in (source.feed, source.notice, lambda: source.papers_submitted(WINDOW)):
            with pytest.raises(UpstreamError, match="is not done after 420 s"):
                question()
    assert len(server.calls) == 1


def test_what_can_be_done_without_leaves_time_for_the_rest(clock: Clock) -> None:
    busy = [answers(503, retry_after=30)] * 3
    with UpstreamServer(PAPERS, faults=Faults(arxiv_rss=busy, arxiv_web=busy)) as server:
        source = arxiv(server, clock)
        for question in (source.feed, lambda: source.announcement(FRIDAY)):
            with pytest.raises(UpstreamError, match=r"answered 503 .*asked 3 times"):
                question()
        assert [each.id for each in source.papers_submitted(WINDOW)] == ["2009.00001"]
    assert sum(clock.pauses) < ALLOWED_SECONDS / 2


def test_a_longer_pause_than_there_is_time_for_ends_the_questions(clock: Clock) -> None:
    away = [answers(503, retry_after=31)]
    message = "asked once; again only after 31 s"
    with (
        UpstreamServer(PAPERS, faults=Faults(arxiv_rss=away)) as server,
        pytest.raises(UpstreamError, match=message),
    ):
        arxiv(server, clock).feed()
    assert clock.pauses == []
