"""Words: how a text is taken apart to be found, and what is looked for likewise.

The same functions are for both, so that whoever looks for `Schrodinger's cats` finds
`Schrödinger's cat`. Neither language nor meaning is guessed: a plural is the only form of a word
that is one with it, since nearly all titles are in English.
"""

import re
import unicodedata
from collections.abc import Iterator

from hotpapers.domain.paper import Paper
from hotpapers.domain.voices import STROKES, without_marks

LONGEST_WORD = 40
"""So many characters of a word count: longer ones are formulas, or nobody's words."""

SHORTEST_PLURAL = 4
"""Shorter words that end in `s` are names and abbreviations (`GPS`, `gas`)."""

STOP_WORDS = frozenset(
    """
    a an and are as at be been but by can for from has have how in into is it its not of on or our
    such than that the their then there these they this to was we were which while will with
    """.split()  # noqa: SIM905
)
"""The commonest words of titles and abstracts: all texts have them, so they find nothing."""

TEX_ACCENT = re.compile(
    r"""
    \{ \\["'`^~=.] \\?(?P<braced>[A-Za-z]) \}
    | \\ (?: ["'`^~=.] | [uvHcdbkr] (?=\s*\{) ) \s* \{? \s* \\?(?P<letter>[A-Za-z]) \}?
    """,
    re.ASCII | re.VERBOSE,
)
r"""A letter with an accent, as TeX writes it: `\"o`, `{\"o}`, `\H{o}`, `\'{\i}`."""

IDEOGRAPHS = "\u2e80-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
"""Chinese characters and kana. They are written without spaces, so each is a word by itself."""
WORD = re.compile(rf"(?![\W_])[{IDEOGRAPHS}]|[^\W_{IDEOGRAPHS}]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a text that say something, in its order, each as often as it is there.

    Case, accents (TeX's included), punctuation and plurals make no difference. The words of these
    words are the same again. Never raises, whatever the text.
    """
    return tuple(word for word in _folded(text, STOP_WORDS) if word not in STOP_WORDS)


def name_words(name: str) -> tuple[str, ...]:
    """The words of a person's name, in order; among them those that would be stop words.

    `He`, `An` and `To` are names.
    """
    return tuple(_folded(name, frozenset()))


def paper_words(paper: Paper) -> frozenset[str]:
    """The words by which a paper is found: those of its title, its abstract and its authors."""
    texts = (paper.title, paper.abstract, *paper.authors)
    return frozenset(word for text in texts for word in words(text))


def _folded(text: str, kept: frozenset[str]) -> Iterator[str]:
    """The words of a text in the form in which they are compared; `kept` ones are no plurals."""
    plain = unicodedata.normalize("NFKD", TEX_ACCENT.sub(r"\g<braced>\g<letter>", text))
    letters = without_marks(plain)
    for match in WORD.finditer(letters.casefold().translate(STROKES)):
        word = match[0][:LONGEST_WORD]
        yield word if word in kept else _singular(word)


def _singular(word: str) -> str:
    is_plural = len(word) >= SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if is_plural else word
