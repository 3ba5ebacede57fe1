"""What is wrong, told to programs and to people."""

from http import HTTPStatus

import pytest

from hotpapers.documents.pages.problem_page import LEADS, write_problem_page
from hotpapers.documents.site import Site
from hotpapers.web.answers import Freshness
from hotpapers.web.openapi import REASONS, openapi_document
from hotpapers.web.problems import Problem, answer_problem
from hotpapers.web.representations import HTML, PROBLEM

SITE = Site("https://hot.example")
MISSING = Problem(HTTPStatus.NOT_FOUND, "there is nothing at '/<script>'", (("A", "b"),))


@pytest.mark.parametrize(
    "accept",
    [
        *(None, "", "*/*", "application/json", "application/problem+json", "image/png"),
        *("text/html;q=0.5, application/json", "text/html, application/problem+json"),
    ],
)
def test_programs_are_told_in_json(accept: str | None) -> None:
    answer = answer_problem(MISSING, accept, SITE)

    assert answer.content() == (
        b'{\n  "type": "about:blank",\n  "title": "Not Found",\n  "status": 404,\n'
        b'  "detail": "there is nothing at \'/<script>\'"\n}\n'
    )
    said = (answer.representation, answer.status, answer.headers, answer.freshness)
    assert said == (PROBLEM, 404, (("A", "b"),), Freshness.BRIEF)


@pytest.mark.parametrize(
    "accept", ["text/html", "text/html, */*;q=0.8", "text/html, application/json;q=0.9"]
)
def test_people_are_told_on_a_page(accept: str) -> None:
    answer = answer_problem(MISSING, accept, SITE)

    assert (answer.representation, answer.status) == (HTML, 404)
    assert answer.content() == write_problem_page(404, "Not Found", MISSING.detail, SITE)


def test_a_fault_of_ours_is_never_told_on_a_page() -> None:
    fault = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "the request failed")

    answer = answer_problem(fault, "text/html", SITE)

    assert (answer.representation, answer.freshness) == (PROBLEM, Freshness.MOMENTARY)


def test_whatever_is_told_on_a_page_has_words_for_people() -> None:
    told_on_pages = set(REASONS) - {HTTPStatus.INTERNAL_SERVER_ERROR}

    assert set(LEADS) == {status.value for status in told_on_pages}


def test_the_description_knows_what_is_told_on_a_page() -> None:
    responses = openapi_document([])["components"]["responses"]
    on_pages = {
        status
        for status in REASONS
        if HTML.content_type in responses[status.phrase.replace(" ", "")]["content"]
    }

    assert on_pages == set(REASONS) - {HTTPStatus.INTERNAL_SERVER_ERROR}
