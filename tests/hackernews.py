"""Hacker News as its tests play it, and the source that asks it."""

from itertools import repeat
from typing import Any

from hotpapers.adapters.hackernews import prepare
from hotpapers.adapters.http import Terms
from hotpapers.environment import Reader
from hotpapers.ports import PostSource
from tests.fakes import Clock
from tests.upstream import Reply, ScriptedServer, json_answer

PATH = "/api/v1/search_by_date"
QUERIES = ["arxiv.org", "alphaxiv.org", "huggingface.co/papers"]
START, END = 1600279200, 1600607623
"""The span in seconds since 1970."""

Json = dict[str, Any]


def source(server: ScriptedServer, clock: Clock, seconds: float = 120.0) -> PostSource:
    make = prepare(Reader({"HACKERNEWS_URL": server.url}))
    return make({}, Terms("me@example.org", seconds, clock.time))


def hit(number: int, second: int = START, **fields: object) -> Json:
    """A story as Algolia gives it."""
    return {
        "objectID": str(number),
        "author": "someone",
        "created_at_i": second,
        "title": f"Story {number}",
        "url": "https://arxiv.org/abs/2009.08319",
        "points": 3,
        "num_comments": 1,
    } | fields


def page(*hits: object, **fields: object) -> Reply:
    """A page of a search, the only one unless the fields say otherwise."""
    document = {"hits": hits, "nbHits": len(hits), "nbPages": 1, "hitsPerPage": 1000}
    return json_answer(document | fields)


NOTHING = page(nbPages=0)


def serving(*replies: Reply) -> ScriptedServer:
    """These replies, then searches that find nothing."""
    return ScriptedServer({PATH: [*replies, *[NOTHING] * 10]})


def serving_only(reply: Reply) -> ScriptedServer:
    return ScriptedServer({PATH: repeat(reply)})
