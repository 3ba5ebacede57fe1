"""Feeds in three formats."""

import json
from calendar import timegm
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid5
from xml.etree.ElementTree import Element, fromstring

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.feed import NAMESPACE, digest_entry_id, feed_text, paper_entry_id
from hotpapers.documents.feeds import (
    FORMATS,
    Feed,
    FeedEntry,
    digest_entry,
    feed_id,
    paper_entry,
)
from hotpapers.documents.html_text import html_text
from hotpapers.documents.site import Site
from hotpapers.domain.card import digest_cards
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import EditionHead
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import collapse_white_space
from hotpapers.domain.selection import Selection
from tests.builders import digests, moments
from tests.feed_rules import ATOM as ATOM_NAME
from tests.feed_rules import ATOM_GRAMMAR, CHECKS, CONTENT, DC, VALIDATOR, text
from tests.hostile import hostile_texts
from tests.properties import examples

SITE = Site("https://hot.example")

ENTRY = FeedEntry(
    id="urn:uuid:0a7cb0bb-5b3f-5b52-a3a5-40fd3ebbd0cb",
    title="On x < y & z",
    address="https://hot.example/papers/2009.08319",
    external_address="https://arxiv.org/abs/2009.08319",
    published_at=datetime(2020, 9, 18, 5, tzinfo=UTC),
    updated_at=datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC),
    authors=("Ada Lovelace", "Kurt Gödel"),
    categories=("cs.LG", "stat.ML"),
    summary="score 50: x < y & z",
    content_html='<p>x &lt; y &amp; <a href="https://arxiv.org/abs/2009.08319">z</a></p>',
)
FEED = Feed(
    id="urn:uuid:6b0b1f9b-4a7e-5f0f-8f3e-2a8a0d3a7c11",
    title="Hot Papers: q a & b",
    subtitle="The papers that people talk about.",
    address="https://hot.example/feeds/papers.atom?q=a+%26+b&limit=1",
    page="https://hot.example/search?q=a+%26+b",
    next_address="https://hot.example/feeds/papers.atom?q=a+%26+b&limit=1&cursor=c",
    updated_at=datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC),
    entries=(ENTRY,),
)
EMPTY = replace(FEED, entries=(), next_address=None)

