"""Reddit: the posts that link to papers, newest first.

https://www.reddit.com/dev/api. Reddit answers approved apps only (Responsible Builder Policy of
November 2025), 100 questions a minute.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

from hotpapers.adapters.entries import (
    MOST_COUNTED,
    UNDETERMINED,
    BadEntryError,
    Object,
    matches,
    object_in,
    optional_count_in,
    problem_of,
    read_json,
    read_posts,
    text_in,
)
from hotpapers.adapters.http import (
    Answer,
    Question,
    Terms,
    Upstream,
    answered,
    excerpt,
)
from hotpapers.adapters.reddit_login import (
    CLIENT_ID,
    CLIENT_SECRET,
    DISTANCE,
    Login,
    NoEntryError,
    reddit_upstream,
    require_entry,
)
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId, paper_id_in_link, papers_in_text
from hotpapers.domain.post import Account, Post
from hotpapers.domain.reading import PostPage
from hotpapers.domain.sources import SOURCES
from hotpapers.environment import Reader
from hotpapers.errors import UpstreamError
from hotpapers.ports import PostSource

logger = logging.getLogger(__name__)

SOURCE = SOURCES["reddit"]
CREDENTIALS: tuple[str, ...] = (CLIENT_ID, CLIENT_SECRET)

PAGE_SIZE = 100
MOST_PAGES = 20
"""A stop for paging that never ends: a list ends after some thousand posts, which is ten pages."""
REACH = timedelta(days=30)
"""How far back the lists are read. They cannot be searched by date: they begin with the newest post
and end after a thousand, which is a month of thirty a day. Where one ends before the span begins,
that is a shortfall."""
LAST_SECOND = 10**11
"""No post is from the year 5138 or later."""
LONGEST_TITLE = 1_000
"""Three times what Reddit allows."""
LONGEST_NAME_OF_PAGE = 200
"""Of what Reddit calls the next page: a post's id, so far."""
LONGEST_SELF_TEXT = 40_000
"""What Reddit allows."""

POST_ID = re.compile(r"[a-z0-9]{1,13}", re.ASCII)
ACCOUNT_ID = re.compile(r"t2_[a-z0-9]{1,13}", re.ASCII)
USERNAME = re.compile(r"[\w-]{1,50}", re.ASCII)
PERMALINK = re.compile(
    r"(?P<page>(?:/(?:r|user)/[\w-]{1,50})?/comments/(?P<id>[a-z0-9]{1,13}))/", re.ASCII
)
"""What follows is a form of the title, in any script; Reddit does without."""
DELETED = "[deleted]"
"""What stands for the author once the account is deleted."""


@dataclass(frozen=True)
class Listing:
    """A list of posts that is asked for page by page, newest first.

    Where it ends with `most` posts or more, Reddit may have ended it: there are more. The `main`
    list is what Reddit is asked for; the others are there for what it does not have.
    """

    path: str
    parameters: Mapping[str, str]
    most: int
    main: bool = False


def _links_to(domain: str, *, main: bool = False) -> Listing:
    # Reddit keeps a thousand posts of a domain, and leaves out those that were removed since.
    return Listing(f"/domain/{domain}/new", {}, 900, main)


LISTINGS = (
    _links_to("arxiv.org", main=True),
    _links_to("alphaxiv.org"),
    # A search gives some 250 posts, people find.
    Listing("/search", {"q": "selftext:arxiv.org", "sort": "new", "type": "link", "t": "all"}, 200),
)
"""Posts that are links, by where they lead (their texts are looked into as well), and posts that
are texts, in which r/MachineLearning prefers to discuss papers: those only the search finds.
Links to huggingface.co are models by far the most, so that its list ends within days: left out."""


@dataclass(frozen=True)
class Page:
    """A page of a list: `found` are the posts among the entries not seen before.

    `ids` are those of all its entries, `size` is how many it has. Of the `dated` ones so many are
    `older` than the span. `after` is the next page's name, None after the last page, and `is_torn`
    tells that there is one whose name cannot be read.
    """

    found: PostPage
    ids: frozenset[str] = frozenset()
    size: int = 0
    dated: int = 0
    older: int = 0
    after: str | None = None
    is_torn: bool = False

    @property
    def is_older(self) -> bool:
        """Whether what follows is from before the span: most of the posts are.

        One old post says nothing, as lists are not always in order. All need not be old: Reddit
        itself says when a post was made, so that no author can make most of them old.
        """
        return 2 * self.older > self.dated


class LoginError(UpstreamError):
    """Reddit gives no token that it takes: it need not be asked for anything."""


class TokenRefusedError(UpstreamError):
    """Reddit does not take the token."""


