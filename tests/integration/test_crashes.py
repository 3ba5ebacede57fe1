"""Nothing half done, nothing twice: the functions die at every call of AWS, one after the other.

A run is what AWS does for one event: the collector, then the renderer with what the collector
left in the table's stream. It is made of calls of AWS; between two of them anything can happen.
Each test lets it happen before and after every single call of a run, so none is left out:

- the process dies. A reader finds the old state or the new one, and when AWS has delivered the
  event and the records again, the table and the bucket are those of one run that nothing befell.
- another run, from its beginning to its end, comes in between. Neither is torn, the newer stays.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import pytest

from hotpapers import bootstrap
from hotpapers.adapters import aws
from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
from hotpapers.adapters.aws import make_client
from hotpapers.adapters.dynamodb_catalogue import DynamoDBCatalogue
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_listings import DynamoDBListings
from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
from hotpapers.adapters.dynamodb_pace import PACES, TablePace
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
from hotpapers.events import read_collection_order, read_digest_date
from hotpapers.use_cases.collect import Collector, Stores
from hotpapers.use_cases.collect import Terms as CollectionTerms
from hotpapers.use_cases.measure import Roster
from hotpapers.use_cases.render import Renderer
from local.cloud import Cloud
from local.stack import SITE_URL, Stack
from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.api import request
from tests.aws import Bucket, Storage, StoredObject, Table
from tests.records import DAY, Json, dataset, paper, post

# What a run finds


def find(scores: Mapping[int, int], papers: int = 7) -> Dataset:
    """So many papers of the day, some of them (by their numbers) with a post of such a score."""
    posts = []
    for number, score in scores.items():
        counts = {"retweet_count": score // 3, "like_count": score - score // 3}
        posts.append(post(str(1000 + number), f"2009.{number:05}", public_metrics=counts))
    listed = tuple(paper(f"2009.{number:05}") for number in range(1, papers + 1))
    return dataset(listed, tuple(posts))


@dataclass(frozen=True)
class Run:
    """An event for the collector, and what it finds at the upstreams."""

    time: str
    found: str

    @property
    def event(self) -> Json:
        return {"date": str(DAY), "time": self.time}


FOUND = {
    # From the older state to the newer: two papers cool down, one gets hot, one changes, one stays.
    "older": find({1: 60, 2: 70, 3: 80, 4: 90, 5: 10}),
    "newer": find({1: 500, 2: 70, 3: 12, 6: 55}),
    "other": find({2: 71, 7: 99}),
    # The entries of so many papers are written in two batches.
    "few of many": find({1: 60, 2: 70, 3: 80}, papers=27),
    "many": find({number: 50 + number for number in range(2, 28)}, papers=27),
    "three days": dataset(
        (
            paper("2009.00001"),
            paper("2009.00002", published="2020-09-18T12:00:00Z"),
            paper("2009.00003", published="2020-09-21T12:00:00Z"),
        )
    ),
}
TODAY = date(2020, 9, 23)
OLDER = Run("2020-09-19T10:00:00Z", "older")
NEWER = Run("2020-09-20T13:13:43Z", "newer")
OTHER = Run(NEWER.time, "other")
FEW = Run(OLDER.time, "few of many")
MANY = Run(NEWER.time, "many")
THREE_DAYS = Run("2020-09-23T13:13:43Z", "three days")

ADDRESSES = [
    "/digests",
    "/digests/latest",
    f"/digests/{DAY}.md",
    f"/digests/{DAY}.html",
    "/papers/2009.00004",
    "/papers/2009.00006",
]


# The functions


class Functions(Protocol):
    """What AWS starts."""

    def collect(self, event: Json) -> object:
        """The collector."""

    def render(self, records: Sequence[Json]) -> None:
        """The renderer."""


class Handlers:
    """The functions as they are deployed."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def collect(self, event: Json) -> object:
        return self._cloud.collect(event)

    def render(self, records: Sequence[Json]) -> None:
        self._cloud.render(records)


