"""What every catalogue does: the one in memory, and DynamoDB's, whoever comes in between."""

import gzip
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count, permutations, repeat
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpapers.adapters.dynamodb_catalogue import DynamoDBCatalogue
from hotpapers.documents.card_json import write_card
from hotpapers.domain.card import Card, just_above, position
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.selection import Selection
from hotpapers.domain.terms import paper_terms
from hotpapers.errors import StoreError
from hotpapers.ports import CatalogueStore
from hotpapers.use_cases.search import search
from tests.aws import Meddler, Storage, Table
from tests.builders import DAY
from tests.catalogue import all_cards, archives, cards_of, make_card, make_cards, selections
from tests.fakes import Clock, MemoryCatalogue
from tests.properties import examples

NEXT_DAY = DAY + timedelta(days=1)
OLDER, NEWER, NEWEST = "2020-09-20#a", "2020-09-21#a", "2020-09-22#a"
RETRIES = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]

FIRST = make_card("2009.00001", rank=1, title="Engines that weave", authors=("Ada Lovelace",))
SECOND = make_card("math/0309136", rank=2, title="Looms", authors=("Kurt Gödel",))
THIRD = make_card("2009.00003", rank=3, title="Cats", authors=("Ada Byron",))


@pytest.fixture(params=["memory", "table", "table, read as the API does"])
def catalogue(request: pytest.FixtureRequest) -> CatalogueStore:
    if request.param == "memory":
        return MemoryCatalogue()
    storage: Storage = request.getfixturevalue("storage")
    consistent = request.param == "table"
    return DynamoDBCatalogue(storage.dynamodb, storage.table_name, consistent=consistent)


def kept(storage: Storage, client: Any = None, **options: Any) -> DynamoDBCatalogue:
    client = storage.dynamodb if client is None else client
    return DynamoDBCatalogue(client, storage.table_name, **options)


def terms(catalogue: CatalogueStore, *names: str) -> list[list[str]]:
    """Where papers stand that have each of these terms."""
    return [list(catalogue.positions(name, 10)) for name in names]


def of_day(catalogue: CatalogueStore, day: date) -> list[Card]:
    """The cards of a listing date, in the order of their ranks."""
    cards = [card for card in catalogue.newest(1_000) if card.date == day]
    return sorted(cards, key=lambda card: card.entry.rank)


# What is filed


def test_nothing_is_there_at_first(catalogue: CatalogueStore) -> None:
    assert of_day(catalogue, DAY) == []
    assert list(catalogue.newest(10)) == []
    assert list(catalogue.newest(10, FIRST.position)) == []
    assert list(catalogue.positions("w:engine", 10)) == []
    assert list(catalogue.cards([FIRST.position])) == []
    assert list(catalogue.cards([])) == []


def test_what_is_filed_is_kept_whole(catalogue: CatalogueStore) -> None:
    cards = [SECOND, FIRST, replace(THIRD, final=True)]
    catalogue.file(DAY, OLDER, cards)
    assert of_day(catalogue, DAY) == [FIRST, SECOND, replace(THIRD, final=True)]
    assert of_day(catalogue, NEXT_DAY) == []
    everywhere = sorted((card.position for card in cards), reverse=True)
    assert terms(catalogue, "w:engine", "w:pattern", "a:godel", "c:cs.*", "c:cs.AI") == [
        [FIRST.position],
        everywhere,
        [SECOND.position],
        everywhere,
        [],
    ]


def test_a_day_without_cards_is_filed_too(catalogue: CatalogueStore) -> None:
    catalogue.file(DAY, NEWER, [])
    catalogue.file(DAY, OLDER, [FIRST])
    assert list(catalogue.newest(10)) == []
    assert terms(catalogue, "w:engine") == [[]]


