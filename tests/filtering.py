"""What filters mean, said again: plainly, over a digest's JSON, with nothing of ours.

It says for each parameter what docs/api.md promises of it, and knows neither selections, nor
terms, nor cards.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

Query = Mapping[str, str]
Json = Any
"""A document or a part of one, as any reader of JSON has it."""

COMMON = frozenset(
    """
    a an and are as at be been but by can for from has have how in into is it its not of on or our
    such than that the their then there these they this to was we were which while will with
    """.split()  # noqa: SIM905
)
"""Words that find nothing."""
SECOND_NAMES = {
    "math.NA": "cs.NA",
    "eess.SY": "cs.SY",
    "cs.IT": "math.IT",
    "math-ph": "math.MP",
    "econ.GN": "q-fin.EC",
    "math.ST": "stat.TH",
}
"""Categories of arXiv with two names (https://arxiv.org/category_taxonomy): the one that papers
have, and the other one, under which they are as well."""
PLAIN_LETTERS = dict(zip("øđðłħı", "oddlhi", strict=True)) | {"þ": "th", "æ": "ae", "œ": "oe"}
ACCENT = re.compile(
    r"""\{\\["'`^~=.]\\?([A-Za-z])\}|\\["'`^~=.]\s*\{?\s*\\?([A-Za-z])\}?"""
    r"""|\\[uvHcdbkr]\s*\{\s*\\?([A-Za-z])\}?"""
)


def wanted(papers: Iterable[Json], query: Query) -> list[Json]:
    """The papers of a document that a query asks for, in the document's order."""
    return [paper for paper in papers if is_wanted(paper, query)]


def is_wanted(paper: Json, query: Query) -> bool:
    """Whether a query asks for a paper."""
    there = {
        word
        for text in (paper["title"], paper["abstract"], *paper["authors"])
        for word in told_words(text)
    }
    names = [set(told_words(author, common=True)) for author in paper["authors"]]
    categories, authors = entries(query, "category"), entries(query, "author")
    sources = entries(query, "source")
    return (
        paper["score"] >= int(query.get("min", "").strip() or 0)
        and (not categories or any(is_in(paper, each) for each in categories))
        and (not sources or any(voices(paper, each) for each in sources))
        and (
            not authors
            or any(
                name.issuperset(told_words(each, common=True)) for each in authors for name in names
            )
        )
        and there.issuperset(told_words(query.get("q", "")))
        and not any(
            is_in(paper, each) if is_category(each) else there.issuperset(told_words(each))
            for each in entries(query, "exclude")
        )
    )


def entries(query: Query, name: str) -> list[str]:
    """The entries of a list."""
    return [each.strip() for each in query.get(name, "").split(",") if each.strip()]


def voices(paper: Json, source: str) -> int:
    """How many people spoke of a paper; 0 where nobody knows."""
    known: int = paper["sources"].get(source, {}).get("voices", 0)
    return known


def is_category(entry: str) -> bool:
    """Whether what is excluded is a category: all that these tests exclude have these forms."""
    return (
        re.fullmatch(r"(cs|math|stat|cond-mat|econ)\.[A-Za-z*-]+|hep-th|math-ph", entry) is not None
    )


def is_in(paper: Json, pattern: str) -> bool:
    """Whether a paper is in a category, or in one of an archive (`cs.*`)."""
    categories = {
        name for shown in paper["categories"] for name in (shown, SECOND_NAMES.get(shown)) if name
    }
    if pattern.endswith(".*"):
        return any(name.startswith(pattern[:-1]) for name in categories)
    return pattern in categories


def told_words(text: str, *, common: bool = False) -> Iterator[str]:
    """The words of a text: letters and digits, without case, accents and the plural's `s`.

    A Chinese or Japanese sign is a word by itself. The commonest words are none, unless they are
    asked for: in names.
    """
    text = ACCENT.sub(lambda match: next(filter(None, match.groups())), text)
    plain = "".join(
        each for each in unicodedata.normalize("NFKD", text) if unicodedata.category(each)[0] != "M"
    )
    plain = "".join(PLAIN_LETTERS.get(each, each) for each in plain.casefold())
    for kind, letters in groupby(plain, key=_kind):
        if kind == "sign":
            yield from letters
        elif kind == "letter":
            word = _without_plural("".join(letters)[:40], common=common)
            if common or word not in COMMON:
                yield word


def _kind(character: str) -> str:
    if not character.isalnum():
        return ""
    is_sign = re.match("[\u2e80-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]", character)
    return "sign" if is_sign else "letter"


def _without_plural(word: str, *, common: bool) -> str:
    if word in COMMON and not common:
        return word
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word
