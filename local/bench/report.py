"""How what was measured is written down: tables in Markdown, and figures beside their aims."""

import os
import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PROCESSORS = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Table:
    """A table: what its columns are called, and its rows."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def lines(self) -> Iterator[str]:
        """The table in Markdown."""
        yield _row(self.head)
        yield _row(["---"] * len(self.head))
        yield from map(_row, self.rows)


@dataclass(frozen=True)
class Figure:
    """Something measured beside its aim: what it is, against what, and whether it is short."""

    what: str
    aim: str
    measured: str
    against: str
    short: bool = False


@dataclass(frozen=True)
class Section:
    """What a part of the bench found out."""

    title: str
    text: str
    tables: Sequence[Table]
    figures: Sequence[Figure]

    def lines(self) -> Iterator[str]:
        """The section in Markdown."""
        yield from (f"## {self.title}", "", self.text)
        for table in self.tables:
            yield ""
            yield from table.lines()


def document(sections: Sequence[Section], day: date) -> str:
    """All that was measured in a run, in Markdown: what comes up to its aims first."""
    figures = [figure for section in sections for figure in section.figures]
    rows = [
        (each.what, each.aim, f"**{each.measured}**" if each.short else each.measured, each.against)
        for each in figures
    ]
    summary = Table(("figure", "aim", "measured", "against"), rows)
    lines = [
        "# What everything costs",
        "",
        f"`make bench` has written this, on {day} ({machine()}).",
        "[Performance](performance.md) says what it means. What is short of its aim is in bold.",
        "",
        *summary.lines(),
    ]
    for section in sections:
        lines += ["", *section.lines()]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """What this machine is, as far as it says."""
    told = PROCESSORS.read_text() if PROCESSORS.exists() else ""
    model = re.search(r"(?m)^model name\s*:\s*(.+)$", told)
    name = model[1].strip() if model else platform.machine()
    return f"{os.cpu_count()} × {name}, {platform.system()}, Python {platform.python_version()}"


def times(ratio: float) -> str:
    """How many times as much something is, as it is written."""
    return f"{ratio:.2f}"


def milliseconds(seconds: float) -> str:
    """A time, as it is written."""
    return f"{seconds * 1_000:.1f} ms"


def cells(line: str) -> Sequence[str]:
    """The cells of a line of a table."""
    return line.strip("| ").split(" | ")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
