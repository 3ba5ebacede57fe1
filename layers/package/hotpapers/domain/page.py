"""Finished pages and feeds: what is written once and read often."""

from dataclasses import dataclass

from hotpapers.domain.packing import Packed


@dataclass(frozen=True)
class Page:
    """A finished page or feed, packed, and the fingerprint of all that it was made of."""

    made_of: str
    content: Packed
