"""Cards: their order, the texts that are positions, and their form in the catalogue."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.card_json import read_card, write_card
from hotpapers.domain.card import digest_cards, just_above, position, read_position
from hotpapers.domain.digest import Digest
from hotpapers.domain.identifiers import PaperId
from tests.builders import COLLECTED_AT, DAY, digests, make_digest, make_entry, paper_ids
from tests.hostile import hostile_texts
from tests.properties import examples


def test_the_cards_of_a_digest_stand_by_rank_and_tell_its_times() -> None:
    first, second = make_entry(1), make_entry(2)
    cards = digest_cards(make_digest(first, second))
    assert [(card.date, card.entry) for card in cards] == [(DAY, first), (DAY, second)]
    assert {(card.measured_at, card.published_at) for card in cards} == {
        (COLLECTED_AT, COLLECTED_AT)
    }
    assert {card.final for card in cards} == {False}
    assert cards[0].position == "2020-09-18#2009.08319"


@given(st.dates(), st.dates(), paper_ids(), paper_ids())
def test_a_newer_day_stands_above_whatever_its_papers(
    day: date, later: date, one: PaperId, other: PaperId
) -> None:
    if day < later:
        assert position(day, one) < position(later, other)
    assert position(day, one) < just_above(position(day, one))


@given(st.dates(), paper_ids())
def test_a_position_is_read_again(day: date, paper: PaperId) -> None:
    place = position(day, paper)
    assert read_position(place) == place
    assert read_position(just_above(place)) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "#", "2020-09-18", "2020-09-18#", "#2009.08319", "2020-09-18#2009.08319 "),
        *("2020-09-18#2009.08319v1", "20200918#2009.08319", "2020-02-30#2009.08319"),
        *("2020-09-18#2009.0831", "2020-09-18#MATH/0309136", "2020-09-18#math.AG/0309136"),
        *("2020-09-18##2009.08319", "2020-09-18#2009.08319#", "2020-W38-5#2009.08319"),
        "２０20-09-18#2009.08319",
        "2020-09-18#" + "9" * 3_000,
    ],
)
def test_another_text_is_no_position(text: str) -> None:
    assert read_position(text) is None


@given(hostile_texts(surrogates=True))
def test_no_text_is_too_odd_to_be_no_position(text: str) -> None:
    assert read_position(text) is None
    assert read_position(f"2020-09-18#{text}") is None


@pytest.mark.thorough
@given(digests())
@settings(max_examples=examples(30), deadline=None)
def test_a_card_is_read_as_it_was_written(digest: Digest) -> None:
    for card in digest_cards(digest):
        assert read_card(write_card(card)) == card
        assert write_card(read_card(write_card(card))) == write_card(card)
        assert card.published_at == digest.first_published_at


def test_a_card_is_one_short_line() -> None:
    [card] = digest_cards(make_digest(make_entry()))
    document = write_card(card)
    assert document.startswith(b'{"date":"2020-09-18","measured_at":"2020-09-20T13:13:43Z",')
    assert b"\n" not in document
    assert read_card(document).position == position(DAY, PaperId("2009.08319"))
    assert read_card(document).published_at - card.published_at == timedelta()
