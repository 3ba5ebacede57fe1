"""X's API v2: the search for posts with links to arXiv (https://docs.x.com/x-api).

X charges for every post that it hands out. So a run reads at most as many as the settings allow,
and the most liked first: where it has to stop, what it has not read weighs least.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus

from hotpapers.adapters.entries import (
    Object,
    object_in,
    objects_in,
    read_object,
    read_posts,
    strings_in,
)
from hotpapers.adapters.http import (
    Allowance,
    Answer,
    Terms,
    Upstream,
    answered,
    excerpt,
    source_upstream,
)
from hotpapers.adapters.x_posts import read_likes, read_post, read_users
from hotpapers.domain.calendar import Window
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import X as SOURCE
from hotpapers.environment import Reader
from hotpapers.errors import EnoughError, InvalidInputError, UpstreamError
from hotpapers.ports import PostSource

logger = logging.getLogger(__name__)

CREDENTIALS: tuple[str, ...] = ("X_BEARER_TOKEN",)

QUERY = 'url:"arxiv.org" -is:retweet'
"""Every post with a link to arXiv, but for retweets: these carry the original's counts."""
FIELDS = {
    "tweet.fields": (
        "author_id,created_at,entities,lang,note_tweet,public_metrics,referenced_tweets"
    ),
    "expansions": "author_id,entities.mentions.username",
    "user.fields": "name,username",
}

PRICE = Decimal("0.005")
"""What X charges for a post that is read, in US dollars (https://docs.x.com/x-api, 2026-08). The
accounts that come along cost nothing; a post that comes again on the same day (UTC), as when a
page is asked for again, is charged once."""
MOST_POSTS = 500
"""How many posts a digest may take unless the settings say otherwise: for $2.50."""
BEGINNING = datetime(2006, 3, 21, tzinfo=UTC)
"""The day of the first post, to which the archive's search looks back
(https://docs.x.com/x-api/posts/search/introduction). The other search looks back a week; where it
is not enough the archive is asked, and whoever has no access to that is told so by X."""
SMALLEST_PAGE = 10
"""X gives no fewer posts at a time. With fewer left to read, the search ends."""
MOST_PAGES = 500
"""A stop for paging that never ends: ten times the pages of a very busy day."""

CAPPED = "wait for the cap's next period, raise it, or take x out of SOURCES"
REMEDIES: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "replace X_BEARER_TOKEN",
    HTTPStatus.PAYMENT_REQUIRED: "buy credits, or take x out of SOURCES",
    HTTPStatus.FORBIDDEN: "give its app access and credits, or take x out of SOURCES",
}
"""What an operator can do about answers that will be the same when X is asked again."""


class OutOfReachError(UpstreamError):
    """The search does not look back as far as it was asked to, or is not there at all."""


class BadQueryError(UpstreamError):
    """The search does not understand what it is asked for."""


@dataclass(frozen=True)
class Search:
    """One of X's two searches.

    How many posts it gives at a time, the least distance between two requests (seconds), and how
    far it looks back (None: over everything).
    """

    path: str
    page_size: int
    distance: float
    reach: timedelta | None


RECENT = Search("/2/tweets/search/recent", 100, 0.0, timedelta(days=7))
ARCHIVE = Search("/2/tweets/search/all", 500, 1.0, None)


@dataclass(frozen=True)
class Stratum:
    """The posts with at least so many likes, and fewer than so many (None: however many)."""

    least: int
    below: int | None

    @property
    def query(self) -> str:
        """What X is asked for to get them. Every operator of X's can be negated."""
        words = [QUERY]
        words += [f"min_likes:{self.least}"] if self.least else []
        words += [] if self.below is None else [f"-min_likes:{self.below}"]
        return " ".join(words)

    @property
    def unread(self) -> str:
        """What is missing where the search ends within them."""
        if self.below is None:
            return "older posts were not read"
        return f"posts with fewer than {self.below} likes were not all read"


STRATA = (Stratum(100, None), Stratum(20, 100), Stratum(5, 20), Stratum(0, 5))
"""In this order the posts are read; each post is in one of them.

X pages the newest first, so a limit would be spent on the last hours, on posts that nobody has seen
yet: of 112 recorded ones 107 have fewer than 5 likes. 100 likes make a paper hot by themselves
(`HOT_SCORE`), with 20 a post is about to be shown (`POST_SCORE`), with fewer than 5 it takes dozens
to make a difference. A post that passes a boundary between two requests is missed or comes twice.
"""
EVERYTHING = Stratum(0, None)


