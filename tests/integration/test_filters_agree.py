"""A filter gives the same papers wherever it is asked for: those that it says, and all of them."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import boto3
import feedparser
import html5lib
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.domain.calendar import final_at
from hotpapers.domain.digest import Attention, Digest
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.sources import SOURCES
from hotpapers.use_cases.measure import make_edition
from local.cloud import Cloud
from tests.api import request
from tests.archive import listing_dates
from tests.aws import Bucket, Storage, Table
from tests.builders import OK, X_ONLY, digests, make_entry, make_paper
from tests.catalogue import CATEGORIES, NAMES, PATTERNS, TITLES
from tests.filtering import Json, Query, told_words, wanted
from tests.hostile import ATTACKS, hostile_texts
from tests.periods import MONDAY, WEEK, day_of, final, measured_again, quiet
from tests.properties import examples

NEWEST = date(2020, 9, 22)
X_AND_BLUESKY = {**X_ONLY, "bluesky": OK}


# Archives


def make_digest(day: date, texts: Sequence[str], numbers: Iterator[int]) -> Digest:
    """A day's digest: its papers have these texts, and what a stream of numbers gives them."""
    take = partial(next, numbers)

    def some(values: Sequence[str], most: int) -> tuple[str, ...]:
        return tuple(values[take() % len(values)] for _ in range(take() % most + 1))

    papers = [
        make_paper(
            f"{day:%y%m}.{day.day:02}{rank:03}",
            title=" ".join([*some(TITLES, 3), text]).strip(),
            authors=tuple(dict.fromkeys(some(NAMES, 3))),
            categories=tuple(dict.fromkeys(some(CATEGORIES, 2))),
            abstract=some(("", "We weave.", "Looms of Ada", *texts), 1)[0],
        )
        for rank, text in enumerate(texts, start=1)
    ]
    scores = sorted((take() % 120 for _ in papers), reverse=True)
    entries = [
        replace(make_entry(rank, paper), attention=attention(score, take()))
        for rank, (paper, score) in enumerate(zip(papers, scores, strict=True), start=1)
    ]
    return Digest(day, final_at(day), tuple(entries), X_AND_BLUESKY, final=True)


