"""Terms: what a paper stands under, and that all that is wanted stands under what is looked up."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.card import Card
from hotpapers.domain.paper import Paper
from hotpapers.domain.selection import Selection
from hotpapers.domain.terms import paper_terms, selection_terms
from tests.builders import DAY, make_paper, papers
from tests.catalogue import CATEGORIES, PATTERNS, cards_of, selections
from tests.properties import examples


def test_a_paper_stands_under_its_words_its_names_and_its_categories() -> None:
    paper = make_paper(
        title="Engines",
        abstract="We weave.",
        authors=("Ada Lovelace", "Kaiming He"),
        categories=("math.NA", "hep-th"),
    )
    assert paper_terms(paper) == {
        *("w:engine", "w:weave", "w:ada", "w:lovelace", "w:kaiming", "w:he"),
        *("a:ada", "a:lovelace", "a:kaiming", "a:he"),
        *("c:math.NA", "c:math.*", "c:cs.NA", "c:cs.*", "c:hep-th"),
    }


def test_what_is_looked_up_begins_with_what_has_the_fewest_papers() -> None:
    selection = Selection(("cs.LG",), "the art of weaving art", ("Kurt Gödel",))
    assert selection_terms(selection) == (
        *("a:godel", "a:kurt"),
        *("w:weaving", "w:art"),
        "c:cs.LG",
    )


def test_alternatives_are_not_looked_up() -> None:
    selection = Selection(("cs.LG", "cs.AI"), "", ("Ada", "Kurt"), 50, ("x",), ("cats",))
    assert selection_terms(selection) == ()
    assert selection_terms(Selection()) == ()


def test_a_paper_by_3_000_authors_has_so_many_terms() -> None:
    names = tuple(f"Ada{number} Collaborator{number}" for number in range(3_000))
    assert len(paper_terms(make_paper(authors=names))) == 2 * 6_000 + 5 + 4


def test_a_term_is_never_too_long_for_a_key() -> None:
    paper = make_paper(
        title="x" * 5_000, authors=("機" * 9, "é" * 3_000), categories=("c" * 3_000,)
    )
    assert max(len(term.encode()) for term in paper_terms(paper)) <= 2_000


@given(selections(), cards_of(DAY))
@settings(max_examples=examples(100))
def test_all_that_is_wanted_stands_under_all_that_is_looked_up(
    selection: Selection, cards: list[Card]
) -> None:
    looked_up = {*selection_terms(selection)}
    wanted = [card for card in cards if selection.matches(card.entry)]
    assert all(looked_up <= paper_terms(card.entry.paper) for card in wanted)


@given(st.lists(st.sampled_from(CATEGORIES), min_size=1, unique=True), st.sampled_from(PATTERNS))
def test_a_paper_stands_under_the_categories_that_it_is_in(names: list[str], pattern: str) -> None:
    paper = make_paper(categories=tuple(names))
    assert (f"c:{pattern}" in paper_terms(paper)) is paper.is_in([pattern])


@given(papers())
@settings(max_examples=examples(50))
def test_the_order_of_authors_makes_no_difference(paper: Paper) -> None:
    turned = replace(paper, authors=paper.authors[::-1])
    assert paper_terms(turned) == paper_terms(paper)
    assert all(term.encode() for term in paper_terms(paper))
