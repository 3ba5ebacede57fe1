"""Cursors: where a list goes on, as readers get it and hand it back.

A cursor holds a position in a list that never changes, so it neither skips nor repeats anything
however much is added. With it is a check over the position, the list and the selection: a cursor
that was cut, put together by hand or taken from another question is refused, rather than answered
with something that looks right. It is no secret, and needs none: a position leads nowhere that the
list would not lead anybody, so whoever computes the check gains nothing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from hotpapers.domain.fingerprint import fingerprint
from hotpapers.domain.selection import Selection

CHECK = 6
"""Bytes of the check: of as many accidents as there are, one in 281,474,976,710,656 gets past."""


@dataclass(frozen=True)
class Cursors:
    """The cursors of a list, by its name, for one selection."""

    name: str
    selection: Selection = field(default_factory=Selection)

    def write(self, position: str) -> str:
        """The cursor that stands for a position."""
        content = position.encode() + self._check(position)
        return urlsafe_b64encode(content).decode().rstrip("=")

    def read(self, text: str) -> str | None:
        """The position that a cursor stands for; None for what is no cursor of these."""
        position = _position(text)
        return position if position is not None and self.write(position) == text else None

    def _check(self, position: str) -> bytes:
        asked = [part for pair in self.selection.parameters for part in pair]
        return bytes.fromhex(fingerprint(self.name, position, *asked))[:CHECK]


def _position(text: str) -> str | None:
    """The position in a cursor, checked or not."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))[:-CHECK].decode()
    except ValueError:  # no base64, no UTF-8, or no ASCII at all
        return None
