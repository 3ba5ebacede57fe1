"""Publishing digests as files, and making roundups of them where a week or month is complete."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hotpapers.documents.digest_json import read_digest
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.documents.roundup_json import write_roundup
from hotpapers.documents.roundup_post import write_roundup_post
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import Outcome, Revision
from hotpapers.domain.roundup import (
    Period,
    days_awaited,
    is_over,
    make_roundup,
    periods_of,
    roundup_revision,
)
from hotpapers.errors import StoreError
from hotpapers.ports import DocumentStore, EditionStore, RoundupStore

logger = logging.getLogger(__name__)

MARKDOWN = "text/markdown; charset=utf-8"
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Renderer:
    """All that is needed to publish: what is kept, where files go, and how posts begin."""

    editions: EditionStore
    roundups: RoundupStore
    documents: DocumentStore
    front_matter: FrontMatter

    def render(self, day: date) -> None:
        """Write the files of a listing date's digest, as it is kept now.

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
        self._publish_digest(digest, document, revision)
        if is_over(digest):
            for period in periods_of(day):
                self._make_roundup(period)

    def _publish_digest(self, digest: Digest, document: bytes, revision: Revision) -> None:
        post = write_post(digest, self.front_matter)
        written = self._publish(
            str(digest.date), document, post, revision, has_post=not digest.is_quiet
        )
        extra = {"date": str(digest.date), "revision": revision, "written": written}
        logger.info("rendered", extra=extra)

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
        post = write_roundup_post(roundup, self.front_matter)
        written = self._publish(
            period.name, document, post, revision, has_post=not roundup.is_quiet
        )
        extra = {"period": period.name, "revision": revision, "written": written}
        logger.info("rounded up", extra=extra)

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
