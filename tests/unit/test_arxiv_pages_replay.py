"""The replayed feed and pages of arXiv's announcements: as strict as the real ones."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
import requests

from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Notice
from hotpapers.domain.paper import Paper, collapse_white_space
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Faults, answers
from local.upstreams.server import UpstreamServer
from tests.replay import Json, get, paper

TODAY = date(2020, 9, 21)
ANY = {"Accept": "*/*"}

PAPERS = (
    paper("2009.00001", "2020-09-16T20:00:00Z"),
    paper("2009.00002", "2020-09-17T19:00:00Z", "cs.AI", "stat.ML"),
    paper("2009.00003", "2020-09-17T20:00:00Z", "math.CO", "stat.ML"),
    paper("2009.00004", "2020-09-17T21:00:00Z", "math.NA"),
    paper("2009.00005", "2020-09-17T22:00:00Z", "math.CO"),
    paper("2009.00006", "2020-09-18T18:00:00Z"),
    # Held back by moderators; replaced; cross-listed to others; replaced too often to be listed
    paper("2008.00001", "2020-08-17T12:00:00Z") | {"announced": "2020-09-21"},
    paper("1901.00001", "2019-01-02T12:00:00Z", "cs.CV", updated="2020-09-18T12:00:00Z")
    | {"version": 2},
    paper("1902.00001", "2019-02-04T12:00:00Z", "math.CO", "cs.DM", updated="2020-09-18T12:00:00Z")
    | {"version": 5},
    paper("1903.00001", "2019-03-04T12:00:00Z", "stat.ME", "stat.ML")
    | {"updates": [{"date": "2020-09-21", "action": "cross", "categories": ["stat.ML"]}]},
    paper("1904.00001", "2019-04-04T12:00:00Z", "cs.DM", "cs.LG", "math.CO")
    | {"updates": [{"date": "2020-09-21", "action": "cross", "categories": ["cs.LG"]}]},
    paper("1905.00001", "2019-05-06T12:00:00Z", updated="2020-09-18T12:00:00Z") | {"version": 6},
)


@pytest.fixture(scope="module")
def arxiv() -> Iterator[UpstreamServer]:
    with UpstreamServer(Dataset(PAPERS), today=TODAY) as server:
        yield server


def items(response: requests.Response) -> list[tuple[str | None, ...]]:
    """The names and kinds of a feed's papers."""
    assert response.status_code == 200, response.text
    kind = "{http://arxiv.org/schemas/atom}announce_type"
    return [
        ((item.findtext("guid") or "").removeprefix("oai:arXiv.org:"), item.findtext(kind))
        for item in ElementTree.fromstring(response.content).iterfind("channel/item")
    ]


def shown(response: requests.Response) -> dict[str, list[str]]:
    """The headings of a page's sections, with the ids and remarks of what is in each."""
    assert response.status_code == 200, response.text
    _, *sections = re.split(r"<dl id='articles'>", response.text)
    entry = re.compile(r'id="([\d.]+)">\s+arXiv:\1\s+</a>\s+(\([^)]+\))?')
    return {
        re.findall(r"<h3>(.*)</h3>", section)[0]: [
            " ".join(filter(None, found)) for found in entry.findall(section)
        ]
        for section in sections
    }


# The feed


@pytest.mark.parametrize(
    ("subjects", "told"),
    [
        (
            "cs+stat.ML",
            [
                ("2008.00001v1", "new"),
                ("2009.00002v1", "new"),
                ("2009.00004v1", "new"),
                ("1903.00001v1", "cross"),
                ("1904.00001v1", "cross"),
                ("2009.00003v1", "cross"),
                ("1901.00001v2", "replace"),
                ("1902.00001v5", "replace-cross"),
            ],
        ),
        (
            "Stat.ml+STAT.ML",
            [("1903.00001v1", "cross"), ("2009.00002v1", "cross"), ("2009.00003v1", "cross")],
        ),
        ("math.na", [("2009.00004v1", "new")]),
        ("cs.NA", [("2009.00004v1", "new")]),
        ("physics.acc-ph+cond-mat.dis-nn+hep-th", []),
    ],
)
def test_the_feed_has_today_s_announcement(
    arxiv: UpstreamServer, subjects: str, told: list[tuple[str, str]]
) -> None:
    assert items(get(arxiv, f"/rss/{subjects}", headers=ANY)) == told


