"""Which papers are hot, in which order, and which posts they show."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import Thresholds, make_digest
from tests.builders import COLLECTED_AT, DAY, PAPER, make_paper, make_post

FIRST, SECOND, THIRD = (make_paper(f"2009.0000{number}") for number in (1, 2, 3))
EVERYTHING = Thresholds(hot_score=0, post_score=0, posts_shown=1_000)


def post(number: int, retweets: int, favorites: int, **changes: Any) -> Post:
    """A post with an author of its own, about the usual paper."""
    fields = {"author": f"author {number}", "retweets": retweets, "favorites": favorites}
    return make_post(str(number), **{**fields, **changes})


def digest(
    papers: Sequence[Paper], posts: Sequence[Post], thresholds: Thresholds | None = None
) -> Digest:
    return make_digest(DAY, COLLECTED_AT, papers, posts, thresholds or Thresholds())


def only(posts: Sequence[Post], thresholds: Thresholds | None = None) -> RankedPaper | None:
    """What becomes of the usual paper with these posts; None where it is not hot."""
    papers = digest([PAPER], posts, thresholds).papers
    return papers[0] if papers else None


def counts(entry: RankedPaper | None) -> tuple[int, int] | None:
    return None if entry is None else (entry.retweets, entry.favorites)


def shown(entry: RankedPaper | None) -> list[str]:
    return [] if entry is None else [post.id for post in entry.posts]


def test_the_defaults_are_those_of_the_published_posts() -> None:
    assert Thresholds() == Thresholds(hot_score=50, post_score=25, posts_shown=10)


def test_a_whole_digest() -> None:
    loud = post(1, 100, 200, papers=(SECOND.id,))
    quiet = post(2, 4, 5, papers=(SECOND.id,))
    other = post(3, 25, 25, papers=(THIRD.id,))
    lonely = post(4, 49, 0, papers=(FIRST.id,))
    elsewhere = post(5, 9_000, 9_000, papers=(PaperId("2009.99999"),))

    made = digest([FIRST, SECOND, THIRD], [lonely, other, quiet, elsewhere, loud])

    assert made == Digest(
        date=DAY,
        collected_at=COLLECTED_AT,
        papers=(
            RankedPaper(rank=1, paper=SECOND, retweets=104, favorites=205, posts=(loud,)),
            RankedPaper(rank=2, paper=THIRD, retweets=25, favorites=25, posts=(other,)),
        ),
    )
    assert [entry.score for entry in made.papers] == [309, 50]


@pytest.mark.parametrize("papers", [[], [PAPER]])
def test_a_day_that_nobody_talks_about_has_no_hot_papers(papers: list[Paper]) -> None:
    assert digest(papers, []) == Digest(DAY, COLLECTED_AT, ())


# Voices


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        # Each post counts once by its id, as it stood best
        ([post(1, 30, 40), post(1, 30, 40)], (30, 40)),
        ([post(1, 30, 40), post(1, 31, 44), post(1, 20, 20)], (31, 44)),
        ([post(1, 10, 60), post(1, 60, 10)], (60, 10)),
        # … by its id and its source: another service numbers its posts itself
        ([post(1, 30, 40), post(1, 10, 20, source="elsewhere")], (40, 60)),
        # Each author counts once, with the best post
        ([post(1, 30, 40, author="7"), post(2, 20, 90, author="7")], (20, 90)),
        (
            [post(1, 1, 2, author="7"), post(2, 3, 4, author="8"), post(3, 50, 0, author="7")],
            (53, 4),
        ),
        # … with one of them, not with the best of each count
        ([post(1, 100, 0, author="7"), post(2, 0, 99, author="7")], (100, 0)),
        # … with the earlier one, where both are as good
        ([post(2, 10, 60, author="7"), post(10, 60, 10, author="7")], (10, 60)),
        ([post(10, 60, 10, author="7"), post(9, 10, 60, author="7")], (10, 60)),
        # … and an account of another service is somebody else
        ([post(1, 30, 40, author="7"), post(2, 20, 9, author="7", source="elsewhere")], (50, 49)),
        # Voices too quiet to be shown still count
        ([post(number, 1, 4) for number in range(10)], (10, 40)),
        ([post(1, 0, 0), post(2, 0, 50)], (0, 50)),
    ],
)
def test_the_counts_are_the_sums_over_voices(posts: list[Post], expected: tuple[int, int]) -> None:
    assert counts(only(posts)) == expected
    assert counts(only(posts[::-1])) == expected


def test_an_author_renamed_between_two_posts_is_one_voice() -> None:
    before = post(1, 30, 30, author="7")
    after = post(2, 10, 10, author="7")
    after = replace(after, account=replace(after.account, username="countess", name="A. L."))

    assert counts(only([before, after])) == (30, 30)


def test_a_post_about_several_papers_counts_for_each_of_them() -> None:
    both = post(1, 30, 20, papers=(FIRST.id, SECOND.id))
    one = post(2, 5, 5, papers=(SECOND.id,))

    made = digest([FIRST, SECOND], [both, one])

    assert [(entry.paper.id, counts(entry), entry.posts) for entry in made.papers] == [
        (SECOND.id, (35, 25), (both,)),
        (FIRST.id, (30, 20), (both,)),
    ]


def test_an_author_is_a_voice_for_each_paper_with_the_best_post_about_it() -> None:
    both = post(1, 60, 0, author="7", papers=(FIRST.id, SECOND.id))
    better = post(2, 0, 70, author="7", papers=(SECOND.id,))

    made = digest([FIRST, SECOND], [both, better])

    assert [counts(entry) for entry in made.papers] == [(0, 70), (60, 0)]


def test_a_paper_named_twice_in_a_post_is_counted_once() -> None:
    assert counts(only([post(1, 30, 30, papers=(PAPER.id, PAPER.id))])) == (30, 30)


# Which papers, in which order


@pytest.mark.parametrize(
    ("score", "threshold", "is_hot"),
    [(49, 50, False), (50, 50, True), (51, 50, True), (0, 0, True), (0, 1, False), (1, 1, True)],
)
def test_from_which_score_a_paper_is_hot(score: int, threshold: int, is_hot: bool) -> None:
    entry = only([post(1, 0, score)], Thresholds(hot_score=threshold))

    assert (entry is not None) is is_hot


def test_a_paper_that_is_hot_by_many_quiet_voices_shows_none_of_them() -> None:
    entry = only([post(number, 0, 24) for number in range(3)])

    assert entry == RankedPaper(rank=1, paper=PAPER, retweets=0, favorites=72, posts=())


def test_papers_come_by_score_then_by_id() -> None:
    scores = {
        "2009.00005": 60,
        "2009.00003": 60,
        "2009.00004": 99,
        "math/0309136": 60,
        "1412.6980": 60,
    }
    papers = [make_paper(paper_id) for paper_id in scores]
    posts = [
        post(number, number, score - number, papers=(PaperId(paper_id),))
        for number, (paper_id, score) in enumerate(scores.items())
    ]

    made = digest(papers, posts)

    assert [(entry.rank, entry.paper.id, entry.score) for entry in made.papers] == [
        (1, "2009.00004", 99),
        (2, "1412.6980", 60),
        (3, "2009.00003", 60),
        (4, "2009.00005", 60),
        (5, "math/0309136", 60),
    ]


# Which posts


@pytest.mark.parametrize(
    ("score", "threshold", "is_shown"),
    [(24, 25, False), (25, 25, True), (26, 25, True), (0, 0, True), (9, 10, False)],
)
def test_from_which_score_a_post_is_shown(score: int, threshold: int, is_shown: bool) -> None:
    entry = only([post(1, 0, 100), post(2, 0, score)], Thresholds(post_score=threshold))

    assert shown(entry) == (["1", "2"] if is_shown else ["1"])


def test_posts_come_best_first_the_older_one_where_they_are_as_good() -> None:
    posts = [post(100, 30, 0), post(20, 0, 30), post(3, 15, 15), post(4, 40, 1), post(5, 1, 99)]

    assert shown(only(posts)) == ["5", "4", "3", "20", "100"]


@pytest.mark.parametrize(
    ("most", "expected"), [(0, 0), (1, 1), (10, 10), (11, 11), (12, 12), (99, 12)]
)
def test_at_most_so_many_posts_are_shown_and_all_are_counted(most: int, expected: int) -> None:
    posts = [post(number, 100 - number, 0) for number in range(12)]

    entry = only(posts, Thresholds(posts_shown=most))

    assert shown(entry) == [str(number) for number in range(expected)]
    assert counts(entry) == (sum(range(89, 101)), 0)


def test_ten_posts_are_shown_by_default() -> None:
    posts = [post(number, 100 - number, 0) for number in range(11)]

    assert shown(only(posts)) == [str(number) for number in range(10)]


def test_all_good_posts_of_an_author_are_shown_though_one_of_them_counts() -> None:
    # Read off the published posts: authors of a paper are shown with two and three posts of
    # their own. Only the sums take each author once.
    posts = [post(1, 20, 20, author="7"), post(2, 30, 30, author="7"), post(3, 24, 0, author="7")]

    entry = only(posts)

    assert (counts(entry), shown(entry)) == ((30, 30), ["2", "1"])


# All of it, on anything


PAPERS = [FIRST, SECOND, THIRD]


def _post_of_four_authors(number: int, retweets: int, favorites: int, source: str) -> Post:
    about = [paper.id for position, paper in enumerate(PAPERS, 1) if number & position]
    fields: dict[str, Any] = {
        "author": "abcd"[number % 4],
        "source": source,
        "papers": tuple(about),
    }
    return post(number, retweets, favorites, **fields)


POSTS = st.lists(
    st.builds(
        _post_of_four_authors,
        st.integers(0, 12),
        st.integers(0, 30),
        st.integers(0, 30),
        st.sampled_from(["x", "elsewhere"]),
    ),
    max_size=14,
)
THRESHOLDS = st.builds(Thresholds, st.integers(0, 80), st.integers(0, 40), st.integers(0, 4))


@settings(max_examples=150, deadline=None)
@given(posts=POSTS, thresholds=THRESHOLDS, chance=st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters(
    posts: list[Post], thresholds: Thresholds, chance: Any
) -> None:
    made = digest(PAPERS, posts, thresholds)

    others = posts + chance.sample(posts, len(posts) // 2)
    chance.shuffle(others)

    assert digest(PAPERS[::-1], others, thresholds) == made


@settings(max_examples=150, deadline=None)
@given(POSTS, THRESHOLDS)
def test_a_digest_keeps_the_rules(posts: list[Post], thresholds: Thresholds) -> None:
    made = digest(PAPERS, posts, thresholds)

    assert [entry.rank for entry in made.papers] == list(range(1, len(made.papers) + 1))
    order = [(-entry.score, entry.paper.id) for entry in made.papers]
    assert order == sorted(order)
    for entry in made.papers:
        best: dict[tuple[str, str], int] = {}
        for said in posts:
            if entry.paper.id in said.papers:
                author = (said.source, said.account.id)
                best[author] = max(said.score, best.get(author, 0))
        assert entry.score == sum(best.values())
        assert entry.score >= thresholds.hot_score
        scores = [post.score for post in entry.posts]
        assert scores == sorted(scores, reverse=True)
        assert all(score >= thresholds.post_score for score in scores)
        assert len({(post.source, post.id) for post in entry.posts}) == len(scores)
        assert len(scores) <= thresholds.posts_shown


@settings(max_examples=100, deadline=None)
@given(POSTS)
def test_no_hot_paper_is_left_out(posts: list[Post]) -> None:
    everything = {entry.paper.id: entry.score for entry in digest(PAPERS, posts, EVERYTHING).papers}

    hot = {entry.paper.id: entry.score for entry in digest(PAPERS, posts).papers}

    assert sorted(everything) == [paper.id for paper in PAPERS]
    assert hot == {paper_id: score for paper_id, score in everything.items() if score >= 50}
