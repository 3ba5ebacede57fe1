"""Making feeds: of what is newest, and of what a reader wants.

The feeds of everything follow from the newest digests alone; the renderer makes them ahead. All
others are made when they are asked for: of the catalogue's cards, or, where all days are wanted, of
their digests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from hotpapers.documents.digest_json import read_digest
from hotpapers.documents.feeds import (
    FORMATS,
    Feed,
    FeedEntry,
    digest_entry,
    feed_id,
    paper_entry,
)
from hotpapers.documents.pages.addresses import DIGESTS, SEARCH, with_parameters
from hotpapers.documents.site import Site
from hotpapers.domain.card import Card, Position, digest_cards
from hotpapers.domain.cursor import Cursors
from hotpapers.domain.edition import EditionHead
from hotpapers.domain.selection import Selection
from hotpapers.ports import CatalogueStore, EditionStore
from hotpapers.use_cases.browse_feeds import FeedKind, FeedQuestion, feed_path, fingerprint_of
from hotpapers.use_cases.digest_lists import beyond, day_of, find_days
from hotpapers.use_cases.pages import Plan
from hotpapers.use_cases.search import search

NEWEST_DAYS = 10
"""How many days the feed of days has, and of how many the papers are in the feed of papers: two
weeks, of which a reader who was away finds all. A day's entry has some 50 KB."""
MOST_DAYS = 30
"""How many days a feed has at most, whatever is asked for: so many fit into an answer."""
FEED_PATHS = [feed_path(FeedQuestion(kind, suffix)) for kind in FeedKind for suffix in FORMATS]
"""Where the feeds of everything lie."""
DEFAULT_PAPERS = 50
"""How many papers a feed of selected papers has, where no limit is asked for."""
NOTHING_YET = datetime(1991, 8, 14, tzinfo=UTC)
"""When a feed was modified that never had an entry: arXiv's first day."""


@dataclass(frozen=True)
class Entries:
    """What stands in a page of a feed, and where its older entries begin (None: at the end)."""

    entries: tuple[FeedEntry, ...]
    following: Position | None = None


def newest_feeds(
    heads: Sequence[EditionHead], site: Site, editions: EditionStore
) -> Sequence[Plan]:
    """The feeds of everything, in all formats, given the newest heads.

    One query for each head.
    """
    days = _read_days(heads, editions)
    whole = {
        FeedKind.DIGESTS: Entries(_day_entries(days, Selection(), site), _after(days)),
        FeedKind.PAPERS: Entries(_paper_entries(days, site), _after(days)),
    }
    modified_at = _modified_at(heads)
    plans = []
    for kind, entries in whole.items():
        for suffix in FORMATS:
            question = FeedQuestion(kind, suffix)
            content = FORMATS[suffix].write(_feed(question, entries, site))
            made_of = fingerprint_of(content, site)
            make = partial(bytes, content)
            plans.append(Plan(feed_path(question), made_of, modified_at, make))
    return plans


def make_feed(
    question: FeedQuestion, site: Site, editions: EditionStore, catalogue: CatalogueStore
) -> tuple[bytes, datetime]:
    """The feed that a reader asks for, and when it was last modified (UTC).

    That is when any of the newest digests was, or of those that are shown: where a paper is gone,
    or let through no more, the feed is modified, too.
    """
    heads = editions.newest_heads(NEWEST_DAYS)
    if question.is_newest:
        path = feed_path(question)
        [plan] = [each for each in newest_feeds(heads, site, editions) if each.path == path]
        return plan.make(), plan.modified_at
    if question.kind is FeedKind.PAPERS:
        entries = _select_papers(question, site, catalogue)
    elif question.selection.is_everything:
        entries = _all_days(question, site, editions)
    else:
        entries = _select_days(question, site, editions, catalogue)
    feed = _feed(question, entries, site)
    modified_at = max(feed.updated_at, _modified_at(heads))
    return FORMATS[question.suffix].write(feed), modified_at


def _modified_at(heads: Sequence[EditionHead]) -> datetime:
    return max((head.collected_at for head in heads), default=NOTHING_YET)


