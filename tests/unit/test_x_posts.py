"""The posts of an answer of X: what is read, and what of it is left out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from local.upstreams.faults import (
    Fault,
    edits_json,
)
from local.upstreams.x import Vocabulary
from tests.fakes import Clock, Log
from tests.records import Json, post, user
from tests.x import (
    IDS,
    POSTS,
    read,
    read_ids,
    read_one,
    serving,
)

# Posts


TYPED = "Nice <3 @ADA &amp; #AI $TSLA https://t.co/ab https://t.co/cd #ai\nhttps://t.co/pic"
SENT = TYPED.replace("&", "&amp;").replace("<", "&lt;")


def entity(needle: str, **fields: str) -> Json:
    """An entity of the whole post, where X would say that it is."""
    start = SENT.index(needle)
    return {"start": start, "end": start + len(needle), **fields}


def link(address: str, **fields: str) -> Json:
    """An entity of the whole post that is a link."""
    return entity(address, url=address, **fields)


def span(needle: str, kind: SpanKind, target: str) -> Span:
    """A place in the whole post's text."""
    start = TYPED.index(needle)
    return Span(start, start + len(needle), kind, target)


WHOLE = post(
    "1306779645287763970",
    author_id="8",
    text=SENT,
    lang="pt-BR",
    created_at="2020-09-18T12:30:15.250+02:00",
    public_metrics={"retweet_count": 12, "reply_count": 5, "like_count": 340},
    entities={
        "urls": [
            link("https://t.co/ab", expanded_url="https://arxiv.org/pdf/2009.00002v1.pdf"),
            link(
                "https://t.co/cd",
                expanded_url="https://bit.ly/x",
                unwound_url="https://www.arxiv.org/abs/math.GT/0309136?context=cs",
            ),
            link(
                "https://t.co/pic",
                expanded_url="https://twitter.com/kurt/status/1/photo/1",
                display_url="pic.x.com/Qq1",
            ),
        ],
        "mentions": [entity("@ADA", username="ADA", id="7")],
        "hashtags": [entity("#AI", tag="AI"), entity("#ai", tag="ai")],
        "cashtags": [entity("$TSLA", tag="TSLA")],
        "annotations": [{"start": 0, "end": 4, "normalized_text": "Nice"}],
    },
)


def test_a_post_is_read_whole(clock: Clock) -> None:
    found = read_one(clock, WHOLE, user(), user("8", "Kurt", "Kurt &amp; Co <3"))

    assert found == Post(
        source="x",
        id="1306779645287763970",
        url="https://twitter.com/Kurt/status/1306779645287763970",
        account=Account("8", "Kurt", "Kurt & Co <3"),
        text=TYPED,
        spans=(
            span("@ADA", SpanKind.MENTION, "ada"),
            span("#AI", SpanKind.HASHTAG, "AI"),
            span("$TSLA", SpanKind.CASHTAG, "TSLA"),
            span("https://t.co/ab", SpanKind.LINK, "https://t.co/ab"),
            span("https://t.co/cd", SpanKind.LINK, "https://t.co/cd"),
            span("#ai", SpanKind.HASHTAG, "ai"),
            span("https://t.co/pic", SpanKind.PICTURE, "pic.twitter.com/Qq1"),
        ),
        language="pt-BR",
        created_at=datetime(2020, 9, 18, 10, 30, 15, 250_000, tzinfo=UTC),
        retweets=12,
        favorites=340,
        papers=(PaperId("2009.00002"), PaperId("math/0309136")),
    )


VOCABULARIES: tuple[Vocabulary, ...] = ("tweet", "post")


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_both_vocabularies_are_understood(clock: Clock, vocabulary: Vocabulary) -> None:
    long = {"text": "…", "entities": {"urls": [{"expanded_url": "https://arxiv.org/abs/2009.7"}]}}
    posts = [
        post("101", note_tweet=long),
        post("102", referenced_tweets=[{"type": "quoted", "id": "1"}]),
    ]
    with serving(posts=posts, vocabulary=vocabulary, page_size=1) as server:
        found = read(server, clock)
    assert [(each.id, each.retweets, each.favorites, each.papers) for each in found] == [
        ("102", 20, 40, ("2009.00001",)),
        ("101", 20, 40, ("2009.00001",)),
    ]


