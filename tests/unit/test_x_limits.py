"""What a search on X may cost: the most liked posts first, and no more than the settings allow."""

import json
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.upstreams.faults import Fault, answers, edits_json, empty_page
from tests.fakes import Clock, Log
from tests.properties import examples
from tests.records import SPAN, Json, dataset, user
from tests.x import (
    ARCHIVE,
    POSTS,
    QUERIES,
    RECENT,
    failure,
    paths,
    post,
    queries,
    serving,
    serving_only,
    told,
)

PLAIN = 'url:"arxiv.org" -is:retweet'


def liked(*likes: int) -> list[Json]:
    """Posts with so many likes; the later ones are newer."""
    return [post(str(number), likes=each) for number, each in enumerate(likes, start=1)]


# The order


def test_the_most_liked_are_read_first(clock: Clock) -> None:
    with serving(posts=liked(0, 4, 5, 19, 20, 99, 100, 10**6, 4, 5, 20, 100)) as server:
        found = told(server, clock)
    assert found.reason == ""
    assert [[each.counts["likes"] for each in page.posts] for page in found.pages] == [
        [100, 10**6, 100],
        [20, 99, 20],
        [5, 19, 5],
        [4, 4, 0],
    ]
    assert queries(server) == QUERIES


# The limit


def sizes(calls: Sequence[Json]) -> list[int]:
    return [int(call["max_results"]) for call in calls]


OLDER = "older posts were not read"


def fewer(likes: int) -> str:
    return f"posts with fewer than {likes} likes were not all read"


@pytest.mark.parametrize(
    ("posts", "most", "asked", "read", "missing"),
    [
        # How many of 150, 50, 10 and 1 likes there are; how many each call asks for.
        ((25, 0, 0, 0), 100, [100, 75, 75, 75], 25, ""),
        ((25, 0, 0, 0), 25, [25], 25, fewer(100)),
        ((25, 0, 0, 0), 34, [34], 25, fewer(100)),
        ((25, 0, 0, 0), 35, [35, 10, 10, 10], 25, ""),
        ((25, 0, 0, 0), 10, [10], 10, OLDER),
        ((25, 0, 0, 0), 20, [20], 20, OLDER),
        ((9, 9, 9, 9), 36, [36, 27, 18], 27, fewer(5)),
        ((9, 9, 9, 9), 37, [37, 28, 19, 10], 36, ""),
        ((9, 9, 9, 30), 40, [40, 31, 22, 13], 40, fewer(5)),
        ((5, 40, 0, 0), 30, [30, 25], 30, fewer(100)),
        ((0, 5, 40, 0), 30, [30, 30, 25], 30, fewer(20)),
        ((250, 30, 0, 0), 250, [100, 100, 50], 250, fewer(100)),
        ((250, 30, 0, 0), 270, [100, 100, 70, 20], 270, fewer(100)),
        ((250, 0, 0, 0), 205, [100, 100], 200, OLDER),
    ],
)
def test_no_more_is_asked_for_than_is_left(
    clock: Clock,
    posts: tuple[int, ...],
    most: int,
    asked: list[int],
    read: int,
    missing: str,
) -> None:
    likes = [
        each for each, count in zip((150, 50, 10, 1), posts, strict=True) for _ in range(count)
    ]
    with serving(posts=liked(*likes)) as server:
        found = told(server, clock, most_posts=most)
    assert sizes([call.query for call in server.calls]) == asked
    assert len(found.posts) == sum(page.entries for page in found.pages) == read
    stopped = f"X: stopped at X_MAX_POSTS, {most} posts; {missing}"
    assert found.reason == (stopped if missing else "")


def test_the_archive_keeps_the_limit_too(clock: Clock) -> None:
    with serving(answers(404), posts=liked(*[150] * 1200)) as server:
        found = told(server, clock, most_posts=1015)
    assert paths(server) == [RECENT, ARCHIVE, ARCHIVE, ARCHIVE]
    assert sizes([call.query for call in server.calls]) == [100, 500, 500, 15]
    assert len(found.posts) == 1015
    assert found.reason == f"X: stopped at X_MAX_POSTS, 1015 posts; {OLDER}"


OUT = json.dumps({"errors": [{"parameters": {"start_time": []}, "message": "too far"}]})


def test_what_both_searches_gave_costs_once(
    clock: Clock,
) -> None:
    with serving(None, answers(400, OUT), posts=liked(*[150] * 300)) as server:
        found = told(server, clock, most_posts=150)
    assert sizes([call.query for call in server.calls]) == [100, 50, 50]
    assert paths(server) == [RECENT, RECENT, ARCHIVE]
    assert [len(page.posts) for page in found.pages] == [100, 0]
    assert [page.entries for page in found.pages] == [100, 0]
    assert [page.cost for page in found.pages] == [Decimal("0.500"), Decimal(0)]
    assert found.reason == f"X: stopped at X_MAX_POSTS, 150 posts; {OLDER}"


