"""Sources of posts in simulated time: what they count of each paper, and when they fail."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from random import Random

from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.post import Account, Post
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import SOURCES
from hotpapers.errors import UpstreamError
from local.simulation.chronicle import Chronicle
from local.simulation.troubles import Trouble, Troubles
from local.simulation.week import appears_at, date_in_new_york

NAMES = ("x", "bluesky", "hackernews")
"""The sources that are on."""
HOURS_OF_GROWTH = 120
"""For how long after it is posted a post is read."""


class Extent(StrEnum):
    """How much a source tells."""

    ALL = "all"
    HALF = "the first page of two"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Buzz:
    """What is said of our papers: at most one post about each on each source. `seed` decides."""

    chronicle: Chronicle
    seed: int

    def count(self, source: str, paper: PaperId, time: datetime) -> int | None:
        """What a source counts for a paper at a time; None while nobody has posted about it."""
        if not self.chronicle.lives[paper].is_ours:
            return None
        posted_at, most = _fate(self.seed, source, paper)
        hours = (time - self._appears_at(paper) - posted_at) // timedelta(hours=1)
        return (
            most * min(hours, HOURS_OF_GROWTH) // HOURS_OF_GROWTH if most and hours >= 0 else None
        )

    def on_first_page(self, paper: PaperId) -> bool:
        """Whether the post about a paper is on the first of a source's pages."""
        return int(paper[-1]) % 2 == 0

    def post(self, source: str, paper: PaperId, time: datetime) -> Post | None:
        """The post about a paper, with its numbers at a time; None where there is none yet."""
        count = self.count(source, paper, time)
        if count is None:
            return None
        first, *others = SOURCES[source].metrics
        return Post(
            source=source,
            id=f"{source}-{paper}",
            url=f"https://{source}.example/{paper}",
            account=Account(f"reader-of-{paper}", "reader", "A Reader"),
            text="Look at this!",
            spans=(),
            language="en",
            created_at=self._appears_at(paper) + _fate(self.seed, source, paper)[0],
            counts={first: count, **dict.fromkeys(others, 0)},
            papers=(paper,),
        )

    def _appears_at(self, paper: PaperId) -> datetime:
        return appears_at(self.chronicle.lives[paper].first.day)


@cache
def _fate(seed: int, source: str, paper: PaperId) -> tuple[timedelta, int]:
    """How long after its announcement a paper is posted about, and what the post counts at last."""
    random = Random(f"{seed} {source} {paper}")  # noqa: S311
    most = random.randint(10, 900) if random.random() < 0.4 else 0
    return timedelta(hours=random.randint(0, 40), minutes=30), most


@dataclass
class SimulatedPosts:
    """A PostSource. `now` (aware) is set by whoever lets time go by.

    `told` is how much it told, by the times that it was asked about: more than once, perhaps.
    """

    name: str
    buzz: Buzz
    troubles: Troubles
    now: datetime
    told: dict[datetime, set[Extent]] = field(default_factory=dict)

    def earliest(self, time: datetime) -> datetime:  # noqa: ARG002
        return datetime(1991, 8, 14, tzinfo=UTC)

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        extent = self._extent()
        self.told.setdefault(span.end, set()).add(extent)
        if extent is not Extent.NOTHING:
            yield self._page(span, first=True)
        if extent is not Extent.ALL:
            raise UpstreamError(self.name, "does not answer")
        yield self._page(span, first=False)

    def _page(self, span: Window, *, first: bool) -> PostPage:
        days = self.buzz.chronicle.newcomers.items()
        posts = (
            self.buzz.post(self.name, paper, span.end)
            for day, papers in days
            if day >= span.start.date()
            for paper in papers
            if self.buzz.on_first_page(paper) is first
        )
        found = tuple(post for post in posts if post and post.created_at in span)
        return PostPage(found, len(found))

    def _extent(self) -> Extent:
        """How much the source tells today."""
        today = date_in_new_york(self.now)
        if Trouble.SOURCE_DOWN not in self.troubles.on(today):
            return Extent.ALL
        random = Random(f"{self.buzz.seed} {self.name} {today}")  # noqa: S311
        extents = list(Extent)
        return random.choice(extents)
