"""The line of a post that tells how much a paper is talked about, and where.

With X as the only source it is the line that the blog's posts have. With others it explains the
score: what each source adds to it, and from which numbers.
"""

from collections.abc import Sequence

from hotpapers.documents.counts import UNKNOWN, counts_in_words, decimal_text, in_words
from hotpapers.domain.digest import Attention, Digest, RankedPaper
from hotpapers.domain.sources import SOURCES, X


def shown_sources(digest: Digest) -> tuple[str, ...]:
    """The sources that a digest's post names: those that are on, in their order."""
    return tuple(name for name in SOURCES if name in digest.sources_asked)


def counts_line(entry: RankedPaper, sources: Sequence[str]) -> str:
    """A paper's numbers on these sources, unknown ones as a dash."""
    if tuple(sources) == (X.name,):
        known = (entry.retweets, entry.favorites)
        retweets, favorites = (UNKNOWN if count is None else count for count in known)
        return f"retweets: {retweets}, favorites: {favorites}"
    if not sources:
        return f"score {UNKNOWN}"
    score = decimal_text(entry.score) if entry.attention else UNKNOWN
    parts = " · ".join(_part(name, entry.attention.get(name)) for name in sources)
    return f"score {score}: {parts}"


def _part(name: str, attention: Attention | None) -> str:
    title = SOURCES[name].title
    if attention is None:
        return f"{title} {UNKNOWN}"
    part = f"{title} {decimal_text(attention.weighted)}"
    if not any(attention.counts.values()):
        return part
    words = counts_in_words(name, attention.counts)
    # One voice is what the numbers of a single post say anyway.
    voices = f", {in_words(attention.voices, 'voices')}" if attention.voices > 1 else ""
    return f"{part} ({words}{voices})"
