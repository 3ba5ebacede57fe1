"""The rules of HTTP, each over the handler: forms, validators, codings, methods, addresses."""

import base64
import gzip
import html
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpapers.documents.pages.design import stylesheet
from hotpapers.web.parameters import FILTERS, PAGING
from local.cloud import Cloud
from tests.api import (
    ALWAYS,
    BRIEF,
    CHOSEN,
    CURRENT,
    FINAL,
    HTML,
    JSON,
    MARKDOWN,
    POLICY,
    SETTLED,
    Answer,
    bad_request,
    not_found,
    problem,
    request,
    sent,
)
from tests.archive import digest_of, quiet_digest, store
from tests.hostile import hostile_texts
from tests.properties import examples

DAY, QUIET = date(2020, 9, 16), date(2020, 9, 14)
PAPERS = [f"2009.0{number:04}" for number in range(1, 9)]
ATOM, RSS = "application/atom+xml; charset=utf-8", "application/rss+xml; charset=utf-8"
FEED = "application/feed+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        store(cloud.stack, digest_of(DAY, *PAPERS), quiet_digest(QUIET, "a holiday"))
        cloud.render_new()
        yield cloud


def ask(cloud: Cloud, target: str, method: str = "GET", **headers: str) -> Answer:
    return cloud.request(request(target, method, **{"accept": "*/*", **headers}))


def kind(answer: Answer) -> tuple[int, str]:
    return answer["statusCode"], answer["headers"]["Content-Type"]


def content(answer: Answer) -> bytes:
    """The content as a reader has it in the end."""
    if not answer["isBase64Encoded"]:
        return str(answer["body"]).encode()
    assert answer["headers"]["Content-Encoding"] == "gzip"
    return gzip.decompress(base64.b64decode(answer["body"]))


# Forms


@pytest.mark.parametrize(
    ("target", "anything", "browser"),
    [
        ("/", HTML, HTML),
        ("/digests", JSON, HTML),
        ("/digests/latest", JSON, HTML),
        ("/digests/2020-09-16", JSON, HTML),
        ("/digests/2020-09-16?category=cs.LG", JSON, HTML),
        ("/digests/2020-09-16/papers", JSON, JSON),
        ("/digests/2020-09-16.json", JSON, JSON),
        ("/digests/2020-09-16.md", MARKDOWN, MARKDOWN),
        ("/digests/2020-09-16.html", HTML, HTML),
        ("/digests/latest.html?q=engine", HTML, HTML),
        ("/digests/2020-09-16.md?q=engine", MARKDOWN, MARKDOWN),
        ("/digests/2020-09-19", JSON, HTML),
        ("/papers/2009.00001", JSON, HTML),
        ("/papers/2009.00001.json", JSON, JSON),
        ("/papers/2009.00001v3.html", HTML, HTML),
        ("/search", JSON, HTML),
        ("/search?q=engine", JSON, HTML),
        ("/search.json", JSON, JSON),
        ("/search.html", HTML, HTML),
        ("/status", JSON, HTML),
        ("/status.html", HTML, HTML),
        ("/digests.json", JSON, JSON),
        ("/feeds", JSON, HTML),
        ("/feeds/papers", ATOM, ATOM),
        ("/feeds/papers.atom", ATOM, ATOM),
        ("/feeds/papers.rss?q=engine", RSS, RSS),
        ("/feeds/digests.json", FEED, FEED),
        ("/archive", HTML, HTML),
        ("/archive/2020", HTML, HTML),
        ("/docs", HTML, HTML),
        ("/openapi.json", JSON, JSON),
        ("/health", JSON, JSON),
        ("/robots.txt", "text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8", "application/xml; charset=utf-8"),
        ("/sitemaps/2020.xml", "application/xml; charset=utf-8", "application/xml; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml; charset=utf-8", "image/svg+xml; charset=utf-8"),
    ],
)
def test_what_readers_get(cloud: Cloud, target: str, anything: str, browser: str) -> None:
    answers = [ask(cloud, target), ask(cloud, target, accept=BROWSER)]

    assert [kind(each) for each in answers] == [(200, anything), (200, browser)]
    for each in answers:
        policy = each["headers"].get("Content-Security-Policy")
        assert policy == (POLICY if each["headers"]["Content-Type"] == HTML else None)
        assert {name: each["headers"][name] for name in ALWAYS} == ALWAYS


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/rss+xml", RSS),
        ("application/feed+json", FEED),
        ("application/json", FEED),
        ("application/xml", ATOM),
        ("application/rss+xml;q=0.5, application/atom+xml;q=0.6", ATOM),
    ],
)
def test_feeds_come_in_the_form_that_is_liked(cloud: Cloud, accept: str, form: str) -> None:
    answer = ask(cloud, "/feeds/papers", accept=accept)

    assert (kind(answer), answer["headers"]["Vary"]) == ((200, form), CHOSEN)


