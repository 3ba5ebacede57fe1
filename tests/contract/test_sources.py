"""What every source of papers and of posts does: those in memory, arXiv and X."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from hotpapers.adapters.arxiv import Arxiv
from hotpapers.adapters.x import X
from hotpapers.domain.calendar import Window
from hotpapers.errors import UpstreamError
from hotpapers.ports import PaperSource, PostSource
from local.upstreams.faults import Faults, answers
from local.upstreams.server import UpstreamServer
from tests.builders import make_paper, make_post
from tests.fakes import Clock, MemoryPapers, MemoryPosts
from tests.records import dataset, paper, post

START = datetime(2020, 9, 16, 18, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WINDOW = Window(START, START + timedelta(days=1))
MOMENTS = {
    "1": START - SECOND,
    "2": START,
    "3": WINDOW.end - SECOND,
    "4": WINDOW.end,
}
"""When papers are submitted and posts are made, by their numbers."""

Papers = Callable[[dict[str, datetime]], AbstractContextManager[PaperSource]]
Posts = Callable[[dict[str, datetime]], AbstractContextManager[PostSource]]


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture(params=["memory", "arXiv"])
def papers(request: pytest.FixtureRequest, clock: Clock) -> Papers:
    @contextmanager
    def in_memory(moments: dict[str, datetime]) -> Iterator[PaperSource]:
        yield MemoryPapers(
            make_paper(f"2009.0000{number}", submitted_at=moment)
            for number, moment in moments.items()
        )

    @contextmanager
    def at_arxiv(moments: dict[str, datetime]) -> Iterator[PaperSource]:
        records = [
            paper(f"2009.0000{number}", published=stamp(moment))
            for number, moment in moments.items()
        ]
        with UpstreamServer(dataset(tuple(records)), page_size=2) as server:
            yield Arxiv(server.url, ["cs.*"], "", 3.0, clock.time)

    return in_memory if request.param == "memory" else at_arxiv


@pytest.fixture(params=["memory", "X"])
def posts(request: pytest.FixtureRequest, clock: Clock) -> Posts:
    @contextmanager
    def in_memory(moments: dict[str, datetime]) -> Iterator[PostSource]:
        yield MemoryPosts(
            [
                *(make_post(number, created_at=moment) for number, moment in moments.items()),
                make_post("9", created_at=START, papers=()),
            ]
        )

    @contextmanager
    def at_x(moments: dict[str, datetime]) -> Iterator[PostSource]:
        records = [post(number, created_at=stamp(each)) for number, each in moments.items()]
        records.append(post("9", "no paper", created_at=stamp(START)))
        with UpstreamServer(dataset(posts=tuple(records)), page_size=2) as server:
            yield X(server.url, "secret", "", clock.time)

    return in_memory if request.param == "memory" else at_x


def test_papers_of_the_window_come_once_each(papers: Papers) -> None:
    with papers(MOMENTS) as source:
        found = source.papers_submitted(WINDOW)
    assert [each.id for each in found] == ["2009.00002", "2009.00003"]
    assert [each.submitted_at for each in found] == [START, WINDOW.end - SECOND]


def test_a_window_without_papers_is_empty(papers: Papers) -> None:
    with papers({}) as source:
        assert list(source.papers_submitted(WINDOW)) == []


def test_posts_of_the_span_that_are_about_papers_come(posts: Posts) -> None:
    with posts(MOMENTS) as source:
        found = source.posts_about_papers(WINDOW)
    assert sorted((each.id, each.created_at) for each in found) == [
        ("2", START),
        ("3", WINDOW.end - SECOND),
    ]
    assert all(each.papers for each in found)


def test_a_span_without_posts_is_empty(posts: Posts) -> None:
    with posts({}) as source:
        assert list(source.posts_about_papers(WINDOW)) == []


REFUSAL = UpstreamError("x", "answered 403")


@pytest.fixture
def refusing() -> Iterator[str]:
    """Where both upstreams refuse to answer."""
    faults = Faults(arxiv=[answers(403)], x=[answers(403)])
    with UpstreamServer(dataset(), faults=faults) as server:
        yield server.url


def test_papers_that_cannot_be_had_are_reported(refusing: str) -> None:
    sources: list[PaperSource] = [
        MemoryPapers(error=REFUSAL),
        Arxiv(refusing, ["cs.*"], "", 0.0),
    ]
    for source in sources:
        with pytest.raises(UpstreamError, match="answered 403"):
            source.papers_submitted(WINDOW)


def test_posts_that_cannot_be_had_are_reported(refusing: str) -> None:
    sources: list[PostSource] = [MemoryPosts(error=REFUSAL), X(refusing, "secret", "")]
    for source in sources:
        with pytest.raises(UpstreamError, match="answered 403"):
            source.posts_about_papers(WINDOW)
