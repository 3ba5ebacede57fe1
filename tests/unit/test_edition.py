"""Editions: their revisions, and which of two editions is kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.edition import Edition, Outcome, compare_revisions, revision_time
from hotpapers.domain.identifiers import PaperId
from tests.builders import COLLECTED_AT, DAY, whole_seconds
from tests.properties import examples

EDITION = Edition(DAY, COLLECTED_AT, (PaperId("2009.08319"),), b"{}\n")


def test_a_revision_tells_the_time_of_the_run_and_what_it_found() -> None:
    # The hash is what `printf '{}\n' | sha256sum` prints, cut off.
    assert EDITION.revision == "2020-09-20T13:13:43Z#ca3d163bab055381"


def test_the_same_run_has_the_same_revision() -> None:
    again = Edition(
        DAY, datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC), EDITION.papers, b"{}" + b"\n"
    )

    assert again.revision == EDITION.revision


@given(whole_seconds(), st.binary(max_size=2))
def test_a_revision_tells_when_it_was_collected(time: datetime, document: bytes) -> None:
    assert revision_time(replace(EDITION, collected_at=time, document=document).revision) == time


def test_a_run_that_found_something_else_has_another_revision() -> None:
    assert replace(EDITION, document=b"{ }\n").revision != EDITION.revision


@pytest.mark.parametrize(
    ("new", "old", "outcome"),
    [
        ("2020-09-20T13:13:43Z#aa", None, Outcome.SAVED),
        ("2020-09-20T13:13:43Z#aa", "2020-09-20T13:13:43Z#aa", Outcome.UNCHANGED),
        ("2020-09-20T13:13:44Z#aa", "2020-09-20T13:13:43Z#ff", Outcome.SAVED),
        ("2020-09-20T13:13:43Z#ff", "2020-09-20T13:13:44Z#aa", Outcome.SUPERSEDED),
        ("2020-09-20T13:13:43Z#ab", "2020-09-20T13:13:43Z#aa", Outcome.SAVED),
        ("2020-09-20T13:13:43Z#aa", "2020-09-20T13:13:43Z#ab", Outcome.SUPERSEDED),
        ("2020-10-01T00:00:00Z#00", "2020-09-30T23:59:59Z#ff", Outcome.SAVED),
        ("2021-01-01T00:00:00Z#00", "2020-12-31T23:59:59Z#ff", Outcome.SAVED),
    ],
)
def test_which_edition_is_kept(new: str, old: str | None, outcome: Outcome) -> None:
    assert compare_revisions(new, old) is outcome


def test_outcomes_are_told_in_these_words() -> None:
    words = [outcome.value for outcome in Outcome]
    assert words == ["saved", "unchanged", "superseded", "kept"]


EDITIONS = st.builds(
    Edition,
    date=st.just(DAY),
    collected_at=whole_seconds()
    | st.integers(-2, 2).map(lambda seconds: COLLECTED_AT + timedelta(seconds=seconds)),
    papers=st.just(()),
    document=st.binary(max_size=2),
)


@settings(max_examples=examples(150), deadline=None)
@given(EDITIONS, EDITIONS)
def test_of_two_runs_the_later_one_stays_in_whatever_order_they_come(
    one: Edition, other: Edition
) -> None:
    outcomes = {
        compare_revisions(one.revision, other.revision),
        compare_revisions(other.revision, one.revision),
    }
    same = (one.collected_at, one.document) == (other.collected_at, other.document)

    assert outcomes == ({Outcome.UNCHANGED} if same else {Outcome.SAVED, Outcome.SUPERSEDED})
    if one.collected_at < other.collected_at:
        assert compare_revisions(other.revision, one.revision) is Outcome.SAVED
