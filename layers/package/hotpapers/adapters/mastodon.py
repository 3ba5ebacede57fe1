"""Mastodon's hashtag timelines (https://docs.joinmastodon.org/methods/timelines/#tag).

Nobody can ask all of Mastodon: each instance knows the posts of its own accounts and those that
other instances sent it, with the counts that it knows of. Without an account, an instance tells
its hashtag timelines, and no other search for links. So what is found here are the posts with one
of some hashtags, on some instances. No key is needed; 300 questions in five minutes are allowed
(https://docs.joinmastodon.org/api/rate-limits/).
"""

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from requests.utils import parse_header_links

from hotpapers.adapters.entries import (
    LONGEST_NAME,
    LONGEST_TEXT,
    BadEntryError,
    Found,
    Object,
    count_in,
    is_web_address,
    language_in,
    matches,
    object_in,
    read_json,
    read_posts,
    text_in,
    time_in,
)
from hotpapers.adapters.http import (
    Allowance,
    Answer,
    Parameters,
    Terms,
    excerpt,
    source_upstream,
)
from hotpapers.adapters.mastodon_text import RichText, read_html
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId, paper_id_in_link, papers_in_text
from hotpapers.domain.post import Account, Post
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import SOURCES
from hotpapers.environment import Reader
from hotpapers.errors import UpstreamError
from hotpapers.ports import PostSource

SOURCE = SOURCES["mastodon"]
CREDENTIALS: tuple[str, ...] = ()

INSTANCES = "https://mastodon.social,https://mathstodon.xyz"
"""The largest instance, which the posts of most others reach, and the one of the mathematicians
and computer scientists, where much of what they say begins. Both have been there since 2017."""
TAGS = "arxiv,preprint,machinelearning,deeplearning,llm,nlp,computervision"
"""What people put under a post about a paper: where it stands, and the fields that arXiv's busiest
lists are about. Wider ones (`ai`, `science`) have thousands of posts a day, hardly one of them
about a paper, and would use up what an instance allows."""
TAG = re.compile(r"(?!\d+\Z)\w{1,100}")
"""https://docs.joinmastodon.org/user/posting/#hashtags: not only digits."""

PATH = "/api/v1/timelines/tag/"
PAGE_SIZE = 40
MOST_PAGES = 40
"""A stop for paging that never ends, and for a hashtag that is in everything: seven timelines of
so many pages are what an instance allows in five minutes."""
REACH = timedelta(days=30)
"""How far back a timeline is read. It begins with the newest post, and an id promises no time, so
no day can be gone to: all that is newer has to be paged first. `MOST_PAGES` are a month of a
hashtag with fifty posts a day; where they do not reach back, that is a shortfall."""

PUBLIC = ("public", "unlisted")
STATUS_ID = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
ACCOUNT_NAME = re.compile(r"[A-Za-z0-9_.-]{1,200}(?:@[\w.-]{1,253}(?::\d{1,5})?)?")
LONGEST_URI = 500
LONGEST_CONTENT = 4 * LONGEST_TEXT
"""Of the HTML, which is some times as long as its text."""


def prepare(read: Reader) -> Callable[[Mapping[str, str], Terms], PostSource]:
    """Read the source's settings; raises InvalidInputError."""
    origins = read.origins("MASTODON_URL", INSTANCES)
    tags = read.names("MASTODON_TAGS", TAGS, TAG.fullmatch, "a hashtag (without its #)")
    return lambda _credentials, terms: Mastodon(origins, tags, terms)


class Mastodon:
    """Some instances of Mastodon as a source of posts.

    A post that two instances know comes twice, under one id. The instances are asked one after
    the other; each has its share of the time, so that none can use up another's.
    """

    name = SOURCE.name

    def __init__(self, origins: Sequence[str], tags: Sequence[str], terms: Terms) -> None:
        share = replace(terms, seconds=terms.seconds / len(origins))
        self._instances = tuple(_Instance(origin, tags, share) for origin in origins)

    def earliest(self, time: datetime) -> datetime:
        """From when on posts are found by paging back from the newest."""
        return time - REACH

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        """The posts of the span about papers, hashtag by hashtag, instance by instance.

        Raises UpstreamError at the end where an instance did not tell all, naming it.
        """
        shortfalls: list[str] = []
        for instance in self._instances:
            try:
                found = yield from instance.timelines(span)
                shortfalls += [f"{instance.host}: {reason}" for reason in found]
            except UpstreamError as error:
                shortfalls.append(f"{instance.host}: {error.reason}")
        if shortfalls:
            raise UpstreamError(SOURCE.title, "; ".join(shortfalls))


@dataclass(frozen=True)
class _Page:
    """A page of a timeline, and what is to be asked for the page after it (None: it is the last).

    `ids` are those of its entries, `newest` is the time of the newest. Whether it is `linked`,
    that is whether the instance says itself what comes after it, makes a difference: an instance
    that does not may not be able to tell more than one page.
    """

    found: Found
    entries: int
    newest: datetime | None
    ids: tuple[str, ...]
    is_linked: bool
    following: Parameters | None

    def shortfall(self) -> str:
        """Why there may be more if this is the last page; empty if there is no more."""
        # What cannot be read is told of as such; there need not be anything beyond it.
        is_readable = self.entries > self.found.unreadable
        return "its posts have no ids to page by" if is_readable and not self.is_linked else ""


class _Instance:
    """One instance, and the hashtags that it is asked for."""

    def __init__(self, origin: str, tags: Sequence[str], terms: Terms) -> None:
        self.host = urlsplit(origin).netloc
        self._tags = tags
        self._allowance = Allowance(terms)
        title = f"{SOURCE.title} ({self.host})"
        self._upstream = source_upstream(title, origin, self._allowance)

    def timelines(self, span: Window) -> Generator[PostPage, None, list[str]]:
        """The pages of all timelines; returns why there may be more, if so.

        Several hashtags could be asked for in one timeline (`any[]`), but an instance passes over
        all beyond the fourth without a word (`TagFeed::LIMIT_PER_MODE` of
        https://github.com/mastodon/mastodon), and the pages would hardly be fewer.
        """
        self._allowance.begin()
        shortfalls: list[str] = []
        for tag in self._tags:
            shortfall = yield from self._timeline(tag, span)
            shortfalls += [f"#{tag}: {shortfall}"] if shortfall else []
        return shortfalls

    def _timeline(self, tag: str, span: Window) -> Generator[PostPage, None, str]:
        """The pages of a timeline, newest first, until they are older than the span.

        Not until a post is: its time is its author's word, and one post that says it is from
        1970 would end the timeline. Returns why there may be more, empty if there are none.
        """
        parameters: Parameters = {"limit": str(PAGE_SIZE)}
        asked = [parameters]
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            page = self._page(tag, parameters, span)
            if not page.is_linked and page.ids and seen.issuperset(page.ids):
                return ""  # a server that passes over `max_id` has only this page
            yield PostPage(page.found.posts, page.entries, unreadable=page.found.unreadable)
            if page.newest is not None and page.newest < span.start:
                return ""
            if page.following is None:
                return page.shortfall()
            if page.is_linked and page.following in asked:
                return "its paging does not end (it runs in a circle)" if page.entries else ""
            parameters = page.following
            asked.append(parameters)
            seen.update(page.ids)
        return f"its paging does not end after {MOST_PAGES} pages"

    def _page(self, tag: str, parameters: Parameters, span: Window) -> _Page:
        path = f"{PATH}{quote(tag, safe='')}"
        return self._upstream.get(path, parameters, lambda answer: self._read_page(answer, span))

    def _read_page(self, answer: Answer, span: Window) -> _Page:
        entries: Any = read_json(answer, self._upstream)
        if not isinstance(entries, list):
            reason = f"answered no page of posts ({excerpt(answer.body)})"
            raise self._upstream.unsettled(reason)
        objects = [entry for entry in entries if isinstance(entry, Mapping)]
        ids = [str(entry["id"]) for entry in objects if matches(STATUS_ID, entry.get("id"))]
        times = [moment for entry in objects if (moment := _time(entry)) is not None]
        links = answer.headers.get("link", "")
        return _Page(
            found=read_posts(
                entries, lambda entry: read_post(entry, span, self.host), self._upstream
            ),
            entries=len(entries),
            newest=max(times, default=None),
            ids=tuple(ids),
            is_linked=bool(links),
            following=_next_in(links) if links else _older_than(ids),
        )


def _next_in(links: str) -> Parameters | None:
    """What a header `Link` says is to be asked next (RFC 8288).

    Nothing but the parameters is taken from it: where they go is not for an answer to say.
    """
    for link in parse_header_links(links):
        if "next" in link.get("rel", "").lower().split():
            query = link["url"].partition("#")[0].partition("?")[2]
            return dict(parse_qsl(query, keep_blank_values=True))
    return None


def _older_than(ids: Sequence[str]) -> Parameters | None:
    return {"limit": str(PAGE_SIZE), "max_id": ids[-1]} if ids else None


def _time(entry: Object) -> datetime | None:
    try:
        return time_in(entry, "created_at")
    except BadEntryError:
        return None


def read_post(entry: Object, span: Window, host: str) -> Post | None:
    """The post, or None where it is about no paper, of another time, or not to be shown.

    `host` is the instance that tells of it.

    A post that somebody passed on (`reblog`) is the original, with the original's counts.
    """
    status = object_in(entry, "reblog") or entry
    text = _text(status)
    papers = _papers(status, text)
    account = object_in(status, "account")
    if not papers:
        return None
    created_at = time_in(status, "created_at")
    # A hashtag's timeline has public posts only; one that does not say so is one of them.
    if created_at not in span or status.get("visibility", "public") not in PUBLIC:
        return None
    uri, address = _names(status)
    return Post(
        source=SOURCE.name,
        id=uri,
        url=address,
        account=_account(account, host),
        text=text.text,
        spans=text.spans,
        language=language_in(status, "language"),
        created_at=created_at,
        counts={
            "reblogs": count_in(status, "reblogs_count"),
            "favourites": count_in(status, "favourites_count"),
        },
        papers=papers,
        # Who is not to be found by search engines does not want to stand on a page that is. And
        # what is shown is linked, which only a safe address can be.
        quotable=account.get("noindex") is not True and is_web_address(address, secure=True),
    )


def _names(status: Object) -> tuple[str, str]:
    """The post's id, which is the same wherever it is told of, and its address.

    Either can stand for the other. The address is a safe one if there is one: an instance on
    somebody's own machine has none.
    """
    uri, url = status.get("uri"), status.get("url")
    ids = [str(each) for each in (uri, url) if is_web_address(each)]
    name = next((each for each in ids if len(each) <= LONGEST_URI), None)
    if name is None:
        raise BadEntryError("it has no uri")
    addresses = [str(each) for each in (url, uri) if is_web_address(each)]
    safe = (each for each in addresses if is_web_address(each, secure=True))
    return name, next(safe, addresses[0])


def _text(status: Object) -> RichText:
    """The text below its content warning, if it has one."""
    warning = text_in(status, "spoiler_text") if status.get("spoiler_text") else ""
    return read_html(text_in(status, "content", LONGEST_CONTENT), warning)


def _papers(status: Object, text: RichText) -> tuple[PaperId, ...]:
    """The papers that the links in the text, or its card, lead to, or that the text names."""
    links = [*text.links, object_in(status, "card").get("url")]
    found = {paper_id_in_link(link) for link in links if isinstance(link, str)}
    named = {paper for paper in found if paper is not None}
    return tuple(sorted(named.union(papers_in_text(text.text))))


def _account(account: Object, host: str) -> Account:
    """The account, by its page, which is the same wherever it is told of, or else by its name.

    An instance leaves its own name out of its own accounts' names.
    """
    url, name = account.get("url"), account.get("acct")
    if not matches(ACCOUNT_NAME, name):
        raise BadEntryError("nothing is said of its author")
    page = str(url) if is_web_address(url) else ""
    username = str(name) if "@" in str(name) else f"{name}@{urlsplit(page).netloc or host}"
    shown = text_in(account, "display_name", LONGEST_NAME) if account.get("display_name") else ""
    return Account(
        id=page or username,
        username=username,
        name=shown.strip() or username.partition("@")[0],
        automated=account.get("bot") is True,
    )
