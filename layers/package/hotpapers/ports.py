"""What the use cases need of the world outside."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from hotpapers.domain.calendar import Window
from hotpapers.domain.edition import Edition, EditionHead, Outcome, Revision
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.reading import PostPage, Reading


class PaperSource(Protocol):
    """Where papers come from."""

    def papers_submitted(self, window: Window) -> Sequence[Paper]:
        """The papers of the configured categories submitted in a window, each once.

        Raises UpstreamError where they cannot be had completely.
        """


class PostSource(Protocol):
    """Where posts about papers come from."""

    @property
    def name(self) -> str:
        """The source's name in `SOURCES`."""

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:
        """The posts of a span of time that link to papers, as they come.

        The span begins when the first papers of the listing date were submitted and ends with the
        run. Raises UpstreamError where not all can be had; the pages before stand.
        """


class ReadingStore(Protocol):
    """Where the newest reading of each source is kept, for each listing date."""

    def readings(self, day: date) -> Mapping[str, Reading]:
        """What is kept for a listing date, by the sources' names."""

    def keep(self, day: date, reading: Reading) -> bool:
        """Keep a reading unless a newer one is kept; returns whether this was done.

        Raises StoreError where it cannot be kept.
        """


class EditionStore(Protocol):
    """Where the editions of digests are kept: the newest one of each listing date."""

    def head(self, day: date) -> EditionHead | None:
        """What is kept for a listing date; None where nothing is."""

    def newest_heads(self, limit: int, before: date | None = None) -> Sequence[EditionHead]:
        """The newest digests' heads, newest first, at most `limit`, all of them before a date."""

    def document(self, day: date) -> tuple[Revision, bytes] | None:
        """The document that is kept for a listing date, whole; None where nothing is."""

    def listing_dates(self, paper: PaperId) -> Sequence[date]:
        """The listing dates in some edition of whose digest a paper was, newest first.

        A later edition may have dropped the paper again, so look whether it is there.
        """

    def save(self, edition: Edition) -> Outcome:
        """Keep an edition unless a newer one is kept: readers see the old one or all of the new.

        Raises StoreError where it cannot be kept.
        """


class DocumentStore(Protocol):
    """Where finished documents lie for static sites and anybody else who takes files."""

    def publish(self, path: str, content: bytes, content_type: str, revision: Revision) -> bool:
        """Put a document in its place, unless one of a newer revision is there.

        Returns whether this was done. Raises StoreError where it could not be decided.
        """
