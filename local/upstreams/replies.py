"""What the replayed upstreams have in common in the way that they answer."""

import json
import re
from collections.abc import Mapping, Set
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from werkzeug.wrappers import Request, Response


class RefusedError(Exception):
    """A request that the upstream answers with an error; the message is the upstream's.

    `parameters` are the names of the parameters that it is about, where X names them; arXiv has a
    name for some mistakes.
    """

    def __init__(self, message: str, *parameters: str) -> None:
        super().__init__(message)
        self.parameters = parameters


def json_response(document: object, status: int = 200) -> Response:
    """A JSON answer as an upstream sends it."""
    return Response(
        json.dumps(document, ensure_ascii=False),
        status=status,
        content_type="application/json; charset=utf-8",
    )


def add_element(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """A new element at the end of another one."""
    element = SubElement(parent, name, attributes)
    element.text = text or None
    return element


def xml_response(root: Element, content_type: str, status: int = 200) -> Response:
    """An XML answer as arXiv sends it."""
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return Response(body, status=status, content_type=content_type)


def not_acceptable(request: Request) -> Response | None:
    """How arXiv refuses a request that does not say what it accepts; None for one that does.

    Its edge has done so since September 2026.
    """
    return None if request.headers.get("Accept") else Response("Not Acceptable", status=406)


def require_known(query: Mapping[str, Any], known: Set[str]) -> None:
    """Refuse a parameter that the replay does not know: the real service would pass over it.

    A misspelt parameter is a mistake of ours that only shows in the numbers.
    """
    unknown = sorted(set(query) - known)
    if unknown:
        raise RefusedError(f"This replay does not know the parameter {unknown[0]}", unknown[0])


def number_in(
    query: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int | None = None
) -> int:
    """The whole number of a parameter. Raises RefusedError where it is none, or out of range."""
    text = query.get(name, str(default))
    number = int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) else -1
    if number < least or (most is not None and number > most):
        highest = "" if most is None else f" to {most}"
        raise RefusedError(f"{name} must be a whole number from {least}{highest}", name)
    return number


def bearer_token(request: Request) -> str:
    """The token that a request brings along, empty where it brings none."""
    match = re.fullmatch(r"Bearer (\S+)", request.headers.get("Authorization", ""))
    return match[1] if match else ""


def host_of(link: object) -> str:
    """The host name of a link, empty where it has none."""
    try:
        return (urlsplit(link).hostname or "") if isinstance(link, str) else ""
    except ValueError:
        return ""


def lies_in(host: str, domain: str) -> bool:
    """Tell whether a host is a domain's own, or one below it."""
    return host == domain or host.endswith(f".{domain}")
