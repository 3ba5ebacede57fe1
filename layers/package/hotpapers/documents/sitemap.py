"""Sitemaps: which pages there are, for search engines (https://www.sitemaps.org/protocol.html).

There is one for each year, and an index of them: a sitemap may have 50,000 addresses, and a year
has some 330.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from hotpapers.documents.digest_json import write_time
from hotpapers.documents.site import Site

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

Place = tuple[str, datetime | None]
"""The path of a page, and when it was last modified (UTC; None: not known)."""


def sitemap_path(year: int) -> str:
    """Where the sitemap of a year is."""
    return f"/sitemaps/{year}.xml"


def write_sitemap_index(years: Sequence[int], site: Site) -> bytes:
    """The index of the years' sitemaps, in UTF-8."""
    return _write("sitemapindex", "sitemap", [(sitemap_path(year), None) for year in years], site)


def write_sitemap(places: Iterable[Place], site: Site) -> bytes:
    """The sitemap of some pages, in UTF-8."""
    return _write("urlset", "url", places, site)


def write_robots(site: Site) -> bytes:
    """What robots may read, in UTF-8: all but searches, of which there is no end.

    https://www.rfc-editor.org/rfc/rfc9309
    """
    lines = ("User-agent: *", "Disallow: /search", "", f"Sitemap: {site.link('/sitemap.xml')}", "")
    return "\n".join(lines).encode()


def _write(root_name: str, name: str, places: Iterable[Place], site: Site) -> bytes:
    root = Element(root_name, xmlns=NAMESPACE)
    for path, modified_at in places:
        entry = SubElement(root, name)
        SubElement(entry, "loc").text = site.link(path)
        if modified_at is not None:
            SubElement(entry, "lastmod").text = write_time(modified_at)
    content: bytes = tostring(root, "utf-8", xml_declaration=True)
    return content + b"\n"
