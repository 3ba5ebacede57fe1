"""Fingerprints: equal for equal parts, and for no others."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.fingerprint import fingerprint
from tests.hostile import hostile_texts
from tests.properties import examples

PARTS = st.lists(st.sampled_from(["", "a", "b", "ab", "1:a", ":", "1", "a1:b"]), max_size=4)


@given(PARTS, PARTS)
def test_other_parts_have_another_name_however_they_are_put_together(
    one: list[str], other: list[str]
) -> None:
    assert (fingerprint(*one) == fingerprint(*other)) == (one == other)


@settings(max_examples=examples(40))
@given(st.lists(hostile_texts(surrogates=True), max_size=2))
def test_any_text_may_be_a_part(parts: list[str]) -> None:
    name = fingerprint(*parts)
    assert len(name) == 32
    assert set(name) <= set("0123456789abcdef")


def test_a_name_is_that_of_the_parts_with_their_lengths() -> None:
    # What `printf '1:a2:bc' | sha256sum` prints, cut off.
    assert fingerprint("a", "bc") == "5310a58788781ab25d5ad7c3f8503582"
