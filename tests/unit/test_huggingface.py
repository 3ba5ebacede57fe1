"""Hugging Face's Daily Papers: what is asked, how far, and what of the answers is refused."""

import json
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.adapters.http import Terms
from hotpapers.adapters.huggingface import CREDENTIALS, prepare
from hotpapers.domain.calendar import Window
from hotpapers.domain.post import Account, Post
from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError
from hotpapers.ports import PostSource
from local.upstreams.faults import answers, hangs_up, html_page
from tests.fakes import Clock, Log
from tests.properties import examples
from tests.upstream import (
    LISTING_DATE,
    SPAN,
    Reply,
    ScriptedServer,
    json_answer,
    recording,
    tell,
)

pytestmark = pytest.mark.usefixtures("no_collection")

PATH = "/api/daily_papers"
NOTHING = json_answer([])

Json = dict[str, Any]


def source(server: ScriptedServer, clock: Clock, seconds: float = 120.0) -> PostSource:
    make = prepare(Reader({"HUGGINGFACE_URL": server.url}))
    return make({}, Terms("me@example.org", seconds, clock.time))


def serving(*replies: Reply) -> ScriptedServer:
    """These replies, then days without papers."""
    return ScriptedServer({PATH: [*replies, *[NOTHING] * 40]})


def serving_only(reply: Reply) -> ScriptedServer:
    return ScriptedServer({PATH: repeat(reply)})


def entry(number: int, **paper: object) -> Json:
    """A paper as Hugging Face features it."""
    return {
        "paper": {
            "id": f"2009.{number:05}",
            "publishedAt": "2020-09-17T00:00:00.000Z",
            "submittedOnDailyAt": "2020-09-18T00:00:00.000Z",
            "title": f"Paper {number}",
            "upvotes": number,
        }
        | paper,
        "title": f"Paper {number}",
        "publishedAt": "2020-09-16T20:00:00.000Z",
        "numComments": 1,
    }


def ids(*numbers: int) -> list[str]:
    return [f"2009.{number:05}" for number in numbers]


# What is asked


def test_each_day_from_the_listing_date_to_the_runs_is_asked_for(clock: Clock) -> None:
    replies = [json_answer([entry(1)]), NOTHING, json_answer([entry(2), entry(3)])]
    with serving(*replies) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (ids(1, 2, 3), "")
    assert [page.entries for page in told.pages] == [1, 2, 0]
    assert [page.cost for page in told.pages] == [None] * 3
    assert [call.query for call in server.calls] == [
        {"date": "2020-09-18", "limit": "100", "p": "0"},
        {"date": "2020-09-18", "limit": "100", "p": "1"},
        {"date": "2020-09-19", "limit": "100", "p": "0"},
        {"date": "2020-09-19", "limit": "100", "p": "1"},
        {"date": "2020-09-20", "limit": "100", "p": "0"},
    ]
    assert server.paths == [PATH] * 5
    [agent] = {call.headers["User-Agent"] for call in server.calls}
    assert agent == "hotpapers/1.0 (a daily digest of arXiv listings; contact: me@example.org)"
    assert all("Authorization" not in call.headers for call in server.calls)
    assert clock.pauses == [0.5] * 4


@pytest.mark.parametrize(
    ("end", "days"),
    [
        (datetime(2020, 9, 18, tzinfo=UTC), 1),
        (datetime(2020, 9, 18, 23, 59, 59, tzinfo=UTC), 1),
        (datetime(2020, 10, 18, tzinfo=UTC), 31),
        (datetime(2020, 10, 19, tzinfo=UTC), 31),
        (datetime(2026, 1, 1, tzinfo=UTC), 31),
        (datetime(2020, 9, 17, 23, 59, 59, tzinfo=UTC), 0),
    ],
)
def test_no_more_than_a_months_days_are_asked_for(clock: Clock, end: datetime, days: int) -> None:
    with serving() as server:
        told = tell(source(server, clock), span=Window(SPAN.start, end))
    assert (told.ids, told.reason) == ([], "")
    asked = [call.query["date"] for call in server.calls]
    assert asked == [str(LISTING_DATE + timedelta(days=ahead)) for ahead in range(days)]


