"""Trying cases: a run at which something fails, the run repeated, and all that is kept compared."""

import base64
import gzip
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from hotpapers.documents.measurement_json import read_measurement
from hotpapers.domain.history import Measurement
from local.chaos import aws_faults, aws_line, upstream_faults, upstream_line
from local.chaos.judge import (
    Answers,
    Finding,
    Violation,
    differences,
    judge_answers,
    judge_errors,
    judge_losses,
    judge_time,
)
from local.chaos.matrix import AWS, AWS_SOURCES, Case, Stage, plan_aws, plan_upstreams, stages
from local.chaos.settled import settled
from local.chaos.state import Key, Snapshot, State, StoredObject
from local.chaos.world import SCENES, Deed, World


@dataclass(frozen=True)
class Clean:
    """What there is before a stage's run, and after one that nothing befell."""

    archive: Snapshot
    before: State
    before_answers: Answers
    after: State
    after_answers: Answers
    next_table: Mapping[Key, Any]
    measured: Mapping[Key, str]
    calls: Sequence[aws_line.Call]
    asked: Mapping[str, int]
    deed: Deed


@dataclass(frozen=True)
class Trial:
    """What came of a case. `is_next` tells that the run after it had to make good what failed."""

    case: Case
    findings: tuple[Finding, ...]
    is_next: bool = False
    collector_seconds: float = 0.0
    renderer_seconds: float = 0.0


