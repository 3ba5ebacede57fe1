"""`python -m local.cold_start`: what the API's import and first request take, beside less and more.

The same read, each time in a process of its own, in turns: with boto3 alone, with the API's
function, and with FastAPI and Mangum around boto3. All three send the same bytes, which are those
of the sample day from six sources. AWS is moto's, in another process of this machine. First all run
from the same environment and the sources, with bytecode; then, where there are python3.13 and a
build, the function as it was built.

Times of the processor are those of the process from its very beginning, Python's own start
included; they leave out what it waits for, such as moto.
"""

import filecmp
import json
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hotpapers.errors import HotPapersError
from local import console
from local.end_to_end_sam import moto_server
from local.reading import (
    ADDRESS,
    PACKED,
    ask_for,
    body_of,
    deployed,
    event_for,
    noted,
    sample_archive,
)
from local.template import PROJECT

ROUNDS = 15
"""How often each starts, after a first time for the bytecode: the median of so many."""

TARGETS = ("/", "/digests/2026-07-13.json", "/feeds/papers.atom")
"""A page, which is looked up in the table and lies in the bucket; data of the table; and a file of
the bucket."""

ENVIRONMENT = PROJECT / ".venv-bench"
BUILD = PROJECT / ".aws-sam" / "build"
PROGRAMS = "local.cold_reads"
LONGEST = 60
"""Seconds for a start; one that takes longer hangs."""


class ColdStartError(HotPapersError):
    """A start did not go as it should."""


@dataclass(frozen=True)
class Starter:
    """A way to read: what it is called, its command, and its variables besides all others'."""

    name: str
    command: Sequence[str]
    variables: Mapping[str, str]


@dataclass(frozen=True)
class Start:
    """A start: processor seconds until it was ready, and those that the first request took; and
    the seconds of the clock until it had answered."""

    ready: float
    request: float
    elapsed: float

    @property
    def processor(self) -> float:
        """Processor seconds until it had answered."""
        return self.ready + self.request


@dataclass(frozen=True)
class Reading:
    """An address, read in one way: the medians, and those of the bare client beside it."""

    target: str
    starter: str
    start: Start
    bare: Start

    @property
    def ratio(self) -> float:
        """How many times the bare client's processor time it takes."""
        return self.start.processor / self.bare.processor


def main() -> None:
    """Measure and print, as a table in Markdown."""
    for each in (HEAD, ["---"] * len(HEAD), *map(row, measure())):
        console.say(f"| {' | '.join(each)} |")


HEAD = ("address", "read with", "ready", "first request", "together", "ratio", "by the clock")
"""The table's columns. All but the last are times of the processor."""


def row(reading: Reading) -> Sequence[str]:
    """A line of the table."""
    start = reading.start
    return (
        f"`{reading.target}`",
        reading.starter,
        _milliseconds(start.ready),
        _milliseconds(start.request),
        _milliseconds(start.processor),
        f"{reading.ratio:.2f}",
        _milliseconds(start.elapsed),
    )


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1_000:.0f} ms"


def measure() -> Sequence[Reading]:
    """The readings of every address, in every way, each group's bare client first.

    Raises ColdStartError where one fails, or sends other bytes than the API does.
    """
    with console.Progress() as progress:
        items, files = sample_archive(progress)
    with (
        TemporaryDirectory() as folder,
        (Path(folder) / "log").open("w") as log,
        moto_server(ADDRESS, log) as endpoint,
        deployed(endpoint, items, files),
    ):
        groups = list(_groups(Path(folder)))
        return [
            reading for target in TARGETS for group in groups for reading in _compare(target, group)
        ]


# Ways to start


def _groups(folder: Path) -> Iterator[Sequence[Starter]]:
    """What is to be compared; the bare client first."""
    yield _from_sources(folder / "bytecode")
    if python := shutil.which("python3.13"):
        if _is_current(BUILD):
            yield _as_built(python, folder / "bytecode of 3.13")
        else:
            console.errors.print("no build of these sources: `make build` makes one")


