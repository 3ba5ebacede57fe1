"""X as the tests of its adapter ask it: replayed, with posts of their own."""

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from hotpapers.adapters.http import Terms
from hotpapers.adapters.x import prepare
from hotpapers.domain.calendar import Window
from hotpapers.domain.post import Post
from hotpapers.environment import Reader
from hotpapers.ports import PostSource
from local.upstreams.faults import Fault, Faults, edits_json
from local.upstreams.server import UpstreamServer
from tests import records
from tests.fakes import Clock
from tests.records import SPAN, Json, dataset
from tests.upstream import LISTING_DATE, Told, tell

TOKEN = "AAAAsecretAAAA"
RECENT, ARCHIVE = "/2/tweets/search/recent", "/2/tweets/search/all"

QUERIES = [
    'url:"arxiv.org" -is:retweet min_likes:100',
    'url:"arxiv.org" -is:retweet min_likes:20 -min_likes:100',
    'url:"arxiv.org" -is:retweet min_likes:5 -min_likes:20',
    'url:"arxiv.org" -is:retweet -min_likes:5',
]
"""What is asked in turn where there is nothing to stop at."""


def post(
    post_id: str = "100", paper_id: str = "2009.00001", likes: int = 140, **changes: object
) -> Json:
    """A post about a paper; with so many likes, it is in the first answer."""
    metrics = {"retweet_count": 20, "reply_count": 1, "like_count": likes}
    return records.post(post_id, paper_id, **({"public_metrics": metrics} | changes))


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


def edits_first(changes: Json) -> Fault:
    """The first post of the right answer, changed; what is Ellipsis is taken away."""

    def edit(document: Any) -> Any:
        entry = document["data"][0] | changes
        document["data"][0] = {name: each for name, each in entry.items() if each is not ...}
        return document

    return edits_json(edit)


def edits_users(users: object) -> Fault:
    """The right answer with something else beside the posts."""

    def edit(document: Any) -> Any:
        document["includes"] = users
        return document

    return edits_json(edit)


def source(
    server: UpstreamServer, clock: Clock, most_posts: int = 100_000, seconds: float = 120.0
) -> PostSource:
    """The source as the settings make it; they let it read as good as everything."""
    make = prepare(Reader({"X_URL": server.url, "X_MAX_POSTS": str(most_posts)}))
    return make({"X_BEARER_TOKEN": TOKEN}, Terms("me@example.org", seconds, clock.time))


def told(
    server: UpstreamServer, clock: Clock, span: Window = SPAN, most_posts: int = 100_000
) -> Told:
    """What the adapter tells, and why it tells no more."""
    return tell(source(server, clock, most_posts), LISTING_DATE, span)


def read(server: UpstreamServer, clock: Clock, span: Window = SPAN) -> list[Post]:
    """The posts that the adapter reads, of a search that can be made."""
    found = told(server, clock, span)
    assert found.reason == ""
    return found.posts


def read_ids(server: UpstreamServer, clock: Clock, span: Window = SPAN) -> list[str]:
    """The ids of the posts that the adapter reads."""
    return [each.id for each in read(server, clock, span)]


def read_one(clock: Clock, record: Json, *users: Json) -> Post:
    """What the adapter makes of one post."""
    with serving(posts=[record], users=users) as server:
        [found] = read(server, clock)
    return found


def failure(server: UpstreamServer, clock: Clock, span: Window = SPAN) -> str:
    """What is said of a search that cannot be made, or not to its end."""
    found = told(server, clock, span)
    assert found.reason != ""
    assert len(found.reason.splitlines()) == 1
    return found.reason


def paths(server: UpstreamServer) -> list[str]:
    """Which searches were asked, call by call."""
    return [call.path for call in server.calls]


def queries(server: UpstreamServer) -> list[str]:
    """What was asked, call by call."""
    return [call.query["query"] for call in server.calls]
