"""The replayed upstreams as their own tests ask them."""

from typing import Any
from xml.etree import ElementTree

import requests

from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
DAY = "submittedDate:[202009161800 TO 202009171800]"

Json = dict[str, Any]


def paper(identity: str, published: str, *categories: str, updated: str = "") -> Json:
    return {
        "id": identity,
        "version": 1,
        "title": f"The Title of\n  {identity}",
        "authors": ["Ada Lovelace", "Kurt Gödel"],
        "categories": list(categories or ("cs.LG",)),
        "abstract": "An abstract with a < b & c.",
        "published": published,
        "updated": updated or published,
    }


def post(
    number: int, created_at: str, link: str = "https://arxiv.org/abs/2009.00001", likes: int = 3
) -> Json:
    """A post as X sends it, with one link."""
    return {
        "id": str(number),
        "edit_history_tweet_ids": [str(number)],
        "author_id": "7",
        "created_at": created_at,
        "lang": "en",
        "text": "See https://t.co/a",
        "entities": {
            "urls": [{"start": 4, "end": 18, "url": "https://t.co/a", "expanded_url": link}],
            "mentions": [{"start": 0, "end": 0, "username": "KURT"}],
        },
        "public_metrics": {"retweet_count": 2, "like_count": likes},
    }


def retweet(number: int, created_at: str) -> Json:
    """A retweet as X sends it."""
    return post(number, created_at) | {"referenced_tweets": [{"type": "retweeted", "id": "1"}]}


PAPERS = (
    paper("2009.00001", "2020-09-16T17:59:59Z"),
    paper("2009.00002", "2020-09-16T18:00:00Z", "cs.CV", updated="2020-10-01T00:00:00Z"),
    paper("2009.00003", "2020-09-17T17:59:30Z", "math.ST", "stat.ML"),
    paper("2009.00004", "2020-09-17T18:00:00Z", "math.NA"),
    paper("2009.00005", "2020-09-17T18:00:01Z", "math.CO"),
)
USERS = (
    {"id": "7", "name": "Ada", "username": "ada", "verified": False},
    {"id": "8", "name": "Kurt", "username": "Kurt", "verified": True},
)


class Client:
    """Asks a server as our adapters do; parameters that are given replace the usual ones."""

    def __init__(self, server: UpstreamServer) -> None:
        self.server = server

    def arxiv(self, search: str, **parameters: object) -> requests.Response:
        query: Json = {"search_query": search, "start": 0, "max_results": 2000} | parameters
        headers = {"Accept": "application/atom+xml"}
        return requests.get(
            f"{self.server.url}/api/query", params=query, headers=headers, timeout=5
        )

    def x(self, search: str = "recent", **parameters: object) -> requests.Response:
        query: Json = {"query": 'url:"arxiv.org"', "max_results": 10} | parameters
        return requests.get(
            f"{self.server.url}/2/tweets/search/{search}",
            params=query,
            headers={"Authorization": "Bearer secret"},
            timeout=5,
        )


def arxiv_ids(response: requests.Response) -> list[str]:
    """The ids of a feed's papers, with their versions."""
    assert response.status_code == 200, response.text
    entries = ElementTree.fromstring(response.content).iterfind(f"{ATOM}entry/{ATOM}id")
    return [(entry.text or "").removeprefix("http://arxiv.org/abs/") for entry in entries]


def arxiv_error(response: requests.Response) -> str:
    """What arXiv says that is wrong."""
    assert response.status_code == 400
    entry = ElementTree.fromstring(response.content).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "Error"
    return entry.findtext(f"{ATOM}summary") or ""


def post_ids(response: requests.Response) -> list[str]:
    """The ids of a page's posts."""
    assert response.status_code == 200, response.text
    return [entry["id"] for entry in response.json().get("data", [])]


def serving_posts(*posts: Json, **options: Any) -> UpstreamServer:
    """X with these posts, and arXiv without papers."""
    return UpstreamServer(Dataset((), posts, USERS), **options)


def get(server: UpstreamServer, path: str, **options: Any) -> requests.Response:
    """What a server answers to a question of no client's in particular."""
    return requests.get(server.url + path, timeout=5, **options)


def told(response: requests.Response) -> tuple[int, Any]:
    """The status of an answer, and its JSON value."""
    return response.status_code, response.json()
