"""What a feed says of a paper, and of a day.

Feed readers show HTML without our stylesheet and leave out what they do not know, so it is made of
headings, paragraphs, quotes and links. Formulas are plain text: where a reader takes MathML's
elements away, and keeps what is in them, `e^(-7t)` becomes `e-7t`.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from hotpapers.documents.address import secure_address
from hotpapers.documents.counts_line import counts_line
from hotpapers.documents.digest_json import ABSTRACT_PAGE, PDF_PAGE
from hotpapers.documents.direction import contained
from hotpapers.documents.feed import FeedEntry, digest_entry_id, feed_text, paper_entry_id
from hotpapers.documents.html_text import html_text
from hotpapers.documents.pages.addresses import digest_path, paper_path, with_parameters
from hotpapers.documents.pages.words import day_html, day_text, enumeration, moment_html, plural
from hotpapers.documents.quote import RELATION, quote_html
from hotpapers.documents.site import Site
from hotpapers.documents.tex import tex_text
from hotpapers.domain.card import Card
from hotpapers.domain.digest import RankedPaper
from hotpapers.domain.edition import EditionHead
from hotpapers.domain.paper import collapse_white_space
from hotpapers.domain.selection import Selection
from hotpapers.domain.sources import SOURCES

MOST_POSTS = 10
"""How many posts a paper's entry quotes; its page has them all."""
MOST_POSTS_OF_DAY = 3
"""How many posts of each paper a day's entry quotes."""
MOST_TITLES = 5
"""How many titles the summary of a day has."""
MOST_AUTHORS = 12
"""How many authors are named in an entry's content; its own list of authors has them all."""


def paper_entry(card: Card, site: Site) -> FeedEntry:
    """The entry of a paper, with the numbers of its digest's last measurement."""
    paper = card.entry.paper
    sources = tuple(name for name in SOURCES if name in card.entry.attention)
    day = site.link(digest_path(card.date))
    numbers = counts_line(card.entry, sources)
    parts = [
        *_paper_parts(card.entry, sources, MOST_POSTS, site),
        f'<p>Number {card.entry.rank} in the <a href="{html_text(day)}">digest of '
        f"{day_html(card.date)}</a>, measured on {moment_html(card.measured_at)}.</p>",
    ]
    return FeedEntry(
        id=paper_entry_id(paper.id),
        title=_title(card.entry),
        address=site.link(paper_path(paper.id)),
        external_address=ABSTRACT_PAGE + paper.id,
        published_at=card.published_at,
        updated_at=card.measured_at,
        authors=tuple(name for author in paper.authors if (name := _line(author))),
        categories=paper.categories,
        summary=" – ".join(part for part in (numbers, _line(tex_text(paper.abstract))) if part),
        content_html="\n".join(parts),
    )


def digest_entry(
    day: date,
    cards: Sequence[Card],
    head: EditionHead,
    site: Site,
    selection: Selection = Selection(),  # noqa: B008 - it is frozen
) -> FeedEntry:
    """The entry of a day: its papers that were selected, by rank, in full but for their posts."""
    ranked = sorted((card.entry for card in cards), key=lambda entry: entry.rank)
    notice = "" if ranked else _nothing(head)
    parts = [
        f"<p>{html_text(notice)}</p>" if notice else "",
        _lacking(head),
        *(part for entry in ranked for part in _ranked_parts(entry, head, site)),
        f"<p>Measured on {moment_html(head.collected_at)}.</p>",
    ]
    return FeedEntry(
        id=digest_entry_id(day, selection),
        title=f"Hot papers of {day_text(day)}",
        address=site.link(with_parameters(digest_path(day), selection.parameters)),
        external_address="",
        published_at=head.published_at or head.collected_at,
        updated_at=head.collected_at,
        authors=(),
        categories=(),
        summary=notice or _titles(ranked),
        content_html="\n".join(part for part in parts if part),
    )


# A day


def _nothing(head: EditionHead) -> str:
    """Why a day's entry has no papers."""
    if head.quiet:
        return "arXiv announced no new papers on this day."
    if head.papers:
        return "None of this day's hot papers was selected."
    return f"No new paper of this day {'was hot' if head.final else 'is hot so far'}."


def _lacking(head: EditionHead) -> str:
    """What the numbers lack."""
    titles = [source.title for name, source in SOURCES.items() if name in head.failed]
    said = f"This digest is partial: {enumeration(titles)} did not tell all."
    return f"<p><em>{said}</em></p>" if titles else ""


def _titles(ranked: Sequence[RankedPaper]) -> str:
    shown = "; ".join(_title(entry) for entry in ranked[:MOST_TITLES])
    rest = len(ranked) - MOST_TITLES
    return f"{plural(len(ranked), 'papers')}: {shown}" + (f"; and {rest} more" if rest > 0 else "")


def _ranked_parts(entry: RankedPaper, head: EditionHead, site: Site) -> Iterator[str]:
    sources = tuple(name for name in SOURCES if name in entry.attention or name in head.failed)
    page = html_text(site.link(paper_path(entry.paper.id)))
    yield f'<h3>{entry.rank}. <a href="{page}">{html_text(_title(entry))}</a></h3>'
    yield from _paper_parts(entry, sources, MOST_POSTS_OF_DAY, site)


# A paper


def _paper_parts(
    entry: RankedPaper, sources: Sequence[str], most_posts: int, site: Site
) -> Iterator[str]:
    abstract = _line(tex_text(entry.paper.abstract))
    authors = _authors(entry)
    if authors:
        yield f"<p>{authors}</p>"
    yield f"<p><strong>{html_text(counts_line(entry, sources))}</strong></p>"
    yield f"<p>{' · '.join(_links(entry, site))}</p>"
    if abstract:
        yield f"<p>{html_text(abstract)}</p>"
    yield from (quote_html(mention) for mention in entry.mentions[:most_posts])
    rest = len(entry.mentions) - most_posts
    if rest > 0:
        page = html_text(site.link(paper_path(entry.paper.id)))
        yield f'<p>And <a href="{page}">{plural(rest, "more posts")}</a>.</p>'


def _authors(entry: RankedPaper) -> str:
    names = [name for author in entry.paper.authors if (name := _line(author))]
    shown = [f"<bdi>{html_text(name)}</bdi>" for name in names[:MOST_AUTHORS]]
    rest = len(names) - MOST_AUTHORS
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


def _links(entry: RankedPaper, site: Site) -> Iterator[str]:
    paper = entry.paper.id
    yield f'<a href="{ABSTRACT_PAGE}{paper}">arXiv:{paper}</a>'
    yield f'<a href="{PDF_PAGE}{paper}">PDF</a>'
    code = secure_address(entry.code)
    if code:
        yield f'<a href="{html_text(code)}" rel="{RELATION}">Code</a>'
    yield f'<a href="{html_text(site.link(paper_path(paper)))}">All posts and numbers</a>'


def _title(entry: RankedPaper) -> str:
    return _line(tex_text(entry.paper.title)) or f"arXiv:{entry.paper.id}"


def _line(text: str) -> str:
    """A text from outside as plain text on one line."""
    return collapse_white_space(feed_text(contained(text)))
