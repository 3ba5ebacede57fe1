"""X's API v2: the search for posts with links to arXiv (https://docs.x.com/x-api)."""

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from hotpapers.adapters.http import Answer, Time, Upstream, answered, excerpt, user_agent
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId, paper_id_in_link
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Candidate, Span, SpanKind, place
from hotpapers.errors import UpstreamError

logger = logging.getLogger(__name__)

Object = Mapping[str, Any]

SOURCE = "x"
QUERY = 'url:"arxiv.org" -is:retweet'
"""Every post with a link to arXiv, but for retweets: these carry the original's counts."""

FIELDS = {
    "tweet.fields": (
        "author_id,created_at,entities,lang,note_tweet,public_metrics,referenced_tweets"
    ),
    "expansions": "author_id,entities.mentions.username",
    "user.fields": "name,username",
}
MOST_PAGES = 500
"""A stop for paging that never ends: ten times the pages of a very busy day."""

MANY = 10
"""A page with as many entries, none of which can be read, is no page: the format has changed."""

LONGEST_TEXT = 25_000
"""What X allows in its longest posts."""
LONGEST_NAME = 500
"""Ten times what X allows."""

USERNAME = re.compile(r"\w{1,50}", re.ASCII)
NUMBER = re.compile(r"\d{1,20}", re.ASCII)
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}", re.ASCII)
WEB_ADDRESS = re.compile(r"https?://\S+", re.ASCII)
PICTURE = re.compile(r"pic\.(?:twitter|x)\.com/(?P<code>\w+)", re.ASCII)
PICTURE_PAGE = re.compile(
    r"https?://(?:www\.)?(?:twitter|x)\.com/\w+/status/\d+/(?:photo|video)/\d+", re.ASCII
)
SURROGATE = re.compile(r"[\ud800-\udfff]")
ESCAPE = re.compile(r"&(amp|lt|gt);")
ESCAPED = {"amp": "&", "lt": "<", "gt": ">"}


class BadEntryError(ValueError):
    """A post lacks what it must have, or has it in another form."""


class OutOfReachError(UpstreamError):
    """The search does not look back as far as it was asked to, or is not there at all."""


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
class Page:
    """A page of a search: its posts about papers, how many it had in all, and the next token."""

    posts: tuple[Post, ...]
    entries: int
    next_token: str | None


class X:
    """X as a source of posts."""

    def __init__(self, origin: str, token: str, contact: str, clock: Time | None = None) -> None:
        headers = {
            "Authorization": f"Bearer {token}",
            "User-Agent": user_agent(contact),
            "Accept": "application/json",
        }
        self._upstreams = {
            search: Upstream("X", origin, headers, distance=search.distance, clock=clock)
            for search in (RECENT, ARCHIVE)
        }

    def posts_about_papers(self, span: Window) -> Sequence[Post]:
        """The posts of a span of time that link to papers.

        The seven days that the recent search reaches are counted from the span's end. Where the
        span is long past, so that X counts otherwise, X says so, and the archive is asked.
        """
        if RECENT.reach is not None and span.end - span.start < RECENT.reach:
            try:
                return list(self._search(RECENT, span))
            except OutOfReachError:
                logger.info("archive is searched", extra={"start": span.start.isoformat()})
        return list(self._search(ARCHIVE, span))

    def _search(self, search: Search, span: Window) -> Iterator[Post]:
        upstream = self._upstreams[search]
        token: str | None = None
        seen: set[str] = set()
        entries = 0
        for number in range(1, MOST_PAGES + 1):
            page = self._page(search, span, token)
            entries += page.entries
            logger.info("posts read", extra={"page": number, "posts": entries})
            yield from page.posts
            token = page.next_token
            if token is None:
                return
            if token in seen:
                raise upstream.refused("its paging runs in a circle")
            seen.add(token)
        raise upstream.refused(f"its paging does not end after {MOST_PAGES} pages")

    def _page(self, search: Search, span: Window, token: str | None) -> Page:
        parameters = {
            "query": QUERY,
            "start_time": f"{span.start:%Y-%m-%dT%H:%M:%SZ}",
            "end_time": f"{span.end:%Y-%m-%dT%H:%M:%SZ}",
            "max_results": str(search.page_size),
            **FIELDS,
        }
        if token is not None:
            parameters["next_token"] = token
        upstream = self._upstreams[search]
        return upstream.get(search.path, parameters, lambda answer: _read(answer, upstream))


