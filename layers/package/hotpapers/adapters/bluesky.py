"""Bluesky's post search, asked as an account (https://docs.bsky.app/docs/api/app-bsky-feed-search-posts).

Without an account the search answers 403, so an app password is needed. The session that it opens
is kept: no more than 30 may be opened in five minutes and 300 in a day
(https://docs.bsky.app/docs/advanced-guides/rate-limits).
"""

import logging
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from hotpapers.adapters.bluesky_posts import read_post
from hotpapers.adapters.entries import (
    matches,
    problem_of,
    read_json,
    read_object,
    read_posts,
)
from hotpapers.adapters.http import (
    Allowance,
    Answer,
    Question,
    Terms,
    Upstream,
    answered,
    excerpt,
    source_upstream,
)
from hotpapers.domain.calendar import Window
from hotpapers.domain.post import Post
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import SOURCES
from hotpapers.environment import Reader
from hotpapers.errors import UpstreamError
from hotpapers.ports import PostSource

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

SOURCE = SOURCES["bluesky"]
HANDLE, PASSWORD = CREDENTIALS = ("BLUESKY_HANDLE", "BLUESKY_APP_PASSWORD")

SERVER = "/xrpc/com.atproto.server."
SEARCH = "/xrpc/app.bsky.feed.searchPosts"

DOMAINS = ("arxiv.org", "alphaxiv.org", "huggingface.co")
"""The hosts whose links are searched for, since the search takes one host at a time.

It knows a link by its host without `www.`, so a mirror such as export.arxiv.org is another host.
Left out are hosts that hardly anybody links to (ar5iv, scirate), and doi.org: of its links, some
thousand a day, one in a hundred may be arXiv's.
"""
EVERYTHING = "*"
"""What is searched for within a host's links, as the search must be told something. The host's
name would miss the posts in which the link is only in the card: their text is all that it is
compared with (`search/` of https://github.com/bluesky-social/indigo)."""

NARROWER = "refuses to search by links alone; posts with a link only in their card are missing"

PAGE_SIZE = 100
MOST_PAGES = 100
"""The search tells 10,000 posts and then ends as if there were no more
(https://github.com/medialab/minet/pull/1018). A host has fewer in a day, also on a busy one."""
MOST_EMPTY_PAGES = 3
"""A page lacks the posts that were deleted since; several in a row without any are a mistake."""
STEP = timedelta(days=1)
"""How much time one search is about."""

OVER = ("ExpiredToken", "InvalidToken", "AuthMissing")
"""The errors of a 400 that mean that the session is over; the first is the usual one."""
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,8192}", re.ASCII)
CURSOR = re.compile(r"[!-~]{1,1000}", re.ASCII)


def prepare(read: Reader) -> Callable[[Mapping[str, str], Terms], PostSource]:
    """Read the source's settings; raises InvalidInputError."""
    origin = read.origin("BLUESKY_URL", "https://bsky.social")
    return lambda credentials, terms: Bluesky(
        origin, credentials[HANDLE], credentials[PASSWORD], terms
    )


class SessionOverError(UpstreamError):
    """The session is over; a new one may serve."""


class QueryRefusedError(UpstreamError):
    """Bluesky does not search for this."""


@dataclass(frozen=True)
class Session:
    """The tokens of a session: one for questions, one for renewing the session, once."""

    access: str
    refresh: str


class _Login:
    """An account at Bluesky, with the session that it has there, if any."""

    def __init__(self, upstream: Upstream, handle: str, password: str) -> None:
        upstream.conceal(password)
        self._upstream = upstream
        self._credentials = {"identifier": handle.removeprefix("@"), "password": password}
        self._session: Session | None = None
        self._may_renew = True

    def begin(self) -> None:
        """Allow for one renewal of the session in the run that begins."""
        self._may_renew = True

    def ask(self, question: Question, read: Callable[[Answer], Result]) -> Result:
        """Ask within the session, which is opened or renewed where needed.

        `read` raises SessionOverError where the session is over. Raises UpstreamError.
        """
        try:
            return self._ask(question, read, self._session or self._open())
        except SessionOverError:
            if not self._may_renew:
                self._session = None
                raise
            self._may_renew = False
            return self._ask(question, read, self._renew())

    def _ask(
        self, question: Question, read: Callable[[Answer], Result], session: Session
    ) -> Result:
        return self._upstream.ask(replace(question, headers=_bearer(session.access)), read)

    def _open(self) -> Session:
        question = Question(f"{SERVER}createSession", json=self._credentials)
        try:
            self._session = self._upstream.ask(question, self._read_session)
        except UpstreamError as error:
            raise self._upstream.refused(f"opens no session: {error.reason}") from error
        logger.info("session opened", extra={"source": SOURCE.title})
        return self._session

    def _renew(self) -> Session:
        old, self._session = self._session, None
        if old is not None:
            # An empty form makes it a POST; with any body Bluesky would refuse it.
            path = f"{SERVER}refreshSession"
            question = Question(path, headers=_bearer(old.refresh), form={})
            try:
                self._session = self._upstream.ask(question, self._read_session)
            except UpstreamError as error:
                extra = {"source": SOURCE.title, "reason": error.reason}
                logger.info("session is not renewed", extra=extra)
        return self._session or self._open()

    def _read_session(self, answer: Answer) -> Session:
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
            said = answered(answer, problem_of(answer))
            raise self._upstream.refused(f"{said}; check {HANDLE} and {PASSWORD}")
        self._upstream.require_success(answer, problem_of(answer))
        document = read_object(answer)
        tokens = [document.get(name) for name in ("accessJwt", "refreshJwt")]
        if not all(matches(TOKEN, token) for token in tokens):
            # Nothing of the answer is repeated here: it may hold half of a token.
            raise self._upstream.unsettled("answered no session")
        for token in tokens:
            self._upstream.conceal(str(token))
        return Session(str(tokens[0]), str(tokens[1]))


