"""What the addresses of digests and roundups answer with."""

from functools import partial

from hotpapers.bootstrap import archive
from hotpapers.documents.digest_json import Document
from hotpapers.domain.cursor import Cursors
from hotpapers.domain.roundup import Period, parse_period
from hotpapers.use_cases.browse import find_digest, head_document, offer_digest
from hotpapers.use_cases.browse_pages import offer_digest_page, offer_post
from hotpapers.use_cases.browse_periods import (
    offer_roundup,
    offer_roundup_page,
    offer_roundup_post,
)
from hotpapers.use_cases.digest_lists import DigestList, list_digests, read_place
from hotpapers.use_cases.extracts import Part
from hotpapers.use_cases.offers import Missing, Offer
from hotpapers.web.answers import Answer, Freshness
from hotpapers.web.extract_routes import LATEST, answer_extract, read_asked, read_day
from hotpapers.web.offered import (
    answer_json,
    answer_offer,
    asked_limit,
    going_on,
    next_links,
    settled,
)
from hotpapers.web.parameters import LIMIT, read_cursor, read_selection
from hotpapers.web.representations import HTML, JSON, MARKDOWN
from hotpapers.web.requests import Request


def answer_digests(request: Request) -> Answer:
    """The list of digests: `limit` of them, from where `cursor` points."""
    stores, presentation = archive()
    selection, limit = read_selection(request.query), LIMIT.value(request.query)
    cursors = Cursors("digests", selection)
    place = read_place(read_cursor(request.query, cursors))
    found = list_digests(selection, limit, place, stores.editions, stores.catalogue)
    cursor = cursors.write(found.following) if found.following else None
    links = next_links(request, selection, cursor)
    times = [head.collected_at for head in found.heads] if selection.is_everything else []
    modified_at = settled(max(times, default=None), request)
    if request.representation == JSON:
        document = _list_document(found, cursor)
        return answer_json(document, modified_at=modified_at, links=links)
    from hotpapers.documents.pages.digests_page import write_digests_page  # a template engine

    onward = going_on(asked_limit(request), cursor)
    page = partial(
        write_digests_page, found.heads, onward, selection, found.matches, presentation.site
    )
    return Answer(HTML, page, Freshness.CURRENT, modified_at=modified_at, links=links)


def answer_newest(request: Request) -> Answer:
    """The newest digest, as the first page."""
    return _answer_whole(request, LATEST)


def answer_digest(request: Request) -> Answer:
    """A digest by its date or `latest`, a roundup by its week or month, or some of the papers."""
    asked = read_asked(request)
    if asked.part == Part():
        return _answer_whole(request, asked.name)
    return answer_extract(request, asked)


def _answer_whole(request: Request, name: str) -> Answer:
    period = parse_period(name)
    offer = _offer_roundup(request, period) if period else _offer_digest(request, name)
    return answer_offer(request, offer, moves=name == LATEST)


def _offer_digest(request: Request, name: str) -> Offer | Missing:
    stores, presentation = archive()
    day = read_day(name)
    if request.representation == HTML:
        return offer_digest_page(day, request.time, stores, presentation.site)
    if request.representation == MARKDOWN:
        return offer_post(day, request.time, stores, presentation)
    kept = find_digest(day, request.time, stores)
    return kept if isinstance(kept, Missing) else offer_digest(kept)


def _offer_roundup(request: Request, period: Period) -> Offer | Missing:
    stores, presentation = archive()
    if request.representation == HTML:
        return offer_roundup_page(period, stores, presentation.site)
    if request.representation == MARKDOWN:
        return offer_roundup_post(period, stores, presentation)
    return offer_roundup(period, stores)


def _list_document(found: DigestList, cursor: str | None) -> Document:
    """A page of the list, as JSON values; `matches` says how many papers of each are wanted."""
    digests = [
        {
            **head_document(head),
            **({} if found.matches is None else {"matches": found.matches[head.date]}),
        }
        for head in found.heads
    ]
    return {"digests": digests, **({} if cursor is None else {"cursor": cursor})}
