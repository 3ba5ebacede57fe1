"""The world of a run: AWS, the upstreams, readers, and what AWS does with the functions."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from local.chaos.aws_line import AwsLine
from local.chaos.clock import VirtualClock, waiting_of_botocore
from local.chaos.limits import SOURCE
from local.chaos.state import Memory, Snapshot, State
from local.chaos.system import Event, Functions, MakeSystem, System
from local.chaos.upstream_data import small_dataset
from local.chaos.upstream_line import UpstreamLine
from local.cloud import Cloud, quiet_handlers
from local.gateway import to_event
from local.samples import CREDENTIALS, SAMPLES
from local.stack import SITE_URL

LATER = 600.0
"""After how many seconds AWS tries again: by then no turn is held any more by a run that died."""
SETTINGS = {**SAMPLES["sources"].settings, "HOT_SCORE": "0", "ARXIV_DELAY_SECONDS": "3"}
"""Every paper is in its digest, so that every number can be followed."""
ASKED_AT = datetime(2026, 7, 21, 18, tzinfo=UTC)
"""When readers ask, whatever happened."""
ADDRESSES = (
    "/",
    "/digests",
    "/digests/latest",
    "/digests/2026-07-13",
    "/digests/2026-07-13.html",
    "/digests/2026-07-13.md",
    "/digests/2026-W29",
    "/papers/2607.09424",
    "/papers?q=model",
    "/feeds/digests.atom",
    "/status",
)


@dataclass(frozen=True)
class Scene:
    """A run of the schedule: its time, the date in New York, and how often everything has grown.

    `then` is the time of the run after it, for what can be made good by a later run alone, and
    `tomorrow` the date in New York by then.
    """

    name: str
    time: str
    today: date
    growths: int
    then: str
    tomorrow: date

    @property
    def event(self) -> Event:
        """The event of the run."""
        return {"time": self.time}

    @property
    def next_event(self) -> Event:
        """The event of the run after it."""
        return {"time": self.then}


SCENES = (
    Scene(
        name="first",
        time="2026-07-14T10:00:00Z",
        today=date(2026, 7, 14),
        growths=0,
        then="2026-07-15T10:00:00Z",
        tomorrow=date(2026, 7, 15),
    ),
    Scene(
        name="again",
        time="2026-07-15T10:00:00Z",
        today=date(2026, 7, 15),
        growths=1,
        then="2026-07-15T16:00:00Z",
        tomorrow=date(2026, 7, 15),
    ),
    Scene(
        name="last",
        time="2026-07-21T10:00:00Z",
        today=date(2026, 7, 21),
        growths=2,
        then="2026-07-21T16:00:00Z",
        tomorrow=date(2026, 7, 21),
    ),
)
"""One after the other: the first run of an archive; a run that measures again, and takes in a day;
the last one, by which two days are final and a week complete, with three days that were quiet."""


@dataclass
class Deed:
    """What a run did: the error that ended it, and the virtual seconds that each function took."""

    errors: list[BaseException] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass
class World:
    """A stack with functions in it, and all that they ask."""

    cloud: Cloud
    clock: VirtualClock
    aws: AwsLine
    upstreams: UpstreamLine
    memory: Memory
    make_system: MakeSystem
    delivered: list[Event] = field(default_factory=list)

    def restore(self, snapshot: Snapshot, scene: Scene) -> None:
        """Be as before a scene's run."""
        # So late that no turn to ask arXiv, of whatever run came before, is held any more.
        self.clock.sleep(LATER)
        self.memory.restore(snapshot)
        self.delivered.clear()
        self.upstreams.show(small_dataset(scene.growths), scene.today)

    def run(self, event: Event, system: System | None = None) -> Deed:
        """The collector, and the renderer on what it left in the stream, whatever ends it."""
        system = system or self.make_system(self.clock)
        deed = Deed()
        start = self.clock.seconds()
        self.clock.beside = 0.0
        with _ended(deed):
            system.collect(event)
        middle = self.clock.seconds()
        records = self.new_records()
        with _ended(deed):
            system.render(records)
        deed.seconds |= {"collector": middle - start, "renderer": self.clock.seconds() - middle}
        deed.seconds[SOURCE] = self.clock.beside
        return deed

    def run_next(self, scene: Scene) -> Deed:
        """The run after a scene's; arXiv has the next day's date by then, if it is a day later."""
        self.upstreams.server.turn_to(scene.tomorrow)
        return self.run_again(scene.next_event)

    def run_again(self, event: Event) -> Deed:
        """What AWS does after a failure: the event and all records once more, minutes later."""
        self.clock.sleep(LATER)
        system, deed = self.make_system(self.clock), Deed()
        with _ended(deed):
            system.collect(event)
        self.new_records()
        with _ended(deed):
            system.render(self.delivered)
        return deed

    def render_all(self) -> None:
        """Publish all digests that are kept, oldest first."""
        Functions(self.clock).renderer().render_again(date.min, date.max)

    def new_records(self) -> Sequence[Event]:
        """The new records of the stream; they are kept, to be delivered again."""
        records = self.memory.new_records()
        self.delivered += records
        return records

    def state(self) -> State:
        """What is kept now."""
        return self.memory.state()

    def answers(self) -> Mapping[str, tuple[int, str]]:
        """What readers are answered: status and body."""
        return {address: self.answer(address) for address in ADDRESSES}

    def answer(self, address: str) -> tuple[int, str]:
        """What a reader is answered: status and body."""
        said = self.cloud.request(_request(address))
        return said["statusCode"], said["body"]


@contextmanager
def _ended(deed: Deed) -> Iterator[None]:
    """Let anything end what is within; it is noted."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        deed.errors.append(error)


@contextmanager
def open_world(make_system: MakeSystem = Functions) -> Iterator[World]:
    """A world, empty; `make_system` makes what AWS starts in it."""
    clock = VirtualClock()
    quiet_handlers(logging.NullHandler())
    with ExitStack() as stack:
        upstreams = stack.enter_context(UpstreamLine.opened(clock, small_dataset(0)))
        cloud = stack.enter_context(Cloud({**upstreams.settings, **SETTINGS}, CREDENTIALS))
        stack.enter_context(upstreams.laid())
        stack.enter_context(waiting_of_botocore(clock))
        aws = AwsLine(clock)
        stack.enter_context(aws.laid())
        yield World(cloud, clock, aws, upstreams, Memory(cloud), make_system)


def _request(address: str) -> Mapping[str, Any]:
    """The event of a request for an address."""
    path, _, query = address.partition("?")
    built = EnvironBuilder(path=path, query_string=query, base_url=SITE_URL)
    return to_event(Request(built.get_environ()), ASKED_AT)
