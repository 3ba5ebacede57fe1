"""The posts of Bluesky: what is taken from them, and what is not believed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpapers.adapters.bluesky_posts import read_post
from hotpapers.adapters.entries import BadEntryError
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from tests.upstream import SPAN

Json = dict[str, Any]

DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
OTHER = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
CID = "bafyreiaaaaaaaaaaaaaaaaa"
PAPER = "https://arxiv.org/abs/2009.08319"
ANOTHER = "https://www.alphaxiv.org/abs/2009.07888"


def author(**fields: Any) -> Json:
    return {
        "did": DID,
        "handle": "ada.example.org",
        "displayName": "Ada Example",
        "labels": [],
    } | fields


def record(**fields: Any) -> Json:
    return {
        "$type": "app.bsky.feed.post",
        "text": PAPER,
        "createdAt": "2020-09-17T00:00:00.123Z",
        "langs": ["en"],
    } | fields


def entry(*, of: Mapping[str, Any] | None = None, **fields: Any) -> Json:
    """A post with these fields; `of` are those of its record."""
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/3lpk2u6qo222a",
        "cid": CID,
        "author": author(),
        "record": record(**(of or {})),
        "repostCount": 13,
        "likeCount": 58,
        "indexedAt": "2020-09-17T00:00:01Z",
        "labels": [],
    } | fields


def read(**fields: Any) -> Post:
    post = read_post(entry(**fields), SPAN)
    assert post is not None
    return post


def is_left_out(**fields: Any) -> bool:
    return read_post(entry(**fields), SPAN) is None


def facet(start: object, end: object, **feature: Any) -> Json:
    kind = feature.pop("kind", "link")
    marked = {"$type": f"app.bsky.richtext.facet#{kind}", **feature}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [marked]}


def test_a_post_is_read_whole() -> None:
    assert read() == Post(
        source="bluesky",
        id=f"at://{DID}/app.bsky.feed.post/3lpk2u6qo222a",
        url=f"https://bsky.app/profile/{DID}/post/3lpk2u6qo222a",
        account=Account(DID, "ada.example.org", "Ada Example"),
        text=PAPER,
        spans=(),
        language="en",
        created_at=datetime(2020, 9, 17, 0, 0, 0, 123000, UTC),
        counts={"reposts": 13, "likes": 58},
        papers=(PaperId("2009.08319"),),
        content_hash=CID,
    )


# Whose it is


@pytest.mark.parametrize(
    ("fields", "account"),
    [
        ({"displayName": " Ada "}, Account(DID, "ada.example.org", "Ada")),
        ({"displayName": ""}, Account(DID, "ada.example.org", "ada.example.org")),
        ({"displayName": "  "}, Account(DID, "ada.example.org", "ada.example.org")),
        ({"displayName": None}, Account(DID, "ada.example.org", "ada.example.org")),
        ({"handle": "handle.invalid"}, Account(DID, "handle.invalid", "Ada Example")),
        ({"displayName": "A\ud83dda"}, Account(DID, "ada.example.org", "A\ufffdda")),
    ],
)
def test_an_account_has_a_name(fields: Json, account: Account) -> None:
    assert read(author=author(**fields)).account == account


def label(value: object, **fields: Any) -> Json:
    return {"src": DID, "val": value, "cts": "2020-01-01T00:00:00Z"} | fields


@pytest.mark.parametrize(
    ("labels", "automated"),
    [
        ([label("bot")], True),
        ([label("good"), label("bot")], True),
        ([label("bot", src=OTHER)], False),
        ([label("bot", neg=True)], False),
        ([label("robot"), label(None), label(7), label(["bot"]), None, "bot"], False),
        (None, False),
        ({"val": "bot"}, False),
    ],
)
def test_only_an_account_itself_says_that_it_is_a_program(labels: object, automated: bool) -> None:
    assert read(author=author(labels=labels)).account.automated is automated
    assert read(labels=[label("bot")]).account.automated is False


@pytest.mark.parametrize("value", ["!hide", "!takedown"])
def test_what_the_moderators_took_away_is_left_out(value: str) -> None:
    assert is_left_out(author=author(labels=[label(value)]))
    assert is_left_out(author=author(labels=[label(value, src=OTHER)]))
    assert is_left_out(labels=[label("spam"), label(value)])
    assert not is_left_out(labels=[label(value, neg=True)])
    assert not is_left_out(labels=[label("!warn"), label("porn")])


def test_one_time_is_enough() -> None:
    later = "2020-09-18T10:00:00Z"
    assert read(indexedAt=later, of={"createdAt": None}).created_at == datetime.fromisoformat(later)
    assert read(indexedAt=None, of={"createdAt": later}).created_at == datetime.fromisoformat(later)


@pytest.mark.parametrize("cid", [None, 7, "", '"><script>'])
def test_a_hash_that_is_none_is_left_out(cid: object) -> None:
    assert read(cid=cid).content_hash == ""


def test_what_is_not_for_everybody_counts_and_is_not_quoted() -> None:
    assert read().quotable
    assert not read(author=author(labels=[label("!no-unauthenticated")])).quotable
    assert not read(labels=[label("!no-unauthenticated")]).quotable
    assert read(labels=[label("!no-unauthenticated", neg=True)]).quotable


# When it is of

START, END = "2020-09-16T18:00:00Z", "2020-09-20T13:13:43Z"


@pytest.mark.parametrize(
    ("created", "indexed", "said"),
    [
        (START, START, START),
        ("2020-09-16T17:59:59.999Z", START, None),
        ("2020-09-20T13:13:42.999Z", "2020-09-20T13:14:00Z", "2020-09-20T13:13:42.999Z"),
        (END, END, None),
        ("1970-01-01T00:00:00Z", START, None),
        ("2031-01-01T00:00:00Z", START, START),
        ("9999-12-31T23:59:59-23:59", START, START),
        ("0001-01-01T00:00:00+01:00", START, START),
        ("0001-10-14", START, START),
        ("yesterday", START, START),
        (None, START, START),
        ("2020-09-18T05:00:00+09:00", END, "2020-09-17T20:00:00Z"),
        ("2020-09-18T05:00:00.123456789Z", END, "2020-09-18T05:00:00.123456Z"),
    ],
)
def test_the_earlier_time_counts(created: object, indexed: str, said: str | None) -> None:
    post = read_post(entry(of={"createdAt": created}, indexedAt=indexed), SPAN)
    moment = post.created_at if post else None
    assert moment == (datetime.fromisoformat(said) if said else None)


def test_a_time_without_a_zone_is_none() -> None:
    assert read(of={"createdAt": "2020-09-17T00:00:00"}).created_at == datetime(
        2020, 9, 17, 0, 0, 1, tzinfo=UTC
    )


# Which papers it is about


def external(address: object) -> Json:
    return {"external": {"uri": address, "title": "T", "description": PAPER}}


@pytest.mark.parametrize(
    ("fields", "papers"),
    [
        ({"of": {"text": f"{PAPER} and arXiv:2009.00001"}}, ("2009.00001", "2009.08319")),
        ({"of": {"text": "x", "facets": [facet(0, 1, uri=PAPER)]}}, ("2009.08319",)),
        ({"of": {"text": "x", "facets": [facet(7, 99, uri=PAPER)]}}, ("2009.08319",)),
        ({"of": {"text": "x"}, "embed": external(PAPER)}, ("2009.08319",)),
        ({"of": {"text": "x", "embed": external(ANOTHER)}}, ("2009.07888",)),
        ({"of": {"text": "x"}, "embed": {"media": external(PAPER)}}, ("2009.08319",)),
        ({"of": {"text": "x", "embed": {"media": external(ANOTHER)}}}, ("2009.07888",)),
        (
            {"of": {"text": PAPER, "embed": external(ANOTHER)}, "embed": external(PAPER)},
            ("2009.07888", "2009.08319"),
        ),
        ({"of": {"text": "x"}, "embed": external("https://example.org")}, None),
        ({"of": {"text": "x"}, "embed": {"record": {"value": record()}}}, None),
        ({"of": {"text": "x"}, "embed": {"record": {"embeds": [external(PAPER)]}}}, None),
        ({"of": {"text": ""}}, None),
    ],
)
def test_a_posts_own_links_and_words_name_papers(fields: Json, papers: object) -> None:
    post = read_post(entry(**fields), SPAN)
    assert (post.papers if post else None) == papers


@pytest.mark.parametrize("dots", ["...", "…"])
def test_an_address_that_is_cut_off_names_nothing(dots: str) -> None:
    shown = f"arxiv.org/abs/1312.6114{dots}"
    text = f"🧵 {shown} arXiv:2009.00001"
    places = [facet(5, 5 + len(shown.encode()), uri=f"{PAPER}?a=b")]
    assert read(of={"text": text, "facets": places}).papers == ("2009.00001", "2009.08319")
    assert read(of={"text": text}).papers == ("1312.6114", "2009.00001")


# Places in the text

TEXT = "🧵 é @ada #ai arxiv.org/abs/2009.08319"
"""In bytes: 0 thread, 4 space, 5 é, 7 space, 8 @ada, 12 space, 13 #ai, 16 space, 17 to 41."""
LINK = Span(13, 37, SpanKind.LINK, PAPER)


