"""The project's template, as values: the one description of its resources, here as in AWS."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = PROJECT / "template.yaml"
STACK = "hot-papers"
"""The stack's name, here and where a deployment is not told another (samconfig.toml)."""


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!Ref Table` is `{"Ref": "Table"}`."""


def _short_form(loader: yaml.Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise yaml.constructor.ConstructorError(
            None, None, f"!{suffix} of a mapping", node.start_mark
        )
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


@cache
def read_template(path: Path = TEMPLATE) -> dict[str, Any]:
    """The template; callers must not change it."""
    document: dict[str, Any] = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506
    return document


def default_parameters() -> dict[str, str]:
    """The value that every parameter has where the operator gives none."""
    parameters = read_template()["Parameters"]
    return {name: str(fields["Default"]) for name, fields in parameters.items()}


def function_environment(function: str, references: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of a function; `references` says what `!Ref` stands for."""
    template, references = read_template(), {"AWS::StackName": STACK, **references}
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    own = template["Resources"][function]["Properties"]["Environment"]["Variables"]
    return {name: _resolve(value, references) for name, value in {**shared, **own}.items()}


def stream_source(function: str) -> dict[str, Any]:
    """The properties of the stream that starts a function."""
    events = read_template()["Resources"][function]["Properties"]["Events"].values()
    properties: dict[str, Any] = next(e["Properties"] for e in events if e["Type"] == "DynamoDB")
    return properties


def _resolve(value: object, references: Mapping[str, str]) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "Ref" in value:
        return references[value["Ref"]]
    condition, where_true, where_false = value["Fn::If"]
    return _resolve(where_true if _holds(condition, references) else where_false, references)


def _holds(condition: str, references: Mapping[str, str]) -> bool:
    """Tell whether a condition of the template holds, which asks whether a parameter is given."""
    [equal] = read_template()["Conditions"][condition]["Fn::Not"]
    first, second = (_resolve(value, references) for value in equal["Fn::Equals"])
    return first != second
