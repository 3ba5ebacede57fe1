"""What a month costs: that it follows from what was measured, and that it is written down."""

import json
import re
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest

from local import bill, cost
from local.bill import Price, Request
from local.reading import TARGETS
from local.template import PROJECT, default_parameters

USAGE, PRICES = bill.read_usage(), bill.read_prices()


def price(dollars: float, per: float = 1, free: float = 0) -> Price:
    return Price(dollars, per, "things", free, "https://example.org/", "aws", "")


def test_the_page_is_the_one_that_make_cost_writes() -> None:
    assert cost.PAGE.read_text() == cost.write_page(USAGE, PRICES), "run make cost"


def test_a_month_of_a_hundred_thousand_reads_costs_less_than_a_dollar_for_years() -> None:
    ledger = cost.Ledger(USAGE, PRICES)
    months = [ledger.total(100_000, years, allowed=True) for years in range(11)]
    assert months == sorted(months)
    below = [years for years, dollars in enumerate(months) if dollars < cost.AIM]
    assert below[-1] >= 5
    assert f"met for **{below[-1]} years**" in cost.PAGE.read_text()
    # What goes beyond it is what has been stored.
    stored = ledger.costs(100_000, 10, allowed=True)[cost.RECOVERY]
    assert months[10] - stored < cost.AIM / 2


def test_every_price_says_where_and_when_it_was_looked_up() -> None:
    table = json.loads(bill.PRICES.read_text())
    assert date.fromisoformat(table["looked_up"]) <= datetime.now(UTC).date()
    assert table["region"] == "us-east-1"
    for name, each in PRICES.items():
        address = urlsplit(each.source)
        is_there = address.scheme == "https" or (PROJECT / each.source).is_file()
        assert is_there, name
        assert each.kind in table["kinds"], name
        assert min(each.dollars, each.free) >= 0, name
        assert each.per > 0, name


def test_what_is_free_is_taken_off_before_the_rest_is_paid() -> None:
    prices = {"a": price(0.2, per=1_000_000, free=1_000_000), "b": price(3, free=3), "c": price(2)}
    amounts = {"a": 3_500_000.0, "b": 1.0, "c": 0.25}
    assert bill.bill(amounts, prices, allowed=True) == pytest.approx({"a": 0.5, "b": 0, "c": 0.5})
    assert bill.bill(amounts, prices, allowed=False) == pytest.approx({"a": 0.7, "b": 3, "c": 0.5})


def test_all_that_is_used_has_a_price_and_is_shown_once() -> None:
    shown = [name for names in cost.SERVICES.values() for name in names]
    assert sorted(shown) == sorted(bill.month(USAGE, 1_000, 1))
    assert set(shown) <= set(PRICES)


def test_only_what_is_stored_grows_with_the_years() -> None:
    first, tenth = (bill.month(USAGE, 1_000, years) for years in (1, 10))
    grown = {name for name in first if tenth[name] != first[name]}
    assert grown == {"dynamodb_storage", "dynamodb_recovery", "s3_storage"}
    assert tenth["dynamodb_storage"] == pytest.approx(10 * first["dynamodb_storage"])


def test_what_is_asked_for_grows_with_the_reads_and_nothing_else_does() -> None:
    none, some, twice = (bill.month(USAGE, reads, 1) for reads in (1e-9, 1e6, 2e6))
    for name, amount in some.items():
        of_reads = amount - none[name]
        assert twice[name] - none[name] == pytest.approx(2 * of_reads, abs=1e-3), name
    assert some["http_api_requests"] == 1e6
    assert some["dynamodb_writes"] == none["dynamodb_writes"]
    assert some["metrics"] == none["metrics"]


def test_a_request_is_reckoned_by_what_it_takes() -> None:
    each = Request(bytes=bill.GB / 1_000, read_units=2, gets=3, seconds=0, waiting=0.01)
    runs = bill.amounts_of_runs(USAGE, 1)
    many = bill.month(USAGE, 1e6, 1, each)
    added = {name: many[name] - runs.get(name, 0) for name in many}
    assert added["transfer_out"] == pytest.approx(1_000)
    assert added["dynamodb_reads"] == pytest.approx(2e6)
    assert added["s3_gets"] == pytest.approx(3e6)
    # 10 ms, of half a gigabyte.
    assert added["lambda_arm64"] == pytest.approx(5_000, rel=0.001)


def test_the_mix_is_a_hundred_reads_of_what_was_measured() -> None:
    assert sum(share.requests for share in bill.MIX.values()) == 100
    assert set(bill.MIX) <= set(USAGE["requests"])
    assert set(USAGE["requests"]) == set(TARGETS)
    assert all(0 <= share.known <= 1 for share in bill.MIX.values())


def test_a_reader_who_has_a_page_costs_less() -> None:
    for target in ("/", "/feeds/papers.atom"):
        new, known = (bill.request_for(USAGE, target, state) for state in ("new", "known"))
        assert known.bytes < new.bytes / 10
        assert known.waiting <= new.waiting


def test_rare_readers_wait_for_a_start_and_frequent_ones_do_not() -> None:
    month = bill.DAYS
    assert bill.starts(month) / month == pytest.approx(1, abs=0.01)
    assert bill.starts(1_000 * month) / (1_000 * month) == pytest.approx(0.031, abs=0.001)
    assert bill.starts(1_000_000 * month) < 1e-9


def test_counts_come_from_the_template() -> None:
    assert bill.count_of("AWS::DynamoDB::Table") == 1
    # No more than AWS gives for nothing.
    assert 1 <= bill.count_of("AWS::CloudWatch::Alarm") <= PRICES["alarms"].free
    assert bill.count_of("AWS::CloudWatch::Dashboard") <= PRICES["dashboards"].free
    assert {"SpentUsd", "CollectionsFinished", "ApiFaults"} <= bill.custom_metrics()
    assert bill.requests_a_second() == float(default_parameters()["RequestsPerSecond"])


def test_what_a_function_is_given_is_more_than_what_it_took() -> None:
    for name in cost.HANDLED:
        memory, _ = bill.memory(name)
        assert USAGE["processes"][name]["megabytes"] < memory * 1_024 / 2


def test_every_number_of_the_usage_was_measured() -> None:
    kinds = USAGE["listing_date"]["table"]
    assert kinds["PAPER/LISTED"]["items"] == USAGE["papers"]
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", USAGE["measured"])
    assert USAGE["week"]["write_units"] > 7 * 1_000
