"""What is written down beside the code: settings, requirements, example events, commands."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotpapers.adapters.ssm import parameter_name
from hotpapers.domain.sources import SOURCES
from hotpapers.roster import credential_names
from local.digest import SETTINGS
from local.stack import FUNCTIONS
from local.template import PROJECT, read_template

CONFIGURATION = (PROJECT / "docs" / "configuration.md").read_text()
REQUIREMENTS = PROJECT / "requirements"
MAKEFILE = (PROJECT / "Makefile").read_text()

Row = list[str]


def rows(heading: str, text: str = CONFIGURATION) -> list[Row]:
    """The rows of the table below a heading, without its head, marks of code taken off."""
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    assert lines, f"no table below {heading!r}"
    return [[cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in lines[2:]]


# Settings


def variables() -> dict[str, tuple[str, ...]]:
    """Every variable of a deployed function: the parameter that it is of, and its default; or its
    value."""
    template = read_template()
    resources, parameters = template["Resources"], template["Parameters"]
    declared = dict(template["Globals"]["Function"]["Environment"]["Variables"])
    for function in FUNCTIONS:
        declared |= resources[function]["Properties"]["Environment"]["Variables"]
    stated = {name: _reference(value) for name, value in declared.items()}
    return {
        name: (reference, str(parameters[reference]["Default"]))
        if reference in parameters
        else (reference,)
        for name, reference in stated.items()
    }


def _reference(value: object) -> str:
    """What a variable has as its value: a parameter or resource by its name, or a text.

    Where a parameter is not given, something else may stand in.
    """
    if not isinstance(value, dict):
        return str(value)
    return str(value["Ref"] if "Ref" in value else value["Fn::If"][1]["Ref"])


SETTING_TABLES = (
    "What a digest has in it",
    "Who is asked, and how",
    "Where readers find it",
    "What a post begins with",
    "What the stack itself says",
)


def test_every_variable_is_explained_with_its_parameter_and_its_default() -> None:
    written = [row for table in SETTING_TABLES for row in rows(table)]

    assert {name: tuple(values) for name, *values, _ in written} == variables()
    assert [name for name, *_, meaning in written if not meaning] == []


def test_every_parameter_is_explained() -> None:
    parameters = read_template()["Parameters"]
    of_variables = {values[0] for values in variables().values() if len(values) == 2}

    assert {name: default for name, default, _ in rows("Parameters of the stack alone")} == {
        name: str(fields["Default"])
        for name, fields in parameters.items()
        if name not in of_variables
    }


def test_a_local_run_takes_every_setting_that_has_a_parameter() -> None:
    settable = {name for name, values in variables().items() if len(values) == 2}

    assert set(SETTINGS) == settable - {"CREDENTIALS_PATH"}


def test_every_credential_is_explained_with_its_place() -> None:
    names = [name for needed in credential_names().values() for name in needed]

    assert {name: place for name, place, _ in rows("Credentials")} == {
        name: parameter_name("/hot-papers", name) for name in names
    }


def test_every_source_is_named() -> None:
    [meaning] = [row[-1] for row in rows("What a digest has in it") if row[0] == "SOURCES"]

    assert [name for name in SOURCES if f"`{name}`" not in meaning] == []


def test_every_variable_of_the_local_commands_is_explained() -> None:
    read = {
        name
        for command in ("backfill", "calibrate", "demo", "digest", "folder", "samples", "serve")
        for name in environment_reads(PROJECT / "local" / f"{command}.py")
    }
    written = {name for cell, *_ in rows("On this machine") for name in cell.split("`, `")}

    assert read | {"PYTHON", "OPTIONS"} == written
    assert {"DATE", "TABLE", "SAMPLE"} <= read
    assert {name for name in ("PYTHON", "OPTIONS") if f"$({name})" not in MAKEFILE} == set()


def environment_reads(path: Path) -> Iterator[str]:
    """The names of the variables that a module gets from a mapping, or by a Reader."""
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("get", "text", "count")
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and str(node.args[0].value).isupper()
        ):
            yield str(node.args[0].value)


# Requirements


def asked_for(name: str) -> dict[str, str]:
    """What a requirements file asks for by hand, what it includes too: the version, if stated."""
    found: dict[str, str] = {}
    for line in (REQUIREMENTS / f"{name}.in").read_text().splitlines():
        if included := re.fullmatch(r"-r (\w+)\.in", line):
            found |= asked_for(included[1])
        elif line and not line.startswith("#"):
            match = re.fullmatch(r"([a-z0-9-]+)(?:\[[a-z0-9,]+\])?(?:==([\w.]+))?", line)
            assert match, line
            found[match[1]] = match[2] or ""
    return found


def pinned(text: str) -> dict[str, set[str]]:
    """Every package of a lock file: its versions, of which there is one for each Python."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"(?m)^([a-z0-9._-]+)(?:\[[a-z0-9, ]+\])?==([\w.]+)", text):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("name", ["runtime", "local", "development", "sam"])
def test_what_is_asked_for_is_pinned(name: str) -> None:
    locked = pinned((REQUIREMENTS / f"{name}.txt").read_text())

    missing = {
        package: version
        for package, version in asked_for(name).items()
        if package not in locked or (version and {version} != locked[package])
    }

    assert missing == {}


@pytest.mark.parametrize("name", ["runtime", "local", "development", "sam"])
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=[a-z])", text.strip())

    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_what_runs_here_is_what_is_deployed() -> None:
    runtime = (REQUIREMENTS / "runtime.txt").read_text()

    assert (PROJECT / "layers/dependencies/requirements.txt").read_text() == runtime
    for name in ("local", "development"):
        others = pinned((REQUIREMENTS / f"{name}.txt").read_text())
        assert {package: others.get(package) for package in pinned(runtime)} == pinned(runtime)


def test_only_the_dependencies_layer_asks_for_packages() -> None:
    files = [*(PROJECT / "functions").glob("*/requirements.txt")]
    files.append(PROJECT / "layers" / "package" / "requirements.txt")

    assert [(path.exists(), path.read_text()) for path in files] == [(True, "")] * 5


# Events


def test_there_is_an_event_for_each_way_in() -> None:
    events = {
        path.stem: json.loads(path.read_text()) for path in (PROJECT / "events").glob("*.json")
    }
    kinds = {name.partition("-")[0] for name in events}

    assert kinds == {"api", "backfill", "collector", "renderer"}
    assert [name for name, event in events.items() if not isinstance(event, dict)] == []


# Commands


def test_every_target_is_explained_and_is_no_file() -> None:
    targets = set(re.findall(r"(?m)^([a-z0-9]+):", MAKEFILE))
    explained = set(re.findall(r"(?m)^([a-z0-9]+):.*## \S", MAKEFILE))
    phony = set(re.findall(r"(?m)^\.PHONY: (.+)$", MAKEFILE)[0].split())

    assert targets == explained == phony


def test_every_command_that_is_told_of_is_there() -> None:
    targets = set(re.findall(r"(?m)^([a-z0-9]+):", MAKEFILE))
    texts = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    told = {
        (path.name, target)
        for path in texts
        for target in re.findall(r"(?m)(?:`|^\$ )make ([a-z0-9]+)", path.read_text())
    }

    assert ("README.md", "demo") in told
    assert {(name, target) for name, target in told if target not in targets} == set()


def test_every_link_between_documents_leads_somewhere() -> None:
    texts = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    links = [
        (path, link.partition("#")[0])
        for path in texts
        for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text())
        if "://" not in link
    ]

    assert links
    assert [
        (str(path.relative_to(PROJECT)), link)
        for path, link in links
        if not (path.parent / link).exists()
    ] == []
