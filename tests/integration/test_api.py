"""The API on an archive: the sample day, collected and rendered, and a few digests beside it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from hotpapers.domain.listing import Listing, ListingState
from local.cloud import Cloud
from local.samples import CREDENTIALS, SAMPLES
from local.upstreams.dataset import Dataset
from tests.api import (
    EVENTS,
    MARKDOWN,
    Answer,
    answer,
    bad_request,
    json_answer,
    not_found,
    problem,
    request,
)
from tests.archive import digest_of, keep, quiet_digest, store

SAMPLE = SAMPLES["seed"]
DAY = SAMPLE.day
DATASET = Dataset.load(SAMPLE.path)

STORED = {
    date(2020, 9, 16): ["2009.01234"],
    date(2020, 9, 15): [],
    date(2020, 9, 14): ["2009.01234"],
    date(2020, 9, 11): [],
    date(2020, 9, 10): ["hep-th/9901001", "math/0309136"],
}
"""The digests beside the sample's, with the ids of their papers; none of 2020-09-17."""
HOLIDAY, WHY = date(2020, 9, 8), "arXiv announced nothing on this day, and has since"
STALLED = Listing(
    date(2020, 9, 9),
    ListingState.STALLED,
    datetime(2020, 9, 9, 10, tzinfo=UTC),
    "arXiv's feed repeats the papers of 2020-09-07",
)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with Cloud(credentials=CREDENTIALS) as cloud:
        store(cloud.stack, *(digest_of(day, *papers) for day, papers in STORED.items()))
        store(cloud.stack, quiet_digest(HOLIDAY, WHY))
        keep(cloud.stack, STALLED)
        SAMPLE.collect(cloud)
        yield cloud


def head(day: str, time: str, papers: int, *, quiet: bool = False) -> dict[str, Any]:
    """What the list tells of a digest that was measured once; a quiet one is final."""
    return {
        "date": day,
        "collected_at": time,
        "first_published_at": time,
        "papers": papers,
        "quiet": quiet,
        "final": quiet,
    }


HEADS = [
    head("2020-09-18", "2020-09-20T13:13:43Z", 23),
    head("2020-09-16", "2020-09-17T10:00:00Z", 1),
    head("2020-09-15", "2020-09-16T10:00:00Z", 0),
    head("2020-09-14", "2020-09-15T10:00:00Z", 1),
    head("2020-09-11", "2020-09-12T10:00:00Z", 0),
    head("2020-09-10", "2020-09-11T10:00:00Z", 2),
    head("2020-09-08", "2020-09-08T10:00:00Z", 0, quiet=True),
]
"""What the list of digests tells of each."""

OTHERS = ("bluesky", "mastodon", "hackernews", "reddit", "huggingface")

PAPER, POST = "2009.08441", "1306956675786571778"
ABSTRACT = next(each["abstract"] for each in DATASET.papers if each["id"] == PAPER)
TEXT = next(each["text"] for each in DATASET.posts if each["id"] == POST)


def span(shown: str, kind: str, target: str) -> dict[str, Any]:
    """A place in the post's text."""
    start = TEXT.index(shown)
    return {"start": start, "end": start + len(shown), "kind": kind, "target": target}


SAMPLE_PAPER = {
    "date": "2020-09-18",
    "collected_at": "2020-09-20T13:13:43Z",
    "rank": 23,
    "id": PAPER,
    "title": "A Computational Approach to Understanding Empathy Expressed in Text-Based Mental "
    "Health Support",
    "authors": ["Ashish Sharma", "Adam S. Miner", "David C. Atkins", "Tim Althoff"],
    "categories": ["cs.CL", "cs.SI"],
    "abstract": ABSTRACT,
    "submitted_at": "2020-09-17T17:59:30Z",
    "links": {
        "abs": "https://arxiv.org/abs/2009.08441",
        "pdf": "https://arxiv.org/pdf/2009.08441",
    },
    "score": 56,
    "retweets": 30,
    "favorites": 26,
    "sources": {"x": {"reposts": 30, "likes": 26, "voices": 4, "weighted": 56}},
    "history": [
        {
            "time": "2020-09-20T13:13:43Z",
            "score": 56,
            "sources": {"x": {"reposts": 30, "likes": 26, "voices": 4, "weighted": 56}},
        }
    ],
    "posts": [
        {
            "source": "x",
            "id": POST,
            "url": "https://twitter.com/sharma_ashish_2/status/1306956675786571778",
            "account": {
                "id": "3276289125",
                "username": "sharma_ashish_2",
                "name": "Ashish Sharma",
            },
            "created_at": "2020-09-18T14:02:08Z",
            "language": "en",
            "text": TEXT,
            "spans": [
                span("@timalthoff", "mention", "timalthoff"),
                span("#EMNLP2020", "hashtag", "EMNLP2020"),
                span("https://t.co/sample0131", "link", "https://t.co/sample0131"),
            ],
            "counts": {"reposts": 17, "likes": 17},
            "papers": [PAPER],
            "score": 34,
            "by_author": True,
            "retweets": 17,
            "favorites": 17,
        }
    ],
}


