"""The script for the accessibility checks: where it is from, and that it is the right one."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from hotpapers.errors import UpstreamError
from local.axe import REGISTRY, read_registry, read_script, tarball_address


@pytest.mark.parametrize("registry", ["https://npm.example/mirror", "https://npm.example/mirror/"])
def test_the_tarball_is_where_npm_looks_for_it(registry: str) -> None:
    assert tarball_address(registry) == (
        "https://npm.example/mirror/axe-core/-/axe-core-4.14.1.tgz"
    )


@pytest.mark.parametrize(
    ("environment", "registry"),
    [
        ({"npm_config_registry": " https://a.example/ "}, "https://a.example/"),
        ({"NPM_CONFIG_REGISTRY": "https://b.example/"}, "https://b.example/"),
        ({"npm_config_registry": " "}, "https://c.example/"),
        ({}, "https://c.example/"),
    ],
)
def test_the_registry_is_npms_own_setting(
    tmp_path: Path, environment: Mapping[str, str], registry: str
) -> None:
    settings = tmp_path / "npmrc"
    settings.write_text("@d:registry=https://d.example/\nregistry = https://c.example/\n")

    assert read_registry({"npm_config_userconfig": str(settings), **environment}) == registry


def test_without_a_setting_the_registry_is_npms(tmp_path: Path) -> None:
    assert read_registry({"npm_config_userconfig": str(tmp_path / "none")}) == REGISTRY


def test_another_tarball_is_refused() -> None:
    with pytest.raises(UpstreamError) as refusal:
        read_script(b"another")

    assert str(refusal.value) == "npm: axe-core 4.14.1 has not the hash that it should have"
