"""Measuring what is said about the papers of listing dates, and making their digests."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from hotpapers.documents.digest_json import sources_document, write_digest
from hotpapers.domain.calendar import Window, final_at, submission_window
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import Edition, EditionHead, Outcome
from hotpapers.domain.history import Measurement, make_measurement, with_history
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing
from hotpapers.domain.paper import Paper
from hotpapers.domain.ranking import Rules, make_digest
from hotpapers.domain.reading import Reading, complete, report_on
from hotpapers.domain.sources import SOURCES, Reports, SourceReport, Status
from hotpapers.errors import StoreError
from hotpapers.ports import EditionStore, MeasurementStore, PostSource, ReadingStore
from hotpapers.use_cases.ask import Answer, Inquiry, Mistake, Refusal, ask

logger = logging.getLogger(__name__)

NOT_CHOSEN = SourceReport(Status.OFF, "not in SOURCES")
NOT_ASKED_THEN = SourceReport(Status.OFF, "was not asked about this day")

FORBEARANCE = timedelta(days=7)
"""How long a digest that is due to be final waits for any source to answer."""


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
class Day:
    """A listing date that is to be measured: its papers, and what is kept of earlier runs.

    `refused` says of each source that was asked about the day, and told nothing, why. Of a day that
    `is_over` only those sources are asked that failed before.
    """

    listing: Listing
    papers: tuple[Paper, ...]
    readings: Mapping[str, Reading]
    head: EditionHead | None
    refused: Mapping[str, str] = field(default_factory=dict)
    is_over: bool = False

    @property
    def date(self) -> date:
        """The listing date."""
        return self.listing.date

    @property
    def listed(self) -> frozenset[PaperId]:
        """The ids of the papers."""
        return frozenset(paper.id for paper in self.papers)

    def lacks(self, source: str, time: datetime) -> bool:
        """Tell whether a source is to be asked: not where a run of the same time has done it.

        It must be where its reading knows nothing of papers that were not listed when it was taken.
        """
        kept = self.readings.get(source)
        if kept and self.is_over:
            failed = self.head.failed if self.head else ()
            return kept.taken_at < time and (kept.interrupted or source in failed)
        if kept is None or kept.taken_at < time:
            return True
        return not kept.shortfall and not self.listed <= set(kept.papers)

    def is_measured(self, time: datetime) -> bool:
        """Whether any source told something at a time."""
        return any(reading.taken_at == time for reading in self.readings.values())


@dataclass
class Troubles:
    """What could not be read or kept of a day, while the other days are seen to."""

    errors: list[StoreError] = field(default_factory=list)

    @contextmanager
    def set_aside(self, day: date) -> Iterator[None]:
        """Let a failure of the store be the trouble of one day."""
        try:
            yield
        except StoreError as error:
            extra = {"date": str(day), "reason": str(error)}
            logger.error("digest is not made", extra=extra)  # noqa: TRY400 - the reason is enough
            self.errors.append(error)

    def tell(self) -> None:
        """Raise the first failure, if there was one."""
        if self.errors:
            raise self.errors[0]


@dataclass(frozen=True)
class Draft:
    """A digest that is to be kept, and what was newly measured for it (None: nothing)."""

    day: Day
    digest: Digest
    measurement: Measurement | None

    @property
    def hot(self) -> tuple[PaperId, ...]:
        """The ids of the hot papers."""
        return tuple(entry.paper.id for entry in self.digest.papers)

    def described(self, papers: Mapping[PaperId, Paper]) -> "Draft":
        """The draft with papers as arXiv describes them now: renamed, say, or withdrawn."""
        listed = tuple(papers.get(paper.id, paper) for paper in self.day.papers)
        day = replace(self.day, papers=listed)
        ranked = tuple(
            replace(entry, paper=papers.get(entry.paper.id, entry.paper))
            for entry in self.digest.papers
        )
        return replace(self, day=day, digest=replace(self.digest, papers=ranked))


@dataclass(frozen=True)
class Collection:
    """What a run did about the digest of a day; the papers listed are None where it did nothing."""

    date: date
    outcome: Outcome
    papers_listed: int | None
    papers_hot: int
    final: bool
    sources: Reports = field(default_factory=dict)


@dataclass(frozen=True)
class Measuring:
    """All that is needed to measure. `measured` is how long after its announcement a day is."""

    roster: Roster
    editions: EditionStore
    readings: ReadingStore
    measurements: MeasurementStore
    rules: Rules
    measured: timedelta

    def ask_about(
        self, days: Sequence[Day], time: datetime, troubles: Troubles
    ) -> tuple[Sequence[Day], Mapping[str, Answer]]:
        """Ask the sources about all days at once, and keep what they tell of each.

        Gives the days with what is known of them now, and the answers. Readings are kept before any
        digest is: a run that is repeated after it died finds them, and pays for no post again. Nor
        does one that a mistake of ours ended, which is raised at last. A day whose readings cannot
        be kept is left out.
        """
        inquiries = [
            (source, inquiry)
            for source in self.roster.asked
            if (inquiry := self._inquiry(source, days, time))
        ]
        answers = ask(inquiries, self.roster.seconds)
        told = list[Day]()
        for day in days:
            with troubles.set_aside(day.date):
                told.append(self._keep(day, answers))
        for answer in answers.values():
            if isinstance(answer, Mistake):
                raise answer.error
        return told, answers

    def _inquiry(self, source: PostSource, days: Sequence[Day], time: datetime) -> Inquiry | None:
        """What a source is to be asked; None where there is nothing that it could tell."""
        earliest = source.earliest(time)
        spans = {day.date: self._span(day, time) for day in days}
        wanted = [
            day
            for day in days
            if day.papers and day.lacks(source.name, time) and spans[day.date].start >= earliest
        ]
        if not wanted:
            return None
        span = Window(
            start=min(spans[day.date].start for day in wanted),
            end=max(spans[day.date].end for day in wanted),
        )
        return Inquiry({day.date: day.listed for day in wanted}, span, time)

    def _span(self, day: Day, time: datetime) -> Window:
        """The time of which posts are wanted: none of what is said years later."""
        end = min(time, final_at(day.date, self.measured) + FORBEARANCE)
        return Window(submission_window(day.date).start, end)

    def _keep(self, day: Day, answers: Mapping[str, Answer]) -> Day:
        """Keep what was told of a day; the day with it."""
        readings, refused = dict(day.readings), {}
        for name, answer in answers.items():
            if isinstance(answer, Refusal):
                refused[name] = answer.reason
            elif not isinstance(answer, Mistake) and day.date in answer:
                readings[name] = complete(answer[day.date], day.readings.get(name))
                self.readings.keep(day.date, readings[name])
        return replace(day, readings=readings, refused=refused)

    def draft(self, day: Day, time: datetime) -> Draft | None:
        """The digest of a day as it is known now; None where there is nothing new.

        Where no source told anything the digest stays as it is, with the time that it is of.
        """
        due = final_at(day.date, self.measured)
        is_told = day.is_measured(time)
        is_final = time >= due and (is_told or time >= due + FORBEARANCE)
        if day.head and not day.head.quiet and not (is_told or is_final):
            return None
        reports = {name: self.report(name, day, time) for name in SOURCES}
        on = [name for name, report in reports.items() if report.status is not Status.OFF]
        known = [day.readings[name] for name in on if name in day.readings]
        digest = make_digest(day.date, time, day.papers, known, reports, self.rules)
        digest = replace(
            digest,
            listing=day.listing,
            published_at=first_published(day.head, time),
            final=is_final,
        )
        return Draft(day, digest, self._measurement(day, time, known) if is_told else None)

    def _measurement(self, day: Day, time: datetime, known: Sequence[Reading]) -> Measurement:
        """What was measured at a time, of the papers that were known then."""
        measurement = make_measurement(time, known, self.rules)
        return measurement if day.listing.is_settled else replace(measurement, listed=day.listed)

    def publish(self, draft: Draft) -> Collection:
        """Keep a digest, and what it newly measures."""
        day, digest = draft.day, draft.digest
        earlier = self.measurements.measurements(day.date)
        measurements = [each for each in earlier if each.time < digest.collected_at]
        if draft.measurement:
            self.measurements.keep(day.date, draft.measurement)
            measurements.append(draft.measurement)
        digest = with_history(digest, day.papers, measurements)
        outcome = self.editions.save(make_edition(digest))
        made = Collection(
            date=day.date,
            outcome=outcome,
            papers_listed=len(day.papers),
            papers_hot=len(digest.papers),
            final=digest.final,
            sources=digest.sources,
        )
        _tell(made)
        return made

    def report(self, name: str, day: Day, time: datetime) -> SourceReport:
        """What a digest of a time says of a source."""
        kept = day.readings.get(name)
        known_at = kept.taken_at if kept else None
        if name in self.roster.lacking:
            report = self.roster.lacking[name]
            return replace(report, status=Status.FAILED, as_of=known_at) if kept else report
        source = next((each for each in self.roster.asked if each.name == name), None)
        if source is None:
            # What a source told while it was on stays a part of the day.
            return report_on(kept, time) if kept else NOT_CHOSEN
        if name in day.refused:
            return SourceReport(Status.FAILED, day.refused[name], as_of=known_at)
        if kept:
            return report_on(kept, time)
        if self._span(day, time).start < source.earliest(time):
            return SourceReport(Status.OFF, f"cannot look back to {day.date}")
        return NOT_ASKED_THEN


def _tell(made: Collection) -> None:
    extra = {
        "date": str(made.date),
        "outcome": made.outcome.value,
        "papers_listed": made.papers_listed,
        "papers_hot": made.papers_hot,
        "final": made.final,
        "sources": sources_document(made.sources),
    }
    logger.info("digest made", extra=extra)


def make_quiet(listing: Listing, head: EditionHead | None) -> Digest:
    """The digest of a day without an announcement."""
    return Digest(
        date=listing.date,
        collected_at=listing.found_at,
        papers=(),
        listing=listing,
        published_at=first_published(head, listing.found_at),
        final=listing.is_settled,
    )


def make_edition(digest: Digest) -> Edition:
    """The edition in which a digest is kept."""
    return Edition(
        date=digest.date,
        collected_at=digest.collected_at,
        papers=tuple(entry.paper.id for entry in digest.papers),
        document=write_digest(digest),
        failed=digest.sources_lacking,
        quiet=digest.is_quiet,
        final=digest.final,
        published_at=digest.first_published_at,
    )


def first_published(head: EditionHead | None, time: datetime) -> datetime:
    """When a digest that is made at a time first appeared."""
    if head is None or head.quiet:
        return time
    return min(head.published_at or head.collected_at, time)
