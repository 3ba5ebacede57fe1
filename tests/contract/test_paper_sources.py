"""What every source of papers does: the one in memory, and arXiv with its three services."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
from hotpapers.domain.calendar import submission_window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Announcement, Kind, Notice
from hotpapers.errors import UpstreamError
from hotpapers.ports import PaperSource
from local.upstreams.dataset import Record
from local.upstreams.faults import Faults, answers
from local.upstreams.server import UpstreamServer
from tests.builders import make_paper
from tests.fakes import Clock, MemoryPapers
from tests.records import dataset, paper

THURSDAY, FRIDAY, SATURDAY = date(2020, 9, 17), date(2020, 9, 18), date(2020, 9, 19)
MONDAY = date(2020, 9, 21)
WINDOW = submission_window(FRIDAY)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Told:
    """A paper: when it was submitted, when it was announced and, if it was, when cross-listed."""

    id: str
    submitted_at: datetime
    announced: date
    crossed: date | None = None


PAPERS = (
    Told("2009.00001", WINDOW.start - SECOND, THURSDAY, crossed=FRIDAY),
    Told("2009.00002", WINDOW.start, FRIDAY),
    Told("2009.00003", WINDOW.end - SECOND, FRIDAY),
    Told("2009.00004", WINDOW.end, MONDAY),
    # Held back by moderators
    Told("2008.00005", WINDOW.start - timedelta(days=30), FRIDAY),
)
IDS = [PaperId(each.id) for each in PAPERS]

Source = Callable[[date], PaperSource]
"""An arXiv that has announced up to a day."""


@pytest.fixture(params=["memory", "arXiv"])
def arxiv(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Source]:
    if request.param == "memory":
        yield in_memory
        return
    records = tuple(map(record, PAPERS))
    with ExitStack() as servers:

        def asked(today: date) -> PaperSource:
            served = UpstreamServer(dataset(records), page_size=2, today=today)
            url = servers.enter_context(served).url
            return Arxiv(ArxivOrigins(url, url, url), ["cs.*"], "", 3.0, clock.time)

        yield asked


def in_memory(today: date) -> PaperSource:
    papers = {each.id: make_paper(each.id, submitted_at=each.submitted_at) for each in PAPERS}
    source = MemoryPapers(papers.values(), announcements=(), today=today)
    for each in PAPERS:
        source.announce(each.announced, [papers[each.id]])
        if each.crossed:
            source.announce(each.crossed, [papers[each.id]], Kind.CROSS)
    return source


def record(told: Told) -> Record:
    moment = f"{told.submitted_at:%Y-%m-%dT%H:%M:%SZ}"
    crossed = {"date": str(told.crossed), "action": "cross", "categories": ["cs.LG"]}
    return paper(
        told.id,
        categories=["math.CO", "cs.LG"] if told.crossed else ["cs.LG"],
        published=moment,
        updated=moment,
        announced=str(told.announced),
        updates=[crossed] if told.crossed else [],
    )


def kinds(announcement: Announcement) -> dict[str, Kind]:
    assert not announcement.shortfall
    return {entry.paper.id: entry.kind for entry in announcement.entries}


ON_FRIDAY = {
    "2008.00005": Kind.NEW,
    "2009.00002": Kind.NEW,
    "2009.00003": Kind.NEW,
    "2009.00001": Kind.CROSS,
}


def test_papers_of_a_window_come_once_each(arxiv: Source) -> None:
    found = arxiv(MONDAY).papers_submitted(WINDOW)
    assert [each.id for each in found] == ["2009.00002", "2009.00003"]
    assert [each.submitted_at for each in found] == [WINDOW.start, WINDOW.end - SECOND]


def test_a_window_without_papers_is_empty(arxiv: Source) -> None:
    assert list(arxiv(MONDAY).papers_submitted(submission_window(date(2020, 1, 7)))) == []


def test_papers_are_found_by_their_ids(arxiv: Source) -> None:
    source = arxiv(MONDAY)
    asked = [IDS[4], PaperId("2009.99999"), IDS[1], IDS[2], IDS[1]]
    assert {each.id: each.submitted_at for each in source.papers_named(asked)} == {
        PAPERS[number].id: PAPERS[number].submitted_at for number in (4, 1, 2)
    }
    assert list(source.papers_named([])) == []


def test_the_feed_tells_of_today(arxiv: Source) -> None:
    feed = arxiv(FRIDAY).feed()
    assert (feed.date, feed.is_followed) == (FRIDAY, False)
    assert kinds(feed) == ON_FRIDAY


def test_on_a_day_without_an_announcement_the_feed_is_empty(arxiv: Source) -> None:
    assert arxiv(SATURDAY).feed() == Announcement(SATURDAY, ())


@pytest.mark.parametrize("today", [FRIDAY, SATURDAY])
def test_the_notice_is_of_the_newest_announcement(arxiv: Source, today: date) -> None:
    assert arxiv(today).notice() == Notice(FRIDAY, new=3)


def test_an_announcement_is_told_afterwards(arxiv: Source) -> None:
    page = arxiv(MONDAY).announcement(FRIDAY)
    assert (page.date, page.is_followed) == (FRIDAY, True)
    assert kinds(page) == ON_FRIDAY


def test_the_newest_announcement_is_not_followed(arxiv: Source) -> None:
    source = arxiv(MONDAY)
    assert kinds(source.announcement(MONDAY)) == {"2009.00004": Kind.NEW}
    assert not source.announcement(MONDAY).is_followed


@pytest.mark.parametrize(("today", "is_followed"), [(MONDAY, True), (SATURDAY, False)])
def test_a_day_without_an_announcement_says_whether_one_followed(
    arxiv: Source, today: date, is_followed: bool
) -> None:
    page = arxiv(today).announcement(SATURDAY)
    assert page == Announcement(SATURDAY, (), is_followed=is_followed)


REFUSAL = UpstreamError("arXiv", "answered 403")
QUESTIONS: dict[str, Callable[[PaperSource], object]] = {
    "papers_submitted": lambda source: source.papers_submitted(WINDOW),
    "papers_named": lambda source: source.papers_named(IDS),
    "feed": lambda source: source.feed(),
    "notice": lambda source: source.notice(),
    "announcement": lambda source: source.announcement(FRIDAY),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_cannot_be_had_is_reported(question: str) -> None:
    refusing = [answers(403)]
    faults = Faults(arxiv=refusing, arxiv_rss=refusing, arxiv_web=refusing)
    in_memory = MemoryPapers()
    in_memory.failures[question] = REFUSAL
    with UpstreamServer(dataset(), faults=faults) as server:
        origins = ArxivOrigins(server.url, server.url, server.url)
        sources: list[PaperSource] = [
            in_memory,
            MemoryPapers(error=REFUSAL),
            Arxiv(origins, ["cs.*"], "", 0.0),
        ]
        for source in sources:
            with pytest.raises(UpstreamError, match="answered 403"):
                QUESTIONS[question](source)