class UseCases:
    """What the functions do, put together anew.

    With parts so small that each digest has several; and without what the handlers share in a
    process, so that one can run in the middle of another.
    """

    def __init__(self, stack: Stack, part_bytes: int) -> None:
        client = make_client("dynamodb")
        self._pace = TablePace(client, stack.table_name, 0.0)
        self._editions = DynamoDBEditions(client, stack.table_name, part_bytes=part_bytes)
        self._stores = Stores(
            self._editions,
            DynamoDBReadings(client, stack.table_name, part_bytes=part_bytes),
            DynamoDBListings(client, stack.table_name),
            DynamoDBMeasurements(client, stack.table_name),
        )
        bucket = (make_client("s3"), stack.bucket_name)
        self._renderer = Renderer(
            editions=self._editions,
            roundups=DynamoDBRoundups(client, stack.table_name, part_bytes=part_bytes),
            catalogue=DynamoDBCatalogue(client, stack.table_name),
            documents=S3Documents(*bucket),
            pages=S3Pages(*bucket),
            presentation=Presentation(Site(SITE_URL), FrontMatter()),
        )

    def collect(self, event: Json) -> object:
        origins = ArxivOrigins(*(os.environ[f"ARXIV_{name}URL"] for name in ("", "RSS_", "WEB_")))
        collector = Collector(
            Arxiv(origins, ["cs.*"], "", 0.0, pace=self._pace),
            Roster([X(os.environ["X_URL"], "secret", 500, Terms())]),
            self._stores,
            Rules(),
            CollectionTerms(["cs.*"]),
        )
        return collector.collect(read_collection_order(event))

    def render(self, records: Sequence[Json]) -> None:
        for record in records:
            self._renderer.render(read_digest_date(record))


# The calls


ORIGINS = ("ARXIV_URL", "ARXIV_RSS_URL", "ARXIV_WEB_URL", "X_URL")


class Death(BaseException):
    """The process is gone."""


Moment = tuple[int, str]
"""A call of a run, from 1, and whether it is the moment `before` or `after` it."""


class Watch:
    """Sees each call of AWS that the functions make, and lets something happen at a moment.

    It is hung into the session that the functions' clients come from, so it knows nothing of the
    functions, and no call can be missed. What it lets happen is not watched.
    """

    def __init__(self) -> None:
        self._calls: list[str] | None = None
        self._moment: Moment | None = None
        self._happening: Callable[[], None] = lambda: None
        session = aws.session()
        session.register("before-call", lambda **details: self._pass(details, "before"))
        session.register("after-call", lambda **details: self._pass(details, "after"))

    @contextmanager
    def watching(
        self, moment: Moment | None = None, happening: Callable[[], None] = lambda: None
    ) -> Iterator[list[str]]:
        """The calls, as they are made."""
        self._calls, self._moment, self._happening = [], moment, happening
        try:
            yield self._calls
        finally:
            self._calls = None

    def _pass(self, details: Json, when: str) -> None:
        if self._calls is None:
            return
        if when == "before":
            self._calls.append(details["model"].name)
        if (len(self._calls), when) == self._moment:
            calls, self._calls = self._calls, None
            self._happening()
            self._calls = calls


def moments(calls: Sequence[str]) -> list[Moment]:
    """Before and after every call."""
    return [(number, when) for number in range(1, len(calls) + 1) for when in ("before", "after")]


# The world


@dataclass(frozen=True)
class State:
    """All that is kept."""

    table: Table
    bucket: Bucket

    @property
    def files(self) -> dict[str, StoredObject]:
        """What a reader of the bucket finds."""
        return {key: versions[0] for key, versions in self.bucket.items()}