def test_no_credential_is_needed_and_the_origin_is_a_setting() -> None:
    assert CREDENTIALS == ()
    assert prepare(Reader({}))({}, Terms()).name == "huggingface"
    with pytest.raises(InvalidInputError, match=r"^HUGGINGFACE_URL: must be an origin"):
        prepare(Reader({"HUGGINGFACE_URL": "https://huggingface.co/api"}))


# Pages


def test_a_day_is_paged_until_nothing_is_new(clock: Clock) -> None:
    pages = [json_answer([entry(n) for n in range(k, k + 100)]) for k in (0, 100)]
    with serving(*pages, json_answer([entry(200)])) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (ids(*range(201)), "")
    assert [(call.query["date"][-2:], call.query["p"]) for call in server.calls] == [
        ("18", "0"),
        ("18", "1"),
        ("18", "2"),
        ("18", "3"),
        ("19", "0"),
        ("20", "0"),
    ]


@pytest.mark.parametrize("size", [10, 50])
def test_a_server_may_allow_fewer_on_a_page(clock: Clock, size: int) -> None:
    pages = [json_answer([entry(n) for n in range(k, k + size)]) for k in (0, size)]
    with serving(*pages) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (ids(*range(2 * size)), "")
    assert [call.query["p"] for call in server.calls] == ["0", "1", "2", "0", "0"]


def test_a_server_that_ignores_the_pages_number_is_not_paged_on(clock: Clock) -> None:
    same = json_answer([entry(n) for n in range(60)])
    with serving(same, same) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (ids(*range(60)), "")
    assert [call.query["p"] for call in server.calls] == ["0", "1", "0", "0"]
    assert [page.entries for page in told.pages] == [60, 0, 0]


def test_what_moves_to_the_next_page_meanwhile_counts_once(clock: Clock) -> None:
    pages = [json_answer([entry(n) for n in range(*ends)]) for ends in ((0, 100), (90, 120))]
    with serving(*pages) as server:
        told = tell(source(server, clock))
    assert told.ids == ids(*range(120))


def test_paging_has_an_end_and_the_other_days_are_asked_for(clock: Clock) -> None:
    pages = [json_answer([entry(n) for n in range(k, k + 50)]) for k in range(0, 500, 50)]
    with serving(*pages, json_answer([entry(777)])) as server:
        told = tell(source(server, clock))
    assert told.reason == "Hugging Face: 2020-09-18: its paging does not end after 10 pages"
    assert told.ids == ids(*range(500), 777)
    assert len(server.calls) == 13


# What a paper's page is


def test_our_recording_is_read_completely(clock: Clock, log: Log) -> None:
    with serving(json_answer(recording("huggingface/daily_papers.json"))) as server:
        told = tell(source(server, clock))

    def page(paper: str, title: str, upvotes: int, comments: int, code: str = "") -> Post:
        return Post(
            source="huggingface",
            id=paper,
            url=f"https://huggingface.co/papers/{paper}",
            account=Account(f"papers/{paper}", f"papers/{paper}", "Hugging Face"),
            text=title,
            spans=(),
            language="und",
            created_at=datetime(2020, 9, 18, tzinfo=UTC),
            counts={"upvotes": upvotes, "comments": comments},
            papers=(paper,),  # type: ignore[arg-type]
            code=code,
        )

    repository = "https://github.com/lampadist/roving-lamps"
    assert told.posts == [
        page(
            "2009.08319", "Roving Lamps: Lighting a Scene by Moving Through It", 64, 3, repository
        ),
        page("2009.08001", "Counting Sheep With Few Labels", 7, 0),
        page("2005.12872", "An Older Paper, Featured Late", 0, 1),
    ]
    assert log.of("post left out") == []


