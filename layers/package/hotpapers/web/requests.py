"""What a route is given: a request that has found its address and the form of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotpapers.events import read_request_time
from hotpapers.web.parameters import Query
from hotpapers.web.representations import Representation


@dataclass(frozen=True)
class Request:
    """A request to an address.

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
