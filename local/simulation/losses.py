"""What a simulated span of days should have left behind, and what of it is not so.

The truth is the chronicle of what was announced, and what the sources told when they were asked.
What is kept is read from the digests' documents alone, as anybody reads them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.sources import SOURCES
from local.simulation.chronicle import Life
from local.simulation.days import AFTER, BEFORE, Delivery, Ending, Simulation
from local.simulation.posts import Extent
from local.simulation.troubles import Trouble
from local.simulation.week import ONE_DAY, appears_at, date_in_new_york, weekdays

SETTLING = timedelta(days=1)
MEASURED = timedelta(days=7)
NEVER = datetime.max.replace(tzinfo=UTC)
MOST_LISTINGS = 5
MOST_DIGESTS = 20
MOST_QUESTIONS = 26
"""How many questions to arXiv are bearable in one run."""


class Loss(StrEnum):
    """What can be wrong, in words for people."""

    LOST = "papers in no digest"
    REPEATED = "papers in two digests"
    MISFILED = "papers in another day's digest"
    INVENTED = "papers that were not new"
    UNACCOUNTED = "weekdays without a digest or a reason"
    SURPLUS = "digests of Saturdays and Sundays"
    LATE = "digests later than need be"
    OPEN = "digests that are not final"
    MISCOUNTED = "numbers that no source told"
    UNMEASURED = "measurements that are missing"
    UNSAID = "papers described as they were not"
    CHANGED = "repeated events that changed something"
    BOUNDLESS = "runs without measure"


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a day."""

    loss: Loss
    day: date
    what: str


