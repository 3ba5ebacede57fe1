"""The replayed arXiv: as strict as the real one."""

from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree

import pytest
import requests

from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.replay import (
    ATOM,
    DAY,
    OPENSEARCH,
    PAPERS,
    Client,
    Json,
    arxiv_error,
    arxiv_ids,
    get,
    paper,
)


@pytest.fixture
def papers() -> Iterator[Client]:
    with UpstreamServer(Dataset(PAPERS, (), ())) as server:
        yield Client(server)


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
    ("ids", "search", "found"),
    [
        ("2009.00005,2009.00002", "", ["2009.00002v1", "2009.00005v1"]),
        ("2009.00001v1,2009.00002v2", "", ["2009.00001v1"]),
        ("0808.05394,math.CO/0601001,2009.00003", "", ["2009.00003v1"]),
        ("2009.00001,2009.00002", "cat:cs.CV", ["2009.00002v1"]),
    ],
)
def test_papers_are_found_by_their_ids(
    papers: Client, ids: str, search: str, found: list[str]
) -> None:
    response = papers.arxiv(search, id_list=ids)
    assert arxiv_ids(response) == found
    title = f"arXiv Query: search_query={search}&id_list={ids}&start=0&max_results=2000"
    assert ElementTree.fromstring(response.content).findtext(f"{ATOM}title") == title


def test_ten_papers_are_found_where_no_more_are_asked_for() -> None:
    many = [paper(f"2009.000{number}", "2020-09-16T18:00:00Z") for number in range(10, 22)]
    ids = ",".join(each["id"] for each in many)
    with UpstreamServer(Dataset(tuple(many))) as server:
        response = get(server, f"/api/query?id_list={ids}", headers={"Accept": "*/*"})
    assert arxiv_ids(response) == [f"2009.000{number}v1" for number in range(10, 20)]


@pytest.mark.parametrize("name", ["abc", "2009.0001x", "2009.00001v0", ""])
def test_an_id_that_is_none_is_refused(papers: Client, name: str) -> None:
    response = papers.arxiv("", id_list=f"2009.00001,{name}")
    assert arxiv_error(response) == f"incorrect id format for {name}"
    entry = ElementTree.fromstring(response.content).find(f"{ATOM}entry")
    assert entry is not None
    identity = f"https://arxiv.org/api/errors#incorrect_id_format_for_{name}"
    assert entry.findtext(f"{ATOM}id") == identity


def test_papers_are_found_when_they_are_announced() -> None:
    with UpstreamServer(Dataset(PAPERS), today=date(2020, 9, 18)) as server:
        assert arxiv_ids(Client(server).arxiv("submittedDate:[2020 TO 2020]")) == [
            "2009.00001v1",
            "2009.00002v1",
            "2009.00003v1",
        ]


def test_a_comment_is_told() -> None:
    withdrawn = PAPERS[0] | {"comment": "This paper has been withdrawn by Ada Lovelace"}
    with UpstreamServer(Dataset((withdrawn,))) as server:
        feed = ElementTree.fromstring(Client(server).arxiv("cat:cs.LG").content)
    name = "{http://arxiv.org/schemas/atom}comment"
    assert feed.findtext(f"{ATOM}entry/{name}") == withdrawn["comment"]


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
