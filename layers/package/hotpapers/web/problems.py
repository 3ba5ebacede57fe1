"""What is wrong, said one way: as RFC 9457 has it to programs, on a page to people."""

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from hotpapers.documents.digest_json import write_json
from hotpapers.documents.site import Site
from hotpapers.web.answers import Answer, Freshness
from hotpapers.web.negotiation import choose
from hotpapers.web.representations import HTML, PROBLEM

FORMS = (PROBLEM, HTML)
"""The forms of a problem; whoever has no wish is given the first one."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, in a sentence, with its status and more headers, by name."""

    status: HTTPStatus
    detail: str
    headers: tuple[tuple[str, str], ...] = ()


class RefusedError(Exception):
    """A request that is answered with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class NotFoundError(RefusedError):
    """There is nothing at this address; the text says what was looked for."""

    def __init__(self, detail: str) -> None:
        super().__init__(Problem(HTTPStatus.NOT_FOUND, detail))


class NotAcceptableError(RefusedError):
    """There is something, but not in a form that the reader takes."""

    def __init__(self, detail: str) -> None:
        super().__init__(Problem(HTTPStatus.NOT_ACCEPTABLE, detail))


def answer_problem(problem: Problem, accept: str | None, site: Site) -> Answer:
    """The answer that says what is wrong, as the reader likes it best (the value of Accept).

    That there is nothing may be remembered for a moment; nothing else that is wrong is.
    """
    chosen = choose(accept, [form.media_types for form in FORMS])
    form = FORMS[chosen or 0] if is_told_on_pages(problem.status) else PROBLEM
    write = _write_page if form == HTML else _write_json
    return Answer(
        representation=form,
        content=partial(write, problem, site),
        freshness=Freshness.BRIEF
        if problem.status is HTTPStatus.NOT_FOUND
        else Freshness.MOMENTARY,
        headers=problem.headers,
        status=problem.status.value,
    )


def is_told_on_pages(status: HTTPStatus) -> bool:
    """Tell whether people see a status on a page; not a fault of ours, since making pages may be
    what fails."""
    return status is not HTTPStatus.INTERNAL_SERVER_ERROR


def _write_json(problem: Problem, _: Site) -> bytes:
    status = problem.status
    return write_json(
        {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "detail": problem.detail,
        }
    )


def _write_page(problem: Problem, site: Site) -> bytes:
    from hotpapers.documents.pages.problem_page import write_problem_page  # a template engine

    status = problem.status
    return write_problem_page(status.value, status.phrase, problem.detail, site)