@dataclass(frozen=True)
class Page:
    """A page of a search: its posts about papers, how many entries it had, and the next token.

    `likes` are those of all its entries that tell them, `ids` the ids.
    """

    posts: PostPage
    likes: tuple[int, ...]
    ids: frozenset[str]
    next_token: str | None


Ask = Callable[[Search, Mapping[str, str]], Page]
"""Asks a search with its parameters."""


def prepare(read: Reader) -> Callable[[Mapping[str, str], Terms], PostSource]:
    """Read the source's settings; what comes back makes the source of its credentials.

    Raises InvalidInputError, naming the variable.
    """
    origin = read.origin("X_URL", "https://api.x.com")
    try:
        most_posts = read.count("X_MAX_POSTS", MOST_POSTS, least=SMALLEST_PAGE)
    except InvalidInputError as error:
        reason = f"{error.reason} ({SMALLEST_PAGE} posts are X's smallest page)"
        raise InvalidInputError(error.field, reason) from error
    return lambda credentials, terms: X(origin, credentials["X_BEARER_TOKEN"], most_posts, terms)


class X:
    """X as a source of posts."""

    name = SOURCE.name

    def __init__(self, origin: str, token: str, most_posts: int, terms: Terms) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._most_posts = most_posts
        self._allowance = Allowance(terms)
        self._upstreams = {
            search: source_upstream(
                SOURCE.title,
                origin,
                self._allowance,
                distance=search.distance,
                headers=headers,
            )
            for search in (RECENT, ARCHIVE)
        }

    def earliest(self, time: datetime) -> datetime:  # noqa: ARG002
        """From when on there is anything to search."""
        return BEGINNING

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        """The posts of a span of time that link to papers, the most liked first.

        Raises UpstreamError where not all can be had, for one since the limit on posts is reached.
        """
        self._allowance.begin()

        def ask(search: Search, parameters: Mapping[str, str]) -> Page:
            upstream = self._upstreams[search]
            return upstream.get(
                search.path, parameters, lambda answer: _read(answer, span, upstream)
            )

        yield from _Run(ask, span, self._most_posts).pages()


class _Run:
    """A search from its beginning to its end: where it looks, and what it has read so far."""

    def __init__(self, ask: Ask, span: Window, most_posts: int) -> None:
        self._ask = ask
        self._span = span
        self._most_posts = most_posts
        self._read = 0
        self._pages = 0
        self._ids: set[str] = set()
        # The seven days that the recent search reaches are counted from the span's end. Where the
        # span is long past, so that X counts otherwise, X says so, and the archive is asked.
        near = RECENT.reach is not None and span.end - span.start < RECENT.reach
        self._search = RECENT if near else ARCHIVE

    def pages(self) -> Iterator[PostPage]:
        """All that is found, stratum by stratum."""
        for stratum in STRATA:
            likes: list[int] = []
            try:
                yield from self._stratum(stratum, likes)
            except BadQueryError as error:
                # An older contract, without this operator, or one in which it cannot be negated. A
                # request that is refused is free.
                logger.info("likes cannot be searched for", extra={"reason": error.reason})
                yield from self._stratum(EVERYTHING, [])
                return
            if sum(count < stratum.least for count in likes) * 2 > len(likes):
                # The operator is passed over, so these were the posts with few likes as well.
                logger.info("X takes no notice of likes", extra={"least": stratum.least})
                return

    def _stratum(self, stratum: Stratum, likes: list[int]) -> Iterator[PostPage]:
        """All of a stratum; the likes of what is found are added to `likes`."""
        try:
            yield from self._paged(stratum, likes)
        except OutOfReachError:
            if self._search is ARCHIVE:
                raise
            self._search = ARCHIVE
            logger.info("archive is searched", extra={"start": self._span.start.isoformat()})
            yield from self._paged(stratum, likes)

    def _paged(self, stratum: Stratum, likes: list[int]) -> Iterator[PostPage]:
        token: str | None = None
        seen: set[str] = set()
        while True:
            page = self._ask(self._search, self._parameters(stratum, token))
            self._read += page.posts.entries
            self._pages += 1
            likes += page.likes
            yield self._new(page)
            token = page.next_token
            if token is None:
                return
            if token in seen:
                raise _refused("its paging does not end, it runs in a circle")
            seen.add(token)

    def _parameters(self, stratum: Stratum, token: str | None) -> Mapping[str, str]:
        """The parameters of the next page. Raises UpstreamError where it may not be read."""
        left = self._most_posts - self._read
        if left < SMALLEST_PAGE:
            stopped = f"stopped at X_MAX_POSTS, {self._most_posts} posts"
            raise EnoughError(SOURCE.title, f"{stopped}; {stratum.unread}")
        if self._pages == MOST_PAGES:
            raise _refused(f"its paging does not end after {MOST_PAGES} pages")
        parameters = {
            "query": stratum.query,
            "start_time": f"{self._span.start:%Y-%m-%dT%H:%M:%SZ}",
            "end_time": f"{self._span.end:%Y-%m-%dT%H:%M:%SZ}",
            "max_results": str(min(self._search.page_size, left)),
            **FIELDS,
        }
        return parameters if token is None else parameters | {"next_token": token}

    def _new(self, page: Page) -> PostPage:
        """The page without the posts that came before, which X charges once.

        The archive begins a stratum anew, and where X passes over an operator strata overlap.
        """
        again = [post_id for post_id in page.ids if post_id in self._ids]
        posts = {post.id: post for post in page.posts.posts if post.id not in self._ids}
        self._ids.update(page.ids)
        entries = page.posts.entries - len(again)
        return replace(
            page.posts,
            posts=tuple(posts.values()),
            entries=entries,
            cost=entries * PRICE,
            unreadable=min(page.posts.unreadable, entries),
        )