def test_what_there_is_in_no_form_that_is_taken(cloud: Cloud) -> None:
    assert ask(cloud, "/digests/latest", accept="image/png") == problem(
        406,
        "Not Acceptable",
        "this is to be had as application/json, text/markdown, text/html, "
        "and Accept takes none of them",
    )


def test_an_address_that_names_its_form_does_not_ask(cloud: Cloud) -> None:
    for target in ("/digests/latest.md", "/health", "/robots.txt"):
        answer = ask(cloud, target, accept="image/png")
        assert (answer["statusCode"], answer["headers"]["Vary"]) == (200, "Accept-Encoding")


def test_forms_of_one_thing_have_other_tags(cloud: Cloud) -> None:
    targets = [f"/digests/2020-09-16.{suffix}" for suffix in ("json", "md", "html")]
    targets += [f"/feeds/papers.{suffix}" for suffix in ("atom", "rss", "json")]
    tags = [
        ask(cloud, target, accept_encoding=coding)["headers"]["ETag"]
        for target in targets
        for coding in ("", "gzip")
    ]

    assert len(set(tags)) == len(tags)


# What is wrong


def test_people_are_told_on_a_page_what_is_wrong(cloud: Cloud) -> None:
    answer = ask(cloud, "/digests/2020-09-31", accept=BROWSER)

    assert kind(answer) == (400, HTML)
    assert answer["headers"] == {
        **ALWAYS,
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
        "Content-Type": HTML,
        "Vary": CHOSEN,
    }
    assert "must be a date such as 2020-09-18" in answer["body"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json", "a"])
def test_programs_are_told_in_json(cloud: Cloud, accept: str) -> None:
    wanted = not_found("there is nothing at '/nothing'")

    assert ask(cloud, "/nothing", accept=accept) == wanted
    assert wanted["headers"]["Cache-Control"] == BRIEF


@pytest.mark.parametrize(
    ("target", "detail"),
    [
        ("/feeds/days", "there is no feed of 'days': there are those of digests and papers"),
        (
            "/feeds/papers.xml",
            "there is no feed of 'papers.xml': there are those of digests and papers",
        ),
        ("/archive/2019", "there is no digest of 2019: the archive has 2020"),
        ("/archive/0000", "there is no digest of 0: the archive has 2020"),
        ("/sitemaps/9999.xml", "there is no digest of 9999"),
        ("/style-x.css", "there is nothing at '/style-x.css'"),
        ("/digests/2020-09-14.md?limit=1", "there is no post of 2020-09-14: a holiday"),
        (
            "/digests/2020-09-19.md?limit=1",
            "there is no post of 2020-09-19: arXiv lists no papers on a Saturday",
        ),
        (
            "/digests/2020-09-15?limit=1",
            "there is no digest of 2020-09-15: no run has looked for its listing",
        ),
        (
            "/digests/2020-W38?limit=1",
            "there is no roundup of 2020-W38: it is not complete yet, for the digest of "
            "2020-09-15 is not final, and 3 more are not",
        ),
        (
            "/digests/2020-W30/papers",
            "there is no roundup of 2020-W30: the archive begins on 2020-09-14",
        ),
    ],
)
def test_what_is_not_there_says_why(cloud: Cloud, target: str, detail: str) -> None:
    assert ask(cloud, target) == not_found(detail)


@pytest.mark.parametrize(
    "target", ["/archive/20", "/archive/x", "/archive/٢٠٢٠", "/sitemaps/x.xml"]
)
def test_what_is_no_year_is_refused(cloud: Cloud, target: str) -> None:
    shown = target.rpartition("/")[2].removesuffix(".xml")

    assert ask(cloud, target) == bad_request(f"year: must be a year such as 2020, not {shown!r}")


# Validators


TARGETS = [
    *("/", "/digests", "/digests/latest", "/digests/2020-09-16.md", "/digests/2020-09-16.html"),
    *("/digests/2020-09-14", "/digests/2020-09-16/papers?limit=2", "/papers/2009.00001"),
    *("/search?q=engine", "/feeds/papers.atom", "/feeds/digests.json?min=1", "/archive", "/docs"),
    *("/openapi.json", "/sitemap.xml", "/favicon.svg", "/robots.txt", "/status", "/feeds.html"),
]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_what_a_reader_has_is_not_sent_again(cloud: Cloud, target: str, coding: str) -> None:
    whole = ask(cloud, target, accept_encoding=coding)
    headers: dict[str, Any] = whole["headers"]

    again = ask(cloud, target, accept_encoding=coding, if_none_match=f'"x", W/{headers["ETag"]}')

    kept = {
        name: value
        for name, value in headers.items()
        if name not in ("Content-Type", "Content-Encoding", "Content-Security-Policy")
    }
    assert again == sent("", 304, kept)
    assert ask(cloud, target, accept_encoding=coding, if_none_match='"x"') == whole


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_reader_has_since_is_not_sent_again(cloud: Cloud, target: str) -> None:
    whole = ask(cloud, target)
    since = whole["headers"].get("Last-Modified", "Fri, 31 Dec 2100 00:00:00 GMT")

    again = ask(cloud, target, if_modified_since=since)

    assert again["statusCode"] == (304 if "Last-Modified" in whole["headers"] else 200)
    earlier = ask(cloud, target, if_modified_since="Mon, 01 Jan 1990 00:00:00 GMT")
    assert earlier == whole
    assert ask(cloud, target, if_modified_since=since, if_none_match='"x"') == whole


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/digests",
        "/digests/latest",
        "/digests/2020-09-16?limit=1",
        "/digests/2020-09-16.html?limit=1",
        "/digests/2020-09-16/papers",
        "/feeds/papers.atom",
        "/papers/2009.00001",
        "/papers/2009.00001.html",
    ],
)
def test_what_may_still_change_at_that_time_has_none(cloud: Cloud, target: str) -> None:
    said = {}
    for time in ("10:00:00", "22:59:59", "23:00:00"):
        event = request(target)
        event["requestContext"]["time"] = f"17/Sep/2020:{time} +0000"
        said[time] = cloud.request(event)["headers"].get("Last-Modified")

    measured = "Thu, 17 Sep 2020 10:00:00 GMT"
    assert said == {"10:00:00": None, "22:59:59": None, "23:00:00": measured}


