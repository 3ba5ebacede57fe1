"""The line that tells how much a paper is talked about, and where."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from hotpapers.documents.counts import counts_in_words, decimal_text
from hotpapers.documents.counts_line import counts_line, shown_sources
from hotpapers.domain.digest import Attention, RankedPaper
from hotpapers.domain.sources import SOURCES, SourceReport, Status
from tests.builders import ALL_ON, OFF, OK, PAPER, X_ONLY, make_digest

ON_X = Attention({"reposts": 30, "likes": 70}, 4, Decimal(100))
NOTHING_ON_X = Attention({"reposts": 0, "likes": 0}, 0, Decimal(0))
ON_HACKER_NEWS = Attention({"points": 88, "comments": 12}, 1, Decimal("176.00"))


def line(attention: Mapping[str, Attention], sources: Sequence[str]) -> str:
    return counts_line(RankedPaper(1, PAPER, attention, ()), sources)


@pytest.mark.parametrize(
    ("attention", "expected"),
    [
        ({"x": ON_X}, "retweets: 30, favorites: 70"),
        ({"x": NOTHING_ON_X}, "retweets: 0, favorites: 0"),
        ({}, "retweets: –, favorites: –"),
    ],
)
def test_with_x_alone(attention: Mapping[str, Attention], expected: str) -> None:
    assert line(attention, ["x"]) == expected


@pytest.mark.parametrize(
    ("attention", "sources", "expected"),
    [
        (
            {"x": ON_X, "hackernews": ON_HACKER_NEWS, "reddit": NOTHING_ON_X},
            ["x", "mastodon", "hackernews"],
            "score 276: X 100 (30 reposts, 70 likes, 4 voices) · Mastodon – · "
            "Hacker News 176 (88 points, 12 comments)",
        ),
        # Sources of which nothing is known are unknown, and so is the score of all of them
        ({}, ["x", "reddit"], "score –: X – · Reddit –"),
        ({"x": NOTHING_ON_X}, ["x", "reddit"], "score 0: X 0 · Reddit –"),
        # One source that is not X
        ({"hackernews": ON_HACKER_NEWS}, ["hackernews"], None),
        # A number that the source did not tell is absent; what counts nothing is shown
        (
            {"hackernews": Attention({"points": 1}, 1, Decimal("0.5"))},
            ["hackernews"],
            "score 0.5: Hacker News 0.5 (1 point)",
        ),
        (
            {"reddit": Attention({"score": 0, "comments": 3}, 2, Decimal(0))},
            ["reddit"],
            "score 0: Reddit 0 (0 points, 3 comments, 2 voices)",
        ),
        # Weights of a kind
        (
            {
                "x": Attention({"reposts": 1, "likes": 1}, 2, Decimal("2.50")),
                "huggingface": Attention({"upvotes": 7, "comments": 1}, 1, Decimal("8.75")),
            },
            ["x", "huggingface"],
            "score 11.25: X 2.5 (1 repost, 1 like, 2 voices) · "
            "Hugging Face 8.75 (7 upvotes, 1 comment)",
        ),
    ],
)
def test_with_other_sources(
    attention: Mapping[str, Attention], sources: Sequence[str], expected: str | None
) -> None:
    alone = "score 176: Hacker News 176 (88 points, 12 comments)"

    assert line(attention, sources) == (expected or alone)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x", "1 repost, 2 likes"),
        ("bluesky", "1 repost, 2 likes"),
        ("mastodon", "1 reblog, 2 favourites"),
        ("hackernews", "1 point, 2 comments"),
        ("reddit", "1 point, 2 comments"),
        ("huggingface", "1 upvote, 2 comments"),
    ],
)
def test_the_numbers_of_each_source_in_words(source: str, words: str) -> None:
    counts = dict(zip(SOURCES[source].metrics, (1, 2), strict=True))

    assert counts_in_words(source, dict(reversed(counts.items()))) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0.00", "0"),
        ("10", "10"),
        ("100.00", "100"),
        ("1E+3", "1000"),
        ("0.5", "0.5"),
        ("12.34", "12.34"),
        ("12.30", "12.3"),
        ("12.345", "12.34"),
        ("0.999", "1"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_a_number_has_two_decimals_at_most(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("reports", "names"),
    [
        (X_ONLY, ("x",)),
        (ALL_ON, tuple(SOURCES)),
        ({}, ()),
        (dict.fromkeys(SOURCES, OFF), ()),
        ({"reddit": OK, "x": SourceReport(Status.FAILED), "bluesky": OFF}, ("x", "reddit")),
        ({"reddit": SourceReport(Status.PARTIAL)}, ("reddit",)),
    ],
)
def test_the_sources_that_are_shown(
    reports: Mapping[str, SourceReport], names: tuple[str, ...]
) -> None:
    assert shown_sources(make_digest(sources=reports)) == names
