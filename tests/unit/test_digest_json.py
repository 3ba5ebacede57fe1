"""A digest as JSON: the exact document, and that nothing of the digest is lost in it."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings

from hotpapers.documents.digest_json import read_digest, write_digest, write_time
from hotpapers.domain.digest import Digest
from hotpapers.domain.rich_text import Span, SpanKind
from tests.builders import digests, make_digest, make_entry, make_paper, make_post, moments

DIGEST = make_digest(
    make_entry(
        1,
        make_paper(title='Of "Quotes", \\ & <b>', abstract="Größe: 日本語 👩‍🚀"),
        [
            make_post(
                text="Out!\n@ada #AI https://t.co/Ab1",
                spans=(
                    Span(5, 9, SpanKind.MENTION, "Ada"),
                    Span(10, 13, SpanKind.HASHTAG, "AI"),
                    Span(14, 31, SpanKind.PICTURE, "pic.twitter.com/Ab1"),
                ),
            )
        ],
    ),
    make_entry(
        2,
        make_paper(
            "math/0309136", authors=(), submitted_at=datetime(2020, 9, 17, 1, 2, tzinfo=UTC)
        ),
    ),
)

DOCUMENT = """\
{
  "date": "2020-09-18",
  "collected_at": "2020-09-20T13:13:43Z",
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
      "score": 50,
      "retweets": 20,
      "favorites": 30,
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
          "score": 50,
          "retweets": 20,
          "favorites": 30,
          "papers": [
            "2009.08319"
          ]
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
      "submitted_at": "2020-09-17T01:02:00Z",
      "links": {
        "abs": "https://arxiv.org/abs/math/0309136",
        "pdf": "https://arxiv.org/pdf/math/0309136"
      },
      "score": 0,
      "retweets": 0,
      "favorites": 0,
      "posts": []
    }
  ]
}
"""


def test_the_document_of_a_digest() -> None:
    assert write_digest(DIGEST).decode() == DOCUMENT


def test_the_document_of_a_day_without_hot_papers() -> None:
    assert write_digest(make_digest()).decode() == (
        '{\n  "date": "2020-09-18",\n  "collected_at": "2020-09-20T13:13:43Z",\n  "papers": []\n}\n'
    )


@settings(max_examples=40, deadline=None)
@given(digests())
def test_what_is_written_is_read_again(digest: Digest) -> None:
    document = write_digest(digest)

    assert read_digest(document) == digest
    assert write_digest(read_digest(document)) == document


@settings(max_examples=20, deadline=None)
@given(digests())
def test_programs_that_know_nothing_of_us_can_read_it(digest: Digest) -> None:
    document = json.loads(write_digest(digest).decode("utf-8"))

    assert list(document) == ["date", "collected_at", "papers"]
    assert [entry["title"] for entry in document["papers"]] == [
        entry.paper.title for entry in digest.papers
    ]
    assert [entry["score"] for entry in document["papers"]] == [
        entry["retweets"] + entry["favorites"] for entry in document["papers"]
    ]


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


@settings(max_examples=50, deadline=None)
@given(moments())
def test_written_times_lose_nothing(moment: datetime) -> None:
    assert datetime.fromisoformat(write_time(moment)) == moment
