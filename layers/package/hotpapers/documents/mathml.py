"""Formulas in TeX as MathML: what a browser shows without a script.

latex2mathml makes a tree of a formula. It is written for people who show their own formulas: it
has links, styles and macros, escapes nothing, and takes some broken formulas for whole ones. So
what it cannot be trusted with is not given to it, and of its tree only what MathML Core knows
(https://www.w3.org/TR/mathml-core/) is taken over, piece by piece; all else is content without an
element of its own. What cannot be shown that way has no MathML, and is shown as it stands.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.html_text import html_text
from hotpapers.documents.math_letters import styled

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST_FORMULA = 1_000
"""In characters. The longest formula of 3,900 titles and abstracts has some 200."""
MOST_TOKENS = 200
"""So many macros, braces and scripts at most. Each can be one level of nesting, which takes the
library two of Python's thousand frames."""
DEEPEST = 40
"""Elements within each other. A root in a fraction in an exponent has a dozen."""

TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}^_']", re.DOTALL)
REFUSED = frozenset(
    r"""
    \newcommand \renewcommand \providecommand \newenvironment \def \DeclareMathOperator
    \sideset \mathchoice \genfrac \skew \abovewithdelims \atopwithdelims \above \root
    \href \style \class \unicode \verb \rule \raise \lower \moveleft \moveright \kern \mkern
    \hskip \mskip \mspace \color \textcolor \colorbox \fcolorbox \smash
    """.split()  # noqa: SIM905
)
"""Macros that are not given to the library.

Definitions, and `\\sideset`, which doubles its argument, can make a page of a line. Links, styles
and colours are nobody's but ours. The others move what they hold over other text, or leave out
what they cannot read.
"""
TEXTS = r"(?:emph|fbox|hbox|[lr]lap|clap|mbox|tag\*?|text(?:bf|it|md|normal|rm|sf|tt|up)?|underbar)"
UNREADABLE = re.compile(
    rf"\\{TEXTS}(?![A-Za-z])(?!\s*\{{[^{{}}]*\}})|\\operatorname(?!withlimits\b)(?:[A-Za-z]|$)"
)
"""Macros without the plain text that the library takes for granted after them."""
NAME = re.compile(r"\\operatorname\*?\s*(?=\{)(?!\{[A-Za-z\s]+\})")
"""The name of an operator that is more than letters, which the library drops."""
ARGUMENTS = re.compile(r"\\(begin|end)\s*\{([A-Za-z]+\*?)\}")
ENVIRONMENTS = frozenset(
    "array matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases split".split()  # noqa: SIM905
)
ALIASES = {
    "ddag": "ddagger",
    "dag": "dagger",
    "nicefrac": "frac",
    "sfrac": "frac",
    "textsc": "mathrm",
    "mathds": "mathbb",
    "mathbbm": "mathbb",
    "bbR": "mathbb{R}",
    "R": "mathbb{R}",
    "ensuremath": "mathord",
    "arg": "operatorname{arg}",
}
"""Macros of common packages that the library does not know, and what they are to it."""
ALIAS = re.compile(rf"\\({'|'.join(ALIASES)})(?![A-Za-z])")
NOT_EQUAL = re.compile(r"\\not\s*=")
"""The one sign without a macro of its own that is often negated."""
COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%")
"""A percent sign that nobody escaped: on one line nobody means to hide the rest."""
AMPERSAND = re.compile(r"&(?=#)")
MARK = "\ufdd0"
"""Stands for an ampersand of the text's own, which must not look like one of the library's
references. Unicode reserves the character for such uses, no text has it."""
ESCAPED = re.compile(r"\\([%&_#$])")
"""A sign with its backslash, which the library leaves in plain text."""
REFERENCE = re.compile(r"&#x([0-9A-Fa-f]{2,6});")

LEAVES = frozenset({"mi", "mn", "mo", "mtext"})
ROWS = frozenset({"math", "mrow", "mstyle", "msqrt", "mphantom", "mtd"})
ARITY = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "mover", "munder"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
"""How many children an element has that has no other number of them."""
TABLES = {"mtable": "mtr", "mtr": "mtd"}
"""What may stand in a table and in a row of it."""
ELEMENTS = LEAVES | ROWS | frozenset(ARITY) | frozenset(TABLES) | {"mspace"}