ATOM = """\
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <id>urn:uuid:6b0b1f9b-4a7e-5f0f-8f3e-2a8a0d3a7c11</id>
  <title type="text">Hot Papers: q a &amp; b</title>
  <subtitle type="text">The papers that people talk about.</subtitle>
  <updated>2020-09-20T13:13:43Z</updated>
  <author>
    <name>Hot Papers</name>
  </author>
  <link rel="self" type="application/atom+xml" \
href="https://hot.example/feeds/papers.atom?q=a+%26+b&amp;limit=1" />
  <link rel="alternate" type="text/html" href="https://hot.example/search?q=a+%26+b" />
  <link rel="next" type="application/atom+xml" \
href="https://hot.example/feeds/papers.atom?q=a+%26+b&amp;limit=1&amp;cursor=c" />
  <entry>
    <id>urn:uuid:0a7cb0bb-5b3f-5b52-a3a5-40fd3ebbd0cb</id>
    <title type="text">On x &lt; y &amp; z</title>
    <published>2020-09-18T05:00:00Z</published>
    <updated>2020-09-20T13:13:43Z</updated>
    <author>
      <name>Ada Lovelace</name>
    </author>
    <author>
      <name>Kurt Gödel</name>
    </author>
    <link rel="alternate" type="text/html" href="https://hot.example/papers/2009.08319" />
    <link rel="related" type="text/html" href="https://arxiv.org/abs/2009.08319" />
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom" />
    <category term="stat.ML" scheme="http://arxiv.org/schemas/atom" />
    <summary type="text">score 50: x &lt; y &amp; z</summary>
    <content type="html">&lt;p&gt;x &amp;lt; y &amp;amp; \
&lt;a href="https://arxiv.org/abs/2009.08319"&gt;z&lt;/a&gt;&lt;/p&gt;</content>
  </entry>
</feed>
"""
RSS = """\
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" \
xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>Hot Papers: q a &amp; b</title>
    <link>https://hot.example/search?q=a+%26+b</link>
    <description>The papers that people talk about.</description>
    <language>en</language>
    <lastBuildDate>Sun, 20 Sep 2020 13:13:43 GMT</lastBuildDate>
    <ttl>60</ttl>
    <atom:link rel="self" type="application/rss+xml" \
href="https://hot.example/feeds/papers.atom?q=a+%26+b&amp;limit=1" />
    <atom:link rel="next" type="application/rss+xml" \
href="https://hot.example/feeds/papers.atom?q=a+%26+b&amp;limit=1&amp;cursor=c" />
    <item>
      <title>On x &lt; y &amp; z</title>
      <link>https://hot.example/papers/2009.08319</link>
      <guid isPermaLink="false">urn:uuid:0a7cb0bb-5b3f-5b52-a3a5-40fd3ebbd0cb</guid>
      <pubDate>Fri, 18 Sep 2020 05:00:00 GMT</pubDate>
      <atom:updated>2020-09-20T13:13:43Z</atom:updated>
      <dc:creator>Ada Lovelace</dc:creator>
      <dc:creator>Kurt Gödel</dc:creator>
      <category>cs.LG</category>
      <category>stat.ML</category>
      <description>score 50: x &amp;lt; y &amp;amp; z</description>
      <content:encoded>&lt;p&gt;x &amp;lt; y &amp;amp; \
&lt;a href="https://arxiv.org/abs/2009.08319"&gt;z&lt;/a&gt;&lt;/p&gt;</content:encoded>
    </item>
  </channel>
</rss>
"""
JSON: Mapping[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Hot Papers: q a & b",
    "description": "The papers that people talk about.",
    "home_page_url": "https://hot.example/search?q=a+%26+b",
    "feed_url": "https://hot.example/feeds/papers.atom?q=a+%26+b&limit=1",
    "next_url": "https://hot.example/feeds/papers.atom?q=a+%26+b&limit=1&cursor=c",
    "authors": [{"name": "Hot Papers"}],
    "language": "en",
    "items": [
        {
            "id": "urn:uuid:0a7cb0bb-5b3f-5b52-a3a5-40fd3ebbd0cb",
            "url": "https://hot.example/papers/2009.08319",
            "title": "On x < y & z",
            "date_published": "2020-09-18T05:00:00Z",
            "date_modified": "2020-09-20T13:13:43Z",
            "summary": "score 50: x < y & z",
            "content_html": ENTRY.content_html,
            "external_url": "https://arxiv.org/abs/2009.08319",
            "authors": [{"name": "Ada Lovelace"}, {"name": "Kurt Gödel"}],
            "tags": ["cs.LG", "stat.ML"],
        }
    ],
}


def write(feed: Feed, name: str) -> bytes:
    return FORMATS[name].write(feed)


def test_a_whole_feed() -> None:
    assert write(FEED, "atom").decode() == ATOM
    assert write(FEED, "rss").decode() == RSS
    document = write(FEED, "json").decode()
    assert (json.loads(document), document[-2:]) == (JSON, "}\n")


def test_every_format_has_a_type() -> None:
    assert {name: (each.title, each.media_type) for name, each in FORMATS.items()} == {
        "atom": ("Atom", "application/atom+xml"),
        "rss": ("RSS", "application/rss+xml"),
        "json": ("JSON Feed", "application/feed+json"),
    }


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("feed", [FEED, EMPTY], ids=["of an entry", "of nothing"])
def test_a_feed_is_valid(feed: Feed, name: str) -> None:
    CHECKS[name](write(feed, name))


