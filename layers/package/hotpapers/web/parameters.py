"""The query parameters: what each means, how it is read, and how it is described, said once.

A parameter that is given twice arrives with a comma between its values, as lists are written; so a
list can be given either way, and a single value cannot be given twice.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from hotpapers.domain.cursor import Cursors
from hotpapers.domain.identifiers import ARCHIVES
from hotpapers.domain.selection import (
    GREATEST_SCORE,
    LARGEST_LIMIT,
    LONGEST,
    MOST_ENTRIES,
    MOST_WORDS,
    SEPARATOR,
    Selection,
    is_category,
)
from hotpapers.domain.sources import SOURCES
from hotpapers.domain.taxonomy import CATEGORIES_OF
from hotpapers.domain.words import name_words, words
from hotpapers.errors import InvalidInputError

Query = Mapping[str, str]
"""The query parameters of a request, by their names."""
Value = TypeVar("Value")

DEFAULT_LIMIT = 20
LONGEST_CURSOR = 200
GIVEN = "must be one that an answer to the same question gave"

APPENDED = re.compile(
    r"utm_[a-z_]{1,20}|[dg]clid|fbclid|msclkid|twclid|igshid|mc_[ce]id|ref|ref_src", re.ASCII
)
"""What networks and newsletters append to the links that they hand on. It says nothing to us."""


@dataclass(frozen=True)
class Parameter(Generic[Value]):
    """A query parameter.

    `read` takes its text and raises ValueError, saying what it must be; `absent` stands for one
    that is not given. `schema` is its JSON Schema, `example` a value of it; there is
    none of what only answers give.
    """

    name: str
    meaning: str
    schema: Mapping[str, Any] = field(repr=False)
    read: Callable[[str], Value] = field(repr=False)
    absent: Value
    example: str | int | None = None

    def value(self, query: Query) -> Value:
        """What a request says. Raises InvalidInputError, naming the parameter."""
        text = query.get(self.name)
        if text is None:
            return self.absent
        try:
            return self.read(text)
        except ValueError as error:
            raise InvalidInputError(self.name, f"{error}, not {text[:100]!r}") from None


def require_known(query: Query, parameters: Iterable[Parameter[Any]]) -> None:
    """Raise InvalidInputError for a parameter that an address does not take.

    `catgory=cs.LG` would otherwise give everything, and say nothing of it. An address that takes
    none at all need not be told.
    """
    known = [parameter.name for parameter in parameters]
    if not known:
        return
    for name in query:
        if name not in known and not APPENDED.fullmatch(name):
            reason = f"is no parameter of this address, which takes {', '.join(known)}"
            raise InvalidInputError(repr(name[:100])[1:-1] or "''", reason)


def read_limit(text: str) -> int:
    """How many entries a page has. Raises ValueError."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not 1 <= int(text) <= LARGEST_LIMIT:
        raise ValueError(f"must be a whole number from 1 to {LARGEST_LIMIT}")
    return int(text)


def _least_score(text: str) -> int | None:
    text = text.strip()
    if text and not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError(f"must be a whole number from 0 to {GREATEST_SCORE}")
    return int(text) if text else None


def _text(text: str) -> str:
    _require_length(text)
    text = " ".join(text.split())
    found = words(text)
    if text and not found:
        raise ValueError("must have a word that texts do not all have")
    if len(found) > MOST_WORDS:
        raise ValueError(f"must have no more than {MOST_WORDS} words")
    return text


def _list(is_entry: Callable[[str], bool], expected: str) -> Callable[[str], tuple[str, ...]]:
    """How a list is read whose entries must be something."""

    def read(text: str) -> tuple[str, ...]:
        _require_length(text)
        entries = tuple(filter(None, (" ".join(each.split()) for each in text.split(SEPARATOR))))
        if len(entries) > MOST_ENTRIES:
            raise ValueError(f"must have no more than {MOST_ENTRIES} entries")
        if not all(map(is_entry, entries)):
            raise ValueError(f"must be {expected}")
        return entries

    return read


def _require_length(text: str) -> None:
    if len(text) > LONGEST:
        raise ValueError(f"must have no more than {LONGEST} characters")


def _cursor(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text, re.ASCII) or len(text) > LONGEST_CURSOR:
        raise ValueError(GIVEN)
    return text


