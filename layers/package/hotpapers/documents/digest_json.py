"""A digest as JSON: what programs read, and the form in which a digest is stored.

The document holds all of the digest, so that `read_digest(write_digest(digest)) == digest`, and
what follows from it (scores, links) so that a reader need not compute it. The same digest always
gives the same bytes. A number that is not known is absent, or null where X's counts are; a time
that is not known is null. Documents that were written before a field existed are read as well.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hotpapers.domain.digest import Attention, Digest, Mention, Point, RankedPaper, Rise
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from hotpapers.domain.sources import SOURCES, Reports, SourceReport, Status, X

ABSTRACT_PAGE = "https://arxiv.org/abs/"
PDF_PAGE = "https://arxiv.org/pdf/"

Document = dict[str, Any]
"""A JSON object, as Python has it."""


def write_digest(digest: Digest) -> bytes:
    """The digest's JSON document, in UTF-8, ending in a line break."""
    return write_json(digest_document(digest))


def read_digest(document: bytes) -> Digest:
    """The digest that `write_digest` wrote.

    Of one that was measured once nobody said when it first appeared: that is its own time.
    """
    fields = json.loads(document, parse_float=Decimal)
    day, collected_at = date.fromisoformat(fields["date"]), read_time(fields["collected_at"])
    published_at = read_time(fields.get("first_published_at", fields["collected_at"]))
    listing = fields.get("listing")
    return Digest(
        date=day,
        collected_at=collected_at,
        papers=tuple(read_ranked_paper(entry) for entry in fields["papers"]),
        sources={name: _read_report(entry) for name, entry in fields["sources"].items()},
        listing=None if listing is None else read_listing(day, listing),
        published_at=None if published_at == collected_at else published_at,
        final=fields.get("final", False),
        rising=tuple(_read_rise(entry) for entry in fields.get("rising", ())),
    )


def write_json(document: Mapping[str, Any]) -> bytes:
    """A JSON text for people and programs alike: indented, nothing escaped without need."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def digest_document(digest: Digest) -> Document:
    """The digest as JSON values; `collected_at` is the older name of `measured_at`."""
    measured_at = write_time(digest.collected_at)
    return {
        "date": digest.date.isoformat(),
        "collected_at": measured_at,
        "first_published_at": write_time(digest.first_published_at),
        "measured_at": measured_at,
        "final": digest.final,
        "listing": None if digest.listing is None else listing_document(digest.listing),
        "sources": sources_document(digest.sources),
        "papers": [ranked_paper_document(entry) for entry in digest.papers],
        "rising": [_rise_document(rise) for rise in digest.rising],
    }


def listing_document(listing: Listing) -> Document:
    """How a listing date stands, as JSON values; what there is nothing to say of is absent."""
    said = {
        "why": listing.why,
        "origin": listing.origin.value if listing.origin else "",
        "shortfall": listing.shortfall,
        "predicted": listing.predicted,
    }
    return {
        "state": listing.state.value,
        "found_at": write_time(listing.found_at),
        "papers": listing.papers,
        **{name: value for name, value in said.items() if value},
    }


def read_listing(day: date, fields: Document) -> Listing:
    """The listing of a day that `listing_document` gave."""
    return Listing(
        date=day,
        state=ListingState(fields["state"]),
        found_at=read_time(fields["found_at"]),
        why=fields.get("why", ""),
        origin=Origin(fields["origin"]) if "origin" in fields else None,
        papers=fields["papers"],
        shortfall=fields.get("shortfall", ""),
        predicted=fields.get("predicted", False),
    )


def sources_document(reports: Reports) -> Document:
    """What is said of each source, as JSON values; what there is nothing to say of is absent."""
    return {name: _report_document(reports[name]) for name in SOURCES if name in reports}


def ranked_paper_document(entry: RankedPaper) -> Document:
    """A paper of a digest as JSON values."""
    document = paper_document(entry.paper)
    if entry.code:
        document["links"]["code"] = entry.code
    return {
        "rank": entry.rank,
        **document,
        "score": write_number(entry.score),
        "retweets": entry.retweets,
        "favorites": entry.favorites,
        "sources": attention_document(entry.attention),
        "history": history_document(entry.history),
        "posts": [_mention_document(mention) for mention in entry.mentions],
    }


def read_ranked_paper(fields: Document) -> RankedPaper:
    """The paper of a digest that `ranked_paper_document` gave."""
    return RankedPaper(
        rank=fields["rank"],
        paper=read_paper(fields),
        attention=read_attention(fields["sources"]),
        mentions=tuple(_read_mention(post) for post in fields["posts"]),
        history=tuple(_read_point(point) for point in fields.get("history", ())),
        code=fields.get("links", {}).get("code", ""),
    )


def paper_document(paper: Paper) -> Document:
    """A paper as JSON values; that it was not withdrawn is not said."""
    submitted_at = paper.submitted_at
    return {
        "id": paper.id,
        "title": paper.title,
        "authors": list(paper.authors),
        "categories": list(paper.categories),
        "abstract": paper.abstract,
        "submitted_at": None if submitted_at is None else write_time(submitted_at),
        **({"withdrawn": True} if paper.withdrawn else {}),
        "links": {"abs": ABSTRACT_PAGE + paper.id, "pdf": PDF_PAGE + paper.id},
    }


def read_paper(fields: Document) -> Paper:
    """The paper that `paper_document` gave."""
    submitted_at = fields["submitted_at"]
    return Paper(
        id=PaperId(fields["id"]),
        title=fields["title"],
        authors=tuple(fields["authors"]),
        categories=tuple(fields["categories"]),
        abstract=fields["abstract"],
        submitted_at=None if submitted_at is None else read_time(submitted_at),
        withdrawn=fields.get("withdrawn", False),
    )


def attention_document(attention: Mapping[str, Attention]) -> Document:
    """What each source says about a paper, as JSON values, in the order of the sources."""
    return {
        name: _attention_document(name, attention[name]) for name in SOURCES if name in attention
    }


def read_attention(fields: Document) -> Mapping[str, Attention]:
    """What each source says about a paper, as `attention_document` gave it."""
    return {name: _read_attention(known) for name, known in fields.items()}


def history_document(history: Sequence[Point]) -> list[Document]:
    """A paper's attention over time as JSON values."""
    return [
        {
            "time": write_time(point.time),
            "score": write_number(point.score),
            "sources": attention_document(point.attention),
        }
        for point in history
    ]


