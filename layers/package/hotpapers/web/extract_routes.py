"""What the addresses of digests and roundups answer with where not all of the papers are wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from hotpapers.bootstrap import archive
from hotpapers.documents.presentation import Presentation
from hotpapers.domain.cursor import Cursors
from hotpapers.domain.digest import Digest
from hotpapers.domain.fingerprint import fingerprint
from hotpapers.domain.roundup import Roundup, RoundupPaper, parse_period
from hotpapers.domain.selection import LARGEST_LIMIT
from hotpapers.events import read_date
from hotpapers.use_cases.browse import find_digest
from hotpapers.use_cases.browse_pages import make_weekend
from hotpapers.use_cases.browse_periods import find_roundup
from hotpapers.use_cases.extracts import (
    Extract,
    Part,
    cursors_of,
    extract_digest,
    extract_roundup,
    papers_alone,
)
from hotpapers.use_cases.offers import Missing
from hotpapers.web.answers import Answer
from hotpapers.web.offered import answer_json, freshness, going_on, next_links, settled
from hotpapers.web.parameters import SHORTENED, read_cursor, read_selection
from hotpapers.web.problems import NotFoundError
from hotpapers.web.representations import HTML, JSON, MARKDOWN
from hotpapers.web.requests import Request

LATEST = "latest"


@dataclass(frozen=True)
class Asked:
    """Which papers of which digest or roundup are wanted, and the cursors by which to go on."""

    name: str
    part: Part
    cursors: Cursors

    def cursor(self, extract: Extract) -> str | None:
        """Where the papers of an extract go on, if they do."""
        return None if extract.following is None else self.cursors.write(extract.following)

    def onward(self, extract: Extract) -> Sequence[tuple[str, str]]:
        """What leads on beside the selection, as parameters; nothing at the end."""
        return going_on(self.part.limit, self.cursor(extract))


def read_asked(request: Request) -> Asked:
    """Which papers a request asks for. Raises InvalidInputError."""
    selection = read_selection(request.query)
    cursors = cursors_of(selection)
    part = Part(selection, SHORTENED.value(request.query), read_cursor(request.query, cursors))
    return Asked(request.arguments["digest"], part, cursors)


def read_day(name: str) -> date | None:
    """The day that an address names; None stands for the newest. Raises InvalidInputError."""
    return None if name == LATEST else read_date("date", name)


def answer_extract(request: Request, asked: Asked) -> Answer:
    """Some papers of a digest or roundup, in the form that is wanted."""
    if request.representation == HTML and asked.part.limit is None:
        asked = replace(asked, part=replace(asked.part, limit=LARGEST_LIMIT))  # a page has no more
    whole, extract = _extract(request, asked)
    if request.representation == JSON:
        return _answer_json(request, asked, extract)
    form, presentation = request.representation, archive()[1]
    write = {HTML: _write_page, MARKDOWN: _write_post}[form]
    return Answer(
        representation=form,
        content=partial(write, whole, extract, asked, presentation),
        freshness=freshness(form, final=extract.final and asked.name != LATEST),
        modified_at=settled(extract.modified_at, request),
        links=next_links(request, asked.part.selection, asked.cursor(extract)),
    )


def answer_digest_papers(request: Request) -> Answer:
    """The papers of a digest or roundup alone."""
    asked = read_asked(request)
    _, extract = _extract(request, asked)
    return _answer_json(request, asked, replace(extract, document=papers_alone(extract.document)))


def _answer_json(request: Request, asked: Asked, extract: Extract) -> Answer:
    cursor = asked.cursor(extract)
    return answer_json(
        extract.document if cursor is None else {**extract.document, "cursor": cursor},
        freshness(JSON, final=extract.final and asked.name != LATEST),
        settled(extract.modified_at, request),
        next_links(request, asked.part.selection, cursor),
    )


def _extract(request: Request, asked: Asked) -> tuple[Digest | Roundup, Extract]:
    """The digest or roundup, and what is wanted of it. Raises NotFoundError."""
    stores, _ = archive()
    if period := parse_period(asked.name):
        found = find_roundup(period, stores)
        if isinstance(found, Missing):
            raise NotFoundError(found.reason)
        revision, document = found
        return extract_roundup(document, fingerprint(revision), asked.part)
    kept = find_digest(read_day(asked.name), request.time, stores)
    if isinstance(kept, Missing):
        raise NotFoundError(kept.reason)
    digest, extract = extract_digest(kept, asked.part)
    return digest or make_weekend(kept.date), extract


def _write_page(
    whole: Digest | Roundup, extract: Extract, asked: Asked, presentation: Presentation
) -> bytes:
    # The pages have a template engine, which data never needs.
    from hotpapers.documents.pages.digest_page import write_selected_digest_page
    from hotpapers.documents.pages.rest import Rest
    from hotpapers.documents.pages.roundup_page import write_roundup_page

    selection, site = asked.part.selection, presentation.site
    rest = Rest(extract.left, asked.onward(extract)) if extract.left else None
    if isinstance(whole, Roundup):
        return write_roundup_page(whole, site, _wanted(whole, extract), selection, rest)
    return write_selected_digest_page(whole, extract.papers, selection, site, rest)


def _write_post(
    whole: Digest | Roundup, extract: Extract, _: Asked, presentation: Presentation
) -> bytes:
    from hotpapers.documents.hot_papers_post import write_post
    from hotpapers.documents.roundup_post import write_roundup_post

    if isinstance(whole, Roundup):
        shortened = replace(whole, papers=_wanted(whole, extract))
        return write_roundup_post(shortened, presentation.front_matter)
    if whole.listing and whole.is_quiet:
        raise NotFoundError(f"there is no post of {whole.date}: {whole.listing.why}")
    return write_post(replace(whole, papers=tuple(extract.papers)), presentation.front_matter)


def _wanted(roundup: Roundup, extract: Extract) -> tuple[RoundupPaper, ...]:
    """The papers of an extract, as the roundup has them."""
    wanted = {entry.paper.id for entry in extract.papers}
    return tuple(paper for paper in roundup.papers if paper.entry.paper.id in wanted)
