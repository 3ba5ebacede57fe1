"""Reading the archive."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from hotpapers.documents.digest_json import digest_document, ranked_paper_document, write_digest
from hotpapers.domain.digest import Attention, Digest, Point
from hotpapers.domain.edition import Edition, EditionHead, Outcome
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.use_cases.browse import (
    Absence,
    Archive,
    StoredDigest,
    head_document,
    list_digests,
    read_day,
    read_newest,
    read_paper,
    read_weekend,
)
from hotpapers.use_cases.measure import make_edition
from tests.builders import COLLECTED_AT, DAY, POST, make_digest, make_entry, make_paper
from tests.fakes import MemoryEditions, MemoryListings, MemoryMeasurements, MemoryRoundups

PAPER_ID = PaperId("2009.00001")
NOW = datetime(2020, 9, 21, 9, 30, tzinfo=UTC)


def digest(day: date, *paper_ids: str, hours: int = 0) -> Digest:
    entries = [
        make_entry(rank, make_paper(paper_id), [POST])
        for rank, paper_id in enumerate(paper_ids, start=1)
    ]
    return Digest(day, COLLECTED_AT + timedelta(hours=hours), tuple(entries))


def edition(of: Digest) -> Edition:
    return make_edition(of)


def editions_of(*digests: Digest) -> MemoryEditions:
    editions = MemoryEditions()
    for each in digests:
        assert editions.save(edition(each)) is Outcome.SAVED
    return editions


@dataclass
class Kept:
    """What an archive has, to be added to."""

    editions: MemoryEditions = field(default_factory=MemoryEditions)
    listings: MemoryListings = field(default_factory=MemoryListings)
    measurements: MemoryMeasurements = field(default_factory=MemoryMeasurements)

    @property
    def archive(self) -> Archive:
        return Archive(self.editions, self.listings, self.measurements, MemoryRoundups())


def archive_of(*digests: Digest) -> Archive:
    return Kept(editions_of(*digests)).archive


def archive_with(listing: Listing) -> Archive:
    kept = Kept()
    assert kept.listings.keep(listing, [])
    return kept.archive


def stored(of: Digest) -> StoredDigest:
    return StoredDigest(of.date, edition(of).revision, write_digest(of))


FRIDAY, THURSDAY, WEDNESDAY = DAY, DAY - timedelta(days=1), DAY - timedelta(days=2)


# Digests


def test_a_digest_by_its_date() -> None:
    archive = archive_of(digest(FRIDAY, PAPER_ID), digest(WEDNESDAY))
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

    assert read_day(THURSDAY, NOW, archive) == Absence(THURSDAY, reason)


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

    found = read_day(listing_date, datetime.fromisoformat(now), Kept().archive)

    assert found == Absence(listing_date, reason)


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

    def document(self, day: date) -> None:  # noqa: ARG002
        return None


def test_a_newest_digest_that_goes_is_not_there() -> None:
    editions = Gone()
    editions.save(edition(digest(FRIDAY)))
    assert read_newest(editions) is None


# The list


def head(day: date, time: str, papers: int) -> dict[str, object]:
    return {
        "date": day.isoformat(),
        "collected_at": time,
        "first_published_at": time,
        "papers": papers,
        "quiet": False,
        "final": False,
    }


HEADS = {
    FRIDAY: head(FRIDAY, "2020-09-20T13:13:43Z", 2),
    THURSDAY: head(THURSDAY, "2020-09-20T14:13:43Z", 0),
    WEDNESDAY: head(WEDNESDAY, "2020-09-20T13:13:43Z", 1),
}
THREE = (
    digest(THURSDAY, hours=1),
    digest(FRIDAY, "2009.00001", "2009.00002"),
    digest(WEDNESDAY, "2009.00003"),
)


def test_the_list_comes_in_pages() -> None:
    editions = editions_of(*THREE)
    assert list_digests(2, None, editions) == {
        "digests": [HEADS[FRIDAY], HEADS[THURSDAY]],
        "cursor": "2020-09-17",
    }
    assert list_digests(2, THURSDAY, editions) == {"digests": [HEADS[WEDNESDAY]]}


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


def test_the_last_page_has_no_cursor() -> None:
    editions = editions_of(*THREE)
    everything = [HEADS[FRIDAY], HEADS[THURSDAY], HEADS[WEDNESDAY]]
    for limit in (3, 4, 100):
        assert list_digests(limit, None, editions) == {"digests": everything}
    assert list_digests(5, WEDNESDAY, editions) == {"digests": []}
    assert list_digests(5, None, editions_of()) == {"digests": []}


def test_the_pages_together_are_the_list() -> None:
    editions = editions_of(*(digest(DAY - timedelta(days=number)) for number in range(23)))
    whole = list_digests(100, None, editions)["digests"]
    for limit in (1, 4, 22, 23):
        found, cursor = [], None
        while True:
            page = list_digests(limit, cursor, editions)
            found += page["digests"]
            if "cursor" not in page:
                break
            assert len(page["digests"]) == limit
            cursor = date.fromisoformat(page["cursor"])
        assert found == whole


# Papers


def answer(of: Digest, rank: int) -> dict[str, object]:
    head = digest_document(of)
    entry = ranked_paper_document(of.papers[rank - 1])
    return {"date": head["date"], "collected_at": head["collected_at"], **entry}


def test_a_paper_with_the_digest_that_it_is_in() -> None:
    of = digest(FRIDAY, "2009.00007", PAPER_ID, "2009.00002")
    found = read_paper(PAPER_ID, archive_of(of, digest(THURSDAY, "2009.00007")))
    assert found == answer(of, 2)
    assert found is not None
    assert (found["date"], found["rank"], found["id"]) == ("2020-09-18", 2, PAPER_ID)
    assert json.loads(json.dumps(found)) == found


def test_a_paper_in_several_digests_is_the_newest_ones() -> None:
    digests = [digest(WEDNESDAY, PAPER_ID), digest(FRIDAY, "2009.00002", PAPER_ID)]
    assert read_paper(PAPER_ID, archive_of(*digests)) == answer(digests[1], 2)


ON_X = Attention({"reposts": 1, "likes": 2}, 1, Decimal(3))


def test_a_ranked_paper_has_its_history() -> None:
    points = (Point(COLLECTED_AT - timedelta(days=1), {"x": ON_X}), Point(COLLECTED_AT, {}))
    entry = replace(make_entry(1, make_paper(PAPER_ID), [POST]), history=points)

    found = read_paper(PAPER_ID, archive_of(make_digest(entry)))

    assert found == answer(make_digest(entry), 1)
    assert found is not None
    assert [point["score"] for point in found["history"]] == [3, 0]


def test_a_paper_that_was_listed_and_is_in_no_digest() -> None:
    kept = Kept(editions_of(digest(THURSDAY, "2009.00007")))
    paper = make_paper(PAPER_ID, submitted_at=None, withdrawn=True)
    kept.listings.claim(THURSDAY, [paper])
    first, second = COLLECTED_AT, COLLECTED_AT + timedelta(days=1)
    for measurement in (
        Measurement(first, ("x", "reddit"), {PAPER_ID: {"x": ON_X}}),
        # X could not be asked: its numbers are unknown, and not zero.
        Measurement(second, ("reddit",), {}),
    ):
        kept.measurements.keep(THURSDAY, measurement)

    nothing = {"score": 0, "comments": 0, "voices": 0, "weighted": 0}
    assert read_paper(PAPER_ID, kept.archive) == {
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
                    "x": {"reposts": 1, "likes": 2, "voices": 1, "weighted": 3},
                    "reddit": nothing,
                },
            },
            {"time": "2020-09-21T13:13:43Z", "score": 0, "sources": {"reddit": nothing}},
        ],
    }


def test_a_listed_paper_that_was_never_measured() -> None:
    kept = Kept()
    kept.listings.claim(THURSDAY, [make_paper(PAPER_ID)])

    found = read_paper(PAPER_ID, kept.archive)

    assert found is not None
    assert {name: found[name] for name in ("date", "collected_at", "rank", "history")} == {
        "date": "2020-09-17",
        "collected_at": None,
        "rank": None,
        "history": [],
    }


def test_a_paper_that_is_in_no_digest() -> None:
    editions = editions_of(digest(FRIDAY, "2009.00002"), digest(THURSDAY))
    assert read_paper(PAPER_ID, Kept(editions).archive) is None


def test_a_paper_that_a_later_edition_dropped() -> None:
    editions = editions_of(digest(FRIDAY, PAPER_ID), digest(FRIDAY, "2009.00002", hours=1))
    assert list(editions.listing_dates(PAPER_ID)) == [FRIDAY]
    assert read_paper(PAPER_ID, Kept(editions).archive) is None
    # In an older digest it is found all the same.
    older = digest(THURSDAY, PAPER_ID)
    editions.save(edition(older))
    assert read_paper(PAPER_ID, Kept(editions).archive) == answer(older, 1)


class Torn(MemoryEditions):
    """A store that has the entries of a run that died before it kept its digest."""

    def listing_dates(self, paper: PaperId) -> list[date]:
        return [FRIDAY, *super().listing_dates(paper)]


def test_an_entry_without_a_digest_does_no_harm() -> None:
    editions = Torn()
    assert read_paper(PAPER_ID, Kept(editions).archive) is None
    older = digest(THURSDAY, PAPER_ID)
    editions.save(edition(older))
    assert read_paper(PAPER_ID, Kept(editions).archive) == answer(older, 1)
