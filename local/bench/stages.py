"""What is done with a busy day in memory, stage by stage, each beside somebody else's code.

The stages are the real functions, on the same data. What each is beside is what the standard
library takes for a part of the same work that cannot be left out, or for the same work.
"""

import gzip
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from hotpapers.adapters.x_posts import read_post, read_users
from hotpapers.documents.card_json import write_card
from hotpapers.documents.digest_json import write_digest
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.documents.pages.digest_page import write_digest_page
from hotpapers.documents.site import Site
from hotpapers.domain.calendar import Window, submission_window
from hotpapers.domain.card import digest_cards
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import Neighbours
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import Rules, engagement, make_digest
from hotpapers.domain.reading import PostPage, Reading, make_reading, report_on
from hotpapers.domain.terms import paper_terms
from local.bench.busy_run import AIM, TIMES, Size
from local.bench.measuring import BenchError, growth, in_turns, steps
from local.bench.report import Figure, Section, Table, milliseconds, times
from local.load import DAY, TIME, busy_day
from local.stack import SITE_URL
from local.upstreams.dataset import Dataset, Record

ROUNDS = 5
PAGE = 100
"""How many posts X gives in a page."""
SPAN = Window(submission_window(DAY).start, TIME)
OURS, THEIRS = "ours", "theirs"

BEST_OF_VOICES = """
    SELECT paper, SUM(best) AS score FROM (
        SELECT paper, account, MAX(engagement) AS best FROM posts
        WHERE account NOT IN (
            SELECT account FROM posts GROUP BY account HAVING COUNT(DISTINCT paper) > :most
        )
        GROUP BY paper, account
    )
    GROUP BY paper HAVING score >= :hot ORDER BY score DESC, paper
"""
"""The ranking as a question to SQLite: of each account its best post about a paper."""


@dataclass(frozen=True)
class Stage:
    """A stage of the work, and what it is beside: `beside` says what that is."""

    ours: Callable[[], object]
    theirs: Callable[[], object]
    beside: str


@dataclass(frozen=True)
class Cost:
    """Processor seconds of a stage, and of what it is beside; and the calls of its functions."""

    ours: float
    theirs: float
    steps: int


def section() -> Section:
    """What the stages take, and ten times as much of each."""
    size = Size()
    small, large = (measure(each) for each in (size, size.times(TIMES)))
    beside = {name: stage.beside for name, stage in stages(Size(10, 10)).items()}
    return Section(
        title="A busy day in memory",
        text=(
            f"{size.papers:,} papers and {size.posts:,} posts of X, and {TIMES} times as many (of"
            " which as many times as many are hot), without AWS and HTTP. Processor time, median"
            f" of {ROUNDS} rounds, in which a stage and what it is beside take turns. Steps are"
            " calls of functions, which do not depend on the machine."
        ),
        tables=[Table(HEAD, list(_rows(small, large, beside)))],
        figures=list(_figures(small, large, beside)),
    )


def _figures(
    small: Mapping[str, Cost], large: Mapping[str, Cost], beside: Mapping[str, str]
) -> Iterator[Figure]:
    before, after = (sum(cost.steps for cost in costs.values()) for costs in (small, large))
    time, more = (sum(cost.ours for cost in costs.values()) for costs in (small, large))
    yield Figure(
        f"steps of a busy day in memory with {TIMES} times as much",
        f"≤ {AIM}",
        growth(before, after),
        f"the busy day, calls of functions (processor time: {growth(time, more)})",
        short=after > AIM * before,
    )
    for name, cost in small.items():
        ratio = times(cost.ours / cost.theirs)
        yield Figure(f"{name}, of a busy day in memory", "none", ratio, beside[name])


HEAD = (
    *("stage", "time", "beside", "ratio"),
    *(f"{TIMES} times as much", "ratio", "growth", "growth of its steps"),
)


def _rows(
    small: Mapping[str, Cost], large: Mapping[str, Cost], beside: Mapping[str, str]
) -> Iterator[Sequence[str]]:
    for name, cost in small.items():
        more = large[name]
        yield (
            name,
            milliseconds(cost.ours),
            f"{milliseconds(cost.theirs)}, {beside[name]}",
            times(cost.ours / cost.theirs),
            milliseconds(more.ours),
            times(more.ours / more.theirs),
            growth(cost.ours, more.ours),
            growth(cost.steps, more.steps),
        )


