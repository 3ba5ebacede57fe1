"""Cursors: each stands for one position, in one list, of one selection."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.cursor import Cursors
from hotpapers.domain.selection import Selection
from tests.catalogue import selections
from tests.hostile import hostile_texts
from tests.properties import examples

PLACE = "2020-09-18#2009.08319"
CURSORS = Cursors("search", Selection(text="engine"))
CURSOR = CURSORS.write(PLACE)
POSITIONS = st.sampled_from([PLACE, "2020-09-18#", "", "ab12:7"]) | st.text(
    st.characters(codec="utf-8")
)
NAMES = st.sampled_from(["search", "digests", "digests/papers", "feeds/papers"])


@given(NAMES, selections(), POSITIONS)
def test_a_cursor_is_read_as_it_was_written(name: str, selection: Selection, position: str) -> None:
    cursors = Cursors(name, selection)
    text = cursors.write(position)
    assert cursors.read(text) == position
    assert text.isascii()
    assert text.replace("-", "").replace("_", "").isalnum()


@given(NAMES, NAMES, selections(), selections(), POSITIONS)
def test_a_cursor_of_another_list_or_selection_is_none(
    name: str, other_name: str, selection: Selection, other: Selection, position: str
) -> None:
    text = Cursors(name, selection).write(position)
    is_same = (name, selection) == (other_name, other)
    assert Cursors(other_name, other).read(text) == (position if is_same else None)


@given(st.integers(0, len(CURSOR)), st.text(st.characters(codec="ascii"), max_size=3))
def test_a_cursor_that_was_cut_or_added_to_is_none(place: int, added: str) -> None:
    for text in (CURSOR[:place] + added + CURSOR[place:], CURSOR[:place] + added):
        assert CURSORS.read(text) == (PLACE if text == CURSOR else None)


@given(st.integers(0, len(CURSOR) - 1), st.sampled_from("AQgwBx09-_"))
def test_a_cursor_of_which_a_character_is_another_one_is_none(place: int, changed: str) -> None:
    text = CURSOR[:place] + changed + CURSOR[place + 1 :]
    assert CURSORS.read(text) == (PLACE if text == CURSOR else None)


@given(hostile_texts(surrogates=True))
@settings(max_examples=examples(40))
def test_no_text_is_too_odd_to_be_no_cursor(text: str) -> None:
    assert CURSORS.read(text) is None


@pytest.mark.parametrize(
    "text",
    ["", "=", "A", "AA==", PLACE, CURSOR + "=", CURSOR + "\n", " " + CURSOR, "é" * 8, "A" * 9_999],
)
def test_another_text_is_no_cursor(text: str) -> None:
    assert CURSORS.read(text) is None


def test_a_position_with_a_check_of_its_own_is_no_cursor() -> None:
    content = urlsafe_b64decode(CURSOR + "=" * (-len(CURSOR) % 4))
    assert content.startswith(PLACE.encode())
    older = content.replace(b"2020", b"2019")
    assert CURSORS.read(urlsafe_b64encode(older).decode().rstrip("=")) is None
    # What is no UTF-8 is none either, whatever follows.
    assert CURSORS.read(urlsafe_b64encode(b"\xff" + content).decode().rstrip("=")) is None


def test_cursors_stay_what_they_are() -> None:
    # A change of how they are made would end the walks that are under way. The last eight
    # characters are the first six bytes of `printf '6:search21:2020-09-18#2009.08319' | sha256sum`.
    assert Cursors("search").write(PLACE) == "MjAyMC0wOS0xOCMyMDA5LjA4MzE5a8RPwI7Z"