@dataclass
class World:
    """The stack, the upstreams, the functions, and what AWS does with them."""

    cloud: Cloud
    storage: Storage
    watch: Watch
    upstreams: dict[str, UpstreamServer]
    functions: Functions
    delivered: list[Json] = field(default_factory=list)
    read: int = 0

    def start(self, archive: State | None = None) -> None:
        """Take everything away, and put an archive in its place."""
        self.storage.wipe()
        if archive is not None:
            self.storage.fill(archive.table, archive.bucket)
        self.storage.forget_stream(self.read)
        self.read = 0
        self.delivered.clear()

    def run(self, run: Run, functions: Functions | None = None) -> None:
        """The collector, and then the renderer with the new records of the stream."""
        functions = functions or self.functions
        self.collect(run, functions)
        functions.render(self.new_records())

    def run_again(self, run: Run) -> None:
        """What AWS does after a death: the event and all records once more, then new records.

        It does so after some minutes: a turn that the dead one had to ask arXiv has ended.
        """
        self.storage.delete((PACES, "arxiv"))
        self.collect(run, self.functions)
        self.new_records()
        self.functions.render(self.delivered)

    def collect(self, run: Run, functions: Functions) -> object:
        """The collector, at the upstreams of the run."""
        url = self.upstreams[run.found].url
        if os.environ["X_URL"] != url:
            os.environ |= dict.fromkeys(ORIGINS, url)
            bootstrap.forget()
        return functions.collect(run.event)

    def new_records(self) -> list[Json]:
        """The new records of the stream; they are kept, to be delivered again."""
        records = self.cloud.account.records_to_render()
        self.read = self.storage.stream_length()
        self.delivered += records
        return records

    def state(self) -> State:
        """What is kept, as things are: all but whose turn it is to ask arXiv."""
        table = {key: item for key, item in self.storage.table().items() if key[0] != PACES}
        return State(table, self.storage.bucket())

    def answers(self) -> dict[str, Json]:
        """What readers are answered, as things are.

        Only what is there, not why something is not; and of papers only those with a rank. The
        others are told as listed and measured, and that is known before the digest is.
        """
        answers = {address: self.cloud.request(request(address)) for address in ADDRESSES}
        there = {address: each for address, each in answers.items() if each["statusCode"] == 200}
        return {
            address: answer
            for address, answer in there.items()
            if not address.startswith("/papers/") or json.loads(answer["body"])["rank"]
        }


@pytest.fixture(scope="module")
def module_world() -> Iterator[World]:
    with ExitStack() as stack:
        upstreams = {
            name: stack.enter_context(UpstreamServer(found, today=TODAY))
            for name, found in FOUND.items()
        }
        nowhere = "http://127.0.0.1:1"
        settings = {
            "ARXIV_DELAY_SECONDS": "0",
            "SOURCES": "x",
            **dict.fromkeys(ORIGINS, nowhere),
        }
        cloud = stack.enter_context(Cloud(settings, {"X_BEARER_TOKEN": "secret"}))
        yield World(cloud, Storage(cloud.stack), Watch(), upstreams, Handlers(cloud))


@pytest.fixture
def world(module_world: World) -> World:
    module_world.functions = Handlers(module_world.cloud)
    module_world.start()
    return module_world


# Deaths

A_TURN = ["PutItem", "PutItem"]
"""To ask arXiv, and to let the next one ask."""
TAKE_IN = [
    *A_TURN,  # the page of the day, of cs
    *A_TURN,  # and of stat.ML
    *A_TURN,  # its papers as the query API describes them
    "BatchGetItem",  # which of them are new on another day?
    *["PutItem"] * 7,  # each is new on this one
    "GetItem",  # how did the day stand?
    "TransactWriteItems",
]
MAKE = [
    "Query",  # the papers of the day
    "Query",  # what have the sources told before?
    "GetItem",  # which reading is to be replaced?
    "TransactWriteItems",
    *A_TURN,  # the hot papers as arXiv describes them now
    "Query",  # what was measured before?
    "PutItem",  # what is measured now
    "GetItem",  # which edition is to be replaced?
    "BatchWriteItem",
    "TransactWriteItems",
]
START = ["GetItem", "Query"]
"""Is the digest kept already? How does the day stand?"""
PUT = ["HeadObject", "PutObject"]
FEEDS = [f"feeds/{kind}.{end}" for kind in ("digests", "papers") for end in ("atom", "rss", "json")]
FILES = [
    f"digests/{DAY}.json",
    f"posts/{DAY}---Hot-Papers.md",
    f"pages/digests/{DAY}.html",
    *(f"pages/{feed}" for feed in FEEDS),
]
"""In the order in which they are put."""


def rendering(terms: int, writes: int) -> list[str]:
    """What the renderer does, where so many batches of terms are new, and so many transactions
    change the catalogue."""
    return [
        "Query",  # the digest
        *PUT,
        *PUT,
        "UpdateItem",  # the catalogue's day is this run's
        "Query",  # which cards does it have?
        *["BatchWriteItem"] * terms,
        *["TransactWriteItems"] * writes,
        "Query",  # which digests are beside it?
        "HeadObject",  # its page
        *["Query"] * 2,  # what that is to be made of: the digests beside it, and the digest
        "PutObject",
        "Query",  # is it one of the newest, which are in the feeds?
        *["HeadObject"] * len(FEEDS),
        *["Query"] * 2,  # the newest heads, and their only digest
        *["PutObject"] * len(FEEDS),
    ]


