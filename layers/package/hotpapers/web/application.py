"""The API as a whole: the routes, and what everything that goes wrong is answered with."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoSuchRouteError
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from hotpapers.errors import InvalidInputError, StoreError
from hotpapers.web.problems import problem
from hotpapers.web.routes import READING, NotFoundError, router

logger = logging.getLogger(__name__)

FAULTS = "ApiFaults"
"""Counts the requests that failed through our own fault: each is answered, so Lambda sees none."""


def make_application() -> APIGatewayHttpResolver:
    """The resolver of the API's requests, with all that it needs."""
    application = APIGatewayHttpResolver()
    application.include_router(router)
    application.exception_handler(NoSuchRouteError)(_answer_unknown_address(application))
    application.exception_handler(NotFoundError)(_answer_not_found)
    application.exception_handler(InvalidInputError)(_answer_bad_request)
    application.exception_handler(StoreError)(_answer_unavailable)
    application.exception_handler(Exception)(_answer_fault)
    return application


def answer(application: APIGatewayHttpResolver, event: Mapping[str, Any], context: Any) -> Any:
    """What API Gateway is to send for a request; to HEAD the same as to GET, without the body."""
    response = application.resolve(dict(event), context)
    if application.current_event.http_method == "HEAD":
        response["body"] = ""
    return response


def _answer_unknown_address(application: APIGatewayHttpResolver) -> Any:
    def answer_unknown_address(_: NoSuchRouteError) -> Response[str]:
        request = application.current_event
        if request.http_method not in READING:
            detail = f"{request.http_method} is not possible here; the API is for reading"
            allowed: dict[str, str | list[str]] = {"Allow": ", ".join(READING)}
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, allowed)
        return problem(HTTPStatus.NOT_FOUND, f"there is nothing at {request.path[:200]!r}")

    return answer_unknown_address


def _answer_not_found(error: NotFoundError) -> Response[str]:
    return problem(HTTPStatus.NOT_FOUND, str(error))


def _answer_bad_request(error: InvalidInputError) -> Response[str]:
    return problem(HTTPStatus.BAD_REQUEST, str(error))


def _answer_unavailable(error: StoreError) -> Response[str]:
    logger.error("archive cannot be read", extra={"reason": str(error)}, exc_info=error)
    _count_fault()
    detail = "the archive cannot be read at the moment"
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "5"})


def _answer_fault(error: Exception) -> Response[str]:
    logger.exception("request failed", exc_info=error)
    _count_fault()
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "the request failed; it has been recorded")


def _count_fault() -> None:
    with single_metric(name=FAULTS, unit=MetricUnit.Count, value=1):
        pass
