"""Reading the archive: the pages and posts of days."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.pages.design import design
from hotpapers.documents.presentation import Presentation
from hotpapers.documents.site import Site
from hotpapers.domain.calendar import is_listing_date, predicted_quiet
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import NEARBY, EditionHead, Neighbours, neighbours
from hotpapers.domain.fingerprint import fingerprint
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.page import Page
from hotpapers.errors import StoreError
from hotpapers.ports import PageStore
from hotpapers.use_cases.browse import (
    MOST_QUIET,
    NO_DIGEST,
    Archive,
    find_digest,
    newest_with_papers,
    read_unmeasured,
)
from hotpapers.use_cases.offers import Content, Missing, Offer
from hotpapers.use_cases.pages import Plan, digest_page_plan, look

logger = logging.getLogger(__name__)


def offer_digest_page(
    day: date | None, moment: datetime, archive: Archive, site: Site
) -> Offer | Missing:
    """The page of a day, or of the newest digest (None), or why there is none at a time (UTC).

    One query tells which page it is, and one read gets it where it was made before.
    """
    nearby = _heads_around(day, archive)
    newest = newest_with_papers(nearby[: MOST_QUIET + 1])
    head = newest if day is None else _head_of(day, nearby)
    if head:
        plan = digest_page_plan(head, nearby, site, archive.editions)
        return offer_page(plan, archive.pages, final=head.final)
    if day is None:
        return NO_DIGEST
    place = neighbours(day, nearby)
    if not is_listing_date(day):
        return _offer_made(make_weekend(day), place, site)
    unmeasured = read_unmeasured(day, moment, archive)
    if isinstance(unmeasured, Missing):
        return unmeasured
    return _offer_made(unmeasured.read(), place, site)


def offer_page(plan: Plan, pages: PageStore, *, final: bool = False) -> Offer:
    """A planned page: as it lies there if it was made so, else made now, with one read more."""

    def content() -> Content:
        page = lying_page(plan.path, pages)
        return page.content if page and page.made_of == plan.made_of else plan.make()

    return Offer(content, plan.made_of, plan.modified_at, final)


def lying_page(path: str, pages: PageStore) -> Page | None:
    """The page that lies at a path; None where there is none, or where it cannot be fetched.

    All that lies there can be made of the table, so readers need not know that it cannot be had.
    """
    try:
        return pages.page(path)
    except StoreError as error:
        logger.warning("page cannot be fetched", extra={"path": path, "reason": str(error)})
        return None


def offer_post(
    day: date | None, moment: datetime, archive: Archive, presentation: Presentation
) -> Offer | Missing:
    """The Markdown post of a day, or of the newest digest (None), or why there is none."""
    kept = find_digest(day, moment, archive)
    if isinstance(kept, Missing):
        return kept
    digest = make_weekend(kept.date) if kept.revision is None else kept.read()
    if digest.listing and digest.is_quiet:
        return Missing(f"there is no post of {digest.date}: {digest.listing.why}")
    front_matter = presentation.front_matter

    def content() -> bytes:
        from hotpapers.documents.hot_papers_post import write_post  # a template engine

        return write_post(digest, front_matter)

    tag = post_tag(kept.revision or "", front_matter)
    return Offer(content, tag, digest.collected_at, digest.final)


def post_tag(revision: str, front_matter: FrontMatter) -> str:
    """The name of the bytes of a post, by the revision that it shows."""
    return fingerprint(design(), revision, repr(front_matter))


def make_weekend(day: date) -> Digest:
    """The digest of a Saturday or Sunday."""
    midnight = datetime.combine(day, time(), UTC)
    why = predicted_quiet(day)
    listing = Listing(day, ListingState.QUIET, midnight, why, predicted=True)
    return Digest(day, midnight, (), listing=listing, final=True)


def _heads_around(day: date | None, archive: Archive) -> Sequence[EditionHead]:
    """The heads of a day and of the days beside it; of the newest one (None) newest first."""
    if day is None:
        # One more than is looked at: the one before the newest, where the days since were quiet.
        return archive.editions.newest_heads(MOST_QUIET + 2)
    # At both ends of the calendar there is no day that is so far away.
    first = day - min(NEARBY, day - date.min)
    return archive.editions.heads(first, day + min(NEARBY, date.max - day))


def _head_of(day: date, heads: Sequence[EditionHead]) -> EditionHead | None:
    return next((head for head in heads if head.date == day), None)


def _offer_made(digest: Digest, place: Neighbours, site: Site) -> Offer:
    """The page of a digest that is not kept."""

    def content() -> bytes:
        from hotpapers.documents.pages.digest_page import write_digest_page  # a template engine

        return write_digest_page(digest, place, site)

    parts = (digest.date, digest.collected_at, place.previous, place.next, digest.listing)
    return Offer(content, fingerprint(look(site), *map(str, parts)))
