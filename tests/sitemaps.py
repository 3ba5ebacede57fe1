"""Sitemaps as a search engine reads them, by the protocol's own words."""

from datetime import datetime
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

NAMES = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read_sitemap(document: bytes) -> list[tuple[str, datetime | None]]:
    """The addresses of a sitemap, and when their pages were modified (None: not said)."""
    return [_place(entry) for entry in _entries(document, "urlset", "url")]


def read_sitemap_index(document: bytes) -> list[str]:
    """The addresses of the sitemaps that an index has."""
    return [address for address, _ in map(_place, _entries(document, "sitemapindex", "sitemap"))]


def _entries(document: bytes, root_name: str, name: str) -> list[Element]:
    root = fromstring(document)
    assert root.tag == NAMES + root_name
    entries = list(root)
    assert {entry.tag for entry in entries} <= {NAMES + name}
    return entries


def _place(entry: Element) -> tuple[str, datetime | None]:
    said = {part.tag.removeprefix(NAMES): part.text or "" for part in entry}
    assert {"loc"} <= {*said} <= {"loc", "lastmod"}
    time = said.get("lastmod")
    return said["loc"], None if time is None else datetime.fromisoformat(time)
