"""The parts of `make bench`, in small, so that they can be measured whenever somebody wants to.

Nothing is said of how long anything takes.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

from local.bench import archives, arxiv_pages, busy_run, serving, stages
from local.bench.__main__ import DOCUMENT, PARTS
from local.bench.busy_run import Size
from local.bench.ready_answers import make_application
from local.bench.serving import Answer, ask, hammer
from local.template import PROJECT

TITLES = [
    "Reading a page of arXiv",
    "A busy day in memory",
    "A run of a busy day",
    "The API's start and first request",
    "What reading costs",
    "Sustained load",
    "As the archive grows",
]

ANSWERS = {
    "/a": Answer(200, {"Content-Type": "text/plain", "Content-Length": "1"}, b"a"),
    "/a?b=1&c": Answer(404, {"Content-Type": "text/plain", "Content-Length": "0"}, b""),
}


@contextmanager
def serving_ready(answers: Mapping[str, Answer]) -> Iterator[int]:
    """A server that has these answers ready; its port."""
    server = make_server("127.0.0.1", 0, make_application(answers), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()


def test_what_is_written_down_has_every_part() -> None:
    lines = (PROJECT / DOCUMENT).read_text().splitlines()

    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == TITLES
    assert len(PARTS) == len(TITLES)


def test_answers_that_are_ready_are_those_that_were_given() -> None:
    with serving_ready(ANSWERS) as port:
        assert {target: ask(port, target) for target in ANSWERS} == ANSWERS


def test_an_answer_that_is_another_one_than_before_is_an_error() -> None:
    expected = {"/a": Answer(200, ANSWERS["/a"].headers, b"b")}
    with serving_ready(ANSWERS) as port:
        asked = hammer(port, expected, seconds=0.1, clients=2)
        right = hammer(port, ANSWERS, seconds=0.1, clients=2)

    assert set(asked.errors) == {"/a: 200, 1 bytes"}
    assert len(asked.errors) == len(asked.taken) > 0
    assert (right.errors, len(right.taken) > 0) == ([], True)


def test_a_server_that_is_gone_is_an_error() -> None:
    with serving_ready(ANSWERS) as port:
        pass

    asked = hammer(port, ANSWERS, seconds=0.02, clients=1)

    assert {error.partition(": ")[2] for error in asked.errors} == {"ConnectionRefusedError"}


@pytest.mark.thorough
def test_pages_of_arxiv_are_read_the_same_by_other_readers() -> None:
    cost = arxiv_pages.measure(entries=20, rounds=1, names=("this system", "feedparser"))

    assert list(cost.seconds) == list(cost.megabytes) == ["this system", "feedparser"]
    assert cost.size == len(arxiv_pages.page(20))


@pytest.mark.thorough
def test_a_day_is_ranked_by_sqlite_as_it_is_here() -> None:
    costs = stages.measure(Size(300, 1_000), rounds=1)

    assert list(costs) == ["posts read", "ranking", "digest", "post", "page", "catalogue"]


@pytest.mark.thorough
def test_the_functions_run_and_their_calls_can_be_made_again() -> None:
    costs = busy_run.measure(Size(30, 200))

    assert list(costs) == ["collector", "renderer"]
    # Two lists of arXiv, two questions to its API, and at least two pages of X.
    assert costs["collector"].questions >= 6
    assert costs["renderer"].questions == 0
    assert min(costs["collector"].calls, costs["renderer"].calls) > 30
    assert min(cost.calls_alone for cost in costs.values()) > 0


@pytest.mark.thorough
def test_the_local_server_answers_the_same_under_load() -> None:
    load = serving.measure(seconds=0.5, clients=2)

    assert (load.api.errors, load.plain.errors) == ([], [])
    assert min(len(load.api.taken), len(load.plain.taken)) > 0
    assert min(load.before, load.after) > 0


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_every_request_is_counted() -> None:
    found = archives.measure(digests=10, papers=20)

    assert found.run.digests == 10
    assert archives.calls_text(found.requests["/health"]) == "none"
    assert archives.calls_text(found.requests["/papers/ID"]) == "2 Query"
    assert min(found.requests.values(), key=lambda used: used.read_units).read_units == 0
    assert not any(figure.short for figure in archives.figures([found, found]))
