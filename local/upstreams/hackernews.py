"""Hacker News as Algolia searches it, replayed: as strict as the real search, or stricter."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from local.upstreams.dataset import Record
from local.upstreams.replies import RefusedError, json_response, number_in, require_known

_Matches = Callable[[Record], bool]

_SEARCHED = ("title", "url", "author", "story_text", "comment_text")
_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
_NUMBERS = ("created_at_i", "points", "num_comments")


class HackerNewsReplay:
    """Algolia's search by date over the stories of a data set."""

    PATH = "/api/v1/search_by_date"
    LARGEST_PAGE = 1000
    USUAL_PAGE = 20
    REACH = 1000
    """Pages end with the thousandth hit, whatever the total is."""
    PARAMETERS = frozenset(
        {
            "query",
            "tags",
            "numericFilters",
            "page",
            "hitsPerPage",
            "restrictSearchableAttributes",
            "typoTolerance",
            "advancedSyntax",
        }
    )

    def __init__(self, stories: Sequence[Record], page_size: int | None) -> None:
        newest_first = sorted(stories, key=lambda story: int(story["objectID"]), reverse=True)
        self._stories = sorted(newest_first, key=lambda s: int(s["created_at_i"]), reverse=True)
        self._page_size = page_size or self.LARGEST_PAGE

    def answer(self, request: Request) -> Response:
        """What Algolia would answer."""
        if request.method != "GET":
            return json_response({"message": "Method not allowed", "status": 405}, 405)
        try:
            return json_response(self._page(request.args))
        except RefusedError as error:
            return json_response({"message": str(error), "status": 400}, status=400)

    def _page(self, query: Mapping[str, str]) -> dict[str, Any]:
        require_known(query, self.PARAMETERS)
        number = number_in(query, "page", 0)
        asked = number_in(query, "hitsPerPage", self.USUAL_PAGE, least=1, most=self.LARGEST_PAGE)
        size = min(asked, self._page_size)
        conditions = [_has_words(query), _has_tags(query), *_has_numbers(query)]
        found = [story for story in self._stories if all(holds(story) for holds in conditions)]
        reachable = found[: self.REACH]
        return {
            "exhaustive": {"nbHits": True, "typo": True},
            "exhaustiveNbHits": True,
            "exhaustiveTypo": True,
            "hits": reachable[number * size : (number + 1) * size],
            "hitsPerPage": size,
            "nbHits": len(found),
            "nbPages": -(-len(reachable) // size),
            "page": number,
            "params": urlencode(query),
            "processingTimeMS": 1,
            "query": query.get("query", ""),
            "serverTimeMS": 1,
        }


def _words(text: object) -> list[str]:
    return re.findall(r"\w+", text.lower()) if isinstance(text, str) else []


def _has_words(query: Mapping[str, str]) -> _Matches:
    """Every word of the query is in one of the searched fields.

    A link is searched by its words too: `arxiv.org` finds https://example.org/arxiv as well.
    """
    restricted = query.get("restrictSearchableAttributes")
    fields = restricted.split(",") if restricted else _SEARCHED
    if unknown := set(fields) - set(_SEARCHED):
        raise RefusedError(f"Attribute {min(unknown)} is not searchable")
    wanted = _words(query.get("query", ""))

    def matches(story: Record) -> bool:
        words = {word for field in fields for word in _words(story.get(field))}
        return words.issuperset(wanted)

    return matches


def _has_tags(query: Mapping[str, str]) -> _Matches:
    """A comma is an AND, one in parentheses an OR."""
    text = query.get("tags", "")
    if not re.fullmatch(r"(?:(?:\w+|\(\w+(?:,\w+)*\))(?:,(?!$)|$))*", text, re.ASCII):
        raise RefusedError("invalid tags")
    groups: Iterable[str] = re.findall(r"\([^)]*\)|\w+", text, re.ASCII)
    wanted = [set(group.strip("()").split(",")) for group in groups]
    return lambda story: all(not names.isdisjoint(story["_tags"]) for names in wanted)


def _has_numbers(query: Mapping[str, str]) -> list[_Matches]:
    text = query.get("numericFilters", "")
    return [_compares(part) for part in text.split(",")] if text else []


def _compares(text: str) -> _Matches:
    match = re.fullmatch(r"(\w+)(>=|<=|>|<|=)(\d{1,12})", text.strip(), re.ASCII)
    if not match or match[1] not in _NUMBERS:
        raise RefusedError(f"invalid numeric filter: {text}")
    name, compare, bound = match[1], _COMPARISONS[match[2]], int(match[3])

    def matches(story: Record) -> bool:
        number = story.get(name)
        return isinstance(number, int) and compare(number, bound)

    return matches
