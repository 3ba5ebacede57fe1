"""What the tests put in the place of the world: clocks, stores and sources in memory.

The stores and sources pass the same contract tests as the adapters (tests/contract).
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from heapq import nlargest

from hotpapers.adapters.pace import Time
from hotpapers.documents.card_json import read_card, write_card
from hotpapers.documents.listing_json import (
    read_listing,
    read_papers,
    write_listing,
    write_papers,
)
from hotpapers.documents.measurement_json import read_measurement, write_measurement
from hotpapers.documents.reading_json import read_reading, write_reading
from hotpapers.domain.calendar import Window, listing_date_of
from hotpapers.domain.card import Card, Position
from hotpapers.domain.edition import (
    Edition,
    EditionHead,
    Outcome,
    Revision,
    compare_revisions,
    revision,
)
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import (
    AnnouncedPaper,
    Announcement,
    Kind,
    Listing,
    Notice,
    supersedes,
)
from hotpapers.domain.packing import Packed, pack
from hotpapers.domain.page import Page, PageMark
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.reading import PostPage, Reading
from hotpapers.domain.terms import Term, paper_terms


class Clock:
    """A clock that only sleeping moves; `pauses` are the seconds slept, in turn."""

    def __init__(self, start: datetime = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)) -> None:
        self.pauses: list[float] = []
        self._start = start
        self._passed = 0.0

    @property
    def time(self) -> Time:
        """The clock as the adapters take it."""
        return Time(sleep=self.sleep, monotonic=lambda: self._passed, now=self.now)

    def sleep(self, seconds: float) -> None:
        """Sleep, in no time."""
        self.pauses.append(seconds)
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        """Let time go by that nobody slept."""
        self._passed += seconds

    def now(self) -> datetime:
        """The time of day."""
        return self._start + timedelta(seconds=self._passed)


class Log(logging.Handler):
    """Keeps the log's records."""

    OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, once: it comes by way of each logger that this handler is added to."""
        # Threads log at the same time, so it need not be the last one.
        if not any(kept is record for kept in self.records[-50:]):
            self.records.append(record)

    def of(self, message: str) -> list[dict[str, object]]:
        """What was said with a message of our package, in the order of the records."""
        return [
            {name: value for name, value in vars(record).items() if name not in self.OWN}
            for record in self.records
            if record.name.startswith("hotpapers") and record.getMessage() == message
        ]

    def text(self) -> str:
        """All that the records say, in one text."""
        return "\n".join(repr(vars(record)) + record.getMessage() for record in self.records)


class MemoryEditions:
    """An EditionStore."""

    def __init__(self) -> None:
        self._editions: dict[date, Edition] = {}
        self._days: defaultdict[PaperId, set[date]] = defaultdict(set)

    def head(self, day: date) -> EditionHead | None:
        edition = self._editions.get(day)
        return _head(edition) if edition else None

    def newest_heads(self, limit: int, before: date | None = None) -> Sequence[EditionHead]:
        days = sorted(self._editions, reverse=True)
        wanted = [day for day in days if before is None or day < before]
        return [_head(self._editions[day]) for day in wanted[:limit]]

    def heads(self, first: date, last: date) -> Sequence[EditionHead]:
        return [
            _head(self._editions[day]) for day in sorted(self._editions) if first <= day <= last
        ]

    def first_date(self) -> date | None:
        return min(self._editions, default=None)

    def document(self, day: date) -> tuple[Revision, bytes] | None:
        edition = self._editions.get(day)
        return (edition.revision, edition.document) if edition else None

    def packed_document(self, day: date) -> tuple[Revision, Packed] | None:
        kept = self.document(day)
        return (kept[0], pack(kept[1])) if kept else None

    def listing_dates(self, paper: PaperId) -> Sequence[date]:
        return sorted(self._days[paper], reverse=True)

    def save(self, edition: Edition) -> Outcome:
        kept = self._editions.get(edition.date)
        outcome = compare_revisions(edition.revision, kept.revision if kept else None)
        if outcome is Outcome.SAVED:
            self._editions[edition.date] = edition
            for paper in edition.papers:
                self._days[paper].add(edition.date)
        return outcome


class MemoryRoundups:
    """A RoundupStore; `kept` are the roundups' revisions and documents, by their names."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Revision, bytes]] = {}

    def revision(self, name: str) -> Revision | None:
        kept = self.kept.get(name)
        return kept[0] if kept else None

    def document(self, name: str) -> tuple[Revision, bytes] | None:
        return self.kept.get(name)

    def packed_document(self, name: str) -> tuple[Revision, Packed] | None:
        kept = self.kept.get(name)
        return (kept[0], pack(kept[1])) if kept else None

    def save(self, name: str, revision: Revision, document: bytes) -> Outcome:
        kept = self.kept.get(name)
        outcome = compare_revisions(revision, kept[0] if kept else None)
        if outcome is Outcome.SAVED:
            self.kept[name] = (revision, document)
        return outcome


