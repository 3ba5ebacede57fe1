"""What each run measured of each listing date, in the table: written once, never changed."""

import gzip
from collections.abc import Sequence
from datetime import date

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.adapters.dynamodb import TableStore, key
from hotpapers.documents.digest_json import write_time
from hotpapers.documents.measurement_json import read_measurement, write_measurement
from hotpapers.domain.history import Measurement
from hotpapers.errors import StoreError


class DynamoDBMeasurements(TableStore):
    """Measurements kept in a DynamoDB table, each packed into an item."""

    @failures_of("DynamoDB")
    def measurements(self, day: date) -> Sequence[Measurement]:
        """All measurements of a listing date, oldest first, in one query."""
        items = self._table.partition(_partition(day), consistent=self._consistent)
        found = (read_measurement(gzip.decompress(item["body"]["B"])) for item in items)
        # Not in the order of their keys where a time has a fraction of a second.
        return sorted(found, key=lambda measurement: measurement.time)

    @failures_of("DynamoDB")
    def keep(self, day: date, measurement: Measurement) -> None:
        """Keep a measurement, unless one of the same time is kept."""
        packed = gzip.compress(write_measurement(measurement), mtime=0)
        moment = write_time(measurement.time)
        if len(packed) > self._table.part_bytes:
            what = f"the measurement of {day} at {moment}"
            raise StoreError(f"{what} has {len(packed):,} bytes packed")
        try:
            self._table.client.put_item(
                TableName=self._table.name,
                Item={**key(_partition(day), moment), "body": {"B": packed}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise


def _partition(day: date) -> str:
    return f"MEASUREMENTS#{day}"
