"""What the use cases need of the world outside."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from hotpapers.domain.calendar import Window
from hotpapers.domain.card import Card, Position
from hotpapers.domain.edition import Edition, EditionHead, Outcome, Revision
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Announcement, Listing, Notice
from hotpapers.domain.packing import Packed
from hotpapers.domain.page import Page, PageMark
from hotpapers.domain.paper import Paper
from hotpapers.domain.terms import Term

if TYPE_CHECKING:  # readers need no readings
    from hotpapers.domain.reading import PostPage, Reading


class PaperSource(Protocol):
    """Where papers come from."""

    def papers_submitted(self, window: Window) -> Sequence[Paper]:
        """The papers of the configured categories submitted in a window, each once.

        Raises UpstreamError where they cannot be had completely.
        """

    def papers_named(self, papers: Collection[PaperId]) -> Sequence[Paper]:
        """Papers by their ids, as arXiv describes them now; those that it does not know are absent.

        Raises UpstreamError.
        """

    def feed(self) -> Announcement:
        """The announcement of today, of the configured categories.

        Its date is the one that the feed states; without an announcement it has no entries.
        Raises UpstreamError.
        """

    def notice(self) -> Notice:
        """What arXiv's listing page says of its newest announcement. Raises UpstreamError."""

    def announcement(self, day: date) -> Announcement:
        """The announcement of a day of the last 90; without one it has no entries.

        Raises UpstreamError.
        """


class PostSource(Protocol):
    """Where posts about papers come from."""

    @property
    def name(self) -> str:
        """The source's name in `SOURCES`."""

    def earliest(self, time: datetime) -> datetime:
        """From when on the source tells of posts, where it is asked at a time."""

    def pages(self, listing_date: date, span: Window) -> "Iterator[PostPage]":
        """The posts of a span of time that link to papers, as they come.

        The span begins when the first papers of the listing date were submitted and ends with the
        run. Raises UpstreamError where not all can be had; the pages before stand.
        """


class ReadingStore(Protocol):
    """Where the newest reading of each source is kept, for each listing date."""

    def readings(self, day: date) -> "Mapping[str, Reading]":
        """What is kept for a listing date, by the sources' names."""

    def keep(self, day: date, reading: "Reading") -> bool:
        """Keep a reading unless a newer one is kept; returns whether this was done.

        Raises StoreError where it cannot be kept.
        """


class ListingStore(Protocol):
    """Where it is kept how each listing date stands, and which papers are new on it."""

    def listings(self, first: date, last: date) -> Mapping[date, Listing]:
        """What is kept of the listing dates of a span, both ends included, by date."""

    def papers(self, day: date) -> Sequence[Paper]:
        """The papers that are new on a day, in the order of their ids; none where none are kept.

        Raises StoreError where they cannot be read whole.
        """

    def claim(self, day: date, papers: Collection[PaperId]) -> Mapping[PaperId, date]:
        """Make papers new on a day, each unless it is new on another: those, with their days.

        A claim that fails half-way is continued by repeating it. Raises StoreError.
        """

    def place(self, paper: PaperId) -> tuple[date, Paper] | None:
        """The day on which a paper is new, and the paper as it is kept with that day's listing;
        None for one that is claimed for no day, or is not listed there yet."""

    def keep(self, listing: Listing, papers: Sequence[Paper] | None = None) -> bool:
        """Keep how a listing date stands, with all its papers where they are given (else those that
        are kept stay); returns whether this was done.

        What is known of a day is not replaced by what is not: see `supersedes`. Raises StoreError.
        """


class MeasurementStore(Protocol):
    """Where it is kept what each run measured of a listing date's papers."""

    def measurements(self, day: date) -> Sequence[Measurement]:
        """All measurements of a listing date, oldest first, in one query."""

    def keep(self, day: date, measurement: Measurement) -> None:
        """Keep a measurement, unless one of the same time is kept. Raises StoreError."""


