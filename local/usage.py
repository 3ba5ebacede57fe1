"""`make usage`: measures what the months of docs/cost.md are reckoned from, into docs/usage.json.

A week of busy days is collected and rendered by the real use cases and adapters, on moto: the units
and calls of its seven runs, and what a settled day leaves in table and bucket. The API is asked for
each address by readers who have the page and who do not: units, calls, bytes, processor time. The
collector and the renderer make a busy day as processes of their own, so that the operating system
says what they took.
"""

import itertools
import json
import logging
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3

from hotpapers import bootstrap
from hotpapers.adapters import aws
from hotpapers.domain.roundup import periods_of
from local import console, load, reading
from local.account import Account
from local.archive import Archive
from local.busy_days import announced_days
from local.cloud import PRETENCE, Cloud, quiet_handlers
from local.end_to_end_sam import moto_server
from local.growth import FIRST, days_before, make_runs
from local.meter import Meter, item_size
from local.samples import CREDENTIALS, SAMPLES
from local.stack import FUNCTIONS
from local.template import PROJECT
from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer

PATH = PROJECT / "docs" / "usage.json"
"""Where it is kept."""
PAPERS = 1_500
WEEK = 7
"""How many of the last runs make a week: a Saturday, a Sunday and five weekdays."""
SETTLED = announced_days(FIRST, FIRST.replace(day=FIRST.day + 4))
"""The listing dates that are final, or nearly, after the runs: those of the first week."""
WEEK_NAME = next(each.name for each in periods_of(FIRST) if each.listing_dates[-1] == SETTLED[-1])
"""The name of that week's roundup."""
ITEM_BYTES = 100
"""What DynamoDB adds to the size of each item that it stores
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ROUNDS = 20
"""How often each address is asked for: the median of so many."""
STARTS = 5
"""How often each function is started: the median of so many."""


def main() -> None:
    """Measure, and write it down."""
    with console.Progress() as progress:
        found: dict[str, Any] = {
            "measured": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": f"{_processor()}, Python {platform.python_version()}",
        }
        console.errors.print("a week of runs")
        found |= measure_week(PAPERS)
        console.errors.print("requests")
        found |= _measure_requests(progress)
        console.errors.print("a busy day, as processes")
        found["processes"] = _measure_processes()
    PATH.write_text(json.dumps(found, indent=2) + "\n")


def _processor() -> str:
    """What the machine's processor is called."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    [name, *_] = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} vCPU of {name}"


# Runs, and what they leave


def measure_week(papers: int) -> dict[str, Any]:
    """What a week's runs use, and what a settled day of so many papers leaves."""
    with Cloud() as cloud:
        archive = Archive(cloud.account)
        archive.add(days_before(FIRST, 1))
        runs, files = [], [_files(cloud.account)]
        for used in make_runs(cloud.account, archive, papers):
            runs.append(used)
            files.append(_files(cloud.account))
        table, kept = _table_bytes(archive), _file_bytes(files[-1])
    week = [collector + renderer for collector, renderer in runs[-WEEK:]]
    calls = sum((Counter(used.calls) for used in week), Counter[str]())
    return {
        "papers": papers,
        "week": {
            "read_units": sum(used.read_units for used in week),
            "write_units": sum(used.write_units for used in week),
            "calls": dict(sorted(calls.items())),
            "replaced_file_bytes": _replaced_bytes(files[-WEEK - 1 :]),
        },
        "listing_date": {"table": table, **kept},
    }


def _table_bytes(archive: Archive) -> dict[str, dict[str, float]]:
    """Items and their bytes that a listing date leaves in the table, by their kind."""
    kinds: dict[str, list[int]] = defaultdict(list)
    for item in archive.items():
        keys = f"{item['pk']['S']}#{item['sk']['S']}"
        told = DAY.findall(keys) or [item.get("listed", {"S": ""})["S"]]
        is_settled = any(day in told for day in map(date.isoformat, SETTLED))
        if is_settled or WEEK_NAME in keys:
            kind = item["pk"]["S"].partition("#")[0]
            kind += "/LISTED" if item["sk"]["S"] == "LISTED" else ""
            kinds[kind].append(item_size(item) + ITEM_BYTES)
    return {
        kind: {"items": len(sizes) / len(SETTLED), "bytes": sum(sizes) / len(SETTLED)}
        for kind, sizes in sorted(kinds.items())
    }


Files = Mapping[str, tuple[str, int]]
"""The objects of a bucket: their tags and sizes."""


def _files(account: Account) -> Files:
    pages = account.client("s3").get_paginator("list_objects_v2")
    listed = pages.paginate(Bucket=account.stack.bucket_name)
    entries = [entry for page in listed for entry in page.get("Contents", [])]
    return {entry["Key"]: (entry["ETag"], entry["Size"]) for entry in entries}


def _file_bytes(files: Files) -> dict[str, float]:
    """Bytes that a listing date leaves in the bucket, and those that are there once."""
    names = [*map(date.isoformat, SETTLED), WEEK_NAME]
    dated = [size for key, (_, size) in files.items() if any(name in key for name in names)]
    undated = [size for key, (_, size) in files.items() if "/feeds/" in key]
    return {"files": sum(dated) / len(SETTLED), "feeds": sum(undated)}


def _replaced_bytes(states: Sequence[Files]) -> int:
    """Bytes of files that others took the place of, from one state to the next."""
    return sum(
        size
        for before, after in itertools.pairwise(states)
        for key, (tag, size) in before.items()
        if after[key][0] != tag
    )


# Requests


