"""A post about a paper as a part of a Markdown document, in the way of its source."""

from hotpapers.documents import bluesky_embed, x_embed
from hotpapers.documents.linked_line import linked_line
from hotpapers.domain.post import Post


def shown_post(post: Post) -> str:
    """The post with what enlivens it: a block of Markdown without an empty line."""
    match post.source:
        case "x":
            return f"{x_embed.embed(post)}\n{x_embed.SCRIPT}"
        case "bluesky":
            return f"{bluesky_embed.embed(post)}{bluesky_embed.SCRIPT}"
        case _:
            return linked_line(post)
