"""The API as a whole: the routes, and what everything that goes wrong is answered with."""

import logging
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoSuchRouteError
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from hotpapers.bootstrap import archive
from hotpapers.errors import InvalidInputError, OutdatedError, ReplacedError, StoreError
from hotpapers.web.addresses import OPERATIONS
from hotpapers.web.answers import Answer, Freshness, empty_answer
from hotpapers.web.finishing import finish
from hotpapers.web.negotiation import choose
from hotpapers.web.operations import Operation
from hotpapers.web.parameters import require_known
from hotpapers.web.problems import FORMS, NotAcceptableError, Problem, RefusedError, answer_problem
from hotpapers.web.representations import Representation
from hotpapers.web.requests import Request

logger = logging.getLogger(__name__)

FAULTS = "ApiFaults"
"""Counts the requests that failed through our own fault: each is answered, so Lambda sees none."""

READING = ["GET", "HEAD"]
ALLOWED = "GET, HEAD, OPTIONS"
PREFLIGHT = (
    ("Allow", ALLOWED),
    ("Access-Control-Allow-Methods", ALLOWED),
    ("Access-Control-Allow-Headers", "Accept, If-None-Match, If-Modified-Since"),
    ("Access-Control-Max-Age", "86400"),
)
"""What a browser is told before it lets a page of another site ask (the Fetch standard)."""

Routed = Callable[..., Response[str]]


def make_application() -> APIGatewayHttpResolver:
    """The resolver of the API's requests, with all that it needs."""
    application = APIGatewayHttpResolver()
    for operation in OPERATIONS:
        for rule, representation in operation.rules.items():
            route = _route(application, operation, representation)
            application.route(rule, method=READING)(route)
    for error, problem_of in PROBLEMS.items():
        application.exception_handler(error)(_handle(application, problem_of))
    application.exception_handler(NoSuchRouteError)(_answer_unrouted(application))
    return application


def answer(application: APIGatewayHttpResolver, event: Mapping[str, Any], context: Any) -> Any:
    """What API Gateway is to send for a request; to HEAD the same as to GET, without the body."""
    response = application.resolve(dict(event), context)
    if application.current_event.http_method == "HEAD":
        response |= {"body": "", "isBase64Encoded": False}
    return response


def _route(
    application: APIGatewayHttpResolver, operation: Operation, representation: Representation | None
) -> Routed:
    """What the resolver calls for an address: the operation's answer to the request, finished."""

    def respond(**segments: str) -> Response[str]:
        event = application.current_event
        query = event.query_string_parameters or {}
        require_known(query, operation.parameters)
        arguments, stated = _read_segments(operation, segments)
        chosen = representation or stated
        request = Request(
            path=event.path,
            arguments=arguments,
            representation=chosen or _choose(operation, application),
            query=query,
            event=event.raw_event,
        )
        variants = len(operation.forms) if chosen is None else 1
        try:
            return _send(application, operation.answer(request), variants)
        except ReplacedError as error:
            # What is kept now was kept before this second look began.
            logger.info("answer is planned anew", extra={"reason": str(error)})
            return _send(application, operation.answer(request), variants)

    return respond


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


def _choose(operation: Operation, application: APIGatewayHttpResolver) -> Representation:
    """The form that a reader likes best; where there is but one, it is that. Raises
    NotAcceptableError."""
    offered = operation.representations
    if len(offered) == 1:
        return offered[0]
    accept = application.current_event.headers.get("accept")
    chosen = choose(accept, [each.media_types for each in offered])
    if chosen is None:
        names = ", ".join(each.media_type for each in offered)
        raise NotAcceptableError(f"this is to be had as {names}, and Accept takes none of them")
    return offered[chosen]


def _send(application: APIGatewayHttpResolver, answer: Answer, variants: int = 1) -> Response[str]:
    asked = {name.lower(): text for name, text in application.current_event.headers.items()}
    finished = finish(answer, asked, variants)
    response = Response(finished.status, body=finished.body, headers=dict(finished.headers))
    response.base64_encoded = finished.is_packed
    return response


def _answer_unrouted(application: APIGatewayHttpResolver) -> Callable[[NoSuchRouteError], Any]:
    """What to say where no route leads: the address is written otherwise, the method is none of
    reading, or there is nothing."""

    def answer_unrouted(_: NoSuchRouteError) -> Response[str]:
        event = application.current_event
        method, path = event.http_method.upper(), event.path
        plain = "/" + re.sub("/{2,}", "/", path).strip("/")
        if not any(operation.pattern.fullmatch(plain) for operation in OPERATIONS):
            return _refuse(application, _not_found(path))
        if method == "OPTIONS":
            return _send(application, empty_answer(204, Freshness.SETTLED, *PREFLIGHT))
        if method not in READING:
            detail = f"{method[:20]} is not possible here; the API is for reading"
            refusal = Problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, (("Allow", ALLOWED),))
            return _refuse(application, refusal)
        if plain == path:  # known by its form only: the resolver takes fewer characters
            return _refuse(application, _not_found(path))
        location = ("Location", _location(plain, event.raw_query_string or ""))
        return _send(application, empty_answer(308, Freshness.SETTLED, location))

    return answer_unrouted


def _not_found(path: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, f"there is nothing at {path[:200]!r}")


def _location(path: str, query: str) -> str:
    """An address of this host: the path begins with one slash, so it never names another."""
    location = quote(path, safe="/%:@!$&'()*+,;=~", errors="replace")
    if query:
        location += "?" + quote(query, safe="/%:@!$&'()*+,;=~?[]", errors="replace")
    return location


def _refuse(application: APIGatewayHttpResolver, problem: Problem) -> Response[str]:
    accept = application.current_event.headers.get("accept")
    _, presentation = archive()
    return _send(application, answer_problem(problem, accept, presentation.site), len(FORMS))


def _handle(
    application: APIGatewayHttpResolver, problem_of: Callable[[Any], Problem]
) -> Callable[[Exception], Response[str]]:
    def handle(error: Exception) -> Response[str]:
        return _refuse(application, problem_of(error))

    return handle


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


PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    RefusedError: _refused,
    InvalidInputError: _bad_request,
    OutdatedError: _outdated,
    StoreError: _unavailable,
    Exception: _fault,
}
"""What an error is to a reader."""
