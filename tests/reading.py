"""Archives on stores in memory, and what readers get of them, piece by piece."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from hotpapers.domain.card import Card, digest_cards
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import EditionHead, Revision
from hotpapers.domain.packing import Packed, pack
from hotpapers.domain.page import Page
from hotpapers.errors import StoreError
from hotpapers.ports import EditionStore
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.measure import make_edition
from hotpapers.use_cases.offers import Content, Missing, Offer
from hotpapers.use_cases.render import Renderer
from tests.builders import COLLECTED_AT, X_ONLY
from tests.fakes import (
    MemoryCatalogue,
    MemoryDocuments,
    MemoryEditions,
    MemoryListings,
    MemoryMeasurements,
    MemoryPages,
    MemoryRoundups,
)
from tests.periods import keep
from tests.rendering import make_renderer

NOW = datetime(2020, 9, 21, 9, 30, tzinfo=UTC)
"""When readers come: on a Monday."""

Place = TypeVar("Place")
Part = TypeVar("Part")


class CountingEditions(MemoryEditions):
    """Editions that tell how they were read: `reads` are the methods' names, in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[str] = []

    def newest_heads(self, limit: int, before: date | None = None) -> Sequence[EditionHead]:
        self.reads.append("newest_heads")
        return super().newest_heads(limit, before)

    def heads(self, first: date, last: date) -> Sequence[EditionHead]:
        self.reads.append("heads")
        return super().heads(first, last)

    def first_date(self) -> date | None:
        self.reads.append("first_date")
        return super().first_date()

    def document(self, day: date) -> tuple[Revision, bytes] | None:
        self.reads.append("document")
        return super().document(day)

    def packed_document(self, day: date) -> tuple[Revision, Packed] | None:
        # Without counting `document`, by way of which it is made.
        self.reads.append("packed_document")
        kept = super().document(day)
        return (kept[0], pack(kept[1])) if kept else None


class UnreachablePages(MemoryPages):
    """Pages that cannot be fetched."""

    def page(self, path: str) -> Page | None:  # noqa: ARG002
        raise StoreError("S3 answered GetObject with SlowDown")


def make_archive(*digests: Digest, editions: EditionStore | None = None) -> Archive:
    """An archive that has these digests, and nothing made of them yet."""
    archive = Archive(
        editions=MemoryEditions() if editions is None else editions,
        listings=MemoryListings(),
        measurements=MemoryMeasurements(),
        roundups=MemoryRoundups(),
        catalogue=MemoryCatalogue(),
        pages=MemoryPages(),
    )
    keep(archive.editions, *digests)
    return archive


def renderer_of(archive: Archive) -> Renderer:
    """The renderer of an archive."""
    return make_renderer(
        archive.editions,
        archive.roundups,
        MemoryDocuments(),
        catalogue=archive.catalogue,
        pages=archive.pages,
    )


def rendered_archive(*digests: Digest, editions: EditionStore | None = None) -> Archive:
    """An archive that has these digests, and all that is made of them."""
    archive = make_archive(*digests, editions=editions)
    for digest in digests:
        renderer_of(archive).render(digest.date)
    return archive


def file_digests(archive: Archive, *digests: Digest) -> None:
    """Keep digests, and file their papers: no page is made of them."""
    keep(archive.editions, *digests)
    for digest in digests:
        revision = make_edition(digest).revision
        archive.catalogue.file(digest.date, revision, digest_cards(digest))


def filed_archive(*digests: Digest) -> Archive:
    """An archive that has these digests and their papers filed, and no pages."""
    archive = make_archive()
    file_digests(archive, *digests)
    return archive


def without_pages(archive: Archive) -> Archive:
    """The same archive, where no page was made ahead."""
    return replace(archive, pages=MemoryPages())


def digest_of(day: date, cards: Sequence[Card]) -> Digest:
    """A digest of these papers."""
    entries = tuple(sorted((card.entry for card in cards), key=lambda entry: entry.rank))
    return Digest(day, COLLECTED_AT, entries, X_ONLY)


def digests_of(cards: Mapping[date, Sequence[Card]]) -> list[Digest]:
    """The digests of some days, whose papers are given as cards."""
    return [digest_of(day, found) for day, found in cards.items()]


def offered(offer: Offer | Missing) -> Offer:
    """What is offered, since something is."""
    assert isinstance(offer, Offer), offer
    return offer


def content(offer: Offer | Missing) -> bytes:
    """The bytes that are offered."""
    return unpacked(offered(offer).content())


def unpacked(found: Content) -> bytes:
    """Bytes that may be packed."""
    return found.unpack() if isinstance(found, Packed) else found


def walk(
    read: Callable[[Place | None], Part], following: Callable[[Part], Place | None]
) -> Iterator[Part]:
    """The pages of a list, each read from where the one before says that it goes on.

    More than a thousand are none.
    """
    place: Place | None = None
    for _ in range(1_000):
        page = read(place)
        yield page
        place = following(page)
        if place is None:
            return
    raise AssertionError("it does not end")


def cursor_in(address: str) -> str:
    """The cursor in an address of a page."""
    [cursor] = parse_qs(urlsplit(address).query)["cursor"]
    assert re.fullmatch("[A-Za-z0-9_-]+", cursor)
    return cursor
