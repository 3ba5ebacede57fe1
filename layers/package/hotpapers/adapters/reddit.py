"""Reddit: the posts that link to papers, newest first.

https://www.reddit.com/dev/api. Reddit answers approved apps only (Responsible Builder Policy of
November 2025), 100 questions a minute.
"""

import json
import logging
import re
from base64 import b64encode
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
    Allowance,
    Answer,
    Question,
    Terms,
    Upstream,
    answered,
    excerpt,
    source_upstream,
    user_agent,
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
CLIENT_ID, CLIENT_SECRET = "REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET"
CREDENTIALS: tuple[str, ...] = (CLIENT_ID, CLIENT_SECRET)

TOKEN_PATH = "/api/v1/access_token"  # noqa: S105 - an address
TOKEN_LIFE = timedelta(hours=1)
"""How long a token holds where Reddit does not say so: what it always says."""
LONGEST_LIFE = timedelta(days=1)
"""How long a token is used at most, whatever Reddit says."""
TOKEN_MARGIN = timedelta(minutes=1)
"""How long before its end a token is not used any more."""

PAGE_SIZE = 100
MOST_PAGES = 20
"""A stop for paging that never ends: a list ends after some thousand posts, which is ten pages."""
LAST_SECOND = 10**11
"""No post is from the year 5138 or later."""
DISTANCE = 1.0
"""Seconds between two requests: 60 in a minute, of 100."""
LONGEST_TITLE = 1_000
"""Three times what Reddit allows."""
LONGEST_SELF_TEXT = 40_000
"""What Reddit allows."""

POST_ID = re.compile(r"[a-z0-9]{1,13}", re.ASCII)
FULL_NAME = re.compile(r"t3_[a-z0-9]{1,13}", re.ASCII)
ACCOUNT_ID = re.compile(r"t2_[a-z0-9]{1,13}", re.ASCII)
USERNAME = re.compile(r"[\w-]{1,50}", re.ASCII)
TOKEN = re.compile(r"[\x21-\x7e]{1,8000}", re.ASCII)
PERMALINK = re.compile(
    r"(?P<page>(?:/(?:r|user)/[\w-]{1,50})?/comments/(?P<id>[a-z0-9]{1,13}))/", re.ASCII
)
"""What follows is a form of the title, in any script; Reddit does without."""
DELETED = "[deleted]"
"""What stands for the author once the account is deleted."""


@dataclass(frozen=True)
class Listing:
    """A list of posts that is asked for page by page, newest first.

    Where it ends with `most` posts or more, Reddit may have ended it: there are more.
    """

    path: str
    parameters: Mapping[str, str]
    most: int


def _links_to(domain: str) -> Listing:
    # Reddit keeps a thousand posts of a domain, and leaves out those that were removed since.
    return Listing(f"/domain/{domain}/new", {}, 900)


LISTINGS = (
    _links_to("arxiv.org"),
    _links_to("alphaxiv.org"),
    # A search gives some 250 posts, people find.
    Listing("/search", {"q": "selftext:arxiv.org", "sort": "new", "type": "link", "t": "all"}, 200),
)
"""Posts that are links, by where they lead (their texts are looked into as well), and posts that
are texts, in which r/MachineLearning prefers to discuss papers: those only the search finds.
Links to huggingface.co are models by far the most, so that its list ends within days: left out."""


@dataclass(frozen=True)
class Page:
    """A page of a list: `size` is how many entries it has, `after` the next page's name.

    `new` are the ids of the entries not seen before, `posts` the posts among these. `is_older`
    tells whether it ends with a post from before the span.
    """

    size: int
    after: str | None
    new: list[str]
    posts: tuple[Post, ...]
    is_older: bool


class TokenRefusedError(UpstreamError):
    """Reddit does not take the token."""


def prepare(read: Reader) -> Callable[[Mapping[str, str], Terms], PostSource]:
    """Read the source's settings; raises InvalidInputError."""
    origin = read.origin("REDDIT_URL", "https://oauth.reddit.com")
    entrance = read.origin("REDDIT_AUTH_URL", "https://www.reddit.com")
    return lambda credentials, terms: Reddit(
        origin, Login(entrance, credentials[CLIENT_ID], credentials[CLIENT_SECRET], terms), terms
    )


def _upstream(origin: str, terms: Terms, allowance: Allowance) -> Upstream:
    # Reddit wants `platform:app-id:version (contact)`, and turns away what begins as a library.
    agent = "linux:" + user_agent(terms.contact).replace("/", ":", 1)
    return source_upstream(
        SOURCE.title, origin, allowance, distance=DISTANCE, headers={"User-Agent": agent}
    )


