"""Events twice, in other orders, and at the same time, at every entry point.

The collector, the renderer, a publication by hand and readers work side by side on moto, each as a
process of its own would; they take turns at each single call of AWS, in orders that chance decides
and that can be had again. Whatever the order, what is kept is what one of the events would have
left alone, nothing of it is torn, nothing changes when all of it comes again, and no reader ever
finds anything but a digest that one of them made.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
from hotpapers.adapters.aws import make_client
from hotpapers.adapters.dynamodb_catalogue import DynamoDBCatalogue
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_listings import DynamoDBListings
from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
from hotpapers.adapters.http import Terms
from hotpapers.adapters.s3 import S3Documents
from hotpapers.adapters.s3_pages import S3Pages
from hotpapers.adapters.x import X
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.presentation import Presentation
from hotpapers.documents.site import Site
from hotpapers.domain.ranking import Rules
from hotpapers.errors import InvalidInputError
from hotpapers.events import read_collection_order, read_digest_date
from hotpapers.use_cases.collect import Collector, Stores
from hotpapers.use_cases.collect import Terms as CollectionTerms
from hotpapers.use_cases.measure import Roster
from hotpapers.use_cases.render import Renderer
from local.cloud import Cloud
from local.stack import SITE_URL, Stack
from local.upstreams.dataset import Dataset
from local.upstreams.server import ORIGINS, UpstreamServer
from tests.api import request
from tests.aws import Bucket, Storage, Table
from tests.records import DAY, Json, dataset, paper, post
from tests.turns import Turns, by_chance, in_step

NEXT, TODAY = date(2020, 9, 21), date(2020, 9, 23)
"""The listing date after the day, and when arXiv is asked."""


def find(scores: Mapping[int, int]) -> Dataset:
    """Two days' papers, some of them (by their numbers) with a post of such a score."""
    posts = []
    for number, score in scores.items():
        counts = {"retweet_count": score // 3, "like_count": score - score // 3}
        posts.append(post(str(1000 + number), f"2009.{number:05}", public_metrics=counts))
    of_next = {"published": "2020-09-18T12:00:00Z", "updated": "2020-09-18T12:00:00Z"}
    papers = [paper(f"2009.{number:05}") for number in (1, 2, 3)]
    papers += [paper(f"2009.{number:05}", **of_next) for number in (4, 5)]
    return dataset(tuple(papers), tuple(posts))


FOUND = {"less": find({1: 60, 2: 70, 4: 55}), "more": find({1: 500, 3: 70, 4: 60, 5: 99})}


@dataclass(frozen=True)
class Event:
    """An event for the collector, and what it finds at the upstreams."""

    content: Json
    found: str = "more"


def on(day: date, time: str, found: str = "more", **more: object) -> Event:
    return Event({"date": str(day), "time": time, **more}, found)


NEWER, OLDER = "2020-09-22T13:13:43Z", "2020-09-22T10:00:00Z"
ALL_DUE = Event({"time": NEWER})
CASES = {
    "the same event twice": (on(DAY, NEWER), on(DAY, NEWER)),
    "an older one and a newer one": (on(DAY, OLDER, "less"), on(DAY, NEWER)),
    "two of one time that find different things": (on(DAY, NEWER, "less"), on(DAY, NEWER)),
    "three of one day": (on(DAY, NEWER), on(DAY, OLDER, "less"), on(DAY, NEWER)),
    "days beside each other": (on(DAY, NEWER), on(NEXT, NEWER)),
    "a day by hand, and all that are due": (on(DAY, OLDER, "less"), ALL_DUE),
    "all that are due, twice": (ALL_DUE, ALL_DUE),
    "a backfill, and all that are due": (on(DAY, NEWER, backfill=True), ALL_DUE),
    "two backfills": (
        on(DAY, OLDER, "less", backfill=True),
        on(NEXT, NEWER, backfill=True),
        on(DAY, NEWER, backfill=True),
    ),
}


# The functions, as processes of their own


@dataclass(frozen=True)
class Process:
    """What the functions do, put together anew, so that one can run beside another."""

    stack: Stack
    urls: Mapping[str, str]

    def collect(self, event: Event) -> None:
        """The collector."""
        client, name = make_client("dynamodb"), self.stack.table_name
        stores = Stores(
            DynamoDBEditions(client, name),
            DynamoDBReadings(client, name),
            DynamoDBListings(client, name),
            DynamoDBMeasurements(client, name),
        )
        url = self.urls[event.found]
        # Without a pace in the table, which would keep one behind the other.
        papers = Arxiv(ArxivOrigins(url, url, url), ["cs.*"], "", 0.0)
        roster = Roster([X(url, "secret", 500, Terms())])
        collector = Collector(papers, roster, stores, Rules(), CollectionTerms(["cs.*"]))
        collector.collect(read_collection_order(event.content))

    def renderer(self) -> Renderer:
        """The renderer."""
        client, name = make_client("dynamodb"), self.stack.table_name
        bucket = (make_client("s3"), self.stack.bucket_name)
        return Renderer(
            editions=DynamoDBEditions(client, name),
            roundups=DynamoDBRoundups(client, name),
            catalogue=DynamoDBCatalogue(client, name),
            documents=S3Documents(*bucket),
            pages=S3Pages(*bucket),
            presentation=Presentation(Site(SITE_URL), FrontMatter()),
        )


# The world


@dataclass(frozen=True)
class State:
    """All that is kept; of files the newest versions, since others are what was once true."""

    table: Table
    bucket: Bucket


@dataclass
class World:
    """The stack, the upstreams, and what AWS does with the functions."""

    cloud: Cloud
    storage: Storage
    process: Process
    turns: Turns
    rendered: list[Json] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)

    def start(self) -> None:
        """Take everything away."""
        self.cloud.account.records_to_render()
        self.storage.wipe()
        self.rendered.clear()
        self.answers.clear()

    def render_new(self) -> int:
        """Render what is new in the stream; how many records that were."""
        records = self.cloud.account.records_to_render()
        for record in records:
            self.process.renderer().render(read_digest_date(record))
        self.rendered += records
        return len(records)

    def in_turn(self, events: Sequence[Event]) -> None:
        """The events one after the other, each rendered."""
        for event in events:
            self.process.collect(event)
            self.render_new()

    def again(self, events: Sequence[Event]) -> None:
        """All events once more, in both orders, and all records, the last first."""
        for event in (*events, *reversed(events)):
            self.process.collect(event)
        self.render_new()
        for record in reversed(self.rendered):
            self.process.renderer().render(read_digest_date(record))

    def at_once(self, events: Sequence[Event], seed: int) -> None:
        """The events at the same time, beside the renderer, a publication by hand, and a reader."""
        working = {f"collector {number}" for number in range(len(events))}

        def collect(name: str, event: Event) -> None:
            self.process.collect(event)
            working.discard(name)

        workers: dict[str, Callable[[], None]] = {
            name: partial(collect, name, event)
            for name, event in zip(sorted(working), events, strict=True)
        }

        def is_busy() -> bool:
            return bool(working)

        self.turns.run(
            {
                **workers,
                "renderer": partial(self.follow, is_busy),
                "by hand": partial(self.publish_again, is_busy),
                "reader": partial(self.read_on, is_busy),
            },
            by_chance(seed),
        )

    def side_by_side(self, events: Sequence[Event], seed: int) -> None:
        """The events in step with each other, each with a renderer of its own."""

        def carry_out(event: Event) -> None:
            self.process.collect(event)
            self.process.renderer().render_again(DAY, NEXT)

        work = {f"{number}": partial(carry_out, event) for number, event in enumerate(events)}
        self.turns.run(work, in_step(seed))
        self.render_new()

    def follow(self, is_busy: Callable[[], bool]) -> None:
        """What the stream does: the renderer, for as long as there is something new."""
        client = make_client("dynamodb")
        while is_busy() or self.render_new():
            self.render_new()
            # A call, so that it is somebody else's turn where nothing is new.
            client.describe_table(TableName=self.process.stack.table_name)

    def publish_again(self, is_busy: Callable[[], bool]) -> None:
        """What somebody may do at any time, and more than once."""
        renderer = self.process.renderer()
        while is_busy():
            renderer.render_again(DAY, NEXT)

    def read_on(self, is_busy: Callable[[], bool]) -> None:
        """A reader who looks at everything again and again."""
        while is_busy():
            self.answers += [self.cloud.request(request(address)) for address in ADDRESSES]

    def state(self) -> State:
        """What is kept, as things are."""
        newest = {key: versions[:1] for key, versions in self.storage.bucket().items()}
        return State(self.storage.table(), newest)

    def rankings(self) -> dict[str, Any]:
        """The digests that readers find; the API and the bucket have the same ones."""
        found = {}
        bucket = self.storage.bucket()
        for day in (DAY, NEXT):
            answer = self.cloud.request(request(f"/digests/{day}"))
            if answer["statusCode"] == 200 and '"quiet"' not in answer["body"]:
                assert bucket[f"digests/{day}.json"][0].content.decode() == answer["body"]
                found[str(day)] = ranking(answer["body"])
        return found