def stored_paper(paper_id: str, day: str, collected_at: str, rank: int = 1) -> dict[str, Any]:
    """What the API tells of a paper that the fixture stored."""
    return {
        "date": day,
        "collected_at": collected_at,
        "rank": rank,
        "id": paper_id,
        "title": "On the Analytical Engine",
        "authors": ["Ada Lovelace", "Kurt Gödel"],
        "categories": ["cs.LG", "stat.ML"],
        "abstract": "We weave algebraical patterns.",
        "submitted_at": "2020-09-17T14:23:45Z",
        "links": {
            "abs": f"https://arxiv.org/abs/{paper_id}",
            "pdf": f"https://arxiv.org/pdf/{paper_id}",
        },
        "score": 50,
        "retweets": 20,
        "favorites": 30,
        "sources": {"x": {"reposts": 20, "likes": 30, "voices": 1, "weighted": 50}},
        "history": [],
        "posts": [
            {
                "source": "x",
                "id": "1306779645287763970",
                "url": "https://twitter.com/ada/status/1306779645287763970",
                "account": {"id": "1815", "username": "ada", "name": "Ada Lovelace"},
                "created_at": "2020-09-18T02:30:00Z",
                "language": "en",
                "text": "Our paper is out!",
                "spans": [],
                "counts": {"reposts": 20, "likes": 30},
                "papers": ["2009.08319"],
                "score": 50,
                "by_author": True,
                "retweets": 20,
                "favorites": 30,
            }
        ],
    }


OLD_STYLE_PAPER = stored_paper("hep-th/9901001", "2020-09-10", "2020-09-11T10:00:00Z")


def file(cloud: Cloud, key: str) -> str:
    """A file of the bucket, as the renderer wrote it."""
    return dict(cloud.account.documents())[key].decode()


# Every route


def test_each_example_event_gets_its_answer(cloud: Cloud) -> None:
    digest = answer(file(cloud, f"digests/{DAY}.json"))
    post = answer(file(cloud, f"posts/{DAY}---Hot-Papers.md"), MARKDOWN)
    malformed = bad_request("date: must be a date such as 2020-09-18, not '2020-09-31'")
    refused = "POST is not possible here; the API is for reading"

    assert {name: cloud.request(event) for name, event in EVENTS.items()} == {
        "api-digest": digest,
        "api-digest-latest": digest,
        "api-digest-markdown": post,
        "api-digests": json_answer({"digests": HEADS[:5], "cursor": "2020-09-11"}),
        "api-health": json_answer({"status": "ok"}),
        "api-malformed-date": malformed,
        "api-paper": json_answer(
            {"date": "2020-09-18", "collected_at": "2020-09-20T13:13:43Z"} | first_paper_of(digest)
        ),
        "api-paper-of-old-style": json_answer(OLD_STYLE_PAPER),
        "api-roundup": not_found(
            "there is no roundup of 2020-W38: it is not complete yet, for the digest of 2020-09-14 "
            "is not final, and 4 more are not"
        ),
        "api-status": json_answer(STATUS),
        "api-unknown-date": not_found(f"there is no digest of 2020-09-17: {UNLOOKED}"),
        "api-unknown-path": not_found("there is nothing at '/'"),
        "api-wrong-method": problem(405, "Method Not Allowed", refused, Allow="GET, HEAD"),
    }


UNLOOKED = "no run has looked for its listing"


