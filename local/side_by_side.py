"""How long asking six slow sources takes, side by side and one after the other.

The sources are replayed on this machine from a sample day, each slowed down by its own pause
before every answer. Printed are seconds, and the ratio of the whole to the slowest source alone.
"""

import time
from collections.abc import Sequence
from itertools import repeat

from hotpapers.domain.calendar import Window, submission_window
from hotpapers.domain.sources import SOURCES
from hotpapers.environment import Reader
from hotpapers.errors import StoreError
from hotpapers.events import read_time
from hotpapers.ports import PostSource
from hotpapers.roster import Sources
from hotpapers.settings import CollectorSettings
from hotpapers.use_cases.ask import Inquiry, Refusal, ask
from local import console
from local.samples import SAMPLES, ParameterStore
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Faults, stalls
from local.upstreams.server import UpstreamServer

SAMPLE = SAMPLES["sources"]
PAUSES = {
    "x": 0.25,
    "bluesky": 0.6,
    "mastodon": 0.3,
    "hackernews": 0.6,
    "reddit": 0.8,
    "huggingface": 0.2,
}
"""Seconds before each answer of a source."""


def main() -> None:
    """Measure and print."""
    faults = Faults(**{name: repeat(stalls(pause)) for name, pause in PAUSES.items()})
    with UpstreamServer(Dataset.load(SAMPLE.path), faults=faults) as server:
        variables = {"TABLE_NAME": "none", **SAMPLE.settings, **server.settings}
        settings = CollectorSettings.from_environment(variables)

        def sources() -> Sequence[PostSource]:
            # Made anew each time: one that is kept has its session already.
            made = Sources(settings, Reader(variables), ParameterStore)  # type: ignore[arg-type]
            return made.roster().asked

        alone = {source.name: _seconds([source]) for source in sources() if source.name in SOURCES}
        together = _seconds(sources())
    for name, seconds in alone.items():
        console.say(f"{SOURCES[name].title:<14} {seconds:5.2f} s alone")
    slowest = max(alone.values())
    console.say(f"one by one     {sum(alone.values()):5.2f} s")
    console.say(
        f"side by side   {together:5.2f} s, {together / slowest:.2f} times the slowest alone"
    )


def _seconds(sources: Sequence[PostSource]) -> float:
    """How long it takes to ask some sources about the day. Raises StoreError where one fails."""
    span = Window(submission_window(SAMPLE.day).start, read_time("time", SAMPLE.time))
    papers = {paper["id"] for paper in Dataset.load(SAMPLE.path).papers}
    start = time.perf_counter()
    inquiry = Inquiry({SAMPLE.day: papers}, span, span.end)
    answers = ask([(source, inquiry) for source in sources], seconds=120)
    elapsed = time.perf_counter() - start
    if failed := [name for name, answer in answers.items() if isinstance(answer, Refusal)]:
        raise StoreError(f"{', '.join(failed)} could not be asked")
    return elapsed


if __name__ == "__main__":
    console.run(main)
