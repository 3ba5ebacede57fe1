"""Listings and papers as JSON: the exact documents, and that nothing is lost in them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.listing_json import (
    read_listing,
    read_paper,
    read_papers,
    write_listing,
    write_paper,
    write_papers,
)
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper import Paper
from tests.builders import DAY, PAPER, listings, make_paper, papers
from tests.properties import examples

AT = datetime(2020, 9, 18, 10, tzinfo=UTC)
FIELDS_OF_PAPER = (
    '"title":"On the Analytical Engine","authors":["Ada Lovelace","Kurt Gödel"],'
    '"categories":["cs.LG","stat.ML"],"abstract":"We weave algebraical patterns.",'
)
OF_PAPER = f'{{"id":"2009.08319",{FIELDS_OF_PAPER}"submitted_at":"2020-09-17T14:23:45Z"}}'
OF_WITHDRAWN = f'{{"id":"2009.00001",{FIELDS_OF_PAPER}"submitted_at":null,"withdrawn":true}}'
WITHDRAWN = make_paper("2009.00001", submitted_at=None, withdrawn=True)


@pytest.mark.parametrize(
    ("listing", "written"),
    [
        (
            Listing(DAY, ListingState.FRESH, AT, "", Origin.FEED, 1_500, "499 new papers of 500"),
            '"state":"fresh","found_at":"2020-09-18T10:00:00Z","papers":1500,"origin":"feed",'
            '"shortfall":"499 new papers of 500"',
        ),
        (
            Listing(DAY, ListingState.QUIET, AT, "Labor Day", predicted=True),
            '"state":"quiet","found_at":"2020-09-18T10:00:00Z","papers":0,"why":"Labor Day",'
            '"predicted":true',
        ),
        (
            Listing(DAY, ListingState.STALLED, AT.replace(microsecond=5), "„gestern“"),
            '"state":"stalled","found_at":"2020-09-18T10:00:00.000005Z","papers":0,'
            '"why":"„gestern“"',
        ),
    ],
)
def test_the_document_of_a_listing(listing: Listing, written: str) -> None:
    document = write_listing(listing)

    assert document.decode() == f'{{"date":"2020-09-18",{written}}}'
    assert read_listing(document) == listing


def test_the_document_of_a_paper() -> None:
    assert [write_paper(paper).decode() for paper in (PAPER, WITHDRAWN)] == [OF_PAPER, OF_WITHDRAWN]


def test_the_document_of_papers() -> None:
    assert write_papers([]) == b"[]"
    assert write_papers([PAPER, WITHDRAWN]).decode() == f"[{OF_WITHDRAWN},{OF_PAPER}]"


@settings(max_examples=examples(40), deadline=None)
@given(listings())
def test_a_listing_that_is_written_is_read_again(listing: Listing) -> None:
    document = write_listing(listing)

    assert read_listing(document) == listing
    assert len(document.split(b"\n")) == 1


@settings(max_examples=examples(40), deadline=None)
@given(papers())
def test_a_paper_that_is_written_is_read_again(paper: Paper) -> None:
    assert read_paper(write_paper(paper)) == paper


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(papers(), max_size=4, unique_by=lambda paper: paper.id))
def test_papers_that_are_written_are_read_again(found: list[Paper]) -> None:
    document = write_papers(found)

    assert list(read_papers(document)) == sorted(found, key=lambda paper: paper.id)
    assert write_papers(reversed(found)) == document


def test_papers_that_differ_differ_in_their_documents() -> None:
    same = [PAPER, replace(PAPER, withdrawn=True), replace(PAPER, submitted_at=None)]

    assert len({write_paper(paper) for paper in same}) == 3
