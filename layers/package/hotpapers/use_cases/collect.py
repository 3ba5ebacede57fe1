"""A run: taking in what arXiv announced, measuring what is said of it, making the digests.

A digest first appears a day after its papers are announced, and every run makes it again until it
is a week old. All its days are asked about at once, and arXiv's days that were missed are made up
for, the oldest first.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from hotpapers.domain.calendar import (
    NotAListingDateError,
    announced_at,
    due_at,
    listing_dates,
    new_york_date,
    newest_due,
)
from hotpapers.domain.edition import EditionHead, Outcome
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.ranking import Rules
from hotpapers.domain.reading import Reading
from hotpapers.domain.sources import SOURCES
from hotpapers.errors import InvalidInputError, UpstreamError
from hotpapers.ports import (
    EditionStore,
    ListingStore,
    MeasurementStore,
    PaperSource,
    ReadingStore,
)
from hotpapers.use_cases.ask import Answer
from hotpapers.use_cases.lateness import listings_overdue, sources_down
from hotpapers.use_cases.measure import (
    Collection,
    Day,
    Draft,
    Measuring,
    Roster,
    Troubles,
    make_edition,
    make_quiet,
)
from hotpapers.use_cases.take_in import Intake

logger = logging.getLogger(__name__)

Listings = Mapping[date, Listing]
"""How listing dates stand, by their dates."""

LOOKED_BACK = timedelta(days=60)
"""How far back a run looks for days that earlier runs missed."""
MOST_TAKEN_IN = 5
"""How many listing dates a run takes in; what is left is for the next one. Each takes arXiv up to
half a minute, and a run has a quarter of an hour."""
MOST_MEASURED = 10
"""How many listing dates a run measures. There are six where no run was missed."""
MOST_DESCRIBED = 400
"""How many hot papers arXiv is asked about again: two questions."""
RECHECKED = timedelta(days=7)
"""For how long it is tried to find out better how a day stands that is known, but not for sure."""


@dataclass(frozen=True)
class CollectionOrder:
    """Which digests are to be made: all that are due, or the one of the listing date named.

    `time` (UTC, whole seconds) is the time of the run. It stands for now everywhere, so that the
    same order gives the same digests whenever it is carried out. A backfill leaves digests alone
    that are final; where one lacks a source that failed, only that source is asked again.
    """

    time: datetime
    listing_date: date | None = None
    is_backfill: bool = False


@dataclass(frozen=True)
class Terms:
    """When digests are made: from `settling` after their announcement, until `measured` after it.

    `categories` are the patterns of the categories whose papers are taken.
    """

    categories: Sequence[str]
    settling: timedelta = timedelta(days=1)
    measured: timedelta = timedelta(days=7)


@dataclass(frozen=True)
class Run:
    """What a run did: the listings that it looked for, and the digests that it made, oldest first.

    `posts_read` is None where no source told anything, `spent` (US dollars) where none charges.
    `overdue` are the listing dates of which nobody knows how they stand, and should, and `down` the
    sources that have failed for days; None where the order was to look at one day only, or there
    was nothing to measure.
    """

    order: CollectionOrder
    listings: tuple[Listing, ...] = ()
    digests: tuple[Collection, ...] = ()
    posts_read: int | None = None
    spent: Decimal | None = None
    overdue: tuple[date, ...] | None = None
    down: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Stores:
    """Where everything is kept."""

    editions: EditionStore
    readings: ReadingStore
    listings: ListingStore
    measurements: MeasurementStore


@dataclass(frozen=True)
class Collector:
    """All that a run needs."""

    papers: PaperSource
    roster: Roster
    stores: Stores
    rules: Rules
    terms: Terms

    def collect(self, order: CollectionOrder) -> Run:
        """Take in listings, and make and keep the digests that are due.

        Digests that are kept already as of the same time or a later one are left alone: a schedule
        delivers some events twice, and reading posts costs money.

        Raises InvalidInputError for an order that makes no sense. Where a day cannot be read or
        kept, StoreError is raised once the other days are done, and UpstreamError where arXiv could
        not be asked. A source of posts that fails is reported in the digests.
        """
        day = order.listing_date
        if day is None:
            run = self._collect_due(order)
        else:
            _require_sense(order, day)
            run = self._collect_day(order, day)
        for listing in run.listings:
            if listing.state is ListingState.FAILED:
                raise UpstreamError("arXiv", listing.why.removeprefix("arXiv: "))
        return run

    def _collect_due(self, order: CollectionOrder) -> Run:
        today = new_york_date(order.time)
        first = today - LOOKED_BACK
        kept = dict(self.stores.listings.listings(first, today))
        looked = self._take_in(self._wanted(kept, order.time), order.time, kept)
        heads = {head.date: head for head in self.stores.editions.heads(first, today)}
        due = [day for day in sorted(kept) if self._is_due(kept[day], heads.get(day), order.time)]
        listings = [kept[day] for day in due[-MOST_MEASURED:]]
        run = self._make(order, looked, listings, heads)
        run = replace(run, overdue=listings_overdue(kept, order.time))
        _warn_of_lateness(run)
        return run

    def _collect_day(self, order: CollectionOrder, day: date) -> Run:
        head = self.stores.editions.head(day)
        if head and (head.collected_at >= order.time or _is_filled(order, head)):
            return Run(order, digests=(_leave(head, order.time),))
        before = day - RECHECKED
        kept = dict(self.stores.listings.listings(before, day))
        is_known = day in kept and kept[day].is_settled
        looked = self._take_in([] if is_known else [day], order.time, kept)
        heads = {day: head} if head else {}
        return self._make(order, looked, [kept[day]], heads)

    def _wanted(self, kept: Listings, time: datetime) -> Sequence[date]:
        """The listing dates that are to be taken in, oldest first.

        From the first day that is kept on; a new archive begins with the newest day that is due.
        For an event from before the archive there is nothing: it must not begin anew there.
        """
        today = new_york_date(time)
        if not kept and self._begins_after(today):
            return []
        first = min(kept, default=newest_due(time, self.terms.settling))
        days = [day for day in listing_dates(first, today) if announced_at(day) <= time]
        wanted = [day for day in days if _is_open(day, kept.get(day), time)]
        # The newest is not held up by old ones that nothing can be found out of.
        return (
            wanted if len(wanted) <= MOST_TAKEN_IN else [*wanted[: MOST_TAKEN_IN - 1], wanted[-1]]
        )

    def _begins_after(self, day: date) -> bool:
        begins = self.stores.editions.first_date()
        return begins is not None and begins > day

    def _take_in(
        self, days: Sequence[date], time: datetime, kept: dict[date, Listing]
    ) -> tuple[Listing, ...]:
        """Take in listings, and put them among those that are kept."""
        intake = Intake(self.papers, self.stores.listings, self.terms.categories)
        for day in days:
            kept[day] = intake.take_in(day, time, kept)
        return tuple(kept[day] for day in days)

    def _is_due(self, listing: Listing, head: EditionHead | None, time: datetime) -> bool:
        """Whether the digest of a listing date is to be made."""
        if head and head.collected_at >= time:
            return False
        match listing.state:
            case ListingState.QUIET:
                return head is None or (head.quiet and not head.final and listing.is_settled)
            case ListingState.FRESH:
                is_over = head is not None and head.final and not head.quiet
                return not is_over and due_at(listing.date, self.terms.settling) <= time
            case _:
                return False

    def _make(
        self,
        order: CollectionOrder,
        looked: tuple[Listing, ...],
        listings: Sequence[Listing],
        heads: Mapping[date, EditionHead],
    ) -> Run:
        """Measure the listing dates that have papers, and make all their digests, oldest first."""
        measuring = self._measuring()
        troubles = Troubles()
        days, made = list[Day](), list[Collection]()
        for listing in listings:
            with troubles.set_aside(listing.date):
                if listing.state is ListingState.FRESH:
                    days.append(self._day(order, listing, heads.get(listing.date)))
                elif listing.state is ListingState.QUIET:
                    made.append(self._make_quiet(listing, heads.get(listing.date)))
        told, answers = measuring.ask_about(days, order.time, troubles)
        drafts = [draft for day in told if (draft := measuring.draft(day, order.time))]
        for old, draft in zip(drafts, self._described(drafts), strict=True):
            with troubles.set_aside(draft.day.date):
                self._keep_descriptions(old.day, draft.day, order.time)
                made.append(measuring.publish(draft))
        troubles.tell()
        return Run(
            order=order,
            listings=looked,
            digests=tuple(sorted(made, key=lambda collection: collection.date)),
            posts_read=_posts_read(answers),
            spent=_spent(answers),
            down=None if order.listing_date else sources_down(told, order.time, measuring.report),
        )

    def _described(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """The drafts with their hot papers as arXiv describes them now."""
        hot = [paper for draft in drafts for paper in draft.hot][:MOST_DESCRIBED]
        try:
            now = {each.id: each for each in self.papers.papers_named(hot)} if hot else {}
        except UpstreamError as error:
            logger.warning("papers stay described as they were", extra={"reason": error.reason})
            return drafts
        return [draft.described(now) for draft in drafts]

    def _keep_descriptions(self, old: Day, new: Day, time: datetime) -> None:
        """Keep how a day's papers are described now."""
        if new.papers != old.papers:
            self.stores.listings.keep(replace(new.listing, found_at=time), new.papers)

    def _measuring(self) -> Measuring:
        stores = self.stores
        return Measuring(
            self.roster,
            stores.editions,
            stores.readings,
            stores.measurements,
            self.rules,
            self.terms.measured,
        )

    def _day(self, order: CollectionOrder, listing: Listing, head: EditionHead | None) -> Day:
        return Day(
            listing=listing,
            papers=tuple(self.stores.listings.papers(listing.date)),
            readings=self.stores.readings.readings(listing.date),
            head=head,
            is_over=order.is_backfill and head is not None and head.final,
        )

    def _make_quiet(self, listing: Listing, head: EditionHead | None) -> Collection:
        digest = make_quiet(listing, head)
        outcome = self.stores.editions.save(make_edition(digest))
        return Collection(listing.date, outcome, 0, 0, digest.final)


