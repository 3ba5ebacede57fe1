"""An arXiv in simulated time: what it shows of its announcements, and what goes wrong with that."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from hotpapers.domain.calendar import NEW_YORK, Window, announced_at, new_york_date
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import AnnouncedPaper, Announcement, Kind, Notice
from hotpapers.domain.paper import Paper
from hotpapers.errors import UpstreamError
from local.simulation.chronicle import PATTERNS, Chronicle
from local.simulation.troubles import Trouble, Troubles

PAGES_KEPT = timedelta(days=90)
API_UP_TO_DATE = time(12)
"""When, New York time, a late query API has all papers of the day."""
CUT = 5
"""How many papers are missing from what is cut."""


@dataclass
class SimulatedArxiv:
    """A PaperSource. `now` (aware) is set by whoever lets time go by."""

    chronicle: Chronicle
    troubles: Troubles
    now: datetime

    def papers_submitted(self, window: Window) -> Sequence[Paper]:
        self._fail_where(Trouble.API_DOWN, "the query API does not answer")
        found = [paper for paper in self._in_api() if paper.is_in(PATTERNS)]
        return [paper for paper in found if paper.submitted_at and paper.submitted_at in window]

    def papers_named(self, papers: Collection[PaperId]) -> Sequence[Paper]:
        self._fail_where(Trouble.API_DOWN, "the query API does not answer")
        return [paper for paper in self._in_api() if paper.id in papers]

    def feed(self) -> Announcement:
        self._fail_where(Trouble.FEED_DOWN, "the feed does not answer")
        today = new_york_date(self.now)
        shown = today
        if Trouble.STALE_FEED in self._troubles:
            shown = max(day for day in self._announced() if day < today)
        entries = self.chronicle.days.get(shown, ())
        if Trouble.CUT_FEED in self._troubles:
            entries = entries[CUT:]
        return Announcement(today, tuple(map(_without_submission, entries)))

    def notice(self) -> Notice:
        self._fail_where(Trouble.PAGES_DOWN, "the listing page does not answer")
        newest = self._on_pages()[-1]
        new = [each for each in self.chronicle.days[newest] if each.kind is Kind.NEW]
        return Notice(newest, len(new))

    def announcement(self, day: date) -> Announcement:
        self._fail_where(Trouble.PAGES_DOWN, "the listing page does not answer")
        if day < new_york_date(self.now) - PAGES_KEPT:
            raise UpstreamError("arXiv", f"has no page of {day} any more")
        shown = self._on_pages()
        entries = self.chronicle.days[day] if day in shown else ()
        shortfall = ""
        if entries and Trouble.CUT_PAGES in self._troubles:
            shortfall = f"showing {len(entries) - CUT} of {len(entries)}"
            entries = entries[:-CUT]
        return Announcement(
            date=day,
            entries=tuple(replace(_without_submission(each), version=None) for each in entries),
            shortfall=shortfall,
            is_followed=shown[-1] > day,
        )

    @property
    def _troubles(self) -> frozenset[Trouble]:
        return self.troubles.on(new_york_date(self.now))

    def _fail_where(self, trouble: Trouble, reason: str) -> None:
        if not self._troubles.isdisjoint({trouble, Trouble.ARXIV_DOWN}):
            raise UpstreamError("arXiv", reason)

    def _announced(self) -> Sequence[date]:
        """The listing dates that are announced, oldest first."""
        return [day for day in self.chronicle.days if announced_at(day) <= self.now]

    def _on_pages(self) -> Sequence[date]:
        """The listing dates that the pages know of."""
        announced = self._announced()
        return announced[:-1] if Trouble.STALE_PAGES in self._troubles else announced

    def _in_api(self) -> Iterator[Paper]:
        """The papers that the query API has, as it describes them."""
        newest = self._announced()[-1]
        hour = self.now.astimezone(NEW_YORK).time()
        is_late = Trouble.LATE_API in self._troubles and hour < API_UP_TO_DATE
        for number, (paper, life) in enumerate(self.chronicle.lives.items()):
            is_lacking = is_late and life.first.day == newest and number % 3 == 0
            if life.first.day <= newest and not is_lacking:
                yield self.chronicle.lives[paper].described(newest)


def _without_submission(entry: AnnouncedPaper) -> AnnouncedPaper:
    """What announcements tell of a paper: not when it was submitted."""
    return replace(entry, paper=replace(entry.paper, submitted_at=None))
