"""The replayed upstreams: as strict as the real ones, and wrong only where a test asks for it."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import requests

from local.upstreams.dataset import Dataset
from local.upstreams.faults import (
    Fault,
    Faults,
    answers,
    breaks_off,
    cut_off,
    drips,
    edits,
    edits_json,
    empty_page,
    hangs_up,
    html_page,
    rate_exceeded,
    stalls,
    swollen_title,
)
from local.upstreams.server import Call, UpstreamServer

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


def post(number: int, created_at: str, link: str = "https://arxiv.org/abs/2009.00001") -> Json:
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
        "public_metrics": {"retweet_count": 2, "like_count": 3},
    }


def retweet(number: int, created_at: str) -> Json:
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
    assert response.status_code == 200, response.text
    entries = ElementTree.fromstring(response.content).iterfind(f"{ATOM}entry/{ATOM}id")
    return [(entry.text or "").removeprefix("http://arxiv.org/abs/") for entry in entries]


def arxiv_error(response: requests.Response) -> str:
    assert response.status_code == 400
    entry = ElementTree.fromstring(response.content).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "Error"
    return entry.findtext(f"{ATOM}summary") or ""


def post_ids(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [entry["id"] for entry in response.json().get("data", [])]


@pytest.fixture
def papers() -> Iterator[Client]:
    with UpstreamServer(Dataset(PAPERS, (), ())) as server:
        yield Client(server)


def serving_posts(*posts: Json, **options: Any) -> UpstreamServer:
    return UpstreamServer(Dataset((), posts, USERS), **options)


# arXiv


def test_a_feed_has_the_shape_of_the_real_one(papers: Client) -> None:
    response = papers.arxiv(f"cat:stat.ML AND {DAY}", start=0, max_results=5)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    identity = ElementTree.fromstring(response.text).findtext(f"{ATOM}id") or ""
    assert len(identity.removeprefix("https://arxiv.org/api/")) == 27
    asked = "cat%3Astat.ML+AND+submittedDate%3A%5B202009161800+TO+202009171800%5D"
    expected = f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" \
xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>{identity}</id>
  <title>arXiv Query: search_query=cat:stat.ML AND {DAY}&amp;id_list=&amp;start=0\
&amp;max_results=5</title>
  <updated>2026-11-23T00:00:00Z</updated>
  <link href="https://arxiv.org/api/query?search_query={asked}&amp;start=0&amp;max_results=5\
&amp;id_list=" type="application/atom+xml" />
  <opensearch:itemsPerPage>5</opensearch:itemsPerPage>
  <opensearch:totalResults>1</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
  <entry>
    <id>http://arxiv.org/abs/2009.00003v1</id>
    <title>The Title of
  2009.00003</title>
    <updated>2020-09-17T17:59:30Z</updated>
    <link href="https://arxiv.org/abs/2009.00003v1" rel="alternate" type="text/html" />
    <link href="https://arxiv.org/pdf/2009.00003v1" rel="related" type="application/pdf" \
title="pdf" />
    <summary>An abstract with a &lt; b &amp; c.</summary>
    <category term="math.ST" scheme="http://arxiv.org/schemas/atom" />
    <category term="stat.ML" scheme="http://arxiv.org/schemas/atom" />
    <published>2020-09-17T17:59:30Z</published>
    <arxiv:primary_category term="math.ST" />
    <author>
      <name>Ada Lovelace</name>
    </author>
    <author>
      <name>Kurt Gödel</name>
    </author>
  </entry>
</feed>"""
    assert response.text == expected


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ("202009161800 TO 202009171800", ["2009.00002v1", "2009.00003v1", "2009.00004v1"]),
        ("202009161800 TO 202009171759", ["2009.00002v1"]),
        ("202009161759 TO 202009161800", ["2009.00001v1", "2009.00002v1"]),
        ("20200917 TO 20200917", ["2009.00003v1", "2009.00004v1", "2009.00005v1"]),
        ("2020 TO 2021", [f"2009.0000{number}v1" for number in range(1, 6)]),
        ("20200917180000 TO 20200917180059", ["2009.00004v1"]),
    ],
)
def test_both_ends_of_a_date_range_are_the_exact_start_of_their_minute(
    papers: Client, dates: str, found: list[str]
) -> None:
    response = papers.arxiv(
        f"submittedDate:[{dates}]", sortBy="submittedDate", sortOrder="ascending"
    )
    assert arxiv_ids(response) == found


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("cat:cs.CV", ["2009.00002v1"]),
        ("cat:stat.ML", ["2009.00003v1"]),
        ("cat:cs.*", ["2009.00001v1", "2009.00002v1", "2009.00004v1"]),
        ("cat:cs.NA", ["2009.00004v1"]),
        (f"(cat:cs.* OR cat:stat.ML) AND {DAY}", ["2009.00002v1", "2009.00003v1", "2009.00004v1"]),
        (f"{DAY} AND (cat:stat.ML cat:cs.CV)", ["2009.00002v1", "2009.00003v1"]),
    ],
)
def test_categories_include_cross_lists_and_wildcards(
    papers: Client, search: str, found: list[str]
) -> None:
    assert arxiv_ids(papers.arxiv(search)) == found


