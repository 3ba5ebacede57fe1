"""The plain text of a Mastodon post, which is handed out as HTML.

The HTML has paragraphs, line breaks and links, and some other elements in posts from elsewhere
(https://docs.joinmastodon.org/spec/activitypub/#sanitization). In a link's text Mastodon hides the
scheme and what is beyond thirty characters (`<span class="invisible">`): here all of it stands.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from hotpapers.adapters.entries import LONGEST_TEXT, is_web_address
from hotpapers.domain.rich_text import Span, SpanKind

NO_TAG = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")
"""What is no whole tag. `HTMLParser` looks for the end of each again and again, for a minute where
there are some thousand of them, and raises AssertionError at `<![`."""
SPACE = re.compile(r"[ \t\r\n\f]+")
PARAGRAPHS = frozenset(
    {"p", "blockquote", "ul", "ol", "pre", "div", "h1", "h2", "h3", "h4", "h5", "h6"}
)
LINES = frozenset({"br", "li"})
UNSHOWN = frozenset({"script", "style"})
ABBREVIATED = ("...", "…")
NOT_LINKS = frozenset({"mention", "hashtag"})
"""The classes of links that are not the author's: to a profile, and to a hashtag's timeline."""


@dataclass(frozen=True)
class RichText:
    """A plain text, the links that stand in it, and where all links of the HTML lead."""

    text: str
    spans: tuple[Span, ...]
    links: tuple[str, ...]


def read_html(html: str, heading: str = "") -> RichText:
    """Read a post's HTML, whatever it is; a heading goes before it, in a paragraph of its own.

    A link's text that is cut off (other software than Mastodon's does that) becomes the whole
    address: what is left of one may be another paper's.
    """
    reader = _Reader()
    reader.handle_data(heading)
    reader.end_lines(2)
    reader.feed(NO_TAG.sub("&lt;", html))
    reader.close()
    reader.end_link()
    text = "".join(reader.pieces)[:LONGEST_TEXT]
    spans = tuple(span for span in reader.spans if span.end <= len(text))
    return RichText(text, spans, tuple(reader.links))


@dataclass
class _Link:
    """A link that is being read: where it leads (empty: nowhere), and its text so far."""

    address: str
    pieces: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Puts the text together, `pieces` of it, as the elements come."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.spans: list[Span] = []
        self.links: list[str] = []
        self._length = 0
        self._lines = 0
        self._has_space = False
        self._link: _Link | None = None
        self._unshown = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what an element begins."""
        if tag == "a":
            self.end_link()
            values = {name: value or "" for name, value in attrs}
            is_own = NOT_LINKS.isdisjoint(values.get("class", "").split())
            self._link = _Link(values.get("href", "").strip() if is_own else "")
        elif tag in PARAGRAPHS:
            self.end_lines(2)
        elif tag in LINES:
            self.end_lines(self._lines + 1)
        elif tag in UNSHOWN:
            self._unshown += 1

    def handle_endtag(self, tag: str) -> None:
        """Take what an element ends."""
        if tag == "a":
            self.end_link()
        elif tag in PARAGRAPHS:
            self.end_lines(2)
        elif tag in UNSHOWN:
            self._unshown = max(self._unshown - 1, 0)

    def handle_data(self, data: str) -> None:
        """Take text; white space is one space."""
        if self._unshown:
            return
        if self._link is not None:
            self._link.pieces.append(data)
        else:
            self._add(SPACE.sub(" ", data))

    def end_lines(self, number: int) -> None:
        """End the line, and with a number of 2 leave an empty one; a link stays in its line."""
        if self._link is not None:
            self._link.pieces.append(" ")
        else:
            self._lines = max(self._lines, min(number, 2))

    def end_link(self) -> None:
        """Put the link that is being read, if there is one, into the text."""
        if self._link is None:
            return
        link, self._link = self._link, None
        shown = SPACE.sub(" ", "".join(link.pieces))
        is_plain = is_web_address(link.address)
        if is_plain and shown.rstrip().endswith(ABBREVIATED):
            shown = f" {link.address} "
        self._add(shown)
        if link.address:
            self.links.append(link.address)
        if is_plain and (length := len(shown.strip(" "))):
            start = self._length - length
            self.spans.append(Span(start, self._length, SpanKind.LINK, link.address))

    def _add(self, text: str) -> None:
        """Put text behind the other, with the line ends or the space that are due between them."""
        words = text.strip(" ")
        self._has_space = self._has_space or text.startswith(" ")
        if not words:
            return
        between = "\n" * self._lines or " " * self._has_space
        new = between + words if self._length else words
        self.pieces.append(new)
        self._length += len(new)
        self._lines, self._has_space = 0, text.endswith(" ")
