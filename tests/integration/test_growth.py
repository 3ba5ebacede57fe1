"""That a run costs the same however large the archive is, and that this is written down."""

from functools import cache

import pytest

from local.growth import HEAD, SIZES, Cost, cost_of_run
from local.template import PROJECT

PAPERS = 20
HEADS_READ = 6
"""A run reads the heads of 60 days twice, and a month's: a unit for about 20 of them."""

WRITTEN = PROJECT / "docs" / "bench.md"
"""What `make bench` found when it was last written down; of runs, what `make growth` prints."""


@cache
def cost(digests: int) -> Cost:
    return cost_of_run(digests, PAPERS)


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_a_run_costs_the_same_however_large_the_archive_is() -> None:
    new, large, larger = cost(10), cost(100), cost(300)

    assert (larger.collector, larger.renderer) == (large.collector, large.renderer)
    assert larger.collector.calls == new.collector.calls
    assert larger.renderer.calls == new.renderer.calls
    assert larger.whole.write_units == new.whole.write_units
    assert 0 <= larger.whole.read_units - new.whole.read_units <= HEADS_READ


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_a_run_does_all_that_is_to_be_counted() -> None:
    made = cost(10)

    calls = made.renderer.calls
    # Five digests and a week's roundup, each with its post and page; and six feeds, once, since all
    # digests were there when the first of them was rendered.
    assert calls["s3:PutObject"] == 3 * (5 + 1) + 6
    assert made.collector.calls["dynamodb:BatchWriteItem"] == 5
    # Where the new listing's papers are.
    assert made.collector.calls["dynamodb:BatchGetItem"] == 1
    assert made.collector.calls["dynamodb:PutItem"] > PAPERS + 5


def test_what_is_written_of_growth_is_a_whole_table_and_flat() -> None:
    lines = WRITTEN.read_text().splitlines()
    start = lines.index(HEAD[0])
    table = [line.strip("| ").split(" | ") for line in lines[start + 2 : start + 2 + len(SIZES)]]
    columns = [
        [float(cell.strip("$").replace(",", "")) for cell in column]
        for column in zip(*table, strict=True)
    ]

    assert lines[start + 1] == HEAD[1]
    assert columns[0] == list(SIZES)
    assert len(columns) == HEAD[1].count("---")
    for numbers in columns[1:]:
        assert numbers == pytest.approx([numbers[0]] * len(SIZES), rel=0.01)
    assert max(columns[-1]) < 1
