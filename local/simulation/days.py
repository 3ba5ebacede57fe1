"""A simulated span of days: one run of the collector after the other, and what befalls them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from hotpapers.domain.calendar import predicted_quiet
from hotpapers.domain.ranking import Rules
from hotpapers.errors import StoreError, UpstreamError
from hotpapers.ports import PaperSource
from hotpapers.use_cases.collect import CollectionOrder, Collector, Run, Stores, Terms
from hotpapers.use_cases.measure import Roster
from local.simulation.arxiv import SimulatedArxiv
from local.simulation.chronicle import PATTERNS, write_chronicle
from local.simulation.posts import NAMES, Buzz, SimulatedPosts
from local.simulation.stores import Death, Fate, Writing
from local.simulation.troubles import Trouble, Troubles, plan_troubles
from local.simulation.week import ONE_DAY, in_new_york, weekdays

SCHEDULE = time(6)
"""When the collector runs every day, New York time."""
ATTEMPTS = 3
"""How often AWS invokes the collector for an event that it fails on."""
BEFORE = 14
"""For how many days arXiv has announced papers when the first run is made."""
AFTER = 12
"""For how many days there are runs, without troubles, after the days that are looked at: until
their digests are final."""
PAUSE = timedelta(minutes=2)
"""How long after an attempt the next one is made."""
REDELIVERY = timedelta(minutes=20)
"""How long after a run an event comes that was delivered before, or is late."""
MOST_WRITES = 24
"""Up to which write of a run something befalls one."""
NEEDING_NO_RUN = frozenset(
    {Trouble.NO_RUN, Trouble.RUN_LATE, Trouble.UNLISTED_HOLIDAY, Trouble.HOLIDAY_WORKED}
)
"""The troubles that befall a day whether there is a run or not."""
NEEDING_LUCK = frozenset({Trouble.DEATH, Trouble.STORE_FULL})
"""The troubles that befall a run only if it comes so far."""


@dataclass(frozen=True)
class Plan:
    """What is simulated: so many days from a day on, and what happens on them.

    Between two cut-offs of arXiv's there are at most so many `submissions`. The troubles of
    `crowded` days befall the same days more often. `seed` decides the rest.
    """

    seed: int = 1
    first: date = date(2026, 10, 1)
    days: int = 92
    submissions: int = 36
    crowded: bool = False

    @property
    def last(self) -> date:
        """The last day."""
        return self.first + (self.days - 1) * ONE_DAY

    @property
    def weekdays(self) -> Sequence[date]:
        """The days each of which is to have a digest, or a reason for having none."""
        return weekdays(self.first, self.last)


class Ending(StrEnum):
    """How the last attempt at an event ended."""

    DONE = "done"
    LACKING = "done as far as arXiv could be asked"
    BROKEN = "broken off"


@dataclass(frozen=True)
class Delivery:
    """An event that was delivered: its time, when it came, and how it ended.

    `runs` are those that came to an end, `questions` how many arXiv was asked by each attempt.
    `partial` are the days of which it was said then that there may be more papers. A delivery that
    is `repeated` was done before; `changed` tells whether it changed anything.
    """

    time: datetime
    came_at: datetime
    ending: Ending
    runs: tuple[Run, ...]
    questions: tuple[int, ...]
    partial: frozenset[date] = frozenset()
    repeated: bool = False
    changed: bool = False


Work = Callable[[CollectionOrder], Run]
"""What is run every day."""


def collector(papers: PaperSource, roster: Roster, stores: Stores) -> Work:
    """The collector's work. Every paper is hot, so that the digests have all that is listed."""
    return Collector(papers, roster, stores, Rules(hot_score=0), Terms(PATTERNS)).collect


