"""arXiv's feed of the day's announcement (https://info.arxiv.org/help/rss.html).

It is made at midnight, New York, and dated by its day; on a day without an announcement it has no
items. It says nothing of when a paper was submitted, nor what its authors comment.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from hotpapers.adapters.arxiv_papers import (
    BadEntryError,
    make_paper,
    merge,
    parse_xml,
    read_entries,
)
from hotpapers.adapters.http import Answer, Upstream, answered, excerpt
from hotpapers.domain.calendar import new_york_date
from hotpapers.domain.listing import AnnouncedPaper, Announcement, Kind
from hotpapers.domain.paper import collapse_white_space
from hotpapers.domain.taxonomy import narrower, subjects

ARXIV = "{http://arxiv.org/schemas/atom}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"

ACCEPT = "application/rss+xml, */*;q=0.1"

MOST_ITEMS = 2000
"""As many as a feed has at most. Of more, the new papers with the lowest ids are left out
(https://github.com/arXiv/arxiv-feed, `feed/database.py`)."""

VERSION = re.compile(r"v([1-9]\d{0,2})$", re.ASCII)
REPLACED = (Kind.REPLACE, Kind.REPLACE_CROSS)


@dataclass(frozen=True)
class Feed:
    """A feed of some archives and categories: what it tells, and the number of its items.

    `unreadable` are items that cannot be read, and may have been new papers.
    """

    subjects: Sequence[str]
    date: date
    entries: tuple[AnnouncedPaper, ...]
    items: int
    unreadable: int


class ArxivFeed:
    """The announcement of today."""

    def __init__(self, upstream: Upstream, categories: Sequence[str]) -> None:
        self._upstream = upstream
        self._categories = tuple(categories)

    def announcement(self) -> Announcement:
        """The announcement of today, of all categories together.

        A feed that is full is asked for in parts, down to single categories. Raises UpstreamError,
        also where parts are of different days.
        """
        feeds = self._feeds(subjects(self._categories))
        days = {feed.date for feed in feeds}
        if len(days) > 1:
            found = ", ".join(map(str, sorted(days)))
            raise self._upstream.refused(f"answered feeds of different days ({found})")
        entries = merge(entry for feed in feeds for entry in feed.entries)
        return Announcement(
            date=days.pop(),
            entries=tuple(entry for entry in entries if entry.paper.is_in(self._categories)),
            shortfall=_shortfall(feeds),
        )

    def _feeds(self, asked: Sequence[str]) -> Sequence[Feed]:
        """The feed of some subjects, and those of its parts if it is full.

        The full one counts too: it may know of a category that we do not know of.
        """
        feed = self._feed(asked)
        parts = narrower(asked) if feed.items >= MOST_ITEMS else []
        return [feed, *(found for part in parts for found in self._feeds(part))]

    def _feed(self, asked: Sequence[str]) -> Feed:
        return self._upstream.get(
            f"/rss/{'+'.join(asked)}", {}, lambda answer: read_feed(answer, asked, self._upstream)
        )


def read_feed(answer: Answer, asked: Sequence[str], upstream: Upstream) -> Feed:
    """The feed that an answer is.

    Raises UnsettledError where it is none, and UpstreamError where arXiv refuses the question.
    """
    document = parse_xml(answer.body, "rss")
    channel = None if document is None else document.find("channel")
    problem = excerpt(answer.body) if channel is None else _error_message(channel)
    upstream.require_success(answer, problem)
    if channel is None:
        raise upstream.unsettled(f"answered no feed ({problem})")
    if problem:
        raise upstream.refused(answered(answer, problem))
    day = _date(channel)
    if day is None:
        raise upstream.unsettled("answered a feed without a date")
    items = channel.findall("item")
    read = read_entries(items, _read_item, _name_of, upstream)
    replaced = sum(_text(item, f"{ARXIV}announce_type") in REPLACED for item in items)
    replaced_read = sum(entry.kind in REPLACED for entry in read.read)
    unreadable = read.unreadable - (replaced - replaced_read)
    return Feed(asked, day, read.read, len(items), unreadable)


def _shortfall(feeds: Sequence[Feed]) -> str:
    full = [feed for feed in feeds if feed.items >= MOST_ITEMS and not narrower(feed.subjects)]
    said = [f"the feed of {feed.subjects[0]} is full, with {feed.items:,} papers" for feed in full]
    unreadable = sum(feed.unreadable for feed in feeds)
    items = sum(feed.items for feed in feeds)
    said += [f"{unreadable} of {items} entries cannot be read"] if unreadable else []
    return "; ".join(said)


def _error_message(channel: Element) -> str:
    """arXiv's own words where the feed reports an error."""
    if not _text(channel, "title").startswith("Feed error"):
        return ""
    return _text(channel, "description")[:200] or "an error without a message"


def _date(channel: Element) -> date | None:
    """The day that a feed is of. The time at which it was made (`lastBuildDate`) is of no use."""
    try:
        moment = parsedate_to_datetime(_text(channel, "pubDate"))
        # A date that has "-0000" for its offset comes without one, and means UTC.
        return new_york_date(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _read_item(item: Element) -> AnnouncedPaper:
    name = _name_of(item)
    version = VERSION.search(name)
    _, found, abstract = _text(item, "description").partition("Abstract:")
    if not found:
        raise BadEntryError("it has no abstract")
    paper = make_paper(
        name=name,
        title=_text(item, "title"),
        authors=_authors(_text(item, f"{DUBLIN_CORE}creator")),
        categories=[(category.text or "").strip() for category in item.iterfind("category")],
        abstract=abstract,
    )
    return AnnouncedPaper(paper, _kind(item), int(version[1]) if version else None)


def _name_of(item: Element) -> str:
    """The paper's id with its version, or from the link without."""
    prefix, _, name = _text(item, "guid").rpartition(":")
    return name if prefix else _text(item, "link").rpartition("/abs/")[2]


def _kind(item: Element) -> Kind:
    stated = _text(item, f"{ARXIV}announce_type")
    try:
        return Kind(stated)
    except ValueError:
        raise BadEntryError(f"it is announced as {stated[:80]!r}") from None


def _authors(creator: str) -> Sequence[str]:
    """The names in a text such as `Ada Lovelace (London, UK), Kurt Gödel`, without affiliations.

    Where its parentheses do not match, they are taken for parts of the names.
    """
    kept, depth = list[str](), 0
    for character in creator:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            break
        if not depth and character != ")":
            kept.append(character)
    return (creator if depth else "".join(kept)).split(",")


def _text(element: Element, name: str) -> str:
    return collapse_white_space(element.findtext(name) or "")
