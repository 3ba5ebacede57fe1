"""The constants of a post's front matter, apart from the rest so that settings need no template."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotpapers.domain.sources import SOURCES, X

SOURCE_TAGS = "{sources}"
"""Stands among the tags for one tag per source that is on."""

X_ALONE = "Twitter"
"""The blog's tag for X, from when it was its only source."""


@dataclass(frozen=True)
class FrontMatter:
    """What the front matter of every post says alike; the defaults are the blog's.

    Of the tags, `{sources}` stands for those that the sources of a digest have.
    """

    template: str = "post"
    draft: bool = False
    category: str = "arXiv"
    tags: tuple[str, ...] = ("arXiv", SOURCE_TAGS, "Machine Learning", "Computer Science")
    social_image: str = "/media/flying-marine.jpg"

    def tags_with(self, sources: Sequence[str]) -> tuple[str, ...]:
        """The tags of a post whose sources these are, by their names."""
        titles = [SOURCES[name].title for name in sources]
        own = [X_ALONE] if tuple(sources) == (X.name,) else titles
        return tuple(
            tag for entry in self.tags for tag in (own if entry == SOURCE_TAGS else [entry])
        )
