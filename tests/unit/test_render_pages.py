"""What the renderer makes ahead: pages, feeds and the catalogue."""

import re
from datetime import date, timedelta

import pytest

from hotpapers.documents.pages.digest_page import write_digest_page
from hotpapers.documents.pages.roundup_page import write_roundup_page
from hotpapers.domain.card import digest_cards
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import EditionHead, Neighbours, Revision
from hotpapers.domain.packing import pack
from hotpapers.domain.page import Page, PageMark
from hotpapers.domain.roundup import make_roundup
from hotpapers.domain.selection import LARGEST_LIMIT, Selection
from hotpapers.errors import StoreError
from hotpapers.use_cases.browse import StoredDigest
from hotpapers.use_cases.extracts import Part, cursors_of, extract_digest
from hotpapers.use_cases.feeds import NEWEST_DAYS, newest_feeds
from hotpapers.use_cases.measure import make_edition
from hotpapers.use_cases.pages import digest_page_plan
from hotpapers.use_cases.search import search
from tests.fakes import (
    Clock,
    Log,
    MemoryCatalogue,
    MemoryDocuments,
    MemoryEditions,
    MemoryPages,
    MemoryRoundups,
)
from tests.periods import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    day_of,
    final,
    keep,
    measured_again,
    quiet,
    scored,
)
from tests.rendering import SITE, make_renderer

DIGESTS = (
    final(MONDAY, day_of(MONDAY, a=60, b=50)),
    final(TUESDAY, day_of(TUESDAY, a=70)),
    quiet(WEDNESDAY),
    final(THURSDAY),
    final(FRIDAY, day_of(FRIDAY, a=65)),
)
FEEDS = [f"feeds/{kind}.{end}" for kind in ("digests", "papers") for end in ("atom", "rss", "json")]


class Archive:
    """What is kept, and what the renderer makes of it."""

    def __init__(self, *digests: Digest) -> None:
        self.editions = MemoryEditions()
        self.pages = MemoryPages()
        self.catalogue = MemoryCatalogue()
        self.roundups = MemoryRoundups()
        self.renderer = make_renderer(
            self.editions,
            self.roundups,
            MemoryDocuments(),
            catalogue=self.catalogue,
            pages=self.pages,
        )
        keep(self.editions, *digests)

    def render(self, *days: date) -> None:
        for day in days:
            self.renderer.render(day)

    def page(self, path: str) -> bytes:
        """What lies at a path."""
        page = self.pages.page(path)
        assert page is not None
        return page.content.unpack()

    @property
    def papers(self) -> list[str]:
        """The ids in the catalogue, newest first."""
        found = search(Selection(), 100, None, self.catalogue)
        return [card.entry.paper.id for card in found.cards]


def path_of(day: date) -> str:
    return f"digests/{day}.html"


def test_a_day_s_page_leads_to_the_days_beside_it() -> None:
    archive = Archive(*DIGESTS)
    archive.render(TUESDAY)
    assert archive.page(path_of(TUESDAY)) == write_digest_page(
        DIGESTS[1], Neighbours(MONDAY, WEDNESDAY), SITE
    )


def test_the_page_of_a_quiet_day_is_made_too() -> None:
    archive = Archive(*DIGESTS)
    archive.render(WEDNESDAY)
    assert archive.page(path_of(WEDNESDAY)) == write_digest_page(
        DIGESTS[2], Neighbours(TUESDAY, THURSDAY), SITE
    )


def test_a_new_day_is_led_to_by_the_pages_of_those_beside_it() -> None:
    archive = Archive(DIGESTS[0], DIGESTS[2])
    archive.render(MONDAY, WEDNESDAY)
    keep(archive.editions, DIGESTS[1])
    archive.render(TUESDAY)
    whole = Archive(*DIGESTS[:3])
    whole.render(MONDAY, TUESDAY, WEDNESDAY)
    assert archive.pages == whole.pages


def test_days_may_be_rendered_in_any_order_and_again() -> None:
    days = [digest.date for digest in DIGESTS]
    forwards, backwards = Archive(*DIGESTS), Archive(*DIGESTS)
    forwards.render(*days)
    backwards.render(*reversed(days), *days)
    assert forwards.pages == backwards.pages
    assert forwards.papers == backwards.papers