def _read(answer: Answer, upstream: Upstream) -> Page:
    document = _parse(answer.body)
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
    posts, unreadable = _read_posts(entries, _users(document))
    if unreadable == len(entries) >= MANY:
        raise upstream.unsettled("answered a page of which no post can be read")
    return Page(tuple(posts), len(entries), token or None)


def _judge(answer: Answer, document: Object, upstream: Upstream) -> None:
    faulty, detail = _faulty_parameters(document), _problem(document)
    if answer.status == HTTPStatus.NOT_FOUND or (
        answer.status == HTTPStatus.BAD_REQUEST and "start_time" in faulty
    ):
        raise OutOfReachError(upstream.name, answered(answer, detail))
    if answer.status == HTTPStatus.BAD_REQUEST and "end_time" in faulty:
        # The end must be ten seconds past. A run that starts on time is a moment early.
        raise upstream.unsettled(answered(answer, detail), retry_after=15.0)
    if str(document.get("type", "")).endswith("/usage-capped"):
        raise upstream.refused(answered(answer, detail))
    upstream.require_success(answer, detail)


def _parse(body: bytes) -> Object:
    """The JSON object that an answer is, or an empty one where it is anything else."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _faulty_parameters(document: Object) -> set[str]:
    errors = _list(document, "errors")
    parameters = [_object(error, "parameters") for error in errors if isinstance(error, Mapping)]
    return {name for names in parameters for name in names}


def _problem(document: Object) -> str:
    """What X says of a failure, in a few words of its own."""
    errors = [error for error in _list(document, "errors") if isinstance(error, Mapping)]
    said = [error.get("message") for error in errors]
    said += [document.get("detail"), document.get("title")]
    lines = (" ".join(text.split())[:200] for text in said if isinstance(text, str))
    return next((line for line in lines if line), "")


def _users(document: Object) -> dict[str, Account]:
    users = _list(_object(document, "includes"), "users")
    accounts = (_account(user) for user in users if isinstance(user, Mapping))
    return {account.id: account for account in accounts if account is not None}


def _account(user: Object) -> Account | None:
    user_id, username, name = user.get("id"), user.get("username"), user.get("name")
    if not _is(NUMBER, user_id) or not _is(USERNAME, username) or not isinstance(name, str):
        return None
    if len(name) > LONGEST_NAME:
        return None
    return Account(str(user_id), str(username), _plain(name))


def _read_posts(entries: Sequence[object], users: Mapping[str, Account]) -> tuple[list[Post], int]:
    """The posts about papers, and how many entries could not be read."""
    posts: list[Post] = []
    unreadable = 0
    for entry in entries:
        fields = entry if isinstance(entry, Mapping) else {}
        try:
            post = _read_post(fields, users)
        except BadEntryError as error:
            reason, entry_id = str(error), str(fields.get("id"))[:50]
            logger.warning("post left out", extra={"reason": reason, "id": entry_id})
            unreadable += 1
        else:
            posts += [post] if post else []
    return posts, unreadable


def _read_post(entry: Object, users: Mapping[str, Account]) -> Post | None:
    """The post, or None where it is a retweet or about no paper."""
    if not entry:
        raise BadEntryError("it is not an object")
    papers = _papers(entry)
    if _is_retweet(entry) or not papers:
        return None
    post_id = entry.get("id")
    if not _is(NUMBER, post_id):
        raise BadEntryError("it has no id")
    account = users.get(str(entry.get("author_id")))
    if account is None:
        raise BadEntryError("nothing is said of its author")
    text, spans = _text(entry, users)
    language = entry.get("lang")
    metrics = _object(entry, "public_metrics")
    return Post(
        source=SOURCE,
        id=str(post_id),
        url=f"https://twitter.com/{account.username}/status/{post_id}",
        account=account,
        text=text,
        spans=spans,
        language=str(language) if _is(LANGUAGE, language) else "und",
        created_at=_time(entry.get("created_at")),
        retweets=_count(metrics, "retweet_count", "repost_count"),
        favorites=_count(metrics, "like_count"),
        papers=papers,
    )


def _is_retweet(entry: Object) -> bool:
    references = _list(entry, "referenced_tweets") + _list(entry, "referenced_posts")
    kinds = [reference.get("type") for reference in references if isinstance(reference, Mapping)]
    return "retweeted" in kinds or "reposted" in kinds


def _papers(entry: Object) -> tuple[PaperId, ...]:
    """The papers that the links lead to; those of a long post's full text too."""
    parts = [entry, _object(entry, "note_tweet"), _object(entry, "note_post")]
    urls = [url for part in parts for url in _entities(part, "urls")]
    links = [url.get(key) for url in urls for key in ("unwound_url", "expanded_url", "url")]
    found = {paper_id_in_link(link) for link in links if isinstance(link, str)}
    return tuple(sorted(paper_id for paper_id in found if paper_id is not None))


