"""The page of a digest: the hot papers of a day, and why they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotpapers.documents.counts_line import shown_sources
from hotpapers.documents.pages.addresses import digest_path
from hotpapers.documents.pages.filter_form import filter_form
from hotpapers.documents.pages.json_ld import Data, collection, dated
from hotpapers.documents.pages.layout import Head, write_page
from hotpapers.documents.pages.notices import notices, source_states
from hotpapers.documents.pages.paper_part import highest_score, paper_part
from hotpapers.documents.pages.rest import Rest, rest_path
from hotpapers.documents.pages.words import day_text, long_day_text, plural
from hotpapers.documents.site import Site
from hotpapers.documents.tex import tex_text
from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.edition import Neighbours
from hotpapers.domain.selection import LARGEST_LIMIT, Selection

TITLES_IN_DESCRIPTION = 3


@dataclass(frozen=True)
class Choice:
    """What a page shows of a digest: the papers that a filter lets through, and what follows."""

    papers: Sequence[RankedPaper]
    selection: Selection
    rest: Rest | None = None


def write_digest_page(
    digest: Digest, place: Neighbours, site: Site, rest: Rest | None = None
) -> bytes:
    """The page of a whole digest, in UTF-8; of a quiet day too.

    Of a digest with more papers than a page has, `rest` says where the others are.
    """
    return _write(digest, Choice(digest.papers, Selection(), rest), place, site)


def write_selected_digest_page(
    digest: Digest,
    selected: Sequence[RankedPaper],
    selection: Selection,
    site: Site,
    rest: Rest | None = None,
) -> bytes:
    """The page of those papers of a digest that a filter lets through, in UTF-8."""
    return _write(digest, Choice(selected, selection, rest), Neighbours(), site)


def _write(digest: Digest, choice: Choice, place: Neighbours, site: Site) -> bytes:
    sources = shown_sources(digest)
    most = highest_score(digest.papers)
    shown = choice.papers[:LARGEST_LIMIT]
    return write_page(
        "digest",
        _head(digest, choice, place, site),
        site,
        digest=digest,
        place=place,
        papers=[paper_part(entry, digest.date, sources, most) for entry in shown],
        total=_total(digest, choice),
        rest_path=rest_path(digest_path(digest.date), choice.selection, choice.rest),
        rest=choice.rest,
        sources=sources,
        notices=notices(digest),
        states=source_states(digest),
        form=filter_form(digest_path(digest.date), choice.selection),
    )


def _total(digest: Digest, choice: Choice) -> int:
    """How many papers the page and those after it have; of a whole digest, how many it has."""
    if choice.selection.is_everything:
        return len(digest.papers)
    return len(choice.papers) + (choice.rest.papers if choice.rest else 0)


def _head(digest: Digest, choice: Choice, place: Neighbours, site: Site) -> Head:
    day, is_whole = digest.date, choice.selection.is_everything
    return Head(
        title=f"{long_day_text(day)}{'' if is_whole else ', filtered'}",
        description=_description(digest, choice),
        path=digest_path(day),
        parameters=choice.selection.parameters,
        forms=("json",) if digest.is_quiet else ("json", "md"),
        previous=digest_path(place.previous) if place.previous else "",
        next=digest_path(place.next) if place.next else "",
        data=_data(digest, site) if is_whole and not digest.is_quiet else None,
        indexed=is_whole,
    )


def _data(digest: Digest, site: Site) -> Data:
    papers = [entry.paper for entry in digest.papers[:LARGEST_LIMIT]]
    name = f"Hot papers of {day_text(digest.date)}"
    data = collection(name, site.link(digest_path(digest.date)), papers, site)
    return dated(data, digest.first_published_at.date(), digest.collected_at.date())


def _description(digest: Digest, choice: Choice) -> str:
    day = day_text(digest.date)
    if digest.is_quiet:
        return f"arXiv announced no papers on {day}."
    if not choice.papers:
        return f"No hot papers on {day}."
    titles = [tex_text(entry.paper.title) for entry in choice.papers[:TITLES_IN_DESCRIPTION]]
    return f"{plural(len(choice.papers), 'hot papers')} of {day}: {'; '.join(titles)}."
