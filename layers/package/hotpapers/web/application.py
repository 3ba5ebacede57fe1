"""The API as a whole: requests in, answers out, and what everything that goes wrong is answered
with."""

import logging
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from hotpapers.bootstrap import archive
from hotpapers.errors import InvalidInputError, OutdatedError, ReplacedError, StoreError
from hotpapers.web.addresses import OPERATIONS
from hotpapers.web.answers import Freshness, empty_answer
from hotpapers.web.finishing import Finished, finish
from hotpapers.web.negotiation import choose
from hotpapers.web.operations import Operation
from hotpapers.web.parameters import require_known
from hotpapers.web.problems import FORMS, NotAcceptableError, Problem, RefusedError, answer_problem
from hotpapers.web.representations import Representation
from hotpapers.web.requests import Received, Request
from hotpapers.web.routes import Route, find_route

logger = logging.getLogger(__name__)

FAULTS = "ApiFaults"
"""Counts the requests that failed through our own fault: each is answered, so Lambda sees none."""

READING = ("GET", "HEAD")
ALLOWED = "GET, HEAD, OPTIONS"
PREFLIGHT = (
    ("Allow", ALLOWED),
    ("Access-Control-Allow-Methods", ALLOWED),
    ("Access-Control-Allow-Headers", "Accept, If-None-Match, If-Modified-Since"),
    ("Access-Control-Max-Age", "86400"),
)
"""What a browser is told before it lets a page of another site ask (the Fetch standard)."""


def answer(event: Mapping[str, Any]) -> dict[str, Any]:
    """What API Gateway is to send for a request; to HEAD the same as to GET, without the body."""
    received = Received(event)
    finished = _answer(received)
    has_body = received.method != "HEAD"
    return {
        "statusCode": finished.status,
        "body": finished.body if has_body else "",
        "isBase64Encoded": finished.is_packed and has_body,
        "headers": dict(finished.headers),
        "cookies": [],
    }


def _answer(received: Received) -> Finished:
    try:
        found = find_route(received.path) if received.method in READING else None
        if found is None:
            return _answer_unrouted(received)
        return _respond(*found, received)
    except Exception as error:  # each is told to the reader, our own faults too
        return _refuse(received, _problem(error))


def _respond(route: Route, segments: Mapping[str, str], received: Received) -> Finished:
    """The answer of an address to a request, finished."""
    operation = route.operation
    require_known(received.query, operation.parameters)
    arguments, stated = _read_segments(operation, segments)
    chosen = route.representation or stated
    request = Request(
        path=received.path,
        arguments=arguments,
        representation=chosen or _choose(operation, received),
        query=received.query,
        event=received.event,
    )
    variants = len(operation.forms) if chosen is None else 1
    try:
        return finish(operation.answer(request), received.headers, variants)
    except ReplacedError as error:
        # What is kept now was kept before this second look began.
        logger.info("answer is planned anew", extra={"reason": str(error)})
        return finish(operation.answer(request), received.headers, variants)


def _read_segments(
    operation: Operation, segments: Mapping[str, str]
) -> tuple[Mapping[str, str], Representation | None]:
    """The named parts of an address, decoded once, and the form that the last one asks for."""
    arguments = {name: unquote(text) for name, text in segments.items()}
    if operation.ends_open:
        last = operation.segments[-1].name
        for ending, representation in operation.endings.items():
            if arguments[last].endswith(ending):
                return {**arguments, last: arguments[last].removesuffix(ending)}, representation
    return arguments, None


def _choose(operation: Operation, received: Received) -> Representation:
    """The form that a reader likes best; where there is but one, it is that. Raises
    NotAcceptableError."""
    offered = operation.representations
    if len(offered) == 1:
        return offered[0]
    chosen = choose(received.headers.get("accept"), [each.media_types for each in offered])
    if chosen is None:
        names = ", ".join(each.media_type for each in offered)
        raise NotAcceptableError(f"this is to be had as {names}, and Accept takes none of them")
    return offered[chosen]


def _answer_unrouted(received: Received) -> Finished:
    """What to say where no route leads: the address is written otherwise, the method is none of
    reading, or there is nothing."""
    method, path = received.method, received.path
    plain = "/" + re.sub("/{2,}", "/", path).strip("/")
    if not any(operation.pattern.fullmatch(plain) for operation in OPERATIONS):
        return _refuse(received, _not_found(path))
    if method == "OPTIONS":
        return finish(empty_answer(204, Freshness.SETTLED, *PREFLIGHT), received.headers)
    if method not in READING:
        detail = f"{method[:20]} is not possible here; the API is for reading"
        refusal = Problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, (("Allow", ALLOWED),))
        return _refuse(received, refusal)
    if plain == path:  # known by its form only: a segment takes fewer characters
        return _refuse(received, _not_found(path))
    location = ("Location", _location(plain, received.raw_query))
    return finish(empty_answer(308, Freshness.SETTLED, location), received.headers)


def _not_found(path: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, f"there is nothing at {path[:200]!r}")


def _location(path: str, query: str) -> str:
    """An address of this host: the path begins with one slash, so it never names another."""
    location = quote(path, safe="/%:@!$&'()*+,;=~", errors="replace")
    if query:
        location += "?" + quote(query, safe="/%:@!$&'()*+,;=~?[]", errors="replace")
    return location


def _refuse(received: Received, problem: Problem) -> Finished:
    _, presentation = archive()
    answer = answer_problem(problem, received.headers.get("accept"), presentation.site)
    return finish(answer, received.headers, len(FORMS))


def _problem(error: Exception) -> Problem:
    """What an error is to a reader, by the nearest of its kinds that is known."""
    kind = next(kind for kind in type(error).__mro__ if kind in PROBLEMS)
    return PROBLEMS[kind](error)


def _refused(error: RefusedError) -> Problem:
    return error.problem


def _bad_request(error: InvalidInputError) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, str(error))


def _outdated(error: OutdatedError) -> Problem:
    return Problem(HTTPStatus.GONE, str(error))


def _unavailable(error: StoreError) -> Problem:
    logger.error("archive cannot be read", extra={"reason": str(error)}, exc_info=error)
    _count_fault()
    detail = "the archive cannot be read at the moment"
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, (("Retry-After", "5"),))


def _fault(error: Exception) -> Problem:
    logger.exception("request failed", exc_info=error)
    _count_fault()
    detail = "the request failed; it has been recorded"
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def _count_fault() -> None:
    with single_metric(name=FAULTS, unit=MetricUnit.Count, value=1):
        pass


PROBLEMS: Mapping[type, Callable[[Any], Problem]] = {
    RefusedError: _refused,
    InvalidInputError: _bad_request,
    OutdatedError: _outdated,
    StoreError: _unavailable,
    Exception: _fault,
}
"""What an error is to a reader."""
