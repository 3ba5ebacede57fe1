"""Spans, weeks and months in words."""

from datetime import date

from hotpapers.domain.roundup import Period, PeriodKind


def span_text(first: date, last: date) -> str:
    """Two dates as people write them: `14–18 September 2020`, `31 August – 4 September 2020`."""
    until = f"{last.day} {last:%B} {last.year}"
    if first.year != last.year:
        return f"{first.day} {first:%B} {first.year} – {until}"
    if first.month != last.month:
        return f"{first.day} {first:%B} – {until}"
    return f"{first.day}–{until}"


def period_text(period: Period) -> str:
    """A week by its listing dates, `14–18 September 2020`, or a month, `September 2020`."""
    if period.kind is PeriodKind.WEEK:
        dates = period.listing_dates
        return span_text(dates[0], dates[-1])
    return f"{period.first:%B} {period.year}"


def period_kind_text(period: Period) -> str:
    """`Week 38 of 2020`, or that it is a month."""
    if period.kind is PeriodKind.WEEK:
        return f"week {period.number} of {period.year}"
    return "the month"
