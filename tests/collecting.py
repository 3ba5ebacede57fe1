"""A day that is collected from memory, for the tests of collecting."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hotpapers.domain.calendar import Window
from hotpapers.domain.digest import Attention, Mention, RankedPaper
from hotpapers.domain.edition import Edition, Outcome
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import Rules
from hotpapers.domain.sources import SourceReport, Status
from hotpapers.domain.voices import is_by_author
from hotpapers.errors import StoreError
from hotpapers.ports import PostSource
from hotpapers.use_cases.collect import (
    Collection,
    CollectionOrder,
    Collector,
    Roster,
)
from tests.builders import COLLECTED_AT, DAY, make_paper, make_post
from tests.fakes import MemoryEditions, MemoryPapers, MemoryPosts, MemoryReadings

HOUR = timedelta(hours=1)

ORDER = CollectionOrder(COLLECTED_AT, DAY)
WINDOW = Window(datetime(2020, 9, 16, 18, tzinfo=UTC), datetime(2020, 9, 17, 18, tzinfo=UTC))
A, B, C = (make_paper(f"2009.0000{number}") for number in (1, 2, 3))
OFF = SourceReport(Status.OFF, "not in SOURCES")


def about(paper: Paper, score: int, post_id: str, author: str) -> Post:
    return make_post(post_id, author, papers=(paper.id,), counts={"reposts": score, "likes": 0})


POSTS = (
    about(A, 60, "1", "1"),
    about(A, 10, "2", "2"),
    about(B, 90, "3", "3"),
    about(C, 49, "4", "4"),
)


def run(
    editions: MemoryEditions,
    order: CollectionOrder = ORDER,
    papers: MemoryPapers | None = None,
    posts: Sequence[PostSource] | None = None,
    readings: MemoryReadings | None = None,
) -> Collection:
    return Collector(
        MemoryPapers([A, B, C]) if papers is None else papers,
        Roster([MemoryPosts(POSTS)] if posts is None else posts),
        editions,
        MemoryReadings() if readings is None else readings,
        Rules(),
    ).collect(order)


def reports(**on: SourceReport) -> dict[str, SourceReport]:
    """What is said of every source; those that are not named are off."""
    names = ("x", "bluesky", "mastodon", "hackernews", "reddit", "huggingface")
    return {name: on.get(name, OFF) for name in names}


OK = SourceReport(Status.OK)


def ranked(rank: int, paper: Paper, retweets: int, voices: int, *posts: Post) -> RankedPaper:
    attention = Attention({"reposts": retweets, "likes": 0}, voices, Decimal(retweets))
    mentions = tuple(
        Mention(post, Decimal(sum(post.counts.values())), is_by_author(post.account, paper))
        for post in posts
    )
    return RankedPaper(rank, paper, {"x": attention}, mentions)


def document(editions: MemoryEditions) -> bytes:
    """What is kept of the day, which there has to be."""
    kept = editions.document(DAY)
    assert kept is not None
    return kept[1]


class Full(MemoryEditions):
    """A store that takes nothing more."""

    def save(self, edition: Edition) -> Outcome:
        raise StoreError(f"{edition.date} does not fit")