AGAIN = (*START, *MAKE, *rendering(1, 3))


@dataclass(frozen=True)
class Case:
    """A run, what is there before it, and the calls that it is to make."""

    run: Run
    before: Run | None = None
    part_bytes: int | None = None
    calls: tuple[str, ...] = ("GetParameters", *AGAIN)


PARTS = ("in parts, over an older edition in more", "in parts, over an older edition in fewer")
CASES = {
    "in an empty archive": Case(
        NEWER, calls=("GetParameters", *START, *TAKE_IN, *MAKE, *rendering(3, 1))
    ),
    "over an older edition": Case(NEWER, OLDER),
    PARTS[0]: Case(OTHER, OLDER, 200, AGAIN),
    PARTS[1]: Case(
        MANY, FEW, 400, (*START, *MAKE[:-2], "BatchWriteItem", *MAKE[-2:], *rendering(17, 5))
    ),
}


@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_run_that_dies_anywhere_and_is_run_again(world: World, case: Case) -> None:
    if case.part_bytes:
        world.functions = UseCases(world.cloud.stack, case.part_bytes)
    if case.before:
        world.run(case.before)
    old, old_answers = world.state(), world.answers()
    with world.watch.watching() as calls:
        world.run(case.run)
    assert tuple(calls) == case.calls
    new, new_answers = world.state(), world.answers()
    if case.part_bytes:
        # The digest has several parts, before and after, but not the same number.
        assert min(len(digest_of(new)), len(digest_of(old))) > 2
        assert len(digest_of(new)) != len(digest_of(old))

    # The digest is there with the last transaction before the catalogue's.
    before_filing = calls[: calls.index("UpdateItem")]
    written = max(n for n, call in enumerate(before_filing, 1) if call == "TransactWriteItems")
    puts = [number for number, call in enumerate(calls, 1) if call == "PutObject"]
    tried = 0
    for moment in moments(calls):
        world.start(old)
        with world.watch.watching(moment, die) as made, pytest.raises(Death):
            world.run(case.run)
        assert made == calls[: moment[0]]

        # What readers find: of the API all that is old, or all that is new; of the bucket each
        # file the old one, or the new one.
        assert world.answers() == (new_answers if is_past(moment, written) else old_answers)
        done = [key for key, put in zip(FILES, puts, strict=True) if is_past(moment, put)]
        files = {key: versions[0] for key, versions in world.storage.bucket().items()}
        assert files == {**old.files, **{key: new.files[key] for key in done}}

        world.run_again(case.run)
        assert world.state() == new
        tried += 1
    assert tried == 2 * len(case.calls)


def die() -> None:
    raise Death


def is_past(moment: Moment, call: int) -> bool:
    """Whether a call has been made at a moment."""
    number, when = moment
    return number > call or (number == call and when == "after")


def digest_of(state: State) -> Table:
    """The head and the parts of the digest."""
    return {key: item for key, item in state.table.items() if key[0].startswith("DIGEST")}


def papers_of(state: State) -> set[tuple[str, str]]:
    """The entries of papers."""
    return {key for key in state.table if key[0].startswith("PAPER#")}


# Rivals


