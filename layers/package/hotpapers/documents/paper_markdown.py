"""A paper by itself as Markdown, of the form that it has in posts."""

from hotpapers.documents.pages.addresses import digest_path
from hotpapers.documents.post_template import post_template
from hotpapers.documents.site import Site
from hotpapers.domain.paper_view import PaperView
from hotpapers.domain.sources import SOURCES


def write_paper_markdown(view: PaperView, site: Site) -> bytes:
    """A paper with its numbers and posts, in UTF-8; where nothing was measured, without numbers."""
    sources = tuple(name for name in SOURCES if name in view.attention)
    text = post_template("paper").render(
        rank=None,
        entry=view.entry,
        sources=sources,
        collected_at=view.measured_at,
        listed_on=f"[{view.day}]({site.link(digest_path(view.day))})",
        is_of_x_alone=False,
    )
    return text.rstrip("\n").encode() + b"\n"