def test_a_page_that_is_as_it_should_be_is_not_made_again(log: Log) -> None:
    archive = Archive(*DIGESTS)
    archive.render(MONDAY, TUESDAY, MONDAY)
    written = [record["written"] for record in log.of("rendered")]
    assert written[2] == {
        "digests/2020-09-14.json": False,
        "posts/2020-09-14---Hot-Papers.md": False,
        "digests/2020-09-14.html": False,
        "digests/2020-09-15.html": False,
    }
    assert [record["written"] for record in log.of("feeds made")] == [
        dict.fromkeys(FEEDS, True),
        dict.fromkeys(FEEDS, False),
        dict.fromkeys(FEEDS, False),
    ]


def test_a_page_of_another_look_is_made_again() -> None:
    archive = Archive(*DIGESTS)
    archive.render(MONDAY)
    page = archive.pages.kept[path_of(MONDAY)]
    archive.pages.kept[path_of(MONDAY)] = type(page)("other", page.modified_at, page.content)
    archive.render(MONDAY)
    assert archive.pages.kept[path_of(MONDAY)] == page


def test_a_week_that_is_complete_has_a_page() -> None:
    archive = Archive(*DIGESTS)
    archive.render(FRIDAY)
    assert archive.page("digests/2020-W38.html") == write_roundup_page(
        make_roundup(WEEK, DIGESTS), SITE
    )


def test_what_does_not_fit_on_a_page_is_led_to() -> None:
    ranks = range(1, LARGEST_LIMIT + 3)
    digest = final(MONDAY, [scored(f"2009.{rank:05}", 900 - rank, rank) for rank in ranks])
    archive = Archive(digest)
    archive.render(MONDAY)
    page = archive.page(path_of(MONDAY)).decode()
    [cursor] = set(re.findall(r'href="/digests/2020-09-14\?cursor=([\w-]+)"', page))
    kept = archive.editions.packed_document(MONDAY)
    assert kept is not None
    place = cursors_of(Selection()).read(cursor)
    _, rest = extract_digest(StoredDigest(MONDAY, *kept), Part(after=place))
    assert tuple(rest.papers) == digest.papers[LARGEST_LIMIT:]


# Fingerprints


def plan_of(day: date, *digests: Digest, site_url: str = SITE.url) -> tuple[str, str]:
    """What the page of a day is made of, among digests, and when that last changed."""
    editions = MemoryEditions()
    keep(editions, *digests)
    heads = editions.heads(date(2020, 9, 1), date(2020, 9, 30))
    [head] = [head for head in heads if head.date == day]
    plan = digest_page_plan(head, heads, type(SITE)(site_url), editions)
    return plan.made_of, f"{plan.modified_at:%Y-%m-%dT%H:%M}"


def test_a_page_is_named_by_all_that_it_is_made_of() -> None:
    plain = plan_of(MONDAY, *DIGESTS)
    assert plan_of(MONDAY, *DIGESTS[:2]) == plain  # what is further away has no part in it
    others = {
        "measured again": plan_of(
            MONDAY, measured_again(DIGESTS[0], DIGESTS[0].papers), *DIGESTS[1:]
        ),
        "without a neighbour": plan_of(MONDAY, DIGESTS[0]),
        "with another one": plan_of(MONDAY, DIGESTS[0], *DIGESTS[2:]),
        "elsewhere": plan_of(MONDAY, *DIGESTS, site_url="https://other.example"),
    }
    names = [plain[0], *(name for name, _ in others.values())]
    assert len(set(names)) == len(names)


def test_a_page_is_modified_when_a_day_beside_it_appears() -> None:
    alone, beside = plan_of(MONDAY, DIGESTS[0]), plan_of(MONDAY, *DIGESTS[:2])
    assert (alone[1], beside[1]) == ("2020-09-21T00:00", "2020-09-22T00:00")


# Meanwhile


