"""The replayed sources that need no login, as strict as the real ones; and all of them together."""

import json
from itertools import repeat
from pathlib import Path

import pytest
import requests

from local.upstreams.dataset import Dataset
from local.upstreams.faults import Faults, answers
from local.upstreams.server import UpstreamServer
from tests.replay import Json, get, told

# Hugging Face


def featured(paper: str, day: str) -> Json:
    """A daily paper as Hugging Face sends it, without what nobody reads."""
    moment = f"{day}T00:00:00.000Z"
    return {"paper": {"id": paper, "submittedOnDailyAt": moment, "upvotes": 3}, "numComments": 1}


FEATURED = tuple(
    featured(f"2607.0000{number}", day)
    for number, day in enumerate(["2026-07-13", "2026-07-14", "2026-07-13", "2026-07-13"], start=1)
)


def featured_ids(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [entry["paper"]["id"][-1] for entry in response.json()]


def test_the_papers_that_were_featured_on_a_day() -> None:
    with UpstreamServer(Dataset((), huggingface=FEATURED)) as server:
        response = get(server, "/api/daily_papers?date=2026-07-14")
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert told(response) == (200, [FEATURED[1]])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["2", "1", "3", "4"]),
        ("date=2026-07-12", []),
        ("date=2026-07-13", ["1", "3", "4"]),
        ("date=2026-07-13&limit=2", ["1", "3"]),
        ("date=2026-07-13&limit=2&p=1", ["4"]),
        ("date=2026-07-13&limit=2&p=2", []),
        ("date=2026-07-13&limit=100&p=0", ["1", "3", "4"]),
    ],
)
def test_daily_papers_come_in_pages(query: str, found: list[str]) -> None:
    with UpstreamServer(Dataset((), huggingface=FEATURED)) as server:
        assert featured_ids(get(server, f"/api/daily_papers?{query}")) == found


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("date=2026-13-01", "Invalid date"),
        ("date=20260713", "Invalid date"),
        ("date=", "Invalid date"),
        ("limit=0", "limit must be a whole number from 1 to 100"),
        ("limit=101", "limit must be a whole number from 1 to 100"),
        ("p=-1", "p must be a whole number from 0"),
        ("page=1", "This replay does not know the parameter page"),
    ],
)
def test_hugging_face_refuses(query: str, error: str) -> None:
    with UpstreamServer(Dataset((), huggingface=FEATURED)) as server:
        assert told(get(server, f"/api/daily_papers?{query}")) == (400, {"error": error})


# Hacker News


def story(number: int, link: str | None, **fields: object) -> Json:
    """A story as Algolia sends it, without what nobody reads."""
    created = 1783900000 + number
    hit = {"objectID": str(number), "created_at_i": created, "title": f"Story {number}"}
    hit |= {"author": "sample_author", "points": number, "num_comments": None, "_tags": ["story"]}
    return hit | ({"url": link} if link else {}) | fields


STORIES = (
    story(1, "https://arxiv.org/abs/2607.00001"),
    story(2, "https://example.org/arxiv/org"),
    story(3, None, title="arXiv.org is down"),
    story(4, "https://www.arxiv.org/pdf/2607.00004", _tags=["story", "show_hn"]),
    story(5, "https://arxiv.org/abs/2607.00005", _tags=["poll"]),
    story(6, "https://example.com/"),
)
BY_LINK = "query=arxiv.org&restrictSearchableAttributes=url&tags=story"


