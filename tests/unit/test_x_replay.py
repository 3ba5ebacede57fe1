"""The replayed X: as strict as the real one."""

from datetime import UTC, datetime

import pytest
import requests

from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.replay import (
    PAPERS,
    USERS,
    Client,
    Json,
    arxiv_ids,
    post,
    post_ids,
    retweet,
    serving_posts,
)


def test_a_page_of_posts_has_the_shape_of_the_real_one() -> None:
    fields = "author_id,created_at,entities,lang,public_metrics,referenced_tweets"
    sent = post(2, "2020-09-18T00:00:00.000Z")
    with serving_posts(sent) as server:
        response = Client(server).x(
            **{
                "tweet.fields": fields,
                "expansions": "author_id,entities.mentions.username",
                "user.fields": "name,username",
            }
        )
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.json() == {
        "data": [sent],
        "includes": {
            "users": [
                {"id": "7", "name": "Ada", "username": "ada"},
                {"id": "8", "name": "Kurt", "username": "Kurt"},
            ]
        },
        "meta": {"result_count": 1, "newest_id": "2", "oldest_id": "2"},
    }


def test_what_was_not_asked_for_is_left_out() -> None:
    with serving_posts(post(2, "2020-09-18T00:00:00.000Z")) as server:
        response = Client(server).x()
    assert response.json() == {
        "data": [{"id": "2", "edit_history_tweet_ids": ["2"], "text": "See https://t.co/a"}],
        "meta": {"result_count": 1, "newest_id": "2", "oldest_id": "2"},
    }


def test_the_newer_vocabulary() -> None:
    with serving_posts(retweet(2, "2020-09-18T00:00:00.000Z"), vocabulary="post") as server:
        response = Client(server).x(**{"tweet.fields": "public_metrics,referenced_tweets"})
    assert response.json()["data"] == [
        {
            "id": "2",
            "edit_history_post_ids": ["2"],
            "text": "See https://t.co/a",
            "public_metrics": {"repost_count": 2, "like_count": 3},
            "referenced_posts": [{"type": "retweeted", "id": "1"}],
        }
    ]


def test_without_a_match_there_is_no_data() -> None:
    with serving_posts(post(2, "2020-09-18T00:00:00.000Z", "https://example.org/")) as server:
        response = Client(server).x()
    assert response.json() == {"meta": {"result_count": 0}}


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://arxiv.org/abs/2009.00001", ["2"]),
        ("https://www.arxiv.org/pdf/2009.00001.pdf", ["2"]),
        ("https://notarxiv.org/abs/2009.00001", []),
        ("https://example.org/arxiv.org", []),
    ],
)
def test_only_posts_with_a_link_to_arxiv_are_found(link: str, found: list[str]) -> None:
    with serving_posts(post(2, "2020-09-18T00:00:00.000Z", link)) as server:
        assert post_ids(Client(server).x()) == found


def test_an_unwound_link_counts() -> None:
    sent = post(2, "2020-09-18T00:00:00.000Z", "https://bit.ly/x")
    sent["entities"]["urls"][0]["unwound_url"] = "https://arxiv.org/abs/2009.00001"
    with serving_posts(sent) as server:
        assert post_ids(Client(server).x()) == ["2"]


def test_the_start_belongs_to_the_span_and_the_end_does_not() -> None:
    posts = [post(number, f"2020-09-18T00:00:0{number}.000Z") for number in range(1, 5)]
    with serving_posts(*posts) as server:
        response = Client(server).x(
            start_time="2020-09-18T00:00:02Z", end_time="2020-09-18T00:00:04Z"
        )
    assert post_ids(response) == ["3", "2"]


def test_retweets_are_left_out_on_request() -> None:
    moment = "2020-09-18T00:00:00.000Z"
    with serving_posts(post(2, moment), retweet(3, moment)) as server:
        client = Client(server)
        assert post_ids(client.x()) == ["3", "2"]
        assert post_ids(client.x(query='url:"arxiv.org" -is:retweet')) == ["2"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["5", "4", "3", "2", "1"]),
        ("min_likes:0", ["5", "4", "3", "2", "1"]),
        ("min_likes:20", ["4", "3", "1"]),
        ("-min_likes:20", ["5", "2"]),
        ("min_likes:20 -min_likes:100", ["3", "1"]),
        ("-min_likes:100 -is:retweet min_likes:20", ["3", "1"]),
        ("min_likes:100 -min_likes:20", []),
        ("-min_likes:0", []),
    ],
)
def test_posts_are_searched_by_their_likes(words: str, found: list[str]) -> None:
    moment = "2020-09-18T00:00:00.000Z"
    likes = enumerate([20, 19, 99, 100, 0], start=1)
    posts = [post(number, moment, likes=each) for number, each in likes]
    with serving_posts(*posts) as server:
        assert post_ids(Client(server).x(query=f'url:"arxiv.org" {words}')) == found


def test_a_token_of_another_number_of_likes_is_no_good() -> None:
    posts = [post(number, "2020-09-18T00:00:00.000Z", likes=200) for number in range(1, 12)]
    with serving_posts(*posts) as server:
        client = Client(server)
        token = client.x(query='url:"arxiv.org" min_likes:100').json()["meta"]["next_token"]
        response = client.x(query='url:"arxiv.org" min_likes:20', next_token=token)
    assert response.status_code == 400


