"""Which address a path is."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from hotpapers.web.addresses import OPERATIONS
from hotpapers.web.operations import PLACEHOLDER, Operation, address_pattern
from hotpapers.web.representations import Representation

SEGMENT = r"[-._~()'!*:@,;=+&$%<> \[\]{}|^\w]+"
"""What a named part of an address may be made of: the characters that RFC 3986 lets stand in a path
as they are, some of those that are written with a percent sign, which API Gateway has decoded, and
letters and digits of every script."""


class Route:
    """A way to an operation: an address, with `{names}` for segments.

    `representation` is the form that it asks for, None where that is in the last segment or to be
    chosen.
    """

    def __init__(
        self, address: str, operation: Operation, representation: Representation | None
    ) -> None:
        self.address = address
        self.operation = operation
        self.representation = representation

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The paths that lead here, with a group for each segment."""
        return re.compile(address_pattern(self.address, SEGMENT))

    @cached_property
    def names(self) -> Sequence[str]:
        """What the segments are called."""
        return PLACEHOLDER.findall(self.address)


ROUTES = tuple(
    Route(address, operation, representation)
    for operation in OPERATIONS
    for address, representation in operation.addresses.items()
)
FIXED = {route.address: route for route in ROUTES if "{" not in route.address}
OPEN = tuple(route for route in ROUTES if "{" in route.address)


def find_route(path: str) -> tuple[Route, Mapping[str, str]] | None:
    """The route that a path leads by, with its segments; None where none does."""
    if route := FIXED.get(path):
        return route, {}
    for route in OPEN:
        if match := route.pattern.fullmatch(path):
            return route, dict(zip(route.names, match.groups(), strict=True))
    return None
