"""The API on an archive: the sample day, collected and rendered, and a few digests beside it."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote

import boto3
import pytest

from hotpapers.adapters.s3_pages import FOLDER
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.domain.cursor import Cursors
from hotpapers.domain.edition import revision
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.selection import Selection
from hotpapers.use_cases.browse_pages import post_tag
from local.cloud import Cloud
from local.samples import CREDENTIALS, SAMPLES
from local.upstreams.dataset import Dataset
from tests.api import (
    EVENTS,
    FINAL,
    HTML,
    MARKDOWN,
    MOMENTARY,
    PACKED,
    Answer,
    answer,
    bad_request,
    digest_tag,
    json_answer,
    not_found,
    problem,
    request,
)
from tests.archive import digest_of, keep, quiet_digest, store

SAMPLE = SAMPLES["seed"]
DAY = SAMPLE.day
SAMPLE_TIME = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)
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


ALLOWED = "GET, HEAD, OPTIONS"
MEASURED = "Sun, 20 Sep 2020 13:13:43 GMT"
"""When the sample's numbers are from."""
OLD_STYLE_PAPER = stored_paper("hep-th/9901001", "2020-09-10", "2020-09-11T10:00:00Z")
OLD_STYLE_ANSWER = json_answer(OLD_STYLE_PAPER, Last_Modified="Fri, 11 Sep 2020 10:00:00 GMT")
FOUND = {"date": "2020-09-18", "measured_at": "2020-09-20T13:13:43Z", "final": False} | {
    name: value for name, value in SAMPLE_PAPER.items() if name not in ("date", "collected_at")
}
"""The paper as a search finds it."""
SAMPLE_ANSWER = json_answer(SAMPLE_PAPER, Last_Modified=MEASURED)


def file(cloud: Cloud, key: str) -> str:
    """A file of the bucket, as the renderer wrote it."""
    return unpacked(dict(cloud.account.documents())[key]).decode()


def unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def made_of(cloud: Cloud, key: str) -> str:
    """What a page of the bucket was made of."""
    client, bucket = boto3.client("s3"), cloud.stack.bucket_name
    return client.head_object(Bucket=bucket, Key=key)["Metadata"]["made-of"]


def page_of_the_day(cloud: Cloud) -> Answer:
    """The page of the newest digest."""
    key = f"{FOLDER}digests/{DAY}.html"
    tag = f"{made_of(cloud, key)}.html"
    return answer(file(cloud, key), HTML, tag, Last_Modified=MEASURED)


def post_of_the_day(cloud: Cloud) -> Answer:
    """The post of the newest digest."""
    document = file(cloud, f"digests/{DAY}.json").encode()
    tag = post_tag(revision(SAMPLE_TIME, document), FrontMatter())
    body = file(cloud, f"posts/{DAY}---Hot-Papers.md")
    return answer(body, MARKDOWN, f"{tag}.md", vary=PACKED, Last_Modified=MEASURED)


def feed(cloud: Cloud, name: str) -> Answer:
    """A feed of everything."""
    key = f"{FOLDER}feeds/{name}"
    tag = f"{made_of(cloud, key)}.atom"
    kind = "application/atom+xml; charset=utf-8"
    return answer(file(cloud, key), kind, tag, vary=PACKED, Last_Modified=MEASURED)


def page_of_list(heads: list[dict[str, Any]], last: str = "", limit: int = 0) -> Answer:
    """A page of the list of digests, and where it goes on after a day."""
    modified_at = {"Last_Modified": newest(heads)} if heads else {}
    if not last:
        return json_answer({"digests": heads}, **modified_at)
    cursor = cursor_after(last)
    query = f"limit={limit}&cursor={cursor}" if limit else f"cursor={cursor}"
    link = f'</digests?{query}>; rel="next"'
    return json_answer({"digests": heads, "cursor": cursor}, Link=link, **modified_at)


def newest(heads: list[dict[str, Any]]) -> str:
    """When any of some digests was last measured, as HTTP has it."""
    times = [datetime.fromisoformat(head["collected_at"]) for head in heads]
    return format_datetime(max(times), usegmt=True)


