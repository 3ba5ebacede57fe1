"""Reddit as its tests play it, and the source that asks it."""

from base64 import b64encode
from itertools import repeat
from typing import Any

from hotpapers.adapters.http import Terms
from hotpapers.adapters.reddit import prepare
from hotpapers.environment import Reader
from hotpapers.ports import PostSource
from tests.fakes import Clock
from tests.upstream import SPAN, Reply, ScriptedServer, json_answer

Json = dict[str, Any]

TOKENS = "/api/v1/access_token"
ARXIV, ALPHAXIV, SEARCH = "/domain/arxiv.org/new", "/domain/alphaxiv.org/new", "/search"
START = int(SPAN.start.timestamp())
"""The beginning of the span in seconds since 1970."""

CLIENT_ID, SECRET = "an-app", "a-secret-of-the-app"
BASIC = b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
TOKEN = "eyJ-the-first-token"


def source(server: ScriptedServer, clock: Clock, seconds: float = 120.0) -> PostSource:
    make = prepare(Reader({"REDDIT_URL": server.url, "REDDIT_AUTH_URL": server.url}))
    credentials = {"REDDIT_CLIENT_ID": CLIENT_ID, "REDDIT_CLIENT_SECRET": SECRET}
    return make(credentials, Terms("me@example.org", seconds, clock.time))


def token(text: str = TOKEN, **fields: object) -> Reply:
    document = {"access_token": text, "token_type": "bearer", "expires_in": 3600, "scope": "*"}
    return json_answer(document | fields)


def submission(number: int, second: float = START, **fields: object) -> Json:
    """A post as Reddit gives it, for a program to count with: its id is `p` and the number."""
    return {
        "id": f"p{number}",
        "name": f"t3_p{number}",
        "title": f"Post {number}",
        "url": "https://arxiv.org/abs/2009.08319",
        "selftext": "",
        "author": "someone",
        "author_fullname": "t2_abc",
        "score": 5,
        "num_comments": 1,
        "created_utc": second,
        "permalink": f"/r/MachineLearning/comments/p{number}/a_post/",
    } | fields


def page(*submissions: object, after: object = None) -> Reply:
    """A page of a list as Reddit sends it."""
    children = [{"kind": "t3", "data": each} for each in submissions]
    return json_answer({"kind": "Listing", "data": {"after": after, "children": children}})


OLD = submission(0, START - 1)
"""What a list shows when it has come to the beginning of the span, if most of a page is like it."""
NOTHING = page()


def serving(*replies: Reply, tokens: tuple[Reply, ...] = ()) -> ScriptedServer:
    """These replies as the list of arXiv's posts; the other lists are empty."""
    return ScriptedServer(
        {
            TOKENS: [*tokens, *[token()] * 10],
            ARXIV: [*replies, *[NOTHING] * 10],
            ALPHAXIV: [NOTHING] * 10,
            SEARCH: [NOTHING] * 10,
        }
    )


def serving_only(reply: Reply) -> ScriptedServer:
    """This reply as the list of arXiv's posts; the other lists are empty."""
    nothing = {path: repeat(NOTHING) for path in (ALPHAXIV, SEARCH)}
    return ScriptedServer({TOKENS: repeat(token()), ARXIV: repeat(reply), **nothing})
