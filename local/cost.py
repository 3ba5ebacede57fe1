"""`make cost`: what a month costs, into docs/cost.md.

From measured usage (docs/usage.json, which `make usage` measures anew), the template, and dated
prices (local/prices.json): the same files always give the same page.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local import bill, console
from local.bill import Price, Request
from local.template import PROJECT, default_parameters, read_template

PAGE = PROJECT / "docs" / "cost.md"

READS: Mapping[str, float] = {
    "1 read a day": bill.DAYS,
    "1,000 a day": 1_000 * bill.DAYS,
    "100,000 a month": 100_000,
    "1,000,000 a day": 1_000_000 * bill.DAYS,
}
YEARS = (1, 5, 10)
TARGET, FEW, MOST = "100,000 a month", "1,000 a day", "1,000,000 a day"
AIM = 1.0
"""US dollars that a month with the target's reads should stay below, X aside."""
RECOVERY = "DynamoDB, point-in-time recovery"

SERVICES: Mapping[str, Sequence[str]] = {
    "DynamoDB, reads": ["dynamodb_reads"],
    "DynamoDB, writes": ["dynamodb_writes"],
    "DynamoDB, storage": ["dynamodb_storage"],
    RECOVERY: ["dynamodb_recovery"],
    "S3, storage": ["s3_storage"],
    "S3, requests": ["s3_puts", "s3_gets"],
    "Lambda, requests": ["lambda_requests"],
    "Lambda, time": ["lambda_arm64"],
    "API Gateway": ["http_api_requests"],
    "Data transfer out": ["transfer_out"],
    "CloudWatch, logs": ["log_ingestion", "log_storage"],
    "CloudWatch, metrics": ["metrics"],
    "CloudWatch, alarms": ["alarms"],
    "CloudWatch, dashboard": ["dashboards"],
    "Scheduler and mails": ["scheduler", "sns_emails"],
}

ATTACKS = {
    "the newest page": "/",
    "a feed": "/feeds/papers.atom",
    "a filtered feed": "/feeds/papers.json?category=cs.LG",
    "a search": "/search?q=agents",
}
"""What might be asked for all month long, besides the mix."""
DEAREST_SEARCH = Request(bytes=20_000, read_units=230, seconds=0.05, waiting=0.1)
"""A search that takes all it may: 12 queries and 400 cards (docs/decisions/0018-catalogue.md says
what units these are). Its bytes and seconds are guessed."""
CACHED = 0.9
"""Which part of requests a CDN answers by itself: assumed."""
HANDLED = {"Collector": "1,500 papers, 5,000 posts", "Renderer": "the sample day"}


@dataclass(frozen=True)
class Ledger:
    """Measured usage, and prices."""

    usage: Mapping[str, Any]
    prices: Mapping[str, Price]

    def costs(
        self, reads: float, years: float, request: Request | None = None, *, allowed: bool
    ) -> Mapping[str, float]:
        """What a month costs, by service."""
        amounts = bill.month(self.usage, reads, years, request)
        costs = bill.bill(amounts, self.prices, allowed=allowed)
        return {service: sum(costs[name] for name in names) for service, names in SERVICES.items()}

    def total(self, reads: float, years: float, *, allowed: bool) -> float:
        """What a month costs in all."""
        return sum(self.costs(reads, years, allowed=allowed).values())


def main() -> None:
    """Write the page."""
    PAGE.write_text(write_page(bill.read_usage(), bill.read_prices()))
    console.say(str(PAGE.relative_to(PROJECT)))


