"""Selections: what each condition asks for, alone and together with others."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.card import Card
from hotpapers.domain.digest import Attention
from hotpapers.domain.paper import Paper
from hotpapers.domain.selection import LONGEST, MOST_ENTRIES, MOST_WORDS, Selection, is_category
from tests.builders import DAY, make_entry, papers
from tests.catalogue import cards_of, make_card, selections
from tests.hostile import hostile_texts
from tests.properties import examples

ENTRY = replace(
    make_card(
        title="Schrödinger's Cats in Few-Shot Engines",
        abstract="We weave patterns with $\\ell_2$ norms.",
        authors=("Ada Lovelace", "Kurt Gödel", "Kaiming He"),
        categories=("math.NA", "stat.ML"),
    ).entry,
    attention={
        "x": Attention({"reposts": 1, "likes": 2}, 1, Decimal("49.5")),
        "bluesky": Attention({"reposts": 0, "likes": 0}, 0, Decimal(0)),
    },
)


def test_everything_asks_for_nothing() -> None:
    assert Selection().is_everything
    assert Selection().matches(ENTRY)
    assert Selection().parameters == ()


WANTED = (
    Selection(categories=("math.NA",)),
    Selection(categories=("cs.NA",)),  # the same by its second name
    Selection(categories=("cs.*",)),
    Selection(categories=("cs.LG", "stat.*")),
    Selection(text="cat"),
    Selection(text="SCHRODINGER engine"),
    Selection(text="the weaves of godel"),
    Selection(text="few-shot ell 2"),
    Selection(authors=("ada",)),
    Selection(authors=("Lovelace Ada",)),
    Selection(authors=("Nobody", "kurt gödel")),
    Selection(authors=("he",)),
    Selection(least_score=0),
    Selection(least_score=49),
    Selection(sources=("x",)),
    Selection(sources=("bluesky", "x")),
    Selection(excluded=("dogs",)),
    Selection(excluded=("cats and dogs", "cs.LG", "hep-th")),
    Selection(excluded=("the",)),  # says nothing
    Selection(("cs.*",), "cats", ("Ada",), 49, ("x",), ("dogs",)),
)
UNWANTED = (
    Selection(categories=("cs.LG",)),
    Selection(categories=("econ.*", "hep-th")),
    Selection(text="cats and dogs"),
    Selection(text="ca"),  # whole words only
    Selection(authors=("Ada Gödel",)),  # two people
    Selection(authors=("Love",)),
    Selection(authors=("Ada of Lovelace",)),
    Selection(least_score=50),
    Selection(sources=("bluesky",)),  # it was asked, and found nothing
    Selection(sources=("reddit",)),
    Selection(excluded=("cat",)),
    Selection(excluded=("dogs", "Ada engine")),
    Selection(excluded=("stat.ML",)),
    Selection(excluded=("cs.NA",)),
    Selection(excluded=("cs.*",)),
    Selection(excluded=("few-shot",)),  # words, though it looks like a category
    Selection(("cs.*",), "cats", ("Ada",), 49, ("x",), ("engine",)),
)


@pytest.mark.parametrize("selection", WANTED)
def test_a_paper_that_is_wanted(selection: Selection) -> None:
    assert selection.matches(ENTRY)
    assert not selection.is_everything


@pytest.mark.parametrize("selection", UNWANTED)
def test_a_paper_that_is_not_wanted(selection: Selection) -> None:
    assert not selection.matches(ENTRY)


def test_parameters_stand_in_one_order() -> None:
    selection = Selection(
        ("cs.LG", "stat.*"),
        "two cats",
        ("Ada", "Kurt Gödel"),
        0,
        ("x", "reddit"),
        ("dogs", "hep-th"),
    )
    assert selection.parameters == (
        ("category", "cs.LG,stat.*"),
        ("q", "two cats"),
        ("author", "Ada,Kurt Gödel"),
        ("min", "0"),
        ("source", "x,reddit"),
        ("exclude", "dogs,hep-th"),
    )
    assert Selection(text="cats").parameters == (("q", "cats"),)


@pytest.mark.parametrize(
    ("pattern", "is_one"),
    [
        ("cs.LG", True),
        ("cs.*", True),
        ("cs.New", True),
        ("hep-th", True),
        ("quant-ph", True),
        ("cond-mat.dis-nn", True),
        ("q-bio.*", True),
        ("econ.GN", True),
        ("cs", False),  # an archive, and no paper's category
        ("few-shot", False),
        ("e.g", False),
        ("node.js", False),
        ("cs.", False),
        ("cs.LG ", False),
        ("cs.LG\n", False),
        ("CS.lg", False),
        ("", False),
        ("*", False),
    ],
)
def test_categories_are_of_archives_that_there_are(pattern: str, is_one: bool) -> None:
    assert is_category(pattern) is is_one


def test_the_limits_are_such_that_a_sentence_fits() -> None:
    assert (MOST_ENTRIES, LONGEST, MOST_WORDS) == (10, 200, 8)


@given(selections(), cards_of(DAY))
@settings(max_examples=examples(50))
def test_each_condition_can_only_take_papers_away(selection: Selection, cards: list[Card]) -> None:
    parts = [
        Selection(categories=selection.categories),
        Selection(text=selection.text),
        Selection(authors=selection.authors),
        Selection(least_score=selection.least_score),
        Selection(sources=selection.sources),
        Selection(excluded=selection.excluded),
    ]
    for card in cards:
        alone = [part.matches(card.entry) for part in parts]
        assert selection.matches(card.entry) is all(alone)


@given(papers(), st.lists(hostile_texts(), max_size=2).map(tuple), hostile_texts())
@settings(max_examples=examples(50))
def test_no_text_is_too_odd_to_be_looked_for(
    paper: Paper, entries: tuple[str, ...], text: str
) -> None:
    entry = make_entry(1, paper)
    selection = Selection(entries, text, entries, 0, entries, entries)
    assert isinstance(selection.matches(entry), bool)


@given(papers())
@settings(max_examples=examples(50))
def test_a_paper_is_found_by_its_own_title_and_by_each_author(paper: Paper) -> None:
    entry = make_entry(1, paper)
    assert Selection(text=paper.title).matches(entry)
    assert all(Selection(authors=(author,)).matches(entry) for author in paper.authors)
    assert all(Selection(categories=(name,)).matches(entry) for name in paper.categories)
