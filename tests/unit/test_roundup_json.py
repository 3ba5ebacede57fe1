"""A roundup as JSON: the exact document, and that nothing of the roundup is lost in it."""

import json

import pytest
from hypothesis import given, settings

from hotpapers.documents.digest_json import ranked_paper_document
from hotpapers.documents.roundup_json import read_roundup, write_roundup
from hotpapers.domain.digest import Digest
from hotpapers.domain.roundup import Roundup, make_roundup
from tests.periods import MONDAY, MONTH, TUESDAY, WEEK, day_of, example, final, quiet, roundups
from tests.properties import examples

DAYS = """\
{
  "period": "2020-W38",
  "kind": "week",
  "year": 2020,
  "number": 38,
  "first_date": "2020-09-14",
  "last_date": "2020-09-20",
  "measured_at": "2020-09-25T00:00:00Z",
  "sources": [
    "x",
    "reddit"
  ],
  "days": [
    {
      "date": "2020-09-15",
      "measured_at": "2020-09-22T00:00:00Z",
      "papers_hot": 1,
      "shortfall": "*cut*.",
      "lacking": [
        "reddit"
      ]
    },
    {
      "date": "2020-09-16",
      "measured_at": "2020-09-23T00:00:00Z",
      "papers_hot": 0,
      "quiet": true,
      "why": "arXiv has *no* announcement"
    },
    {
      "date": "2020-09-17",
      "measured_at": "2020-09-24T00:00:00Z",
      "papers_hot": 2
    },
    {
      "date": "2020-09-18",
      "measured_at": "2020-09-25T00:00:00Z",
      "papers_hot": 0
    }
  ],
  "days_missing": [
    "2020-09-14"
  ],
  "papers_hot": 3,
  "papers": [
"""
"""The example's document up to its papers."""


def test_the_document_of_a_roundup() -> None:
    document = write_roundup(example()).decode()
    assert document.startswith(DAYS)
    papers = json.loads(document)["papers"]
    ranks = [
        ("2020-09-17", "2020-09-24T00:00:00Z", 1),
        ("2020-09-15", "2020-09-22T00:00:00Z", 1),
        ("2020-09-17", "2020-09-24T00:00:00Z", 2),
    ]
    assert papers == [
        {
            **json.loads(json.dumps(ranked_paper_document(paper.entry))),
            "rank": rank,
            "date": day,
            "measured_at": measured_at,
            "rank_of_day": rank_of_day,
        }
        for rank, (paper, (day, measured_at, rank_of_day)) in enumerate(
            zip(example().papers, ranks, strict=True), start=1
        )
    ]
    assert next(iter(papers[0])) == "rank"


def test_the_document_of_a_quiet_week() -> None:
    document = json.loads(write_roundup(make_roundup(WEEK, map(quiet, WEEK.listing_dates))))
    assert (document["sources"], document["papers"], document["days_missing"]) == ([], [], [])


@pytest.mark.parametrize(
    "digests",
    [
        [final(MONDAY, day_of(MONDAY, a=60)), quiet(TUESDAY)],
        [quiet(TUESDAY), final(MONDAY, day_of(MONDAY, a=60))],
    ],
)
def test_the_same_digests_give_the_same_bytes(digests: list[Digest]) -> None:
    expected = make_roundup(MONTH, [final(MONDAY, day_of(MONDAY, a=60)), quiet(TUESDAY)])
    assert write_roundup(make_roundup(MONTH, digests)) == write_roundup(expected)


@pytest.mark.thorough
@settings(max_examples=examples(12), deadline=None)
@given(roundups())
def test_what_is_written_is_read_again(roundup: Roundup) -> None:
    document = write_roundup(roundup)
    assert read_roundup(document) == roundup
    assert write_roundup(read_roundup(document)) == document
