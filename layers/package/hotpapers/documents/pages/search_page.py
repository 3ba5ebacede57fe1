"""The page on which readers search the archive."""

from collections.abc import Sequence

from hotpapers.documents.pages.addresses import SEARCH, Parameter, with_parameters
from hotpapers.documents.pages.filter_form import filter_form, in_words
from hotpapers.documents.pages.layout import Head, write_page
from hotpapers.documents.pages.paper_part import highest_score, known_sources, paper_part
from hotpapers.documents.site import Site
from hotpapers.domain.card import Card
from hotpapers.domain.selection import Selection


def write_search_page(
    selection: Selection, found: Sequence[Card] | None, onward: Sequence[Parameter], site: Site
) -> bytes:
    """What a search found, newest first, in UTF-8.

    `found` is None where nothing was asked yet: then there is the form alone. `onward` is what
    leads on where there may be more (empty: there is no more), as parameters beside the selection;
    a page with nothing on it can have it too.
    """
    cards = found or ()
    entries = [card.entry for card in cards]
    sources, most = known_sources(entries), highest_score(entries)
    head = _head(selection, found, onward)
    return write_page(
        "search",
        head,
        site,
        form=filter_form(SEARCH, selection),
        asked=found is not None,
        papers=[paper_part(card.entry, card.date, sources, most) for card in cards],
        sources=sources,
        next_path=head.next,
    )


def _head(selection: Selection, found: Sequence[Card] | None, onward: Sequence[Parameter]) -> Head:
    parameters = selection.parameters
    following = [*parameters, *onward] if onward else []
    asked = f"Papers {in_words(selection)}" if parameters else ""
    return Head(
        title=asked or "Search",
        description=asked or "Search all hot papers by words, authors, categories and sources.",
        path=SEARCH,
        parameters=parameters,
        forms=("json",) if found is not None else (),
        section=SEARCH,
        next=with_parameters(SEARCH, following) if following else "",
        indexed=not parameters,
    )
