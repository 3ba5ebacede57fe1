"""Publishing digests: as files and pages, in feeds, and in the catalogue that is searched.

Where a week or month is complete by a digest, its roundup is made and published as well.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotpapers.documents.digest_json import read_digest
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.documents.presentation import Presentation
from hotpapers.documents.roundup_json import write_roundup
from hotpapers.documents.roundup_post import write_roundup_post
from hotpapers.domain.card import digest_cards
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import NEARBY, EditionHead, Outcome, Revision, neighbours
from hotpapers.domain.packing import pack
from hotpapers.domain.page import Page, PageMark
from hotpapers.domain.roundup import (
    Period,
    days_awaited,
    is_over,
    make_roundup,
    periods_of,
    roundup_revision,
)
from hotpapers.errors import ReplacedError, StoreError
from hotpapers.ports import CatalogueStore, DocumentStore, EditionStore, PageStore, RoundupStore
from hotpapers.use_cases.feeds import FEED_PATHS, NEWEST_DAYS, newest_feeds
from hotpapers.use_cases.pages import Plan, digest_page_plan, page_path, roundup_page_plan

logger = logging.getLogger(__name__)

MARKDOWN = "text/markdown; charset=utf-8"
JSON = "application/json; charset=utf-8"

PAUSES = (0.1, 0.2, 0.4, 0.8)
"""Seconds before a page is planned again that others put at the same time: as long as these take to
read ten digests and to put six feeds. Of those who put at once one succeeds, so whoever comes fifth
finds it done; what goes on for longer is for the stream to try again."""


@dataclass(frozen=True)
class Renderer:
    """All that is needed to publish: what is kept, where things go, and how they look."""

    editions: EditionStore
    roundups: RoundupStore
    catalogue: CatalogueStore
    documents: DocumentStore
    pages: PageStore
    presentation: Presentation
    sleep: Callable[[float], None] = time.sleep

    def render(self, day: date) -> None:
        """Publish a listing date's digest, as it is kept now.

        Where nothing more is expected of the digest, its week and its month may be complete: then
        their roundups are made, or made again. All depends on what is kept alone, so it does not
        matter how often this is done, or in which order for several days.

        Raises StoreError where there is no such digest, or something cannot be written.
        """
        kept = self.editions.document(day)
        if kept is None:
            raise StoreError(f"there is no digest of {day}")
        revision, document = kept
        digest = read_digest(document)
        written = {**self._publish_digest(digest, document, revision)}
        self.catalogue.file(day, revision, digest_cards(digest))
        written |= self._make_pages(day)
        extra = {"date": str(digest.date), "revision": revision, "written": written}
        logger.info("rendered", extra=extra)
        if is_over(digest):
            for period in periods_of(day):
                self._make_roundup(period)
        self._make_feeds(day)

    def render_again(self, first: date, last: date) -> Sequence[date]:
        """Publish all digests of a span, both ends included, oldest first; their listing dates.

        For what was not there when they were kept: another bucket, or a catalogue. Raises
        StoreError.
        """
        days = [head.date for head in self.editions.heads(first, last)]
        for day in days:
            self.render(day)
        return days

    def _publish_digest(
        self, digest: Digest, document: bytes, revision: Revision
    ) -> Mapping[str, bool]:
        post = write_post(digest, self.presentation.front_matter)
        return self._publish(
            str(digest.date), document, post, revision, has_post=not digest.is_quiet
        )

    def _make_pages(self, day: date) -> Mapping[str, bool]:
        """Make the page of a day, and those of the days beside it, which lead to it."""
        place = neighbours(day, self._heads_around(day))
        dates = [each for each in (place.previous, day, place.next) if each]
        return {page_path(each): self._make_page(each) for each in dates}

    def _make_page(self, day: date) -> bool:
        """Make the page of a day; whether there was another one, or none."""

        def plan() -> Sequence[Plan]:
            heads = self._heads_around(day)
            site = self.presentation.site
            return [
                digest_page_plan(head, heads, site, self.editions)
                for head in heads
                if head.date == day
            ]

        return self._keep([page_path(day)], plan)[page_path(day)]

    def _heads_around(self, day: date) -> Sequence[EditionHead]:
        return self.editions.heads(day - NEARBY, day + NEARBY)

    def _make_feeds(self, day: date) -> None:
        """Make the feeds of what is newest, if a day is part of that."""
        oldest = self.editions.newest_heads(NEWEST_DAYS)[-1]
        if day < oldest.date:
            return

        def plan() -> Sequence[Plan]:
            heads = self.editions.newest_heads(NEWEST_DAYS)
            return newest_feeds(heads, self.presentation.site, self.editions)

        written = self._keep(FEED_PATHS, plan)
        logger.info("feeds made", extra={"date": str(day), "written": written})

    def _keep(self, paths: Sequence[str], plan: Callable[[], Sequence[Plan]]) -> Mapping[str, bool]:
        """Have the pages of a plan lie at their paths; which of them did not.

        What is planned is read after what lies there was looked at, and nothing is put where
        something else was put since: so whoever comes last has seen all that there is.
        """
        written = dict.fromkeys(paths, False)
        for pause in (*PAUSES, None):
            marks = {path: self.pages.mark(path) for path in paths}
            missing = [each for each in plan() if _is_missing(each, marks[each.path])]
            written |= dict.fromkeys((each.path for each in missing), True)
            if all(self._put(each, marks[each.path]) for each in missing):
                return written
            if pause is not None:
                self.sleep(pause)
        raise StoreError(f"{paths[0]} is being written by others all the time")

    def _put(self, plan: Plan, mark: PageMark | None) -> bool:
        """Make a page and put it; False where something was replaced in the meantime."""
        try:
            content = pack(plan.make())
        except ReplacedError as error:
            logger.info("page is planned anew", extra={"reason": str(error)})
            return False
        return self.pages.put(plan.path, Page(plan.made_of, plan.modified_at, content), mark)

    def _make_roundup(self, period: Period) -> None:
        """Make the roundup of a period from its digests, keep it and publish it, if it is complete.

        That takes two queries, and one for each digest: 25 for a month of 23 listing dates.
        """
        first_date = self.editions.first_date()
        heads = {head.date: head for head in self.editions.heads(period.first, period.last)}
        if days_awaited(period, heads, first_date):
            return
        kept = [edition for day in heads if (edition := self.editions.document(day))]
        digests = [read_digest(document) for _, document in kept]
        if not all(map(is_over, digests)):
            return  # one of them was replaced a moment ago, and will come here again
        roundup = make_roundup(period, digests)
        revision, document = roundup_revision(name for name, _ in kept), write_roundup(roundup)
        outcome = self.roundups.save(period.name, revision, document)
        if outcome is Outcome.SUPERSEDED:
            return  # whoever made the newer one publishes it
        post = write_roundup_post(roundup, self.presentation.front_matter)
        has_post = not roundup.is_quiet
        written = {**self._publish(period.name, document, post, revision, has_post=has_post)}
        written |= self._keep([page_path(period.name)], lambda: self._plan_roundup(period))
        extra = {"period": period.name, "revision": revision, "written": written}
        logger.info("rounded up", extra=extra)

    def _plan_roundup(self, period: Period) -> Sequence[Plan]:
        revision = self.roundups.revision(period.name)
        site = self.presentation.site
        return [roundup_page_plan(period, revision, site, self.roundups)] if revision else []

    def _publish(
        self, name: str, document: bytes, post: bytes, revision: Revision, *, has_post: bool
    ) -> Mapping[str, bool]:
        """Put the files of a day or period in their places; which of them were put.

        Where nothing was announced there is no post. If there is one already, from when less was
        known, it is not left saying something else.
        """
        put = self.documents.publish if has_post else self.documents.replace
        return {
            digest_path(name): self.documents.publish(digest_path(name), document, JSON, revision),
            post_path(name): put(post_path(name), post, MARKDOWN, revision),
        }


def digest_path(name: date | str) -> str:
    """Where the JSON of a day's digest lies, or of a period's roundup."""
    return f"digests/{name}.json"


def post_path(name: date | str) -> str:
    """Where the post of a day or period lies: the name that the blog's posts have."""
    return f"posts/{name}---Hot-Papers.md"


def _is_missing(plan: Plan, mark: PageMark | None) -> bool:
    """Tell whether a page is still to be made, given the mark of what lies there."""
    return mark is None or mark.made_of != plan.made_of
