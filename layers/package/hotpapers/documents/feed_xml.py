"""Feeds as XML: elements with the names and prefixes that they are written with.

The prefixes are declared by attributes of the root, so nothing is registered with the library for
everybody else, and the same feed gives the same bytes.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from hotpapers.documents.feed import feed_text

Attributes = Mapping[str, str]

NONE: Attributes = {}


def make_root(name: str, attributes: Attributes) -> Element:
    """The root of a document."""
    return Element(name, dict(attributes))


def add(parent: Element, name: str, text: str = "", attributes: Attributes = NONE) -> Element:
    """A new element at the end of another one; the text and the values can be anybody's."""
    cleaned = {key: feed_text(value) for key, value in attributes.items()}
    element = SubElement(parent, name, cleaned)
    element.text = feed_text(text) or None
    return element


def write_xml(root: Element) -> bytes:
    """The document in UTF-8, with its declaration, ending in a line break."""
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()