def test_cards_come_newest_first_as_many_as_wanted(catalogue: CatalogueStore) -> None:
    archive = make_cards(days=3, papers=2)
    for day in [NEXT_DAY, DAY, *sorted(archive)[2:]]:
        catalogue.file(day, OLDER, archive[day])
    newest_first = all_cards(archive)
    places = [card.position for card in newest_first]
    for limit in (1, 4, 6, 7):
        assert list(catalogue.newest(limit)) == newest_first[:limit]
        assert list(catalogue.positions("w:engine", limit)) == places[:limit]
        assert list(catalogue.newest(limit, places[3])) == newest_first[4 : 4 + limit]
        assert list(catalogue.positions("w:engine", limit, places[3])) == places[4 : 4 + limit]
        assert list(catalogue.newest(limit, just_above(places[3]))) == newest_first[3 : 3 + limit]
    assert list(catalogue.newest(5, places[-1])) == []


def test_cards_are_had_by_their_positions(catalogue: CatalogueStore) -> None:
    archive = make_cards(days=3, papers=2)
    for day, cards in archive.items():
        catalogue.file(day, OLDER, cards)
    newest_first = all_cards(archive)
    places = [card.position for card in newest_first]
    nowhere = [position(DAY, PaperId(f"2009.{number:05}")) for number in range(60_000, 60_094)]
    assert list(catalogue.cards([*nowhere, *places[::-1]])) == newest_first
    assert list(catalogue.cards([places[3], places[1], places[3]])) == [
        newest_first[1],
        newest_first[3],
    ]
    assert list(catalogue.cards([just_above(places[1]), places[4]])) == [newest_first[4]]
    with pytest.raises(ValueError, match="101 cards are asked for at once"):
        catalogue.cards([*nowhere, *places, SECOND.position])


# What is filed anew


def test_a_newer_revision_replaces_the_cards(catalogue: CatalogueStore) -> None:
    risen = make_card("2009.00001", rank=1, score=99, title="Engines that weave")
    catalogue.file(DAY, OLDER, [FIRST, SECOND])
    catalogue.file(DAY, NEWER, [replace(risen, final=True), THIRD])
    assert of_day(catalogue, DAY) == [replace(risen, final=True), THIRD]
    assert terms(catalogue, "w:engine", "w:loom", "w:cat") == [
        [FIRST.position],
        [],
        [THIRD.position],
    ]
    # The paper's authors changed as well.
    assert terms(catalogue, "a:lovelace", "a:godel", "a:byron") == [
        [FIRST.position],
        [FIRST.position],
        [THIRD.position],
    ]


def test_a_paper_whose_text_changes_is_found_by_the_new_one(catalogue: CatalogueStore) -> None:
    renamed = make_card("2009.00001", title="Looms that weave", categories=("hep-th",))
    catalogue.file(DAY, OLDER, [FIRST])
    catalogue.file(DAY, NEWER, [renamed])
    assert terms(catalogue, "w:engine", "w:loom", "w:weave", "c:cs.LG", "c:hep-th") == [
        [],
        *[[FIRST.position]] * 2,
        [],
        [FIRST.position],
    ]
    catalogue.file(DAY, NEWEST, [FIRST])
    assert terms(catalogue, "w:engine", "w:loom", "c:cs.LG") == [
        [FIRST.position],
        [],
        [FIRST.position],
    ]


def test_an_older_revision_neither_replaces_nor_deletes_nor_brings_back(
    catalogue: CatalogueStore,
) -> None:
    catalogue.file(DAY, NEWER, [FIRST, SECOND])
    catalogue.file(DAY, OLDER, [replace(FIRST, final=True), THIRD])
    assert of_day(catalogue, DAY) == [FIRST, SECOND]
    assert terms(catalogue, "w:loom", "w:cat") == [[SECOND.position], []]


@pytest.mark.thorough
def test_whatever_the_order_the_newest_stays(catalogue: CatalogueStore) -> None:
    filed = {OLDER: [FIRST, SECOND], NEWER: [SECOND, THIRD], NEWEST: [THIRD, FIRST]}
    for number, order in enumerate(permutations(filed)):
        day = DAY + timedelta(days=number)
        for revision in order:
            catalogue.file(day, revision, [replace(card, date=day) for card in filed[revision]])
        assert [card.entry for card in of_day(catalogue, day)] == [FIRST.entry, THIRD.entry]
    assert len(catalogue.positions("w:loom", 10)) == 0
    assert len(catalogue.positions("w:cat", 10)) == 6


