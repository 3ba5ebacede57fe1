"""Errors as RFC 9457 problem details: one shape and one table for all of them."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from hotpapers.documents.digest_json import write_json

PROBLEM = "application/problem+json"


def problem(
    status: HTTPStatus, detail: str, headers: dict[str, str | list[str]] | None = None
) -> Response[str]:
    """An answer that says what is wrong, to programs and to people."""
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    return Response(
        status_code=status.value,
        content_type=PROBLEM,
        body=write_json(document).decode(),
        headers=headers or {},
    )
