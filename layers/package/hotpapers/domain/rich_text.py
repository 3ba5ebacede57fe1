"""Text with places in it: links, pictures, mentions, hashtags, cashtags.

Services tell where in a text something stands by offsets, and the offsets cannot be trusted:
they are missing in some answers, count other units than characters in others, and are off by
the length of an escape (`&amp;`) in yet others. So an offset is a hint; the text decides.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class SpanKind(StrEnum):
    """What stands at a place of a text."""

    LINK = "link"
    PICTURE = "picture"
    MENTION = "mention"
    HASHTAG = "hashtag"
    CASHTAG = "cashtag"


@dataclass(frozen=True, order=True)
class Span:
    """A place in a text, [start, end) in characters.

    `target` is what it leads to: the address of a link, the shown address of a picture
    (`pic.twitter.com/…`), the account's own spelling for a mention, the tag without its sign.
    """

    start: int
    end: int
    kind: SpanKind
    target: str


@dataclass(frozen=True)
class Candidate:
    """Something that a service says is in a text, and where it says so (None: it does not).

    `needle` is what the text must have there, compared without regard to case.
    """

    needle: str
    kind: SpanKind
    target: str
    hint: int | None = None


WORD_SIGNS = {
    SpanKind.MENTION: "@＠",
    SpanKind.HASHTAG: "#＃",
    SpanKind.CASHTAG: "$＄",
}


def place(text: str, candidates: Iterable[Candidate]) -> tuple[Span, ...]:
    """Put every candidate where the text really has it, in the order of the text.

    Of several occurrences the free one nearest to the hint is taken, the first where there is
    no hint. A candidate that the text does not have, or has only inside another one's place, is
    left out. Links come first: a tag inside an address is not a tag.
    """
    taken: list[Span] = []
    ordered = sorted(candidates, key=lambda candidate: candidate.kind in WORD_SIGNS)
    for candidate in ordered:
        span = _nearest_free(text, candidate, taken)
        if span is not None:
            taken.append(span)
    return tuple(sorted(taken))


def _nearest_free(text: str, candidate: Candidate, taken: list[Span]) -> Span | None:
    hint = 0 if candidate.hint is None else candidate.hint
    free = [
        Span(match.start(), match.end(), candidate.kind, candidate.target)
        for match in _occurrences(text, candidate)
        if all(match.end() <= span.start or span.end <= match.start() for span in taken)
    ]
    return min(free, key=lambda span: (abs(span.start - hint), span.start), default=None)


def _occurrences(text: str, candidate: Candidate) -> Iterator[re.Match[str]]:
    if not candidate.needle:
        return
    signs = WORD_SIGNS.get(candidate.kind)
    needle = re.escape(candidate.needle)
    pattern = re.compile(needle if signs is None else f"[{signs}]{needle}", re.IGNORECASE)
    # `https://t.co/ab` is not meant where the text has `https://t.co/abc`, nor `#AI` in `#AIart`;
    # but where the service itself points at a place, its own idea of a word holds.
    unfinished = re.compile(r"[A-Za-z0-9]" if signs is None else r"\w")
    for match in pattern.finditer(text):
        if match.start() == candidate.hint or not unfinished.match(text, match.end()):
            yield match
