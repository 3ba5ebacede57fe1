"""Listings: which of the papers announced are new, and what is kept of a listing date."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpapers.domain.identifiers import PaperId, place_in_order
from hotpapers.domain.listing import (
    AnnouncedPaper,
    Announcement,
    Kind,
    Listing,
    ListingState,
    Origin,
    new_papers,
    supersedes,
)
from tests.builders import DAY, listings, make_paper

PATTERNS = ("cs.*", "stat.ML")
FOUND = datetime(2020, 9, 18, 10, tzinfo=UTC)

FRESH = Listing(DAY, ListingState.FRESH, FOUND, origin=Origin.FEED, papers=3)
CUT = replace(FRESH, papers=2, shortfall="2 new papers of 3")
WAITING = Listing(DAY, ListingState.WAITING, FOUND, "arXiv has not announced it")
STALLED = Listing(DAY, ListingState.STALLED, FOUND, "arXiv has not announced it")
FAILED = Listing(DAY, ListingState.FAILED, FOUND, "arXiv: answered 503")
PREDICTED = Listing(DAY, ListingState.QUIET, FOUND, "Labor Day", predicted=True)
QUIET = Listing(DAY, ListingState.QUIET, FOUND, "arXiv announced nothing")


def entry(
    paper_id: str, kind: Kind, *categories: str, version: int | None = None
) -> AnnouncedPaper:
    paper = make_paper(paper_id, categories=categories or ("cs.LG",))
    return AnnouncedPaper(paper, kind, version)


def new_ids(*entries: AnnouncedPaper) -> list[str]:
    """The ids of the new papers, which are the same whatever the order of the announcement."""
    found = {
        tuple(paper.id for paper in new_papers(Announcement(DAY, some), PATTERNS))
        for some in permutations(entries)
    }
    assert len(found) == 1
    return list(found.pop())


# Which papers are new


def test_what_arxiv_calls_new_is_new_and_a_replacement_is_not() -> None:
    assert new_ids(
        entry("2009.08319", Kind.NEW),
        entry("2009.08300", Kind.NEW, "stat.ML", "cs.LG"),
        entry("2009.08400", Kind.REPLACE),
        entry("2009.08401", Kind.REPLACE_CROSS, "math.OC", "cs.LG"),
    ) == ["2009.08300", "2009.08319"]


@pytest.mark.parametrize(
    ("cross", "is_new"),
    [
        (entry("2009.08301", Kind.CROSS, "math.OC", "cs.LG"), True),
        (entry("2009.08300", Kind.CROSS, "math.OC", "cs.LG"), True),
        (entry("2009.08301", Kind.CROSS, "math.OC", "cs.LG", version=1), True),
        # It was announced in its own category before, and comes to ours later.
        (entry("2009.08299", Kind.CROSS, "math.OC", "cs.LG"), False),
        (entry("2008.12345", Kind.CROSS, "math.OC", "cs.LG", version=1), False),
        (entry("math/0309136", Kind.CROSS, "math.OC", "cs.LG"), False),
        (entry("2009.08301", Kind.CROSS, "math.OC", "cs.LG", version=2), False),
        # One of ours that comes into another category of ours.
        (entry("2009.08301", Kind.CROSS, "stat.ML", "cs.LG"), False),
        (entry("2009.08301", Kind.CROSS, "cs.CV", "cs.LG"), False),
    ],
)
def test_a_cross_list_is_new_on_its_first_day_only(cross: AnnouncedPaper, is_new: bool) -> None:
    new = entry("2009.08300", Kind.NEW)
    others = [new] if cross.paper.id != new.paper.id else [entry("2009.08299", Kind.NEW)]
    found = new_ids(*others, entry("2009.08500", Kind.NEW), cross)
    assert (cross.paper.id in found) is is_new
    assert len(found) == 2 + is_new


@pytest.mark.parametrize(
    ("before", "new"),
    [
        ([], ["2009.08300"]),
        # Those of the announcement before tell where the others' first papers of today begin,
        (["2009.08290", "2009.08297"], ["2009.08298", "2009.08299", "2009.08300"]),
        (["2009.08298"], ["2009.08299", "2009.08300"]),
        # also where one is known among them that came later.
        (["2009.08297", "2009.08399"], ["2009.08298", "2009.08299", "2009.08300"]),
        (["2008.99999"], ["2009.00001", "2009.08298", "2009.08299", "2009.08300"]),
    ],
)
def test_a_cross_list_is_new_after_the_announcement_before(
    before: list[str], new: list[str]
) -> None:
    crosses = [
        entry(each, Kind.CROSS, "math.OC", "cs.LG")
        for each in ("2009.00001", "2009.08298", "2009.08299")
    ]
    today = Announcement(DAY, (entry("2009.08300", Kind.NEW), *crosses))

    found = new_papers(today, PATTERNS, map(PaperId, before))

    assert [paper.id for paper in found] == new


def test_of_cross_lists_alone_those_after_the_announcement_before_are_new() -> None:
    crosses = [entry(each, Kind.CROSS, "math.OC", "cs.LG") for each in ("2009.08298", "2009.08302")]

    found = new_papers(Announcement(DAY, tuple(crosses)), PATTERNS, [PaperId("2009.08300")])

    assert found == (crosses[1].paper,)


def test_of_cross_lists_alone_none_can_be_told_to_be_new() -> None:
    assert new_ids(entry("2009.08301", Kind.CROSS, "math.OC", "cs.LG")) == []
    assert new_ids() == []


def test_a_paper_that_is_listed_twice_is_new_once_as_its_own_category_has_it() -> None:
    ours = entry("2009.08300", Kind.NEW, "cs.LG", "math.OC")
    again = entry("2009.08300", Kind.CROSS, "math.OC", "cs.LG")
    [paper] = new_papers(Announcement(DAY, (again, ours)), PATTERNS)
    assert paper == ours.paper


@given(st.lists(st.sampled_from(["2009.00001", "2008.99999", "1501.00001", "0704.0001"])))
def test_ids_stand_in_the_order_in_which_they_were_given(ids: list[str]) -> None:
    places = sorted(map(PaperId, ids), key=place_in_order)
    assert places == sorted(map(PaperId, ids))


def test_old_ids_stand_before_new_ones_by_their_months() -> None:
    oldest_first = ["hep-th/9108001", "math/9912001", "cs/0001001", "math/0703999", "0704.0001"]
    assert sorted(map(PaperId, oldest_first), key=place_in_order) == oldest_first


# What is kept


@pytest.mark.parametrize(
    ("listing", "is_settled", "is_known"),
    [
        (FRESH, True, True),
        (CUT, False, True),
        (QUIET, True, True),
        (PREDICTED, False, False),
        (WAITING, False, False),
        (STALLED, False, False),
        (FAILED, False, False),
    ],
)
def test_what_is_settled_and_what_is_known(
    listing: Listing, is_settled: bool, is_known: bool
) -> None:
    assert (listing.is_settled, listing.is_known) == (is_settled, is_known)


KNOWN, UNKNOWN = (FRESH, CUT, QUIET), (PREDICTED, WAITING, STALLED, FAILED)


@pytest.mark.parametrize("kept", UNKNOWN)
@pytest.mark.parametrize("new", [*KNOWN, *UNKNOWN])
def test_whatever_is_found_takes_the_place_of_what_is_not_known(
    new: Listing, kept: Listing
) -> None:
    assert supersedes(replace(new, found_at=FOUND + timedelta(hours=1)), kept)


@pytest.mark.parametrize("kept", KNOWN)
@pytest.mark.parametrize("new", UNKNOWN)
def test_what_is_known_is_not_replaced_by_what_is_not(new: Listing, kept: Listing) -> None:
    assert not supersedes(replace(new, found_at=FOUND + timedelta(days=1)), kept)


@pytest.mark.parametrize("kept", [FRESH, CUT])
def test_papers_are_not_taken_back(kept: Listing) -> None:
    assert not supersedes(replace(QUIET, found_at=FOUND + timedelta(days=1)), kept)


def test_a_day_that_was_quiet_may_turn_out_to_have_papers() -> None:
    assert supersedes(replace(FRESH, found_at=FOUND + timedelta(days=1)), QUIET)


def test_papers_that_are_complete_are_not_replaced_by_fewer() -> None:
    later = replace(CUT, found_at=FOUND + timedelta(hours=1))
    assert not supersedes(later, FRESH)
    assert supersedes(replace(FRESH, found_at=FOUND + timedelta(hours=1)), CUT)


@pytest.mark.parametrize("kept", [*UNKNOWN, CUT])
def test_what_an_event_that_comes_late_finds_out_is_known(kept: Listing) -> None:
    later = replace(kept, found_at=FOUND + timedelta(days=1))
    assert supersedes(FRESH, later)
    assert supersedes(CUT, later) == supersedes(QUIET, later) == (kept is not CUT)


@given(st.data())
def test_the_same_again_and_what_is_older_and_no_better_known_change_nothing(
    data: st.DataObject,
) -> None:
    kept, new = data.draw(listings(DAY)), data.draw(listings(DAY))
    assert supersedes(new, None)
    assert not supersedes(kept, kept)
    older = replace(new, found_at=kept.found_at - timedelta(seconds=1))
    if kept.is_settled or not new.is_known:
        assert not supersedes(older, kept)


@given(listings(DAY), listings(DAY))
def test_of_two_listings_at_most_one_takes_the_place_of_the_other(
    first: Listing, second: Listing
) -> None:
    if first.found_at != second.found_at:
        assert not (supersedes(first, second) and supersedes(second, first))
