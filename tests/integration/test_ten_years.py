"""A table full of ten years: all answers are right, and as cheap as those of a small one."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest

from hotpapers import bootstrap
from hotpapers.domain.roundup import periods_of
from hotpapers.use_cases.feeds import FEED_PATHS
from local.calls import watching_calls
from local.cloud import Cloud
from local.stack import SITE_URL
from local.upstreams.server import ORIGINS, UpstreamServer
from tests.api import request
from tests.aws import Storage
from tests.decade import DAYS, FIRST, LAST, category_of, fill, is_quiet, is_rare, paper_of
from tests.records import DAY, dataset, paper, post
from tests.sitemaps import read_sitemap, read_sitemap_index

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(900)]

SMALL = DAYS[-60:]
"""An archive as it is after three months."""
FOUND = dataset((paper("2009.00001"), paper("2009.00002")), (post("1", "2009.00001"),))
EVENT = {"date": str(DAY), "time": "2020-09-20T13:13:43Z"}
NEWEST_WEEK, NEWEST_MONTH = "2020-W37", "2020-08"

ADDRESSES = (
    "/",
    "/digests/latest.html",
    f"/digests/{LAST}",
    f"/digests/{LAST}.md",
    f"/digests/{LAST}.html",
    f"/digests/{LAST}/papers",
    f"/digests/{SMALL[5]}.html",
    f"/digests/{NEWEST_WEEK}",
    f"/digests/{NEWEST_WEEK}.html",
    f"/digests/{NEWEST_MONTH}",
    "/digests?limit=20",
    "/digests.html",
    "/archive",
    "/archive/2020",
    "/sitemap.xml",
    "/sitemaps/2020.xml",
    f"/papers/{paper_of(LAST)}",
    f"/papers/{paper_of(LAST)}.html",
    "/papers/1501.99999",
    "/digests/2020-09-21",
    "/status",
    *(f"/{path}" for path in FEED_PATHS),
)
"""What is asked of both archives, whose newest days are the same."""
SEARCHES = (
    "/search?q=phlogiston",
    "/search?q=engine&limit=100",
    "/search?q=nothing+of+the+kind",
    "/search?category=cs.LG,stat.ML&exclude=engine",
    "/search?min=999999",
    "/search?category=cs.*&q=steam&author=Nobody",
    "/digests?q=phlogiston&limit=100",
    "/digests?category=cs.LG&min=999999",
    "/feeds/papers.json?q=phlogiston",
    "/feeds/digests.json?category=stat.ML&limit=30",
    "/feeds/digests.json?limit=30",
)
MOST_CALLS = 48
"""Three searches of sixteen calls each: all that a list of days can cause."""


@dataclass
class Calls:
    """The calls of AWS that are made meanwhile, by name."""

    made: Counter[str] = field(default_factory=Counter)

    def count(self, model: Any, **_: object) -> None:
        self.made[model.name] += 1

    def take(self) -> Mapping[str, int]:
        """What was made since this was last asked."""
        made, self.made = dict(self.made), Counter()
        return made


@dataclass(frozen=True)
class Usage:
    """What was answered, and by which calls, at each address and by each function."""

    answers: Mapping[str, Any]
    calls: Mapping[str, Mapping[str, int]]


@contextmanager
def archive(days: Sequence[date]) -> Iterator[Cloud]:
    """An archive of some days, which knows the upstreams."""
    with UpstreamServer(FOUND, today=DAY) as upstreams:
        settings = dict.fromkeys(ORIGINS, upstreams.url) | {
            "SOURCES": "x",
            "ARXIV_DELAY_SECONDS": "0",
        }
        with Cloud(settings, {"X_BEARER_TOKEN": "secret"}) as cloud:
            Storage(cloud.stack)
            fill(cloud, days)
            yield cloud


def use(cloud: Cloud) -> Usage:
    """Use everything: first the addresses, then the functions that write."""
    calls, answers, made = Calls(), dict[str, Any](), dict[str, Mapping[str, int]]()
    span = {"from": str(SMALL[-3]), "to": str(LAST)}
    of_old = {**EVENT, "date": str(SMALL[0]), "backfill": True}
    entries: Mapping[str, Callable[[], object]] = {
        **{each: partial(cloud.request, request(each)) for each in (*ADDRESSES, *SEARCHES)},
        "collector": partial(cloud.collect, EVENT),
        "renderer": cloud.render_new,
        "collector, again": partial(cloud.collect, EVENT),
        "collector, of what is due": partial(cloud.collect, {"time": "2020-09-21T13:00:00Z"}),
        "renderer, of that": cloud.render_new,
        "backfill of what is final": partial(cloud.collect, of_old),
        "order of a backfill": partial(cloud.backfill, {"order": span, "time": EVENT["time"]}),
        "publication by hand": lambda: bootstrap.renderer().render_again(SMALL[-3], LAST),
        "newest, then": partial(cloud.request, request("/digests/latest")),
        "feed, then": partial(cloud.request, request("/feeds/digests.json")),
    }
    with watching_calls("before-call", calls.count):
        for name, entry in entries.items():
            answers[name] = entry()
            made[name] = calls.take()
    return Usage(answers, made)


@pytest.fixture(scope="module")
def small() -> Usage:
    """What becomes of all that in a small archive."""
    with archive(SMALL) as cloud:
        return use(cloud)


@pytest.fixture(scope="module")
def cloud(small: Usage) -> Iterator[Cloud]:
    """The archive of ten years; there is one of moto's at a time."""
    del small
    with archive(DAYS) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def large(cloud: Cloud) -> Usage:
    """What becomes of it in ten years' archive; the tests that read on come after."""
    return use(cloud)


