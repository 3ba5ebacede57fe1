"""What came of the cases, for people."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from local import console
from local.chaos.judge import COLLECTOR_SECONDS, RENDERER_SECONDS, Violation
from local.chaos.matrix import AWS
from local.chaos.trial import Trial

MOST_TOLD = 30
"""How many violations are told one by one."""


def show(trials: Sequence[Trial], seconds: float) -> None:
    """Print what was tried, and what came of it."""
    console.output.print(table("AWS", [each for each in trials if each.case.target == AWS]))
    console.output.print(table("upstreams", [each for each in trials if each.case.target != AWS]))
    found = Counter(finding.violation for trial in trials for finding in trial.findings)
    console.say(f"{len(trials):,} cases in {seconds:.0f} s")
    for violation in Violation:
        console.say(f"  {violation}: {found[violation]}")
    made_good = sum(trial.is_next for trial in trials)
    console.say(f"  made good by the run after: {made_good:,}")
    for what, limit in (("collector", COLLECTOR_SECONDS), ("renderer", RENDERER_SECONDS)):
        longest = max(trials, key=lambda trial: getattr(trial, f"{what}_seconds"))
        took = getattr(longest, f"{what}_seconds")
        console.say(f"  longest {what}: {took:.0f} s of {limit:.0f} s ({longest.case.name})")
    told = [(trial, finding) for trial in trials for finding in trial.findings]
    for trial, finding in told[:MOST_TOLD]:
        console.say(f"{trial.case.name}: {finding.violation}: {finding.what}")


def table(title: str, trials: Sequence[Trial]) -> Table:
    """How many cases there were of each fault, for a moment and for good; how many failed."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    faults: dict[str, None] = {}
    for trial in trials:
        faults[trial.case.fault] = None
        counts[trial.case.row][trial.case.fault] += 1
        counts[trial.case.row]["!"] += bool(trial.findings)
    made = Table(box=SIMPLE_HEAD, title=title)
    made.add_column("", no_wrap=True)
    for row in counts:
        made.add_column(row, justify="right")
    for fault in faults:
        made.add_row(fault, *(str(row[fault] or "·") for row in counts.values()))
    made.add_section()
    made.add_row("violations", *(str(row["!"]) for row in counts.values()))
    return made
