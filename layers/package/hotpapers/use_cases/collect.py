"""Making the digest of a day."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from hotpapers.errors import InvalidInputError, StoreError, UpstreamError
from hotpapers.ports import EditionStore, PaperSource, PostSource, ReadingStore
from hotpapers.use_cases.ask import Inquiry, Mistake, Refusal, ask

logger = logging.getLogger(__name__)

Answers = Mapping[str, Reading | Refusal]
"""What the sources that were asked told, by their names."""
Wanted = Callable[[str], bool]
"""Whether a source, by its name, is to be asked."""
Readings = Mapping[str, Reading]
"""Readings by the names of their sources."""

NOT_CHOSEN = SourceReport(Status.OFF, "not in SOURCES")
NOT_ASKED_THEN = SourceReport(Status.OFF, "was not asked about this day")
NOT_ASKED_AGAIN = SourceReport(Status.FAILED, "failed, and has just failed again")

COMPLETED_FOR = timedelta(days=7)
"""For how long a digest with a source that failed is tried again: a week later hardly anybody adds
to what was said."""
MOST_COMPLETED = 2
"""How many such digests a run takes on: what is left is for the next run."""


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

    `spent` is what the sources charge for what was read (US dollars). `completed` is what the run
    did about earlier digests that lacked a source.
    """

    date: date
    collected_at: datetime
    outcome: Outcome
    papers_listed: int | None = None
    posts_read: int | None = None
    papers_hot: int | None = None
    spent: Decimal | None = None
    sources: Reports = field(default_factory=dict)
    completed: tuple["Collection", ...] = ()


@dataclass(frozen=True)
class Roster:
    """The sources of a run: those that can be asked, and why others cannot.

    `lacking` are the sources whose credential is missing or cannot be used. One that is merely
    missing means off, unless the source was asked for by name, or has told something about the day
    in an earlier run: then it failed.
    """

    asked: Sequence[PostSource]
    lacking: Mapping[str, SourceReport] = field(default_factory=dict)
    seconds: float = 120.0


