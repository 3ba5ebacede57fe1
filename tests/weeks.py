"""Made-up weeks of the collector's, and what CloudWatch is told in them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from hotpapers.domain.calendar import Window, predicted_quiet
from hotpapers.domain.edition import Edition, Outcome
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import SourceReport
from hotpapers.errors import UpstreamError
from hotpapers.use_cases.collect import CollectionOrder, Stores
from hotpapers.use_cases.measure import Roster
from hotpapers.use_cases.report import measure
from local.simulation.arxiv import SimulatedArxiv
from local.simulation.chronicle import write_chronicle
from local.simulation.days import BEFORE, SCHEDULE, collector
from local.simulation.posts import NAMES, Buzz, SimulatedPosts
from local.simulation.troubles import Trouble, Troubles
from local.simulation.week import ONE_DAY, in_new_york, weekdays
from tests.alarms import ALARMS, Alarm, Datum, State
from tests.fakes import MemoryEditions, MemoryListings, MemoryMeasurements, MemoryReadings

FULL_RUN = Decimal("2.50")
"""What a run costs on X that reads all that it may: 500 posts."""
SEEN = timedelta(minutes=5)
"""How often SQS tells how many messages wait; in truth five times as often."""
RETRIES = (timedelta(0), timedelta(minutes=1), timedelta(minutes=3))
"""How long after an event Lambda invokes a function for it that fails."""
NEVER: Collection[date] = ()


@dataclass(frozen=True)
class Weeks:
    """Days from a day on, in the mornings of which the collector is run, but for some.

    `silent` are weekdays on which arXiv announces nothing though its calendar does not say so, and
    on those that are `cut_off` nothing can be asked of it. `failing` are the days on which a source
    fails, `lacking` what is said of those that have no credential.
    """

    first: date
    days: int
    silent: Collection[date] = NEVER
    cut_off: Collection[date] = NEVER
    without_run: Collection[date] = NEVER
    failing: Mapping[str, Collection[date]] = field(default_factory=dict)
    sources: Sequence[str] = NAMES
    lacking: Mapping[str, SourceReport] = field(default_factory=dict)

    @property
    def dates(self) -> Sequence[date]:
        """The days."""
        return [self.first + number * ONE_DAY for number in range(self.days)]

    def at(self, number: int) -> date:
        """The day after so many days."""
        return self.first + number * ONE_DAY


@dataclass
class Source:
    """A source that fails on some days. X charges as much as it ever does."""

    posts: SimulatedPosts
    failing: Collection[date]
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.posts.name

    def earliest(self, time: datetime) -> datetime:
        return self.posts.earliest(time)

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:
        if self.posts.now.date() in self.failing:
            raise UpstreamError(self.name, "answered 503")
        first, *others = self.posts.pages(listing_date, span)
        yield replace(first, cost=FULL_RUN if self.name == "x" else None)
        yield from others


class Editions(MemoryEditions):
    """A store of digests that counts what the stream tells the renderer: `saved` editions."""

    saved = 0

    def save(self, edition: Edition) -> Outcome:
        outcome = super().save(edition)
        self.saved += outcome is Outcome.SAVED
        return outcome


class Watched:
    """The weeks as CloudWatch sees them: `told` are the data of each metric, by its name."""

    def __init__(self, weeks: Weeks) -> None:
        self.weeks = weeks
        self.told: defaultdict[str, list[Datum]] = defaultdict(list)
        self._random = Random(6)  # noqa: S311
        self._editions, self._waiting = Editions(), 0
        troubles = Troubles({day: frozenset({Trouble.ARXIV_DOWN}) for day in weeks.cut_off})
        begin, end = weeks.first - BEFORE * ONE_DAY, weeks.dates[-1]
        silent = {day for day in weekdays(begin, end) if predicted_quiet(day)} | {*weeks.silent}
        chronicle = write_chronicle(self._random, begin, end, silent, 6)
        now = in_new_york(weeks.first, SCHEDULE)
        self._arxiv = SimulatedArxiv(chronicle, troubles, now)
        self._posts = [
            SimulatedPosts(name, Buzz(chronicle, 6), troubles, now) for name in weeks.sources
        ]
        sources = [Source(each, weeks.failing.get(each.name, NEVER)) for each in self._posts]
        stores = Stores(self._editions, MemoryReadings(), MemoryListings(), MemoryMeasurements())
        self._work = collector(self._arxiv, Roster(sources, weeks.lacking), stores)
        for day in weeks.dates:
            self._pass(day)

    def _pass(self, day: date) -> None:
        """Run the collector, as its handler does; AWS does the rest."""
        time = in_new_york(day, SCHEDULE)
        attempts = (self._attempt(time, time + late) for late in RETRIES)
        if day not in self.weeks.without_run and not any(attempts):
            self._waiting += 1
        if self._waiting:
            for number in range(ONE_DAY // SEEN):
                seen = (time + RETRIES[-1] + number * SEEN, self._waiting)
                self.told["ApproximateNumberOfMessagesVisible"].append(seen)

    def _attempt(self, time: datetime, began_at: datetime) -> bool:
        """Whether an attempt at an event did it."""
        self._arxiv.now = began_at
        for source in self._posts:
            source.now = began_at
        self._editions.saved = 0
        told, seconds = {"CollectionsStarted": 1.0}, 20
        try:
            run = self._work(CollectionOrder(time))
        except UpstreamError:
            pass
        else:
            told |= {"CollectionsFinished": 1.0, **measure(run)}
            seconds = self._random.randint(30, 840)
        if self._editions.saved:
            told["Invocations"] = 1.0
        for name, value in told.items():
            self.told[name].append((began_at + timedelta(seconds=seconds), value))
        return "CollectionsFinished" in told

    def changes(self, further: int = 0) -> dict[str, list[tuple[datetime, State]]]:
        """Which alarms changed their state, and when, from the first run on to a day after the
        last."""
        first = in_new_york(self.weeks.first, SCHEDULE) + timedelta(minutes=20)
        last = in_new_york(self.weeks.dates[-1], SCHEDULE) + ONE_DAY
        alarms = {name: Alarm.from_template(name) for name in ALARMS}
        changed = {
            name: list(alarm.changes(self.told[alarm.metric.name], first, last, further))
            for name, alarm in alarms.items()
        }
        return {name: changes for name, changes in changed.items() if changes}
