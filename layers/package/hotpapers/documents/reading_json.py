"""A reading as JSON: the form in which it is kept.

The document holds all of the reading, so that `read_reading` gives it back. The order of its posts
and papers says nothing and is not kept: the same reading always gives the same bytes.
"""

import json
from decimal import Decimal

from hotpapers.documents.digest_json import (
    Document,
    post_document,
    read_post,
    read_time,
    write_number,
    write_time,
)
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.reading import Reading


def write_reading(reading: Reading) -> bytes:
    """The reading's JSON document, in UTF-8, as short as it can be."""
    told = {
        "interrupted": reading.interrupted or None,
        "as_of": None if reading.as_of is None else write_time(reading.as_of),
        "cost_usd": None if reading.cost is None else write_number(reading.cost),
    }
    document = {
        "source": reading.source,
        "taken_at": write_time(reading.taken_at),
        "shortfall": reading.shortfall,
        "entries": reading.entries,
        **{name: value for name, value in told.items() if value is not None},
        "papers": sorted(reading.papers),
        **({} if reading.measured is None else {"measured": sorted(reading.measured)}),
        "posts": sorted(map(post_document, reading.posts), key=_place),
    }
    return _compact(document).encode()


def read_reading(document: bytes) -> Reading:
    """The reading that `write_reading` wrote, posts and papers in the order of their ids."""
    fields = json.loads(document, parse_float=Decimal)
    return Reading(
        source=fields["source"],
        taken_at=read_time(fields["taken_at"]),
        papers=tuple(PaperId(paper_id) for paper_id in fields["papers"]),
        posts=tuple(read_post(post) for post in fields["posts"]),
        shortfall=fields["shortfall"],
        interrupted=fields.get("interrupted", False),
        as_of=read_time(fields["as_of"]) if "as_of" in fields else None,
        entries=fields["entries"],
        cost=Decimal(fields["cost_usd"]) if "cost_usd" in fields else None,
        measured=_read_measured(fields.get("measured")),
    )


def _read_measured(papers: list[str] | None) -> tuple[PaperId, ...] | None:
    return None if papers is None else tuple(PaperId(paper_id) for paper_id in papers)


def _place(post: Document) -> tuple[str, str]:
    """By id; a post that was read twice, with different numbers, by what it says."""
    return (post["id"], _compact(post))


def _compact(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
