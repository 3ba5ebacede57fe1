"""Reading the archive's roundups."""

from hotpapers.domain.roundup import Period, days_awaited
from hotpapers.use_cases.browse import Archive


def find_roundup(period: Period, archive: Archive) -> bytes | None:
    """The JSON document of a period's roundup; None where there is none."""
    kept = archive.roundups.document(period.name)
    return kept[1] if kept else None


def why_no_roundup(period: Period, archive: Archive) -> str:
    """Why a period has no roundup: nothing is kept of it, or it is not complete yet."""
    first_date = archive.editions.first_date()
    if first_date is None:
        return "there is no digest yet"
    if first_date > period.last:
        return f"the archive begins on {first_date}"
    heads = {head.date: head for head in archive.editions.heads(period.first, period.last)}
    awaited = days_awaited(period, heads, first_date)
    if not awaited:
        return "it is complete, and being made"
    why = f"it is not complete yet, for the digest of {awaited[0]} is not final"
    match len(awaited) - 1:
        case 0:
            return why
        case 1:
            return f"{why}, and 1 more is not"
        case others:
            return f"{why}, and {others} more are not"
