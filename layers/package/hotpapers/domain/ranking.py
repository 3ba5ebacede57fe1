"""From papers and posts to the ranking of a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post


@dataclass(frozen=True)
class Thresholds:
    """From which score a paper is hot and a post is shown, and how many posts are shown.

    The defaults are those that 147 published posts of the predecessor show.
    """

    hot_score: int = 50
    post_score: int = 25
    posts_shown: int = 10


def make_digest(
    day: date,
    collected_at: datetime,
    papers: Iterable[Paper],
    posts: Iterable[Post],
    thresholds: Thresholds,
) -> Digest:
    """Rank a day's papers, each given once, by the posts about them.

    The result depends on the values alone: the papers may come in any order, the posts in any
    order and any number of times.
    """
    posts_about = group_by_paper(posts)
    counted = (_count(paper, posts_about.get(paper.id, ()), thresholds) for paper in papers)
    hot = [entry for entry in counted if entry.score >= thresholds.hot_score]
    hot.sort(key=lambda entry: (-entry.score, entry.paper.id))
    ranked = tuple(replace(entry, rank=rank) for rank, entry in enumerate(hot, start=1))
    return Digest(day, collected_at, ranked)


def group_by_paper(posts: Iterable[Post]) -> Mapping[PaperId, tuple[Post, ...]]:
    """The posts about each paper, every post once, the best first.

    A post seen twice (on two pages of a search that grew meanwhile, say) counts as it stood
    best.
    """
    best: dict[tuple[str, str], Post] = {}
    for post in posts:
        key = (post.source, post.id)
        if key not in best or _strength(post) > _strength(best[key]):
            best[key] = post
    about: defaultdict[PaperId, list[Post]] = defaultdict(list)
    for post in sorted(best.values(), key=_best_first):
        for paper_id in set(post.papers):
            about[paper_id].append(post)
    return {paper_id: tuple(entries) for paper_id, entries in about.items()}


def voices(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Of each account the post that scored best; the posts come best first."""
    best: dict[tuple[str, str], Post] = {}
    for post in posts:
        best.setdefault((post.source, post.account.id), post)
    return tuple(best.values())


def _count(paper: Paper, posts: tuple[Post, ...], thresholds: Thresholds) -> RankedPaper:
    counted = voices(posts)
    shown = [post for post in posts if post.score >= thresholds.post_score]
    return RankedPaper(
        rank=0,
        paper=paper,
        retweets=sum(post.retweets for post in counted),
        favorites=sum(post.favorites for post in counted),
        posts=tuple(shown[: thresholds.posts_shown]),
    )


def _best_first(post: Post) -> tuple[int, int, str, str]:
    return (-post.score, len(post.id), post.id, post.source)


def _strength(post: Post) -> tuple[int, int, str]:
    return (post.score, post.retweets, repr(post))
