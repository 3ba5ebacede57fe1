"""The arithmetic of `make bench`, and how its findings are written; nothing is said of time."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from local import cold_start, reading
from local.bench.busy_run import Cost, medians, renamed
from local.bench.measuring import BenchError, in_turns, percentile, run_alone, steps
from local.bench.report import Figure, Section, Table, document
from local.bench.requests_of_readers import cold_figures, warm_figures


def test_works_take_turns_after_each_was_done_once() -> None:
    done: list[str] = []

    def work(name: str) -> Callable[[], None]:
        return lambda: done.append(name)

    seconds = in_turns({"a": work("a"), "b": work("b")}, rounds=1)

    assert done == ["a", "b"] * 2
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


def test_what_is_short_of_its_aim_is_told_of_each_start() -> None:
    bare, ours, other = (
        cold_start.Reading("/", f"{name}, Python 3.11.7", start, cold_start.Start(0.1, 0.1, 0.3))
        for name, start in (
            ("boto3 alone", cold_start.Start(0.1, 0.1, 0.3)),
            ("the API", cold_start.Start(0.13, 0.14, 0.4)),
            ("FastAPI", cold_start.Start(0.4, 0.1, 0.6)),
        )
    )

    against = "boto3 alone, processor time, Python 3.11.7"
    assert list(cold_figures([bare, ours, other])) == [
        Figure("start and first request, `/`, by the API", "≤ 1.3", "1.35", against, short=True),
        Figure("start and first request, `/`, by FastAPI", "none: to compare", "2.50", against),
    ]


def test_the_median_request_is_told_and_those_that_are_short_of_the_aim() -> None:
    def cost(target: str, warm: float, alone: float) -> reading.Cost:
        return reading.Cost(target, 9, 9, ["Query"], warm, alone, warm, alone)

    costs = [cost("/a", 1.1, 1), cost("/b", 1.2, 1), cost("/c", 2.8, 2), cost("/health", 1, 0)]

    against = "boto3 making the same calls alone, by the clock"
    assert list(warm_figures(costs)) == [
        Figure("warm requests, the median address", "≤ 1.3", "1.20", against),
        Figure("warm request, `/c`, the slowest", "≤ 1.3", "1.40", against, short=True),
    ]
    assert [figure.short for figure in warm_figures(costs[:2])] == [False, False]


def test_of_several_runs_the_medians_count() -> None:
    runs = [{"collector": Cost(time, 2 * time, 50 + time, 10, 3)} for time in (3.0, 1.0, 2.0)]

    assert medians(runs) == {"collector": Cost(2.0, 4.0, 52.0, 10, 3)}


def test_names_are_changed_wherever_they_stand() -> None:
    given = {"TableName": "a", "RequestItems": {"a": [{"Key": {"pk": {"B": b"a"}}, "n": 1}]}}
    changed = {"TableName": "b", "RequestItems": {"b": [{"Key": {"pk": {"B": b"a"}}, "n": 1}]}}

    assert renamed(given, {"a": "b"}) == changed


def test_steps_are_the_same_each_time_and_as_many_as_there_are() -> None:
    def add(numbers: int) -> int:
        return sum(abs(number) for number in range(numbers))

    few, many = (steps(partial(add, count)) for count in (100, 1_000))

    assert steps(partial(add, 100)) == few
    assert 9 < many / few < 10