@pytest.mark.parametrize(
    ("places", "spans"),
    [
        ([facet(17, 41, uri=PAPER)], [LINK]),
        ([facet(17, 41, uri=PAPER), facet(8, 12, kind="mention", did=OTHER)],
         [Span(4, 8, SpanKind.MENTION, OTHER), LINK]),
        ([facet(13, 16, kind="tag", tag="AI")], [Span(9, 12, SpanKind.HASHTAG, "AI")]),
        ([facet(0, 4, uri="http://example.org/a?b=c#d")],
         [Span(0, 1, SpanKind.LINK, "http://example.org/a?b=c#d")]),
        ([facet(0, 41, uri=PAPER)], [Span(0, 37, SpanKind.LINK, PAPER)]),
    ],
)  # fmt: skip
def test_places_are_told_in_bytes(places: list[Json], spans: list[Span]) -> None:
    assert read(of={"text": TEXT, "facets": places}).spans == tuple(spans)


@pytest.mark.parametrize(
    "place",
    [
        facet(1, 4, uri=PAPER),
        facet(0, 3, uri=PAPER),
        facet(6, 7, uri=PAPER),
        facet(17, 42, uri=PAPER),
        facet(-1, 4, uri=PAPER),
        facet(4, 0, uri=PAPER),
        facet(4, 4, uri=PAPER),
        facet("0", "4", uri=PAPER),
        facet(0.0, 4.5, uri=PAPER),
        facet(None, 4, uri=PAPER),
        facet(10**30, 10**31, uri=PAPER),
        facet(0, 4, uri=None),
        facet(0, 4, uri="javascript:alert(1)"),
        facet(0, 4, uri="https://arxiv.org@evil.example/"),
        facet(0, 4, uri='https://a.example/"onload="x'),
        facet(0, 4, uri="https://a.example/ b"),
        facet(0, 4, uri="https://ä.example/"),
        facet(0, 4, uri=f"https://a.example/{'x' * 2048}"),
        facet(0, 4, kind="mention", did="did:evil:/1"),
        facet(0, 4, kind="mention", did=f"{DID}\n"),
        facet(0, 4, kind="tag", tag=""),
        facet(0, 4, kind="tag", tag="a b"),
        facet(0, 4, kind="tag", tag="x" * 641),
        facet(0, 4, kind="poll", uri=PAPER),
        {"features": [{"$type": "app.bsky.richtext.facet#link", "uri": PAPER}]},
        {"index": {"byteStart": 0, "byteEnd": 4}},
        {"index": {"byteStart": 0, "byteEnd": 4}, "features": {"uri": PAPER}},
        None,
        "facet",
    ],
)
def test_a_place_that_is_none_is_left_out(place: object) -> None:
    places = [place, facet(17, 41, uri=PAPER)]
    assert read(of={"text": TEXT, "facets": places}).spans == (LINK,)


