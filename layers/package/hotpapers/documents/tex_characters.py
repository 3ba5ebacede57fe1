"""What TeX's macros for characters stand for, outside of formulas."""

import unicodedata
from functools import lru_cache

ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "c": "\u0327",
    "k": "\u0328",
    "d": "\u0323",
    "b": "\u0331",
    "r": "\u030a",
    "t": "\u0361",
}
"""The accents, by the sign or letter after the backslash, as characters that combine."""

LETTERS = {
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "aa": "å",
    "AA": "Å",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "i": "ı",
    "j": "ȷ",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "dj": "đ",
    "DJ": "Đ",
    "ng": "ŋ",
    "NG": "Ŋ",
}
"""The white space after such a letter belongs to its macro: `\\o re` is `øre`."""

SIGNS = {
    "S": "§",
    "P": "¶",
    "dots": "…",
    "ldots": "…",
    "deg": "°",
    "textdegree": "°",
    "copyright": "©",
    "pounds": "£",
    "euro": "€",
    "texteuro": "€",
    "dag": "†",
    "ddag": "‡",
    "textregistered": "®",
    "texttrademark": "™",
    "textbackslash": "\\",
    "textbar": "|",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textunderscore": "_",
    "slash": "/",
    "textless": "<",
    "textgreater": ">",
    "textendash": "–",
    "textemdash": "—",
    "times": "×",
    "textquoteleft": "‘",
    "textquoteright": "’",
    "textquotedblleft": "“",
    "lq": "‘",
    "textquotedblright": "”",
    "rq": "’",
    "textmu": "µ",
    "textbullet": "•",
    "newline": " ",
    "LaTeX": "LaTeX",
    "TeX": "TeX",
    "quad": " ",
    "qquad": " ",
    "xspace": "",
    "par": " ",
    "ie": "i.e.",
    "eg": "e.g.",
    "etc": "etc.",
    "etal": "et al.",
    "noindent": "",
    "newpage": "",
}
"""Others, with the abbreviations that many styles define."""


def accented(accent: str, letter: str) -> str:
    """The letter with the accent; a sign of its own where there is no letter (`\\~{}`)."""
    if not letter:
        return accent
    letter = {"\\i": "i", "\\j": "j"}.get(letter, letter)
    return unicodedata.normalize("NFC", letter + ACCENTS[accent])


@lru_cache(maxsize=1_024)
def character(name: str) -> str | None:
    """What the macro of a character stands for; None where the name is no character's.

    Symbols of formulas stand outside of formulas, too, where somebody forgot the dollar signs.
    """
    if name in LETTERS:
        return LETTERS[name]
    if name in SIGNS:
        return SIGNS[name]
    # 50 ms, for its table: only where there is such a macro.
    from latex2mathml.symbols_parser import convert_symbol

    number = convert_symbol("\\" + name)
    return None if number is None else chr(int(number, 16)).replace("~", "\u223c")
