"""Trying cases: a run at which something fails, the run repeated, and all that is kept compared."""

import base64
import gzip
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from hotpapers.adapters.dynamodb_pace import PACES
from hotpapers.documents.measurement_json import read_measurement
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
from local.chaos import aws_faults, aws_line, upstream_faults, upstream_line
from local.chaos.aws_line import Call
from local.chaos.judge import (
    Answers,
    Finding,
    Violation,
    differences,
    judge_answers,
    judge_errors,
    judge_losses,
    judge_time,
    judge_versions,
)
from local.chaos.matrix import AWS, AWS_SOURCES, Case, Stage, plan_aws, plan_upstreams, stages
from local.chaos.outcome import Remedy, Trial
from local.chaos.readers import Readers
from local.chaos.settled import settled, uncounted
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


@dataclass
class Laboratory:
    """Tries cases in a world that is `empty` at first; what is clean is found out once."""

    world: World
    empty: Snapshot
    _clean: dict[Stage, Clean] = field(default_factory=dict)
    _files: dict[int, Mapping[str, StoredObject]] = field(default_factory=dict)

    def plan(self) -> Sequence[Case]:
        """All cases."""
        cases = list[Case]()
        for stage in stages():
            clean = self.clean(stage)
            if stage.targets == (AWS,):
                cases += plan_aws(stage, clean.calls)
            else:
                cases += plan_upstreams(stage, clean.asked)
        return [*cases, *self.readers.plan()]

    @cached_property
    def readers(self) -> Readers:
        """Those who read what the last of AWS's stages leaves behind."""
        stage = Stage(SCENES[-1], AWS_SOURCES)
        return Readers(self.world, self._archive_after(self.clean(stage).archive, stage), stage)

    def clean(self, stage: Stage) -> Clean:
        """What a stage is like when nothing goes wrong."""
        if stage not in self._clean:
            os.environ["SOURCES"] = stage.sources
            archive = self.empty
            for scene in SCENES[: SCENES.index(stage.scene)]:
                archive = self._archive_after(archive, replace(stage, scene=scene))
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
        world.run_next(scene)
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
        )

    def attempt(self, case: Case) -> Trial:
        """Try a case."""
        if case.address:
            return self.readers.attempt(case)
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
        during = world.state()
        if not deed.errors and during == clean.after:
            # The fault was got over within the run; nobody repeats it.
            return Trial(case, tuple(findings), Remedy.SAME_RUN, deed.seconds)
        # Where an upstream is told of as failed there is a third state.
        is_excused = case.call is None or _is_asking(case.call)
        findings += judge_losses(clean.before, during)
        allowed = None if is_excused else (clean.before_answers, clean.after_answers)
        findings += judge_answers(world.answers(), allowed)
        findings += self._errors_again(world.run_again(scene.event))
        after = world.state()
        findings += [*judge_losses(during, after), *judge_versions(after)]
        unlike = differences(after, clean.after)
        if not unlike:
            return Trial(case, tuple(findings), Remedy.SAME_EVENT, deed.seconds)
        if is_excused:
            findings += self._judge_next(case, clean, after)
            return Trial(case, tuple(findings), Remedy.NEXT_RUN, deed.seconds)
        if uncounted(after) != uncounted(clean.after):
            findings.append(Finding(Violation.ANOTHER_STATE, "; ".join(unlike[:4])))
        findings += self._judge_bucket(after)
        return Trial(case, tuple(findings), Remedy.SAME_EVENT, deed.seconds)

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
        deed = self.world.run_next(scene)
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
        return [*findings, *self._judge_bucket(state)]

    def _judge_bucket(self, state: State) -> Sequence[Finding]:
        """Whether the files are those that a renderer makes of the table."""
        if state.files == self._files_of(state):
            return []
        what = "the bucket is not made of what is in the table"
        return [Finding(Violation.ANOTHER_STATE, what)]

    def _files_of(self, state: State) -> Mapping[str, StoredObject]:
        """What a renderer makes of a table in an empty bucket."""
        mark = hash(frozenset(state.table.items()))
        if mark not in self._files:
            self.world.memory.empty_bucket()
            self.world.render_all()
            self._files[mark] = self.world.state().files
        return self._files[mark]


def _is_asking(call: Call) -> bool:
    """Whether upstreams cannot be asked without a call: it reads their credentials, or takes the
    turn to ask arXiv."""
    return call.service == "ssm" or call.place == PACES


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
    """Whether a measurement says of each source what a clean run's does, or less, or nothing."""
    if clean is None:
        return False
    found, expected = _measurement(measured), _measurement(clean)
    return all(
        _is_no_more(found, expected, paper, source)
        for paper, told in found.papers.items()
        for source in told
    )


def _is_no_more(found: Measurement, clean: Measurement, paper: PaperId, source: str) -> bool:
    """Whether a source's numbers of a paper are the clean run's; smaller, if they are not all."""
    number, right = found.papers[paper][source], clean.papers.get(paper, {}).get(source)
    if source in found.complete:
        return number == right
    # A source that told all, and nothing of a paper, is not mentioned beside it.
    counts = right.counts if right else dict.fromkeys(number.counts, 0)
    return all(each <= counts.get(name, 0) for name, each in number.counts.items())


def _measurement(item: str) -> Measurement:
    body = base64.b64decode(json.loads(item)["body"]["B"])
    return read_measurement(gzip.decompress(body))
