"""The page that tells of the feeds."""

from hotpapers.documents.pages.addresses import FEEDS
from hotpapers.documents.pages.layout import Head, feed_links, write_page
from hotpapers.documents.site import Site
from hotpapers.domain.sources import SOURCES

EXAMPLES = (
    ("/feeds/papers.atom?category=cs.LG", "papers on machine learning"),
    ("/feeds/papers.atom?category=cs.*&min=300", "what is very hot in computer science"),
    ("/feeds/papers.atom?q=diffusion&exclude=survey", "a subject, without surveys"),
    ("/feeds/papers.atom?author=Hinton", "an author"),
    ("/feeds/digests.atom?source=hackernews", "each day’s papers on Hacker News"),
)
"""Feeds with filters, and what they are of."""

FILTERS = (
    ("category", "categories such as cs.LG, or all of an archive: cs.*"),
    ("q", "words that all occur in title, abstract or authors"),
    ("author", "names of authors"),
    ("min", "the least score"),
    ("source", f"{', '.join(SOURCES)}: where people talk"),
    ("exclude", "categories or words that must not occur"),
)


def write_feeds_page(site: Site) -> bytes:
    """The page of the feeds, in UTF-8."""
    links = feed_links()
    return write_page(
        "feeds",
        Head(
            title="Feeds",
            description="Hot papers in your feed reader: by day or by paper, as Atom, RSS or JSON.",
            path=FEEDS,
            forms=("json",),
            section=FEEDS,
        ),
        site,
        kinds=(
            ("By day", "One entry a day, with all hot papers in it.", links[:3]),
            ("By paper", "One entry a paper, as soon as it is hot.", links[3:]),
        ),
        examples=EXAMPLES,
        filters=FILTERS,
    )
