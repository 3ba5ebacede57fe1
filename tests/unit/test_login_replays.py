"""The replayed Bluesky and Reddit, which need a login: as strict as the real ones."""

from typing import Any

import pytest
import requests

from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.replay import Json, get, told

AGENT = {"User-Agent": "python:hotpapers:1.0 (a daily digest)"}

# Bluesky

SERVER, SEARCH = "/xrpc/com.atproto.server.", "/xrpc/app.bsky.feed.searchPosts"
LOGIN = {"identifier": "sample.bsky.example", "password": "abcd-efgh-ijkl-mnop"}


def skeet(number: int, text: str, link: str = "", card: str = "", seen: str = "") -> Json:
    """A post view as Bluesky sends it, without what nobody reads."""
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": link}
    created = f"2026-07-13T00:00:{number:02}.000Z"
    post: Json = {
        "uri": f"at://did:plc:sample/app.bsky.feed.post/{number}",
        "record": {"text": text, "createdAt": created},
        "indexedAt": seen or created,
    }
    if link:
        facet = {"index": {"byteStart": 0, "byteEnd": 1}, "features": [feature]}
        post["record"]["facets"] = [facet]
    if card:
        post["embed"] = {"$type": "app.bsky.embed.external#view", "external": {"uri": card}}
    return post


SKEETS = (
    skeet(1, "in the text", link="https://arxiv.org/abs/2607.00001"),
    skeet(2, "in the card", card="https://www.arxiv.org/abs/2607.00002"),
    skeet(3, "export.arxiv.org", link="https://export.arxiv.org/abs/2607.00003"),
    skeet(4, "elsewhere", link="https://notarxiv.org/abs/2607.00004"),
    skeet(59, "from the future", link="https://arxiv.org/", seen="2026-07-13T00:00:05.000Z"),
)


class Bluesky:
    """Asks the replay as our adapter does."""

    def __init__(self, server: UpstreamServer) -> None:
        self.server = server
        self.session = self.post("createSession", json=LOGIN).json()

    def post(self, name: str, token: str = "", **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.server.url}{SERVER}{name}"
        return requests.post(url, headers=headers, timeout=5, **options)

    def search(self, query: str, token: str | None = None) -> requests.Response:
        token = self.session["accessJwt"] if token is None else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return get(self.server, f"{SEARCH}?{query}", headers=headers)

    def found(self, query: str) -> list[str]:
        response = self.search(query)
        assert response.status_code == 200, response.text
        return [post["uri"].rpartition("/")[2] for post in response.json()["posts"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=*", ["59", "4", "3", "2", "1"]),
        ("q=arxiv.org", ["3"]),
        ("q=*&domain=arxiv.org", ["59", "2", "1"]),
        ("q=TEXT&domain=arxiv.org&sort=latest", ["1"]),
        # The start belongs to the span, the end does not; a post is as old as it was seen to be
        ("q=*&since=2026-07-13T00:00:02Z&until=2026-07-13T00:00:05.000Z", ["4", "3", "2"]),
        ("q=*&since=2026-07-13T00:00:06Z", []),
        ("q=*&limit=2", ["59", "4"]),
        ("q=*&limit=2&cursor=4", ["1"]),
        ("q=*&cursor=100", []),
    ],
)
def test_posts_on_bluesky_are_found(query: str, found: list[str]) -> None:
    with UpstreamServer(Dataset((), bluesky=SKEETS)) as server:
        assert Bluesky(server).found(query) == found