@dataclass(frozen=True)
class _Query:
    """Posts with links to a host, of a part of the span of time that is wanted."""

    domain: str
    part: Window
    span: Window


@dataclass(frozen=True)
class _Page:
    """A page of a search, and the cursor of the next; None where it is the last."""

    posts: tuple[Post, ...]
    entries: int
    cursor: str | None


class Bluesky:
    """Bluesky as a source of posts.

    What Bluesky's own moderators take away is left out. An account can ask that whoever is not
    logged in does not see its posts: these count, and are not quoted.
    """

    name = SOURCE.name

    def __init__(self, origin: str, handle: str, password: str, terms: Terms) -> None:
        self._allowance = Allowance(terms)
        self._upstream = source_upstream(SOURCE.title, origin, self._allowance)
        self._login = _Login(self._upstream, handle, password)
        self._takes_everything = True

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        """The posts of the span that link to papers, host by host, a day at a time.

        The time of a post is the earlier one of two, as it is in Bluesky's own order
        (https://docs.bsky.app/docs/advanced-guides/timestamps): when its author says that it was
        written, which can be any time, and when Bluesky first saw it. So a post from the future
        counts as what it is, a new one; one that says it is old (an import) counts as old.
        """
        self._allowance.begin()
        self._login.begin()
        shortfalls: list[str] = []
        for domain in DOMAINS:
            for part in _steps(span):
                shortfall = yield from self._search(_Query(domain, part, span))
                shortfalls += [shortfall] if shortfall else []
        if not self._takes_everything:
            shortfalls.append(NARROWER)
        if shortfalls:
            raise self._upstream.refused("; ".join(dict.fromkeys(shortfalls)))

    def _search(self, query: _Query) -> Generator[PostPage, None, str]:
        """The pages of one search; returns why there may be more, empty if there are none."""
        cursor: str | None = None
        seen: set[str] = set()
        empty = 0
        for number in range(1, MOST_PAGES + 1):
            page = self._page(query, cursor)
            yield PostPage(page.posts, page.entries)
            cursor = page.cursor
            if cursor is None and number < MOST_PAGES:
                return ""
            empty = 0 if page.entries else empty + 1
            if cursor in seen or empty == MOST_EMPTY_PAGES:
                return f"its paging does not end (it runs in a circle, {query.domain})"
            seen.add(str(cursor))
        return f"its paging does not end after {MOST_PAGES} pages ({query.domain})"

    def _page(self, query: _Query, cursor: str | None) -> _Page:
        parameters = {
            "q": EVERYTHING if self._takes_everything else query.domain,
            "domain": query.domain,
            "sort": "latest",
            "since": _stamp(query.part.start),
            "until": _stamp(query.part.end),
            "limit": str(PAGE_SIZE),
        }
        if cursor is not None:
            parameters["cursor"] = cursor
        question = Question(SEARCH, parameters)
        try:
            return self._login.ask(question, lambda answer: self._read_page(answer, query.span))
        except QueryRefusedError as error:
            if not self._takes_everything or cursor is not None:
                raise
            extra = {"source": SOURCE.title, "reason": error.reason}
            logger.warning("search is narrower: the host has to be in a post's text", extra=extra)
            self._takes_everything = False
            return self._page(query, cursor)

    def _read_page(self, answer: Answer, span: Window) -> _Page:
        upstream = self._upstream
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
            raise self._refusal(answer)
        document: Any = read_json(answer, upstream)
        entries = document.get("posts") if isinstance(document, Mapping) else None
        if not isinstance(entries, list):
            raise upstream.unsettled(f"answered no page of posts ({excerpt(answer.body)})")
        cursor = document.get("cursor") or None
        if not (cursor is None or matches(CURSOR, cursor)):
            raise upstream.unsettled("answered a page without a readable cursor")
        posts = read_posts(entries, lambda entry: read_post(entry, span), upstream)
        return _Page(posts, len(entries), cursor)

    def _refusal(self, answer: Answer) -> UpstreamError:
        refused = self._upstream.refused(answered(answer, problem_of(answer)))
        is_over = (
            answer.status == HTTPStatus.UNAUTHORIZED or read_object(answer).get("error") in OVER
        )
        kind = SessionOverError if is_over else QueryRefusedError
        return kind(refused.upstream, refused.reason)


def _steps(span: Window) -> Iterator[Window]:
    start = span.start
    while start < span.end:
        end = min(start + STEP, span.end)
        yield Window(start, end)
        start = end


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}
