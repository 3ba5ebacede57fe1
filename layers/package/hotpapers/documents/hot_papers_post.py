"""A digest as the Markdown post that a static site takes as it is.

The format is the one of the blog whose posts these continue, down to its spacing; the template
shows it. What other sources than X add (where the score is from, which posts are by an author) is
not in the post of a digest of X alone. The post of a digest depends on the digest and the front
matter alone.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from hotpapers.documents import markdown
from hotpapers.documents.counts_line import counts_line, shown_sources
from hotpapers.documents.digest_json import ABSTRACT_PAGE, PDF_PAGE, write_time
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.mentions import shown_post
from hotpapers.documents.status_line import status_line
from hotpapers.domain.digest import Digest
from hotpapers.domain.sources import X

TEMPLATES = Path(__file__).parent / "templates"
LISTING_PAGE = "https://arxiv.org/list/"


def write_post(digest: Digest, front_matter: FrontMatter) -> bytes:
    """The post of a digest, in UTF-8."""
    sources = shown_sources(digest)
    text = _template().render(
        digest=digest,
        front_matter=front_matter,
        sources=sources,
        status=status_line(digest),
        is_of_x_alone=sources == (X.name,),
    )
    return text.encode()


def yaml_string(value: str) -> str:
    """The value as a double-quoted YAML scalar, with whatever is not printable escaped."""
    return '"' + "".join(_yaml_character(character) for character in value) + '"'


def _yaml_character(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08x}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        # Markdown, not HTML: each value goes through a filter of its own context.
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        counts=counts_line,
        heading=markdown.heading,
        inline=markdown.inline,
        paragraph=markdown.paragraph,
        shown=shown_post,
        time=write_time,
        yaml=yaml_string,
    )
    environment.globals.update(
        ABSTRACT_PAGE=ABSTRACT_PAGE,
        LISTING_PAGE=LISTING_PAGE,
        PDF_PAGE=PDF_PAGE,
    )
    return environment.get_template("hot_papers_post.md.j2")
