"""How works are measured beside one another: in turns, by processor time, in medians.

The machine does other things at times, and gets slower when it is warm; works that take turns
share that, so their ratio stays. Processor time leaves out what they wait for. Memory is what the
operating system says of a process that does nothing else.
"""

import gc
import json
import math
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from cProfile import Profile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hotpapers.errors import HotPapersError
from local.template import PROJECT

STATUS = "/proc/{process}/status"
"""Where Linux tells of a process, by https://man7.org/linux/man-pages/man5/proc_pid_status.5.html.

The peak that `getrusage` knows is no good here: a process begins with that of the one that
started it."""


class BenchError(HotPapersError):
    """Something to be measured did not do what it should."""


@dataclass(frozen=True)
class Spent:
    """What a process has spent: processor seconds, its own and the system's for it, and the most
    memory that it had, in megabytes."""

    user: float
    system: float
    peak: float

    @property
    def processor(self) -> float:
        """All seconds of the processor."""
        return self.user + self.system


def in_turns(works: Mapping[str, Callable[[], object]], rounds: int) -> Mapping[str, float]:
    """The median processor seconds of several works, each done once before, then in turns."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(processor_seconds(work))
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def processor_seconds(work: Callable[[], object]) -> float:
    """The processor seconds that a work takes, what it made being thrown away included."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def steps(work: Callable[[], object]) -> int:
    """How many calls of functions a work takes: the same on every machine, whatever else it does.

    Calls of functions that are written in C count as one, whatever these do.
    """
    profile = Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that so many of all (0 to 1) do not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def growth(small: float, large: float) -> str:
    """How many times as much something has become."""
    return f"{large / small:.1f}"


def run_alone(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a module says, as JSON, that runs in a process of its own. Raises BenchError."""
    variables = {
        **os.environ,
        **(environment or {}),
        "PYTHONPATH": os.pathsep.join((".", "layers/package")),
    }
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", module, *arguments],
        cwd=PROJECT,
        env=variables,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise BenchError(f"{module} {' '.join(arguments)} failed")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def spent() -> Spent:
    """What this process has spent so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return Spent(usage.ru_utime, usage.ru_stime, memory("VmHWM"))


def memory(name: str, process: int | None = None) -> float:
    """A size of a process (if not given, this one) in megabytes: VmRSS, what it has now; VmHWM,
    the most it had."""
    told = Path(STATUS.format(process=process or "self")).read_text()
    [kilobytes] = re.findall(rf"(?m)^{name}:\s+(\d+) kB$", told)
    return int(kilobytes) / 1024


def tell(found: Mapping[str, Any]) -> None:
    """Say to `run_alone` what was found, and what this process has spent."""
    print(json.dumps({**found, "spent": asdict(spent())}))  # noqa: T201 - to another program
