"""Reading the posts that X's API v2 sends, and the places in their texts.

X's objects have two vocabularies: the older speaks of tweets and retweets, the newer (since
2026-07-29) of posts and reposts. Both are read, whatever was asked for.
"""

import re
from collections.abc import Iterator, Mapping

from hotpapers.adapters.entries import (
    LONGEST_NAME,
    BadEntryError,
    Object,
    count_in,
    language_in,
    matches,
    object_in,
    objects_in,
    optional_count_in,
    strings_in,
    text_in,
    time_in,
    without_surrogates,
)
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId, paper_id_in_link
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Candidate, Span, SpanKind, place
from hotpapers.domain.sources import X

LIKES = ("like_count",)
REPOSTS = ("retweet_count", "repost_count")
REFERENCES = ("referenced_tweets", "referenced_posts")
REPOSTED = frozenset({"retweeted", "reposted"})
NOTES = ("note_tweet", "note_post")
"""What the two vocabularies call the same things; `NOTES` hold the whole of a long post."""

USERNAME = re.compile(r"\w{1,50}", re.ASCII)
NUMBER = re.compile(r"\d{1,20}", re.ASCII)
WEB_ADDRESS = re.compile(r"https?://\S+", re.ASCII)
PICTURE = re.compile(r"pic\.(?:twitter|x)\.com/(?P<code>\w+)", re.ASCII)
PICTURE_PAGE = re.compile(
    r"https?://(?:www\.)?(?:twitter|x)\.com/\w+/status/\d+/(?:photo|video)/\d+", re.ASCII
)
ESCAPE = re.compile(r"&(amp|lt|gt);")
ESCAPED = {"amp": "&", "lt": "<", "gt": ">"}

Users = Mapping[str, Account]


def read_users(document: Object) -> Users:
    """The accounts that an answer tells of, by their ids."""
    users = objects_in(object_in(document, "includes"), "users")
    accounts = (_account(user) for user in users)
    return {account.id: account for account in accounts if account is not None}


def read_likes(entry: object) -> int | None:
    """How often a post was liked; None where it does not say."""
    if not isinstance(entry, Mapping):
        return None
    return optional_count_in(object_in(entry, "public_metrics"), *LIKES)


def read_post(entry: Object, users: Users, span: Window) -> Post | None:
    """The post, or None where it is a repost, about no paper, or of another time.

    What a post is about is where its links lead: in its text stand the short addresses only. A
    repost counts nothing, whatever it refers to and whatever its numbers: it carries its
    original's. A quote is a post of its own. Raises BadEntryError.
    """
    if not entry:
        raise BadEntryError("it is not an object")
    post_id = entry.get("id")
    if not matches(NUMBER, post_id):
        raise BadEntryError("it has no id")
    papers = _papers(entry)
    if _is_repost(entry) or not papers:
        return None
    account = users.get(str(entry.get("author_id")))
    if account is None:
        raise BadEntryError("nothing is said of its author")
    text, spans = _text(entry, users)
    created_at = time_in(entry, "created_at")
    metrics = object_in(entry, "public_metrics")
    counts = {"reposts": count_in(metrics, *REPOSTS), "likes": count_in(metrics, *LIKES)}
    if created_at not in span:
        return None
    return Post(
        source=X.name,
        id=str(post_id),
        url=f"https://twitter.com/{account.username}/status/{post_id}",
        account=account,
        text=text,
        spans=spans,
        language=language_in(entry, "lang"),
        created_at=created_at,
        counts=counts,
        papers=papers,
    )


def _account(user: Object) -> Account | None:
    user_id, username, name = user.get("id"), user.get("username"), user.get("name")
    if not matches(NUMBER, user_id) or not matches(USERNAME, username):
        return None
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        return None
    return Account(str(user_id), str(username), _plain(name))


def _is_repost(entry: Object) -> bool:
    references = [each for name in REFERENCES for each in objects_in(entry, name)]
    return not REPOSTED.isdisjoint(strings_in(each.get("type") for each in references))


def _papers(entry: Object) -> tuple[PaperId, ...]:
    """The papers that the links lead to; those of a long post's full text too."""
    parts = [entry, *(object_in(entry, name) for name in NOTES)]
    urls = [url for part in parts for url in _entities(part, "urls")]
    links = strings_in(
        url.get(key) for url in urls for key in ("unwound_url", "expanded_url", "url")
    )
    found = {paper_id_in_link(link) for link in links}
    return tuple(sorted(paper_id for paper_id in found if paper_id is not None))


def _text(entry: Object, users: Users) -> tuple[str, tuple[Span, ...]]:
    escaped = text_in(entry, "text")
    text = _plain(escaped)
    candidates = [
        *_links(entry, escaped),
        *_mentions(entry, escaped, users),
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
    if matches(PICTURE_PAGE, url.get("expanded_url")):
        return str(url["url"]).rstrip("/").rpartition("/")[2]
    return None


def _mentions(entry: Object, escaped: str, users: Users) -> Iterator[Candidate]:
    entities = _entities(entry, "mentions")
    if not entities:
        return
    spellings = {account.username.lower(): account.username for account in users.values()}
    for entity in entities:
        username = entity.get("username")
        if matches(USERNAME, username):
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


def _plain(text: str) -> str:
    """The text as it was typed: X escapes `&`, `<` and `>` in what it hands out, once."""
    return without_surrogates(ESCAPE.sub(lambda match: ESCAPED[match[1]], text))


def _entities(part: Object, group: str) -> list[Object]:
    return objects_in(object_in(part, "entities"), group)
