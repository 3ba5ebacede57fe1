"""A digest as JSON: the exact document, and that nothing of the digest is lost in it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.digest_json import (
    listing_document,
    read_digest,
    read_listing,
    sources_document,
    write_digest,
    write_number,
    write_time,
)
from hotpapers.domain.digest import Attention, Digest, Mention, Point, RankedPaper, Rise
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.rich_text import Span, SpanKind
from hotpapers.domain.sources import SOURCES, SourceReport, Status
from tests.builders import (
    COLLECTED_AT,
    DAY,
    OFF,
    OK,
    X_ONLY,
    digests,
    make_digest,
    make_entry,
    make_paper,
    make_post,
    moments,
)
from tests.properties import examples

T = TypeVar("T")

FIRST = make_paper(title='Of "Quotes", \\ & <b>', abstract="Größe: 日本語 👩‍🚀")
SECOND = make_paper("math/0309136", authors=(), submitted_at=None, withdrawn=True)
POST = make_post(
    text="Out!\n@ada #AI https://t.co/Ab1",
    spans=(
        Span(5, 9, SpanKind.MENTION, "Ada"),
        Span(10, 13, SpanKind.HASHTAG, "AI"),
        Span(14, 31, SpanKind.PICTURE, "pic.twitter.com/Ab1"),
    ),
)
SKEET = make_post("3l66", source="bluesky")
CODE = "https://github.com/ada/engine"
SKEET = replace(SKEET, account=replace(SKEET.account, name="Echo", automated=True))
REPORTS = {
    "x": SourceReport(
        Status.PARTIAL,
        "it stopped at 500 posts",
        posts_read=500,
        cost=Decimal("2.5"),
    ),
    "bluesky": OK,
    "mastodon": SourceReport(Status.OFF, "not in SOURCES"),
    "hackernews": SourceReport(Status.FAILED, "answered 503", as_of=COLLECTED_AT),
    "reddit": OFF,
    "huggingface": OFF,
}
FIRST_TIME = datetime(2020, 9, 19, 10, tzinfo=UTC)
ON_X = Attention({"reposts": 20, "likes": 30}, 1, Decimal(50))
DIGEST = Digest(
    DAY,
    COLLECTED_AT,
    (
        RankedPaper(
            rank=1,
            paper=FIRST,
            attention={
                "x": ON_X,
                "bluesky": Attention({"reposts": 10, "likes": 35}, 2, Decimal("22.5")),
            },
            mentions=(Mention(POST, Decimal(50), by_author=True), Mention(SKEET, Decimal("22.00"))),
            history=(
                Point(
                    FIRST_TIME, {"bluesky": Attention({"reposts": 1, "likes": 2}, 1, Decimal(3))}
                ),
                Point(COLLECTED_AT, {"x": ON_X}),
            ),
        ),
        RankedPaper(
            rank=2,
            paper=SECOND,
            attention={"hackernews": Attention({"points": 0, "comments": 0}, 0, Decimal(0))},
            mentions=(),
        ),
    ),
    REPORTS,
    Listing(DAY, ListingState.FRESH, FIRST_TIME, "", Origin.FEED, 512, "the feed is cut"),
    FIRST_TIME,
    final=True,
    rising=(Rise(SECOND.id, SECOND.title, Decimal("12.50"), FIRST_TIME),),
)

DOCUMENT = """\
{
  "date": "2020-09-18",
  "collected_at": "2020-09-20T13:13:43Z",
  "first_published_at": "2020-09-19T10:00:00Z",
  "measured_at": "2020-09-20T13:13:43Z",
  "final": true,
  "listing": {
    "state": "fresh",
    "found_at": "2020-09-19T10:00:00Z",
    "papers": 512,
    "origin": "feed",
    "shortfall": "the feed is cut"
  },
  "sources": {
    "x": {
      "status": "partial",
      "reason": "it stopped at 500 posts",
      "posts_read": 500,
      "cost_usd": 2.5
    },
    "bluesky": {
      "status": "ok"
    },
    "mastodon": {
      "status": "off",
      "reason": "not in SOURCES"
    },
    "hackernews": {
      "status": "failed",
      "reason": "answered 503",
      "as_of": "2020-09-20T13:13:43Z"
    },
    "reddit": {
      "status": "off"
    },
    "huggingface": {
      "status": "off"
    }
  },
  "papers": [
    {
      "rank": 1,
      "id": "2009.08319",
      "title": "Of \\"Quotes\\", \\\\ & <b>",
      "authors": [
        "Ada Lovelace",
        "Kurt Gödel"
      ],
      "categories": [
        "cs.LG",
        "stat.ML"
      ],
      "abstract": "Größe: 日本語 👩‍🚀",
      "submitted_at": "2020-09-17T14:23:45Z",
      "links": {
        "abs": "https://arxiv.org/abs/2009.08319",
        "pdf": "https://arxiv.org/pdf/2009.08319"
      },
      "score": 72.5,
      "retweets": 20,
      "favorites": 30,
      "sources": {
        "x": {
          "reposts": 20,
          "likes": 30,
          "voices": 1,
          "weighted": 50
        },
        "bluesky": {
          "reposts": 10,
          "likes": 35,
          "voices": 2,
          "weighted": 22.5
        }
      },
      "history": [
        {
          "time": "2020-09-19T10:00:00Z",
          "score": 3,
          "sources": {
            "bluesky": {
              "reposts": 1,
              "likes": 2,
              "voices": 1,
              "weighted": 3
            }
          }
        },
        {
          "time": "2020-09-20T13:13:43Z",
          "score": 50,
          "sources": {
            "x": {
              "reposts": 20,
              "likes": 30,
              "voices": 1,
              "weighted": 50
            }
          }
        }
      ],
      "posts": [
        {
          "source": "x",
          "id": "1306779645287763970",
          "url": "https://twitter.com/ada/status/1306779645287763970",
          "account": {
            "id": "1815",
            "username": "ada",
            "name": "Ada Lovelace"
          },
          "created_at": "2020-09-18T02:30:00Z",
          "language": "en",
          "text": "Out!\\n@ada #AI https://t.co/Ab1",
          "spans": [
            {
              "start": 5,
              "end": 9,
              "kind": "mention",
              "target": "Ada"
            },
            {
              "start": 10,
              "end": 13,
              "kind": "hashtag",
              "target": "AI"
            },
            {
              "start": 14,
              "end": 31,
              "kind": "picture",
              "target": "pic.twitter.com/Ab1"
            }
          ],
          "counts": {
            "reposts": 20,
            "likes": 30
          },
          "papers": [
            "2009.08319"
          ],
          "score": 50,
          "by_author": true,
          "retweets": 20,
          "favorites": 30
        },
        {
          "source": "bluesky",
          "id": "at://did:plc:1815/app.bsky.feed.post/3l66",
          "url": "https://bsky.app/profile/did:plc:1815/post/3l66",
          "content_hash": "bafyreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "account": {
            "id": "did:plc:1815",
            "username": "ada.bsky.social",
            "name": "Echo",
            "automated": true
          },
          "created_at": "2020-09-18T02:30:00Z",
          "language": "en",
          "text": "Our paper is out!",
          "spans": [],
          "counts": {
            "reposts": 10,
            "likes": 34
          },
          "papers": [
            "2009.08319"
          ],
          "score": 22,
          "by_author": false
        }
      ]
    },
    {
      "rank": 2,
      "id": "math/0309136",
      "title": "On the Analytical Engine",
      "authors": [],
      "categories": [
        "cs.LG",
        "stat.ML"
      ],
      "abstract": "We weave algebraical patterns.",
      "submitted_at": null,
      "withdrawn": true,
      "links": {
        "abs": "https://arxiv.org/abs/math/0309136",
        "pdf": "https://arxiv.org/pdf/math/0309136"
      },
      "score": 0,
      "retweets": null,
      "favorites": null,
      "sources": {
        "hackernews": {
          "points": 0,
          "comments": 0,
          "voices": 0,
          "weighted": 0
        }
      },
      "history": [],
      "posts": []
    }
  ],
  "rising": [
    {
      "id": "math/0309136",
      "title": "On the Analytical Engine",
      "growth": 12.5,
      "since": "2020-09-19T10:00:00Z"
    }
  ]
}
"""


def test_the_document_of_a_digest() -> None:
    assert write_digest(DIGEST).decode() == DOCUMENT


def test_the_document_of_a_day_without_hot_papers() -> None:
    assert json.loads(write_digest(make_digest())) == {
        "date": "2020-09-18",
        "collected_at": "2020-09-20T13:13:43Z",
        "first_published_at": "2020-09-20T13:13:43Z",
        "measured_at": "2020-09-20T13:13:43Z",
        "final": False,
        "listing": None,
        "sources": {
            "x": {"status": "ok"},
            "bluesky": {"status": "off"},
            "mastodon": {"status": "off"},
            "hackernews": {"status": "off"},
            "reddit": {"status": "off"},
            "huggingface": {"status": "off"},
        },
        "papers": [],
        "rising": [],
    }


QUIET = Listing(DAY, ListingState.QUIET, COLLECTED_AT, "no announcement: Labor Day", predicted=True)


def test_the_listing_of_a_quiet_day() -> None:
    document = {
        "state": "quiet",
        "found_at": "2020-09-20T13:13:43Z",
        "papers": 0,
        "why": "no announcement: Labor Day",
        "predicted": True,
    }

    assert listing_document(QUIET) == document
    assert read_listing(DAY, document) == QUIET


def test_a_digest_that_says_when_it_first_appeared_says_what_it_would_say_without() -> None:
    first = make_digest()

    document = write_digest(replace(first, published_at=first.collected_at))

    assert document == write_digest(first)
    assert read_digest(document) == first


def test_documents_from_before_listings_and_measurements_are_read() -> None:
    document = json.loads(DOCUMENT)
    for field in ("first_published_at", "measured_at", "final", "listing", "rising"):
        del document[field]
    for entry in document["papers"]:
        del entry["history"]
    del document["papers"][1]["withdrawn"]
    document["papers"][1]["submitted_at"] = "2020-09-17T14:23:45Z"
    first, second = (replace(entry, history=()) for entry in DIGEST.papers)
    second = replace(
        second, paper=replace(SECOND, submitted_at=FIRST.submitted_at, withdrawn=False)
    )

    assert read_digest(json.dumps(document).encode()) == Digest(
        DAY, COLLECTED_AT, (first, second), REPORTS
    )


def test_a_documents_papers_and_posts_tell_of_code_where_somebody_told_it() -> None:
    post = make_post("2009.08319", source="huggingface", code=CODE)
    digest = make_digest(
        replace(make_entry(1, FIRST, [post]), code=CODE), make_entry(2, SECOND, [POST])
    )
    document = json.loads(write_digest(digest))
    first, second = document["papers"]

    assert first["links"] == {
        "abs": "https://arxiv.org/abs/2009.08319",
        "pdf": "https://arxiv.org/pdf/2009.08319",
        "code": CODE,
    }
    assert first["posts"][0]["code"] == CODE
    assert ("code" in second["links"], "code" in second["posts"][0]) == (False, False)
    assert read_digest(write_digest(digest)) == digest


def turned_round(table: Mapping[str, T]) -> dict[str, T]:
    return dict(reversed(list(table.items())))


def test_what_is_equal_is_written_alike() -> None:
    post = replace(POST, counts=turned_round(POST.counts))
    entry = DIGEST.papers[0]
    turned = replace(
        entry,
        attention=turned_round(entry.attention),
        history=tuple(
            replace(point, attention=turned_round(point.attention)) for point in entry.history
        ),
        mentions=(replace(entry.mentions[0], post=post), entry.mentions[1]),
    )
    digest = replace(
        DIGEST,
        papers=(turned, DIGEST.papers[1]),
        sources=turned_round(REPORTS),
    )

    assert digest == DIGEST
    assert write_digest(digest) == write_digest(DIGEST)


@pytest.mark.thorough
@settings(max_examples=examples(30), deadline=None)
@given(digests())
def test_what_is_written_is_read_again(digest: Digest) -> None:
    document = write_digest(digest)

    assert read_digest(document) == digest
    assert write_digest(read_digest(document)) == document


@pytest.mark.thorough
@settings(max_examples=examples(25), deadline=None)
@given(digests())
def test_programs_that_know_nothing_of_us_can_read_it(digest: Digest) -> None:
    document = json.loads(write_digest(digest).decode("utf-8"))

    assert list(document) == [
        *("date", "collected_at", "first_published_at", "measured_at", "final"),
        *("listing", "sources", "papers", "rising"),
    ]
    assert document["measured_at"] == document["collected_at"]
    assert document["first_published_at"] == write_time(digest.first_published_at)
    assert list(document["sources"]) == list(SOURCES)
    assert [entry["title"] for entry in document["papers"]] == [
        entry.paper.title for entry in digest.papers
    ]
    for entry in document["papers"]:
        for point in entry["history"]:
            assert Decimal(str(point["score"])) == sum_of(point["sources"])
        on_x = entry["sources"].get("x", {"reposts": None, "likes": None})
        assert (entry["retweets"], entry["favorites"]) == (on_x["reposts"], on_x["likes"])
        assert Decimal(str(entry["score"])) == sum_of(entry["sources"])
        assert all(("retweets" in post) == (post["source"] == "x") for post in entry["posts"])


def sum_of(sources: Mapping[str, Any]) -> Decimal:
    return sum((Decimal(str(known["weighted"])) for known in sources.values()), Decimal(0))


def test_what_is_said_of_the_sources() -> None:
    assert sources_document({}) == {}
    assert sources_document(X_ONLY) == json.loads(write_digest(make_digest()))["sources"]
    assert sources_document({"x": SourceReport(Status.OK, posts_read=0, cost=Decimal(0))}) == {
        "x": {"status": "ok", "posts_read": 0, "cost_usd": 0}
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0.00", "0"),
        ("318", "318"),
        ("3.18E+4", "31800"),
        ("0.1", "0.1"),
        ("12.50", "12.5"),
        ("0.005", "0.005"),
        ("1234567890123.45", "1234567890123.45"),
    ],
)
def test_numbers(value: str, text: str) -> None:
    assert json.dumps(write_number(Decimal(value))) == text


@given(st.decimals(-(10**12), 10**12, places=2))
def test_numbers_lose_nothing(value: Decimal) -> None:
    assert Decimal(json.loads(json.dumps(write_number(value)), parse_float=Decimal)) == value


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC), "2020-09-20T13:13:43Z"),
        (datetime(2020, 9, 20, 13, 13, 43, 5000, tzinfo=UTC), "2020-09-20T13:13:43.005000Z"),
        (
            datetime(2020, 9, 20, 22, 13, 43, tzinfo=timezone(timedelta(hours=9))),
            "2020-09-20T13:13:43Z",
        ),
        (datetime(1991, 1, 1, tzinfo=UTC), "1991-01-01T00:00:00Z"),
    ],
)
def test_times_are_written_in_utc(moment: datetime, text: str) -> None:
    assert write_time(moment) == text


@settings(max_examples=examples(30), deadline=None)
@given(moments())
def test_written_times_lose_nothing(moment: datetime) -> None:
    assert datetime.fromisoformat(write_time(moment)) == moment