@pytest.mark.parametrize(
    ("told_of", "code"),
    [
        ({"githubRepo": "https://github.com/ada/engine.git"}, "https://github.com/ada/engine"),
        ({"githubRepo": "https://evil.example/github.com/ada/engine"}, ""),
        ({"githubRepo": None}, ""),
        ({"githubRepo": ["https://github.com/ada/engine"]}, ""),
        ({}, ""),
    ],
)
def test_a_page_tells_of_code_where_it_leads_to_a_repository(
    clock: Clock, told_of: Json, code: str
) -> None:
    with serving(json_answer([entry(1, **told_of)])) as server:
        told = tell(source(server, clock))
    assert [post.code for post in told.posts] == [code]


def test_a_paper_that_is_featured_twice_comes_twice(clock: Clock) -> None:
    days = [json_answer([entry(1, upvotes=number)]) for number in (5, 8)]
    with serving(days[0], NOTHING, days[1]) as server:
        told = tell(source(server, clock))
    assert told.ids == ids(1, 1)
    assert [post.counts["upvotes"] for post in told.posts] == [5, 8]


def test_all_of_a_day_counts_whenever_it_was_featured(clock: Clock) -> None:
    early = entry(1, submittedOnDailyAt="2020-01-01T00:00:00.000Z")
    with serving(json_answer([early])) as server:
        [post] = tell(source(server, clock)).posts
    assert post.created_at == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("absent", [{}, {"submittedOnDailyAt": None}, {"submittedOnDailyAt": ""}])
def test_without_the_day_the_papers_own_time_stands(clock: Clock, absent: Json) -> None:
    featured = entry(1)
    del featured["paper"]["submittedOnDailyAt"]
    featured["paper"] |= absent
    with serving(json_answer([featured])) as server:
        [post] = tell(source(server, clock)).posts
    assert post.created_at == datetime(2020, 9, 17, tzinfo=UTC)


@pytest.mark.parametrize("comments", [None, "3", -1, 1.5, True, 10**12])
def test_comments_that_are_not_told_are_absent(clock: Clock, comments: object) -> None:
    with serving(json_answer([entry(1) | {"numComments": comments}])) as server:
        [post] = tell(source(server, clock)).posts
    assert post.counts == {"upvotes": 1}


def test_ids_are_made_canonical(clock: Clock) -> None:
    featured = [entry(1, id="2009.08319v2"), entry(2, id="math.GT/0309136")]
    with serving(json_answer(featured)) as server:
        told = tell(source(server, clock))
    assert [(post.id, post.papers, post.url) for post in told.posts] == [
        ("2009.08319", ("2009.08319",), "https://huggingface.co/papers/2009.08319"),
        ("math/0309136", ("math/0309136",), "https://huggingface.co/papers/math/0309136"),
    ]


def test_what_is_not_arxivs_is_no_mistake(clock: Clock, log: Log) -> None:
    with serving(json_answer([entry(1, id="some-report"), entry(2)])) as server:
        told = tell(source(server, clock))
    assert told.ids == ids(2)
    assert [page.entries for page in told.pages] == [2, 0, 0]
    assert log.of("post left out") == []


