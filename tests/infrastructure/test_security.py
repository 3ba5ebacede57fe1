"""docs/security.md and what it names; checkov's exceptions and their reasons."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.template import PROJECT, read_template

SECURITY = (PROJECT / "docs" / "security.md").read_text()
THREATS = SECURITY.partition("## What they could try")[2].partition("\n## ")[0]


def named() -> Iterator[tuple[Path, str]]:
    """Each test that is named: its file, and its function (empty: all of the file)."""
    for path, _, function in re.findall(r"`(tests/[\w/]+\.py)(::(\w+))?`", SECURITY):
        yield PROJECT / path, function


@cache
def functions(path: Path) -> frozenset[str]:
    """The functions that a file of tests has."""
    tree = ast.parse(path.read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def rows() -> Iterator[list[str]]:
    """The rows of the tables of threats, without their heads."""
    for line in THREATS.splitlines():
        if line.startswith("| ") and not line.startswith(("| --- ", "| what | ")):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def test_each_test_that_is_named_exists() -> None:
    missing = [
        (str(path), function)
        for path, function in named()
        if not path.is_file() or (function and function not in functions(path))
    ]

    assert missing == []
    assert len(list(named())) > 40


def test_each_threat_says_what_stops_it_and_which_test_shows_it() -> None:
    found = list(rows())

    assert len(found) > 30
    assert [row for row in found if len(row) != 3 or not all(row)] == []
    assert [row[0] for row in found if not row[2].startswith("`tests/")] == []


def test_each_file_and_setting_that_is_named_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", SECURITY)
    settings = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)*)`", SECURITY)) - NO_SETTINGS

    assert [link for link in links if not (PROJECT / "docs" / link).is_file()] == []
    assert settings <= set(read_template()["Parameters"])
    assert len(settings) > 6


NO_SETTINGS = {"Host", "Location"}
"""Headers, which look like settings."""


def test_the_month_at_the_limit_is_that_of_the_settings() -> None:
    a_second = int(read_template()["Parameters"]["RequestsPerSecond"]["Default"])

    assert f"{a_second} × 86,400 × 30 = {a_second * 86_400 * 30 / 1e6:.1f} million" in SECURITY


# checkov


def skipped() -> Iterator[dict[str, Any]]:
    """The exceptions that stand with a resource."""
    for resource in read_template()["Resources"].values():
        yield from resource.get("Metadata", {}).get("checkov", {}).get("skip", [])


def test_each_exception_of_checkov_has_a_reason() -> None:
    text = (PROJECT / ".checkov.yaml").read_text()
    checks: list[str] = yaml.safe_load(text)["skip-check"]

    assert [each["id"] for each in skipped() if len(each.get("comment", "")) < 20] == []
    for check in checks:
        before = text.partition(f"  - {check}\n")[0].splitlines()[-1]
        assert before.strip().startswith(("#", "- CKV_AWS_158")), check
    assert not {each["id"] for each in skipped()} & set(checks)


def test_checkov_looks_at_the_template_without_a_network() -> None:
    settings = yaml.safe_load((PROJECT / ".checkov.yaml").read_text())

    assert settings["file"] == ["template.yaml"]
    assert settings["skip-download"] is True
    assert "soft-fail" not in settings
