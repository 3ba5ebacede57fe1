"""What holds for every page, as a browser reads it: `faults` names whatever breaks a rule."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import html5lib

from hotpapers.documents.characters import CONTROL

NONCHARACTERS = "invalid-codepoint"
"""What the parser says of U+FFFE and its like, which a text may have and no reader minds."""

ADDRESSES = ("href", "src", "action", "cite", "formaction", "poster", "data")
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
ACTIVE = frozenset(
    {"iframe", "object", "embed", "style", "img", "video", "audio", "base", "applet"}
)
"""Elements that no page needs: they load something, or change the page."""
HEADING = re.compile(r"h([1-6])")
DATA = "application/ld+json"


@dataclass(frozen=True)
class Page:
    """A page, read: fails where it cannot be read as HTML."""

    document: bytes

    @cached_property
    def root(self) -> Any:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        root = parser.parse(self.document, transport_encoding="utf-8")
        errors = [(name, place) for place, name, _ in parser.errors if name != NONCHARACTERS]
        assert errors == [], errors
        return root

    @cached_property
    def elements(self) -> list[Any]:
        return [element for element in self.root.iter() if isinstance(element.tag, str)]

    def all(self, tag: str) -> list[Any]:
        """The elements of HTML of a name, in order; those of pictures and formulas are others."""
        return [element for element in self.elements if element.tag == tag]

    def text(self, tag: str) -> str:
        """The text of the only element of a name, with its white space collapsed."""
        (element,) = self.all(tag)
        return text_of(element)

    def of_class(self, name: str) -> list[str]:
        """The texts of the elements of a class, in order."""
        return [text_of(e) for e in self.elements if name in e.get("class", "").split()]

    @property
    def links(self) -> list[str]:
        """Where the links of the body lead, in order."""
        return [a.get("href") for a in self.all("a")]

    @property
    def head_links(self) -> list[tuple[str, str, str]]:
        """The links of the head: relation, type, address."""
        return [(e.get("rel"), e.get("type", ""), e.get("href")) for e in self.all("link")]

    @property
    def data(self) -> Any:
        """The JSON-LD of the page."""
        (script,) = self.all("script")
        return json.loads(script.text)


def _local(name: Any) -> str:
    """A name without its namespace."""
    return str(name).rpartition("}")[2]


def text_of(element: Any) -> str:
    """The text in an element, with its white space collapsed."""
    return " ".join("".join(element.itertext()).split())


def faults(document: bytes) -> list[str]:
    """What is wrong with a page; nothing, of every page."""
    page = Page(document)
    return [
        *_active_parts(page),
        *_addresses(page),
        *_ids(page),
        *_headings(page),
        *_names(page),
        *_characters(document),
    ]


def _active_parts(page: Page) -> Iterator[str]:
    for element in page.elements:
        if _local(element.tag) in ACTIVE or element.tag.endswith("}script"):
            yield f"an element {element.tag}"
        for name in map(_local, element.attrib):
            if name == "style" or name.startswith("on"):
                yield f"an attribute {name} of {element.tag}"
    for script in page.all("script"):
        if script.attrib != {"type": DATA}:
            yield "a script"
        json.loads(script.text)


def _addresses(page: Page) -> Iterator[str]:
    ids = {element.get("id") for element in page.elements}
    for element in page.elements:
        for name, address in element.attrib.items():
            if _local(name) not in ADDRESSES:
                continue
            is_path = address.startswith("/") and not address.startswith("//")
            is_here = address.startswith("#") and address[1:] in ids
            if not (is_path or is_here or address.startswith(("https://", "http://"))):
                yield f"{name} of {element.tag}: {address!r}"
    alternates = [link for link in page.head_links if link[0] == "alternate"]
    yield from (f"twice: {link}" for link, count in Counter(alternates).items() if count > 1)


def _ids(page: Page) -> Iterator[str]:
    ids = [element.get("id") for element in page.elements if element.get("id") is not None]
    yield from (f"id twice: {name!r}" for name, count in Counter(ids).items() if count > 1)
    for element in page.elements:
        for name in REFERENCES:
            for reference in element.get(name, "").split():
                if reference not in ids:
                    yield f"{name} of {element.tag}: {reference!r}"


def _headings(page: Page) -> Iterator[str]:
    levels = [int(match[1]) for e in page.elements if (match := HEADING.fullmatch(e.tag))]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"headings {levels}"
    yield from (f"h{a} before h{b}" for a, b in pairwise(levels) if b > a + 1)


def _names(page: Page) -> Iterator[str]:
    if not page.text("title"):
        yield "no title"
    if page.all("html")[0].get("lang") != "en":
        yield "no language"
    for name in ("main", "footer"):
        if len(page.all(name)) != 1:
            yield f"{len(page.all(name))} of {name}"
    yield from _nameless(page)


def _nameless(page: Page) -> Iterator[str]:
    for link in [*page.all("a"), *page.all("button")]:
        if not (text_of(link) or link.get("aria-label")) and not _is_of_a_title(link):
            yield f"nameless: {link.attrib}"
    for table in page.all("table"):
        if table.find("caption") is None:
            yield "a table without a caption"
    for cell in page.all("th"):
        if cell.get("scope") not in ("row", "col"):
            yield "a heading of a table without a scope"


def _is_of_a_title(link: Any) -> bool:
    """Whether a link has the title of a paper as its text, which hostile ones leave empty."""
    return "/papers/" in link.get("href", "") or link.get("href", "").startswith("#")


def _characters(document: bytes) -> Iterator[str]:
    yield from (f"a character {found!r}" for found in CONTROL.findall(document.decode()))