STATUS = {
    "time": "2020-09-21T09:30:00Z",
    "stale": True,
    "why": [
        "no run has looked for 6 listings, the first of 2020-09-10",
        f"the listing of 2020-09-09 has stalled: {STALLED.why}",
    ],
    "listings": [
        {
            "date": "2020-09-21",
            "state": "waiting",
            "found_at": None,
            "papers": 0,
            "why": "no run has looked for it yet",
        },
        {
            "date": "2020-09-18",
            "state": "fresh",
            "found_at": "2020-09-20T13:13:43Z",
            "papers": 25,
            "origin": "listing page",
        },
        *(
            {
                "date": f"2020-09-{day}",
                "state": "failed",
                "found_at": None,
                "papers": 0,
                "why": "no run has looked for it",
            }
            for day in (17, 16, 15, 14, 11, 10)
        ),
        {
            "date": "2020-09-09",
            "state": "stalled",
            "found_at": "2020-09-09T10:00:00Z",
            "papers": 0,
            "why": STALLED.why,
        },
    ],
    "newest_digest": HEADS[0],
    "sources": {
        "x": {"status": "ok", "posts_read": 120, "cost_usd": 0.6},
        **{name: {"status": "off", "reason": "not in SOURCES"} for name in OTHERS},
    },
}
"""How the archive stands on Monday morning, before the run."""


def first_paper_of(digest: Answer) -> dict[str, Any]:
    papers = json.loads(digest["body"])["papers"]
    assert papers[0]["id"] == "2009.08319"
    return dict(papers[0])


def test_a_paper_is_told_with_all_that_is_known(cloud: Cloud) -> None:
    assert cloud.request(request("/papers/2009.08441")) == json_answer(SAMPLE_PAPER)


def test_the_post_of_the_newest_digest(cloud: Cloud) -> None:
    post = answer(file(cloud, f"posts/{DAY}---Hot-Papers.md"), MARKDOWN)

    assert cloud.request(request("/digests/latest.md")) == post


def test_a_digest_without_papers(cloud: Cloud) -> None:
    empty = {
        "date": "2020-09-15",
        "collected_at": "2020-09-16T10:00:00Z",
        "first_published_at": "2020-09-16T10:00:00Z",
        "measured_at": "2020-09-16T10:00:00Z",
        "final": False,
        "listing": None,
        "sources": {"x": {"status": "ok"}} | {name: {"status": "off"} for name in OTHERS},
        "papers": [],
        "rising": [],
    }

    assert cloud.request(request("/digests/2020-09-15")) == json_answer(empty)


def quiet_day(day: str, time: str | None, why: str) -> dict[str, Any]:
    """The digest of a day without an announcement."""
    return {
        "date": day,
        "collected_at": time,
        "first_published_at": time,
        "measured_at": time,
        "final": True,
        "listing": {"state": "quiet", "found_at": time, "papers": 0, "why": why},
        "sources": {},
        "papers": [],
        "rising": [],
    }


def test_a_quiet_day_says_so_and_why(cloud: Cloud) -> None:
    saturday = "arXiv lists no papers on a Saturday"
    no_post = "there is no post of"

    assert {
        path: cloud.request(request(path))
        for day in ("2020-09-08", "2020-09-19")
        for path in (f"/digests/{day}", f"/digests/{day}.md")
    } == {
        "/digests/2020-09-08": json_answer(quiet_day("2020-09-08", "2020-09-08T10:00:00Z", WHY)),
        "/digests/2020-09-08.md": not_found(f"{no_post} 2020-09-08: {WHY}"),
        "/digests/2020-09-19": json_answer(quiet_day("2020-09-19", None, saturday)),
        "/digests/2020-09-19.md": not_found(f"{no_post} 2020-09-19: {saturday}"),
    }


def test_a_paper_that_was_listed_and_is_not_hot(cloud: Cloud) -> None:
    on_x = {"reposts": 24, "likes": 25, "voices": 2, "weighted": 49}
    paper = {
        "date": "2020-09-18",
        "collected_at": "2020-09-20T13:13:43Z",
        "rank": None,
        "id": "2009.99003",
        "title": "An Invented Paper Just Below the Threshold",
        "authors": ["Invented Author"],
        "categories": ["stat.ML"],
        "abstract": "Its posts come to a score of 49 together, which is one short.",
        "submitted_at": "2020-09-17T09:30:12Z",
        "links": {
            "abs": "https://arxiv.org/abs/2009.99003",
            "pdf": "https://arxiv.org/pdf/2009.99003",
        },
        "history": [{"time": "2020-09-20T13:13:43Z", "score": 49, "sources": {"x": on_x}}],
    }

    assert cloud.request(request("/papers/2009.99003v2")) == json_answer(paper)


