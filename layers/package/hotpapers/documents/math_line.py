"""A formula on one line of plain text, for titles and feeds: x², ℓ₂, 𝒪(n log n), (a+b)/2."""

import unicodedata
from collections.abc import Iterable

from hotpapers.documents.mathml import Part

SUPERSCRIPTS = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ′″‴*†‡°∘⊤",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ′″‴*†‡°°ᵀ",
        strict=True,
    )
)
SUBSCRIPTS = dict(
    zip(
        "0123456789+−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
ACCENTS = {
    "´": "\u0301",
    "¯": "\u0304",
    "˘": "\u0306",
    "ˇ": "\u030c",
    "˙": "\u0307",
    "¨": "\u0308",
    "`": "\u0300",
    "^": "\u0302",
    "˚": "\u030a",
    "~": "\u0303",
    "→": "\u20d7",
    "‾": "\u0305",
}
"""The signs over a letter as characters that combine with it."""
RELATIONS = frozenset("=≔≠<>≤≥⩽⩾≪≫∼≈≃≅≡∝→←↔⇒⇐⇔↦⟶⟵⟹⟸⟺⟼∈∉⊂⊆⊃⊇≲≳∣≺≻⊢⊨")
"""What has a space on either side. (Others touch what they stand between: a+b, 2×3.)"""
SMALL = frozenset(SUPERSCRIPTS.values()) | frozenset(SUBSCRIPTS.values())
LARGE = frozenset("∑∏∐∫∬∭∮⋃⋂⨁⨂")
CLOSE = frozenset("()[]{}|.,;:!?")
"""What may touch a word, if it follows it: log(n)."""
SCRIPTED = {
    **dict.fromkeys(("msub", "munder"), (False,)),
    **dict.fromkeys(("msup", "mover"), (True,)),
    **dict.fromkeys(("msubsup", "munderover"), (False, True)),
}
"""The elements with scripts, and which of these are above."""
SEPARATORS = {"mtable": "; ", "mtr": ", "}
WIDE = 0.2
"""From this width (em) a space is one."""


def formula_line(formula: Part) -> str:
    """The formula on one line; what cannot be told from its letters alone has parentheses."""
    return " ".join(_row(formula.children).split()).replace(": =", " :=")


def _row(parts: Iterable[Part]) -> str:
    line = ""
    previous = Part("mtext")
    for part in parts:
        text = _line(part)
        line += " " + text if _need_space(previous, part, line, text) else text
        previous = part
    return line


def _need_space(previous: Part, part: Part, line: str, text: str) -> bool:
    """Whether a word (`log`) or a large sign (`∑`) would run into its neighbour."""
    if "mtext" in (previous.name, part.name):
        return False
    if _is_large(previous):
        return text[:1] not in CLOSE
    return _is_large(part) and line[-1:].isalnum()


def _is_large(part: Part) -> bool:
    core = part.children[0] if part.name in SCRIPTED else part
    is_word = core.name in ("mi", "mo") and len(core.text) > 1 and core.text.isascii()
    return is_word or core.text in LARGE


def _line(part: Part) -> str:
    match part.name:
        case "mo":
            return _operator(part.text)
        case "mspace" | "mphantom":
            return _space(part)
        case name if name in SCRIPTED:
            return _scripts(part)
        case "mfrac" | "msqrt" | "mroot":
            return _fraction_or_root(part)
        case "mtable" | "mtr":
            return SEPARATORS[part.name].join(map(_line, part.children))
        case _:
            return part.text + _row(part.children)


def _space(part: Part) -> str:
    width = dict(part.attributes).get("width", "0").removesuffix("em")
    return " " if float(width) >= WIDE else ""


def _operator(sign: str) -> str:
    if sign in RELATIONS:
        return f" {sign} "
    return f"{sign} " if sign in (",", ";") else sign


def _scripts(part: Part) -> str:
    base, *scripts = part.children
    written = _line(base)
    for script, above in zip(scripts, SCRIPTED[part.name], strict=True):
        if above and script.text in ACCENTS:
            written = _accented(written, ACCENTS[script.text])
        elif not (script.name == "mo" and script.text in ("_", "⏟", "⏞")):
            written += small_script(_line(script).strip(), above=above)
    return written


def _accented(base: str, accent: str) -> str:
    if accent != ACCENTS["‾"]:
        return unicodedata.normalize("NFC", base + accent)
    return "".join(character + accent for character in base)


def small_script(script: str, *, above: bool) -> str:
    """The script in small characters where all have one, else with the sign that TeX has."""
    small = SUPERSCRIPTS if above else SUBSCRIPTS
    packed = script if "," in script else script.replace(" ", "")
    if all(character in small for character in packed):
        return "".join(small[character] for character in packed)
    return ("^" if above else "_") + (packed if len(packed) == 1 else f"({packed})")


def _fraction_or_root(part: Part) -> str:
    if part.name == "msqrt":
        return "√" + _single(_row(part.children).strip())
    first, second = (_line(child).strip() for child in part.children)
    if part.name == "mroot":
        return {"2": "√", "3": "∛", "4": "∜"}.get(
            second, f"{small_script(second, above=True)}√"
        ) + (_single(first))
    if ("linethickness", "0") in part.attributes:
        return f"{first} choose {second}"
    return f"{_single(first)}/{_single(second)}"


def _single(text: str) -> str:
    """The text, in parentheses where something before or after it would bind only a part of it."""
    is_letter = text[:1].isalnum() and all(
        character in SMALL or unicodedata.combining(character) for character in text[1:]
    )
    return text if is_letter or text.isdigit() else f"({text})"