@dataclass(frozen=True)
class _Day:
    """A listing date as a run finds it: its papers, and what was read about them before.

    `span` is the time of which posts are wanted; it ends with the run. `lacking` are the names of
    the sources that the digest lacks which is kept.
    """

    date: date
    span: Window
    papers: Sequence[Paper]
    kept: Readings
    lacking: tuple[str, ...]

    @property
    def time(self) -> datetime:
        """The time of the run."""
        return self.span.end

    @property
    def listed(self) -> frozenset[PaperId]:
        """The ids of the papers."""
        return frozenset(paper.id for paper in self.papers)

    def is_not_read(self, name: str) -> bool:
        """Tell whether a source is to be asked: not where a run of the same time has done it.

        It must be where its reading knows nothing of papers that were not listed when it was
        taken: arXiv's API shows some papers hours after the others.
        """
        kept = self.kept.get(name)
        if kept is None or kept.taken_at < self.time:
            return True
        return not kept.shortfall and not self.listed <= set(kept.papers)


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

        A day is not asked about whose digest is kept already as of the same time or a later one:
        a schedule delivers some events twice, and reading posts costs money. An order that names
        its day does that day alone.

        Raises InvalidInputError for an order that makes no sense, UpstreamError where arXiv does
        not answer (what was kept before stays), StoreError where the digest cannot be kept. A
        source of posts that fails is reported in the digest.
        """
        day = _listing_date(order)
        collection = self._collect_unless_kept(day, order.time)
        if order.listing_date is None:
            completed = tuple(self._complete_earlier(order.time, collection))
            collection = replace(collection, completed=completed)
        return collection

    def _collect_unless_kept(self, day: date, time: datetime) -> Collection:
        kept = self.editions.head(day)
        if kept is None or kept.collected_at < time:
            found = self._look_at(day, time, kept)
            return self._collect(found, self._ask(found, found.is_not_read))
        outcome = Outcome.UNCHANGED if kept.collected_at == time else Outcome.SUPERSEDED
        logger.info("digest is kept already", extra={"date": str(day), "outcome": outcome.value})
        return Collection(day, time, outcome)

    def _complete_earlier(self, time: datetime, newest: Collection) -> Iterator[Collection]:
        """Ask again, for the newest digests that lack them, the sources that failed.

        What was read then of the other sources stands, and is not read again. A source that
        fails in this run is not asked for further days: it would use up the time for nothing.
        """
        down = _failed(newest.sources)
        names = {source.name for source in self.roster.asked}
        tried = 0
        for head in self.editions.newest_heads(COMPLETED_FOR.days, before=newest.date):
            missing = names.intersection(head.failed) - down
            is_recent = head.date > newest.date - COMPLETED_FOR
            if not missing or not is_recent or head.collected_at >= time or tried == MOST_COMPLETED:
                continue
            tried += 1
            try:
                found = self._look_at(head.date, time, head)
                answers = self._ask(found, missing.__contains__)
            except (UpstreamError, StoreError) as error:
                extra = {"date": str(head.date), "reason": str(error)}
                logger.warning("digest stays incomplete", extra=extra)
                continue
            down |= {name for name, answer in answers.items() if isinstance(answer, Refusal)}
            # Where all fail again the digest stays as it is, with the time that it is of.
            if any(isinstance(answer, Reading) for answer in answers.values()):
                yield self._collect(found, answers)

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
        lacking = head.failed if head else ()
        return _Day(day, Window(window.start, time), papers, kept, lacking)

    def _ask(self, day: _Day, wanted: Wanted) -> Answers:
        """Ask the sources that are wanted, and keep what they tell.

        Readings are kept before the digest is: a run that is repeated after it died between the
        two finds them, and pays for no post again. Nor does one that a mistake of ours ended,
        which is raised at last.
        """
        if not day.papers:
            return {}
        sources = [source for source in self.roster.asked if wanted(source.name)]
        told = ask(sources, Inquiry(day.date, day.span, day.listed, self.roster.seconds))
        answers: dict[str, Reading | Refusal] = {}
        for name, answer in told.items():
            if isinstance(answer, Reading):
                reading = complete(answer, day.kept.get(name))
                self.readings.keep(day.date, reading)
                answers[name] = reading
            elif isinstance(answer, Refusal):
                answers[name] = answer
        for answer in told.values():
            if isinstance(answer, Mistake):
                raise answer.error
        return answers

    def _collect(self, day: _Day, answers: Answers) -> Collection:
        """Make and keep the digest that follows from what is known."""
        reports = {name: self._report(name, answers.get(name), day) for name in SOURCES}
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
            spent=_spent(answers),
            sources=reports,
        )
        logger.info("collected", extra=summarize(collection))
        return collection

    def _report(self, name: str, answer: Reading | Refusal | None, day: _Day) -> SourceReport:
        """What a digest says of a source, whose answer is None where it was not asked."""
        kept, time = day.kept.get(name), day.time
        known_at = kept.taken_at if kept else None
        if name in self.roster.lacking:
            report = self.roster.lacking[name]
            return replace(report, status=Status.FAILED, as_of=known_at) if kept else report
        if name not in {source.name for source in self.roster.asked}:
            # What a source told while it was on stays a part of the day.
            return report_on(kept, time) if kept else NOT_CHOSEN
        if isinstance(answer, Refusal):
            return SourceReport(Status.FAILED, answer.reason, as_of=known_at)
        if reading := answer or kept:
            return report_on(reading, time)
        if not day.papers:
            return SourceReport(Status.OK)
        return NOT_ASKED_AGAIN if name in day.lacking else NOT_ASKED_THEN


def _failed(reports: Reports) -> set[str]:
    return {name for name, report in reports.items() if report.status is Status.FAILED}


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
    numbers = {
        "PapersListed": collection.papers_listed,
        "PapersHot": collection.papers_hot,
        "PostsRead": _total(each.posts_read for each in done),
        "SourcesFailed": _count(reports, Status.FAILED) if reports else None,
        "SourcesPartial": _count(reports, Status.PARTIAL) if reports else None,
        "SpentUsd": _total(each.spent for each in done),
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


def _spent(answers: Answers) -> Decimal | None:
    return _total(answer.cost for answer in answers.values() if isinstance(answer, Reading))


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
        failed=digest.sources_lacking,
    )
