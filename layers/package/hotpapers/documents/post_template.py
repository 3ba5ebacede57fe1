"""The templates of posts, and what outside text goes through in them.

The format is the one of the blog whose posts these continue, down to its spacing; the templates
show it. How a post begins, and how a paper stands in it, is the same in all of them.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from hotpapers.documents import markdown
from hotpapers.documents.counts import decimal_text
from hotpapers.documents.counts_line import counts_line
from hotpapers.documents.digest_json import ABSTRACT_PAGE, PDF_PAGE, write_time
from hotpapers.documents.mentions import shown_post

TEMPLATES = Path(__file__).parent / "templates"
LISTING_PAGE = "https://arxiv.org/list/"


@cache
def post_template(name: str) -> Template:
    """The template of a kind of post, by its file's name."""
    return _environment().get_template(f"{name}.md.j2")


def yaml_string(value: str) -> str:
    """The value as a double-quoted YAML scalar, with whatever is not printable escaped."""
    return '"' + "".join(_yaml_character(character) for character in value) + '"'


def _yaml_character(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08x}"


@cache
def _environment() -> Environment:
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
        literal=markdown.literal,
        number=decimal_text,
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
    return environment
