"""Reading feeds: as they lie there finished, or made for whoever asks."""

from dataclasses import dataclass, field
from enum import StrEnum

from hotpapers.documents.site import Site
from hotpapers.domain.card import Position
from hotpapers.domain.fingerprint import fingerprint
from hotpapers.domain.selection import Selection
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.browse_pages import lying_page
from hotpapers.use_cases.offers import Offer
from hotpapers.use_cases.pages import look


class FeedKind(StrEnum):
    """What the entries of a feed are."""

    DIGESTS = "digests"
    PAPERS = "papers"


@dataclass(frozen=True)
class FeedQuestion:
    """What a reader asks for: a kind of feed in a format (`atom`, `rss`, `json`), of a selection.

    `limit` is how many entries it shall have (None: as many as usual), after a place (None: from
    the newest on).
    """

    kind: FeedKind
    suffix: str
    selection: Selection = field(default_factory=Selection)
    limit: int | None = None
    after: Position | None = None

    @property
    def is_newest(self) -> bool:
        """Whether nothing is asked for but the newest of everything."""
        return self == FeedQuestion(self.kind, self.suffix)

    @property
    def name(self) -> str:
        """What its cursors are for: the same in all formats."""
        return f"feeds/{self.kind}"


def feed_path(question: FeedQuestion) -> str:
    """Where a feed is: as a path of the site, and among the pages, without a slash before it."""
    return f"feeds/{question.kind}.{question.suffix}"


def fingerprint_of(content: bytes, site: Site) -> str:
    """What a feed is known by: first how it looks, then what it says."""
    return f"{look(site)}-{fingerprint(content.decode())}"


def offer_feed(question: FeedQuestion, archive: Archive, site: Site) -> Offer:
    """A feed. The one of the newest of everything takes one read; whether it is of the right look
    is all that has to be asked, since it is made anew with every digest that changes it.

    Raises StoreError.
    """
    page = lying_page(feed_path(question), archive.pages) if question.is_newest else None
    if page and page.made_of.startswith(f"{look(site)}-"):
        content, tag = page.content, page.made_of
        return Offer(lambda: content, tag, page.modified_at)
    from hotpapers.use_cases.feeds import make_feed  # what it is made with is rarely needed

    made, modified_at = make_feed(question, site, archive.editions, archive.catalogue)
    return Offer(lambda: made, fingerprint_of(made, site), modified_at)
