"""Bluesky's post search, asked as an account (https://docs.bsky.app/docs/api/app-bsky-feed-search-posts).

Without an account the search answers 403, so an app password is needed. The session that it opens
is kept: no more than 30 may be opened in five minutes and 300 in a day
(https://docs.bsky.app/docs/advanced-guides/rate-limits).
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from hotpapers.adapters.bluesky_posts import read_post
from hotpapers.adapters.entries import (
    Found,
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

BEGINNING = datetime(2022, 11, 17, tzinfo=UTC)
"""The day on which the first account was made (https://plc.directory/export), months before anybody
could be invited. A post that says it is older was brought from elsewhere."""
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
CURSOR = re.compile(r"[^\ud800-\udfff]{1,2000}")
"""It is the server's own, and goes back as it came: all but halves of characters can be sent."""
MOST_RENEWALS = 3
"""A session's token is good for hours, so that a run needs one renewal, if any."""


def prepare(read: Reader) -> Callable[[Mapping[str, str], Terms], PostSource]:
    """Read the source's settings; raises InvalidInputError."""
    origin = read.origin("BLUESKY_URL", "https://bsky.social")
    return lambda credentials, terms: Bluesky(
        origin, credentials[HANDLE], credentials[PASSWORD], terms
    )


class SessionOverError(UpstreamError):
    """The session is over; a new one may serve."""


class NoSessionError(UpstreamError):
    """There is no session to ask in, whatever is asked."""


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
        self._renewals = 0

    def begin(self) -> None:
        """Count the renewals of the session anew, for the run that begins."""
        self._renewals = 0

    def ask(self, question: Question, read: Callable[[Answer], Result]) -> Result:
        """Ask within the session, which is opened or renewed where needed.

        `read` raises SessionOverError where the session is over. Raises NoSessionError where that
        does not help, and UpstreamError.
        """
        session = self._session or self._open()
        while True:
            try:
                return self._ask(question, read, session)
            except SessionOverError as error:
                if self._renewals == MOST_RENEWALS:
                    self._session = None
                    said = f"ends its sessions at once: {error.reason}"
                    advice = f"a new app password as {PASSWORD} may help"
                    raise self._without(f"{said}; {advice}") from error
            self._renewals += 1
            session = self._renew()

    def _ask(
        self, question: Question, read: Callable[[Answer], Result], session: Session
    ) -> Result:
        return self._upstream.ask(replace(question, headers=_bearer(session.access)), read)

    def _open(self) -> Session:
        question = Question(f"{SERVER}createSession", json=self._credentials)
        try:
            self._session = self._upstream.ask(question, self._read_session)
        except UpstreamError as error:
            raise self._without(f"opens no session: {error.reason}") from error
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

    def _without(self, reason: str) -> NoSessionError:
        refused = self._upstream.refused(reason)
        return NoSessionError(refused.upstream, refused.reason)

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
    """Posts with links to a host, of a part of the span of time that is wanted.

    A narrower one finds the host in their texts only, whatever the search may take.
    """

    domain: str
    part: Window
    span: Window
    narrower: bool = False


@dataclass(frozen=True)
class _Page:
    """A page of a search, and the cursor of the next; None where it is the last.

    `is_cut_off` means that it has a next one which cannot be asked for.
    """

    found: Found
    entries: int
    cursor: str | None
    is_cut_off: bool


class Bluesky:
    """Bluesky as a source of posts.

    What Bluesky's own moderators take away is left out. An account can ask that whoever is not
    logged in does not see its posts: these count, and are not quoted.

    A server may not search by links alone: it refuses `*`, or takes it for a word that is in no
    text. Then the hosts' names are searched for. That is a narrower search, as Mastodon's hashtags
    are one, and no failure: posts with the link in their card only are not among what this source
    has, today or tomorrow.
    """

    name = SOURCE.name

    def __init__(self, origin: str, handle: str, password: str, terms: Terms) -> None:
        self._allowance = Allowance(terms)
        self._upstream = source_upstream(SOURCE.title, origin, self._allowance)
        self._login = _Login(self._upstream, handle, password)
        self._takes_everything = True

    def earliest(self, time: datetime) -> datetime:  # noqa: ARG002
        """From when on there is anything to search."""
        return BEGINNING

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        """The posts of the span that link to papers, host by host, a day at a time.

        The time of a post is the earlier one of two, as it is in Bluesky's own order
        (https://docs.bsky.app/docs/advanced-guides/timestamps): when its author says that it was
        written, which can be any time, and when Bluesky first saw it. So a post from the future
        counts as what it is, a new one; one that says it is old (an import) counts as old.

        Raises UpstreamError at the end where a host's search did not tell all, naming the host;
        at once where the first host's fails before it found anything, which is no matter of hosts.
        """
        self._allowance.begin()
        self._login.begin()
        shortfalls: list[str] = []
        entries = 0
        for domain in DOMAINS:
            try:
                for page in self._host(domain, span, shortfalls):
                    entries += page.entries
                    yield page
            except UpstreamError as error:
                if domain == DOMAINS[0] and not entries:
                    raise
                if isinstance(error, NoSessionError) or self._allowance.left() <= 0:
                    shortfalls.append(error.reason)
                    break
                shortfalls.append(f"{domain}: {error.reason}")
        if shortfalls:
            raise self._upstream.refused("; ".join(dict.fromkeys(shortfalls)))

    def _host(self, domain: str, span: Window, shortfalls: list[str]) -> Iterator[PostPage]:
        """The pages with links to a host; adds why there may be more to the shortfalls.

        There are always posts with links to the first host. Where none is found, the server looks
        for `*` in the texts; if it has the host's name in any, that is what to search for.
        """
        before = len(shortfalls)
        entries = 0
        for part in _steps(span):
            for page in self._search(_Query(domain, part, span), shortfalls):
                entries += page.entries
                yield page
        if entries or domain != DOMAINS[0] or not self._takes_everything:
            return
        after = len(shortfalls)
        for part in _steps(span):
            for page in self._search(_Query(domain, part, span, narrower=True), shortfalls):
                if page.entries and self._takes_everything:
                    del shortfalls[before:after]
                    self._search_texts("found nothing at all")
                yield page

    def _search(self, query: _Query, shortfalls: list[str]) -> Iterator[PostPage]:
        """The pages of one search; adds why there may be more to the shortfalls."""
        cursor: str | None = None
        seen: set[str] = set()
        empty = 0
        shortfall = f"its paging does not end after {MOST_PAGES} pages"
        for number in range(1, MOST_PAGES + 1):
            page = self._page(query, cursor)
            yield PostPage(page.found.posts, page.entries, unreadable=page.found.unreadable)
            if page.is_cut_off:
                shortfall = "answered a page without a readable cursor"
                break
            cursor = page.cursor
            if cursor is None and number < MOST_PAGES:
                return
            empty = 0 if page.entries else empty + 1
            if cursor in seen or empty == MOST_EMPTY_PAGES:
                shortfall = "its paging does not end (it runs in a circle)"
                break
            seen.add(str(cursor))
        shortfalls.append(f"{query.domain}: {shortfall}")

    def _page(self, query: _Query, cursor: str | None) -> _Page:
        try:
            return self._ask(query, cursor)
        except QueryRefusedError as error:
            # Once the first host was searched for everything, a refusal is about another host.
            is_first = query.domain == DOMAINS[0] and cursor is None
            if query.narrower or not (is_first and self._takes_everything):
                raise
            page = self._ask(replace(query, narrower=True), cursor)
            self._search_texts(error.reason)
            return page

    def _search_texts(self, reason: str) -> None:
        """Search for the hosts' names from now on."""
        extra = {"source": SOURCE.title, "reason": reason}
        logger.warning("search is narrower: the host has to be in a post's text", extra=extra)
        self._takes_everything = False

    def _ask(self, query: _Query, cursor: str | None) -> _Page:
        everything = self._takes_everything and not query.narrower
        parameters = {
            "q": EVERYTHING if everything else query.domain,
            "domain": query.domain,
            "sort": "latest",
            "since": _stamp(query.part.start),
            "until": _stamp(query.part.end),
            "limit": str(PAGE_SIZE),
        }
        if cursor is not None:
            parameters["cursor"] = cursor
        question = Question(SEARCH, parameters)
        return self._login.ask(question, lambda answer: self._read_page(answer, query.span))

    def _read_page(self, answer: Answer, span: Window) -> _Page:
        upstream = self._upstream
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
            raise self._refusal(answer)
        document: Any = read_json(answer, upstream)
        entries = document.get("posts") if isinstance(document, Mapping) else None
        if not isinstance(entries, list):
            raise upstream.unsettled(f"answered no page of posts ({excerpt(answer.body)})")
        cursor = document.get("cursor")
        is_readable = matches(CURSOR, cursor)
        return _Page(
            read_posts(entries, lambda entry: read_post(entry, span), upstream),
            len(entries),
            str(cursor) if is_readable else None,
            is_cut_off=not is_readable and cursor not in (None, ""),
        )

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
