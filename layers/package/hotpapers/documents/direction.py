"""Marks that turn the direction of a text, kept within the text that has them.

Text from outside may open an embedding or an isolate (Unicode Standard Annex 9) and leave it
open, or close one that it never opened. Then it turns what stands behind it, or ends the isolate
that a document puts around it. So of such marks only pairs are left, and overrides, which show
letters in another order than they have, are not even left in pairs.
"""

from hotpapers.documents.html_text import LINE_BREAK

ISOLATES = frozenset("\u2066\u2067\u2068")
EMBEDDINGS = frozenset("\u202a\u202b")
OVERRIDES = frozenset("\u202d\u202e")
END_OF_ISOLATE, END_OF_EMBEDDING = "\u2069", "\u202c"
OPENERS = ISOLATES | EMBEDDINGS | OVERRIDES
MARKS = OPENERS | {END_OF_ISOLATE, END_OF_EMBEDDING}

NOTHING = "\x00"
"""Stands for a mark that is taken away, so that places in a text stay where they are: whoever
writes a text leaves it out (`characters.CONTROL`)."""


def contained(text: str) -> str:
    """The text with NUL for each mark of direction that has no partner in its line."""
    if MARKS.isdisjoint(text):
        return text
    letters = list(text)
    for place in _unpaired(text):
        letters[place] = NOTHING
    return "".join(letters)


def _unpaired(text: str) -> list[int]:
    """The places of the marks that open nothing, close nothing, or override."""
    unpaired: list[int] = []
    opened: list[int] = []
    for place, letter in enumerate(text):
        if letter in OPENERS:
            opened.append(place)
        elif letter == END_OF_EMBEDDING:
            unpaired += _end_embedding(text, opened, place)
        elif letter == END_OF_ISOLATE:
            unpaired += _end_isolate(text, opened, place)
        elif LINE_BREAK.match(letter):
            unpaired += opened
            opened.clear()
    return unpaired + opened


def _end_embedding(text: str, opened: list[int], end: int) -> list[int]:
    """What is without a partner when an embedding ends: within an isolate, only its own do."""
    if not opened or text[opened[-1]] in ISOLATES:
        return [end]
    start = opened.pop()
    return [start, end] if text[start] in OVERRIDES else []


def _end_isolate(text: str, opened: list[int], end: int) -> list[int]:
    """What is without a partner when an isolate ends: what was opened within, and is still."""
    if not any(text[place] in ISOLATES for place in opened):
        return [end]
    unpaired = []
    while text[opened[-1]] not in ISOLATES:
        unpaired.append(opened.pop())
    opened.pop()
    return unpaired