def _list_schema(**entry: Any) -> dict[str, Any]:
    return {"type": "array", "maxItems": MOST_ENTRIES, "items": {"type": "string", **entry}}


def _category_schema() -> dict[str, Any]:
    archives = sorted({*ARCHIVES, *CATEGORIES_OF})
    divided = "|".join(archives)
    whole = "|".join(name for name in archives if "-" in name)
    return _list_schema(pattern=rf"^(?:(?:{divided})\.(?:\*|[A-Za-z]+(?:-[A-Za-z]+)?)|{whole})$")


CATEGORY: Parameter[tuple[str, ...]] = Parameter(
    "category",
    "Papers in any of these categories, cross-lists included; `cs.*` stands for all of an archive. "
    "Commas separate them.",
    _category_schema(),
    _list(is_category, "categories such as stat.ML or cs.*, with commas between them"),
    (),
    "cs.LG,stat.*",
)
TEXT = Parameter(
    "q",
    "Papers that have all of these words in title, abstract or authors; case, accents and plurals "
    f"make no difference. No more than {MOST_WORDS} words, and one that texts do not all have.",
    {"type": "string", "maxLength": LONGEST},
    _text,
    "",
    "language model",
)
AUTHOR: Parameter[tuple[str, ...]] = Parameter(
    "author",
    "Papers by any of these authors: all words of the name are in that of one author. Commas "
    "separate them.",
    _list_schema(),
    _list(lambda name: bool(name_words(name)), "names, with commas between them"),
    (),
    "Ada Lovelace",
)
LEAST_SCORE = Parameter(
    "min",
    "Papers with at least this score.",
    {"type": "integer", "minimum": 0, "maximum": GREATEST_SCORE},
    _least_score,
    None,
    100,
)
SOURCE: Parameter[tuple[str, ...]] = Parameter(
    "source",
    "Papers that somebody spoke of on any of these sources. Commas separate them.",
    _list_schema(enum=list(SOURCES)),
    _list(SOURCES.__contains__, f"of {', '.join(SOURCES)}, with commas between them"),
    (),
    "x,bluesky",
)
EXCLUDED: Parameter[tuple[str, ...]] = Parameter(
    "exclude",
    "Papers to which none of these applies: a category leaves out its papers, anything else those "
    "that have all of its words in title, abstract or authors. Commas separate them.",
    _list_schema(),
    _list(
        lambda entry: is_category(entry) or bool(words(entry)),
        "categories or words, with commas between them",
    ),
    (),
    "cs.CV,survey",
)
LIMIT = Parameter(
    "limit",
    "How many entries a page has.",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT},
    read_limit,
    DEFAULT_LIMIT,
    10,
)
SHORTENED: Parameter[int | None] = Parameter(
    LIMIT.name,
    "How many papers there are at most; without it, all.",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT},
    read_limit,
    None,
    10,
)
CURSOR: Parameter[str | None] = Parameter(
    "cursor",
    "Where to go on: what the page before gave as `cursor`. It belongs to the same question.",
    {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": LONGEST_CURSOR},
    _cursor,
    None,
)

FILTERS: tuple[Parameter[Any], ...] = (CATEGORY, TEXT, AUTHOR, LEAST_SCORE, SOURCE, EXCLUDED)
"""Which papers: the same wherever there are papers."""
PAGING: tuple[Parameter[Any], ...] = (LIMIT, CURSOR)


def read_selection(query: Query) -> Selection:
    """Which papers a request asks for. Raises InvalidInputError, naming the parameter."""
    return Selection(
        categories=CATEGORY.value(query),
        text=TEXT.value(query),
        authors=AUTHOR.value(query),
        least_score=LEAST_SCORE.value(query),
        sources=SOURCE.value(query),
        excluded=EXCLUDED.value(query),
    )


def read_cursor(query: Query, cursors: Cursors) -> str | None:
    """The position from which a request wants to go on; None where it begins.

    Raises InvalidInputError for what is no cursor of this list and selection.
    """
    text = CURSOR.value(query)
    if text is None:
        return None
    position = cursors.read(text)
    if position is None:
        raise InvalidInputError(CURSOR.name, f"{GIVEN}, not {text[:100]!r}")
    return position