def _head(edition: Edition) -> EditionHead:
    return EditionHead(
        date=edition.date,
        collected_at=edition.collected_at,
        revision=edition.revision,
        papers=len(edition.papers),
        failed=edition.failed,
        quiet=edition.quiet,
        final=edition.final,
        published_at=edition.published_at,
    )


@dataclass(frozen=True)
class Document:
    """A document that was published."""

    content: bytes
    content_type: str
    revision: Revision


@dataclass
class MemoryDocuments:
    """A DocumentStore; `published` are the documents by their paths."""

    published: dict[str, Document] = field(default_factory=dict)

    def publish(self, path: str, content: bytes, content_type: str, revision: Revision) -> bool:
        kept = self.published.get(path)
        if kept is not None and kept.revision >= revision:
            return False
        self.published[path] = Document(content, content_type, revision)
        return True

    def replace(self, path: str, content: bytes, content_type: str, revision: Revision) -> bool:
        return path in self.published and self.publish(path, content, content_type, revision)


@dataclass
class MemoryPages:
    """A PageStore; `kept` are the pages by their paths."""

    kept: dict[str, Page] = field(default_factory=dict)

    def page(self, path: str) -> Page | None:
        return self.kept.get(path)

    def mark(self, path: str) -> PageMark | None:
        kept = self.kept.get(path)
        # As S3 has it, a version is a hash of what lies there.
        return PageMark(kept.made_of, sha256(kept.content.content).hexdigest()) if kept else None

    def put(self, path: str, page: Page, replaced: PageMark | None) -> bool:
        if self.mark(path) != replaced:
            return False
        self.kept[path] = page
        return True