@pytest.mark.parametrize("key", ["note_tweet", "note_post"])
def test_the_links_of_a_long_posts_full_text_count(clock: Clock, key: str) -> None:
    links = [{"expanded_url": "https://arxiv.org/abs/2009.00003"}, {"url": 7}, None]
    fault = edits_first({key: {"text": "…", "entities": {"urls": links}}})
    with serving(fault, posts=[post()]) as server:
        [found] = read(server, clock)
    assert found.papers == ("2009.00001", "2009.00003")
    assert found.text == "See https://t.co/ab"


def edits_first(changes: Json) -> Fault:
    """The first post of the right answer, changed; what is Ellipsis is taken away."""

    def edit(document: Any) -> Any:
        entry = document["data"][0] | changes
        document["data"][0] = {name: each for name, each in entry.items() if each is not ...}
        return document

    return edits_json(edit)


@pytest.mark.parametrize(
    "references",
    [
        {"referenced_tweets": [{"type": "retweeted", "id": "1"}]},
        {"referenced_tweets": [{"type": "quoted", "id": "2"}, {"type": "retweeted", "id": "1"}]},
        {"referenced_posts": [{"type": "retweeted", "id": "1"}]},
        {"referenced_posts": [{"type": "reposted", "id": "1"}]},
    ],
)
def test_a_retweet_is_no_post(clock: Clock, log: Log, references: Json) -> None:
    with serving(edits_first(references)) as server:
        assert read_ids(server, clock) == IDS[1:]
    assert log.of("post left out") == []


@pytest.mark.parametrize(
    "references",
    [
        {"referenced_tweets": [{"type": "quoted", "id": "1"}, {"type": "replied_to", "id": "2"}]},
        {"referenced_tweets": None, "referenced_posts": "retweeted"},
        {"referenced_tweets": ["retweeted", None, {"id": "1"}, {"type": ["retweeted"]}]},
        {"referenced_tweets": {"type": "retweeted"}},
    ],
)
def test_other_references_do_not_matter(clock: Clock, references: Json) -> None:
    with serving(edits_first(references)) as server:
        assert read_ids(server, clock) == IDS


def test_a_post_about_no_paper_is_none_of_ours(clock: Clock, log: Log) -> None:
    links = [
        {"expanded_url": "https://arxiv.org/list/cs.LG/recent"},
        {"expanded_url": "https://example.org/abs/2009.00001"},
        {"expanded_url": ["https://arxiv.org/abs/2009.00001"]},
        "https://arxiv.org/abs/2009.00001",
    ]
    with serving(edits_first({"entities": {"urls": links}})) as server:
        assert read_ids(server, clock) == IDS[1:]
    assert log.of("post left out") == []


# Posts that lack something


def metrics(**changes: object) -> Json:
    counts = {"retweet_count": 1, "like_count": 2} | changes
    return {"public_metrics": {name: each for name, each in counts.items() if each is not ...}}


NO_AUTHOR, NO_TIME = "nothing is said of its author", "it has no time"
NO_RETWEETS, NO_FAVORITES = "it has no retweet_count", "it has no like_count"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": ...}, "it has no id"),
        ({"id": None}, "it has no id"),
        ({"id": 125}, "it has no id"),
        ({"id": "12a"}, "it has no id"),
        ({"id": "１２"}, "it has no id"),
        ({"id": "1" * 21}, "it has no id"),
        ({"id": "125/../7"}, "it has no id"),
        ({"author_id": ...}, NO_AUTHOR),
        ({"author_id": "99"}, NO_AUTHOR),
        ({"author_id": ["7"]}, NO_AUTHOR),
        ({"text": ...}, "it has no text"),
        ({"text": None}, "it has no text"),
        ({"text": {"a": 1}}, "it has no text"),
        ({"text": "x" * 25_001}, "its text has 25001 characters"),
        ({"created_at": ...}, NO_TIME),
        ({"created_at": 1600423200}, NO_TIME),
        ({"created_at": "yesterday"}, NO_TIME),
        ({"created_at": "2020-09-18T10:00:00"}, NO_TIME),
        ({"created_at": "2020-09-31T10:00:00Z"}, NO_TIME),
        ({"created_at": "0001-01-01T00:00:00+01:00"}, NO_TIME),
        ({"public_metrics": ...}, NO_RETWEETS),
        ({"public_metrics": None}, NO_RETWEETS),
        ({"public_metrics": [1, 2]}, NO_RETWEETS),
        (metrics(retweet_count=...), NO_RETWEETS),
        (metrics(retweet_count=None), NO_RETWEETS),
        (metrics(retweet_count="1"), NO_RETWEETS),
        (metrics(retweet_count=1.0), NO_RETWEETS),
        (metrics(retweet_count=True), NO_RETWEETS),
        (metrics(retweet_count=-1), NO_RETWEETS),
        (metrics(retweet_count=10**12), NO_RETWEETS),
        (metrics(like_count=...), NO_FAVORITES),
        (metrics(like_count=[2]), NO_FAVORITES),
    ],
)
def test_a_bad_post_is_logged_and_left_out(
    clock: Clock, log: Log, changes: Json, reason: str
) -> None:
    with serving(edits_first(changes)) as server:
        assert read_ids(server, clock) == IDS[1:]
    assert len(server.calls) == 1
    [told] = log.of("post left out")
    assert told["reason"] == reason
    assert len(str(told["id"])) <= 50


