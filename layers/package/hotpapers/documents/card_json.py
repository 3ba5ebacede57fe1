"""A card as JSON: the form in which the catalogue keeps it.

The paper is written as its digest's document has it, and holds all there is, so that
`read_card(write_card(card)) == card`. The same card always gives the same bytes.
"""

import json
from datetime import date
from decimal import Decimal

from hotpapers.documents.digest_json import (
    Document,
    ranked_paper_document,
    read_ranked_paper,
    read_time,
    write_time,
)
from hotpapers.domain.card import Card


def write_card(card: Card) -> bytes:
    """The card's JSON document, in UTF-8, as short as it can be."""
    document: Document = {
        "date": card.date.isoformat(),
        "measured_at": write_time(card.measured_at),
        "first_published_at": write_time(card.published_at),
        "final": card.final,
        "paper": ranked_paper_document(card.entry),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def read_card(document: bytes) -> Card:
    """The card that `write_card` wrote."""
    fields = json.loads(document, parse_float=Decimal)
    return Card(
        date=date.fromisoformat(fields["date"]),
        entry=read_ranked_paper(fields["paper"]),
        measured_at=read_time(fields["measured_at"]),
        published_at=read_time(fields["first_published_at"]),
        final=fields["final"],
    )
