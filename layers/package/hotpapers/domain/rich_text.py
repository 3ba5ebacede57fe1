"""Text with places in it: links, pictures, mentions, hashtags, cashtags.

Services tell where in a text something stands by offsets, and the offsets cannot be trusted:
they are missing in some answers, count other units than characters in others, and are off by
the length of an escape (`&amp;`) in yet others. So an offset is a hint; the text decides.
"""

import re
from bisect import bisect, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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

    `needle` is what the text must have there: an address to the letter (`t.co/ab` is not
    `t.co/AB`), or the word after the sign of a mention or tag, in any case.
    """

    needle: str
    kind: SpanKind
    target: str
    hint: int | None = None


Range = tuple[int, int]
"""The start and the end, exclusive, of a piece of a text, in characters."""

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
    places = _Places(text)
    for candidate in sorted(candidates, key=lambda candidate: candidate.kind in WORD_SIGNS):
        if candidate.needle:
            places.take(candidate)
    return tuple(places.taken)


@dataclass
class _Places:
    """The places of a text: those taken, in order, and what each needle may still take.

    Nothing is looked at twice, since a text can have some thousand places, all alike.
    """

    text: str
    taken: list[Span] = field(default_factory=list)
    left: dict[tuple[SpanKind, str], list[Range]] = field(default_factory=dict)

    def take(self, candidate: Candidate) -> None:
        found = self._pointed_at(candidate) or self._nearest(candidate)
        if found is not None:
            insort(self.taken, Span(*found, candidate.kind, candidate.target))

    def _pointed_at(self, candidate: Candidate) -> Range | None:
        if candidate.hint is None:
            return None
        found = _found_at(self.text, candidate, candidate.hint)
        return found if found and self._is_free(found) else None

    def _nearest(self, candidate: Candidate) -> Range | None:
        key = (candidate.kind, candidate.needle)
        if key not in self.left:
            self.left[key] = _whole_occurrences(self.text, candidate)
        left, hint = self.left[key], candidate.hint or 0
        while left:
            after = bisect(left, (hint, 0))
            near = range(max(after - 1, 0), min(after + 1, len(left)))
            found = left.pop(min(near, key=lambda index: abs(left[index][0] - hint)))
            if self._is_free(found):
                return found
        return None

    def _is_free(self, wanted: Range) -> bool:
        start, end = wanted
        after = bisect(self.taken, start, key=lambda span: span.start)
        near = self.taken[max(after - 1, 0) : after + 1]
        return all(span.end <= start or end <= span.start for span in near)


def _whole_occurrences(text: str, candidate: Candidate) -> list[Range]:
    """Where the needle stands by itself, in order.

    `https://t.co/ab` is not meant where the text has `https://t.co/abc`, nor `#AI` in `#AIart`,
    nor `@home` in `me@home`. But where the service itself points at a place, its own idea of a
    word holds.
    """
    is_word = candidate.kind in WORD_SIGNS
    before = re.compile(r"(?<![A-Za-z0-9_])" if is_word else "")
    after = re.compile(r"(?!\w)" if is_word else r"(?![A-Za-z0-9])")
    return [
        (start, end)
        for start, end in _occurrences(text, candidate)
        if before.match(text, start) and after.match(text, end)
    ]


def _occurrences(text: str, candidate: Candidate) -> Iterator[Range]:
    """Where a needle is, wherever that is, in order."""
    needle = candidate.needle
    if candidate.kind in WORD_SIGNS:
        yield from (match.span() for match in _pattern(candidate).finditer(text))
        return
    start = text.find(needle)
    while start >= 0:
        yield start, start + len(needle)
        start = text.find(needle, start + len(needle))


def _found_at(text: str, candidate: Candidate, start: int) -> Range | None:
    """The place of a needle that is to begin at a certain one."""
    if candidate.kind in WORD_SIGNS:
        match = _pattern(candidate).match(text, start)
        return match.span() if match else None
    is_there = text.startswith(candidate.needle, start)
    return (start, start + len(candidate.needle)) if is_there else None


def _pattern(candidate: Candidate) -> re.Pattern[str]:
    """A word with its sign. An address, which is different in each post, is found without one:
    making patterns took more than half of the time in which posts are read."""
    signs = WORD_SIGNS[candidate.kind]
    return re.compile(f"[{signs}]{re.escape(candidate.needle)}", re.IGNORECASE)