BLOCK = (("display", "block"), ("tabindex", "0"))
"""A formula on a line of its own. Where it is wider than the screen, it is scrolled; without a
mouse this takes the focus."""
BOOLEAN = re.compile("true|false")
LENGTH = re.compile(r"0|[0-3](?:\.[0-9]{1,3})?em")
"""Up to four letters wide or high; nothing that could push text over other text."""
ATTRIBUTES = {
    "mfrac": {"linethickness": re.compile("0")},
    "mo": {
        "form": re.compile("prefix|infix|postfix"),
        **dict.fromkeys(("stretchy", "fence", "separator", "largeop", "movablelimits"), BOOLEAN),
        **dict.fromkeys(("lspace", "rspace", "minsize", "maxsize"), LENGTH),
    },
    "mover": {"accent": BOOLEAN},
    "mspace": {"width": LENGTH},
    "mstyle": {"displaystyle": BOOLEAN, "scriptlevel": re.compile("[012]")},
}
"""What is taken over of an element's attributes, in the form that it may have."""
SPACES = {"thinmathspace": "0.167em", "thickmathspace": "0.278em"}
"""Names of lengths that MathML Core no longer has (https://www.w3.org/TR/MathML3/#id.2.1.5.2)."""

ACCENTS = frozenset("´¯˘ˇ˙¨⃛⃜`^˚~→‾")
BARS = {"mover": "\u203e", "munder": "_"}
"""The library's bar over or under something is a dash, which does not stretch."""
UPRIGHT = (("mathvariant", "normal"),)
"""What keeps a single letter from being italic."""
IDENTIFIERS = frozenset("∞∅⊤⊥′″‴⁗°%#&_$@⋆•…")
"""Signs that are no operators: nothing is added, compared or enclosed by them."""


@dataclass(frozen=True)
class Part:
    """An element of a formula: a name and attributes of MathML Core, and text or children."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    text: str = ""
    children: "tuple[Part, ...]" = ()


def read_formula(source: str, *, block: bool = False) -> Part | None:
    """The formula that TeX without its delimiters describes; None where it cannot be shown.

    A macro that is not known is shown by its name. Never raises, whatever the text.
    """
    source = CONTROL.sub("", source).replace(MARK, "").strip()
    if not _is_fit(source):
        return None
    tree = _convert(_prepare(source), block=block)
    if tree is None:
        return None
    try:
        parts = _take_over(tree, 0)
    except _MisshapenError:
        return None
    return Part("math", BLOCK if block else (), children=_gather(parts))


def write_formula(formula: Part, source: str) -> str:
    """The formula as an element of HTML, with the TeX that it is from as its alternative text."""
    alternative = ("alttext", source.strip())
    return _write(replace(formula, attributes=(*formula.attributes, alternative)))


class _MisshapenError(ValueError):
    """The library's tree is not one that a browser can show."""


def _is_fit(source: str) -> bool:
    """Whether the library can be trusted with a formula."""
    if not source or len(source) > LONGEST_FORMULA:
        return False
    tokens = TOKEN.findall(source)
    if len(tokens) > MOST_TOKENS or not REFUSED.isdisjoint(tokens):
        return False
    if tokens.count("\\left") != tokens.count("\\right"):
        return False
    if UNREADABLE.search(source):
        return False
    return _is_balanced(tokens) and _has_known_environments(source, tokens)


def _is_balanced(tokens: Iterable[str]) -> bool:
    depth = 0
    for brace in tokens:
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return False
    return depth == 0


def _has_known_environments(source: str, tokens: Iterable[str]) -> bool:
    """Whether every environment is one of those that are tables, and ended."""
    ends = ARGUMENTS.findall(source)
    if len(ends) != sum(token in ("\\begin", "\\end") for token in tokens):
        return False
    begun: list[str] = []
    for which, name in ends:
        if which == "begin":
            begun.append(name)
        elif not begun or begun.pop() != name:
            return False
    return not begun and all(name in ENVIRONMENTS for _, name in ends)


def _prepare(source: str) -> str:
    """The formula in macros that the library knows."""
    known = ALIAS.sub(lambda match: f"\\{ALIASES[match[1]]}", source)
    read = NOT_EQUAL.sub(r"\\neq ", COMMENT.sub(r"\1\\%", known))
    return AMPERSAND.sub(MARK, NAME.sub(r"\\mathrm", read))


def _convert(source: str, *, block: bool) -> "Element | None":
    """The library's tree, None where it finds the formula broken."""
    # 50 ms, mostly for its table of symbols: only where there is a formula.
    from latex2mathml import exceptions
    from latex2mathml.converter import convert_to_element

    try:
        return convert_to_element(source, display="block" if block else "inline")
    except (
        exceptions.DenominatorNotFoundError,
        exceptions.DoubleSubscriptsError,
        exceptions.DoubleSuperscriptsError,
        exceptions.ExtraLeftOrMissingRightError,
        exceptions.InvalidAlignmentError,
        exceptions.LimitsMustFollowMathOperatorError,
        exceptions.MissingEndError,
        exceptions.MissingSuperScriptOrSubscriptError,
        exceptions.NoAvailableTokensError,
        exceptions.NumeratorNotFoundError,
        # What it looks for and does not find, without an exception of its own: the argument of
        # `\\hspace{}`, the delimiter of `\\big`, the environment of `\\beginning`.
        IndexError,
        StopIteration,
        ValueError,
    ):
        return None


