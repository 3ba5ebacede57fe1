"""A measurement as JSON: the form in which it is kept, for each run and for days of 1,500 papers.

What a source told of a paper is a row of numbers: voices, weighted part, and the counts in the
order that the document itself states under `metrics`, so that a source may count otherwise later.
A count that is not known is null. A weighted part that is no whole number is a text, since it is
kept exactly. `listed` is there only where it says something. The same measurement always gives the
same bytes.
"""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from hotpapers.documents.digest_json import Document, read_time, write_time
from hotpapers.domain.digest import Attention
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.sources import SOURCES

Row = list[Any]
"""What a source told of a paper: voices, weighted part, counts."""


def write_measurement(measurement: Measurement) -> bytes:
    """The measurement's JSON document, in UTF-8, as short as it can be."""
    papers = {paper: measurement.papers[paper] for paper in sorted(measurement.papers)}
    sources = sorted({source for told in papers.values() for source in told})
    metrics = {source: list(SOURCES[source].metrics) for source in sources}
    document: Document = {
        "time": write_time(measurement.time),
        "complete": list(measurement.complete),
        "metrics": metrics,
        "papers": {
            paper: {source: _row(told[source], metrics[source]) for source in sorted(told)}
            for paper, told in papers.items()
        },
    }
    if measurement.listed is not None:
        document["listed"] = sorted(measurement.listed)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def read_measurement(document: bytes) -> Measurement:
    """The measurement that `write_measurement` wrote.

    What a source told that there was in an earlier version of the system is left out.
    """
    fields = json.loads(document)
    metrics, listed = fields["metrics"], fields.get("listed")
    return Measurement(
        time=read_time(fields["time"]),
        complete=tuple(source for source in fields["complete"] if source in SOURCES),
        papers={
            PaperId(paper): _read_rows(rows, metrics) for paper, rows in fields["papers"].items()
        },
        listed=None if listed is None else frozenset(map(PaperId, listed)),
    )


def _row(told: Attention, metrics: Iterable[str]) -> Row:
    return [told.voices, _write_exactly(told.weighted), *map(told.counts.get, metrics)]


def _read_rows(
    rows: Mapping[str, Row], metrics: Mapping[str, list[str]]
) -> Mapping[str, Attention]:
    return {
        source: _read_row(row, metrics[source]) for source, row in rows.items() if source in SOURCES
    }


def _read_row(row: Row, metrics: Iterable[str]) -> Attention:
    voices, weighted, *counts = row
    known = {
        metric: count for metric, count in zip(metrics, counts, strict=True) if count is not None
    }
    return Attention(known, voices, Decimal(weighted))


def _write_exactly(value: Decimal) -> int | str:
    """The number as JSON has it, whatever its length: 2, "2.5"; 2.50 is the same as 2.5."""
    if value == value.to_integral_value():
        return int(value)
    return format(value, "f").rstrip("0")
