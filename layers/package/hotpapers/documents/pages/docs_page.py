"""The reference of the API, made from its OpenAPI document."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote as shell_quote
from typing import Any
from urllib.parse import quote

from hotpapers.documents.html_text import html_text
from hotpapers.documents.pages.addresses import DOCUMENTATION, OPENAPI
from hotpapers.documents.pages.html import Html
from hotpapers.documents.pages.layout import Head, write_page
from hotpapers.documents.site import Site

Object = Mapping[str, Any]
"""A part of the OpenAPI document."""

CODE = re.compile(r"`([^`]+)`")
SHOWN_METHODS = ("get", "post", "put", "patch", "delete")
"""`HEAD` answers whatever `GET` does, without the body; so it is not listed again."""
LONGEST_CHOICE = 8
"""How many values are listed one by one."""


@dataclass(frozen=True)
class ParameterLine:
    """A parameter: its name, what it takes, what it means, and an example (empty: none)."""

    name: str
    place: str
    kind: str
    text: Html
    example: str


@dataclass(frozen=True)
class AnswerLine:
    """An answer: its status, when it is given, and in which media types."""

    status: str
    text: Html
    media_types: tuple[str, ...]


@dataclass(frozen=True)
class OperationPart:
    """An address, what it does, takes and answers.

    `shared` are the names of the parameters that several addresses take, and that are described
    once.
    """

    anchor: str
    method: str
    path: str
    summary: Html
    paragraphs: tuple[Html, ...]
    parameters: tuple[ParameterLine, ...]
    shared: tuple[str, ...]
    answers: tuple[AnswerLine, ...]
    example: str


def write_docs_page(openapi: Object, site: Site) -> bytes:
    """The page of an OpenAPI 3.1 document, in UTF-8."""
    shared = _shared_parameters(openapi)
    info = openapi.get("info", {})
    return write_page(
        "docs",
        Head(
            title="API",
            description="All addresses of the site, what they take, and what they answer.",
            path=DOCUMENTATION,
            section=DOCUMENTATION,
        ),
        site,
        paragraphs=paragraphs(str(info.get("description", ""))),
        version=str(info.get("version", "")),
        openapi_path=OPENAPI,
        operations=[_operation(*each, openapi, shared, site) for each in _operations(openapi)],
        shared=[_parameter(parameter) for parameter in shared],
    )


def paragraphs(text: str) -> tuple[Html, ...]:
    """A description, of which only code in backticks is taken for more than text."""
    return tuple(code_html(part) for part in re.split(r"\n\s*\n", text.strip()) if part)


def code_html(text: str) -> Html:
    """A line in which what stands in backticks is code."""
    return Html(CODE.sub(r"<code>\1</code>", html_text(text)))


def _operations(openapi: Object) -> Iterator[tuple[str, str, Object]]:
    """The methods, paths and operations; an operation with the parameters of its path."""
    for path, item in openapi.get("paths", {}).items():
        for method in SHOWN_METHODS:
            if method in item:
                parameters = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                resolved = [_resolved(parameter, openapi) for parameter in parameters]
                yield method, path, {**item[method], "parameters": resolved}


def _shared_parameters(openapi: Object) -> Sequence[Object]:
    """The parameters of the query that several addresses take, all of them alike."""
    found = [
        json.dumps(parameter, sort_keys=True)
        for _, _, operation in _operations(openapi)
        for parameter in operation["parameters"]
        if parameter.get("in") == "query"
    ]
    names = set[str]()
    shared = []
    for text, count in Counter(found).items():
        parameter = json.loads(text)
        if count > 1 and parameter["name"] not in names:
            names.add(parameter["name"])
            shared.append(parameter)
    return shared


def _operation(  # noqa: PLR0913, PLR0917 - what it is, where it stands, and what it is shown with
    method: str, path: str, operation: Object, openapi: Object, shared: Sequence[Object], site: Site
) -> OperationPart:
    own = [parameter for parameter in operation["parameters"] if parameter not in shared]
    anchor = operation.get("operationId") or re.sub(r"[^a-z0-9]+", "-", f"{method}{path}".lower())
    return OperationPart(
        anchor=str(anchor),
        method=method.upper(),
        path=path,
        summary=code_html(str(operation.get("summary", path))),
        paragraphs=paragraphs(str(operation.get("description", ""))),
        parameters=tuple(_parameter(parameter) for parameter in own),
        shared=tuple(each["name"] for each in operation["parameters"] if each in shared),
        answers=tuple(
            _answer(str(status), _resolved(answer, openapi))
            for status, answer in operation.get("responses", {}).items()
        ),
        example=_example(path, operation["parameters"], site),
    )


def _parameter(parameter: Object) -> ParameterLine:
    schema = parameter.get("schema", {})
    return ParameterLine(
        name=parameter["name"],
        place=str(parameter.get("in", "")),
        kind=_kind(schema),
        text=code_html(str(parameter.get("description", schema.get("description", "")))),
        example=_example_value(parameter),
    )


def _kind(schema: Object) -> str:
    """What a parameter takes, in words."""
    if schema.get("type") == "array":
        return f"list: {_kind(schema.get('items', {}))}"
    choices = schema.get("enum")
    if choices and len(choices) <= LONGEST_CHOICE:
        return " | ".join(str(choice) for choice in choices)
    kind = str(schema.get("format") or schema.get("type") or "text").replace("string", "text")
    if "minimum" in schema and "maximum" in schema:
        kind = f"{schema['minimum']:,}–{schema['maximum']:,}"
    return f"{kind}, {schema['default']} by default" if "default" in schema else kind


def _example_value(parameter: Object) -> str:
    """A value of a parameter as its address has it; empty where the document gives none."""
    schema = parameter.get("schema", {})
    examples = parameter.get("examples", {})
    given = [parameter.get("example"), *(each.get("value") for each in examples.values())]
    given += [*schema.get("examples", ()), schema.get("example")]
    value = next((each for each in given if each is not None), "")
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _example(path: str, parameters: Sequence[Object], site: Site) -> str:
    """A line for a shell that asks for an address."""
    for parameter in parameters:
        if parameter.get("in") == "path":
            value = quote(_example_value(parameter) or parameter["name"], safe="")
            path = path.replace("{" + parameter["name"] + "}", value)
    return f"curl --compressed {shell_quote(site.link(path))}"


def _answer(status: str, answer: Object) -> AnswerLine:
    media_types = (name.partition(";")[0] for name in answer.get("content", {}))
    return AnswerLine(
        status=status,
        text=code_html(str(answer.get("description", ""))),
        media_types=tuple(dict.fromkeys(media_types)),
    )


def _resolved(part: Object, openapi: Object) -> Object:
    """The part itself, or the one that it refers to within the document."""
    reference = part.get("$ref", "")
    if not reference.startswith("#/"):
        return part
    found: Any = openapi
    for name in reference[2:].split("/"):
        found = found[name]
    return dict(found)