@pytest.mark.parametrize("entry", [None, 7, "x", [], {}, ["id"]])
def test_what_is_no_post_is_logged_and_left_out(clock: Clock, log: Log, entry: object) -> None:
    def edit(document: Any) -> Any:
        document["data"].insert(3, entry)
        return document

    with serving(edits_json(edit)) as server:
        assert read_ids(server, clock) == IDS
    assert log.of("post left out") == [{"reason": "it is not an object", "id": "None"}]


def test_a_bad_post_about_no_paper_is_not_missed(clock: Clock, log: Log) -> None:
    with serving(edits_first({"entities": None, "id": None})) as server:
        assert read_ids(server, clock) == IDS[1:]
    assert log.of("post left out") == []


def edits_users(users: object) -> Fault:
    def edit(document: Any) -> Any:
        document["includes"] = users
        return document

    return edits_json(edit)


@pytest.mark.parametrize(
    "includes",
    [
        None,
        [],
        {},
        {"users": None},
        {"users": {"7": user()}},
        {"users": [None, "x", 7, {}]},
        {"users": [user() | {"id": 7}]},
        {"users": [user() | {"username": None}]},
        {"users": [user() | {"username": "a/b"}]},
        {"users": [user() | {"username": ""}]},
        {"users": [user() | {"username": "a" * 51}]},
        {"users": [user() | {"name": None}]},
        {"users": [user() | {"name": "A" * 501}]},
    ],
)
def test_posts_without_a_usable_author_are_left_out(
    clock: Clock, log: Log, includes: object
) -> None:
    with serving(edits_users(includes), posts=POSTS[:3]) as server:
        assert read(server, clock) == []
    assert [told["reason"] for told in log.of("post left out")] == [NO_AUTHOR] * 3


def test_partial_errors_do_not_matter(clock: Clock) -> None:
    records = [post("101"), post("102", author_id="99")]
    with serving(posts=records) as server:
        assert read_ids(server, clock) == ["101"]
    errors = edits_json(lambda document: document | {"errors": "nonsense"})
    with serving(errors) as server:
        assert read_ids(server, clock) == IDS


# Text and places


@pytest.mark.parametrize(
    ("language", "kept"),
    [
        ("en", "en"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("qme", "qme"),
        (None, "und"),
        ("", "und"),
        (7, "und"),
        ('en" onclick="', "und"),
        ("e", "und"),
    ],
)
def test_a_language_is_a_tag_or_unknown(clock: Clock, language: object, kept: str) -> None:
    with serving(edits_first({"lang": language}), posts=[post()]) as server:
        [found] = read(server, clock)
    assert found.language == kept


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("a &amp; b &lt; c &gt; d", "a & b < c > d"),
        ("&amp;amp; &amp;lt;", "&amp; &lt;"),
        ("&quot; &#39; &nbsp; &", "&quot; &#39; &nbsp; &"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        ("other \ude00 half", "other \ufffd half"),
        ("whole \ud83d\ude00", "whole 😀"),
        ("\u0000\u001b[31m\r\n\u2028", "\x00\x1b[31m\r\n\u2028"),
        ("", ""),
    ],
)
def test_a_text_is_as_it_was_typed(clock: Clock, escaped: str, plain: str) -> None:
    # json.dumps writes every half of a pair by itself, as X does.
    edit = edits_json(lambda document: document)
    fault = edits_first({"text": escaped, "lang": "en"})
    with serving(lambda right: edit(fault(right)), posts=[post()]) as server:
        [found] = read(server, clock)
    assert found.text == plain
    assert found.text.encode().decode() == plain