@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("first", "rival", "winner"),
    [
        pytest.param(NEWER, NEWER, NEWER, id="the same event twice"),
        pytest.param(NEWER, OLDER, NEWER, id="an older run comes in between"),
        pytest.param(OLDER, NEWER, NEWER, id="a newer run comes in between"),
        pytest.param(NEWER, OTHER, None, id="a run of the same time that found other things"),
    ],
)
def test_a_run_in_the_middle_of_another(
    world: World, first: Run, rival: Run, winner: Run | None
) -> None:
    rivals = UseCases(world.cloud.stack, part_bytes=350_000)

    def come_in_between() -> None:
        # It waits for its turn to ask arXiv; at the latest until the first one's lease is over.
        world.storage.delete((PACES, "arxiv"))
        world.run(rival, rivals)

    with world.watch.watching() as calls:
        world.run(first)
    # One after the other, the one way round and the other.
    in_turn, expected = list[State](), list[Json]()
    for runs in ((first, rival), (rival, first)):
        world.start()
        for run in runs:
            world.run(run)
        in_turn.append(world.state())
        expected.append(ranking(world, in_turn[-1]))
    if winner is not None:
        assert expected[0] == expected[1]
        assert expected[0]["collected_at"] == winner.time

    tried = 0
    for moment in [(number, "before") for number in range(1, len(calls) + 1)]:
        world.start()
        with world.watch.watching(moment, come_in_between) as made:
            world.run(first)
        assert len(made) >= moment[0]
        state = world.state()
        assert ranking(world, state) in expected
        # An edition that is overtaken may leave the entries of its papers; these do no harm.
        assert papers_of(in_turn[0]) & papers_of(in_turn[1]) <= papers_of(state)
        assert papers_of(state) <= papers_of(in_turn[0]) | papers_of(in_turn[1])

        world.functions.render(world.delivered)
        world.collect(rival, rivals)
        world.collect(first, rivals)
        assert world.new_records() == []
        assert world.state() == state
        tried += 1
    assert tried == len(calls)


def ranking(world: World, state: State) -> Json:
    """The digest that readers find, without what tells of earlier runs: these had their turns.

    The API and the bucket have the same one.
    """
    [answer] = [world.cloud.request(request(f"/digests/{DAY}"))]
    assert state.files[f"digests/{DAY}.json"].content.decode() == answer["body"]
    digest: Json = json.loads(answer["body"])
    for entry in digest["papers"]:
        del entry["history"]
    for name in ("first_published_at", "rising", "listing"):
        digest.pop(name)
    return digest


# What comes late, twice, or in another order


@pytest.mark.parametrize("before", [(), (OLDER,)])
def test_the_same_event_again_changes_nothing(world: World, before: Sequence[Run]) -> None:
    for run in (*before, NEWER):
        world.run(run)
    state = world.state()
    with world.watch.watching() as calls:
        world.run(NEWER)
    assert world.state() == state
    # Neither is an upstream asked: posts cost money.
    asked = [len(server.calls) for server in world.upstreams.values()]
    world.run(NEWER)
    assert [len(server.calls) for server in world.upstreams.values()] == asked
    assert calls == ["GetParameters", "GetItem"][-len(calls) :]


def test_an_older_run_after_a_newer_one_changes_nothing(world: World) -> None:
    world.run(NEWER)
    state, answers = world.state(), world.answers()
    world.run(OLDER)
    world.run_again(OLDER)
    assert (world.state(), world.answers()) == (state, answers)


def test_the_renderer_takes_records_in_any_order_and_any_number_of_times(world: World) -> None:
    for run in (OLDER, NEWER):
        world.run(run)
    archive = world.state()
    records = list(world.delivered)
    assert len(records) == 2
    for delivered in ([1, 0], [0, 1], [0], [1], [0, 0, 1, 0], [1, 1, 1], [0, 1] * 10):
        world.start(State(archive.table, {}))
        world.functions.render([records[number] for number in delivered])
        # Whichever record comes: what is rendered is what is kept now, and once.
        assert world.state().bucket == {key: [file] for key, file in archive.files.items()}


def test_records_of_several_digests_in_one_batch(world: World) -> None:
    days = ["2020-09-18", "2020-09-21", "2020-09-22"]
    world.collect(THREE_DAYS, world.functions)
    for day in days[1:]:
        world.functions.collect({"date": day, "time": THREE_DAYS.time})
    records = world.new_records()
    assert len(records) == 3
    world.functions.render(records)
    assert sorted(world.state().files) == sorted(
        {name.replace(str(DAY), day) for day in days for name in FILES}
    )


def test_a_record_whose_digest_is_gone_fails_alone(world: World) -> None:
    world.run(NEWER)
    [record] = world.delivered
    gone = json.loads(json.dumps(record).replace("2020-09-18", "2020-09-17"))
    gone["dynamodb"]["SequenceNumber"] = "7"
    with pytest.raises(RuntimeError, match="'itemIdentifier': '7'"):
        world.functions.render([gone, record])
    assert sorted(world.state().files) == sorted(FILES)
