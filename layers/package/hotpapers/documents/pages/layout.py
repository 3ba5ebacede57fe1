"""What all pages share: the head, the way around the site, and the foot."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotpapers.documents.feeds import FORMATS
from hotpapers.documents.pages.addresses import (
    ARCHIVE,
    DOCUMENTATION,
    FEEDS,
    SEARCH,
    STATUS,
    Parameter,
    with_parameters,
)
from hotpapers.documents.pages.design import FAVICON_PATH, stylesheet_path
from hotpapers.documents.pages.json_ld import Data, write_json_ld
from hotpapers.documents.pages.template import page_template
from hotpapers.documents.site import NAME, Site

LONGEST_DESCRIPTION = 300
"""Characters of a page's description: what search engines and previews show is shorter."""

NAVIGATION = (
    ("/", "Latest"),
    (ARCHIVE, "Archive"),
    (SEARCH, "Search"),
    (FEEDS, "Feeds"),
    (DOCUMENTATION, "API"),
    (STATUS, "Status"),
)

FEED_KINDS = (("digests", "one entry a day"), ("papers", "one entry a paper"))
MEDIA_TYPES = {"json": "application/json", "md": "text/markdown"}
"""The other forms of a page, by the ends of their addresses."""


@dataclass(frozen=True)
class FeedLink:
    """A feed: its address as a path, its media type, and what it is called."""

    path: str
    media_type: str
    title: str
    label: str


@dataclass(frozen=True)
class Form:
    """Another form of a page: its address as a path, and its media type."""

    path: str
    media_type: str
    label: str


@dataclass(frozen=True)
class Head:
    """What a page says of itself.

    `title` and `description` are plain text. `path` is where the page is, without its parameters
    (empty: nowhere, as with an error); `parameters` are those of the filter, which the feeds that
    the page names have too. `forms` are the ends of the addresses of its other forms. `section` is
    the path of the entry of the navigation that the page belongs to. What is not `indexed` is for
    readers, and not for search engines.
    """

    title: str
    description: str
    path: str
    parameters: Sequence[Parameter] = ()
    forms: Sequence[str] = ()
    section: str = ""
    previous: str = ""
    next: str = ""
    kind: str = "website"
    data: Data | None = None
    indexed: bool = True

    @property
    def address(self) -> str:
        """The path with its parameters."""
        return with_parameters(self.path, self.parameters) if self.path else ""

    @property
    def summary(self) -> str:
        """The description, cut where it is long."""
        line = " ".join(self.description.split())
        if len(line) <= LONGEST_DESCRIPTION:
            return line
        return line[: LONGEST_DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"


def write_page(name: str, head: Head, site: Site, **values: object) -> bytes:
    """The page that a template makes, in UTF-8."""
    text = page_template(name).render(
        **values,
        head=head,
        site=site,
        site_name=NAME,
        navigation=NAVIGATION,
        feeds=feed_links(head.parameters),
        forms=forms(head),
        json_ld=write_json_ld(head.data) if head.data else None,
        stylesheet=stylesheet_path(),
        favicon=FAVICON_PATH,
    )
    return text.encode()


def feed_links(parameters: Sequence[Parameter] = ()) -> tuple[FeedLink, ...]:
    """All feeds, of what a filter lets through."""
    return tuple(
        FeedLink(
            path=with_parameters(f"{FEEDS}/{kind}.{end}", parameters),
            media_type=each.media_type,
            title=f"{NAME}: {what} ({each.title})",
            label=each.title,
        )
        for kind, what in FEED_KINDS
        for end, each in FORMATS.items()
    )


def forms(head: Head) -> tuple[Form, ...]:
    """The other forms of a page: the same address with another end."""
    labels = {"json": "JSON", "md": "Markdown"}
    return tuple(
        Form(with_parameters(f"{head.path}.{end}", head.parameters), MEDIA_TYPES[end], labels[end])
        for end in head.forms
    )
