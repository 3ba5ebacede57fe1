"""A run of a busy day, and of ten times as much, beside its mere calls.

The functions run one after the other, each in a process of its own as in Lambda; arXiv and X are
replayed in this one, and moto's AWS is a third. What a function takes is beside what boto3 and
requests take for the same calls alone, on an empty table again. The difference is what this system
adds: reading, ranking, rendering, packing.
"""

import json
import pickle
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local.bench.aws import Server, server
from local.bench.bare_calls import AwsCall, Question, Recorded
from local.bench.measuring import BenchError, growth, run_alone
from local.bench.report import Figure, Section, Table, times
from local.load import DAY, PAPERS, POSTS, TIME, busy_day
from local.stack import Stack
from local.template import read_template
from local.upstreams.server import Call, UpstreamServer

ROUNDS = 3
"""How often the smaller day is run; the larger one is run once."""
TIMES = 10
AIM = 11.0
"""How many times as much processor time so many times as much may take: linear, or nearly."""
FUNCTIONS = ("collector", "renderer")
SECONDS = "600"
"""How long X may take. It is replayed by this machine too, and has ten times as much to look
through for each of ten times as many pages."""
HOP = frozenset({"host", "content-length", "connection"})
"""Headers that belong to a connection."""


@dataclass(frozen=True)
class Cost:
    """What a function takes: processor seconds, those of its calls alone, megabytes at most, and
    how many calls it makes of AWS and of others."""

    processor: float
    calls_alone: float
    megabytes: float
    calls: int
    questions: int

    @property
    def ratio(self) -> float:
        """How many times as long as its calls alone it takes."""
        return self.processor / self.calls_alone


@dataclass(frozen=True)
class Size:
    """How much there is on a day."""

    papers: int = PAPERS
    posts: int = POSTS

    def times(self, factor: int) -> "Size":
        """A day that has so many times as much."""
        return Size(self.papers * factor, self.posts * factor)


def section() -> Section:
    """What a run of a busy day takes."""
    size = Size()
    small = medians([measure(size) for _ in range(ROUNDS)])
    large = measure(size.times(TIMES))
    return Section(
        title="A run of a busy day",
        text=(
            f"{size.papers:,} papers and {size.posts:,} posts of X, and {TIMES} times as many, from"
            " asking arXiv to the last page and feed. Each function runs in a process of its own,"
            " on moto's AWS in another. Beside it, boto3 and requests make the same calls alone."
            f" Processor time, median of {ROUNDS} runs (of one for the larger day); the most memory"
            " that the process had, the interpreter and all libraries included."
        ),
        tables=[Table(HEAD, [*_rows(size, small), *_rows(size.times(TIMES), large)])],
        figures=[*_counts(size, small), *_ratios(small), *_growths(small, large)],
    )


HEAD = (
    *("function", "papers", "posts", "time", "its calls alone", "ratio"),
    *("memory", "calls of AWS", "of arXiv and X"),
)


def _rows(size: Size, costs: Mapping[str, Cost]) -> Iterator[Sequence[str]]:
    for name, cost in costs.items():
        yield (
            name,
            f"{size.papers:,}",
            f"{size.posts:,}",
            f"{cost.processor:.2f} s",
            f"{cost.calls_alone:.2f} s",
            times(cost.ratio),
            f"{cost.megabytes:.0f} MB",
            f"{cost.calls:,}",
            f"{cost.questions:,}",
        )


def _counts(size: Size, costs: Mapping[str, Cost]) -> Iterator[Figure]:
    yield Figure(
        "questions to arXiv and X on a busy day",
        "none",
        f"{costs['collector'].questions}",
        f"{size.papers + 1:,} with a search for each paper",
    )


def _ratios(costs: Mapping[str, Cost]) -> Iterator[Figure]:
    for name, cost in costs.items():
        yield Figure(
            f"the {name} on a busy day",
            "none",
            times(cost.ratio),
            "its calls alone by boto3 and requests, processor time",
        )
        yield Figure(
            f"memory of the {name} on a busy day",
            f"≤ {given(name):,} MB",
            f"{cost.megabytes:.0f} MB",
            "what the template gives it",
            short=cost.megabytes > given(name),
        )


def given(function: str) -> int:
    """The megabytes that the template gives to a function."""
    megabytes: int = read_template()["Resources"][function.title()]["Properties"]["MemorySize"]
    return megabytes


