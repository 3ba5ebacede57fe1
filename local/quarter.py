"""`make quarter`: a simulated quarter, day by day, and what has become of its papers.

An arXiv that was made up announces papers, late, twice, without notice or not at all; posts about
them grow; runs fail, die, come late or twice. The collector's real code meets all that, with its
real stores on DynamoDB in memory. Then every paper, every day and every number is looked for where
it belongs: what is not there is a loss, and makes the exit status 1.

SEED (1) decides what happens, SEEDS (1) is how many quarters are simulated, from that seed on, and
DAYS (92) how long each of them is.
"""

import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_listings import DynamoDBListings
from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.environment import Reader
from hotpapers.use_cases.collect import Stores
from local import console
from local.archive import Archive
from local.cloud import Cloud
from local.simulation.days import AFTER, Plan, Simulation
from local.simulation.losses import Examination, Finding, Loss
from local.simulation.troubles import Trouble

LEAST_DAYS, MOST_DAYS, MOST_SEEDS = 30, 366, 20
MOST_FINDINGS = 20
"""How many losses are told one by one."""


@dataclass(frozen=True)
class Outcome:
    """What has become of a simulated span of days; `counts` are by what was counted."""

    plan: Plan
    counts: Mapping[str, int]
    injected: Mapping[Trouble, int]
    findings: Sequence[Finding]

    @property
    def losses(self) -> Mapping[Loss, int]:
        """How much was lost, of each kind."""
        return Counter(finding.loss for finding in self.findings)


def main() -> None:
    """Simulate the quarters that are asked for, and print what was counted."""
    plans = read_plans(os.environ)
    logging.getLogger("hotpapers").addHandler(logging.NullHandler())
    with bar(sum(plan.days + AFTER for plan in plans)) as progress:
        outcomes = [simulate(plan, progress) for plan in plans]
    console.say(f"Simulated quarters from {plans[0].first} to {plans[0].last}")
    console.output.print(table(outcomes))
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    for finding in findings[:MOST_FINDINGS]:
        console.say(f"{finding.day}: {finding.loss}: {finding.what}")
    if findings:
        sys.exit(1)


def read_plans(environment: Mapping[str, str]) -> Sequence[Plan]:
    """The variables SEED, SEEDS and DAYS. Raises InvalidInputError."""
    read = Reader(environment)
    seed, seeds = read.count("SEED", 1), read.count("SEEDS", 1, least=1, most=MOST_SEEDS)
    days = read.count("DAYS", Plan().days, least=LEAST_DAYS, most=MOST_DAYS)
    return [Plan(number, days=days) for number in range(seed, seed + seeds)]


@contextmanager
def bar(days: int) -> Iterator[Progress]:
    """A bar that fills while days pass, on a terminal."""
    columns = (BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    description = TextColumn("{task.description}")
    with Progress(*columns, description, console=console.errors, transient=True) as progress:
        progress.add_task("", total=days)
        yield progress


def simulate(plan: Plan, progress: Progress | None = None) -> Outcome:
    """Let the days of a plan pass, and count what has become of them."""
    if not console.errors.is_terminal:
        console.errors.print(f"seed {plan.seed}: {plan.days} days")
    with Cloud() as cloud:
        archive, client = Archive(cloud.account), cloud.account.client("dynamodb")
        name = cloud.stack.table_name
        stores = Stores(
            editions=DynamoDBEditions(client, name),
            readings=DynamoDBReadings(client, name),
            listings=DynamoDBListings(client, name),
            measurements=DynamoDBMeasurements(client, name),
        )
        simulation = Simulation(plan, stores, archive.contents)
        for day in simulation.days():
            archive.forget_stream()
            if progress:
                progress.update(
                    progress.task_ids[0], advance=1, description=f"seed {plan.seed}: {day}"
                )
        return outcome_of(simulation)


def outcome_of(simulation: Simulation) -> Outcome:
    """What there was, what befell it, and what was lost."""
    examination = Examination(simulation)
    findings = tuple(examination.findings())
    return Outcome(simulation.plan, _counts(examination), simulation.injected, findings)


def _counts(examination: Examination) -> Mapping[str, int]:
    simulation = examination.simulation
    days = simulation.plan.weekdays
    listed = [paper for paper, day in examination.truth.items() if day in days]
    documents = {day: examination.documents[day] for day in days if day in examination.documents}
    entries = [entry for document in documents.values() for entry in document["papers"]]
    return {
        "papers announced": len(listed),
        "  of them held by moderators": len(simulation.chronicle.held.intersection(listed)),
        "papers in digests": len({entry["id"] for entry in entries}),
        "  that nobody can tell from new ones": len(
            {entry["id"] for entry in entries} - set(listed)
        ),
        "  of them withdrawn": sum("withdrawn" in entry for entry in entries),
        "days": simulation.plan.days,
        "  weekdays": len(days),
        "  digests with papers": sum(bool(each["papers"]) for each in documents.values()),
        "    that say what may be missing": sum(
            "shortfall" in each["listing"] for each in documents.values()
        ),
        "  quiet days, with the reason": sum(
            each["listing"]["state"] == "quiet" for each in documents.values()
        ),
        "events delivered": len(simulation.deliveries),
        "  of them again": sum(each.repeated for each in simulation.deliveries),
        "measurements of papers": sum(len(entry["history"]) for entry in entries),
    }


def table(outcomes: Sequence[Outcome]) -> Table:
    """What was counted, a column for each seed."""
    made = Table(box=SIMPLE_HEAD)
    made.add_column("", no_wrap=True)
    for outcome in outcomes:
        made.add_column(f"seed {outcome.plan.seed}", justify="right")
    for name in outcomes[0].counts:
        made.add_row(name, *(f"{outcome.counts[name]:,}" for outcome in outcomes))
    made.add_section()
    made.add_row("faults", *(f"{sum(outcome.injected.values())}" for outcome in outcomes))
    for trouble in Trouble:
        injected = (str(outcome.injected.get(trouble, 0)) for outcome in outcomes)
        made.add_row(f"  {trouble}", *injected)
    made.add_section()
    made.add_row("losses", *(f"{len(outcome.findings)}" for outcome in outcomes))
    for loss in Loss:
        made.add_row(f"  {loss}", *(str(outcome.losses.get(loss, 0)) for outcome in outcomes))
    return made


if __name__ == "__main__":
    console.run(main)
