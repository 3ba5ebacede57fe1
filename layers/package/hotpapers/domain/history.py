"""How the attention that papers get grows: what each run measured, and what follows from it.

A measurement knows only what was told at its time. A source that could not be asked then leaves a
hole, never a zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from hotpapers.domain.digest import Attention, Digest, Point, Rise
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.sources import SOURCES

if TYPE_CHECKING:  # whoever reads measurements makes none, and needs nothing of ranking
    from hotpapers.domain.ranking import Rules
    from hotpapers.domain.reading import Reading

MOST_RISING = 5
"""How many rising papers a digest names."""


@dataclass(frozen=True)
class Measurement:
    """What the sources told of a day's papers at a time (UTC).

    `complete` are the sources that told all: a paper without an entry of theirs was not mentioned.
    `papers` has, for each paper that is mentioned, what each source told of it. Of a source that is
    not in `complete`, and has no entry, the numbers are unknown. `listed` are the papers that were
    asked about, where the day may get more of them; None stands for all that it has.
    """

    time: datetime
    complete: tuple[str, ...]
    papers: Mapping[PaperId, Mapping[str, Attention]]
    listed: frozenset[PaperId] | None = None

    def attention(self, paper: PaperId) -> Mapping[str, Attention]:
        """What is known of a paper, by the sources' names in their order."""
        if self.listed is not None and paper not in self.listed:
            return {}
        told = self.papers.get(paper, {})
        silent = {name: _nothing(name) for name in self.complete}
        known = {**silent, **told}
        return {name: known[name] for name in SOURCES if name in known}


def make_measurement(time: datetime, readings: "Iterable[Reading]", rules: "Rules") -> Measurement:
    """What readings tell that were taken at a time; older ones, which stand in, tell nothing."""
    from hotpapers.domain.ranking import attention_by_paper

    taken = sorted((r for r in readings if r.taken_at == time), key=lambda reading: reading.source)
    papers: dict[PaperId, dict[str, Attention]] = {}
    for reading in taken:
        told = attention_by_paper(reading, rules)
        for paper in sorted(reading.papers_measured):
            if reading.shortfall or told[paper].voices:
                papers.setdefault(paper, {})[reading.source] = told[paper]
    complete = tuple(reading.source for reading in taken if not reading.shortfall)
    return Measurement(time, complete, papers)


def history(paper: PaperId, measurements: Sequence[Measurement]) -> tuple[Point, ...]:
    """A paper's attention over time, oldest first; nothing where nothing was known."""
    points = (Point(each.time, each.attention(paper)) for each in measurements)
    return tuple(point for point in points if point.attention)


def rising(papers: Iterable[Paper], measurements: Sequence[Measurement]) -> tuple[Rise, ...]:
    """The papers whose score grew most since the measurement before the last, fastest first.

    Only sources that are known at both times are compared: one that comes back has not grown.
    """
    if len(measurements) < 2:
        return ()
    before, now = measurements[-2:]
    rises = (
        Rise(paper.id, paper.title, grown, before.time)
        for paper in papers
        if (grown := _growth(before.attention(paper.id), now.attention(paper.id))) > 0
    )
    fastest = sorted(rises, key=lambda rise: (-rise.growth, rise.paper))
    return tuple(fastest[:MOST_RISING])


def with_history(
    digest: Digest, papers: Iterable[Paper], measurements: Sequence[Measurement]
) -> Digest:
    """A digest together with how the attention that its day's papers get has grown.

    `measurements` are those up to the digest's time, oldest first.
    """
    ranked = tuple(
        replace(entry, history=history(entry.paper.id, measurements)) for entry in digest.papers
    )
    return replace(digest, papers=ranked, rising=rising(papers, measurements))


def _growth(before: Mapping[str, Attention], now: Mapping[str, Attention]) -> Decimal:
    both = before.keys() & now.keys()
    return sum((now[name].weighted - before[name].weighted for name in both), Decimal(0))


def _nothing(source: str) -> Attention:
    """What a source says of a paper that it does not mention."""
    return Attention(dict.fromkeys(SOURCES[source].metrics, 0), 0, Decimal(0))