def measure(size: Size, rounds: int = ROUNDS) -> Mapping[str, Cost]:
    """What each stage takes of a day of a size."""
    costs = {}
    for name, stage in stages(size).items():
        taken = in_turns({OURS: stage.ours, THEIRS: stage.theirs}, rounds)
        costs[name] = Cost(taken[OURS], taken[THEIRS], steps(stage.ours))
    return costs


def stages(size: Size) -> Mapping[str, Stage]:
    """The stages of a day of a size. Raises BenchError where SQLite ranks it otherwise."""
    data = busy_day(size.papers, size.posts)
    papers, bodies = list(map(_paper, data.papers)), list(_bodies(data))
    posts = _read(bodies)
    listed = [paper.id for paper in papers]
    reading = make_reading("x", TIME, listed, [PostPage(tuple(posts), len(posts))])
    digest = _rank(papers, reading)
    rows = [(post.papers[0], post.account.id, engagement(post)) for post in posts]
    if [entry.paper.id for entry in digest.papers] != _rank_by_sqlite(rows):
        raise BenchError("SQLite ranks the day otherwise")
    document, post = write_digest(digest), write_post(digest, FrontMatter())
    page, cards = _page(digest), _cards(digest)
    return {
        "posts read": Stage(
            partial(_read, bodies),
            lambda: list(map(json.loads, bodies)),
            "json.loads of the same pages",
        ),
        "ranking": Stage(
            partial(_rank, papers, reading),
            partial(_rank_by_sqlite, rows),
            "SQLite in memory ranking the same posts",
        ),
        "digest": Stage(
            partial(write_digest, digest),
            partial(_dump, json.loads(document)),
            "json.dumps of the same document",
        ),
        "post": Stage(
            partial(write_post, digest, FrontMatter()),
            partial(gzip.compress, post),
            "gzip of the same post",
        ),
        "page": Stage(
            partial(_page, digest), partial(gzip.compress, page), "gzip of the same page"
        ),
        "catalogue": Stage(
            partial(_cards, digest),
            partial(_pack_each, cards),
            "gzip of the same cards",
        ),
    }


def _read(bodies: Sequence[bytes]) -> Sequence[Post]:
    """The posts of pages of X."""
    posts = []
    for body in bodies:
        document = json.loads(body)
        users = read_users(document)
        posts += [read_post(entry, users, SPAN) for entry in document["data"]]
    return [post for post in posts if post is not None]


def _rank(papers: Sequence[Paper], reading: Reading) -> Digest:
    reports = {reading.source: report_on(reading, TIME)}
    return make_digest(DAY, TIME, papers, [reading], reports, Rules())


def _rank_by_sqlite(rows: Sequence[tuple[str, str, int]]) -> Sequence[str]:
    """The ids of the hot papers, ranked by SQLite."""
    rules = Rules()
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE TABLE posts (paper TEXT, account TEXT, engagement INTEGER)")
        database.executemany("INSERT INTO posts VALUES (?, ?, ?)", rows)
        limits = {"most": rules.most_papers, "hot": rules.hot_score}
        return [paper for paper, _ in database.execute(BEST_OF_VOICES, limits)]
    finally:
        database.close()


def _page(digest: Digest) -> bytes:
    return write_digest_page(digest, Neighbours(), Site(SITE_URL))


def _cards(digest: Digest) -> Sequence[bytes]:
    """The cards of the catalogue; and the terms that lead to them, which are made and dropped."""
    cards = digest_cards(digest)
    for card in cards:
        paper_terms(card.entry.paper)
    return list(map(write_card, cards))


def _pack_each(documents: Sequence[bytes]) -> Sequence[bytes]:
    return list(map(gzip.compress, documents))


def _dump(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _paper(record: Record) -> Paper:
    return Paper(
        id=PaperId(record["id"]),
        title=record["title"],
        authors=tuple(record["authors"]),
        categories=tuple(record["categories"]),
        abstract=record["abstract"],
        submitted_at=datetime.fromisoformat(record["published"]),
    )


def _bodies(data: Dataset) -> Iterator[bytes]:
    """The posts in pages, as X answers them."""
    users = {user["id"]: user for user in data.users}
    for start in range(0, len(data.posts), PAGE):
        posts = data.posts[start : start + PAGE]
        authors = {post["author_id"]: users[post["author_id"]] for post in posts}
        page = {"data": posts, "includes": {"users": list(authors.values())}}
        yield json.dumps(page).encode()
