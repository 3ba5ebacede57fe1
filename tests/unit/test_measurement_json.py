"""A measurement as JSON: the exact document, and that nothing of the measurement is lost in it."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings

from hotpapers.documents.measurement_json import read_measurement, write_measurement
from hotpapers.domain.digest import Attention
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
from tests.builders import measurements
from tests.properties import examples

AT = datetime(2020, 9, 19, 10, tzinfo=UTC)
PAPER, OLD = PaperId("2009.08319"), PaperId("hep-th/9901001")


def of_x(weighted: Decimal) -> Measurement:
    told = Attention({"reposts": 20, "likes": 30}, 7, weighted)
    return Measurement(AT, ("x",), {PAPER: {"x": told}})


def test_the_document_of_a_measurement() -> None:
    told = {
        OLD: {"reddit": Attention({"score": 60}, 1, Decimal(60))},
        PAPER: {
            "x": Attention({"reposts": 20, "likes": 30}, 7, Decimal("50.50")),
            "reddit": Attention({"score": 0, "comments": 7}, 2, Decimal(0)),
        },
    }

    assert write_measurement(Measurement(AT, ("x", "bluesky"), told)).decode() == (
        '{"time":"2020-09-19T10:00:00Z","complete":["x","bluesky"],'
        '"metrics":{"reddit":["score","comments"],"x":["reposts","likes"]},'
        '"papers":{"2009.08319":{"reddit":[2,0,0,7],"x":[7,"50.5",20,30]},'
        '"hep-th/9901001":{"reddit":[1,60,60,null]}}}'
    )


def test_the_document_of_nothing() -> None:
    document = write_measurement(Measurement(AT, (), {}))

    assert document == b'{"time":"2020-09-19T10:00:00Z","complete":[],"metrics":{},"papers":{}}'


def test_which_papers_were_listed_is_kept_where_it_is_said() -> None:
    partly = Measurement(AT, (), {}, frozenset({PAPER, OLD}))
    document = write_measurement(partly)

    assert document.endswith(b'"papers":{},"listed":["2009.08319","hep-th/9901001"]}')
    assert read_measurement(document) == partly


@pytest.mark.parametrize(
    ("weighted", "written"),
    [("50", "50"), ("50.00", "50"), ("50.50", '"50.5"'), ("5E+1", "50"), ("1E-7", '"0.0000001"')],
)
def test_a_weighted_part_is_kept_exactly(weighted: str, written: str) -> None:
    document = write_measurement(of_x(Decimal(weighted)))

    assert f'"x":[7,{written},20,30' in document.decode()
    assert read_measurement(document) == of_x(Decimal(weighted))


def test_what_an_unknown_source_told_is_left_out() -> None:
    document = (
        '{"time":"2020-09-19T10:00:00Z","complete":["lobsters","x"],'
        '"metrics":{"lobsters":["points"],"x":["likes","reposts"]},'
        '"papers":{"2009.08319":{"lobsters":[1,9,9],"x":[7,50,30,20]},'
        '"hep-th/9901001":{"lobsters":[1,9,9]}}}'
    )
    known = of_x(Decimal(50))

    assert read_measurement(document.encode()) == Measurement(AT, ("x",), {**known.papers, OLD: {}})


@settings(max_examples=examples(40), deadline=None)
@given(measurements())
def test_what_is_written_is_read_again(measurement: Measurement) -> None:
    document = write_measurement(measurement)

    assert read_measurement(document) == measurement
    assert write_measurement(_in_reverse(measurement)) == document


def _in_reverse(measurement: Measurement) -> Measurement:
    """The same measurement with its papers, and the sources of each, in another order."""
    papers = {
        paper: dict(reversed(list(told.items())))
        for paper, told in reversed(list(measurement.papers.items()))
    }
    return replace(measurement, papers=papers)
