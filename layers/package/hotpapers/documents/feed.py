"""Feeds before they are written: the same in every format."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID, uuid5

from hotpapers.documents.characters import CONTROL
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.selection import Selection

NAMESPACE = UUID("9f4b7a52-6c0e-4d0b-8a57-3f1d2c5e9b40")
"""In which the names of feeds and entries are ids (RFC 9562). It must never change: to a feed
reader an entry with another id is another entry. The host has no part in it, so a site that moves
keeps its readers."""

LANGUAGE = "en"

UNFIT = re.compile(r"[\x0b\x0c\r]")
"""What XML has no place for (https://www.w3.org/TR/xml/#charsets) beside `characters.CONTROL`,
and the line break that its readers take for another one."""


@dataclass(frozen=True)
class FeedEntry:
    """An entry of a feed.

    `id` is a `urn:uuid:…`, `address` the entry's page, `external_address` the page that it is about
    (empty: none); both are absolute. `title`, `authors`, `categories` and `summary` are plain text,
    `content_html` is HTML with absolute addresses. Times are in UTC.
    """

    id: str
    title: str
    address: str
    external_address: str
    published_at: datetime
    updated_at: datetime
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    summary: str
    content_html: str


@dataclass(frozen=True)
class Feed:
    """A feed, or a page of one.

    `address` is where this page of it is, in its format; `page` is the HTML page of the same, and
    `next_address` where its older entries are (None: there are none). All are absolute.
    """

    id: str
    title: str
    subtitle: str
    address: str
    page: str
    next_address: str | None
    updated_at: datetime
    entries: tuple[FeedEntry, ...]


def feed_id(name: str, selection: Selection) -> str:
    """The id of the feed of `digests` or `papers`: the same in all formats, on all of its pages."""
    return _urn(f"feed/{name}", selection)


def digest_entry_id(day: date, selection: Selection) -> str:
    """The id of a day's entry: one that has only the selected papers is another entry."""
    return _urn(f"digest/{day.isoformat()}", selection)


def paper_entry_id(paper: PaperId) -> str:
    """The id of a paper's entry, which is the same in every feed that has it."""
    return _urn(f"paper/{paper}", Selection())


def feed_text(text: str) -> str:
    """The text without characters that a feed cannot have in some format."""
    return UNFIT.sub("", CONTROL.sub("", text))


def _urn(name: str, selection: Selection) -> str:
    query = urlencode(selection.parameters, errors="replace")
    return uuid5(NAMESPACE, f"{name}?{query}" if query else name).urn
