"""A feed as RSS 2.0, by the profile of the RSS Advisory Board (https://www.rssboard.org/rss-profile).

What RSS has no element for is taken from other vocabularies, as everybody does: the full content,
the authors (an `author` of RSS is a mail address), links and the time of the last change.
"""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element

from hotpapers.documents.atom import ATOM
from hotpapers.documents.digest_json import write_time
from hotpapers.documents.feed import LANGUAGE, Feed, FeedEntry, feed_text
from hotpapers.documents.feed_xml import add, make_root, write_xml
from hotpapers.documents.html_text import html_text

MEDIA_TYPE = "application/rss+xml"
VOCABULARIES = {
    "xmlns:atom": ATOM,
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}
MINUTES_TO_LIVE = 60
"""How long a reader may keep a feed before it asks again, if no header says so."""

TAG_OPENER = re.compile(r"<(?=[A-Za-z/!?])")
NO_TAG_OPENER = "<\u200b"
"""Titles of RSS, and what describes a feed, are text to some readers and HTML to others. To both
this looks like a `<`, and to neither it opens a tag: a space without width follows."""


def write_rss(feed: Feed) -> bytes:
    """The feed as an RSS document."""
    root = make_root("rss", {"version": "2.0", **VOCABULARIES})
    channel = add(root, "channel")
    add(channel, "title", _plain(feed.title))
    add(channel, "link", feed.page)
    add(channel, "description", _plain(feed.subtitle))
    add(channel, "language", LANGUAGE)
    add(channel, "lastBuildDate", _date(feed.updated_at))
    add(channel, "ttl", str(MINUTES_TO_LIVE))
    _add_link(channel, "self", feed.address)
    if feed.next_address:
        _add_link(channel, "next", feed.next_address)
    for entry in feed.entries:
        _add_item(channel, entry)
    return write_xml(root)


def _add_item(channel: Element, entry: FeedEntry) -> None:
    item = add(channel, "item")
    add(item, "title", _plain(entry.title))
    add(item, "link", entry.address)
    add(item, "guid", entry.id, {"isPermaLink": "false"})
    add(item, "pubDate", _date(entry.published_at))
    add(item, "atom:updated", write_time(entry.updated_at))
    for author in entry.authors:
        add(item, "dc:creator", author)
    for category in entry.categories:
        add(item, "category", category)
    # A description is HTML, though it is written like text.
    add(item, "description", html_text(entry.summary))
    add(item, "content:encoded", entry.content_html)


def _add_link(channel: Element, relation: str, address: str) -> None:
    attributes = {"rel": relation, "type": MEDIA_TYPE, "href": address}
    add(channel, "atom:link", attributes=attributes)


def _plain(text: str) -> str:
    return TAG_OPENER.sub(NO_TAG_OPENER, feed_text(text))  # what is left out may stand between


def _date(moment: datetime) -> str:
    """Fri, 18 Sep 2020 02:30:00 GMT"""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