def test_of_places_over_each_other_the_first_stands() -> None:
    places = [facet(16, 20, uri=PAPER), facet(0, 17, uri=ANOTHER), facet(0, 17, uri=PAPER)]
    assert read(of={"text": TEXT, "facets": places}).spans == (Span(0, 13, SpanKind.LINK, PAPER),)


def test_the_first_feature_that_can_be_read_counts() -> None:
    place = facet(17, 41, uri="ftp://example.org")
    place["features"] += [7, facet(0, 0, uri=PAPER)["features"][0]]
    assert read(of={"text": TEXT, "facets": [place]}).spans == (LINK,)


# What cannot be read


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"record": None}, "it has no text"),
        ({"of": {"text": 7}}, "it has no text"),
        ({"of": {"text": "x" * 25_001}}, "its text has 25001 characters"),
        ({"of": {"createdAt": None}, "indexedAt": None}, "it has no time"),
        ({"author": None}, "nothing is said of its author"),
        ({"author": author(did="did:plc:")}, "nothing is said of its author"),
        ({"author": author(did="did:web:a/../b")}, "nothing is said of its author"),
        ({"author": author(handle="a b")}, "nothing is said of its author"),
        ({"author": author(handle=None)}, "nothing is said of its author"),
        ({"author": author(displayName=7)}, "it has no displayName"),
        ({"author": author(displayName="x" * 501)}, "its displayName has 501 characters"),
        ({"author": author(did=OTHER)}, "it has no address of its author's"),
        ({"uri": None}, "it has no address of its author's"),
        ({"uri": f"at://{DID}/app.bsky.feed.post/.."}, "it has no address of its author's"),
        ({"uri": f"at://{DID}/app.bsky.feed.post/a/b"}, "it has no address of its author's"),
        ({"uri": f"at://{DID}/app.bsky.feed.post/a\n"}, "it has no address of its author's"),
        ({"uri": f"at://{DID}/app.bsky.feed.like/a"}, "it has no address of its author's"),
        ({"uri": f"https://{DID}/app.bsky.feed.post/a"}, "it has no address of its author's"),
        ({"repostCount": None}, "it has no repostCount"),
        ({"likeCount": "58"}, "it has no likeCount"),
        ({"likeCount": -1}, "it has no likeCount"),
        ({"likeCount": True}, "it has no likeCount"),
        ({"likeCount": 10**12}, "it has no likeCount"),
    ],
)
def test_what_a_post_must_have_is_required(fields: Json, said: str) -> None:
    with pytest.raises(BadEntryError) as caught:
        read_post(entry(**fields), SPAN)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("languages", "language"),
    [(["de-AT", "en"], "de-AT"), ([], "und"), (None, "und"), ("en", "und"), ([7, "fr"], "fr"),
     (['en"'], "und")],
)  # fmt: skip
def test_the_first_language_counts(languages: object, language: str) -> None:
    assert read(of={"langs": languages}).language == language


