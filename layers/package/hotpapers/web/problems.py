"""Errors as RFC 9457 problem details: one shape for all of them."""

from functools import partial
from http import HTTPStatus

from hotpapers.documents.digest_json import write_json
from hotpapers.web.answers import Answer, Freshness
from hotpapers.web.representations import PROBLEM


class RefusedError(Exception):
    """A request that is answered with a problem: its status, what is wrong, and more headers."""

    def __init__(self, status: HTTPStatus, detail: str, *headers: tuple[str, str]) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


class NotFoundError(RefusedError):
    """There is nothing at this address; the text says what was looked for."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, detail)


class NotAcceptableError(RefusedError):
    """There is something, but not in a form that the reader takes."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.NOT_ACCEPTABLE, detail)


def problem(status: HTTPStatus, detail: str, *headers: tuple[str, str]) -> Answer:
    """An answer that says what is wrong, to programs and to people.

    That there is nothing may be remembered for a moment; nothing else that is wrong is.
    """
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    return Answer(
        PROBLEM,
        partial(write_json, document),
        Freshness.BRIEF if status is HTTPStatus.NOT_FOUND else Freshness.MOMENTARY,
        headers=headers,
        status=status.value,
    )
