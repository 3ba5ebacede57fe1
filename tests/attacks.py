"""A real day's scores under attack.

The day has 400 papers. Of 23 the numbers are those published for 2020-09-18, each spread over
three accounts; nobody talks about the others. An attack adds posts to it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from hotpapers.domain.digest import RankedPaper
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import Rules
from tests.builders import make_paper, make_post
from tests.rankings import digest

PUBLISHED = {
    "2009.08319": (8160, 0),
    "2009.08295": (1448, 195),
    "2009.08026": (992, 128),
    "2009.08092": (252, 171),
    "2009.08348": (182, 65),
    "2009.08000": (148, 51),
    "2009.08322": (125, 54),
    "2009.08392": (138, 20),
    "2009.08378": (130, 21),
    "2009.07995": (110, 40),
    "2009.08385": (114, 30),
    "2009.08123": (90, 50),
    "2009.08027": (65, 41),
    "2009.08015": (62, 41),
    "2009.08216": (35, 52),
    "2009.07974": (64, 16),
    "2009.07896": (58, 21),
    "2009.08083": (36, 40),
    "2009.08428": (58, 18),
    "2009.08374": (56, 15),
    "2009.08240": (26, 37),
    "2009.08366": (32, 28),
    "2009.08441": (30, 26),
}
"""Retweets and favorites of a day's papers, in their published order."""
LAST = PaperId("2009.08441")
QUIET = [PaperId(f"2009.{number:05}") for number in range(1, 378)]
TARGET = QUIET[0]
USUAL = Rules()
PAPERS: Sequence[Paper] = [make_paper(paper_id) for paper_id in [*PUBLISHED, *QUIET]]


@dataclass(frozen=True)
class Attack:
    """Posts that try to bring `target` up, the rules they run into, and the day without these.

    `without` changes the day's posts so that they count as they would, were there no such rule;
    `rules` and `lax` are the rules with and without it.
    """

    name: str
    posts: Sequence[Post]
    target: PaperId = TARGET
    rules: Rules = USUAL
    lax: Rules = USUAL
    without: Callable[[Sequence[Post]], Sequence[Post]] = list


def say(
    number: object, author: object, papers: Iterable[PaperId], reposts: int = 0, likes: int = 0
) -> Post:
    return make_post(
        str(number),
        str(author),
        papers=tuple(papers),
        counts={"reposts": reposts, "likes": likes},
    )


def a_voice_a_post(posts: Sequence[Post]) -> Sequence[Post]:
    """The posts as though every one of them, and every sight of it, were another account's."""
    return [
        replace(post, id=f"{number}", account=replace(post.account, id=f"{number}"))
        for number, post in enumerate(posts)
    ]


def a_point_a_post(posts: Sequence[Post]) -> Sequence[Post]:
    """The posts as though to mention a paper were worth something by itself."""
    return [
        replace(post, counts={**post.counts, "likes": post.counts["likes"] + 1}) for post in posts
    ]


def unmarked(posts: Sequence[Post]) -> Sequence[Post]:
    """The posts as though their source did not say which accounts are automated."""
    return [replace(post, account=replace(post.account, automated=False)) for post in posts]


def _spread(number: int) -> tuple[int, int, int]:
    half, third = number // 2, number // 3
    return half, third, number - half - third


HONEST = [
    say(f"{paper_id} {share}", f"{paper_id} {share}", [PaperId(paper_id)], reposts, likes)
    for paper_id, numbers in PUBLISHED.items()
    for share, (reposts, likes) in enumerate(zip(*map(_spread, numbers), strict=True))
]
REPOSTED = next(post for post in HONEST if LAST in post.papers)
PROGRAM = [
    replace(post, account=replace(post.account, automated=True))
    for post in (say(f"p{paper}", "program", [paper], likes=60) for paper in QUIET[:40])
]

STOPPED = [
    Attack(
        "one account posts about a paper thirty times, 40 likes each",
        [say(f"t{number}", "thirty", [TARGET], likes=40) for number in range(30)],
        without=a_voice_a_post,
    ),
    Attack(
        "two hundred fake accounts post about a paper, and nobody answers",
        [say(f"f{number}", f"fake {number}", [TARGET]) for number in range(200)],
        without=a_point_a_post,
    ),
    Attack(
        "a post is reposted fifty times, each repost once more",
        [REPOSTED] * 100,
        target=LAST,
        without=a_voice_a_post,
    ),
    Attack(
        "an account passes on the whole listing, 60 likes each",
        [say(f"l{paper}", "listing", [PaperId(paper)], likes=60) for paper in [*PUBLISHED, *QUIET]],
        lax=Rules(most_papers=1_000_000),
    ),
    Attack(
        "a program that its source marks posts 40 papers, 60 likes each",
        PROGRAM,
        without=unmarked,
    ),
    Attack(
        "a program that nobody marks posts 40 papers, and the operator lists it",
        list(unmarked(PROGRAM)),
        rules=Rules(automated=frozenset({"x:program"})),
    ),
]
NOT_STOPPED = [
    Attack(
        "fifty fake accounts post about a paper, each likes its own post",
        [say(f"s{number}", f"fake {number}", [TARGET], likes=1) for number in range(50)],
    ),
    Attack(
        "one account posts about a paper, and buys 1,000 likes",
        [say("b", "buyer", [TARGET], likes=1_000)],
    ),
]


def ranking(posts: Sequence[Post], rules: Rules = USUAL) -> tuple[RankedPaper, ...]:
    return digest(PAPERS, posts, rules).papers


def with_rules(attack: Attack) -> tuple[RankedPaper, ...]:
    return ranking([*HONEST, *attack.posts], attack.rules)


def without_rules(attack: Attack) -> tuple[RankedPaper, ...]:
    return ranking(attack.without([*HONEST, *attack.posts]), attack.lax)


def fate(target: PaperId, papers: Sequence[RankedPaper]) -> str:
    """What became of a paper, in the words of docs/ranking.md."""
    for entry in papers:
        if entry.paper.id == target:
            return f"rank {entry.rank} of {len(papers)}, score {entry.score:,}"
    return f"not among the {len(papers)}"
