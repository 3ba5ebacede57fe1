"""Titles and abstracts with TeX in them, as HTML and as plain text.

Whatever the text: the HTML has no other elements than those named here and those of MathML Core,
every piece of text in it is escaped, and a text without TeX is what it was.
"""

from collections.abc import Iterable
from functools import lru_cache

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.html_text import LINE_BREAK, html_text
from hotpapers.documents.math_line import formula_line, small_script
from hotpapers.documents.mathml import write_formula
from hotpapers.documents.tex_reader import Formula, Link, Piece, Styled, Text, read_tex

LINK_RELATION = "nofollow noopener ugc"
"""The words are a stranger's: no recommendation of ours."""

KEPT = 200
"""How many texts are kept as they were written: those of a digest's papers, which readers ask for
again and again, each for other ones."""


@lru_cache(maxsize=KEPT)
def tex_html(text: str) -> str:
    """The text as inline HTML: `em`, `strong`, `code`, `sub`, `sup`, `a` and `math`."""
    return _html(read_tex(text))


@lru_cache(maxsize=KEPT)
def tex_text(text: str) -> str:
    """The text as plain text on one line (not escaped), formulas in Unicode: ℓ₂, 𝒪(n²)."""
    return CONTROL.sub("", LINE_BREAK.sub(" ", _plain(read_tex(text))))


def _html(pieces: Iterable[Piece]) -> str:
    return "".join(map(_piece_html, pieces))


def _piece_html(piece: Piece) -> str:
    match piece:
        case Text(text):
            return html_text(text)
        case Formula(formula, source):
            return write_formula(formula, source)
        case Link(address, words):
            return f'<a href="{html_text(address)}" rel="{LINK_RELATION}">{_html(words)}</a>'
        case Styled(element, words):
            return f"<{element}>{_html(words)}</{element}>"


def _plain(pieces: Iterable[Piece]) -> str:
    return "".join(map(_piece_plain, pieces))


def _piece_plain(piece: Piece) -> str:
    match piece:
        case Text(text):
            return text
        case Formula(formula, _):
            return formula_line(formula)
        case Link(_, words):
            return _plain(words)
        case Styled("sub" | "sup" as element, words):
            return small_script(_plain(words), above=element == "sup")
        case Styled(_, words):
            return _plain(words)
