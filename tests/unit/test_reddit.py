"""Reddit: what is asked, how far, and what the tokens are that it is asked with."""

from datetime import timedelta

import pytest

from hotpapers.adapters.http import Terms
from hotpapers.adapters.reddit import CREDENTIALS, prepare
from hotpapers.domain.calendar import Window
from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError
from tests.fakes import Clock, Log
from tests.reddit import (
    ALPHAXIV,
    ARXIV,
    BASIC,
    NOTHING,
    OLD,
    SEARCH,
    START,
    TOKEN,
    TOKENS,
    Json,
    page,
    serving,
    serving_only,
    source,
    submission,
    token,
)
from tests.upstream import SPAN, Reply, ScriptedServer, json_answer, tell

# What is asked


def test_a_token_is_asked_for_and_then_each_list(clock: Clock) -> None:
    with ScriptedServer(
        {
            TOKENS: [token()],
            ARXIV: [page(submission(2), submission(1), OLD, OLD, OLD, after="t3_p0")],
            ALPHAXIV: [NOTHING],
            SEARCH: [page(submission(3))],
        }
    ) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p2", "p1", "p3"], "")
    assert [(page.entries, page.cost) for page in told.pages] == [(5, None), (0, None), (1, None)]

    [login, *questions] = server.calls
    assert (login.method, login.path, login.query) == ("POST", TOKENS, {})
    assert login.form == {"grant_type": "client_credentials"}
    assert login.headers["Authorization"] == f"Basic {BASIC}"
    assert [(call.method, call.path, call.query) for call in questions] == [
        ("GET", ARXIV, {"limit": "100", "raw_json": "1"}),
        ("GET", ALPHAXIV, {"limit": "100", "raw_json": "1"}),
        (
            "GET",
            SEARCH,
            {
                "q": "selftext:arxiv.org",
                "sort": "new",
                "type": "link",
                "t": "all",
                "limit": "100",
                "raw_json": "1",
            },
        ),
    ]
    assert {call.headers["Authorization"] for call in questions} == {f"Bearer {TOKEN}"}
    assert {call.headers["User-Agent"] for call in server.calls} == {
        "linux:hotpapers:1.0 (a daily digest of arXiv listings; contact: me@example.org)"
    }
    assert clock.pauses == [1.0, 1.0]


def test_the_credentials_are_named_and_the_origins_are_settings() -> None:
    assert CREDENTIALS == ("REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET")
    credentials = dict.fromkeys(CREDENTIALS, "x")
    assert prepare(Reader({}))(credentials, Terms()).name == "reddit"
    for name in ("REDDIT_URL", "REDDIT_AUTH_URL"):
        with pytest.raises(InvalidInputError, match=f"^{name}: must be an origin"):
            prepare(Reader({name: "https://oauth.reddit.com/domain"}))


# Pages


def test_pages_are_read_back_to_the_beginning_of_the_span(clock: Clock) -> None:
    pages = [
        page(submission(9, START + 90), submission(8, START + 80), after="t3_p8"),
        page(after="t3_p7"),
        page(submission(6, START + 60), OLD, OLD, after="t3_p0"),
    ]
    with serving(*pages) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p9", "p8", "p6"], "")
    asked = [call.query.get("after") for call in server.calls if call.path == ARXIV]
    assert asked == [None, "t3_p8", "t3_p7"]


@pytest.mark.parametrize(
    "posts", [[OLD, submission(2)], [submission(2), OLD], [OLD, submission(3), submission(2), OLD]]
)
def test_an_old_post_out_of_its_order_does_not_end_a_list(clock: Clock, posts: list[Json]) -> None:
    with serving(page(*posts, after="t3_p2"), page(submission(1))) as server:
        told = tell(source(server, clock))
    assert (told.ids[-2:], told.reason) == (["p2", "p1"], "")


