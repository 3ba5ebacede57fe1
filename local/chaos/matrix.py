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
AWS_SOURCES = "x,hackernews"
"""Whom the runs ask at which AWS fails: one source with credentials, and one without."""
ARXIV_SOURCES = "hackernews"
"""Whom the runs ask besides at which one of arXiv's services fails."""
SCARCE = 5
"""Of the last scene's many calls each fifth one is the moment of a death."""


@dataclass(frozen=True)
class Stage:
    """A scene, and the sources that are on in it."""

    scene: Scene
    sources: str


@dataclass(frozen=True)
class Case:
    """A fault: of whom (an upstream, or AWS), at which call of a run, and whether it lasts."""

    stage: Stage
    target: str
    number: int
    fault: str
    lasts: bool
    call: Call | None = None

    @property
    def row(self) -> str:
        """The row of the printed table: an upstream, or an operation of AWS."""
        return f"{self.call.service} {self.call.operation}" if self.call else self.target

    @property
    def name(self) -> str:
        """The case in words; `ONLY` chooses by them."""
        where = f"{self.row} {self.call.place}" if self.call else self.row
        how = "from then on" if self.lasts else "once"
        return f"{self.stage.scene.name} run, call {self.number} ({where}): {self.fault}, {how}"


def stages() -> Sequence[Stage]:
    """All stages, those of AWS first."""
    aws = [Stage(scene, AWS_SOURCES) for scene in SCENES]
    arxiv = [Stage(scene, ARXIV_SOURCES) for scene in SCENES[:2]]
    sources = [Stage(SCENES[1], name) for name in UPSTREAMS if not name.startswith("arxiv")]
    return [*aws, *arxiv, *sources]


def plan_aws(stage: Stage, calls: Sequence[Call]) -> Iterator[Case]:
    """The cases of AWS in a stage.

    The first run is in the matrix whole: a place is asked for the first time with every fault, for
    a moment and for good, and each further time with every fault, one after the other for a moment
    and for good. In later runs that holds for what the first one does not ask; every call is the
    moment of a death and of one other fault.
    """
    is_first, is_last = stage.scene is SCENES[0], stage.scene is SCENES[-1]
    known = {"ROUNDUPS", "ROUNDUP"}
    seen = set[Call]()
    for number, call in enumerate(calls, 1):
        is_new = call not in seen and (is_first or call.place in known)
        seen.add(call)
        case = Case(stage, AWS, number, "", lasts=False, call=call)
        for place, (name, kind) in enumerate(aws_faults.FAULTS.items()):
            if not kind.befalls(call):
                continue
            named = replace(case, fault=name)
            turn = (number + place) % 2 == 0
            if not kind.lasts:
                if not is_last or is_new or number % SCARCE == 0:
                    yield named
            elif is_new:
                yield from (named, replace(named, lasts=True))
            elif is_first:
                yield replace(named, lasts=turn)
            elif number % len(aws_faults.FAULTS) == place:
                yield replace(named, lasts=(number // len(aws_faults.FAULTS)) % 2 == 0)


def plan_upstreams(stage: Stage, calls: Mapping[str, int]) -> Iterator[Case]:
    """The cases of the upstreams in a stage: the first question of each with every fault, for a
    moment and for good; the second and the last one with every fault, the one or the other."""
    targets = [name for name in UPSTREAMS if name.startswith("arxiv")]
    if stage.sources != ARXIV_SOURCES:
        targets = [stage.sources]
    for target in targets:
        for number in sorted({1, 2, calls.get(target, 0)}):
            if number > calls.get(target, 0):
                continue
            for place, name in enumerate(upstream_faults.FAULTS[target]):
                case = Case(stage, target, number, name, lasts=(number + place) % 2 == 0)
                if number > 1:
                    yield case
                else:
                    yield from (replace(case, lasts=False), replace(case, lasts=True))
