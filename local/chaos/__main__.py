"""`make chaos`: every call of a run fails in every way, and nothing may be lost by it.

`ONLY` chooses the cases whose names have a text in them, `SAMPLE` takes each n-th case, `WORKERS`
(2) is how many processes share the work.
"""

import os
import sys
import time
from resource import RUSAGE_CHILDREN, getrusage

from local import console
from local.chaos.report import show
from local.chaos.work import read_choice, try_all


def main() -> None:
    """Try the cases that are asked for, and print what came of them."""
    choice = read_choice(os.environ)
    start = time.monotonic()
    trials = try_all(choice)
    used = getrusage(RUSAGE_CHILDREN)
    show(trials, time.monotonic() - start, used.ru_utime + used.ru_stime)
    if any(trial.findings for trial in trials):
        sys.exit(1)


if __name__ == "__main__":
    console.run(main)