def test_a_feed_is_written_as_the_real_one(arxiv: UpstreamServer) -> None:
    response = get(arxiv, "/rss/stat.ml+ECON.em+eess", headers=ANY)
    assert response.headers["Content-Type"] == "application/rss+xml"
    head, *entries = re.split(r"(?m)^    <item>\n", response.text)
    assert head.splitlines() == [
        "<?xml version='1.0' encoding='UTF-8'?>",
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">',
        "  <channel>",
        "    <title>eess, stat.ML, econ.EM updates on arXiv.org</title>",
        "    <link>http://rss.arxiv.org/rss/eess+stat.ML+econ.EM</link>",
        "    <description>eess, stat.ML, econ.EM updates on the arXiv.org e-print archive."
        "</description>",
        '    <atom:link href="http://rss.arxiv.org/rss/eess+stat.ML+econ.EM" rel="self" '
        'type="application/rss+xml" />',
        "    <docs>http://www.rssboard.org/rss-specification</docs>",
        "    <language>en-us</language>",
        "    <lastBuildDate>Mon, 21 Sep 2020 04:00:14 +0000</lastBuildDate>",
        "    <managingEditor>rss-help@arxiv.org</managingEditor>",
        "    <pubDate>Mon, 21 Sep 2020 00:00:00 -0400</pubDate>",
        "    <skipDays>",
        "      <day>Sunday</day>",
        "      <day>Saturday</day>",
        "    </skipDays>",
    ]
    assert entries[-1].splitlines() == [
        "      <title>The Title of",
        "  2009.00003</title>",
        "      <link>https://arxiv.org/abs/2009.00003</link>",
        "      <description>arXiv:2009.00003v1 Announce Type: cross ",
        "Abstract: An abstract with a &lt; b &amp; c.</description>",
        '      <guid isPermaLink="false">oai:arXiv.org:2009.00003v1</guid>',
        "      <category>math.CO</category>",
        "      <category>stat.ML</category>",
        "      <pubDate>Mon, 21 Sep 2020 00:00:00 -0400</pubDate>",
        "      <arxiv:announce_type>cross</arxiv:announce_type>",
        "      <dc:rights>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</dc:rights>",
        "      <dc:creator>Ada Lovelace, Kurt Gödel</dc:creator>",
        "    </item>",
        "  </channel>",
        "</rss>",
    ]


@pytest.mark.parametrize(
    ("subjects", "message"),
    [
        ("cs.XY", "Bad subject class 'XY'."),
        ("cs.*", "Bad subject class '*'."),
        ("cs.AI.x", "Bad archive/subject class structure 'cs.AI.x'."),
        ("cs,stat", "Bad archive 'cs,stat'. Valid archive names are: astro-ph, cond-mat, cs, "),
        ("cs+", "Bad archive ''. Valid archive names are: astro-ph, cond-mat, cs, "),
        ("cs?size=3", "This replay does not know the parameter size"),
    ],
)
def test_a_feed_of_what_is_not_there_is_refused(
    arxiv: UpstreamServer, subjects: str, message: str
) -> None:
    response = get(arxiv, f"/rss/{subjects}", headers=ANY)
    assert response.status_code == 400
    channel = ElementTree.fromstring(response.content)[0]
    asked = subjects.partition("?")[0]
    title = f"Feed error for query: http://rss.arxiv.org/rss/{asked}"
    assert channel.findtext("title") == title
    assert (channel.findtext("description") or "").startswith(message)


def many(first: int, last: int, *categories: str) -> list[Json]:
    numbers = range(first, last + 1)
    return [paper(f"2009.{number:05}", "2020-09-17T19:00:00Z", *categories) for number in numbers]


@pytest.mark.thorough
def test_a_feed_of_more_than_two_thousand_lacks_the_first_new_ones() -> None:
    papers = many(1, 1900, "cs.LG") + many(3001, 3102, "math.CO", "cs.DM")
    with UpstreamServer(Dataset(tuple(papers))) as server:
        told = items(get(server, "/rss/cs", headers=ANY))
        fewer = items(get(server, "/rss/cs.LG", headers=ANY))
    assert [name for name, _ in told] == [f"{each['id']}v1" for each in papers[2:]]
    assert [name for name, _ in fewer] == [f"{each['id']}v1" for each in papers[:1900]]


