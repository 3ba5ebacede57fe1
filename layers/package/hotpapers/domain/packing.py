"""Documents as they are kept and sent: packed by gzip, the same bytes for the same content."""

import gzip
from dataclasses import dataclass


@dataclass(frozen=True)
class Packed:
    """A document packed by gzip: `content` is what HTTP sends under that content coding."""

    content: bytes

    def unpack(self) -> bytes:
        """The document itself."""
        return gzip.decompress(self.content)


def pack(document: bytes) -> Packed:
    """A document, packed. Without a time in it, so that the same document gives the same bytes."""
    return Packed(gzip.compress(document, mtime=0))
