"""Readings: what a source has told about the papers of a day.

A reading knows of which papers it knows the numbers, so that "nobody mentioned it" and "we could
not ask" stay two things. The newest reading of each source is kept, and stands in where the source
cannot be asked later: what was known is never lost to a failure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.post import Post
from hotpapers.domain.sources import SourceReport, Status


@dataclass(frozen=True)
class PostPage:
    """Some of the posts that a source was asked for, as they came.

    `entries` is how many the source gave, those about no paper included, and `unreadable` how many
    of them cannot be read, so that nobody knows what they are about. `cost` is what it charges for
    them, in US dollars; None for a source that charges nothing.
    """

    posts: tuple[Post, ...]
    entries: int
    cost: Decimal | None = None
    unreadable: int = 0


@dataclass(frozen=True)
class Reading:
    """What a source has told about a day's papers at a time (UTC).

    `papers` are those whose numbers are known, in the order of their ids; without a post among
    `posts` such a paper was not mentioned. `shortfall` says why there may be more posts; it is
    empty where the source told all. If it was `interrupted`, asking again may tell them. `as_of` is
    the time of its oldest numbers where these are from an earlier reading. `entries` is how many
    posts the source gave, those about other papers included, and `cost` what it charges for them
    (US dollars; None: nothing). Where what an earlier reading knew was added, `measured` are the
    papers of which this one told itself; None stands for all.
    """

    source: str
    taken_at: datetime
    papers: tuple[PaperId, ...]
    posts: tuple[Post, ...]
    shortfall: str = ""
    interrupted: bool = False
    as_of: datetime | None = None
    entries: int = 0
    cost: Decimal | None = None
    measured: tuple[PaperId, ...] | None = None

    @property
    def papers_measured(self) -> tuple[PaperId, ...]:
        """The papers whose numbers are of this reading's time."""
        return self.papers if self.measured is None else self.measured


def make_reading(
    source: str,
    taken_at: datetime,
    listed: Iterable[PaperId],
    pages: Sequence[PostPage],
    shortfall: str = "",
) -> Reading:
    """The reading that follows from what a source gave, about the listed papers only.

    Of a source that did not tell all, only the papers that it mentioned are known.
    """
    wanted = set(listed)
    about = tuple(
        replace(post, papers=tuple(paper for paper in post.papers if paper in wanted))
        for page in pages
        for post in page.posts
        if not wanted.isdisjoint(post.papers)
    )
    mentioned = {paper for post in about for paper in post.papers}
    costs = [page.cost for page in pages if page.cost is not None]
    return Reading(
        source=source,
        taken_at=taken_at,
        papers=tuple(sorted(mentioned if shortfall else wanted)),
        posts=about,
        shortfall=shortfall,
        entries=sum(page.entries for page in pages),
        cost=sum(costs, Decimal(0)) if costs else None,
    )


def complete(new: Reading, kept: Reading | None) -> Reading:
    """A reading together with what an earlier one knew and this one, having a shortfall, does not.

    A reading without a shortfall stands for itself: what it does not have is gone.
    """
    if kept is None or not new.shortfall:
        return new
    seen = {post.id for post in new.posts}
    return replace(
        new,
        papers=tuple(sorted({*new.papers, *kept.papers})),
        posts=new.posts + tuple(post for post in kept.posts if post.id not in seen),
        as_of=kept.as_of or kept.taken_at,
        measured=new.papers_measured,
    )


def report_on(reading: Reading, time: datetime) -> SourceReport:
    """What a digest made at a time says of the source that a reading is from."""
    return SourceReport(
        status=Status.PARTIAL if reading.shortfall else Status.OK,
        reason=reading.shortfall,
        interrupted=reading.interrupted,
        as_of=reading.as_of or (reading.taken_at if reading.taken_at != time else None),
        posts_read=None if reading.cost is None else reading.entries,
        cost=reading.cost,
    )
