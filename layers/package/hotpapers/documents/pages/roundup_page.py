"""The page of a roundup: the best papers of a week or month, and its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hotpapers.documents.pages.addresses import roundup_path
from hotpapers.documents.pages.filter_form import filter_form
from hotpapers.documents.pages.json_ld import collection
from hotpapers.documents.pages.layout import Head, write_page
from hotpapers.documents.pages.paper_part import highest_score, paper_part
from hotpapers.documents.pages.rest import Rest, rest_path
from hotpapers.documents.pages.words import enumeration, plural
from hotpapers.documents.period_words import period_kind_text, period_text
from hotpapers.documents.site import Site
from hotpapers.documents.tex import tex_text
from hotpapers.domain.roundup import Roundup, RoundupDay, RoundupPaper
from hotpapers.domain.selection import Selection
from hotpapers.domain.sources import SOURCES

TITLES_IN_DESCRIPTION = 3
EVERYTHING = Selection()


@dataclass(frozen=True)
class DayLine:
    """A listing date of a roundup: how many hot papers it has (None: none are known), and what is
    to be said of it."""

    date: date
    hot: int | None
    note: str
    linked: bool


def write_roundup_page(
    roundup: Roundup,
    site: Site,
    selected: Sequence[RoundupPaper] | None = None,
    selection: Selection = EVERYTHING,
    rest: Rest | None = None,
) -> bytes:
    """The page of a roundup, in UTF-8.

    `selected` are those of its papers that a filter lets through (None: all), as many as fit;
    `rest` says where the others are.
    """
    period = roundup.period
    papers = roundup.papers if selected is None else selected
    most = highest_score([paper.entry for paper in roundup.papers])
    return write_page(
        "roundup",
        _head(roundup, papers, selection, site),
        site,
        roundup=roundup,
        kicker=f"The best of {period_kind_text(period)}",
        title=period_text(period),
        papers=[
            paper_part(paper.entry, paper.date, roundup.sources, most, paper.rank)
            for paper in papers
        ],
        rest=rest,
        rest_path=rest_path(roundup_path(period.name), selection, rest),
        form=filter_form(roundup_path(period.name), selection),
        days=day_lines(roundup),
        sources=roundup.sources,
    )


def day_lines(roundup: Roundup) -> Sequence[DayLine]:
    """The listing dates of a roundup, in order."""
    lines = [_line(day) for day in roundup.days]
    lines += [
        DayLine(day, None, "from before the archive", linked=False) for day in roundup.days_missing
    ]
    return sorted(lines, key=lambda line: line.date)


def _line(day: RoundupDay) -> DayLine:
    if day.quiet:
        return DayLine(day.date, None, day.why or "no announcement", linked=True)
    lacking = [source.title for name, source in SOURCES.items() if name in day.lacking]
    notes = [
        f"papers may be missing: {day.shortfall}" if day.shortfall else "",
        f"not all is known of {enumeration(lacking)}" if lacking else "",
    ]
    return DayLine(day.date, day.hot, "; ".join(note for note in notes if note), linked=True)


def _head(
    roundup: Roundup, chosen: Sequence[RoundupPaper], selection: Selection, site: Site
) -> Head:
    period = roundup.period
    path, name = roundup_path(period.name), period_text(period)
    papers = [paper.entry.paper for paper in chosen]
    titles = "; ".join(tex_text(paper.title) for paper in papers[:TITLES_IN_DESCRIPTION])
    return Head(
        title=f"The best of {name}",
        description=(
            f"The best {plural(len(papers), 'papers')} of {name}: {titles}."
            if papers
            else f"No hot papers in {name}."
        ),
        path=path,
        parameters=selection.parameters,
        forms=("json",) if roundup.is_quiet else ("json", "md"),
        data=(
            collection(f"The best papers of {name}", site.link(path), papers, site)
            if selection.is_everything
            else None
        ),
        indexed=selection.is_everything,
    )