def prepare(read: Reader) -> Callable[[Mapping[str, str], Terms], PostSource]:
    """Read the source's settings; raises InvalidInputError."""
    origin = read.origin("REDDIT_URL", "https://oauth.reddit.com")
    entrance = read.origin("REDDIT_AUTH_URL", "https://www.reddit.com")
    return lambda credentials, terms: Reddit(
        origin, Login(entrance, credentials[CLIENT_ID], credentials[CLIENT_SECRET], terms), terms
    )


class Reddit:
    """Reddit as a source of posts.

    A crosspost is left out: it is a repost, shown with the original's page, and the original is
    in the same list. So is a post that was removed. A post whose author's account was deleted
    stands: others voted for it, and each such post is a voice of its own.
    """

    name = SOURCE.name

    def __init__(self, origin: str, login: Login, terms: Terms) -> None:
        self._login = login
        self._upstream = reddit_upstream(origin, terms, login.allowance)

    def earliest(self, time: datetime) -> datetime:
        """From when on posts are found by paging back from the newest."""
        return time - REACH

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        """The posts of a span of time that link to papers, newest first for each list.

        Raises UpstreamError at the end where a list did not tell all, naming those that only add
        to the main one. Where it is Reddit that does not let us in, or our time that is over, the
        lists that are left are not asked: they would only say the same.
        """
        self._login.allowance.begin()
        seen: set[str] = set()
        shortfalls: list[str] = []
        first: UpstreamError | None = None
        for listing in LISTINGS:
            try:
                yield from self._list(listing, span, seen)
            except UpstreamError as error:
                first = first or error
                shut = (LoginError, NoEntryError) if listing.main else LoginError
                is_end = isinstance(error, shut) or self._login.allowance.left() <= DISTANCE
                is_plain = is_end or listing.main
                shortfalls.append(error.reason if is_plain else f"{listing.path}: {error.reason}")
                if is_end:
                    break
        if shortfalls:
            raise UpstreamError(SOURCE.title, "; ".join(shortfalls)) from first

    def _list(self, listing: Listing, span: Window, seen: set[str]) -> Iterator[PostPage]:
        """The pages of a list, back to the beginning of the span."""
        after: str | None = None
        names: set[str] = set()
        total = 0
        for _ in range(MOST_PAGES):
            page = self._page(listing, after, span, seen)
            seen.update(page.ids)
            yield page.found
            total, after = total + page.size, page.after
            if page.is_older:
                return
            if page.is_torn:
                raise self._upstream.refused("answered a list without a readable after")
            if after is None:
                self._require_whole(listing, total, page)
                return
            if after in names:
                raise self._upstream.refused("its paging runs in a circle")
            names.add(after)
        raise self._upstream.refused(f"its paging does not end after {MOST_PAGES} pages")

    def _page(self, listing: Listing, after: str | None, span: Window, seen: Set[str]) -> Page:
        def read(answer: Answer) -> Page:
            if answer.status == HTTPStatus.NOT_FOUND and not listing.main and after is None:
                # A domain that nobody links to may be none to Reddit. Nor need its search stay.
                logger.info("there is no such list", extra={"upstream": f"Reddit {listing.path}"})
                return Page(PostPage((), 0))
            return _read_page(answer, self._upstream, span, seen)

        return self._ask(_question(listing, after), read)

    def _require_whole(self, listing: Listing, total: int, last: Page) -> None:
        # With one old post the list has come to the beginning of the span, or is out of order.
        if total >= listing.most and last.older <= 1:
            reason = f"ends its list after {total} posts, before the beginning of the span"
            raise self._upstream.refused(reason)

    def _ask(self, question: Question, read: Callable[[Answer], Page]) -> Page:
        try:
            return self._ask_once(question, read)
        except TokenRefusedError:
            # It can end before its time: Reddit takes tokens back, and our clock may be slow.
            logger.info("token is renewed", extra={"upstream": SOURCE.title})
            self._login.forget()
        try:
            return self._ask_once(question, read)
        except TokenRefusedError as error:
            self._login.forget()
            reason = f"does not take the token that it has just given ({error.reason})"
            raise LoginError(SOURCE.title, reason) from error

    def _ask_once(self, question: Question, read: Callable[[Answer], Page]) -> Page:
        try:
            token = self._login.token()
        except UpstreamError as error:
            raise LoginError(error.upstream, error.reason) from error
        self._login.conceal_from(self._upstream)
        headers = {"Authorization": f"Bearer {token}"}
        return self._upstream.ask(replace(question, headers=headers), read)


def _question(listing: Listing, after: str | None) -> Question:
    parameters = {**listing.parameters, "limit": str(PAGE_SIZE), "raw_json": "1"}
    return Question(listing.path, {**parameters, "after": after} if after else parameters)


