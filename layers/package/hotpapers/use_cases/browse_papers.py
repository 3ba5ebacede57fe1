"""Reading the archive: papers by their ids."""

from hotpapers.documents.digest_json import (
    Document,
    history_document,
    paper_document,
    ranked_paper_document,
    read_digest,
    write_time,
)
from hotpapers.domain.history import history
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper_view import PaperView
from hotpapers.ports import EditionStore
from hotpapers.use_cases.browse import Archive


def read_paper(paper: PaperId, archive: Archive) -> PaperView | None:
    """A paper as the newest digest that it is in tells of it.

    One that is in no digest is told with its listing date, and what was measured of it. None for a
    paper that is in neither.
    """
    return _read_ranked(paper, archive.editions) or _read_listed(paper, archive)


def paper_view_document(view: PaperView) -> Document:
    """A paper by itself, as JSON values; the rank of one that is in no digest is null."""
    place = {
        "date": view.day.isoformat(),
        "collected_at": write_time(view.measured_at) if view.measured_at else None,
    }
    if view.rank is None:
        told = {**paper_document(view.paper), "history": history_document(view.history)}
        return {**place, "rank": None, **told}
    return {**place, **ranked_paper_document(view.entry)}


def _read_ranked(paper: PaperId, editions: EditionStore) -> PaperView | None:
    for day in editions.listing_dates(paper):
        kept = editions.document(day)
        if kept is None:
            continue
        digest = read_digest(kept[1])
        for entry in digest.papers:
            if entry.paper.id == paper:
                return PaperView(
                    paper=entry.paper,
                    day=day,
                    measured_at=digest.collected_at,
                    rank=entry.rank,
                    attention=entry.attention,
                    mentions=entry.mentions,
                    history=entry.history,
                    code=entry.code,
                )
    return None


def _read_listed(paper_id: PaperId, archive: Archive) -> PaperView | None:
    place = archive.listings.place(paper_id)
    if place is None:
        return None
    day, paper = place
    measurements = archive.measurements.measurements(day)
    points = history(paper_id, measurements)
    return PaperView(
        paper=paper,
        day=day,
        measured_at=measurements[-1].time if measurements else None,
        rank=None,
        attention=points[-1].attention if points else {},
        mentions=(),
        history=points,
    )