@pytest.mark.parametrize("after", ["t3_x&limit=1", "t1_x", "a b/ü?", "x" * 200])
def test_whatever_names_the_next_page_is_given_back(clock: Clock, after: str) -> None:
    with serving(page(submission(2), after=after), page(submission(1), after="")) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p2", "p1"], "")
    asked = [call.query for call in server.calls if call.path == ARXIV]
    assert asked[1] == {"limit": "100", "raw_json": "1", "after": after}
    assert len(asked) == 2


@pytest.mark.parametrize("after", [7, 0, False, ["t3_p1"], {}, "x" * 201, "t3_\n", "\ud800"])
def test_a_next_page_without_a_name_leaves_the_page(clock: Clock, after: object) -> None:
    with serving(page(submission(1), after=after)) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p1"], "Reddit: answered a list without a readable after")
    assert server.paths == [TOKENS, ARXIV, ALPHAXIV, SEARCH]
    with serving(page(OLD, after=after)) as server:
        assert tell(source(server, clock)).reason == ""


def test_a_list_without_a_next_page_is_whole(clock: Clock) -> None:
    with serving(page(submission(1))) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p1"], "")
    assert server.paths == [TOKENS, ARXIV, ALPHAXIV, SEARCH]


def hundred(number: int, after: str | None) -> Reply:
    """The n-th page of a list, full."""
    first = 100 * number
    return page(
        *(submission(first + k, START + 10_000 - first - k) for k in range(100)), after=after
    )


@pytest.mark.parametrize("pages", [9, 10])
def test_a_list_that_ends_too_early_has_more(clock: Clock, pages: int) -> None:
    afters = [f"t3_p{n}" for n in range(1, pages)] + [None]
    with serving(*(hundred(n, after) for n, after in enumerate(afters))) as server:
        told = tell(source(server, clock))
    assert told.reason == (
        f"Reddit: ends its list after {pages}00 posts, before the beginning of the span"
    )
    assert len(told.posts) == pages * 100


def test_a_search_that_ends_too_early_has_more(clock: Clock) -> None:
    with ScriptedServer(
        {
            TOKENS: [token()],
            ARXIV: [page(OLD)],
            ALPHAXIV: [page(OLD)],
            SEARCH: [hundred(1, "t3_p1"), hundred(2, None)],
        }
    ) as server:
        told = tell(source(server, clock))
    assert told.reason == (
        "Reddit: /search: ends its list after 200 posts, before the beginning of the span"
    )
    assert len(told.posts) == 200


@pytest.mark.parametrize(("old", "is_whole"), [(1, False), (2, True), (60, True)])
def test_a_list_whose_end_is_old_is_whole(clock: Clock, old: int, *, is_whole: bool) -> None:
    afters = [f"t3_p{n}" for n in range(9)]
    last = page(*[submission(1000 + n) for n in range(50)], *[OLD] * old)
    with serving(*(hundred(n, after) for n, after in enumerate(afters)), last) as server:
        told = tell(source(server, clock))
    assert (told.reason == "") == is_whole


def test_a_name_that_comes_again_is_a_circle(clock: Clock) -> None:
    with serving(*(page(submission(1), after=f"t3_{name}") for name in "aba")) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p1"], "Reddit: its paging runs in a circle")
    assert server.paths == [TOKENS] + [ARXIV] * 3 + [ALPHAXIV, SEARCH]


@pytest.mark.parametrize("posts", [[], [submission(1)]])
def test_paging_has_an_end(clock: Clock, posts: list[Json]) -> None:
    pages = [page(*posts, after=f"t3_{number}") for number in range(100)]
    with serving(*pages) as server:
        told = tell(source(server, clock))
    assert told.reason == "Reddit: its paging does not end after 20 pages"
    assert len(server.calls) == 23


def test_what_several_lists_have_counts_once(clock: Clock) -> None:
    script = {
        TOKENS: [token()],
        ARXIV: [page(submission(2), submission(1))],
        ALPHAXIV: [page(submission(2), submission(3))],
        SEARCH: [page(submission(1), submission(3))],
    }
    with ScriptedServer(script) as server:
        told = tell(source(server, clock))
    assert told.ids == ["p2", "p1", "p3"]
    assert [page.entries for page in told.pages] == [2, 1, 0]