# The pages


def test_the_listing_page_has_the_newest_announcement(arxiv: UpstreamServer) -> None:
    response = get(arxiv, "/list/cs/new", headers=ANY)
    assert "<h3>Showing new listings for Monday, 21 September 2020</h3>" in response.text
    assert shown(response) == {
        "New submissions (showing 3 of 3 entries)": ["2008.00001", "2009.00002", "2009.00004"],
        "Replacement submissions (showing 2 of 2 entries)": [
            "1901.00001 (replaced)",
            "1902.00001 (replaced)",
        ],
    }
    assert shown(get(arxiv, "/list/stat.ML/new?skip=1&show=25", headers=ANY)) == {
        "Cross submissions (continued, showing last 2 of 3 entries)": [
            "2009.00002 (cross-list from cs.AI)",
            "2009.00003 (cross-list from math.CO)",
        ]
    }


def test_a_day_without_an_announcement_has_an_empty_feed_and_the_listing_of_before() -> None:
    with UpstreamServer(Dataset(PAPERS), today=date(2020, 9, 26)) as server:
        feed = get(server, "/rss/cs", headers=ANY)
        page = get(server, "/list/econ/new", headers=ANY)
    assert items(feed) == []
    assert "<pubDate>Sat, 26 Sep 2020 00:00:00 -0400</pubDate>" in feed.text
    assert shown(page) == {}
    assert "<h3>Showing new listings for Tuesday, 22 September 2020</h3>" in page.text
    assert "<p>No updates today.</p>" in page.text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "cs/2020-09-21",
            {
                "New submissions (showing 3 of 3 entries)": [
                    "2008.00001",
                    "2009.00002",
                    "2009.00004",
                ],
                "Replacement submissions (showing 2 of 2 entries)": [
                    "1901.00001 (replaced)",
                    "1902.00001 (replaced)",
                ],
            },
        ),
        ("cs.LG/2020-09-18", {"New submissions (showing 1 of 1 entries)": ["2009.00001"]}),
        # The catch-up page tells of a cross-list to anywhere; the feed does not.
        (
            "math.CO/2020-09-21",
            {
                "New submissions (showing 2 of 2 entries)": ["2009.00003", "2009.00005"],
                "Cross submissions (showing 1 of 1 entries)": [
                    "1904.00001 (cross-list from cs.DM)"
                ],
                "Replacement submissions (showing 1 of 1 entries)": ["1902.00001 (replaced)"],
            },
        ),
        ("cs/2020-09-19", {}),
    ],
)
def test_the_page_of_a_day(arxiv: UpstreamServer, path: str, told: dict[str, list[str]]) -> None:
    response = get(arxiv, f"/catchup/{path}", headers=ANY)
    count, written = sum(map(len, told.values())), f"{date.fromisoformat(path[-10:]):%a, %d %b %Y}"
    assert shown(response) == told
    assert response.text.count(f"Total of {count} entries for {written}") == 2
    assert (f"No updates for {written}." in response.text) == (not told)
    assert ("Continue to the next day" in response.text) == (not path.endswith("21"))


def test_the_pages_tell_what_the_query_api_does(arxiv: UpstreamServer) -> None:
    response = get(arxiv, "/catchup/stat.ML/2020-09-21?abs=True", headers=ANY)
    entry = response.text[response.text.index("<a name='item3'>") :]
    assert collapse_white_space(entry[: entry.index("</dl>")]) == collapse_white_space("""
      <a name='item3'>[3]</a>
      <a href ="/abs/2009.00003" title="Abstract" id="2009.00003"> arXiv:2009.00003 </a>
      (cross-list from math.CO)
      [<a href="/pdf/2009.00003" title="Download PDF" id="pdf-2009.00003"
       aria-labelledby="pdf-2009.00003">pdf</a>,
       <a href="/format/2009.00003" title="Other formats" id="oth-2009.00003"
       aria-labelledby="oth-2009.00003">other</a>]
    </dt>
    <dd>
      <div class='meta'>
        <div class='list-title mathjax'><span class='descriptor'>Title:</span>
          The Title of 2009.00003
        </div>
        <div class='list-authors'><a
          href="https://arxiv.org/search/math?searchtype=author&amp;query=Lovelace,+A">Ada
          Lovelace</a>, <a
          href="https://arxiv.org/search/math?searchtype=author&amp;query=G%C3%B6del,+K">Kurt
          Gödel</a></div>
        <div class='list-subjects'><span class='descriptor'>Subjects:</span>
          <span class="primary-subject">Combinatorics (math.CO)</span>; Machine Learning (stat.ML)
        </div>
        <p class='mathjax'> An abstract with a &lt; b &amp; c. </p>
      </div>
    </dd>
    """)
    without = get(arxiv, "/catchup/stat.ML/2020-09-21", headers=ANY)
    assert "An abstract" not in without.text