@dataclass
class Laboratory:
    """Tries cases in a world; what is clean is found out once."""

    world: World
    empty: Snapshot = field(init=False)
    _clean: dict[Stage, Clean] = field(default_factory=dict)
    _files: dict[int, Mapping[str, StoredObject]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.empty = self.world.memory.snapshot()

    def plan(self) -> Sequence[Case]:
        """All cases."""
        cases = list[Case]()
        for stage in stages():
            clean = self.clean(stage)
            if stage.sources == AWS_SOURCES:
                cases += plan_aws(stage, clean.calls)
            else:
                cases += plan_upstreams(stage, clean.asked)
        return cases

    def clean(self, stage: Stage) -> Clean:
        """What a stage is like when nothing goes wrong."""
        if stage not in self._clean:
            os.environ["SOURCES"] = stage.sources
            archive = self.empty
            for scene in SCENES[: SCENES.index(stage.scene)]:
                archive = self._archive_after(archive, Stage(scene, stage.sources))
            self._clean[stage] = self._run_clean(archive, stage)
        return self._clean[stage]

    def _archive_after(self, archive: Snapshot, stage: Stage) -> Snapshot:
        self.world.restore(archive, stage.scene)
        _require_success(self.world.run(stage.scene.event))
        return self.world.memory.snapshot()

    def _run_clean(self, archive: Snapshot, stage: Stage) -> Clean:
        world, scene = self.world, stage.scene
        world.restore(archive, scene)
        before, before_answers = world.state(), world.answers()
        with world.aws.struck() as calls, world.upstreams.struck() as asked:
            deed = world.run(scene.event)
        times_asked = dict(asked)
        _require_success(deed)
        after, after_answers = world.state(), world.answers()
        world.run_again(scene.next_event)
        return Clean(
            archive=archive,
            before=before,
            before_answers=before_answers,
            after=after,
            after_answers=after_answers,
            next_table=settled(world.state(), scene.time),
            measured=_measured(after, scene.time),
            calls=tuple(calls),
            asked=times_asked,
            deed=deed,
        )

    def attempt(self, case: Case) -> Trial:
        """Try a case."""
        world, clean = self.world, self.clean(case.stage)
        os.environ["SOURCES"] = case.stage.sources
        scene = case.stage.scene
        world.restore(clean.archive, scene)
        line, strike = self._strike(case)
        with line:
            deed = world.run(scene.event)
        findings = [*judge_time(deed), *judge_errors(deed)]
        if not strike.has_struck:
            findings.append(Finding(Violation.NEVER_STRUCK, case.name))
        during, answers = world.state(), world.answers()
        findings += judge_losses(clean.before, during)
        # Where a source is told of as failed there is a third state.
        is_excused = case.call is None or case.call.service == "ssm"
        allowed = None if is_excused else (clean.before_answers, clean.after_answers)
        findings += judge_answers(answers, allowed)
        again = world.run_again(scene.event)
        findings += self._errors_again(again)
        after = world.state()
        is_next = after != clean.after
        if is_next and is_excused:
            findings += judge_losses(during, after)
            findings += self._judge_next(case, clean, after)
        elif is_next:
            what = "; ".join(differences(after, clean.after)[:4])
            findings.append(Finding(Violation.ANOTHER_STATE, what))
        return Trial(case, tuple(findings), is_next, deed.collector_seconds, deed.renderer_seconds)

    def _strike(self, case: Case) -> tuple[AbstractContextManager[Any], Any]:
        """The line on which a fault is to happen, and what tells whether it did."""
        if case.target == AWS:
            fault = aws_faults.FAULTS[case.fault].fault
            aws = aws_line.Strike(fault, case.number, case.lasts)
            return self.world.aws.struck(aws), self.world.aws
        wrong = upstream_faults.FAULTS[case.target][case.fault]
        upstream = upstream_line.Strike(case.target, wrong, case.number, case.lasts)
        return self.world.upstreams.struck(upstream), self.world.upstreams

    def _errors_again(self, deed: Deed) -> Sequence[Finding]:
        return [
            Finding(Violation.ANOTHER_STATE, f"the repeated run fails: {error!r}")
            for error in deed.errors
        ]

    def _judge_next(self, case: Case, clean: Clean, after: State) -> Sequence[Finding]:
        """Whether everything is as it should be after the run after the one that failed."""
        scene = case.stage.scene
        deed = self.world.run_again(scene.next_event)
        state = self.world.state()
        findings = [*self._errors_again(deed), *judge_losses(after, state)]
        table = settled(state, scene.time)
        if table != clean.next_table:
            unlike = [
                " ".join(key)
                for key in sorted(table.keys() | clean.next_table.keys())
                if table.get(key) != clean.next_table.get(key)
            ]
            findings.append(Finding(Violation.ANOTHER_STATE, f"next run: {'; '.join(unlike[:4])}"))
        for key, item in _measured(state, scene.time).items():
            if not _is_part(item, clean.measured.get(key)):
                what = f"{' '.join(key)} is no part of what a clean run measures"
                findings.append(Finding(Violation.ANOTHER_STATE, what))
        if state.files != self._files_of(state):
            what = "the bucket is not made of what is in the table"
            findings.append(Finding(Violation.ANOTHER_STATE, what))
        return findings

    def _files_of(self, state: State) -> Mapping[str, StoredObject]:
        """What a renderer makes of a table in an empty bucket."""
        mark = hash(frozenset(state.table.items()))
        if mark not in self._files:
            self.world.memory.empty_bucket()
            self.world.render_all()
            self._files[mark] = self.world.state().files
        return self._files[mark]


def _require_success(deed: Deed) -> None:
    for error in deed.errors:
        raise error


def _measured(state: State, time: str) -> Mapping[Key, str]:
    return {
        key: item
        for key, item in state.table.items()
        if key[0].startswith("MEASUREMENTS#") and key[1] == time
    }


def _is_part(measured: str, clean: str | None) -> bool:
    """Whether a measurement says of each source what a clean run's does, or nothing."""
    if clean is None:
        return False
    found, expected = _measurement(measured), _measurement(clean)
    return all(
        attention == expected.papers.get(paper, {}).get(source)
        for paper, told in found.papers.items()
        for source, attention in told.items()
    )


def _measurement(item: str) -> Measurement:
    body = base64.b64decode(json.loads(item)["body"]["B"])
    return read_measurement(gzip.decompress(body))
