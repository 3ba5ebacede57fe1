"""A reading as JSON: the exact document, and that nothing of the reading is lost in it."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.reading_json import read_reading, write_reading
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.reading import Reading
from tests.builders import COLLECTED_AT, PAPER, make_post, readings
from tests.properties import examples

READING = Reading(
    source="hackernews",
    taken_at=COLLECTED_AT,
    papers=(PaperId("2009.00001"), PAPER.id),
    posts=(make_post("24", "7", "hackernews", text="日本語 & <b>"),),
)

DOCUMENT = (
    '{"source":"hackernews","taken_at":"2020-09-20T13:13:43Z","shortfall":"","entries":0,'
    '"papers":["2009.00001","2009.08319"],"posts":[{"source":"hackernews","id":"24",'
    '"url":"https://news.ycombinator.com/item?id=24",'
    '"account":{"id":"7","username":"ada","name":"Ada Lovelace"},'
    '"created_at":"2020-09-18T02:30:00Z","language":"en","text":"日本語 & <b>","spans":[],'
    '"counts":{"points":88,"comments":12},"papers":["2009.08319"]}]}'
)


def test_the_document_of_a_reading() -> None:
    assert write_reading(READING).decode() == DOCUMENT


@pytest.mark.parametrize(
    ("cost", "written"),
    [(Decimal("2.515"), "2.515"), (Decimal("2.50"), "2.5"), (Decimal(3), "3"), (Decimal(0), "0")],
)
def test_a_reading_that_cost_something(cost: Decimal, written: str) -> None:
    paid = replace(READING, source="x", posts=(), shortfall="no more", entries=500, cost=cost)

    document = write_reading(paid)

    assert document.decode() == (
        '{"source":"x","taken_at":"2020-09-20T13:13:43Z","shortfall":"no more","entries":500,'
        f'"cost_usd":{written},"papers":["2009.00001","2009.08319"],"posts":[]}}'
    )
    assert read_reading(document) == paid


@settings(max_examples=examples(40), deadline=None)
@given(readings())
def test_what_is_written_is_read_again(reading: Reading) -> None:
    document = write_reading(reading)

    assert read_reading(document) == reading
    assert write_reading(read_reading(document)) == document
    assert len(document.splitlines()) == 1


@pytest.mark.thorough
@settings(max_examples=examples(30), deadline=None)
@given(readings(), st.randoms(use_true_random=False))
def test_the_order_of_posts_and_papers_says_nothing(
    reading: Reading, chance: random.Random
) -> None:
    # Some posts a second time, with other numbers: a search that grew while it was read.
    again = [
        replace(post, counts={name: count + 1 for name, count in post.counts.items()})
        for post in reading.posts[:2]
    ]
    posts, papers = [*reading.posts, *again], list(reading.papers)
    one = replace(reading, posts=tuple(posts))
    chance.shuffle(posts)
    chance.shuffle(papers)
    other = replace(reading, posts=tuple(posts), papers=tuple(papers))

    assert write_reading(one) == write_reading(other)
    assert read_reading(write_reading(one)) == read_reading(write_reading(other))