class Login:
    """Where an app gets the token to ask with. The token is kept for as long as it holds."""

    def __init__(self, origin: str, client_id: str, client_secret: str, terms: Terms) -> None:
        self.allowance = Allowance(terms)
        self._now = terms.clock.now
        self._upstream = _upstream(origin, terms, self.allowance)
        self._basic = b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._secrets = [client_secret, self._basic]
        self._token: str | None = None
        self._token_end = self._now()

    def token(self) -> str:
        """A token. Raises UpstreamError where Reddit gives none."""
        if self._token is None or self._now() >= self._token_end:
            self._token = self._new_token()
        return self._token

    def forget(self) -> None:
        """Ask for a new token the next time."""
        self._token = None

    def conceal_from(self, upstream: Upstream) -> None:
        """Keep the secrets out of what is said of an upstream."""
        for secret in self._secrets:
            upstream.conceal(secret)

    def _new_token(self) -> str:
        self.conceal_from(self._upstream)
        question = Question(
            TOKEN_PATH,
            headers={"Authorization": f"Basic {self._basic}"},
            form={"grant_type": "client_credentials"},
        )
        return self._upstream.ask(question, self._read)

    def _read(self, answer: Answer) -> str:
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
            raise self._refused(answered(answer, problem_of(answer)))
        _require_entry(answer, self._upstream)
        self._upstream.require_success(answer, problem_of(answer))
        fields = _fields(answer)
        if isinstance(fields.get("error"), str | int):
            # It says so with a status of 200: OAuth's errors are in the answer's text.
            raise self._refused(f"answered {str(fields['error'])[:80]!r}")
        token = fields.get("access_token")
        if not matches(TOKEN, token):
            # What it answered instead is not told: half an answer may hold a token.
            raise self._upstream.unsettled("answered without a token")
        seconds = optional_count_in(fields, "expires_in")
        life = min(timedelta(seconds=seconds), LONGEST_LIFE) if seconds else TOKEN_LIFE
        self._token_end = self._now() + life - TOKEN_MARGIN
        self._secrets.append(str(token))
        return str(token)

    def _refused(self, reason: str) -> UpstreamError:
        return self._upstream.refused(f"does not know {CLIENT_ID} and {CLIENT_SECRET} ({reason})")


class Reddit:
    """Reddit as a source of posts.

    A crosspost is left out: it is a repost, shown with the original's page, and the original is
    in the same list. So is a post that was removed. A post whose author's account was deleted
    stands: others voted for it, and each such post is a voice of its own.
    """

    name = SOURCE.name

    def __init__(self, origin: str, login: Login, terms: Terms) -> None:
        self._login = login
        self._upstream = _upstream(origin, terms, login.allowance)

    def pages(self, listing_date: date, span: Window) -> Iterator[PostPage]:  # noqa: ARG002
        """The posts of a span of time that link to papers, newest first for each list."""
        self._login.allowance.begin()
        seen: set[str] = set()
        for listing in LISTINGS:
            for page in self._list(listing, span, seen):
                seen.update(page.new)
                yield PostPage(page.posts, len(page.new))

    def _list(self, listing: Listing, span: Window, seen: Set[str]) -> Iterator[Page]:
        """The pages of a list, back to the beginning of the span."""

        def read(answer: Answer) -> Page:
            return _read_page(answer, self._upstream, span, seen)

        after: str | None = None
        names: set[str] = set()
        total = 0
        for _ in range(MOST_PAGES):
            page = self._ask(_question(listing, after), read)
            yield page
            total, after = total + page.size, page.after
            if page.is_older:
                return
            if after is None:
                self._require_whole(listing, total)
                return
            if after in names:
                raise self._upstream.refused("its paging runs in a circle")
            names.add(after)
        raise self._upstream.refused(f"its paging does not end after {MOST_PAGES} pages")

    def _require_whole(self, listing: Listing, total: int) -> None:
        if total >= listing.most:
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
            raise self._upstream.refused(reason) from error

    def _ask_once(self, question: Question, read: Callable[[Answer], Page]) -> Page:
        headers = {"Authorization": f"Bearer {self._login.token()}"}
        self._login.conceal_from(self._upstream)
        return self._upstream.ask(replace(question, headers=headers), read)


def _question(listing: Listing, after: str | None) -> Question:
    parameters = {**listing.parameters, "limit": str(PAGE_SIZE), "raw_json": "1"}
    return Question(listing.path, {**parameters, "after": after} if after else parameters)


def _fields(answer: Answer) -> Object:
    """The JSON object that an answer is, empty where it is none."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, Mapping) else {}


def _require_entry(answer: Answer, upstream: Upstream) -> None:
    if answer.status == HTTPStatus.FORBIDDEN:
        said = answered(answer, problem_of(answer))
        reason = f"does not let us in ({said}); it takes approved apps only, not from every network"
        raise upstream.refused(reason)


def _read_page(answer: Answer, upstream: Upstream, span: Window, seen: Set[str]) -> Page:
    if answer.status == HTTPStatus.UNAUTHORIZED:
        refused = upstream.refused(answered(answer, problem_of(answer)))
        raise TokenRefusedError(refused.upstream, refused.reason)
    _require_entry(answer, upstream)
    document = read_json(answer, upstream)
    data = object_in(document, "data") if isinstance(document, Mapping) else {}
    children, after = data.get("children"), data.get("after")
    if not isinstance(children, list):
        raise upstream.unsettled(f"answered no list of posts ({excerpt(answer.body)})")
    if after and not matches(FULL_NAME, after):
        raise upstream.unsettled("answered a list without a readable after")
    things = [child if isinstance(child, Mapping) else {} for child in children]
    entries = [object_in(thing, "data") for thing in things if thing.get("kind", "t3") == "t3"]
    new = [entry for entry in entries if _id_of(entry) not in seen]
    posts = read_posts(new, lambda entry: _read_post(entry, span), upstream)
    seconds = [second for entry in entries if (second := _second(entry)) is not None]
    is_older = bool(seconds) and seconds[-1] < span.start.timestamp()
    return Page(len(entries), after or None, [_id_of(entry) for entry in new], posts, is_older)


def _second(entry: Object) -> float | None:
    """When a post was made, in seconds since 1970."""
    second = entry.get("created_utc")
    if not isinstance(second, int | float) or isinstance(second, bool):
        return None
    return second if 0 <= second < LAST_SECOND else None


def _id_of(entry: Object) -> str:
    return str(entry.get("id"))


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
