"""What an address is, said once: the routes and their description are both made from it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any

from hotpapers.web.answers import Answer
from hotpapers.web.parameters import Parameter
from hotpapers.web.representations import Representation
from hotpapers.web.requests import Request

Schema = Mapping[str, Any]
"""A JSON Schema (2020-12), or a part of one."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Segment:
    """A part of an address that has a name: what it means, its JSON Schema, and an example."""

    name: str
    meaning: str
    schema: Schema = field(repr=False)
    example: str


@dataclass(frozen=True)
class Form:
    """A form in which an address answers, and the JSON Schema of what it has then."""

    representation: Representation
    schema: Schema = field(repr=False)


@dataclass(frozen=True)
class Operation:
    """An address, and what it answers with.

    `path` has `{names}` for segments. `name` is for programs, `summary` and `description` are for
    people. `forms` are in the order in which they are given to whoever has no wish. `refusals` are
    what else can be the matter than what can be with any address.
    """

    path: str
    name: str
    summary: str
    description: str
    forms: Sequence[Form] = field(repr=False)
    answer: Callable[[Request], Answer] = field(repr=False)
    segments: Sequence[Segment] = ()
    parameters: Sequence[Parameter[Any]] = ()
    refusals: Sequence[HTTPStatus] = ()

    @property
    def representations(self) -> Sequence[Representation]:
        """The forms' names in HTTP."""
        return [form.representation for form in self.forms]

    @property
    def ends_open(self) -> bool:
        """Whether the address ends in a segment, so that an ending for the form is part of it."""
        return self.path.endswith("}")

    @cached_property
    def endings(self) -> Mapping[str, Representation]:
        """The endings of the address that ask for a form, where there is a choice."""
        if len(self.forms) < 2 or self.path == "/":
            return {}
        return {f".{each.suffix}": each for each in self.representations}

    @cached_property
    def addresses(self) -> Mapping[str, Representation | None]:
        """What leads here, with `{names}` for segments, and which form each asks for.

        None where the form is in the last segment, or to be chosen.
        """
        fixed = {} if self.ends_open else self.endings
        return {self.path: None, **{self.path + ending: fixed[ending] for ending in fixed}}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The paths of this address."""
        return re.compile("|".join(address_pattern(each, "[^/]+") for each in self.addresses))


def address_pattern(address: str, segment: str) -> str:
    """An address as a regular expression with a group for each segment, given what it is of."""
    return f"({segment})".join(map(re.escape, PLACEHOLDER.split(address)[::2]))