def stories(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [hit["objectID"] for hit in response.json()["hits"]]


def test_a_page_of_stories() -> None:
    with UpstreamServer(Dataset((), hackernews=STORIES)) as server:
        document = get(server, f"/api/v1/search_by_date?{BY_LINK}&hitsPerPage=2").json()
    assert document["hits"] == [STORIES[3], STORIES[1]]
    names = ("nbHits", "page", "nbPages", "hitsPerPage", "exhaustiveNbHits", "query")
    assert [document[name] for name in names] == [3, 0, 2, 2, True, "arxiv.org"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["6", "5", "4", "3", "2", "1"]),
        ("query=arxiv.org", ["5", "4", "3", "2", "1"]),
        ("query=arxiv.org&restrictSearchableAttributes=url", ["5", "4", "2", "1"]),
        (BY_LINK, ["4", "2", "1"]),
        ("tags=story,show_hn", ["4"]),
        ("tags=(show_hn,poll)", ["5", "4"]),
        (f"{BY_LINK}&numericFilters=created_at_i>=1783900002,created_at_i<1783900004", ["2"]),
        ("numericFilters=points>4", ["6", "5"]),
        ("numericFilters=num_comments>=0", []),
        (f"{BY_LINK}&hitsPerPage=2&page=1", ["1"]),
        (f"{BY_LINK}&hitsPerPage=2&page=2", []),
    ],
)
def test_stories_are_found(query: str, found: list[str]) -> None:
    with UpstreamServer(Dataset((), hackernews=STORIES)) as server:
        assert stories(get(server, f"/api/v1/search_by_date?{query}")) == found


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("hitsPerPage=1001", "hitsPerPage must be a whole number from 1 to 1000"),
        ("page=first", "page must be a whole number from 0"),
        ("tags=story,", "invalid tags"),
        ("tags=(story", "invalid tags"),
        ("numericFilters=created_at_i>yesterday", "invalid numeric filter: created_at_i>yesterday"),
        ("numericFilters=created_at>1", "invalid numeric filter: created_at>1"),
        ("restrictSearchableAttributes=link", "Attribute link is not searchable"),
        ("filters=x", "This replay does not know the parameter filters"),
    ],
)
def test_algolia_refuses(query: str, message: str) -> None:
    with UpstreamServer(Dataset((), hackernews=STORIES)) as server:
        response = get(server, f"/api/v1/search_by_date?{query}")
    assert told(response) == (400, {"message": message, "status": 400})


def test_pages_end_with_the_thousandth_story() -> None:
    many = [story(number, "https://arxiv.org/abs/2607.00001") for number in range(1, 1502)]
    with UpstreamServer(Dataset((), hackernews=tuple(many))) as server:
        path = f"/api/v1/search_by_date?{BY_LINK}&hitsPerPage=800&page="
        pages = [get(server, f"{path}{number}") for number in range(3)]
    assert [len(stories(page)) for page in pages] == [800, 200, 0]
    assert (pages[0].json()["nbHits"], pages[0].json()["nbPages"]) == (1501, 2)


# Mastodon


def status(number: int, *tags: str, visibility: str = "public") -> Json:
    """A status as Mastodon sends it, without what nobody reads."""
    return {
        "id": str(number),
        "visibility": visibility,
        "content": f"<p>{number}</p>",
        "tags": [{"name": tag} for tag in tags],
    }


HERE = (
    status(9, "arxiv"),
    status(100, "ArXiv", "ml"),
    status(11, "machinelearning"),
    status(12, "other"),
    status(13, "arxiv", visibility="unlisted"),
)
THERE = (status(7, "arxiv"),)
INSTANCES = Dataset((), mastodon={"here.example": HERE, "there.example": THERE})
TAG = "/api/v1/timelines/tag/"


def statuses(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [entry["id"] for entry in response.json()]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("arxiv", ["100", "9"]),
        ("ARXIV", ["100", "9"]),
        ("arxiv?any[]=MachineLearning&any[]=nobody", ["100", "11", "9"]),
        ("arxiv?limit=1", ["100"]),
        ("arxiv?max_id=100", ["9"]),
        ("arxiv?max_id=9", []),
        ("arxiv?since_id=9", ["100"]),
        ("nobody", []),
    ],
)
def test_the_public_statuses_with_a_hashtag(query: str, found: list[str]) -> None:
    with UpstreamServer(INSTANCES) as server:
        assert statuses(get(server, TAG + query)) == found


