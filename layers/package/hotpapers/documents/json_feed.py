"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from hotpapers.documents.digest_json import Document, write_json, write_time
from hotpapers.documents.feed import LANGUAGE, Feed, FeedEntry, feed_text
from hotpapers.documents.site import NAME

MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def write_json_feed(feed: Feed) -> bytes:
    """The feed as a JSON Feed document."""
    further = {"next_url": feed.next_address} if feed.next_address else {}
    return write_json(
        {
            "version": VERSION,
            "title": feed_text(feed.title),
            "description": feed_text(feed.subtitle),
            "home_page_url": feed_text(feed.page),
            "feed_url": feed_text(feed.address),
            **further,
            "authors": [{"name": NAME}],
            "language": LANGUAGE,
            "items": [_item(entry) for entry in feed.entries],
        }
    )


def _item(entry: FeedEntry) -> Document:
    said = {
        "external_url": entry.external_address,
        "authors": [{"name": feed_text(author)} for author in entry.authors],
        "tags": [feed_text(category) for category in entry.categories],
    }
    return {
        "id": entry.id,
        "url": feed_text(entry.address),
        "title": feed_text(entry.title),
        "date_published": write_time(entry.published_at),
        "date_modified": write_time(entry.updated_at),
        "summary": feed_text(entry.summary),
        "content_html": feed_text(entry.content_html),
        **{name: value for name, value in said.items() if value},
    }