@pytest.mark.parametrize(("search", "size"), [("recent", 100), ("all", 500)])
def test_posts_come_in_pages(search: str, size: int) -> None:
    posts = [post(number, "2020-09-18T00:00:00.000Z") for number in range(1, 2 * size + 2)]
    with serving_posts(*posts) as server:
        client = Client(server)
        pages = [client.x(search, max_results=size).json()]
        while token := pages[-1]["meta"].get("next_token"):
            pages.append(client.x(search, max_results=size, next_token=token).json())
    assert [page["meta"]["result_count"] for page in pages] == [size, size, 1]
    found = [int(entry["id"]) for page in pages for entry in page["data"]]
    assert found == list(range(2 * size + 1, 0, -1))


def test_a_page_can_be_shorter_than_asked_for() -> None:
    posts = [post(number, "2020-09-18T00:00:00.000Z") for number in range(1, 6)]
    with UpstreamServer(Dataset(PAPERS, tuple(posts), USERS), page_size=2) as server:
        client = Client(server)
        assert len(arxiv_ids(client.arxiv("submittedDate:[2020 TO 2020]"))) == 2
        page = client.x()
        assert post_ids(page) == ["5", "4"]
        assert post_ids(client.x(next_token=page.json()["meta"]["next_token"])) == ["3", "2"]


def test_a_token_is_good_for_its_own_search_only() -> None:
    posts = [post(number, "2020-09-18T00:00:00.000Z") for number in range(1, 12)]
    with serving_posts(*posts) as server:
        client = Client(server)
        token = client.x().json()["meta"]["next_token"]
        response = client.x(next_token=token, end_time="2020-09-19T00:00:00Z")
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameters"] == {"next_token": [token]}


@pytest.mark.parametrize("authorization", [None, "Bearer ", "Basic c2VjcmV0"])
def test_x_wants_a_token(authorization: str | None) -> None:
    with serving_posts() as server:
        response = requests.get(
            f"{server.url}/2/tweets/search/recent",
            headers={"Authorization": authorization},
            timeout=5,
        )
    assert response.status_code == 401
    assert response.json() == {
        "title": "Unauthorized",
        "type": "about:blank",
        "status": 401,
        "detail": "Unauthorized",
    }


@pytest.mark.parametrize(
    ("search", "parameters", "names"),
    [
        ("recent", {"query": None}, ["query"]),
        ("recent", {"query": "cats"}, ["query"]),
        ("recent", {"query": 'url:"arxiv.org" lang:en'}, ["query"]),
        ("recent", {"query": "min_likes:20"}, ["query"]),
        ("recent", {"query": "-is:retweet -min_likes:20"}, ["query"]),
        ("recent", {"query": 'url:"arxiv.org" min_likes:'}, ["query"]),
        ("recent", {"query": 'url:"arxiv.org" min_likes:many'}, ["query"]),
        ("recent", {"query": 'url:"arxiv.org" min_likes:-5'}, ["query"]),
        ("recent", {"query": 'url:"arxiv.org" --min_likes:5'}, ["query"]),
        ("recent", {"query": 'url:"arxiv.org" min_faves:20'}, ["query"]),
        ("recent", {"query": 'url:"arxiv.org" -url:"arxiv.org"'}, ["query"]),
        ("recent", {"query": 'url:"arxiv.org"' + " " * 500}, ["query"]),
        ("recent", {"max_results": 9}, ["max_results"]),
        ("recent", {"max_results": 101}, ["max_results"]),
        ("all", {"max_results": 501}, ["max_results"]),
        ("recent", {"start_time": "2020-09-18"}, ["start_time"]),
        (
            "recent",
            {"start_time": "2020-09-18T00:00:00Z", "end_time": "2020-09-18T00:00:00Z"},
            ["start_time", "end_time"],
        ),
        ("recent", {"start_time": "2020-09-12T23:59:59Z"}, ["start_time"]),
        ("all", {"end_time": "2020-09-19T23:59:51Z"}, ["end_time"]),
    ],
)
def test_x_refuses_and_names_the_parameters(
    search: str, parameters: Json, names: list[str]
) -> None:
    with serving_posts(now=datetime(2020, 9, 20, tzinfo=UTC)) as server:
        response = Client(server).x(search, **parameters)
    assert response.status_code == 400
    assert response.json()["title"] == "Invalid Request"
    assert list(response.json()["errors"][0]["parameters"]) == names


def test_only_the_recent_search_ends_after_seven_days() -> None:
    sent = post(2, "2020-09-01T00:00:00.000Z")
    with serving_posts(sent, now=datetime(2020, 9, 20, tzinfo=UTC)) as server:
        client = Client(server)
        assert client.x("recent", start_time="2020-09-01T00:00:00Z").status_code == 400
        assert post_ids(client.x("all", start_time="2020-09-01T00:00:00Z")) == ["2"]


def test_an_author_who_is_gone_is_told_apart() -> None:
    sent = post(2, "2020-09-18T00:00:00.000Z") | {"author_id": "9"}
    with serving_posts(sent) as server:
        document = Client(server).x(expansions="author_id").json()
    assert document["includes"] == {"users": []}
    assert [error["resource_id"] for error in document["errors"]] == ["9"]
