"""Days that are ranked by what sources tell about a few papers."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from hotpapers.domain.digest import Attention, Digest, RankedPaper
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import Rules, make_digest
from hotpapers.domain.reading import Reading
from tests.builders import COLLECTED_AT, DAY, PAPER, X_ONLY, make_paper, make_post

FIRST, SECOND, THIRD = (make_paper(f"2009.0000{number}") for number in (1, 2, 3))
EVERYTHING = Rules(hot_score=0, post_score=0, posts_shown=1_000)


def post(number: int, reposts: int, likes: int, **changes: Any) -> Post:
    """A post with an author of its own, about the usual paper."""
    counts = {"reposts": reposts, "likes": likes}
    return make_post(str(number), **{"author": f"author {number}", "counts": counts, **changes})


def reading(source: str, papers: Iterable[Paper], posts: Iterable[Post]) -> Reading:
    """What a source that told all has told of these papers."""
    return Reading(source, COLLECTED_AT, tuple(paper.id for paper in papers), tuple(posts))


def readings(
    papers: Sequence[Paper], posts: Iterable[Post], sources: Iterable[str] = ("x",)
) -> list[Reading]:
    """What these sources, and those that the posts are from, told: all of it."""
    said = list(posts)
    names = {*sources, *(each.source for each in said)}
    return [reading(name, papers, [p for p in said if p.source == name]) for name in sorted(names)]


def digest(papers: Sequence[Paper], posts: Sequence[Post], rules: Rules | None = None) -> Digest:
    told = readings(papers, posts)
    return make_digest(DAY, COLLECTED_AT, papers, told, X_ONLY, rules or Rules())


def only(posts: Sequence[Post], rules: Rules | None = None) -> RankedPaper | None:
    """What becomes of the usual paper with these posts; None where it is not hot."""
    papers = digest([PAPER], posts, rules).papers
    return papers[0] if papers else None


def counts(entry: RankedPaper | None) -> tuple[int, int] | None:
    """The reposts and the likes of a paper, of all sources together."""
    if entry is None:
        return None
    parts = [part.counts for part in entry.attention.values()]
    return sum(part["reposts"] for part in parts), sum(part["likes"] for part in parts)


def posts_of(entry: RankedPaper | None) -> list[Post]:
    return [] if entry is None else [mention.post for mention in entry.mentions]


def shown(entry: RankedPaper | None) -> list[str]:
    return [each.id for each in posts_of(entry)]


def on_x(reposts: int, likes: int, voices: int) -> dict[str, Attention]:
    """The attention that a paper gets, where X is the only source."""
    parts = {"reposts": reposts, "likes": likes}
    return {"x": Attention(parts, voices, Decimal(reposts + likes))}
