"""`make growth`: what a run costs in archives of 10, 1,000 and 10,000 digests.

Two weeks of busy days are collected and rendered by the real use cases and adapters, on moto, in an
archive of so many digests. What the last of their runs reads and writes is counted. It takes in a
listing of 1,500 papers, measures five such days, and completes a week.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import boto3

from hotpapers.adapters.aws import AWS
from hotpapers.adapters.dynamodb_catalogue import DynamoDBCatalogue
from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_listings import DynamoDBListings
from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
from hotpapers.adapters.dynamodb_pace import TablePace
from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
from hotpapers.adapters.s3 import S3Documents
from hotpapers.adapters.s3_pages import S3Pages
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.presentation import Presentation
from hotpapers.documents.site import Site
from hotpapers.domain.calendar import NEW_YORK
from hotpapers.domain.edition import Outcome
from hotpapers.domain.ranking import Rules
from hotpapers.use_cases.collect import CollectionOrder, Collector, Stores, Terms
from hotpapers.use_cases.measure import Roster
from hotpapers.use_cases.render import Renderer
from local import console
from local.account import Account
from local.archive import Archive
from local.bill import bill, read_prices
from local.busy_days import PAPERS, POSTS, BusyArxiv, BusyPosts, announced_days
from local.cloud import Cloud
from local.meter import Meter, Usage
from local.stack import SITE_URL

SIZES = (10, 1_000, 10_000)
FIRST, LAST = date(2031, 9, 15), date(2031, 9, 26)
"""The first and the last of the runs: a Monday and the Friday of the week after.

So late since 10,000 listing dates are 38 years, and arXiv began in 1991."""
SCHEDULE = time(6)
"""When there is a run every day, New York time."""
DUE = len(announced_days(FIRST, LAST)) - 1
"""How many of their digests there are at last: the last day's is due a day later."""
ONE_DAY = timedelta(days=1)

RUNS = 30
"""How many runs a month has."""


@dataclass(frozen=True)
class Cost:
    """What a run costs in an archive of so many digests: the collector's part, the renderer's."""

    digests: int
    collector: Usage
    renderer: Usage

    @property
    def whole(self) -> Usage:
        """Both parts."""
        return self.collector + self.renderer

    @property
    def dollars_a_month(self) -> float:
        """What DynamoDB and S3 take for having such a run every day."""
        used = self.whole
        amounts = {
            "dynamodb_reads": used.read_units,
            "dynamodb_writes": used.write_units,
            "s3_gets": used.calls["s3:HeadObject"],
            "s3_puts": used.calls["s3:PutObject"],
        }
        return RUNS * sum(bill(amounts, read_prices(), allowed=False).values())


def main() -> None:
    """Measure and print, as a table in Markdown."""
    for line in HEAD:
        console.say(line)
    for digests in SIZES:
        console.say(row(cost_of_run(digests)))


HEAD = (
    "| digests | collector reads | and writes | renderer reads | and writes | S3 calls | a month |",
    "| --- | --- | --- | --- | --- | --- | --- |",
)


def row(cost: Cost) -> str:
    """A line of the table."""
    parts = (cost.collector, cost.renderer)
    units = [number for part in parts for number in (part.read_units, part.write_units)]
    cells = [cost.digests, *units, cost.whole.calls_to("s3")]
    return f"| {' | '.join(f'{cell:,.0f}' for cell in cells)} | ${cost.dollars_a_month:.2f} |"


def cost_of_run(digests: int, papers: int = PAPERS) -> Cost:
    """What a run costs where it leaves so many digests, of days of so many papers."""
    with Cloud() as cloud:
        archive = Archive(cloud.account)
        archive.add(days_before(FIRST, digests - DUE))
        *_, (collector, renderer) = make_runs(cloud.account, archive, papers)
        return Cost(digests, collector, renderer)


def make_runs(account: Account, archive: Archive, papers: int) -> Iterator[tuple[Usage, Usage]]:
    """Make the runs of two weeks: what the collector and the renderer used for each."""
    session, meter, table = boto3.Session(), Meter(archive.look_up), account.stack.table_name
    meter.attach(session)
    client = session.client("dynamodb", config=AWS)
    arxiv = BusyArxiv(FIRST, papers, TablePace(client, table, delay_seconds=0))
    editions = DynamoDBEditions(client, table)
    stores = Stores(
        editions=editions,
        readings=DynamoDBReadings(client, table),
        listings=DynamoDBListings(client, table),
        measurements=DynamoDBMeasurements(client, table),
    )
    roster = Roster([BusyPosts(name, FIRST, papers) for name in POSTS])
    collector = Collector(arxiv, roster, stores, Rules(), Terms(("cs.*", "stat.ML")))
    bucket = (session.client("s3", config=AWS), account.stack.bucket_name)
    renderer = Renderer(
        editions=editions,
        roundups=DynamoDBRoundups(client, table),
        catalogue=DynamoDBCatalogue(client, table),
        documents=S3Documents(*bucket),
        pages=S3Pages(*bucket),
        presentation=Presentation(Site(SITE_URL), FrontMatter()),
    )
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + number * ONE_DAY
        arxiv.now = datetime.combine(day, SCHEDULE, NEW_YORK).astimezone(UTC)
        run = collector.collect(CollectionOrder(arxiv.now))
        collected = meter.take()
        # What the table's stream would tell the renderer of.
        for digest in run.digests:
            if digest.outcome is Outcome.SAVED:
                renderer.render(digest.date)
        archive.forget_stream()
        yield collected, meter.take()


def days_before(first: date, count: int) -> list[date]:
    """So many weekdays that end before a day."""
    weeks = timedelta(weeks=count // 5 + 1)
    return list(announced_days(first - weeks, first - ONE_DAY)[-count:]) if count else []


if __name__ == "__main__":
    console.run(main)
