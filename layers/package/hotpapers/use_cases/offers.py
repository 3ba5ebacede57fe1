"""What there is to read at an address, before anybody has to make or fetch it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hotpapers.domain.packing import Packed

Content = bytes | Packed


@dataclass(frozen=True)
class Offer:
    """A document that a reader can have.

    `tag` names its bytes: the same tag stands for the same bytes, and for no others (None: nobody
    knows before they are made). `modified_at` is when they became what they are (UTC; None: not
    known). A `final` document never changes again. `content` makes or fetches it, which may take
    reads; whoever has it already need not call it.
    """

    content: Callable[[], Content]
    tag: str | None = None
    modified_at: datetime | None = None
    final: bool = False


@dataclass(frozen=True)
class Missing:
    """That there is nothing to read, and why: the end of a sentence."""

    reason: str