def test_halves_of_pairs_in_names_are_replaced(clock: Clock) -> None:
    with serving(edits_users({"users": [user(name="A\ud83d")]}), posts=[post()]) as server:
        [found] = read(server, clock)
    assert found.account == Account("7", "ada", "A\ufffd")


LINK = {"url": "https://t.co/ab", "expanded_url": "https://arxiv.org/abs/2009.00001"}


def places(clock: Clock, text: str, **entities: object) -> list[tuple[str, str, str]]:
    """Where the entities of a text were placed: what is shown, what it is, where it leads."""
    groups: Json = {"urls": [LINK]} | entities
    with serving(edits_first({"text": text, "entities": groups}), posts=[post()]) as server:
        [found] = read(server, clock)
    return [
        (found.text[each.start : each.end], each.kind.value, each.target) for each in found.spans
    ]


AB = ("https://t.co/ab", "link", "https://t.co/ab")


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("no link at all", {}, []),
        ("https://t.co/abc https://t.co/ab", {}, [AB]),
        ("&amp;&lt; https://t.co/ab", {"urls": [LINK | {"start": 4}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK | {"start": None, "end": "x"}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK | {"start": -1}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK | {"start": True}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK | {"start": 10**30}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK, LINK, LINK]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK, LINK | {"url": "javascript:alert(1)"}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK, LINK | {"url": "https://t.co/ab c"}]}, [AB]),
        ("https://t.co/ab", {"urls": [LINK, {"url": None}, None, 7]}, [AB]),
        (
            "@ada https://t.co/ab",
            {"mentions": [{"username": "ADA"}]},
            [("@ada", "mention", "ada"), AB],
        ),
        (
            "@Eve https://t.co/ab",
            {"mentions": [{"username": "eve"}]},
            [("@Eve", "mention", "eve"), AB],
        ),
        ("@ada https://t.co/ab", {"mentions": [{"username": "a da"}, {}, 7]}, [AB]),
        ("@ada https://t.co/ab", {"mentions": {"username": "ada"}}, [AB]),
        (
            "#a&amp;b https://t.co/ab",
            {"hashtags": [{"tag": "a&amp;b"}]},
            [("#a&b", "hashtag", "a&b"), AB],
        ),
        ("#AI https://t.co/ab", {"hashtags": [{"tag": "AI\ud83d"}, {"tag": 7}, {"tag": ""}]}, [AB]),
        ("$ https://t.co/ab", {"cashtags": [{"tag": ""}, {"text": "TSLA"}]}, [AB]),
        ("https://t.co/ab", {"mentions": None, "hashtags": "AI", "cashtags": 7}, [AB]),
    ],
)
def test_entities_of_any_shape(
    clock: Clock, text: str, entities: Json, expected: list[tuple[str, str, str]]
) -> None:
    assert places(clock, text, **entities) == expected


@pytest.mark.parametrize(
    ("shown", "leads_to", "target"),
    [
        ("pic.twitter.com/Qq1", "https://twitter.com/ada/status/1/photo/1", "pic.twitter.com/Qq1"),
        ("pic.x.com/Qq1", "https://x.com/ada/status/1/photo/1", "pic.twitter.com/Qq1"),
        (None, "https://twitter.com/ada/status/1/photo/1", "pic.twitter.com/pc"),
        (None, "https://x.com/ada/status/1/video/2", "pic.twitter.com/pc"),
        ("pic.x.com/Qq1/more", "https://x.com/ada/status/1/photo/1", None),
        ("pic.evil.example/Qq1", "https://x.com/ada/status/1/photo/1", None),
        (None, "https://twitter.com/ada/status/1", None),
        (None, "https://evil.example/ada/status/1/photo/1", None),
        (7, None, None),
    ],
)
def test_a_picture_shows_its_address(
    clock: Clock, shown: object, leads_to: object, target: str | None
) -> None:
    picture = {"url": "https://t.co/pc", "display_url": shown, "expanded_url": leads_to}
    found = places(clock, "https://t.co/ab https://t.co/pc", urls=[LINK, picture])
    last = ("picture", target) if target else ("link", "https://t.co/pc")
    assert found == [AB, ("https://t.co/pc", *last)]


def test_a_text_full_of_places_does_not_take_for_ever(clock: Clock) -> None:
    tags = [{"tag": "a", "start": 16 + 3 * number} for number in range(8000)]
    found = places(clock, "https://t.co/ab " + "#a " * 8000, hashtags=tags)
    assert found == [AB, *[("#a", "hashtag", "a")] * 8000]
