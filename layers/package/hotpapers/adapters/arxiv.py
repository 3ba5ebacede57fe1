"""arXiv as the source of papers: what it holds, and what it announced and when.

Three of its services are asked: the query API, the feed of the day, and the pages for people. They
are one service to arXiv's terms of use (https://info.arxiv.org/help/api/tou.html): at most one
question every three seconds, over one connection at a time, from all our machines together. So
they share a pace.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from hotpapers.adapters import arxiv_api, arxiv_feed, arxiv_pages
from hotpapers.adapters.arxiv_api import ArxivApi
from hotpapers.adapters.arxiv_feed import ArxivFeed
from hotpapers.adapters.arxiv_pages import ArxivPages
from hotpapers.adapters.http import Allowance, Limits, Patience, Terms, Upstream, user_agent
from hotpapers.adapters.pace import OwnPace, Pace, Time
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Announcement, Notice
from hotpapers.domain.paper import Paper

ALLOWED_SECONDS = 420.0
"""How long all that arXiv is asked in a run may take. The run has 900 s, and has to ask the sources
of posts as well."""
LIMITS = Limits(answer_seconds=60.0, answer_bytes=32 * 1024 * 1024)
"""The longest page, of 2,000 papers with their abstracts, has about 8 MB."""


@dataclass(frozen=True)
class ArxivOrigins:
    """Where arXiv's query API, its feeds and its pages are (origins, as `https://arxiv.org`)."""

    api: str
    rss: str
    web: str


class Arxiv:
    """arXiv as the source of papers."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        origins: ArxivOrigins,
        categories: Sequence[str],
        contact: str,
        delay_seconds: float,
        clock: Time | None = None,
        pace: Pace | None = None,
    ) -> None:
        """`delay_seconds` lie between two questions, unless a `pace` says when they are asked.

        The time that arXiv may take counts from here on.
        """
        clock = clock or Time()
        pace = pace or OwnPace(delay_seconds, clock)
        allowance = Allowance(Terms(contact, ALLOWED_SECONDS, clock))
        first_pause = max(delay_seconds, 1.0)

        def service(name: str, origin: str, accept: str, patience: Patience) -> Upstream:
            return Upstream(
                name,
                origin,
                _headers(contact, accept),
                pace=pace,
                patience=patience,
                limits=LIMITS,
                clock=clock,
                allowance=allowance,
            )

        patience = Patience(first_pause=first_pause)
        # The feed and the pages can be done without: the API is left time to tell in their place.
        less = Patience(attempts=3, first_pause=first_pause, longest_pause=30.0)
        api = service("arXiv", origins.api, arxiv_api.ACCEPT, patience)
        feed = service("arXiv's feed", origins.rss, arxiv_feed.ACCEPT, less)
        pages = service("arXiv's pages", origins.web, arxiv_pages.ACCEPT, less)
        self._api = ArxivApi(api, categories)
        self._feed = ArxivFeed(feed, categories)
        self._pages = ArxivPages(pages, categories)

    def papers_submitted(self, window: Window) -> Sequence[Paper]:
        """The papers of the configured categories submitted in a window, each once."""
        return self._api.papers_submitted(window)

    def papers_named(self, papers: Collection[PaperId]) -> Sequence[Paper]:
        """Papers by their ids, as arXiv describes them now; those that it does not know are absent.

        For a few hundred ids: each 200 of them are a question.
        """
        return self._api.papers_named(papers)

    def feed(self) -> Announcement:
        """The announcement of today, of the configured categories."""
        return self._feed.announcement()

    def notice(self) -> Notice:
        """What arXiv's listing page says of its newest announcement."""
        return self._pages.notice()

    def announcement(self, day: date) -> Announcement:
        """The announcement of a day of the last 90; without one it has no entries."""
        return self._pages.announcement(day)


def _headers(contact: str, accept: str) -> dict[str, str]:
    return {
        "User-Agent": user_agent(contact),
        # Without an Accept header arXiv's edge has answered 406 (September 2026).
        "Accept": accept,
        # A connection that is kept open to one host would be a second one beside that to the next.
        "Connection": "close",
    }
