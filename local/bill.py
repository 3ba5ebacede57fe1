"""What a month costs at AWS: amounts, from measured usage and the template, times dated prices.

Usage is what `make usage` measured (docs/usage.json); prices are those of local/prices.json, each
with its source. What can be neither measured here nor looked up is assumed, and stands below.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.template import PROJECT, default_parameters, read_template

PRICES = PROJECT / "local" / "prices.json"
USAGE = PROJECT / "docs" / "usage.json"

Amounts = Mapping[str, float]
"""How much of each thing that has a price is used in a month."""
Dollars = Mapping[str, float]

GB = 1024**3
DAYS = 365.25 / 12
"""A month, in days; a run each."""
WEEKS = DAYS / 7
LISTING_DATES = 261
"""A year's weekdays. Holidays are fewer papers, not fewer runs."""
REPLACED_DAYS = 90
"""For how long the bucket keeps what was replaced (the template's ForgetReplacedVersions)."""

FULL_PROCESSOR = 1_769
"""Of so many megabytes a function has one processor, of fewer a share of it
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html)."""

# ---- assumed, since it cannot be measured without an account

CALL_SECONDS = {"dynamodb": 0.005, "s3": 0.02}
"""How long a call of a service takes, as seen from a function."""
WAITING = 150.0
"""Seconds that a run waits for others: no source may take longer than SourceSeconds (120), and
arXiv is asked a few times, three seconds apart."""
DIGESTS_A_RUN = 5
"""How many digests are rendered after a run: the listing dates of a week are measured."""
IDLE_SECONDS = 300.0
"""How long Lambda keeps a function that nobody asks; AWS does not say. Of readers who come at any
time, so many wait for a start as come after a longer pause."""
MAILS = 10
"""Alarms in a month."""
EVENT_BYTES = 26
"""What CloudWatch adds to a line of a log
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html)."""
SYSTEM_LINES = (
    '{"time":"2026-11-23T10:00:00.000Z","type":"platform.start","record":{"requestId":'
    '"00000000-0000-4000-8000-000000000000","functionArn":'
    '"arn:aws:lambda:us-east-1:123456789012:function:hot-papers-Api-aBcDeFgHiJkL",'
    '"version":"$LATEST"}}',
    '{"time":"2026-11-23T10:00:00.000Z","type":"platform.report","record":{"requestId":'
    '"00000000-0000-4000-8000-000000000000","metrics":{"durationMs":12.345,'
    '"billedDurationMs":13,"memorySizeMB":512,"maxMemoryUsedMB":110},"status":"success"}}',
)
"""What Lambda itself logs of a request at the level INFO, and no more at WARN."""
ACCESS_LINE = (
    '{"requestId": "aBcDeFgHiJkLmNo=", "requestTime": "23/Nov/2026:10:00:00 +0000", '
    '"httpMethod": "GET", "path": "/digests/2026-07-13.html", "status": "200", '
    '"responseLength": "28335", "responseLatency": "23", "integrationError": "-"}'
)
"""What API Gateway logs of a request in the template's format."""


@dataclass(frozen=True)
class Share:
    """How many of a hundred requests ask for an address, and which part of these have it already
    (they ask with its ETag)."""

    requests: int
    known: float


MIX: Mapping[str, Share] = {
    # Feed readers, which come every hour and mostly find nothing new.
    "/feeds/papers.atom": Share(30, 0.8),
    "/feeds/digests.rss": Share(20, 0.8),
    # People in the morning: the newest day, a day before, a paper, a search.
    "/": Share(15, 0.2),
    "/digests/2026-07-13.html": Share(6, 0.2),
    "/papers/2607.09424.html": Share(2, 0),
    "/search.html?q=agents": Share(2, 0),
    # Crawlers, which follow every link.
    "/archive": Share(2, 0),
    "/digests.html": Share(3, 0),
    "/papers/2607.09424": Share(4, 0),
    "/digests/2026-07-13.html?category=cs.LG": Share(6, 0),
    # Programs.
    "/digests/latest": Share(5, 0.5),
    "/digests/2026-07-13.json": Share(3, 0),
    "/status": Share(2, 0),
}
"""A hundred reads. Assumed: there are no readers yet whose requests could be counted."""

# ---- until here


