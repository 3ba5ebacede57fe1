"""Names for what is made of other things: equal where all that it was made of is equal."""

from hashlib import sha256

LENGTH = 32
"""Hexadecimal digits, of the 64 that there are: two things that differ share 128 bits by no
accident."""


def fingerprint(*parts: str) -> str:
    """The name of what is made of these parts, in their order."""
    stated = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(stated.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]
