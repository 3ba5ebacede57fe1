"""An HTTP server in the place of API Gateway: requests become its events (payload format 2.0)."""

import base64
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from socket import socket
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

Handler = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def make_gateway(handler: Handler, listener: socket) -> BaseWSGIServer:
    """A server that hands every request that comes to a listening socket to the API's handler.

    Requests run in threads, but the handler runs one at a time, as in a Lambda environment.
    """
    host, port = listener.getsockname()
    application = make_wsgi(handler)
    return make_server(host, port, application, threaded=True, fd=listener.fileno())


def make_wsgi(handler: Handler) -> WSGIApplication:
    """The gateway as a WSGI application, without a server."""
    lock = threading.Lock()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        request = Request(environ)
        event = to_event(request, datetime.now(UTC))
        with lock:
            answer = handler(event)
        return to_response(answer)(environ, start_response)

    return application


def at(time: datetime, handler: Handler) -> Handler:
    """A handler to which it is always the same time (UTC)."""

    def handle(event: Mapping[str, Any]) -> Mapping[str, Any]:
        context = {**event["requestContext"], "time": write_request_time(time)}
        return handler({**event, "requestContext": context})

    return handle


def write_request_time(time: datetime) -> str:
    """A time (UTC) as API Gateway writes it."""
    return f"{time:%d/%b/%Y:%H:%M:%S} +0000"


def to_event(request: Request, now: datetime) -> dict[str, Any]:
    """What API Gateway would invoke the function with."""
    body = request.get_data()
    prefix = request.host.partition(".")[0]
    route = "ANY /{proxy+}" if request.path != "/" else "ANY /"
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = {name: ",".join(values) for name, values in request.args.lists()}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": request.path,
        "rawQueryString": request.query_string.decode("latin-1"),
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": prefix,
            "domainName": request.host,
            "domainPrefix": prefix,
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": request.environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
                "sourceIp": request.remote_addr or "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": "local",
            "routeKey": route,
            "stage": "$default",
            "time": write_request_time(now),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": bool(body),
    }
    if request.path != "/":
        event["pathParameters"] = {"proxy": request.path.removeprefix("/")}
    if query:
        event["queryStringParameters"] = query
    if body:
        event["body"] = base64.b64encode(body).decode()
    return event


def to_response(answer: Mapping[str, Any]) -> Response:
    """What API Gateway would make of the function's answer."""
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return Response(content, answer["statusCode"], headers=dict(answer.get("headers") or {}))