def test_what_cannot_be_read_is_paid_for_as_well(clock: Clock, log: Log) -> None:
    def without_authors(document: Json) -> Json:
        kept = document["data"][:1]
        gone = [entry | {"author_id": "99"} for entry in document["data"][1:9]]
        elsewhere = [entry | {"entities": {}} for entry in document["data"][9:]]
        return document | {"data": [*kept, *gone, *elsewhere]}

    with serving(edits_json(without_authors), posts=liked(*[150] * 30)) as server:
        found = told(server, clock, most_posts=20)
    assert (found.ids, len(log.of("post left out"))) == (["30"], 8)
    assert [(page.entries, page.cost) for page in found.pages] == [(20, Decimal("0.100"))]
    assert found.reason == f"X: stopped at X_MAX_POSTS, 20 posts; {OLDER}"


def test_an_answer_that_gives_more_than_was_asked_for_ends_the_search(clock: Clock) -> None:
    posts = liked(*[150] * 30)
    page = {"data": posts, "includes": {"users": [user()]}, "meta": {"next_token": "a"}}
    with serving(answers(200, json.dumps(page))) as server:
        found = told(server, clock, most_posts=15)
    assert (len(server.calls), len(found.posts)) == (1, 30)
    assert [(page.entries, page.cost) for page in found.pages] == [(30, Decimal("0.150"))]
    assert found.reason == f"X: stopped at X_MAX_POSTS, 15 posts; {OLDER}"


def test_empty_pages_cost_nothing(clock: Clock) -> None:
    with serving(empty_page, empty_page, posts=liked(*[150] * 25), page_size=10) as server:
        found = told(server, clock, most_posts=15)
    assert [page.entries for page in found.pages] == [0, 0, 5, 0, 0, 0]
    assert [page.cost for page in found.pages] == [0, 0, Decimal("0.025"), 0, 0, 0]
    assert sizes([call.query for call in server.calls]) == [15, 15, 15, 10, 10, 10]
    assert found.reason == ""


def test_a_page_that_is_asked_for_again_counts_once(clock: Clock) -> None:
    # X charges a post once a day, and a request that fails not at all.
    with serving(answers(503), answers(200), posts=liked(*[150] * 30)) as server:
        found = told(server, clock, most_posts=30)
    assert sizes([call.query for call in server.calls]) == [30, 30, 30]
    assert [(page.entries, page.cost) for page in found.pages] == [(30, Decimal("0.150"))]


counts = st.lists(st.integers(0, 150) | st.sampled_from([4, 5, 19, 20, 99, 100]), max_size=60)


@pytest.mark.thorough
@settings(max_examples=examples(25), deadline=None)
@given(counts, st.integers(10, 80), st.sampled_from([None, 3, 10]))
def test_what_is_left_out_is_the_least_liked(
    likes: list[int], most: int, page_size: int | None
) -> None:
    with serving(posts=(), page_size=page_size) as server:
        server.replay(dataset(posts=tuple(liked(*likes))))
        found = told(server, Clock(), most_posts=most)
    read = [each.counts["likes"] for each in found.posts]
    assert len(set(found.ids)) == len(found.ids) <= most
    assert sum(page.cost or 0 for page in found.pages) == len(read) * Decimal("0.005")
    assert (sorted(read) == sorted(likes)) or found.reason != ""
    # No post is missing that has more likes, or those of a stratum above.
    missing = sorted(likes)
    for each in read:
        missing.remove(each)
    strata = [sum(each >= least for least in (100, 20, 5)) for each in (*read, -1)]
    assert strata == sorted(strata, reverse=True)
    assert all(sum(each >= least for least in (100, 20, 5)) <= strata[-2] for each in missing)


# Searches that cannot look for likes


def query_refused(message: str = "Reference to invalid operator 'min_likes'") -> Fault:
    errors = [{"parameters": {"query": ["x"]}, "message": message}]
    return answers(400, json.dumps({"errors": errors, "title": "Invalid Request"}))


def test_where_likes_cannot_be_searched_for_everything_is(clock: Clock, log: Log) -> None:
    with serving(query_refused(), posts=liked(*[0, 200, 3] * 5), page_size=10) as server:
        found = told(server, clock)
    assert queries(server) == [QUERIES[0], PLAIN, PLAIN]
    assert found.ids == [str(number) for number in range(15, 0, -1)]
    assert found.reason == ""
    assert log.of("likes cannot be searched for") == [
        {"reason": "answered 400 (Reference to invalid operator 'min_likes')"}
    ]


