"""What the addresses of papers answer with, and the search for them."""

from functools import partial

from hotpapers.bootstrap import archive
from hotpapers.documents.digest_json import Document, ranked_paper_document, write_time
from hotpapers.domain.card import Card
from hotpapers.domain.cursor import Cursors
from hotpapers.domain.identifiers import parse_paper_id
from hotpapers.domain.paper_view import PaperView
from hotpapers.errors import InvalidInputError
from hotpapers.use_cases.browse_papers import paper_view_document, read_paper
from hotpapers.use_cases.digest_lists import read_place
from hotpapers.use_cases.search import Found, search
from hotpapers.web.answers import Answer, Freshness
from hotpapers.web.offered import answer_json, asked_limit, going_on, next_links, settled
from hotpapers.web.parameters import LIMIT, read_cursor, read_selection
from hotpapers.web.problems import NotFoundError
from hotpapers.web.representations import HTML, JSON, MARKDOWN
from hotpapers.web.requests import Request


def answer_paper(request: Request) -> Answer:
    """A paper by its id, with or without a version."""
    return _answer_paper(request, request.arguments["paper"])


def answer_old_style_paper(request: Request) -> Answer:
    """A paper by its old-style id, which has a slash in it."""
    return _answer_paper(request, f"{request.arguments['archive']}/{request.arguments['number']}")


def answer_search(request: Request) -> Answer:
    """The papers that a filter lets through, newest first; as a page without a filter, the form."""
    stores, presentation = archive()
    selection, limit = read_selection(request.query), LIMIT.value(request.query)
    cursors = Cursors("search", selection)
    place = read_place(read_cursor(request.query, cursors))
    is_form = request.representation == HTML and selection.is_everything
    found = None if is_form else search(selection, limit, place, stores.catalogue)
    cursor = cursors.write(found.next) if found and found.next else None
    links = next_links(request, selection, cursor)
    if found is not None and request.representation == JSON:
        return answer_json(_found_document(found, cursor), links=links)
    from hotpapers.documents.pages.search_page import write_search_page  # a template engine

    cards = found.cards if found else None
    onward = going_on(asked_limit(request), cursor)
    page = partial(write_search_page, selection, cards, onward, presentation.site)
    return Answer(HTML, page, Freshness.CURRENT, links=links)


def _answer_paper(request: Request, text: str) -> Answer:
    view = _find(text)
    modified_at = settled(view.measured_at, request)
    if request.representation == JSON:
        return answer_json(paper_view_document(view), modified_at=modified_at)
    from hotpapers.documents.pages.paper_page import write_paper_page  # as above
    from hotpapers.documents.paper_markdown import write_paper_markdown

    form = request.representation
    write = {HTML: write_paper_page, MARKDOWN: write_paper_markdown}[form]
    content = partial(write, view, archive()[1].site)
    return Answer(form, content, Freshness.CURRENT, modified_at=modified_at)


def _find(text: str) -> PaperView:
    paper_id = parse_paper_id(text)
    if paper_id is None:
        raise InvalidInputError("id", f"{text[:100]!r} is not an arXiv id such as 2009.08319")
    stores, _ = archive()
    view = read_paper(paper_id, stores)
    if view is None:
        raise NotFoundError(f"{paper_id} is in no digest, and in no listing that is kept")
    return view


def _found_document(found: Found, cursor: str | None) -> Document:
    """What was found, as JSON values."""
    papers = [_card_document(card) for card in found.cards]
    return {"papers": papers, **({} if cursor is None else {"cursor": cursor})}


def _card_document(card: Card) -> Document:
    return {
        "date": card.date.isoformat(),
        "measured_at": write_time(card.measured_at),
        "final": card.final,
        **ranked_paper_document(card.entry),
    }
