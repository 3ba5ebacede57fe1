"""Selections: which papers a reader wants to see. The same everywhere, from search to feeds.

Whoever reads a selection from outside refuses, by the parameter's name:

- a parameter of more than `LONGEST` characters, or a list of more than `MOST_ENTRIES` entries
  (commas separate them; empty ones are left out, white space around and within is collapsed);
- a category that `is_category` does not know;
- a source that is not in `SOURCES`;
- a text of more than `MOST_WORDS` words, and one of which `words` leaves none;
- an author of whom `name_words` leaves nothing;
- an exclusion that is neither a category nor has any `words`;
- a least score that is no whole number from 0 to `GREATEST_SCORE`.

What got past that is not looked at again: a condition without words holds for every paper.
"""

from dataclasses import dataclass

from hotpapers.domain.digest import RankedPaper
from hotpapers.domain.identifiers import ARCHIVES
from hotpapers.domain.paper import CATEGORY_PATTERN, Paper
from hotpapers.domain.taxonomy import CATEGORIES_OF
from hotpapers.domain.words import name_words, paper_words, words

MOST_ENTRIES = 10
"""Of a list: categories, authors, sources, exclusions."""
LONGEST = 200
"""Characters of a parameter; the longest of 8,441 authors' names has 52."""
MOST_WORDS = 8
"""Of a text that is looked for."""
GREATEST_SCORE = 999_999_999
LARGEST_LIMIT = 100
"""Papers or days that a reader is given at once at most: in an answer to `limit`, and on a page."""

SEPARATOR = ","
"""Stands between the entries of a list."""


@dataclass(frozen=True)
class Selection:
    """What a paper has to be like; what is empty or None asks for nothing.

    Lists are of alternatives: any of the `categories` (`cs.LG`, `cs.*`), any of the `authors`, any
    of the `sources`; none of what is `excluded`. All words of `text` have to be there.
    """

    categories: tuple[str, ...] = ()
    text: str = ""
    authors: tuple[str, ...] = ()
    least_score: int | None = None
    sources: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is asked for."""
        return self == Selection()

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The selection as parameters of an address: names and values, always in this order.

        Read again, they are the same selection. There are none for everything.
        """
        pairs = (
            ("category", SEPARATOR.join(self.categories)),
            ("q", self.text),
            ("author", SEPARATOR.join(self.authors)),
            ("min", "" if self.least_score is None else str(self.least_score)),
            ("source", SEPARATOR.join(self.sources)),
            ("exclude", SEPARATOR.join(self.excluded)),
        )
        return tuple((name, value) for name, value in pairs if value)

    def matches(self, entry: RankedPaper) -> bool:
        """Tell whether a paper is one of those that are wanted."""
        return (
            (self.least_score is None or entry.score >= self.least_score)
            and (not self.sources or any(_has_voices(entry, name) for name in self.sources))
            and (not self.categories or entry.paper.is_in(self.categories))
            and (not self.authors or any(_is_by(entry.paper, name) for name in self.authors))
            and self._fits_words(entry.paper)
        )

    def _fits_words(self, paper: Paper) -> bool:
        if not self.text and not self.excluded:
            return True
        there = paper_words(paper)
        return there.issuperset(words(self.text)) and not any(
            _is_excluded(paper, there, entry) for entry in self.excluded
        )


def is_category(pattern: str) -> bool:
    """Tell whether a text is a category (`stat.ML`) or all of an archive (`cs.*`) that there is.

    A category that an archive does not have is one all the same, since arXiv makes new ones; a
    word such as `few-shot`, which looks like one, is not.
    """
    archive = pattern.partition(".")[0]
    known = archive in ARCHIVES or archive in CATEGORIES_OF
    return known and CATEGORY_PATTERN.fullmatch(pattern) is not None


def _has_voices(entry: RankedPaper, source: str) -> bool:
    known = entry.attention.get(source)
    return known is not None and known.voices > 0


def _is_by(paper: Paper, name: str) -> bool:
    """Tell whether all words of a name are in the name of one author."""
    wanted = frozenset(name_words(name))
    return any(wanted <= {*name_words(author)} for author in paper.authors) or not wanted


def _is_excluded(paper: Paper, there: frozenset[str], entry: str) -> bool:
    if is_category(entry):
        return paper.is_in([entry])
    unwanted = words(entry)
    return bool(unwanted) and there.issuperset(unwanted)
