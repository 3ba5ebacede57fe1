"""What a page tells search engines of its papers: JSON-LD, with the words of schema.org."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.digest_json import ABSTRACT_PAGE, PDF_PAGE
from hotpapers.documents.pages.addresses import paper_path
from hotpapers.documents.pages.html import Html
from hotpapers.documents.site import NAME, Site
from hotpapers.documents.tex import tex_text
from hotpapers.domain.paper import Paper

CONTEXT = "https://schema.org"
ACTIVE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""What could end the element, or a line of a script, within a JSON string."""

Data = Mapping[str, Any]
"""A JSON-LD object, as Python has it."""


def write_json_ld(data: Data) -> Html:
    """The object as JSON that stays within its element, whatever the texts in it."""
    return Html(CONTROL.sub("", json.dumps(data, ensure_ascii=False)).translate(ACTIVE))


def article(paper: Paper, site: Site, *, with_abstract: bool = False) -> Data:
    """A paper as a `ScholarlyArticle`."""
    submitted = paper.submitted_at
    return {
        "@type": "ScholarlyArticle",
        "@id": ABSTRACT_PAGE + paper.id,
        "name": tex_text(paper.title),
        "author": [{"@type": "Person", "name": name} for name in paper.authors],
        "identifier": f"arXiv:{paper.id}",
        "url": site.link(paper_path(paper.id)),
        "sameAs": ABSTRACT_PAGE + paper.id,
        "encoding": {"@type": "MediaObject", "contentUrl": PDF_PAGE + paper.id},
        "about": list(paper.categories),
        **({"datePublished": submitted.date().isoformat()} if submitted else {}),
        **({"abstract": tex_text(paper.abstract)} if with_abstract else {}),
    }


def collection(name: str, address: str, papers: Iterable[Paper], site: Site) -> Data:
    """A page of papers in an order, as a `CollectionPage`; `address` is whole."""
    items = [
        {"@type": "ListItem", "position": position, "item": article(paper, site)}
        for position, paper in enumerate(papers, start=1)
    ]
    return {
        "@context": CONTEXT,
        "@type": "CollectionPage",
        "name": name,
        "url": address,
        "isPartOf": {"@type": "WebSite", "name": NAME, "url": site.link("/")},
        "mainEntity": {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items},
    }


def dated(data: Data, published: date, modified: date) -> Data:
    """The object with the days on which it appeared, and was last changed."""
    return {
        **data,
        "datePublished": published.isoformat(),
        "dateModified": modified.isoformat(),
    }
