"""Query parameters: what is read, what is refused and how, and that both are described."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.cursor import Cursors
from hotpapers.domain.selection import Selection
from hotpapers.errors import InvalidInputError
from hotpapers.web.parameters import (
    CATEGORY,
    CURSOR,
    FILTERS,
    LIMIT,
    PAGING,
    SHORTENED,
    read_cursor,
    read_selection,
    require_known,
)
from tests.hostile import hostile_texts
from tests.properties import examples

WHOLE = Selection(
    categories=("cs.LG", "stat.*"),
    text="language model",
    authors=("Ada Lovelace", "Gödel"),
    least_score=100,
    sources=("x", "bluesky"),
    excluded=("cs.CV", "survey"),
)
QUERY = {
    "category": "cs.LG,stat.*",
    "q": "language model",
    "author": "Ada Lovelace,Gödel",
    "min": "100",
    "source": "x,bluesky",
    "exclude": "cs.CV,survey",
}


def refusal(query: dict[str, str]) -> str:
    with pytest.raises(InvalidInputError) as refused:
        read_selection(query)
    return str(refused.value)


def test_a_selection_is_read_and_written_the_same() -> None:
    assert read_selection(QUERY) == WHOLE
    assert dict(WHOLE.parameters) == QUERY
    assert read_selection({}) == Selection()


def test_a_form_that_was_left_empty_asks_for_nothing() -> None:
    assert read_selection(dict.fromkeys(QUERY, "")) == Selection()
    assert read_selection(dict.fromkeys(QUERY, "  ")) == Selection()


def test_white_space_and_empty_entries_say_nothing() -> None:
    query = {"category": " cs.LG , ,stat.*,", "q": "  language\t model\n", "min": " 100 "}

    assert read_selection(query) == Selection(
        categories=("cs.LG", "stat.*"), text="language model", least_score=100
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            {"category": "cs.LG,machine learning"},
            "category: must be categories such as stat.ML or cs.*, with commas between them, "
            "not 'cs.LG,machine learning'",
        ),
        (
            {"category": "cs"},
            "category: must be categories such as stat.ML or cs.*, with commas between them, "
            "not 'cs'",
        ),
        (
            {"source": "twitter"},
            "source: must be of x, bluesky, mastodon, hackernews, reddit, huggingface, "
            "with commas between them, not 'twitter'",
        ),
        ({"q": "the of"}, "q: must have a word that texts do not all have, not 'the of'"),
        ({"q": "!?"}, "q: must have a word that texts do not all have, not '!?'"),
        (
            {"q": "a1 b2 c3 d4 e5 f6 g7 h8 i9"},
            "q: must have no more than 8 words, not 'a1 b2 c3 d4 e5 f6 g7 h8 i9'",
        ),
        ({"author": "Ada,-"}, "author: must be names, with commas between them, not 'Ada,-'"),
        (
            {"exclude": "cs.CV,the"},
            "exclude: must be categories or words, with commas between them, not 'cs.CV,the'",
        ),
        ({"min": "-1"}, "min: must be a whole number from 0 to 999999999, not '-1'"),
        ({"min": "1,2"}, "min: must be a whole number from 0 to 999999999, not '1,2'"),
        ({"min": "٣"}, "min: must be a whole number from 0 to 999999999, not '٣'"),
        (
            {"min": "1234567890"},
            "min: must be a whole number from 0 to 999999999, not '1234567890'",
        ),
        (
            {"category": ",".join(["cs.LG"] * 11)},
            f"category: must have no more than 10 entries, not {','.join(['cs.LG'] * 11)!r}",
        ),
        ({"q": "x" * 201}, f"q: must have no more than 200 characters, not {'x' * 100!r}"),
        (
            {"author": "x" * 201},
            f"author: must have no more than 200 characters, not {'x' * 100!r}",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(query: dict[str, str], said: str) -> None:
    assert refusal(query) == said


@given(st.dictionaries(st.sampled_from(sorted(QUERY)), hostile_texts(surrogates=True)))
@settings(max_examples=examples(100))
def test_whatever_is_asked_is_read_again_the_same_or_refused(query: dict[str, str]) -> None:
    try:
        selection = read_selection(query)
    except InvalidInputError:
        return
    assert read_selection(dict(selection.parameters)) == selection


# Names


@pytest.mark.parametrize(
    "name", ["utm_source", "utm_campaign", "fbclid", "gclid", "msclkid", "mc_cid", "ref"]
)
def test_what_networks_append_to_links_says_nothing(name: str) -> None:
    query = {name: "x", "q": "y"}
    require_known(query, FILTERS)

    assert read_selection(query) == Selection(text="y")


@pytest.mark.parametrize("name", ["catgory", "Q", "", "utm_", "limit\n", "x" * 300, "\ud800"])
def test_an_unknown_parameter_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        require_known({"q": "x", name: "y"}, FILTERS)

    shown = repr(name[:100])[1:-1] or "''"
    taken = "category, q, author, min, source, exclude"
    assert str(refused.value) == f"{shown}: is no parameter of this address, which takes {taken}"


def test_an_address_without_parameters_need_not_be_told() -> None:
    require_known({"q": "x"}, ())


# Pages


def test_how_many_are_wanted() -> None:
    assert [LIMIT.value({}), LIMIT.value({"limit": "100"}), SHORTENED.value({})] == [20, 100, None]


def test_a_cursor_is_read_by_the_question_that_it_is_of() -> None:
    cursors = Cursors("search", WHOLE)
    text = cursors.write("2020-09-18#math/0309136")

    assert read_cursor({}, cursors) is None
    assert read_cursor({"cursor": text}, cursors) == "2020-09-18#math/0309136"
    for others in (Cursors("search"), Cursors("digests", WHOLE)):
        with pytest.raises(InvalidInputError) as refused:
            read_cursor({"cursor": text}, others)
        assert str(refused.value) == (
            f"cursor: must be one that an answer to the same question gave, not {text!r}"
        )


@given(st.text(max_size=60) | st.text(alphabet="ABCabc019_-=", max_size=60))
def test_no_cursor_is_made_up(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_cursor({"cursor": text}, Cursors("search"))

    assert refused.value.field == "cursor"


POSITION = "2020-09-18#2009.08319"


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_cursor_with_another_character_is_none(index: int, character: str) -> None:
    cursors = Cursors("search")
    text = cursors.write(POSITION)
    index %= len(text)
    changed = text[:index] + character + text[index + 1 :]

    if changed != text:
        with pytest.raises(InvalidInputError):
            read_cursor({"cursor": changed}, cursors)


# Descriptions


def test_each_example_is_taken() -> None:
    for parameter in (*FILTERS, *PAGING, SHORTENED):
        if parameter is not CURSOR:
            assert parameter.value({parameter.name: str(parameter.example)}) != parameter.absent


def test_each_category_that_is_taken_is_described() -> None:
    pattern = CATEGORY.schema["items"]["pattern"]
    for name, described in {
        "cs.LG": True,
        "cs.*": True,
        "cond-mat.dis-nn": True,
        "physics.optics": True,
        "hep-th": True,
        "astro-ph": True,
        "cs": False,
        "few-shot": False,
        "cs.L.G": False,
        "cs.*x": False,
    }.items():
        assert bool(re.search(pattern, name)) == described, name
        if described:
            assert CATEGORY.value({"category": name}) == (name,)
        else:
            with pytest.raises(InvalidInputError):
                CATEGORY.value({"category": name})
