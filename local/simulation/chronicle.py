"""What a made-up arXiv announces over some months: the truth of a simulation.

Submissions come in all the time. Each is announced with the first evening after its cut-off, or
later where moderators hold it, and gets its id then: arXiv numbers what it announces. Papers of
other archives are numbered along, and some of them are cross-listed into ours, at once or later.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from random import Random

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import AnnouncedPaper, Kind
from hotpapers.domain.paper import Paper
from local.simulation.week import ONE_DAY, closes_at, weekdays

PATTERNS = ("cs.*", "stat.ML")
"""The categories whose papers the simulated system takes."""

OURS = ("cs.LG", "cs.CL", "cs.CV", "cs.AI", "stat.ML")
OTHERS = ("math.OC", "eess.IV", "quant-ph", "physics.comp-ph")

LATEST_VERSION = 5
"""arXiv announces replacements up to this version."""


@dataclass(frozen=True)
class Change:
    """What was announced of a paper on a day, and how it is described from then on."""

    day: date
    kind: Kind
    version: int
    paper: Paper


@dataclass
class Life:
    """A paper from its submission (UTC) on; `changes` has its first announcement first."""

    submitted_at: datetime
    changes: list[Change]

    @property
    def first(self) -> Change:
        """The paper's first announcement."""
        return self.changes[0]

    @property
    def last(self) -> Change:
        """The newest announcement of the paper."""
        return self.changes[-1]

    @property
    def is_ours(self) -> bool:
        """Whether the paper was in our categories when it was new."""
        return self.first.paper.is_in(PATTERNS)

    def described(self, day: date) -> Paper:
        """The paper as arXiv describes it on a day on which it is announced, or later."""
        return [change.paper for change in self.changes if change.day <= day][-1]


@dataclass(frozen=True)
class Chronicle:
    """All that arXiv announces: each day's announcement, and the papers' lives.

    A day is missing on which nothing is announced.
    """

    days: Mapping[date, Sequence[AnnouncedPaper]]
    lives: Mapping[PaperId, Life]
    held: frozenset[PaperId]

    @cached_property
    def newcomers(self) -> Mapping[date, Sequence[PaperId]]:
        """The papers of ours that are new on each day, in the order of their ids."""
        papers: dict[date, list[PaperId]] = {day: [] for day in self.days}
        for paper, life in self.lives.items():
            if life.is_ours:
                papers[life.first.day].append(paper)
        return papers


def write_chronicle(
    random: Random, first: date, last: date, silent: Collection[date], most: int
) -> Chronicle:
    """What happens from one date to another where arXiv announces nothing on the `silent` ones.

    Between two cut-offs there are at `most` so many submissions, and at least a third of that.
    """
    writer = _Writer(random, most)
    closed = closes_at(weekdays(first - 4 * ONE_DAY, first - ONE_DAY)[-1])
    for day in weekdays(first, last):
        if day not in silent:
            # What was ready on a silent evening goes out with the next announcement.
            ready = closes_at(day)
            writer.receive(closed, ready, day)
            writer.announce(day)
            closed = ready
    return Chronicle(writer.days, writer.lives, frozenset(writer.held))


@dataclass(frozen=True)
class _Draft:
    """A submission that is not announced yet, and from which listing date on it may be."""

    submitted_at: datetime
    categories: tuple[str, ...]
    ready_for: date
    held: bool


@dataclass
class _Writer:
    """Writes the chronicle, day by day."""

    random: Random
    most: int
    days: dict[date, Sequence[AnnouncedPaper]] = field(default_factory=dict)
    lives: dict[PaperId, Life] = field(default_factory=dict)
    held: set[PaperId] = field(default_factory=set)
    _drafts: list[_Draft] = field(default_factory=list)
    _month: str = ""
    _number: int = 0

    def receive(self, start: datetime, end: datetime, day: date) -> None:
        """Take the submissions of a span of time, which are ready for a listing date."""
        for _ in range(self.random.randint(self.most // 3, self.most)):
            held = self.random.random() < 0.06
            submitted_at = start + self.random.random() * (end - start)
            draft = _Draft(
                submitted_at=submitted_at.replace(microsecond=0),
                categories=self._categories(),
                ready_for=day + self.random.randint(1, 12) * ONE_DAY if held else day,
                held=held,
            )
            self._drafts.append(draft)

    def announce(self, day: date) -> None:
        """Announce what is ready, cross-list and replace some of what is older."""
        older = list(self.lives.values())
        ready = [draft for draft in self._drafts if draft.ready_for <= day]
        self._drafts = [draft for draft in self._drafts if draft.ready_for > day]
        self.random.shuffle(ready)
        changes = [self._first(draft, day) for draft in ready]
        known = self.random.sample(older, min(len(older), 14))
        changes += [change for life in known for change in self._later(life, day)]
        self.days[day] = tuple(
            AnnouncedPaper(change.paper, change.kind, change.version)
            for change in sorted(changes, key=_place)
            if change.paper.is_in(PATTERNS)
        )

    def _categories(self) -> tuple[str, ...]:
        """Mostly ours, some of others and cross-listed into ours, some of others alone."""
        draw = self.random.random()
        if draw < 0.7:
            return tuple(self.random.sample(OURS, self.random.randint(1, 3)))
        other = self.random.choice(OTHERS)
        return (other, self.random.choice(OURS)) if draw < 0.85 else (other,)

    def _first(self, draft: _Draft, day: date) -> Change:
        paper = Paper(
            id=self._next_id(day),
            title=f"A paper of {draft.submitted_at:%-d %B, %H:%M:%S}",
            authors=("Ada Lovelace",),
            categories=draft.categories,
            abstract="We weave algebraical patterns.",
            submitted_at=draft.submitted_at,
        )
        is_ours = replace(paper, categories=paper.categories[:1]).is_in(PATTERNS)
        change = Change(day, Kind.NEW if is_ours else Kind.CROSS, 1, paper)
        self.lives[paper.id] = Life(draft.submitted_at, [change])
        if draft.held:
            self.held.add(paper.id)
        return change

    def _next_id(self, day: date) -> PaperId:
        """The next id of the month in which the announcement is made, some days' of others left."""
        month = f"{day - ONE_DAY:%y%m}"
        self._number = (self._number if month == self._month else 0) + self.random.randint(1, 4)
        self._month = month
        return PaperId(f"{month}.{self._number:05}")

    def _later(self, life: Life, day: date) -> Iterator[Change]:
        """What else becomes of a paper: a cross-list, or a new version, by which some withdraw."""
        paper, version = life.last.paper, life.last.version
        missing = [category for category in OURS if category not in paper.categories]
        is_listed = paper.is_in(PATTERNS)
        if missing and (not is_listed or self.random.random() < 0.15):
            categories = (*paper.categories, self.random.choice(missing))
            change = Change(day, Kind.CROSS, version, replace(paper, categories=categories))
        elif version < LATEST_VERSION and not paper.withdrawn:
            is_ours = replace(paper, categories=paper.categories[:1]).is_in(PATTERNS)
            kind = Kind.REPLACE if is_ours else Kind.REPLACE_CROSS
            withdrawn = self.random.random() < 0.1
            change = Change(day, kind, version + 1, replace(paper, withdrawn=withdrawn))
        else:
            return
        life.changes.append(change)
        yield change


def _place(change: Change) -> tuple[int, PaperId]:
    """Where a change stands in arXiv's feeds: by its kind, then by its id."""
    return list(Kind).index(change.kind), change.paper.id
