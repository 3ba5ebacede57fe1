"""What holds for every ranking, whatever the posts and the rules."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.post import Post
from hotpapers.domain.ranking import Rules, engagement, make_digest
from hotpapers.domain.sources import SOURCES
from tests.builders import COLLECTED_AT, DAY, X_ONLY, make_post
from tests.properties import examples
from tests.rankings import EVERYTHING, FIRST, SECOND, THIRD, digest, posts_of, readings

PAPERS = [FIRST, SECOND, THIRD]


def _post_of_four_authors(number: int, source: str, numbers: tuple[int, int]) -> Post:
    about = [paper.id for position, paper in enumerate(PAPERS, 1) if number & position]
    return make_post(
        str(number),
        author="abcd"[number % 4],
        source=source,
        papers=tuple(about),
        counts=dict(zip(SOURCES[source].metrics, numbers, strict=False)),
    )


def posts_on(*sources: str) -> st.SearchStrategy[list[Post]]:
    """Posts of four accounts on each of some sources, about three papers."""
    numbers = st.tuples(st.integers(0, 30), st.integers(0, 30))
    one = st.builds(_post_of_four_authors, st.integers(0, 12), st.sampled_from(sources), numbers)
    return st.lists(one, max_size=14)


POSTS = posts_on(*SOURCES)
WEIGHT = st.decimals(0, 20, places=2)
RULES = st.builds(
    Rules,
    hot_score=st.integers(0, 80),
    post_score=st.integers(0, 40),
    posts_shown=st.integers(0, 4),
    weights=st.fixed_dictionaries(dict.fromkeys(SOURCES, WEIGHT)),
    automated=st.frozensets(st.sampled_from(["x:a", "reddit:b", "hackernews:ada"]), max_size=1),
    most_papers=st.integers(1, 4),
)


@settings(max_examples=examples(150), deadline=None)
@given(posts=POSTS, rules=RULES, chance=st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters(posts: list[Post], rules: Rules, chance: Any) -> None:
    made = digest(PAPERS, posts, rules)

    others = posts + chance.sample(posts, len(posts) // 2)
    chance.shuffle(others)
    told = readings(PAPERS[::-1], others)
    chance.shuffle(told)

    assert make_digest(DAY, COLLECTED_AT, PAPERS[::-1], told, X_ONLY, rules) == made


@settings(max_examples=examples(150), deadline=None)
@given(POSTS, RULES)
def test_a_digest_keeps_the_rules(posts: list[Post], rules: Rules) -> None:
    made = digest(PAPERS, posts, replace(rules, automated=frozenset(), most_papers=3))

    assert [entry.rank for entry in made.papers] == list(range(1, len(made.papers) + 1))
    order = [(-entry.score, entry.paper.id) for entry in made.papers]
    assert order == sorted(order)
    for entry in made.papers:
        best: dict[tuple[str, str], Fraction] = {}
        for said in posts:
            if entry.paper.id in said.papers:
                author = (said.source, said.account.id)
                worth = Fraction(rules.weights[said.source]) * engagement(said)
                best[author] = max(worth, best.get(author, Fraction(0)))
        assert Fraction(entry.score) == sum(best.values())
        assert entry.score >= rules.hot_score
        worths = [mention.weighted for mention in entry.mentions]
        assert worths == sorted(worths, reverse=True)
        assert worths == [rules.weigh(mention.post) for mention in entry.mentions]
        assert all(worth >= rules.post_score for worth in worths)
        assert len({(each.source, each.id) for each in posts_of(entry)}) == len(worths)
        assert len(worths) <= rules.posts_shown


@settings(max_examples=examples(100), deadline=None)
@given(POSTS)
def test_no_hot_paper_is_left_out(posts: list[Post]) -> None:
    everything = {entry.paper.id: entry.score for entry in digest(PAPERS, posts, EVERYTHING).papers}

    hot = {entry.paper.id: entry.score for entry in digest(PAPERS, posts).papers}

    assert sorted(everything) == [paper.id for paper in PAPERS]
    assert hot == {paper_id: score for paper_id, score in everything.items() if score >= 50}


@settings(max_examples=examples(100), deadline=None)
@given(posts_on("x"))
def test_with_x_alone_the_score_is_retweets_and_favorites(posts: list[Post]) -> None:
    for entry in digest(PAPERS, posts, EVERYTHING).papers:
        assert entry.score == (entry.retweets or 0) + (entry.favorites or 0)


@settings(max_examples=examples(100), deadline=None)
@given(POSTS, RULES, st.sampled_from(list(SOURCES)))
def test_a_source_that_fails_takes_nothing_from_the_others(
    posts: list[Post], rules: Rules, failed: str
) -> None:
    rules = replace(rules, hot_score=0)
    told = readings(PAPERS, posts, SOURCES)
    rest = [each for each in told if each.source != failed]

    with_it = make_digest(DAY, COLLECTED_AT, PAPERS, told, X_ONLY, rules).papers
    without = make_digest(DAY, COLLECTED_AT, PAPERS, rest, X_ONLY, rules).papers

    assert {entry.paper.id: entry.attention for entry in without} == {
        entry.paper.id: {name: part for name, part in entry.attention.items() if name != failed}
        for entry in with_it
    }
