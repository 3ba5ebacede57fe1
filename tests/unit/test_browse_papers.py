"""Reading the archive: papers by their ids."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from hotpapers.documents.digest_json import digest_document, ranked_paper_document
from hotpapers.domain.digest import Attention, Digest, Point
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.paper import Paper
from hotpapers.domain.paper_view import PaperView
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.browse_papers import paper_view_document, read_paper
from tests.builders import (
    COLLECTED_AT,
    DAY,
    POST,
    digests,
    make_digest,
    make_entry,
    make_paper,
)
from tests.fakes import MemoryEditions
from tests.periods import keep
from tests.properties import examples
from tests.reading import make_archive

PAPER_ID = PaperId("2009.00001")
FRIDAY, THURSDAY, WEDNESDAY = DAY, DAY - timedelta(days=1), DAY - timedelta(days=2)


def list_papers(archive: Archive, *papers: Paper) -> None:
    """Let papers be new on Thursday."""
    listing = Listing(THURSDAY, ListingState.FRESH, COLLECTED_AT, papers=len(papers))
    archive.listings.claim(THURSDAY, [paper.id for paper in papers])
    assert archive.listings.keep(listing, papers)


def digest(day: date, *paper_ids: str, hours: int = 0) -> Digest:
    entries = [
        make_entry(rank, make_paper(paper_id), [POST])
        for rank, paper_id in enumerate(paper_ids, start=1)
    ]
    return Digest(day, COLLECTED_AT + timedelta(hours=hours), tuple(entries))


def view(of: Digest, rank: int) -> PaperView:
    """A paper of a digest by itself."""
    entry = of.papers[rank - 1]
    return PaperView(
        paper=entry.paper,
        day=of.date,
        rank=rank,
        attention=entry.attention,
        mentions=entry.mentions,
        history=entry.history,
        measured_at=of.collected_at,
        code=entry.code,
    )


def told(archive: Archive) -> Mapping[str, object] | None:
    """What is told of the paper, as JSON values."""
    found = read_paper(PAPER_ID, archive)
    return paper_view_document(found) if found else None


def answer(of: Digest, rank: int) -> dict[str, object]:
    head = digest_document(of)
    entry = ranked_paper_document(of.papers[rank - 1])
    return {"date": head["date"], "collected_at": head["collected_at"], **entry}


def test_a_paper_with_the_digest_that_it_is_in() -> None:
    of = digest(FRIDAY, "2009.00007", PAPER_ID, "2009.00002")
    archive = make_archive(of, digest(THURSDAY, "2009.00007"))
    assert read_paper(PAPER_ID, archive) == view(of, 2)
    found = told(archive)
    assert found == answer(of, 2)
    assert found is not None
    assert (found["date"], found["rank"], found["id"]) == ("2020-09-18", 2, PAPER_ID)
    assert json.loads(json.dumps(found)) == found


def test_a_paper_in_several_digests_is_the_newest_ones() -> None:
    older, newer = digest(WEDNESDAY, PAPER_ID), digest(FRIDAY, "2009.00002", PAPER_ID)
    assert read_paper(PAPER_ID, make_archive(older, newer)) == view(newer, 2)


ON_X = Attention({"reposts": 1, "likes": 2}, 1, Decimal(3))
ON_X_DOCUMENT = {"reposts": 1, "likes": 2, "voices": 1, "weighted": 3}


def test_a_ranked_paper_has_its_history() -> None:
    points = (Point(COLLECTED_AT - timedelta(days=1), {"x": ON_X}), Point(COLLECTED_AT, {}))
    entry = replace(make_entry(1, make_paper(PAPER_ID), [POST]), history=points)

    archive = make_archive(make_digest(entry))

    assert read_paper(PAPER_ID, archive) == view(make_digest(entry), 1)
    found = told(archive)
    assert found == answer(make_digest(entry), 1)
    assert found["history"] == [
        {"time": "2020-09-19T13:13:43Z", "score": 3, "sources": {"x": ON_X_DOCUMENT}},
        {"time": "2020-09-20T13:13:43Z", "score": 0, "sources": {}},
    ]


def test_a_paper_that_was_listed_and_is_in_no_digest() -> None:
    archive = make_archive(digest(THURSDAY, "2009.00007"))
    paper = make_paper(PAPER_ID, submitted_at=None, withdrawn=True)
    list_papers(archive, paper)
    first, second = COLLECTED_AT, COLLECTED_AT + timedelta(days=1)
    for measurement in (
        Measurement(first, ("x", "reddit"), {PAPER_ID: {"x": ON_X}}),
        # X could not be asked: its numbers are unknown, and not zero.
        Measurement(second, ("reddit",), {}),
    ):
        archive.measurements.keep(THURSDAY, measurement)

    nothing = {"score": 0, "comments": 0, "voices": 0, "weighted": 0}
    assert told(archive) == {
        "date": "2020-09-17",
        "collected_at": "2020-09-21T13:13:43Z",
        "rank": None,
        "id": "2009.00001",
        "title": "On the Analytical Engine",
        "authors": ["Ada Lovelace", "Kurt Gödel"],
        "categories": ["cs.LG", "stat.ML"],
        "abstract": "We weave algebraical patterns.",
        "submitted_at": None,
        "withdrawn": True,
        "links": {
            "abs": "https://arxiv.org/abs/2009.00001",
            "pdf": "https://arxiv.org/pdf/2009.00001",
        },
        "history": [
            {
                "time": "2020-09-20T13:13:43Z",
                "score": 3,
                "sources": {
                    "x": ON_X_DOCUMENT,
                    "reddit": nothing,
                },
            },
            {"time": "2020-09-21T13:13:43Z", "score": 0, "sources": {"reddit": nothing}},
        ],
    }


def test_a_listed_paper_that_was_never_measured() -> None:
    archive = make_archive()
    list_papers(archive, make_paper(PAPER_ID))

    found = told(archive)

    assert found is not None
    assert {name: found[name] for name in ("date", "collected_at", "rank", "history")} == {
        "date": "2020-09-17",
        "collected_at": None,
        "rank": None,
        "history": [],
    }


def test_a_paper_that_is_in_no_digest() -> None:
    archive = make_archive(digest(FRIDAY, "2009.00002"), digest(THURSDAY))
    assert read_paper(PAPER_ID, archive) is None


def test_a_paper_that_a_later_edition_dropped() -> None:
    archive = make_archive(digest(FRIDAY, PAPER_ID), digest(FRIDAY, "2009.00002", hours=1))
    assert list(archive.editions.listing_dates(PAPER_ID)) == [FRIDAY]
    assert read_paper(PAPER_ID, archive) is None
    # In an older digest it is found all the same.
    older = digest(THURSDAY, PAPER_ID)
    keep(archive.editions, older)
    assert read_paper(PAPER_ID, archive) == view(older, 1)


class Torn(MemoryEditions):
    """A store that has the entries of a run that died before it kept its digest."""

    def listing_dates(self, paper: PaperId) -> list[date]:
        return [FRIDAY, *super().listing_dates(paper)]


def test_an_entry_without_a_digest_does_no_harm() -> None:
    archive = make_archive(editions=Torn())
    assert read_paper(PAPER_ID, archive) is None
    older = digest(THURSDAY, PAPER_ID)
    keep(archive.editions, older)
    assert read_paper(PAPER_ID, archive) == view(older, 1)


@pytest.mark.thorough
@given(digests())
@settings(max_examples=examples(20), deadline=None)
def test_every_paper_of_a_digest_is_told_as_the_digest_tells_it(of: Digest) -> None:
    archive = make_archive(of)
    # An id that a digest has twice is told once.
    first = {entry.paper.id: entry for entry in reversed(of.papers)}
    for entry in first.values():
        found = read_paper(entry.paper.id, archive)
        assert found == view(of, entry.rank)
        assert found.entry == entry
        assert paper_view_document(found) == answer(of, entry.rank)


def test_a_paper_without_a_rank_has_none_in_its_entry() -> None:
    listed = PaperView(make_paper(PAPER_ID), THURSDAY)
    assert (listed.entry.rank, listed.entry.paper.id, listed.entry.attention) == (0, PAPER_ID, {})
