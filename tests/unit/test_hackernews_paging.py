"""Hacker News: how a search goes on from page to page and slice to slice, and where it ends."""

from collections.abc import Sequence

import pytest
from werkzeug.wrappers import Request, Response

from tests.fakes import Clock
from tests.hackernews import (
    END,
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
from tests.upstream import Reply, ScriptedServer, tell


def algolia(stories: Sequence[Json], size: int, reach: int, estimate: int = 0) -> Reply:
    """A search over these stories that gives pages of a size, and so many stories at all.

    Its number of hits is wrong by the estimate.
    """

    def reply(request: Request) -> Response:
        least, below = (part.split("=")[-1] for part in request.args["numericFilters"].split(","))
        end = int(below.partition("<")[2] or below)
        found = [story for story in stories if int(least) <= story["created_at_i"] < end]
        found.sort(key=lambda story: -story["created_at_i"])
        first, reachable = int(request.args["page"]) * size, found[:reach]
        return page(
            *reachable[first : first + size],
            nbHits=len(found) + (estimate if found else 0),
            nbPages=-(-len(reachable) // size),
            hitsPerPage=size,
            exhaustiveNbHits=not estimate,
        )(request)

    return reply


def asked(server: ScriptedServer) -> list[tuple[int, str]]:
    """The ends of the first search's slices, and the pages that were asked for."""
    queries = [call.query for call in server.calls if call.query["query"] == QUERIES[0]]
    return [(int(query["numericFilters"].partition("<")[2]), query["page"]) for query in queries]


def test_all_pages_of_a_search_are_asked_for(clock: Clock) -> None:
    stories = [hit(number, END - 1 - number) for number in range(25)]
    with serving_only(algolia(stories, 10, 1000)) as server:
        told = tell(source(server, clock))
    assert told.reason == ""
    assert told.ids == [str(number) for number in range(25)]
    assert asked(server) == [(END, "0"), (END, "1"), (END, "2")]


def test_pages_of_one_second_are_asked_for(clock: Clock) -> None:
    stories = [hit(number, END - 1) for number in range(25)]
    with serving_only(algolia(stories, 10, 1000)) as server:
        told = tell(source(server, clock))
    assert (len(told.ids), told.reason) == (25, "")


def test_what_cannot_be_paged_is_searched_by_time(clock: Clock) -> None:
    stories = [hit(number, START + number // 2) for number in range(25)]
    with serving_only(algolia(stories, 10, 10)) as server:
        told = tell(source(server, clock))
    assert told.reason == ""
    assert sorted(told.ids, key=int) == [str(number) for number in range(25)]
    assert asked(server) == [(END, "0"), (START + 8, "0"), (START + 4, "0")]


def test_beyond_a_thousand_stories_the_search_goes_on_by_time(clock: Clock) -> None:
    stories = [hit(number, END - 1 - number // 2, url="") for number in range(1501)]
    with serving_only(algolia(stories, 400, 1000)) as server:
        told = tell(source(server, clock))
    assert told.reason == ""
    assert sum(page.entries for page in told.pages) == 1501
    later = END - 499
    assert asked(server) == [(END, "0"), (END, "1"), (END, "2"), (later, "0"), (later, "1")]


@pytest.mark.parametrize("estimate", [4, 4000, -2])
@pytest.mark.parametrize("size", [1000, 2])
def test_an_estimate_makes_no_difference(clock: Clock, estimate: int, size: int) -> None:
    stories = [hit(number, START + number) for number in range(3)]
    with serving_only(algolia(stories, size, 1000, estimate)) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["2", "1", "0"], "")
    assert len(server.calls) == 3 * len(asked(server)) == (3 if size == 1000 else 6)


def test_an_estimate_for_a_full_page_costs_a_search(clock: Clock) -> None:
    stories = [hit(number, START + number) for number in range(3)]
    with serving_only(algolia(stories, 3, 1000, estimate=4)) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["2", "1", "0"], "")
    assert asked(server) == [(END, "0"), (START + 1, "0")]


def test_a_search_that_finds_nothing_is_done_whatever_the_estimate(clock: Clock) -> None:
    nothing = page(nbHits=3, nbPages=2, exhaustiveNbHits=False)
    with serving_only(nothing) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason, len(server.calls)) == ([], "", 3)


@pytest.mark.parametrize("fields", [{"nbHits": None}, {"nbPages": None}, {"nbHits": "1"}])
def test_numbers_that_are_not_told_are_done_without(clock: Clock, fields: Json) -> None:
    with serving(page(hit(1), **fields)) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason, len(server.calls)) == (["1"], "", 3)


def test_a_page_that_does_not_tell_the_number_of_pages_is_none_less(clock: Clock) -> None:
    first, second, third = (page(hit(n, START + n), nbPages=pages) for n, pages in PAGES)
    with serving(first, second, third) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["3", "2", "1"], "")
    assert asked(server) == [(END, "0"), (END, "1"), (END, "2")]


PAGES: list[tuple[int, int | None]] = [(3, 3), (2, None), (1, 3)]


def test_a_page_that_comes_again_is_the_end_of_the_pages(clock: Clock) -> None:
    with serving_only(page(hit(1), hit(2), nbHits=5000, nbPages=5)) as server:
        told = tell(source(server, clock))
    assert (told.ids, told.reason) == (["1", "2"], "")
    # What the pages do not give is searched by time.
    assert asked(server) == [
        (END, "0"),
        (END, "1"),
        (START + 1, "0"),
        (START + 1, "1"),
    ]


@pytest.mark.parametrize(
    "hits",
    [
        [hit(1, END - 1), hit(2, END - 1)],
        [hit(1, END + 100)],
        [hit(1, created_at_i=None)],
        [hit(1, created_at_i="1600279200")],
    ],
)
def test_a_search_that_does_not_get_on_is_given_up(clock: Clock, hits: list[object]) -> None:
    with serving_only(page(*hits, nbHits=5000, hitsPerPage=len(hits))) as server:
        told = tell(source(server, clock))
    assert told.reason == "Hacker News: its paging does not get on"
    assert len(server.calls) == 1
    assert len(told.pages) == 1


@pytest.mark.parametrize("fields", [{"nbPages": 500}, {"nbHits": 5000, "hitsPerPage": 1}])
def test_paging_has_an_end(clock: Clock, fields: Json) -> None:
    pages = [page(hit(number, END - 10 * number), **fields) for number in range(1, 150)]
    with ScriptedServer({PATH: pages}) as server:
        told = tell(source(server, clock))
    assert told.reason == "Hacker News: its paging does not end after 100 pages"
    assert told.ids == [str(number) for number in range(1, 101)]
    assert len(server.calls) == 100
