"""Outside text as part of a Markdown document.

Titles, names and abstracts come from anybody. They may hold Markdown and TeX, and are shown as
they are; what must not happen is that one of them ends its line, starts a block, opens an HTML
tag, leads a reader elsewhere, or swallows the rest of the document. Only what could do that is
escaped, so that ordinary text stays byte for byte what it was.
"""

import re
from urllib.parse import quote

from hotpapers.documents.characters import CONTROL
from hotpapers.domain.paper import collapse_white_space

TAG_OPENER = re.compile(r"<(?=[A-Za-z/!?]|[\w.!#$%&'*+/=?^`{|}~-]++@)", re.ASCII)
"""`<` before what may be a tag, or an address: `<7@example.org>` is a link to somebody's mail."""
LINK_MIDDLE = "]("
CLOSING_SEQUENCE = re.compile(r"(?:(?<=\s)|^)(?=#+$)")
"""`#` signs at the end of a heading are not shown, but for an escaped one."""
BLOCK_START = re.compile(
    r"""
    \#{1,6}(?:\s|$)                  # heading
    | [-+*](?:\s|$)                  # list item
    | >                              # quote
    | `{3} | ~{3}                    # fenced code
    | (?:[-*_]\s*){3,}$              # thematic break
    | =+$                            # underline of a heading
    | \[(?:[^\[\]\\]|\\.)+\]:         # definition of a link, or of a footnote
    | \${2,}[^$]*$                   # display math that nothing closes
    """,
    re.VERBOSE,
)
ACTIVE = re.compile(r"[\\`*\[\]$~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
"""What marks up text in the middle of a line, TeX and struck text included; `_` not in a word."""
ADDRESS = re.compile(r":(?=//)|(?<=\bwww)\.", re.IGNORECASE)
"""What makes a link of an address that stands in a text, in the Markdown of GitHub and others."""
ENTITY_OPENER = re.compile(r"&(?=[#A-Za-z])")
NUMBERED_ITEM = re.compile(r"(\d{1,9})(?=[.)](?:\s|$))", re.ASCII)


def inline(text: str) -> str:
    """The text on one line, safe in the middle of a line of Markdown."""
    line = collapse_white_space(CONTROL.sub(" ", text))
    # Not the bracket but the parenthesis: a backslash of the text's own may stand before the
    # bracket, and two of them would escape each other.
    return TAG_OPENER.sub("&lt;", line).replace(LINK_MIDDLE, "]\\(")


def heading(text: str) -> str:
    """The text on one line, safe as the end of a heading."""
    return CLOSING_SEQUENCE.sub(r"\\", inline(text))


def paragraph(text: str) -> str:
    """The text on one line, safe as a paragraph of its own."""
    line = inline(text)
    if BLOCK_START.match(line):
        return "\\" + line
    return NUMBERED_ITEM.sub(r"\1\\", line, count=1) if NUMBERED_ITEM.match(line) else line


def literal(text: str) -> str:
    """The text on one line, shown to the letter in the middle of a line of Markdown.

    For what has no markup of its own, such as a post's title: not even emphasis is left.
    """
    line = collapse_white_space(CONTROL.sub(" ", text))
    escaped = ACTIVE.sub(r"\\\g<0>", ENTITY_OPENER.sub("&amp;", line))
    return ADDRESS.sub(r"\\\g<0>", escaped).replace("<", "&lt;")


def destination(address: str) -> str:
    """The address, safe within the parentheses of a link; empty where it is not one of https."""
    escaped = quote(CONTROL.sub("", address), safe="%/:?#@!&+,=-._~")
    return escaped if escaped.startswith("https://") else ""