# As in a small one

DIFFERENT = frozenset(
    {"/archive", "/archive/2020", "/sitemap.xml", "/sitemaps/2020.xml", "/digests", "/digests.html"}
)
"""What shows how far back the archive goes."""


def test_every_entry_point_makes_the_same_calls_as_in_a_small_archive(
    small: Usage, large: Usage
) -> None:
    same = [name for name in small.calls if name not in SEARCHES]
    assert {name: large.calls[name] for name in same} == {name: small.calls[name] for name in same}
    most = {name: sum(large.calls[name].values()) for name in SEARCHES}
    assert max(most.values()) <= MOST_CALLS, most


def test_every_entry_point_answers_as_in_a_small_archive(small: Usage, large: Usage) -> None:
    statuses = {name: large.answers[name]["statusCode"] for name in (*ADDRESSES, *SEARCHES)}
    missing = {"/papers/1501.99999", "/digests/2020-09-21"}
    assert statuses == {name: 404 if name in missing else 200 for name in statuses}
    same = [
        name
        for name in small.answers
        if name not in SEARCHES and name.partition("?")[0] not in DIFFERENT
    ]
    different = [name for name in same if large.answers[name] != small.answers[name]]
    assert different == []
    assert large.answers["renderer"] == 1
    assert large.answers["collector"]["digests"][0]["outcome"] == "saved"
    assert large.answers["backfill of what is final"]["outcome"] == "kept"


# To the end


def walk(cloud: Cloud, address: str) -> Iterator[Any]:
    """The pages of a list as JSON, from one to the next; each within what a request may cause."""
    calls = Calls()
    following: str | None = address
    with watching_calls("before-call", calls.count):
        while following:
            answer = cloud.request(request(following))
            assert answer["statusCode"] == 200, following
            assert sum(calls.take().values()) <= MOST_CALLS, following
            page = json.loads(answer["body"])
            yield page
            link = answer["headers"].get("Link", "")
            following = link.partition("<")[2].partition(">")[0] or next_of(page)


def next_of(page: Any) -> str | None:
    """Where a feed goes on, as a path."""
    address = page.get("next_url")
    return address.removeprefix(SITE_URL) if address else None


