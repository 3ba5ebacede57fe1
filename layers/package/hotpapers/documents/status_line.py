"""The line of a post that tells why a day has no papers, or what may be missing in its digest.

A source that told as much as it was asked for is not named: nothing went wrong.
"""

from hotpapers.documents import markdown
from hotpapers.documents.digest_json import write_time
from hotpapers.domain.digest import Digest
from hotpapers.domain.sources import SOURCES, SourceReport, Status


def status_line(digest: Digest) -> str:
    """What is missing in a digest, and why, in a line of Markdown; empty where nothing is."""
    listing = digest.listing
    if listing and digest.is_quiet:
        return f"*arXiv has no new papers on this day{_because(listing.why)}.*"
    sentences = [
        _sentences(source.title, digest.sources[name])
        for name, source in SOURCES.items()
        if name in digest.sources_lacking
    ]
    if listing and listing.shortfall:
        sentences.insert(0, f"It may lack papers{_because(listing.shortfall)}.")
    return f"*This digest is partial. {' '.join(sentences)}*" if sentences else ""


def _sentences(title: str, report: SourceReport) -> str:
    failed = report.status is Status.FAILED
    said = f"{title} could not be asked" if failed else f"{title} did not tell all"
    because = _because(report.reason)
    if report.as_of is not None:
        return f"{said}{because}. Its numbers are those of {write_time(report.as_of)}."
    return f"{said}{because}." + (" Its numbers are unknown." if failed else "")


def _because(reason: str) -> str:
    """A reason as the end of a sentence, without its full stop."""
    shown = markdown.literal(reason.rstrip(" ."))
    return f": {shown}" if shown else ""