# Content codings


@pytest.mark.parametrize("target", TARGETS)
def test_packed_or_not_the_content_is_the_same(cloud: Cloud, target: str) -> None:
    plain, packed = (ask(cloud, target, accept_encoding=each) for each in ("gzip;q=0", "gzip"))

    assert content(plain) == content(packed)
    assert not plain["isBase64Encoded"]
    assert "Accept-Encoding" in plain["headers"]["Vary"]
    assert packed["isBase64Encoded"] or len(plain["body"].encode()) < 1000


# How long


def test_how_long_answers_may_be_kept(cloud: Cloud) -> None:
    kept = {
        target: ask(cloud, target)["headers"]["Cache-Control"]
        for target in (
            *("/", "/digests/latest", "/digests/2020-09-16", "/digests/2020-09-14"),
            *("/digests/2020-09-14.html", "/digests/2020-09-14?limit=1", "/status", "/health"),
            *(f"/{stylesheet()[0]}", "/style-00000000.css", "/favicon.svg", "/digests/2019-01-01"),
            *("/digests/x", "/feeds/papers.atom", "/search"),
        )
    }

    assert kept == {
        "/": CURRENT,
        "/digests/latest": CURRENT,
        "/digests/2020-09-16": CURRENT,
        "/digests/2020-09-14": FINAL,
        "/digests/2020-09-14.html": SETTLED,
        "/digests/2020-09-14?limit=1": FINAL,
        "/status": "no-store",
        "/health": "no-store",
        f"/{stylesheet()[0]}": FINAL,
        "/style-00000000.css": CURRENT,
        "/favicon.svg": SETTLED,
        "/digests/2019-01-01": BRIEF,
        "/digests/x": "no-store",
        "/feeds/papers.atom": CURRENT,
        "/search": CURRENT,
    }