def _warn_of_lateness(run: Run) -> None:
    """Name in the log what is late: metrics only say how much."""
    for day in run.overdue or ():
        logger.warning("listing is overdue", extra={"date": str(day)})
    for source in run.down or ():
        logger.warning("source is down", extra={"source": SOURCES[source].title})


def _is_open(day: date, listing: Listing | None, time: datetime) -> bool:
    """Whether it is to be found out how a listing date stands."""
    if listing is None:
        return True
    if listing.is_settled:
        return False
    if listing.found_at >= time:
        # This run has looked already, and died; it looks again only where it could not.
        return listing.state is ListingState.FAILED
    return not listing.is_known or time < announced_at(day) + RECHECKED


def _is_filled(order: CollectionOrder, head: EditionHead) -> bool:
    """Whether a backfill has nothing to do about a digest."""
    return order.is_backfill and head.final and not head.failed


def _leave(head: EditionHead, time: datetime) -> Collection:
    """What is to be said of a digest that is not made again."""
    match head.collected_at:
        case earlier if earlier < time:
            outcome = Outcome.KEPT
        case same if same == time:
            outcome = Outcome.UNCHANGED
        case _:
            outcome = Outcome.SUPERSEDED
    extra = {"date": str(head.date), "outcome": outcome.value}
    logger.info("digest is kept already", extra=extra)
    return Collection(head.date, outcome, None, head.papers, head.final)


def _require_sense(order: CollectionOrder, day: date) -> None:
    try:
        announced = announced_at(day)
    except NotAListingDateError as error:
        raise InvalidInputError("date", str(error)) from error
    if order.time < announced:
        reason = f"the papers of {day} are announced at {announced:%Y-%m-%dT%H:%M:%SZ}, not before"
        raise InvalidInputError("time", reason)


def _readings(answers: Mapping[str, Answer]) -> Iterator[Reading]:
    """A reading of each source that told something; of all days, it has the same cost."""
    for answer in answers.values():
        if isinstance(answer, Mapping):
            yield next(iter(answer.values()))


def _posts_read(answers: Mapping[str, Answer]) -> int | None:
    entries = [reading.entries for reading in _readings(answers)]
    return sum(entries) if entries else None


def _spent(answers: Mapping[str, Answer]) -> Decimal | None:
    costs = [reading.cost for reading in _readings(answers) if reading.cost is not None]
    return sum(costs, Decimal(0)) if costs else None
