"""Sustained load on the local server, beside one that answers the same bytes without making them.

`make serve`'s server runs in a process of its own. Each of its addresses is asked for once; then
several clients ask for all of them, in any order, for some seconds, and whatever is not what was
answered at first is an error. Then they do the same to the same kind of server (Werkzeug's, with
threads) that just sends what was answered: what is left of the difference is this system, and moto.
"""

import http.client
import os
import pickle
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from local.bench.measuring import BenchError, memory, percentile
from local.bench.report import Figure, Section, Table, milliseconds, times
from local.reading import TARGETS
from local.template import PROJECT

SECONDS = 20.0
CLIENTS = 8
WARMING = 5.0
"""For so long the server is asked before its memory is looked at for the first time."""
PATIENCE = 30.0
"""Seconds after which an answer is an error."""
TARGETS_ASKED = tuple(each for each in TARGETS if each != "/status")
"""All that are asked for elsewhere but what tells the time of the question."""
REFUSED = "/digests/2026-07-13.html?category=nonsense"
MISSING = "/papers/2607.99999"
LISTENING = re.compile(r"http://127\.0\.0\.1:(\d+)")
"""How the servers say where they are."""
LONGEST_LEAK = 10.0
"""Megabytes by which a server may grow while it is asked thousands of times."""


@dataclass(frozen=True)
class Answer:
    """An answer: its status, its headers but for those of the moment, its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Asked:
    """What came of many requests: how long each took (seconds), and what went wrong."""

    seconds: float = 0.0
    taken: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.taken) / self.seconds


@dataclass(frozen=True)
class Load:
    """What came of asking the API and the server that only sends; and how many megabytes the API's
    process had before and after."""

    api: Asked
    plain: Asked
    before: float
    after: float


def section() -> Section:
    """What the local server bears."""
    load = measure(SECONDS, CLIENTS)
    slowdown = load.api.rate / load.plain.rate
    return Section(
        title="Sustained load",
        text=(
            f"{CLIENTS} clients ask `make serve`'s server for {len(TARGETS_ASKED) + 2} addresses in"
            f" any order, for {SECONDS:.0f} s, taking gzip; then the same server, with the same"
            " answers ready. An answer that is not the same as the first one, to the byte, is an"
            " error. The clients run on the same machine, moto in the API's process."
        ),
        tables=[Table(HEAD, [_row("the API", load.api), _row("ready answers", load.plain)])],
        figures=[
            Figure(
                "errors under sustained load",
                "0",
                f"{len(load.api.errors)} of {len(load.api.taken):,}",
                f"{len(load.plain.errors)} of {len(load.plain.taken):,} by ready answers",
                short=bool(load.api.errors),
            ),
            Figure(
                "99th percentile under sustained load",
                "none",
                milliseconds(percentile(load.api.taken, 0.99)),
                f"{milliseconds(percentile(load.plain.taken, 0.99))} by ready answers",
            ),
            Figure(
                "requests a second under sustained load",
                "none",
                f"{load.api.rate:.0f}",
                f"{load.plain.rate:.0f} by ready answers: {times(slowdown)} times as many",
            ),
            Figure(
                "memory that the server takes while it is asked",
                f"≤ {LONGEST_LEAK:.0f} MB",
                f"{load.after - load.before:+.1f} MB",
                f"{load.before:.0f} MB before",
                short=load.after - load.before > LONGEST_LEAK,
            ),
        ],
    )


HEAD = ("server", "requests", "errors", "a second", "median", "95th percentile", "99th", "slowest")


def _row(name: str, asked: Asked) -> Sequence[str]:
    shares = (0.5, 0.95, 0.99, 1.0)
    return (
        name,
        f"{len(asked.taken):,}",
        f"{len(asked.errors)}",
        f"{asked.rate:.0f}",
        *(milliseconds(percentile(asked.taken, share)) for share in shares),
    )


def measure(seconds: float, clients: int) -> Load:
    """Ask both servers. Raises BenchError where one does not start."""
    with TemporaryDirectory() as folder:
        with served("local.serve", {"PORT": "0"}) as (port, process):
            first = {target: ask(port, target) for target in (*TARGETS_ASKED, REFUSED, MISSING)}
            hammer(port, first, min(WARMING, seconds), clients)
            before = memory("VmRSS", process)
            api = hammer(port, first, seconds, clients)
            after = memory("VmRSS", process)
        path = Path(folder) / "answers"
        path.write_bytes(pickle.dumps(first))
        with served("local.bench.ready_answers", {"ANSWERS": str(path)}) as (port, _):
            plain = hammer(port, first, seconds, clients)
    return Load(api, plain, before, after)


@contextmanager
def served(module: str, variables: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """A server in a process of its own: its port, and the number of the process."""
    environment = {
        **os.environ,
        **variables,
        "PYTHONPATH": os.pathsep.join((".", "layers/package")),
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", module],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a line for each request
        text=True,
    ) as process:
        try:
            places = (
                re.search(r"http://127\.0\.0\.1:(\d+)", line) for line in process.stdout or ()
            )
            place = next((place for place in places if place), None)
            if place is None:
                raise BenchError(f"{module} does not start")
            yield int(place[1]), process.pid
        finally:
            process.terminate()


def hammer(port: int, expected: Mapping[str, Answer], seconds: float, clients: int) -> Asked:
    """Have so many clients ask for all addresses for some seconds, and compare the answers."""
    end = time.monotonic() + seconds
    each = [Asked() for _ in range(clients)]
    threads = [
        threading.Thread(target=_ask_until, args=(end, port, expected, asked, Random(number)))  # noqa: S311
        for number, asked in enumerate(each)
    ]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Asked(
        seconds=time.monotonic() - start,
        taken=[taken for asked in each for taken in asked.taken],
        errors=[error for asked in each for error in asked.errors],
    )


def _ask_until(
    end: float, port: int, expected: Mapping[str, Answer], asked: Asked, random: Random
) -> None:
    targets = list(expected)
    while time.monotonic() < end:
        target = random.choice(targets)
        start = time.perf_counter()
        try:
            answer = ask(port, target)
        except (OSError, http.client.HTTPException) as error:
            asked.errors.append(f"{target}: {type(error).__name__}")
        else:
            if answer != expected[target]:
                asked.errors.append(f"{target}: {answer.status}, {len(answer.body)} bytes")
        asked.taken.append(time.perf_counter() - start)


MOMENTARY = frozenset({"Date", "Age", "Connection", "Server"})
"""Headers of the moment, and of the server."""


def ask(port: int, target: str) -> Answer:
    """What a server of this machine answers. Raises OSError or HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", target, headers={"Accept": "*/*", "Accept-Encoding": "gzip"})
        response = connection.getresponse()
        headers = {name: text for name, text in response.getheaders() if name not in MOMENTARY}
        return Answer(response.status, headers, response.read())
    finally:
        connection.close()
