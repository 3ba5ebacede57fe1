"""Pages before they are made: where they lie, what they are made of, and how.

A page follows from what is kept and from its looks alone, so its fingerprint can be told without
making it. The renderer makes pages ahead; whoever is asked for one that is not there makes it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from hotpapers.documents.digest_json import read_digest
from hotpapers.documents.pages.design import design
from hotpapers.documents.roundup_json import read_roundup
from hotpapers.documents.site import Site
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import (
    EditionHead,
    Neighbours,
    Revision,
    neighbours,
    revision_time,
)
from hotpapers.domain.fingerprint import fingerprint
from hotpapers.domain.roundup import Period, digest_revisions
from hotpapers.domain.selection import LARGEST_LIMIT, Selection
from hotpapers.errors import ReplacedError
from hotpapers.ports import EditionStore, RoundupStore
from hotpapers.use_cases.extracts import cursors_of, place_after

if TYPE_CHECKING:
    from hotpapers.documents.pages.rest import Rest

MEANWHILE = "has been replaced just now"


@dataclass(frozen=True)
class Plan:
    """A page that can be made.

    `path` is where it lies, `made_of` the fingerprint of all that it is made of, `modified_at` when
    that last changed (UTC). `make` raises ReplacedError where something else is kept by then.
    """

    path: str
    made_of: str
    modified_at: datetime
    make: Callable[[], bytes]


def look(site: Site) -> str:
    """What all pages of a site have in common: changes with their design, and their address."""
    return fingerprint(design(), site.url)


def page_path(name: date | str) -> str:
    """Where the page of a day's digest lies, or of a period's roundup."""
    return f"digests/{name}.html"


def digest_page_plan(
    head: EditionHead, nearby: Sequence[EditionHead], site: Site, editions: EditionStore
) -> Plan:
    """The page of a digest, given its head and those around it (in any order, its own included)."""
    place = neighbours(head.date, nearby)
    beside = (place.previous, place.next)
    appeared = [each.published_at or each.collected_at for each in nearby if each.date in beside]

    def make() -> bytes:
        from hotpapers.documents.pages.digest_page import write_digest_page  # a template engine

        kept = editions.document(head.date)
        if kept is None or kept[0] != head.revision:
            raise ReplacedError(f"the digest of {head.date} {MEANWHILE}")
        digest = read_digest(kept[1])
        return write_digest_page(digest, place, site, _rest(digest, head.revision))

    return Plan(
        path=page_path(head.date),
        # What does not fit on it is led to: by a cursor, which nobody takes any more once they are
        # made in another way.
        made_of=fingerprint(
            look(site), head.revision, *_texts(place), _cursor(head.revision, head.papers)
        ),
        modified_at=max([head.collected_at, *appeared]),
        make=make,
    )


def roundup_page_plan(
    period: Period, revision: Revision, site: Site, roundups: RoundupStore
) -> Plan:
    """The page of the roundup of a period, given its revision."""

    def make() -> bytes:
        from hotpapers.documents.pages.roundup_page import write_roundup_page  # as above

        kept = roundups.document(period.name)
        if kept is None or kept[0] != revision:
            raise ReplacedError(f"the roundup of {period.name} {MEANWHILE}")
        return write_roundup_page(read_roundup(kept[1]), site)

    made_of = fingerprint(look(site), revision)
    return Plan(page_path(period.name), made_of, roundup_time(revision), make)


def roundup_time(revision: Revision) -> datetime:
    """When what a roundup tells was last measured (UTC), by its revision."""
    return max(map(revision_time, digest_revisions(revision)))


def _rest(digest: Digest, revision: Revision) -> "Rest | None":
    """What of a digest is not on its page any more, and where it is."""
    from hotpapers.documents.pages.rest import Rest  # as above

    left = len(digest.papers) - LARGEST_LIMIT
    if left <= 0:
        return None
    return Rest(left, [("cursor", _cursor(revision, LARGEST_LIMIT))])


def _cursor(revision: Revision, papers: int) -> str:
    return cursors_of(Selection()).write(place_after(revision, papers))


def _texts(place: Neighbours) -> tuple[str, str]:
    return str(place.previous or ""), str(place.next or "")
