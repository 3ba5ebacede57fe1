"""A paper as a part of a page: its numbers in words, in a table and as pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hotpapers.documents.address import web_address
from hotpapers.documents.attention_chart import sparkline
from hotpapers.documents.counts import UNKNOWN, counts_in_words
from hotpapers.documents.pages.html import Html
from hotpapers.documents.pages.words import enumeration, number
from hotpapers.domain.digest import Attention, Mention, Point, RankedPaper
from hotpapers.domain.paper import Paper
from hotpapers.domain.sources import SOURCES

FIRST_AUTHORS = 8
"""How many authors are named at once where there are many more."""
MANY_AUTHORS = 12
FIRST_POSTS = 4
"""How many posts are shown at once where there are many more."""
MANY_POSTS = 5

BAR_LENGTH = 100
"""The length of a bar, in its own units."""


@dataclass(frozen=True)
class SourceLine:
    """What a source says of a paper: `points` and `voices` are None where they are unknown."""

    name: str
    title: str
    points: Decimal | None
    counts: str
    voices: int | None


@dataclass(frozen=True)
class PaperPart:
    """A paper of a page; `rank` is None where it has none, `score` where nothing is known.

    `reason` says in a sentence why it is hot, `origins` only where its score is from. `bar` and
    `spark` are pictures.
    """

    paper: Paper
    day: date
    rank: int | None
    score: Decimal | None
    reason: str
    origins: str
    lines: tuple[SourceLine, ...]
    mentions: tuple[Mention, ...]
    code: str
    bar: Html
    spark: Html

    @property
    def first_authors(self) -> tuple[str, ...]:
        """The authors who are named at once."""
        authors = self.paper.authors
        return authors if len(authors) <= MANY_AUTHORS else authors[:FIRST_AUTHORS]

    @property
    def other_authors(self) -> tuple[str, ...]:
        """The authors who are named on demand."""
        return self.paper.authors[len(self.first_authors) :]

    @property
    def first_posts(self) -> tuple[Mention, ...]:
        """The posts that are shown at once."""
        mentions = self.mentions
        return mentions if len(mentions) <= MANY_POSTS else mentions[:FIRST_POSTS]

    @property
    def other_posts(self) -> tuple[Mention, ...]:
        """The posts that are shown on demand."""
        return self.mentions[len(self.first_posts) :]


def paper_part(
    entry: RankedPaper, day: date, sources: Sequence[str], most: Decimal, rank: int | None = None
) -> PaperPart:
    """A paper of a digest.

    `sources` are those that are shown, `most` is the score that a whole bar stands for; `rank` is
    its place on the page, where that is not the one in its digest.
    """
    return PaperPart(
        paper=entry.paper,
        day=day,
        rank=rank if rank is not None else entry.rank,
        score=entry.score if entry.attention else None,
        reason=reason(entry.attention),
        origins=origins(entry.attention),
        lines=source_lines(entry.attention, sources),
        mentions=entry.mentions,
        code=web_address(entry.code),
        bar=attention_bar(entry.attention, most),
        spark=history_line(entry.history),
    )


def known_sources(entries: Sequence[RankedPaper]) -> tuple[str, ...]:
    """The sources that tell of any of some papers, in their order."""
    known = {name for entry in entries for name in entry.attention}
    return tuple(name for name in SOURCES if name in known)


def highest_score(entries: Sequence[RankedPaper]) -> Decimal:
    """The highest score of some papers; 0 of none."""
    return max((entry.score for entry in entries), default=Decimal(0))


def source_lines(
    attention: Mapping[str, Attention], sources: Sequence[str]
) -> tuple[SourceLine, ...]:
    """What each of these sources says of a paper, in their order."""
    return tuple(_line(name, attention.get(name)) for name in sources)


def _line(name: str, attention: Attention | None) -> SourceLine:
    title = SOURCES[name].title
    if attention is None:
        return SourceLine(name, title, None, UNKNOWN, None)
    counts = counts_in_words(name, attention.counts)
    return SourceLine(name, title, attention.weighted, counts, attention.voices)


def reason(attention: Mapping[str, Attention]) -> str:
    """Why a paper is hot, in a sentence."""
    if not attention:
        return "Its numbers are not known."
    total = sum((known.weighted for known in attention.values()), Decimal(0))
    told = origins(attention)
    if not told:
        return "Nobody talks about it yet."
    colon = "," if told.startswith("all ") else ":"
    return f"{number(total)} {'point' if total == 1 else 'points'}{colon} {told}."


def origins(attention: Mapping[str, Attention]) -> str:
    """Where a score is from, the most first, in words; empty where it is from nowhere."""
    told = [(name, known.weighted) for name, known in attention.items() if known.weighted > 0]
    told.sort(key=lambda part: -part[1])
    if len(told) == 1:
        return f"all from {SOURCES[told[0][0]].title}"
    return enumeration([f"{number(points)} from {SOURCES[name].title}" for name, points in told])


def history_line(history: Sequence[Point]) -> Html:
    """How a paper's score grew, as a small picture; empty where that is not known yet."""
    return Html(sparkline(history, "Score over time"))


def attention_bar(attention: Mapping[str, Attention], most: Decimal) -> Html:
    """A paper's score as a bar with a part for each source; a whole bar is the score `most`.

    It is an ornament to a screen reader, for the same numbers stand beside it.
    """
    parts = []
    start = Decimal(0)
    for name, known in attention.items():
        length = known.weighted * BAR_LENGTH / most if most > 0 else Decimal(0)
        if length > 0:
            parts.append(
                f'<rect class="source-{name}" x="{start:.2f}" width="{length:.2f}" height="8"/>'
            )
        start += length
    return Html(
        f'<svg class="bar" viewBox="0 0 {BAR_LENGTH} 8" preserveAspectRatio="none"'
        f' aria-hidden="true">{"".join(parts)}</svg>'
    )