class MemoryPapers:
    """A PaperSource: an arXiv that announces each paper by the calendar, unless told otherwise.

    `announcements` are what it announced, by date; up to `today` they are shown, or all of them.
    Its feed is that of `today`, its listing page of the newest announcement, unless `shown_feed`
    and `shown_notice` are set.
    `failures` are what it raises, by the names of its methods; an `error` is raised by all of them.
    `asked` are the windows that it was asked for, `questions` all calls in turn, with their
    arguments.
    """

    def __init__(
        self,
        papers: Iterable[Paper] = (),
        error: Exception | None = None,
        *,
        announcements: Iterable[Announcement] | None = None,
        today: date | None = None,
    ) -> None:
        self.papers = {paper.id: paper for paper in papers}
        announced = self._by_the_calendar() if announcements is None else announcements
        self.announcements = {each.date: each for each in announced}
        self.today = today
        self.shown_feed: Announcement | None = None
        self.shown_notice: Notice | None = None
        self.failures: dict[str, Exception] = {}
        self.asked: list[Window] = []
        self.questions: list[tuple[object, ...]] = []
        self._error = error

    def papers_submitted(self, window: Window) -> Sequence[Paper]:
        self.asked.append(window)
        self._take("papers_submitted", window)
        return [paper for paper in self.papers.values() if _is_within(paper, window)]

    def papers_named(self, papers: Collection[PaperId]) -> Sequence[Paper]:
        self._take("papers_named", *papers)
        return [self.papers[paper] for paper in papers if paper in self.papers]

    def feed(self) -> Announcement:
        self._take("feed")
        shown = self.shown_feed or self._announced(self.today or self._newest())
        return replace(shown, is_followed=False)

    def notice(self) -> Notice:
        self._take("notice")
        shown = self._announced(self._newest())
        new = sum(entry.kind is Kind.NEW for entry in shown.entries)
        return self.shown_notice or Notice(shown.date, new)

    def announcement(self, day: date) -> Announcement:
        self._take("announcement", day)
        return self._announced(day)

    def announce(self, day: date, papers: Iterable[Paper], kind: Kind = Kind.NEW) -> None:
        """Announce papers on a day, beside what is announced on it already; know them from now on.

        With no papers the day has an empty announcement, which is none.
        """
        told = [*papers]
        self.papers |= {paper.id: paper for paper in told}
        before = self.announcements.get(day, Announcement(day, ()))
        entries = (*before.entries, *(AnnouncedPaper(paper, kind) for paper in told))
        self.announcements[day] = replace(before, entries=entries)

    def _take(self, question: str, *arguments: object) -> None:
        self.questions.append((question, *arguments))
        error = self._error or self.failures.get(question)
        if error:
            raise error

    def _announced(self, day: date) -> Announcement:
        found = self.announcements.get(day, Announcement(day, ()))
        later = (each for each in self._shown() if each > day)
        return replace(found, is_followed=found.is_followed or any(later))

    def _newest(self) -> date:
        return max(self._shown(), default=date(1991, 8, 14))

    def _shown(self) -> Sequence[date]:
        """The days that have an announcement, up to today."""
        return [
            day
            for day, announcement in self.announcements.items()
            if announcement.entries and (self.today is None or day <= self.today)
        ]

    def _by_the_calendar(self) -> Sequence[Announcement]:
        days: defaultdict[date, list[AnnouncedPaper]] = defaultdict(list)
        for paper in self.papers.values():
            if paper.submitted_at is not None:
                entry = AnnouncedPaper(paper, Kind.NEW, 1)
                days[listing_date_of(paper.submitted_at)].append(entry)
        return [Announcement(day, tuple(entries)) for day, entries in days.items()]


def _is_within(paper: Paper, window: Window) -> bool:
    return paper.submitted_at is not None and paper.submitted_at in window


class MemoryReadings:
    """A ReadingStore."""

    def __init__(self) -> None:
        self._readings: defaultdict[date, dict[str, Reading]] = defaultdict(dict)

    def readings(self, day: date) -> Mapping[str, Reading]:
        return dict(self._readings[day])

    def keep(self, day: date, reading: Reading) -> bool:
        kept = self._readings[day].get(reading.source)
        if kept is not None and _revision(kept) >= _revision(reading):
            return False
        # By way of its document, as any store has it.
        self._readings[day][reading.source] = read_reading(write_reading(reading))
        return True


def _revision(reading: Reading) -> Revision:
    return revision(reading.taken_at, write_reading(reading))


class MemoryListings:
    """A ListingStore. What it keeps goes by way of its document, as any store has it."""

    def __init__(self) -> None:
        self._listings: dict[date, Listing] = {}
        self._papers: dict[date, Sequence[Paper]] = {}
        self._places: dict[PaperId, date] = {}

    def listings(self, first: date, last: date) -> Mapping[date, Listing]:
        return {day: self._listings[day] for day in sorted(self._listings) if first <= day <= last}

    def papers(self, day: date) -> Sequence[Paper]:
        return self._papers.get(day, ())

    def claim(self, day: date, papers: Collection[PaperId]) -> Mapping[PaperId, date]:
        claimed = {paper: self._places.setdefault(paper, day) for paper in papers}
        return {paper: listed for paper, listed in claimed.items() if listed != day}

    def place(self, paper: PaperId) -> tuple[date, Paper] | None:
        day = self._places.get(paper)
        papers = {each.id: each for each in self._papers.get(day, ())} if day else {}
        return (day, papers[paper]) if day and paper in papers else None

    def keep(self, listing: Listing, papers: Sequence[Paper] | None = None) -> bool:
        if not supersedes(listing, self._listings.get(listing.date)):
            return False
        self._listings[listing.date] = read_listing(write_listing(listing))
        if papers is not None:
            self._papers[listing.date] = read_papers(write_papers(papers))
        return True


