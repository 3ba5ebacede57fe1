"""Reading the pages and posts of days: which there are, what they are called, what they cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.documents.pages.digest_page import write_digest_page
from hotpapers.documents.presentation import Presentation
from hotpapers.documents.site import Site
from hotpapers.domain.calendar import listing_dates
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import EditionHead, Neighbours, neighbours
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.packing import Packed, pack
from hotpapers.domain.page import Page
from hotpapers.errors import ReplacedError
from hotpapers.use_cases.browse import MOST_QUIET, NO_DIGEST, Archive
from hotpapers.use_cases.browse_pages import make_weekend, offer_digest_page, offer_post
from hotpapers.use_cases.measure import make_edition, make_quiet
from hotpapers.use_cases.offers import Missing, Offer
from tests.fakes import Log, MemoryPages
from tests.periods import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    day_of,
    final,
    keep,
    measured_again,
    quiet,
)
from tests.properties import examples
from tests.reading import (
    NOW,
    CountingEditions,
    UnreachablePages,
    content,
    make_archive,
    offered,
    rendered_archive,
    renderer_of,
    without_pages,
)
from tests.rendering import SITE

NEXT_MONDAY, SATURDAY = FRIDAY + timedelta(days=3), FRIDAY + timedelta(days=1)
DIGESTS = (
    final(MONDAY, day_of(MONDAY, a=60, b=50)),
    final(TUESDAY, day_of(TUESDAY, a=70)),
    quiet(WEDNESDAY),
    final(FRIDAY, day_of(FRIDAY, a=65)),
    quiet(NEXT_MONDAY),
)
"""Of Thursday nothing is known; Friday's is the newest digest that has papers."""
PRESENTATION = Presentation(SITE, FrontMatter())


def page(day: date | None, archive: Archive, moment: datetime = NOW) -> Offer | Missing:
    return offer_digest_page(day, moment, archive, SITE)


# Pages that were made ahead


@pytest.mark.parametrize("digest", DIGESTS)
def test_a_page_is_the_same_made_ahead_or_on_the_spot(digest: Digest) -> None:
    archive = rendered_archive(*DIGESTS)
    ahead = offered(page(digest.date, archive))
    on_the_spot = offered(page(digest.date, without_pages(archive)))
    assert isinstance(ahead.content(), Packed)
    assert isinstance(on_the_spot.content(), bytes)
    assert content(ahead) == content(on_the_spot)
    assert replace(ahead, content=on_the_spot.content) == on_the_spot


def test_a_page_leads_to_the_digests_beside_it() -> None:
    archive = rendered_archive(*DIGESTS)
    assert content(page(FRIDAY, archive)) == write_digest_page(
        DIGESTS[3], Neighbours(WEDNESDAY, NEXT_MONDAY), SITE
    )
    assert content(page(MONDAY, archive)) == write_digest_page(
        DIGESTS[0], Neighbours(None, TUESDAY), SITE
    )


def test_a_page_tells_when_it_last_changed_and_whether_it_will() -> None:
    open_day = replace(DIGESTS[1], final=False)
    archive = make_archive(DIGESTS[0], open_day)
    offers = [offered(page(day, archive)) for day in (MONDAY, TUESDAY)]
    # Monday's leads on since Tuesday's appeared.
    assert [(offer.modified_at, offer.final) for offer in offers] == [
        (open_day.collected_at, True),
        (open_day.collected_at, False),
    ]


@pytest.mark.parametrize("made_of", ["", "other"])
def test_a_page_that_was_made_of_something_else_is_not_served(made_of: str) -> None:
    archive = rendered_archive(*DIGESTS)
    assert isinstance(archive.pages, MemoryPages)
    path = f"digests/{MONDAY}.html"
    right = archive.pages.kept[path]
    archive.pages.kept[path] = Page(made_of, right.modified_at, pack(b"old"))
    offer = offered(page(MONDAY, archive))
    assert (offer.tag, content(offer)) == (right.made_of, right.content.unpack())