def _from_sources(bytecode: Path) -> Sequence[Starter]:
    """All from one environment, with bytecode that the first time leaves in a folder."""
    python = str(ENVIRONMENT / "bin" / "python")
    version = _version(python)
    variables = {"PYTHONPYCACHEPREFIX": str(bytecode)}
    package = {**variables, "PYTHONPATH": str(PROJECT / "layers" / "package")}
    function = str(PROJECT / "functions" / "api")
    return (
        Starter(f"boto3 alone, Python {version}", [python, *_program("bare")], variables),
        Starter(f"the API, Python {version}", [python, *_program("api"), function], package),
        Starter(f"FastAPI, Python {version}", [python, *_program("with_fastapi")], variables),
    )


def _as_built(python: str, bytecode: Path) -> Sequence[Starter]:
    """The function and its layers with the bytecode that was built in, and no other; beside boto3
    as it is installed, with bytecode too."""
    # Without `site`: Lambda has no other packages than these, and this machine's Python may.
    start, version = [python, "-S"], _version(python)
    installed = next((ENVIRONMENT / "lib").glob("python*/site-packages"))
    bare = {"PYTHONPATH": str(installed), "PYTHONPYCACHEPREFIX": str(bytecode)}
    layers = [str(BUILD / layer / "python") for layer in ("PackageLayer", "DependenciesLayer")]
    built = {"PYTHONPATH": os.pathsep.join(layers), "PYTHONDONTWRITEBYTECODE": "1"}
    function = str(BUILD / "Api")
    return (
        Starter(f"boto3 alone, Python {version}", [*start, *_program("bare")], bare),
        Starter(f"the API as built, Python {version}", [*start, *_program("api"), function], built),
    )


def _program(name: str) -> Sequence[str]:
    return "-m", f"{PROGRAMS}.{name}"


def _version(python: str) -> str:
    code = "import platform; print(platform.python_version())"
    return subprocess.run(  # noqa: S603
        [python, "-c", code], check=True, capture_output=True, text=True, timeout=LONGEST
    ).stdout.strip()


def _is_current(build: Path) -> bool:
    """Tell whether a build is there, and of the sources as they are."""
    package, built = PROJECT / "layers" / "package", build / "PackageLayer" / "python"
    sources = [path.relative_to(package) for path in package.rglob("*.py")]
    _, *others = filecmp.cmpfiles(package, built, map(str, sources), shallow=False)
    app = PROJECT / "functions" / "api" / "app.py"
    return not any(others) and filecmp.cmp(app, build / "Api" / "app.py", shallow=False)


# Starts


def _compare(target: str, starters: Sequence[Starter]) -> Iterator[Reading]:
    """An address, read in several ways, which take turns."""
    answer, calls = noted(lambda: ask_for(target, PACKED))
    given = {"event": event_for(target, PACKED), "calls": list(map(asdict, calls))}
    taken: dict[str, list[Start]] = {each.name: [] for each in starters}
    for number in range(ROUNDS + 1):
        for starter in starters:
            start = _start(starter, given, body_of(answer))
            if number:  # the first time is for the bytecode, and what the disk keeps in memory
                taken[starter.name].append(start)
    medians = {name: _median(starts) for name, starts in taken.items()}
    for starter in starters:
        yield Reading(target, starter.name, medians[starter.name], medians[starters[0].name])


def _start(starter: Starter, given: Mapping[str, Any], content: bytes) -> Start:
    """A start. Raises ColdStartError where it fails, or sends something else."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    begun = time.monotonic()
    done = subprocess.run(  # noqa: S603
        starter.command,
        check=False,
        cwd=PROJECT,
        env={**kept, **starter.variables},
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    if done.returncode:
        raise ColdStartError(f"{starter.name}: {done.stderr.strip().splitlines()[-1]}")
    told = json.loads(done.stdout.splitlines()[-1])  # before it there may be what it logs
    if told["content"] != sha256(content).hexdigest():
        raise ColdStartError(f"{starter.name} read something else than the API")
    (ready, _), (answered, end) = told["moments"]
    return Start(ready, answered - ready, end - begun)


def _median(starts: Sequence[Start]) -> Start:
    return Start(
        *(
            statistics.median(getattr(start, name) for start in starts)
            for name in ("ready", "request", "elapsed")
        )
    )


if __name__ == "__main__":
    console.run(main)
