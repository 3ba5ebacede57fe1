"""A roundup as JSON: what programs read, and the form in which a roundup is stored.

The document holds all of the roundup, so that `read_roundup(write_roundup(roundup)) == roundup`,
and what follows from it. Its papers stand there as they do in their digests, each with the day that
it is of. The same roundup always gives the same bytes.
"""

import json
from datetime import date
from decimal import Decimal

from hotpapers.documents.digest_json import (
    Document,
    ranked_paper_document,
    read_ranked_paper,
    read_time,
    write_json,
    write_time,
)
from hotpapers.domain.roundup import Period, PeriodKind, Roundup, RoundupDay, RoundupPaper


def write_roundup(roundup: Roundup) -> bytes:
    """The roundup's JSON document, in UTF-8, ending in a line break."""
    return write_json(roundup_document(roundup))


def read_roundup(document: bytes) -> Roundup:
    """The roundup that `write_roundup` wrote."""
    fields = json.loads(document, parse_float=Decimal)
    return Roundup(
        period=Period(PeriodKind(fields["kind"]), fields["year"], fields["number"]),
        sources=tuple(fields["sources"]),
        days=tuple(_read_day(day) for day in fields["days"]),
        papers=tuple(_read_paper(paper) for paper in fields["papers"]),
        hot=fields["papers_hot"],
    )


def roundup_document(roundup: Roundup) -> Document:
    """The roundup as JSON values; what there is nothing to say of in a day is absent."""
    period = roundup.period
    return {
        "period": period.name,
        "kind": period.kind.value,
        "year": period.year,
        "number": period.number,
        "first_date": period.first.isoformat(),
        "last_date": period.last.isoformat(),
        "measured_at": write_time(roundup.collected_at),
        "sources": list(roundup.sources),
        "days": [_day_document(day) for day in roundup.days],
        "days_missing": [day.isoformat() for day in roundup.days_missing],
        "papers_hot": roundup.hot,
        "papers": [_paper_document(paper, roundup) for paper in roundup.papers],
    }


def _day_document(day: RoundupDay) -> Document:
    said = {
        "quiet": day.quiet,
        "why": day.why,
        "shortfall": day.shortfall,
        "lacking": list(day.lacking),
    }
    return {
        "date": day.date.isoformat(),
        "measured_at": write_time(day.collected_at),
        "papers_hot": day.hot,
        **{name: value for name, value in said.items() if value},
    }


def _read_day(fields: Document) -> RoundupDay:
    return RoundupDay(
        date=date.fromisoformat(fields["date"]),
        collected_at=read_time(fields["measured_at"]),
        hot=fields["papers_hot"],
        quiet=fields.get("quiet", False),
        why=fields.get("why", ""),
        shortfall=fields.get("shortfall", ""),
        lacking=tuple(fields.get("lacking", ())),
    )


def _paper_document(paper: RoundupPaper, roundup: Roundup) -> Document:
    """A paper with its two ranks, the one in the roundup and the one of its day."""
    return {
        **ranked_paper_document(paper.entry),
        "rank": paper.rank,
        "date": paper.date.isoformat(),
        "measured_at": write_time(roundup.measured_at(paper)),
        "rank_of_day": paper.entry.rank,
    }


def _read_paper(fields: Document) -> RoundupPaper:
    entry = read_ranked_paper({**fields, "rank": fields["rank_of_day"]})
    return RoundupPaper(fields["rank"], date.fromisoformat(fields["date"]), entry)
