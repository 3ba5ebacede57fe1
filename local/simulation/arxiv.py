"""An arXiv in simulated time: what it shows of its announcements, and what goes wrong with that."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import AnnouncedPaper, Announcement, Kind, Notice
from hotpapers.domain.paper import Paper
from hotpapers.errors import UpstreamError
from local.simulation.chronicle import PATTERNS, Chronicle
from local.simulation.troubles import Trouble, Troubles
from local.simulation.week import NEW_YORK, appears_at, date_in_new_york

PAGES_KEPT = timedelta(days=90)
API_UP_TO_DATE = time(12)
"""When, New York time, a late query API has all papers of the day."""
CUT = 5
"""How many papers are missing from what is cut."""


@dataclass
class SimulatedArxiv:
    """A PaperSource. `now` (aware) is set by whoever lets time go by; `asked` is how many
    questions it was asked."""

    chronicle: Chronicle
    troubles: Troubles
    now: datetime
    asked: int = 0

    def papers_submitted(self, window: Window) -> Sequence[Paper]:
        self._take_question(Trouble.API_DOWN, "the query API does not answer")
        lives = self.chronicle.lives.items()
        found = (self._in_api(paper) for paper, life in lives if life.submitted_at in window)
        return [paper for paper in found if paper and paper.is_in(PATTERNS)]

    def papers_named(self, papers: Collection[PaperId]) -> Sequence[Paper]:
        self._take_question(Trouble.API_DOWN, "the query API does not answer")
        return [found for paper in papers if (found := self._in_api(paper))]

    def feed(self) -> Announcement:
        self._take_question(Trouble.FEED_DOWN, "the feed does not answer")
        today = date_in_new_york(self.now)
        shown = today
        if Trouble.STALE_FEED in self._troubles:
            shown = max(day for day in self._announced() if day < today)
        entries = self.chronicle.days.get(shown, ())
        if Trouble.CUT_FEED in self._troubles:
            entries = entries[CUT:]
        return Announcement(today, tuple(map(_without_submission, entries)))

    def notice(self) -> Notice:
        self._take_question(Trouble.PAGES_DOWN, "the listing page does not answer")
        newest = self._on_pages()[-1]
        new = [each for each in self.chronicle.days[newest] if each.kind is Kind.NEW]
        return Notice(newest, len(new))

    def announcement(self, day: date) -> Announcement:
        self._take_question(Trouble.PAGES_DOWN, "the listing page does not answer")
        if day < date_in_new_york(self.now) - PAGES_KEPT:
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

    def newest(self, time: datetime) -> date:
        """The newest listing date that is announced at a time."""
        return [*self.chronicle.days][bisect_right(self._appearances, time) - 1]

    @property
    def _troubles(self) -> frozenset[Trouble]:
        return self.troubles.on(date_in_new_york(self.now))

    def _take_question(self, trouble: Trouble, reason: str) -> None:
        """Count a question, and fail where it cannot be answered."""
        self.asked += 1
        if not self._troubles.isdisjoint({trouble, Trouble.ARXIV_DOWN}):
            raise UpstreamError("arXiv", reason)

    @cached_property
    def _appearances(self) -> Sequence[datetime]:
        return [appears_at(day) for day in self.chronicle.days]

    def _announced(self) -> Sequence[date]:
        """The listing dates that are announced, oldest first."""
        return [*self.chronicle.days][: bisect_right(self._appearances, self.now)]

    def _on_pages(self) -> Sequence[date]:
        """The listing dates that the pages know of."""
        announced = self._announced()
        return announced[:-1] if Trouble.STALE_PAGES in self._troubles else announced

    def _in_api(self, paper: PaperId) -> Paper | None:
        """A paper as the query API describes it, if it has it."""
        newest, life = self._announced()[-1], self.chronicle.lives.get(paper)
        if life is None or life.first.day > newest:
            return None
        hour = self.now.astimezone(NEW_YORK).time()
        is_late = Trouble.LATE_API in self._troubles and hour < API_UP_TO_DATE
        is_lacking = is_late and life.first.day == newest and int(paper[-2:]) % 3 == 0
        return None if is_lacking else life.described(newest)


def _without_submission(entry: AnnouncedPaper) -> AnnouncedPaper:
    """What announcements tell of a paper: not when it was submitted."""
    return replace(entry, paper=replace(entry.paper, submitted_at=None))