# The list


def test_the_whole_list_is_one_page_by_default(cloud: Cloud) -> None:
    assert cloud.request(request("/digests")) == json_answer({"digests": HEADS})


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("limit=2", {"digests": HEADS[:2], "cursor": "2020-09-16"}),
        ("limit=2&cursor=2020-09-16", {"digests": HEADS[2:4], "cursor": "2020-09-14"}),
        ("limit=3&cursor=2020-09-14", {"digests": HEADS[4:]}),
        ("limit=7", {"digests": HEADS}),
        ("limit=1", {"digests": HEADS[:1], "cursor": "2020-09-18"}),
        ("limit=100", {"digests": HEADS}),
        # A cursor is a place in time: there need not be, or be any more, a digest at it.
        ("limit=1&cursor=2020-09-17", {"digests": HEADS[1:2], "cursor": "2020-09-16"}),
        ("cursor=2020-09-08", {"digests": []}),
        ("cursor=1970-01-01", {"digests": []}),
        ("cursor=9999-12-31", {"digests": HEADS}),
    ],
)
def test_pages_of_the_list(cloud: Cloud, query: str, page: dict[str, Any]) -> None:
    assert cloud.request(request(f"/digests?{query}")) == json_answer(page)


# Ids


@pytest.mark.parametrize(
    "spelling",
    [
        "hep-th/9901001",
        "hep-th%2F9901001",
        "hep-th%2f9901001",
        "hep-th/9901001v3",
        "HEP-TH/9901001",
    ],
)
def test_spellings_of_an_old_style_id(cloud: Cloud, spelling: str) -> None:
    assert cloud.request(request(f"/papers/{spelling}")) == json_answer(OLD_STYLE_PAPER)


@pytest.mark.parametrize("spelling", ["math/0309136", "math.GT/0309136", "math.gt%2F0309136v1"])
def test_an_old_style_id_with_its_subject_class(cloud: Cloud, spelling: str) -> None:
    paper = stored_paper("math/0309136", "2020-09-10", "2020-09-11T10:00:00Z", rank=2)

    assert cloud.request(request(f"/papers/{spelling}")) == json_answer(paper)


@pytest.mark.parametrize("spelling", ["2009.08441v1", "2009.08441v12", "2009%2E08441"])
def test_spellings_of_an_id(cloud: Cloud, spelling: str) -> None:
    assert cloud.request(request(f"/papers/{spelling}")) == json_answer(SAMPLE_PAPER)


def test_a_paper_of_two_digests_is_told_by_the_newer_one(cloud: Cloud) -> None:
    paper = stored_paper("2009.01234", "2020-09-16", "2020-09-17T10:00:00Z")

    assert cloud.request(request("/papers/2009.01234")) == json_answer(paper)


# What cannot be answered


@pytest.mark.parametrize(
    "name",
    [
        "2020-9-18",
        "20200918",
        "2020-W38-5",
        "2020-02-30",
        "2020-09-18T00:00:00",
        "today",
        "Latest",
        "2020-09-18.md.md",
        "2020-09-18.json",
        "2020-09-18 ",
        "٢٠٢٠-٠٩-١٨",
        "2020-09-18%0A",
        "%FF",
        "-1",
    ],
)
def test_a_malformed_date_is_refused_by_name(cloud: Cloud, name: str) -> None:
    shown = unquote(name).removesuffix(".md")
    detail = f"date: must be a date such as 2020-09-18, not {shown!r}"

    assert cloud.request(request(f"/digests/{name}")) == bad_request(detail)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "1e2", "", "ten", "+5", "٣", "5,6"])
def test_a_limit_out_of_bounds_is_refused_by_name(cloud: Cloud, limit: str) -> None:
    detail = f"limit: must be a whole number from 1 to 100, not {limit!r}"
    event = request(f"/digests?limit={limit}")
    event["queryStringParameters"] = {"limit": limit}

    assert cloud.request(event) == bad_request(detail)


def test_a_limit_given_twice_is_refused(cloud: Cloud) -> None:
    detail = "limit: must be a whole number from 1 to 100, not '5,5'"

    assert cloud.request(request("/digests?limit=5&limit=5")) == bad_request(detail)