def _read(answer: Answer, span: Window, upstream: Upstream) -> Page:
    document = read_object(answer)
    if answer.status != HTTPStatus.OK:
        _judge(answer, document, upstream)
    # With no match there is no `data`; otherwise its absence is a mistake of X's.
    entries, meta = document.get("data", []), document.get("meta")
    if not isinstance(meta, Mapping) or not isinstance(entries, list):
        raise upstream.unsettled(f"answered no page of posts ({excerpt(answer.body)})")
    if not entries and meta.get("result_count"):
        raise upstream.unsettled("answered a page that lacks its posts")
    token = meta.get("next_token")
    if token is not None and not isinstance(token, str):
        raise upstream.unsettled("answered a page without a readable next_token")
    users = read_users(document)
    found = read_posts(entries, lambda entry: read_post(entry, users, span), upstream)
    likes = tuple(count for entry in entries if (count := read_likes(entry)) is not None)
    ids = strings_in(entry.get("id") for entry in entries if isinstance(entry, Mapping))
    page = PostPage(found.posts, len(entries), unreadable=found.unreadable)
    return Page(page, likes, frozenset(ids), token or None)


def _judge(answer: Answer, document: Object, upstream: Upstream) -> None:
    """Raise what an answer other than 200 means."""
    faulty, said = _faulty_parameters(document), answered(answer, _problem(document))
    is_bad = answer.status == HTTPStatus.BAD_REQUEST
    if answer.status == HTTPStatus.NOT_FOUND or (is_bad and "start_time" in faulty):
        raise OutOfReachError(upstream.name, upstream.concealed(said))
    if is_bad and "end_time" in faulty:
        # The end must be ten seconds past. A run that starts on time is a moment early.
        raise upstream.unsettled(said, retry_after=15.0)
    if is_bad and "query" in faulty:
        raise BadQueryError(upstream.name, upstream.concealed(said))
    remedy = CAPPED if _is_capped(document) else REMEDIES.get(answer.status)
    if remedy:
        raise upstream.refused(f"{said}; {remedy}")
    upstream.require_success(answer, _problem(document))


def _is_capped(document: Object) -> bool:
    kind, title = document.get("type"), document.get("title")
    return title == "UsageCapExceeded" or str(kind).endswith("/usage-capped")


def _refused(reason: str) -> UpstreamError:
    return UpstreamError(SOURCE.title, reason)


def _faulty_parameters(document: Object) -> set[str]:
    parameters = [object_in(error, "parameters") for error in objects_in(document, "errors")]
    return {name for names in parameters for name in names}


def _problem(document: Object) -> str:
    """What X says of a failure, in a few words of its own."""
    said = [error.get("message") for error in objects_in(document, "errors")]
    said += [document.get("detail"), document.get("title")]
    lines = (" ".join(text.split())[:200] for text in strings_in(said))
    return next((line for line in lines if line), "")
