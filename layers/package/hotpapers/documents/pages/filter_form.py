"""The form by which readers filter, and what a filter says in words."""

from dataclasses import dataclass

from hotpapers.documents.pages.words import enumeration, plural
from hotpapers.domain.selection import Selection
from hotpapers.domain.sources import SOURCES


@dataclass(frozen=True)
class SourceBox:
    """A source that can be ticked."""

    name: str
    title: str
    ticked: bool


@dataclass(frozen=True)
class FilterForm:
    """What the form's fields hold: lists with commas, as the query parameters have them."""

    action: str
    category: str
    text: str
    author: str
    excluded: str
    least_score: str
    sources: tuple[SourceBox, ...]
    is_set: bool
    in_words: str


def filter_form(action: str, selection: Selection) -> FilterForm:
    """The form that leads to an address (a path), filled in with a filter."""
    least = selection.least_score
    return FilterForm(
        action=action,
        category=", ".join(selection.categories),
        text=selection.text,
        author=", ".join(selection.authors),
        excluded=", ".join(selection.excluded),
        least_score="" if least is None else str(least),
        sources=tuple(
            SourceBox(name, source.title, name in selection.sources)
            for name, source in SOURCES.items()
        ),
        is_set=not selection.is_everything,
        in_words=in_words(selection),
    )


def in_words(selection: Selection) -> str:
    """What a filter lets through, in words; empty where that is everything."""
    least = selection.least_score
    titles = [SOURCES[name].title for name in selection.sources if name in SOURCES]
    parts = [
        f"in {_any(selection.categories)}" if selection.categories else "",
        f"with the words “{selection.text}”" if selection.text else "",
        f"by {_any(selection.authors)}" if selection.authors else "",
        f"with {plural(least, 'points')} or more" if least is not None else "",
        f"talked about on {_any(titles)}" if titles else "",
        f"without {_any(selection.excluded)}" if selection.excluded else "",
    ]
    return ", ".join(part for part in parts if part)


def _any(choices: tuple[str, ...] | list[str]) -> str:
    """Several choices of which any fits: `a`, `a or b`, `a, b or c`."""
    return enumeration(choices, "or")
