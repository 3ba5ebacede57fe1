"""Reading the archive year by year: calendars for people, sitemaps for search engines."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hotpapers.documents.pages.addresses import (
    ARCHIVE,
    DOCUMENTATION,
    FEEDS,
    digest_path,
    roundup_path,
    year_path,
)
from hotpapers.documents.site import Site
from hotpapers.documents.sitemap import Place, write_sitemap, write_sitemap_index
from hotpapers.domain.edition import EditionHead
from hotpapers.domain.roundup import Period, days_awaited, periods_of
from hotpapers.use_cases.browse import NO_DIGEST, Archive
from hotpapers.use_cases.offers import Missing, Offer

AROUND = timedelta(days=6)
"""How far a week of a year may lie in another one."""


def read_years(archive: Archive) -> range | None:
    """The years that have digests, from the first to the last; None where there are none."""
    return _years_from(archive.editions.first_date(), archive)


def offer_archive_page(year: int | None, archive: Archive, site: Site) -> Offer | Missing:
    """The calendar of a year, or of the newest one (None), or why there is none: three queries."""
    years = read_years(archive)
    if years is None:
        return NO_DIGEST
    shown = years[-1] if year is None else year
    if shown not in years:
        return Missing(f"there is no digest of {year}: the archive has {_span(years)}")
    heads = archive.editions.heads(date(shown, 1, 1) - AROUND, date(shown, 12, 31) + AROUND)

    def content() -> bytes:
        from hotpapers.documents.pages.archive_page import write_archive_page  # a template engine

        return write_archive_page(shown, heads, years, site)

    return Offer(content)


def offer_sitemap_index(archive: Archive, site: Site) -> Offer:
    """The index of the sitemaps: two queries."""
    years = read_years(archive) or range(0)
    return Offer(lambda: write_sitemap_index(years, site))


def offer_sitemap(year: int, archive: Archive, site: Site) -> Offer | Missing:
    """The sitemap of a year, or why there is none: three queries."""
    first_date = archive.editions.first_date()
    years = _years_from(first_date, archive)
    if years is None or year not in years:
        return Missing(f"there is no digest of {year}")
    heads = archive.editions.heads(date(year, 1, 1) - AROUND, date(year, 12, 31) + AROUND)
    complete = complete_periods(year, heads, first_date)
    places = list(_places(year, heads, complete, is_newest=year == years[-1]))
    return Offer(lambda: write_sitemap(places, site))


def _years_from(first_date: date | None, archive: Archive) -> range | None:
    newest = archive.editions.newest_heads(1)
    return range(first_date.year, newest[0].date.year + 1) if first_date and newest else None


def _places(
    year: int, heads: Sequence[EditionHead], complete: Sequence[Period], *, is_newest: bool
) -> Iterator[Place]:
    if is_newest:
        yield from (("/", None), (ARCHIVE, None), (FEEDS, None), (DOCUMENTATION, None))
    yield year_path(year), None
    of_year = [head for head in heads if head.date.year == year]
    yield from ((digest_path(head.date), head.collected_at) for head in of_year if not head.quiet)
    yield from ((roundup_path(period.name), None) for period in complete)


def complete_periods(
    year: int, heads: Sequence[EditionHead], first_date: date | None
) -> Sequence[Period]:
    """The weeks and months whose last listing date is in a year, and that are complete.

    `heads` are those of the year's digests and of a week before, in order. An archive that begins
    within a period has a roundup of it all the same: on `first_date` (None: it is empty).
    """
    by_date = {head.date: head for head in heads}
    begun = dict.fromkeys(period for day in by_date for period in periods_of(day))
    return [
        period
        for period in begun
        if period.listing_dates[-1].year == year and not days_awaited(period, by_date, first_date)
    ]


def _span(years: range) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