def _measure_requests(progress: console.Progress) -> dict[str, Any]:
    items, files = reading.sample_archive(progress)
    with (
        TemporaryDirectory() as folder,
        (Path(folder) / "log").open("w") as log,
        moto_server(reading.ADDRESS, log) as endpoint,
        reading.deployed(endpoint, items, files),
    ):
        lines = _Lines()
        quiet_handlers(lines)
        requests = {target: _measure_address(target) for target in reading.TARGETS}
        told = lines.bytes
    return {"requests": requests, "log_bytes": {"requests": told, **_log_bytes()}}


def _measure_address(target: str) -> dict[str, Any]:
    answer = reading.ask_for(target, reading.PACKED)
    tag = answer["headers"].get("ETag", "")
    return {
        "new": _measure_request(target, reading.PACKED),
        "known": _measure_request(target, {**reading.PACKED, "if-none-match": tag}),
    }


def _measure_request(target: str, headers: Mapping[str, str]) -> dict[str, Any]:
    with _metering() as meter:
        reading.ask_for(target, headers)
        meter.take()
        answer = reading.ask_for(target, headers)
        used = meter.take()
    reading.ask_for(target, headers)
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        reading.ask_for(target, headers)
        times.append(time.process_time() - start)
    told = "".join(f"{name}: {value}\r\n" for name, value in answer["headers"].items())
    return {
        "status": answer["statusCode"],
        "bytes": len(told) + len(reading.body_of(answer)),
        "read_units": used.read_units,
        "calls": dict(used.calls),
        "seconds": round(statistics.median(times), 5),
    }


@contextmanager
def _metering() -> Iterator[Meter]:
    """A meter of all calls of the functions; they make their clients anew for it."""
    aws.session.cache_clear()
    meter = Meter(lambda _: {})
    meter.attach(boto3.Session(botocore_session=aws.session()))
    bootstrap.forget()
    try:
        yield meter
    finally:
        aws.session.cache_clear()
        bootstrap.forget()


class _Lines(logging.Handler):
    """Counts the bytes of the lines that the functions log."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.bytes += len(self.format(record).encode())


def _log_bytes() -> dict[str, int]:
    """What collector and renderer log of the sample day from six sources."""
    with Cloud(credentials=CREDENTIALS) as cloud:
        lines = _Lines()
        quiet_handlers(lines)
        SAMPLES["sources"].collect(cloud)
    return {"digest": lines.bytes}


# Processes


def _measure_processes() -> dict[str, Any]:
    """Processor time and memory of starting each function, of a busy day's collector, and of the
    renderer on the sample day (moto's server copies its table for each transaction, which takes too
    long on a busy one)."""
    busy = {"date": load.DAY.isoformat(), "time": f"{load.TIME:%Y-%m-%dT%H:%M:%SZ}"}
    settings = {"SOURCES": "x", "X_MAX_POSTS": str(load.POSTS)}
    with _account(load.busy_day(), settings), TemporaryDirectory() as folder:
        found: dict[str, Any] = {
            "starts": {name: _started(name, Path(folder)) for name in FUNCTIONS},
            "Collector": _run("Collector", busy, Path(folder)),
        }
    sample = SAMPLES["sources"]
    with (
        _account(Dataset.load(sample.path), sample.settings) as account,
        TemporaryDirectory() as folder,
    ):
        _run("Collector", sample.event, Path(folder))
        event = {"Records": account.records_to_render()}
        return {**found, "Renderer": _run("Renderer", event, Path(folder))}


@contextmanager
def _account(dataset: Dataset, settings: Mapping[str, str]) -> Iterator[Account]:
    """An account on a server of its own, beside upstreams that tell of a dataset; the environment
    is the functions'."""
    with (
        TemporaryDirectory() as folder,
        (Path(folder) / "log").open("w") as log,
        moto_server(reading.ADDRESS, log) as endpoint,
        UpstreamServer(dataset) as upstreams,
        _variables({**PRETENCE, "AWS_ENDPOINT_URL": endpoint}),
    ):
        account = Account.create(CREDENTIALS, endpoint)
        for function in FUNCTIONS:
            os.environ.update(account.stack.environment(function))
        os.environ.update({**upstreams.settings, **settings})
        yield account


HANDLING = """
import importlib, json, os, re, sys, types
module = importlib.import_module(sys.argv[1])
if len(sys.argv) > 3:
    context = dict.fromkeys(("function_name", "invoked_function_arn", "aws_request_id"), "usage")
    context = types.SimpleNamespace(**context, memory_limit_in_mb=512)
    module.lambda_handler(json.load(open(sys.argv[3])), context)
used = os.times()
peak = re.search("VmHWM:\\\\s+([0-9]+)", open("/proc/self/status").read())[1]
told = {"seconds": round(used.user + used.system, 3), "megabytes": int(peak) // 1024}
json.dump(told, open(sys.argv[2], "w"))
"""
"""What a process with a function in it does: it starts the function, lets it handle an event where
one is given, and writes down what that took. A child's `ru_maxrss` would begin at its parent's."""


def _started(function: str, folder: Path) -> float:
    """The median processor time of starting a function."""
    return statistics.median(_process(function, folder)["seconds"] for _ in range(STARTS))


def _run(function: str, event: Mapping[str, Any], folder: Path) -> dict[str, float]:
    path = folder / "event.json"
    path.write_text(json.dumps(event))
    return _process(function, folder, str(path))


def _process(function: str, folder: Path, *arguments: str) -> dict[str, float]:
    """What a process with a function in it took: seconds of processor time, megabytes at most."""
    module, result = f"functions.{function.lower()}.app", folder / "result.json"
    command = [sys.executable, "-c", HANDLING, module, str(result), *arguments]
    if subprocess.run(command, cwd=PROJECT, stdout=subprocess.DEVNULL, check=False).returncode:  # noqa: S603
        sys.exit(f"error: {function} failed")
    used: dict[str, float] = json.loads(result.read_text())
    return used


@contextmanager
def _variables(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    console.run(main)
