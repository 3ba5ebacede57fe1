"""Feeds: what is new, of days or of papers, for whoever comes again and again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import urlencode

from hotpapers.documents.atom import write_atom
from hotpapers.documents.feeds import (
    Feed,
    FeedEntry,
    digest_entry,
    feed_id,
    paper_entry,
)
from hotpapers.documents.json_feed import write_json_feed
from hotpapers.documents.rss import write_rss
from hotpapers.documents.site import Site
from hotpapers.domain.card import Card, Position, digest_cards
from hotpapers.domain.selection import Selection
