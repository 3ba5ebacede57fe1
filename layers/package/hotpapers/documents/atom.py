"""A feed as Atom (RFC 4287), in pages (RFC 5005)."""

from xml.etree.ElementTree import Element

from hotpapers.documents.digest_json import write_time
from hotpapers.documents.feed import LANGUAGE, Feed, FeedEntry
from hotpapers.documents.feed_xml import add, make_root, write_xml
from hotpapers.documents.site import NAME

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
PAGE_TYPE = "text/html"
CATEGORY_SCHEME = "http://arxiv.org/schemas/atom"
"""What arXiv itself gives its categories in Atom."""


def write_atom(feed: Feed) -> bytes:
    """The feed as an Atom document."""
    root = make_root("feed", {"xmlns": ATOM, "xml:lang": LANGUAGE})
    add(root, "id", feed.id)
    add(root, "title", feed.title, {"type": "text"})
    add(root, "subtitle", feed.subtitle, {"type": "text"})
    add(root, "updated", write_time(feed.updated_at))
    _add_author(root, NAME)
    _add_link(root, "self", feed.address, MEDIA_TYPE)
    _add_link(root, "alternate", feed.page, PAGE_TYPE)
    if feed.next_address:
        _add_link(root, "next", feed.next_address, MEDIA_TYPE)
    for entry in feed.entries:
        _add_entry(root, entry)
    return write_xml(root)


def _add_entry(root: Element, entry: FeedEntry) -> None:
    element = add(root, "entry")
    add(element, "id", entry.id)
    add(element, "title", entry.title, {"type": "text"})
    add(element, "published", write_time(entry.published_at))
    add(element, "updated", write_time(entry.updated_at))
    for author in entry.authors:
        _add_author(element, author)
    _add_link(element, "alternate", entry.address, PAGE_TYPE)
    if entry.external_address:
        _add_link(element, "related", entry.external_address, PAGE_TYPE)
    for category in entry.categories:
        add(element, "category", attributes={"term": category, "scheme": CATEGORY_SCHEME})
    add(element, "summary", entry.summary, {"type": "text"})
    add(element, "content", entry.content_html, {"type": "html"})


def _add_author(parent: Element, name: str) -> None:
    add(add(parent, "author"), "name", name)


def _add_link(parent: Element, relation: str, address: str, media_type: str) -> None:
    add(parent, "link", attributes={"rel": relation, "type": media_type, "href": address})
