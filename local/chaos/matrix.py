"""The matrix: every call of a run, and every way in which it can fail.

Cases are planned from the calls that clean runs make, so a new call is in it by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from local.chaos import aws_faults, upstream_faults
from local.chaos.aws_line import Call
from local.chaos.upstream_line import UPSTREAMS
from local.chaos.world import SCENES, Scene

AWS = "aws"
ROUNDUPS = frozenset({"ROUNDUPS", "ROUNDUP"})
"""What the last run alone reads and writes in the table."""
AWS_SOURCES = "x,hackernews"
"""Whom the runs ask at which AWS fails: one source with credentials, and one without."""
COMPANION, SUBSTITUTE = "hackernews", "huggingface"
"""Who is asked beside an upstream that fails: the day is measured all the same, and what the failed
one told before has to stand in. The substitute does that where the companion itself fails."""
ARXIV = tuple(name for name in UPSTREAMS if name.startswith("arxiv"))
SCARCITY = (1, 3, 15)
"""Which calls of each scene are tried: all; each third, each fifteenth. Later runs make hundreds of
calls, most of them those of the first run for other days, and take a second to try."""


@dataclass(frozen=True)
class Stage:
    """A scene, the sources that are on in it, and who fails: AWS, or some upstreams."""

    scene: Scene
    sources: str
    targets: tuple[str, ...] = (AWS,)

    @property
    def is_whole(self) -> bool:
        """Whether all faults are tried: those of arXiv are in the first run, which takes in most,
        those of the sources in the second, when they have told something before."""
        return (self.scene == SCENES[0]) == (self.targets == ARXIV)


@dataclass(frozen=True)
class Case:
    """A fault: of whom (an upstream, or AWS), at which call of a run, and whether it lasts.

    Where there is an `address` it is not a run that asks, but the API for whoever reads that.
    """

    stage: Stage
    target: str
    number: int
    fault: str
    lasts: bool
    call: Call | None = None
    address: str = ""

    @property
    def row(self) -> str:
        """The row of the printed table: an upstream, or an operation of AWS."""
        if not self.call:
            return self.target
        of_readers = "API: " if self.address else ""
        return f"{of_readers}{self.call.service} {self.call.operation}"

    @property
    def name(self) -> str:
        """The case in words; `ONLY` chooses by them."""
        where = f"{self.row} {self.call.place}" if self.call else self.row
        how = "from then on" if self.lasts else "once"
        who = f"reading {self.address}" if self.address else f"{self.stage.scene.name} run"
        return f"{who}, call {self.number} ({where}): {self.fault}, {how}"


def stages() -> Sequence[Stage]:
    """All stages, those of AWS first."""
    aws = [Stage(scene, AWS_SOURCES) for scene in SCENES]
    arxiv = [Stage(scene, COMPANION, ARXIV) for scene in SCENES[:2]]
    return [*aws, *arxiv, *(_stage_of(name) for name in UPSTREAMS if name not in ARXIV)]


def _stage_of(source: str) -> Stage:
    """The stage in which a source fails that has told something before."""
    other = COMPANION if source != COMPANION else SUBSTITUTE
    return Stage(SCENES[1], f"{source},{other}", (source,))


def plan_aws(stage: Stage, calls: Sequence[Call]) -> Iterator[Case]:
    """The cases of AWS in a stage.

    Where the first run asks something for the first time that befalls every fault, once and for
    good. Where it asks that again, every second fault, the others at the next time: by turns once
    and for good. Later runs have the same for what is new in them. All else in them is the moment
    of a death, before and after, and of one other fault, which changes from call to call: of the
    second run each third call, of the last one each fifteenth.
    """
    seen = set[Call]()
    scarcity = SCARCITY[SCENES.index(stage.scene)]
    for number, call in enumerate(calls, 1):
        is_new = call not in seen and (scarcity == 1 or call.place in ROUNDUPS)
        seen.add(call)
        if is_new:
            yield from _every_fault(stage, number, call)
        elif scarcity == 1:
            yield from _by_turns(stage, number, call)
        elif number % scarcity == 0:
            yield from _deaths_and_another(stage, number, call)


def _every_fault(stage: Stage, number: int, call: Call) -> Iterator[Case]:
    for name, kind in _faults_of(call):
        yield Case(stage, AWS, number, name, lasts=False, call=call)
        if kind.lasts:
            yield Case(stage, AWS, number, name, lasts=True, call=call)


def _by_turns(stage: Stage, number: int, call: Call) -> Iterator[Case]:
    for place, (name, kind) in enumerate(_faults_of(call)):
        if (number + place) % 2:
            continue
        lasts = kind.lasts and (number + place) % 4 == 0
        yield Case(stage, AWS, number, name, lasts=lasts, call=call)


def _deaths_and_another(stage: Stage, number: int, call: Call) -> Iterator[Case]:
    faults = _faults_of(call)
    lasting = [name for name, kind in faults if kind.lasts]
    for name, kind in faults:
        if not kind.lasts:
            yield Case(stage, AWS, number, name, lasts=False, call=call)
    turn, place = divmod(number // SCARCITY[SCENES.index(stage.scene)], len(lasting))
    yield Case(stage, AWS, number, lasting[place], lasts=turn % 2 == 0, call=call)


def _faults_of(call: Call) -> Sequence[tuple[str, aws_faults.Kind]]:
    return [(name, kind) for name, kind in aws_faults.FAULTS.items() if kind.befalls(call)]


def plan_reading(stage: Stage, address: str, calls: Sequence[Call]) -> Iterator[Case]:
    """The cases of what readers ask: every call of each address with every fault."""
    for number, call in enumerate(calls, 1):
        for case in _every_fault(stage, number, call):
            yield replace(case, address=address)


def plan_upstreams(stage: Stage, calls: Mapping[str, int]) -> Iterator[Case]:
    """The cases of the upstreams in a stage: the first answer of each with every fault, once and
    for good; the second and the last one with every second fault, by turns once and for good."""
    for target in stage.targets:
        last = calls.get(target, 0)
        for number in sorted({1, 2, last} & set(range(1, last + 1))):
            for place, name in enumerate(upstream_faults.FAULTS[target]):
                turn = number + place
                case = Case(stage, target, number, name, lasts=turn % 4 < 2)
                if stage.is_whole and number == 1:
                    yield from (replace(case, lasts=False), replace(case, lasts=True))
                elif turn % 2 == 0:
                    yield case
