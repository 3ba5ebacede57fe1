"""Reddit: what its entries become, and which of them are left out."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.post import Account, Post
from tests.fakes import Clock, Log
from tests.properties import examples
from tests.reddit import (
    ALPHAXIV,
    ARXIV,
    NOTHING,
    SEARCH,
    START,
    TOKENS,
    Json,
    page,
    serving,
    source,
    submission,
)
from tests.upstream import SPAN, ScriptedServer, json_answer, recording, tell


def test_our_recordings_are_read_completely(clock: Clock, log: Log) -> None:
    names = {
        TOKENS: "access_token",
        ARXIV: "domain_arxiv_new",
        ALPHAXIV: "domain_alphaxiv_new",
        SEARCH: "search_selftext",
    }
    script = {
        path: [json_answer(recording(f"reddit/{name}.json")), NOTHING]
        for path, name in names.items()
    }
    with ScriptedServer(script) as server:
        told = tell(source(server, clock))
    assert told.reason == ""
    assert told.posts == [
        Post(
            source="reddit",
            id="iv1aaa",
            url="https://www.reddit.com/r/MachineLearning/comments/iv1aaa/",
            account=Account("t2_lampreade", "LampReader", "LampReader"),
            text="[R] Lighting a scene by moving through it",
            spans=(),
            language="und",
            created_at=datetime(2020, 9, 18, 14, tzinfo=UTC),
            counts={"score": 143, "comments": 22},
            papers=("2009.08319",),  # type: ignore[arg-type]
        ),
        Post(
            source="reddit",
            id="iv0ddd",
            url="https://www.reddit.com/r/statistics/comments/iv0ddd/",
            account=Account("[deleted]/iv0ddd", "[deleted]", "[deleted]"),
            text="Counting sheep",
            spans=(),
            language="und",
            created_at=datetime(2020, 9, 17, 20, tzinfo=UTC),
            counts={"score": 17, "comments": 3},
            papers=("2009.08001",),  # type: ignore[arg-type]
        ),
        Post(
            source="reddit",
            id="iv1fff",
            url="https://www.reddit.com/r/MachineLearning/comments/iv1fff/",
            account=Account("t2_sheepcoun", "Sheep_Counter", "Sheep_Counter"),
            text="[D] Two papers on few labels",
            spans=(),
            language="und",
            created_at=datetime(2020, 9, 18, 8, tzinfo=UTC),
            counts={"score": 0, "comments": 41},
            papers=("2005.12872", "2009.08001"),  # type: ignore[arg-type]
        ),
    ]
    assert log.of("post left out") == []
    assert server.calls[1].headers["Authorization"] == "Bearer an-invented-token"


def only(clock: Clock, **fields: Any) -> list[Post]:
    """What becomes of a post with these fields."""
    with serving(page(submission(1, **fields))) as server:
        told = tell(source(server, clock))
    assert told.reason == ""
    return told.posts


@pytest.mark.parametrize(
    "fields",
    [
        {"crosspost_parent": "t3_p9"},
        {"removed_by_category": "moderator"},
        {"removed_by_category": "deleted", "author": "[deleted]"},
        {"url": "https://example.org/"},
        {"url": None, "selftext": None},
        {"url": 7, "selftext": ["https://arxiv.org/abs/2009.08319"]},
        {"url": "https://[", "selftext": "x" * 40_000 + " https://arxiv.org/abs/2009.08319"},
        {"second": START - 1},
        {"second": SPAN.end.timestamp()},
    ],
)
def test_what_is_no_post_of_its_own_about_a_paper_is_passed_over(
    clock: Clock, log: Log, fields: Json
) -> None:
    assert only(clock, **fields) == []
    assert log.of("post left out") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"crosspost_parent": None, "removed_by_category": None},
        {"crosspost_parent": "", "removed_by_category": ""},
        {"second": START + 0.25},
        {"second": SPAN.end.timestamp() - 1},
        {"url": "/r/x/comments/p1/y/", "selftext": "see arXiv:2009.08319"},
        {"url": "https://arxiv.org/pdf/2009.08319v3.pdf"},
    ],
)
def test_what_is_one_is_taken(clock: Clock, fields: Json) -> None:
    [post] = only(clock, **fields)
    assert post.papers == ("2009.08319",)


@pytest.mark.parametrize(("score", "counted"), [(7, 7), (0, 0), (-1, 0), (-(10**12) + 1, 0)])
def test_what_is_voted_down_takes_nothing_away(clock: Clock, score: int, counted: int) -> None:
    [post] = only(clock, score=score)
    assert post.counts == {"score": counted, "comments": 1}


@pytest.mark.parametrize("comments", [None, "3", -1, 1.5, True])
def test_comments_that_are_not_told_are_absent(clock: Clock, comments: object) -> None:
    [post] = only(clock, num_comments=comments)
    assert post.counts == {"score": 5}


@pytest.mark.parametrize(
    ("permalink", "path"),
    [
        ("/r/MachineLearning/comments/p1/a_post/", "/r/MachineLearning/comments/p1/"),
        ("/user/some-one/comments/p1/a_post/", "/user/some-one/comments/p1/"),
        ("/r/de/comments/p1/%C3%BCber_x", "/r/de/comments/p1/"),
        ("/r/de/comments/p1/über_x/", "/r/de/comments/p1/"),
        ("/r/x/comments/p1/a)](javascript:1)/", "/r/x/comments/p1/"),
        ("/comments/p1/stuff/", "/comments/p1/"),
        ("/r/x/comments/p2/another/", "/comments/p1/"),
        ("/r/x/comments/p12/another/", "/comments/p1/"),
        ("/r/über/comments/p1/a_post/", "/comments/p1/"),
        ("//evil.example/comments/p1/", "/comments/p1/"),
        ("https://evil.example/r/x/comments/p1/", "/comments/p1/"),
        ("@evil.example/comments/p1/", "/comments/p1/"),
        ("", "/comments/p1/"),
        (None, "/comments/p1/"),
        (7, "/comments/p1/"),
    ],
)
def test_the_address_is_reddits_own(clock: Clock, permalink: object, path: str) -> None:
    [post] = only(clock, permalink=permalink)
    assert post.url == f"https://www.reddit.com{path}"


@pytest.mark.parametrize(
    ("fields", "account"),
    [
        ({}, Account("t2_abc", "someone", "someone")),
        ({"author_fullname": None}, Account("someone", "someone", "someone")),
        ({"author_fullname": "t2_A B"}, Account("someone", "someone", "someone")),
        ({"author_fullname": 7}, Account("someone", "someone", "someone")),
        ({"author": "[deleted]"}, Account("[deleted]/p1", "[deleted]", "[deleted]")),
        ({"author": "Ada_L-"}, Account("t2_abc", "Ada_L-", "Ada_L-")),
    ],
)
def test_the_voice_is_the_account(clock: Clock, fields: Json, account: Account) -> None:
    [post] = only(clock, **fields)
    assert post.account == account


BAD_ENTRIES: list[tuple[object, str]] = [
    (None, "it has no id"),
    ("x", "it has no id"),
    ({}, "it has no id"),
    (submission(1, id=None), "it has no id"),
    (submission(1, id=7), "it has no id"),
    (submission(1, id="p1/../x"), "it has no id"),
    (submission(1, id="P1"), "it has no id"),
    (submission(1, created_utc=None), "it has no time"),
    (submission(1, created_utc="1600279200"), "it has no time"),
    (submission(1, created_utc=True), "it has no time"),
    (submission(1, created_utc=-1), "it has no time"),
    (submission(1, created_utc=1e11), "it has no time"),
    (submission(1, created_utc=float("nan")), "it has no time"),
    (submission(1, created_utc=float("inf")), "it has no time"),
    (submission(1, title=None), "it has no title"),
    (submission(1, title="\n"), "it has no title"),
    (submission(1, title="x" * 1001), "its title has 1001 characters"),
    (submission(1, author=None), "it has no author"),
    (submission(1, author="a b"), "it has no author"),
    (submission(1, author="[removed]"), "it has no author"),
    (submission(1, score=None), "it has no score"),
    (submission(1, score="5"), "it has no score"),
    (submission(1, score=5.5), "it has no score"),
    (submission(1, score=True), "it has no score"),
    (submission(1, score=10**12), "it has no score"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_ENTRIES)
def test_a_post_that_cannot_be_read_is_left_out(
    clock: Clock, log: Log, bad: object, reason: str
) -> None:
    with serving(page(submission(7), bad, submission(8))) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p7", "p8"], "")
    assert (told.pages[0].entries, told.pages[0].unreadable) == (3, 1)
    [left_out] = log.of("post left out")
    assert (left_out["upstream"], left_out["reason"]) == ("Reddit", reason)


def test_only_posts_are_looked_at(clock: Clock, log: Log) -> None:
    children = [
        {"kind": "t5", "data": submission(1)},
        {"kind": "t3", "data": submission(2)},
        {"data": submission(3)},
        "more",
        None,
        {"kind": "t3", "data": None},
        {"kind": None, "data": 7},
    ]
    listing = json_answer({"kind": "Listing", "data": {"after": None, "children": children}})
    with serving(listing) as server:
        told = tell(source(server, clock))
    assert told.ids == ["p2", "p3"]
    assert (told.pages[0].entries, told.pages[0].unreadable) == (6, 4)
    assert [left_out["reason"] for left_out in log.of("post left out")] == ["it has no id"] * 4


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.mark.thorough
@settings(max_examples=examples(20), deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(sorted(submission(1))), VALUES), max_size=30))
def test_whatever_stands_in_a_post_the_others_are_read(hostile: list[Json]) -> None:
    posts = [submission(7), *(submission(1) | fields for fields in hostile), submission(8)]
    with serving(page(*posts)) as server:
        told = tell(source(server, Clock()))
    assert told.reason == ""
    assert {"p7", "p8"} <= set(told.ids)
    assert all(post.url.startswith("https://www.reddit.com/") for post in told.posts)