BAD_ENTRIES: list[tuple[object, str]] = [
    (None, "it has no paper"),
    (7, "it has no paper"),
    ([], "it has no paper"),
    ({}, "it has no paper"),
    ({"paper": None}, "it has no paper"),
    ([1], "it has no paper"),
    (entry(1)["paper"], "it has no paper"),
    ({"paper": {}}, "it has no id"),
    (entry(1, id=None), "it has no id"),
    (entry(1, id=2009.08319), "it has no id"),
    (entry(1, id="9" * 101), "its id has 101 characters"),
    (entry(1, upvotes=None), "it has no upvotes"),
    (entry(1, upvotes="7"), "it has no upvotes"),
    (entry(1, upvotes=-1), "it has no upvotes"),
    (entry(1, upvotes=True), "it has no upvotes"),
    (entry(1, upvotes=1e3), "it has no upvotes"),
    (entry(1, title=None), "it has no title"),
    (entry(1, title=" \n"), "it has no title"),
    (entry(1, title="x" * 1001), "its title has 1001 characters"),
    (entry(1, submittedOnDailyAt="today"), "it has no time"),
    (entry(1, submittedOnDailyAt=7), "it has no time"),
    (entry(1, submittedOnDailyAt="2020-09-18T00:00:00"), "it has no time"),
    (entry(1, submittedOnDailyAt=None, publishedAt=None), "it has no time"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_ENTRIES)
def test_an_entry_that_cannot_be_read_is_left_out(
    clock: Clock, log: Log, bad: object, reason: str
) -> None:
    with serving(json_answer([entry(1), bad, entry(2)])) as server:
        told = tell(source(server, clock))
    same = isinstance(bad, dict) and (bad.get("paper") or bad).get("id") == "2009.00001"
    assert (told.ids, told.reason) == (ids(1, 2), "")
    assert [(page.entries, page.unreadable) for page in told.pages] == [(3, 1), (0, 0), (0, 0)]
    [left_out] = log.of("post left out")
    assert (left_out["upstream"], left_out["reason"]) == ("Hugging Face", reason)
    assert (left_out["id"] == "2009.00001") == bool(same)


def test_those_without_an_id_are_known_by_what_they_say(clock: Clock) -> None:
    first = json_answer([entry(1), None])
    with serving(first, json_answer([entry(2), [1], None]), first) as server:
        told = tell(source(server, clock))
    assert told.ids == ids(1, 2)
    assert [(page.entries, page.unreadable) for page in told.pages][:2] == [(2, 1), (2, 1)]
    assert [call.query["p"] for call in server.calls] == ["0", "1", "2", "0", "0"]


def test_halves_of_characters_do_not_get_on(clock: Clock) -> None:
    with serving(json_answer([entry(1, title="A \ud83d title")])) as server:
        [post] = tell(source(server, clock)).posts
    assert post.text == "A \N{REPLACEMENT CHARACTER} title"


# Failures

LATER = Window(SPAN.start, datetime(2020, 9, 22, tzinfo=UTC))
INVALID = json_answer({"error": 'Invalid "date"'}, 400)


def test_a_day_that_is_not_there_yet_is_empty(clock: Clock, log: Log) -> None:
    with serving(json_answer([entry(1)]), NOTHING, NOTHING, *[INVALID] * 3) as server:
        told = tell(source(server, clock), span=LATER)
    assert (told.ids, told.reason) == (ids(1), "")
    assert log.of("day is not there yet") == [
        {"date": f"2020-09-{day}", "reason": 'answered 400 (Invalid "date")'}
        for day in (20, 21, 22)
    ]


def test_a_day_that_is_past_has_to_be_there(clock: Clock) -> None:
    replies = [json_answer([entry(1)]), NOTHING, INVALID, json_answer([entry(2)])]
    with serving(*replies) as server:
        told = tell(source(server, clock))
    assert told.ids == ids(1, 2)
    assert told.reason == 'Hugging Face: 2020-09-19: answered 400 (Invalid "date")'


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (json_answer({"error": "Unauthorized"}, 401), "answered 401 (Unauthorized)"),
        (answers(402), "answered 402"),
        (answers(403, "<html>"), "answered 403"),
        (answers(404), "answered 404"),
        (answers(406), "answered 406"),
        (answers(204), "answered 204"),
    ],
)
def test_a_refusal_is_not_asked_again(clock: Clock, reply: Reply, said: str) -> None:
    with serving(json_answer([entry(1)]), NOTHING, reply) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (ids(1), f"Hugging Face: 2020-09-19: {said}")
    assert len(server.calls) == 4