def test_a_day_of_more_than_two_thousand_has_several_pages() -> None:
    papers = many(1, 1990, "cs.LG") + many(3001, 3010, "math.CO", "cs.DM")
    papers += many(4001, 4001, "math.CO", "cs.DM")
    with UpstreamServer(Dataset(tuple(papers)), today=TODAY) as server:
        first = get(server, "/catchup/cs/2020-09-21?page=1", headers=ANY)
        second = get(server, "/catchup/cs/2020-09-21?page=2", headers=ANY)
        third = get(server, "/catchup/cs/2020-09-21?page=3", headers=ANY)
    assert {heading: len(told) for heading, told in shown(first).items()} == {
        "New submissions (showing 1990 of 1990 entries)": 1990,
        "Cross submissions (showing first 10 of 11 entries)": 10,
    }
    assert shown(second) == {
        "Cross submissions (continued, showing last 1 of 11 entries)": [
            "2009.04001 (cross-list from math.CO)"
        ]
    }
    assert "<a name='item2001'>[2001]</a>" in second.text
    assert "<a href=/catchup/cs/2020-09-21?abs=False&amp;page=1>1</a>" in second.text
    assert shown(third) == {}
    assert "No further updates for Mon, 21 Sep 2020" in third.text


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("catchup/cs/2020-09-22", "Invalid date: 2020-09-22. Can&#39;t request date later"),
        ("catchup/cs/2020-06-21", "Invalid date: 2020-06-21. Catchup only allowed for past 90"),
        ("catchup/cs/2020-9-18", "Invalid date format. Use format: YYYY-MM-DD"),
        ("catchup/cs/2020-09-31", "Invalid date format. Use format: YYYY-MM-DD"),
        ("catchup/cs/20200918", "Invalid date format. Use format: YYYY-MM-DD"),
        ("catchup/cs.*/2020-09-18", "Invalid subject. Subject must be an archive, category"),
        ("catchup/cs+stat/2020-09-18", "Invalid subject. Subject must be an archive, category"),
        ("catchup/cs/2020-09-18?abs=true", "Invalid abs value. Use ?abs=True"),
        ("catchup/cs/2020-09-18?page=0", "page must be a whole number from 1"),
        ("catchup/cs/2020-09-18?show=25", "Unexpected parameters. Only accepted parameters are:"),
        ("list/cs/new?show=3", "Invalid show value."),
        ("list/cs.*/new", "Invalid subject."),
        ("list/cs/recent", "This replay knows no list but that of new papers"),
    ],
)
def test_pages_that_are_not_there_are_refused(
    arxiv: UpstreamServer, path: str, message: str
) -> None:
    response = get(arxiv, f"/{path}", headers=ANY)
    assert response.status_code == 400
    assert f"<h1>{message}" in response.text


def test_a_category_s_second_name_leads_to_the_first(arxiv: UpstreamServer) -> None:
    path = "/catchup/cs.NA/2020-09-21?abs=True"
    response = get(arxiv, path, headers=ANY, allow_redirects=False)
    there = "/catchup/math.NA/2020-09-21?abs=True&page=1"
    assert (response.status_code, response.headers["Location"]) == (301, there)


@pytest.mark.parametrize("path", ["/rss/cs", "/list/cs/new", "/catchup/cs/2020-09-18"])
def test_feed_and_pages_want_an_accept_header(arxiv: UpstreamServer, path: str) -> None:
    assert get(arxiv, path, headers={"Accept": None}).status_code == 406


# The day in New York