def _read_page(answer: Answer, upstream: Upstream, span: Window, seen: Set[str]) -> Page:
    if answer.status == HTTPStatus.UNAUTHORIZED:
        refused = upstream.refused(answered(answer, problem_of(answer)))
        raise TokenRefusedError(refused.upstream, refused.reason)
    require_entry(answer, upstream)
    document = read_json(answer, upstream)
    data = object_in(document, "data") if isinstance(document, Mapping) else {}
    children, after = data.get("children"), data.get("after")
    if not isinstance(children, list):
        raise upstream.unsettled(f"answered no list of posts ({excerpt(answer.body)})")
    things = [child if isinstance(child, Mapping) else {} for child in children]
    entries = [object_in(thing, "data") for thing in things if _is_post(thing)]
    new = [entry for entry in entries if _id_of(entry) not in seen]
    posts, unreadable = read_posts(new, lambda entry: _read_post(entry, span), upstream)
    seconds = [second for entry in entries if (second := _second(entry)) is not None]
    return Page(
        PostPage(posts, len(new), unreadable=unreadable),
        frozenset(number for entry in entries if (number := _id_of(entry)) is not None),
        len(entries),
        len(seconds),
        sum(second < span.start.timestamp() for second in seconds),
        after if _is_page_name(after) and after else None,
        is_torn=after is not None and not _is_page_name(after),
    )


def _is_post(thing: Object) -> bool:
    """Tell whether a thing of a list is a post, or may be one: it is said where it is not."""
    kind = thing.get("kind")
    return kind == "t3" or not isinstance(kind, str)


def _is_page_name(after: object) -> bool:
    """Tell whether this can name the next page, or (empty) that there is none.

    It is the id of a page's last post. Nothing relies on that: it is only given back to Reddit.
    """
    return isinstance(after, str) and len(after) <= LONGEST_NAME_OF_PAGE and after.isprintable()


def _second(entry: Object) -> float | None:
    """When a post was made, in seconds since 1970."""
    second = entry.get("created_utc")
    if not isinstance(second, int | float) or isinstance(second, bool):
        return None
    return second if 0 <= second < LAST_SECOND else None


def _id_of(entry: Object) -> str | None:
    """What an entry is known by; None for one that cannot be told from others."""
    number = entry.get("id")
    return None if number is None else str(number)


def _read_post(entry: Object, span: Window) -> Post | None:
    """The post, or None where it is a crosspost, removed, about no paper or of another time."""
    if not matches(POST_ID, entry.get("id")):
        raise BadEntryError("it has no id")
    if entry.get("crosspost_parent") or entry.get("removed_by_category"):
        return None
    papers = _papers(entry)
    if not papers:
        return None
    second = _second(entry)
    if second is None:
        raise BadEntryError("it has no time")
    created_at = datetime.fromtimestamp(second, UTC)
    if created_at not in span:
        return None
    title = " ".join(text_in(entry, "title", LONGEST_TITLE).split())
    if not title:
        raise BadEntryError("it has no title")
    counts = {"score": _score(entry)}
    comments = optional_count_in(entry, "num_comments")
    return Post(
        source=SOURCE.name,
        id=str(entry["id"]),
        url=_url(entry),
        account=_account(entry),
        text=title,
        spans=(),
        language=UNDETERMINED,
        created_at=created_at,
        counts=counts if comments is None else {**counts, "comments": comments},
        papers=papers,
    )


def _papers(entry: Object) -> tuple[PaperId, ...]:
    """The papers that a post links to, and those that its text (Markdown) names."""
    url, text = entry.get("url"), entry.get("selftext")
    linked = paper_id_in_link(url) if isinstance(url, str) else None
    named = papers_in_text(text[:LONGEST_SELF_TEXT]) if isinstance(text, str) else ()
    return tuple(sorted({*named, *((linked,) if linked else ())}))


def _score(entry: Object) -> int:
    """The votes for a post less those against it, and nothing where these are more.

    A post that is voted down says nothing against what others say of the paper, so it takes
    nothing away from them. (Reddit itself shows 0 there, mostly.)
    """
    score = entry.get("score")
    if not isinstance(score, int) or isinstance(score, bool) or abs(score) >= MOST_COUNTED:
        raise BadEntryError("it has no score")
    return max(score, 0)


def _account(entry: Object) -> Account:
    author, account_id = entry.get("author"), entry.get("author_fullname")
    if author == DELETED:
        return Account(f"{DELETED}/{entry['id']}", DELETED, DELETED)
    if not matches(USERNAME, author):
        raise BadEntryError("it has no author")
    name = str(author)
    return Account(str(account_id) if matches(ACCOUNT_ID, account_id) else name, name, name)


def _url(entry: Object) -> str:
    """The post's address, with the subreddit's name in it where Reddit tells that in its form."""
    permalink = entry.get("permalink")
    match = PERMALINK.match(permalink) if isinstance(permalink, str) else None
    path = match["page"] if match and match["id"] == entry["id"] else f"/comments/{entry['id']}"
    return f"https://www.reddit.com{path}/"
