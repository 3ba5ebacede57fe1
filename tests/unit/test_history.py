"""How attention grows: what a run measured, what is a hole, and what rises."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hotpapers.domain.digest import Attention, Digest, Point, RankedPaper, Rise
from hotpapers.domain.history import (
    MOST_RISING,
    Measurement,
    history,
    make_measurement,
    rising,
    with_history,
)
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import Rules
from hotpapers.domain.reading import PostPage, Reading, complete, make_reading
from tests.builders import COLLECTED_AT, DAY, make_paper, make_post

A, B, C = (make_paper(f"2009.0000{number}", title=f"Paper {number}") for number in (1, 2, 3))
LISTED = (A.id, B.id, C.id)
RULES = Rules()
DAY_AFTER = COLLECTED_AT + timedelta(days=1)
NOTHING = {
    "x": Attention(dict.fromkeys(("reposts", "likes"), 0), 0, Decimal(0)),
    "bluesky": Attention(dict.fromkeys(("reposts", "likes"), 0), 0, Decimal(0)),
}


def post(paper: str, likes: int, source: str = "x", author: str = "1") -> Post:
    counts = {"reposts": 0, "likes": likes}
    return make_post(author, author, source, papers=(paper,), counts=counts)


def reading(
    *posts: Post, source: str = "x", time: datetime = COLLECTED_AT, cut: str = ""
) -> Reading:
    return make_reading(source, time, LISTED, [PostPage(posts, len(posts))], cut)


def likes(count: int, voices: int = 1) -> Attention:
    return Attention({"reposts": 0, "likes": count}, voices, Decimal(count))


# What a run measured


def test_a_source_that_told_all_is_known_of_every_paper() -> None:
    measured = make_measurement(COLLECTED_AT, [reading(post(A.id, 7))], RULES)
    assert measured == Measurement(COLLECTED_AT, ("x",), {A.id: {"x": likes(7)}})
    assert measured.attention(A.id) == {"x": likes(7)}
    assert measured.attention(B.id) == {"x": NOTHING["x"]}


def test_a_source_that_told_in_part_is_known_of_what_it_mentioned() -> None:
    cut = reading(post(A.id, 7), cut="broke off")
    measured = make_measurement(COLLECTED_AT, [cut], RULES)
    assert measured == Measurement(COLLECTED_AT, (), {A.id: {"x": likes(7)}})
    assert measured.attention(B.id) == {}


def test_what_an_earlier_run_read_is_not_measured_again() -> None:
    old = reading(post(A.id, 7), source="bluesky")
    new = reading(post(A.id, 9), time=DAY_AFTER)
    measured = make_measurement(DAY_AFTER, [old, new], RULES)
    assert measured == Measurement(DAY_AFTER, ("x",), {A.id: {"x": likes(9)}})


def test_what_an_earlier_reading_adds_is_not_measured_again() -> None:
    whole = reading(post(A.id, 7), post(B.id, 8, author="2"))
    cut = reading(post(A.id, 9), time=DAY_AFTER, cut="broke off")
    measured = make_measurement(DAY_AFTER, [complete(cut, whole)], RULES)
    assert measured == Measurement(DAY_AFTER, (), {A.id: {"x": likes(9)}})


def test_the_order_of_readings_does_not_matter() -> None:
    both = [reading(post(A.id, 7)), reading(post(A.id, 2, "bluesky"), source="bluesky")]
    measured = make_measurement(COLLECTED_AT, both, RULES)
    assert measured == make_measurement(COLLECTED_AT, both[::-1], RULES)
    assert measured.complete == ("bluesky", "x")
    # Shown in the order in which the sources are always shown.
    assert list(measured.attention(A.id)) == ["x", "bluesky"]


# What follows from it

FIRST = Measurement(COLLECTED_AT, ("x",), {A.id: {"x": likes(10)}, B.id: {"x": likes(30)}})
SECOND = Measurement(
    DAY_AFTER,
    ("bluesky", "x"),
    {A.id: {"x": likes(60), "bluesky": likes(500)}, B.id: {"x": likes(35)}, C.id: {"x": likes(6)}},
)


def test_the_history_of_a_paper_has_holes_and_no_zeros() -> None:
    failed = Measurement(DAY_AFTER, (), {B.id: {"x": likes(35)}})
    last = replace(SECOND, time=DAY_AFTER + timedelta(days=1))
    assert history(A.id, [FIRST, failed, last]) == (
        Point(COLLECTED_AT, {"x": likes(10)}),
        Point(last.time, {"x": likes(60), "bluesky": likes(500)}),
    )
    assert history(C.id, [FIRST]) == (Point(COLLECTED_AT, {"x": NOTHING["x"]}),)
    assert history(A.id, []) == ()


def test_of_a_paper_that_was_not_listed_yet_nothing_was_measured() -> None:
    partly = replace(FIRST, listed=frozenset({A.id, B.id}))
    assert history(C.id, [partly, SECOND]) == (Point(DAY_AFTER, SECOND.attention(C.id)),)
    assert history(A.id, [partly]) == (Point(COLLECTED_AT, {"x": likes(10)}),)
    assert C.id not in [rise.paper for rise in rising([A, B, C], [partly, SECOND])]


def test_papers_rise_by_what_the_sources_of_both_times_tell() -> None:
    # Bluesky's 500 are no growth: nobody knows how many there were before.
    assert rising([A, B, C], [FIRST, SECOND]) == (
        Rise(A.id, "Paper 1", Decimal(50), COLLECTED_AT),
        Rise(C.id, "Paper 3", Decimal(6), COLLECTED_AT),
        Rise(B.id, "Paper 2", Decimal(5), COLLECTED_AT),
    )


def test_nothing_rises_at_the_first_time_nor_what_falls() -> None:
    assert rising([A, B, C], [SECOND]) == ()
    assert rising([A, B, C], []) == ()
    assert rising([A, B, C], [SECOND, replace(FIRST, time=DAY_AFTER)]) == ()


def test_few_papers_rise_and_equal_ones_by_their_ids() -> None:
    papers = [make_paper(f"2009.000{number}") for number in range(20, 40)]
    grown = Measurement(DAY_AFTER, ("x",), {paper.id: {"x": likes(5)} for paper in papers})
    found = rising(reversed(papers), [replace(FIRST, papers={}), grown])
    assert [rise.paper for rise in found] == [paper.id for paper in papers[:MOST_RISING]]


def test_a_digest_has_the_history_of_its_papers_and_what_rises_of_all() -> None:
    ranked = RankedPaper(1, A, {"x": likes(60), "bluesky": likes(500)}, ())
    digest = Digest(DAY, DAY_AFTER, (ranked,))
    measured = [FIRST, SECOND]
    assert with_history(digest, [A, B, C], measured) == replace(
        digest,
        papers=(replace(ranked, history=history(A.id, measured)),),
        rising=rising([A, B, C], measured),
    )


@given(st.permutations([A, B, C]))
def test_the_order_of_papers_does_not_matter(papers: list[Paper]) -> None:
    assert rising(papers, [FIRST, SECOND]) == rising([A, B, C], [FIRST, SECOND])