def cursor_after(day: str) -> str:
    """The cursor that leads to the digests before a day."""
    return Cursors("digests").write(f"{day}#")


# Every route


def test_each_example_event_gets_its_answer(cloud: Cloud) -> None:
    document = file(cloud, f"digests/{DAY}.json")
    digest = answer(document, tag=digest_tag(document), Last_Modified=MEASURED)
    malformed = bad_request("date: must be a date such as 2020-09-18, not '2020-09-31'")
    refused = "POST is not possible here; the API is for reading"

    assert {name: cloud.request(event) for name, event in EVENTS.items()} == {
        "api-digest": digest,
        "api-digest-latest": digest,
        "api-digest-markdown": post_of_the_day(cloud),
        "api-digests": page_of_list(HEADS[:5], "2020-09-11", limit=5),
        "api-feed": feed(cloud, "papers.atom"),
        "api-health": json_answer({"status": "ok"}, cache=MOMENTARY, vary=PACKED),
        "api-malformed-date": malformed,
        "api-page": page_of_the_day(cloud),
        "api-paper": json_answer(
            {"date": "2020-09-18", "collected_at": "2020-09-20T13:13:43Z"} | first_paper_of(digest),
            Last_Modified=MEASURED,
        ),
        "api-paper-of-old-style": OLD_STYLE_ANSWER,
        "api-roundup": not_found(
            "there is no roundup of 2020-W38: it is not complete yet, for the digest of 2020-09-14 "
            "is not final, and 4 more are not"
        ),
        "api-search": json_answer({"papers": [FOUND]}),
        "api-status": json_answer(STATUS, cache=MOMENTARY),
        "api-unknown-date": not_found(f"there is no digest of 2020-09-17: {UNLOOKED}"),
        "api-unknown-path": not_found("there is nothing at '/nothing'"),
        "api-wrong-method": problem(405, "Method Not Allowed", refused, Allow=ALLOWED),
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
    assert cloud.request(request("/papers/2009.08441")) == SAMPLE_ANSWER


def test_the_post_of_the_newest_digest(cloud: Cloud) -> None:
    assert cloud.request(request("/digests/latest.md")) == post_of_the_day(cloud)


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

    assert cloud.request(request("/digests/2020-09-15")) == digest_answer(
        empty, Last_Modified="Wed, 16 Sep 2020 10:00:00 GMT"
    )


def digest_answer(document: dict[str, Any], **said: str) -> Answer:
    """A digest as it is kept."""
    body = json_answer(document)["body"]
    return answer(body, tag=digest_tag(body), **said)


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
        "/digests/2020-09-08": digest_answer(
            quiet_day("2020-09-08", "2020-09-08T10:00:00Z", WHY),
            cache=FINAL,
            Last_Modified="Tue, 08 Sep 2020 10:00:00 GMT",
        ),
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

    wanted = json_answer(paper, Last_Modified=MEASURED)
    assert cloud.request(request("/papers/2009.99003v2")) == wanted


# The list


def test_the_whole_list_is_one_page_by_default(cloud: Cloud) -> None:
    assert cloud.request(request("/digests")) == page_of_list(HEADS)


def test_pages_of_the_list(cloud: Cloud) -> None:
    # A cursor is a place in time: there need not be, or be any more, a digest at it.
    pages = {
        "limit=2": page_of_list(HEADS[:2], "2020-09-16", limit=2),
        f"limit=2&cursor={cursor_after('2020-09-16')}": page_of_list(
            HEADS[2:4], "2020-09-14", limit=2
        ),
        f"limit=3&cursor={cursor_after('2020-09-14')}": page_of_list(HEADS[4:]),
        "limit=7": page_of_list(HEADS),
        "limit=1": page_of_list(HEADS[:1], "2020-09-18", limit=1),
        "limit=100": page_of_list(HEADS),
        f"limit=1&cursor={cursor_after('2020-09-17')}": page_of_list(
            HEADS[1:2], "2020-09-16", limit=1
        ),
        f"cursor={cursor_after('2020-09-08')}": page_of_list([]),
        f"cursor={cursor_after('1970-01-01')}": page_of_list([]),
        f"cursor={cursor_after('9999-12-31')}": page_of_list(HEADS),
    }

    assert {query: cloud.request(request(f"/digests?{query}")) for query in pages} == pages


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
    assert cloud.request(request(f"/papers/{spelling}")) == OLD_STYLE_ANSWER


@pytest.mark.parametrize("spelling", ["math/0309136", "math.GT/0309136", "math.gt%2F0309136v1"])
def test_an_old_style_id_with_its_subject_class(cloud: Cloud, spelling: str) -> None:
    paper = stored_paper("math/0309136", "2020-09-10", "2020-09-11T10:00:00Z", rank=2)

    wanted = json_answer(paper, Last_Modified="Fri, 11 Sep 2020 10:00:00 GMT")
    assert cloud.request(request(f"/papers/{spelling}")) == wanted


@pytest.mark.parametrize("spelling", ["2009.08441v1", "2009.08441v12", "2009%2E08441"])
def test_spellings_of_an_id(cloud: Cloud, spelling: str) -> None:
    assert cloud.request(request(f"/papers/{spelling}")) == SAMPLE_ANSWER


def test_a_paper_of_two_digests_is_told_by_the_newer_one(cloud: Cloud) -> None:
    paper = stored_paper("2009.01234", "2020-09-16", "2020-09-17T10:00:00Z")

    wanted = json_answer(paper, Last_Modified="Thu, 17 Sep 2020 10:00:00 GMT")
    assert cloud.request(request("/papers/2009.01234")) == wanted


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
        "2020-09-18.md.json",
        "2020-09-18.pdf",
        "..",
        "%2e%2E",
        "%2F..%2F",
        "%00",
        "%2500",
        "x" * 300,
        "2020-09-18 ",
        "٢٠٢٠-٠٩-١٨",
        "2020-09-18%0A",
        "%FF",
        "-1",
    ],
)
def test_a_malformed_date_is_refused_by_name(cloud: Cloud, name: str) -> None:
    shown = unquote(name)
    shown = shown.removesuffix(".json") if ".json" in shown else shown.removesuffix(".md")
    detail = f"date: must be a date such as 2020-09-18, not {shown[:100]!r}"

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