def test_a_page_that_cannot_be_fetched_is_made_with_one_read_more(log: Log) -> None:
    editions = CountingEditions()
    archive = rendered_archive(*DIGESTS, editions=editions)
    ahead = offered(page(MONDAY, archive))
    editions.reads.clear()
    made = offered(page(MONDAY, replace(archive, pages=UnreachablePages())))
    assert (content(made), replace(made, content=ahead.content)) == (content(ahead), ahead)
    assert editions.reads == ["heads", "document"]
    assert log.of("page cannot be fetched") == [
        {"path": "digests/2020-09-14.html", "reason": "S3 answered GetObject with SlowDown"}
    ]


def test_a_page_is_not_served_any_more_once_its_digest_is_measured_again() -> None:
    archive = rendered_archive(*DIGESTS)
    before = offered(page(MONDAY, archive))
    again = measured_again(DIGESTS[0], day_of(MONDAY, a=99))
    keep(archive.editions, again)
    after = offered(page(MONDAY, archive))
    assert after.tag != before.tag
    assert content(after) == write_digest_page(again, Neighbours(None, TUESDAY), SITE)
    renderer_of(archive).render(MONDAY)
    ahead = offered(page(MONDAY, archive))
    assert isinstance(ahead.content(), Packed)
    assert (ahead.tag, content(ahead)) == (after.tag, content(after))


class Moving(CountingEditions):
    """Editions of which a day is replaced after its head was read."""

    newer: Digest | None = None

    def document(self, day: date) -> tuple[str, bytes] | None:
        if self.newer:
            self.save(make_edition(self.newer))
        return super().document(day)


def test_a_page_whose_digest_is_replaced_meanwhile_is_not_told_by_the_old_name() -> None:
    editions = Moving()
    archive = make_archive(*DIGESTS, editions=editions)
    offer = offered(page(MONDAY, archive))
    editions.newer = measured_again(DIGESTS[0], ())
    with pytest.raises(ReplacedError, match="the digest of 2020-09-14 has been replaced just now"):
        offer.content()


# The newest page


def newest(archive: Archive, day: date) -> None:
    """Without a day, the page is that of a day in all respects."""
    for each in (archive, without_pages(archive)):
        latest, dated = offered(page(None, each)), offered(page(day, each))
        assert content(latest) == content(dated)
        assert replace(latest, content=dated.content) == dated


def test_the_newest_page_is_that_of_the_newest_day_that_was_not_quiet() -> None:
    newest(rendered_archive(*DIGESTS), FRIDAY)
    newest(rendered_archive(*DIGESTS[:3]), TUESDAY)
    newest(rendered_archive(DIGESTS[2]), WEDNESDAY)
    assert page(None, make_archive()) == NO_DIGEST


@pytest.mark.parametrize("days", [MOST_QUIET - 1, MOST_QUIET, MOST_QUIET + 1])
def test_the_newest_page_is_the_same_however_many_days_were_quiet_since(days: int) -> None:
    after = [quiet(day) for day in listing_dates(WEDNESDAY, date(2020, 12, 31))[:days]]
    expected = TUESDAY if days <= MOST_QUIET else after[-1].date
    newest(make_archive(*DIGESTS[:2], *after), expected)


KINDS = st.sampled_from(["papers", "nothing", "quiet"])


def some_digests(kinds: Mapping[date, str]) -> Iterable[Digest]:
    for day, kind in kinds.items():
        if kind != "nothing":
            yield quiet(day) if kind == "quiet" else final(day, day_of(day, a=60))


