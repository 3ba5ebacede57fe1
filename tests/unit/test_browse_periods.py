"""Reading roundups, and why there is none."""

from dataclasses import replace
from datetime import date

import pytest

from hotpapers.domain.digest import Digest
from hotpapers.domain.roundup import Period
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.browse_periods import find_roundup, why_no_roundup
from tests.fakes import MemoryEditions, MemoryListings, MemoryMeasurements, MemoryRoundups
from tests.periods import FRIDAY, MONDAY, MONTH, THURSDAY, WEDNESDAY, WEEK, final, keep, quiet

WHOLE_WEEK = [*map(final, WEEK.listing_dates[:4]), quiet(FRIDAY)]


def archive_of(*digests: Digest) -> Archive:
    editions = MemoryEditions()
    keep(editions, *digests)
    return Archive(editions, MemoryListings(), MemoryMeasurements(), MemoryRoundups())


def test_a_roundup_is_found_by_its_period() -> None:
    archive = archive_of()
    archive.roundups.save(WEEK.name, "05/a", b"{}")
    assert find_roundup(WEEK, archive) == b"{}"
    assert find_roundup(MONTH, archive) is None


@pytest.mark.parametrize(
    ("digests", "period", "why"),
    [
        ([], WEEK, "there is no digest yet"),
        ([final(date(2020, 9, 21))], WEEK, "the archive begins on 2020-09-21"),
        (
            [*WHOLE_WEEK[:3], replace(final(THURSDAY), final=False), WHOLE_WEEK[4]],
            WEEK,
            "it is not complete yet, for the digest of 2020-09-17 is not final",
        ),
        (
            [final(WEDNESDAY)],
            WEEK,
            "it is not complete yet, for the digest of 2020-09-17 is not final, and 1 more is not",
        ),
        (
            [final(MONDAY)],
            MONTH,
            "it is not complete yet, for the digest of 2020-09-15 is not final, "
            "and 11 more are not",
        ),
        (WHOLE_WEEK, WEEK, "it is complete, and being made"),
        (WHOLE_WEEK[2:], WEEK, "it is complete, and being made"),
    ],
)
def test_it_is_said_why_there_is_no_roundup(
    digests: list[Digest], period: Period, why: str
) -> None:
    assert why_no_roundup(period, archive_of(*digests)) == why
