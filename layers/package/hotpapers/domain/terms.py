"""Terms: under which entries of the catalogue's index a paper stands, and where one looks.

A term is a kind and a word: `w:transformer` of title, abstract or authors, `a:hinton` of an
author's name, `c:cs.LG` and `c:cs.*` of the categories, with their second names. Papers that a
selection wants stand under all of the selection's terms. Not all that stand there are wanted, so
each is looked at itself (`Selection.matches`).
"""

from collections.abc import Iterator

from hotpapers.domain.paper import ALIASES, Paper
from hotpapers.domain.selection import LONGEST, Selection
from hotpapers.domain.words import name_words, paper_words, words

Term = str

INDEX = 1
"""Which terms papers have, as a number: to be raised where this or `words` changes.

A card says with which one it was indexed; one of another is indexed anew when it is filed again.
"""


def paper_terms(paper: Paper) -> frozenset[Term]:
    """All terms of a paper: about 130, and some 6,000 for one by 3,000 authors."""
    of_authors = (word for author in paper.authors for word in name_words(author))
    return frozenset(
        {
            *(f"w:{word}" for word in paper_words(paper)),
            *(f"a:{word}" for word in of_authors),
            *(f"c:{pattern}" for pattern in _patterns(paper)),
        }
    )


def selection_terms(selection: Selection) -> tuple[Term, ...]:
    """The terms under which all stand that a selection wants, those with the fewest papers first.

    That is guessed: names are rarer than words, long words than short ones, and a category has
    the most. None where the index cannot help: it knows no alternatives.
    """
    names = name_words(selection.authors[0]) if len(selection.authors) == 1 else ()
    categories = selection.categories if len(selection.categories) == 1 else ()
    terms = (
        *(f"a:{word}" for word in _longest_first(names)),
        *(f"w:{word}" for word in _longest_first(words(selection.text))),
        *(f"c:{pattern}" for pattern in categories),
    )
    return tuple(dict.fromkeys(terms))


def _patterns(paper: Paper) -> Iterator[str]:
    """What one may ask for to get a paper by its categories, as `Paper.is_in` has it."""
    names = {*paper.categories}
    names |= {alias for alias, shown in ALIASES.items() if shown in names}
    for name in names:
        archive, point, _ = name.partition(".")
        yield from (
            pattern
            for pattern in (name, f"{archive}.*" if point else name)
            if len(pattern) <= LONGEST  # nobody can ask for a longer one
        )


def _longest_first(found: tuple[str, ...]) -> list[str]:
    return sorted(found, key=lambda word: (-len(word), word))
