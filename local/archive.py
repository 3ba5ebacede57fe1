"""An archive of many years, as the collector and the renderer leave it, without their runs.

What is in it is written by the real adapters, so that every item is as it should be. Only that the
items are put into moto's table directly, since by the calls of AWS it would take an hour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as MotoItem

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_listings import DynamoDBListings
from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.adapters.dynamodb_roundups import DynamoDBRoundups
from hotpapers.adapters.s3 import REVISION
from hotpapers.domain.calendar import announced_at
from hotpapers.domain.history import make_measurement
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.ranking import Rules, make_digest
from hotpapers.domain.reading import Reading, report_on
from hotpapers.domain.roundup import periods_of, roundup_revision
from hotpapers.use_cases.measure import make_edition
from hotpapers.use_cases.render import digest_path, post_path
from local.account import REGION, Account
from local.busy_days import papers_of
from local.quick_table import QuickTable, find_table

PAPERS = 3
"""How many papers an older day has. Nobody reads it again, so it does not matter how large it is;
what matters is how many days there are."""
MEASUREMENTS = 7
"""How often each day was measured."""
SOURCE = "x"
EVERYTHING = Rules(hot_score=0)


class Archive:
    """The archive of an account: its table and its bucket."""

    def __init__(self, account: Account) -> None:
        self._account = account

    @property
    def _table(self) -> QuickTable:
        """The table as it is: after a transaction that failed, it is the copy."""
        return find_table(self._account.stack.table_name, REGION)

    def forget_stream(self) -> None:
        """Forget the records of the table's stream, which moto keeps for ever and copies."""
        shard = self._table.stream_shard
        if shard is not None:
            shard.starting_sequence_number += len(shard.items)
            shard.items.clear()

    def contents(self) -> Mapping[tuple[str, str], str]:
        """All that is in the table, by the items' keys, to be compared."""
        return {
            (partition.value, sort.value): str(item.to_json())
            for partition, items in self._table.items.items()
            for sort, item in items.items()
        }

    def items(self) -> Iterator[Mapping[str, Any]]:
        """Every item of the table, as boto3 has it."""
        for sorted_items in self._table.items.values():
            for item in sorted_items.values():
                yield item.to_json()["Attributes"]

    def look_up(self, key: Mapping[str, Any]) -> Mapping[str, Any]:
        """The item that the table has under a key; an empty one where there is none."""
        item = self._table.get_item(DynamoType(key["pk"]), DynamoType(key["sk"]))
        return item.to_json()["Attributes"] if item else {}

    def add(self, days: Sequence[date]) -> None:
        """Put finished days into the archive: final digests, and all that led to them."""
        for day in days:
            writer = _Writer()
            _write_day(writer, day)
            for item in writer.items:
                self._put(item)
            self._put_files(day)

    def _put(self, item: Mapping[str, Any]) -> None:
        partition, sort = DynamoType(item["pk"]), DynamoType(item["sk"])
        self._table.copied = None
        self._table.items[partition][sort] = MotoItem(partition, sort, dict(item))

    def _put_files(self, day: date) -> None:
        s3 = self._account.client("s3")
        for path in (digest_path(day), post_path(day)):
            s3.put_object(
                Bucket=self._account.stack.bucket_name,
                Key=path,
                Body=b"as it was",
                Metadata={REVISION: "as it was"},
            )


class _Writer:
    """A client of an empty table, which keeps all items that it is given."""

    def __init__(self) -> None:
        self.items: list[Mapping[str, Any]] = []

    def get_item(self, **_: object) -> dict[str, Any]:
        """Nothing is there."""
        return {}

    def batch_get_item(self, **_: object) -> dict[str, Any]:
        """Nothing is there."""
        return {"Responses": {}}

    def put_item(self, Item: Mapping[str, Any], **_: object) -> None:  # noqa: N803
        """Keep an item."""
        self.items.append(Item)

    def batch_write_item(self, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        """Keep items."""
        for writes in RequestItems.values():
            self.items += [write["PutRequest"]["Item"] for write in writes]
        return {}

    def transact_write_items(self, TransactItems: Sequence[Mapping[str, Any]]) -> None:  # noqa: N803
        """Keep items."""
        self.items += [write["Put"]["Item"] for write in TransactItems]


def _write_day(client: Any, day: date) -> None:
    """Have the adapters write all that is kept of a day that is over."""
    papers, table = papers_of(day, PAPERS), ""
    listings = DynamoDBListings(client, table)
    listings.claim(day, [paper.id for paper in papers])
    listings.keep(_listing(day), papers)
    reading = Reading(SOURCE, _measured_at(day, MEASUREMENTS), tuple(p.id for p in papers), ())
    DynamoDBReadings(client, table).keep(day, reading)
    measurements = DynamoDBMeasurements(client, table)
    for number in range(1, MEASUREMENTS + 1):
        time = _measured_at(day, number)
        taken = replace(reading, taken_at=time)
        measurements.keep(day, make_measurement(time, [taken], EVERYTHING))
    reports = {SOURCE: report_on(reading, reading.taken_at)}
    digest = make_digest(day, reading.taken_at, papers, [reading], reports, EVERYTHING)
    edition = make_edition(replace(digest, listing=_listing(day), final=True))
    DynamoDBEditions(client, table).save(edition)
    for period in periods_of(day):
        if day == period.listing_dates[-1]:
            revision = roundup_revision([edition.revision])
            DynamoDBRoundups(client, table).save(period.name, revision, b"{}")


def _listing(day: date) -> Listing:
    time = _measured_at(day, 0)
    return Listing(day, ListingState.FRESH, time, origin=Origin.FEED, papers=PAPERS)


def _measured_at(day: date, number: int) -> datetime:
    """When the n-th run after the announcement measured a day: some hours after it."""
    return announced_at(day) + timedelta(days=number, hours=10)