@pytest.mark.parametrize(
    ("by", "order", "found"),
    [
        ("submittedDate", "ascending", ["1", "2", "3", "4", "5"]),
        ("submittedDate", "descending", ["5", "4", "3", "2", "1"]),
        ("lastUpdatedDate", "descending", ["2", "5", "4", "3", "1"]),
    ],
)
def test_results_are_sorted(papers: Client, by: str, order: str, found: list[str]) -> None:
    response = papers.arxiv("submittedDate:[2020 TO 2020]", sortBy=by, sortOrder=order)
    assert arxiv_ids(response) == [f"2009.0000{number}v1" for number in found]


def test_arxiv_pages(papers: Client) -> None:
    order = {"sortBy": "submittedDate", "sortOrder": "ascending"}
    pages = [
        papers.arxiv("submittedDate:[2020 TO 2020]", start=start, max_results=2, **order)
        for start in (0, 2, 4, 6)
    ]
    assert [arxiv_ids(page) for page in pages] == [
        ["2009.00001v1", "2009.00002v1"],
        ["2009.00003v1", "2009.00004v1"],
        ["2009.00005v1"],
        [],
    ]
    feeds = [ElementTree.fromstring(page.content) for page in pages]
    assert [feed.findtext(f"{OPENSEARCH}totalResults") for feed in feeds] == ["5"] * 4
    assert [feed.findtext(f"{OPENSEARCH}startIndex") for feed in feeds] == ["0", "2", "4", "6"]


@pytest.mark.parametrize(
    ("search", "parameters", "message"),
    [
        ("cat:cs.LG", {"max_results": 2001}, "max_results must not exceed 2000"),
        ("cat:cs.LG", {"max_results": 0}, "max_results is too small"),
        ("cat:cs.LG", {"start": -1}, "start must be an integer"),
        ("cat:cs.LG", {"sortOrder": "desc"}, "sortOrder must be in: ascending, descending"),
        ("", {}, "Invalid query string: ''"),
        ("( ( )", {}, "Invalid query string: '( ( )'"),
        ("cat:cs.LG)", {}, "Invalid query string: 'cat:cs.LG)'"),
        ("cat:cs.LG AND", {}, "Invalid query string: 'cat:cs.LG AND'"),
        (
            "cat:a OR cat:b AND cat:c",
            {},
            "Invalid query string: 'cat:a OR cat:b AND cat:c'",
        ),
        ("submittedDate:[202013010000 TO 2021]", {}, "Invalid date: '202013010000'"),
    ],
)
def test_arxiv_refuses_with_an_error_feed(
    papers: Client, search: str, parameters: Json, message: str
) -> None:
    assert arxiv_error(papers.arxiv(search, **parameters)) == message


def test_arxiv_wants_an_accept_header(papers: Client) -> None:
    response = requests.get(f"{papers.server.url}/api/query", headers={"Accept": None}, timeout=5)
    assert response.status_code == 406


# X


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


# Faults, and what was asked


def test_calls_are_recorded_in_order() -> None:
    with serving_posts() as server:
        client = Client(server)
        client.arxiv("cat:cs.LG", start=0, max_results=1)
        client.x()
        requests.post(f"{server.url}/elsewhere", data={"a": "b"}, timeout=5)
    assert [(call.method, call.path, call.query) for call in server.calls] == [
        ("GET", "/api/query", {"search_query": "cat:cs.LG", "start": "0", "max_results": "1"}),
        ("GET", "/2/tweets/search/recent", {"query": 'url:"arxiv.org"', "max_results": "10"}),
        ("POST", "/elsewhere", {"a": "b"}),
    ]
    assert [call.path for call in server.calls_to("/2/")] == ["/2/tweets/search/recent"]
    assert server.calls[1].headers["Authorization"] == "Bearer secret"
    assert server.calls[0].received < server.calls[1].received
    assert server.calls[0] == Call(
        "GET", "/api/query", server.calls[0].query, server.calls[0].headers
    )


