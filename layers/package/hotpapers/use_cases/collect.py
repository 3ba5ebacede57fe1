"""Making the digest of a day."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from hotpapers.documents.digest_json import Document, sources_document, write_digest, write_time
from hotpapers.domain.calendar import (
    NotAListingDateError,
    Window,
    announced_at,
    newest_due,
    submission_window,
)
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import Edition, EditionHead, Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.domain.ranking import Rules, make_digest
from hotpapers.domain.reading import Reading, complete, report_on
from hotpapers.domain.sources import SOURCES, Reports, SourceReport, Status
from hotpapers.errors import InvalidInputError, UpstreamError
from hotpapers.ports import EditionStore, PaperSource, PostSource, ReadingStore
from hotpapers.use_cases.ask import Inquiry, Refusal, ask

logger = logging.getLogger(__name__)

Answers = Mapping[str, Reading | Refusal]
"""What the sources that were asked told, by their names."""
Readings = Mapping[str, Reading]
"""Readings by the names of their sources."""

NOT_CHOSEN = SourceReport(Status.OFF, "not in SOURCES")

COMPLETED_FOR = timedelta(days=7)
"""For how long a digest with a source that failed is tried again: X's cheap search reaches as far
back, and a week later hardly anybody adds to what was said."""
MOST_COMPLETED = 2
"""How many such digests a run takes on, so that it stays within its time after a long outage."""


@dataclass(frozen=True)
class CollectionOrder:
    """Which digest is to be made: of the newest date that is due, unless one is named.

    `time` (UTC, whole seconds) is the time of the run. It stands for now everywhere, so that the
    same order gives the same digest whenever it is carried out.
    """

    time: datetime
    listing_date: date | None = None


@dataclass(frozen=True)
class Collection:
    """What a run did. The numbers are None where nothing was asked for.

    `completed` is what the run did about earlier digests that lacked a source.
    """

    date: date
    collected_at: datetime
    outcome: Outcome
    papers_listed: int | None = None
    posts_read: int | None = None
    papers_hot: int | None = None
    sources: Reports = field(default_factory=dict)
    completed: tuple["Collection", ...] = ()


@dataclass(frozen=True)
class Roster:
    """The sources of a run: those that can be asked, and why others cannot.

    `lacking` are the sources without a credential, which are off, unless they were asked for by
    name or have been asked about a day before: then their numbers are missing, and they failed.
    """

    asked: Sequence[PostSource]
    lacking: Mapping[str, SourceReport] = field(default_factory=dict)
    seconds: float = 120.0


@dataclass(frozen=True)
class _Day:
    """A listing date as a run finds it: its papers, and what was read about them before.

    `span` is the time of which posts are wanted; it ends with the run.
    """

    date: date
    span: Window
    papers: Sequence[Paper]
    kept: Readings

    @property
    def time(self) -> datetime:
        """The time of the run."""
        return self.span.end


@dataclass(frozen=True)
class Collector:
    """All that a run needs."""

    papers: PaperSource
    roster: Roster
    editions: EditionStore
    readings: ReadingStore
    rules: Rules

    def collect(self, order: CollectionOrder) -> Collection:
        """Make and keep the digest of a day, and complete earlier ones that lack a source.

        Nothing is asked where the digest is kept already as of the same time or a later one: a
        schedule delivers some events twice, and reading posts costs money. An order that names
        its day does that day alone.

        Raises InvalidInputError for an order that makes no sense, UpstreamError where arXiv does
        not answer (what was kept before stays), StoreError where the digest cannot be kept. A
        source of posts that fails is reported in the digest.
        """
        day = _listing_date(order)
        collection = self._collect_unless_kept(day, order.time)
        if order.listing_date is None:
            completed = tuple(self._complete_earlier(order.time, day))
            collection = replace(collection, completed=completed)
        return collection

    def _collect_unless_kept(self, day: date, time: datetime) -> Collection:
        kept = self.editions.head(day)
        if kept is None or kept.collected_at < time:
            found = self._look_at(day, time, kept)
            return self._collect(found, self._ask(found, since=time))
        outcome = Outcome.UNCHANGED if kept.collected_at == time else Outcome.SUPERSEDED
        logger.info("digest is kept already", extra={"date": str(day), "outcome": outcome.value})
        return Collection(day, time, outcome)

    def _complete_earlier(self, time: datetime, newest: date) -> Iterator[Collection]:
        """Ask again the sources that failed, for the newest digests that lack them.

        What was read then of the other sources stands, and is not read again.
        """
        names = {source.name for source in self.roster.asked}
        heads = [
            head
            for head in self.editions.newest_heads(COMPLETED_FOR.days, before=newest)
            if head.date > newest - COMPLETED_FOR
            and head.collected_at < time
            and not names.isdisjoint(head.failed)
        ]
        for head in heads[:MOST_COMPLETED]:
            try:
                found = self._look_at(head.date, time, head)
                answers = self._ask(found, since=head.collected_at)
                # Where they fail again the digest stays as it is, with the time that it is of.
                if any(isinstance(answer, Reading) for answer in answers.values()):
                    yield self._collect(found, answers)
            except UpstreamError as error:
                extra = {"date": str(head.date), "reason": str(error)}
                logger.warning("digest stays incomplete", extra=extra)

    def _look_at(self, day: date, time: datetime, head: EditionHead | None) -> _Day:
        """What arXiv lists on a day, and what is kept of it.

        Raises UpstreamError where arXiv does not answer, or has lost the papers that it had.
        """
        window = submission_window(day)
        logger.info("collecting", extra={"date": str(day), "time": time.isoformat()})
        papers = self.papers.papers_submitted(window)
        if not papers and head is not None and head.papers:
            raise UpstreamError("arXiv", f"lists no papers of {day}, and listed some before")
        # On a day without papers there is nothing that a post could be about, and posts cost money.
        kept = self.readings.readings(day) if papers else {}
        return _Day(day, Window(window.start, time), papers, kept)

    def _ask(self, day: _Day, since: datetime) -> Answers:
        """Ask the sources without a reading since a time, and keep what they tell.

        Readings are kept before the digest is: a run that is repeated after it died between the
        two finds them, and pays for no post again.
        """
        if not day.papers:
            return {}
        listed = {paper.id for paper in day.papers}
        sources = [
            source
            for source in self.roster.asked
            if not _is_fresh(day.kept.get(source.name), listed, since)
        ]
        inquiry = Inquiry(day.date, day.span, listed, self.roster.seconds)
        answers: dict[str, Reading | Refusal] = {}
        for name, answer in ask(sources, inquiry).items():
            if isinstance(answer, Reading):
                answer = complete(answer, day.kept.get(name))  # noqa: PLW2901
                self.readings.keep(day.date, answer)
            answers[name] = answer
        return answers

    def _collect(self, day: _Day, answers: Answers) -> Collection:
        """Make and keep the digest that follows from what is known."""
        reports = {
            name: self._report(name, answers.get(name), day.kept.get(name), day.time)
            for name in SOURCES
        }
        readings = _known(reports, answers, day.kept)
        digest = make_digest(day.date, day.time, day.papers, readings, reports, self.rules)
        outcome = self.editions.save(_edition(digest))
        collection = Collection(
            date=day.date,
            collected_at=day.time,
            outcome=outcome,
            papers_listed=len(day.papers),
            posts_read=_posts_read(answers) if day.papers else None,
            papers_hot=len(digest.papers),
            sources=reports,
        )
        logger.info("collected", extra=summarize(collection))
        return collection

    def _report(
        self, name: str, answer: Reading | Refusal | None, kept: Reading | None, time: datetime
    ) -> SourceReport:
        """What a digest says of a source; None stands for what there is not."""
        known_at = kept.taken_at if kept else None
        if name in self.roster.lacking:
            report = self.roster.lacking[name]
            return replace(report, status=Status.FAILED, as_of=known_at) if kept else report
        if name not in {source.name for source in self.roster.asked}:
            return NOT_CHOSEN
        if isinstance(answer, Refusal):
            return SourceReport(Status.FAILED, answer.reason, known_at)
        reading = answer or kept
        return report_on(reading, time) if reading else SourceReport(Status.OK)


def _is_fresh(kept: Reading | None, listed: Set[PaperId], since: datetime) -> bool:
    """Tell whether a kept reading need not be taken anew.

    It must where it is too old, or knows nothing of papers that were not listed when it was
    taken: arXiv's API shows some papers hours after the others.
    """
    if kept is None or kept.taken_at < since:
        return False
    return bool(kept.shortfall) or listed <= set(kept.papers)


def summarize(collection: Collection) -> Document:
    """What a run did as JSON values, for its log and for whoever started it."""
    summary: Document = {
        "date": collection.date.isoformat(),
        "collected_at": write_time(collection.collected_at),
        "outcome": collection.outcome.value,
        "papers_listed": collection.papers_listed,
        "posts_read": collection.posts_read,
        "papers_hot": collection.papers_hot,
        "sources": sources_document(collection.sources),
    }
    if collection.completed:
        summary["completed"] = [summarize(each) for each in collection.completed]
    return summary


def measure(collection: Collection) -> Mapping[str, float]:
    """The numbers of a run by the names of their metrics.

    Those of earlier digests that it completed are added. A number that is not known is absent.
    """
    done = (collection, *collection.completed)
    reports = [report for each in done for report in each.sources.values()]
    spent = [report.cost for report in reports if report.cost is not None and not report.as_of]
    numbers = {
        "PapersListed": collection.papers_listed,
        "PapersHot": collection.papers_hot,
        "PostsRead": _total(each.posts_read for each in done),
        "SourcesFailed": _count(reports, Status.FAILED) if reports else None,
        "SourcesPartial": _count(reports, Status.PARTIAL) if reports else None,
        "SpentUsd": _total(spent),
        "DigestsCompleted": len(collection.completed),
    }
    return {name: float(number) for name, number in numbers.items() if number is not None}


def _total(numbers: Iterable[int | Decimal | None]) -> Decimal | None:
    known = [Decimal(number) for number in numbers if number is not None]
    return sum(known, Decimal(0)) if known else None


def _count(reports: Sequence[SourceReport], status: Status) -> int:
    return sum(report.status is status for report in reports)


def _known(reports: Reports, answers: Answers, kept: Readings) -> Sequence[Reading]:
    """The readings that a digest is made of: the new ones, and kept ones where there is no new."""
    found = []
    for name, report in reports.items():
        answer = answers.get(name)
        reading = answer if isinstance(answer, Reading) else kept.get(name)
        if reading is not None and report.status is not Status.OFF:
            found.append(reading)
    return found


def _posts_read(answers: Answers) -> int:
    return sum(answer.entries for answer in answers.values() if isinstance(answer, Reading))


def _listing_date(order: CollectionOrder) -> date:
    day = order.listing_date
    if day is None:
        return newest_due(order.time)
    try:
        announced = announced_at(day)
    except NotAListingDateError as error:
        raise InvalidInputError("date", str(error)) from error
    if order.time < announced:
        reason = f"the papers of {day} are announced at {announced:%Y-%m-%dT%H:%M:%SZ}, not before"
        raise InvalidInputError("time", reason)
    return day


def _edition(digest: Digest) -> Edition:
    return Edition(
        date=digest.date,
        collected_at=digest.collected_at,
        papers=tuple(entry.paper.id for entry in digest.papers),
        document=write_digest(digest),
        failed=digest.sources_failed,
    )