# Methods


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_head_is_get_without_the_body(cloud: Cloud, target: str, coding: str) -> None:
    whole = ask(cloud, target, accept_encoding=coding)

    head = ask(cloud, target, "HEAD", accept_encoding=coding)

    assert head == {**whole, "body": "", "isBase64Encoded": False}


@pytest.mark.parametrize("target", ["/", "/digests", "/digests/", "/papers/1", "/feeds/x"])
def test_a_browser_asks_before_it_lets_another_site_ask(cloud: Cloud, target: str) -> None:
    assert ask(cloud, target, "OPTIONS", origin="https://other.example") == sent(
        "",
        204,
        {
            "Cache-Control": SETTLED,
            "Allow": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Headers": "Accept, If-None-Match, If-Modified-Since",
            "Access-Control-Max-Age": "86400",
        },
    )


# Addresses


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/digests/", "/digests"),
        ("/digests//", "/digests"),
        ("//digests", "/digests"),
        ("///", "/"),
        ("/digests/2020-09-18/", "/digests/2020-09-18"),
        ("/digests//2020-09-18.md/", "/digests/2020-09-18.md"),
        ("/papers/math/0309136/", "/papers/math/0309136"),
        ("/search/?q=a+b&min=1", "/search?q=a+b&min=1"),
        ("/search/?q=%22%0D%0A", "/search?q=%22%0D%0A"),
        ("//digests/evil.example/", "/digests/evil.example"),
        ("/digests/a b/", "/digests/a%20b"),
        ("/digests/\r\nSet-Cookie: a/", "/digests/%0D%0ASet-Cookie:%20a"),
        ("/digests/%2F%2Fevil.example/", "/digests/%2F%2Fevil.example"),
        ("/digests/é/", "/digests/%C3%A9"),
        ("/digests/\ud800/", "/digests/%3F"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_other_spellings_lead_to_the_address(
    cloud: Cloud, target: str, location: str, method: str
) -> None:
    moved = sent("", 308, {"Cache-Control": SETTLED, "Location": location})

    assert ask(cloud, target, method) == moved


@pytest.mark.parametrize(
    "target", ["//evil.example/", "//evil.example//digests/../", "/x/", "/\\evil.example/"]
)
def test_nothing_leads_elsewhere(cloud: Cloud, target: str) -> None:
    assert ask(cloud, target) == not_found(f"there is nothing at {target!r}")


# Parameters


@pytest.mark.parametrize(
    "target", ["/digests", "/search", "/feeds/papers.atom", "/digests/latest", "/digests/x/papers"]
)
def test_a_slip_in_a_name_is_refused(cloud: Cloud, target: str) -> None:
    taken = "category, q, author, min, source, exclude, limit, cursor"

    assert ask(cloud, f"{target}?catgory=cs.LG") == bad_request(
        f"catgory: is no parameter of this address, which takes {taken}"
    )


def test_addresses_without_parameters_take_any(cloud: Cloud) -> None:
    assert ask(cloud, "/health?x=1") == ask(cloud, "/health")
    assert ask(cloud, "/digests/latest?utm_source=mail") == ask(cloud, "/digests/latest")


def test_a_page_of_some_papers_leads_to_the_others(cloud: Cloud) -> None:
    page = ask(cloud, "/digests/latest.html?limit=6&category=cs.LG")["body"]

    [target] = set(re.findall(r'href="(/digests/[^"]*cursor=[^"]*)"', page))
    rest = ask(cloud, html.unescape(target))
    assert [paper["id"] for paper in json.loads(rest["body"])["papers"]] == PAPERS[6:]


def test_a_list_is_given_by_commas_or_by_repeating_it(cloud: Cloud) -> None:
    whole, repeated, none = (
        json.loads(ask(cloud, f"/digests/latest?{query}")["body"])["papers"]
        for query in ("category=cs.CV,cs.LG", "category=cs.CV&category=cs.LG", "category=cs.CV")
    )

    assert ([paper["id"] for paper in whole], none) == (PAPERS, [])
    assert whole == repeated


# Going on


def next_target(link: str) -> str:
    """The address of a Link that leads on."""
    return link.removeprefix("<").removesuffix('>; rel="next"')


def walk(cloud: Cloud, target: str) -> Iterator[list[str]]:
    """The papers' ids, page by page, as Link leads."""
    while target:
        answer = ask(cloud, target)
        assert answer["statusCode"] == 200
        document = json.loads(answer["body"])
        yield [paper["id"] for paper in document["papers"]]
        link = answer["headers"].get("Link", "")
        assert bool(link) == ("cursor" in document)
        target = next_target(link)


@pytest.mark.parametrize(
    "target",
    [
        "/digests/2020-09-16?limit=3&category=cs.LG",
        "/digests/latest.json?limit=3",
        "/digests/2020-09-16/papers?limit=3&q=engine",
        "/search?limit=3&author=lovelace",
        "/search?limit=3",
    ],
)
def test_pages_lead_on_to_the_end(cloud: Cloud, target: str) -> None:
    pages = list(walk(cloud, target))

    assert [len(page) for page in pages if page] == [3, 3, 2]
    assert sorted(paper for page in pages for paper in page) == PAPERS


# Whatever comes

SEGMENTS = st.sampled_from(
    [
        *("digests", "latest", "2020-09-16", "papers", "2009.00001", "math", "0309136", "search"),
        *("feeds", "papers.atom", "archive", "2020", "sitemaps", "2020.xml", "..", ".", "", "%00"),
        *("%2e%2e", "%2F", "<script>", "%3Cscript%3E", "style-00000000.css", "2020-W38", "é.html"),
    ]
)
VALUES = hostile_texts(surrogates=True, longest=4) | st.sampled_from(["1", "cs.LG", "x", "engine"])
QUERIES = st.dictionaries(
    st.sampled_from([parameter.name for parameter in (*FILTERS, *PAGING)]) | VALUES,
    VALUES,
    max_size=3,
)
ACCEPTED = st.sampled_from(["*/*", BROWSER, "application/json", "text/html;q=0.1", "image/png"])


@given(
    st.lists(SEGMENTS | VALUES, max_size=4).map("/".join),
    QUERIES,
    ACCEPTED | VALUES,
    st.sampled_from(["gzip", "identity", "gzip;q=0"]) | VALUES,
)
@settings(
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_comes_is_answered(
    cloud: Cloud, path: str, query: dict[str, str], accept: str, coding: str
) -> None:
    event = request(f"/{path}", accept=accept, accept_encoding=coding)
    event |= {"queryStringParameters": query, "rawQueryString": urlencode(query, errors="replace")}

    answer = cloud.request(event)

    assert answer["statusCode"] in (200, 308, 400, 404, 406)
    assert {name: answer["headers"][name] for name in ALWAYS} == ALWAYS
    text = content(answer).decode()
    if answer["headers"].get("Content-Type") == HTML:
        assert "<script>" not in text
