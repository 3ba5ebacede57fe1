"""HTML as a browser reads it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(eq=False)
class Reader(HTMLParser):
    """Tells what is an element and what is text: inside the paragraph, and in the rest."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "br":
            self.handle_data("\n")
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        where = "text" if "p" in self.open else "rest"
        self.texts[where] = self.texts.get(where, "") + data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def read(html: str) -> Reader:
    """The HTML, read; fails where it has anything but elements, all of them closed, and text."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader
