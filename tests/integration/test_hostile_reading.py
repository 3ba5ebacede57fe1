"""Hostile texts through every format: nothing runs, nothing breaks, and nothing of them is lost."""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import boto3
import defusedxml.ElementTree
import feedparser
import html5lib
import pytest
import yaml
from markdown_it import MarkdownIt

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.documents.digest_json import read_digest, write_digest
from hotpapers.documents.feeds import FORMATS, Feed, digest_entry, paper_entry
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.documents.pages.digest_page import write_digest_page
from hotpapers.documents.pages.search_page import write_search_page
from hotpapers.documents.site import Site
from hotpapers.domain.calendar import final_at
from hotpapers.domain.card import digest_cards
from hotpapers.domain.digest import Digest, Rise
from hotpapers.domain.edition import EditionHead, Neighbours
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper import collapse_white_space
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from hotpapers.domain.selection import Selection
from hotpapers.domain.sources import SOURCES, SourceReport, Status
from local.cloud import Cloud
from tests.api import HTML, JSON, MARKDOWN, POLICY, PROBLEM, request
from tests.builders import make_entry, make_paper, make_post
from tests.feed_rules import CHECKS
from tests.hostile import ATTACKS
from tests.pages import faults
from tests.periods import WEEK, keep, quiet

SITE_URL = "https://hot.example"
QUIET = WEEK.listing_dates[2]
PAPERS_OF_DAY = 7


# An archive of attacks


def attack(number: int) -> str:
    """One of the attacks; with numbers that go on, each has its turn."""
    return ATTACKS[number % len(ATTACKS)]


def line(number: int) -> str:
    """An attack as a paper has it: arXiv's texts have their white space collapsed."""
    return collapse_white_space(attack(number)) or "a"


def attacked_posts(number: int, paper: Any) -> list[Post]:
    """Posts of all sources about a paper; the names and the texts are attacks."""
    posts = []
    for offset, source in enumerate(SOURCES):
        post = make_post(f"{number}{offset}", source=source, papers=(paper.id,), spans=())
        account = Account(post.account.id, post.account.username, attack(number + offset + 1))
        language = ("en", "ar", "und", "ja")[offset % 4]
        posts.append(
            replace(post, account=account, text=attack(number + offset), language=language)
        )
    return posts


def attacked_digest(day: Any, first: int) -> Digest:
    """A day's digest in which all that is anybody's is an attack."""
    entries = []
    for rank in range(1, PAPERS_OF_DAY + 1):
        number = first + rank
        paper = make_paper(
            f"2009.{day.day}{rank:03}",
            title=line(number),
            authors=(line(number + 1), line(number + 2), "Ada Lovelace"),
            abstract=line(number + 3),
            withdrawn=rank == 2,
        )
        code = "https://github.com/ada/engine" if rank == 1 else ""
        entry = make_entry(rank, paper, attacked_posts(number, paper), SOURCES)
        entries.append(replace(entry, code=code))
    reports = {
        name: SourceReport(status, attack(first + offset))
        for offset, (name, status) in enumerate(
            zip(SOURCES, [Status.PARTIAL, Status.FAILED] * 3, strict=True)
        )
    }
    found_at = final_at(day)
    listing = Listing(day, ListingState.FRESH, found_at, "", Origin.FEED, 99, attack(first + 5))
    rising = tuple(
        Rise(entry.paper.id, line(first + number), entry.score, found_at)
        for number, entry in enumerate(entries[:3])
    )
    return Digest(
        date=day,
        collected_at=found_at,
        papers=tuple(entries),
        sources=reports,
        listing=listing,
        final=True,
        rising=rising,
    )


NEWS = [day for day in WEEK.listing_dates if day != QUIET]
DIGESTS = [
    quiet(day, attack(day.day))
    if day == QUIET
    else attacked_digest(day, NEWS.index(day) * PAPERS_OF_DAY)
    for day in WEEK.listing_dates
]
TITLES = {entry.paper.id: entry.paper.title for digest in DIGESTS for entry in digest.papers}


def test_every_attack_is_a_title_somewhere() -> None:
    assert set(TITLES.values()) == {collapse_white_space(text) for text in ATTACKS}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with Cloud({"SITE_URL": SITE_URL}) as cloud:
        editions = DynamoDBEditions(boto3.client("dynamodb"), cloud.stack.table_name)
        keep(editions, *DIGESTS)
        cloud.render_new()
        yield cloud


# What every answer has to be


def check(answer: Mapping[str, Any]) -> None:
    """An answer is what its type says, and harmless."""
    assert answer["statusCode"] < 500, answer["body"]
    headers = answer["headers"]
    for name, value in headers.items():
        assert re.fullmatch(r"[!-~]+", name)
        assert re.fullmatch(r"[ -~]*", value), (name, value)
    assert headers["X-Content-Type-Options"] == "nosniff"
    if answer["body"]:
        kind = headers["Content-Type"]
        assert (headers.get("Content-Security-Policy") == POLICY) == (kind == HTML)
        answer["body"].encode()
        READERS[kind](answer["body"])


def check_page(document: str) -> None:
    assert faults(document.encode()) == []


def check_json(document: str) -> None:
    json.loads(document)


def check_feed(document: str, suffix: str) -> None:
    CHECKS[suffix](document.encode())


COMMONMARK = MarkdownIt("commonmark", {"html": True})
WIDGETS = re.compile(r"https://(platform\.twitter\.com/widgets|embed\.bsky\.app/static/embed)\.js")


def check_post(document: str) -> None:
    """A post as the blog shows it: its front matter, if any, and its body with embeds' scripts."""
    body = document
    if document.startswith("---\n"):
        _, front_matter, body = document.split("---\n", 2)
        assert isinstance(yaml.safe_load(front_matter), dict)
    root = html5lib.parseFragment(COMMONMARK.render(body), namespaceHTMLElements=False)
    for element in root.iter():
        if not isinstance(element.tag, str):
            raise AssertionError(f"a comment: {element.text}")
        assert element.tag not in ACTIVE, element.tag
        if element.tag == "script":
            assert WIDGETS.fullmatch(element.get("src"))
            assert element.text is None
        for name, value in element.attrib.items():
            assert not name.startswith("on"), name
            assert name != "style"
            if name in ("href", "src", "cite"):
                assert value.startswith(("https://", "http://", "../hot-papers-")), value


ACTIVE = ("iframe", "object", "embed", "style", "base", "meta", "link", "form", "img", "svg")


def check_xml(document: str) -> None:
    defusedxml.ElementTree.fromstring(document.encode())


READERS: Mapping[str, Callable[[str], object]] = {
    HTML: check_page,
    JSON: check_json,
    PROBLEM: check_json,
    MARKDOWN: check_post,
    "application/atom+xml; charset=utf-8": lambda document: check_feed(document, "atom"),
    "application/rss+xml; charset=utf-8": lambda document: check_feed(document, "rss"),
    "application/feed+json": lambda document: check_feed(document, "json"),
    "application/xml; charset=utf-8": check_xml,
    "image/svg+xml; charset=utf-8": check_xml,
    "text/plain; charset=utf-8": str,
    "text/css; charset=utf-8": str,
}
"""How what is of a type is read."""


# Every address

BEGINNINGS = ("/", "/openapi.json", "/robots.txt", "/sitemap.xml", "/feeds.json", "/status.json")
LINK = re.compile(r"""(?:href|action)="([^"]*)"|<loc>([^<]*)</loc>|"(?:next_)?url": "([^"]*)\"""")


@dataclass
class Visit:
    """A visit of all addresses that anything leads to."""

    cloud: Cloud
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def visit(self, *targets: str) -> None:
        """Read these, and all that they lead to."""
        waiting = deque(targets)
        while waiting:
            target = waiting.popleft()
            if target in self.answers:
                continue
            answer = self.cloud.request(request(target, accept="text/html, */*;q=0.5"))
            self.answers[target] = answer
            if is_followed(target):
                waiting.extend(links(target, answer["body"]))


def is_followed(target: str) -> bool:
    """Not where a search or a filter leads: there is no end of it."""
    return "?" not in target


def links(target: str, body: str) -> Iterator[str]:
    """Where a document leads on this site."""
    for match in LINK.finditer(body):
        address = next(filter(None, match.groups()), "").replace("&amp;", "&")
        whole = urlsplit(urljoin(SITE_URL + target, address))
        if f"{whole.scheme}://{whole.netloc}" == SITE_URL:
            yield whole._replace(scheme="", netloc="", fragment="").geturl() or "/"


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_every_address_of_a_hostile_archive_is_harmless(cloud: Cloud) -> None:
    visit = Visit(cloud)

    visit.visit(*BEGINNINGS)

    assert len(visit.answers) > 100
    kinds = {answer["headers"]["Content-Type"] for answer in visit.answers.values()}
    assert kinds >= READERS.keys() - {PROBLEM}
    statuses = {target: answer["statusCode"] for target, answer in visit.answers.items()}
    missing = {target for target, status in statuses.items() if status != 200}
    assert missing == set()
    for target, answer in visit.answers.items():
        try:
            check(answer)
        except AssertionError as error:
            raise AssertionError(f"{target}: {error}") from error


def read(cloud: Cloud, target: str, **headers: str) -> Any:
    """The body at an address, which there has to be."""
    answer = cloud.request(request(target, **headers))
    assert answer["statusCode"] == 200, answer["body"]
    return answer["body"]


