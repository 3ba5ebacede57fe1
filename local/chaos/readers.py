"""Readers, while AWS fails the API: they are answered rightly, or told to come again."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotpapers import bootstrap
from local.chaos import aws_faults, aws_line
from local.chaos.aws_line import Death
from local.chaos.judge import Finding, Violation, judge_time
from local.chaos.matrix import Case, Stage, plan_reading
from local.chaos.outcome import Remedy, Trial
from local.chaos.state import Snapshot
from local.chaos.world import ADDRESSES, Deed, World

UNAVAILABLE = 503


@dataclass(frozen=True)
class Readers:
    """Readers of an archive that was left by a stage's run."""

    world: World
    archive: Snapshot
    stage: Stage

    def plan(self) -> Sequence[Case]:
        """The cases of all addresses."""
        self.world.restore(self.archive, self.stage.scene)
        cases = list[Case]()
        for address in ADDRESSES:
            with self.world.aws.struck() as calls:
                self.world.answer(address)
            cases += plan_reading(self.stage, address, calls)
        return cases

    def attempt(self, case: Case) -> Trial:
        """Ask while something fails, and again."""
        world = self.world
        world.restore(self.archive, self.stage.scene)
        before, right = world.state(), world.answer(case.address)
        bootstrap.forget()  # a process whose clients have not been refused anything yet
        strike = aws_line.Strike(aws_faults.FAULTS[case.fault].fault, case.number, case.lasts)
        deed, start = Deed(), world.clock.seconds()
        answer = None
        with world.aws.struck(strike):
            try:
                answer = world.answer(case.address)
            except Death:
                bootstrap.forget()
        deed.seconds["API"] = world.clock.seconds() - start
        findings = [*judge_time(deed)]
        if not world.aws.has_struck:
            findings.append(Finding(Violation.NEVER_STRUCK, case.name))
        if answer is not None and answer != right and answer[0] != UNAVAILABLE:
            findings.append(Finding(Violation.TORN, f"{answer[0]}: {answer[1][:200]}"))
        if world.answer(case.address) != right:
            findings.append(Finding(Violation.TORN, "asked again, the answer is another one"))
        if world.state() != before:
            findings.append(Finding(Violation.ANOTHER_STATE, "reading has changed something"))
        remedy = Remedy.SAME_RUN if answer == right else Remedy.SAME_EVENT
        return Trial(case, tuple(findings), remedy, deed.seconds)