def post_document(post: Post) -> Document:
    """A post as JSON values."""
    automated = {"automated": True} if post.account.automated else {}
    content_hash = {"content_hash": post.content_hash} if post.content_hash else {}
    not_quotable = {} if post.quotable else {"quotable": False}
    return {
        "source": post.source,
        "id": post.id,
        "url": post.url,
        **content_hash,
        **not_quotable,
        **({"code": post.code} if post.code else {}),
        "account": {
            "id": post.account.id,
            "username": post.account.username,
            "name": post.account.name,
            **automated,
        },
        "created_at": write_time(post.created_at),
        "language": post.language,
        "text": post.text,
        "spans": [
            {"start": span.start, "end": span.end, "kind": span.kind.value, "target": span.target}
            for span in post.spans
        ],
        "counts": _counts(post.source, post.counts),
        "papers": list(post.papers),
    }


def read_post(fields: Document) -> Post:
    """The post that `post_document` gave."""
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
        created_at=read_time(fields["created_at"]),
        counts=fields["counts"],
        papers=tuple(PaperId(paper_id) for paper_id in fields["papers"]),
        content_hash=fields.get("content_hash", ""),
        quotable=fields.get("quotable", True),
        code=fields.get("code", ""),
    )


def write_time(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second where the moment has no fraction: 2020-09-20T13:13:43Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_time(text: str) -> datetime:
    """The moment that `write_time` wrote."""
    return datetime.fromisoformat(text)


def write_number(value: Decimal) -> int | float:
    """The number for JSON: exact up to 15 digits, read with `parse_float=Decimal`."""
    return int(value) if value == value.to_integral_value() else float(value)


def _attention_document(source: str, known: Attention) -> Document:
    return {
        **_counts(source, known.counts),
        "voices": known.voices,
        "weighted": write_number(known.weighted),
    }


def _counts(source: str, counts: Mapping[str, int]) -> dict[str, int]:
    """The counts in the order of the source's metrics, so that equal ones give the same bytes."""
    return {metric: counts[metric] for metric in SOURCES[source].metrics if metric in counts}


def _report_document(report: SourceReport) -> Document:
    document: Document = {"status": report.status.value}
    if report.reason:
        document["reason"] = report.reason
    if report.interrupted:
        document["interrupted"] = True
    if report.as_of is not None:
        document["as_of"] = write_time(report.as_of)
    if report.posts_read is not None:
        document["posts_read"] = report.posts_read
    if report.cost is not None:
        document["cost_usd"] = write_number(report.cost)
    return document


def _read_report(fields: Document) -> SourceReport:
    return SourceReport(
        status=Status(fields["status"]),
        reason=fields.get("reason", ""),
        interrupted=fields.get("interrupted", False),
        as_of=read_time(fields["as_of"]) if "as_of" in fields else None,
        posts_read=fields.get("posts_read"),
        cost=Decimal(fields["cost_usd"]) if "cost_usd" in fields else None,
    )


def _mention_document(mention: Mention) -> Document:
    counts = mention.post.counts
    is_of_x = mention.post.source == X.name
    return {
        **post_document(mention.post),
        "score": write_number(mention.weighted),
        "by_author": mention.by_author,
        **({"retweets": counts["reposts"], "favorites": counts["likes"]} if is_of_x else {}),
    }


def _read_point(fields: Document) -> Point:
    return Point(read_time(fields["time"]), read_attention(fields["sources"]))


def _rise_document(rise: Rise) -> Document:
    return {
        "id": rise.paper,
        "title": rise.title,
        "growth": write_number(rise.growth),
        "since": write_time(rise.since),
    }


def _read_rise(fields: Document) -> Rise:
    return Rise(
        paper=PaperId(fields["id"]),
        title=fields["title"],
        growth=Decimal(fields["growth"]),
        since=read_time(fields["since"]),
    )


def _read_attention(fields: Document) -> Attention:
    counts = {name: count for name, count in fields.items() if name not in ("voices", "weighted")}
    return Attention(counts, fields["voices"], Decimal(fields["weighted"]))


def _read_mention(fields: Document) -> Mention:
    return Mention(read_post(fields), Decimal(fields["score"]), fields["by_author"])
