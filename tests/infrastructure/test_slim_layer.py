"""What the built layer knows of AWS: the services that functions use, and no others."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.slim_layer import SERVICES, NoLayerError, slim
from local.template import PROJECT

PACKAGE = PROJECT / "layers" / "package" / "hotpapers"


def services(path: Path) -> Iterator[str]:
    """The services that a module makes clients of."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(ast.Name("make_client"), [ast.Constant(str(service)), *_]):
                yield service


def test_the_layer_keeps_the_services_of_which_the_package_makes_clients() -> None:
    assert {name for path in PACKAGE.rglob("*.py") for name in services(path)} == SERVICES


def test_others_are_removed_and_what_belongs_to_all_stays(tmp_path: Path) -> None:
    for name in (*SERVICES, "ec2", "s3control"):
        (tmp_path / name / "2020-01-01").mkdir(parents=True)
    (tmp_path / "endpoints.json").write_text("{}")

    for _ in range(2):
        slim(tmp_path)

        assert {path.name for path in tmp_path.iterdir()} == {*SERVICES, "endpoints.json"}


def test_a_layer_without_its_services_is_told(tmp_path: Path) -> None:
    (tmp_path / "s3").mkdir()

    with pytest.raises(NoLayerError, match=r"does not describe dynamodb, ssm$"):
        slim(tmp_path)