@dataclass(frozen=True)
class Price:
    """What so many (`per`) of a thing cost, and how much of it is free each month, for ever."""

    dollars: float
    per: float
    unit: str
    free: float
    source: str
    kind: str
    note: str


@dataclass(frozen=True)
class Request:
    """What a request uses of the API's function, on average: `seconds` of a whole processor, and
    seconds of waiting."""

    bytes: float = 0
    read_units: float = 0
    gets: float = 0
    seconds: float = 0
    waiting: float = 0

    def __add__(self, other: "Request") -> "Request":
        return Request(
            self.bytes + other.bytes,
            self.read_units + other.read_units,
            self.gets + other.gets,
            self.seconds + other.seconds,
            self.waiting + other.waiting,
        )

    def times(self, share: float) -> "Request":
        """A part of a request, as it goes into an average."""
        return Request(
            self.bytes * share,
            self.read_units * share,
            self.gets * share,
            self.seconds * share,
            self.waiting * share,
        )


def read_prices(path: Path = PRICES) -> Mapping[str, Price]:
    """The prices by their names."""
    fields = json.loads(path.read_text())["prices"]
    return {
        name: Price(
            dollars=float(each["dollars"]),
            per=each["per"],
            unit=each["unit"],
            free=each["free"],
            source=each["source"],
            kind=each["kind"],
            note=each.get("note", ""),
        )
        for name, each in fields.items()
    }


def read_usage(path: Path = USAGE) -> Mapping[str, Any]:
    """What was measured."""
    usage: dict[str, Any] = json.loads(path.read_text())
    return usage


# Requests


def request_for(usage: Mapping[str, Any], target: str, state: str = "new") -> Request:
    """What a request for an address uses, by readers to whom it is `new` or `known`."""
    found = usage["requests"][target][state]
    calls = {name.partition(":")[0]: 0 for name in found["calls"]}
    for name, count in found["calls"].items():
        calls[name.partition(":")[0]] += count
    return Request(
        bytes=found["bytes"],
        read_units=found["read_units"],
        gets=calls.get("s3", 0),
        seconds=found["seconds"],
        waiting=sum(count * CALL_SECONDS[service] for service, count in calls.items()),
    )


def average_request(usage: Mapping[str, Any]) -> Request:
    """What a request of the mix uses."""
    average = Request()
    for target, share in MIX.items():
        for state, part in (("new", 1 - share.known), ("known", share.known)):
            average += request_for(usage, target, state).times(part * share.requests / 100)
    return average


# Months


def table_bytes(usage: Mapping[str, Any]) -> float:
    """What a listing date leaves in the table."""
    kinds = usage["listing_date"]["table"].values()
    return float(sum(kind["bytes"] for kind in kinds))


def amounts_of_runs(usage: Mapping[str, Any], years: float) -> dict[str, float]:
    """What a month uses in which nobody reads anything, after so many years."""
    week, days = usage["week"], LISTING_DATES * years
    stored = table_bytes(usage) * days / GB
    files = usage["listing_date"]["files"] * days + usage["listing_date"]["feeds"]
    replaced = week["replaced_file_bytes"] * REPLACED_DAYS / 7
    logged = DAYS * DIGESTS_A_RUN * usage["log_bytes"]["digest"] / GB
    return {
        "dynamodb_reads": WEEKS * week["read_units"],
        "dynamodb_writes": WEEKS * week["write_units"],
        "dynamodb_storage": stored,
        "dynamodb_recovery": stored,
        "s3_storage": (files + replaced) / GB,
        "s3_puts": WEEKS * week["calls"]["s3:PutObject"],
        "s3_gets": WEEKS * week["calls"]["s3:HeadObject"],
        "lambda_requests": DAYS * (1 + DIGESTS_A_RUN),
        "lambda_arm64": DAYS * (_collector_seconds(usage) + _renderer_seconds(usage)),
        "log_ingestion": logged,
        "log_storage": logged * _retention(),
        "metrics": len(custom_metrics()) * DAYS / (24 * DAYS),
        "alarms": count_of("AWS::CloudWatch::Alarm"),
        "dashboards": count_of("AWS::CloudWatch::Dashboard"),
        "scheduler": DAYS,
        "sns_emails": MAILS,
    }