@pytest.mark.thorough
def test_data_have_every_text_as_it_was(cloud: Cloud) -> None:
    for digest in DIGESTS:
        document = json.loads(read(cloud, f"/digests/{digest.date}"))
        found = [
            (
                each["title"],
                each["abstract"],
                tuple(each["authors"]),
                sorted((post["text"], post["account"]["name"]) for post in each["posts"]),
            )
            for each in document["papers"]
        ]
        assert found == [
            (
                entry.paper.title,
                entry.paper.abstract,
                entry.paper.authors,
                sorted((each.post.text, each.post.account.name) for each in entry.mentions),
            )
            for entry in digest.papers
        ]
        assert [each["title"] for each in document.get("rising", ())] == [
            rise.title for rise in digest.rising
        ]
        reasons = {name: each.get("reason", "") for name, each in document["sources"].items()}
        assert reasons == {name: each.reason for name, each in digest.sources.items()}
    for paper, title in TITLES.items():
        assert json.loads(read(cloud, f"/papers/{paper}.json"))["title"] == title


@pytest.mark.thorough
def test_feeds_of_all_formats_have_the_same_titles(cloud: Cloud) -> None:
    """As a reader of feeds reads them back, and as they were where they have nothing odd."""
    titles = {}
    for suffix in FORMATS:
        document = read(cloud, f"/feeds/papers.{suffix}")
        if suffix == "json":
            entries = [(each["url"], each["title"]) for each in json.loads(document)["items"]]
        else:
            feed = feedparser.parse(document.encode(), sanitize_html=False)
            assert not feed.bozo
            entries = [(each.link, each.title) for each in feed.entries]
        titles[suffix] = {
            link.partition("/papers/")[2]: title.replace("\u200b", "") for link, title in entries
        }

    assert titles["atom"] == titles["json"]
    assert titles["rss"] == titles["json"]
    assert titles["json"].keys() == TITLES.keys()
    plain = {
        paper: title
        for paper, title in TITLES.items()
        if title.isprintable() and not re.search("[$\\\\`]|---", title)
    }
    assert len(plain) > 10
    assert {paper: titles["json"][paper] for paper in plain} == plain


@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["q", "author", "exclude", "category", "cursor", "limit", "x"])
def test_what_is_asked_is_shown_as_text(cloud: Cloud, name: str) -> None:
    """In pages, feeds and problems, by parameters, and by their names."""
    paths = cycle(("/search", "/digests/2020-09-18", "/digests", "/feeds/papers.atom"))
    for text, path in zip(ATTACKS, paths, strict=False):
        query = f"{name}={quote(text[:200])}" if name != "x" else f"{quote(text)}=1"
        for accept in ("text/html", "*/*"):
            check(cloud.request(request(f"{path}?{query}", accept=accept)))


@pytest.mark.thorough
def test_where_nothing_is_the_address_is_shown_as_text(cloud: Cloud) -> None:
    for text in ATTACKS:
        for path in (f"/{text}", f"/papers/{text}", f"/digests/{text}", f"/archive/{text}"):
            for accept in ("text/html", "*/*", text):
                answer = cloud.request(request(path, accept=accept))
                assert answer["statusCode"] in (400, 404, 308), path
                check(answer)


ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\x01javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example/",
    "\\\\evil.example\\",
    "https:evil.example",
    "https://",
    "file:///etc/passwd",
    "",
)
"""What would be more than a link."""


# Without the cloud: what the API and the renderer hand out, as they make it


def check_formats(digest: Digest) -> None:
    """A day's digest is harmless on its page, in a search, in its post and in feeds."""
    site, cards = Site(SITE_URL), digest_cards(digest)
    head = EditionHead(digest.date, digest.collected_at, "1#a", len(digest.papers))
    entries = (digest_entry(digest.date, cards, head, site), *(paper_entry(c, site) for c in cards))

    check_page(write_digest_page(digest, Neighbours(None, None), site).decode())
    check_page(write_search_page(Selection(text=attack(0)), cards, (), site).decode())
    check_post(write_post(digest, FrontMatter()).decode())
    for suffix, written in FORMATS.items():
        check_feed(written.write(replace(EMPTY, entries=entries)).decode(), suffix)
    assert read_digest(write_digest(digest)) == digest


def test_a_hostile_day_is_harmless_in_every_format() -> None:
    check_formats(DIGESTS[0])


@pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))
def test_what_is_no_address_of_the_web_is_no_link(address: str) -> None:
    """Adapters let none of them through; were one to, it would be text."""
    span = Span(0, 4, SpanKind.LINK, address)
    paper = make_paper(abstract=f"See {address} and \\href{{{address}}}{{this}}.")
    posts = [
        make_post(source=source, url=address, text="this is it", spans=(span,))
        for source in ("bluesky", "mastodon", "hackernews", "reddit", "huggingface")
    ]
    entry = replace(make_entry(1, paper, posts), code=address)

    check_formats(replace(DIGESTS[0], papers=(entry,)))


EMPTY = Feed(
    id="urn:uuid:6b0b1f9b-4a7e-5f0f-8f3e-2a8a0d3a7c11",
    title=attack(0),
    subtitle=attack(1),
    address=f"{SITE_URL}/feeds/papers.atom",
    page=f"{SITE_URL}/search",
    next_address=None,
    updated_at=final_at(QUIET),
    entries=(),
)
