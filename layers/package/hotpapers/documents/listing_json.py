"""Listings and their papers as JSON: the form in which they are kept.

The documents hold all there is, so that it can be read again. The order in which papers are given
says nothing and is not kept: the same papers always give the same bytes.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date

from hotpapers.documents import digest_json
from hotpapers.documents.digest_json import Document, listing_document, paper_document
from hotpapers.domain.listing import Listing
from hotpapers.domain.paper import Paper

DECODER = json.JSONDecoder()


def write_listing(listing: Listing) -> bytes:
    """The listing's JSON document, in UTF-8, as short as it can be."""
    return _compact({"date": listing.date.isoformat(), **listing_document(listing)})


def read_listing(document: bytes) -> Listing:
    """The listing that `write_listing` wrote."""
    fields = json.loads(document)
    return digest_json.read_listing(date.fromisoformat(fields["date"]), fields)


def write_papers(papers: Iterable[Paper]) -> bytes:
    """The JSON document of papers, each given once, in UTF-8, as short as it can be."""
    in_order = sorted(papers, key=lambda paper: paper.id)
    return _compact([_without_links(paper) for paper in in_order])


def read_papers(document: bytes) -> tuple[Paper, ...]:
    """The papers of a document that `write_papers` wrote, or of several, one after the other; in
    the order of their ids."""
    papers = map(digest_json.read_paper, _values(document.decode()))
    return tuple(sorted(papers, key=lambda paper: paper.id))


def write_paper(paper: Paper) -> bytes:
    """A paper's JSON document, in UTF-8, as short as it can be."""
    return _compact(_without_links(paper))


def read_paper(document: bytes) -> Paper:
    """The paper that `write_paper` wrote."""
    return digest_json.read_paper(json.loads(document))


def _values(text: str) -> Iterator[Document]:
    """The values of JSON's arrays, one array after the other."""
    position = 0
    while position < len(text):
        values, position = DECODER.raw_decode(text, position)
        yield from values


def _without_links(paper: Paper) -> Document:
    """A paper as JSON values; its links follow from its id."""
    fields = paper_document(paper)
    return {name: value for name, value in fields.items() if name != "links"}


def _compact(value: Document | list[Document]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