def test_the_rules_find_what_is_wrong() -> None:
    broken = ATOM.replace("<updated>2020-09-20T13:13:43Z</updated>", "", 1)

    with pytest.raises(AssertionError):
        CHECKS["atom"](broken.encode())
    with pytest.raises(AssertionError):
        CHECKS["rss"](RSS.replace("Fri, 18", "Mon, 18").encode())
    assert not VALIDATOR.is_valid({**JSON, "home_page_url": "/search"})
    assert ATOM_GRAMMAR.error_log


@pytest.mark.parametrize("name", FORMATS)
def test_an_entry_of_nothing_in_particular_has_no_empty_elements(name: str) -> None:
    entry = replace(ENTRY, external_address="", authors=(), categories=())
    document = write(replace(FEED, entries=(entry,)), name)

    CHECKS[name](document)
    for absent in (b"creator", b"related", b"<category", b"external_url", b"tags"):
        assert absent not in document


# What readers read


def parse(document: bytes) -> Any:
    """A feed as feedparser reads it: as it is, without its own cleaning."""
    read = feedparser.parse(document, sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo, read.get("bozo_exception")
    return read


@pytest.mark.parametrize(("name", "version"), [("atom", "atom10"), ("rss", "rss20")])
def test_feedparser_reads_every_field_back(name: str, version: str) -> None:
    read = parse(write(FEED, name))

    assert (read.version, read.encoding) == (version, "utf-8")
    assert (read.feed.title, read.feed.subtitle) == (FEED.title, FEED.subtitle)
    assert (read.feed.link, read.feed.language) == (FEED.page, "en")
    assert timegm(read.feed.updated_parsed) == FEED.updated_at.timestamp()
    links = {link.rel: (link.type, link.href) for link in read.feed.links}
    media_type = FORMATS[name].media_type
    assert links == {
        "alternate": ("text/html", FEED.page),
        "self": (media_type, FEED.address),
        "next": (media_type, FEED.next_address),
    }
    (entry,) = read.entries
    assert read_entry(entry) == as_told(ENTRY, name)


def test_feedparser_reads_the_id_of_atom() -> None:
    assert parse(write(FEED, "atom")).feed.id == FEED.id


def test_feedparser_s_own_cleaning_takes_nothing_away() -> None:
    for name in ("atom", "rss"):
        (entry,) = feedparser.parse(write(FEED, name)).entries
        assert entry.content[0].value == ENTRY.content_html


def as_told(entry: FeedEntry, name: str) -> FeedEntry:
    """An entry as far as a format tells of it: RSS has no second link, and its summary is HTML."""
    if name != "rss":
        return entry
    return replace(entry, external_address="", summary=html_text(entry.summary))


def read_entry(entry: Any) -> FeedEntry:
    """An entry that feedparser read."""
    related = [link.href for link in entry.links if link.rel == "related"]
    content = [each for each in entry.content if each.type == "text/html"]
    return FeedEntry(
        id=entry.id,
        title=entry.title,
        address=entry.link,
        external_address=related[0] if related else "",
        published_at=datetime.fromtimestamp(timegm(entry.published_parsed), UTC),
        updated_at=datetime.fromtimestamp(timegm(entry.updated_parsed), UTC),
        authors=tuple(each.name for each in entry.get("authors", ()) if each),
        categories=tuple(tag.term for tag in entry.get("tags", ())),
        summary=entry.summary,
        content_html=content[-1].value,
    )


def read_xml_entry(entry: Element) -> FeedEntry:
    """An entry of Atom, to the letter."""
    links = {link.get("rel"): link.get("href", "") for link in entry.findall(f"{ATOM_NAME}link")}
    return FeedEntry(
        id=text(entry, f"{ATOM_NAME}id"),
        title=text(entry, f"{ATOM_NAME}title"),
        address=links["alternate"],
        external_address=links.get("related", ""),
        published_at=datetime.fromisoformat(text(entry, f"{ATOM_NAME}published")),
        updated_at=datetime.fromisoformat(text(entry, f"{ATOM_NAME}updated")),
        authors=tuple(name.text or "" for name in entry.iter(f"{ATOM_NAME}name")),
        categories=tuple(each.get("term", "") for each in entry.iter(f"{ATOM_NAME}category")),
        summary=text(entry, f"{ATOM_NAME}summary"),
        content_html=text(entry, f"{ATOM_NAME}content"),
    )


def read_xml_item(item: Element) -> FeedEntry:
    """An item of RSS, to the letter, but for the spaces of no width in its title."""
    return FeedEntry(
        id=text(item, "guid"),
        title=text(item, "title").replace("<\u200b", "<"),
        address=text(item, "link"),
        external_address="",
        published_at=parsedate_to_datetime(text(item, "pubDate")),
        updated_at=datetime.fromisoformat(text(item, f"{ATOM_NAME}updated")),
        authors=tuple(each.text or "" for each in item.findall(f"{DC}creator")),
        categories=tuple(each.text or "" for each in item.findall("category")),
        summary=text(item, "description"),
        content_html=text(item, f"{CONTENT}encoded"),
    )


def read_item(item: Mapping[str, Any]) -> FeedEntry:
    """An entry of a JSON Feed."""
    return FeedEntry(
        id=item["id"],
        title=item["title"],
        address=item["url"],
        external_address=item.get("external_url", ""),
        published_at=datetime.fromisoformat(item["date_published"]),
        updated_at=datetime.fromisoformat(item["date_modified"]),
        authors=tuple(author["name"] for author in item.get("authors", ())),
        categories=tuple(item.get("tags", ())),
        summary=item["summary"],
        content_html=item["content_html"],
    )


def read_back(document: bytes, name: str) -> list[FeedEntry]:
    """The entries of a feed in a format, by a reader that adds and mends nothing."""
    match name:
        case "atom":
            return [read_xml_entry(each) for each in fromstring(document).iter(f"{ATOM_NAME}entry")]
        case "rss":
            return [read_xml_item(each) for each in fromstring(document).iter("item")]
        case _:
            return [read_item(each) for each in json.loads(document)["items"]]


@pytest.mark.parametrize("name", FORMATS)
def test_the_entries_of_a_feed_are_the_entries(name: str) -> None:
    assert read_back(write(FEED, name), name) == [as_told(ENTRY, name)]


# Whatever is in a feed


def lines() -> st.SearchStrategy[str]:
    """Texts on one line with something to be seen, hostile else."""
    return hostile_texts(surrogates=True).map(lambda text: collapse_white_space(f"a{text}b"))


def entries() -> st.SearchStrategy[FeedEntry]:
    """Entries of anybody's texts, with different ids."""
    times = moments().map(lambda moment: moment.replace(microsecond=0))
    return st.builds(
        FeedEntry,
        id=st.integers(0, 10**6).map(lambda number: uuid5(NAMESPACE, str(number)).urn),
        title=lines(),
        address=st.just(ENTRY.address),
        external_address=st.sampled_from(["", ENTRY.external_address]),
        published_at=times,
        updated_at=times,
        authors=st.lists(lines(), max_size=3).map(tuple),
        categories=st.lists(lines(), max_size=2, unique=True).map(tuple),
        summary=lines(),
        content_html=lines().map(lambda text: f"<p>{html_text(text)}</p>"),
    )


def cleaned(entry: FeedEntry, name: str) -> FeedEntry:
    """An entry without what no document may have, as a format tells of it."""
    shown = replace(
        entry,
        title=feed_text(entry.title),
        authors=tuple(map(feed_text, entry.authors)),
        categories=tuple(map(feed_text, entry.categories)),
        summary=feed_text(entry.summary),
        content_html=feed_text(entry.content_html),
    )
    return as_told(shown, name)


def test_what_is_left_out_of_a_title_hides_no_tag() -> None:
    document = write(replace(FEED, title="<\x00b>bold", entries=()), "rss").decode()

    assert "<title>&lt;\u200bb&gt;bold</title>" in document


@settings(max_examples=examples(15), deadline=None)
@given(st.lists(entries(), max_size=2, unique_by=lambda entry: entry.id), lines())
@pytest.mark.parametrize("name", FORMATS)
def test_whatever_is_in_a_feed_it_is_valid_and_reads_back(
    name: str, found: list[FeedEntry], title: str
) -> None:
    feed = replace(FEED, title=title, entries=tuple(found))
    document = write(feed, name)

    CHECKS[name](document)
    assert write(feed, name) == document
    assert read_back(document, name) == [cleaned(entry, name) for entry in found]


@pytest.mark.thorough
@settings(max_examples=examples(100), deadline=None)
@given(st.lists(entries(), max_size=2, unique_by=lambda entry: entry.id), lines())
@pytest.mark.parametrize("name", ["atom", "rss"])
def test_whatever_is_in_a_feed_feedparser_reads_it(
    name: str, found: list[FeedEntry], title: str
) -> None:
    """Texts aside: of those it mends what looks broken, and takes mail addresses out of names."""
    read = parse(write(replace(FEED, title=title, entries=tuple(found)), name))

    assert [(entry.id, entry.link, entry.updated_parsed[:6]) for entry in read.entries] == [
        (entry.id, entry.address, entry.updated_at.timetuple()[:6]) for entry in found
    ]


def head_of(digest: Digest) -> EditionHead:
    return EditionHead(
        date=digest.date,
        collected_at=digest.collected_at,
        revision="",
        papers=len(digest.papers),
        failed=digest.sources_lacking,
        quiet=digest.is_quiet,
        final=digest.final,
        published_at=digest.published_at,
    )


@pytest.mark.thorough
@settings(max_examples=examples(60), deadline=None)
@given(digests())
def test_whatever_the_digest_its_feeds_are_valid_and_nothing_in_them_runs(digest: Digest) -> None:
    cards = digest_cards(digest)
    one_of_each = {card.entry.paper.id: card for card in cards}
    papers = tuple(paper_entry(card, SITE) for card in one_of_each.values())
    days = (digest_entry(digest.date, cards, head_of(digest), SITE),)
    for found in (papers, days):
        for name, check in CHECKS.items():
            document = write(replace(FEED, entries=found), name)
            check(document)
            assert read_back(document, name) == [as_told(entry, name) for entry in found]


# Ids


def test_ids_never_change() -> None:
    everything, some = Selection(), Selection(categories=("cs.*",), text="a & é")

    assert str(NAMESPACE) == "9f4b7a52-6c0e-4d0b-8a57-3f1d2c5e9b40"
    assert paper_entry_id(PaperId("2009.08319")) == "urn:uuid:695e47a6-6bac-5c89-a3eb-54562ae69f67"
    assert [
        digest_entry_id(date(2020, 9, 18), everything),
        digest_entry_id(date(2020, 9, 18), some),
        feed_id("digests", everything),
        feed_id("papers", everything),
        feed_id("papers", some),
    ] == [
        "urn:uuid:f261bf32-49ca-5746-8ea9-4d7a6ecf396d",
        "urn:uuid:bcd6fbfe-6e61-576a-8485-99ecbcac47e8",
        "urn:uuid:30b91a8a-932a-57ee-9d67-6ad4ec7e27a3",
        "urn:uuid:199378e6-f990-55be-b06e-adf512db5b14",
        "urn:uuid:5a4b4e08-2a67-5291-986b-e9cf10103d36",
    ]


def test_ids_of_different_things_are_different() -> None:
    selections = [Selection(), Selection(text="a"), Selection(authors=("a",))]
    ids = {
        *(feed_id(kind, selection) for kind in ("digests", "papers") for selection in selections),
        *(digest_entry_id(date(2020, 9, 18), selection) for selection in selections),
        digest_entry_id(date(2020, 9, 17), Selection()),
        paper_entry_id(PaperId("2009.08319")),
        paper_entry_id(PaperId("2009.08318")),
    }

    assert len(ids) == 12
