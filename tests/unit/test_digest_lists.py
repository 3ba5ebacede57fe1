"""Lists of digests: all of them, and those with papers that a reader wants."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.card import Card, Position, position
from hotpapers.domain.digest import Digest
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.selection import Selection
from hotpapers.errors import InvalidInputError
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.digest_lists import (
    MOST_CARDS,
    MOST_SEARCHES,
    WIDEST,
    Days,
    DigestList,
    beyond,
    day_of,
    find_days,
    list_digests,
    read_place,
)
from hotpapers.use_cases.search import BATCH, MOST_QUERIES, MOST_READS
from tests.builders import DAY, paper_ids
from tests.catalogue import all_cards, archives, cards_of, make_card, make_cards, selections
from tests.fakes import MemoryCatalogue
from tests.hostile import hostile_texts
from tests.properties import examples
from tests.reading import (
    CountingEditions,
    digest_of,
    digests_of,
    file_digests,
    filed_archive,
    make_archive,
    walk,
)

Cards = Mapping[date, Sequence[Card]]
EVERYTHING, ENGINES, HOT = Selection(), Selection(text="engine"), Selection(least_score=900)
FRIDAY, THURSDAY, WEDNESDAY, TUESDAY = (DAY - timedelta(days=number) for number in range(4))


def archive_of(cards: Cards) -> Archive:
    return filed_archive(*digests_of(cards))


def read(
    archive: Archive, selection: Selection, limit: int, after: Position | None = None
) -> DigestList:
    return list_digests(selection, limit, after, archive.editions, archive.catalogue)


def pages(archive: Archive, selection: Selection, limit: int) -> Iterator[DigestList]:
    """All pages of a list, none of which asked for more than it may."""
    catalogue = archive.catalogue
    assert isinstance(catalogue, MemoryCatalogue)

    def page(after: Position | None) -> DigestList:
        assert read_place(after) == after
        catalogue.queries = catalogue.batches = 0
        found = read(archive, selection, limit, after)
        assert catalogue.queries <= MOST_SEARCHES * MOST_QUERIES
        assert catalogue.batches <= MOST_SEARCHES * MOST_READS
        assert len(found.heads) <= limit
        return found

    return walk(page, lambda found: found.following)


def told(found: DigestList) -> list[tuple[date, int]]:
    """The days of a page, with how many of their papers are wanted."""
    if found.matches is None:
        return [(head.date, head.papers) for head in found.heads]
    assert [head.date for head in found.heads] == list(found.matches)
    return list(found.matches.items())


def all_told(archive: Archive, selection: Selection, limit: int) -> list[tuple[date, int]]:
    return [each for found in pages(archive, selection, limit) for each in told(found)]


def expected(cards: Cards, selection: Selection) -> list[tuple[date, int]]:
    """What a list is to tell, newest first: counted out."""
    counts = {
        day: sum(selection.matches(card.entry) for card in found) for day, found in cards.items()
    }
    return [
        (day, count)
        for day, count in sorted(counts.items(), reverse=True)
        if count or selection.is_everything
    ]


# Everything


def digest(day: date, *paper_ids: str) -> Digest:
    return digest_of(
        day, [make_card(paper, day, rank) for rank, paper in enumerate(paper_ids, start=1)]
    )


THREE = (
    digest(THURSDAY),
    digest(FRIDAY, "2009.00001", "2009.00002"),
    digest(WEDNESDAY, "2009.00003"),
)


def test_the_list_comes_in_pages() -> None:
    archive = make_archive(*THREE)
    friday, thursday, wednesday = archive.editions.newest_heads(3)
    assert read(archive, EVERYTHING, 2) == DigestList([friday, thursday], "2020-09-17#")
    assert read(archive, EVERYTHING, 2, "2020-09-17#") == DigestList([wednesday])
    assert [head.papers for head in (friday, thursday, wednesday)] == [2, 0, 1]


def test_the_last_page_leads_nowhere() -> None:
    archive = make_archive(*THREE)
    everything = archive.editions.newest_heads(3)
    for limit in (3, 4, 100):
        assert read(archive, EVERYTHING, limit) == DigestList(everything)
    assert read(archive, EVERYTHING, 5, "2020-09-16#") == DigestList([])
    assert read(make_archive(), EVERYTHING, 5) == DigestList([])
    assert read(make_archive(), ENGINES, 5) == DigestList([], None, {})


def test_the_pages_together_are_the_list() -> None:
    archive = make_archive(*(digest(DAY - timedelta(days=number)) for number in range(23)))
    whole = read(archive, EVERYTHING, 100).heads
    assert len(whole) == 23
    for limit in (1, 4, 22, 23):
        found = list(pages(archive, EVERYTHING, limit))
        assert [head for page in found for head in page.heads] == whole
        assert {len(page.heads) for page in found[:-1]} <= {limit}


def test_the_list_of_everything_takes_one_query() -> None:
    editions = CountingEditions()
    archive = make_archive(*THREE, editions=editions)
    assert isinstance(archive.catalogue, MemoryCatalogue)
    read(archive, EVERYTHING, 2, "2020-09-18#")
    assert (editions.reads, archive.catalogue.queries) == (["newest_heads"], 0)


# What a reader wants


@given(archives(), selections(), st.integers(1, 5))
@settings(max_examples=examples(20), deadline=None)
def test_a_list_has_each_day_with_wanted_papers_once_and_counts_them(
    cards: Cards, selection: Selection, limit: int
) -> None:
    assert all_told(archive_of(cards), selection, limit) == expected(cards, selection)


@given(archives(), selections())
@settings(max_examples=examples(10), deadline=None)
def test_days_are_found_with_their_wanted_papers_by_rank(
    cards: Cards, selection: Selection
) -> None:
    found = find_days(selection, 100, None, archive_of(cards).catalogue)
    wanted = {
        day: [card for card in cards[day] if selection.matches(card.entry)]
        for day in sorted(cards, reverse=True)
    }
    assert found == Days({day: papers for day, papers in wanted.items() if papers})
    assert list(found.cards) == [day for day, papers in wanted.items() if papers]


GROWTH = st.lists(
    st.integers(-3, 12).flatmap(
        lambda days: st.tuples(
            st.just(DAY + timedelta(days=days)), cards_of(DAY + timedelta(days=days))
        )
    ),
    unique_by=lambda found: found[0],
    max_size=5,
)
"""Days that are filed between pages: before, among and after those that are there."""


@given(archives(), GROWTH, selections(), st.integers(1, 3))
@settings(max_examples=examples(12), deadline=None)
def test_nothing_is_skipped_or_repeated_while_the_archive_grows(
    cards: Cards, growth: list[tuple[date, list[Card]]], selection: Selection, limit: int
) -> None:
    archive = archive_of(cards)
    new = {day: found for day, found in growth if day not in cards}
    coming = iter(new.items())
    found: list[tuple[date, int]] = []
    for page in pages(archive, selection, limit):
        found += told(page)
        if added := next(coming, None):
            file_digests(archive, digest_of(*added))
    assert found == sorted(found, reverse=True)
    always, ever = expected(cards, selection), expected({**cards, **new}, selection)
    assert {*always} <= {*found} <= {*ever}
    assert len(found) == len({day for day, _ in found})


def test_a_day_whose_digest_is_not_there_yet_is_not_listed() -> None:
    archive = archive_of(make_cards(days=3, papers=2))
    archive.catalogue.file(DAY + timedelta(days=9), "1", [make_card(day=DAY + timedelta(days=9))])
    page = read(archive, ENGINES, 10)
    assert [head.date for head in page.heads] == [
        DAY + timedelta(days=2),
        DAY + timedelta(days=1),
        DAY,
    ]


# Where a search ends


class Sorted(MemoryCatalogue):
    """A catalogue of many cards, which are only gone through."""

    def __init__(self, cards: Cards) -> None:
        super().__init__()
        self.newest_first = all_cards(cards)

    def newest(self, limit: int, after: Position | None = None) -> Sequence[Card]:
        self.queries += 1
        places = [card.position for card in self.newest_first]
        start = 0 if after is None else sum(place >= after for place in places)
        return self.newest_first[start : start + limit]


def days_found(cards: Cards, limit: int) -> Iterator[Days]:
    """All pages of the days with hot papers, none of which asked for more than it may."""
    catalogue = Sorted(cards)

    def page(after: Position | None) -> Days:
        assert read_place(after) == after
        catalogue.queries = 0
        found = find_days(HOT, limit, after, catalogue)
        assert catalogue.queries <= MOST_SEARCHES * MOST_READS
        assert len(found.cards) <= limit
        return found

    return walk(page, lambda found: found.following)


def counted(found: Days) -> list[tuple[date, int]]:
    return [(day, len(cards)) for day, cards in found.cards.items()]


def all_counted(cards: Cards, limit: int) -> list[tuple[date, int]]:
    return [each for found in days_found(cards, limit) for each in counted(found)]


SCANNED = MOST_SEARCHES * MOST_READS * BATCH
"""Cards that one page looks at, where the index does not help."""


def scores(*parts: tuple[int, int]) -> Sequence[int]:
    """So many papers of a score each, one after the other."""
    return [score for score, number in parts for _ in range(number)]


def make_day(day: date, scores: Sequence[int]) -> Sequence[Card]:
    """The cards of a day whose scores are these, in the order in which they are gone through."""
    ids = [f"2009.{number:05}" for number in range(len(scores), 0, -1)]
    return [
        make_card(paper, day, rank, score)
        for rank, (paper, score) in enumerate(zip(ids, scores, strict=True), start=1)
    ]


def few_cards(*days: Sequence[int]) -> Cards:
    """Days that follow one another, the newest first, of papers of these scores."""
    return {
        day: make_day(day, found)
        for number, found in enumerate(days)
        for day in [DAY - timedelta(days=number)]
    }


@pytest.mark.parametrize(
    "days",
    [
        # The last thing that is looked at is the first of two papers of a day.
        [scores((1, SCANNED - 1)), scores((999, 2))],
        [scores((1, SCANNED - 2)), scores((1, 1), (999, 1), (1, 3), (999, 1))],
        # … where a whole day came before it.
        [scores((999, 3)), scores((1, SCANNED - 4)), scores((999, 2)), scores((999, 1))],
        # … and where nothing was found at all.
        [scores((1, SCANNED - 1)), scores((1, 2), (999, 2))],
        # It ends where a day does, or all.
        [scores((1, SCANNED - 2), (999, 2)), scores((999, 2))],
        [scores((1, SCANNED - 2), (999, 2))],
        [scores((1, SCANNED // 2)), scores((1, SCANNED)), scores((999, 2))],
    ],
)
def test_a_day_is_whole_wherever_a_search_ends(days: list[list[int]]) -> None:
    cards = few_cards(*days)
    for limit in (1, 2, 20):
        assert all_counted(cards, limit) == expected(cards, HOT)


@pytest.mark.thorough
@given(
    st.lists(st.sampled_from([1, 2, 150, 399, 401, 1_199]), min_size=1, max_size=5),
    st.sets(st.integers(0, 3_000), max_size=30),
    st.integers(1, 3),
)
@settings(max_examples=examples(50), deadline=None)
def test_days_are_whole_wherever_searches_end(sizes: list[int], hot: set[int], limit: int) -> None:
    numbers = iter(range(sum(sizes)))
    cards = few_cards(*([999 if next(numbers) in hot else 1 for _ in range(n)] for n in sizes))
    assert all_counted(cards, limit) == expected(cards, HOT)


def test_a_list_goes_on_where_its_search_ended() -> None:
    cards = few_cards(
        scores((999, 3)), scores((1, SCANNED // 2)), scores((1, SCANNED // 2)), scores((999, 2))
    )
    first, second = days_found(cards, 20)
    assert (counted(first), first.following) == ([(FRIDAY, 3)], "2020-09-17#")
    assert (counted(second), second.following) == ([(TUESDAY, 2)], None)


MOST = MOST_SEARCHES * MOST_CARDS


def test_a_day_with_more_papers_than_can_be_looked_for_has_some_of_them() -> None:
    cards = few_cards(scores((999, 1)), scores((999, MOST + 7)), scores((999, 2)))
    for limit in (1, 2, 20):
        assert all_counted(cards, limit) == [
            (FRIDAY, 1),
            (THURSDAY, MOST),
            (WEDNESDAY, 2),
        ]


def test_days_with_many_papers_come_on_more_pages_than_one() -> None:
    cards = few_cards(scores((999, 1)), scores((999, MOST - 1)), scores((999, 2)))
    for limit in (1, 2, 20):
        assert all_counted(cards, limit) == expected(cards, HOT)


@pytest.mark.parametrize("wanted", [0, 1, 5])
def test_a_day_with_more_papers_than_are_looked_at_ends_all_the_same(wanted: int) -> None:
    day = scores((1, SCANNED), (999, wanted), (1, SCANNED), (999, wanted))
    cards = few_cards(scores((999, 1)), day, scores((999, 2)))
    found = all_counted(cards, 20)
    assert [each for each in found if each[0] != THURSDAY] == [(FRIDAY, 1), (WEDNESDAY, 2)]
    assert len(found) == len({each for each, _ in found})


def test_the_days_of_a_page_are_not_far_apart() -> None:
    gaps = [timedelta(), timedelta(days=1), WIDEST, WIDEST + timedelta(days=1), 9 * WIDEST]
    days = [date(2040, 1, 2) - gap for gap in gaps]
    archive = archive_of({day: [make_card(day=day)] for day in days})
    assert [[day for day, _ in told(page)] for page in pages(archive, ENGINES, 20)] == [
        days[:3],
        days[3:4],
        days[4:],
    ]


# Places


@given(st.dates(), paper_ids())
def test_a_place_is_read_as_it_was_given_out(day: date, paper: PaperId) -> None:
    for place in (beyond(day), position(day, paper)):
        assert read_place(place) == place
        assert day_of(place) == day
    # All papers of the day come before what is beyond it, and those of the day before after it.
    assert beyond(day) < position(day, paper)
    if day > date.min:
        assert position(day - timedelta(days=1), paper) < beyond(day)
    assert read_place(None) is None


def is_place(text: str) -> bool:
    """Tell whether a text without the id of a paper is a place."""
    match = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})#", text)
    try:
        return match is not None and bool(date(*map(int, match.groups())))
    except ValueError:
        return False


PIECES = st.sampled_from(
    [
        *("2020-09-18", "2020-9-18", "20200918", "2020-W38-5", "0000-01-01", "9999-12-31"),
        *("2020-02-30", "２020-09-18", "2020-09-18T00", "#", "##", " ", "\n", "", "-", "0", "2009"),
        "9901001v1",
    ]
)


@settings(max_examples=examples(50))
@given(st.lists(PIECES, max_size=4).map("".join) | hostile_texts(surrogates=True))
def test_any_other_text_is_refused(text: str) -> None:
    if is_place(text):
        assert read_place(text) == text
    else:
        with pytest.raises(InvalidInputError, match="cursor: must be one that was given out here"):
            read_place(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "#", "2020-09-18", "2020-09-18##", "2020-09-31#", "20200918#", "2020-09-18# "),
        *("2020-09-18#\n", "2020-09-18$", "2020-09-18#2009.08319v1", "2020-09-18#2009.08319 "),
        *("-020-09-18#", "2020-W38-5#", "２020-09-18#", "2020-09-18#" + "9" * 3_000),
    ],
)
def test_what_only_looks_like_a_place_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_place(text)
