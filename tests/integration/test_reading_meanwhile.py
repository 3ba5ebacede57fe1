"""Readers while something happens: an edition is replaced between two reads, the bucket is away."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

import boto3
import pytest

from hotpapers.use_cases.feeds import FEED_PATHS
from local.calls import watching_calls
from local.cloud import Cloud
from local.template import read_template
from tests.api import request
from tests.archive import digest_of, listing_dates, store
from tests.fakes import Log

NEWEST = date(2020, 9, 18)
PAPERS = [f"2009.0{number:04}" for number in range(1, 6)]
OLD = digest_of(NEWEST, *PAPERS)
NEW = digest_of(NEWEST, *reversed(PAPERS[1:]), collected_at=datetime(2020, 9, 20, 10, tzinfo=UTC))
FEEDS = tuple(f"/{path}" for path in FEED_PATHS)
ADDRESSES = (
    "/",
    "/digests/2020-09-18.html",
    "/digests/2020-09-17.html",
    "/digests/2020-09-18",
    "/digests/2020-09-18.md",
    "/digests/latest.html?min=1&limit=2",
    "/digests/2020-09-18/papers",
    "/digests",
    "/papers/2009.00002.html",
    "/search?q=engine",
    "/archive",
    "/status",
    *FEEDS,
    "/feeds/digests.atom?min=1",
)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        store(cloud.stack, *[digest_of(day) for day in listing_dates(3, NEWEST)[1:]], OLD)
        cloud.render_new()
        yield cloud


def answers(cloud: Cloud) -> Mapping[str, Any]:
    return {address: cloud.request(request(address)) for address in ADDRESSES}


# An edition is replaced


class Meddler:
    """Lets something happen before the n-th call of a request, once."""

    def __init__(self, number: int, happening: Callable[[], None]) -> None:
        self._left = number
        self._happening = happening
        self.has_happened = False

    def meddle(self, **_: object) -> None:
        self._left -= 1
        if self._left == 0:
            self.has_happened = True
            self._happening()


@pytest.mark.thorough
def test_whatever_is_replaced_between_two_reads_the_answer_is_the_old_one_or_the_new_one(
    cloud: Cloud,
) -> None:
    before = answers(cloud)
    table = snapshot(cloud)
    store(cloud.stack, NEW)
    possible = {address: [before[address], each] for address, each in answers(cloud).items()}
    cloud.render_new()  # which makes the pages anew, files the papers, and changes the feeds
    for address, each in answers(cloud).items():
        possible[address].append(each)

    moments = 0
    for address in ADDRESSES:
        number, happened = 1, True
        while happened:
            restore(cloud, table)
            meddler = Meddler(number, lambda: store(cloud.stack, NEW))
            with watching_calls("before-call", meddler.meddle):
                assert cloud.request(request(address)) in possible[address], (address, number)
            happened = meddler.has_happened
            moments += happened
            number += 1
    assert moments > len(ADDRESSES)


def test_a_page_whose_digest_is_replaced_while_it_is_planned_is_planned_anew(
    cloud: Cloud, log: Log
) -> None:
    restore_bucket(cloud)
    # The heads are the first call, the page is not there, and the digest is the third.
    meddler = Meddler(3, lambda: store(cloud.stack, NEW))
    with watching_calls("before-call", meddler.meddle):
        answer = cloud.request(request("/digests/2020-09-18.html"))

    assert answer == cloud.request(request("/digests/2020-09-18.html"))
    assert answer["statusCode"] == 200
    assert "20 September 2020" in answer["body"]
    assert log.of("answer is planned anew") == [
        {"reason": "the digest of 2020-09-18 has been replaced just now"}
    ]


@pytest.mark.thorough
def test_a_page_that_is_replaced_all_the_time_is_not_planned_for_ever(cloud: Cloud) -> None:
    restore_bucket(cloud)
    editions = (
        digest_of(NEWEST, *PAPERS, collected_at=datetime(2020, 9, 20, minute, tzinfo=UTC))
        for minute in range(24)
    )
    calls = []

    def replace(**details: Any) -> None:
        calls.append(details["model"].name)
        if details["model"].name == "Query":
            store(cloud.stack, next(editions))

    with watching_calls("before-call", replace):
        answer = cloud.request(request("/digests/2020-09-18.html"))

    assert answer["statusCode"] == 503
    assert calls == ["Query", "GetObject", "Query"] * 2


def snapshot(cloud: Cloud) -> list[Any]:
    items: list[Any] = boto3.client("dynamodb").scan(TableName=cloud.stack.table_name)["Items"]
    return items


def restore(cloud: Cloud, items: list[Any]) -> None:
    """Put the items back that the digest had, and take those away that it had not."""
    client = boto3.client("dynamodb")
    keys = [{name: item[name] for name in ("pk", "sk")} for item in items]
    for item in snapshot(cloud):
        if {name: item[name] for name in ("pk", "sk")} not in keys:
            client.delete_item(
                TableName=cloud.stack.table_name, Key={n: item[n] for n in ("pk", "sk")}
            )
    for item in items:
        client.put_item(TableName=cloud.stack.table_name, Item=item)


def restore_bucket(cloud: Cloud) -> None:
    """Take all pages away."""
    client = boto3.client("s3")
    for entry in client.list_objects_v2(Bucket=cloud.stack.bucket_name)["Contents"]:
        client.delete_object(Bucket=cloud.stack.bucket_name, Key=entry["Key"])


# Something is away


@pytest.mark.thorough
def test_without_the_bucket_every_address_answers_as_it_does_with_it(
    cloud: Cloud, log: Log
) -> None:
    with_bucket = answers(cloud)
    restore_bucket(cloud)
    boto3.client("s3").delete_bucket(Bucket=cloud.stack.bucket_name)

    without = answers(cloud)

    assert without == with_bucket
    assert {answer["statusCode"] for answer in without.values()} == {200}
    assert log.of("page cannot be fetched") == [
        {"path": path, "reason": "S3 answered GetObject with NoSuchBucket"}
        for path in ("digests/2020-09-18.html", "digests/2020-09-17.html", *FEED_PATHS)
    ]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("service", "address", "status"),
    [
        ("S3", "/digests/2020-09-18.html", 200),
        ("S3", "/feeds/papers.json", 200),
        ("DYNAMODB", "/digests/2020-09-18.html", 503),
        ("DYNAMODB", "/feeds/papers.json?min=1", 503),
    ],
)
def test_a_service_that_says_nothing_is_given_up_on_while_the_reader_is_there(
    cloud: Cloud, service: str, address: str, status: int
) -> None:
    seconds: float = read_template()["Resources"]["Api"]["Properties"]["Timeout"]
    with silent_server() as url, cloud.set({**os.environ, f"AWS_ENDPOINT_URL_{service}": url}):
        started = monotonic()
        answer = cloud.request(request(address))
        passed = monotonic() - started

    assert answer["statusCode"] == status
    assert passed < seconds - 2, passed


@contextmanager
def silent_server() -> Iterator[str]:
    """An address at which connections are taken, and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
