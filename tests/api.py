"""Requests to the API, as API Gateway hands them over."""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

EVENTS = {
    path.stem: json.loads(path.read_text())
    for path in (Path(__file__).parents[1] / "events").glob("api-*.json")
}
JSON = "application/json"
MARKDOWN = "text/markdown; charset=utf-8"
PROBLEM = "application/problem+json"

Answer = Mapping[str, Any]


def request(target: str, method: str = "GET") -> dict[str, Any]:
    """The event of a request for a path, with or without a query."""
    path, _, query = target.partition("?")
    event: dict[str, Any] = deepcopy(EVENTS["api-health"])
    event |= {"rawPath": path, "rawQueryString": query}
    event["pathParameters"] = {"proxy": path.removeprefix("/")}
    event["requestContext"]["http"] |= {"method": method, "path": path}
    if query:
        parameters = parse_qs(query, keep_blank_values=True)
        event["queryStringParameters"] = {
            name: ",".join(values) for name, values in parameters.items()
        }
    return event


def answer(body: str, content_type: str = JSON, status: int = 200, **headers: str) -> Answer:
    """What the function hands to API Gateway, whole."""
    return {
        "statusCode": status,
        "headers": {"Content-Type": content_type} | headers,
        "body": body,
        "isBase64Encoded": False,
        "cookies": [],
    }


def json_answer(document: object) -> Answer:
    """The answer that is a JSON document."""
    return answer(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def problem(status: int, title: str, detail: str, **headers: str) -> Answer:
    """The answer that says what is wrong."""
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return answer(body, PROBLEM, status, **headers)


def bad_request(detail: str) -> Answer:
    """The answer to a request that cannot be understood."""
    return problem(400, "Bad Request", detail)


def not_found(detail: str) -> Answer:
    """The answer to a request for what is not there."""
    return problem(404, "Not Found", detail)
