"""The forms in which a thing can be had: what each is called in an address, and in HTTP."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Representation:
    """A form of a thing: the ending that asks for it, and the Content-Type that it is sent with.

    `others` are media types besides its own by which readers may ask for it, too.
    """

    suffix: str
    content_type: str
    others: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters."""
        return self.content_type.partition(";")[0]

    @property
    def media_types(self) -> tuple[str, ...]:
        """Every media type by which it can be asked for."""
        return (self.media_type, *self.others)


JSON = Representation("json", "application/json")
MARKDOWN = Representation("md", "text/markdown; charset=utf-8")
HTML = Representation("html", "text/html; charset=utf-8", ("application/xhtml+xml",))
ATOM = Representation(
    "atom", "application/atom+xml; charset=utf-8", ("application/xml", "text/xml")
)
RSS = Representation("rss", "application/rss+xml; charset=utf-8")
JSON_FEED = Representation("json", "application/feed+json", ("application/json",))
XML = Representation("xml", "application/xml; charset=utf-8")
TEXT = Representation("txt", "text/plain; charset=utf-8")
SVG = Representation("svg", "image/svg+xml; charset=utf-8")
CSS = Representation("css", "text/css; charset=utf-8")
PROBLEM = Representation("json", "application/problem+json", ("application/json",))
