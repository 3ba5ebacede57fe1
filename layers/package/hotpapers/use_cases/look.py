"""Looking for a listing: what arXiv shows of a day, and which of its answers is believed.

On the day itself arXiv's feed tells, and its listing page says whether the feed is of today and
whole. The page of that day tells in the feed's place, and for a day that was missed. Where neither
can be asked, and for days long past, the papers are those that were submitted in the day's window.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from hotpapers.domain.calendar import (
    listing_dates,
    new_york_date,
    predicted_quiet,
    submission_window,
)
from hotpapers.domain.listing import (
    Announcement,
    Kind,
    Listing,
    ListingState,
    Notice,
    Origin,
    new_papers,
)
from hotpapers.domain.paper import Paper
from hotpapers.errors import UpstreamError
from hotpapers.ports import ListingStore, PaperSource

Told = TypeVar("Told")

ONE_DAY = timedelta(days=1)
PAGES_KEPT = timedelta(days=90)
"""How far back arXiv's pages of announcements go (https://arxiv.org/catchup)."""
NOTHING_NEW = "arXiv announced no papers that are new in the categories asked for"
BY_SUBMISSION = "papers by their time of submission; those that were held back are not told apart"


@dataclass(frozen=True)
class Found:
    """What was found out of a day: its papers with their origin, or why there are none.

    `followed` tells that arXiv has announced since, so that the day will have none.
    """

    papers: tuple[Paper, ...] = ()
    origin: Origin | None = None
    shortfall: str = ""
    why: str = ""
    followed: bool = False


@dataclass(frozen=True)
class Lookout:
    """All that is needed to look. `patterns` are the categories asked for."""

    papers: PaperSource
    listings: ListingStore
    patterns: Sequence[str]

    def look(self, day: date, time: datetime, kept: Mapping[date, Listing]) -> Found:
        """What arXiv shows of a day at a time; `kept` is what is known of days up to this one.

        Raises UpstreamError where nobody can tell.
        """
        today = new_york_date(time)
        if day >= today:
            return self._look_today(day, kept)
        if today - day > PAGES_KEPT:
            return self._look_by_window(day, "")
        page = self._page(day, kept)
        return page.told or self._look_elsewhere(day, page.failure, kept)

    def _look_today(self, day: date, kept: Mapping[date, Listing]) -> Found:
        feed, notice = _ask(self.papers.feed), _ask(self.papers.notice)
        problem = feed.failure or self._problem_of(feed.told, day, kept)
        shown = notice.told.date if notice.told else None
        is_behind = shown is not None and shown < day
        if feed.told and not problem and not (is_behind and not _follows(day, kept)):
            return self._from_feed(feed.told, notice, kept)
        if is_behind:
            return Found(why=f"arXiv's listing page is of {shown}")
        page = self._page(day, kept)
        if page.told:
            return (
                page.told if page.told.papers else replace(page.told, why=page.told.why or problem)
            )
        if feed.told:
            return Found(why=problem)
        return self._look_elsewhere(day, f"{feed.failure}; {page.failure}", kept)

    def _from_feed(
        self, feed: Announcement, notice: "_Answer[Notice]", kept: Mapping[date, Listing]
    ) -> Found:
        """What the feed tells; where it is not known to be whole, what the page of the day does.

        That page is as large as the feed, so it is asked last.
        """
        found = Found(
            papers=self._new_papers(feed, kept),
            origin=Origin.FEED,
            shortfall=feed.shortfall or notice.failure or _contradiction(feed, notice.told),
        )
        page = self._page(feed.date, kept).told if found.shortfall else None
        return page if page and page.papers else found

    def _page(self, day: date, kept: Mapping[date, Listing]) -> "_Answer[Found]":
        """What arXiv's page of a day tells."""
        answer = _ask(lambda: self.papers.announcement(day))
        page = answer.told
        if page is None:
            return _Answer(None, answer.failure)
        found = Found(
            papers=self._new_papers(page, kept),
            origin=Origin.PAGE,
            shortfall=page.shortfall,
            why=NOTHING_NEW if page.entries else "",
            followed=page.is_followed,
        )
        return _Answer(found)

    def _new_papers(
        self, announcement: Announcement, kept: Mapping[date, Listing]
    ) -> tuple[Paper, ...]:
        """The new papers of an announcement, told apart by those of the one before it."""
        before = _preceding(announcement.date, kept)
        known = self.listings.papers(before) if before else ()
        return new_papers(announcement, self.patterns, [paper.id for paper in known])

    def _look_elsewhere(self, day: date, failures: str, kept: Mapping[date, Listing]) -> Found:
        """What was submitted in a day's window, unless an announcement is known already.

        That knows better, and the window would add what was announced since.
        """
        if day in kept and kept[day].origin in (Origin.FEED, Origin.PAGE):
            raise UpstreamError("arXiv", failures)
        return self._look_by_window(day, failures)

    def _look_by_window(self, day: date, failures: str) -> Found:
        """What was submitted in a day's window; nothing where the calendar has no listing."""
        if predicted_quiet(day):
            return Found(followed=not failures)
        papers = tuple(self.papers.papers_submitted(submission_window(day)))
        why = failures or "arXiv has no papers that were submitted in its window"
        shortfall = f"{BY_SUBMISSION} ({failures})" if failures else BY_SUBMISSION
        return Found(papers, Origin.WINDOW, shortfall, why, followed=not failures)

    def _problem_of(
        self, feed: Announcement | None, day: date, kept: Mapping[date, Listing]
    ) -> str:
        """Why a feed is not the one of a day; nothing where it is."""
        if feed is None or feed.date != day:
            return f"arXiv's feed is of {feed.date}" if feed else ""
        if not feed.entries:
            return "arXiv's feed is empty"
        before = _newest_fresh(day, kept)
        listed = {paper.id for paper in self.listings.papers(before)} if before else set()
        papers = new_papers(feed, self.patterns)
        repeated = sum(paper.id in listed for paper in papers)
        # Seen on 12 August 2026: the batch of the day before, under the new day's date.
        return f"arXiv's feed repeats the papers of {before}" if repeated * 2 > len(papers) else ""