def test_each_upstream_has_its_own_faults_call_by_call() -> None:
    faults = Faults(
        arxiv=[answers(503, "Later.", retry_after=1), None, rate_exceeded],
        x=repeat(answers(402, '{"title": "CreditsDepleted"}', content_type="application/json")),
    )
    with UpstreamServer(Dataset(PAPERS, (), ()), faults=faults) as server:
        client = Client(server)
        first = client.arxiv("cat:cs.CV")
        posts = [client.x() for _ in range(3)]
        second, third, fourth = (client.arxiv("cat:cs.CV") for _ in range(3))
    assert (first.status_code, first.headers["Retry-After"], first.text) == (503, "1", "Later.")
    assert arxiv_ids(second) == ["2009.00002v1"]
    assert (third.status_code, third.text) == (200, "Rate exceeded.")
    assert arxiv_ids(fourth) == ["2009.00002v1"]
    assert [(page.status_code, page.json()) for page in posts] == [
        (402, {"title": "CreditsDepleted"})
    ] * 3


def arxiv_with(fault: Fault) -> requests.Response:
    with UpstreamServer(Dataset(PAPERS, (), ()), faults=Faults(arxiv=[fault])) as server:
        return Client(server).arxiv("cat:cs.CV")


def test_an_empty_page_keeps_its_totals() -> None:
    response = arxiv_with(empty_page)
    assert arxiv_ids(response) == []
    feed = ElementTree.fromstring(response.content)
    assert feed.findtext(f"{OPENSEARCH}totalResults") == "1"


def test_an_empty_page_of_posts_keeps_its_token() -> None:
    posts = [post(number, "2020-09-18T00:00:00.000Z") for number in range(1, 12)]
    with serving_posts(*posts, faults=Faults(x=[empty_page])) as server:
        client = Client(server)
        document = client.x().json()
        assert set(document) == {"meta"}
        assert document["meta"]["result_count"] == 0
        assert post_ids(client.x(next_token=document["meta"]["next_token"])) == ["1"]


def test_a_body_that_is_cut_off_is_no_xml() -> None:
    response = arxiv_with(cut_off)
    assert response.text.startswith("<?xml")
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(response.content)


def test_a_page_of_html() -> None:
    response = arxiv_with(html_page)
    assert response.headers["Content-Type"] == "text/html"
    assert response.text.startswith("<!DOCTYPE html>")


def test_a_connection_that_breaks_off_in_the_middle() -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        arxiv_with(breaks_off)


def test_a_connection_that_is_closed_without_an_answer() -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        arxiv_with(hangs_up)


@pytest.mark.parametrize("fault", [stalls(0.2), drips(0.02, pieces=10)])
def test_slow_answers_are_right_in_the_end(fault: Fault) -> None:
    before = time.monotonic()
    assert arxiv_ids(arxiv_with(fault)) == ["2009.00002v1"]
    assert time.monotonic() - before >= 0.2


def test_a_swollen_title() -> None:
    response = arxiv_with(swollen_title(10_000_000))
    entry = ElementTree.fromstring(response.content).find(f"{ATOM}entry")
    assert entry is not None
    title = entry.findtext(f"{ATOM}title") or ""
    assert title == "A" * 10_000_000 + PAPERS[1]["title"]
    assert response.text.count("AAAA") == 10_000_000 // 4


def test_answers_can_be_edited() -> None:
    response = arxiv_with(edits(lambda text: text.replace("2009.00002v1", "nonsense")))
    assert arxiv_ids(response) == ["nonsense"]

    def without_ids(document: Json) -> Json:
        return document | {"data": [{"text": entry["text"]} for entry in document["data"]]}

    faults = Faults(x=[edits_json(without_ids)])
    with serving_posts(post(2, "2020-09-18T00:00:00.000Z"), faults=faults) as server:
        assert Client(server).x().json()["data"] == [{"text": "See https://t.co/a"}]


def test_another_data_set_can_be_replayed() -> None:
    with UpstreamServer(Dataset(PAPERS, (), ())) as server:
        client = Client(server)
        assert arxiv_ids(client.arxiv("cat:cs.CV")) == ["2009.00002v1"]
        server.replay(Dataset((paper("2009.00009", "2020-09-17T00:00:00Z", "cs.CV"),), (), ()))
        assert arxiv_ids(client.arxiv("cat:cs.CV")) == ["2009.00009v1"]
        assert len(server.calls) == 1


def test_a_data_set_is_read_from_a_file(tmp_path: Path) -> None:
    document = {"papers": PAPERS, "posts": [], "users": USERS}
    path = tmp_path / "day.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert Dataset.load(path) == Dataset(PAPERS, (), USERS)
