"""What a text with TeX is made of: text, formulas, emphasis, links.

Titles and abstracts on arXiv are plain text in which authors write TeX, as they would in their
paper (https://info.arxiv.org/help/prep.html). No style file is at hand and nobody proofreads, so
what is not understood stays as it stands: an unknown macro, a brace or dollar sign without its
other half, an amount in dollars, a set of numbers in braces.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hotpapers.documents.mathml import LONGEST_FORMULA, Part, read_formula
from hotpapers.documents.tex_characters import LETTERS, accented, character

DEEPEST = 20
"""Groups within each other; deeper ones stay as they stand."""
LONGEST_ADDRESS = 2_048


@dataclass(frozen=True)
class Text:
    """Plain text."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A formula, with the TeX between its delimiters."""

    formula: Part
    source: str


@dataclass(frozen=True)
class Link:
    """An address of http or https that the text shows, or shows other words for."""

    address: str
    words: "tuple[Piece, ...]"


@dataclass(frozen=True)
class Styled:
    """Words in an element of HTML: `em`, `strong`, `code`, `sub`, `sup`."""

    element: str
    words: "tuple[Piece, ...]"


Piece = Text | Formula | Link | Styled

MARKUP = re.compile(
    r"""
    (?P<address> (?<![A-Za-z0-9]) https?:// (?: [A-Za-z0-9._~:/?\#@!&'()*+,;=%\[\]-]
        | \\[_%&\#~] | \\textunderscore (?:\{\})? )+ )
    | (?P<math> \$\$? | \\\( | \\\[ )
    | \\ (?: (?P<accent> ['`^"~=.] | [uvHckdbrt] (?= \s*\{ | \s+[A-Za-z] ) )
         \s* (?: \{ \s* (?P<in_braces> [^\W\d_] | \\[ij] | ) \s* \}
               | (?P<bare> \\[ij]\b | [^\W\d_] ) )
       | (?P<escaped> [%&_\#{}$] )
       | (?P<space> [ ,;:!/@-] | \\ )
       | (?P<macro> [A-Za-z]+ ) \*? )
    | (?P<group> \{ )
    | (?P<tie> (?<=\S) ~ (?=\S) )
    | (?P<dash> (?<!-) --- (?!-) | (?<=[^\W_]) -- (?=[^\W_]) | (?<=\s) -- (?=\s) )
    | (?P<quotes> `` | '' )
    | ` (?P<quoted> [^\W_] [^`'$\\{}]{0,80} ) ' (?!\w)
    """,
    re.VERBOSE,
)
"""Everything that is more than text. (What stands right before is looked at, too.)"""

CLOSERS = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
UNESCAPED = {closer: re.compile(rf"(?<!\\){re.escape(closer)}") for closer in CLOSERS.values()}
PROSE = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,}[,.]?\s+[A-Za-z]{2,}")
"""Two words: what stands between two amounts of dollars, and in no formula without a macro."""
TEX = re.compile(r"[\\^_={}]")

