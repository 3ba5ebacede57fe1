"""The API on archives in other states: empty, growing, large, changed, damaged."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest

from hotpapers.adapters.dynamodb_measurements import DynamoDBMeasurements
from hotpapers.domain.cursor import Cursors
from hotpapers.domain.history import Measurement
from hotpapers.domain.listing import Listing, ListingState, Origin
from local.calls import watching_calls
from local.cloud import Cloud
from tests.api import MOMENTARY, PACKED, json_answer, not_found, problem, request
from tests.archive import digest_of, keep, listing_dates, quiet_digest, store
from tests.builders import make_paper
from tests.fakes import Log

NEWEST = date(2020, 9, 18)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """AWS in memory, new: what was written is kept in the stream, and slows moto down."""
    with Cloud() as cloud:
        yield cloud


def read(cloud: Cloud, target: str) -> Any:
    """The JSON document at an address."""
    response = cloud.request(request(target))
    assert response["statusCode"] == 200
    return json.loads(response["body"])


def pages(cloud: Cloud, limit: int) -> Iterator[list[str]]:
    """The dates of the list of digests, page by page, as the cursor leads."""
    cursor = ""
    while True:
        page = read(cloud, f"/digests?limit={limit}{cursor}")
        yield [head["date"] for head in page["digests"]]
        if "cursor" not in page:
            return
        cursor = f"&cursor={page['cursor']}"


# Empty


def test_an_empty_archive(cloud: Cloud) -> None:
    missing = not_found("there is no digest yet")

    assert {
        target: cloud.request(request(target))
        for target in ("/digests", "/digests/latest", "/digests/latest.md", "/health", "/status")
    } == {
        "/digests": json_answer({"digests": []}),
        "/digests/latest": missing,
        "/digests/latest.md": missing,
        "/health": json_answer({"status": "ok"}, cache=MOMENTARY, vary=PACKED),
        "/status": json_answer(
            {
                "time": "2020-09-21T09:30:00Z",
                "stale": True,
                "why": ["there is no digest yet"],
                "listings": [],
                "newest_digest": None,
                "sources": {},
            },
            cache=MOMENTARY,
        ),
    }


# Large


@pytest.mark.thorough
def test_paging_shows_every_digest_once(cloud: Cloud) -> None:
    newest_first = [day.isoformat() for day in listing_dates(36, NEWEST)]
    store(cloud.stack, *[digest_of(day) for day in reversed(listing_dates(36, NEWEST))])

    for limit in (1, 7, 18, 20, 35, 36, 37, 100):
        assert list(pages(cloud, limit)) == [
            newest_first[start : start + limit] for start in range(0, 36, limit)
        ]


@pytest.mark.thorough
def test_paging_neither_skips_nor_repeats_while_the_archive_grows(cloud: Cloud) -> None:
    newer, *older = listing_dates(7, NEWEST)
    late = older.pop(1)
    store(cloud.stack, *[digest_of(day) for day in older])
    walk = pages(cloud, limit=2)

    first = next(walk)
    store(cloud.stack, digest_of(newer), digest_of(late))
    rest = [day for page in walk for day in page]

    assert first + rest == [day.isoformat() for day in older]
    assert [day for page in pages(cloud, 100) for day in page] == [
        day.isoformat() for day in sorted([newer, late, *older], reverse=True)
    ]


class Reads:
    """Counts the calls of DynamoDB, and the items that they looked at."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.items = 0

    def count(self, parsed: dict[str, Any], model: Any, **_: object) -> None:
        self.calls[model.name] += 1
        self.items += parsed.get("ScannedCount", 1)


@pytest.fixture
def reads(cloud: Cloud) -> Iterator[Reads]:
    """What the functions read meanwhile."""
    del cloud  # it has to be there
    reads = Reads()
    with watching_calls("after-call.dynamodb", reads.count):
        yield reads


