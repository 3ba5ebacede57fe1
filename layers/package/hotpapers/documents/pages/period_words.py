"""The names of weeks and months in words."""

from hotpapers.documents.roundup_post import span_text
from hotpapers.domain.roundup import Period, PeriodKind


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