@pytest.mark.parametrize("cursor", ["", "2020-09", "next", "2020-09-18Z", "eyJwayI6IH0="])
def test_a_malformed_cursor_is_refused_by_name(cloud: Cloud, cursor: str) -> None:
    detail = f"cursor: must be a date such as 2020-09-18, not {cursor!r}"

    assert cloud.request(request(f"/digests?cursor={cursor}")) == bad_request(detail)


@pytest.mark.parametrize(
    "paper_id",
    [
        "2009.0831",
        "2009.083190",
        "2013.08319",
        "0704.12345",
        "2009.08319v0",
        "2009.08319v",
        "2009.08319.pdf",
        "arXiv:2009.08319",
        "hep-th",
        "hep-th/990100",
        "nowhere/9901001",
        "hep-th/9913001",
        "latest",
        "x" * 100,
    ],
)
def test_a_malformed_id_is_refused_by_name(cloud: Cloud, paper_id: str) -> None:
    detail = f"id: {paper_id!r} is not an arXiv id such as 2009.08319"

    assert cloud.request(request(f"/papers/{paper_id}")) == bad_request(detail)


NOWHERE = "is in no digest, and in no listing that is kept"


def test_what_is_wrong_is_not_repeated_without_end(cloud: Cloud) -> None:
    detail = f"id: {'x' * 100!r} is not an arXiv id such as 2009.08319"

    assert cloud.request(request(f"/papers/{'x' * 5000}")) == bad_request(detail)


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/digests/2020-09-17", f"there is no digest of 2020-09-17: {UNLOOKED}"),
        ("/digests/2020-09-17.md", f"there is no digest of 2020-09-17: {UNLOOKED}"),
        (
            "/digests/2020-09-09",
            "there is no digest of 2020-09-09: the state of its listing is stalled, "
            "as of 2020-09-09T10:00:00Z: arXiv's feed repeats the papers of 2020-09-07",
        ),
        (
            "/digests/2020-09-22",
            "there is no digest of 2020-09-22: arXiv announces its papers at 2020-09-22T00:00:00Z",
        ),
        ("/digests/0001-01-01", f"there is no digest of 0001-01-01: {UNLOOKED}"),
        (
            "/digests/9999-12-31",
            "there is no digest of 9999-12-31: arXiv announces its papers at 9999-12-31T01:00:00Z",
        ),
        ("/papers/2009.99999", f"2009.99999 {NOWHERE}"),
        ("/papers/2009.99005v2", f"2009.99005 {NOWHERE}"),
        ("/papers/cs/0102003", f"cs/0102003 {NOWHERE}"),
    ],
)
def test_what_is_unknown_is_not_found(cloud: Cloud, path: str, detail: str) -> None:
    assert cloud.request(request(path)) == not_found(detail)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/digest",
        "/digests/",
        "/digests/2020-09-18/",
        "/digests/2020-09-18/papers",
        "/papers",
        "/papers/",
        "/papers/hep-th/9901001/v1",
        "/health/",
        "/HEALTH",
        "//digests",
        "/favicon.ico",
        "/a\ud800b",
        "/é",
    ],
)
def test_there_is_nothing_at_other_addresses(cloud: Cloud, path: str) -> None:
    assert cloud.request(request(path)) == not_found(f"there is nothing at {path!r}")


# Methods

PATHS = [
    "/health",
    "/status",
    "/digests",
    "/digests?limit=2",
    "/digests/2020-09-18",
    "/digests/latest",
    "/digests/2020-09-18.md",
    "/digests/2020-09-17",
    "/digests/yesterday",
    "/papers/2009.08319",
    "/papers/hep-th/9901001",
    "/papers/1",
    "/nothing",
]


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_the_body(cloud: Cloud, path: str) -> None:
    to_get = cloud.request(request(path))

    assert to_get["body"]
    assert cloud.request(request(path, "HEAD")) == to_get | {"body": ""}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/health", "/digests", "/digests/2020-09-18", "/papers/1"])
def test_the_api_is_only_for_reading(cloud: Cloud, path: str, method: str) -> None:
    detail = f"{method} is not possible here; the API is for reading"
    refusal = problem(405, "Method Not Allowed", detail, Allow="GET, HEAD")

    assert cloud.request(request(path, method)) == refusal