def test_posts_on_bluesky_come_in_pages() -> None:
    with UpstreamServer(Dataset((), bluesky=SKEETS), page_size=3) as server:
        client = Bluesky(server)
        first = client.search("q=*").json()
        second = client.search(f"q=*&cursor={first['cursor']}").json()
    assert first == {"posts": [SKEETS[4], SKEETS[3], SKEETS[2]], "hitsTotal": 5, "cursor": "3"}
    assert second == {"posts": [SKEETS[1], SKEETS[0]], "hitsTotal": 5}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("domain=arxiv.org", 'Error: Params must have the property "q"'),
        ("q=*&limit=101", "Error: limit must be a whole number from 1 to 100"),
        ("q=*&cursor=abc", "Error: cursor must be a whole number from 0"),
        ("q=*&sort=new", "Error: Params/sort must be one of (top|latest)"),
        ("q=*&since=yesterday", "Error: Params/since must be a valid datetime or date"),
        ("q=*&until=2026-02-30", "Error: Params/until must be a valid datetime or date"),
        ("q=*&lang=en", "Error: This replay does not search by lang"),
        ("q=*&until_=1", "Error: This replay does not know the parameter until_"),
    ],
)
def test_bluesky_refuses(query: str, message: str) -> None:
    with UpstreamServer(Dataset((), bluesky=SKEETS)) as server:
        response = Bluesky(server).search(query)
    assert told(response) == (400, {"error": "InvalidRequest", "message": message})


@pytest.mark.parametrize(
    ("options", "status_code", "error"),
    [
        ({"json": LOGIN | {"password": "wrong"}}, 401, "AuthenticationRequired"),
        ({"json": LOGIN | {"identifier": "nobody"}}, 401, "AuthenticationRequired"),
        ({"json": {"identifier": "sample.bsky.example"}}, 400, "InvalidRequest"),
        ({"json": ["sample.bsky.example"]}, 400, "InvalidRequest"),
        ({"data": LOGIN}, 400, "InvalidRequest"),
    ],
)
def test_a_session_needs_an_app_password(options: Json, status_code: int, error: str) -> None:
    with UpstreamServer(Dataset(())) as server:
        response = Bluesky(server).post("createSession", **options)
    assert (response.status_code, response.json()["error"]) == (status_code, error)


def test_a_search_needs_a_session_and_a_session_can_be_renewed_once() -> None:
    with UpstreamServer(Dataset((), bluesky=SKEETS)) as server:
        client = Bluesky(server)
        assert client.search("q=*", token="").json()["error"] == "AuthMissing"
        assert client.search("q=*", token="other").json()["error"] == "InvalidToken"

        server.bluesky.expire()
        expired = client.search("q=*")
        renewed = client.post("refreshSession", token=client.session["refreshJwt"]).json()
        again = client.post("refreshSession", token=client.session["refreshJwt"])
        with_body = client.post("refreshSession", token=renewed["refreshJwt"], json={})

        assert told(expired) == (400, {"error": "ExpiredToken", "message": "Token has expired"})
        assert client.search("q=*", token=renewed["accessJwt"]).status_code == 200
        assert (again.status_code, again.json()["error"]) == (400, "ExpiredToken")
        assert (with_body.status_code, with_body.json()["error"]) == (400, "InvalidRequest")
        assert get(server, f"{SERVER}createSession").status_code == 501


# Reddit


def submission(number: int, domain: str, title: str = "A title", text: str = "") -> Json:
    """A submission as Reddit sends it, without what nobody reads."""
    name = f"{number:05}"
    created = 1783900000.0 + number
    data = {"id": name, "name": f"t3_{name}", "domain": domain, "title": title}
    return data | {"created_utc": created, "selftext": text}


SUBMISSIONS = (
    submission(1, "arxiv.org"),
    submission(2, "export.arxiv.org", "P < 0.05 & more"),
    submission(3, "notarxiv.org"),
    submission(4, "arxiv.org"),
    submission(5, "self.MachineLearning", text="See https://ARXIV.org/abs/2607.00005"),
)
NEW = "/domain/arxiv.org/new"


class Reddit:
    """Asks the replay as our adapter does."""

    def __init__(self, server: UpstreamServer) -> None:
        self.server = server
        self.token = self.authorize().json()["access_token"]

    def authorize(self, **options: Any) -> requests.Response:
        usual = {"auth": ("id", "secret"), "data": {"grant_type": "client_credentials"}}
        url = f"{self.server.url}/api/v1/access_token"
        return requests.post(url, headers=AGENT, timeout=5, **(usual | options))

    def new(self, query: str = "", path: str = NEW) -> requests.Response:
        headers = AGENT | {"Authorization": f"Bearer {self.token}"}
        return get(self.server, f"{path}?{query}", headers=headers)


