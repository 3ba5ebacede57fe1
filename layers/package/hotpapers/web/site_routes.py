"""What the addresses answer with that tell of the site itself, and have what its pages need."""

import json
import re
from functools import cache, partial

from hotpapers.bootstrap import archive
from hotpapers.documents.digest_json import write_json
from hotpapers.documents.pages.design import favicon, stylesheet
from hotpapers.errors import InvalidInputError
from hotpapers.use_cases.browse_years import (
    offer_archive_page,
    offer_sitemap,
    offer_sitemap_index,
)
from hotpapers.web.answers import Answer, Freshness
from hotpapers.web.offered import answer_json, answer_offer
from hotpapers.web.problems import NotFoundError
from hotpapers.web.representations import CSS, HTML, JSON, SVG, TEXT
from hotpapers.web.requests import Request


def answer_health(_: Request) -> Answer:
    """That the function is there and its settings are right."""
    archive()
    return answer_json({"status": "ok"}, Freshness.MOMENTARY)


def answer_status(request: Request) -> Answer:
    """How the newest listing dates and the sources stand, and what is late."""
    from hotpapers.use_cases.status import read_status  # knows how a run goes

    stores, presentation = archive()
    status = read_status(request.time, stores)
    if request.representation == JSON:
        return answer_json(status, Freshness.MOMENTARY)
    from hotpapers.documents.pages.status_page import write_status_page  # a template engine

    page = partial(write_status_page, status, presentation.site)
    return Answer(HTML, page, Freshness.MOMENTARY)


def answer_feeds(request: Request) -> Answer:
    """The feeds that there are."""
    from hotpapers.documents.pages.feeds_page import write_feeds_page  # as above
    from hotpapers.documents.pages.layout import feed_links

    _, presentation = archive()
    site = presentation.site
    if request.representation == HTML:
        return Answer(HTML, partial(write_feeds_page, site), Freshness.SETTLED)
    feeds = [
        {"title": link.title, "media_type": link.media_type, "url": site.link(link.path)}
        for link in feed_links()
    ]
    return answer_json({"feeds": feeds}, Freshness.SETTLED)


def answer_archive(request: Request) -> Answer:
    """The calendar of a year, or of the newest one."""
    stores, presentation = archive()
    return answer_offer(request, offer_archive_page(_year(request), stores, presentation.site))


def answer_sitemap_index(request: Request) -> Answer:
    """Where the years' sitemaps are."""
    stores, presentation = archive()
    return answer_offer(request, offer_sitemap_index(stores, presentation.site))


def answer_sitemap(request: Request) -> Answer:
    """The pages of a year."""
    stores, presentation = archive()
    return answer_offer(request, offer_sitemap(_year(request) or 0, stores, presentation.site))


def answer_robots(_: Request) -> Answer:
    """What robots may read."""
    from hotpapers.documents.sitemap import write_robots

    return Answer(TEXT, partial(write_robots, archive()[1].site), Freshness.SETTLED)


def answer_favicon(_: Request) -> Answer:
    """The icon."""
    return Answer(SVG, favicon, Freshness.SETTLED)


def answer_stylesheet(request: Request) -> Answer:
    """The stylesheet, whose name has a hash of it.

    A page that somebody kept from before a deployment asks for the one of then, and gets that of
    now for the moment: it is better than none.
    """
    stated = request.arguments["hash"]
    if not re.fullmatch("[0-9a-f]{8}", stated):
        raise NotFoundError(f"there is nothing at {request.path[:200]!r}")
    name, content = stylesheet()
    is_current = name == f"style-{stated}.css"
    return Answer(CSS, lambda: content, Freshness.FINAL if is_current else Freshness.CURRENT)


def answer_description(_: Request) -> Answer:
    """The description of all addresses, for programs."""
    return Answer(JSON, write_description, Freshness.CURRENT)


def answer_documentation(_: Request) -> Answer:
    """The description of all addresses, for people."""
    return Answer(HTML, _write_documentation, Freshness.CURRENT)


def _write_documentation() -> bytes:
    from hotpapers.documents.pages.docs_page import write_docs_page  # as above

    return write_docs_page(json.loads(write_description()), archive()[1].site)


@cache
def write_description() -> bytes:
    """The description of all addresses as OpenAPI: made once, for it is the same each time."""
    # Only whoever asks for it needs the rest of it.
    from hotpapers.web.addresses import OPERATIONS
    from hotpapers.web.openapi import openapi_document

    return write_json(openapi_document(OPERATIONS))


def _year(request: Request) -> int | None:
    """The year that an address names, if it does. Raises InvalidInputError."""
    text = request.arguments.get("year")
    if text is None:
        return None
    if not re.fullmatch("[0-9]{4}", text):
        raise InvalidInputError("year", f"must be a year such as 2020, not {text[:100]!r}")
    return int(text)