STYLES: Mapping[str, str] = {
    **dict.fromkeys(("emph", "textit", "textsl", "em", "it", "itshape", "sl"), "em"),
    **dict.fromkeys(("textbf", "bf", "bfseries"), "strong"),
    **dict.fromkeys(("texttt", "tt", "ttfamily"), "code"),
    "textsuperscript": "sup",
    "textsubscript": "sub",
    **dict.fromkeys(("text", "mbox", "textrm", "textsf", "textsc", "textnormal", "textup"), ""),
    **dict.fromkeys(("underline", "uline", "rm", "sc", "sf", "scshape", "normalfont"), ""),
}
"""The elements that macros are; the empty name is for text like any other."""
DECLARATIONS = frozenset(
    "em it itshape sl bf bfseries tt ttfamily rm sc sf scshape normalfont".split()  # noqa: SIM905
)
"""Those that hold to the end of their group, and have no argument."""
CITATION = re.compile(r"[cC]ite[a-z]*")
SPACES = {",": "\u202f", ";": " ", ":": " ", " ": " ", "\\": " "}
"""The others are no spaces, but hints where to break a word, or narrower than nothing."""
TRAILING = ".,;:!?'*"
WEB_ADDRESS = re.compile(r"https?://[^\s\\/?#@]+(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)
HELD_TOGETHER = re.compile(r"[a-z]*[^\W\d_a-z][^\W_]*")
"""Letters, capitals among them, which bibliographies would lower: `{B}ERT`."""


def read_tex(text: str) -> tuple[Piece, ...]:
    """The pieces of a text, in order. Never raises, whatever the text; the time is linear."""
    return tuple(_Reader(text).pieces(0, len(text), 0))


class _Reader:
    """A text and where each of its groups ends, so that nothing is looked for twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ends = _ends(text)

    def pieces(self, start: int, end: int, depth: int) -> Iterator[Piece]:
        """What stands between two places of the text."""
        at = start
        while match := MARKUP.search(self.text, at, end):
            if match.start() > at:
                yield Text(self.text[at : match.start()])
            found, at = self._read(match, end, depth)
            yield from found
        if at < end:
            yield Text(self.text[at:end])

    def _read(self, match: re.Match[str], end: int, depth: int) -> tuple[tuple[Piece, ...], int]:
        """What a piece of markup is, and where the text goes on."""
        kind = match.lastgroup or ""
        if kind == "address":
            return self._address(match)
        if kind == "math":
            return self._formula(match, end)
        if kind in ("in_braces", "bare", "accent"):
            letter = match["in_braces"] or match["bare"] or ""
            return (Text(accented(match["accent"], letter)),), match.end()
        if kind == "macro":
            return self._macro(match, end, depth)
        if kind == "group":
            return self._group(match, end, depth)
        return (Text(self._sign(kind, match)),), match.end()

    def _sign(self, kind: str, match: re.Match[str]) -> str:
        before, after = self._neighbours(match.start(), match.end())
        if kind == "tie":
            is_range = (before.isdigit() or before == "%") and after.isdigit()
            return "~" if is_range else "\xa0"
        if kind == "quotes":
            is_opening = match[0] == "``" or (before.strip() == "" and after.isalnum())
            return "“" if is_opening else "”"
        if kind == "quoted":
            return f"‘{match['quoted']}’"
        if kind == "space":
            return SPACES.get(match["space"], "")
        return match["escaped"] or {"--": "–", "---": "—"}[match[0]]

    def _address(self, match: re.Match[str]) -> tuple[tuple[Piece, ...], int]:
        if len(match[0]) > LONGEST_ADDRESS:
            return (Text(match[0]),), match.end()
        shown = _without_trailing(match[0])
        return _link(_unescaped(shown), None), match.start() + len(shown)

    def _formula(self, match: re.Match[str], end: int) -> tuple[tuple[Piece, ...], int]:
        opener = match["math"]
        start, closer = match.end(), CLOSERS[opener]
        last = min(end, start + LONGEST_FORMULA + len(closer))
        closing = UNESCAPED[closer].search(self.text, start, last)
        if closing is None:
            return (Text(opener),), start
        source = self.text[start : closing.start()]
        if opener == "$" and not _is_meant(source, self.text[closing.end() : closing.end() + 1]):
            return (Text(opener),), start
        formula = read_formula(source, block=opener in ("$$", "\\["))
        if formula is None:
            return (Text(self.text[match.start() : closing.end()]),), closing.end()
        return (Formula(formula, source),), closing.end()

    def _macro(self, match: re.Match[str], end: int, depth: int) -> tuple[tuple[Piece, ...], int]:
        name, at = match["macro"], match.end()
        argument = self._argument(at, end)
        if argument and depth < DEEPEST:
            inner, at = argument, self.ends[argument[0] - 1] + 1
            if name in STYLES and name not in DECLARATIONS:
                return self._styled(STYLES[name], inner, depth), at
            if name == "url":
                address = _unescaped(self.text[slice(*inner)].strip())
                return _link(address, None), at
            if name == "href":
                return self._named_link(inner, end, depth)
            if name == "footnote":
                return (Text(" ("), *self._inner(inner, depth), Text(")")), at
            if CITATION.fullmatch(name):
                return (Text(f"[{self.text[slice(*inner)]}]"),), at
        return self._character(match)

    def _character(self, match: re.Match[str]) -> tuple[tuple[Piece, ...], int]:
        meant = None if match[0].endswith("*") else character(match["macro"])
        at = match.end()
        if meant is None:
            has_argument = self.text.startswith("{", at)
            return (Text(match[0] + "{" * has_argument),), at + has_argument
        if self.text.startswith("{}", at):
            return (Text(meant),), at + 2
        if match["macro"] in LETTERS:
            at += len(self.text[at : at + 8]) - len(self.text[at : at + 8].lstrip())
        return (Text(meant),), at

    def _named_link(
        self, inner: tuple[int, int], end: int, depth: int
    ) -> tuple[tuple[Piece, ...], int]:
        address, at = _unescaped(self.text[slice(*inner)].strip()), inner[1] + 1
        words = self._argument(at, end)
        if words is None:
            return _link(address, None), at
        return _link(address, self._inner(words, depth)), words[1] + 1

    def _group(self, match: re.Match[str], end: int, depth: int) -> tuple[tuple[Piece, ...], int]:
        """A group: one that declares a style, holds a letter together, or is no TeX at all."""
        start, close = match.end(), self.ends.get(match.start(), end)
        if close >= end or depth >= DEEPEST:
            return (Text("{"),), start
        first = MARKUP.match(self.text, start, close)
        if first and first["macro"] in DECLARATIONS:
            blank = self.text[first.end() : first.end() + 1] == " "
            inner = (first.end() + blank, close)
            return self._styled(STYLES[first["macro"]], inner, depth), close + 1
        if first and (first["accent"] or first["macro"] or first["address"]):
            return self._inner((start, close), depth), close + 1
        before, after = self._neighbours(match.start(), close + 1)
        is_joined = before.isalnum() or after.isalnum()
        if is_joined and HELD_TOGETHER.fullmatch(self.text, start, close):
            return (Text(self.text[start:close]),), close + 1
        return (Text("{"),), start

    def _neighbours(self, start: int, end: int) -> tuple[str, str]:
        """The characters before and after a place; empty where the text starts or ends."""
        return self.text[max(start - 1, 0) : start], self.text[end : end + 1]

    def _argument(self, at: int, end: int) -> tuple[int, int] | None:
        """Where the argument of a macro that ends here starts and ends, without its braces."""
        if not self.text.startswith("{", at):
            return None
        close = self.ends.get(at, end)
        return (at + 1, close) if close < end else None

    def _inner(self, inner: tuple[int, int], depth: int) -> tuple[Piece, ...]:
        return tuple(self.pieces(*inner, depth + 1))

    def _styled(self, element: str, inner: tuple[int, int], depth: int) -> tuple[Piece, ...]:
        words = self._inner(inner, depth)
        return (Styled(element, words),) if element and words else words


def _ends(text: str) -> Mapping[int, int]:
    """For each brace that opens a group the place of the one that closes it."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            ends[opened.pop()] = match.start()
    return ends


def _is_meant(source: str, after: str) -> bool:
    """Whether what stands between two dollar signs is a formula, and not between two amounts.

    The rule is pandoc's (https://pandoc.org/MANUAL.html#extension-tex_math_dollars): no space
    inside the signs, no digit after them. TeX itself has no such rule (`$\\sim$66%`), so what can
    be nothing but TeX is a formula, too, unless it starts like an amount.
    """
    is_tight = source == source.strip() and not after.isdigit()
    if TEX.search(source) and not source[0].isdigit():
        return True
    return bool(source) and is_tight and not PROSE.search(source)


def _link(address: str, words: tuple[Piece, ...] | None) -> tuple[Piece, ...]:
    """A link, or its words alone where a browser should not follow it."""
    if words is None or not words:
        words = (Text(address),)
    is_followed = len(address) <= LONGEST_ADDRESS and WEB_ADDRESS.fullmatch(address)
    if not is_followed or _have_link(words):
        return words
    return (Link(address, words),)


def _have_link(words: tuple[Piece, ...]) -> bool:
    """Whether a link is among the words: HTML has no links within links."""
    return any(
        isinstance(word, Link) or (isinstance(word, Styled) and _have_link(word.words))
        for word in words
    )


def _unescaped(address: str) -> str:
    return re.sub(r"\\([_%&#~])", r"\1", re.sub(r"\\textunderscore(?:\{\})?", "_", address))


def _without_trailing(address: str) -> str:
    """The address without the punctuation of the sentence that it ends."""
    while True:
        shorter = address.rstrip(TRAILING)
        for opener, closer in ("()", "[]"):
            if shorter.endswith(closer) and shorter.count(closer) > shorter.count(opener):
                shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
