"""The templates of the pages, and what their values go through.

Every value is escaped unless it is `Html`, and whatever is outside text loses the characters that
no document may have. So nothing that a template shows can be more than text.
"""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from hotpapers.documents.address import web_address
from hotpapers.documents.characters import CONTROL
from hotpapers.documents.counts import UNKNOWN
from hotpapers.documents.digest_json import ABSTRACT_PAGE, PDF_PAGE
from hotpapers.documents.direction import contained
from hotpapers.documents.html_text import LINE_BREAK
from hotpapers.documents.pages import addresses, words
from hotpapers.documents.pages.html import Html
from hotpapers.documents.quote import quote_html
from hotpapers.documents.tex import tex_html, tex_text
from hotpapers.domain.digest import Mention
from hotpapers.domain.sources import SOURCES

TEMPLATES = Path(__file__).parent / "templates"
LINK = re.compile(r"</?a(?:\s[^>]*)?>")
"""The tags of a link in what `tex_html` writes, which escapes every `>` that is text."""


@cache
def page_template(name: str) -> Template:
    """The template of a page, by its file's name."""
    return _environment().get_template(f"{name}.html.j2")


def clean_text(value: object) -> object:
    """Outside text on one line, without what could turn or break the text around it.

    HTML of our own, that of the templates' macros included, and values that are no text stay as
    they are.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return CONTROL.sub("", LINE_BREAK.sub(" ", contained(value)))


def title_html(title: str) -> Html:
    """A title as the text of a link: with its formulas, and without links of its own."""
    return Html(LINK.sub("", tex_html(title)))


def _tex(text: str) -> Html:
    return Html(tex_html(text))


def _quote(mention: Mention) -> Html:
    return Html(quote_html(mention))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=clean_text,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        abbreviated_day=words.abbreviated_day_text,
        category_path=addresses.category_path,
        day=words.day_html,
        digest_path=addresses.digest_path,
        long_day=words.long_day_text,
        moment=words.moment_html,
        number=words.number,
        paper_path=addresses.paper_path,
        plain=tex_text,
        plural=words.plural,
        quote=_quote,
        roundup_path=addresses.roundup_path,
        sentence=words.sentence,
        short_day=words.short_day_text,
        short_moment=words.short_moment_text,
        tex=_tex,
        heading=title_html,
        web=web_address,
        year_path=addresses.year_path,
    )
    environment.globals.update(
        ABSTRACT_PAGE=ABSTRACT_PAGE,
        PDF_PAGE=PDF_PAGE,
        SOURCES=SOURCES,
        UNKNOWN=UNKNOWN,
    )
    return environment
