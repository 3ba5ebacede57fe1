"""What is known of a day after a source was asked, once or again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.post import Post
from hotpapers.domain.ranking import group_by_paper
from hotpapers.domain.reading import PostPage, Reading, complete, make_reading, report_on
from hotpapers.domain.sources import SourceReport, Status
from tests.builders import COLLECTED_AT, make_post
from tests.properties import examples

EARLIER, LATER = COLLECTED_AT - timedelta(days=1), COLLECTED_AT + timedelta(days=1)
FIRST, SECOND, THIRD, FOREIGN = (PaperId(f"2009.0000{number}") for number in range(1, 5))
LISTED = (THIRD, FIRST, SECOND)
SORTED = (FIRST, SECOND, THIRD)
CUT_OFF = "stopped at 500 posts"


def post(number: int, *papers: PaperId, likes: int = 0) -> Post:
    return make_post(str(number), str(number), papers=papers, counts={"reposts": 0, "likes": likes})


def page(*posts: Post, entries: int | None = None, cost: str | None = None) -> PostPage:
    price = None if cost is None else Decimal(cost)
    return PostPage(posts, len(posts) if entries is None else entries, price)


def read(*posts: Post, shortfall: str = "") -> Reading:
    return make_reading("x", COLLECTED_AT, LISTED, [page(*posts)], shortfall)


# One reading


def test_a_whole_reading() -> None:
    pages = [
        page(post(1, FIRST, FOREIGN), post(2, FOREIGN), entries=5, cost="0.025"),
        page(entries=0, cost="0"),
        page(post(3, THIRD, FIRST), entries=2, cost="0.01"),
    ]

    assert make_reading("x", COLLECTED_AT, LISTED, pages) == Reading(
        source="x",
        taken_at=COLLECTED_AT,
        papers=SORTED,
        posts=(post(1, FIRST), post(3, THIRD, FIRST)),
        shortfall="",
        entries=7,
        cost=Decimal("0.035"),
    )


def test_of_a_source_that_did_not_tell_all_only_what_it_mentioned_is_known() -> None:
    assert read(post(1, THIRD), post(2, FIRST, FOREIGN), shortfall=CUT_OFF) == Reading(
        source="x",
        taken_at=COLLECTED_AT,
        papers=(FIRST, THIRD),
        posts=(post(1, THIRD), post(2, FIRST)),
        shortfall=CUT_OFF,
        entries=2,
    )


@pytest.mark.parametrize(("shortfall", "known"), [("", SORTED), (CUT_OFF, ())])
def test_pages_without_a_post(shortfall: str, known: tuple[PaperId, ...]) -> None:
    assert read(shortfall=shortfall) == Reading("x", COLLECTED_AT, known, (), shortfall)
    assert make_reading("x", COLLECTED_AT, LISTED, [], shortfall).papers == known


def test_a_day_without_papers_has_nothing_to_know() -> None:
    made = make_reading("x", COLLECTED_AT, (), [page(post(1, FIRST))])

    assert made == Reading("x", COLLECTED_AT, (), (), entries=1)


# Another one after it


def test_a_complete_reading_stands_for_itself() -> None:
    kept = replace(read(post(1, FIRST), post(2, SECOND)), taken_at=EARLIER)
    new = read(post(3, SECOND))

    assert complete(new, kept) == new


@pytest.mark.parametrize("shortfall", ["", CUT_OFF])
def test_the_first_reading_stands_for_itself(shortfall: str) -> None:
    new = read(post(1, FIRST), shortfall=shortfall)

    assert complete(new, None) == new


def test_what_a_reading_with_a_shortfall_does_not_have_stays_as_it_was() -> None:
    kept = replace(read(post(1, FIRST, likes=10), post(2, SECOND, likes=20)), taken_at=EARLIER)
    new = read(post(3, FIRST, likes=5), post(1, FIRST, likes=9), shortfall=CUT_OFF)

    assert complete(new, kept) == Reading(
        source="x",
        taken_at=COLLECTED_AT,
        papers=SORTED,
        # The same post's newer numbers stand, though they are lower.
        posts=(post(3, FIRST, likes=5), post(1, FIRST, likes=9), post(2, SECOND, likes=20)),
        shortfall=CUT_OFF,
        as_of=EARLIER,
        entries=2,
        # Of the second paper it told nothing itself.
        measured=(FIRST,),
    )


def test_what_a_reading_measured_itself_stays_known_however_often_it_is_completed() -> None:
    kept = replace(read(post(1, FIRST), post(2, SECOND)), taken_at=EARLIER)
    cut = read(post(1, FIRST), shortfall=CUT_OFF)
    assert kept.papers_measured == SORTED
    assert complete(cut, kept).papers_measured == (FIRST,)
    again = replace(read(post(2, SECOND), shortfall=CUT_OFF), taken_at=LATER)
    assert complete(again, complete(cut, kept)).papers_measured == (SECOND,)


def test_two_readings_with_shortfalls_leave_unknown_what_neither_mentions() -> None:
    kept = replace(read(post(1, FIRST), shortfall="answered 503"), taken_at=EARLIER)
    new = read(post(2, SECOND), shortfall=CUT_OFF)

    completed = complete(new, kept)

    assert (completed.papers, completed.shortfall) == ((FIRST, SECOND), CUT_OFF)


# What is said of it


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (read(post(1, FIRST)), SourceReport(Status.OK)),
        (read(shortfall=CUT_OFF), SourceReport(Status.PARTIAL, CUT_OFF)),
        (replace(read(), taken_at=EARLIER), SourceReport(Status.OK, as_of=EARLIER)),
        (
            make_reading("x", COLLECTED_AT, LISTED, [page(entries=7, cost="0.035")]),
            SourceReport(Status.OK, posts_read=7, cost=Decimal("0.035")),
        ),
    ],
)
def test_what_a_digest_says_of_the_source(reading: Reading, expected: SourceReport) -> None:
    assert report_on(reading, COLLECTED_AT) == expected


# On anything


POSTS = st.lists(
    st.builds(
        lambda number, papers, likes: post(number, *sorted(papers), likes=likes),
        st.integers(0, 9),
        st.sets(st.sampled_from([*LISTED, FOREIGN]), min_size=1),
        st.integers(0, 99),
    ),
    max_size=8,
)
SHORTFALLS = st.sampled_from(["", CUT_OFF])


@settings(max_examples=examples(100), deadline=None)
@given(POSTS, SHORTFALLS)
def test_what_is_known_is_listed_and_what_is_said_is_known(
    posts: Sequence[Post], shortfall: str
) -> None:
    made = read(*posts, shortfall=shortfall)

    assert set(made.papers) <= set(LISTED)
    assert {paper for each in made.posts for paper in each.papers} <= set(made.papers)
    assert list(made.papers) == sorted(made.papers)


@settings(max_examples=examples(100), deadline=None)
@given(POSTS, SHORTFALLS, POSTS, SHORTFALLS)
def test_a_shortfall_loses_nothing_that_was_known(
    before: Sequence[Post], shortfall_before: str, after: Sequence[Post], shortfall: str
) -> None:
    kept = read(*before, shortfall=shortfall_before)
    new = read(*after, shortfall=shortfall)

    completed = complete(new, kept)

    if not shortfall:
        assert completed == new
        return
    assert set(completed.papers) == {*kept.papers, *new.papers}
    assert {each.id for each in completed.posts} == {each.id for each in (*kept.posts, *new.posts)}
    newer = {each.id for each in new.posts}
    assert [each for each in completed.posts if each.id in newer] == list(new.posts)
    assert complete(completed, kept) == completed


@settings(max_examples=examples(100), deadline=None)
@given(POSTS, POSTS)
def test_a_paper_that_a_shortfall_does_not_mention_keeps_its_posts(
    before: Sequence[Post], after: Sequence[Post]
) -> None:
    kept, new = read(*before), read(*after, shortfall=CUT_OFF)
    said_again = {each.id for each in new.posts}
    said = group_by_paper(each for each in kept.posts if each.id not in said_again)

    told = group_by_paper(complete(new, kept).posts)

    for paper in LISTED:
        assert all(each in told[paper] for each in said.get(paper, ()))
