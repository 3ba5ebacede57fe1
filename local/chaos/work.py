"""Trying many cases: in processes of their own, each with a world, and with progress."""

import io
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass
from multiprocessing.util import Finalize

from hotpapers.environment import Reader
from local import console
from local.chaos.matrix import Case
from local.chaos.outcome import Trial
from local.chaos.trial import Laboratory
from local.chaos.world import open_world
from local.quarter import bar

TOLD = 10
"""After how many of them a line tells of it where there is no terminal."""
CHUNK = 12
"""How many cases a process takes at a time."""


@dataclass(frozen=True)
class Choice:
    """Which cases are tried, in how many processes."""

    only: str
    sample: int
    workers: int

    def of(self, cases: Sequence[Case]) -> Sequence[Case]:
        """The cases that are chosen."""
        return [case for case in cases if self.only in case.name][:: self.sample]


def read_choice(environment: Mapping[str, str]) -> Choice:
    """The variables ONLY, SAMPLE and WORKERS. Raises InvalidInputError."""
    read = Reader(environment)
    return Choice(
        only=read.text("ONLY", ""),
        sample=read.count("SAMPLE", 1, least=1),
        workers=read.count("WORKERS", 2, least=1, most=64),
    )


def try_all(choice: Choice) -> Sequence[Trial]:
    """Try cases in processes of their own, with progress; gives what came of each, in order."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        choice.workers, mp_context=context, initializer=open_laboratory
    ) as pool:
        cases = choice.of(pool.submit(plan).result())
        chunks = [cases[start : start + CHUNK] for start in range(0, len(cases), CHUNK)]
        futures: list[Future[Sequence[Trial]]] = [pool.submit(attempt, each) for each in chunks]
        with bar(len(cases)) as progress:
            for number, future in enumerate(as_completed(futures), 1):
                last = future.result()[-1].case.name
                progress.update(progress.task_ids[0], advance=CHUNK, description=last)
                if not console.errors.is_terminal and number % TOLD == 0:
                    console.errors.print(f"{number * CHUNK} of {len(cases)} cases", soft_wrap=True)
        return [trial for future in futures for trial in future.result()]


_laboratories: list[Laboratory] = []


def open_laboratory() -> None:
    """Make this process one in which cases are tried."""
    world = ExitStack()
    # The API writes its metrics to standard output, where the results go.
    world.enter_context(redirect_stdout(io.StringIO()))
    opened = world.enter_context(open_world())
    _laboratories.append(Laboratory(opened, opened.memory.snapshot()))
    # The threads of the upstreams' server would keep a process alive that has nothing to do.
    Finalize(None, world.close, exitpriority=1)


def plan() -> Sequence[Case]:
    """All cases."""
    return _laboratories[0].plan()


def attempt(cases: Sequence[Case]) -> Sequence[Trial]:
    """Try cases, one after the other."""
    return [_laboratories[0].attempt(case) for case in cases]
