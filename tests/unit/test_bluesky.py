"""Bluesky's search: what is asked, how far, and what of the answers is refused."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from werkzeug.wrappers import Request, Response

from hotpapers.adapters.bluesky import CREDENTIALS, prepare
from hotpapers.adapters.http import Terms
from hotpapers.domain.calendar import Window
from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError
from local.upstreams.faults import answers, drips, hangs_up, html_page
from tests.bluesky import (
    DAY,
    DID,
    NOTHING,
    OPEN,
    PASSWORD,
    RENEW,
    SEARCH,
    error,
    page,
    post,
    searches,
    serving,
    source,
    told,
)
from tests.fakes import Clock, Log
from tests.upstream import (
    LISTING_DATE,
    SPAN,
    Reply,
    json_answer,
    recording,
    tell,
)

# What is asked


def test_each_host_is_searched_for_day_by_day(clock: Clock) -> None:
    with serving(page(post("one")), then=NOTHING) as server:
        found = told(server, clock, SPAN)
    assert (found.ids, found.reason) == ([f"at://{DID}/app.bsky.feed.post/one"], "")
    days = [f"2020-09-{day}T18:00:00Z" for day in (16, 17, 18, 19)] + ["2020-09-20T13:13:43Z"]
    assert searches(server) == [
        {
            "q": "*",
            "domain": domain,
            "sort": "latest",
            "since": since,
            "until": until,
            "limit": "100",
        }
        for domain in ("arxiv.org", "alphaxiv.org", "huggingface.co")
        for since, until in pairwise(days)
    ]
    assert clock.pauses == []


def test_pages_are_read_to_the_end(clock: Clock) -> None:
    pages = [page(post("a"), cursor="1"), page(cursor="2"), page(post("b"), cursor="")]
    with serving(*pages) as server:
        found = told(server, clock)
    assert [each[-1] for each in found.ids] == ["a", "b"]
    assert [query.get("cursor") for query in searches(server)] == [None, "1", "2", None, None]
    assert [page.entries for page in found.pages] == [1, 0, 1, 0, 0]
    assert found.reason == ""


def test_an_empty_span_is_not_asked_about(clock: Clock) -> None:
    with serving() as server:
        found = told(server, clock, Window(SPAN.start, SPAN.start))
    assert (found.pages, found.reason, server.calls) == ([], "", [])


def test_both_credentials_are_needed_and_the_origin_is_a_setting() -> None:
    assert CREDENTIALS == ("BLUESKY_HANDLE", "BLUESKY_APP_PASSWORD")
    credentials = dict.fromkeys(CREDENTIALS, "x")
    assert prepare(Reader({}))(credentials, Terms()).name == "bluesky"
    with pytest.raises(InvalidInputError, match=r"^BLUESKY_URL: must be an origin such as https:"):
        prepare(Reader({"BLUESKY_URL": "https://bsky.social/xrpc"}))


# What is searched for


SAID = {"message": "use the firehose"}
REFUSED = json_answer({"error": "BadRequest"} | SAID, 400)


def test_where_everything_is_too_much_the_host_is_searched_for(clock: Clock, log: Log) -> None:
    with serving(REFUSED, page(post("a"))) as server:
        kept = source(server, clock)
        found = tell(kept, LISTING_DATE, DAY)
        again = tell(kept, LISTING_DATE, DAY)
    hosts = ["arxiv.org", "alphaxiv.org", "huggingface.co"]
    assert [query["q"] for query in searches(server)] == ["*", *hosts, *hosts]
    assert [query["domain"] for query in searches(server)] == ["arxiv.org", *hosts, *hosts]
    assert (len(found.posts), found.reason, again.reason) == (1, "", "")
    assert log.of("search is narrower: the host has to be in a post's text") == [
        {"source": "Bluesky", "reason": "answered 400 (use the firehose)"}
    ]


TWO_DAYS = Window(SPAN.start, SPAN.start + timedelta(days=2))
NARROWER = "search is narrower: the host has to be in a post's text"


def test_where_everything_finds_nothing_the_host_is_searched_for(clock: Clock, log: Log) -> None:
    with serving(NOTHING, NOTHING, NOTHING, page(post("a"))) as server:
        kept = source(server, clock)
        found = tell(kept, LISTING_DATE, TWO_DAYS)
        again = tell(kept, LISTING_DATE, DAY)
    hosts = ["arxiv.org", "alphaxiv.org", "huggingface.co"]
    twice = [host for host in hosts for _ in range(2)]
    assert [query["q"] for query in searches(server)] == ["*", "*", *twice, *hosts]
    assert [query["domain"] for query in searches(server)] == ["arxiv.org"] * 2 + twice + hosts
    assert (len(found.posts), found.reason, again.reason) == (1, "", "")
    assert [entry["reason"] for entry in log.of(NARROWER)] == ["found nothing at all"]


def test_where_there_is_nothing_everything_is_still_searched_for(clock: Clock, log: Log) -> None:
    with serving() as server:
        found = told(server, clock)
    assert [query["q"] for query in searches(server)] == ["*", "arxiv.org", "*", "*"]
    assert (found.posts, found.reason, log.of(NARROWER)) == ([], "", [])


def test_what_the_vain_search_lacked_is_forgotten(clock: Clock) -> None:
    empty = [page(cursor=str(number)) for number in range(3)]
    with serving(*empty, page(post())) as server:
        found = told(server, clock)
    assert (len(found.posts), found.reason, len(searches(server))) == (1, "", 6)


def test_everything_and_the_host_may_both_be_refused(clock: Clock) -> None:
    with serving(REFUSED, REFUSED, page(post())) as server:
        kept = source(server, clock)
        found = tell(kept, LISTING_DATE, DAY)
        assert (found.pages, found.reason) == ([], "Bluesky: answered 400 (use the firehose)")
        assert [query["q"] for query in searches(server)] == ["*", "arxiv.org"]
        assert (len(tell(kept, LISTING_DATE, DAY).posts), searches(server)[2]["q"]) == (1, "*")


# Hosts that cannot be searched for


@pytest.mark.parametrize("status", [400, 404])
def test_a_host_that_is_refused_keeps_no_other_from_being_asked(clock: Clock, status: int) -> None:
    refused = json_answer(SAID, status)
    with serving(page(post("a")), NOTHING, refused, page(post("b"))) as server:
        found = told(server, clock, TWO_DAYS)
    assert [each[-1] for each in found.ids] == ["a", "b"]
    assert found.reason == f"Bluesky: alphaxiv.org: answered {status} (use the firehose)"
    hosts = ["arxiv.org", "arxiv.org", "alphaxiv.org", "huggingface.co", "huggingface.co"]
    assert [(query["domain"], query["q"]) for query in searches(server)] == [
        (host, "*") for host in hosts
    ]


@pytest.mark.parametrize("error", ["BadRequest", ["ExpiredToken"]])
def test_a_refusal_within_a_search_ends_the_search(clock: Clock, error: object) -> None:
    refused = json_answer({"error": error} | SAID, 400)
    with serving(page(post(), cursor="1"), refused) as server:
        found = told(server, clock)
    assert found.reason == "Bluesky: arxiv.org: answered 400 (use the firehose)"
    assert len(searches(server)) == 4


def test_a_host_that_stays_away_is_not_asked_for_each_day(clock: Clock) -> None:
    with serving(page(post()), then=answers(503)) as server:
        found = told(server, clock, SPAN)
    hosts = ("arxiv.org", "alphaxiv.org", "huggingface.co")
    assert found.reason == "Bluesky: " + "; ".join(
        f"{host}: answered 503 (asked 4 times)" for host in hosts
    )
    assert len(searches(server)) == 13


# Paging that does not end


def test_a_cursor_that_comes_again_ends_a_search_but_not_the_others(clock: Clock) -> None:
    circle = [page(post(key), cursor=cursor) for key, cursor in zip("abc", "121", strict=True)]
    with serving(*circle, page(post("d"))) as server:
        found = told(server, clock)
    assert [each[-1] for each in found.ids] == ["a", "b", "c", "d"]
    assert found.reason == "Bluesky: arxiv.org: its paging does not end (it runs in a circle)"
    assert len(searches(server)) == 5


def test_empty_pages_in_a_row_are_no_pages(clock: Clock) -> None:
    empty = [page(cursor=str(number)) for number in range(9)]
    with serving(*empty[:3]) as server:
        found = told(server, clock)
    assert found.reason == "Bluesky: arxiv.org: its paging does not end (it runs in a circle)"
    assert len(searches(server)) == 6
    with serving(*empty[:2], page(post(), cursor="a"), *empty[2:4]) as server:
        assert told(server, clock).reason == ""


@pytest.mark.thorough
@pytest.mark.parametrize("last", [None, "last"])
def test_ten_thousand_posts_are_not_all(clock: Clock, last: str | None) -> None:
    pages = [page(post(str(number)), cursor=str(number)) for number in range(99)]
    with serving(*pages, page(post("last"), cursor=last), page(post("other"))) as server:
        found = told(server, clock)
    assert found.reason == "Bluesky: arxiv.org: its paging does not end after 100 pages"
    assert (len(found.posts), len(searches(server))) == (101, 102)


@pytest.mark.thorough
def test_an_endless_service_is_told_of_once(clock: Clock) -> None:
    numbers = iter(range(100_000))

    def endless(_request: Request) -> Response:
        return page(post(), cursor=str(next(numbers)))(None)

    with serving(then=endless) as server:
        found = told(server, clock, TWO_DAYS)
    assert found.reason == "Bluesky: " + "; ".join(
        f"{domain}: its paging does not end after 100 pages"
        for domain in ("arxiv.org", "alphaxiv.org", "huggingface.co")
    )
    assert len(searches(server)) == 600


# Failures


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answers(403, "<html>"), "answered 403"),
        (json_answer({"message": "Not  this\nway"}, 402), "answered 402 (Not this way)"),
        (answers(406), "answered 406"),
        (answers(501), "answered 501 (asked 4 times)"),
        (answers(503, retry_after=7), "answered 503 (asked 4 times; again only after 7 s)"),
        (error(502, "UpstreamFailure", "Failure"), "answered 502 (Failure) (asked 4 times)"),
        (html_page, "answered no JSON ('<!DOCTYPE html>"),
        (answers(200), "answered no JSON (nothing at all) (asked 4 times)"),
        (answers(200, '{"posts": [{"uri"'), "answered no JSON ("),
        (answers(200, '{"posts": ' * 100_000), "answered no JSON ("),
        (json_answer([]), "answered no page of posts ('[]') (asked 4 times)"),
        (json_answer({"posts": None}), "answered no page of posts ("),
        (json_answer({"posts": {}}), "answered no page of posts ("),
        (page(*[{}] * 10), "answered a page of which no post can be read (asked 4 times)"),
        (hangs_up, "cannot be reached, or closed the connection (asked 4 times)"),
    ],
)
def test_what_came_before_a_failure_stands(clock: Clock, reply: Reply, said: str) -> None:
    with serving(page(post(), cursor="1"), then=reply) as server:
        found = told(server, clock)
    assert len(found.posts) == 1
    assert found.reason.startswith(f"Bluesky: arxiv.org: {said}")
    assert len(found.reason.splitlines()) == 1
    may_pass = "4 times" in found.reason
    with serving(reply, page(post())) as server:
        again = told(server, clock)
    assert len(again.posts) == int(may_pass)
    assert (again.reason == "") is may_pass


@pytest.mark.parametrize("cursor", ["a b", "ä\n&q=%", "x" * 2000])
def test_a_cursor_goes_back_as_it_came(clock: Clock, cursor: str) -> None:
    with serving(page(post("a"), cursor=cursor), page(post("b"))) as server:
        found = told(server, clock)
    assert (len(found.posts), found.reason) == (2, "")
    assert searches(server)[1]["cursor"] == cursor


@pytest.mark.parametrize("cursor", [7, 0, False, ["a"], {}, "x" * 2001, "\ud800"])
def test_a_page_with_another_cursor_stands_and_is_the_last(clock: Clock, cursor: object) -> None:
    with serving(page(post("a"), cursor=cursor), page(post("b"))) as server:
        found = told(server, clock)
    assert [each[-1] for each in found.ids] == ["a", "b"]
    assert found.reason == "Bluesky: arxiv.org: answered a page without a readable cursor"
    assert len(searches(server)) == 3


def test_the_end_of_the_rate_limits_window_is_waited_for(clock: Clock) -> None:
    reset = str(int((clock.now() + timedelta(seconds=40)).timestamp()))
    limited = json_answer({"error": "RateLimitExceeded"}, 429, {"RateLimit-Reset": reset})
    with serving(limited, page(post())) as server:
        found = told(server, clock)
    assert (len(found.posts), found.reason) == (1, "")
    assert len(clock.pauses) == 1
    assert 39 <= clock.pauses[0] <= 40


def test_fifty_megabytes_are_not_read(clock: Clock) -> None:
    with serving(then=answers(200, " " * (17 * 1024 * 1024))) as server:
        found = told(server, clock)
    assert found.reason == "Bluesky: the answer is longer than 16,777,216 bytes (asked 4 times)"


def test_all_of_a_run_has_a_limit(clock: Clock) -> None:
    def slow(_request: Request) -> Response:
        clock.pass_by(50.0)
        return page(post(), cursor=str(clock.now()).replace(" ", "T"))(None)

    with serving(then=slow) as server:
        kept = source(server, clock, seconds=120.0)
        found = tell(kept, LISTING_DATE, DAY)
        assert (len(found.posts), found.reason) == (2, "Bluesky: is not done after 120 s")
        assert len(tell(kept, LISTING_DATE, DAY).posts) == 2


def test_what_drips_is_left() -> None:
    clock = Clock()

    def dripping(_request: Request) -> Response:
        return drips(0.01, 10)(page(post())(None))

    def reading() -> float:
        clock.pass_by(20.0)
        return clock.time.monotonic()

    with serving(then=dripping) as server:
        make = prepare(Reader({"BLUESKY_URL": server.url}))
        time = type(clock.time)(sleep=clock.sleep, monotonic=reading, now=clock.now)
        credentials = dict.fromkeys(CREDENTIALS, PASSWORD)
        found = tell(make(credentials, Terms(seconds=200.0, clock=time)), LISTING_DATE, DAY)
    assert found.reason == "Bluesky: is not done after 200 s"


def test_bad_entries_are_left_out_with_a_word(clock: Clock, log: Log) -> None:
    bad: list[object] = [None, 7, "x", [], {}]
    bad += [post(record=None), post(uri=None), post(likeCount=None)]
    with serving(json_answer({"posts": [*bad, post("good")]})) as server:
        found = told(server, clock)
    assert (len(found.posts), found.reason) == (1, "")
    assert (found.pages[0].entries, found.pages[0].unreadable) == (9, 8)
    assert [entry["reason"] for entry in log.of("post left out")] == [
        *["it has no text"] * 6,
        "it has no address of its author's",
        "it has no likeCount",
    ]


# Our own recordings


def test_a_recorded_page_reads_as_it_is(clock: Clock) -> None:
    opened = [json_answer(recording("bluesky/create_session.json"))]
    renewed = [json_answer(recording("bluesky/refresh_session.json"))]
    expired = json_answer(recording("bluesky/expired_token.json"), 400)
    found = json_answer(recording("bluesky/search_arxiv.json"))
    with serving(expired, found, opened=opened, renewed=renewed) as server:
        result = told(server, clock, SPAN)
    assert result.reason == ""
    assert server.paths[:4] == [OPEN, SEARCH, RENEW, SEARCH]
    assert [
        (each.account.username, each.account.automated, each.counts, each.papers, each.created_at)
        for each in result.posts
    ] == [
        (
            "ada.example.org",
            False,
            {"reposts": 13, "likes": 58},
            ("2009.08319",),
            datetime(2020, 9, 18, 9, 15, 2, 561858, UTC),
        ),
        (
            "arxiv-cs.example.org",
            True,
            {"reposts": 0, "likes": 1},
            ("2009.08319",),
            datetime(2020, 9, 18, 0, 31, tzinfo=UTC),
        ),
        (
            "quiet.example.org",
            False,
            {"reposts": 4, "likes": 9},
            ("2009.07888",),
            datetime(2020, 9, 17, 20, 0, tzinfo=UTC),
        ),
        (
            "handle.invalid",
            False,
            {"reposts": 0, "likes": 2},
            ("2009.07888",),
            datetime(2020, 9, 17, 7, 20, 29, tzinfo=UTC),
        ),
    ]
    assert result.pages[0].entries == 5
