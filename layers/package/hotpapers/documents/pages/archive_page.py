"""The calendar of a year: which days have digests, and how many papers these have."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotpapers.documents.pages.addresses import digest_path, roundup_path, year_path
from hotpapers.documents.pages.layout import Head, write_page
from hotpapers.documents.pages.words import long_day_text, plural
from hotpapers.documents.site import Site
from hotpapers.domain.edition import EditionHead
from hotpapers.domain.roundup import Period, PeriodKind, days_awaited, periods_of

HEAT = (1, 6, 12, 20, 30)
"""From how many hot papers on a day has each shade. The blog's days have eleven on average."""

Heads = Mapping[date, EditionHead]


@dataclass(frozen=True)
class Cell:
    """A day of the calendar: its shade (0: none) and its name in full with what it has.

    Without a `path` nothing is kept of it.
    """

    day: date
    path: str
    shade: int
    label: str
    quiet: bool = False


@dataclass(frozen=True)
class Week:
    """A week of a month's calendar, from Monday to Friday; None for days of other months.

    `path` leads to its roundup; it is empty where there is none.
    """

    number: int
    path: str
    name: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Month:
    """A month's calendar; `path` leads to its roundup, and is empty where there is none."""

    name: str
    path: str
    weeks: tuple[Week, ...]


def write_archive_page(year: int, heads: Sequence[EditionHead], years: range, site: Site) -> bytes:
    """The page of a year, in UTF-8.

    `heads` are those of its digests, and best those of the weeks' days around it too, without which
    the first and the last week lead to no roundup. `years` are those that have digests.
    """
    by_date = {head.date: head for head in heads}
    own = [head for head in heads if head.date.year == year]
    papers = sum(head.papers for head in own)
    head = Head(
        title=f"{year}",
        description=f"{plural(len(own), 'digests')} of {year} with {plural(papers, 'hot papers')}.",
        path=year_path(year),
        section="/archive",
        previous=year_path(year - 1) if year - 1 in years else "",
        next=year_path(year + 1) if year + 1 in years else "",
    )
    begins = min(by_date, default=None) if years and year == years[0] else date(year - 1, 1, 1)
    return write_page(
        "archive",
        head,
        site,
        year=year,
        years=years,
        digests=sum(not head.quiet for head in own),
        papers=papers,
        months=[month(year, number, by_date, begins) for number in range(1, 13)],
        shades=HEAT,
    )


def month(year: int, number: int, heads: Heads, begins: date | None) -> Month:
    """The calendar of a month, in an archive that begins on a day (None: it is empty)."""
    period = Period(PeriodKind.MONTH, year, number)
    weeks = Calendar().monthdatescalendar(year, number)
    return Month(
        name=f"{period.first:%B}",
        path=_roundup_path(period, heads, begins),
        weeks=tuple(
            _week(days[:5], period, heads, begins)
            for days in weeks
            if any(day.month == number for day in days[:5])
        ),
    )


def shade(papers: int) -> int:
    """The shade of a day with so many hot papers, from 0 (none) to 5."""
    return sum(papers >= least for least in HEAT)


def _week(days: Sequence[date], month: Period, heads: Heads, begins: date | None) -> Week:
    period, _ = periods_of(days[0])
    return Week(
        number=period.number,
        path=_roundup_path(period, heads, begins),
        name=period.name,
        cells=tuple(_cell(day, heads) if day.month == month.number else None for day in days),
    )


def _cell(day: date, heads: Heads) -> Cell:
    head = heads.get(day)
    if head is None:
        return Cell(day, "", 0, f"{long_day_text(day)}: nothing")
    if head.quiet:
        return Cell(day, digest_path(day), 0, f"{long_day_text(day)}: quiet", quiet=True)
    label = f"{long_day_text(day)}: {plural(head.papers, 'hot papers')}"
    return Cell(day, digest_path(day), shade(head.papers), label)


def _roundup_path(period: Period, heads: Heads, begins: date | None) -> str:
    """Where the roundup of a period is; empty where it waits for a day, or has none."""
    has_any = any(day in heads for day in period.listing_dates)
    if not has_any or days_awaited(period, heads, begins):
        return ""
    return roundup_path(period.name)
