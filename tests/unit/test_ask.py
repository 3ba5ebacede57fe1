"""Asking the sources side by side: what each tells, and what becomes of one that fails."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hotpapers.domain.calendar import Window
from hotpapers.domain.reading import PostPage, Reading, make_reading
from hotpapers.errors import EnoughError, UnsettledError, UpstreamError
from hotpapers.use_cases import ask as asking
from hotpapers.use_cases.ask import Inquiry, Mistake, Refusal, ask
from tests.builders import COLLECTED_AT, DAY, make_paper, make_post
from tests.fakes import Log, MemoryPosts

A, B = make_paper("2009.00001"), make_paper("2009.00002")
SPAN = Window(datetime(2020, 9, 16, 18, tzinfo=UTC), COLLECTED_AT)
INQUIRY = Inquiry(DAY, SPAN, {A.id, B.id}, seconds=30)
POSTS = tuple(make_post(str(number), papers=(A.id,)) for number in range(1, 8))


def test_every_source_answers_for_itself() -> None:
    sources = [
        MemoryPosts(POSTS, name="x", page_size=3, cost=Decimal("0.005")),
        MemoryPosts((), name="mastodon"),
        MemoryPosts((), UpstreamError("Reddit", "answered 403"), name="reddit"),
        MemoryPosts(POSTS, UnsettledError("Bluesky", "broke off"), name="bluesky", page_size=7),
        MemoryPosts(POSTS, EnoughError("Hacker News", "stopped"), name="hackernews"),
    ]

    answers = ask(sources, INQUIRY)

    whole = [PostPage(POSTS, 7, Decimal("0.035"))]
    assert answers == {
        "x": make_reading("x", COLLECTED_AT, INQUIRY.papers, whole),
        "mastodon": make_reading("mastodon", COLLECTED_AT, INQUIRY.papers, []),
        "reddit": Refusal("answered 403"),
        "bluesky": replace(
            make_reading(
                "bluesky", COLLECTED_AT, INQUIRY.papers, [PostPage(POSTS, 7)], "broke off"
            ),
            interrupted=True,
        ),
        "hackernews": make_reading(
            "hackernews", COLLECTED_AT, INQUIRY.papers, [PostPage(POSTS, 7)], "stopped"
        ),
    }
    assert [source.asked for source in sources] == [[SPAN]] * 5


def test_nobody_is_asked_where_there_is_nobody() -> None:
    assert ask([], INQUIRY) == {}


def test_the_progress_of_each_source_is_told(log: Log) -> None:
    ask([MemoryPosts(POSTS, name="reddit", page_size=3), MemoryPosts(POSTS[:1], name="x")], INQUIRY)

    told = log.of("posts read")
    assert [each for each in told if each["source"] == "Reddit"] == [
        {"source": "Reddit", "page": 1, "posts": 3},
        {"source": "Reddit", "page": 2, "posts": 6},
        {"source": "Reddit", "page": 3, "posts": 7},
    ]
    assert [each for each in told if each["source"] == "X"] == [
        {"source": "X", "page": 1, "posts": 1}
    ]


def test_what_went_wrong_is_told(log: Log) -> None:
    ask(
        [
            MemoryPosts((), UpstreamError("Reddit", "answered 403"), name="reddit"),
            MemoryPosts(POSTS, UpstreamError("X", "stopped"), name="x"),
        ],
        INQUIRY,
    )

    assert log.of("source failed") == [{"source": "Reddit", "reason": "answered 403"}]
    assert log.of("source is incomplete") == [{"source": "X", "reason": "stopped"}]


def test_a_mistake_of_ours_is_not_taken_for_a_failure_of_theirs() -> None:
    error = KeyError("oops")
    sources = [MemoryPosts(POSTS, name="x"), MemoryPosts((), error, name="reddit")]
    answers = ask(sources, INQUIRY)
    assert answers["reddit"] == Mistake(error)
    assert isinstance(answers["x"], Reading)


class Waiting:
    """A source that gives a page, and the next one once others have come as far."""

    def __init__(self, name: str, gate: threading.Barrier | threading.Event) -> None:
        self.name = name
        self._gate = gate

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        yield PostPage((), 0)
        self._gate.wait(20)
        yield PostPage((), 0)


def test_the_sources_are_asked_at_the_same_time() -> None:
    # One after the other, none would ever come through the gate that opens for three.
    gate = threading.Barrier(3)
    answers = ask([Waiting(name, gate) for name in ("x", "reddit", "mastodon")], INQUIRY)
    assert not gate.broken
    assert {name: getattr(answer, "shortfall", "") for name, answer in answers.items()} == {
        "x": "",
        "reddit": "",
        "mastodon": "",
    }


def test_a_source_that_hangs_is_left_behind_with_what_it_told() -> None:
    gate = threading.Event()
    answers = ask(
        [Waiting("huggingface", gate), MemoryPosts(POSTS, name="x")],
        Inquiry(DAY, SPAN, {A.id}, seconds=-asking.GRACE_SECONDS),
    )
    late = answers["huggingface"]
    gate.set()

    assert isinstance(answers["x"], Reading | Refusal)
    reason = getattr(late, "shortfall", "") or getattr(late, "reason", "")
    assert reason == "is not done after 0 s"


class Pages:
    """A source that gives these pages."""

    name = "mastodon"

    def __init__(self, *pages: PostPage) -> None:
        self._pages = pages

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        yield from self._pages


def test_posts_that_cannot_be_read_leave_unknown_what_they_are_about() -> None:
    some = [PostPage((), 3, unreadable=1), PostPage(POSTS[:1], 2)]
    none = [PostPage((), 0), PostPage((), 2, unreadable=2)]
    nothing = [PostPage((), 2)]

    partial = make_reading(
        "mastodon", COLLECTED_AT, INQUIRY.papers, some, "1 of 5 posts cannot be read"
    )
    assert ask([Pages(*some)], INQUIRY) == {"mastodon": partial}
    assert partial.papers == (A.id,)
    assert ask([Pages(*none)], INQUIRY) == {"mastodon": Refusal("2 of 2 posts cannot be read")}
    assert ask([Pages(*nothing)], INQUIRY) == {
        "mastodon": make_reading("mastodon", COLLECTED_AT, INQUIRY.papers, nothing)
    }


def test_the_time_of_an_answer_is_the_end_of_the_span() -> None:
    span = Window(SPAN.start, SPAN.end + timedelta(hours=1))
    answers = ask([MemoryPosts(POSTS, name="x")], Inquiry(DAY, span, {A.id}, 30))
    assert getattr(answers["x"], "taken_at", None) == span.end