def amounts_of_reads(
    usage: Mapping[str, Any], reads: float, request: Request | None = None
) -> dict[str, float]:
    """What so many reads a month use, of the mix or of one kind."""
    each = request or average_request(usage)
    logged = reads * request_log_bytes(usage) / GB
    cold = starts(reads)
    gigabytes, share = memory("Api")
    started = cold * usage["processes"]["starts"]["Api"] / share
    return {
        "http_api_requests": reads,
        "transfer_out": reads * each.bytes / GB,
        "lambda_requests": reads,
        "lambda_arm64": gigabytes * (reads * (each.seconds / share + each.waiting) + started),
        "dynamodb_reads": reads * each.read_units,
        "s3_gets": reads * each.gets,
        "log_ingestion": logged,
        "log_storage": logged * _retention(),
    }


def month(
    usage: Mapping[str, Any], reads: float, years: float, request: Request | None = None
) -> Amounts:
    """What a month uses: its runs, so many reads, and what has been stored for so many years."""
    runs, asked = amounts_of_runs(usage, years), amounts_of_reads(usage, reads, request)
    return {name: runs.get(name, 0) + asked.get(name, 0) for name in {**runs, **asked}}


def starts(reads: float) -> float:
    """How many of so many reads a month find no function waiting for them: those that come more
    than the idle time after the one before, of readers who come at any time."""
    pause = 86_400 * DAYS / reads
    return reads * math.exp(-IDLE_SECONDS / pause)


def request_log_bytes(usage: Mapping[str, Any]) -> float:
    """What a request leaves in the logs: Lambda's lines, API Gateway's, and our own."""
    level = read_template()["Globals"]["Function"]["LoggingConfig"]["SystemLogLevel"]
    own = read_template()["Resources"]["Api"]["Properties"]["LoggingConfig"]
    lines = [ACCESS_LINE]
    if own.get("SystemLogLevel", level) == "INFO":
        lines += SYSTEM_LINES
    return sum(len(line) + EVENT_BYTES for line in lines) + float(usage["log_bytes"]["requests"])


def bill(amounts: Amounts, prices: Mapping[str, Price], *, allowed: bool) -> Dollars:
    """What amounts cost, each; `allowed` leaves out what is free each month."""
    return {
        name: max(amount - (prices[name].free if allowed else 0), 0)
        / prices[name].per
        * prices[name].dollars
        for name, amount in amounts.items()
    }


# What the template says


def count_of(kind: str) -> int:
    """How many resources of a type the template has."""
    return sum(each["Type"] == kind for each in read_template()["Resources"].values())


def custom_metrics() -> frozenset[str]:
    """The metrics of our own that the dashboard shows, which are all that there are."""
    body = json.dumps(read_template()["Resources"]["Dashboard"]["Properties"])
    return frozenset(re.findall(r'\[\\+"\$\{AWS::StackName\}\\+", \\+"(\w+)\\+"', body))


def requests_a_second() -> float:
    """How many requests API Gateway lets through."""
    return float(default_parameters()["RequestsPerSecond"])


def _retention() -> float:
    """For how many months logs are kept."""
    return float(default_parameters()["LogRetentionDays"]) / DAYS


def memory(function: str) -> tuple[float, float]:
    """A function's memory in gigabytes, and its share of a processor."""
    megabytes = read_template()["Resources"][function]["Properties"]["MemorySize"]
    return megabytes / 1_024, min(megabytes / FULL_PROCESSOR, 1)


def _collector_seconds(usage: Mapping[str, Any]) -> float:
    """Gigabyte-seconds of a run, the calls of the renderer included."""
    gigabytes, share = memory("Collector")
    calls = usage["week"]["calls"].items()
    asked = sum(count * CALL_SECONDS[name.partition(":")[0]] for name, count in calls) / 7
    busy = usage["processes"]["Collector"]["seconds"] / share
    return float(gigabytes * (WAITING + asked + busy))


def _renderer_seconds(usage: Mapping[str, Any]) -> float:
    """Gigabyte-seconds of rendering the digests of a run, each by a function that starts for it."""
    gigabytes, share = memory("Renderer")
    return float(DIGESTS_A_RUN * gigabytes * usage["processes"]["Renderer"]["seconds"] / share)
