"""Reading the posts that Bluesky's search gives (the lexicon's `app.bsky.feed.defs#postView`)."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from hotpapers.adapters.entries import (
    LONGEST_NAME,
    BadEntryError,
    Object,
    count_in,
    is_web_address,
    language_in,
    list_in,
    matches,
    object_in,
    objects_in,
    strings_in,
    text_in,
    time_in,
)
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId, paper_id_in_link, papers_in_text
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from hotpapers.domain.sources import SOURCES

SOURCE = SOURCES["bluesky"]

HIDDEN = frozenset({"!hide", "!takedown"})
"""Labels by which Bluesky's moderators take a post away
(https://docs.bsky.app/docs/advanced-guides/moderation)."""
NOT_QUOTABLE = "!no-unauthenticated"
"""The label of an account that wants its posts to be shown to those only who are logged in."""
AUTOMATED = "bot"
"""The label that an account gives itself: https://docs.bsky.app/docs/starter-templates/bots."""

DID = re.compile(r"did:[a-z]{1,20}:[A-Za-z0-9._:%-]{0,255}[A-Za-z0-9._-]", re.ASCII)
POST_ADDRESS = re.compile(
    rf"""
    at://(?P<did>{DID.pattern})
    /app\.bsky\.feed\.post
    /(?P<key>[A-Za-z0-9_~-][A-Za-z0-9._:~-]{{0,99}})
    """,
    re.ASCII | re.VERBOSE,
)
HANDLE = re.compile(r"[A-Za-z0-9.-]{1,253}", re.ASCII)
CONTENT_HASH = re.compile(r"[A-Za-z0-9]{1,128}", re.ASCII)
TAG = re.compile(r"\S{1,640}")
"""As many characters as Bluesky allows bytes."""
ABBREVIATED = ("...", "…")


def read_post(entry: Object, span: Window) -> Post | None:
    """The post, or None where it is about no paper, of another time, or taken away.

    Raises BadEntryError where it cannot be read.
    """
    record = object_in(entry, "record")
    text = text_in(record, "text")
    spans = _spans(record, text)
    papers = _papers(entry, text, spans)
    if not papers:
        return None
    created_at = _time(entry, record)
    labels = _labels(entry)
    if created_at not in span or not HIDDEN.isdisjoint(labels):
        return None
    uri, account = entry.get("uri"), _account(object_in(entry, "author"))
    address = POST_ADDRESS.fullmatch(uri) if isinstance(uri, str) else None
    if address is None or address["did"] != account.id:
        raise BadEntryError("it has no address of its author's")
    content_hash = entry.get("cid")
    languages = strings_in(list_in(record, "langs"))
    return Post(
        source=SOURCE.name,
        id=address[0],
        url=f"https://bsky.app/profile/{account.id}/post/{address['key']}",
        account=account,
        text=text,
        spans=spans,
        language=language_in({"lang": languages[0] if languages else None}, "lang"),
        created_at=created_at,
        counts={"reposts": count_in(entry, "repostCount"), "likes": count_in(entry, "likeCount")},
        papers=papers,
        content_hash=str(content_hash) if matches(CONTENT_HASH, content_hash) else "",
        quotable=NOT_QUOTABLE not in labels,
    )


def _account(author: Object) -> Account:
    did, handle = author.get("did"), author.get("handle")
    if not matches(DID, did) or not matches(HANDLE, handle):
        raise BadEntryError("nothing is said of its author")
    name = text_in(author, "displayName", LONGEST_NAME) if author.get("displayName") else ""
    own = [label for label in objects_in(author, "labels") if label.get("src") == did]
    return Account(str(did), str(handle), name.strip() or str(handle), AUTOMATED in _values(own))


def _labels(entry: Object) -> set[str]:
    """What the labels of the post and of its author say."""
    return _values(objects_in(entry, "labels") + objects_in(object_in(entry, "author"), "labels"))


def _values(labels: list[Object]) -> set[str]:
    """What labels say; one with `neg` takes back what another one said."""
    return set(strings_in(label.get("val") for label in labels if label.get("neg") is not True))


def _time(entry: Object, record: Object) -> datetime:
    """The earlier of the two times that are told; one of them is enough."""
    told = []
    for document, name in ((record, "createdAt"), (entry, "indexedAt")):
        with suppress(BadEntryError):
            told.append(time_in(document, name))
    if not told:
        raise BadEntryError("it has no time")
    return min(told)


def _papers(entry: Object, text: str, spans: tuple[Span, ...]) -> tuple[PaperId, ...]:
    """The papers that the post's own links lead to, or that its text names.

    A post that it quotes is another post. The text shows long links cut off, as
    `arxiv.org/abs/1312.6114...`; what is left may be another paper's address.
    """
    record = object_in(entry, "record")
    embeds = [object_in(holder, "embed") for holder in (entry, record)]
    embeds += [object_in(embed, "media") for embed in embeds]
    features = [
        feature
        for facet in objects_in(record, "facets")
        for feature in objects_in(facet, "features")
    ]
    places = [*features, *(object_in(embed, "external") for embed in embeds)]
    found = {paper_id_in_link(link) for link in strings_in(place.get("uri") for place in places)}
    named = {paper for paper in found if paper is not None}
    return tuple(sorted(named.union(papers_in_text(_without_abbreviated(text, spans)))))


def _without_abbreviated(text: str, spans: tuple[Span, ...]) -> str:
    letters = list(text)
    for span in spans:
        if span.kind is SpanKind.LINK and text[span.start : span.end].endswith(ABBREVIATED):
            letters[span.start : span.end] = " " * (span.end - span.start)
    return "".join(letters)


def _spans(record: Object, text: str) -> tuple[Span, ...]:
    """The places that the post's author marked, in the order of the text.

    They are given in bytes. One that is out of the text, or begins or ends within a character, is
    left out, and so is one that begins within another (https://docs.bsky.app/docs/advanced-guides/post-richtext).
    """
    facets = objects_in(record, "facets")
    characters = _characters(text) if facets else {}
    found: list[Span] = []
    for facet in facets:
        index, marked = object_in(facet, "index"), _marked(facet)
        start, end = (_place(index.get(name), characters) for name in ("byteStart", "byteEnd"))
        if start is not None and end is not None and start < end and marked is not None:
            found.append(Span(start, end, *marked))
    free: list[Span] = []
    for span in sorted(found):
        if not free or free[-1].end <= span.start:
            free.append(span)
    return tuple(free)


def _characters(text: str) -> dict[int, int]:
    """The number of the character that begins at a byte; that of the end too."""
    places, byte = {}, 0
    for character, each in enumerate(text):
        places[byte] = character
        byte += len(each.encode())
    return places | {byte: len(text)}


def _place(byte: object, characters: Mapping[int, int]) -> int | None:
    return characters.get(byte) if isinstance(byte, int) else None


def _marked(facet: Object) -> tuple[SpanKind, str] | None:
    """What a place is and leads to, by the first feature that can be read."""
    for feature in objects_in(facet, "features"):
        match feature:
            case {"$type": "app.bsky.richtext.facet#link", "uri": str(uri)} if is_web_address(uri):
                return SpanKind.LINK, uri
            case {"$type": "app.bsky.richtext.facet#mention", "did": str(did)} if matches(DID, did):
                return SpanKind.MENTION, did
            case {"$type": "app.bsky.richtext.facet#tag", "tag": str(tag)} if matches(TAG, tag):
                return SpanKind.HASHTAG, tag
    return None