@pytest.mark.parametrize(
    ("options", "day"),
    [
        ({}, "Tue, 22 Sep 2020"),
        ({"now": datetime(2020, 9, 18, 3, 59, tzinfo=UTC)}, "Thu, 17 Sep 2020"),
        ({"today": date(2020, 9, 18), "now": datetime(2020, 9, 22, tzinfo=UTC)}, "Fri, 18 Sep"),
    ],
)
def test_today_is_given_or_the_time_s_or_the_newest_announcement_s(options: Json, day: str) -> None:
    with UpstreamServer(Dataset(PAPERS), **options) as server:
        feed = get(server, "/rss/cs", headers=ANY)
    assert f"<pubDate>{day}" in feed.text


def test_another_day_may_come() -> None:
    with UpstreamServer(Dataset(PAPERS), today=date(2020, 9, 18)) as server:
        before = items(get(server, "/rss/cs.LG", headers=ANY))
        server.turn_to(TODAY)
        after = items(get(server, "/rss/cs.LG", headers=ANY))
    assert (before, after) == (
        [("2009.00001v1", "new")],
        [("2008.00001v1", "new"), ("1904.00001v1", "cross")],
    )
    assert len(server.calls) == 2


@pytest.mark.parametrize("upstream", ["arxiv", "arxiv_rss", "arxiv_web"])
def test_arxiv_s_services_fail_separately(upstream: str) -> None:
    faults = Faults(**{upstream: [answers(503)]})
    paths = {
        "arxiv": "/api/query?search_query=cat:cs.LG",
        "arxiv_rss": "/rss/cs",
        "arxiv_web": "/list/cs/new",
    }
    with UpstreamServer(Dataset(PAPERS), faults=faults) as server:
        told = {name: get(server, path, headers=ANY).status_code for name, path in paths.items()}
    assert told == dict.fromkeys(paths, 200) | {upstream: 503}


# As our own client reads them


def reading(server: UpstreamServer) -> Arxiv:
    origins = ArxivOrigins(server.url, server.url, server.url)
    return Arxiv(origins, ("cs.*", "stat.ML"), "", delay_seconds=0.0)


def test_our_client_reads_what_is_announced(arxiv: UpstreamServer) -> None:
    client = reading(arxiv)
    feed, page = client.feed(), client.announcement(TODAY)

    new = [("new", "2008.00001"), ("new", "2009.00002"), ("new", "2009.00004")]
    crosses = [("cross", "1903.00001"), ("cross", "2009.00003")]
    assert [(entry.kind.value, entry.paper.id) for entry in feed.entries] == [
        *new,
        crosses[0],
        ("cross", "1904.00001"),  # only the feed tells of cross-lists within an archive
        crosses[1],
        ("replace", "1901.00001"),
        ("replace-cross", "1902.00001"),
    ]
    assert {(entry.kind.value, entry.paper.id) for entry in page.entries} == {
        *new,
        *crosses,
        ("replace", "1901.00001"),
        ("replace", "1902.00001"),
    }
    assert [(told.date, told.shortfall, told.is_followed) for told in (feed, page)] == [
        (TODAY, "", False)
    ] * 2
    assert client.notice() == Notice(TODAY, 3)
    assert client.announcement(date(2020, 9, 18)).is_followed


ODD = paper("2009.00001", "2020-09-17T19:00:00Z", "eess.SY", "cs.LG") | {
    "title": '<b>Bold</b> &amp; $a<b$ </a> "quoted"',
    "authors": ["O'Neil & Sons", "<i>Gödel</i>", "Ana (Inst. of X)"],
    "abstract": "First <p> & last.\n  A second paragraph; see </dd>.",
}


def test_our_client_reads_odd_texts_as_they_are() -> None:
    with UpstreamServer(Dataset((ODD,))) as server:
        client = reading(server)
        [told] = [entry.paper for entry in client.announcement(TODAY).entries]
        [fed] = [entry.paper for entry in client.feed().entries]

    expected = Paper(
        id=PaperId("2009.00001"),
        title='<b>Bold</b> &amp; $a<b$ </a> "quoted"',
        authors=("O'Neil & Sons", "<i>Gödel</i>", "Ana (Inst. of X)"),
        categories=("eess.SY", "cs.LG"),
        abstract="First <p> & last. A second paragraph; see </dd>.",
        submitted_at=None,
    )
    assert told == expected
    # The feed has all authors in one text, with what they belong to in brackets.
    assert fed == replace(expected, authors=("O'Neil & Sons", "<i>Gödel</i>", "Ana"))