@dataclass(frozen=True)
class _Answer(Generic[Told]):
    """What arXiv told, or why it did not."""

    told: Told | None
    failure: str = ""


def _ask(question: Callable[[], Told]) -> _Answer[Told]:
    try:
        return _Answer(question())
    except UpstreamError as error:
        return _Answer(None, str(error))


def _contradiction(feed: Announcement, notice: Notice | None) -> str:
    """In what the listing page contradicts the feed."""
    if notice is None:
        return ""
    if notice.date != feed.date:
        return f"arXiv's listing page is of {notice.date}"
    listed = sum(entry.kind is Kind.NEW for entry in feed.entries)
    return "" if listed == notice.new else f"{listed} new papers of {notice.new}"


def _newest_fresh(day: date, kept: Mapping[date, Listing]) -> date | None:
    """The newest listing date before a day whose papers are known."""
    fresh = (each for each in kept if each < day and kept[each].state is ListingState.FRESH)
    return max(fresh, default=None)


def _preceding(day: date, kept: Mapping[date, Listing]) -> date | None:
    """The date of the announcement before a day's; None where there may be one that is not known.

    Its papers have the ids before those of the day.
    """
    before = _newest_fresh(day, kept)
    if before is None:
        return None
    between = listing_dates(before + ONE_DAY, day - ONE_DAY)
    is_quiet = all(each in kept and kept[each].state is ListingState.QUIET for each in between)
    return before if is_quiet else None


def _follows(day: date, kept: Mapping[date, Listing]) -> bool:
    """Whether it is known how the listing date before a day stands.

    Only then can a feed be told from one of the day before.
    """
    before = max(listing_dates(day - timedelta(days=4), day - timedelta(days=1)))
    return before in kept and kept[before].is_known