@dataclass(frozen=True)
class Examination:
    """Looks over what a simulation has left behind."""

    simulation: Simulation

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong."""
        yield from self._papers()
        for day in self.simulation.plan.weekdays:
            yield from self._day(day)
        for day in self.documents:
            if not weekdays(day, day):
                yield Finding(Loss.SURPLUS, day, f"has a digest on a {day:%A}")
        yield from self._deliveries()

    @cached_property
    def documents(self) -> Mapping[date, Any]:
        """The digests' documents by their dates, those before and after the days included."""
        plan, editions = self.simulation.plan, self.simulation.stores.editions
        first, last = plan.first - BEFORE * ONE_DAY, plan.last + AFTER * ONE_DAY
        days = (first + number * ONE_DAY for number in range((last - first).days + 1))
        kept = {day: editions.document(day) for day in days}
        return {day: json.loads(found[1]) for day, found in kept.items() if found}

    @cached_property
    def truth(self) -> Mapping[PaperId, date]:
        """The days on which the papers are new."""
        newcomers = self.simulation.chronicle.newcomers.items()
        return {paper: day for day, papers in newcomers for paper in papers}

    @cached_property
    def orderly(self) -> Sequence[Delivery]:
        """The deliveries that got through, without those that came after a later one's."""
        found: list[Delivery] = []
        newest = datetime.min.replace(tzinfo=UTC)
        for delivery in self.simulation.deliveries:
            if delivery.time > newest and delivery.ending is not Ending.BROKEN:
                found.append(delivery)
            newest = max(newest, delivery.time)
        return found

    def _papers(self) -> Iterator[Finding]:
        """Whether each paper is in exactly one digest: the one of the day on which it is new."""
        plan = self.simulation.plan
        places: defaultdict[PaperId, list[date]] = defaultdict(list)
        for day, document in self.documents.items():
            for entry in document["papers"]:
                places[PaperId(entry["id"])].append(day)
        for paper, day in self.truth.items():
            days = places[paper]
            if not days and plan.first <= day <= plan.last:
                yield Finding(Loss.LOST, day, paper)
            if len(days) > 1:
                yield Finding(Loss.REPEATED, day, f"{paper} on {', '.join(map(str, days))}")
            if len(days) == 1 and days != [day] and not self._is_doubtful(days[0]):
                yield Finding(Loss.MISFILED, day, f"{paper} on {days[0]}")
        for paper in places.keys() - self.truth.keys():
            for day in places[paper]:
                if not (self._is_doubtful(day) or self._seems_new(paper, day)):
                    yield Finding(Loss.INVENTED, day, paper)

    def _seems_new(self, paper: PaperId, day: date) -> bool:
        """Whether nothing that arXiv shows us tells a paper from a new one.

        It was announced to others as one of the last papers of an announcement, and was
        cross-listed to us with the next one, where its id is older than all of ours.
        """
        chronicle = self.simulation.chronicle
        first = chronicle.lives[paper].first.day
        days = list(chronicle.days)
        is_next = days.index(day) == days.index(first) + 1
        return is_next and max(chronicle.newcomers[first]) < paper < min(chronicle.newcomers[day])

    def _is_doubtful(self, day: date) -> bool:
        """Whether a digest says itself that its papers are those that were submitted in time.

        Then those that were held back until another day cannot be told apart.
        """
        return "time of submission" in self.documents[day]["listing"].get("shortfall", "")

    def _day(self, day: date) -> Iterator[Finding]:
        document = self.documents.get(day)
        if document is None:
            yield Finding(Loss.UNACCOUNTED, day, "has no digest")
            return
        listing = document["listing"]
        is_silent = day in self.simulation.silent and not self._is_doubtful(day)
        if listing["state"] != ("quiet" if is_silent else "fresh"):
            yield Finding(Loss.UNACCOUNTED, day, f"is said to be {listing['state']}")
        if is_silent and (document["papers"] or not self._is_reason(listing.get("why", ""), day)):
            yield Finding(Loss.UNACCOUNTED, day, f"is quiet: {listing.get('why')}")
        if not document["final"]:
            yield Finding(Loss.OPEN, day, f"was last measured at {document['measured_at']}")
        if not is_silent:
            yield from self._measured(day, document)

    def _is_reason(self, why: str, day: date) -> bool:
        """Whether this says why a day is quiet: by arXiv's calendar, or without its notice."""
        is_listed = Trouble.UNLISTED_HOLIDAY not in self.simulation.troubles.on(day)
        return bool(why) and ("calendar" in why) is is_listed

    def _measured(self, day: date, document: Any) -> Iterator[Finding]:
        """What was measured of a day, and when."""
        published = datetime.fromisoformat(document["first_published_at"])
        measured = datetime.fromisoformat(document["measured_at"])
        times = [each for each in self.orderly if published <= each.time <= measured]
        expected = self._expected_times(day)
        if not self.simulation.plan.crowded and (published > expected[0] or measured > expected[1]):
            what = f"from {published} to {measured}, not from {expected[0]} to {expected[1]}"
            yield Finding(Loss.LATE, day, what)
        announced = appears_at(day)
        if published < announced + SETTLING or measured < announced + MEASURED:
            yield Finding(Loss.OPEN, day, f"was measured from {published} to {measured} only")
        for entry in document["papers"]:
            life = self.simulation.chronicle.lives[PaperId(entry["id"])]
            yield from self._history(day, entry, times)
            yield from self._description(day, entry, life, times)

    def _expected_times(self, day: date) -> tuple[datetime, datetime]:
        """By when a digest should first appear, and by when be measured for the last time."""
        announced = appears_at(day)
        able = [
            each.time for each in self.orderly if self._can_read(each) and each.time > announced
        ]
        due = max(announced + SETTLING, able[0])
        told = [each.time for each in self.orderly if self._is_told(each.time)]
        return (
            next((time for time in told if time >= due), NEVER),
            next((time for time in told if time >= announced + MEASURED), NEVER),
        )

    def _can_read(self, delivery: Delivery) -> bool:
        troubles = self.simulation.troubles.on(date_in_new_york(delivery.came_at))
        return Trouble.ARXIV_DOWN not in troubles

    def _is_told(self, time: datetime) -> bool:
        extents = (source.told.get(time, set()) for source in self.simulation.sources)
        return any(each - {Extent.NOTHING} for each in extents)

    def _history(self, day: date, entry: Any, deliveries: Sequence[Delivery]) -> Iterator[Finding]:
        """Whether a paper's history has what the sources told, and holes where they did not.

        It may begin later where it was said of the day that it may have more papers.
        """
        paper, history = PaperId(entry["id"]), entry["history"]
        points = {datetime.fromisoformat(each["time"]): each["sources"] for each in history}
        first = min(points, default=NEVER)
        times = {each.time for each in deliveries if each.time >= first or day not in each.partial}
        for time in sorted({*times, *points}):
            told = {name: _number(name, known) for name, known in points.get(time, {}).items()}
            for source in self.simulation.sources:
                possible = self._possible(source.name, source.told.get(time, set()), paper, time)
                number = told.get(source.name)
                if number not in possible:
                    loss = Loss.UNMEASURED if number is None else Loss.MISCOUNTED
                    what = f"{paper}: {number} on {source.name} at {time}, not {possible}"
                    yield Finding(loss, day, what)

    def _possible(
        self, source: str, extents: set[Extent], paper: PaperId, time: datetime
    ) -> set[int | None]:
        """What can be known of a paper, by how much a source told; None stands for nothing."""
        count = self.simulation.buzz.count(source, paper, time)
        is_first = self.simulation.buzz.on_first_page(paper)
        by_extent = {
            Extent.ALL: count or 0,
            Extent.HALF: count if is_first else None,
            Extent.NOTHING: None,
        }
        return {by_extent[extent] for extent in extents} or {None}

    def _description(
        self, day: date, entry: Any, life: Life, times: Sequence[Delivery]
    ) -> Iterator[Finding]:
        """Whether a paper is described as arXiv did when it was last asked: withdrawn, say.

        A run that was broken off may have asked once more.
        """
        asked = [each for each in times if self._is_told(each.time) and self._has_api(each)]
        if not asked:
            return
        measured = datetime.fromisoformat(self.documents[day]["measured_at"])
        possible = [
            life.described(self.simulation.arxiv.newest(each.came_at))
            for each in self.simulation.deliveries
            if asked[-1].time <= each.time <= measured and self._has_api(each)
        ]
        said = (entry.get("withdrawn", False), entry["submitted_at"], entry["categories"])
        submitted_at = f"{life.submitted_at:%Y-%m-%dT%H:%M:%SZ}"
        if said not in [(p.withdrawn, submitted_at, [*p.categories]) for p in possible]:
            yield Finding(Loss.UNSAID, day, f"{entry['id']}: {said}")

    def _has_api(self, delivery: Delivery) -> bool:
        troubles = self.simulation.troubles.on(date_in_new_york(delivery.came_at))
        return troubles.isdisjoint({Trouble.ARXIV_DOWN, Trouble.API_DOWN})

    def _deliveries(self) -> Iterator[Finding]:
        for delivery in self.simulation.deliveries:
            day = delivery.time.date()
            if delivery.changed:
                yield Finding(Loss.CHANGED, day, f"the event of {delivery.time}")
            most = max((len(run.listings) for run in delivery.runs), default=0)
            made = max((len(run.digests) for run in delivery.runs), default=0)
            asked = max(delivery.questions)
            if most > MOST_LISTINGS or made > MOST_DIGESTS or asked > MOST_QUESTIONS:
                what = f"{most} listings, {made} digests, {asked} questions to arXiv"
                yield Finding(Loss.BOUNDLESS, day, what)


def _number(source: str, known: Any) -> int:
    """The number that a source counts first, if it is that of one voice or of none."""
    number = known[SOURCES[source].metrics[0]]
    return int(number) if known["voices"] <= 1 else -1