def attention(score: int, number: int) -> dict[str, Attention]:
    """A score from X, from Bluesky, or from both; sometimes nobody knows what one of them has."""
    on_x = (0, score, score // 2)[number % 3]
    told = {"x": on_x, "bluesky": score - on_x}
    if number % 5 == 0:
        told = {name: points for name, points in told.items() if points}
    return {
        name: Attention({"reposts": 0, "likes": points}, min(points, 1), Decimal(points))
        for name, points in told.items()
    }


def numbers() -> Iterator[int]:
    """Numbers without a pattern that matters, the same each time (Lehmer, 1951)."""
    number = 1815
    while True:
        number = number * 48_271 % 2_147_483_647
        yield number >> 8


def make_archive(days: Sequence[date], most_papers: int) -> list[Digest]:
    """Digests of days, with up to so many papers; one of them is of a quiet day."""
    stream = numbers()
    attacks = (ATTACKS[next(stream) % len(ATTACKS)] for _ in iter(int, 1))
    return [
        quiet(day)
        if day == WEEK.listing_dates[2]
        else make_digest(
            day,
            [next(attacks) if rank % 2 else "" for rank in range(next(stream) % most_papers + 1)],
            stream,
        )
        for day in days
    ]


def store(cloud: Cloud, *digests: Digest) -> None:
    """Keep digests, and publish them."""
    editions = DynamoDBEditions(boto3.Session().client("dynamodb"), cloud.stack.table_name)
    for digest in digests:
        editions.save(make_edition(digest))
    cloud.render_new()


# Reading


@dataclass(frozen=True)
class Reader:
    """Who asks the API, with the means of anybody."""

    cloud: Cloud

    def get(self, target: str, **headers: str) -> Any:
        """The answer to a request."""
        return self.cloud.request(request(target, **headers))

    def text(self, target: str, **headers: str) -> str:
        """The text at an address, which there has to be."""
        answer = self.get(target, **headers)
        assert answer["statusCode"] == 200, (target, answer["body"])
        body: str = answer["body"]
        return body

    def json(self, target: str) -> Json:
        """The document at an address."""
        return json.loads(self.text(target))

    def walk(self, path: str, query: Query, **paging: str) -> list[Json]:
        """The documents of a list, all of them."""
        return list(self.steps(path, query, **paging))

    def steps(self, path: str, query: Query, **paging: str) -> Iterator[Json]:
        """The documents of a list, as their cursors lead from one to the next."""
        document = self.json(address(path, query, **paging))
        yield document
        while "cursor" in document:
            onward = {**paging, "cursor": document["cursor"]}
            document = self.json(address(path, query, **onward))
            yield document

    def papers(self, path: str, query: Query, **paging: str) -> list[Json]:
        """The papers of such a list."""
        return [paper for page in self.walk(path, query, **paging) for paper in page["papers"]]

    def feed_pages(self, path: str, query: Query, **paging: str) -> Iterator[list["FeedItem"]]:
        """The entries of a feed's pages, as their links lead from one to the next."""
        target: str | None = address(path, query, **paging)
        while target:
            items, following = read_feed(self.text(target))
            yield items
            target = following and urlsplit(following)._replace(scheme="", netloc="").geturl()

    def page(self, target: str) -> "Page":
        """The page at an address."""
        document = self.text(target, accept="text/html")
        return Page(html5lib.parse(document, namespaceHTMLElements=False))

    def pages(self, target: str) -> Iterator["Page"]:
        """The pages of a list, as their links lead from one to the next."""
        following: str | None = target
        while following:
            page = self.page(following)
            yield page
            following = page.following


@dataclass(frozen=True)
class FeedItem:
    """An entry of a feed: the path that it leads to, and its content."""

    path: str
    content: str

    @property
    def papers(self) -> list[str]:
        """The ids of the papers that have a heading in the content, in its order."""
        return re.findall(r'<h3>\d+\. <a href="[^"]*/papers/([^"]*)"', self.content)


def read_feed(document: str) -> tuple[list[FeedItem], str | None]:
    """The entries of a feed in any format, and where it goes on."""
    if document.startswith("{"):
        feed = json.loads(document)
        items = [FeedItem(path_of(each["url"]), each["content_html"]) for each in feed["items"]]
        return items, feed.get("next_url")
    read = feedparser.parse(document.encode(), sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo
    following = [link.href for link in read.feed.links if link.rel == "next"]
    items = [FeedItem(path_of(each.link), each.content[0].value) for each in read.entries]
    return items, following[0] if following else None


def path_of(link: str) -> str:
    """The path of a link, without the query of a filter."""
    return urlsplit(link).path


@dataclass(frozen=True)
class Page:
    """A page as a browser has it."""

    root: Any

    @property
    def articles(self) -> list[str]:
        """The ids of the papers that are shown in full."""
        return [each.get("id") for each in self.root.iter("article") if each.get("id")]

    @property
    def headings(self) -> list[str]:
        """The ids of the papers whose titles are headings."""
        links = [each for heading in self.root.iter("h3") for each in heading.iter("a")]
        return [each.get("href").removeprefix("/papers/") for each in links]

    @property
    def days(self) -> list[str]:
        """The paths of the digests that are listed."""
        lists = [each for each in self.root.iter("ol") if each.get("class") == "digest-list"]
        return [path_of(each.get("href")) for found in lists for each in found.iter("a")]

    @property
    def following(self) -> str | None:
        """Where the list goes on."""
        onward = [each for each in self.root.iter("p") if each.get("class") == "go-on"]
        links = [each.get("href") for found in onward for each in found.iter("a")]
        return links[0] if links else None


def address(path: str, query: Query, **more: str) -> str:
    """A path with what is asked for."""
    asked = urlencode([*query.items(), *more.items()], errors="replace")
    return f"{path}?{asked}" if asked else path


# What is asked for


def queries() -> st.SearchStrategy[dict[str, str]]:
    """Questions of which any can be answered, by few words, so that there is often something."""
    phrases = st.lists(st.sampled_from([*TITLES, "Ada", "7"]), min_size=1, max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            "category": several(PATTERNS),
            "q": phrases.map(" ".join).filter(lambda text: any(told_words(text))),
            "author": several(("Ada", "Gödel", "Lovelace Ada", "kurt GODEL", "an", "Nobody")),
            "min": st.integers(0, 120).map(str),
            "source": several(tuple(SOURCES)),
            "exclude": several(("cats", "cs.*", "hep-th", "loom of Ada", "few-shot", "math.NA")),
        },
    )


def several(values: Sequence[str]) -> st.SearchStrategy[str]:
    """A list of one to three of some values."""
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(",".join)


def limits() -> st.SearchStrategy[int | None]:
    """No limit, or a small one."""
    return st.none() | st.integers(1, 7)


# The oracle


@dataclass(frozen=True)
class Truth:
    """Every digest and roundup, as its JSON has it when nothing is filtered; days newest first."""

    digests: dict[str, Json]
    roundups: dict[str, Json]

    @classmethod
    def read(cls, reader: Reader, *roundups: str) -> Self:
        """Read it all."""
        heads = [head for page in reader.walk("/digests", {}) for head in page["digests"]]
        return cls(
            {head["date"]: reader.json(f"/digests/{head['date']}") for head in heads},
            {name: reader.json(f"/digests/{name}") for name in roundups},
        )

    def days(self, query: Query) -> dict[str, list[Json]]:
        """The papers that are asked for, by rank, by their days: those that have some."""
        found = {day: wanted(digest["papers"], query) for day, digest in self.digests.items()}
        return {day: papers for day, papers in found.items() if papers}

    def found(self, query: Query) -> list[Json]:
        """The papers that are asked for as a search gives them, newest first."""
        cards = [
            {name: self.digests[day][name] for name in ("date", "measured_at", "final")} | paper
            for day, papers in self.days(query).items()
            for paper in papers
        ]
        return sorted(cards, key=itemgetter("date", "id"), reverse=True)


STEP = 4
"""Of so many digests one is read with a question: which one depends on the question."""


def check(reader: Reader, truth: Truth, query: Query, limit: int | None, suffix: str) -> None:
    """Everywhere there is what is asked for, all of it, and nothing else."""
    paging = {} if limit is None else {"limit": str(limit)}
    some = dict(
        islice(truth.digests.items(), len(query) % min(STEP, len(truth.digests)), None, STEP)
    )
    for name, whole in {**some, **truth.roundups}.items():
        check_document(reader, name, whole, query, paging)
    check_lists(reader, truth, query, paging)
    check_feeds(reader, truth, query, paging, suffix)


def check_document(
    reader: Reader, name: str, whole: Json, query: Query, paging: dict[str, str]
) -> None:
    """A digest or roundup, its papers alone, and its page."""
    path, papers = f"/digests/{name}", wanted(whole["papers"], query)
    extracts = reader.walk(path, query, **paging)
    assert [paper for page in extracts for paper in page["papers"]] == papers
    rest = {key: value for key, value in whole.items() if key != "papers"}
    for page in extracts:
        page.pop("cursor", None)
        assert page.pop("papers") or not papers
        assert page == rest
    assert reader.papers(f"{path}/papers", query, **paging) == papers
    ids = [paper["id"] for paper in papers]
    if "period" in whole:
        shown = reader.page(address(f"{path}", query)).headings
    else:
        pages = reader.pages(address(f"{path}", query, **paging))
        shown = [paper for page in pages for paper in page.articles]
    assert shown == ids


def check_lists(reader: Reader, truth: Truth, query: Query, paging: dict[str, str]) -> None:
    """The search and the list of days, as data and as pages."""
    found, days = truth.found(query), truth.days(query)
    assert reader.papers("/search", query, **paging) == found
    listed = [head for page in reader.walk("/digests", query, **paging) for head in page["digests"]]
    told = {head["date"]: head.get("matches") for head in listed}
    expected = {day: len(papers) for day, papers in days.items()}
    assert told == (expected if query else dict.fromkeys(truth.digests))
    assert list(told) == (list(expected) if query else list(truth.digests))
    pages = list(reader.pages(address("/digests", query, **paging)))
    assert [day for page in pages for day in page.days] == [f"/digests/{day}" for day in told]
    if query:
        pages = list(reader.pages(address("/search", query, **paging)))
        assert [each for page in pages for each in page.headings] == ids_of(found)


def check_feeds(
    reader: Reader, truth: Truth, query: Query, paging: dict[str, str], suffix: str
) -> None:
    """The feeds in a format, from the first page to the last."""
    found = truth.found(query)
    pages = list(reader.feed_pages(f"/feeds/papers.{suffix}", query, **paging))
    entries = [item.path.removeprefix("/papers/") for page in pages for item in page]
    assert sorted(entries) == sorted(ids_of(found))
    rank = {paper["id"]: (paper["date"], -paper["rank"]) for paper in found}
    for page in pages:
        places = [rank[item.path.removeprefix("/papers/")] for item in page]
        assert places == sorted(places, reverse=True)
    days = [
        item
        for page in reader.feed_pages(f"/feeds/digests.{suffix}", query, **paging)
        for item in page
    ]
    shown = (
        truth.days(query) if query else {day: each["papers"] for day, each in truth.digests.items()}
    )
    expected = [(f"/digests/{day}", ids_of(papers)) for day, papers in shown.items()]
    assert [(item.path, item.papers) for item in days] == expected


def ids_of(papers: Iterable[Json]) -> list[str]:
    """The ids of papers, in their order."""
    return [paper["id"] for paper in papers]


# Everywhere the same

SEVERAL = settings(
    max_examples=examples(50), deadline=None, phases=[Phase.explicit, Phase.generate]
)
"""Without shrinking: an example takes a third of a second."""
FORMATS = st.sampled_from(["atom", "rss", "json"])

Archive = tuple[Reader, Truth]


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        yield cloud


@pytest.fixture(scope="module")
def twelve_days(cloud: Cloud) -> tuple[Table, Bucket, Truth]:
    """With more than a feed of the newest has; a week of them was rounded up."""
    storage = Storage(cloud.stack)
    storage.wipe()
    store(cloud, *reversed(make_archive(listing_dates(12, NEWEST), 6)))
    return storage.table(), storage.bucket(), Truth.read(Reader(cloud), WEEK.name)


@pytest.fixture
def archive(cloud: Cloud, twelve_days: tuple[Table, Bucket, Truth]) -> Archive:
    """An archive of these days, whatever other tests left."""
    table, bucket, truth = twelve_days
    storage = Storage(cloud.stack)
    storage.wipe()
    storage.fill(table, bucket)
    cloud.account.records_to_render()  # nothing of it is new
    return Reader(cloud), truth


def test_filters_give_the_same_of_a_small_archive(cloud: Cloud) -> None:
    Storage(cloud.stack).wipe()
    store(cloud, *make_archive(listing_dates(2, NEWEST), 5))
    reader = Reader(cloud)
    truth = Truth.read(reader)
    for query, limit, suffix in QUESTIONS:
        found = truth.found(query)
        for name in query:  # each leaves something out
            assert found != truth.found({key: query[key] for key in query if key != name})
        check(reader, truth, query, limit, suffix)


QUESTIONS: Sequence[tuple[Query, int | None, str]] = (
    ({"q": "godel", "source": "x", "exclude": "engine"}, 1, "atom"),
    ({"author": "Gödel", "min": "40", "category": "math.*"}, None, "json"),
)


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_a_filter_gives_the_same_everywhere(archive: Archive) -> None:
    @SEVERAL
    @given(query=queries(), limit=limits(), suffix=FORMATS)
    @example(query={}, limit=None, suffix="atom")
    @example(query={}, limit=1, suffix="rss")
    @example(query={"min": "0"}, limit=None, suffix="json")
    def is_the_same(query: Query, limit: int | None, suffix: str) -> None:
        check(*archive, query, limit, suffix)

    is_the_same()


ADDRESSES = (
    "/digests",
    "/digests/latest",
    "/digests/2020-09-18/papers",
    "/digests/2020-W38",
    "/search",
    "/feeds/papers.atom",
    "/feeds/digests.json",
)
"""Where there are filters."""
NAMES_OF_FILTERS = ("category", "q", "author", "min", "source", "exclude")


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_what_is_no_filter_is_refused_everywhere_alike(archive: Archive) -> None:
    """And what is one is none of our faults, whatever it is."""
    reader, _ = archive
    texts = hostile_texts(surrogates=True) | st.sampled_from(ATTACKS)

    @SEVERAL
    @given(query=st.dictionaries(st.sampled_from(NAMES_OF_FILTERS), texts, min_size=1, max_size=2))
    def is_refused_alike(query: Query) -> None:
        answers = [reader.get(address(path, query)) for path in ADDRESSES]
        refusals = {each["body"] for each in answers if each["statusCode"] == 400}
        assert {each["statusCode"] for each in answers} in ({200}, {400})
        assert len(refusals) <= 1

    is_refused_alike()


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_a_filter_gives_the_same_of_any_archive(cloud: Cloud) -> None:
    """Of digests with texts that nobody chose, and papers by anybody."""
    storage = Storage(cloud.stack)

    @settings(SEVERAL, max_examples=examples(8))
    @given(
        found=st.lists(digests(3, "x", "bluesky"), min_size=1, max_size=4),
        asked=st.lists(st.tuples(queries(), limits(), FORMATS), min_size=4, max_size=4),
    )
    def is_the_same(found: list[Digest], asked: list[tuple[Query, int | None, str]]) -> None:
        storage.wipe()
        days = listing_dates(len(found), NEWEST)
        store(cloud, *(on(day, digest) for day, digest in zip(days, found, strict=True)))
        reader = Reader(cloud)
        truth = Truth.read(reader)
        for query, limit, suffix in asked:
            check(reader, truth, query, limit, suffix)

    is_the_same()


def on(day: date, digest: Digest) -> Digest:
    """A digest as though it were of another day, with the ids of that day's papers."""
    papers = tuple(
        replace(
            entry, paper=replace(entry.paper, id=PaperId(f"{day:%y%m}.{day.day:02}{number:03}"))
        )
        for number, entry in enumerate(digest.papers)
    )
    return replace(digest, date=day, papers=papers, listing=None)


# Cursors


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_a_cursor_is_of_one_question(archive: Archive) -> None:
    """That of another list or another filter, a piece of one, or one that was changed is none."""
    reader, _ = archive
    lists = [
        ("/digests", {"min": "1"}),
        ("/digests", {}),
        ("/digests/2020-09-22", {}),
        ("/digests/2020-09-21", {}),
        ("/digests/2020-W38", {}),
        ("/search", {}),
        ("/search", {"min": "1"}),
        ("/feeds/papers.json", {}),
        ("/feeds/digests.json", {}),
    ]
    cursors = [first_cursor(reader, path, query) for path, query in lists]

    assert len(set(cursors)) == len(cursors)
    of_digests = {
        cursor for cursor, (path, _) in zip(cursors, lists, strict=True) if "/2020" in path
    }
    for own, (path, query) in zip(cursors, lists, strict=True):
        for cursor in (*cursors, *spoilt(own)):
            if cursor == own:
                continue
            answer = reader.get(address(path, {**query, "cursor": cursor}))
            # That of another digest may as well be of this one as it was before.
            status = 410 if {cursor, own} <= of_digests else 400
            assert (answer["statusCode"], cursor) == (status, cursor)
            assert json.loads(answer["body"])["detail"].startswith(SAID[status])


SAID = {400: "cursor: must be one that", 410: "it has been measured again since"}


def first_cursor(reader: Reader, path: str, query: Query) -> str:
    """The cursor to the second page of a list."""
    page = reader.json(address(path, {**query, "limit": "1"}))
    if "cursor" in page:
        return str(page["cursor"])
    (cursor,) = parse_qs(urlsplit(page["next_url"]).query)["cursor"]
    return str(cursor)


def spoilt(cursor: str) -> Iterator[str]:
    """What is no cursor any more."""
    yield from (cursor[:end] for end in range(len(cursor)))
    yield from (cursor + more for more in ("A", "=", "==", ".", "%00", "\0", "é"))
    for place, character in enumerate(cursor):
        yield f"{cursor[:place]}{'A' if character != 'A' else 'B'}{cursor[place + 1 :]}"
    position = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[:-6]
    for forged in (position, position + bytes(6), b"2020-09-19#" + bytes(6), bytes(6), b"\xff" * 9):
        yield urlsafe_b64encode(forged).decode().rstrip("=")
    yield cursor * 2
    yield "A" * 100_000
    yield f"{cursor},{cursor}"


@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize("query", [{}, {"q": "engine"}, {"category": "cs.*"}], ids=str)
@pytest.mark.parametrize("limit", [1, 3])
def test_a_list_that_grows_gives_each_entry_once(cloud: Cloud, query: Query, limit: int) -> None:
    """What was there when a reader began is there; of what came later, some may be."""
    Storage(cloud.stack).wipe()
    first, second, later = grown_archive()
    store(cloud, *first)
    reader = Reader(cloud)
    walks: dict[str, Iterator[list[str]]] = {
        "/search": walk_search(reader, query, limit),
        "/digests": walk_days(reader, query, limit),
        "/feeds/papers.atom": walk_feed(reader, "/feeds/papers.atom", query, limit),
        "/feeds/digests.rss": walk_feed(reader, "/feeds/digests.rss", query, limit),
    }
    whole = {path: list(chain.from_iterable(again(reader, path, query))) for path in walks}

    met = {path: next(walk) for path, walk in walks.items()}
    store(cloud, *second)
    met = {path: met[path] + next(walk, []) for path, walk in walks.items()}
    store(cloud, *later)
    met = {path: met[path] + list(chain.from_iterable(walk)) for path, walk in walks.items()}

    for path, entries_met in met.items():
        assert len(entries_met) == len(set(entries_met)), path
        there = set(whole[path])
        of_before = [entry for entry in entries_met if entry in there]
        if path == "/feeds/papers.atom":  # by rank within a page
            assert sorted(of_before) == sorted(whole[path])
        else:
            assert of_before == whole[path], path


def grown_archive() -> tuple[list[Digest], list[Digest], list[Digest]]:
    """Digests: those of the beginning, and what comes later, between, after and before them."""
    days = make_archive(listing_dates(9, NEWEST), 4)
    return days[2:6] + days[7:8], [days[1], days[6]], [days[0], days[8]]


def again(reader: Reader, path: str, query: Query) -> Iterator[list[str]]:
    """A list on pages as large as there are."""
    if path == "/search":
        return walk_search(reader, query, 100)
    if path == "/digests":
        return walk_days(reader, query, 100)
    return walk_feed(reader, path, query, 100)


def walk_search(reader: Reader, query: Query, limit: int) -> Iterator[list[str]]:
    """The ids of what is found, page by page."""
    for page in reader.steps("/search", query, limit=str(limit)):
        yield ids_of(page["papers"])


def walk_days(reader: Reader, query: Query, limit: int) -> Iterator[list[str]]:
    """The dates of a list, page by page."""
    for page in reader.steps("/digests", query, limit=str(limit)):
        yield [head["date"] for head in page["digests"]]


def walk_feed(reader: Reader, path: str, query: Query, limit: int) -> Iterator[list[str]]:
    """The paths of a feed's entries, page by page."""
    for page in reader.feed_pages(path, query, limit=str(limit)):
        yield [item.path for item in page]


@pytest.mark.thorough
def test_a_digest_that_was_measured_again_has_other_cursors(cloud: Cloud) -> None:
    """The ranks are others: whoever goes on is told to begin anew."""
    Storage(cloud.stack).wipe()
    day = final(MONDAY, day_of(MONDAY, a=60, b=50))
    store(cloud, day)
    reader = Reader(cloud)
    cursor = reader.json(f"/digests/{MONDAY}?limit=1")["cursor"]
    assert reader.json(f"/digests/{MONDAY}?limit=1&cursor={cursor}")["papers"][0]["rank"] == 2

    store(cloud, measured_again(day, day_of(MONDAY, a=40, b=50)))

    answer = reader.get(f"/digests/{MONDAY}?limit=1&cursor={cursor}")
    assert answer["statusCode"] == 410