def _growths(small: Mapping[str, Cost], large: Mapping[str, Cost]) -> Iterator[Figure]:
    for name in FUNCTIONS:
        grown = large[name].processor / small[name].processor
        yield Figure(
            f"the {name} with {TIMES} times as much",
            f"≤ {AIM}",
            growth(small[name].processor, large[name].processor),
            f"the busy day, processor time (its calls alone:"
            f" {growth(small[name].calls_alone, large[name].calls_alone)})",
            short=grown > AIM,
        )


def medians(runs: Sequence[Mapping[str, Cost]]) -> Mapping[str, Cost]:
    """Of several runs of the same day, the median of each time."""
    first = runs[0]
    return {
        name: Cost(
            statistics.median(run[name].processor for run in runs),
            statistics.median(run[name].calls_alone for run in runs),
            statistics.median(run[name].megabytes for run in runs),
            first[name].calls,
            first[name].questions,
        )
        for name in first
    }


def measure(size: Size) -> Mapping[str, Cost]:
    """What each function takes of a day of a size. Raises BenchError where one fails."""
    with (
        UpstreamServer(busy_day(size.papers, size.posts)) as upstreams,
        TemporaryDirectory() as folder,
    ):
        with server() as cloud:
            found = _run(cloud, upstreams, size, Path(folder))
            made = cloud.account.stack
        questions = [_as_asked(upstreams.url, call) for call in upstreams.calls]
        with server() as cloud:
            names = _names(made, cloud.account.stack)
            alone = {}
            for name, each in found.items():
                asked = questions if name == "collector" else []
                recorded = Recorded(renamed(each.calls, names), asked)
                alone[name] = _make_again(cloud, recorded, Path(folder))
    return {
        name: Cost(
            processor=each.processor,
            calls_alone=alone[name],
            megabytes=each.megabytes,
            calls=len(each.calls),
            questions=len(questions) if name == "collector" else 0,
        )
        for name, each in found.items()
    }


@dataclass(frozen=True)
class _Invoked:
    """What an invocation took, and its calls of AWS."""

    processor: float
    megabytes: float
    calls: Sequence[AwsCall]


def _run(
    cloud: Server, upstreams: UpstreamServer, size: Size, folder: Path
) -> Mapping[str, _Invoked]:
    """Collect and render the day."""
    settings = {
        **upstreams.settings,
        "SOURCES": "x",
        "X_MAX_POSTS": str(size.posts),
        "SOURCE_SECONDS": SECONDS,
        "POWERTOOLS_LOG_LEVEL": "ERROR",
    }
    order = {"date": DAY.isoformat(), "time": f"{TIME:%Y-%m-%dT%H:%M:%SZ}"}
    collected = _invoke(cloud, "collector", order, folder, settings)
    records = {"Records": cloud.account.records_to_render()}
    return {"collector": collected, "renderer": _invoke(cloud, "renderer", records, folder, {})}


def _invoke(
    cloud: Server, name: str, event: object, folder: Path, settings: Mapping[str, str]
) -> _Invoked:
    given, made = folder / "event", folder / "calls"
    given.write_text(json.dumps(event))
    environment = {**cloud.environment(name.title()), **settings}
    told = run_alone("local.bench.invocation", name, str(given), str(made), environment=environment)
    if told["answer"].get("batchItemFailures"):
        raise BenchError(f"the {name} failed: {told['answer']}")
    calls = pickle.loads(made.read_bytes())  # noqa: S301 - written a moment ago
    return _Invoked(told["processor"], told["spent"]["peak"], calls)


def _make_again(cloud: Server, recorded: Recorded, folder: Path) -> float:
    """The processor seconds that it takes to make calls and nothing else."""
    path = folder / "recorded"
    path.write_bytes(pickle.dumps(recorded))
    environment = cloud.environment("Collector")
    seconds: float = run_alone("local.bench.bare_calls", str(path), environment=environment)[
        "processor"
    ]
    return seconds


def _as_asked(origin: str, call: Call) -> Question:
    headers = {name: text for name, text in call.headers.items() if name.lower() not in HOP}
    return origin + call.path, call.query, headers


def _names(of: Stack, to: Stack) -> Mapping[str, str]:
    """What the names of a stack are in another one."""
    return {of.table_name: to.table_name, of.bucket_name: to.bucket_name}


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A value with other names in it, wherever they stand."""
    match value:
        case str():
            return names.get(value, value)
        case dict():
            return {renamed(key, names): renamed(each, names) for key, each in value.items()}
        case list() | tuple():
            return [renamed(each, names) for each in value]
        case _:
            return value