CURSOR = cursor_after("2020-09-16")


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "2020-09-18", "next", "2020-09-18Z", "eyJwayI6IH0=", "AAAA", "A", "é", "A" * 201),
        *(CURSOR[:-1], CURSOR[1:], CURSOR.swapcase(), f"{CURSOR}=", f"{CURSOR}A"),
        Cursors("digests", Selection(text="empathy")).write("2020-09-16#"),
        Cursors("search").write("2020-09-16#"),
    ],
)
def test_a_cursor_that_was_not_given_is_refused(cloud: Cloud, cursor: str) -> None:
    given = "must be one that an answer to the same question gave"
    detail = f"cursor: {given}, not {cursor[:100]!r}"

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
        "/digest",
        "/digests/2020-09-18/paper",
        "/digests.md",
        "/health.json",
        "/papers",
        "/papers/",
        "/papers/hep-th/9901001/v1",
        "/HEALTH",
        "/favicon.ico",
        "/../health",
        "/digests/\x00",
        "/a\ud800b",
        "/é",
        "//evil.example",
        "/\\evil.example/",
        "//evil.example/digests/",
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
    "/feeds/papers.atom",
    "/search?q=empathy",
    "/archive",
    "/openapi.json",
]


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_the_body(cloud: Cloud, path: str) -> None:
    to_get = cloud.request(request(path))

    assert to_get["body"]
    assert cloud.request(request(path, "HEAD")) == to_get | {"body": ""}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize(
    "path", ["/health", "/digests", "/digests/2020-09-18", "/papers/1", "/digests/", "/"]
)
def test_the_api_is_only_for_reading(cloud: Cloud, path: str, method: str) -> None:
    detail = f"{method} is not possible here; the API is for reading"
    refusal = problem(405, "Method Not Allowed", detail, Allow=ALLOWED)

    assert cloud.request(request(path, method)) == refusal


@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_what_is_not_there_is_not_there_by_any_method(cloud: Cloud, method: str) -> None:
    assert cloud.request(request("/nothing", method)) == not_found("there is nothing at '/nothing'")
