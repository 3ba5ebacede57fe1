"""X as the tests of its adapter ask it: replayed, with posts of their own."""

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import pytest

from hotpapers.adapters.x import X
from hotpapers.domain.calendar import Window
from hotpapers.domain.post import Post
from hotpapers.errors import UpstreamError
from local.upstreams.faults import (
    Fault,
    Faults,
)
from local.upstreams.server import UpstreamServer
from tests.fakes import Clock
from tests.records import SPAN, Json, dataset, post

TOKEN = "AAAAsecretAAAA"
RECENT, ARCHIVE = "/2/tweets/search/recent", "/2/tweets/search/all"

POSTS = tuple(post(str(number)) for number in range(125, 100, -1))
IDS = [record["id"] for record in POSTS]


def serving(
    *faults: Fault | None, posts: Sequence[Json] = POSTS, users: Sequence[Json] = (), **options: Any
) -> UpstreamServer:
    """X with these posts, whose answers meet these faults one after the other."""
    records = dataset(posts=tuple(posts), users=tuple(users))
    return UpstreamServer(records, faults=Faults(x=faults), **options)


def serving_only(fault: Fault, posts: Sequence[Json] = POSTS, **options: Any) -> UpstreamServer:
    """X whose answers all meet this fault."""
    return UpstreamServer(dataset(posts=tuple(posts)), faults=Faults(x=repeat(fault)), **options)


def read(server: UpstreamServer, clock: Clock, span: Window = SPAN) -> list[Post]:
    """The posts that the adapter reads."""
    return list(X(server.url, TOKEN, "me@example.org", clock.time).posts_about_papers(span))


def read_ids(server: UpstreamServer, clock: Clock, span: Window = SPAN) -> list[str]:
    """The ids of the posts that the adapter reads."""
    return [each.id for each in read(server, clock, span)]


def read_one(clock: Clock, record: Json, *users: Json) -> Post:
    """What the adapter makes of one post."""
    with serving(posts=[record], users=users) as server:
        [found] = read(server, clock)
    return found


def failure(server: UpstreamServer, clock: Clock, span: Window = SPAN) -> str:
    """What is said of a search that cannot be made."""
    with pytest.raises(UpstreamError) as caught:
        read(server, clock, span)
    return str(caught.value)


def paths(server: UpstreamServer) -> list[str]:
    """Which searches were asked, call by call."""
    return [call.path for call in server.calls]