def test_days_do_not_touch_one_another(catalogue: CatalogueStore) -> None:
    tomorrow = replace(FIRST, date=NEXT_DAY)
    catalogue.file(DAY, NEWER, [FIRST])
    catalogue.file(NEXT_DAY, OLDER, [tomorrow])
    catalogue.file(DAY, NEWEST, [])
    assert list(catalogue.newest(10)) == [tomorrow]
    assert terms(catalogue, "w:engine") == [[tomorrow.position]]


@pytest.mark.thorough
@given(data=st.data(), archive=archives(), limit=st.integers(1, 4))
@settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_both_catalogues_find_the_same(
    storage: Storage, data: st.DataObject, archive: Mapping[date, Sequence[Card]], limit: int
) -> None:
    storage.wipe()
    storage.forget_stream()
    catalogues: list[CatalogueStore] = [MemoryCatalogue(), kept(storage)]
    again = {day: data.draw(cards_of(day)) for day in archive}
    for catalogue in catalogues:
        for day, cards in archive.items():
            catalogue.file(day, OLDER, cards)
            catalogue.file(day, NEWER, again[day])
    selection, after = data.draw(selections()), None
    for _ in range(10):
        one, other = (search(selection, limit, after, catalogue) for catalogue in catalogues)
        assert one == other
        after = one.next
    memory, table = catalogues
    names = {term for card in all_cards(archive) for term in paper_terms(card.entry.paper)}
    assert [list(memory.positions(name, 99)) for name in sorted(names)] == [
        list(table.positions(name, 99)) for name in sorted(names)
    ]


# In the table


def test_what_a_card_is_in_the_table(storage: Storage) -> None:
    kept(storage).file(DAY, OLDER, [FIRST])
    expected: Table = {
        ("FILED", "2020-09-18"): {"revision": {"S": OLDER}},
        ("CARDS", "2020-09-18#2009.00001"): {
            "index": {"N": "1"},
            "body": {"B": gzip.compress(write_card(FIRST), mtime=0)},
        },
    }
    expected |= {
        (f"TERM#{term}", "2020-09-18#2009.00001"): {} for term in paper_terms(FIRST.entry.paper)
    }
    for (pk, sk), item in expected.items():
        item |= {"pk": {"S": pk}, "sk": {"S": sk}}
    assert storage.table() == expected
    assert ("TERM#w:engine", "2020-09-18#2009.00001") in expected


def calls_of(storage: Storage, revision: str, cards: Sequence[Card]) -> list[str]:
    client = Meddler(storage.dynamodb)
    catalogue = kept(storage, client)
    catalogue.file(DAY, revision, cards)
    return [call for call in client.calls if call != "query"]


def test_text_that_is_as_it_was_is_not_written_again(storage: Storage) -> None:
    assert calls_of(storage, OLDER, [FIRST, SECOND]) == [
        "update_item",
        "batch_write_item",
        "transact_write_items",
    ]
    assert calls_of(storage, OLDER, [FIRST, SECOND]) == ["update_item"]
    assert calls_of(storage, NEWER, [FIRST, SECOND]) == ["update_item"]
    changed = [replace(FIRST, final=True), replace(SECOND, final=True)]
    assert calls_of(storage, NEWEST, changed) == ["update_item", "transact_write_items"]
    assert calls_of(storage, OLDER, [THIRD]) == ["update_item"]


def test_a_card_of_another_index_is_indexed_anew(storage: Storage) -> None:
    kept(storage).file(DAY, OLDER, [FIRST, SECOND])
    expected = storage.table()
    card = expected["CARDS", FIRST.position]
    storage.dynamodb.put_item(TableName=storage.table_name, Item={**card, "index": {"N": "0"}})
    storage.delete(("TERM#w:engine", FIRST.position))
    storage.delete(("TERM#a:ada", FIRST.position))
    kept(storage).file(DAY, OLDER, [FIRST, SECOND])
    assert storage.table() == expected


