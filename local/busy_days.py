"""Days of 1,500 papers, and what is said of them: made up, always the same, in memory.

Texts are of words that occur as often as words do, so that they get as short by packing them as
real ones do: a paper by itself to 0.9 KB, among others to 0.6 KB (those of the sample day
2026-07-13 have as much).
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from random import Random

from hotpapers.adapters.pace import Pace
from hotpapers.domain.calendar import Window, announced_at, new_york_date, submission_window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import AnnouncedPaper, Announcement, Kind, Notice
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Account, Post
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import SOURCES

PAPERS = 1_500
"""How many papers a busy day has."""
POSTS = {
    "x": 100,
    "bluesky": 150,
    "mastodon": 20,
    "hackernews": 5,
    "reddit": 10,
    "huggingface": 30,
}
"""How many posts each source tells of, about a day's papers. X is asked for 500 at most in a run,
which measures five days."""
REVISED = 100
"""One of so many papers gets a new version on each day after its first."""
STRIDE = 611
"""How far the papers that are talked about lie apart among the others."""
LONGEST_WAIT = 60.0

LETTERS = "eeeeetttaaaooiiinnsssrrhhlldcumfgpybvwkxqjz"
"""The letters of words, as often as English has them or so."""


@cache
def words() -> tuple[Sequence[str], Sequence[float]]:
    """A vocabulary, and how often its words occur (summed up): the rarer the further back."""
    random = Random(2020)  # noqa: S311
    made = ["".join(random.choices(LETTERS, k=random.randint(2, 10))) for _ in range(12_000)]
    return made, list(accumulate(1 / (rank + 4) for rank in range(len(made))))


def text(random: Random, count: int) -> str:
    """So many words."""
    vocabulary, frequencies = words()
    return " ".join(random.choices(vocabulary, cum_weights=frequencies, k=count))


@lru_cache(maxsize=32)
def papers_of(day: date, count: int = PAPERS) -> Sequence[Paper]:
    """The papers that arXiv announces on a listing date, as they are at first."""
    random, window = Random(f"papers {day}"), submission_window(day)  # noqa: S311
    return [
        Paper(
            id=PaperId(f"{day:%y%m}.{day.day * 3_000 + number:05}"),
            title=text(random, 9).capitalize(),
            authors=tuple(text(random, 2).title() for _ in range(random.randint(1, 9))),
            categories=tuple(random.sample(["cs.LG", "cs.AI", "cs.CL", "cs.CV", "stat.ML"], k=2)),
            abstract=text(random, random.randint(90, 250)).capitalize() + ".",
            submitted_at=_second(window.start + (window.end - window.start) * number / count),
        )
        for number in range(count)
    ]


@lru_cache(maxsize=200)
def posts_about(day: date, source: str, count: int = PAPERS) -> Sequence[Post]:
    """All posts of a source about a day's papers, of which a few get most."""
    random, papers = Random(f"posts {source} {day}"), papers_of(day, count)  # noqa: S311
    return [
        _post(random, source, f"{day:%y%m%d}{number:05}", day, papers)
        for number in range(POSTS[source])
    ]


def _post(random: Random, source: str, post_id: str, day: date, papers: Sequence[Paper]) -> Post:
    paper = papers[int(random.paretovariate(0.6)) * STRIDE % len(papers)]
    account = Account(str(random.randrange(1, 2_000)), text(random, 1), text(random, 2).title())
    appeared = announced_at(day) + timedelta(hours=random.expovariate(1 / 20))
    return Post(
        source=source,
        id=post_id,
        url=f"https://{source}.example/{account.username}/{post_id}",
        account=account,
        text=f"{text(random, 25)} https://arxiv.org/abs/{paper.id}",
        spans=(),
        language="en",
        created_at=_second(appeared),
        counts={metric: int(random.paretovariate(0.7)) for metric in SOURCES[source].metrics},
        papers=(paper.id,),
    )


@dataclass
class BusyArxiv:
    """A PaperSource with a busy announcement on every weekday from a day on; `now` is to be set.

    Every question takes a turn of a pace, as those to the real arXiv do.
    """

    first: date
    count: int = PAPERS
    pace: Pace | None = None
    now: datetime = field(default=datetime.max.replace(tzinfo=UTC))

    def papers_submitted(self, window: Window) -> Sequence[Paper]:
        with self._turn():
            return [
                paper
                for paper in self._papers()
                if paper.submitted_at is not None and paper.submitted_at in window
            ]

    def papers_named(self, papers: Collection[PaperId]) -> Sequence[Paper]:
        with self._turn():
            return [paper for paper in self._papers() if paper.id in papers]

    def feed(self) -> Announcement:
        with self._turn():
            return self._announced(new_york_date(self.now))

    def notice(self) -> Notice:
        with self._turn():
            return Notice(new_york_date(self.now), self.count)

    def announcement(self, day: date) -> Announcement:
        with self._turn():
            return self._announced(day)

    def _turn(self) -> AbstractContextManager[None]:
        return self.pace.turn(LONGEST_WAIT) if self.pace else nullcontext()

    def _announced(self, day: date) -> Announcement:
        entries = [AnnouncedPaper(paper, Kind.NEW, 1) for paper in papers_of(day, self.count)]
        return Announcement(day, tuple(entries))

    def _papers(self) -> Iterator[Paper]:
        """All papers as they are now."""
        today = new_york_date(self.now)
        for day in announced_days(self.first, today):
            age = (today - day).days
            for number, paper in enumerate(papers_of(day, self.count)):
                is_revised = 0 < number % REVISED <= age
                yield _revised(paper) if is_revised else paper


@dataclass(frozen=True)
class BusyPosts:
    """A PostSource that tells of every busy day from a day on. What is posted counts at once."""

    name: str
    first: date
    count: int = PAPERS

    def earliest(self, time: datetime) -> datetime:  # noqa: ARG002
        return datetime(1991, 8, 14, tzinfo=UTC)

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        for day in announced_days(self.first, new_york_date(span.end)):
            posts = posts_about(day, self.name, self.count)
            found = tuple(_grown(post, span.end) for post in posts if post.created_at in span)
            yield PostPage(found, len(found))


def announced_days(first: date, last: date) -> Sequence[date]:
    """The weekdays of a span, both ends included."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def _revised(paper: Paper) -> Paper:
    return replace(paper, abstract=f"{paper.abstract} Revised.")


def _grown(post: Post, time: datetime) -> Post:
    """A post with what it counts at a time: all of it after two days."""
    share = min((time - post.created_at) / timedelta(days=2), 1)
    counts = {metric: int(count * share) for metric, count in post.counts.items()}
    return replace(post, counts=counts)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
