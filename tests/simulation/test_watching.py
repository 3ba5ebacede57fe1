"""Which alarms go off in made-up weeks, and when: those that should, and no others."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from hotpapers.domain.sources import SourceReport, Status
from local.simulation.days import SCHEDULE
from local.simulation.posts import NAMES
from local.simulation.week import ONE_DAY, in_new_york
from tests.alarms import State
from tests.weeks import Watched, Weeks

FIRST = date(2028, 2, 7)
"""A Monday of a year of which arXiv's calendar, as it is written down here, says nothing."""
FURTHER = 7
"""How many periods more CloudWatch may look back than an alarm says. Nobody is told how many."""
OK, ALARM = State.OK, State.ALARM

Changes = Mapping[str, Sequence[tuple[float, State]]]


def day(number: int) -> date:
    """The day after so many days."""
    return FIRST + number * ONE_DAY


def days(*numbers: int) -> Sequence[date]:
    """The days after so many days."""
    return [day(number) for number in numbers]


def changes(further: int = 0, **what: Any) -> Changes:
    """When alarms changed their state, and to which: in days after the first run."""
    told = Watched(Weeks(FIRST, **{"days": 16, **what})).changes(further)
    return {
        name: [(_days_since_first(time), state) for time, state in changed]
        for name, changed in told.items()
    }


def _days_since_first(time: datetime) -> float:
    # Within an hour after a run the number is whole.
    hours = (time - in_new_york(FIRST, SCHEDULE)) // timedelta(hours=1)
    return round(hours / 24, 2)


def test_a_source_that_fails_three_days_is_an_alarm_until_it_is_back() -> None:
    failing = {"bluesky": days(2, 3, 4)}

    assert changes(days=6, failing=failing) == {"SourceDown": [(4, ALARM), (5, OK)]}


@pytest.mark.thorough
def test_a_winter_of_holidays_that_nobody_foretold_has_no_alarm() -> None:
    # As in 2024: Thanksgiving, a Thursday and a Friday at Christmas, two at the turn of the year.
    holidays = ("2028-11-24", "2028-12-21", "2028-12-22", "2029-01-01", "2029-01-02")
    silent = [date.fromisoformat(each) for each in holidays]
    winter = Watched(Weeks(date(2028, 11, 20), days=54, silent=silent))

    assert winter.changes() == winter.changes(FURTHER) == {}
    assert len(winter.told["CollectionsFinished"]) == 54
    assert max(value for _, value in winter.told["ListingsOverdue"]) == 2
    assert sum(value for _, value in winter.told["SpentUsd"]) == 54 * 2.5


@pytest.mark.thorough
def test_the_holidays_of_the_calendar_and_the_change_of_the_clocks_have_no_alarm() -> None:
    assert Watched(Weeks(date(2025, 10, 20), days=84)).changes() == {}


@pytest.mark.thorough
def test_a_run_that_is_missed_is_no_alarm_and_two_are() -> None:
    assert changes(without_run=days(5)) == changes(FURTHER, without_run=days(5)) == {}
    # Two hours after the second, and before the third, however far CloudWatch looks back.
    assert changes(without_run=days(5, 6)) == {"CollectorSilent": [(6.08, ALARM), (7, OK)]}
    assert changes(FURTHER, without_run=days(5, 6)) == {"CollectorSilent": [(6.38, ALARM), (7, OK)]}


@pytest.mark.thorough
def test_where_nothing_runs_any_more_nothing_is_published_either() -> None:
    assert changes(without_run=days(*range(5, 16))) == {
        "CollectorSilent": [(6.08, ALARM)],
        "RendererSilent": [(7.08, ALARM)],
    }


@pytest.mark.thorough
def test_an_arxiv_that_announces_nothing_for_a_week_is_an_alarm_on_the_fourth_morning() -> None:
    assert changes(days=20, silent=days(7, 8, 9, 10, 11)) == {
        "ListingsStale": [(10, ALARM), (14, OK)]
    }
    assert changes(days=20, silent=days(9, 10)) == {}


@pytest.mark.thorough
def test_runs_that_fail_are_an_alarm_at_once_and_another_after_two_days() -> None:
    # Nobody takes the messages out of the queue. arXiv is down, and posts are read all the same.
    assert changes(cut_off=days(7, 8, 9)) == {
        "FailuresWaiting": [(7, ALARM)],
        "CollectorSilent": [(8.08, ALARM), (10, OK)],
    }
    assert changes(cut_off=days(7)) == {"FailuresWaiting": [(7, ALARM)]}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("failing", "expected"),
    [
        ({"bluesky": days(5, 6)}, []),
        ({"bluesky": days(3, 5, 7, 9), "x": days(4, 6, 8, 10)}, []),
        ({"bluesky": days(5, 6, 7)}, [(7, ALARM), (8, OK)]),
        # For so long that no digest of which it told anything is still measured.
        ({"bluesky": days(*range(2, 14))}, [(4, ALARM), (14, OK)]),
        ({"bluesky": days(*range(16))}, [(2, ALARM)]),
        # A weekend, on which no digest is new.
        (dict.fromkeys(NAMES, days(5, 6, 7)), [(7, ALARM), (8, OK)]),
    ],
    ids=["two days", "in turns", "three", "weeks", "from the first day on", "all of them"],
)
def test_a_source_is_down_that_fails_three_days_running(
    failing: Mapping[str, Sequence[date]], expected: Sequence[tuple[float, State]]
) -> None:
    assert changes(failing=failing).get("SourceDown", []) == expected


@pytest.mark.thorough
def test_the_only_source_of_a_stack_is_missed_as_well() -> None:
    for failing, expected in (
        (days(4, 5, 6, 7), [(6, ALARM), (8, OK)]),
        (days(*range(16)), [(2, ALARM)]),
    ):
        told = changes(sources=["bluesky"], failing={"bluesky": failing})
        assert told["SourceDown"] == expected


@pytest.mark.thorough
def test_a_source_that_was_named_and_has_no_credential_is_down_and_one_that_is_off_never_is() -> (
    None
):
    named = {"bluesky": SourceReport(Status.FAILED, "no credential: BLUESKY_HANDLE")}
    off = {"bluesky": SourceReport(Status.OFF, "no credential: BLUESKY_HANDLE")}

    assert changes(sources=["x"], lacking=named) == {"SourceDown": [(2, ALARM)]}
    assert changes(sources=["x"], lacking=off) == {}
