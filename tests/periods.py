"""Digests that are over, of all days of a week, say, and the roundups that are made of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from hotpapers.domain.calendar import final_at
from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.edition import Outcome
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.post import Account
from hotpapers.domain.roundup import Period, PeriodKind, Roundup, make_roundup
from hotpapers.domain.sources import Reports, SourceReport, Status
from hotpapers.ports import EditionStore
from hotpapers.use_cases.measure import make_edition
from tests.builders import X_ONLY, digests, make_entry, make_paper, make_post

WEEK = Period(PeriodKind.WEEK, 2020, 38)
MONTH = Period(PeriodKind.MONTH, 2020, 9)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = WEEK.listing_dates


def scored(paper_id: str, score: int, rank: int = 1) -> RankedPaper:
    """A paper of a digest with one post, which has all of its score."""
    paper = make_paper(paper_id)
    counts = {"reposts": 0, "likes": score}
    return make_entry(rank, paper, [make_post(papers=(paper.id,), counts=counts)])


def day_of(day: date, **scores: int) -> tuple[RankedPaper, ...]:
    """A day's papers by rank, given by their scores: `a=60` is the day's paper `a`."""
    in_order = sorted(scores.items(), key=lambda item: -item[1])
    return tuple(
        scored(f"{day:%y%m.%d}{ord(name):03}", score, rank)
        for rank, (name, score) in enumerate(in_order, start=1)
    )


def final(day: date, papers: Iterable[RankedPaper] = (), sources: Reports = X_ONLY) -> Digest:
    """The last digest of a day."""
    return Digest(day, final_at(day), tuple(papers), sources, final=True)


def quiet(day: date, why: str = "arXiv announced nothing") -> Digest:
    """The digest of a day without an announcement."""
    found_at = final_at(day)
    listing = Listing(day, ListingState.QUIET, found_at, why)
    return Digest(day, found_at, (), listing=listing, final=True)


def measured_again(digest: Digest, papers: Iterable[RankedPaper], hours: int = 1) -> Digest:
    """A digest as a later run makes it."""
    collected_at: datetime = digest.collected_at + timedelta(hours=hours)
    return replace(digest, collected_at=collected_at, papers=tuple(papers))


def keep(editions: EditionStore, *digests: Digest) -> None:
    """Keep digests, each of them newer than what is kept of its day."""
    for digest in digests:
        assert editions.save(make_edition(digest)) is Outcome.SAVED


def example() -> Roundup:
    """A week with all that a week can have.

    The archive begins on its Tuesday, of which not all is known; Wednesday was quiet.
    """
    cut = Listing(TUESDAY, ListingState.FRESH, final_at(TUESDAY), "", Origin.FEED, 9, "*cut*.")
    reports = {**X_ONLY, "reddit": SourceReport(Status.FAILED, "answered 503")}
    first = make_paper(title="Of `Engines`", withdrawn=True)
    english = make_post("1", account=Account("1815", "ada", "Ada & Co"))
    tuesday = final(TUESDAY, [make_entry(1, first, [english])], reports)
    thursday = final(THURSDAY, day_of(THURSDAY, a=99, b=12))
    return make_roundup(
        WEEK,
        [
            replace(tuesday, listing=cut),
            quiet(WEDNESDAY, "arXiv has *no* announcement"),
            thursday,
            final(FRIDAY),
        ],
    )


def periods() -> st.SearchStrategy[Period]:
    """Weeks and months of any year."""
    days = st.dates(date(1992, 1, 1), date(2100, 1, 1))
    weeks = days.map(lambda day: Period(PeriodKind.WEEK, *day.isocalendar()[:2]))
    return weeks | days.map(lambda day: Period(PeriodKind.MONTH, day.year, day.month))


def roundups(most_papers: int = 2) -> st.SearchStrategy[Roundup]:
    """Roundups of some hostile digests."""
    return st.builds(
        lambda period, found: make_roundup(
            period,
            [
                replace(
                    digest,
                    date=day,
                    listing=digest.listing and replace(digest.listing, date=day),
                )
                for day, digest in zip(period.listing_dates, found, strict=False)
            ],
        ),
        periods(),
        st.lists(digests(most_papers), min_size=1, max_size=3),
    )


def ids_of(roundup: Roundup) -> list[PaperId]:
    """The ids of a roundup's papers, in their order."""
    return [paper.entry.paper.id for paper in roundup.papers]