COSTS = {
    "/health": ({}, 0),
    "/digests": ({"Query": 1}, 21),
    "/digests?limit=5": ({"Query": 1}, 6),
    f"/digests?limit=5&cursor={Cursors('digests').write('2020-01-01#')}": ({"Query": 1}, 6),
    "/digests/2020-09-18": ({"Query": 1}, 1),
    "/digests/2020-09-18.md": ({"Query": 1}, 1),
    # Ten digests are looked past, should they be of quiet days.
    "/digests/latest": ({"Query": 2}, 12),
    "/digests/latest.md": ({"Query": 2}, 12),
    # The listing dates of two weeks besides.
    "/status": ({"Query": 3}, 22),
    # The paper is in all of the digests; ten of them are looked up.
    "/papers/2009.00001": ({"Query": 2}, 11),
    "/papers/hep-th/9901001": ({"Query": 2}, 11),
    # In no digest, but in a listing, and measured twice.
    "/papers/2009.00003": ({"Query": 2, "GetItem": 3}, 5),
    # Some of a digest, and its page where nobody made it yet: with the digests of four weeks.
    "/digests/2020-09-18?category=cs.LG": ({"Query": 1}, 1),
    "/digests/2020-09-18/papers?limit=1": ({"Query": 1}, 1),
    "/digests/2020-09-18.html": ({"Query": 2}, 22),
    "/digests/2020-09-18.html?q=engine": ({"Query": 1}, 1),
    # A year has 262 listing dates at most, and a week more is looked at.
    "/archive": ({"Query": 3}, 270),
    "/sitemap.xml": ({"Query": 2}, 2),
    "/sitemaps/2020.xml": ({"Query": 3}, 270),
    # What is the same for ever, or until the next deployment:
    "/search.html": ({}, 0),
    "/feeds": ({}, 0),
    "/docs": ({}, 0),
    "/openapi.json": ({}, 0),
    "/favicon.svg": ({}, 0),
    # What there is not:
    "/digests/2020-09-21": ({"Query": 2}, 0),
    "/digests/2020-09-21.md": ({"Query": 2}, 0),
    "/digests/2020-09-19": ({}, 0),
    "/digests/2020-09-19.md": ({}, 0),
    "/papers/2009.99999": ({"Query": 1, "GetItem": 1}, 1),
    # What is refused:
    "/digests?limit=0": ({}, 0),
    "/digests/x": ({}, 0),
    "/papers/x": ({}, 0),
    "/nothing": ({}, 0),
}
"""The calls of each request, and at most how many items they look at."""


@pytest.mark.parametrize("size", [1, pytest.param(300, marks=pytest.mark.thorough)])
def test_no_request_reads_more_when_the_archive_is_larger(
    cloud: Cloud, reads: Reads, size: int
) -> None:
    store(cloud.stack, digest_of(NEWEST, "2009.00001", "hep-th/9901001"))
    keep(cloud.stack, FRESH)
    copy_newest_digest(cloud, listing_dates(size, NEWEST)[1:])
    list_and_measure(cloud, "2009.00003")

    found = {}
    for target in COSTS:
        reads.calls.clear()
        reads.items = 0
        assert cloud.request(request(target))["statusCode"] < 500
        found[target] = dict(reads.calls), reads.items

    assert {target: calls for target, (calls, _) in found.items()} == {
        target: calls for target, (calls, _) in COSTS.items()
    }
    assert [target for target in COSTS if found[target][1] > COSTS[target][1]] == []
    assert found["/digests"][1] == min(size, 21)


FRESH = Listing(
    NEWEST, ListingState.FRESH, datetime(2020, 9, 18, 10, tzinfo=UTC), origin=Origin.FEED, papers=9
)


def list_and_measure(cloud: Cloud, paper_id: str) -> None:
    """Make a paper new on the newest day, on which nobody talks about it, measured twice."""
    table = (boto3.Session().client("dynamodb"), cloud.stack.table_name)
    later = replace(FRESH, found_at=FRESH.found_at + timedelta(hours=1))
    keep(cloud.stack, later, make_paper(paper_id))
    for hour in (10, 11):
        time = datetime(2020, 9, 19, hour, tzinfo=UTC)
        DynamoDBMeasurements(*table).keep(NEWEST, Measurement(time, ("x",), {}))


def copy_newest_digest(cloud: Cloud, others: list[date]) -> None:
    """Put the items of the only day under other dates too; by the adapter it takes long.

    moto copies the whole table for each transaction. Without the listings' papers, of which there
    are many parts and which nothing reads.
    """
    client = boto3.Session().client("dynamodb")
    table = cloud.stack.table_name
    scanned = client.scan(TableName=table)["Items"]
    kept = [item for item in scanned if not item["pk"]["S"].startswith("LISTING#")]
    items = json.dumps(kept, default=bytes.hex)
    for day in others:
        for item in json.loads(items.replace(str(NEWEST), str(day))):
            client.put_item(TableName=table, Item=item)


# Changed


def test_a_paper_that_a_later_edition_dropped_is_found_in_no_digest(cloud: Cloud) -> None:
    evening = datetime(2020, 9, 20, 20, tzinfo=UTC)
    store(cloud.stack, digest_of(NEWEST, "2009.00001", "2009.00002"))
    store(cloud.stack, digest_of(NEWEST, "2009.00002", collected_at=evening))

    assert read(cloud, "/papers/2009.00002")["rank"] == 1
    assert cloud.request(request("/papers/2009.00001")) == not_found(
        "2009.00001 is in no digest, and in no listing that is kept"
    )


@pytest.mark.thorough
def test_a_paper_that_the_newest_digest_dropped_is_told_by_the_one_before(cloud: Cloud) -> None:
    evening = datetime(2020, 9, 20, 20, tzinfo=UTC)
    store(cloud.stack, *[digest_of(day, "2009.00001") for day in listing_dates(2, NEWEST)])
    store(cloud.stack, digest_of(NEWEST, collected_at=evening))

    assert read(cloud, "/papers/2009.00001")["date"] == "2020-09-17"