def _take_over(element: "Element", depth: int) -> tuple[Part, ...]:
    """What an element of the library's is in MathML Core: one part, or those within it."""
    if depth > DEEPEST:
        raise _MisshapenError("too deep")
    if element.tag in LEAVES and not len(element):
        return (_leaf(element.tag, element.text or "", element.attrib),)
    children = [_take_over(child, depth + 1) for child in element]
    if element.text:
        children.insert(0, (_leaf("mtext", element.text, {}),))
    if element.tag in ARITY:
        return (_fixed(element, children),)
    parts = tuple(part for group in children for part in group)
    if element.tag in TABLES:
        if any(part.name != TABLES[element.tag] for part in parts):
            raise _MisshapenError("a table of something else than rows and cells")
        return (Part(element.tag, children=parts),)
    if element.tag == "mspace":
        return (Part("mspace", _attributes("mspace", element.attrib)),)
    gathered = _gather(parts)
    if element.tag in ROWS - {"math", "mrow"}:
        return (Part(element.tag, _attributes(element.tag, element.attrib), children=gathered),)
    return gathered


def _fixed(element: "Element", children: "list[tuple[Part, ...]]") -> Part:
    """An element with so many children; one that is several parts is made a row."""
    if len(children) != ARITY[element.tag]:
        raise _MisshapenError(f"{element.tag} with {len(children)} children")
    parts = [group[0] if len(group) == 1 else Part("mrow", children=group) for group in children]
    attributes = _attributes(element.tag, element.attrib)
    if element.tag in BARS and parts[1].text == "\u2015":
        parts[1] = replace(parts[1], text=BARS[element.tag])
    if element.tag == "mover" and parts[1].name == "mo" and parts[1].text in ACCENTS:
        attributes = (("accent", "true"),)
    return Part(element.tag, attributes, children=tuple(parts))


def _leaf(name: str, raw: str, attributes: "dict[str, str]") -> Part:
    """Text of a formula, in the characters that its style has, as what it is."""
    text = CONTROL.sub("", _decode(raw))
    style = attributes.get("mathvariant", "")
    text = ESCAPED.sub(r"\1", text) if name == "mtext" else styled(text, style)
    if text == "~" and name == "mi":
        text = "\u223c"
    name = _kind(name, text, attributes)
    taken = _attributes(name, attributes)
    is_set_upright = style == "normal" or (raw != text and text.isascii() and text.isalpha())
    if name == "mi" and len(text) == 1 and is_set_upright:
        taken = UPRIGHT
    return Part(name, taken, text)


def _kind(name: str, text: str, attributes: "dict[str, str]") -> str:
    """The element that a text belongs in: the library tells signs from letters by a few ranges."""
    if text.startswith("\\") and len(text) > 1:
        return "mtext"
    if name == "mo" and len(text) > 1 and text.isalpha() and "movablelimits" not in attributes:
        return "mi"
    if name in ("mi", "mo") and len(text) == 1:
        if text in IDENTIFIERS:
            return "mi"
        if unicodedata.category(text)[0] in "SP":
            return "mo"
    return name


def _decode(raw: str) -> str:
    """The text that the library means: it writes numeric references, and escapes nothing."""

    def character(match: re.Match[str]) -> str:
        number = int(match[1], 16)
        return chr(number) if number <= 0x10FFFF else match[0]

    return REFERENCE.sub(character, raw).replace(MARK, "&")


def _attributes(name: str, given: "dict[str, str]") -> tuple[tuple[str, str], ...]:
    allowed = ATTRIBUTES.get(name, {})
    named = ((key, SPACES.get(value, value)) for key, value in given.items())
    return tuple(
        (key, value) for key, value in named if key in allowed and allowed[key].fullmatch(value)
    )


def _gather(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts of a row, with the upright letters that follow each other as one word."""
    gathered: list[Part] = []
    shown = (part for part in parts if part.attributes or part.name != "mspace")
    for is_upright, run in groupby(shown, _is_upright):
        letters = list(run)
        if is_upright and len(letters) > 1:
            gathered.append(Part("mi", text="".join(letter.text for letter in letters)))
        else:
            gathered.extend(letters)
    return tuple(gathered)


def _is_upright(part: Part) -> bool:
    return part.attributes == UPRIGHT and part.text.isalpha()


def _write(part: Part) -> str:
    attributes = "".join(f' {name}="{html_text(value)}"' for name, value in part.attributes)
    within = html_text(part.text) + "".join(map(_write, part.children))
    return f"<{part.name}{attributes}>{within}</{part.name}>"
