"""What every source of posts does: the one in memory, and the six that are asked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hotpapers.adapters.pace import Time
from hotpapers.domain.calendar import Window
from hotpapers.domain.post import Post
from hotpapers.domain.sources import SOURCES
from hotpapers.environment import Reader
from hotpapers.errors import UpstreamError
from hotpapers.ports import PostSource
from hotpapers.roster import Sources
from hotpapers.settings import CollectorSettings
from local.samples import SAMPLES, ParameterStore
from local.upstreams.dataset import Dataset, Record
from local.upstreams.faults import Faults, answers
from local.upstreams.server import UpstreamServer
from tests.builders import make_post
from tests.fakes import Clock, MemoryPosts
from tests.records import dataset

START = datetime(2020, 9, 16, 18, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WINDOW = Window(START, START + timedelta(days=1))
MOMENTS = {
    "1": START - SECOND,
    "2": START,
    "3": WINDOW.end - SECOND,
    "4": WINDOW.end,
}
"""When posts are made, by their numbers."""

DAY = date(2020, 9, 17)
"""A listing date within the window, for the source that knows days alone."""

Posts = Callable[[dict[str, datetime]], AbstractContextManager[PostSource]]


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


SAMPLE = Dataset.load(SAMPLES["sources"].path)
BLUESKY = SAMPLE.bluesky[0]
STATUS = next(iter(SAMPLE.mastodon.values()))[0]


def x_post(number: str, moment: datetime) -> Record:
    return SAMPLE.posts[0] | {"id": f"10{number}", "created_at": stamp(moment)}


def bluesky_post(number: str, moment: datetime) -> Record:
    record = BLUESKY["record"] | {"createdAt": stamp(moment)}
    uri = f"{BLUESKY['uri'][:-1]}{number}"
    return BLUESKY | {"uri": uri, "record": record, "indexedAt": stamp(moment)}


def status(number: str, moment: datetime) -> Record:
    addresses = {name: f"{STATUS[name][:-1]}{number}" for name in ("id", "uri", "url")}
    return STATUS | addresses | {"created_at": stamp(moment)}


def story(number: str, moment: datetime) -> Record:
    times = {"created_at": stamp(moment), "created_at_i": int(moment.timestamp())}
    return SAMPLE.hackernews[0] | times | {"objectID": f"10{number}"}


def submission(number: str, moment: datetime) -> Record:
    link = {"url": "https://arxiv.org/abs/2607.09424", "domain": "arxiv.org"}
    names = {"id": f"1v1a0{number}", "name": f"t3_1v1a0{number}"}
    return SAMPLE.reddit[0] | link | names | {"created_utc": moment.timestamp()}


def upstream_of(name: str, moments: Mapping[str, datetime]) -> Dataset:
    """A data set in which a source has posts about a paper at these moments."""
    empty = Dataset(SAMPLE.papers)
    items = moments.items()
    match name:
        case "x":
            posts = tuple(x_post(*item) for item in items)
            return replace(empty, posts=posts, users=SAMPLE.users)
        case "mastodon":
            return replace(empty, mastodon={"one": tuple(status(*item) for item in items)})
        case "bluesky":
            return replace(empty, bluesky=tuple(bluesky_post(*item) for item in items))
        case "hackernews":
            return replace(empty, hackernews=tuple(story(*item) for item in items))
        case "reddit":
            return replace(empty, reddit=tuple(submission(*item) for item in items))
    raise KeyError(name)


def source_at(server: UpstreamServer, name: str, clock: Time) -> PostSource:
    """A source, as a run gets it."""
    variables = {"TABLE_NAME": "none", "SOURCES": name, **server.settings}
    settings = CollectorSettings.from_environment(variables)
    sources = Sources(settings, Reader(variables), ParameterStore, clock)  # type: ignore[arg-type]
    [source] = sources.roster().asked
    return source


TIMED = [name for name in SOURCES if name != "huggingface"]
"""The sources that know when a post was made; Hugging Face knows the day."""


@pytest.fixture(params=["memory", *TIMED])
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
    def at_upstream(moments: dict[str, datetime]) -> Iterator[PostSource]:
        with UpstreamServer(upstream_of(request.param, moments)) as server:
            yield source_at(server, request.param, clock.time)

    return in_memory if request.param == "memory" else at_upstream


def told(source: PostSource) -> list[Post]:
    return [post for page in source.pages(DAY, WINDOW) for post in page.posts]


def test_posts_of_the_span_that_are_about_papers_come(posts: Posts) -> None:
    with posts(MOMENTS) as source:
        found = told(source)
    # Two searches may find the same post; the ranking takes it once.
    assert sorted({(each.id[-1], each.created_at) for each in found}) == [
        ("2", START),
        ("3", WINDOW.end - SECOND),
    ]
    for each in found:
        assert each.papers
        assert each.source == source.name
        assert set(SOURCES[source.name].counted) <= set(each.counts)
        assert set(each.counts) <= set(SOURCES[source.name].metrics)


def test_a_span_without_posts_is_empty(posts: Posts) -> None:
    with posts({}) as source:
        assert told(source) == []


def test_a_source_tells_the_same_when_it_is_asked_again(posts: Posts) -> None:
    with posts(MOMENTS) as source:
        assert told(source) == told(source)


def test_each_source_goes_back_to_its_own_beginning(clock: Clock) -> None:
    time = datetime(2026, 8, 13, 10, tzinfo=UTC)

    with UpstreamServer(dataset()) as server:
        earliest = {name: source_at(server, name, clock.time).earliest(time) for name in SOURCES}

    assert earliest == {
        "x": datetime(2006, 3, 21, tzinfo=UTC),
        "bluesky": datetime(2022, 11, 17, tzinfo=UTC),
        "mastodon": datetime(2026, 7, 14, 10, tzinfo=UTC),
        "hackernews": datetime(2006, 10, 9, tzinfo=UTC),
        "reddit": datetime(2026, 7, 14, 10, tzinfo=UTC),
        "huggingface": datetime(2023, 5, 4, tzinfo=UTC),
    }


def test_a_source_in_memory_looks_back_as_far_as_it_is_told_to() -> None:
    week = timedelta(days=7)

    assert MemoryPosts(reach=week).earliest(START) == START - week


REFUSAL = UpstreamError("x", "answered 403")


@pytest.mark.parametrize("name", SOURCES)
def test_posts_that_cannot_be_had_are_reported(name: str, clock: Clock) -> None:
    refusing = Faults(**{name: [answers(403)]})
    with UpstreamServer(dataset(), faults=refusing) as server:
        for source in (MemoryPosts(error=REFUSAL), source_at(server, name, clock.time)):
            with pytest.raises(UpstreamError, match="answered 403"):
                told(source)
