"""The description of the API: OpenAPI 3.1, made from what the addresses say of themselves."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from hotpapers.documents.digest_json import Document
from hotpapers.web.operations import Form, Operation, Segment
from hotpapers.web.parameters import CURSOR, FILTERS, PAGING, SHORTENED, Parameter
from hotpapers.web.problems import is_told_on_pages
from hotpapers.web.representations import HTML, PROBLEM
from hotpapers.web.schemas import SCHEMAS, TEXT, named

VERSION = "1.1.0"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

DESCRIPTION = """\
The arXiv papers that people talk about, day by day. It is for reading, from anywhere, without keys.

An address that has several forms takes the one that its ending asks for (`.json`, `.md`, `.html`),
or else the one that `Accept` likes best. Answers have an `ETag` that differs for each form and
content coding, and are not sent again to who names it in `If-None-Match`; gzip is there for who
asks for it. Errors are problem details (RFC 9457) whose `detail` says what is wrong. A parameter
that an address does not know is an error, too: a filter with a slip in its name would let
everything pass. `HEAD` answers whatever `GET` does, without the body.
"""

ALWAYS = (
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""What can be the matter at any address."""

REASONS = {
    HTTPStatus.BAD_REQUEST: "Something in the address or its parameters is not understood.",
    HTTPStatus.NOT_FOUND: "There is nothing here; the detail says why.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The API is for reading.",
    HTTPStatus.NOT_ACCEPTABLE: "There is something, but in no form that `Accept` takes.",
    HTTPStatus.GONE: "What the cursor went on in has been measured again since: begin anew.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The request failed by a fault of ours.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive cannot be read at the moment.",
}

HEADERS = {
    "ETag": "Names these bytes.",
    "Last-Modified": "When they became what they are, where that is known.",
    "Cache-Control": "For how long they may be kept.",
    "Link": 'Where a list goes on: rel="next".',
    "Allow": "What is possible.",
    "Retry-After": "When to ask again, in seconds.",
}

VALIDATORS = ("ETag", "Last-Modified", "Cache-Control")
PARAMETERS = (*FILTERS, *PAGING, SHORTENED)


def openapi_document(operations: Iterable[Operation]) -> Document:
    """The description of some addresses, as JSON values: the same for the same addresses."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hot Papers",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "jsonSchemaDialect": DIALECT,
        "servers": [{"url": "/"}],
        "paths": {operation.path: _path(operation) for operation in operations},
        "components": {
            "schemas": dict(SCHEMAS),
            "headers": {name: _header(name) for name in HEADERS},
            "parameters": {_key(each): _parameter(each) for each in PARAMETERS},
            "responses": {
                "NotModified": {
                    "description": "The reader has what there is.",
                    "headers": _headers(VALIDATORS),
                },
                **{_response_name(status): _problem(status) for status in REASONS},
            },
        },
    }


def _path(operation: Operation) -> Document:
    segments = [_segment(segment) for segment in operation.segments]
    get = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [
            {"$ref": f"#/components/parameters/{_key(parameter)}"}
            for parameter in operation.parameters
        ],
        "responses": _responses(operation),
    }
    return {**({"parameters": segments} if segments else {}), "get": get}


def _segment(segment: Segment) -> Document:
    return {
        "name": segment.name,
        "in": "path",
        "required": True,
        "description": segment.meaning,
        "schema": dict(segment.schema),
        "example": segment.example,
    }


def _parameter(parameter: Parameter[Any]) -> Document:
    """A query parameter; those that are lists have commas between their entries."""
    is_list = parameter.schema.get("type") == "array"
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.meaning,
        **({"style": "form", "explode": False} if is_list else {}),
        "schema": dict(parameter.schema),
        **({} if parameter.example is None else {"example": _example(parameter)}),
    }


def _example(parameter: Parameter[Any]) -> str | int | list[str] | None:
    is_list = parameter.schema.get("type") == "array"
    return str(parameter.example).split(",") if is_list else parameter.example


def _key(parameter: Parameter[Any]) -> str:
    """The name of a parameter among all: its own, unless another one has it too."""
    return "papers" if parameter is SHORTENED else parameter.name


def _responses(operation: Operation) -> Document:
    refusals = [*operation.refusals, *ALWAYS]
    if operation.parameters:
        refusals.append(HTTPStatus.BAD_REQUEST)
    if len(operation.forms) > 1:
        refusals.append(HTTPStatus.NOT_ACCEPTABLE)
    validators = [*VALIDATORS, *(["Link"] if CURSOR in operation.parameters else [])]
    return {
        "200": {
            "description": operation.summary,
            "headers": _headers(validators),
            "content": {
                form.representation.content_type: _media_type(form) for form in operation.forms
            },
        },
        "304": {"$ref": "#/components/responses/NotModified"},
        **{
            str(status.value): {"$ref": f"#/components/responses/{_response_name(status)}"}
            for status in sorted(set(refusals))
        },
    }


def _media_type(form: Form) -> Document:
    return {"schema": dict(form.schema)} if form.schema else {}


def _problem(status: HTTPStatus) -> Document:
    headers = {
        HTTPStatus.METHOD_NOT_ALLOWED: ("Allow",),
        HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
    }.get(status, ())
    page = {HTML.content_type: {"schema": dict(TEXT)}} if is_told_on_pages(status) else {}
    return {
        "description": REASONS[status],
        **({"headers": _headers(headers)} if headers else {}),
        "content": {PROBLEM.content_type: {"schema": named("Problem")}, **page},
    }


def _response_name(status: HTTPStatus) -> str:
    return status.phrase.replace(" ", "")


def _headers(names: Iterable[str]) -> Document:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _header(name: str) -> Mapping[str, Any]:
    return {"description": HEADERS[name], "schema": {"type": "string"}}
