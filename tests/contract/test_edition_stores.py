"""What every store of editions does: the one in memory, and DynamoDB's in one part and in many."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.domain.edition import Edition, EditionHead, Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.ports import EditionStore
from tests.fakes import MemoryEditions

DAY = date(2020, 9, 18)
AT = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)
STORES = ["memory", "table", "table, many parts", "table, read as the API does"]


@pytest.fixture(params=STORES)
def editions(request: pytest.FixtureRequest) -> EditionStore:
    if request.param == "memory":
        return MemoryEditions()
    storage = request.getfixturevalue("storage")
    client, table = storage.dynamodb, storage.table_name
    match request.param:
        case "table, many parts":
            return DynamoDBEditions(client, table, part_bytes=20)
        case "table, read as the API does":
            return DynamoDBEditions(client, table, consistent=False)
    return DynamoDBEditions(client, table)


def edition(
    day: date = DAY,
    hours: int = 0,
    papers: Sequence[str] = ("2009.00001", "2009.00002"),
    document: bytes = b'{"papers": []}\n',
) -> Edition:
    return Edition(day, AT + timedelta(hours=hours), tuple(map(PaperId, papers)), document)


def head(of: Edition) -> EditionHead:
    return EditionHead(of.date, of.collected_at, of.revision, len(of.papers))


def test_nothing_is_kept_at_first(editions: EditionStore) -> None:
    assert editions.head(DAY) is None
    assert editions.document(DAY) is None
    assert list(editions.newest_heads(10)) == []
    assert list(editions.newest_heads(10, before=DAY)) == []
    assert list(editions.heads(DAY, DAY)) == []
    assert editions.first_date() is None
    assert list(editions.listing_dates(PaperId("2009.00001"))) == []


@pytest.mark.parametrize("size", [0, 1, 19, 20, 21, 150, 400])
def test_what_is_saved_is_kept_whole(editions: EditionStore, size: int) -> None:
    # Bytes that do not get fewer by packing them, in up to ten parts of twenty, or more.
    saved = edition(document=bytes((number * 73 + number // 7) % 256 for number in range(size)))
    assert editions.save(saved) is Outcome.SAVED
    assert editions.head(DAY) == head(saved)
    assert editions.document(DAY) == (saved.revision, saved.document)
    assert list(editions.newest_heads(10)) == [head(saved)]
    assert [list(editions.listing_dates(paper)) for paper in saved.papers] == [[DAY], [DAY]]
    assert list(editions.listing_dates(PaperId("2009.00003"))) == []


def test_a_digest_without_papers_is_kept(editions: EditionStore) -> None:
    saved = edition(papers=[])
    assert editions.save(saved) is Outcome.SAVED
    assert editions.head(DAY) == head(saved)


def test_the_same_edition_again_changes_nothing(editions: EditionStore) -> None:
    assert editions.save(edition()) is Outcome.SAVED
    assert editions.save(edition()) is Outcome.UNCHANGED
    assert editions.head(DAY) == head(edition())


def test_a_newer_edition_replaces_an_older_one(editions: EditionStore) -> None:
    older = edition(papers=["2009.00001", "2009.00002"])
    newer = edition(hours=1, papers=["2009.00002", "hep-th/9901001"], document=b"newer")
    assert [editions.save(each) for each in (older, newer)] == [Outcome.SAVED, Outcome.SAVED]
    assert editions.head(DAY) == head(newer)
    assert editions.document(DAY) == (newer.revision, b"newer")
    assert list(editions.newest_heads(10)) == [head(newer)]
    # The paper that was dropped stays findable: whoever finds it looks whether it is there.
    for paper in ("2009.00001", "2009.00002", "hep-th/9901001"):
        assert list(editions.listing_dates(PaperId(paper))) == [DAY]


def test_an_older_edition_never_replaces_a_newer_one(editions: EditionStore) -> None:
    older, newer = edition(papers=["2009.00009"], document=b"older"), edition(hours=1)
    assert [editions.save(each) for each in (newer, older)] == [Outcome.SAVED, Outcome.SUPERSEDED]
    assert editions.head(DAY) == head(newer)
    assert editions.document(DAY) == (newer.revision, newer.document)
    assert list(editions.listing_dates(PaperId("2009.00009"))) == []


def test_editions_of_one_moment_have_an_order(editions: EditionStore) -> None:
    kept = []
    for number, order in enumerate(permutations([b"a", b"b"])):
        day = DAY + timedelta(days=number)
        for text in order:
            editions.save(edition(day, document=text))
        kept.append(editions.document(day))
    assert kept[0] == kept[1]


@pytest.mark.parametrize("sizes", [(150, 10), (10, 150), (60, 61), (150, 0), (150, 400), (400, 0)])
def test_the_number_of_parts_may_change(editions: EditionStore, sizes: tuple[int, int]) -> None:
    for hours, size in enumerate(sizes):
        document = bytes((number * 73 + number // 7) % 256 for number in range(size))
        saved = edition(hours=hours, document=document)
        assert editions.save(saved) is Outcome.SAVED
        assert editions.document(DAY) == (saved.revision, document)


def test_digests_do_not_touch_one_another(editions: EditionStore) -> None:
    saved = [edition(DAY - timedelta(days=days), hours=days) for days in range(3)]
    for each in saved:
        editions.save(each)
    editions.save(edition(DAY - timedelta(days=1), hours=9, document=b"newer"))
    assert editions.document(DAY) == (saved[0].revision, saved[0].document)
    assert editions.head(DAY - timedelta(days=2)) == head(saved[2])


def test_the_newest_digests_come_first(editions: EditionStore) -> None:
    days = [date(2020, 9, 18), date(2019, 12, 31), date(2020, 10, 1), date(2020, 9, 17)]
    saved = [edition(day, hours=-number) for number, day in enumerate(days)]
    for each in saved:
        editions.save(each)
    newest_first = [head(saved[number]) for number in (2, 0, 3, 1)]
    for limit in range(1, 6):
        assert list(editions.newest_heads(limit)) == newest_first[:limit]
    assert list(editions.newest_heads(10, before=date(2020, 10, 1))) == newest_first[1:]
    assert list(editions.newest_heads(1, before=date(2020, 9, 18))) == newest_first[2:3]
    assert list(editions.newest_heads(10, before=date(2020, 9, 30))) == newest_first[1:]
    assert list(editions.newest_heads(10, before=date(2019, 12, 31))) == []


def test_the_heads_of_a_span_are_in_order(editions: EditionStore) -> None:
    days = [date(2020, 9, 18), date(2019, 12, 31), date(2020, 10, 1), date(2020, 9, 17)]
    saved = [edition(day, hours=-number) for number, day in enumerate(days)]
    for each in saved:
        editions.save(each)
    oldest_first = [head(saved[number]) for number in (1, 3, 0, 2)]
    # Both ends belong to it.
    assert list(editions.heads(date(2020, 9, 17), date(2020, 9, 18))) == oldest_first[1:3]
    assert list(editions.heads(date(2020, 9, 18), date(2020, 9, 18))) == oldest_first[2:3]
    assert list(editions.heads(date(2020, 9, 19), date(2020, 9, 30))) == []
    assert list(editions.heads(date(2020, 9, 18), date(2020, 9, 17))) == []
    assert list(editions.heads(date(1991, 8, 14), date(9999, 12, 31))) == oldest_first
    assert editions.first_date() == date(2019, 12, 31)


def test_a_head_says_all_that_an_edition_does(editions: EditionStore) -> None:
    plain = edition(hours=1)
    published_at = AT - timedelta(microseconds=1)
    told = replace(plain, failed=("x", "reddit"), quiet=True, final=True, published_at=published_at)
    assert editions.save(plain) is Outcome.SAVED
    assert list(editions.heads(DAY, DAY)) == [editions.head(DAY)] == [head(plain)]
    later = replace(told, collected_at=AT + timedelta(hours=2))
    assert editions.save(later) is Outcome.SAVED
    expected = EditionHead(
        date=DAY,
        collected_at=later.collected_at,
        revision=later.revision,
        papers=2,
        failed=("x", "reddit"),
        quiet=True,
        final=True,
        published_at=published_at,
    )
    assert list(editions.newest_heads(1)) == [expected]
    assert list(editions.heads(DAY, DAY)) == [editions.head(DAY)] == [expected]


def test_the_newest_listing_dates_of_a_paper_come_first(editions: EditionStore) -> None:
    for days in (0, 3, 1):
        editions.save(edition(DAY + timedelta(days=days)))
    assert list(editions.listing_dates(PaperId("2009.00001"))) == [
        DAY + timedelta(days=days) for days in (3, 1, 0)
    ]


def test_a_paper_that_is_named_twice_is_one(editions: EditionStore) -> None:
    saved = edition(papers=["2009.00001"] * 30)
    assert editions.save(replace(saved, papers=saved.papers[:2])) is Outcome.SAVED
    assert list(editions.listing_dates(PaperId("2009.00001"))) == [DAY]


def test_many_papers_are_all_found(editions: EditionStore) -> None:
    papers = [f"2009.{number:05}" for number in range(1, 27)]
    editions.save(edition(papers=papers))
    assert all(list(editions.listing_dates(PaperId(paper))) == [DAY] for paper in papers)
