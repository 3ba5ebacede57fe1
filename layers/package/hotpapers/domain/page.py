"""Finished pages and feeds: what is written once and read often."""

from dataclasses import dataclass
from datetime import datetime

from hotpapers.domain.packing import Packed


@dataclass(frozen=True)
class PageMark:
    """What can be told of a page without reading it: what it was made of, and which put it was."""

    made_of: str
    version: str


@dataclass(frozen=True)
class Page:
    """A finished page or feed, packed.

    `made_of` is the fingerprint of all that it was made of, `modified_at` when that last changed
    (UTC).
    """

    made_of: str
    modified_at: datetime
    content: Packed
