"""Which papers are hot, in which order, and which posts they show."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hotpapers.domain.digest import Attention, Digest, Mention, RankedPaper
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import WEIGHTS, Rules, make_digest
from hotpapers.domain.sources import SOURCES
from tests.builders import COLLECTED_AT, COUNTS, DAY, PAPER, X_ONLY, make_paper, make_post
from tests.rankings import (
    EVERYTHING,
    FIRST,
    SECOND,
    THIRD,
    counts,
    digest,
    on_x,
    only,
    post,
    posts_of,
    reading,
    readings,
    shown,
)


def test_the_defaults_are_those_of_the_published_posts() -> None:
    assert Rules() == Rules(
        hot_score=50,
        post_score=25,
        posts_shown=10,
        weights={name: source.weight for name, source in SOURCES.items()},
        automated=frozenset(),
        most_papers=50,
    )


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
            RankedPaper(
                rank=1,
                paper=SECOND,
                attention=on_x(104, 205, voices=2),
                mentions=(Mention(loud, Decimal(300), by_author=True),),
            ),
            RankedPaper(
                rank=2,
                paper=THIRD,
                attention=on_x(25, 25, voices=1),
                mentions=(Mention(other, Decimal(50), by_author=True),),
            ),
        ),
        sources=X_ONLY,
    )
    assert [(each.score, each.retweets, each.favorites) for each in made.papers] == [
        (Decimal(309), 104, 205),
        (Decimal(50), 25, 25),
    ]


def test_an_account_does_not_fill_the_page() -> None:
    loud = [post(number, 40 + number, 0, author="loud", papers=(FIRST.id,)) for number in range(30)]
    other = post(99, 30, 0, papers=(FIRST.id,))

    [entry] = digest([FIRST], [*loud, other]).papers

    assert [mention.post for mention in entry.mentions] == [loud[29], loud[28], other]
    assert entry.attention == on_x(99, 0, voices=2)


def test_a_post_that_is_not_to_be_quoted_counts_and_is_not_shown() -> None:
    told, untold = post(1, 30, 30, papers=(FIRST.id,)), post(2, 40, 40, papers=(FIRST.id,))

    [entry] = digest([FIRST], [told, replace(untold, quotable=False)]).papers

    assert (int(entry.score), entry.attention) == (140, on_x(70, 70, voices=2))
    assert [mention.post for mention in entry.mentions] == [told]


@pytest.mark.parametrize("papers", [[], [PAPER]])
def test_a_day_that_nobody_talks_about_has_no_hot_papers(papers: list[Paper]) -> None:
    assert digest(papers, []) == Digest(DAY, COLLECTED_AT, (), X_ONLY)


# Voices


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        # Each post counts once by its id, as it stood best
        ([post(1, 30, 40), post(1, 30, 40)], (30, 40)),
        ([post(1, 30, 40), post(1, 31, 44), post(1, 20, 20)], (31, 44)),
        ([post(1, 10, 60), post(1, 60, 10)], (60, 10)),
        # … by its id and its source: another service numbers its posts itself
        ([post(1, 30, 40), post(1, 10, 20, source="bluesky")], (40, 60)),
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
        ([post(1, 30, 40, author="7"), post(2, 20, 9, author="7", source="bluesky")], (50, 49)),
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

    assert [(entry.paper.id, counts(entry), posts_of(entry)) for entry in made.papers] == [
        (SECOND.id, (35, 25), [both]),
        (FIRST.id, (30, 20), [both]),
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
    entry = only([post(1, 0, score)], Rules(hot_score=threshold))

    assert (entry is not None) is is_hot


def test_a_paper_that_is_hot_by_many_quiet_voices_shows_none_of_them() -> None:
    entry = only([post(number, 0, 24) for number in range(3)])

    assert entry == RankedPaper(1, PAPER, attention=on_x(0, 72, voices=3), mentions=())


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

    assert [(entry.rank, str(entry.paper.id), int(entry.score)) for entry in made.papers] == [
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
    entry = only([post(1, 0, 100), post(2, 0, score)], Rules(post_score=threshold))

    assert shown(entry) == (["1", "2"] if is_shown else ["1"])


def test_posts_come_best_first_the_older_one_where_they_are_as_good() -> None:
    posts = [post(100, 30, 0), post(20, 0, 30), post(3, 15, 15), post(4, 40, 1), post(5, 1, 99)]

    assert shown(only(posts)) == ["5", "4", "3", "20", "100"]


@pytest.mark.parametrize(
    ("most", "expected"), [(0, 0), (1, 1), (10, 10), (11, 11), (12, 12), (99, 12)]
)
def test_at_most_so_many_posts_are_shown_and_all_are_counted(most: int, expected: int) -> None:
    posts = [post(number, 100 - number, 0) for number in range(12)]

    entry = only(posts, Rules(posts_shown=most))

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


@pytest.mark.parametrize(("name", "is_by"), [("Ada Lovelace", True), ("Charles Babbage", False)])
def test_a_post_of_an_author_is_counted_and_labelled(name: str, is_by: bool) -> None:
    said = post(1, 30, 30)
    said = replace(said, account=replace(said.account, name=name))

    assert only([said]) == RankedPaper(
        1, PAPER, on_x(30, 30, voices=1), (Mention(said, Decimal(60), by_author=is_by),)
    )


# Several sources


def test_each_source_has_its_part_of_the_score() -> None:
    said = [make_post(str(number), source=name) for number, name in enumerate(SOURCES)]
    weights = dict(zip(SOURCES, map(Decimal, ["1", "2", "0.5", "3", "0.25", "10"]), strict=True))

    entry = only(said, Rules(weights=weights))

    assert entry is not None
    assert entry.attention == {
        "x": Attention(COUNTS["x"], 1, Decimal(50)),
        "bluesky": Attention(COUNTS["bluesky"], 1, Decimal(88)),
        "mastodon": Attention(COUNTS["mastodon"], 1, Decimal("16.5")),
        "hackernews": Attention(COUNTS["hackernews"], 1, Decimal(264)),
        "reddit": Attention(COUNTS["reddit"], 1, Decimal(15)),
        "huggingface": Attention(COUNTS["huggingface"], 1, Decimal(150)),
    }
    assert entry.score == Decimal("583.5")
    # The posts of all sources stand in one order, by what they are worth.
    assert [(each.post.source, int(each.weighted)) for each in entry.mentions] == [
        ("hackernews", 264),
        ("huggingface", 150),
        ("bluesky", 88),
        ("x", 50),
    ]


def test_posts_worth_the_same_come_in_the_order_of_the_sources() -> None:
    said = [
        make_post("1", source="reddit", counts={"score": 60, "comments": 0}),
        make_post("2", source="mastodon", counts={"reblogs": 60, "favourites": 0}),
        post(3, 0, 60),
    ]

    entry = only(said, Rules(weights=dict.fromkeys(SOURCES, Decimal(1))))

    assert [each.source for each in posts_of(entry)] == ["x", "mastodon", "reddit"]


def test_sources_that_found_nothing_have_zeros_and_those_not_asked_are_absent() -> None:
    told = [
        reading("hackernews", [PAPER], []),
        reading("x", [PAPER], [post(1, 30, 40)]),
        reading("bluesky", [FIRST], []),
    ]

    made = make_digest(DAY, COLLECTED_AT, [PAPER], told, X_ONLY, Rules())

    assert [entry.attention for entry in made.papers] == [
        {
            "x": Attention({"reposts": 30, "likes": 40}, 1, Decimal(70)),
            "hackernews": Attention({"points": 0, "comments": 0}, 0, Decimal(0)),
        }
    ]


def test_without_x_its_numbers_are_unknown() -> None:
    told = [reading("hackernews", [PAPER], [make_post(source="hackernews")])]

    made = make_digest(DAY, COLLECTED_AT, [PAPER], told, X_ONLY, Rules())

    assert [(each.score, each.retweets, each.favorites) for each in made.papers] == [
        (88 * WEIGHTS["hackernews"], None, None)
    ]


def test_posts_about_papers_that_a_source_does_not_know_are_not_looked_at() -> None:
    told = [reading("x", [FIRST], [post(1, 90, 90, papers=(FIRST.id, SECOND.id))])]

    made = make_digest(DAY, COLLECTED_AT, [FIRST, SECOND], told, X_ONLY, Rules())

    assert [entry.paper.id for entry in made.papers] == [FIRST.id]
    assert make_digest(DAY, COLLECTED_AT, [SECOND], told, X_ONLY, EVERYTHING).papers == (
        RankedPaper(1, SECOND, {}, ()),
    )


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        ([7, 5], {"score": 90, "comments": 12}),
        ([7, None], {"score": 90, "comments": 7}),
        ([None, None], {"score": 90}),
    ],
)
def test_kept_numbers_are_added_up_as_far_as_they_were_told(
    comments: list[int | None], expected: dict[str, int]
) -> None:
    said = [
        make_post(
            f"t3_{number}",
            author=str(number),
            source="reddit",
            counts={"score": 45} | ({} if told is None else {"comments": told}),
        )
        for number, told in enumerate(comments)
    ]

    made = make_digest(
        DAY, COLLECTED_AT, [PAPER], readings([PAPER], said, sources=()), X_ONLY, EVERYTHING
    )

    assert [entry.attention for entry in made.papers] == [
        {"reddit": Attention(expected, 2, 90 * WEIGHTS["reddit"])}
    ]
