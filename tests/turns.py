"""Workers at the same time, of whom one at a time goes on from one call of AWS to the next.

Each is a thread, and whose turn it is after each call is for a test to say: so every interleaving
of their calls can be had, and had again.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random
from threading import Condition, Thread, current_thread

from hotpapers.adapters import aws

PATIENCE = 60.0
"""How long a worker may take from one call to the next (seconds)."""

Choice = Callable[[Sequence[str]], str]
"""Which of the workers that want to go on is the next one; their names are in order."""
STEADINESS = 0.9
"""How often workers that go in step do so."""


def by_chance(seed: int) -> Choice:
    """Whoever comes."""
    chance = Random(seed)  # noqa: S311
    return chance.choice


def in_step(seed: int) -> Choice:
    """Mostly whoever has come least far: so workers that do the same do it at the same time, and
    what one of them has read another has often changed before it writes."""
    chance = Random(seed)  # noqa: S311
    turns: Counter[str] = Counter()

    def choose(waiting: Sequence[str]) -> str:
        last = min(waiting, key=lambda name: (turns[name], chance.random()))
        name = last if chance.random() < STEADINESS else chance.choice(waiting)
        turns[name] += 1
        return name

    return choose


class Turns:
    """Gives workers their turns at the calls that the functions' clients make."""

    def __init__(self) -> None:
        self._change = Condition()
        self._waiting: set[str] = set()
        self._alive: set[str] = set()
        self._turn = ""
        self._failures: list[BaseException] = []
        aws.session().register("before-call", self._pass)

    def run(self, workers: Mapping[str, Callable[[], None]], choose: Choice) -> list[str]:
        """Let workers work until all are done; whose turns there were.

        Raises what the first one raised that failed.
        """
        self._alive, self._waiting, self._failures = set(workers), set(), []
        threads = [
            Thread(target=self._work, args=(name, work), name=name)
            for name, work in workers.items()
        ]
        for thread in threads:
            thread.start()
        turns = [*self._give_turns(choose)]
        for thread in threads:
            thread.join(PATIENCE)
        if self._failures:
            raise self._failures[0]
        return turns

    def _give_turns(self, choose: Choice) -> Sequence[str]:
        given: list[str] = []
        with self._change:
            while self._await(lambda: not self._turn and self._waiting == self._alive):
                if not self._alive:
                    return given
                self._turn = choose(sorted(self._waiting))
                given.append(self._turn)
                self._waiting.remove(self._turn)
                self._change.notify_all()
        raise AssertionError(f"{self._turn} does not go on")

    def _work(self, name: str, work: Callable[[], None]) -> None:
        try:
            self._wait(name)
            work()
        except BaseException as failure:
            self._failures.append(failure)
        finally:
            with self._change:
                self._alive.discard(name)
                self._turn = ""
                self._change.notify_all()

    def _pass(self, **_: object) -> None:
        """Before a call: let others have their turns. Whoever is no worker goes on."""
        name = current_thread().name
        if name in self._alive:
            self._wait(name)

    def _wait(self, name: str) -> None:
        with self._change:
            if self._turn == name:
                self._turn = ""
            self._waiting.add(name)
            self._change.notify_all()
            assert self._await(lambda: self._turn == name)

    def _await(self, condition: Callable[[], bool]) -> bool:
        return self._change.wait_for(condition, PATIENCE)
