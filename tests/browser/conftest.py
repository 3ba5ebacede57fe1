"""A browser, and a site for it to read."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from local.browser import MISSING, find_chromium, open_browser
from local.template import PROJECT

AXE = Path(sys.prefix) / "axe.min.js"
"""Where `make pages` puts it."""


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where chromium is."""
    path = find_chromium()
    if path is None:
        pytest.skip(MISSING)
    return path


@pytest.fixture(scope="session")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server is that has everything, in a process of its own."""
    del chromium  # without it there is no need of a site
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    errors = tmp_path_factory.mktemp("site") / "errors"
    with (
        errors.open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "tests.showcase"],
            cwd=PROJECT,
            env=environment | {"PYTHONPATH": ".:layers/package"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        assert address, errors.read_text()
        yield address
        server.communicate(timeout=30)
    assert server.returncode == 0, errors.read_text()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser; each test has readers of its own."""
    with open_browser(chromium) as browser:
        yield browser


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    assert AXE.exists(), "`make pages` fetches axe-core first"
    return AXE.read_text()
