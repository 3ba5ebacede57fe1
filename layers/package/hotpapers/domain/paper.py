"""Papers as arXiv describes them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hotpapers.domain.identifiers import PaperId

CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]+(?:-[A-Za-z]+)?)?", re.ASCII)
CATEGORY_PATTERN = re.compile(
    rf"(?![a-z]+$)(?:{CATEGORY.pattern}|[a-z]+(?:-[a-z]+)?\.\*)", re.ASCII
)
"""Without `cs` and `math`: they are archives, and no paper's category."""

ALIASES = {
    "cs.NA": "math.NA",
    "cs.SY": "eess.SY",
    "math.IT": "cs.IT",
    "math.MP": "math-ph",
    "q-fin.EC": "econ.GN",
    "stat.TH": "math.ST",
}
"""Second names of categories and the ones that arXiv shows instead.

From https://arxiv.org/category_taxonomy. The query API answers with the shown name only, so a
paper that it found for `cs.*` can come back as `math.NA` and nothing else.
"""


@dataclass(frozen=True)
class Paper:
    """A paper: text with its white space collapsed, categories with the primary one first.

    `submitted_at` is when its first version was submitted (UTC); None where only an announcement
    tells of the paper, which does not say it. One that was `withdrawn` stays a paper of its day.
    """

    id: PaperId
    title: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    abstract: str
    submitted_at: datetime | None
    withdrawn: bool = False

    def is_in(self, patterns: Iterable[str]) -> bool:
        """Tell whether any category, cross-lists included, fits one of the patterns.

        A pattern is a category (`stat.ML`) or a whole archive (`cs.*`).
        """
        names = set(self.categories)
        names.update(alias for alias, shown in ALIASES.items() if shown in names)
        return any(_fits(name, pattern) for pattern in patterns for name in names)


def collapse_white_space(text: str) -> str:
    """The text on one line: arXiv breaks and indents long titles and abstracts."""
    return " ".join(text.split())


def _fits(category: str, pattern: str) -> bool:
    if pattern.endswith(".*"):
        return category.startswith(pattern[:-1])
    return category == pattern or ALIASES.get(pattern) == category