WITH_PAPERS = [day for day in reversed(DAYS) if not is_quiet(day)]
LISTS: Mapping[str, Callable[[date], bool]] = {
    "/search?min=0&limit=100": lambda _: True,
    "/search?q=engine&limit=100": lambda _: True,
    "/search?q=phlogiston&limit=7": is_rare,
    "/search?q=phlogiston+engine&category=cs.LG": lambda day: is_rare(day) and is_ours(day),
    "/search?category=cs.LG&exclude=phlogiston&limit=100": lambda day: (
        is_ours(day) and not is_rare(day)
    ),
    "/search?exclude=steam&min=1&limit=50": is_rare,
    "/search?q=nothing+of+the+kind": lambda _: False,
    "/search?min=999999&limit=100": lambda _: False,
    "/feeds/papers.json?min=0&limit=100": lambda _: True,
    "/feeds/papers.json?q=phlogiston&limit=10": is_rare,
}
"""Lists of papers, and of which days."""


def is_ours(day: date) -> bool:
    return category_of(day) == "cs.LG"


@pytest.mark.parametrize("address", LISTS)
def test_a_list_of_papers_goes_to_the_end_and_has_each_once(
    cloud: Cloud, large: Usage, address: str
) -> None:
    del large  # by which there is one more day
    pages = [*walk(cloud, address)]
    found = [
        entry["id"] if "papers" in page else entry["url"].rpartition("/")[2]
        for page in pages
        for entry in page.get("papers", page.get("items"))
    ]
    of_before = [each for each in found if each not in ("2009.00001", "2009.00002")]

    assert of_before == [paper_of(day) for day in WITH_PAPERS if LISTS[address](day)]


def test_lists_of_days_go_to_the_end_and_have_each_once(cloud: Cloud, large: Usage) -> None:
    del large
    newest_first = [str(day) for day in reversed(DAYS)]
    rare = [str(day) for day in WITH_PAPERS if is_rare(day)]
    for address, expected in (
        ("/digests?limit=100", newest_first),
        ("/digests?q=phlogiston&limit=100", rare),
        ("/digests?exclude=steam&limit=9", rare),
    ):
        found = [head["date"] for page in walk(cloud, address) for head in page["digests"]]
        assert [day for day in found if day <= str(LAST)] == expected, address
    items = [item for page in walk(cloud, "/feeds/digests.json?limit=30") for item in page["items"]]
    of_days = [item["url"].rpartition("/")[2] for item in items]
    assert [day for day in of_days if day <= str(LAST)] == newest_first


def test_each_year_has_its_calendar_and_its_sitemap(cloud: Cloud, large: Usage) -> None:
    del large
    index = read_sitemap_index(cloud.request(request("/sitemap.xml"))["body"].encode())
    years = range(FIRST.year, LAST.year + 1)
    assert index == [f"{SITE_URL}/sitemaps/{year}.xml" for year in years]
    pages, calendars = list[str](), list[str]()
    for year in years:
        sitemap = cloud.request(request(f"/sitemaps/{year}.xml"))["body"].encode()
        pages += [urlsplit(address).path for address, _ in read_sitemap(sitemap)]
        calendar = cloud.request(request(f"/archive/{year}"))["body"]
        calendars += sorted(set(re.findall(rf'href="/digests/({year}-[0-9-]+)"', calendar)))
    listed = [path.rpartition("/")[2] for path in pages if path.startswith("/digests/")]
    days = [name for name in listed if re.fullmatch(r"\d{4}-\d\d-\d\d", name)]

    assert [day for day in days if day <= str(LAST)] == [str(d) for d in reversed(WITH_PAPERS)]
    assert {day for day in calendars if len(day) == 10 and day <= str(LAST)} == {
        str(day) for day in DAYS
    }
    periods = [name for name in listed if name not in days]
    assert len(periods) == len(set(periods))
    assert sorted(periods) == sorted(COMPLETE)
    statuses = {cloud.request(request(f"/digests/{name}"))["statusCode"] for name in COMPLETE}
    assert statuses == {200}


COMPLETE = [
    period.name
    for period in dict.fromkeys(period for day in DAYS for period in periods_of(day))
    if period.listing_dates[-1] <= LAST
]
"""The weeks and months that are complete."""
