"""The page that lists digests, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotpapers.documents.pages.addresses import DIGESTS, Parameter, digest_path, with_parameters
from hotpapers.documents.pages.filter_form import filter_form
from hotpapers.documents.pages.layout import Head, write_page
from hotpapers.documents.pages.words import enumeration, plural
from hotpapers.documents.site import Site
from hotpapers.domain.edition import EditionHead
from hotpapers.domain.selection import Selection
from hotpapers.domain.sources import SOURCES


@dataclass(frozen=True)
class DigestLine:
    """A digest of the list: how many papers it has, and what else is to be said of it.

    `share` is how far its bar goes, in hundredths of the longest.
    """

    date: date
    path: str
    count: str
    note: str
    share: int


def write_digests_page(
    heads: Sequence[EditionHead],
    onward: Sequence[Parameter],
    selection: Selection,
    matches: Mapping[date, int] | None,
    site: Site,
) -> bytes:
    """A page of the list of digests, in UTF-8.

    `onward` is what leads to the next page, as parameters beside the selection; empty on the last.
    `matches` says how many papers of each day a filter lets through; None where nothing filters.
    """
    parameters = selection.parameters
    following = [*parameters, *onward] if onward else []
    head = Head(
        title="All digests",
        description="The hot papers of every day, newest first.",
        path=DIGESTS,
        parameters=parameters,
        forms=("json",),
        section="/archive",
        next=with_parameters(DIGESTS, following) if following else "",
        indexed=selection.is_everything,
    )
    return write_page(
        "digests",
        head,
        site,
        lines=digest_lines(heads, selection, matches),
        next_path=head.next,
        form=filter_form(DIGESTS, selection),
    )


def digest_lines(
    heads: Sequence[EditionHead], selection: Selection, matches: Mapping[date, int] | None
) -> Sequence[DigestLine]:
    """The digests as lines, each leading to what a filter lets through of it."""
    counts = {head.date: head.papers for head in heads}
    if matches is not None:
        counts = {day: matches.get(day, 0) for day in counts}
    most = max([*counts.values(), 1])
    return [_line(head, counts[head.date], most, selection) for head in heads]


def _line(head: EditionHead, count: int, most: int, selection: Selection) -> DigestLine:
    failed = [source.title for name, source in SOURCES.items() if name in head.failed]
    unit = "hot papers" if selection.is_everything else "papers"
    notes = [
        f"not all is known of {enumeration(failed)}" if failed else "",
        "still being measured" if not (head.final or head.quiet) else "",
    ]
    return DigestLine(
        date=head.date,
        path=with_parameters(digest_path(head.date), selection.parameters),
        count="quiet" if head.quiet else plural(count, unit),
        note="; ".join(note for note in notes if note),
        share=100 * count // most,
    )
