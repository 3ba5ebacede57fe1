"""The archive year by year: which years there are, their calendars, and their sitemaps."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.pages.archive_page import write_archive_page
from hotpapers.domain.calendar import listing_dates
from hotpapers.domain.edition import Edition
from hotpapers.domain.roundup import days_awaited, parse_period, periods_of
from hotpapers.use_cases.browse import NO_DIGEST, Archive
from hotpapers.use_cases.browse_periods import why_no_roundup
from hotpapers.use_cases.browse_years import (
    complete_periods,
    offer_archive_page,
    offer_sitemap,
    offer_sitemap_index,
    read_years,
)
from hotpapers.use_cases.offers import Missing
from tests.builders import COLLECTED_AT
from tests.periods import final, quiet
from tests.properties import examples
from tests.reading import CountingEditions, content, make_archive, renderer_of
from tests.rendering import SITE
from tests.sitemaps import read_sitemap, read_sitemap_index

ALWAYS = [
    "https://hot.example/",
    "https://hot.example/archive",
    "https://hot.example/feeds",
    "https://hot.example/docs",
]
"""Pages that are in the newest year's sitemap."""


def edition(day: date, kind: str) -> Edition:
    """The digest of a day, as far as a calendar tells of it."""
    return Edition(
        day, COLLECTED_AT, (), b"{}", quiet=kind == "quiet", final=kind in ("final", "quiet")
    )


def archive_of(kinds: Mapping[date, str]) -> Archive:
    archive = make_archive()
    for day, kind in kinds.items():
        archive.editions.save(edition(day, kind))
    return archive


def complete(archive: Archive) -> set[str]:
    """The names of the periods of which nothing more is expected: each day asked by itself."""
    first = archive.editions.first_date()
    heads = {head.date: head for head in archive.editions.heads(date.min, date.max)}
    periods = {period for day in heads for period in periods_of(day)}
    return {period.name for period in periods if not days_awaited(period, heads, first)}


def sitemaps(archive: Archive) -> dict[int, list[str]]:
    """The addresses in each year's sitemap."""
    return {
        year: [address for address, _ in read_sitemap(content(offer_sitemap(year, archive, SITE)))]
        for year in read_years(archive) or ()
    }


def roundups_in(addresses: Collection[str]) -> list[str]:
    names = [address.rpartition("/")[2] for address in addresses]
    return [name for name in names if parse_period(name)]


# Years


def test_an_archive_has_the_years_from_its_first_digest_to_its_newest() -> None:
    kinds = dict.fromkeys((date(2018, 12, 31), date(2021, 1, 1)), "final")
    assert read_years(archive_of(kinds)) == range(2018, 2022)
    assert read_years(make_archive()) is None


@pytest.mark.parametrize(("first", "span"), [(2018, "2018 to 2021"), (2021, "2021")])
def test_a_year_without_digests_is_missing(first: int, span: str) -> None:
    archive = archive_of(dict.fromkeys((date(first, 12, 31), date(2021, 1, 1)), "final"))
    for year in (0, first - 1, 2022, 9999):
        assert offer_archive_page(year, archive, SITE) == Missing(
            f"there is no digest of {year}: the archive has {span}"
        )
        assert offer_sitemap(year, archive, SITE) == Missing(f"there is no digest of {year}")


def test_an_empty_archive_has_no_calendar_and_an_empty_index() -> None:
    archive = make_archive()
    assert offer_archive_page(None, archive, SITE) == NO_DIGEST
    assert offer_archive_page(2020, archive, SITE) == NO_DIGEST
    assert offer_sitemap(2020, archive, SITE) == Missing("there is no digest of 2020")
    assert read_sitemap_index(content(offer_sitemap_index(archive, SITE))) == []


# Calendars


def test_the_calendar_of_a_year_has_the_week_around_it() -> None:
    days = listing_dates(date(2019, 12, 2), date(2021, 1, 29))
    archive = archive_of(dict.fromkeys(days, "final"))
    heads = archive.editions.heads(date(2019, 12, 26), date(2021, 1, 6))
    years = range(2019, 2022)
    expected = write_archive_page(2020, heads, years, SITE)
    assert content(offer_archive_page(2020, archive, SITE)) == expected
    for name in ("2020-W01", "2020-W53", "2020-01", "2020-12"):
        assert f'href="/digests/{name}"'.encode() in expected


def test_without_a_year_it_is_the_newest_one_s() -> None:
    archive = archive_of(dict.fromkeys((date(2019, 5, 1), date(2020, 5, 1)), "final"))
    newest = content(offer_archive_page(None, archive, SITE))
    assert newest == content(offer_archive_page(2020, archive, SITE))
    assert newest != content(offer_archive_page(2019, archive, SITE))


def test_a_year_takes_three_queries() -> None:
    editions = CountingEditions()
    archive = make_archive(editions=editions)
    archive.editions.save(edition(date(2020, 9, 18), "final"))
    for offer in (offer_archive_page, offer_sitemap):
        editions.reads.clear()
        content(offer(2020, archive, SITE))
        assert sorted(editions.reads) == ["first_date", "heads", "newest_heads"]


# Which periods are complete

LAST_DAYS = listing_dates(date(2019, 12, 9), date(2020, 2, 7))
"""Two turns of months, one of them the year's."""
ARCHIVES = st.builds(
    lambda start, kinds: dict(zip(LAST_DAYS[start:], kinds, strict=False)),
    st.integers(0, 20),
    st.lists(
        st.sampled_from(["final"] * 12 + ["quiet"] * 4 + ["open", "nothing"]),
        min_size=1,
        max_size=len(LAST_DAYS),
    ),
).map(lambda kinds: {day: kind for day, kind in kinds.items() if kind != "nothing"})


