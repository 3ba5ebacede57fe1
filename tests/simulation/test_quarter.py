"""A simulated quarter: each paper in exactly one digest, each weekday accounted for, nothing twice.

What is looked for, and how, is in `local.simulation.losses`; here it is also shown that each kind
of loss would be found.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from rich.console import Console

from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.listing import Kind, Listing, ListingState
from hotpapers.ports import PaperSource
from hotpapers.use_cases.collect import CollectionOrder, Run, Stores
from hotpapers.use_cases.measure import Roster, make_edition
from local.quarter import outcome_of, read_plans, simulate, table
from local.simulation.days import Plan, Simulation, Work, collector
from local.simulation.losses import Examination, Finding, Loss
from local.simulation.troubles import Trouble
from local.simulation.week import ONE_DAY, date_in_new_york, weekdays
from tests.fakes import MemoryEditions, MemoryListings, MemoryMeasurements, MemoryReadings

SMALL = Plan(seed=1, submissions=9)
AUTUMN, SPRING = date(2024, 10, 1), date(2025, 2, 10)
"""Quarters in which the clocks change, the one way and the other; the first has five holidays."""


def passed(
    plan: Plan, put_together: Callable[[PaperSource, Roster, Stores], Work] = collector
) -> Simulation:
    """A simulation in memory whose days have passed."""
    stores = Stores(MemoryEditions(), MemoryReadings(), MemoryListings(), MemoryMeasurements())
    kept = (stores.editions, stores.readings, stores.listings, stores.measurements)
    simulation = Simulation(plan, stores, lambda: repr([vars(each) for each in kept]), put_together)
    for _ in simulation.days():
        pass
    return simulation


@pytest.fixture(scope="module")
def quarter() -> Simulation:
    return passed(SMALL)


def test_a_quarter_of_troubles_loses_nothing(quarter: Simulation) -> None:
    outcome = outcome_of(quarter)

    assert outcome.findings == ()
    assert [trouble for trouble in Trouble if not outcome.injected[trouble]] == []
    weekdays_passed = outcome.counts["  weekdays"]
    assert weekdays_passed == len(weekdays(SMALL.first, SMALL.last)) == 66
    # Of the calendar's two holidays one is kept, and one of which nobody knew comes on top.
    assert outcome.counts["  quiet days, with the reason"] == 2
    assert outcome.counts["  digests with papers"] == weekdays_passed - 2
    assert outcome.counts["papers announced"] == outcome.counts["papers in digests"] > 300


@pytest.mark.thorough
@pytest.mark.parametrize("crowded", [False, True])
@pytest.mark.parametrize(
    ("seed", "first"), [(2, AUTUMN), (3, SPRING), (4, AUTUMN), (5, SPRING), (6, SMALL.first)]
)
def test_other_quarters_lose_nothing(seed: int, first: date, crowded: bool) -> None:
    plan = Plan(seed, first, submissions=24, crowded=crowded)

    assert outcome_of(passed(plan)).findings == ()


@pytest.mark.thorough
def test_weeks_on_dynamodb_lose_nothing() -> None:
    assert simulate(Plan(seed=7, days=30, submissions=12)).findings == ()


# The checks can fail


def test_a_stale_feed_that_is_believed_repeats_papers_and_loses_others() -> None:
    simulation = passed(SMALL, credulous)
    [stale] = simulation.troubles.days(Trouble.STALE_FEED)
    before = max(day for day in simulation.chronicle.days if day < stale)

    losses = outcome_of(simulation).losses
    findings = list(Examination(simulation).findings())

    repeated = {each.what.split()[0] for each in findings if each.loss is Loss.REPEATED}
    lost = {each.what for each in findings if each.loss is Loss.LOST}
    assert repeated >= set(simulation.chronicle.newcomers[before])
    assert lost >= set(simulation.chronicle.newcomers[stale])
    # Days of outage are missing, and what is cross-listed later is new again.
    assert losses[Loss.UNACCOUNTED] > 3
    assert losses[Loss.INVENTED] > 10


def credulous(papers: PaperSource, roster: Roster, stores: Stores) -> Work:  # noqa: ARG001
    """An intake as many have it: whatever the feed says is of today."""

    def work(order: CollectionOrder) -> Run:
        entries = [each for each in papers.feed().entries if each.kind in (Kind.NEW, Kind.CROSS)]
        listed = [RankedPaper(rank, e.paper, {}, ()) for rank, e in enumerate(entries, start=1)]
        day = date_in_new_york(order.time)
        listing = Listing(day, ListingState.FRESH, order.time, papers=len(listed))
        if listed:
            digest = Digest(day, order.time, tuple(listed), listing=listing, final=True)
            stores.editions.save(make_edition(digest))
        return Run(order)

    return work


Documents = dict[date, Any]


def without_a_paper(documents: Documents, day: date) -> None:
    documents[day]["papers"].pop()


def with_a_paper_again(documents: Documents, day: date) -> None:
    documents[day]["papers"].append(documents[day - ONE_DAY]["papers"][0])


def with_a_paper_of_the_day_before(documents: Documents, day: date) -> None:
    documents[day]["papers"].append(documents[day - ONE_DAY]["papers"].pop())


def without_the_day(documents: Documents, day: date) -> None:
    papers = documents[day]["papers"]
    del documents[day]
    documents[day + ONE_DAY]["papers"] += papers


def with_a_sunday(documents: Documents, day: date) -> None:
    documents[day + (6 - day.weekday()) * ONE_DAY] = {**documents[day], "papers": []}


def said_to_be_quiet(documents: Documents, day: date) -> None:
    documents[day]["listing"]["state"] = "quiet"


def never_final(documents: Documents, day: date) -> None:
    documents[day]["final"] = False


def with_another_number(documents: Documents, day: date) -> None:
    documents[day]["papers"][0]["history"][-1]["sources"]["x"]["reposts"] += 1


def with_a_zero_for_a_hole(documents: Documents, day: date) -> None:
    history = documents[day]["papers"][0]["history"]
    sources = next(point["sources"] for point in history if "hackernews" not in point["sources"])
    sources["hackernews"] = {"points": 0, "comments": 0, "voices": 0, "weighted": 0}


def without_a_number(documents: Documents, day: date) -> None:
    del documents[day]["papers"][0]["history"][-1]["sources"]["x"]


def without_a_measurement(documents: Documents, day: date) -> None:
    documents[day]["papers"][0]["history"].pop()


def withdrawn(documents: Documents, day: date) -> None:
    paper = documents[day]["papers"][0]
    paper["withdrawn"] = not paper.get("withdrawn", False)


def published_too_late(documents: Documents, day: date) -> None:
    documents[day]["first_published_at"] = documents[day]["measured_at"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("spoil", "losses"),
    [
        (without_a_paper, {Loss.LOST}),
        (with_a_paper_again, {Loss.REPEATED, Loss.UNMEASURED, Loss.UNSAID}),
        (with_a_paper_of_the_day_before, {Loss.MISFILED, Loss.UNMEASURED}),
        (without_the_day, {Loss.UNACCOUNTED, Loss.MISFILED, Loss.UNMEASURED}),
        (with_a_sunday, {Loss.SURPLUS}),
        (said_to_be_quiet, {Loss.UNACCOUNTED}),
        (never_final, {Loss.OPEN}),
        (with_another_number, {Loss.MISCOUNTED}),
        (with_a_zero_for_a_hole, {Loss.MISCOUNTED}),
        (without_a_number, {Loss.UNMEASURED}),
        (without_a_measurement, {Loss.UNMEASURED}),
        (withdrawn, {Loss.UNSAID}),
        (published_too_late, {Loss.LATE}),
    ],
)
def test_what_is_spoilt_is_found(
    quarter: Simulation, spoil: Callable[[Documents, date], None], losses: set[Loss]
) -> None:
    examination = Examination(quarter)
    documents = dict(examination.documents)
    vars(examination)["documents"] = documents
    day = next(day for day in quarter.plan.weekdays if is_plain(documents, day))
    spoil(documents, day)

    assert {finding.loss for finding in examination.findings()} == losses


def is_plain(documents: Documents, day: date) -> bool:
    """Whether a day, the one before and the one after have papers, and a source failed once."""
    around = (day - ONE_DAY, day, day + ONE_DAY)
    if not all(each in documents and len(documents[each]["papers"]) > 1 for each in around):
        return False
    if any("shortfall" in documents[each]["listing"] for each in around):
        return False
    points = documents[day]["papers"][0]["history"]
    told = [set(point["sources"]) for point in points]
    return "x" in told[-1] and any("hackernews" not in sources for sources in told)


def test_an_event_that_changes_something_and_a_run_without_measure_are_found(
    quarter: Simulation,
) -> None:
    simulation = copy(quarter)
    first, second, *others = quarter.deliveries
    changed, greedy = replace(first, changed=True), replace(second, questions=(27,))
    simulation.deliveries = [changed, greedy, *others]

    found = [(each.loss, each.day) for each in Examination(simulation).findings()]

    assert found == [
        (Loss.CHANGED, first.time.date()),
        (Loss.BOUNDLESS, second.time.date()),
    ]


# The command


def test_the_table_has_a_column_for_each_seed(
    quarter: Simulation, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = outcome_of(quarter)
    finding = Finding(Loss.LOST, SMALL.first, "2610.00001")

    Console(width=80).print(table([outcome, replace(outcome, findings=(finding,))]))

    lines = capsys.readouterr().out.splitlines()
    printed = {line[:46].strip(): line[46:].split() for line in lines}
    papers = str(outcome.counts["papers announced"])
    assert printed["papers announced"] == printed["papers in digests"] == [papers, papers]
    assert printed[Trouble.ARXIV_DOWN] == ["3", "3"]
    assert printed["losses"] == printed[Loss.LOST] == ["0", "1"]
    assert {*Trouble, *Loss, *(name.strip() for name in outcome.counts)} <= printed.keys()


def test_the_settings_of_the_command() -> None:
    assert read_plans({}) == [Plan(1)]
    assert read_plans({"SEED": "3", "SEEDS": "2", "DAYS": "31"}) == [
        Plan(3, days=31),
        Plan(4, days=31),
    ]
