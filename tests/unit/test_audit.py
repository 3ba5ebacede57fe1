"""The audit of the pinned packages: with an advisory service on loopback, and without one.

pip-audit itself is in an environment of its own, which the tests do not make: in its place stands a
program that asks the service as pip-audit does, and says what pip-audit says.
"""

import json
import sys
from collections.abc import Callable
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Response

from local.audit import VULNERABLE, new_pins, read_findings
from local.template import PROJECT
from tests.commands import Run, run
from tests.upstream import ScriptedServer

FOUND = {"vulns": [{"id": "GHSA-0000", "affected": [], "summary": "a weakness"}]}
"""What OSV says of a release with a weakness."""
PATH = "/v1/query"
PIP_AUDIT = """#!{python}
import json, sys, urllib.request
options = sys.argv[1:]
service = options[options.index("--osv-url") + 1]
names = [line.split("==") for file in options if file.endswith(".txt")
         for line in open(file).read().splitlines() if "==" in line]
packages = []
for name, version in names:
    version = version.split()[0]
    question = {{"package": {{"name": name, "ecosystem": "PyPI"}}, "version": version}}
    body, kind = json.dumps(question).encode(), {{"Content-Type": "application/json"}}
    with urllib.request.urlopen(urllib.request.Request(service, body, kind)) as answer:
        found = json.load(answer).get("vulns", [])
    vulns = [{{"id": each["id"], "fix_versions": ["9.9"]}} for each in found]
    packages.append({{"name": name, "version": version, "vulns": vulns}})
print(json.dumps({{"dependencies": packages, "fixes": []}}))
sys.exit(any(package["vulns"] for package in packages))
"""

Answer = Callable[[Any], Any]


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "runtime.txt"
    path.write_text("good==1.0 \\\n    --hash=sha256:00\nweak==2.0 \\\n    --hash=sha256:00\n")
    return path


def audit(lock: Path, service: str, program: str = PIP_AUDIT) -> Run:
    """Run the audit as `make audit` does."""
    auditor = lock.with_name("pip-audit")
    auditor.write_text(program.format(python=sys.executable))
    auditor.chmod(0o700)
    return run(
        "audit", lock.parent / "out", {"OSV_URL": service}, arguments=(str(auditor), str(lock))
    )


def service_of(answer: Answer) -> ScriptedServer:
    """An advisory service that knows the release that it has to know, and else what it is given."""

    def reply(request: Any) -> Response:
        asked = json.loads(request.get_data())
        said = FOUND if asked == VULNERABLE else answer(asked)
        return Response(json.dumps(said), content_type="application/json")

    return ScriptedServer({PATH: repeat(reply)})


def test_a_known_weakness_fails_and_is_named(lock: Path) -> None:
    with service_of(lambda asked: FOUND if asked["package"]["name"] == "weak" else {}) as server:
        done = audit(lock, server.url + PATH)

    assert (done.status, done.output) == (1, "")
    assert done.errors == "error: weak 2.0 has GHSA-0000 (mended in 9.9)\n"


def test_nothing_is_said_where_no_weakness_is_known(lock: Path) -> None:
    with service_of(lambda _: {}) as server:
        done = audit(lock, server.url + PATH)

    assert (done.status, done.output, done.errors) == (0, "", "")


def test_a_service_that_cannot_be_reached_is_told_in_one_line_and_lets_pass(lock: Path) -> None:
    done = audit(lock, "http://127.0.0.1:1/v1/query")

    assert (done.status, done.output) == (0, "")
    assert done.errors == (
        "the pinned packages are not audited: OSV: http://127.0.0.1:1/v1/query cannot be asked "
        "(<urlopen error [Errno 111] Connection refused>)\n"
    )


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (Response("sign in first", status=200), "cannot be asked"),
        (Response("{}", status=200), "does not know what it has to know"),
        (Response("[]", status=200), "does not know what it has to know"),
        (Response("", status=403), "cannot be asked (HTTP Error 403: FORBIDDEN)"),
        (Response("", status=502), "cannot be asked (HTTP Error 502: BAD GATEWAY)"),
    ],
)
def test_what_answers_in_the_place_of_the_service_is_not_taken_for_it(
    lock: Path, response: Response, why: str
) -> None:
    with ScriptedServer({PATH: repeat(lambda _: response)}) as server:
        done = audit(lock, server.url + PATH)

    assert (done.status, done.output) == (0, "")
    assert done.errors.startswith(
        f"the pinned packages are not audited: OSV: {server.url}{PATH} {why}"
    )
    assert done.errors.count("\n") == 1


def test_an_auditor_that_breaks_down_is_no_clean_audit(lock: Path) -> None:
    broken = "#!{python}\nraise SystemExit('no such option')\n"
    with service_of(lambda _: {}) as server:
        done = audit(lock, server.url + PATH, broken)

    assert (done.status, done.output) == (1, "")
    assert done.errors == "error: pip-audit failed and said no such option\n"


def test_what_could_not_be_audited_is_a_finding() -> None:
    said = {"dependencies": [{"name": "odd", "skip_reason": "it has no version"}]}

    assert list(read_findings(json.dumps(said))) == ["odd could not be audited (it has no version)"]


def test_a_pin_is_asked_about_once() -> None:
    one, other = "a==1 \\\n    --hash=sha256:00", "b==1 \\\n    --hash=sha256:00"
    newer = other.replace("==1", "==2")

    assert list(new_pins([f"{one}\n", f"{one}\n{other}\n", f"{other}\n", f"{one}\n{newer}\n"])) == [
        f"{one}\n",
        f"{other}\n",
        f"{newer}\n",
    ]


def test_all_that_is_installed_is_audited() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    locks = {path.name for path in (PROJECT / "requirements").glob("*.txt")}

    assert "requirements/*.txt" in makefile
    assert locks == {
        "audit.txt",
        "bench.txt",
        "development.txt",
        "local.txt",
        "runtime.txt",
        "sam.txt",
    }
