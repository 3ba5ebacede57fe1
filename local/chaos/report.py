"""What came of the cases, for people."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from local import console
from local.chaos.judge import Violation
from local.chaos.limits import LIMITS
from local.chaos.matrix import AWS
from local.chaos.outcome import Remedy, Trial

MOST_TOLD = 30
"""How many violations are told one by one."""


def show(trials: Sequence[Trial], seconds: float, used: float) -> None:
    """Print what was tried, and what came of it; `used` are seconds of processor time."""
    runs = [trial for trial in trials if not trial.case.address]
    tables = {
        "AWS fails a run": [trial for trial in runs if trial.case.target == AWS],
        "An upstream fails a run": [trial for trial in runs if trial.case.target != AWS],
        "AWS fails a reader": [trial for trial in trials if trial.case.address],
    }
    for title, those in tables.items():
        if those:
            console.output.print(table(title, those))
    found = Counter(finding.violation for trial in trials for finding in trial.findings)
    console.say(f"{len(trials):,} cases in {seconds:.0f} s ({used:.0f} s of processor time)")
    for violation in Violation:
        console.say(f"  {violation}: {found[violation]}")
    remedies = Counter(trial.remedy for trial in trials)
    for remedy in Remedy:
        console.say(f"  {remedy}: {remedies[remedy]:,}")
    for function, limit in LIMITS.items():
        ran = [
            (trial.seconds[function], trial.case.name)
            for trial in trials
            if function in trial.seconds
        ]
        if ran:
            seconds, name = max(ran)
            console.say(f"  longest {function}: {seconds:.0f} s of {limit:.0f} s ({name})")
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
        made.add_column(row.removeprefix("API: ").replace(" ", "\n"), justify="right")
    for fault in faults:
        made.add_row(fault, *(str(row[fault] or "·") for row in counts.values()))
    made.add_section()
    made.add_row("violations", *(str(row["!"]) for row in counts.values()))
    return made
