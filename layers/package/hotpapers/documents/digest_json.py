"""A digest as JSON: what programs read, and the form in which a digest is stored.

The document holds all of the digest, so that `read_digest(write_digest(digest)) == digest`, and
what follows from it (scores, links) so that a reader need not compute it. The same digest always
gives the same bytes.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind

ABSTRACT_PAGE = "https://arxiv.org/abs/"
PDF_PAGE = "https://arxiv.org/pdf/"

Document = dict[str, Any]
"""A JSON object, as Python has it."""


def write_digest(digest: Digest) -> bytes:
    """The digest's JSON document, in UTF-8, ending in a line break."""
    return write_json(digest_document(digest))


def read_digest(document: bytes) -> Digest:
    """The digest that `write_digest` wrote."""
    fields = json.loads(document)
    return Digest(
        date=date.fromisoformat(fields["date"]),
        collected_at=_read_time(fields["collected_at"]),
        papers=tuple(_read_ranked_paper(entry) for entry in fields["papers"]),
    )


def write_json(document: Mapping[str, Any]) -> bytes:
    """A JSON text for people and programs alike: indented, nothing escaped without need."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def digest_document(digest: Digest) -> Document:
    """The digest as JSON values."""
    return {
        "date": digest.date.isoformat(),
        "collected_at": write_time(digest.collected_at),
        "papers": [ranked_paper_document(entry) for entry in digest.papers],
    }


def ranked_paper_document(entry: RankedPaper) -> Document:
    """A paper of a digest as JSON values."""
    paper = entry.paper
    return {
        "rank": entry.rank,
        "id": paper.id,
        "title": paper.title,
        "authors": list(paper.authors),
        "categories": list(paper.categories),
        "abstract": paper.abstract,
        "submitted_at": write_time(paper.submitted_at),
        "links": {"abs": ABSTRACT_PAGE + paper.id, "pdf": PDF_PAGE + paper.id},
        "score": entry.score,
        "retweets": entry.retweets,
        "favorites": entry.favorites,
        "posts": [_post_document(post) for post in entry.posts],
    }


def write_time(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second where the moment has no fraction: 2020-09-20T13:13:43Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _post_document(post: Post) -> Document:
    return {
        "source": post.source,
        "id": post.id,
        "url": post.url,
        "account": {
            "id": post.account.id,
            "username": post.account.username,
            "name": post.account.name,
        },
        "created_at": write_time(post.created_at),
        "language": post.language,
        "text": post.text,
        "spans": [
            {"start": span.start, "end": span.end, "kind": span.kind.value, "target": span.target}
            for span in post.spans
        ],
        "score": post.score,
        "retweets": post.retweets,
        "favorites": post.favorites,
        "papers": list(post.papers),
    }


def _read_ranked_paper(fields: Document) -> RankedPaper:
    return RankedPaper(
        rank=fields["rank"],
        paper=Paper(
            id=PaperId(fields["id"]),
            title=fields["title"],
            authors=tuple(fields["authors"]),
            categories=tuple(fields["categories"]),
            abstract=fields["abstract"],
            submitted_at=_read_time(fields["submitted_at"]),
        ),
        retweets=fields["retweets"],
        favorites=fields["favorites"],
        posts=tuple(_read_post(post) for post in fields["posts"]),
    )


def _read_post(fields: Document) -> Post:
    return Post(
        source=fields["source"],
        id=fields["id"],
        url=fields["url"],
        account=Account(**fields["account"]),
        text=fields["text"],
        spans=tuple(
            Span(span["start"], span["end"], SpanKind(span["kind"]), span["target"])
            for span in fields["spans"]
        ),
        language=fields["language"],
        created_at=_read_time(fields["created_at"]),
        retweets=fields["retweets"],
        favorites=fields["favorites"],
        papers=tuple(PaperId(paper_id) for paper_id in fields["papers"]),
    )


def _read_time(text: str) -> datetime:
    return datetime.fromisoformat(text)