@given(st.lists(KINDS, min_size=1, max_size=25))
@settings(max_examples=examples(15), deadline=None)
def test_the_newest_page_has_the_name_of_its_day(kinds: Sequence[str]) -> None:
    days = [MONDAY + timedelta(days=7 * (n // 5) + n % 5) for n in range(len(kinds))]
    archive = make_archive(*some_digests(dict(zip(days, kinds, strict=True))))
    latest = page(None, archive)
    if isinstance(latest, Missing):
        assert set(kinds) == {"nothing"}
        return
    heads = archive.editions.newest_heads(MOST_QUIET + 1)
    day = next((head.date for head in heads if not head.quiet), heads[0].date)
    dated = offered(page(day, archive))
    assert replace(latest, content=dated.content) == dated


# Names


def all_offers() -> list[Offer]:
    """The pages of days in archives that differ in one thing each, some in nothing."""
    again = measured_again(DIGESTS[0], DIGESTS[0].papers)
    archives = [
        make_archive(*DIGESTS),
        rendered_archive(*DIGESTS),
        make_archive(again, *DIGESTS[1:]),
        make_archive(replace(DIGESTS[0], final=False), *DIGESTS[1:]),
        make_archive(*DIGESTS[1:]),
        make_archive(DIGESTS[0], *DIGESTS[2:]),
    ]
    days = [MONDAY, TUESDAY, WEDNESDAY, FRIDAY, SATURDAY, None]
    found = [page(day, archive) for archive in archives for day in days]
    found += [
        offer_digest_page(day, NOW, archives[0], Site("https://other.example")) for day in days
    ]
    return [offer for offer in found if isinstance(offer, Offer)]


def test_pages_have_the_same_name_where_they_have_the_same_bytes_and_nowhere_else() -> None:
    told = [(offer.tag, content(offer)) for offer in all_offers()]
    assert len(told) > 30
    names, contents = {name for name, _ in told}, {found for _, found in told}
    assert len(names) == len(contents) == len(set(told))


# What it costs


def reads(day: date | None, archive: Archive) -> list[str]:
    editions = archive.editions
    assert isinstance(editions, CountingEditions)
    editions.reads.clear()
    page(day, archive)
    return list(editions.reads)


def test_the_name_of_a_page_takes_one_query() -> None:
    archive = rendered_archive(*DIGESTS, editions=CountingEditions())
    assert reads(FRIDAY, archive) == ["heads"]
    assert reads(SATURDAY, archive) == ["heads"]
    assert reads(None, archive) == ["newest_heads"]


def test_a_page_that_was_made_ahead_is_made_of_no_digest() -> None:
    editions = CountingEditions()
    archive = rendered_archive(*DIGESTS, editions=editions)
    offer = offered(page(FRIDAY, archive))
    editions.reads.clear()
    assert content(offer)
    assert editions.reads == []
    on_the_spot = offered(page(FRIDAY, without_pages(archive)))
    editions.reads.clear()
    assert content(on_the_spot) == content(offer)
    assert editions.reads == ["document"]


# Days of which no digest is kept


def test_the_page_of_a_weekend_leads_to_the_days_around_it() -> None:
    archive = make_archive(*DIGESTS)
    offer = offered(page(SATURDAY, archive))
    place = Neighbours(FRIDAY, NEXT_MONDAY)
    assert content(offer) == write_digest_page(make_weekend(SATURDAY), place, SITE)
    assert (offer.modified_at, offer.final) == (None, False)


def test_the_page_of_a_weekend_has_another_name_once_it_leads_elsewhere() -> None:
    archive = make_archive(*DIGESTS[:4])
    before = offered(page(SATURDAY, archive))
    assert offered(page(SATURDAY, archive)).tag == before.tag
    keep(archive.editions, DIGESTS[4])
    assert offered(page(SATURDAY, archive)).tag != before.tag


def test_a_quiet_day_has_a_page_before_it_has_a_digest() -> None:
    archive = make_archive(*DIGESTS)
    listing = Listing(THURSDAY, ListingState.QUIET, NOW, "the evening of a holiday")
    assert archive.listings.keep(listing, [])
    offer = offered(page(THURSDAY, archive))
    assert content(offer) == write_digest_page(
        make_quiet(listing, None), Neighbours(WEDNESDAY, FRIDAY), SITE
    )
    other = replace(listing, why="another reason", found_at=NOW + timedelta(hours=1))
    assert archive.listings.keep(other, [])
    assert offered(page(THURSDAY, archive)).tag != offer.tag


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (THURSDAY, "no run has looked for its listing"),
        (date(2020, 9, 22), "arXiv announces its papers at 2020-09-22T00:00:00Z"),
    ],
)
def test_a_missing_day_and_one_to_come_have_a_reason_and_no_page(day: date, reason: str) -> None:
    missing = Missing(f"there is no digest of {day}: {reason}")
    archive = make_archive(*DIGESTS)
    assert page(day, archive) == missing
    assert offer_post(day, NOW, archive, PRESENTATION) == missing


@pytest.mark.parametrize(
    "day", [date.min, date(1, 1, 6), date(1, 1, 14), date(9999, 12, 18), date.max]
)
def test_the_ends_of_the_calendar_are_days_like_any_other(day: date) -> None:
    found = page(day, make_archive(*DIGESTS))
    if day.weekday() < 5:
        assert isinstance(found, Missing)
    else:
        assert content(found) == write_digest_page(make_weekend(day), Neighbours(), SITE)


# Neighbours


@given(st.integers(0, 60), st.sets(st.integers(0, 60)))
def test_neighbours_are_the_nearest_days_within_two_weeks(number: int, others: set[int]) -> None:
    heads = [EditionHead(MONDAY + timedelta(days=other), NOW, "", 0) for other in sorted(others)]
    before = [other for other in others if number - 14 <= other < number]
    after = [other for other in others if number < other <= number + 14]
    assert neighbours(MONDAY + timedelta(days=number), heads) == Neighbours(
        MONDAY + timedelta(days=max(before)) if before else None,
        MONDAY + timedelta(days=min(after)) if after else None,
    )


# Posts


def test_a_post_is_written_of_the_digest_that_is_kept() -> None:
    archive = make_archive(*DIGESTS)
    offer = offered(offer_post(MONDAY, NOW, archive, PRESENTATION))
    assert content(offer) == write_post(DIGESTS[0], FrontMatter())
    assert (offer.modified_at, offer.final) == (DIGESTS[0].collected_at, True)


def test_the_newest_post_is_that_of_its_day() -> None:
    archive = make_archive(*DIGESTS)
    latest = offered(offer_post(None, NOW, archive, PRESENTATION))
    dated = offered(offer_post(FRIDAY, NOW, archive, PRESENTATION))
    assert content(latest) == content(dated)
    assert replace(latest, content=dated.content) == dated


def test_posts_have_the_same_name_where_they_have_the_same_bytes_and_nowhere_else() -> None:
    again = measured_again(DIGESTS[0], DIGESTS[0].papers)
    archives = [make_archive(*DIGESTS), make_archive(*DIGESTS), make_archive(again, *DIGESTS[1:])]
    forms = [PRESENTATION, Presentation(SITE, FrontMatter(draft=True))]
    offers = [
        offered(offer_post(day, NOW, archive, form))
        for archive in archives
        for form in forms
        for day in (MONDAY, TUESDAY, FRIDAY, None)
    ]
    told = {(offer.tag, content(offer)) for offer in offers}
    # Three days, one of them in two states, in two forms each.
    assert len(told) == len({tag for tag, _ in told}) == len({post for _, post in told}) == 8


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (WEDNESDAY, "arXiv announced nothing"),
        (SATURDAY, "arXiv lists no papers on a Saturday"),
    ],
)
def test_a_day_without_an_announcement_has_no_post(day: date, why: str) -> None:
    missing = Missing(f"there is no post of {day}: {why}")
    assert offer_post(day, NOW, make_archive(*DIGESTS), PRESENTATION) == missing


def test_where_all_days_were_quiet_there_is_no_newest_post() -> None:
    found = offer_post(None, NOW, make_archive(quiet(MONDAY)), PRESENTATION)
    assert found == Missing("there is no post of 2020-09-14: arXiv announced nothing")
    assert offer_post(None, NOW, make_archive(), PRESENTATION) == NO_DIGEST


def test_a_weekend_is_quiet_for_good() -> None:
    weekend = make_weekend(SATURDAY)
    assert (weekend.is_quiet, weekend.final, weekend.papers) == (True, True, ())
    assert weekend.collected_at == datetime(2020, 9, 19, tzinfo=UTC)
