"""Taking in a listing: whom arXiv's answers are believed, and what is kept of them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hotpapers.domain.listing import (
    AnnouncedPaper,
    Announcement,
    Kind,
    Listing,
    ListingState,
    Notice,
    Origin,
)
from hotpapers.domain.paper import Paper
from hotpapers.errors import UnsettledError, UpstreamError
from hotpapers.use_cases.look import BY_SUBMISSION, NOTHING_NEW
from hotpapers.use_cases.take_in import MOST_NAMED, Intake
from tests.builders import make_paper
from tests.fakes import Log, MemoryListings, MemoryPapers

TODAY = date(2026, 8, 12)
"""A Wednesday."""
YESTERDAY = date(2026, 8, 11)
MORNING = datetime(2026, 8, 12, 10, tzinfo=UTC)
"""06:00 in New York."""
SERVICES = {"feed": "arXiv's feed", "notice": "arXiv's pages", "announcement": "arXiv's pages"}
FEED_DOWN, PAGES_DOWN = "arXiv's feed: answered 503", "arXiv's pages: answered 503"


def paper(number: int, **changes: object) -> Paper:
    """A paper of August 2026; when it was submitted only the query API knows."""
    return make_paper(f"2608.{number:05}", **{"submitted_at": None, **changes})


A, B, C, OLD = paper(11), paper(12), paper(13), paper(1)
SUBMITTED = {
    each.id: replace(each, submitted_at=datetime(2026, 8, 11, 9, tzinfo=UTC)) for each in (A, B, C)
}


@dataclass
class Desk:
    """An intake, and what is there to take in: today A, B and C, the day before OLD."""

    arxiv: MemoryPapers = field(default_factory=lambda: MemoryPapers(announcements=[], today=TODAY))
    listings: MemoryListings = field(default_factory=MemoryListings)
    patterns: tuple[str, ...] = ("cs.*", "stat.ML")

    def __post_init__(self) -> None:
        self.arxiv.announce(YESTERDAY, [OLD])
        self.arxiv.announce(TODAY, [A, B, C])

    def take_in(self, day: date = TODAY, time: datetime = MORNING) -> Listing:
        """Take in a listing with what is kept of the days before."""
        kept = self.listings.listings(day - timedelta(days=60), day)
        return Intake(self.arxiv, self.listings, self.patterns).take_in(day, time, kept)

    def fail(self, *questions: str, error: Exception | None = None) -> None:
        """Let arXiv fail where it is asked so."""
        self.arxiv.failures |= {
            question: error or UpstreamError(SERVICES.get(question, "arXiv"), "answered 503")
            for question in questions
        }

    @property
    def asked(self) -> list[object]:
        """The questions that arXiv was asked, without their arguments."""
        return [question for question, *_ in self.arxiv.questions]

    def ids(self, day: date = TODAY) -> list[str]:
        """The papers that are new on a day."""
        return [each.id for each in self.listings.papers(day)]


def fresh(origin: Origin, papers: int = 3, shortfall: str = "", day: date = TODAY) -> Listing:
    return Listing(
        day, ListingState.FRESH, MORNING, origin=origin, papers=papers, shortfall=shortfall
    )


ALL = [A.id, B.id, C.id]


# The day itself


def test_the_feed_tells_where_the_listing_page_agrees(log: Log) -> None:
    desk = Desk()
    assert desk.take_in() == fresh(Origin.FEED)
    assert desk.ids() == ALL
    assert desk.asked == ["feed", "notice", "papers_submitted", "papers_named"]
    assert log.of("listing taken in") == [
        {"date": str(TODAY), "state": "fresh", "papers": 3, "origin": "feed", "reason": ""}
    ]


def test_papers_are_described_as_the_query_api_does_which_knows_more() -> None:
    desk = Desk()
    desk.arxiv.papers |= SUBMITTED
    desk.take_in()
    assert desk.listings.papers(TODAY) == tuple(SUBMITTED.values())
    assert desk.listings.place(B.id) == (TODAY, SUBMITTED[B.id])
    # All were found in the window; nobody is asked for again.
    assert desk.asked == ["feed", "notice", "papers_submitted"]


def test_a_paper_that_moderators_held_is_asked_for_by_its_id() -> None:
    desk = Desk()
    held = replace(C, submitted_at=datetime(2026, 7, 30, 9, tzinfo=UTC))
    desk.arxiv.papers |= {**SUBMITTED, C.id: held}
    desk.take_in()
    assert desk.listings.papers(TODAY)[2] == held
    assert desk.arxiv.questions[-1] == ("papers_named", C.id)


@pytest.mark.parametrize("question", ["papers_submitted", "papers_named"])
def test_without_the_query_api_the_announcement_s_words_do(question: str, log: Log) -> None:
    desk = Desk()
    desk.fail(question, error=UnsettledError("arXiv", "answered 429"))
    assert desk.take_in() == fresh(Origin.FEED)
    assert desk.listings.papers(TODAY) == (A, B, C)
    assert log.of("papers are described by their announcement") == [
        {"date": str(TODAY), "reason": "answered 429"}
    ]


def test_a_query_api_that_has_nothing_yet_is_not_asked_for_each_paper() -> None:
    many = [paper(number) for number in range(100, 101 + MOST_NAMED)]
    desk = Desk()
    desk.arxiv.announce(TODAY, many)
    desk.arxiv.papers.clear()
    assert desk.take_in() == fresh(Origin.FEED, 4 + MOST_NAMED)
    assert desk.asked == ["feed", "notice", "papers_submitted"]


def test_a_feed_that_is_cut_gives_way_to_the_page_of_the_day() -> None:
    desk = Desk()
    cut = Announcement(TODAY, tuple(AnnouncedPaper(each, Kind.NEW, 1) for each in (B, C)))
    desk.arxiv.shown_feed = cut
    assert desk.take_in() == fresh(Origin.PAGE)
    assert desk.ids() == ALL
    again = Desk()
    again.arxiv.shown_feed = cut
    again.fail("announcement")
    assert again.take_in() == fresh(Origin.FEED, 2, "2 new papers of 3")


def test_what_came_later_is_added_to_what_is_known() -> None:
    desk = Desk()
    desk.arxiv.shown_feed = Announcement(TODAY, (AnnouncedPaper(C, Kind.NEW, 1),))
    desk.fail("announcement")
    desk.take_in()
    desk.arxiv.shown_feed = None
    later = MORNING + timedelta(hours=1)
    assert desk.take_in(time=later) == replace(fresh(Origin.FEED), found_at=later)
    assert desk.ids() == ALL


def test_without_the_listing_page_a_feed_is_believed_but_not_to_be_whole() -> None:
    desk = Desk()
    desk.fail("notice", "announcement")
    assert desk.take_in() == fresh(Origin.FEED, shortfall=PAGES_DOWN)


def test_a_feed_s_own_shortfall_is_told() -> None:
    desk = Desk()
    feed = desk.arxiv.feed()
    desk.arxiv.shown_feed = replace(feed, shortfall="cs.LG: 2,000 entries, there may be more")
    desk.fail("announcement")
    assert desk.take_in() == fresh(Origin.FEED, shortfall="cs.LG: 2,000 entries, there may be more")


def test_without_the_feed_the_page_of_the_day_tells() -> None:
    desk = Desk()
    desk.fail("feed")
    assert desk.take_in() == fresh(Origin.PAGE)
    assert desk.ids() == ALL


def test_without_feed_and_pages_the_window_tells_and_says_so() -> None:
    desk = Desk()
    desk.arxiv.papers |= SUBMITTED
    desk.fail("feed", "notice", "announcement")
    shortfall = f"{BY_SUBMISSION} ({FEED_DOWN}; {PAGES_DOWN})"
    assert desk.take_in() == fresh(Origin.WINDOW, shortfall=shortfall)
    assert desk.ids() == ALL


def test_without_anything_the_listing_has_failed_and_says_why(log: Log) -> None:
    desk = Desk()
    desk.fail("feed", "notice", "announcement", "papers_submitted")
    failed = Listing(TODAY, ListingState.FAILED, MORNING, "arXiv: answered 503")
    assert desk.take_in() == failed
    assert desk.listings.listings(TODAY, TODAY) == {TODAY: failed}
    assert [each["reason"] for each in log.of("listing taken in")] == ["arXiv: answered 503"]


def test_a_failure_does_not_overwrite_what_is_known() -> None:
    desk = Desk()
    known = desk.take_in()
    desk.fail("feed", "notice", "announcement", "papers_submitted")
    assert desk.take_in(time=MORNING + timedelta(hours=2)) == known
    assert desk.listings.listings(TODAY, TODAY) == {TODAY: known}
    assert desk.ids() == ALL


# What is not there yet, and what should be


def stale(desk: Desk) -> None:
    """arXiv still shows what it announced the day before."""
    desk.arxiv.today = YESTERDAY


@pytest.mark.parametrize(
    ("time", "state"),
    [
        (datetime(2026, 8, 12, 0, 30, tzinfo=UTC), ListingState.WAITING),
        (MORNING, ListingState.WAITING),
        (datetime(2026, 8, 12, 15, 59, 59, tzinfo=UTC), ListingState.WAITING),
        # Noon in New York.
        (datetime(2026, 8, 12, 16, tzinfo=UTC), ListingState.STALLED),
        (datetime(2026, 8, 13, 1, tzinfo=UTC), ListingState.STALLED),
    ],
)
def test_a_listing_that_is_late_is_waited_for_until_noon(
    time: datetime, state: ListingState
) -> None:
    desk = Desk()
    desk.take_in(YESTERDAY, MORNING - timedelta(days=1))
    stale(desk)
    listing = Listing(TODAY, state, time, f"arXiv's listing page is of {YESTERDAY}")
    assert desk.take_in(time=time) == listing


def test_the_feed_of_the_day_before_under_the_new_date_is_not_believed() -> None:
    desk = Desk()
    desk.take_in(YESTERDAY, MORNING - timedelta(days=1))
    stale(desk)
    repeated = Announcement(TODAY, (AnnouncedPaper(OLD, Kind.NEW, 1),))
    desk.arxiv.shown_feed = repeated
    listing = desk.take_in()
    assert (listing.state, listing.why) == (
        ListingState.WAITING,
        f"arXiv's listing page is of {YESTERDAY}",
    )
    # Nor is it where the listing page cannot be asked.
    desk.fail("notice", "announcement")
    listing = desk.take_in(time=MORNING + timedelta(minutes=1))
    assert (listing.state, listing.why) == (
        ListingState.WAITING,
        f"arXiv's feed repeats the papers of {YESTERDAY}",
    )
    assert desk.ids() == []


def test_a_listing_page_that_is_behind_does_not_hold_up_a_feed_that_is_new() -> None:
    desk = Desk()
    desk.take_in(YESTERDAY, MORNING - timedelta(days=1))
    desk.arxiv.shown_notice = Notice(YESTERDAY, 1)
    assert desk.take_in() == fresh(Origin.PAGE)
    again = Desk()
    again.take_in(YESTERDAY, MORNING - timedelta(days=1))
    again.arxiv.shown_notice = Notice(YESTERDAY, 1)
    again.fail("announcement")
    shortfall = f"arXiv's listing page is of {YESTERDAY}"
    assert again.take_in() == fresh(Origin.FEED, shortfall=shortfall)


def test_a_feed_that_cannot_be_told_from_the_day_before_s_is_not_believed() -> None:
    # Nothing is known of the day before, and the listing page is still of that day.
    desk = Desk()
    desk.arxiv.shown_notice = Notice(YESTERDAY, 1)
    listing = desk.take_in()
    assert (listing.state, listing.why) == (
        ListingState.WAITING,
        f"arXiv's listing page is of {YESTERDAY}",
    )


def test_a_feed_of_another_day_is_told_of_where_the_page_is_empty_too() -> None:
    desk = Desk()
    del desk.arxiv.announcements[TODAY]
    desk.arxiv.shown_feed = Announcement(date(2026, 8, 10), ())
    desk.fail("notice")
    assert desk.take_in().why == "arXiv's feed is of 2026-08-10"
    desk.arxiv.shown_feed = Announcement(TODAY, ())
    assert desk.take_in(time=MORNING + timedelta(minutes=1)).why == "arXiv's feed is empty"


# Quiet days


LABOR_DAY_AFTER = date(2026, 9, 8)
"""The calendar has no announcement on the evening of Labor Day, 7 September 2026."""
PREDICTED = "arXiv's calendar has no announcement on the evening of Monday, 2026-09-07"


def test_a_quiet_day_is_predicted_until_arxiv_goes_on() -> None:
    desk = Desk()
    desk.arxiv.today = LABOR_DAY_AFTER
    time = datetime(2026, 9, 8, 10, tzinfo=UTC)
    quiet = Listing(LABOR_DAY_AFTER, ListingState.QUIET, time, PREDICTED, predicted=True)
    assert desk.take_in(LABOR_DAY_AFTER, time) == quiet
    next_day = date(2026, 9, 9)
    desk.arxiv.today = next_day
    desk.arxiv.announce(next_day, [paper(9999)])
    later = time + timedelta(days=1)
    known = replace(quiet, found_at=later, predicted=False)
    assert desk.take_in(LABOR_DAY_AFTER, later) == known


def test_the_calendar_predicts_and_arxiv_decides() -> None:
    desk = Desk()
    desk.arxiv.today = LABOR_DAY_AFTER
    desk.arxiv.announce(LABOR_DAY_AFTER, [paper(9999)])
    time = datetime(2026, 9, 8, 10, tzinfo=UTC)
    listing = desk.take_in(LABOR_DAY_AFTER, time)
    assert (listing.state, listing.papers) == (ListingState.FRESH, 1)


def test_where_arxiv_cannot_be_asked_a_predicted_day_is_quiet_for_now() -> None:
    desk = Desk()
    desk.fail("feed", "notice", "announcement", "papers_submitted")
    time = datetime(2026, 9, 8, 10, tzinfo=UTC)
    quiet = Listing(LABOR_DAY_AFTER, ListingState.QUIET, time, PREDICTED, predicted=True)
    assert desk.take_in(LABOR_DAY_AFTER, time) == quiet


def test_a_holiday_that_no_calendar_has_is_quiet_once_arxiv_goes_on() -> None:
    desk = Desk()
    del desk.arxiv.announcements[YESTERDAY]
    why = "arXiv announced nothing on this day, and has since"
    assert desk.take_in(YESTERDAY) == Listing(YESTERDAY, ListingState.QUIET, MORNING, why)


# Days that were missed


def test_a_day_that_was_missed_is_taken_from_its_page() -> None:
    desk = Desk()
    assert desk.take_in(YESTERDAY) == fresh(Origin.PAGE, 1, day=YESTERDAY)
    assert desk.asked == ["announcement", "papers_submitted", "papers_named"]


def test_a_page_that_does_not_show_all_is_told_of() -> None:
    desk = Desk()
    desk.arxiv.announcements[YESTERDAY] = replace(
        desk.arxiv.announcements[YESTERDAY], shortfall="1 of 5 entries"
    )
    assert desk.take_in(YESTERDAY) == fresh(Origin.PAGE, 1, "1 of 5 entries", YESTERDAY)


def test_without_its_page_a_missed_day_is_taken_from_the_window() -> None:
    desk = Desk()
    old = replace(OLD, submitted_at=datetime(2026, 8, 10, 9, tzinfo=UTC))
    desk.arxiv.papers[OLD.id] = old
    desk.fail("announcement")
    shortfall = f"{BY_SUBMISSION} ({PAGES_DOWN})"
    assert desk.take_in(YESTERDAY) == fresh(Origin.WINDOW, 1, shortfall, YESTERDAY)
    assert desk.listings.papers(YESTERDAY) == (old,)


def test_a_day_long_past_is_taken_from_the_window() -> None:
    desk = Desk()
    long_after = datetime(2026, 11, 11, 10, tzinfo=UTC)
    desk.arxiv.papers |= SUBMITTED
    listing = desk.take_in(time=long_after)
    assert listing == replace(fresh(Origin.WINDOW, shortfall=BY_SUBMISSION), found_at=long_after)
    assert desk.asked == ["papers_submitted"]


def test_a_day_long_past_without_submissions_is_quiet_where_the_calendar_says_so() -> None:
    desk = Desk()
    time = datetime(2027, 3, 1, 10, tzinfo=UTC)
    quiet = Listing(LABOR_DAY_AFTER, ListingState.QUIET, time, PREDICTED)
    assert desk.take_in(LABOR_DAY_AFTER, time) == quiet
    assert desk.asked == []


# New on one day only


def test_a_paper_is_new_on_the_day_that_claimed_it_first() -> None:
    desk = Desk()
    desk.listings.claim(YESTERDAY, [B.id])
    assert desk.take_in() == fresh(Origin.FEED, 2)
    assert desk.ids() == [A.id, C.id]
    assert desk.listings.claim(TODAY, [A.id, B.id, C.id]) == {B.id: YESTERDAY}


def test_a_day_whose_papers_are_all_new_on_others_has_none() -> None:
    desk = Desk()
    desk.listings.claim(YESTERDAY, [A.id, B.id, C.id])
    listing = desk.take_in()
    assert (listing.state, listing.why) == (
        ListingState.WAITING,
        "its papers were all announced on other days",
    )
    assert desk.ids() == []


def test_taking_in_again_changes_nothing() -> None:
    desk = Desk()
    first = desk.take_in()
    places = [desk.listings.place(each.id) for each in (A, B, C)]
    assert desk.take_in() == first
    assert desk.take_in(time=MORNING - timedelta(hours=1)) == first
    assert [desk.listings.place(each.id) for each in (A, B, C)] == places


def test_replacements_and_late_cross_lists_are_not_taken_in() -> None:
    desk = Desk()
    desk.arxiv.announce(TODAY, [OLD, paper(2)], Kind.REPLACE)
    desk.arxiv.announce(TODAY, [paper(3, categories=("math.OC", "cs.LG"))], Kind.CROSS)
    now = paper(14, categories=("math.OC", "cs.LG"))
    desk.arxiv.announce(TODAY, [now], Kind.CROSS)
    assert desk.take_in() == fresh(Origin.FEED, 4)
    assert desk.ids() == [*ALL, now.id]


def test_a_mistake_of_ours_is_not_taken_for_a_failure_of_arxiv() -> None:
    desk = Desk()
    desk.fail("feed", error=KeyError("oops"))
    with pytest.raises(KeyError, match="oops"):
        desk.take_in()
    assert desk.listings.listings(TODAY, TODAY) == {}


# What is known better is not spoilt


def test_papers_stay_as_well_described_as_they_were() -> None:
    desk = Desk()
    desk.arxiv.papers |= SUBMITTED
    desk.fail("notice")
    desk.take_in()
    desk.arxiv.failures.clear()
    desk.fail("papers_submitted", "papers_named")
    assert desk.take_in(time=MORNING + timedelta(hours=1)).shortfall == ""
    assert desk.listings.papers(TODAY) == tuple(SUBMITTED.values())


def test_the_window_adds_nothing_to_an_announcement() -> None:
    desk = Desk()
    desk.fail("notice", "announcement")
    known = desk.take_in()
    assert known.origin is Origin.FEED
    later = paper(20, submitted_at=SUBMITTED[A.id].submitted_at)
    desk.arxiv.today = TODAY + timedelta(days=1)
    desk.arxiv.announce(desk.arxiv.today, [later])
    desk.arxiv.papers |= SUBMITTED
    assert desk.take_in(time=MORNING + timedelta(days=1)) == known
    assert desk.ids() == ALL


def test_papers_of_the_window_that_the_page_does_not_have_are_told_of() -> None:
    desk = Desk()
    desk.arxiv.papers |= {**SUBMITTED, OLD.id: replace(SUBMITTED[A.id], id=OLD.id)}
    desk.fail("feed", "notice", "announcement")
    assert desk.take_in().origin is Origin.WINDOW
    desk.arxiv.failures.clear()
    desk.arxiv.today = TODAY + timedelta(days=1)
    found = desk.take_in(time=MORNING + timedelta(days=1))
    assert (found.origin, found.papers, found.shortfall) == (
        Origin.PAGE,
        4,
        "1 of the papers by their time of submission",
    )
    assert desk.ids() == [OLD.id, *ALL]


def test_the_first_cross_lists_of_a_day_are_new_after_the_papers_of_the_day_before() -> None:
    desk = Desk()
    of_others = paper(9, categories=("math.OC", "cs.LG"))
    desk.arxiv.announce(TODAY, [of_others], Kind.CROSS)
    desk.take_in(YESTERDAY)
    desk.take_in()
    assert desk.ids() == [of_others.id, *ALL]


def test_a_day_with_nothing_new_for_us_is_quiet_and_says_so() -> None:
    desk = Desk()
    monday = date(2026, 8, 10)
    desk.arxiv.announce(monday, [OLD], Kind.REPLACE)
    assert desk.take_in(monday) == Listing(monday, ListingState.QUIET, MORNING, NOTHING_NEW)
