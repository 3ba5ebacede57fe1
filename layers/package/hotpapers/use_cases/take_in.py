"""Taking in a listing: keeping which papers are new on a day, or why it has none.

What arXiv shows of the day decides (`hotpapers.use_cases.look`), and what is known stays.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hotpapers.domain.calendar import announced_at, predicted_quiet, submission_window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState, Origin, supersedes
from hotpapers.domain.paper import Paper
from hotpapers.errors import UpstreamError
from hotpapers.ports import ListingStore, PaperSource
from hotpapers.use_cases.look import Found, Lookout

logger = logging.getLogger(__name__)

PATIENCE = timedelta(hours=16)
"""For how long after its announcement a listing is waited for: until noon of its day, New York.

arXiv has announced hours late; then the listing has still come in the night."""
MOST_NAMED = 400
"""How many papers are asked for by their ids where the search does not find them: those that were
held back. If there are more, the search is not up to date, and what it lacks is asked in vain."""


@dataclass(frozen=True)
class Intake:
    """All that is needed to take in a listing. `patterns` are the categories asked for."""

    papers: PaperSource
    listings: ListingStore
    patterns: Sequence[str]

    def take_in(self, day: date, time: datetime, kept: Mapping[date, Listing]) -> Listing:
        """Find out how a listing date stands at a time, and keep it.

        `kept` is what is known of days up to this one. Raises StoreError. That arXiv cannot be
        asked is what the listing then says.
        """
        try:
            listing, papers = self._decide(day, time, kept)
        except UpstreamError as error:
            listing, papers = Listing(day, ListingState.FAILED, time, str(error)), None
        if not supersedes(listing, kept.get(day)):
            return kept[day]
        self.listings.keep(listing, papers)
        _tell(listing)
        return listing

    def _decide(
        self, day: date, time: datetime, kept: Mapping[date, Listing]
    ) -> tuple[Listing, tuple[Paper, ...] | None]:
        found = Lookout(self.papers, self.listings, self.patterns).look(day, time, kept)
        if found.papers:
            before = kept.get(day)
            known = self.listings.papers(day) if before and before.papers else ()
            papers = self._claimed(day, found, known)
            if papers:
                return self._fresh(day, time, _with_doubt(found, known), papers), papers
            found = replace(found, why="its papers were all announced on other days")
        return _absent(day, time, found), None

    def _fresh(self, day: date, time: datetime, found: Found, papers: Sequence[Paper]) -> Listing:
        return Listing(
            date=day,
            state=ListingState.FRESH,
            found_at=time,
            origin=found.origin,
            papers=len(papers),
            shortfall=found.shortfall,
        )

    def _claimed(self, day: date, found: Found, known: Sequence[Paper]) -> tuple[Paper, ...]:
        """The papers that are new on the day and on no other, with those known before."""
        described = found.papers
        if found.origin is not Origin.WINDOW:
            described = self._described(day, found, known)
        papers = {paper.id: paper for paper in (*known, *described)}
        taken = self.listings.claim(day, sorted(papers))
        if taken:
            logger.info(
                "papers are new on other days", extra={"date": str(day), "papers": len(taken)}
            )
        return tuple(papers[paper] for paper in sorted(papers) if paper not in taken)

    def _described(self, day: date, found: Found, known: Sequence[Paper]) -> tuple[Paper, ...]:
        """The papers as the query API describes them; it knows more, and is late at times.

        Those of which it does not tell stay as they were described before.
        """
        before = {paper.id: paper for paper in known}
        described = dict[PaperId, Paper]()
        try:
            described = {p.id: p for p in self.papers.papers_submitted(submission_window(day))}
            missing = [paper.id for paper in found.papers if paper.id not in described]
            if missing and len(missing) <= MOST_NAMED:
                described |= {paper.id: paper for paper in self.papers.papers_named(missing)}
        except UpstreamError as error:
            extra = {"date": str(day), "reason": error.reason}
            logger.warning("papers are described by their announcement", extra=extra)
        best = before | described
        return tuple(best.get(paper.id, paper) for paper in found.papers)


def _with_doubt(found: Found, known: Sequence[Paper]) -> Found:
    """What was found, with a shortfall where it lacks papers that the day is known by.

    They were submitted in its window; arXiv has announced them on another day, or not as new.
    """
    told = {paper.id for paper in found.papers}
    others = sum(paper.id not in told for paper in known)
    if found.shortfall or not others:
        return found
    return replace(found, shortfall=f"{others} of the papers by their time of submission")


def _absent(day: date, time: datetime, found: Found) -> Listing:
    """How a day without papers stands."""
    predicted, why = predicted_quiet(day), found.why
    if found.followed:
        reason = predicted or why or "arXiv announced nothing on this day, and has since"
        return Listing(day, ListingState.QUIET, time, reason)
    if predicted:
        return Listing(day, ListingState.QUIET, time, predicted, predicted=True)
    why = why or "arXiv has not announced it"
    is_early = time < announced_at(day) + PATIENCE
    return Listing(day, ListingState.WAITING if is_early else ListingState.STALLED, time, why)


def _tell(listing: Listing) -> None:
    extra = {
        "date": str(listing.date),
        "state": listing.state.value,
        "papers": listing.papers,
        "origin": listing.origin.value if listing.origin else "",
        "reason": listing.why or listing.shortfall,
    }
    is_fine = listing.state in (ListingState.FRESH, ListingState.QUIET) and not listing.shortfall
    logger.log(logging.INFO if is_fine else logging.WARNING, "listing taken in", extra=extra)