@dataclass
class Simulation:
    """A plan that is carried out on stores, day by day.

    `state` gives all that the stores hold, to be compared. `put_together` makes what is run every
    day.
    """

    plan: Plan
    stores: Stores
    state: Callable[[], object]
    put_together: Callable[[PaperSource, Roster, Stores], Work] = collector
    deliveries: list[Delivery] = field(default_factory=list)
    injected: Counter[Trouble] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        plan, self._random = self.plan, Random(self.plan.seed)  # noqa: S311
        self.troubles = plan_troubles(self._random, plan.first, plan.last, crowded=plan.crowded)
        begin, end = plan.first - BEFORE * ONE_DAY, plan.last + AFTER * ONE_DAY
        self.silent = frozenset(silent_days(self.troubles, begin, end))
        self.chronicle = write_chronicle(self._random, begin, end, self.silent, plan.submissions)
        now = in_new_york(plan.first, SCHEDULE)
        self.arxiv = SimulatedArxiv(self.chronicle, self.troubles, now)
        self.buzz = Buzz(self.chronicle, plan.seed)
        self.sources = [SimulatedPosts(name, self.buzz, self.troubles, now) for name in NAMES]
        self._writing = Writing()
        exposed = self._writing.exposed(self.stores)
        self._work = self.put_together(self.arxiv, Roster(self.sources), exposed)

    def days(self) -> Iterator[date]:
        """Let the days pass, each of which is given when it is over."""
        late: list[Delivery | datetime] = []
        for number in range(self.plan.days + AFTER):
            day = self.plan.first + number * ONE_DAY
            time, troubles = in_new_york(day, SCHEDULE), self.troubles.on(day)
            if Trouble.RUN_LATE in troubles:
                late.append(time)
            elif Trouble.NO_RUN not in troubles:
                late = self._run(time, troubles, late)
            self.injected.update(troubles & NEEDING_NO_RUN)
            yield day

    def _run(
        self,
        time: datetime,
        troubles: Collection[Trouble],
        late: Sequence[Delivery | datetime],
    ) -> list[Delivery | datetime]:
        """The run of a day, and what comes after it; gives what is to come after the next one."""
        delivery = self._deliver(time, time, self._fates(troubles))
        self.injected.update(set(troubles) - NEEDING_NO_RUN - NEEDING_LUCK)
        if Trouble.RUN_TWICE in troubles:
            self._repeat(delivery, delivery)
        for earlier in late:
            if isinstance(earlier, Delivery):
                self._repeat(earlier, delivery)
            else:
                self._deliver(earlier, time + REDELIVERY)
        return [delivery] if Trouble.RUN_AGAIN in troubles else []

    def _deliver(self, time: datetime, came_at: datetime, fates: Sequence[Fate] = ()) -> Delivery:
        """Have the collector carry out an event, as often as AWS invokes it."""
        runs, questions, ending = list[Run](), list[int](), Ending.BROKEN
        for attempt in range(ATTEMPTS):
            self._let_it_be(came_at + attempt * PAUSE)
            self._writing.fate = next(iter(fates[attempt:]), None)
            asked_before = self.arxiv.asked
            try:
                runs.append(self._work(CollectionOrder(time)))
                ending = Ending.DONE
            except UpstreamError:
                ending = Ending.LACKING
            except (StoreError, Death):
                ending = Ending.BROKEN
            questions.append(self.arxiv.asked - asked_before)
            if ending is Ending.DONE:
                break
        self._writing.fate = None
        self.injected.update(
            Trouble.DEATH if fate.death else Trouble.STORE_FULL for fate in fates if fate.struck
        )
        partial = frozenset(self._partial_days())
        delivery = Delivery(time, came_at, ending, tuple(runs), tuple(questions), partial)
        self.deliveries.append(delivery)
        return delivery

    def _partial_days(self) -> Iterator[date]:
        kept = self.stores.listings.listings(self.plan.first, self.plan.last)
        return (day for day, listing in kept.items() if listing.shortfall)

    def _repeat(self, earlier: Delivery, last: Delivery) -> None:
        """Deliver an event again after the last one; where both were done, nothing may change."""
        before = self.state()
        delivery = self._deliver(earlier.time, last.came_at + REDELIVERY)
        is_idle = earlier.ending is last.ending is Ending.DONE
        self.deliveries[-1] = replace(
            delivery, repeated=True, changed=is_idle and self.state() != before
        )

    def _let_it_be(self, now: datetime) -> None:
        self.arxiv.now = now
        for source in self.sources:
            source.now = now

    def _fates(self, troubles: Collection[Trouble]) -> Sequence[Fate]:
        """What befalls the writes of the attempts of a run: of the first, or of more."""
        kinds = sorted({Trouble.DEATH, Trouble.STORE_FULL}.intersection(troubles))
        if not kinds:
            return ()
        return [
            Fate(
                write=self._random.randint(1, MOST_WRITES),
                death=self._random.choice(kinds) is Trouble.DEATH,
                done=self._random.random() < 0.5,
            )
            for _ in range(self._random.randint(1, ATTEMPTS))
        ]


def silent_days(troubles: Troubles, first: date, last: date) -> Iterator[date]:
    """The weekdays on which arXiv announces nothing: of its calendar, and without notice."""
    for day in weekdays(first, last):
        kinds = troubles.on(day)
        is_holiday = predicted_quiet(day) and Trouble.HOLIDAY_WORKED not in kinds
        if is_holiday or Trouble.UNLISTED_HOLIDAY in kinds:
            yield day
