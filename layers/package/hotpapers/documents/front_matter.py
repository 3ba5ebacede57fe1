"""The constants of a post's front matter, apart from the rest so that settings need no template."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FrontMatter:
    """What the front matter of every post says alike; the defaults are the blog's."""

    template: str = "post"
    draft: bool = False
    category: str = "arXiv"
    tags: tuple[str, ...] = ("arXiv", "Twitter", "Machine Learning", "Computer Science")
    social_image: str = "/media/flying-marine.jpg"
