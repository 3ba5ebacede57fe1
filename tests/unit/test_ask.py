"""Asking the sources side by side: what each tells, and what becomes of one that fails."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hotpapers.domain.calendar import Window
from hotpapers.domain.reading import PostPage, Reading, make_reading
from hotpapers.errors import EnoughError, UnsettledError, UpstreamError
from hotpapers.ports import PostSource
from hotpapers.use_cases import ask as asking
from hotpapers.use_cases.ask import Inquiry, Mistake, Refusal, ask
from tests.builders import COLLECTED_AT, DAY, make_paper, make_post
from tests.fakes import Log, MemoryPosts

A, B = make_paper("2009.00001"), make_paper("2009.00002")
SPAN = Window(datetime(2020, 9, 16, 18, tzinfo=UTC), COLLECTED_AT)
LISTED = {A.id, B.id}
INQUIRY = Inquiry({DAY: LISTED}, SPAN, COLLECTED_AT)
POSTS = tuple(make_post(str(number), papers=(A.id,)) for number in range(1, 8))


def ask_all(
    sources: Iterable[PostSource], inquiry: Inquiry = INQUIRY, seconds: float = 30
) -> Mapping[str, Reading | Refusal | Mistake]:
    """What the sources say of the one day that they are asked about."""
    answers = ask([(source, inquiry) for source in sources], seconds)
    told = dict[str, Reading | Refusal | Mistake]()
    for name, answer in answers.items():
        if isinstance(answer, Mapping):
            assert set(answer) == {DAY}
            told[name] = answer[DAY]
        else:
            told[name] = answer
    return told


def test_every_source_answers_for_itself() -> None:
    sources = [
        MemoryPosts(POSTS, name="x", page_size=3, cost=Decimal("0.005")),
        MemoryPosts((), name="mastodon"),
        MemoryPosts((), UpstreamError("Reddit", "answered 403"), name="reddit"),
        MemoryPosts(POSTS, UnsettledError("Bluesky", "broke off"), name="bluesky", page_size=7),
        MemoryPosts(POSTS, EnoughError("Hacker News", "stopped"), name="hackernews"),
    ]

    answers = ask_all(sources)

    whole = [PostPage(POSTS, 7, Decimal("0.035"))]
    assert answers == {
        "x": make_reading("x", COLLECTED_AT, LISTED, whole),
        "mastodon": make_reading("mastodon", COLLECTED_AT, LISTED, []),
        "reddit": Refusal("answered 403"),
        "bluesky": replace(
            make_reading("bluesky", COLLECTED_AT, LISTED, [PostPage(POSTS, 7)], "broke off"),
            interrupted=True,
        ),
        "hackernews": make_reading(
            "hackernews", COLLECTED_AT, LISTED, [PostPage(POSTS, 7)], "stopped"
        ),
    }
    assert [source.asked for source in sources] == [[SPAN]] * 5


def test_nobody_is_asked_where_there_is_nobody() -> None:
    assert ask_all([]) == {}


def test_the_progress_of_each_source_is_told(log: Log) -> None:
    ask_all([MemoryPosts(POSTS, name="reddit", page_size=3), MemoryPosts(POSTS[:1], name="x")])

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
    ask_all(
        [
            MemoryPosts((), UpstreamError("Reddit", "answered 403"), name="reddit"),
            MemoryPosts(POSTS, UpstreamError("X", "stopped"), name="x"),
        ]
    )

    assert log.of("source failed") == [{"source": "Reddit", "reason": "answered 403"}]
    assert log.of("source is incomplete") == [{"source": "X", "reason": "stopped"}]


def test_a_mistake_of_ours_is_not_taken_for_a_failure_of_theirs() -> None:
    error = KeyError("oops")
    sources = [MemoryPosts(POSTS, name="x"), MemoryPosts((), error, name="reddit")]
    answers = ask_all(sources)
    assert answers["reddit"] == Mistake(error)
    assert isinstance(answers["x"], Reading)


class Waiting:
    """A source that gives a page, and the next one once others have come as far."""

    def __init__(self, name: str, gate: threading.Barrier | threading.Event) -> None:
        self.name = name
        self._gate = gate

    def earliest(self, time: datetime) -> datetime:
        return time

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        yield PostPage((), 0)
        self._gate.wait(20)
        yield PostPage((), 0)


def test_the_sources_are_asked_at_the_same_time() -> None:
    # One after the other, none would ever come through the gate that opens for three.
    gate = threading.Barrier(3)
    answers = ask_all([Waiting(name, gate) for name in ("x", "reddit", "mastodon")])
    assert not gate.broken
    assert {name: getattr(answer, "shortfall", "") for name, answer in answers.items()} == {
        "x": "",
        "reddit": "",
        "mastodon": "",
    }


def test_a_source_that_hangs_is_left_behind_with_what_it_told() -> None:
    gate = threading.Event()
    sources: list[PostSource] = [Waiting("huggingface", gate), MemoryPosts(POSTS, name="x")]
    answers = ask_all(sources, seconds=-asking.GRACE_SECONDS)
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

    def earliest(self, time: datetime) -> datetime:
        return time

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        yield from self._pages


def test_posts_that_cannot_be_read_leave_unknown_what_they_are_about() -> None:
    some = [PostPage((), 3, unreadable=1), PostPage(POSTS[:1], 2)]
    none = [PostPage((), 0), PostPage((), 2, unreadable=2)]
    nothing = [PostPage((), 2)]

    partial = make_reading("mastodon", COLLECTED_AT, LISTED, some, "1 of 5 posts cannot be read")
    assert ask_all([Pages(*some)]) == {"mastodon": partial}
    assert partial.papers == (A.id,)
    assert ask_all([Pages(*none)]) == {"mastodon": Refusal("2 of 2 posts cannot be read")}
    assert ask_all([Pages(*nothing)]) == {
        "mastodon": make_reading("mastodon", COLLECTED_AT, LISTED, nothing)
    }


def test_an_answer_is_of_the_time_of_the_run() -> None:
    time = COLLECTED_AT + timedelta(hours=1)
    answers = ask_all([MemoryPosts(POSTS, name="x")], Inquiry({DAY: LISTED}, SPAN, time))
    assert answers["x"] == make_reading("x", time, LISTED, [PostPage(POSTS, 7)])


def test_several_days_are_asked_about_with_one_question() -> None:
    next_day = DAY + timedelta(days=3)
    about_b = make_post("8", papers=(B.id,))
    source = MemoryPosts((*POSTS, about_b), name="x", cost=Decimal("0.005"))
    inquiry = Inquiry({DAY: {A.id}, next_day: {B.id}}, SPAN, COLLECTED_AT)
    # Each day has its own posts, and what all of them cost together.
    pages = [PostPage((*POSTS, about_b), 8, Decimal("0.040"))]
    assert ask([(source, inquiry)], 30) == {
        "x": {
            DAY: make_reading("x", COLLECTED_AT, {A.id}, pages),
            next_day: make_reading("x", COLLECTED_AT, {B.id}, pages),
        }
    }
    assert source.asked == [SPAN]


def test_each_source_has_an_inquiry_of_its_own() -> None:
    narrow = replace(SPAN, start=SPAN.end - timedelta(hours=1))
    sources = [MemoryPosts(POSTS, name="x"), MemoryPosts(POSTS, name="reddit")]
    ask([(sources[0], INQUIRY), (sources[1], replace(INQUIRY, span=narrow))], 30)
    assert [source.asked for source in sources] == [[SPAN], [narrow]]


class Asked:
    """A source that keeps the day that it is asked about."""

    name = "huggingface"
    day: date | None = None

    def earliest(self, time: datetime) -> datetime:
        return time

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        self.day = listing_date
        yield PostPage((), 0)


def test_a_source_is_told_of_the_oldest_day() -> None:
    source = Asked()
    days = {DAY + timedelta(days=3): LISTED, DAY: LISTED}
    ask([(source, Inquiry(days, SPAN, COLLECTED_AT))], 30)
    assert source.day == DAY
