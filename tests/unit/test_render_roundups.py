"""Roundups made where a week or month is complete, and made again where one of its days changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.roundup_json import write_roundup
from hotpapers.documents.roundup_post import write_roundup_post
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import EditionHead, Outcome, Revision
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.packing import Packed
from hotpapers.domain.roundup import Period, make_roundup, roundup_revision
from hotpapers.use_cases.measure import make_edition
from tests.fakes import Document, Log, MemoryDocuments, MemoryEditions, MemoryPages, MemoryRoundups
from tests.periods import (
    FRIDAY,
    MONDAY,
    MONTH,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    day_of,
    final,
    keep,
    measured_again,
    quiet,
)
from tests.properties import examples
from tests.rendering import make_renderer

T = TypeVar("T")

JSON_PATH, POST_PATH = "digests/2020-W38.json", "posts/2020-W38---Hot-Papers.md"
PAGE_PATH = "digests/2020-W38.html"

DIGESTS = [
    final(MONDAY, day_of(MONDAY, a=60, b=50)),
    final(TUESDAY, day_of(TUESDAY, a=70)),
    quiet(WEDNESDAY),
    final(THURSDAY),
    final(FRIDAY, day_of(FRIDAY, a=65)),
]


class Archive:
    """What is kept, and what is published of it; `read` are the days whose documents were read."""

    def __init__(self, *digests: Digest) -> None:
        self.editions = CountingEditions()
        self.roundups = MemoryRoundups()
        self.documents = MemoryDocuments()
        self.pages = MemoryPages()
        keep(self.editions, *digests)

    def render(self, *days: date) -> None:
        """Render days, as their records come."""
        renderer = make_renderer(self.editions, self.roundups, self.documents, pages=self.pages)
        for day in days:
            renderer.render(day)

    @property
    def published(self) -> dict[str, Document]:
        """The files of roundups."""
        files = self.documents.published
        return {path: files[path] for path in PATHS if path in files}


class CountingEditions(MemoryEditions):
    """A store that counts its queries."""

    def __init__(self) -> None:
        super().__init__()
        self.queries = 0

    def heads(self, first: date, last: date) -> Sequence[EditionHead]:
        self.queries += 1
        return super().heads(first, last)

    def first_date(self) -> date | None:
        self.queries += 1
        return super().first_date()

    def document(self, day: date) -> tuple[Revision, bytes] | None:
        self.queries += 1
        return super().document(day)


PATHS = [
    path
    for name in ("2020-W36", "2020-W37", "2020-W38", "2020-W39", "2020-W40", "2020-09")
    for path in (f"digests/{name}.json", f"posts/{name}---Hot-Papers.md")
]
"""Where files of roundups may lie."""


def files(period: Period, digests: Iterable[Digest]) -> dict[str, Document]:
    """The files of a roundup of digests."""
    in_order = sorted(digests, key=lambda digest: digest.date)
    roundup = make_roundup(period, in_order)
    revision = roundup_revision(make_edition(digest).revision for digest in in_order)
    json_text, post = write_roundup(roundup), write_roundup_post(roundup, FrontMatter())
    return {
        f"digests/{period.name}.json": Document(
            json_text, "application/json; charset=utf-8", revision
        ),
        f"posts/{period.name}---Hot-Papers.md": Document(
            post, "text/markdown; charset=utf-8", revision
        ),
    }


def test_a_week_that_is_complete_is_rounded_up(log: Log) -> None:
    archive = Archive(*DIGESTS)
    archive.render(FRIDAY)
    expected = files(WEEK, DIGESTS)
    revision = expected[JSON_PATH].revision
    assert archive.published == expected
    assert archive.roundups.kept == {WEEK.name: (revision, expected[JSON_PATH].content)}
    assert log.of("rounded up") == [
        {
            "period": "2020-W38",
            "revision": revision,
            "written": {JSON_PATH: True, POST_PATH: True, PAGE_PATH: True},
        }
    ]


def test_the_day_that_completes_a_week_may_be_any_of_it_a_quiet_one_too() -> None:
    for last in DIGESTS:
        archive = Archive(final(date(2020, 9, 11)))
        for digest in [*(each for each in DIGESTS if each != last), last]:
            assert archive.published == {}
            keep(archive.editions, digest)
            archive.render(digest.date)
        assert archive.published == files(WEEK, DIGESTS)


def test_a_digest_that_is_not_final_completes_nothing() -> None:
    archive = Archive(*DIGESTS[:4], replace(DIGESTS[4], final=False))
    archive.render(*WEEK.listing_dates)
    assert archive.published == {}
    assert archive.roundups.kept == {}


def test_records_that_come_twice_and_in_any_order_change_nothing(log: Log) -> None:
    archive = Archive(*DIGESTS)
    for order in list(permutations(WEEK.listing_dates))[::7]:
        archive.render(*order)
    assert archive.published == files(WEEK, DIGESTS)
    written = [made["written"] for made in log.of("rounded up")]
    assert written == [dict.fromkeys((JSON_PATH, POST_PATH, PAGE_PATH), True)] + [
        dict.fromkeys((JSON_PATH, POST_PATH, PAGE_PATH), False)
    ] * (len(written) - 1)


def test_a_day_that_is_measured_again_makes_the_roundup_again() -> None:
    archive = Archive(*DIGESTS)
    archive.render(MONDAY)
    again = [*DIGESTS]
    for number in (4, 1, 0):
        again[number] = measured_again(DIGESTS[number], day_of(again[number].date, a=55 + number))
        keep(archive.editions, again[number])
        archive.render(again[number].date)
        assert archive.published == files(WEEK, again)


def test_a_day_that_was_not_quiet_after_all_is_waited_for() -> None:
    archive = Archive(*DIGESTS)
    archive.render(FRIDAY)
    listing = Listing(
        WEDNESDAY, ListingState.FRESH, DIGESTS[2].collected_at, origin=Origin.FEED, papers=1
    )
    fresh = measured_again(DIGESTS[2], day_of(WEDNESDAY, a=99))
    still_open = replace(fresh, listing=listing, final=False)
    keep(archive.editions, still_open)
    archive.render(WEDNESDAY, FRIDAY)
    assert archive.published == files(WEEK, DIGESTS)
    over = replace(measured_again(still_open, still_open.papers), final=True)
    keep(archive.editions, over)
    archive.render(WEDNESDAY)
    assert archive.published == files(WEEK, [*DIGESTS[:2], over, *DIGESTS[3:]])


def test_an_archive_that_grows_backwards_makes_its_first_week_again() -> None:
    archive = Archive(*DIGESTS[3:])
    archive.render(FRIDAY)
    assert archive.published == files(WEEK, DIGESTS[3:])
    keep(archive.editions, DIGESTS[0])
    archive.render(MONDAY)
    assert archive.published == files(WEEK, DIGESTS[3:])
    keep(archive.editions, DIGESTS[1], DIGESTS[2])
    archive.render(TUESDAY, WEDNESDAY)
    assert archive.published == files(WEEK, DIGESTS)


class Mortal:
    """Stores of which a number of writes succeed; at the next the process dies, before or after."""

    def __init__(self, archive: Archive, writes: int, *, is_done: bool) -> None:
        self._archive, self._writes, self._is_done = archive, writes, is_done

    def document(self, name: str) -> tuple[Revision, bytes] | None:
        return self._archive.roundups.document(name)

    def packed_document(self, name: str) -> tuple[Revision, Packed] | None:
        return self._archive.roundups.packed_document(name)

    def revision(self, name: str) -> Revision | None:
        return self._archive.roundups.revision(name)

    def save(self, name: str, revision: Revision, document: bytes) -> Outcome:
        return self._write(lambda: self._archive.roundups.save(name, revision, document))

    def publish(self, *document: Any) -> bool:
        return self._write(lambda: self._archive.documents.publish(*document))

    def replace(self, *document: Any) -> bool:
        return self._write(lambda: self._archive.documents.replace(*document))

    def _write(self, write: Callable[[], T]) -> T:
        self._writes -= 1
        if self._writes < 0:
            if self._is_done:
                write()
            raise Death
        return write()


class Death(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("writes", range(5))
def test_a_renderer_that_dies_is_made_good_by_the_next_one(writes: int, is_done: bool) -> None:
    archive = Archive(*DIGESTS)
    mortal = Mortal(archive, writes, is_done=is_done)
    with pytest.raises(Death):
        make_renderer(archive.editions, mortal, mortal).render(FRIDAY)
    archive.render(FRIDAY)
    clean = Archive(*DIGESTS)
    clean.render(FRIDAY)
    assert archive.documents == clean.documents
    assert archive.roundups.kept == clean.roundups.kept


def test_a_week_of_quiet_days_has_no_post() -> None:
    digests = [quiet(day) for day in WEEK.listing_dates]
    archive = Archive(*digests)
    archive.render(FRIDAY)
    assert archive.published == {JSON_PATH: files(WEEK, digests)[JSON_PATH]}


def test_a_newer_roundup_stays() -> None:
    archive, newer = Archive(*DIGESTS), Archive(*DIGESTS)
    keep(newer.editions, measured_again(DIGESTS[2], ()))
    newer.render(WEDNESDAY)
    archive.roundups, archive.documents = newer.roundups, newer.documents
    kept, published = dict(newer.roundups.kept), newer.published
    archive.render(FRIDAY)
    assert (archive.roundups.kept, archive.published) == (kept, published)


class Overtaken(CountingEditions):
    """A store in which a day is replaced between a look at the heads and one at the documents."""

    replacement: Digest | None = None

    def heads(self, first: date, last: date) -> Sequence[EditionHead]:
        heads = super().heads(first, last)
        if self.replacement:
            keep(self, self.replacement)
            self.replacement = None
        return heads


def test_what_changes_meanwhile_is_taken_as_it_is_read() -> None:
    again = measured_again(DIGESTS[0], day_of(MONDAY, a=99))
    for replacement, is_made in ((again, True), (replace(again, final=False), False)):
        archive = Archive()
        archive.editions = Overtaken()
        keep(archive.editions, *DIGESTS)
        archive.editions.replacement = replacement
        archive.render(FRIDAY)
        expected = files(WEEK, [replacement, *DIGESTS[1:]]) if is_made else {}
        assert archive.published == expected


def september() -> list[Digest]:
    return [final(day, day_of(day, a=50 + day.day)) for day in MONTH.listing_dates]


def test_a_month_is_rounded_up_with_its_weeks() -> None:
    digests = september()
    archive = Archive(*digests)
    archive.render(*MONTH.listing_dates)
    # The archive begins on the Tuesday of week 36; week 40 goes on into October.
    made = ("2020-W36", "2020-W37", "2020-W38", "2020-W39", "2020-09")
    assert set(archive.roundups.kept) == set(made)
    for period in (MONTH, WEEK):
        inside = [digest for digest in digests if period.first <= digest.date <= period.last]
        assert files(period, inside).items() <= archive.published.items()


def test_a_roundup_is_made_of_few_reads() -> None:
    archive = Archive(*september())
    archive.render(FRIDAY)
    # The digest; the heads around it, and for three pages the heads around them and their digests;
    # for the week and the month where the archive begins, their heads, their digests; the ten days
    # of the feeds.
    assert archive.editions.queries == 1 + (1 + 3 * 2) + (2 + 5) + (2 + 22) + 10


@pytest.mark.thorough
@pytest.mark.thorough
@settings(max_examples=examples(25), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=8), st.randoms())
def test_whatever_is_measured_when_the_last_state_is_rounded_up(
    runs: list[tuple[int, int]], random: Random
) -> None:
    # Days are measured again and again; their records come at any time after that, some twice.
    archive, current, waiting = Archive(*DIGESTS), [*DIGESTS], list(WEEK.listing_dates)
    for number, rendered in runs:
        score = 50 + len(waiting)
        later = replace(
            current[number],
            collected_at=current[number].collected_at + timedelta(hours=1),
            papers=() if current[number].is_quiet else day_of(current[number].date, a=score),
        )
        keep(archive.editions, later)
        current[number] = later
        waiting.append(later.date)
        archive.render(*waiting[:rendered])
    random.shuffle(waiting)
    archive.render(*waiting)
    assert archive.published == files(WEEK, current)