def test_days_that_are_refused_alike_are_told_of_together(clock: Clock) -> None:
    gone, refused = answers(410), answers(403)
    with serving(refused, gone, refused, refused, NOTHING, json_answer([entry(1)])) as server:
        told = tell(source(server, clock), span=Window(SPAN.start, SPAN.end + timedelta(days=4)))
    assert told.ids == ids(1)
    assert told.reason == (
        "Hugging Face: 2020-09-18 and 2 more: answered 403; 2020-09-19: answered 410"
    )


def test_what_was_refused_before_the_service_went_away_is_told(clock: Clock) -> None:
    with serving(answers(404), json_answer([entry(1)]), *[answers(503)] * 4) as server:
        told = tell(source(server, clock))
    assert told.ids == ids(1)
    assert told.reason == ("Hugging Face: 2020-09-18: answered 404; answered 503 (asked 4 times)")
    assert len(server.calls) == 6


NO_LIST = "answered no list of papers ("


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answers(429), "answered 429"),
        (answers(500), "answered 500"),
        (answers(503, "<html>"), "answered 503"),
        (html_page, "answered no JSON ("),
        (answers(200), "answered no JSON (nothing at all)"),
        (answers(200, '[{"paper": {"id": "2009.0'), "answered no JSON ("),
        (answers(200, "[" * 100_000), "answered no JSON ("),
        (answers(200, "{}"), NO_LIST),
        (answers(200, "null"), NO_LIST),
        (answers(200, '"x"'), NO_LIST),
        (answers(200, '{"error": "Busy"}'), NO_LIST),
        (json_answer([{}] * 10), "answered a page of which no post can be read"),
        (hangs_up, "cannot be reached, or closed the connection"),
    ],
)
def test_what_may_pass_is_asked_again(clock: Clock, reply: Reply, said: str) -> None:
    with serving(reply, json_answer([entry(1)])) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason, len(server.calls)) == (ids(1), "", 5)
    assert clock.pauses == [2.0, 0.5, 0.5, 0.5]
    with serving_only(reply) as server:
        told = tell(source(server, clock))
    assert told.pages == []
    assert told.reason.startswith(f"Hugging Face: {said}")
    assert len(told.reason.splitlines()) == 1


def test_the_time_that_the_service_names_is_kept(clock: Clock) -> None:
    with serving(answers(429, retry_after=30)) as server:
        assert tell(source(server, clock)).reason == ""
    assert clock.pauses == [30.0, 0.5, 0.5]
    with serving_only(answers(429, retry_after=300)) as server:
        told = tell(source(server, clock))
    assert told.reason == "Hugging Face: answered 429 (asked once; again only after 300 s)"


def test_the_runs_time_is_kept_and_counted_anew_for_each(clock: Clock) -> None:
    def slow(_request: object) -> Any:
        clock.pass_by(4.0)
        return json_answer([entry(len(server.calls))])(_request)

    with serving_only(slow) as server:
        asked = source(server, clock, seconds=10.0)
        first, second = tell(asked, LISTING_DATE, LATER), tell(asked, LISTING_DATE, LATER)
    # The third answer has come when the time is up.
    assert first.reason == second.reason == "Hugging Face: is not done after 10 s"
    assert (first.ids, second.ids) == (ids(1, 2), ids(4, 5))


def test_too_long_an_answer_is_refused(clock: Clock) -> None:
    with serving_only(answers(200, json.dumps(["x" * 17 * 1024 * 1024]))) as server:
        told = tell(source(server, clock), span=Window(SPAN.start, SPAN.start + timedelta(days=2)))
    assert told.reason == (
        "Hugging Face: the answer is longer than 16,777,216 bytes (asked 4 times)"
    )


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.mark.thorough
@settings(max_examples=examples(20), deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(sorted(entry(1)["paper"])), VALUES), max_size=30))
def test_whatever_stands_in_an_entry_the_others_are_read(hostile: list[Json]) -> None:
    featured = [entry(7), *(entry(1, **fields) for fields in hostile), entry(8)]
    with serving(json_answer(featured)) as server:
        told = tell(source(server, Clock()))
    assert told.reason == ""
    assert set(ids(7, 8)) <= set(told.ids)