def _feed(question: FeedQuestion, entries: Entries, site: Site) -> Feed:
    kind, selection = question.kind, question.selection
    following = entries.following
    cursors = Cursors(question.name, selection)
    onward = None if following is None else [("cursor", cursors.write(following))]
    limit = [] if question.limit is None else [("limit", str(question.limit))]
    asked = [*selection.parameters, *limit]
    here = [] if question.after is None else [("cursor", cursors.write(question.after))]
    page = DIGESTS if kind is FeedKind.DIGESTS else SEARCH
    path = f"/{feed_path(question)}"
    return Feed(
        id=feed_id(kind, selection),
        title=_title(question),
        subtitle=SUBTITLES[kind],
        address=site.link(with_parameters(path, [*asked, *here])),
        page=site.link(with_parameters(page, selection.parameters)),
        next_address=(
            None if onward is None else site.link(with_parameters(path, [*asked, *onward]))
        ),
        updated_at=max((entry.updated_at for entry in entries.entries), default=NOTHING_YET),
        entries=entries.entries,
    )


TITLES = {FeedKind.DIGESTS: "Hot Papers, day by day", FeedKind.PAPERS: "Hot Papers"}
SUBTITLES = {
    FeedKind.DIGESTS: "The arXiv papers of each day that people talk about most.",
    FeedKind.PAPERS: "The arXiv papers that people talk about most.",
}


def _title(question: FeedQuestion) -> str:
    wanted = ", ".join(f"{name} {value}" for name, value in question.selection.parameters)
    return f"{TITLES[question.kind]}: {wanted}" if wanted else TITLES[question.kind]


# Of everything

Days = Sequence[tuple[EditionHead, Sequence[Card]]]
"""Days with their papers, newest first."""


def _read_days(heads: Sequence[EditionHead], editions: EditionStore) -> Days:
    kept = [(head, editions.document(head.date)) for head in heads]
    return [(head, digest_cards(read_digest(each[1]))) for head, each in kept if each]


def _after(days: Days) -> Position | None:
    """Where what is older than some days begins; whether there is anything is not looked up."""
    return beyond(days[-1][0].date) if days else None


def _day_entries(days: Days, selection: Selection, site: Site) -> tuple[FeedEntry, ...]:
    return tuple(digest_entry(head.date, cards, head, site, selection) for head, cards in days)


def _paper_entries(days: Days, site: Site) -> tuple[FeedEntry, ...]:
    return tuple(paper_entry(card, site) for _, cards in days for card in cards)


def _all_days(question: FeedQuestion, site: Site, editions: EditionStore) -> Entries:
    """Days as the feed of the newest has them, those without papers included, after a place."""
    limit = min(question.limit or NEWEST_DAYS, MOST_DAYS)
    before = None if question.after is None else day_of(question.after)
    heads = editions.newest_heads(limit + 1, before)
    days = _read_days(heads[:limit], editions)
    entries = _day_entries(days, question.selection, site)
    return Entries(entries, _after(days) if len(heads) > limit else None)


# Of what a reader wants


def _select_days(
    question: FeedQuestion, site: Site, editions: EditionStore, catalogue: CatalogueStore
) -> Entries:
    """Days with their wanted papers, after a place: a head is read for each."""
    limit = min(question.limit or NEWEST_DAYS, MOST_DAYS)
    found = find_days(question.selection, limit, question.after, catalogue)
    days = [(_head(cards, editions.head(day)), cards) for day, cards in found.cards.items()]
    return Entries(_day_entries(days, question.selection, site), found.following)


def _select_papers(question: FeedQuestion, site: Site, catalogue: CatalogueStore) -> Entries:
    limit = question.limit or DEFAULT_PAPERS
    found = search(question.selection, limit, question.after, catalogue)
    newest_first = sorted(found.cards, key=lambda card: (-card.date.toordinal(), card.entry.rank))
    return Entries(tuple(paper_entry(card, site) for card in newest_first), found.next)


def _head(cards: Sequence[Card], kept: EditionHead | None) -> EditionHead:
    """The head of a digest as the cards of its papers tell of it; what it lacks, as the kept one.

    The cards may be of the edition before for a moment, so times are theirs, as the numbers are.
    """
    card = cards[0]
    return EditionHead(
        date=card.date,
        collected_at=card.measured_at,
        revision="",
        papers=len(cards),
        failed=kept.failed if kept else (),
        final=card.final,
        published_at=card.published_at,
    )
