"""`make calibrate`: weights for the sources, proposed from what a table has stored.

TABLE names a deployed stack's table, which is read with the AWS credentials of the environment;
without it the sample days are read. Nothing is written. docs/ranking.md argues the method.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import boto3
from rich.box import SIMPLE_HEAD
from rich.table import Table

from hotpapers.adapters.aws import AWS, failures_of
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.documents.counts import UNKNOWN, decimal_text
from hotpapers.domain.calibration import LEAST_PAPERS, Calibration, Proposal
from hotpapers.domain.sources import SOURCES
from hotpapers.environment import Reader
from hotpapers.settings import CollectorSettings
from hotpapers.use_cases.calibrate import calibrate_kept
from local import console
from local.cloud import Cloud, quiet_handlers
from local.samples import CREDENTIALS, SAMPLES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOT_ENOUGH = "not enough data"


@dataclass(frozen=True)
class Archive:
    """A table to read from; `what` is it in words."""

    what: str
    client: "DynamoDBClient"
    table_name: str


def main() -> None:
    """Print what the archive proposes: a table, and the setting to paste."""
    read = Reader(os.environ)
    table_name, digests = read.text("TABLE", ""), read.count("DIGESTS", 30, least=1)
    # The rules are the collector's, from the same variables.
    rules = CollectorSettings.from_environment(
        {**os.environ, "TABLE_NAME": table_name or "-"}
    ).rules
    with deployed(table_name) if table_name else samples() as archive:
        editions = DynamoDBEditions(archive.client, archive.table_name)
        readings = DynamoDBReadings(archive.client, archive.table_name)
        calibration = calibrate_kept(editions, readings, rules, digests)
    show(calibration, f"Weights from the newest {digests} digests of {archive.what}")


@contextmanager
def deployed(table_name: str) -> Iterator[Archive]:
    """A table of the account that the environment's credentials are of."""
    with failures_of("DynamoDB"):
        client = boto3.client("dynamodb", config=AWS)
    yield Archive(f"the table {table_name}", client, table_name)


@contextmanager
def samples() -> Iterator[Archive]:
    """The sample days, collected anew in memory."""
    with console.Progress() as progress, Cloud(credentials=CREDENTIALS) as cloud:
        quiet_handlers(progress)
        for sample in SAMPLES.values():
            sample.collect(cloud)
        client = cloud.account.client("dynamodb")
        yield Archive("the sample archive", client, cloud.stack.table_name)


def show(calibration: Calibration, title: str) -> None:
    """Print the proposals, and the line to paste where there is something to change."""
    reference = calibration.reference
    there = f"on {SOURCES[reference].title}" if reference else "on the reference"
    table = Table(box=SIMPLE_HEAD)
    table.add_column("source", no_wrap=True)
    for name in ("papers", "typical", there, "weight", "proposed"):
        table.add_column(name, justify="right", no_wrap=True)
    for proposal in calibration.proposals:
        table.add_row(*row(proposal, reference))
    console.say(title)
    console.output.print(table)
    console.say(advice(calibration))


def row(proposal: Proposal, reference: str | None) -> tuple[str, ...]:
    """A source's line in the table."""
    weight = proposal.weight
    if proposal.source == reference:
        verdict = "reference"
    else:
        verdict = NOT_ENOUGH if weight is None else decimal_text(weight)
    return (
        SOURCES[proposal.source].title,
        str(proposal.papers),
        _number(proposal.typical),
        _number(proposal.typical_there),
        decimal_text(proposal.present),
        verdict,
    )


def advice(calibration: Calibration) -> str:
    """What to do about it, in one line or a few."""
    proposed = {
        proposal.source: weight
        for proposal in calibration.proposals
        if proposal.source != calibration.reference and (weight := proposal.weight) is not None
    }
    if not proposed:
        return (
            f"Nothing is proposed: a weight takes {LEAST_PAPERS} papers or more with engagement\n"
            "both on the source and on the reference, from readings without a shortfall."
        )
    # The setting replaces the one before, so what was chosen then stands in it too.
    chosen = {
        proposal.source: proposal.present
        for proposal in calibration.proposals
        if proposal.present != SOURCES[proposal.source].weight
    }
    stated = {**chosen, **proposed}
    entries = [f"{name}={decimal_text(stated[name])}" for name in SOURCES if name in stated]
    return f"WEIGHTS={','.join(entries)}"


def _number(value: Fraction | None) -> str:
    return UNKNOWN if value is None else f"{float(value):g}"


if __name__ == "__main__":
    console.run(main)
