"""An archive in memory, and runs over it, for the tests of collecting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hotpapers.documents.digest_json import read_digest
from hotpapers.domain.calendar import Window
from hotpapers.domain.digest import Attention, Digest, Mention, Point, RankedPaper
from hotpapers.domain.edition import Edition, Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import Rules
from hotpapers.domain.reading import Reading
from hotpapers.domain.sources import Reports, SourceReport, Status
from hotpapers.domain.voices import is_by_author
from hotpapers.errors import StoreError
from hotpapers.ports import PaperSource, PostSource
from hotpapers.use_cases.collect import CollectionOrder, Collector, Run, Stores, Terms
from hotpapers.use_cases.measure import Roster
from tests.builders import COLLECTED_AT, DAY, make_paper, make_post
from tests.fakes import (
    MemoryEditions,
    MemoryListings,
    MemoryMeasurements,
    MemoryPapers,
    MemoryPosts,
    MemoryReadings,
)

HOUR = timedelta(hours=1)

ORDER = CollectionOrder(COLLECTED_AT, DAY)
TERMS = Terms(("cs.*", "stat.ML"))
WINDOW = Window(datetime(2020, 9, 16, 18, tzinfo=UTC), datetime(2020, 9, 17, 18, tzinfo=UTC))
"""In which the papers of the day were submitted."""
A, B, C = (make_paper(f"2009.0000{number}") for number in (1, 2, 3))
OFF = SourceReport(Status.OFF, "not in SOURCES")
OK = SourceReport(Status.OK)
LISTING = Listing(DAY, ListingState.FRESH, COLLECTED_AT, origin=Origin.PAGE, papers=3)
"""How the day stands where A, B and C are announced on it."""


@dataclass(frozen=True)
class Archive:
    """All that is kept."""

    editions: MemoryEditions = field(default_factory=MemoryEditions)
    readings: MemoryReadings = field(default_factory=MemoryReadings)
    listings: MemoryListings = field(default_factory=MemoryListings)
    measurements: MemoryMeasurements = field(default_factory=MemoryMeasurements)

    @property
    def stores(self) -> Stores:
        """The archive as a run takes it."""
        return Stores(self.editions, self.readings, self.listings, self.measurements)

    def document(self, day: date = DAY) -> bytes:
        """What is kept of a day's digest, which there has to be."""
        kept = self.editions.document(day)
        assert kept is not None
        return kept[1]

    def digest(self, day: date = DAY) -> Digest:
        """A day's digest, which there has to be."""
        return read_digest(self.document(day))

    def scores(self, day: date = DAY) -> Mapping[PaperId, Mapping[str, int]]:
        """Of each hot paper of a day the parts of its score that are known."""
        return {
            entry.paper.id: {name: int(part.weighted) for name, part in entry.attention.items()}
            for entry in self.digest(day).papers
        }


def about(paper: Paper, score: int, post_id: str, author: str) -> Post:
    return make_post(post_id, author, papers=(paper.id,), counts={"reposts": score, "likes": 0})


POSTS = (
    about(A, 60, "1", "1"),
    about(A, 10, "2", "2"),
    about(B, 90, "3", "3"),
    about(C, 49, "4", "4"),
)


def skeet(paper: Paper, likes: int, post_id: str) -> Post:
    """A post of Bluesky."""
    post = about(paper, 0, post_id, post_id)
    return replace(post, source="bluesky", counts={"reposts": 0, "likes": likes})


def bluesky(*posts: Post, error: Exception | None = None) -> MemoryPosts:
    """Bluesky with these posts; it fails after them where an error is given."""
    return MemoryPosts(posts, error, name="bluesky")


def run(
    archive: Archive,
    order: CollectionOrder = ORDER,
    papers: PaperSource | None = None,
    posts: Sequence[PostSource] | Roster | None = None,
    terms: Terms = TERMS,
) -> Run:
    """A run; unless said otherwise, of the day, on which A, B and C are announced, with X alone."""
    sources = [MemoryPosts(POSTS)] if posts is None else posts
    return Collector(
        papers=MemoryPapers([A, B, C]) if papers is None else papers,
        roster=sources if isinstance(sources, Roster) else Roster(sources),
        stores=archive.stores,
        rules=Rules(),
        terms=terms,
    ).collect(order)


def later(hours: int) -> CollectionOrder:
    """The day's order, given again after some hours."""
    return replace(ORDER, time=COLLECTED_AT + hours * HOUR)


def reports(**on: SourceReport) -> Reports:
    """What is said of every source; those that are not named are off."""
    names = ("x", "bluesky", "mastodon", "hackernews", "reddit", "huggingface")
    return {name: on.get(name, OFF) for name in names}


def ranked(rank: int, paper: Paper, reposts: int, voices: int, *posts: Post) -> RankedPaper:
    """A paper as the day's first digest has it, by X alone."""
    attention = {"x": Attention({"reposts": reposts, "likes": 0}, voices, Decimal(reposts))}
    mentions = tuple(
        Mention(post, Decimal(sum(post.counts.values())), is_by_author(post.account, paper))
        for post in posts
    )
    return RankedPaper(rank, paper, attention, mentions, (Point(COLLECTED_AT, attention),))


class Full(MemoryEditions):
    """A store of digests that takes nothing more."""

    def save(self, edition: Edition) -> Outcome:
        raise StoreError(f"{edition.date} does not fit")


class Unreadable(MemoryReadings):
    """A store that cannot read what it has of the day."""

    def readings(self, day: date) -> Mapping[str, Reading]:
        if day == DAY:
            raise StoreError(f"the readings of {day} cannot be read whole")
        return super().readings(day)


class FullOfReadings(MemoryReadings):
    """A store that takes no readings of the day."""

    def keep(self, day: date, reading: Reading) -> bool:
        if day == DAY:
            raise StoreError(f"the readings of {day} do not fit")
        return super().keep(day, reading)