@given(ARCHIVES)
@settings(max_examples=examples(50), deadline=None)
def test_each_roundup_that_there_is_stands_in_one_sitemap_and_no_other_does(
    kinds: Mapping[date, str],
) -> None:
    archive = archive_of(kinds)
    found = [name for year in sitemaps(archive).values() for name in roundups_in(year)]
    assert sorted(found) == sorted(complete(archive))


@given(ARCHIVES)
@settings(max_examples=examples(20), deadline=None)
def test_no_calendar_leads_to_a_roundup_that_is_not_there(kinds: Mapping[date, str]) -> None:
    archive = archive_of(kinds)
    there = complete(archive)
    for year in read_years(archive) or ():
        page = content(offer_archive_page(year, archive, SITE)).decode()
        addresses = re.findall(r'href="(/digests/[^"]+)"', page)
        assert {*roundups_in(addresses)} <= there
        # … and it leads to all of the months of its year.
        months = {name for name in there if "W" not in name and name.startswith(str(year))}
        assert months <= {*roundups_in(addresses)}


@given(ARCHIVES)
@settings(max_examples=examples(20), deadline=None)
def test_a_roundup_that_is_missing_says_so_where_it_is_not_in_a_sitemap(
    kinds: Mapping[date, str],
) -> None:
    archive = archive_of(kinds)
    there = complete(archive)
    for day in kinds:
        for period in periods_of(day):
            reason = why_no_roundup(period, archive).reason
            assert ("it is complete, and being made" in reason) == (period.name in there)


def test_a_gap_at_the_turn_of_the_year_is_no_beginning_of_the_archive() -> None:
    # The archive began long before; at Christmas nobody collected.
    days = [date(2019, 5, 1), *listing_dates(date(2020, 1, 2), date(2020, 1, 31))]
    archive = archive_of(dict.fromkeys(days, "final"))
    names = roundups_in(sitemaps(archive)[2020])
    assert names == ["2020-W02", "2020-W03", "2020-W04", "2020-W05"]


def test_a_week_at_the_turn_of_the_year_is_in_the_year_in_which_it_ends() -> None:
    days = listing_dates(date(2020, 12, 28), date(2021, 1, 8))
    archive = archive_of(dict.fromkeys(days, "final"))
    found = sitemaps(archive)
    assert roundups_in(found[2020]) == ["2020-12"]
    assert roundups_in(found[2021]) == ["2020-W53", "2021-W01"]
    # Where the archive begins on that Friday, there is no other year for it.
    later = archive_of(dict.fromkeys([date(2021, 1, 1)], "final"))
    assert roundups_in(sitemaps(later)[2021]) == ["2020-W53"]


def test_periods_need_no_heads_to_be_none() -> None:
    assert complete_periods(2020, [], None) == []
    assert complete_periods(2020, [], date(2020, 1, 1)) == []


# Sitemaps


def test_a_sitemap_has_the_pages_of_its_year() -> None:
    days = listing_dates(date(2020, 12, 21), date(2021, 1, 4))
    digests = [quiet(day) if day == date(2020, 12, 25) else final(day) for day in days[:-1]]
    digests.append(replace(final(days[-1]), final=False))
    archive = make_archive(*digests)
    for digest in digests:
        renderer_of(archive).render(digest.date)
    older = read_sitemap(content(offer_sitemap(2020, archive, SITE)))
    newer = read_sitemap(content(offer_sitemap(2021, archive, SITE)))
    modified = {digest.date: digest.collected_at for digest in digests}
    shown = [day for day in days[:9] if day != date(2020, 12, 25)]
    assert older == [
        ("https://hot.example/archive/2020", None),
        *((f"https://hot.example/digests/{day}", modified[day]) for day in shown),
        ("https://hot.example/digests/2020-W52", None),
        ("https://hot.example/digests/2020-12", None),
    ]
    assert newer == [
        *((address, None) for address in ALWAYS),
        ("https://hot.example/archive/2021", None),
        ("https://hot.example/digests/2021-01-01", modified[date(2021, 1, 1)]),
        ("https://hot.example/digests/2021-01-04", modified[date(2021, 1, 4)]),
        ("https://hot.example/digests/2020-W53", None),
    ]
    names = roundups_in([address for address, _ in [*older, *newer]])
    assert {name: archive.roundups.revision(name) is not None for name in names} == {
        "2020-W52": True,
        "2020-12": True,
        "2020-W53": True,
    }


def test_the_index_leads_to_every_year_s_sitemap() -> None:
    archive = archive_of(dict.fromkeys((date(2019, 5, 1), date(2021, 5, 3)), "final"))
    assert read_sitemap_index(content(offer_sitemap_index(archive, SITE))) == [
        "https://hot.example/sitemaps/2019.xml",
        "https://hot.example/sitemaps/2020.xml",
        "https://hot.example/sitemaps/2021.xml",
    ]


def test_a_year_without_digests_between_others_has_a_sitemap_all_the_same() -> None:
    archive = archive_of(dict.fromkeys((date(2019, 5, 1), date(2021, 5, 3)), "final"))
    assert sitemaps(archive)[2020] == ["https://hot.example/archive/2020"]
