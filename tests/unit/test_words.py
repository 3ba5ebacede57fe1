"""Words: what makes no difference, what is left out, and that no text is too odd."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.paper import Paper
from hotpapers.domain.words import (
    LONGEST_WORD,
    STOP_WORDS,
    name_words,
    paper_words,
    words,
)
from tests.builders import make_paper, papers
from tests.hostile import hostile_texts
from tests.properties import examples

ANY_TEXT = hostile_texts(surrogates=True) | st.text(st.characters(), max_size=30)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("Attention Is All You Need", ("attention", "all", "you", "need")),
        ("Deep, deep networks: a re-view!", ("deep", "deep", "network", "re", "view")),
        ("Schrödinger's CATS", ("schrodinger", "s", "cat")),
        ("Łukasz Straße Þórr İstanbul Æther", ("lukasz", "strasse", "thorr", "istanbul", "aether")),
        ("loss losses GPS gas bus buses", ("loss", "losse", "gps", "gas", "bus", "buse")),
        ("ﬁne ２０２０ x² ½", ("fine", "2020", "x2", "1", "2")),
        ("snake_case GPT-4o v1.5", ("snake", "case", "gpt", "4o", "v1", "5")),
        (r"Schr\"oder, Erd\H{o}s, G{\"o}del, na\"{\i}ve", ("schroder", "erdo", "godel", "naive")),
        (r"An $\ell_2$-norm of $\mathcal{O}(n)$", ("ell", "2", "norm", "mathcal", "o", "n")),
        ("機械学習 が Gödelの機", ("機", "械", "学", "習", "か", "godel", "の", "機")),
        ("한국어 العربيّة Привет", ("한국어", "العربية", "привет")),
        ("👩‍🚀 🏳️‍🌈 \x00\u202e _ — · 、", ()),
        ("the of an THE Thes", ()),
        ("a" * 50, ("a" * LONGEST_WORD,)),
        ("a" * 39 + "sb", ("a" * 39,)),
    ],
)
def test_a_text_is_taken_apart_into_words(text: str, found: tuple[str, ...]) -> None:
    assert words(text) == tuple(unicodedata.normalize("NFKD", word) for word in found)


def test_a_name_keeps_all_of_its_words() -> None:
    assert name_words("Kaiming He") == ("kaiming", "he")
    assert name_words("To, An-Will") == ("to", "an", "will")
    assert words("Kaiming He") == ("kaiming", "he")
    assert words("To, An-Will") == ()


def test_a_paper_is_found_by_its_title_abstract_and_authors() -> None:
    paper = make_paper(title="On Engines", abstract="They weave.", authors=("Ada L.", "An To"))
    assert paper_words(paper) == {"engine", "weave", "ada", "l"}


def test_accents_of_one_text_do_not_reach_into_the_next() -> None:
    paper = make_paper(title='Over \\"', abstract="all", authors=("\\'", "Bo"))
    assert paper_words(paper) == {"over", "all", "bo"}


@given(ANY_TEXT)
def test_words_are_words_of_themselves_again(text: str) -> None:
    for function in (words, name_words):
        found = function(text)
        assert function(" ".join(found)) == found


@given(ANY_TEXT)
def test_words_are_short_and_say_something(text: str) -> None:
    found = words(text)
    assert all(0 < len(word) <= LONGEST_WORD and word not in STOP_WORDS for word in found)
    assert not any(
        character.isspace() or character in "#,_" for word in found for character in word
    )
    # No halves of surrogate pairs, which could not be written.
    assert "".join(found).encode().decode() == "".join(found)


@given(ANY_TEXT, st.sampled_from([str.upper, str.lower, str.casefold]))
def test_ascii_case_makes_no_difference(text: str, change: Callable[[str], str]) -> None:
    plain = text.encode("ascii", "ignore").decode().replace("\\", "")
    assert words(change(plain)) == words(plain)


@given(papers())
@settings(max_examples=examples(50))
def test_a_paper_has_the_words_of_each_of_its_texts(paper: Paper) -> None:
    found = paper_words(paper)
    assert found >= {*words(paper.title), *words(paper.abstract)}
    assert found == {
        word for text in (paper.title, paper.abstract, *paper.authors) for word in words(text)
    }
