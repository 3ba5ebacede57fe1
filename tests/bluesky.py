"""Bluesky as the tests of its adapter ask it: scripted, with posts of their own."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import chain, repeat
from typing import Any

from hotpapers.adapters.bluesky import prepare
from hotpapers.adapters.http import Terms
from hotpapers.domain.calendar import Window
from hotpapers.environment import Reader
from hotpapers.ports import PostSource
from tests.fakes import Clock
from tests.upstream import LISTING_DATE, SPAN, Reply, ScriptedServer, Told, json_answer, tell

OPEN = "/xrpc/com.atproto.server.createSession"
RENEW = "/xrpc/com.atproto.server.refreshSession"
SEARCH = "/xrpc/app.bsky.feed.searchPosts"
PASSWORD = "abcd-efgh-ijkl-mnop"

DAY = Window(SPAN.start, SPAN.start + timedelta(days=1))
"""A span of one day: three searches, one for each host."""
DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"

Json = dict[str, Any]


def post(key: str = "3lpk2u6qo222a", **fields: Any) -> Json:
    """A post as Bluesky gives it."""
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/{key}",
        "cid": "bafyreiaaaaaaaaaaaaaaaaa",
        "author": {"did": DID, "handle": "ada.example.org", "labels": []},
        "record": {
            "text": "https://arxiv.org/abs/2009.08319",
            "createdAt": "2020-09-17T00:00:00Z",
        },
        "repostCount": 1,
        "likeCount": 2,
        "indexedAt": "2020-09-17T00:00:01Z",
        "labels": [],
    } | fields


def page(*posts: Json, cursor: object = None) -> Reply:
    """A page of a search."""
    return json_answer({"posts": posts} | ({} if cursor is None else {"cursor": cursor}))


def session(number: int) -> Reply:
    """The session of this number."""
    return json_answer({"accessJwt": f"access.{number}", "refreshJwt": f"refresh.{number}"})


def error(status: int, name: str, message: str) -> Reply:
    """An error as Bluesky tells it."""
    return json_answer({"error": name, "message": message}, status)


EXPIRED = error(400, "ExpiredToken", "Token has expired")
NOTHING = page()


def serving(
    *searches: Reply,
    opened: Iterable[Reply] | None = None,
    renewed: Iterable[Reply] = (),
    then: Reply = NOTHING,
) -> ScriptedServer:
    """These answers to searches, then always the same one; sessions for whoever asks."""
    sessions = (session(number) for number in range(1, 10)) if opened is None else opened
    return ScriptedServer({OPEN: sessions, RENEW: renewed, SEARCH: chain(searches, repeat(then))})


def source(server: ScriptedServer, clock: Clock, **options: Any) -> PostSource:
    """Bluesky as a source of posts, asked at this server."""
    make = prepare(Reader({"BLUESKY_URL": server.url}))
    credentials = {"BLUESKY_HANDLE": "@me.example.org", "BLUESKY_APP_PASSWORD": PASSWORD}
    return make(credentials, Terms("me@example.org", clock=clock.time, **options))


def told(server: ScriptedServer, clock: Clock, span: Window = DAY) -> Told:
    """What the source tells of a span of time."""
    return tell(source(server, clock), LISTING_DATE, span)


def searches(server: ScriptedServer) -> list[dict[str, str]]:
    """The questions of the searches, in turn."""
    return [call.query for call in server.calls if call.path == SEARCH]