ADDRESSES = [
    f"/digests/{DAY}",
    f"/digests/{DAY}.html",
    f"/digests/{DAY}.md",
    f"/digests/{NEXT}.html",
    "/digests/latest",
    "/digests?min=1",
    "/feeds/papers.json",
    "/feeds/digests.atom?min=60",
    "/papers/2009.00001",
    "/search?q=about",
    "/status",
]


def ranking(document: str) -> Any:
    """A digest without what tells of the runs before it: these had their turns."""
    digest = json.loads(document)
    for entry in digest["papers"]:
        del entry["history"]
    for name in ("first_published_at", "rising", "listing"):
        digest.pop(name)
    return digest


@pytest.fixture(scope="module")
def module_world() -> Iterator[World]:
    with ExitStack() as stack:
        urls = {
            name: stack.enter_context(UpstreamServer(found, today=TODAY)).url
            for name, found in FOUND.items()
        }
        nowhere = dict.fromkeys(ORIGINS, "http://127.0.0.1:1")
        cloud = stack.enter_context(Cloud({**nowhere, "SOURCES": "huggingface"}))
        storage, process = Storage(cloud.stack), Process(cloud.stack, urls)
        yield World(cloud, storage, process, Turns())


@pytest.fixture
def world(module_world: World) -> World:
    module_world.start()
    return module_world


