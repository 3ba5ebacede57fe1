"""Policies of IAM: what they say, with references resolved, and whether a call is allowed by them.

As much of the language as the template uses, judged as AWS judges it
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html):
a statement that denies is stronger than all that allow, and what nothing allows is denied. Anything
else is refused, so that no policy passes for judged that was not understood.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.translated import translated_template

ACCOUNT = "123456789012"
PLACE = f"us-east-1:{ACCOUNT}"
PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "hot-papers",
    "AWS::URLSuffix": "amazonaws.com",
}


@dataclass(frozen=True)
class Call:
    """Something that is asked of AWS: the action, on what, and what else AWS knows of it.

    A key of the context may have several values, as `dynamodb:LeadingKeys` has.
    """

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """A statement of a policy, with its references resolved."""

    name: str
    denies: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    principal: Any = None

    def covers(self, call: Call) -> bool:
        """Tell whether it is about a call."""
        return (
            any(_like(pattern.lower(), call.action.lower()) for pattern in self.actions)
            and any(_like(pattern, call.resource) for pattern in self.resources)
            and all(_holds(*condition, call) for condition in self.conditions)
        )

    def grants(self) -> Iterator["Statement"]:
        """The statement in its smallest pieces: one action on one resource each."""
        for action in self.actions:
            for resource in self.resources:
                name = f"{self.name}: {action} on {resource}"
                yield Statement(name, self.denies, (action,), (resource,), self.conditions)


def read_statements(document: Mapping[str, Any], names: Mapping[str, Any]) -> list[Statement]:
    """The statements of a policy; `names` are what its references stand for."""
    return [_read(statement, names) for statement in document["Statement"]]


def is_allowed(call: Call, statements: Sequence[Statement]) -> bool:
    """Tell whether a call is allowed by some statement, and denied by none."""
    about = [statement for statement in statements if statement.covers(call)]
    return bool(about) and not any(statement.denies for statement in about)


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of a type in the translated template, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in translated_template()["Resources"].items()
        if resource["Type"] == f"AWS::{kind}"
    }


def resolve(value: Any, names: Mapping[str, Any]) -> Any:
    """A value of the template without its functions. Raises KeyError for an unknown name."""
    match value:
        case {"Ref": str(name)}:
            return names[name]
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return names[f"{name}.{attribute}"]
        case {"Fn::Sub": sub}:
            text, own = sub if isinstance(sub, list) else (sub, {})
            return _substitute(text, {**names, **resolve(own, names)})
        case dict():
            return {key: resolve(each, names) for key, each in value.items()}
        case list():
            return [resolve(each, names) for each in value]
        case _:
            return value


def _substitute(text: str, names: Mapping[str, Any]) -> str:
    return re.sub(r"\$\{([^}]+)\}", lambda found: str(names[found[1]]), text)


FIELDS = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


def _read(statement: Mapping[str, Any], names: Mapping[str, Any]) -> Statement:
    if unknown := set(statement) - FIELDS:
        raise ValueError(f"{sorted(unknown)} of a statement are not known")
    conditions = tuple(
        (operator, key, tuple(_as_list(resolve(values, names))))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )
    return Statement(
        statement.get("Sid", "unnamed"),
        {"Allow": False, "Deny": True}[statement["Effect"]],
        tuple(_as_list(statement["Action"])),
        tuple(_as_list(resolve(statement["Resource"], names))),
        conditions,
        statement.get("Principal"),
    )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _like(pattern: str, text: str) -> bool:
    """Tell whether a text has a form in which `*` and `?` stand for others."""
    parts = re.split(r"([*?])", pattern)
    regular = "".join({"*": ".*", "?": "."}.get(part) or re.escape(part) for part in parts)
    return re.fullmatch(regular, text, re.DOTALL) is not None


Match = Callable[[str, str], bool]
OPERATORS: Mapping[str, tuple[Match, bool]] = {
    "StringEquals": (str.__eq__, False),
    "StringNotEquals": (str.__eq__, True),
    "StringLike": (_like, False),
    "ArnLike": (_like, False),
    "ArnNotEquals": (_like, True),
    "Bool": (lambda pattern, text: pattern.lower() == text.lower(), False),
}
"""How a value of the policy is compared with one of the call, and whether it must not match."""


def _holds(operator: str, key: str, patterns: tuple[str, ...], call: Call) -> bool:
    """Tell whether a condition holds (https://docs.aws.amazon.com/IAM/latest/UserGuide/
    reference_policies_condition-logic-multiple-context-keys-or-values.html)."""
    quantifier, _, bare = operator.rpartition(":")
    if quantifier not in ("", "ForAllValues"):
        raise ValueError(f"{operator} is not known")
    matches, is_negated = OPERATORS[bare.removesuffix("IfExists")]
    found = call.context.get(key, ())
    if not found:
        return bool(quantifier) or is_negated or bare.endswith("IfExists")
    if len(found) > 1 and not quantifier:
        raise ValueError(f"{key} has several values")
    return all(any(matches(p, value) for p in patterns) is not is_negated for value in found)
