"""The API against its own description: what it allows is answered as it says, and the rest refused.

Schemathesis asks over HTTP, from a process of its own: each address with what its description gives
as examples, with what is at the bounds of what it allows and beyond them, by other methods, and
with what it makes up.
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from hotpapers.web.addresses import OPERATIONS
from local.cloud import Cloud
from local.gateway import make_gateway
from local.serve import listen
from local.template import PROJECT
from tests.archive import digest_of, store

PAPERS = ("2009.00001", "2009.08319", "math/0309136")
DAYS = [date(2020, 9, day) for day in (14, 15, 16, 17, 18)]
EXAMPLES = 25
"""Requests that are made up for each address, of what is allowed and of what is not."""


@pytest.fixture
def url(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """Where an archive is that has what the examples ask for."""
    caplog.set_level(logging.ERROR, "werkzeug")
    with Cloud() as cloud, listen(0) as listener:
        store(cloud.stack, *(digest_of(day, *PAPERS) for day in DAYS))
        cloud.render_new()
        server = make_gateway(cloud.request, listener)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()
        thread.join()


@pytest.mark.thorough
def test_nothing_is_answered_otherwise_than_described(url: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "run", f"{url}/openapi.json"),
            *("--checks", "all", "--phases", "examples,coverage,fuzzing", "--continue-on-failure"),
            *("--max-examples", str(EXAMPLES), "--generation-deterministic"),
            *("--warnings", "off", "--no-color"),
            *("--report-dir", str(tmp_path)),
        ],
        check=False,
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT),
            "SCHEMATHESIS_HOOKS": "tests.schemathesis_hooks",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    asked = len(OPERATIONS) - 1  # all but the description itself, which is read before
    assert f"{asked} selected / {asked} total" in done.stdout
