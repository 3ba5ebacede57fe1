"""Reading the archive's roundups."""

from hotpapers.documents.presentation import Presentation
from hotpapers.documents.roundup_json import read_roundup
from hotpapers.documents.site import Site
from hotpapers.domain.edition import Revision
from hotpapers.domain.fingerprint import fingerprint
from hotpapers.domain.packing import Packed
from hotpapers.domain.roundup import Period, days_awaited
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.browse_pages import offer_page, post_tag
from hotpapers.use_cases.offers import Missing, Offer
from hotpapers.use_cases.pages import roundup_page_plan, roundup_time


def offer_roundup(period: Period, archive: Archive) -> Offer | Missing:
    """The roundup of a period as JSON, or why there is none."""
    kept = find_roundup(period, archive)
    if isinstance(kept, Missing):
        return kept
    revision, document = kept
    return Offer(lambda: document, fingerprint(revision), roundup_time(revision))


def offer_roundup_page(period: Period, archive: Archive, site: Site) -> Offer | Missing:
    """The page of the roundup of a period, or why there is none."""
    revision = archive.roundups.revision(period.name)
    if revision is None:
        return why_no_roundup(period, archive)
    plan = roundup_page_plan(period, revision, site, archive.roundups)
    return offer_page(plan, archive.pages)


def offer_roundup_post(
    period: Period, archive: Archive, presentation: Presentation
) -> Offer | Missing:
    """The Markdown post of the roundup of a period, or why there is none."""
    kept = find_roundup(period, archive)
    if isinstance(kept, Missing):
        return kept
    revision, document = kept
    roundup = read_roundup(document.unpack())
    if roundup.is_quiet:
        return Missing(f"there is no post of {period.name}: arXiv announced nothing")

    def content() -> bytes:
        from hotpapers.documents.roundup_post import write_roundup_post  # a template engine

        return write_roundup_post(roundup, presentation.front_matter)

    tag = post_tag(revision, presentation.front_matter)
    return Offer(content, tag, roundup_time(revision))


def find_roundup(period: Period, archive: Archive) -> tuple[Revision, Packed] | Missing:
    """The JSON document of a period's roundup, or why there is none."""
    return archive.roundups.packed_document(period.name) or why_no_roundup(period, archive)


def why_no_roundup(period: Period, archive: Archive) -> Missing:
    """Why a period has no roundup: nothing is kept of it, or it is not complete yet."""
    return Missing(f"there is no roundup of {period.name}: {_reason(period, archive)}")


def _reason(period: Period, archive: Archive) -> str:
    first_date = archive.editions.first_date()
    if first_date is None:
        return "there is no digest yet"
    if first_date > period.last:
        return f"the archive begins on {first_date}"
    heads = {head.date: head for head in archive.editions.heads(period.first, period.last)}
    awaited = days_awaited(period, heads, first_date)
    if not awaited:
        return "it is complete, and being made"
    why = f"it is not complete yet, for the digest of {awaited[0]} is not final"
    match len(awaited) - 1:
        case 0:
            return why
        case 1:
            return f"{why}, and 1 more is not"
        case others:
            return f"{why}, and {others} more are not"