def write_page(usage: Mapping[str, Any], prices: Mapping[str, Price]) -> str:
    """The page, in Markdown."""
    environment = Environment(  # noqa: S701 - no HTML
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["dollars"] = _dollars
    ledger = Ledger(usage, prices)
    told = _summary(ledger) | _tables(ledger) | _limits(ledger) | _assumptions()
    return environment.get_template("cost.md.j2").render(told)


# What is told


def _summary(ledger: Ledger) -> dict[str, Any]:
    reads = READS[TARGET]
    free = [ledger.total(reads, years, allowed=True) for years in YEARS]
    paid = ledger.costs(reads, YEARS[0], allowed=False)
    return {
        **{name: ledger.usage[name] for name in ("measured", "machine", "week")},
        "papers": f"{ledger.usage['papers']:,}",
        "free": free,
        "paid": [ledger.total(reads, years, allowed=False) for years in YEARS],
        "years_below": _years_below(AIM, ledger),
        "recovery": ledger.costs(reads, YEARS[-1], allowed=True)[RECOVERY],
        "dashboard": paid["CloudWatch, dashboard"],
        "alarms": paid["CloudWatch, alarms"],
        "read": bill.average_request(ledger.usage),
        "log_bytes": bill.request_log_bytes(ledger.usage),
    }


def _years_below(dollars: float, ledger: Ledger) -> int:
    """For how many whole years a month with the target's reads stays below a sum."""
    return next(
        years - 1
        for years in count(1)
        if ledger.total(READS[TARGET], years, allowed=True) >= dollars
    )


def _tables(ledger: Ledger) -> dict[str, Any]:
    return {
        "months": _table(_months(ledger)),
        "dominating": [
            (name, _dearest(ledger.costs(reads, 1, allowed=True))) for name, reads in READS.items()
        ],
        "years": _table(_years(ledger)),
        "mix": _table(_mix(ledger.usage)),
        "storage": _table(_storage(ledger.usage)),
        "worst": _table(_worst(ledger)),
        "functions": _table(_functions(ledger.usage["processes"])),
        "prices": _table(_prices(ledger.prices)),
    }


def _limits(ledger: Ledger) -> dict[str, Any]:
    """What a limit, a CDN and X make of it."""
    each, reads = bill.average_request(ledger.usage), READS[MOST]
    behind = {**bill.month(ledger.usage, reads * (1 - CACHED), 1), "transfer_out": 0.0}
    edge = {"cloudfront_requests": reads, "cloudfront_transfer": reads * each.bytes / bill.GB}
    costs = bill.bill({**behind, **edge}, ledger.prices, allowed=True)
    parameters = default_parameters()
    posts, price = int(parameters["XMaxPosts"]), ledger.prices["x_posts"].dollars
    return {
        "rate": bill.requests_a_second(),
        "most_reads": _reads_at_the_limit(),
        "traffic": int(parameters["TrafficAlarm"]),
        "busiest": MOST,
        "busiest_reads": reads,
        "cached": CACHED,
        "edge_requests": costs["cloudfront_requests"],
        "edge_transfer": costs["cloudfront_transfer"],
        "edge_gigabytes": edge["cloudfront_transfer"],
        "behind": sum(costs[name] for name in behind),
        "before": ledger.total(reads, 1, allowed=True),
        "x_post": price,
        "x_posts": posts,
        "x_day": posts * price,
        "x_month": posts * price * bill.DAYS,
    }


def _assumptions() -> dict[str, Any]:
    looked_up = json.loads(bill.PRICES.read_text())
    return {
        "call_seconds": bill.CALL_SECONDS,
        "full_processor": bill.FULL_PROCESSOR,
        "waiting": bill.WAITING,
        "idle_seconds": bill.IDLE_SECONDS,
        "cold": bill.starts(READS[FEW]) / READS[FEW],
        "looked_up": looked_up["looked_up"],
        "region": looked_up["region"],
    }


# Tables

Rows = Iterable[Sequence[str]]


def _months(ledger: Ledger) -> Rows:
    yield ["", *(head for name in READS for head in (name, "no allowance"))]
    columns = [
        ledger.costs(reads, 1, allowed=allowed)
        for reads in READS.values()
        for allowed in (True, False)
    ]
    for service in SERVICES:
        yield [service, *(_cell(column[service]) for column in columns)]
    yield ["**together**", *(f"**{_dollars(sum(column.values()))}**" for column in columns)]


def _years(ledger: Ledger) -> Rows:
    yield ["", *(f"{years} years" if years > 1 else "1 year" for years in YEARS)]
    for name, reads in READS.items():
        for allowed in (True, False):
            totals = [ledger.total(reads, years, allowed=allowed) for years in YEARS]
            yield [name if allowed else f"{name}, no allowance", *map(_dollars, totals)]
    stored = [bill.amounts_of_runs(ledger.usage, years) for years in YEARS]
    for title, name in (("the table", "dynamodb_storage"), ("the bucket", "s3_storage")):
        yield [title, *(f"{amounts[name]:.2f} GB" for amounts in stored)]


def _mix(usage: Mapping[str, Any]) -> Rows:
    yield ["of 100 reads", "ask for", "have it", "bytes", "read units", "files", "ms"]
    for target, share in bill.MIX.items():
        new, known = (bill.request_for(usage, target, state) for state in ("new", "known"))
        mean = new.times(1 - share.known) + known.times(share.known)
        yield [
            f"{share.requests}",
            f"`{target}`",
            f"{share.known:.0%}",
            f"{mean.bytes:,.0f}",
            f"{mean.read_units:g}",
            f"{mean.gets:.1f}",
            f"{mean.seconds * 1_000:.1f}",
        ]


def _storage(usage: Mapping[str, Any]) -> Rows:
    whole = bill.table_bytes(usage)
    yield ["kind", "items", "KB", "share", "GB after 10 years"]
    kinds = usage["listing_date"]["table"].items()
    for kind, found in sorted(kinds, key=lambda each: -float(each[1]["bytes"])):
        yield [f"`{kind}`", f"{found['items']:,.1f}", *_sizes(found["bytes"], whole)]
    yield ["together", "", *_sizes(whole, whole)]


def _sizes(size: float, whole: float) -> Sequence[str]:
    after = size * bill.LISTING_DATES * 10 / bill.GB
    return f"{size / 1_000:,.1f}", f"{size / whole:.0%}", f"{after:.2f}"


def _worst(ledger: Ledger) -> Rows:
    yield ["what is asked for", "a month", "an hour", "the dearest"]
    asked = {
        "the mix": bill.average_request(ledger.usage),
        **{name: bill.request_for(ledger.usage, target) for name, target in ATTACKS.items()},
        "a search that takes all it may": DEAREST_SEARCH,
    }
    for name, each in asked.items():
        costs = ledger.costs(_reads_at_the_limit(), 1, each, allowed=True)
        whole = sum(costs.values())
        yield [name, f"${whole:,.0f}", _dollars(whole / bill.DAYS / 24), _dearest(costs)]


def _reads_at_the_limit() -> float:
    return bill.requests_a_second() * 86_400 * bill.DAYS


def _functions(processes: Mapping[str, Any]) -> Rows:
    yield ["function", "memory", "used at most", "handling", "starting"]
    resources = read_template()["Resources"]
    for name, start in processes["starts"].items():
        took = processes.get(name)
        yield [
            name,
            f"{resources[name]['Properties']['MemorySize']} MB",
            f"{took['megabytes']} MB ({HANDLED[name]})" if took else "–",
            f"{took['seconds'] - start:.2f} s" if took else "as above",
            f"{start:.2f} s",
        ]


def _prices(prices: Mapping[str, Price]) -> Rows:
    yield ["what", "US dollars", "for", "free each month", "source"]
    for name, price in prices.items():
        source = f"[{price.kind}]({price.source.removeprefix('docs/')})"
        yield [
            name.replace("_", " "),
            f"{price.dollars:.10f}".rstrip("0").rstrip("."),
            f"{price.per:,} {price.unit}" if price.per > 1 else f"one of {price.unit}",
            f"{price.free:,}" if price.free else "–",
            f"{source}: {price.note}" if price.note else source,
        ]


def _table(rows: Rows) -> str:
    return "\n".join(_lines(rows))


def _lines(rows: Rows) -> Iterator[str]:
    for number, cells in enumerate(rows):
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"|{' --- |' * len(cells)}"


def _dearest(costs: Mapping[str, float]) -> str:
    """The three dearest services, with their share of all."""
    whole = sum(costs.values())
    services = sorted(costs, key=lambda service: -costs[service])[:3]
    return "; ".join(f"{name} {costs[name] / whole:.0%}" for name in services)


def _cell(dollars: float) -> str:
    if dollars == 0:
        return "–"
    return f"{dollars:,.2f}" if dollars >= 0.005 else "<0.01"


def _dollars(dollars: float) -> str:
    return f"${dollars:,.2f}"


if __name__ == "__main__":
    console.run(main)