@pytest.mark.thorough
def test_a_busy_day_and_a_paper_by_many_fit(storage: Storage) -> None:
    names = tuple(f"Ada{number} Collaborator{number}" for number in range(60))
    by_many = make_card("2009.99999", rank=13, authors=names)
    cards = [*make_cards(days=1, papers=12)[DAY], by_many]
    kept(storage).file(DAY, OLDER, cards)
    assert of_day(kept(storage), DAY) == cards
    assert terms(kept(storage), "a:ada59") == [[by_many.position]]
    storage.forget_stream()
    calls = calls_of(storage, NEWER, cards[:12])
    # The card goes, 246 terms in three transactions, and the mark is itself again.
    assert calls == ["update_item", *["transact_write_items"] * 5]
    assert storage.table() == clean_table(storage, [(NEWER, cards[:12])])


def test_a_card_that_is_too_large_is_refused_before_anything_is_written(storage: Storage) -> None:
    client = Meddler(storage.dynamodb)
    with pytest.raises(StoreError, match=r"the card 2020-09-18#2009.00001 has \d+ bytes packed"):
        kept(storage, client, part_bytes=100).file(DAY, OLDER, [FIRST])
    assert client.calls == []


@pytest.mark.thorough
def test_a_term_with_more_than_a_megabyte_is_read_as_far_as_wanted(storage: Storage) -> None:
    days = [date(1000, 1, 1) + timedelta(days=number) for number in range(21_000)]
    places = [f"{day}#2009.00001" for day in days][::-1]
    long_term = "w:" + "x" * 40
    items = ({"pk": {"S": f"TERM#{long_term}"}, "sk": {"S": place}} for place in places)
    storage.fill({(item["pk"]["S"], item["sk"]["S"]): item for item in items}, {})
    client = Meddler(storage.dynamodb)
    assert list(kept(storage).positions(long_term, 30_000)) == places
    assert list(kept(storage, client).positions(long_term, 500, places[7])) == places[8:508]


def test_large_cards_are_read_as_many_as_wanted(storage: Storage) -> None:
    # A query answers at most 1 MB at a time: this takes several.
    cards = [
        make_card(f"2009.{number:05}", rank=number, abstract=noise(number, 240_000))
        for number in range(1, 13)
    ]
    items = {("CARDS", card.position): card_item(card) for card in cards}
    storage.fill(items, {})
    assert sum(len(item["body"]["B"]) for item in items.values()) > 1_500_000
    assert list(kept(storage).newest(12)) == cards[::-1]
    assert list(kept(storage).newest(11)) == cards[:0:-1]
    assert of_day(kept(storage), DAY) == cards


