"""Requests: as they are received, and as a route is given them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from hotpapers.events import read_request_time
from hotpapers.web.parameters import Query
from hotpapers.web.representations import Representation


class Received:
    """A request as API Gateway hands it over (an HTTP API's event, payload format 2.0)."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self.event = event

    @cached_property
    def method(self) -> str:
        """The method, in capitals."""
        return str(self.event["requestContext"]["http"]["method"]).upper()

    @cached_property
    def path(self) -> str:
        """The path without the stage, which is a part of it unless it is the default one."""
        path, stage = str(self.event["rawPath"]), self.event["requestContext"]["stage"]
        return path if stage == "$default" else path.removeprefix(f"/{stage}")

    @cached_property
    def query(self) -> Query:
        """The parameters; several of one name are joined by commas."""
        return self.event.get("queryStringParameters") or {}

    @cached_property
    def raw_query(self) -> str:
        """What stands behind the question mark."""
        return self.event.get("rawQueryString") or ""

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headers, their names in lower case."""
        return {name.lower(): text for name, text in (self.event.get("headers") or {}).items()}


@dataclass(frozen=True)
class Request:
    """A request to an address, which has found it and the form of its answer.

    `path` is the address as it was asked for, `arguments` the parts of it that have names, decoded,
    without the ending that stands for a form; `representation` is the form that is wanted.
    """

    path: str
    arguments: Mapping[str, str]
    representation: Representation
    query: Query
    event: Mapping[str, Any] = field(repr=False)

    @property
    def time(self) -> datetime:
        """When the gateway took it (UTC)."""
        return read_request_time(self.event)
