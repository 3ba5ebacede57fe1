"""What a run and a request read and write in archives of 10, 1,000 and 10,000 digests.

The runs are those of `make growth`; then each address is asked for, of the newest days, and what
that reads is counted: calls of AWS, and DynamoDB's read units by AWS's rules.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from gzip import decompress

import boto3

from hotpapers import bootstrap
from hotpapers.adapters import aws
from local import growth
from local.archive import Archive
from local.bench.measuring import BenchError
from local.bench.report import Figure, Section, Table, cells
from local.cloud import Cloud, answer_request
from local.gateway import Handler, at
from local.meter import Meter, Usage
from local.reading import PACKED, body_of, event_for

NOW = datetime.combine(growth.LAST, growth.SCHEDULE, UTC) + timedelta(hours=12)
"""When the readers come."""
PAPERS = 300
"""How many papers each day has. With more all is more, in an archive of any size: `make growth`
takes its time and counts runs with 1,500."""
HEADS_READ = 10
"""How many units more a run may read where there are more than 60 days: their heads."""

Requests = Mapping[str, Usage]
"""What each address reads, by what it is called here."""


@dataclass(frozen=True)
class Found:
    """What is read and written in an archive of so many digests."""

    run: growth.Cost
    requests: Requests


def section() -> Section:
    """What runs and requests cost in archives of all sizes."""
    found = [measure(digests) for digests in growth.SIZES]
    return Section(
        title="As the archive grows",
        text=(
            "Runs and requests in archives of so many digests, on moto. Of the runs the last one of"
            f" two weeks with {PAPERS:,} papers and 315 posts of six sources a day: DynamoDB's"
            " units, S3's calls, and what thirty such runs are. Of the requests, the calls of AWS"
            " and the read units, by readers who do not have the answer yet."
        ),
        tables=[_runs(found), _requests(found)],
        figures=list(figures(found)),
    )


def _runs(found: Sequence[Found]) -> Table:
    head, rows = growth.HEAD[0], [growth.row(each.run) for each in found]
    return Table(cells(head), list(map(cells, rows)))


def _requests(found: Sequence[Found]) -> Table:
    sizes = [f"{each.run.digests:,}" for each in found]
    head = ["address", "calls", *(f"units of {size}" for size in sizes)]
    rows = []
    for name, used in found[-1].requests.items():
        units = [f"{each.requests[name].read_units:,.1f}" for each in found]
        rows.append([f"`{name}`", calls_text(used), *units])
    return Table(head, rows)


def calls_text(used: Usage) -> str:
    """The calls of a request: `2 Query, 1 GetObject`."""
    named = [f"{count} {name.partition(':')[2]}" for name, count in sorted(used.calls.items())]
    return ", ".join(named) or "none"


def figures(found: Sequence[Found]) -> Iterator[Figure]:
    """What is the same in the largest of several archives as in the smallest, and what is not."""
    small, *_, large = found
    first, last = small.run.whole, large.run.whole
    sizes = f"an archive of {large.run.digests:,} digests beside one of {small.run.digests}"
    more = last.read_units - first.read_units
    yield Figure(
        "what a run reads as the archive grows",
        "the same, but for the heads of 60 days",
        f"{more:+,.0f} of {first.read_units:,.0f} units",
        sizes,
        short=not 0 <= more <= HEADS_READ,
    )
    yield Figure(
        "what a run writes as the archive grows",
        "the same",
        f"{last.write_units - first.write_units:+,} of {first.write_units:,} units",
        sizes,
        short=last.write_units != first.write_units,
    )
    calls = {name: used.calls for name, used in small.requests.items()}
    others = [name for name, used in large.requests.items() if used.calls != calls[name]]
    units = max(used.read_units for used in large.requests.values())
    yield Figure(
        "calls of each request as the archive grows",
        "the same",
        "the same" if not others else f"others: {', '.join(others)}",
        f"{sizes}; {units:,.1f} units at most",
        short=bool(others),
    )


def measure(digests: int, papers: int = PAPERS) -> Found:
    """What is read and written in an archive of so many digests. Raises BenchError where a request
    is not answered."""
    with Cloud() as cloud:
        archive = Archive(cloud.account)
        archive.add(growth.days_before(growth.FIRST, digests - growth.DUE))
        *_, (collector, renderer) = growth.make_runs(cloud.account, archive, papers)
        run = growth.Cost(digests, collector, renderer)
        return Found(run, _ask_for_all(archive))


def _ask_for_all(archive: Archive) -> Requests:
    """Ask for everything once, and then with the calls being counted: some is kept in memory."""
    reader = at(NOW, answer_request)
    day, paper, word = _newest(reader)
    targets = {
        "/": "/",
        "/digests/latest": "/digests/latest",
        "/digests/DAY.html": f"/digests/{day}.html",
        "/digests/DAY.json": f"/digests/{day}.json",
        "/digests/DAY.md": f"/digests/{day}.md",
        "/digests/DAY.html?category=cs.LG": f"/digests/{day}.html?category=cs.LG",
        "/digests": "/digests",
        "/digests?category=cs.LG&min=100": "/digests?category=cs.LG&min=100",
        "/digests.html": "/digests.html",
        "/papers/ID": f"/papers/{paper}",
        "/papers/ID.html": f"/papers/{paper}.html",
        "/archive": "/archive",
        "/search?q=WORD": f"/search?q={word}",
        "/search.html?q=WORD": f"/search.html?q={word}",
        "/feeds/papers.atom": "/feeds/papers.atom",
        "/feeds/digests.rss": "/feeds/digests.rss",
        "/feeds/papers.json?category=cs.LG": "/feeds/papers.json?category=cs.LG",
        "/feeds/digests.atom?category=cs.LG": "/feeds/digests.atom?category=cs.LG",
        "/status": "/status",
        "/health": "/health",
    }
    with _metering(archive) as meter:
        return {name: _used(reader, meter, target) for name, target in targets.items()}


def _newest(reader: Handler) -> tuple[str, str, str]:
    """The newest digest's listing date, a paper of it, and a word of that one's title."""
    digest = json.loads(_get(reader, "/digests/latest"))
    paper = digest["papers"][0]
    return digest["date"], paper["id"], max(paper["title"].split(), key=len)


def _used(reader: Handler, meter: Meter, target: str) -> Usage:
    """What a request takes."""
    meter.take()
    _get(reader, target)
    return meter.take()


def _get(reader: Handler, target: str) -> bytes:
    answer = reader(event_for(target, PACKED))
    if answer["statusCode"] != 200:
        raise BenchError(f"{target} is answered with {answer['statusCode']}")
    body = body_of(answer)
    return decompress(body) if answer["headers"].get("Content-Encoding") == "gzip" else body


@contextmanager
def _metering(archive: Archive) -> Iterator[Meter]:
    """A meter of all calls of the functions, which make their clients anew for it."""
    for forget in (aws.session.cache_clear, bootstrap.forget):
        forget()
    meter = Meter(archive.look_up)
    meter.attach(boto3.Session(botocore_session=aws.session()))
    try:
        yield meter
    finally:
        for forget in (aws.session.cache_clear, bootstrap.forget):
            forget()
