"""Feeds: RSS 2.0, Atom and JSON Feed of digests (one entry a day) and of papers (one a paper).

This is the door to them; what a feed is stands in `feed.py`, what it says in `feed_entry.py`, and
each format has a module of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hotpapers.documents import atom, json_feed, rss
from hotpapers.documents.atom import write_atom
from hotpapers.documents.feed import Feed, FeedEntry, feed_id
from hotpapers.documents.feed_entry import digest_entry, paper_entry
from hotpapers.documents.json_feed import write_json_feed
from hotpapers.documents.rss import write_rss

__all__ = [
    "FORMATS",
    "Feed",
    "FeedEntry",
    "FeedFormat",
    "digest_entry",
    "feed_id",
    "paper_entry",
    "write_atom",
    "write_json_feed",
    "write_rss",
]


@dataclass(frozen=True)
class FeedFormat:
    """A format of feeds: what people call it, its media type, and how a feed is written in it."""

    title: str
    media_type: str
    write: Callable[[Feed], bytes]


FORMATS = {
    "atom": FeedFormat("Atom", atom.MEDIA_TYPE, write_atom),
    "rss": FeedFormat("RSS", rss.MEDIA_TYPE, write_rss),
    "json": FeedFormat("JSON Feed", json_feed.MEDIA_TYPE, write_json_feed),
}
"""Every format by the ending of its feeds' addresses."""
