"""Hacker News: what is asked, how far, and what of the answers is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.wrappers import Request, Response

from hotpapers.adapters.hackernews import CREDENTIALS, prepare
from hotpapers.adapters.http import Terms
from hotpapers.domain.calendar import Window
from hotpapers.domain.post import Account, Post
from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError
from local.upstreams.faults import answers, hangs_up, html_page
from tests.fakes import Clock, Log
from tests.hackernews import (
    END,
    NOTHING,
    PATH,
    QUERIES,
    START,
    Json,
    hit,
    page,
    serving,
    serving_only,
    source,
)
from tests.properties import examples
from tests.upstream import SPAN, Reply, json_answer, recording, tell

# What is asked


def test_a_day_is_one_search_for_each_site(clock: Clock) -> None:
    with serving(page(hit(2), hit(1)), NOTHING, page(hit(3))) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["2", "1", "3"], "")
    assert [(page.entries, page.cost) for page in told.pages] == [(2, None), (0, None), (1, None)]
    assert [call.query for call in server.calls] == [
        {
            "query": query,
            "restrictSearchableAttributes": "url,story_text",
            "tags": "story",
            "numericFilters": f"created_at_i>={START},created_at_i<{END}",
            "hitsPerPage": "1000",
            "page": "0",
        }
        for query in QUERIES
    ]
    assert server.paths == [PATH] * 3
    [agent] = {call.headers["User-Agent"] for call in server.calls}
    assert agent == "hotpapers/1.0 (a daily digest of arXiv listings; contact: me@example.org)"
    assert clock.pauses == [0.5, 0.5]


def test_what_several_searches_find_counts_once(clock: Clock) -> None:
    with serving(page(hit(1)), page(hit(1), hit(2)), page(hit(2))) as server:
        told = tell(source(server, clock))
    assert told.ids == ["1", "2"]
    assert [page.entries for page in told.pages] == [1, 1, 0]


def test_no_credential_is_needed_and_the_origin_is_a_setting() -> None:
    assert CREDENTIALS == ()
    assert prepare(Reader({}))({}, Terms()).name == "hackernews"
    with pytest.raises(InvalidInputError, match=r"^HACKERNEWS_URL: must be an origin"):
        prepare(Reader({"HACKERNEWS_URL": "hn.algolia.com"}))


# What a story is


def test_our_recordings_are_read_completely(clock: Clock, log: Log) -> None:
    names = ["search_arxiv", "search_nothing", "search_huggingface"]
    replies = [json_answer(recording(f"hackernews/{name}.json")) for name in names]
    with serving(*replies) as server:
        told = tell(source(server, clock))

    def story(
        number: str, author: str, title: str, hour: tuple[int, int, int], paper: str, **counts: int
    ) -> Post:
        return Post(
            source="hackernews",
            id=number,
            url=f"https://news.ycombinator.com/item?id={number}",
            account=Account(author, author, author),
            text=title,
            spans=(),
            language="und",
            created_at=datetime(2020, 9, 18, *hour, tzinfo=UTC),
            counts=counts,
            papers=(paper,),  # type: ignore[arg-type]
        )

    assert told.posts == [
        story(
            "24520011",
            "tidepool",
            "Lighting a scene by moving through it",
            (21, 5, 0),
            "2009.08319",
            points=217,
            comments=58,
        ),
        story(
            "24515502",
            "night_owl-7",
            "Show HN: Sheep counter, with the paper it follows",
            (9, 12, 30),
            "2009.08001",
            points=12,
        ),
        story(
            "24518890",
            "ferryman",
            "Counting sheep with few labels",
            (18, 30, 0),
            "2009.08001",
            points=31,
            comments=9,
        ),
    ]
    assert [page.entries for page in told.pages] == [4, 0, 1]
    assert log.of("post left out") == []


@pytest.mark.parametrize(
    ("url", "text", "papers"),
    [
        ("https://arxiv.org/abs/2009.08319v2", None, ["2009.08319"]),
        ("https://export.arxiv.org/pdf/2009.08319.pdf", "", ["2009.08319"]),
        ("https://alphaxiv.org/abs/2009.08319", None, ["2009.08319"]),
        ("https://example.org/arxiv.org/abs/2009.08319", None, []),
        ("https://arxiv.org.evil.example/abs/2009.08319", None, []),
        ("https://arxiv.org/list/cs.LG/recent", None, []),
        ("https://arxiv.org/", "See https:&#x2F;&#x2F;arxiv.org&#x2F;abs&#x2F;2009.1.", []),
        (None, None, []),
        (7, ["https://arxiv.org/abs/2009.08319"], []),
        ("https://[", "<", []),
        (
            None,
            'A <a href="https:&#x2F;&#x2F;arxiv.org&#x2F;abs&#x2F;2009.08319" rel="nofollow">'
            "https:&#x2F;&#x2F;arxiv.org&#x2F;abs&#x2F;200...</a>",
            ["2009.08319"],
        ),
        (
            "https://arxiv.org/abs/2009.08319",
            "After <i>arXiv:2009.08001</i> &amp; https:&#x2F;&#x2F;arxiv.org&#x2F;abs&#x2F;"
            "2009.08319",
            ["2009.08001", "2009.08319"],
        ),
        (None, "x" * 25_000 + " https://arxiv.org/abs/2009.08319", []),
    ],
)
def test_the_papers_are_those_that_it_links_to(
    clock: Clock, log: Log, url: object, text: object, papers: list[str]
) -> None:
    with serving(page(hit(1, url=url, story_text=text))) as server:
        told = tell(source(server, clock))
    assert [list(post.papers) for post in told.posts] == ([papers] if papers else [])
    assert told.reason == ""
    assert log.of("post left out") == []


def test_only_the_stories_of_the_span_count(clock: Clock) -> None:
    span = Window(SPAN.start, SPAN.end.replace(microsecond=500_000))
    seconds = [END + 1, END, END - 1, START, START - 1]
    hits = [hit(number, second) for number, second in enumerate(seconds)]
    with serving(page(*hits)) as server:
        told = tell(source(server, clock), span=span)
    assert told.ids == ["1", "2", "3"]
    # What the span has of its last second is asked for as well.
    assert server.calls[0].query["numericFilters"].endswith(f"<{END + 1}")


BAD_HITS: list[tuple[object, str]] = [
    (None, "it has no objectID"),
    ("x", "it has no objectID"),
    ({}, "it has no objectID"),
    (hit(1, objectID=24520011), "it has no objectID"),
    (hit(1, objectID="1/../2"), "it has no objectID"),
    (hit(1, objectID="٣"), "it has no objectID"),
    (hit(1, author=None), "it has no author"),
    (hit(1, author="a b"), "it has no author"),
    (hit(1, author="a" * 51), "it has no author"),
    (hit(1, created_at_i=None), "it has no time"),
    (hit(1, created_at_i="1600279200"), "it has no time"),
    (hit(1, created_at_i=-1), "it has no time"),
    (hit(1, created_at_i=10**12 - 1), "it has no time"),
    (hit(1, created_at_i=True), "it has no time"),
    (hit(1, title=None), "it has no title"),
    (hit(1, title=" \n "), "it has no title"),
    (hit(1, title="x" * 501), "its title has 501 characters"),
    (hit(1, points=None), "it has no points"),
    (hit(1, points="3"), "it has no points"),
    (hit(1, points=-1), "it has no points"),
    (hit(1, points=2.5), "it has no points"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_HITS)
def test_a_story_that_cannot_be_read_is_left_out(
    clock: Clock, log: Log, bad: object, reason: str
) -> None:
    with serving(page(hit(7), bad, hit(8))) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["7", "8"], "")
    assert (told.pages[0].entries, told.pages[0].unreadable) == (3, 1)
    [left_out] = log.of("post left out")
    assert (left_out["upstream"], left_out["reason"]) == ("Hacker News", reason)


def test_stories_without_an_id_are_counted_one_by_one(clock: Clock) -> None:
    with serving(page(hit(7), None, {}, 7), page(hit(7), "x")) as server:
        told = tell(source(server, clock))
    assert [(page.entries, page.unreadable) for page in told.pages] == [(4, 3), (1, 1), (0, 0)]


@pytest.mark.parametrize("comments", [None, "3", -1, 1.5, True])
def test_comments_that_are_not_told_are_absent(clock: Clock, comments: object) -> None:
    with serving(page(hit(1, num_comments=comments))) as server:
        [post] = tell(source(server, clock)).posts
    assert post.counts == {"points": 3}


# Failures


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            json_answer({"message": "Attribute not searchable", "status": 400}, 400),
            "answered 400 (Attribute not searchable)",
        ),
        (answers(401), "answered 401"),
        (answers(402), "answered 402"),
        (answers(403, "<html>"), "answered 403"),
        (answers(404), "answered 404"),
        (answers(406), "answered 406"),
    ],
)
def test_a_refusal_is_not_asked_again(clock: Clock, reply: Reply, said: str) -> None:
    with serving(page(hit(1)), reply) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["1"], f"Hacker News: {said}")
    assert len(server.calls) == 2


NO_PAGE = "answered no page of stories ("


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answers(429), "answered 429"),
        (answers(500), "answered 500"),
        (answers(503, "<html>"), "answered 503"),
        (html_page, "answered no JSON ("),
        (answers(200), "answered no JSON (nothing at all)"),
        (answers(200, '{"hits": [{"objectID'), "answered no JSON ("),
        (answers(200, '{"hits": ' * 100_000), "answered no JSON ("),
        (answers(200, "[]"), NO_PAGE),
        (answers(200, "null"), NO_PAGE),
        (answers(200, "{}"), NO_PAGE),
        (json_answer({"hits": None, "nbHits": 0}), NO_PAGE),
        (json_answer({"hits": {}, "nbHits": 0}), NO_PAGE),
        (json_answer({"hits": [], "nbHits": 3}), "answered a page that lacks its stories"),
        (page(*[{}] * 10), "answered a page of which no post can be read"),
        (hangs_up, "cannot be reached, or closed the connection"),
    ],
)
def test_what_may_pass_is_asked_again(clock: Clock, reply: Reply, said: str) -> None:
    with serving(reply, page(hit(1))) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason, len(server.calls)) == (["1"], "", 4)
    assert clock.pauses == [2.0, 0.5, 0.5]
    with serving_only(reply) as server:
        told = tell(source(server, clock))
    assert told.pages == []
    assert told.reason.startswith(f"Hacker News: {said}")
    assert told.reason.endswith(" (asked 4 times)")
    assert len(told.reason.splitlines()) == 1
    assert len(server.calls) == 4


def test_the_time_that_the_service_names_is_kept(clock: Clock) -> None:
    with serving(answers(429, retry_after=30)) as server:
        assert tell(source(server, clock)).reason == ""
    assert clock.pauses == [30.0, 0.5, 0.5]
    with serving_only(answers(503, retry_after=300)) as server:
        told = tell(source(server, clock))
    assert told.reason == "Hacker News: answered 503 (asked once; again only after 300 s)"


def test_the_runs_time_is_kept_and_counted_anew_for_each(clock: Clock) -> None:
    def slow(request: Request) -> Response:
        clock.pass_by(6.0)
        return NOTHING(request)

    with serving_only(slow) as server:
        asked = source(server, clock, seconds=10.0)
        reasons = [tell(asked).reason, tell(asked).reason]
    assert reasons == ["Hacker News: is not done after 10 s"] * 2
    assert len(server.calls) == 4


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.mark.thorough
@settings(max_examples=examples(20), deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from([*hit(1), "story_text"]), VALUES), max_size=30),
)
def test_whatever_stands_in_a_story_the_others_are_read(hostile: list[Json]) -> None:
    hits = [hit(7), *(hit(1) | fields for fields in hostile), hit(8)]
    with serving(page(*hits)) as server:
        told = tell(source(server, Clock()))
    assert told.reason == ""
    assert {"7", "8"} <= set(told.ids)