def test_a_timeline_says_where_it_goes_on_until_it_is_empty() -> None:
    with UpstreamServer(INSTANCES) as server:
        pages = [get(server, f"{TAG}arxiv?limit=1&any[]=ml")]
        while link := pages[-1].links.get("next"):
            pages.append(requests.get(link["url"], timeout=5))
    assert [statuses(page) for page in pages] == [["100"], ["9"], []]
    assert pages[0].links == {
        "next": {
            "url": f"{server.url}{TAG}arxiv?limit=1&any%5B%5D=ml&max_id=100",
            "rel": "next",
        },
        "prev": {
            "url": f"{server.url}{TAG}arxiv?limit=1&any%5B%5D=ml&min_id=100",
            "rel": "prev",
        },
    }
    assert pages[0].headers["X-RateLimit-Remaining"] == "299"


def test_each_instance_is_somewhere_else() -> None:
    with UpstreamServer(INSTANCES) as server:
        found = [
            statuses(requests.get(f"{url}{TAG}arxiv", timeout=5)) for url in server.mastodon_urls
        ]
    assert found == [["100", "9"], ["7"]]
    assert server.mastodon_urls[0] == server.url
    assert len(server.calls_to(TAG)) == 2


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("arxiv?limit=41", "limit must be a whole number from 1 to 40"),
        ("arxiv?max_id=abc", "max_id must be a whole number from 0"),
        ("arxiv?any=ml", "This replay does not know the parameter any"),
        ("arxiv?any[]=%23ml", "'#ml' is no hashtag"),
        ("arxiv?any[]=a&any[]=b&any[]=c&any[]=d&any[]=e", "any[] counts 4 times only"),
    ],
)
def test_mastodon_refuses(query: str, error: str) -> None:
    with UpstreamServer(INSTANCES) as server:
        assert told(get(server, TAG + query)) == (422, {"error": error})


@pytest.mark.parametrize("tag", ["", "%23arxiv", "a/b"])
def test_what_is_no_hashtag_has_no_timeline(tag: str) -> None:
    with UpstreamServer(INSTANCES) as server:
        assert told(get(server, TAG + tag)) == (404, {"error": "Not Found"})


# All of them

QUESTIONS = {
    "huggingface": "/api/daily_papers",
    "hackernews": "/api/v1/search_by_date",
    "mastodon": f"{TAG}arxiv",
    "bluesky": "/xrpc/app.bsky.feed.searchPosts",
    "reddit": "/domain/arxiv.org/new",
    "x": "/2/tweets/search/recent",
    "arxiv": "/api/query",
}


@pytest.mark.parametrize("down", QUESTIONS)
def test_one_upstream_can_be_down(down: str) -> None:
    with UpstreamServer(Dataset(()), faults=Faults(**{down: repeat(answers(503, "Down."))})) as up:
        statuses = {name: get(up, path).status_code for name, path in QUESTIONS.items()}
    assert [name for name, status_code in statuses.items() if status_code == 503] == [down]


def test_a_data_set_with_everything_is_read_from_a_file(tmp_path: Path) -> None:
    document = {
        "papers": [],
        "bluesky": [{"uri": "at://a/b/c"}],
        "mastodon": {"here.example": list(HERE), "there.example": list(THERE)},
        "hackernews": list(STORIES),
        "reddit": [{"name": "t3_1"}],
        "huggingface": list(FEATURED),
    }
    path = tmp_path / "day.json"
    path.write_text(json.dumps(document), encoding="utf-8")

    assert Dataset.load(path) == Dataset(
        (),
        bluesky=({"uri": "at://a/b/c"},),
        mastodon=INSTANCES.mastodon,
        hackernews=STORIES,
        reddit=({"name": "t3_1"},),
        huggingface=FEATURED,
    )
