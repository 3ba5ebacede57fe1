"""What all of arXiv's answers have in common: entries, each of which is a paper."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from hotpapers.adapters.http import Upstream
from hotpapers.domain.identifiers import parse_paper_id
from hotpapers.domain.listing import AnnouncedPaper, Kind
from hotpapers.domain.paper import CATEGORY, Paper, collapse_white_space

logger = logging.getLogger(__name__)

Entry = TypeVar("Entry")
Read = TypeVar("Read")

MANY = 10
"""A page with as many entries, none of which can be read, is no page: the format has changed."""

LONGEST_TITLE = 2_000
LONGEST_ABSTRACT = 20_000
LONGEST_NAME = 1_000
MOST_AUTHORS = 20_000
"""Several times what the largest papers have; an entry beyond is no paper but a mistake."""
MOST_MARKS = 2_000_000
"""How many tags and attributes an answer has at most: a page of 2,000 papers has 0.2 million. Each
takes some 200 bytes, so without a limit 32 MB of them would take more memory than there is."""

_WORK = r"(?:paper|article|submission|manuscript|preprint)"
_IS = r"(?: has been| was| is)?(?: now| temporarily)?"
WITHDRAWN_COMMENT = re.compile(
    rf"(?:(?:^\W*|\. )(?:the )?|(?<!of )\bthis ){_WORK}{_IS} withdrawn\b(?! from)"
    r"|^\W*withdrawn by\b",
    re.IGNORECASE,
)
WITHDRAWN_TEXT = re.compile(rf"\W*this {_WORK}{_IS} withdrawn\b(?! from)", re.IGNORECASE)
"""How a withdrawn paper says so: "This paper has been withdrawn by …", which is what arXiv writes
itself, about its own withdrawals and on the page of such a paper
(https://github.com/arXiv/arxiv-browse, `browse/templates/abs/abs.html`), and what authors write in
the comments, where they are asked for the reason (https://info.arxiv.org/help/withdraw.html);
some put it in the place of the abstract or the title. Elsewhere in these two it may be the
subject of the paper."""


class BadEntryError(ValueError):
    """An entry lacks what a paper must have."""


@dataclass(frozen=True)
class Entries(Generic[Read]):
    """What was made of entries: those that can be read, and the number of those that cannot."""

    read: tuple[Read, ...]
    unreadable: int


def read_entries(
    entries: Sequence[Entry],
    read: Callable[[Entry], Read],
    identify: Callable[[Entry], str],
    upstream: Upstream,
) -> Entries[Read]:
    """What `read` makes of entries; one that it cannot read is told of, by what `identify` says.

    Raises UnsettledError where there are many entries and not one can be read.
    """
    made: list[Read] = []
    for entry in entries:
        try:
            made.append(read(entry))
        except BadEntryError as error:
            extra = {"reason": str(error), "id": identify(entry)[:200]}
            logger.warning("paper left out", extra=extra)
    if not made and len(entries) >= MANY:
        raise upstream.unsettled("answered a page of which no paper can be read")
    return Entries(tuple(made), len(entries) - len(made))


def make_paper(  # noqa: PLR0913
    *,
    name: str,
    title: str,
    authors: Sequence[str],
    categories: Iterable[str],
    abstract: str,
    comment: str = "",
    submitted_at: datetime | None = None,
) -> Paper:
    """The paper that these texts describe. Raises BadEntryError where they describe none.

    Of the categories only those of arXiv count: the API's former backend also listed ACM and MSC
    classes (`I.2.6`, `68T05`).
    """
    paper_id = parse_paper_id(name)
    if paper_id is None:
        raise BadEntryError("it has no arXiv id")
    title, abstract = collapse_white_space(title), collapse_white_space(abstract)
    if not title:
        raise BadEntryError("it has no title")
    names = [collapse_white_space(author) for author in authors]
    if len(names) > MOST_AUTHORS:
        raise BadEntryError(f"it has {len(names)} authors")
    shown = [category for category in categories if CATEGORY.fullmatch(category)]
    if not shown:
        raise BadEntryError("it has no category")
    return Paper(
        id=paper_id,
        title=_bounded("title", title, LONGEST_TITLE),
        authors=tuple(_bounded("author's name", each, LONGEST_NAME) for each in names if each),
        categories=tuple(dict.fromkeys(shown)),
        abstract=_bounded("abstract", abstract, LONGEST_ABSTRACT),
        submitted_at=submitted_at,
        withdrawn=_is_withdrawn(title, abstract, collapse_white_space(comment)),
    )


def merge(entries: Iterable[AnnouncedPaper]) -> tuple[AnnouncedPaper, ...]:
    """Entries of several feeds or pages, each paper once: as the one where it is most of news.

    What is new to one archive is a cross-list to another.
    """
    order = list(Kind)
    merged: dict[str, AnnouncedPaper] = {}
    for entry in entries:
        before = merged.get(entry.paper.id)
        if before is None or order.index(entry.kind) < order.index(before.kind):
            merged[entry.paper.id] = entry
    return tuple(merged.values())


def parse_xml(body: bytes, root: str) -> Element | None:
    """The XML document with this root element, or None where the body is anything else: HTML,
    cut-off XML, `Rate exceeded.`, one that declares entities, or one with far too many elements."""
    if body.count(b"<") + body.count(b"=") > MOST_MARKS:
        return None
    try:
        document: Element = ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        # LookupError, ValueError: an encoding that is unknown, or cannot be declared in XML.
        return None
    return document if document.tag == root else None


def _is_withdrawn(title: str, abstract: str, comment: str) -> bool:
    in_text = any(WITHDRAWN_TEXT.match(text) for text in (title, abstract))
    return in_text or WITHDRAWN_COMMENT.search(comment) is not None


def _bounded(name: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadEntryError(f"its {name} has {len(text)} characters")
    return text