def noise(seed: int, length: int) -> str:
    """A text that packing makes half as long at best."""
    return hashlib.shake_256(str(seed).encode()).hexdigest(length // 2)


def card_item(card: Card) -> dict[str, Any]:
    packed = gzip.compress(write_card(card), mtime=0)
    place = {"pk": {"S": "CARDS"}, "sk": {"S": card.position}}
    return {**place, "index": {"N": "1"}, "body": {"B": packed}}


def test_reads_are_as_consistent_as_was_asked_for(storage: Storage) -> None:
    seen: list[bool] = []

    def note(RequestItems: Any) -> None:  # noqa: N803
        seen.append(RequestItems[storage.table_name]["ConsistentRead"])

    for consistent in (True, False):
        client = Meddler(storage.dynamodb, batch_get_item=repeat(note))
        catalogue = kept(storage, client, consistent=consistent)
        catalogue.cards([FIRST.position])
    assert seen == [True, False]


# Limits


def test_terms_that_are_not_taken_are_given_again(storage: Storage, clock: Clock) -> None:
    def half(RequestItems: Any) -> Any:  # noqa: N803
        [(table, writes)] = RequestItems.items()
        middle = len(writes) // 2
        storage.dynamodb.batch_write_item(RequestItems={table: writes[:middle]})
        return {"UnprocessedItems": {table: writes[middle:]}}

    kept(storage).file(DAY, OLDER, [FIRST])
    expected = storage.table()
    storage.wipe()
    client = Meddler(storage.dynamodb, batch_write_item=[half, half])
    kept(storage, client, sleep=clock.sleep).file(DAY, OLDER, [FIRST])
    assert storage.table() == expected
    assert clock.pauses == RETRIES[:2]


def test_a_table_that_takes_no_terms_is_given_up_on(storage: Storage, clock: Clock) -> None:
    def none(RequestItems: Any) -> Any:  # noqa: N803
        return {"UnprocessedItems": RequestItems}

    client = Meddler(storage.dynamodb, batch_write_item=repeat(none))
    with pytest.raises(StoreError, match="does not take all that it is given"):
        kept(storage, client, sleep=clock.sleep).file(DAY, OLDER, [FIRST])
    assert clock.pauses == RETRIES
    assert [pk for pk, _ in storage.table()] == ["FILED"]


def test_cards_that_are_not_given_are_asked_for_again(storage: Storage, clock: Clock) -> None:
    def one(RequestItems: Any) -> Any:  # noqa: N803
        [(table, asked)] = RequestItems.items()
        first, *left = asked["Keys"]
        question: Any = {table: {**asked, "Keys": [first]}}
        answer = storage.dynamodb.batch_get_item(RequestItems=question)
        return {**answer, "UnprocessedKeys": {table: {"Keys": left}} if left else {}}

    kept(storage).file(DAY, OLDER, [FIRST, SECOND, THIRD])
    places = [card.position for card in (FIRST, SECOND, THIRD)]
    client = Meddler(storage.dynamodb, batch_get_item=repeat(one))
    found = kept(storage, client, sleep=clock.sleep).cards(places)
    assert [card.position for card in found] == sorted(places, reverse=True)
    assert clock.pauses == RETRIES[:2]


# Rivals, and ends that come early

FILED: Sequence[tuple[str, Sequence[Card]]] = [
    (OLDER, [FIRST, SECOND]),
    (NEWER, [make_card("2009.00001", title="Looms", authors=("An To",)), THIRD]),
]
"""A day is filed, and filed again: a paper changes, one goes, one comes."""


class DeathError(BaseException):
    """A process ends: nothing in it goes on."""


class Mortal:
    """A client whose process dies before or after one of its calls, by the call's number."""

    def __init__(self, client: Any, number: int, *, after: bool) -> None:
        self.calls = 0
        self._client = client
        self._number = number
        self._after = after

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._client, method)
        if method == "query":  # it reads alone
            return call

        def live(*arguments: Any, **parameters: Any) -> Any:
            self.calls += 1
            if self.calls == self._number and not self._after:
                raise DeathError
            answer = call(*arguments, **parameters)
            if self.calls == self._number:
                raise DeathError
            return answer

        return live


def clean_table(storage: Storage, filed: Sequence[tuple[str, Sequence[Card]]] = FILED) -> Table:
    storage.wipe()
    storage.forget_stream()
    for revision, cards in filed:
        kept(storage).file(DAY, revision, cards)
    return storage.table()


def test_a_day_is_the_same_whatever_there_was_before(storage: Storage) -> None:
    assert clean_table(storage) == clean_table(storage, FILED[1:])


@pytest.mark.thorough
@pytest.mark.parametrize("after", [False, True])
def test_a_day_whose_filing_dies_anywhere_is_whole_when_it_is_repeated(
    storage: Storage, *, after: bool
) -> None:
    expected = clean_table(storage)
    revision, cards = FILED[1]
    for number in count(1):
        before = clean_table(storage, FILED[:1])
        mortal = Mortal(storage.dynamodb, number, after=after)
        try:
            kept(storage, mortal).file(DAY, revision, cards)
        except DeathError:
            assert_all_is_found(storage)
            kept(storage).file(DAY, revision, cards)
            assert storage.table() == expected
        else:
            assert number > 5  # the mark, terms, cards, deletions, the mark
            assert before != expected
            return


@pytest.mark.thorough
def test_a_filing_that_died_is_continued_by_a_newer_one(storage: Storage) -> None:
    for number in range(1, 6):
        for newest in ([FIRST, SECOND], [SECOND], [*FILED[1][1], SECOND]):
            expected = clean_table(storage, [(NEWEST, newest)])
            clean_table(storage, FILED[:1])
            with pytest.raises(DeathError):
                kept(storage, Mortal(storage.dynamodb, number, after=True)).file(DAY, *FILED[1])
            kept(storage).file(DAY, NEWEST, newest)
            assert_all_is_found(storage)
            # What it had begun to add may be left as terms that lead nowhere.
            left = {each for each in storage.table() if each not in expected}
            assert all(pk.startswith("TERM#") for pk, _ in left)
            assert {each: item for each, item in storage.table().items() if each not in left} == (
                expected
            )


