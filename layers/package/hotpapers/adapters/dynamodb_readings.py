"""What the sources told, in the table: the newest reading of each about each listing date."""

from collections.abc import Mapping, Sequence
from datetime import date

from hotpapers.adapters.aws import failures_of
from hotpapers.adapters.dynamodb import Item, TableStore, pauses
from hotpapers.adapters.dynamodb_parts import PartedDocument, Place, follow, save, unpack
from hotpapers.documents.reading_json import read_reading, write_reading
from hotpapers.domain.edition import Outcome, Revision, revision
from hotpapers.domain.reading import Reading
from hotpapers.domain.sources import SOURCES
from hotpapers.errors import StoreError


class DynamoDBReadings(TableStore):
    """The sources' newest readings, kept in a DynamoDB table."""

    @failures_of("DynamoDB")
    def readings(self, day: date) -> Mapping[str, Reading]:
        """What is kept for a listing date, by the sources' names."""
        for pause in pauses():
            items = self._table.partition(f"READINGS#{day}", consistent=self._consistent)
            documents = [self._document(parts) for parts in _parts_by_source(items)]
            whole = [read_reading(document[1]) for document in documents if document]
            if len(whole) == len(documents):
                # A source that there was in an earlier version of the system may be kept as well.
                return {each.source: each for each in whole if each.source in SOURCES}
            self._table.sleep(pause)
        raise StoreError(f"the readings of {day} cannot be read whole")

    @failures_of("DynamoDB")
    def keep(self, day: date, reading: Reading) -> bool:
        """Keep a reading unless a newer one is kept; returns whether this was done."""
        content = write_reading(reading)
        document = PartedDocument(revision(reading.taken_at, content), content)
        place = Place(
            what=f"the reading of {reading.source} for {day}",
            head=(f"READINGS#{day}", reading.source),
            parts=f"READINGS#{day}",
            prefix=f"{reading.source}#",
        )
        return save(self._table, place, document) is Outcome.SAVED

    def _document(self, parts: Sequence[Item]) -> tuple[Revision, bytes] | None:
        return unpack(follow(self._table, parts, consistent=self._consistent))


def _parts_by_source(items: Sequence[Item]) -> Sequence[Sequence[Item]]:
    """The parts of each source's reading, in order, without the heads."""
    parts: dict[str, list[Item]] = {}
    for item in items:
        source, _, number = item["sk"]["S"].partition("#")
        if number:
            parts.setdefault(source, []).append(item)
    return list(parts.values())