class EditionStore(Protocol):
    """Where the editions of digests are kept: the newest one of each listing date."""

    def head(self, day: date) -> EditionHead | None:
        """What is kept for a listing date; None where nothing is."""

    def newest_heads(self, limit: int, before: date | None = None) -> Sequence[EditionHead]:
        """The newest digests' heads, newest first, at most `limit`, all of them before a date."""

    def heads(self, first: date, last: date) -> Sequence[EditionHead]:
        """The heads of the digests of a span, both ends included, in order, in one query."""

    def first_date(self) -> date | None:
        """The listing date of the oldest digest; None where there is none."""

    def document(self, day: date) -> tuple[Revision, bytes] | None:
        """The document that is kept for a listing date, whole; None where nothing is."""

    def packed_document(self, day: date) -> tuple[Revision, Packed] | None:
        """The document as `document` gives it, still packed."""

    def listing_dates(self, paper: PaperId) -> Sequence[date]:
        """The listing dates in some edition of whose digest a paper was, newest first.

        A later edition may have dropped the paper again, so look whether it is there.
        """

    def save(self, edition: Edition) -> Outcome:
        """Keep an edition unless a newer one is kept: readers see the old one or all of the new.

        Raises StoreError where it cannot be kept.
        """


class RoundupStore(Protocol):
    """Where the roundups of weeks and months are kept: the newest one of each, by its name."""

    def revision(self, name: str) -> Revision | None:
        """The revision that is kept for a period; None where nothing is."""

    def document(self, name: str) -> tuple[Revision, bytes] | None:
        """The document that is kept for a period, whole; None where nothing is."""

    def packed_document(self, name: str) -> tuple[Revision, Packed] | None:
        """The document as `document` gives it, still packed."""

    def save(self, name: str, revision: Revision, document: bytes) -> Outcome:
        """Keep a roundup unless a newer one is kept: readers see the old one or all of the new.

        Raises StoreError where it cannot be kept.
        """


class CatalogueStore(Protocol):
    """Where the papers of all digests are kept one by one, to be searched and listed."""

    def newest(self, limit: int, after: Position | None = None) -> Sequence[Card]:
        """Cards, the newest first, all after a position in this order.

        There are `limit` of them, or fewer where the catalogue ends.
        """

    def positions(
        self, term: Term, limit: int, after: Position | None = None
    ) -> Sequence[Position]:
        """Where papers stand that have a term, the newest first, all after a position.

        There are `limit` of them, or fewer where there are no more. The card of one may be gone, or
        may not have the term any more.
        """

    def cards(self, positions: Collection[Position]) -> Sequence[Card]:
        """The cards at up to 100 positions, the newest first; those that are gone are absent.

        One batch. Raises StoreError where the table does not give them all.
        """

    def file(self, day: date, revision: Revision, cards: Sequence[Card]) -> None:
        """Make these the cards of a listing date, as its digest of a revision has them.

        Others that the day has go. Where a newer revision was filed already, nothing is done. What
        fails half-way is continued by repeating it: meanwhile a paper may be missing from what is
        found, and no wrong one is. Raises StoreError.
        """


class DocumentStore(Protocol):
    """Where finished documents lie for static sites and anybody else who takes files."""

    def publish(self, path: str, content: bytes, content_type: str, revision: Revision) -> bool:
        """Put a document in its place, unless one of a newer revision is there.

        Returns whether this was done. Raises StoreError where it could not be decided.
        """

    def replace(self, path: str, content: bytes, content_type: str, revision: Revision) -> bool:
        """Put a document in the place of an older one; where there is none, leave it at that.

        Returns whether this was done. Raises StoreError where it could not be decided.
        """


class PageStore(Protocol):
    """Where finished pages and feeds lie, packed, each named by what it was made of."""

    def page(self, path: str) -> Page | None:
        """The page that lies at a path; None where there is none."""

    def mark(self, path: str) -> PageMark | None:
        """The mark of the page at a path; None where there is none."""

    def put(self, path: str, page: Page, replaced: PageMark | None) -> bool:
        """Put a page in the place of the one of a mark, or where there is none.

        Returns whether this was done: False where another one lies there by now. Raises StoreError.
        """