def test_that_has_its_limit_too(clock: Clock) -> None:
    with serving(query_refused(), posts=liked(*[0, 200, 3] * 5)) as server:
        found = told(server, clock, most_posts=12)
    assert found.ids == [str(number) for number in range(15, 3, -1)]
    assert found.reason == f"X: stopped at X_MAX_POSTS, 12 posts; {OLDER}"


def test_that_may_need_the_archive_too(clock: Clock) -> None:
    with serving(query_refused(), answers(404), posts=liked(0, 200)) as server:
        found = told(server, clock)
    assert paths(server) == [RECENT, RECENT, ARCHIVE]
    assert queries(server) == [QUERIES[0], PLAIN, PLAIN]
    assert (found.ids, found.reason) == (["2", "1"], "")


def test_a_query_that_is_refused_in_any_form_is_a_failure(clock: Clock) -> None:
    with serving_only(query_refused("There were errors\n in  it")) as server:
        said = failure(server, clock)
    assert said == "X: answered 400 (There were errors in it)"
    assert queries(server) == [QUERIES[0], PLAIN]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_where_likes_cannot_be_negated_the_rest_is_read_as_it_comes(
    clock: Clock, number: int
) -> None:
    faults = [*[None] * number, query_refused("No negation here")]
    with serving(*faults, posts=liked(150, 50, 10, 1)) as server:
        found = told(server, clock)
    assert (sorted(found.ids), found.reason) == (["1", "2", "3", "4"], "")
    assert queries(server) == [*QUERIES[: number + 1], PLAIN]
    # What the narrower searches had found is not charged again.
    assert sum(page.entries for page in found.pages) == 4


def all_of(posts: Sequence[Json]) -> Fault:
    """Everything at once, whatever is asked."""
    newest_first = list(reversed(posts))
    meta = {"result_count": len(posts)}
    page = {"data": newest_first, "includes": {"users": [user()]}, "meta": meta}
    return answers(200, json.dumps(page))


@pytest.mark.parametrize(
    ("likes", "calls"),
    [
        # Everything has come, so nothing else is asked.
        ([0, 99, 150], 1),
        ([99], 1),
        # What the answer does not belie is taken for right, and the others are asked for.
        ([150, 99], 4),
        ([150, 200], 4),
        ([150, 200, 10, 4], 4),
        ([150, 200, 300, 10, 4], 4),
    ],
)
def test_a_search_that_passes_over_likes_is_noticed(
    clock: Clock, log: Log, likes: list[int], calls: int
) -> None:
    posts = liked(*likes)
    with serving_only(all_of(posts)) as server:
        found = told(server, clock)
    assert (found.ids, found.reason) == ([each["id"] for each in reversed(posts)], "")
    assert queries(server) == QUERIES[:calls]
    assert len(log.of("X takes no notice of likes")) == (calls < 4)


def test_that_is_noticed_after_the_last_page(clock: Clock) -> None:
    posts = liked(*[150] * 3, *[1] * 3)
    pages = []
    for start, token in ((3, "a"), (0, None)):
        meta = {"result_count": 3} | ({"next_token": token} if token else {})
        users = {"users": [user()]}
        found = {"data": posts[start : start + 3], "includes": users, "meta": meta}
        pages.append(answers(200, json.dumps(found)))
    # Half of them have the likes.
    with serving(*pages, posts=posts) as server:
        assert len(told(server, clock).posts) == 6
    assert queries(server) == QUERIES[:1] + QUERIES


def test_entries_that_tell_no_likes_are_no_proof(clock: Clock) -> None:
    entries: list[object] = [*[None] * 5, "x", {"public_metrics": [1]}, post("1"), {"id": "7"}]
    page = json.dumps({"data": entries, "includes": {"users": [user()]}, "meta": {}})
    with serving(answers(200, page), posts=POSTS[:1]) as server:
        assert told(server, clock).ids == ["1"]
    assert queries(server) == QUERIES


# The price


@pytest.mark.parametrize(
    ("number", "cost"), [(0, "0"), (1, "0.005"), (7, "0.035"), (100, "0.500"), (101, "0.505")]
)
def test_each_post_has_its_price(clock: Clock, number: int, cost: str) -> None:
    with serving(posts=liked(*[150] * number)) as server:
        found = told(server, clock)
    assert sum((page.cost or Decimal(0) for page in found.pages), Decimal(0)) == Decimal(cost)


def test_the_accounts_that_come_along_are_free(clock: Clock) -> None:
    posts = [post(str(each), author_id=str(each)) for each in range(1, 4)]
    users = [user(str(each), f"user{each}") for each in range(1, 9)]
    with serving(posts=posts, users=users) as server:
        found = told(server, clock, span=SPAN)
    assert [page.cost for page in found.pages] == [Decimal("0.015"), 0, 0, 0]