# At the same time

SEEDS = range(3)


@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize("events", CASES.values(), ids=CASES)
def test_events_at_the_same_time_leave_what_one_after_the_other_would(
    world: World, events: Sequence[Event]
) -> None:
    expected, settled, possible = list[Any](), list[Any](), list[Any]()
    for order in permutations(events):
        world.start()
        for event in order:
            world.in_turn([event])
            possible += world.rankings().values()
        expected.append(world.rankings())
        world.again(events)
        settled.append(world.rankings())
    # By hand a day may come into an archive that the other event took to begin later.
    is_settled_at_once = settled == expected
    possible += [digest for found in settled for digest in found.values()]

    for seed in SEEDS:
        for let_work in (world.at_once, world.side_by_side):
            world.start()
            let_work(events, seed)

            assert world.rankings() in (expected if is_settled_at_once else expected + settled)
            check_answers(world.answers, possible)
            if not is_settled_at_once:
                world.again(events)
            assert world.rankings() in settled
            state = world.state()
            world.again(events)
            assert world.state() == state


def check_answers(answers: Sequence[Json], possible: Sequence[Any]) -> None:
    """Readers found nothing yet, or what one of the events made."""
    assert {answer["statusCode"] for answer in answers} <= {200, 404}
    for answer in answers[:: len(ADDRESSES)]:
        if answer["statusCode"] == 200:
            assert ranking(answer["body"]) in possible


# The clock


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=25_000)])
def test_an_order_whose_time_has_not_come_is_refused_at_every_entry_point(
    world: World, ahead: timedelta
) -> None:
    time = f"{datetime.now(UTC) + ahead:%Y-%m-%dT%H:%M:%SZ}"
    span = {"from": str(DAY), "to": str(NEXT)}
    refused = f"time: is {time}, but it is "
    events: list[Json] = [{}, {"date": str(DAY)}, {"date": str(DAY), "backfill": True}]
    for event in events:
        with pytest.raises(InvalidInputError, match=refused):
            world.cloud.collect({**event, "time": time})
    with pytest.raises(InvalidInputError, match=refused):
        world.cloud.backfill({"order": span, "time": time})

    assert world.state() == State({}, {})


@pytest.mark.thorough
def test_an_order_of_the_future_would_stay_in_the_way_of_all_others(world: World) -> None:
    """Why it is refused: this is what would be kept, were it not."""
    world.in_turn([on(DAY, "2099-01-01T00:00:00Z", "less")])
    kept = world.rankings()
    world.in_turn([on(DAY, NEWER), on(DAY, "2098-12-31T00:00:00Z")])

    assert world.rankings() == kept


@pytest.mark.thorough
def test_an_order_of_long_ago_takes_nothing_from_what_is_kept(world: World) -> None:
    world.in_turn([on(DAY, NEWER), ALL_DUE])
    state = world.state()
    for time in ("2020-09-18T01:00:00Z", OLDER):
        world.in_turn([on(DAY, time, "less"), Event({"time": time}, "less")])
    world.in_turn([Event({"time": "1995-06-01T10:00:00Z"}, "less")])

    assert world.state() == state


# The same again


@pytest.mark.thorough
def test_every_entry_point_answers_the_same_event_the_same_again(world: World) -> None:
    world.in_turn([on(DAY, NEWER), on(NEXT, NEWER)])
    state = world.state()
    span = {"from": str(DAY), "to": str(NEXT)}
    backfill = {"order": span, "time": NEWER}
    results = [{"date": str(DAY), "outcome": "saved", "papers": [3], "why": []}]
    entries: dict[str, Callable[[], object]] = {
        "collector": lambda: world.cloud.collect({"date": str(DAY), "time": NEWER}),
        "renderer": lambda: world.cloud.render(world.rendered),
        "publication": lambda: world.process.renderer().render_again(DAY, NEXT),
        "backfill": lambda: world.cloud.backfill(backfill),
        "end of a backfill": lambda: world.cloud.backfill({**backfill, "results": results}),
        **{address: partial(world.cloud.request, request(address)) for address in ADDRESSES},
    }

    assert {name: entry() for name, entry in entries.items()} == {
        name: entry() for name, entry in reversed(entries.items())
    }
    assert world.state() == state
