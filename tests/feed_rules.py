"""What makes a feed a valid one: the rules of each format, as a validator would check them."""

import json
import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring

import html5lib
from jsonschema import Draft202012Validator
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
HTML = "{http://www.w3.org/1999/xhtml}"

ATOM_GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))

RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
RFC_3339 = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"
URN = r"^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
ADDRESS = {"type": "string", "pattern": r"^https://[a-z.]+(/[!-~]*)?$"}
TIME = {"type": "string", "pattern": RFC_3339}
TEXT = {"type": "string", "minLength": 1}
PEOPLE = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["name"],
        "properties": {"name": TEXT, "url": ADDRESS, "avatar": ADDRESS},
        "additionalProperties": False,
    },
}
ITEM = {
    "type": "object",
    "required": ["id", "url", "title", "content_html", "date_published", "date_modified"],
    "properties": {
        "id": {"type": "string", "pattern": URN},
        "url": ADDRESS,
        "external_url": ADDRESS,
        "title": TEXT,
        "content_html": TEXT,
        "summary": TEXT,
        "date_published": TIME,
        "date_modified": TIME,
        "authors": PEOPLE,
        "tags": {"type": "array", "minItems": 1, "items": TEXT},
    },
    "additionalProperties": False,
}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items", "home_page_url", "feed_url"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "description": TEXT,
        "home_page_url": ADDRESS,
        "feed_url": ADDRESS,
        "next_url": ADDRESS,
        "authors": PEOPLE,
        "language": {"const": "en"},
        "items": {"type": "array", "items": ITEM},
    },
    "additionalProperties": False,
}
"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), as far as our feeds use it."""

VALIDATOR = Draft202012Validator(JSON_FEED)


def check_atom(document: bytes) -> None:
    """What RFC 4287 demands, its grammar and what this cannot say."""
    assert document.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
    assert ATOM_GRAMMAR.validate(etree.fromstring(document)), ATOM_GRAMMAR.error_log
    root = fromstring(document)
    assert root.tag == f"{ATOM}feed"
    assert root.find(f"{ATOM}author") is not None  # or every entry needs one
    _check_links(root.findall(f"{ATOM}link"), "application/atom+xml")
    ids = [each.text or "" for each in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    assert all(re.match(URN, each) for each in ids)
    for entry in root.findall(f"{ATOM}entry"):
        relations = [link.get("rel") for link in entry.findall(f"{ATOM}link")]
        assert relations in (["alternate"], ["alternate", "related"])
        assert all(is_absolute(link.get("href", "")) for link in entry.findall(f"{ATOM}link"))
        assert all(name.text for name in entry.iter(f"{ATOM}name"))
        assert all(re.match(RFC_3339, text(entry, f"{ATOM}{name}")) for name in ATOM_TIMES)
        check_html(text(entry, f"{ATOM}content"))


ATOM_TIMES = ("published", "updated")


def check_rss(document: bytes) -> None:
    """What RSS 2.0 demands, and what the W3C's validator warns of."""
    assert document.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
    root = fromstring(document)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    assert all(text(channel, name) for name in ("title", "link", "description"))
    assert is_absolute(text(channel, "link"))
    assert text(channel, "language") == "en"
    assert int(text(channel, "ttl")) > 0
    _check_date(text(channel, "lastBuildDate"))
    _check_links(channel.findall(f"{ATOM}link"), "application/rss+xml")
    items = channel.findall("item")
    guids = [text(item, "guid") for item in items]
    assert len(guids) == len(set(guids))
    for item in items:
        _check_item(item)


def _check_item(item: Element) -> None:
    once = [
        "title",
        "link",
        "guid",
        "pubDate",
        f"{ATOM}updated",
        "description",
        f"{CONTENT}encoded",
    ]
    assert [len(item.findall(name)) for name in once] == [1] * len(once)
    assert {each.tag for each in item} <= {*once, "category", f"{DC}creator"}
    assert re.match(URN, text(item, "guid"))
    guid = item.find("guid")
    assert guid is not None
    assert guid.attrib == {"isPermaLink": "false"}
    assert is_absolute(text(item, "link"))
    _check_date(text(item, "pubDate"))
    assert re.match(RFC_3339, text(item, f"{ATOM}updated"))
    assert all(each.text for each in item if each.tag in ("category", f"{DC}creator"))
    assert not re.search(r"<[A-Za-z/!?]", text(item, "title"))
    assert not list(elements(text(item, "description")))
    check_html(text(item, f"{CONTENT}encoded"))


def check_json_feed(document: bytes) -> None:
    """What JSON Feed 1.1 demands."""
    fields = json.loads(document)
    VALIDATOR.validate(fields)
    ids = [item["id"] for item in fields["items"]]
    assert len(ids) == len(set(ids))
    for item in fields["items"]:
        check_html(item["content_html"])


CHECKS = {"atom": check_atom, "rss": check_rss, "json": check_json_feed}

ELEMENTS: Mapping[str, set[str]] = {
    **{name: {"class"} for name in ("bdi", "figure", "figcaption", "cite", "span", "p")},
    **{name: set[str]() for name in ("br", "em", "h3", "strong")},
    "a": {"class", "href", "rel"},
    "blockquote": {"class", "cite", "dir", "lang"},
    "time": {"datetime"},
}
"""All that content may have: no scripts, no styles, no pictures, no ids."""


def check_html(html: str) -> None:
    """Content as a reader of HTML sees it: only what we put into it, with absolute addresses."""
    for element in elements(html):
        name = element.tag.removeprefix(HTML)
        assert name in ELEMENTS, name
        assert set(element.attrib) <= ELEMENTS[name]
        for attribute in {"href", "cite"} & set(element.attrib):
            assert is_absolute(element.attrib[attribute])


def elements(html: str) -> Iterator[Element]:
    """The elements that HTML has; a comment has a tag that is no text."""
    fragment = html5lib.parseFragment(html)
    yield from (each for each in fragment.iter() if each is not fragment)


def is_absolute(address: str) -> bool:
    """Whether an address is a whole one of the web."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and address.isascii()


def text(parent: Element, name: str) -> str:
    """The text of a child; empty where there is none."""
    return parent.findtext(name) or ""


def _check_date(date: str) -> None:
    assert RFC_822.fullmatch(date)
    assert f"{parsedate_to_datetime(date):%a}" == date[:3]


def _check_links(links: list[Element], media_type: str) -> None:
    relations = [link.get("rel") for link in links]
    assert relations.count("self") == 1
    assert len(relations) == len(set(relations))
    assert set(relations) <= {"self", "alternate", "next"}
    assert all(is_absolute(link.get("href", "")) for link in links)
    assert all(link.get("type") == media_type for link in links if link.get("rel") != "alternate")