# Whatever comes

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
texts = st.lists(st.sampled_from([PAPER, "é", "🧵", " ", "a", "\ud83d", "…", "\n"])).map("".join)
places = st.builds(
    facet,
    st.integers(-2, 60),
    st.integers(-2, 60),
    kind=st.sampled_from(["link", "mention", "tag"]),
    uri=st.sampled_from([PAPER, ANOTHER, "javascript:x"]) | anything,
    did=st.sampled_from([DID, "did:x"]),
    tag=st.text(max_size=3),
)


@given(text=texts, facets=st.lists(places | anything, max_size=8))
def test_places_are_in_order_and_within_the_text(text: str, facets: list[Any]) -> None:
    post = read_post(entry(of={"text": text, "facets": facets}, embed=external(PAPER)), SPAN)
    assert post is not None
    post.text.encode()
    ends = [0]
    for span in post.spans:
        assert ends[-1] <= span.start < span.end <= len(post.text)
        assert span.kind is not SpanKind.LINK or span.target.startswith("https://")
        ends.append(span.end)


@pytest.mark.thorough
@given(
    fields=st.dictionaries(st.sampled_from([*entry(), "embed"]), anything),
    of=st.dictionaries(st.sampled_from([*record(), "facets", "embed"]), anything),
    whose=st.dictionaries(st.sampled_from([*author()]), anything),
)
def test_whatever_comes_is_read_or_refused(fields: Json, of: Json, whose: Json) -> None:
    given_entry = entry(of=of, **({"author": author(**whose)} | fields))
    try:
        post = read_post(given_entry, SPAN)
    except BadEntryError:
        return
    assert post is None or (post.created_at in SPAN and len(post.papers) > 0)


@pytest.mark.thorough
def test_many_places_take_no_time() -> None:
    text = "…" * 25_000
    facets = [facet(3 * number, 3 * number + 3, uri=PAPER) for number in range(25_000)]
    post = read(of={"text": text, "facets": facets})
    assert len(post.spans) == 25_000
    assert post.created_at - SPAN.start < timedelta(days=1)
