"""Search: exactly what is wanted, page by page, with so many questions at most."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.card import Card, Position, position
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.selection import Selection
from hotpapers.use_cases.search import MOST_QUERIES, MOST_READS, STRIDE, Found, search
from tests.builders import DAY, make_paper
from tests.catalogue import all_cards, archives, cards_of, make_card, make_cards, selections
from tests.fakes import MemoryCatalogue
from tests.properties import examples

Archive = Mapping[date, Sequence[Card]]


def catalogue_of(archive: Archive) -> MemoryCatalogue:
    catalogue = MemoryCatalogue()
    for day, cards in archive.items():
        catalogue.file(day, "1", cards)
    return catalogue


def pages(
    selection: Selection, limit: int, catalogue: MemoryCatalogue, after: Position | None = None
) -> list[Found]:
    """All pages, each of which asked no more than it may and led further than the one before."""
    found: list[Found] = []
    while not found or found[-1].next is not None:
        catalogue.queries = catalogue.batches = 0
        page = search(selection, limit, found[-1].next if found else after, catalogue)
        assert catalogue.queries <= MOST_QUERIES
        assert catalogue.batches <= MOST_READS
        assert len(page.cards) <= limit
        assert (
            found == []
            or page.next is None
            or found[-1].next is None
            or (page.next < found[-1].next)
        )
        found.append(page)
    return found


def found_in(all_pages: Sequence[Found]) -> list[Card]:
    return [card for page in all_pages for card in page.cards]


# What is found


def test_an_empty_catalogue_has_nothing() -> None:
    for selection in (Selection(), Selection(text="engine")):
        assert search(selection, 10, None, MemoryCatalogue()) == Found((), None)


def test_everything_comes_newest_first() -> None:
    archive = make_cards(days=3, papers=2)
    first, second = pages(Selection(), 4, catalogue_of(archive))
    newest_first = all_cards(archive)
    assert first == Found(tuple(newest_first[:4]), newest_first[3].position)
    assert second == Found(tuple(newest_first[4:]), None)


def test_a_page_that_is_just_full_is_the_last_one() -> None:
    catalogue = catalogue_of(make_cards(days=3, papers=2))
    for selection in (Selection(), Selection(text="engine")):
        assert search(selection, 6, None, catalogue).next is None
        assert search(selection, 5, None, catalogue).next is not None


def test_a_position_whose_card_is_gone_is_passed_over() -> None:
    class Late(MemoryCatalogue):
        def cards(self, positions: Collection[Position]) -> Sequence[Card]:
            return [card for card in super().cards(positions) if card.entry.rank != 2]

    catalogue = Late()
    for day, cards in make_cards(days=3, papers=3).items():
        catalogue.file(day, "1", cards)
    found = found_in(pages(Selection(text="engine"), 2, catalogue))
    assert [card.entry.rank for card in found] == [3, 1] * 3


@given(archives(), selections(), st.integers(1, 7))
@settings(max_examples=examples(20), deadline=None)
def test_what_is_found_is_exactly_what_matches(
    archive: Archive, selection: Selection, limit: int
) -> None:
    found = found_in(pages(selection, limit, catalogue_of(archive)))
    assert found == [card for card in all_cards(archive) if selection.matches(card.entry)]


@given(archives(), selections(), st.integers(1, 7), st.sampled_from(["2009.00002", "math/0309136"]))
@settings(max_examples=examples(15), deadline=None)
def test_a_search_begins_after_a_position_whether_there_is_a_card_or_not(
    archive: Archive, selection: Selection, limit: int, paper: str
) -> None:
    after = position(DAY + timedelta(days=3), PaperId(paper))
    found = found_in(pages(selection, limit, catalogue_of(archive), after))
    assert found == [
        card
        for card in all_cards(archive)
        if selection.matches(card.entry) and card.position < after
    ]


GROWTH = st.lists(
    st.integers(-3, 12).flatmap(
        lambda days: st.tuples(
            st.just(DAY + timedelta(days=days)), cards_of(DAY + timedelta(days=days))
        )
    ),
    max_size=6,
)
"""Days that are filed between pages, new ones, older ones, and those that are there again."""


@given(archives(), GROWTH, selections(), st.integers(1, 3))
@settings(max_examples=examples(15), deadline=None)
def test_nothing_is_skipped_or_repeated_while_the_archive_grows(
    archive: Archive, growth: list[tuple[date, list[Card]]], selection: Selection, limit: int
) -> None:
    catalogue, state = catalogue_of(archive), dict(archive)
    # What there is all the time, and wanted; and whatever was wanted at any time.
    always, ever = wanted(state, selection), wanted(state, selection)
    found: list[Position] = []
    page = search(selection, limit, None, catalogue)
    found += [card.position for card in page.cards]
    for number, (day, cards) in enumerate(growth):
        if page.next is None:
            break
        catalogue.file(day, f"2.{number}", cards)
        state[day] = cards
        always, ever = always & wanted(state, selection), ever | wanted(state, selection)
        page = search(selection, limit, page.next, catalogue)
        found += [card.position for card in page.cards]
    found += [card.position for card in found_in(rest(page, selection, limit, catalogue))]
    assert found == sorted({*found}, reverse=True)
    assert always <= {*found} <= ever


def wanted(archive: Archive, selection: Selection) -> set[Position]:
    return {card.position for card in all_cards(archive) if selection.matches(card.entry)}


def rest(
    page: Found, selection: Selection, limit: int, catalogue: MemoryCatalogue
) -> Sequence[Found]:
    return [] if page.next is None else pages(selection, limit, catalogue, page.next)


# What it costs

QUESTIONS = [
    Selection(),
    Selection(text="engine"),
    Selection(text="engine of kind3"),
    Selection(text="number7 engine"),
    Selection(text="number7 number8"),
    Selection(text="kind1 kind2"),
    Selection(text="nothing of the kind"),
    Selection(categories=("cs.*",), text="kind2 gödel"),
    Selection(authors=("Ada Author5",)),
    Selection(authors=("Kurt", "Nobody"), least_score=59),
    Selection(least_score=1_000),
    Selection(excluded=("engine",)),
    Selection(text="engine", excluded=("engine",)),
]


@cache
def large(days: int, papers: int = 10) -> tuple[Archive, MemoryCatalogue]:
    archive = make_cards(days, papers)
    return archive, catalogue_of(archive)


@pytest.mark.parametrize("selection", QUESTIONS)
@pytest.mark.parametrize("limit", [1, 100])
def test_ten_cards_are_searched_with_as_many_questions_as_there_may_be(
    selection: Selection, limit: int
) -> None:
    archive, catalogue = large(1)
    found = found_in(pages(selection, limit, catalogue))
    assert found == [card for card in all_cards(archive) if selection.matches(card.entry)]


@pytest.mark.thorough
@pytest.mark.parametrize("selection", QUESTIONS)
@pytest.mark.parametrize("limit", [20, 100])
def test_ten_thousand_cards_are_searched_with_as_many_questions_as_ten(
    selection: Selection, limit: int
) -> None:
    archive, catalogue = large(1_000)
    found = found_in(pages(selection, limit, catalogue))
    assert found == [card for card in all_cards(archive) if selection.matches(card.entry)]


def test_a_plain_question_takes_a_query_and_a_batch() -> None:
    _, catalogue = large(60)
    for selection, limit in [
        (Selection(text="kind3"), 20),
        (Selection(categories=("cs.*",)), 100),
        (Selection(authors=("Author7",)), 20),
    ]:
        catalogue.queries = catalogue.batches = 0
        search(selection, limit, None, catalogue)
        assert catalogue.queries == 1
        assert catalogue.batches <= 2


def test_the_newest_papers_take_one_query() -> None:
    _, catalogue = large(60)
    catalogue.queries = catalogue.batches = 0
    assert len(search(Selection(), 50, None, catalogue).cards) == 50
    assert (catalogue.queries, catalogue.batches) == (1, 0)


def scattered(rare: Sequence[int], *, papers: int) -> MemoryCatalogue:
    """A catalogue of one paper a day, all with a common word, and some with a rare one."""
    days = {DAY + timedelta(days=number): number for number in range(papers)}
    return catalogue_of(
        {
            day: [make_card(day=day, title="common rare" if number in rare else "common")]
            for day, number in days.items()
        }
    )


@pytest.mark.thorough
def test_what_is_rare_is_not_looked_for_among_all_that_is_common() -> None:
    catalogue = scattered(range(0, 5 * STRIDE, 100), papers=5 * STRIDE)
    catalogue.queries = catalogue.batches = 0
    page = search(Selection(text="common rare"), 50, None, catalogue)
    assert (len(page.cards), page.next) == (25, None)
    # The rare word's papers are all known: their cards are read, and the common one is let go.
    assert (catalogue.queries, catalogue.batches) == (2, 1)


@cache
def divided() -> tuple[Archive, MemoryCatalogue]:
    """A paper a day, each with a word for every number that divides its own."""
    divisors = (2, 3, 7, 50, 701)
    archive = {
        day: [make_card(day=day, title=" ".join(f"d{n}" for n in divisors if count % n == 0))]
        for count in range(12 * STRIDE)
        for day in [DAY + timedelta(days=count)]
    }
    return archive, catalogue_of(archive)


@pytest.mark.thorough
@pytest.mark.parametrize("limit", [1, 24, 100])
@pytest.mark.parametrize("text", ["d2", "d2 d3", "d7 d3 d2", "d2 d50 d3", "d701 d2", "d701 d50 d7"])
def test_common_words_and_rare_ones_meet_where_they_do(text: str, limit: int) -> None:
    archive, catalogue = divided()
    selection = Selection(text=text)
    expected = [card for card in all_cards(archive) if selection.matches(card.entry)]
    few_pages = len(expected) <= 300 or limit == 100
    if few_pages:
        assert found_in(pages(selection, limit, catalogue)) == expected
    else:
        assert list(search(selection, limit, None, catalogue).cards) == expected[:limit]


@pytest.mark.thorough
def test_words_that_never_meet_are_told_apart_in_pages_that_may_be_empty() -> None:
    number = 16 * STRIDE
    catalogue = catalogue_of(
        {
            day: [make_card(day=day, title="even" if count % 2 else "odd")]
            for count in range(number)
            for day in [DAY + timedelta(days=count)]
        }
    )
    found = pages(Selection(text="even odd"), 20, catalogue)
    assert found_in(found) == []
    assert 1 < len(found) <= number / STRIDE


def test_a_paper_by_3_000_authors_is_found_by_each() -> None:
    names = tuple(f"Ada{number} Collaborator{number}" for number in range(3_000))
    catalogue = catalogue_of({DAY: [make_card(authors=names)]})
    for selection in (
        Selection(authors=("collaborator2999, ada2999",)),
        Selection(text="ada0 ada1500 ada2999 engine"),
    ):
        assert len(search(selection, 1, None, catalogue).cards) == 1
    nobody = Selection(authors=("Ada1 Collaborator2",))
    assert search(nobody, 1, None, catalogue) == Found((), None)
    assert make_paper(authors=names).authors == names
