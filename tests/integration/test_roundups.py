"""Roundups on the way through the real handlers: from the table's stream to readers."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.pages.roundup_page import write_roundup_page
from hotpapers.documents.roundup_json import roundup_document, write_roundup
from hotpapers.documents.roundup_post import write_roundup_post
from hotpapers.documents.site import Site
from hotpapers.domain.digest import Digest
from hotpapers.domain.roundup import Roundup, make_roundup
from local.cloud import Cloud
from local.stack import SITE_URL
from tests.api import HTML, JSON, MARKDOWN, bad_request, not_found, request
from tests.aws import Storage
from tests.pages import Page
from tests.periods import (
    MONDAY,
    WEDNESDAY,
    WEEK,
    day_of,
    final,
    keep,
    measured_again,
    quiet,
)

DIGESTS = [
    quiet(day) if day == WEDNESDAY else final(day, day_of(day, a=day.day * 10, b=60))
    for day in WEEK.listing_dates
]
OTHERS = {
    "2020-09": "it is not complete yet, for the digest of 2020-09-21 is not final, "
    "and 7 more are not",
    "2019-W01": "the archive begins on 2020-09-14",
    "9998-W52": "it is not complete yet, for the digest of 9998-12-21 is not final, "
    "and 4 more are not",
}
"""Why there is no roundup of other periods."""
JSON_PATH, POST_PATH = "digests/2020-W38.json", "posts/2020-W38---Hot-Papers.md"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        yield cloud


def test_a_week_is_rounded_up_and_its_roundup_made_again(cloud: Cloud) -> None:
    storage = Storage(cloud.stack)
    editions = DynamoDBEditions(boto3.client("dynamodb"), cloud.stack.table_name)
    keep(editions, *DIGESTS[:4])
    cloud.render_new()
    reason = "it is not complete yet, for the digest of 2020-09-18 is not final"
    missing = not_found(f"there is no roundup of 2020-W38: {reason}")
    assert JSON_PATH not in storage.bucket()
    assert cloud.request(request("/digests/2020-W38")) == missing
    assert cloud.request(request("/digests/2020-W38.md")) == missing

    keep(editions, DIGESTS[4])
    records = cloud.account.records_to_render()
    cloud.render(records)
    check(cloud, storage, DIGESTS, versions=1)

    # The renderer's own writes do not start it; records that come again change nothing.
    assert cloud.render_new() == 0
    cloud.render(records * 2)
    check(cloud, storage, DIGESTS, versions=1)

    again = [measured_again(DIGESTS[0], day_of(MONDAY, a=500)), *DIGESTS[1:]]
    keep(editions, again[0])
    cloud.render_new()
    cloud.render(records)
    check(cloud, storage, again, versions=2)
    for name, reason in OTHERS.items():
        missing = not_found(f"there is no roundup of {name}: {reason}")
        assert cloud.request(request(f"/digests/{name}")) == missing


def check(cloud: Cloud, storage: Storage, digests: list[Digest], versions: int) -> None:
    """Files and answers are those of a roundup of these digests, written so many times."""
    roundup = make_roundup(WEEK, digests)
    document, post = write_roundup(roundup), write_roundup_post(roundup, FrontMatter())
    bucket = storage.bucket()
    assert [len(bucket[path]) for path in (JSON_PATH, POST_PATH)] == [versions, versions]
    assert (bucket[JSON_PATH][0].content, bucket[POST_PATH][0].content) == (document, post)
    assert told(cloud, "/digests/2020-W38") == (200, JSON, document.decode())
    assert told(cloud, "/digests/2020-W38.md") == (200, MARKDOWN, post.decode())
    page = write_roundup_page(roundup, Site(SITE_URL)).decode()
    assert told(cloud, "/digests/2020-W38.html") == (200, HTML, page)
    check_first(cloud, roundup)
    whole = cloud.request(request("/digests/2020-W38"))
    assert cloud.request(request("/digests/2020-W38", "HEAD")) == {**whole, "body": ""}


def check_first(cloud: Cloud, roundup: Roundup) -> None:
    """Whoever wants the first paper alone gets it in all forms, and the others after it."""
    first = roundup.papers[:1]
    post = write_roundup_post(replace(roundup, papers=first), FrontMatter())
    assert told(cloud, "/digests/2020-W38.md?limit=1") == (200, MARKDOWN, post.decode())
    assert ranks_page_by_page(cloud, "/digests/2020-W38.html?limit=1&min=60") == [
        [str(paper.rank)] for paper in roundup.papers
    ]

    documents = [json.loads(told(cloud, "/digests/2020-W38?limit=1")[2])]
    while cursor := documents[-1].pop("cursor", None):
        target = f"/digests/2020-W38?limit=1&cursor={cursor}"
        documents.append(json.loads(told(cloud, target)[2]))
    whole = roundup_document(roundup)
    assert documents == [{**whole, "papers": [paper]} for paper in whole["papers"]]
    [alone] = [json.loads(told(cloud, "/digests/2020-W38/papers?limit=100")[2])]
    assert alone == {name: whole[name] for name in ("period", "measured_at", "papers")}


def ranks_page_by_page(cloud: Cloud, address: str) -> list[list[str]]:
    """The ranks on a page and on those that its links lead on to."""
    found = []
    while address:
        status, _, page = told(cloud, address)
        assert status == 200
        found.append(Page(page.encode()).of_class("rank"))
        [address] = re.findall(r'href="([^"]+)" rel="next">', page) or [""]
        address = html.unescape(address).replace("2020-W38?", "2020-W38.html?")
    return found


def told(cloud: Cloud, address: str) -> tuple[int, str, str]:
    """What is at an address: the status, the type and the content."""
    response = cloud.request(request(address))
    return response["statusCode"], response["headers"]["Content-Type"], response["body"]


@pytest.mark.parametrize("name", ["2021-W53", "2020-W00", "2020-13", "2020-w38", "1990-12"])
def test_what_names_no_period_is_refused_as_a_date(cloud: Cloud, name: str) -> None:
    detail = f"date: must be a date such as 2020-09-18, not {name!r}"
    assert cloud.request(request(f"/digests/{name}")) == bad_request(detail)