class MemoryMeasurements:
    """A MeasurementStore. What it keeps goes by way of its document, as any store has it."""

    def __init__(self) -> None:
        self._measurements: defaultdict[date, dict[datetime, Measurement]] = defaultdict(dict)

    def measurements(self, day: date) -> Sequence[Measurement]:
        return [kept for _, kept in sorted(self._measurements[day].items())]

    def keep(self, day: date, measurement: Measurement) -> None:
        kept = read_measurement(write_measurement(measurement))
        self._measurements[day].setdefault(measurement.time, kept)


class MemoryCatalogue:
    """A CatalogueStore. What it keeps goes by way of its document, as any store has it.

    `queries` and `batches` count how often it was asked in which way.
    """

    def __init__(self) -> None:
        self.queries = 0
        self.batches = 0
        self._revisions: dict[date, Revision] = {}
        self._cards: dict[Position, Card] = {}
        self._days: defaultdict[date, list[Card]] = defaultdict(list)
        self._terms: defaultdict[Term, set[Position]] = defaultdict(set)

    def newest(self, limit: int, after: Position | None = None) -> Sequence[Card]:
        self.queries += 1
        return [self._cards[place] for place in _newest(self._cards, limit, after)]

    def positions(
        self, term: Term, limit: int, after: Position | None = None
    ) -> Sequence[Position]:
        self.queries += 1
        return _newest(self._terms.get(term, ()), limit, after)

    def cards(self, positions: Collection[Position]) -> Sequence[Card]:
        if len(set(positions)) > 100:
            raise ValueError(f"{len(set(positions))} cards are asked for at once")
        self.batches += 1
        return [
            self._cards[place]
            for place in sorted({*positions}, reverse=True)
            if place in self._cards
        ]

    def file(self, day: date, revision: Revision, cards: Sequence[Card]) -> None:
        if self._revisions.get(day, "") > revision:
            return
        self._revisions[day] = revision
        for card in self._days.pop(day, ()):
            del self._cards[card.position]
            for term in paper_terms(card.entry.paper):
                self._terms[term].discard(card.position)
        for card in cards:
            kept = read_card(write_card(card))
            self._cards[card.position] = kept
            self._days[day].append(kept)
            for term in paper_terms(card.entry.paper):
                self._terms[term].add(card.position)


def _newest(places: Iterable[Position], limit: int, after: Position | None) -> list[Position]:
    wanted = (place for place in places if after is None or place < after)
    return nlargest(limit, wanted)


class MemoryPosts:
    """A PostSource; `asked` are the spans that it was asked for.

    It gives its posts in pages of `page_size`, and fails after them where it is told to. `cost` is
    what it charges for a post, `reach` how far it looks back (None: over everything).
    """

    def __init__(
        self,
        posts: Iterable[Post] = (),
        error: Exception | None = None,
        *,
        name: str = "x",
        page_size: int = 100,
        cost: Decimal | None = None,
        reach: timedelta | None = None,
    ) -> None:
        self.name = name
        self.asked: list[Window] = []
        self._posts = list(posts)
        self._error = error
        self._page_size = page_size
        self._cost = cost
        self._reach = reach

    def earliest(self, time: datetime) -> datetime:
        return datetime(1991, 8, 14, tzinfo=UTC) if self._reach is None else time - self._reach

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        self.asked.append(span)
        found = [post for post in self._posts if post.created_at in span and post.papers]
        for start in range(0, len(found), self._page_size):
            posts = tuple(found[start : start + self._page_size])
            cost = None if self._cost is None else self._cost * len(posts)
            yield PostPage(posts, len(posts), cost)
        if self._error:
            raise self._error
        if not found:
            yield PostPage((), 0, None if self._cost is None else Decimal(0))
