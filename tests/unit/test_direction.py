"""Marks of direction that cannot reach beyond their text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.direction import MARKS, OVERRIDES, contained
from tests.properties import examples

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
LRE, RLE, PDF, LRO, RLO = "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"

TEXTS = st.text(st.sampled_from([*MARKS, "a", "א", "\n", "\u2029", "\r"]), max_size=30)


def left(text: str) -> str:
    """What is left of a text."""
    return contained(text).replace("\x00", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("café العربية \u200f!", "café العربية \u200f!"),
        (f"{LRI}a{PDI}", f"{LRI}a{PDI}"),
        (f"{FSI}{RLE}a{PDF}{PDI}", f"{FSI}{RLE}a{PDF}{PDI}"),
        (f"{RLI}a", "a"),
        (f"a{PDI}{PDF}", "a"),
        (f"{RLE}a{LRE}b{PDF}", f"a{LRE}b{PDF}"),
        (f"{RLO}evil{PDF}", "evil"),
        (f"{RLE}{LRO}a{PDF}b{PDF}", f"{RLE}ab{PDF}"),
        (f"{RLI}{RLE}a{PDI}b{PDF}", f"{RLI}a{PDI}b"),
        (f"{RLE}{RLI}a{PDF}b{PDI}", f"{RLI}ab{PDI}"),
        (f"{RLI}a\nb{PDI}", "a\nb"),
        (f"{RLE}a\u2029b{PDF}", "a\u2029b"),
    ],
)
def test_marks_without_a_partner_are_left_out(text: str, shown: str) -> None:
    assert left(text) == shown


@settings(max_examples=examples(200))
@given(TEXTS)
def test_places_stay_where_they_are(text: str) -> None:
    kept = contained(text)

    assert len(kept) == len(text)
    assert all(new in (old, "\x00") for new, old in zip(kept, text, strict=True))
    assert [letter for letter in kept if letter not in MARKS | {"\x00"}] == [
        letter for letter in text if letter not in MARKS
    ]


@settings(max_examples=examples(200))
@given(TEXTS)
def test_what_is_left_is_in_pairs_and_stays_so(text: str) -> None:
    kept = left(text)

    assert not OVERRIDES & set(kept)
    assert left(kept) == kept
    for line in kept.splitlines():
        assert is_in_pairs(line)


def is_in_pairs(line: str) -> bool:
    """Whether every mark has its partner, one pair within the other."""
    pairs = {LRI: PDI, RLI: PDI, FSI: PDI, LRE: PDF, RLE: PDF}
    expected: list[str] = []
    for letter in line:
        if letter in pairs:
            expected.append(pairs[letter])
        elif letter in (PDI, PDF) and (not expected or expected.pop() != letter):
            return False
    return not expected
