"""Reading the archive: digests by their days, and why there is none."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from hotpapers.documents.digest_json import digest_document, write_digest, write_json
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import EditionHead
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.packing import Packed, pack
from hotpapers.use_cases.browse import (
    NO_DIGEST,
    Archive,
    StoredDigest,
    find_digest,
    head_document,
    offer_digest,
    read_day,
    read_newest,
    read_weekend,
)
from hotpapers.use_cases.measure import make_edition
from hotpapers.use_cases.offers import Missing
from tests.builders import COLLECTED_AT, DAY, POST, digests, make_entry, make_paper
from tests.fakes import MemoryEditions
from tests.periods import keep
from tests.properties import examples
from tests.reading import NOW, CountingEditions, content, make_archive

PAPER_ID = "2009.00001"
FRIDAY, THURSDAY, WEDNESDAY = DAY, DAY - timedelta(days=1), DAY - timedelta(days=2)
SATURDAY, MONDAY = DAY + timedelta(days=1), DAY + timedelta(days=3)


def digest(day: date, *paper_ids: str, hours: int = 0) -> Digest:
    entries = [
        make_entry(rank, make_paper(paper_id), [POST])
        for rank, paper_id in enumerate(paper_ids, start=1)
    ]
    return Digest(day, COLLECTED_AT + timedelta(hours=hours), tuple(entries))


def editions_of(*digests: Digest) -> MemoryEditions:
    editions = MemoryEditions()
    keep(editions, *digests)
    return editions


def archive_with(listing: Listing) -> Archive:
    archive = make_archive()
    assert archive.listings.keep(listing, [])
    return archive


def stored(of: Digest) -> StoredDigest:
    return StoredDigest(of.date, make_edition(of).revision, pack(write_digest(of)))


# Digests


def test_a_digest_by_its_date() -> None:
    archive = make_archive(digest(FRIDAY, PAPER_ID), digest(WEDNESDAY))
    assert read_day(FRIDAY, NOW, archive) == stored(digest(FRIDAY, PAPER_ID))
    assert read_day(WEDNESDAY, NOW, archive) == stored(digest(WEDNESDAY))


@pytest.mark.parametrize(
    ("state", "fields", "reason"),
    [
        (
            ListingState.FRESH,
            {"origin": Origin.FEED, "papers": 512},
            "512 papers are listed, and have not been measured yet",
        ),
        (
            ListingState.WAITING,
            {"why": "arXiv's feed is of 2020-09-16"},
            "the state of its listing is waiting, as of 2020-09-20T13:13:43Z: "
            "arXiv's feed is of 2020-09-16",
        ),
        (
            ListingState.STALLED,
            {"why": "arXiv's feed repeats the papers of 2020-09-16"},
            "the state of its listing is stalled, as of 2020-09-20T13:13:43Z: "
            "arXiv's feed repeats the papers of 2020-09-16",
        ),
        (
            ListingState.FAILED,
            {"why": "arXiv: answered 503"},
            "the state of its listing is failed, as of 2020-09-20T13:13:43Z: arXiv: answered 503",
        ),
    ],
)
def test_why_a_day_has_no_digest_is_told_by_its_listing(
    state: ListingState, fields: dict[str, Any], reason: str
) -> None:
    archive = archive_with(Listing(THURSDAY, state, COLLECTED_AT, **fields))

    assert read_day(THURSDAY, NOW, archive) == Missing(
        f"there is no digest of 2020-09-17: {reason}"
    )


@pytest.mark.parametrize(
    ("day", "now", "reason"),
    [
        ("2020-09-17", "2020-09-21T09:30:00Z", "no run has looked for its listing"),
        ("0001-01-01", "2020-09-21T09:30:00Z", "no run has looked for its listing"),
        # In the evening before, New York time, arXiv announces it.
        (
            "2020-09-22",
            "2020-09-21T23:59:59Z",
            "arXiv announces its papers at 2020-09-22T00:00:00Z",
        ),
        ("2020-09-22", "2020-09-22T00:00:00Z", "no run has looked for its listing"),
        (
            "9999-12-31",
            "2020-09-21T09:30:00Z",
            "arXiv announces its papers at 9999-12-31T01:00:00Z",
        ),
        (
            "2026-09-08",
            "2026-09-07T09:30:00Z",
            "arXiv's calendar has no announcement on the evening of Monday, 2026-09-07",
        ),
    ],
)
def test_why_a_day_of_which_nothing_is_kept_has_no_digest(day: str, now: str, reason: str) -> None:
    listing_date = date.fromisoformat(day)

    found = read_day(listing_date, datetime.fromisoformat(now), make_archive())

    assert found == Missing(f"there is no digest of {day}: {reason}")


def test_a_quiet_day_is_told_of_before_it_has_a_digest() -> None:
    listing = Listing(THURSDAY, ListingState.QUIET, COLLECTED_AT, "the evening of a holiday")

    found = read_day(THURSDAY, NOW, archive_with(listing))

    quiet = Digest(THURSDAY, COLLECTED_AT, (), listing=listing, final=True)
    assert found == stored(quiet)


def test_a_weekend_is_told_of_as_a_quiet_day_is() -> None:
    listing = Listing(DAY, ListingState.QUIET, COLLECTED_AT, "arXiv lists no papers on a Saturday")
    quiet = digest_document(Digest(date(2020, 9, 19), COLLECTED_AT, (), listing=listing))

    document = read_weekend(date(2020, 9, 19))

    times = dict.fromkeys(("collected_at", "first_published_at", "measured_at"))
    listing_document = {**quiet["listing"], "found_at": None}
    assert document == quiet | times | {"final": True, "listing": listing_document}
    assert list(document) == list(quiet)


def test_the_newest_digest() -> None:
    assert read_newest(editions_of()) is None
    editions = editions_of(digest(WEDNESDAY, PAPER_ID), digest(FRIDAY), digest(THURSDAY, hours=9))
    assert read_newest(editions) == stored(digest(FRIDAY))


def quiet(day: date) -> Digest:
    return Digest(day, COLLECTED_AT, (), listing=Listing(day, ListingState.QUIET, COLLECTED_AT))


@pytest.mark.parametrize(("days", "expected"), [(1, WEDNESDAY), (10, WEDNESDAY), (11, None)])
def test_the_newest_digest_is_not_that_of_a_quiet_day(days: int, expected: date | None) -> None:
    later = [WEDNESDAY + timedelta(days=number) for number in range(1, days + 1)]

    found = read_newest(editions_of(digest(WEDNESDAY, PAPER_ID), *map(quiet, later)))

    assert found == (stored(digest(expected, PAPER_ID)) if expected else stored(quiet(later[-1])))


class Gone(MemoryEditions):
    """A store from which a digest is taken away after its head was read."""

    def packed_document(self, day: date) -> None:  # noqa: ARG002
        return None


def test_a_newest_digest_that_goes_is_not_there() -> None:
    archive = make_archive(digest(FRIDAY), editions=Gone())
    assert read_newest(archive.editions) is None
    assert find_digest(None, NOW, archive) == NO_DIGEST


# Finding


def test_the_newest_digest_is_found_without_a_day() -> None:
    archive = make_archive(digest(WEDNESDAY, PAPER_ID), digest(FRIDAY), quiet(MONDAY))
    assert find_digest(None, NOW, archive) == stored(digest(FRIDAY))
    assert find_digest(None, NOW, make_archive()) == Missing("there is no digest yet")


def test_a_day_is_found_as_it_is_read() -> None:
    archive = make_archive(digest(FRIDAY, PAPER_ID))
    for day in (FRIDAY, THURSDAY):
        assert find_digest(day, NOW, archive) == read_day(day, NOW, archive)


def test_of_a_weekend_nothing_is_looked_for() -> None:
    editions = CountingEditions()
    archive = make_archive(digest(FRIDAY), editions=editions)
    assert find_digest(SATURDAY, NOW, archive) == StoredDigest(
        SATURDAY, None, pack(write_json(read_weekend(SATURDAY)))
    )
    assert editions.reads == []


@pytest.mark.parametrize("day", [date.min, date(1, 1, 6), date(9999, 12, 26), date.max])
def test_the_calendar_has_no_day_too_far(day: date) -> None:
    found = find_digest(day, NOW, make_archive())
    assert isinstance(found, StoredDigest if day.weekday() > 4 else Missing)


# Offers


@pytest.mark.thorough
@given(digests())
@settings(max_examples=examples(20), deadline=None)
def test_a_digest_is_offered_as_it_is_kept(of: Digest) -> None:
    kept = stored(of)
    offer = offer_digest(kept)
    assert content(offer) == write_digest(of)
    assert isinstance(offer.content(), Packed)
    assert kept.revision is not None
    assert kept.revision.endswith(f"#{offer.tag}")
    assert (offer.modified_at, offer.final) == (of.collected_at, of.final)
    assert kept.read() == of


@pytest.mark.thorough
@given(digests(), digests())
@settings(max_examples=examples(20), deadline=None)
def test_digests_have_the_same_tag_where_they_have_the_same_bytes(
    one: Digest, other: Digest
) -> None:
    for of in (one, other):
        offers = offer_digest(stored(one)), offer_digest(stored(of))
        assert (offers[0].tag == offers[1].tag) == (content(offers[0]) == content(offers[1]))


def test_a_weekend_is_offered_without_a_name_or_time() -> None:
    kept = find_digest(SATURDAY, NOW, make_archive())
    assert isinstance(kept, StoredDigest)
    offer = offer_digest(kept)
    assert content(offer) == write_json(read_weekend(SATURDAY))
    assert (offer.tag, offer.modified_at, offer.final) == (None, None, False)


# What a list tells of a digest


def test_what_the_list_tells_of_a_digest() -> None:
    first_time = datetime(2020, 9, 19, 10, tzinfo=UTC)
    measured_again = EditionHead(DAY, COLLECTED_AT, "r", 3, final=True, published_at=first_time)

    assert head_document(measured_again) == {
        "date": "2020-09-18",
        "collected_at": "2020-09-20T13:13:43Z",
        "first_published_at": "2020-09-19T10:00:00Z",
        "papers": 3,
        "quiet": False,
        "final": True,
    }
    # From before digests were measured again.
    assert head_document(EditionHead(DAY, COLLECTED_AT, "r", 0, quiet=True)) == {
        "date": "2020-09-18",
        "collected_at": "2020-09-20T13:13:43Z",
        "first_published_at": "2020-09-20T13:13:43Z",
        "papers": 0,
        "quiet": True,
        "final": False,
    }