def test_a_long_span_is_read_from_the_same_lists(clock: Clock) -> None:
    month = Window(SPAN.end - timedelta(days=30), SPAN.end)
    old = month.start.timestamp() - 1
    posts = [submission(2), submission(1, old), submission(0, old)]
    with serving(page(*posts, after="t3_p1")) as server:
        told = tell(source(server, clock), span=month)
    assert (told.ids, told.reason) == (["p2"], "")
    assert server.paths == [TOKENS, ARXIV, ALPHAXIV, SEARCH]


# The token


def test_a_token_is_kept_from_run_to_run_until_it_ends(clock: Clock) -> None:
    tokens = [token(f"token-{number}", expires_in=600) for number in range(3)]
    with serving(tokens=tuple(tokens)) as server:
        asked = source(server, clock)
        for seconds in (300.0, 230.0, 20.0):
            assert tell(asked).reason == ""
            clock.pass_by(seconds)
        assert tell(asked).reason == ""
    used = [call.headers["Authorization"] for call in server.calls if call.path == ARXIV]
    # The runs begin after 0, 302, 534 and 556 s. It is not used in its last minute.
    assert used == ["Bearer token-0"] * 3 + ["Bearer token-1"]
    assert server.paths.count(TOKENS) == 2


def test_a_token_holds_a_day_at_most(clock: Clock) -> None:
    with serving(tokens=(token(expires_in=10**12 - 1),)) as server:
        asked = source(server, clock)
        for seconds in (86_000.0, 400.0, 0.0):
            assert tell(asked).reason == ""
            clock.pass_by(seconds)
    assert server.paths.count(TOKENS) == 2


@pytest.mark.parametrize("life", [None, "600", -5, 1.5, 0])
def test_a_token_that_does_not_tell_its_life_holds_an_hour(clock: Clock, life: object) -> None:
    with serving(tokens=(token(expires_in=life),)) as server:
        asked = source(server, clock)
        for seconds in (3_500.0, 100.0, 0.0):
            assert tell(asked).reason == ""
            clock.pass_by(seconds)
    assert server.paths.count(TOKENS) == 2


def test_a_token_that_is_taken_back_is_renewed(clock: Clock, log: Log) -> None:
    unauthorized = json_answer({"message": "Unauthorized", "error": 401}, 401)
    with serving(
        page(submission(2), after="t3_p2"),
        unauthorized,
        page(submission(1)),
        tokens=(token(), token("the-second-token")),
    ) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["p2", "p1"], "")
    assert server.paths == [TOKENS, ARXIV, ARXIV, TOKENS, ARXIV, ALPHAXIV, SEARCH]
    used = [call.headers["Authorization"] for call in server.calls if call.path == ARXIV]
    assert used == [f"Bearer {TOKEN}", f"Bearer {TOKEN}", "Bearer the-second-token"]
    assert [call.query.get("after") for call in server.calls if call.path == ARXIV] == [
        None,
        "t3_p2",
        "t3_p2",
    ]
    assert log.of("token is renewed") == [{"upstream": "Reddit"}]


def test_a_new_token_that_is_not_taken_is_the_end(clock: Clock) -> None:
    unauthorized = json_answer({"message": "Unauthorized", "error": 401}, 401)
    with serving_only(unauthorized) as server:
        asked = source(server, clock)
        told = tell(asked)
        assert told.reason == (
            "Reddit: does not take the token that it has just given (answered 401 (Unauthorized))"
        )
        assert server.paths == [TOKENS, ARXIV, TOKENS, ARXIV]
        # The next run begins with a new one.
        tell(asked)
    assert server.paths[4:] == [TOKENS, ARXIV, TOKENS, ARXIV]
