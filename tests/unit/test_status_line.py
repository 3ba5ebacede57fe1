"""The line that tells which sources did not tell all."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.status_line import status_line
from hotpapers.domain.digest import Digest
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper import collapse_white_space
from hotpapers.domain.sources import SourceReport, Status
from tests.builders import ALL_ON, COLLECTED_AT, DAY, X_ONLY, digests, make_digest
from tests.properties import examples

COMMONMARK = MarkdownIt("commonmark", {"html": True})

FAILED = SourceReport(Status.FAILED, "answered 503 (asked 4 times)")
PARTIAL = SourceReport(Status.PARTIAL, "it broke off.", interrupted=True)
FRESH = Listing(DAY, ListingState.FRESH, COLLECTED_AT, origin=Origin.PAGE, papers=512)
ENOUGH = SourceReport(Status.PARTIAL, "stopped at 500 posts")


@pytest.mark.parametrize(
    ("reports", "line"),
    [
        ({}, ""),
        (X_ONLY, ""),
        (ALL_ON, ""),
        ({"x": SourceReport(Status.OK, as_of=COLLECTED_AT)}, ""),
        ({"x": SourceReport(Status.OFF, "it has no token")}, ""),
        (
            {**ALL_ON, "x": FAILED},
            "*This digest is partial. X could not be asked: answered 503 (asked 4 times). "
            "Its numbers are unknown.*",
        ),
        (
            {"bluesky": SourceReport(Status.FAILED, "answered 401", as_of=COLLECTED_AT)},
            "*This digest is partial. Bluesky could not be asked: answered 401. "
            "Its numbers are those of 2020-09-20T13:13:43Z.*",
        ),
        ({**X_ONLY, "x": ENOUGH}, ""),
        (
            {"mastodon": SourceReport(Status.FAILED)},
            "*This digest is partial. Mastodon could not be asked. Its numbers are unknown.*",
        ),
        (
            {**X_ONLY, "x": PARTIAL},
            "*This digest is partial. X did not tell all: it broke off.*",
        ),
        (
            {"x": SourceReport(Status.PARTIAL, "it stopped", interrupted=True, as_of=COLLECTED_AT)},
            "*This digest is partial. X did not tell all: it stopped. "
            "Its numbers are those of 2020-09-20T13:13:43Z.*",
        ),
        (
            {"reddit": FAILED, "x": PARTIAL},
            "*This digest is partial. X did not tell all: it broke off. "
            "Reddit could not be asked: answered 503 (asked 4 times). Its numbers are unknown.*",
        ),
        (
            {"x": SourceReport(Status.FAILED, "answered\n\n# <b>*no*</b>\n[a](b)")},
            "*This digest is partial. X could not be asked: "
            "answered # &lt;b>\\*no\\*&lt;/b> \\[a\\](b). Its numbers are unknown.*",
        ),
    ],
)
def test_the_line(reports: Mapping[str, SourceReport], line: str) -> None:
    assert status_line(make_digest(sources=reports)) == line


@pytest.mark.parametrize(
    ("listing", "reports", "line"),
    [
        (FRESH, ALL_ON, ""),
        (
            replace(FRESH, shortfall="510 new papers of 512."),
            ALL_ON,
            "*This digest is partial. It may lack papers: 510 new papers of 512.*",
        ),
        (
            replace(FRESH, shortfall="the feed is cut"),
            {**X_ONLY, "x": PARTIAL},
            "*This digest is partial. It may lack papers: the feed is cut. "
            "X did not tell all: it broke off.*",
        ),
        # Of a quiet day nothing else is said.
        (
            Listing(DAY, ListingState.QUIET, COLLECTED_AT, "arXiv *rests*."),
            {**X_ONLY, "x": PARTIAL},
            "*arXiv has no new papers on this day: arXiv \\*rests\\*.*",
        ),
        (
            Listing(DAY, ListingState.QUIET, COLLECTED_AT),
            {},
            "*arXiv has no new papers on this day.*",
        ),
    ],
)
def test_the_line_of_a_listing(
    listing: Listing, reports: Mapping[str, SourceReport], line: str
) -> None:
    assert status_line(replace(make_digest(sources=reports), listing=listing)) == line


def reasons_of(digest: Digest) -> list[str]:
    """What the line has to say."""
    listing = digest.listing
    if listing and listing.state is ListingState.QUIET:
        return [listing.why]
    return [
        *([listing.shortfall] if listing and listing.shortfall else []),
        *(
            report.reason
            for report in digest.sources.values()
            if report.status is Status.FAILED or report.interrupted
        ),
    ]


@pytest.mark.thorough
@settings(max_examples=examples(60), deadline=None)
@given(digests(0))
def test_whatever_the_reasons_the_line_is_text(digest: Digest) -> None:
    line = status_line(digest)

    reasons = reasons_of(digest)
    assert bool(line) == bool(reasons)
    if not line:
        return
    tokens = COMMONMARK.parse(line)
    parts = tokens[1].children or []
    shown = "".join(part.content for part in parts)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert (parts[0].type, parts[-1].type) == ("em_open", "em_close")
    assert {part.type for part in parts[1:-1]} <= {"text", "text_special"}
    for reason in reasons:
        assert collapse_white_space(CONTROL.sub(" ", reason.rstrip(" ."))) in shown
