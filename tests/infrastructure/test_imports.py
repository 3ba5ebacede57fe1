"""What a function loads before its first event: less is a quicker start.

Each function is imported as Lambda does at a cold start, in a process of its own. Modules are
counted, since their number is the same everywhere, and milliseconds are not.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from local.cloud import PRETENCE
from local.template import PROJECT

START = """
import json, sys
bare = len(sys.modules)
import functions.{function}.app
bootstrap = sys.modules.get("hotpapers.bootstrap")
made = bootstrap and [
    name
    for name in ("collector", "renderer", "archive")
    if getattr(bootstrap, name).cache_info().currsize
]
print(json.dumps({{"made": made, "loaded": len(sys.modules) - bare, "names": list(sys.modules)}}))
"""

SETTINGS = {
    "TABLE_NAME": "table",
    "BUCKET_NAME": "bucket",
    "SITE_URL": "https://hot.example",
}

PAGES = {"jinja2", "latex2mathml", "markupsafe"}
READING = {"defusedxml", "requests", "tenacity"}

UNNEEDED = {
    "api": {
        *PAGES,
        *READING,
        "aws_lambda_powertools.event_handler",
        "hotpapers.domain.ranking",
        "hotpapers.domain.reading",
        "hotpapers.use_cases.collect",
        "hotpapers.use_cases.measure",
        "hotpapers.use_cases.status",
        "hotpapers.web.openapi",
    },
    "backfill": {*PAGES, *READING, "botocore.session"},
    "collector": PAGES,
    "renderer": {*READING, "latex2mathml"},
}
"""What a function has no use for when it starts, though others have, or it has later."""

NEVER = {"aws_xray_sdk", "boto3", "moto", "pydantic", "rich", "s3transfer", "werkzeug", "yaml"}
"""Libraries that no function loads when it starts, if at all."""

MOST_MODULES = {"api": 455, "backfill": 185, "collector": 560, "renderer": 555}
"""Few more than there were when this was written: 438, 164, 543 and 540 with Python 3.11; 446, 175,
550 and 548 with 3.13."""


def start(
    function: str, environment: Mapping[str, str] = SETTINGS
) -> "subprocess.CompletedProcess[str]":
    """A cold start."""
    return subprocess.run(
        [sys.executable, "-c", START.format(function=function)],
        check=False,
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": ".:layers/package",
            **PRETENCE,
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("function", "work"),
    [("api", "archive"), ("backfill", None), ("collector", "collector"), ("renderer", "renderer")],
)
def test_a_function_starts_with_what_it_needs(function: str, work: str | None) -> None:
    done = start(function)

    assert (done.returncode, done.stderr) == (0, "")
    started = json.loads(done.stdout)
    assert started["made"] == (None if work is None else [work])
    assert set(started["names"]) & (UNNEEDED[function] | NEVER) == set()
    assert started["loaded"] < MOST_MODULES[function]


@pytest.mark.parametrize(
    ("function", "variable"),
    [("api", "SITE_URL"), ("collector", "TABLE_NAME"), ("renderer", "BUCKET_NAME")],
)
def test_a_function_does_not_start_with_a_wrong_setting(function: str, variable: str) -> None:
    done = start(function, {**SETTINGS, variable: ""})

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"hotpapers.errors.InvalidInputError: {variable}: is not set"
    )
