"""X as a source of posts: what it is asked, how it is read, and what of it is refused."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from hotpapers.adapters.x import X
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from hotpapers.errors import UpstreamError
from local.upstreams.faults import (
    Fault,
    Faults,
    answers,
    breaks_off,
    cut_off,
    edits_json,
    empty_page,
    hangs_up,
    html_page,
)
from local.upstreams.server import UpstreamServer
from local.upstreams.x import Vocabulary
from tests.fakes import Clock, Log
from tests.records import SPAN, Json, dataset, post, user

TOKEN = "AAAAsecretAAAA"
RECENT, ARCHIVE = "/2/tweets/search/recent", "/2/tweets/search/all"
RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "x_v2"

POSTS = tuple(post(str(number)) for number in range(125, 100, -1))
IDS = [record["id"] for record in POSTS]


def serving(
    *faults: Fault | None, posts: Sequence[Json] = POSTS, users: Sequence[Json] = (), **options: Any
) -> UpstreamServer:
    records = dataset(posts=tuple(posts), users=tuple(users))
    return UpstreamServer(records, faults=Faults(x=faults), **options)


def serving_only(fault: Fault, posts: Sequence[Json] = POSTS, **options: Any) -> UpstreamServer:
    return UpstreamServer(dataset(posts=tuple(posts)), faults=Faults(x=repeat(fault)), **options)


def read(server: UpstreamServer, clock: Clock, span: Window = SPAN) -> list[Post]:
    return list(X(server.url, TOKEN, "me@example.org", clock.time).posts_about_papers(span))


def read_ids(server: UpstreamServer, clock: Clock, span: Window = SPAN) -> list[str]:
    return [each.id for each in read(server, clock, span)]


def read_one(clock: Clock, record: Json, *users: Json) -> Post:
    with serving(posts=[record], users=users) as server:
        [found] = read(server, clock)
    return found


def failure(server: UpstreamServer, clock: Clock, span: Window = SPAN) -> str:
    with pytest.raises(UpstreamError) as caught:
        read(server, clock, span)
    return str(caught.value)


def paths(server: UpstreamServer) -> list[str]:
    return [call.path for call in server.calls]


# What X is asked


def test_a_day_is_one_search(clock: Clock) -> None:
    with serving() as server:
        assert read_ids(server, clock) == IDS
    [call] = server.calls
    assert (call.method, call.path) == ("GET", RECENT)
    assert call.query == {
        "query": 'url:"arxiv.org" -is:retweet',
        "start_time": "2020-09-16T18:00:00Z",
        "end_time": "2020-09-20T13:13:43Z",
        "max_results": "100",
        "tweet.fields": (
            "author_id,created_at,entities,lang,note_tweet,public_metrics,referenced_tweets"
        ),
        "expansions": "author_id,entities.mentions.username",
        "user.fields": "name,username",
    }
    assert call.headers["Authorization"] == f"Bearer {TOKEN}"
    assert call.headers["User-Agent"] == (
        "hotpapers/1.0 (a daily digest of arXiv listings; contact: me@example.org)"
    )
    assert call.headers["Accept"] == "application/json"
    assert clock.pauses == []


def test_pages_are_read_to_the_end(clock: Clock, log: Log) -> None:
    with serving(page_size=10) as server:
        assert read_ids(server, clock) == IDS
    tokens = [call.query.get("next_token") for call in server.calls]
    assert [token is None for token in tokens] == [True, False, False]
    assert len({call.query["start_time"] + call.query["end_time"] for call in server.calls}) == 1
    assert clock.pauses == []
    assert log.of("posts read") == [
        {"page": 1, "posts": 10},
        {"page": 2, "posts": 20},
        {"page": 3, "posts": 25},
    ]


def test_no_match_is_no_failure(clock: Clock) -> None:
    with serving(posts=()) as server:
        assert read(server, clock) == []
    assert len(server.calls) == 1


def test_an_empty_page_is_not_the_end(clock: Clock) -> None:
    # X's own word for it: a page may be empty and have a next one.
    with serving(None, empty_page, page_size=10) as server:
        assert read_ids(server, clock) == IDS[:10] + IDS[20:]
    assert len(server.calls) == 3


def page(next_token: str | None, *posts: Json) -> str:
    """A page as X sends it."""
    meta: Json = {"result_count": len(posts)}
    if next_token is not None:
        meta["next_token"] = next_token
    return json.dumps({"data": list(posts), "includes": {"users": [user()]}, "meta": meta})


def test_a_token_that_comes_again_is_a_circle(clock: Clock) -> None:
    pages = [answers(200, page(token, post())) for token in ("a", "b", "a")]
    with serving(*pages) as server:
        said = failure(server, clock)
    assert said == "X: its paging runs in a circle"
    assert len(server.calls) == 3


def test_paging_has_an_end(clock: Clock) -> None:
    faults = (answers(200, page(str(number))) for number in range(1000))
    with serving(*faults) as server:
        said = failure(server, clock)
    assert said == "X: its paging does not end after 500 pages"
    assert len(server.calls) == 500


# Recent or archive

WEEK = timedelta(days=7)


def span_of(length: timedelta) -> Window:
    return Window(SPAN.end - length, SPAN.end)


@pytest.mark.parametrize(
    ("length", "path", "size"),
    [
        (timedelta(days=4), RECENT, "100"),
        (WEEK - timedelta(seconds=1), RECENT, "100"),
        (WEEK, ARCHIVE, "500"),
        (timedelta(days=30), ARCHIVE, "500"),
    ],
)
def test_a_long_span_is_looked_for_in_the_archive(
    clock: Clock, length: timedelta, path: str, size: str
) -> None:
    with serving() as server:
        assert read_ids(server, clock, span_of(length)) == IDS
    [call] = server.calls
    assert (call.path, call.query["max_results"]) == (path, size)


def test_a_span_that_is_long_past_is_looked_for_in_the_archive(clock: Clock, log: Log) -> None:
    with serving(page_size=10, now=SPAN.end + timedelta(days=30)) as server:
        assert read_ids(server, clock) == IDS
    assert paths(server) == [RECENT, ARCHIVE, ARCHIVE, ARCHIVE]
    assert log.of("archive is searched") == [{"start": "2020-09-16T18:00:00+00:00"}]
    # The archive allows one request a second.
    assert clock.pauses == [1.0, 1.0]


def test_a_search_that_is_not_there_is_one_for_the_archive(clock: Clock) -> None:
    with serving(answers(404, '{"title": "Not Found"}')) as server:
        assert read_ids(server, clock) == IDS
    assert paths(server) == [RECENT, ARCHIVE]


def out_of_reach(message: str = "'start_time' must be on or after 2020-09-13T13:13Z") -> str:
    errors = [{"parameters": {"start_time": ["2020-09-16T18:00:00Z"]}, "message": message}]
    return json.dumps({"errors": errors, "title": "Invalid Request", "detail": "One or more."})


def test_what_the_recent_search_had_counts_no_more(clock: Clock) -> None:
    # While it is paged, the start of the span moves out of its reach.
    with serving(None, answers(400, out_of_reach()), page_size=10) as server:
        assert read_ids(server, clock) == IDS
    assert paths(server) == [RECENT, RECENT, ARCHIVE, ARCHIVE, ARCHIVE]


def test_an_origin_without_either_search_is_refused(clock: Clock) -> None:
    with serving_only(answers(404, "<html>")) as server:
        said = failure(server, clock)
    assert said == "X: answered 404"
    assert paths(server) == [RECENT, ARCHIVE]


def test_out_of_the_archives_reach_is_the_end(clock: Clock) -> None:
    with serving_only(answers(400, out_of_reach())) as server:
        said = failure(server, clock)
    assert said == "X: answered 400 ('start_time' must be on or after 2020-09-13T13:13Z)"
    assert paths(server) == [RECENT, ARCHIVE]


# Failures


def problem(title: str, detail: str, kind: str = "about:blank", **more: object) -> str:
    return json.dumps({"title": title, "detail": detail, "type": kind} | more)


PROBLEMS = "https://api.twitter.com/2/problems/"
INVALID = json.dumps(
    {
        "errors": [{"parameters": {"query": ["x"]}, "message": "There were errors\n in  it"}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": f"{PROBLEMS}invalid-request",
    }
)
CAPPED = problem(
    "UsageCapExceeded", "Usage cap exceeded", f"{PROBLEMS}usage-capped", period="Monthly"
)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, INVALID, "answered 400 (There were errors in it)"),
        (401, problem("Unauthorized", "Unauthorized", status=401), "answered 401 (Unauthorized)"),
        (
            402,
            problem("CreditsDepleted", "No credits", f"{PROBLEMS}credits"),
            "answered 402 (No credits)",
        ),
        (
            403,
            problem("Client Forbidden", "Enroll", f"{PROBLEMS}client-forbidden", reason="x"),
            "answered 403 (Enroll)",
        ),
        (429, CAPPED, "answered 429 (Usage cap exceeded)"),
        (410, "<html>gone</html>", "answered 410"),
        (401, "", "answered 401"),
        (403, "[]", "answered 403"),
        (403, '{"errors": [7, {"message": 7}], "detail": ["x"], "title": " "}', "answered 403"),
        (403, '{"errors": {"message": "x"}, "title": "Forbidden"}', "answered 403 (Forbidden)"),
        (400, json.dumps({"detail": "x" * 1000}), f"answered 400 ({'x' * 200})"),
    ],
)
def test_a_refusal_is_not_asked_again(clock: Clock, status: int, body: str, said: str) -> None:
    with serving_only(answers(status, body)) as server:
        reason = failure(server, clock)
    assert reason == f"X: {said}"
    assert len(server.calls) == 1
    assert clock.pauses == []


NO_PAGE = "answered no page of posts ("
CODE_88 = json.dumps({"errors": [{"code": 88, "message": "Rate limit exceeded"}]})


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (answers(429, problem("Too Many Requests", "Too Many")), "answered 429 (Too Many)"),
        (answers(429, CODE_88), "answered 429 (Rate limit exceeded)"),
        (answers(503, "<html>"), "answered 503"),
        (answers(500), "answered 500"),
        (html_page, NO_PAGE),
        (cut_off, NO_PAGE),
        (answers(200), "answered no page of posts (nothing at all)"),
        (answers(200, CAPPED), NO_PAGE),
        (answers(200, "[]"), NO_PAGE),
        (answers(200, "null"), NO_PAGE),
        (answers(200, "7"), NO_PAGE),
        (answers(200, "{}"), NO_PAGE),
        (answers(200, '{"data": []}'), NO_PAGE),
        (answers(200, '{"meta": []}'), NO_PAGE),
        (answers(200, '{"data": null, "meta": {}}'), NO_PAGE),
        (answers(200, '{"data": {}, "meta": {}}'), NO_PAGE),
        (answers(200, '{"data": "x", "meta": {}}'), NO_PAGE),
        (answers(200, "[" * 100_000), NO_PAGE),
        (answers(200, '{"meta": ' * 100_000), NO_PAGE),
        (answers(200, '{"meta": {"result_count": %s}}' % ("9" * 5000)), NO_PAGE),
        (answers(200, "\0"), NO_PAGE),
        (answers(200, '{"meta": {"result_count": 3}}'), "answered a page that lacks its posts"),
        (
            answers(200, '{"meta": {"result_count": 0, "next_token": 7}}'),
            "answered a page without a readable next_token",
        ),
        (
            answers(200, page(None, *[post(id=None)] * 10)),
            "answered a page of which no post can be read",
        ),
        (hangs_up, "cannot be reached, or closed the connection"),
        (breaks_off, "the answer broke off (ProtocolError)"),
    ],
)
def test_what_is_no_page_is_asked_for_again(clock: Clock, fault: Fault, said: str) -> None:
    with serving(fault) as server:
        assert read_ids(server, clock) == IDS
    assert (len(server.calls), clock.pauses) == (2, [1.0])
    clock.pauses.clear()
    with serving_only(fault) as server:
        reason = failure(server, clock)
    assert reason.startswith(f"X: {said}")
    assert reason.endswith(" (asked 5 times)")
    assert len(reason.splitlines()) == 1
    assert clock.pauses == [1.0, 2.0, 4.0, 8.0]


def test_bytes_that_are_no_text_are_asked_for_again(clock: Clock) -> None:
    def not_utf_8(right: Any) -> Any:
        right.set_data(right.get_data().replace(b"See", b"S\xff\xfe"))
        return right

    with serving(not_utf_8) as server:
        assert read_ids(server, clock) == IDS
    assert len(server.calls) == 2


def test_the_end_of_the_rate_limits_window_is_waited_for(clock: Clock) -> None:
    reset = str(int((clock.now() + timedelta(seconds=40)).timestamp()))
    with serving(answers(429, CODE_88, headers={"x-rate-limit-reset": reset})) as server:
        assert read_ids(server, clock) == IDS
    assert clock.pauses == [40.0]


def test_a_far_end_of_the_rate_limits_window_is_not(clock: Clock) -> None:
    reset = str(int((clock.now() + timedelta(minutes=14)).timestamp()))
    with serving_only(answers(429, CODE_88, headers={"x-rate-limit-reset": reset})) as server:
        said = failure(server, clock)
    assert said == ("X: answered 429 (Rate limit exceeded) (asked once; again only after 840 s)")


def test_an_end_that_is_not_past_yet_is_waited_for(clock: Clock) -> None:
    now = SPAN.end + timedelta(seconds=5)
    with serving(now=now) as server:
        said = failure(server, clock)
    assert said.startswith("X: answered 400 ('end_time' must be a minimum of 10 seconds prior")
    assert paths(server) == [RECENT] * 5
    assert clock.pauses == [15.0] * 4

    clock.pauses.clear()
    too_early = json.dumps({"errors": [{"parameters": {"end_time": []}, "message": "early"}]})
    with serving(answers(400, too_early), now=SPAN.end + timedelta(minutes=1)) as server:
        assert read_ids(server, clock) == IDS
    assert clock.pauses == [15.0]


def test_the_token_is_in_no_log_record_and_no_message(clock: Clock, log: Log) -> None:
    faults = [answers(401), answers(503), hangs_up, html_page, answers(400, out_of_reach())]
    said = []
    for fault in faults:
        with serving_only(fault) as server, pytest.raises(UpstreamError) as caught:
            read(server, clock)
        said.append(f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}")
    with serving(page_size=10) as server:
        read(server, clock)
    assert len(log.records) > 20
    assert TOKEN not in "".join(said)
    assert TOKEN not in log.text()


# Posts


def test_a_post_is_read_whole(clock: Clock) -> None:
    text = (
        "Nice &lt;3 @ADA &amp;amp; #AI $TSLA https://t.co/ab https://t.co/cd #ai\nhttps://t.co/pic"
    )
    plain = "Nice <3 @ADA &amp; #AI $TSLA https://t.co/ab https://t.co/cd #ai\nhttps://t.co/pic"

    def at(needle: str) -> Json:
        return {"start": text.index(needle), "end": text.index(needle) + len(needle)}

    def span(needle: str, kind: SpanKind, target: str) -> Span:
        start = plain.index(needle)
        return Span(start, start + len(needle), kind, target)

    record = post(
        "1306779645287763970",
        author_id="8",
        text=text,
        lang="pt-BR",
        created_at="2020-09-18T12:30:15.250+02:00",
        public_metrics={"retweet_count": 12, "reply_count": 5, "like_count": 340},
        entities={
            "urls": [
                at("https://t.co/ab")
                | {
                    "url": "https://t.co/ab",
                    "expanded_url": "https://arxiv.org/pdf/2009.00002v1.pdf",
                },
                at("https://t.co/cd")
                | {
                    "url": "https://t.co/cd",
                    "expanded_url": "https://bit.ly/x",
                    "unwound_url": "https://www.arxiv.org/abs/math.GT/0309136?context=cs",
                },
                at("https://t.co/pic")
                | {
                    "url": "https://t.co/pic",
                    "expanded_url": "https://twitter.com/kurt/status/1/photo/1",
                    "display_url": "pic.x.com/Qq1",
                },
            ],
            "mentions": [at("@ADA") | {"username": "ADA", "id": "7"}],
            "hashtags": [at("#AI") | {"tag": "AI"}, at("#ai") | {"tag": "ai"}],
            "cashtags": [at("$TSLA") | {"tag": "TSLA"}],
            "annotations": [{"start": 0, "end": 4, "normalized_text": "Nice"}],
        },
    )
    found = read_one(clock, record, user(), user("8", "Kurt", "Kurt &amp; Co <3"))
    assert found == Post(
        source="x",
        id="1306779645287763970",
        url="https://twitter.com/Kurt/status/1306779645287763970",
        account=Account("8", "Kurt", "Kurt & Co <3"),
        text=plain,
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


# Recordings

WHOLE_TIME = Window(datetime(2006, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def recorded_pages() -> list[tuple[str, Json]]:
    """Recorded pages of posts that tell of their authors and counts."""
    lines = [
        (path.name, line)
        for path in sorted(RECORDINGS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    pages = [(name, json.loads(line)) for name, line in lines]
    return [(name, each) for name, each in pages if "public_metrics" in each["data"][0]]


def leads_to_papers(document: Json) -> Json:
    """The page with a link to a paper in every post, in the place of what each is about."""
    for number, entry in enumerate(document["data"]):
        link = {"expanded_url": f"https://arxiv.org/abs/2009.{number:05}"}
        entry.setdefault("entities", {}).setdefault("urls", []).append(link)
    document["meta"] = {"result_count": len(document["data"])}
    return document


@pytest.mark.skipif(not recorded_pages(), reason="no recordings beside the project")
def test_recorded_pages_are_read_completely(clock: Clock, log: Log) -> None:
    numbers: dict[str, int] = {}
    for name, document in recorded_pages():
        page_text = json.dumps(leads_to_papers(document))
        with serving(answers(200, page_text)) as server:
            found = read(server, clock, WHOLE_TIME)
        expected = [
            (
                entry["id"],
                entry["author_id"],
                entry["lang"],
                entry["public_metrics"]["retweet_count"],
                entry["public_metrics"]["like_count"],
                len(re.sub("&(amp|lt|gt);", "&", entry["text"])),
                entry["created_at"],
            )
            for entry in document["data"]
            if "retweeted" not in [other["type"] for other in entry.get("referenced_tweets", [])]
        ]
        assert [
            (
                each.id,
                each.account.id,
                each.language,
                each.retweets,
                each.favorites,
                len(each.text),
                f"{each.created_at:%Y-%m-%dT%H:%M:%S.000Z}",
            )
            for each in found
        ] == expected
        numbers[name] = numbers.get(name, 0) + len(found)
    assert log.of("post left out") == []
    assert sum(numbers.values()) > 50


def recorded_places(entry: Json) -> list[tuple[int, str]]:
    """The places that X states, with the text that X has there.

    Several pictures share one place; our own link has none.
    """
    entities = entry["entities"]
    stated = [
        *(each for each in entities.get("urls", []) if "start" in each),
        *entities.get("mentions", []),
        *entities.get("hashtags", []),
        *entities.get("cashtags", []),
    ]
    return sorted({(each["start"], entry["text"][each["start"] : each["end"]]) for each in stated})


@pytest.mark.skipif(not recorded_pages(), reason="no recordings beside the project")
def test_recorded_places_are_found(clock: Clock) -> None:
    compared = 0
    for _, document in recorded_pages():
        with serving(answers(200, json.dumps(leads_to_papers(document)))) as server:
            found = {each.id: each for each in read(server, clock, WHOLE_TIME)}
        for entry in document["data"]:
            each = found.get(entry["id"])
            if each is None or "&" in entry["text"]:
                continue
            assert [
                (span.start, each.text[span.start : span.end]) for span in each.spans
            ] == recorded_places(entry)
            compared += len(each.spans)
    assert compared > 50


def recorded_failures() -> list[tuple[str, int, str, str]]:
    """Recorded failures: their name, status and body, and what we say of them."""
    if not RECORDINGS.exists():
        return []
    bad_start = json.loads((RECORDINGS / "error_400_invalid_start_time.json").read_text())
    unauthorized = json.loads((RECORDINGS / "error_401_unauthorized.json").read_text())
    found = [
        ("start", 400, json.dumps(bad_start["body"]), bad_start["body"]["errors"][0]["message"]),
        ("token", 401, json.dumps(unauthorized["body"]), unauthorized["body"]["detail"]),
    ]
    for path in sorted((RECORDINGS / "transcribed").glob("error_*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        messages = [each["message"] for each in body.get("errors", [])] + [body["detail"]]
        found.append((path.stem, int(path.stem.split("_")[1]), json.dumps(body), messages[0]))
    return found


@pytest.mark.skipif(not recorded_failures(), reason="no recordings beside the project")
def test_recorded_failures_are_told_in_xs_words(clock: Clock) -> None:
    asked_again = {"error_429_too_many_requests": 5, "start": 2}
    names = []
    for name, status, body, message in recorded_failures():
        with serving_only(answers(status, body)) as server:
            said = failure(server, clock)
        assert said.startswith(f"X: answered {status} ({message[:200]})")
        assert len(server.calls) == asked_again.get(name, 1)
        names.append(name)
    assert {"error_402_credits_depleted", "error_429_usage_capped", *asked_again} <= set(names)


@pytest.mark.skipif(not RECORDINGS.exists(), reason="no recordings beside the project")
def test_the_recorded_answer_without_a_match_is_empty(clock: Clock) -> None:
    body = (RECORDINGS / "transcribed" / "search_recent_zero_results.json").read_text()
    with serving_only(answers(200, body)) as server:
        assert read(server, clock) == []
    assert len(server.calls) == 1
