"""The arithmetic of `make bench`, and how its findings are written; nothing is said of time."""

from collections.abc import Callable
from datetime import date

import pytest

from local.bench.measuring import BenchError, in_turns, percentile, run_alone
from local.bench.report import Figure, Section, Table, document


def test_works_take_turns_after_each_was_done_once() -> None:
    done: list[str] = []

    def work(name: str) -> Callable[[], None]:
        return lambda: done.append(name)

    seconds = in_turns({"a": work("a"), "b": work("b")}, rounds=3)

    assert done == ["a", "b"] * 4
    assert list(seconds) == ["a", "b"]
    assert min(seconds.values()) >= 0


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.01, 1), (0.5, 50), (0.501, 51), (0.99, 99), (1.0, 100)]
)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    share: float, value: int
) -> None:
    assert percentile(list(range(100, 0, -1)), share) == value


def test_the_percentile_of_one_value_is_that_value() -> None:
    assert [percentile([7.0], share) for share in (0.0, 0.5, 1.0)] == [7.0, 7.0, 7.0]


def test_a_process_that_fails_is_told_of() -> None:
    with pytest.raises(BenchError, match=r"^local\.bench\.arxiv_readers nobody page failed$"):
        run_alone("local.bench.arxiv_readers", "nobody", "page")


def test_what_was_measured_is_written_with_what_is_short_of_its_aim_in_bold() -> None:
    section = Section(
        title="Walking",
        text="From here to there.",
        tables=[Table(("who", "time"), [("hare", "1 s"), ("tortoise", "9 s")])],
        figures=[
            Figure("a hare's way", "≤ 2 s", "1 s", "a tortoise"),
            Figure("a tortoise's way", "≤ 2 s", "9 s", "a hare", short=True),
        ],
    )

    lines = document([section], date(2026, 11, 23)).splitlines()

    assert lines[0] == "# What everything costs"
    assert lines[2].startswith("`make bench` has written this, on 2026-11-23 (")
    assert lines[4:] == [
        "",
        "| figure | aim | measured | against |",
        "| --- | --- | --- | --- |",
        "| a hare's way | ≤ 2 s | 1 s | a tortoise |",
        "| a tortoise's way | ≤ 2 s | **9 s** | a hare |",
        "",
        "## Walking",
        "",
        "From here to there.",
        "",
        "| who | time |",
        "| --- | --- |",
        "| hare | 1 s |",
        "| tortoise | 9 s |",
    ]
