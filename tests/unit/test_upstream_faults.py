"""The replayed upstreams: wrong where a test asks for it, and only there."""

import json
import time
from itertools import repeat
from pathlib import Path
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
from tests.replay import (
    ATOM,
    OPENSEARCH,
    PAPERS,
    USERS,
    Client,
    Json,
    arxiv_ids,
    paper,
    post,
    post_ids,
    serving_posts,
)


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
