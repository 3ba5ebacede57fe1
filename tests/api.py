"""Requests to the API, as API Gateway hands them over."""

import json
from collections.abc import Mapping
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

EVENTS = {
    path.stem: json.loads(path.read_text())
    for path in (Path(__file__).parents[1] / "events").glob("api-*.json")
}
JSON = "application/json"
MARKDOWN = "text/markdown; charset=utf-8"
HTML = "text/html; charset=utf-8"
PROBLEM = "application/problem+json"

CURRENT, MOMENTARY, BRIEF = "public, max-age=300", "no-store", "public, max-age=60"
FINAL, SETTLED = "public, max-age=31536000, immutable", "public, max-age=86400"
CHOSEN, PACKED = "Accept, Accept-Encoding", "Accept-Encoding"
"""What an answer varies with: chosen by Accept, or of one form, and packed or not."""

ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, Retry-After",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

Answer = Mapping[str, Any]


def request(target: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    """The event of a request for a path, with or without a query; `accept="text/html"`."""
    path, _, query = target.partition("?")
    event: dict[str, Any] = deepcopy(EVENTS["api-health"])
    event |= {"rawPath": path, "rawQueryString": query}
    event["pathParameters"] = {"proxy": path.removeprefix("/")}
    event["requestContext"]["http"] |= {"method": method, "path": path}
    event["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
    if query:
        parameters = parse_qs(query, keep_blank_values=True)
        event["queryStringParameters"] = {
            name: ",".join(values) for name, values in parameters.items()
        }
    return event


def sent(body: str, status: int, headers: Mapping[str, str]) -> Answer:
    """What the function hands to API Gateway, whole."""
    return {
        "statusCode": status,
        "headers": {**ALWAYS, **headers},
        "body": body,
        "isBase64Encoded": False,
        "cookies": [],
    }


def answer(
    body: str,
    content_type: str = JSON,
    tag: str | None = None,
    *,
    cache: str = CURRENT,
    vary: str = CHOSEN,
    **headers: str,
) -> Answer:
    """An answer with content, which has a tag of its own or is named by its bytes."""
    name = tag or sha256(body.encode()).hexdigest()[:32]
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    policy = {"Content-Security-Policy": POLICY} if content_type == HTML else {}
    kind = {"Content-Type": content_type, **policy}
    return sent(
        body, 200, {"Cache-Control": cache, "Vary": vary, "ETag": f'"{name}"', **kind, **said}
    )


def json_answer(document: object, **said: str) -> Answer:
    """The answer that is a JSON document."""
    return answer(json.dumps(document, indent=2, ensure_ascii=False) + "\n", **said)


def digest_tag(document: str) -> str:
    """The tag of a digest's JSON: what its edition is named by."""
    return f"{sha256(document.encode()).hexdigest()[:16]}.json"


def problem(status: int, title: str, detail: str, **headers: str) -> Answer:
    """The answer that says what is wrong."""
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    cache = BRIEF if status == 404 else MOMENTARY
    said = {"Cache-Control": cache, "Vary": CHOSEN, "Content-Type": PROBLEM, **headers}
    return sent(body, status, said)


def bad_request(detail: str) -> Answer:
    """The answer to a request that cannot be understood."""
    return problem(400, "Bad Request", detail)


def not_found(detail: str) -> Answer:
    """The answer to a request for what is not there."""
    return problem(404, "Not Found", detail)
