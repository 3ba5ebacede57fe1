"""The line that tells which sources did not tell all."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.status_line import status_line
from hotpapers.domain.digest import Digest
from hotpapers.domain.paper import collapse_white_space
from hotpapers.domain.sources import SOURCES, SourceReport, Status
from tests.builders import ALL_ON, COLLECTED_AT, X_ONLY, digests, make_digest

COMMONMARK = MarkdownIt("commonmark", {"html": True})

FAILED = SourceReport(Status.FAILED, "answered 503 (asked 4 times)")
PARTIAL = SourceReport(Status.PARTIAL, "it broke off.", interrupted=True)
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


@settings(max_examples=60, deadline=None)
@given(digests(0))
def test_whatever_the_reasons_the_line_is_text(digest: Digest) -> None:
    line = status_line(digest)

    troubled = [
        SOURCES[name].title
        for name, report in digest.sources.items()
        if report.status is Status.FAILED or report.interrupted
    ]
    assert bool(line) == bool(troubled)
    if not line:
        return
    tokens = COMMONMARK.parse(line)
    parts = tokens[1].children or []
    shown = "".join(part.content for part in parts)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert (parts[0].type, parts[-1].type) == ("em_open", "em_close")
    assert {part.type for part in parts[1:-1]} <= {"text", "text_special"}
    for name, report in digest.sources.items():
        if SOURCES[name].title in troubled:
            reason = collapse_white_space(CONTROL.sub(" ", report.reason.rstrip(" .")))
            assert f"{SOURCES[name].title} " in shown
            assert reason in shown
