"""The parts of `make bench`, in small, so that they can be measured whenever somebody wants to."""

import pytest

from local.bench import arxiv_pages

pytestmark = pytest.mark.thorough


def test_pages_of_arxiv_are_read_the_same_by_other_readers() -> None:
    cost = arxiv_pages.measure(entries=20, rounds=1, names=("this system", "feedparser"))

    assert list(cost.seconds) == list(cost.megabytes) == ["this system", "feedparser"]
    assert cost.size == len(arxiv_pages.page(20))