def test_the_newest_digest_is_not_that_of_a_quiet_day(cloud: Cloud) -> None:
    monday = date(2020, 9, 21)
    store(cloud.stack, digest_of(NEWEST, "2009.00001"), quiet_digest(monday, "a holiday"))

    assert {
        target: read(cloud, target)["date"] for target in ("/digests/latest", "/digests/2020-09-21")
    } == {"/digests/latest": "2020-09-18", "/digests/2020-09-21": "2020-09-21"}


def test_the_function_reads_anew_each_time(cloud: Cloud) -> None:
    store(cloud.stack, digest_of(NEWEST, "2009.00001"))
    before = read(cloud, "/digests/latest")
    store(cloud.stack, digest_of(NEWEST, collected_at=datetime(2020, 9, 20, 20, tzinfo=UTC)))

    assert [len(each["papers"]) for each in (before, read(cloud, "/digests/latest"))] == [1, 0]


def test_a_cursor_in_a_digest_that_was_measured_again_is_gone(cloud: Cloud) -> None:
    store(cloud.stack, digest_of(NEWEST, "2009.00001", "2009.00002"))
    link = cloud.request(request("/digests/latest?limit=1"))["headers"]["Link"]
    evening = datetime(2020, 9, 20, 20, tzinfo=UTC)
    store(cloud.stack, digest_of(NEWEST, "2009.00002", "2009.00001", collected_at=evening))

    answer = cloud.request(request(link.removeprefix("<").removesuffix('>; rel="next"')))

    reason = "it has been measured again since; begin anew, without the cursor"
    assert answer == problem(410, "Gone", reason)


# Damaged


@pytest.fixture
def metrics(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Metrics are written, as they are in Lambda."""
    del cloud  # sets the environment, with the metrics off
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")


@pytest.mark.thorough
@pytest.mark.usefixtures("metrics")
@pytest.mark.parametrize(
    "target", ["/digests/2020-09-18", "/digests/latest.md", "/papers/2009.00001"]
)
def test_an_unexpected_failure_is_told_without_details(
    cloud: Cloud, log: Log, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    store(cloud.stack, digest_of(NEWEST, "2009.00001"))
    damage(cloud, lambda part: part | {"body": {"B": b"not what was written"}})

    response = cloud.request(request(target))

    assert response == problem(
        500, "Internal Server Error", "the request failed; it has been recorded"
    )
    [record] = [record for record in log.records if record.levelname == "ERROR"]
    assert record.getMessage() == "request failed"
    assert record.exc_info is not None
    assert "BadGzipFile" in repr(record.exc_info[1])
    assert faults(capsys.readouterr().out) == 1


@pytest.mark.usefixtures("metrics")
def test_a_reader_s_mistake_is_no_fault(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    mistakes = ("/digests/x", "/digests/2020-09-18", "/papers/1", "/nothing", "/digests?limit=0")

    statuses = [cloud.request(request(target))["statusCode"] for target in mistakes]

    assert statuses == [400, 404, 400, 404, 400]
    assert faults(capsys.readouterr().out) == 0


@pytest.mark.usefixtures("metrics")
@pytest.mark.parametrize("target", ["/digests", "/digests/2020-09-18.md", "/papers/2009.00001"])
def test_an_archive_that_cannot_be_read_is_unavailable(
    cloud: Cloud, log: Log, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    lose_table(cloud)

    response = cloud.request(request(target))

    assert response == problem(
        503,
        "Service Unavailable",
        "the archive cannot be read at the moment",
        **{"Retry-After": "5"},
    )
    [record] = [record for record in log.records if record.levelname == "ERROR"]
    assert record.getMessage() == "archive cannot be read"
    said = vars(record)["reason"]
    assert said == "DynamoDB answered Query with ResourceNotFoundException"
    assert faults(capsys.readouterr().out) == 1


def lose_table(cloud: Cloud) -> None:
    """Delete the table, which the template guards against."""
    client, name = boto3.Session().client("dynamodb"), cloud.stack.table_name
    client.update_table(TableName=name, DeletionProtectionEnabled=False)
    client.delete_table(TableName=name)


def damage(cloud: Cloud, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change the parts of the newest digest's document, behind the adapter's back."""
    client = boto3.Session().client("dynamodb")
    key = {"pk": {"S": f"DIGEST#{NEWEST}"}, "sk": {"S": "PART#000"}}
    part: Any = client.get_item(TableName=cloud.stack.table_name, Key=key)["Item"]
    client.put_item(TableName=cloud.stack.table_name, Item=change(part))


def faults(output: str) -> int:
    """How many faults the metrics count, in what the function printed."""
    documents = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    return sum(int(value) for each in documents for value in each.get("ApiFaults", []))
