"""From papers and readings to the ranking of a day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from hotpapers.domain.code_links import code_of
from hotpapers.domain.digest import Attention, Digest, Mention, RankedPaper
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.reading import Reading
from hotpapers.domain.sources import SOURCES, Reports
from hotpapers.domain.voices import Voice, is_by_author, listing_voices, voice

MOST_OF_A_VOICE = 2
"""How many posts of an account a paper shows; no published post of the predecessor shows more."""

WEIGHTS = MappingProxyType({name: source.weight for name, source in SOURCES.items()})
"""What one unit of engagement is worth on each source, unless the operator says otherwise."""


@dataclass(frozen=True)
class Rules:
    """How a day is ranked.

    A paper is hot from `hot_score`; of the posts about it that are worth `post_score` or more,
    `posts_shown` are shown. (These defaults are those that 147 published posts of the predecessor
    show.) `weights` are by the sources' names. Accounts in `automated` (`source:username`), and
    those that link to more than `most_papers` papers of the day, count nothing.
    """

    hot_score: int = 50
    post_score: int = 25
    posts_shown: int = 10
    weights: Mapping[str, Decimal] = field(default_factory=lambda: WEIGHTS)
    automated: frozenset[str] = frozenset()
    most_papers: int = 50

    def weigh(self, post: Post) -> Decimal:
        """What a post's engagement is worth."""
        return self.weights[post.source] * engagement(post)


def engagement(post: Post) -> int:
    """A post's engagement, in its source's own unit."""
    return sum(post.counts[metric] for metric in SOURCES[post.source].counted)


def make_digest(  # noqa: PLR0913, PLR0917 - a digest is made of six things
    day: date,
    collected_at: datetime,
    papers: Iterable[Paper],
    readings: Iterable[Reading],
    reports: Reports,
    rules: Rules,
) -> Digest:
    """Rank a day's papers, each given once, by what each source (each given once) tells of them.

    The result depends on the values alone: the papers may come in any order, the posts of a
    reading in any order and any number of times.
    """
    tables = sorted((_Table(reading, rules) for reading in readings), key=lambda table: table.place)
    entries = (RankedPaper(0, paper, _attention(paper.id, tables), ()) for paper in papers)
    hot = [entry for entry in entries if entry.score >= rules.hot_score]
    hot.sort(key=lambda entry: (-entry.score, entry.paper.id))
    ranked = tuple(
        replace(
            entry,
            rank=rank,
            mentions=_mentions(entry.paper, tables, rules),
            code=code_of(entry.paper, _posts(entry.paper, tables)),
        )
        for rank, entry in enumerate(hot, start=1)
    )
    return Digest(day, collected_at, ranked, reports)


def group_by_paper(posts: Iterable[Post]) -> Mapping[PaperId, tuple[Post, ...]]:
    """The posts of a source about each paper, every post once, the best first.

    A post seen twice (on two pages of a search that grew meanwhile, on two instances that know
    different numbers) counts as it stood best.
    """
    best: dict[str, Post] = {}
    for post in posts:
        if post.id not in best or _strength(post) > _strength(best[post.id]):
            best[post.id] = post
    about: defaultdict[PaperId, list[Post]] = defaultdict(list)
    for post in sorted(best.values(), key=_best_first):
        for paper_id in set(post.papers):
            about[paper_id].append(post)
    return {paper_id: tuple(entries) for paper_id, entries in about.items()}


def one_of_each_voice(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Of each account the post that comes first; given best first, its best."""
    best: dict[Voice, Post] = {}
    for post in posts:
        best.setdefault(voice(post), post)
    return tuple(best.values())


def attention_by_paper(reading: Reading, rules: Rules) -> Mapping[PaperId, Attention]:
    """What a reading says about each paper that it knows."""
    table = _Table(reading, rules)
    return {paper: table.attention(paper) for paper in reading.papers}


class _Table:
    """A reading, arranged for looking papers up."""

    def __init__(self, reading: Reading, rules: Rules) -> None:
        self.source = SOURCES[reading.source]
        self.place = list(SOURCES).index(reading.source)
        self.known = frozenset(reading.papers)
        no_voices = listing_voices(reading.posts, rules.automated, rules.most_papers)
        self._about = group_by_paper(p for p in reading.posts if voice(p) not in no_voices)
        self._weight = rules.weights[reading.source]

    def posts(self, paper: PaperId) -> Sequence[Post]:
        """The posts about a paper that count, the best first."""
        return self._about.get(paper, ()) if paper in self.known else ()

    def attention(self, paper: PaperId) -> Attention:
        """What the source says about a paper that it knows."""
        voices = one_of_each_voice(self.posts(paper))
        counts = {
            metric: sum(known)
            for metric in self.source.metrics
            if (known := [p.counts[metric] for p in voices if metric in p.counts]) or not voices
        }
        total = sum(counts[metric] for metric in self.source.counted)
        return Attention(counts, len(voices), self._weight * total)


def _attention(paper: PaperId, tables: Iterable[_Table]) -> Mapping[str, Attention]:
    return {table.source.name: table.attention(paper) for table in tables if paper in table.known}


def _posts(paper: Paper, tables: Iterable[_Table]) -> list[Post]:
    return [post for table in tables for post in table.posts(paper.id)]


def _mentions(paper: Paper, tables: Iterable[_Table], rules: Rules) -> tuple[Mention, ...]:
    posts = (post for post in _posts(paper, tables) if post.quotable)
    weighted = [(rules.weigh(post), post) for post in posts]
    worthy = [(weight, post) for weight, post in weighted if weight >= rules.post_score]
    worthy.sort(key=lambda entry: -entry[0])  # of equal ones the order above holds
    shown = _few_of_each_voice(worthy)[: rules.posts_shown]
    return tuple(Mention(post, weight, is_by_author(post.account, paper)) for weight, post in shown)


def _few_of_each_voice(posts: Iterable[tuple[Decimal, Post]]) -> list[tuple[Decimal, Post]]:
    """The first two of each account: one that posts thirty times must not fill the page."""
    taken: Counter[Voice] = Counter()
    few = []
    for weight, post in posts:
        taken[voice(post)] += 1
        if taken[voice(post)] <= MOST_OF_A_VOICE:
            few.append((weight, post))
    return few


def _best_first(post: Post) -> tuple[int, int, str]:
    return (-engagement(post), len(post.id), post.id)


def _strength(post: Post) -> tuple[int, str]:
    return (engagement(post), repr(post))