class Overtaken(MemoryEditions):
    """Editions of which one is replaced after the heads were read."""

    def __init__(self, newer: Digest) -> None:
        super().__init__()
        self._newer = newer

    def heads(self, first: date, last: date) -> list[EditionHead]:
        heads = [*super().heads(first, last)]
        self.save(make_edition(self._newer))
        return heads


def test_a_page_that_is_replaced_meanwhile_is_planned_anew() -> None:
    newer = measured_again(DIGESTS[0], DIGESTS[0].papers)
    editions, pages = Overtaken(newer), MemoryPages()
    keep(editions, DIGESTS[0], DIGESTS[1])
    make_renderer(editions, MemoryRoundups(), MemoryDocuments(), pages=pages).render(MONDAY)
    clean = Archive(newer, DIGESTS[1])
    clean.render(MONDAY)
    assert pages.kept[path_of(MONDAY)] == clean.pages.kept[path_of(MONDAY)]


class Contested(MemoryPages):
    """Pages where others put something else each time, so many times."""

    times = 0

    def mark(self, path: str) -> PageMark | None:
        mark = super().mark(path)
        if self.times:
            self.times -= 1
            self.kept[path] = Page("other", DIGESTS[0].collected_at, pack(str(self.times).encode()))
        return mark


def test_a_page_that_others_put_meanwhile_is_looked_at_again() -> None:
    archive, pages = Archive(*DIGESTS), Contested()
    pages.times = 3
    make_renderer(archive.editions, MemoryRoundups(), MemoryDocuments(), pages=pages).render(MONDAY)
    archive.render(MONDAY)
    assert pages.kept == archive.pages.kept


def test_a_page_that_others_put_all_the_time_is_given_up_on() -> None:
    archive, pages, clock = Archive(*DIGESTS), Contested(), Clock()
    pages.times = 1_000
    renderer = make_renderer(
        archive.editions, MemoryRoundups(), MemoryDocuments(), pages=pages, sleep=clock.sleep
    )
    with pytest.raises(StoreError, match="is being written by others all the time"):
        renderer.render(MONDAY)
    assert clock.pauses == [0.1, 0.2, 0.4, 0.8]


# Feeds


def test_the_feeds_have_the_newest_days() -> None:
    days = [WEEK.first - timedelta(days=back) for back in range(0, -4, -1)]
    archive = Archive(*DIGESTS)
    archive.render(*days)
    heads = archive.editions.newest_heads(NEWEST_DAYS)
    assert {path: archive.page(path) for path in FEEDS} == {
        plan.path: plan.make() for plan in newest_feeds(heads, SITE, archive.editions)
    }


def test_an_older_day_leaves_the_feeds_alone(log: Log) -> None:
    older = [final(MONDAY - timedelta(days=7 * weeks)) for weeks in range(1, NEWEST_DAYS + 1)]
    archive = Archive(*older, *DIGESTS)
    archive.render(older[-1].date)
    assert log.of("feeds made") == []
    assert not set(FEEDS) & archive.pages.kept.keys()


# The catalogue


def test_the_papers_of_a_day_are_in_the_catalogue() -> None:
    archive = Archive(*DIGESTS)
    archive.render(MONDAY, FRIDAY)
    cards = [*digest_cards(DIGESTS[4]), *digest_cards(DIGESTS[0])]
    assert set(archive.papers) == {card.entry.paper.id for card in cards}


def test_a_paper_that_is_hot_no_more_leaves_the_catalogue() -> None:
    archive = Archive(*DIGESTS)
    archive.render(MONDAY)
    less = measured_again(DIGESTS[0], DIGESTS[0].papers[:1])
    keep(archive.editions, less)
    archive.render(MONDAY)
    assert archive.papers == [DIGESTS[0].papers[0].paper.id]


@pytest.mark.parametrize("day", [MONDAY, WEDNESDAY])
def test_an_older_edition_that_comes_late_changes_nothing(day: date) -> None:
    archive = Archive(*DIGESTS)
    archive.render(MONDAY)
    revision: Revision = "2000-01-01T00:00:00Z#0"
    archive.catalogue.file(MONDAY, revision, ())
    archive.render(day)
    assert len(archive.papers) == 2
