"""Placing links, mentions and tags where a text really has them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.rich_text import WORD_SIGNS, Candidate, Span, SpanKind, place
from tests.hostile import hostile_texts
from tests.properties import examples

LINK, PICTURE = SpanKind.LINK, SpanKind.PICTURE
MENTION, HASHTAG, CASHTAG = SpanKind.MENTION, SpanKind.HASHTAG, SpanKind.CASHTAG

AB = "https://t.co/ab"
ABC = "https://t.co/abc"


def link(hint: int | None = None, address: str = AB) -> Candidate:
    return Candidate(address, LINK, address, hint)


def mention(hint: int | None = None, name: str = "ada") -> Candidate:
    return Candidate(name, MENTION, name, hint)


def hashtag(hint: int | None = None, tag: str = "AI") -> Candidate:
    return Candidate(tag, HASHTAG, tag, hint)


PLACES = {
    "nothing": ("", [], []),
    "nothing said of it": ("@ada", [], []),
    "at the offset": (f"see {AB} now", [link(4)], [(4, 19)]),
    "no offset": (f"see {AB} now", [link()], [(4, 19)]),
    "an offset before it": (f"see {AB} now", [link(0)], [(4, 19)]),
    "an offset inside it": (f"see {AB} now", [link(9)], [(4, 19)]),
    "an offset behind the text": (f"see {AB}", [link(10**9)], [(4, 19)]),
    "an offset at the end of the text": (f"see {AB}", [link(19)], [(4, 19)]),
    "an offset in UTF-16 units": (f"👩‍🚀👍🏽 {AB} {AB}", [link(10)], [(6, 21)]),
    "an offset in bytes": (f"日本語日本語 {AB} {'z' * 40} {AB}", [link(19)], [(7, 22)]),
    "an offset in the escaped text": (f"a &  b {AB}", [link(11)], [(7, 22)]),
    "a text without it": ("see nothing", [link(4)], []),
    "an empty needle": ("@ # $", [Candidate("", kind, "", 0) for kind in SpanKind], []),
    # Several occurrences
    "the second is meant": (f"{AB} {AB} {AB}", [link(16)], [(16, 31)]),
    "the nearest of three is meant": (f"{AB} {AB} {AB}", [link(20)], [(16, 31)]),
    "the next one is nearer than the last": (f"{AB} {AB} {AB}", [link(28)], [(32, 47)]),
    "nearer to the start of the next": (f"{AB} {AB}", [link(12)], [(16, 31)]),
    "as near to the one as to the other": (f"{AB} {AB}", [link(8)], [(0, 15)]),
    "the first where nothing is said": (f"{AB} {AB}", [link()], [(0, 15)]),
    "each takes one": (f"{AB} {AB} {AB}", [link(), link(), link()], [(0, 15), (16, 31), (32, 47)]),
    "more of them than the text has": (f"{AB} {AB}", [link()] * 5, [(0, 15), (16, 31)]),
    "two with the same offset": (f"{AB} {AB}", [link(16), link(16)], [(0, 15), (16, 31)]),
    "in any order": (
        f"@ada {AB} @ada",
        [mention(21), link(5), mention(0)],
        [(0, 4), (5, 20), (21, 25)],
    ),
    "side by side": ("@ada@ada", [mention(0), mention(4)], [(0, 4), (4, 8)]),
    "side by side, from behind": ("@ada@ada", [mention(4), mention(0)], [(0, 4), (4, 8)]),
    # Whole words only
    "the longer address is another one": (f"{ABC} {AB}", [link()], [(17, 32)]),
    "only the longer one is there": (ABC, [link()], []),
    "what follows an address": (f"{AB}/c {AB}.", [link()], [(0, 15)]),
    "a longer name": ("@adam @ada", [mention()], [(6, 10)]),
    "a longer name with an underscore": ("@ada_ @ada", [mention()], [(6, 10)]),
    "a longer tag in another script": ("#AIの #AI", [hashtag()], [(5, 8)]),
    "but the service says so": ("#AIの #AI", [hashtag(0)], [(0, 3)]),
    "an address of mail": ("me@ada @ada", [mention()], [(7, 11)]),
    "an address of mail only": ("me@ada", [mention(1_000)], []),
    "a reply that the service points at": ("RT@ada", [mention(2)], [(2, 6)]),
    "after another script": ("日本語@ada", [mention()], [(3, 7)]),
    "between brackets": ("(@ada)", [mention()], [(1, 5)]),
    "its sign is missing": ("ada AI ada", [mention(0), hashtag(4)], []),
    "another sign": ("#ada @AI", [mention(0), hashtag(5)], []),
    # Case
    "a name as typed": ("hello @ADA", [mention()], [(6, 10)]),
    "a tag as typed": ("hello #ai", [hashtag()], [(6, 9)]),
    "a tag of another script": ("#МАШИНА", [hashtag(tag="машина")], [(0, 7)]),
    "an address is another in capitals": (f"https://t.co/AB {AB}", [link()], [(16, 31)]),
    "an address in capitals only": ("https://t.co/AB", [link(0)], []),
    # Signs in full width
    "a mention in full width": ("＠ada", [mention()], [(0, 4)]),
    "a tag in full width": ("＃AI", [hashtag()], [(0, 3)]),
    "a cashtag": ("$TSLA up", [Candidate("TSLA", CASHTAG, "TSLA", 0)], [(0, 5)]),
    "a cashtag in full width": ("＄TSLA", [Candidate("TSLA", CASHTAG, "TSLA")], [(0, 5)]),
    "a price": ("$5 for TSLA", [Candidate("TSLA", CASHTAG, "TSLA", 7)], []),
    # Overlaps
    "a tag inside an address": (
        "https://t.co/#AI",
        [hashtag(13), link(0, "https://t.co/#AI")],
        [(0, 16)],
    ),
    "a tag behind such an address": (
        "https://t.co/#AI #AI",
        [hashtag(13), link(0, "https://t.co/#AI")],
        [(0, 16), (17, 20)],
    ),
    "one address inside another": (
        f"{AB}?{AB} {AB}",
        [link(0, f"{AB}?{AB}"), link(16)],
        [(0, 31), (32, 47)],
    ),
    "what regular expressions mean": (
        "#C++ #C",
        [hashtag(tag="C++"), hashtag(tag="C")],
        [(0, 4), (5, 7)],
    ),
}


@pytest.mark.parametrize(("text", "candidates", "expected"), PLACES.values(), ids=PLACES.keys())
def test_where_things_are_put(
    text: str, candidates: list[Candidate], expected: list[tuple[int, int]]
) -> None:
    assert [(span.start, span.end) for span in place(text, candidates)] == expected


def test_a_span_says_what_stands_there_and_where_it_leads() -> None:
    text = f"@ADA: {AB} #ai $tsla {ABC}"
    candidates = [
        Candidate("tsla", CASHTAG, "tsla", 26),
        Candidate("AI", HASHTAG, "AI", 22),
        Candidate("ada", MENTION, "Ada", 0),
        Candidate(ABC, PICTURE, "pic.twitter.com/abc", 32),
        Candidate(AB, LINK, AB, 6),
    ]

    assert place(text, candidates) == (
        Span(0, 4, MENTION, "Ada"),
        Span(6, 21, LINK, AB),
        Span(22, 25, HASHTAG, "AI"),
        Span(26, 31, CASHTAG, "tsla"),
        Span(32, 48, PICTURE, "pic.twitter.com/abc"),
    )


def test_two_pictures_whose_addresses_differ_in_case_keep_their_names() -> None:
    text = "https://t.co/ab https://t.co/AB"
    candidates = [
        Candidate("https://t.co/AB", PICTURE, "pic.twitter.com/AB"),
        Candidate("https://t.co/ab", PICTURE, "pic.twitter.com/ab"),
    ]

    assert place(text, candidates) == (
        Span(0, 15, PICTURE, "pic.twitter.com/ab"),
        Span(16, 31, PICTURE, "pic.twitter.com/AB"),
    )


def test_the_names_of_the_kinds_stay_as_they_are_stored() -> None:
    assert [kind.value for kind in SpanKind] == ["link", "picture", "mention", "hashtag", "cashtag"]


NEEDLES = st.sampled_from(
    ["ada", "AI", "ai", "c++", AB, ABC, "https://t.co/AB", "#", "@ada", ".*", ""]
)
CANDIDATES = st.builds(
    Candidate,
    needle=NEEDLES | hostile_texts(longest=2),
    kind=st.sampled_from(SpanKind),
    target=st.sampled_from(["x", "y"]),
    hint=st.none() | st.integers(0, 80),
)
TEXTS = st.lists(
    st.sampled_from(["@", "#", "$", "＃", " ", "👍🏽", "ab"]) | NEEDLES | hostile_texts(longest=2),
    max_size=14,
).map("".join)


@pytest.mark.thorough
@settings(max_examples=examples(300), deadline=None)
@given(TEXTS, st.lists(CANDIDATES, max_size=8))
def test_spans_are_in_order_apart_and_where_the_text_has_them(
    text: str, candidates: list[Candidate]
) -> None:
    spans = place(text, candidates)

    assert list(spans) == sorted(spans)
    assert all(before.end <= behind.start for before, behind in pairwise(spans))
    unused = list(candidates)
    for span in spans:
        shown = text[span.start : span.end]
        fitting = [entry for entry in unused if shows(shown, entry) and names(span, entry)]
        assert fitting, f"nothing was said of {shown!r}"
        unused.remove(fitting[0])


def shows(shown: str, candidate: Candidate) -> bool:
    if candidate.kind not in WORD_SIGNS:
        return shown == candidate.needle
    word = re.compile(re.escape(candidate.needle), re.IGNORECASE)
    return shown[:1] in WORD_SIGNS[candidate.kind] and word.fullmatch(shown[1:]) is not None


def names(span: Span, candidate: Candidate) -> bool:
    return (span.kind, span.target) == (candidate.kind, candidate.target)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.sampled_from(["ada", "Grace", "kurt_g"]), max_size=8), hostile_texts())
def test_what_is_said_rightly_is_found_rightly(names: list[str], between: str) -> None:
    text, candidates = "", []
    for name in names:
        text += between + " "
        candidates.append(mention(len(text), name))
        text += f"@{name}"

    spans = place(text, candidates)

    starts = [candidate.hint for candidate in candidates]
    assert [span.start for span in spans] == starts
    assert [span.target for span in spans] == names


@pytest.mark.parametrize("hint", [None, 0, 10**6])
def test_a_text_of_nothing_but_mentions_does_not_hang(hint: int | None) -> None:
    spans = place("@a " * 8_000, [mention(hint, "a")] * 8_000)

    assert [span.start for span in spans] == list(range(0, 24_000, 3))
