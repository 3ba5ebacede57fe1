"""The posts of an answer of X: what is read, and what of it is left out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from local.upstreams.faults import (
    edits_json,
)
from local.upstreams.x import Vocabulary
from tests.fakes import Clock, Log
from tests.records import Json, user
from tests.x import (
    IDS,
    POSTS,
    edits_first,
    edits_users,
    post,
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
        counts={"reposts": 12, "likes": 340},
        papers=(PaperId("2009.00002"), PaperId("math/0309136")),
    )


VOCABULARIES: tuple[Vocabulary, ...] = ("tweet", "post")


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_both_vocabularies_are_understood(clock: Clock, vocabulary: Vocabulary) -> None:
    url = {"expanded_url": "https://arxiv.org/abs/2009.00007"}
    posts = [
        post("101", note_tweet={"text": "…", "entities": {"urls": [url]}}),
        post("102", referenced_tweets=[{"type": "quoted", "id": "1"}]),
        post("103", referenced_tweets=[{"type": "retweeted", "id": "1"}]),
    ]
    with serving(posts=posts, vocabulary=vocabulary, page_size=1) as server:
        found = read(server, clock)
    assert [(each.id, each.counts, each.papers) for each in found] == [
        ("102", {"reposts": 20, "likes": 140}, ("2009.00001",)),
        ("101", {"reposts": 20, "likes": 140}, ("2009.00001", "2009.00007")),
    ]


RETWEET, REPOST = {"type": "retweeted", "id": "1"}, {"type": "reposted", "id": "1"}
NOTE = {"text": "…", "entities": {"urls": [{"expanded_url": "https://arxiv.org/abs/2009.00003"}]}}


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"referenced_tweets": [RETWEET]}, {"referenced_posts": [RETWEET]}),
        ({"referenced_tweets": [REPOST]}, {"referenced_posts": [REPOST]}),
        ({"note_tweet": NOTE}, {"note_post": NOTE}),
        (
            {"public_metrics": {"retweet_count": 3, "like_count": 104}},
            {"public_metrics": {"repost_count": 3, "like_count": 104}},
        ),
        (
            {"public_metrics": {"retweet_count": "3", "like_count": 104}},
            {"public_metrics": {"repost_count": "3", "like_count": 104}},
        ),
        ({"edit_history_tweet_ids": ["1", "125"]}, {"edit_history_post_ids": ["1", "125"]}),
    ],
)
def test_every_name_is_read_in_both_vocabularies(clock: Clock, older: Json, newer: Json) -> None:
    found = []
    for changes in (older, newer):
        with serving(edits_first({"edit_history_tweet_ids": ...} | changes)) as server:
            found.append(read(server, clock))
    assert found[0] == found[1]
    assert [each.id for each in found[0]][-24:] == IDS[1:]


@pytest.mark.parametrize("key", ["note_tweet", "note_post"])
def test_the_links_of_a_long_posts_full_text_count(clock: Clock, key: str) -> None:
    links = [{"expanded_url": "https://arxiv.org/abs/2009.00003"}, {"url": 7}, None]
    fault = edits_first({key: {"text": "…", "entities": {"urls": links}}})
    with serving(fault, posts=[post()]) as server:
        [found] = read(server, clock)
    assert found.papers == ("2009.00001", "2009.00003")
    assert found.text == "See https://t.co/ab"


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


def test_retweets_count_nothing_whatever_they_refer_to(clock: Clock, log: Log) -> None:
    # An X that does not keep to the query: the original, its retweets, and theirs, each with
    # numbers of its own, and the originals once more beside the answer.
    records = [
        POSTS[0],
        post("201", likes=900, referenced_tweets=[{"type": "retweeted", "id": "125"}]),
        post("202", likes=999, referenced_tweets=[{"type": "retweeted", "id": "201"}]),
        post("203", author_id="8", referenced_posts=[{"type": "reposted", "id": "77"}]),
        post("204", author_id="8", referenced_posts=[{"type": "quoted", "id": "125"}]),
    ]

    def edit(document: Any) -> Any:
        document["data"] = records
        document["includes"] |= {"tweets": [POSTS[0], post("77")], "posts": [post("77")]}
        document["includes"]["users"].append(user("8", "kurt"))
        return document

    with serving(edits_json(edit), posts=POSTS[:1]) as server:
        found = read(server, clock)
    assert [(each.id, each.counts["likes"]) for each in found] == [("125", 140), ("204", 140)]
    assert log.of("post left out") == []


@pytest.mark.parametrize(
    ("link", "paper"),
    [
        ("http://www.arxiv.org/pdf/2009.00002v3.pdf", "2009.00002"),
        ("https://www.alphaxiv.org/abs/2009.00002", "2009.00002"),
        ("https://huggingface.co/papers/2009.00002", "2009.00002"),
        ("https://doi.org/10.48550/arXiv.2009.00002", "2009.00002"),
        ("https://scirate.com/arxiv/2009.00002", "2009.00002"),
    ],
)
def test_every_link_to_a_paper_counts(clock: Clock, link: str, paper: str) -> None:
    links = [{"expanded_url": "https://arxiv.org/abs/2009.00001"}, {"unwound_url": link}]
    with serving(edits_first({"entities": {"urls": links}}), posts=[post()]) as server:
        [found] = read(server, clock)
    assert found.papers == ("2009.00001", paper)


def test_what_the_text_names_does_not_count(clock: Clock) -> None:
    # All links of a post are among its entities; a paper beside them is not what it is about.
    text = "https://t.co/ab after arXiv:2009.00009 and https://arxiv.org/abs/2009.00008"
    with serving(edits_first({"text": text}), posts=[post()]) as server:
        [found] = read(server, clock)
    assert (found.text, found.papers) == (text, ("2009.00001",))


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
    counts = {"retweet_count": 1, "like_count": 102} | changes
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
    assert len(server.calls) == 4
    [told] = log.of("post left out")
    assert (told["upstream"], told["reason"]) == ("X", reason)
    assert len(str(told["id"])) <= 80


@pytest.mark.parametrize("entry", [None, 7, "x", [], {}, ["id"]])
def test_what_is_no_post_is_logged_and_left_out(clock: Clock, log: Log, entry: object) -> None:
    def edit(document: Any) -> Any:
        document["data"].insert(3, entry)
        return document

    with serving(edits_json(edit)) as server:
        assert read_ids(server, clock) == IDS
    assert log.of("post left out") == [{"upstream": "X", "reason": "it is not an object", "id": ""}]


def test_a_bad_post_about_no_paper_is_not_missed(clock: Clock, log: Log) -> None:
    with serving(edits_first({"entities": None, "created_at": None})) as server:
        assert read_ids(server, clock) == IDS[1:]
    assert log.of("post left out") == []


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