def names(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [child["data"]["id"] for child in response.json()["data"]["children"]]


def test_a_listing_of_a_domain() -> None:
    with UpstreamServer(Dataset((), reddit=SUBMISSIONS)) as server:
        document = Reddit(server).new("limit=100&raw_json=1").json()
    assert document == {
        "kind": "Listing",
        "data": {
            "after": None,
            "before": None,
            "dist": 3,
            "modhash": None,
            "geo_filter": "",
            "children": [{"kind": "t3", "data": SUBMISSIONS[place]} for place in (3, 1, 0)],
        },
    }


def test_submissions_come_in_pages() -> None:
    with UpstreamServer(Dataset((), reddit=SUBMISSIONS)) as server:
        client = Reddit(server)
        first = client.new("limit=2")
        after = first.json()["data"]["after"]
        second = client.new(f"limit=2&after={after}")
    assert (names(first), after) == (["00004", "00002"], "t3_00002")
    assert (names(second), second.json()["data"]["after"]) == (["00001"], None)
    assert first.headers["X-Ratelimit-Remaining"] == "99.0"


def test_a_listing_ends_with_the_thousandth_submission() -> None:
    many = tuple(submission(number, "arxiv.org") for number in range(1, 1202))
    with UpstreamServer(Dataset((), reddit=many)) as server:
        client = Reddit(server)
        pages = [client.new("limit=100")]
        while after := pages[-1].json()["data"]["after"]:
            pages.append(client.new(f"limit=100&after={after}"))
    assert [len(names(page)) for page in pages] == [100] * 10


SEARCH_TEXTS = "q=selftext:arxiv.org&sort=new&type=link&t=month"


def test_submissions_are_found_by_their_text() -> None:
    with UpstreamServer(Dataset((), reddit=SUBMISSIONS)) as server:
        client = Reddit(server)
        assert names(client.new(f"{SEARCH_TEXTS}&limit=100", "/search")) == ["00005"]
        for known, unknown in [("selftext:", "url:"), ("new", "top"), ("month", "decade")]:
            refused = client.new(SEARCH_TEXTS.replace(known, unknown), "/search")
            assert refused.status_code == 400


@pytest.mark.parametrize(
    ("query", "title"),
    [("raw_json=1", "P < 0.05 & more"), ("", "P &lt; 0.05 &amp; more")],
)
def test_characters_of_html_are_escaped_unless_asked_otherwise(query: str, title: str) -> None:
    with UpstreamServer(Dataset((), reddit=SUBMISSIONS[1:2])) as server:
        [child] = Reddit(server).new(query).json()["data"]["children"]
    assert child["data"]["title"] == title


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({"auth": None}, (401, {"message": "Unauthorized", "error": 401})),
        ({"auth": ("id", "")}, (401, {"message": "Unauthorized", "error": 401})),
        ({"data": {"grant_type": "password"}}, (200, {"error": "unsupported_grant_type"})),
    ],
)
def test_a_token_needs_an_app(options: Json, answer: tuple[int, Json]) -> None:
    with UpstreamServer(Dataset(())) as server:
        assert told(Reddit(server).authorize(**options)) == answer


def test_reddit_refuses() -> None:
    with UpstreamServer(Dataset((), reddit=SUBMISSIONS)) as server:
        client = Reddit(server)
        for agent in ("python-requests/2.32", "hotpapers/1.0", ""):
            generic = get(server, NEW, headers={"User-Agent": agent})
            assert told(generic) == (429, {"message": "Too Many Requests", "error": 429})
        assert client.new("limit=101").status_code == 400
        assert client.new("after=00001").status_code == 400
        assert client.new("sort=top").status_code == 400
        assert client.new(path="/domain/arxiv.org/hot").status_code == 404
        server.reddit.expire()
        assert told(client.new()) == (401, {"message": "Unauthorized", "error": 401})
