"""The page of a paper: all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hotpapers.documents.attention_chart import attention_chart
from hotpapers.documents.html_text import html_text
from hotpapers.documents.pages.addresses import paper_path
from hotpapers.documents.pages.bibtex import bibtex
from hotpapers.documents.pages.html import Html
from hotpapers.documents.pages.json_ld import CONTEXT, Data, article
from hotpapers.documents.pages.layout import Head, write_page
from hotpapers.documents.pages.paper_part import known_sources, paper_part
from hotpapers.documents.site import Site
from hotpapers.documents.tex import tex_text
from hotpapers.domain.digest import Point
from hotpapers.domain.paper import Paper
from hotpapers.domain.paper_view import PaperView
from hotpapers.domain.sources import SOURCES


@dataclass(frozen=True)
class HistoryRow:
    """What was measured at a time: the points of each source (None: it did not tell)."""

    time: datetime
    score: Decimal
    points: tuple[Decimal | None, ...]


def write_paper_page(view: PaperView, site: Site) -> bytes:
    """The page of a paper, in UTF-8."""
    sources = _sources(view)
    entry = view.entry
    return write_page(
        "paper",
        _head(view.paper, site),
        site,
        view=view,
        part=paper_part(entry, view.day, sources, entry.score),
        sources=sources,
        chart=Html(attention_chart(view.history, "Attention over time")),
        rows=history_rows(view.history, sources),
        bibtex=Html("\n".join(map(html_text, bibtex(view.paper).split("\n")))),
    )


def history_rows(history: Sequence[Point], sources: Sequence[str]) -> tuple[HistoryRow, ...]:
    """A history as the rows of a table, newest first."""
    return tuple(
        HistoryRow(point.time, point.score, tuple(_points(point, name) for name in sources))
        for point in reversed(history)
    )


def _points(point: Point, source: str) -> Decimal | None:
    known = point.attention.get(source)
    return known.weighted if known else None


def _sources(view: PaperView) -> tuple[str, ...]:
    """The sources that ever told of the paper."""
    told = {name for point in view.history for name in point.attention}
    told.update(known_sources([view.entry]))
    return tuple(name for name in SOURCES if name in told)


def _head(paper: Paper, site: Site) -> Head:
    return Head(
        title=tex_text(paper.title),
        description=tex_text(paper.abstract) or f"arXiv:{paper.id}",
        path=paper_path(paper.id),
        forms=("json", "md"),
        kind="article",
        data=_data(paper, site),
    )


def _data(paper: Paper, site: Site) -> Data:
    return {"@context": CONTEXT, **article(paper, site, with_abstract=True)}
