"""Reading the archive."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotpapers.documents.digest_json import Document, write_time
from hotpapers.domain.edition import EditionHead, Revision
from hotpapers.domain.identifiers import PaperId
from hotpapers.ports import EditionStore


@dataclass(frozen=True)
class StoredDigest:
    """A digest's document as it is kept, and which edition it is."""

    date: date
    revision: Revision
    document: bytes


def read_day(day: date, editions: EditionStore) -> StoredDigest | None:
    """The digest of a listing date."""
    kept = editions.document(day)
    return StoredDigest(day, *kept) if kept else None


def read_newest(editions: EditionStore) -> StoredDigest | None:
    """The digest of the newest listing date that has one."""
    heads = editions.newest_heads(limit=1)
    return read_day(heads[0].date, editions) if heads else None


def list_digests(limit: int, before: date | None, editions: EditionStore) -> Document:
    """A page of the list of digests, newest first, with the cursor to the next page."""
    heads = editions.newest_heads(limit + 1, before)
    page: Document = {"digests": [_head_document(head) for head in heads[:limit]]}
    if len(heads) > limit:
        page["cursor"] = heads[limit - 1].date.isoformat()
    return page


def read_paper(paper: PaperId, editions: EditionStore) -> Document | None:
    """A paper as the newest digest that it is in tells of it, with that digest's date."""
    for day in editions.listing_dates(paper):
        kept = editions.document(day)
        if kept is None:
            continue
        digest = json.loads(kept[1])
        entry: dict[str, Any]
        for entry in digest["papers"]:
            if entry["id"] == paper:
                return {"date": digest["date"], "collected_at": digest["collected_at"], **entry}
    return None


def _head_document(head: EditionHead) -> Document:
    return {
        "date": head.date.isoformat(),
        "collected_at": write_time(head.collected_at),
        "papers": head.papers,
    }