def assert_all_is_found(storage: Storage) -> None:
    """Every card that there is stands under all of its terms."""
    table = storage.table()
    for card in of_day(kept(storage), DAY):
        names = {f"TERM#{term}" for term in paper_terms(card.entry.paper)}
        assert {name for name in names if (name, card.position) not in table} == set()


WRITES = ("update_item", "batch_write_item", "transact_write_items")


def rivals(number: int, rival: Callable[[], None]) -> Mapping[str, Iterator[Any]]:
    """What others do before the n-th write, whichever it is."""
    writes = count(1)

    def meddle(**_: Any) -> None:
        if next(writes) == number:
            rival()

    return {method: repeat(meddle) for method in WRITES}


@pytest.mark.parametrize("number", range(1, 6))
def test_the_same_filed_by_two_at_once_is_filed_once(
    storage: Storage, clock: Clock, number: int
) -> None:
    expected = clean_table(storage)
    clean_table(storage, FILED[:1])
    meddling = rivals(number, lambda: kept(storage).file(DAY, *FILED[1]))
    client = Meddler(storage.dynamodb, **meddling)
    kept(storage, client, sleep=clock.sleep).file(DAY, *FILED[1])
    assert storage.table() == expected


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("newest", [[FIRST, SECOND], [SECOND], []])
def test_a_newer_filing_that_comes_in_between_stays(
    storage: Storage, clock: Clock, number: int, newest: list[Card]
) -> None:
    expected = clean_table(storage, [(NEWEST, newest)])
    clean_table(storage, FILED[:1])
    meddling = rivals(number, lambda: kept(storage).file(DAY, NEWEST, newest))
    client = Meddler(storage.dynamodb, **meddling)
    kept(storage, client, sleep=clock.sleep).file(DAY, *FILED[1])
    assert_all_is_found(storage)
    left = {each for each in storage.table() if each not in expected}
    assert all(pk.startswith("TERM#") for pk, _ in left)
    assert {each: item for each, item in storage.table().items() if each not in left} == expected
    # Terms that lead nowhere find nothing.
    found = search(Selection(text="cats"), 10, None, kept(storage))
    assert (found.cards, found.next) == ((), None)


def conflict(operation: str, code: str, *reasons: str) -> Any:
    response: Any = {
        "Error": {"Code": code, "Message": "in the way"},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }

    def fail(**_: Any) -> None:
        raise ClientError(response, operation)

    return fail


def test_a_conflict_of_transactions_is_tried_again(storage: Storage, clock: Clock) -> None:
    expected = clean_table(storage)
    clean_table(storage, FILED[:1])
    meddling = {
        "update_item": [conflict("UpdateItem", "TransactionConflictException")],
        "transact_write_items": [
            conflict("TransactWriteItems", "TransactionCanceledException", "TransactionConflict"),
            None,
            conflict("TransactWriteItems", "TransactionCanceledException", "TransactionConflict"),
        ],
    }
    client = Meddler(storage.dynamodb, **meddling)
    kept(storage, client, sleep=clock.sleep).file(DAY, *FILED[1])
    assert storage.table() == expected
    assert clock.pauses == RETRIES[:3]


def test_conflicts_all_the_time_are_given_up_on(storage: Storage, clock: Clock) -> None:
    busy = repeat(conflict("UpdateItem", "TransactionConflictException"))
    client = Meddler(storage.dynamodb, update_item=busy)
    said = "the cards of 2020-09-18 are being written by others all the time"
    with pytest.raises(StoreError, match=said):
        kept(storage, client, sleep=clock.sleep).file(DAY, OLDER, [FIRST])
    assert clock.pauses == RETRIES


def test_another_failure_is_told(storage: Storage) -> None:
    denied = conflict("UpdateItem", "AccessDeniedException")
    client = Meddler(storage.dynamodb, update_item=[denied])
    with pytest.raises(StoreError, match="DynamoDB answered UpdateItem with AccessDenied"):
        kept(storage, client).file(DAY, OLDER, [FIRST])