def _text(entry: Object, users: Mapping[str, Account]) -> tuple[str, tuple[Span, ...]]:
    escaped = entry.get("text")
    if not isinstance(escaped, str):
        raise BadEntryError("it has no text")
    if len(escaped) > LONGEST_TEXT:
        raise BadEntryError(f"its text has {len(escaped)} characters")
    text = _plain(escaped)
    spellings = {account.username.lower(): account.username for account in users.values()}
    candidates = [
        *_links(entry, escaped),
        *_mentions(entry, escaped, spellings),
        *_tags(entry, escaped),
    ]
    return text, place(text, candidates)


def _links(entry: Object, escaped: str) -> Iterator[Candidate]:
    for url in _entities(entry, "urls"):
        address = url.get("url")
        if not isinstance(address, str) or not WEB_ADDRESS.fullmatch(address):
            continue
        hint = _hint(url, escaped)
        picture = _picture(url)
        if picture:
            # X shows `pic.x.com/…` today; the posts show the address that they always had.
            target = f"pic.twitter.com/{picture}"
            yield Candidate(address, SpanKind.PICTURE, target, hint)
        else:
            yield Candidate(address, SpanKind.LINK, address, hint)


def _picture(url: Object) -> str | None:
    """The code of a picture's shown address; None for a link to anything else."""
    shown = url.get("display_url")
    if isinstance(shown, str):
        match = PICTURE.fullmatch(shown)
        return match["code"] if match else None
    # Without it the address that it stands for tells, and the code is the short address's own.
    if _is(PICTURE_PAGE, url.get("expanded_url")):
        return str(url["url"]).rstrip("/").rpartition("/")[2]
    return None


def _mentions(entry: Object, escaped: str, spellings: Mapping[str, str]) -> Iterator[Candidate]:
    for entity in _entities(entry, "mentions"):
        username = entity.get("username")
        if _is(USERNAME, username):
            target = spellings.get(str(username).lower(), str(username))
            yield Candidate(str(username), SpanKind.MENTION, target, _hint(entity, escaped))


def _tags(entry: Object, escaped: str) -> Iterator[Candidate]:
    for group, kind in (("hashtags", SpanKind.HASHTAG), ("cashtags", SpanKind.CASHTAG)):
        for entity in _entities(entry, group):
            tag = entity.get("tag")
            if isinstance(tag, str):
                yield Candidate(_plain(tag), kind, _plain(tag), _hint(entity, escaped))


def _hint(entity: Object, escaped: str) -> int | None:
    """Where X says that an entity starts, in the text without escapes."""
    start = entity.get("start")
    if not isinstance(start, int) or isinstance(start, bool) or start < 0:
        return None
    return len(_plain(escaped[:start]))


def _count(metrics: Object, *names: str) -> int:
    count = next((metrics[name] for name in names if name in metrics), None)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < 10**12:
        raise BadEntryError(f"it has no {names[0]}")
    return count


def _time(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # 0001-01-01T00:00:00+01:00 is a time before all times
        pass
    raise BadEntryError("it has no time")


def _plain(text: str) -> str:
    """The text as it was typed: X escapes `&`, `<` and `>` in what it hands out, once."""
    unescaped = ESCAPE.sub(lambda match: ESCAPED[match[1]], text)
    return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", unescaped)


def _entities(part: Object, group: str) -> list[Object]:
    entries = _list(_object(part, "entities"), group)
    return [entry for entry in entries if isinstance(entry, Mapping)]


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _object(document: Object, name: str) -> Object:
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def _list(document: Object, name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else []
