"""Reading the archive."""

import json
from datetime import date, timedelta

from hotpapers.documents.digest_json import digest_document, ranked_paper_document, write_digest
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import Edition, Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.use_cases.browse import (
    StoredDigest,
    list_digests,
    read_day,
    read_newest,
    read_paper,
)
from tests.builders import COLLECTED_AT, DAY, POST, make_entry, make_paper
from tests.fakes import MemoryEditions

PAPER_ID = PaperId("2009.00001")


def digest(day: date, *paper_ids: str, hours: int = 0) -> Digest:
    entries = [
        make_entry(rank, make_paper(paper_id), [POST])
        for rank, paper_id in enumerate(paper_ids, start=1)
    ]
    return Digest(day, COLLECTED_AT + timedelta(hours=hours), tuple(entries))


def edition(of: Digest) -> Edition:
    papers = tuple(entry.paper.id for entry in of.papers)
    return Edition(of.date, of.collected_at, papers, write_digest(of))


def archive(*digests: Digest) -> MemoryEditions:
    editions = MemoryEditions()
    for each in digests:
        assert editions.save(edition(each)) is Outcome.SAVED
    return editions


def stored(of: Digest) -> StoredDigest:
    return StoredDigest(of.date, edition(of).revision, write_digest(of))


FRIDAY, THURSDAY, WEDNESDAY = DAY, DAY - timedelta(days=1), DAY - timedelta(days=2)


# Digests


def test_a_digest_by_its_date() -> None:
    editions = archive(digest(FRIDAY, PAPER_ID), digest(WEDNESDAY))
    assert read_day(FRIDAY, editions) == stored(digest(FRIDAY, PAPER_ID))
    assert read_day(WEDNESDAY, editions) == stored(digest(WEDNESDAY))
    assert read_day(THURSDAY, editions) is None


def test_the_newest_digest() -> None:
    assert read_newest(archive()) is None
    editions = archive(digest(WEDNESDAY, PAPER_ID), digest(FRIDAY), digest(THURSDAY, hours=9))
    assert read_newest(editions) == stored(digest(FRIDAY))


class Gone(MemoryEditions):
    """A store from which a digest is taken away after its head was read."""

    def document(self, day: date) -> None:  # noqa: ARG002
        return None


def test_a_newest_digest_that_goes_is_not_there() -> None:
    editions = Gone()
    editions.save(edition(digest(FRIDAY)))
    assert read_newest(editions) is None


# The list

HEADS = {
    FRIDAY: {"date": "2020-09-18", "collected_at": "2020-09-20T13:13:43Z", "papers": 2},
    THURSDAY: {"date": "2020-09-17", "collected_at": "2020-09-20T14:13:43Z", "papers": 0},
    WEDNESDAY: {"date": "2020-09-16", "collected_at": "2020-09-20T13:13:43Z", "papers": 1},
}
THREE = (
    digest(THURSDAY, hours=1),
    digest(FRIDAY, "2009.00001", "2009.00002"),
    digest(WEDNESDAY, "2009.00003"),
)


def test_the_list_comes_in_pages() -> None:
    editions = archive(*THREE)
    assert list_digests(2, None, editions) == {
        "digests": [HEADS[FRIDAY], HEADS[THURSDAY]],
        "cursor": "2020-09-17",
    }
    assert list_digests(2, THURSDAY, editions) == {"digests": [HEADS[WEDNESDAY]]}


def test_the_last_page_has_no_cursor() -> None:
    editions = archive(*THREE)
    everything = [HEADS[FRIDAY], HEADS[THURSDAY], HEADS[WEDNESDAY]]
    for limit in (3, 4, 100):
        assert list_digests(limit, None, editions) == {"digests": everything}
    assert list_digests(5, WEDNESDAY, editions) == {"digests": []}
    assert list_digests(5, None, archive()) == {"digests": []}


def test_the_pages_together_are_the_list() -> None:
    editions = archive(*(digest(DAY - timedelta(days=number)) for number in range(23)))
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
    found = read_paper(PAPER_ID, archive(of, digest(THURSDAY, "2009.00007")))
    assert found == answer(of, 2)
    assert found is not None
    assert (found["date"], found["rank"], found["id"]) == ("2020-09-18", 2, PAPER_ID)
    assert json.loads(json.dumps(found)) == found


def test_a_paper_in_several_digests_is_the_newest_ones() -> None:
    digests = [digest(WEDNESDAY, PAPER_ID), digest(FRIDAY, "2009.00002", PAPER_ID)]
    assert read_paper(PAPER_ID, archive(*digests)) == answer(digests[1], 2)


def test_a_paper_that_is_in_no_digest() -> None:
    editions = archive(digest(FRIDAY, "2009.00002"), digest(THURSDAY))
    assert read_paper(PAPER_ID, editions) is None


def test_a_paper_that_a_later_edition_dropped() -> None:
    editions = archive(digest(FRIDAY, PAPER_ID), digest(FRIDAY, "2009.00002", hours=1))
    assert list(editions.listing_dates(PAPER_ID)) == [FRIDAY]
    assert read_paper(PAPER_ID, editions) is None
    # In an older digest it is found all the same.
    older = digest(THURSDAY, PAPER_ID)
    editions.save(edition(older))
    assert read_paper(PAPER_ID, editions) == answer(older, 1)


class Torn(MemoryEditions):
    """A store that has the entries of a run that died before it kept its digest."""

    def listing_dates(self, paper: PaperId) -> list[date]:
        return [FRIDAY, *super().listing_dates(paper)]


def test_an_entry_without_a_digest_does_no_harm() -> None:
    editions = Torn()
    assert read_paper(PAPER_ID, editions) is None
    older = digest(THURSDAY, PAPER_ID)
    editions.save(edition(older))
    assert read_paper(PAPER_ID, editions) == answer(older, 1)
