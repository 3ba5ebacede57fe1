"""`make bench`: measure every part, print it, and write docs/bench.md; ONLY names a single part.

A single part is printed alone, since what is written down is of one run.
"""

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from hotpapers.errors import InvalidInputError
from local import console
from local.bench import archives, arxiv_pages, busy_run, requests_of_readers, serving, stages
from local.bench.report import Section, document
from local.template import PROJECT

DOCUMENT = Path("docs/bench.md")

PARTS: Mapping[str, Callable[[], Section]] = {
    "arxiv": arxiv_pages.section,
    "stages": stages.section,
    "run": busy_run.section,
    "cold": requests_of_readers.cold_section,
    "warm": requests_of_readers.warm_section,
    "load": serving.section,
    "archives": archives.section,
}
"""The parts, in the order in which they are measured and written down."""


def main() -> None:
    """Measure and print, part by part."""
    only = os.environ.get("ONLY", "").strip()
    if only and only not in PARTS:
        raise InvalidInputError("ONLY", f"must be one of {', '.join(PARTS)}, not {only!r}")
    sections = [_measured(name, PARTS[name]) for name in ([only] if only else PARTS)]
    written = document(sections, datetime.now(UTC).date())
    console.say(written.partition("\n## ")[0])
    if not only:
        (PROJECT / DOCUMENT).write_text(written, encoding="utf-8")
        console.say(f"wrote {DOCUMENT}")


def _measured(name: str, measure: Callable[[], Section]) -> Section:
    """A part's findings, printed; with a word on standard error before and after."""
    console.errors.print(f"measuring {name} …")
    start = time.monotonic()
    section = measure()
    console.errors.print(f"measured {name} in {time.monotonic() - start:.0f} s")
    for line in section.lines():
        console.say(line)
    console.say("")
    return section


if __name__ == "__main__":
    console.run(main)
