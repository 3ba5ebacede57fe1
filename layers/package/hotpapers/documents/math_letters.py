"""Letters and digits in the styles that formulas give them, each a character of its own.

MathML Core knows no styles but `normal` (https://www.w3.org/TR/mathml-core/#dfn-mathvariant): the
others are characters of Unicode's Mathematical Alphanumeric Symbols, some of which stand among
the Letterlike Symbols, where they were first.
"""

import unicodedata
from functools import lru_cache

STYLES = {
    "bold": ("BOLD",),
    "italic": ("ITALIC",),
    "bold-italic": ("BOLD ITALIC", "BOLD"),
    "double-struck": ("DOUBLE-STRUCK",),
    "script": ("SCRIPT",),
    "fraktur": ("FRAKTUR", "BLACK-LETTER"),
    "sans-serif": ("SANS-SERIF",),
    "sans-serif-italic": ("SANS-SERIF ITALIC", "SANS-SERIF"),
    "monospace": ("MONOSPACE",),
}
"""The values of `mathvariant` that are in use, and their names in Unicode, the best first."""
PLANCK = "\u210e"
"""The italic h has the name of what it stands for in physics."""


def styled(text: str, style: str) -> str:
    """The text with every character that exists in the style in that style."""
    return "".join(_styled(character, style) for character in text)


@lru_cache(maxsize=2_048)
def _styled(character: str, style: str) -> str:
    if (character, style) == ("h", "italic"):
        return PLANCK
    name = unicodedata.name(character, "")
    kind = name.removeprefix("LATIN ").removeprefix("GREEK ").replace(" LETTER", "")
    for wanted in STYLES.get(style, ()):
        for styled_name in (f"MATHEMATICAL {wanted} {kind}", f"{wanted} {kind}"):
            try:
                return unicodedata.lookup(styled_name)
            except KeyError:
                continue
    return character
