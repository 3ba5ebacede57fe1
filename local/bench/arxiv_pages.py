"""Reading pages of arXiv's query API, beside feedparser and the `arxiv` package."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from hotpapers.domain.paper import Paper
from local.bench.arxiv_readers import READERS, Described
from local.bench.measuring import BenchError, in_turns, run_alone
from local.bench.report import Figure, Section, Table, milliseconds, times
from local.busy_days import papers_of
from local.upstreams.arxiv import ArxivReplay
from local.upstreams.dataset import Record

DAY = date(2031, 9, 15)
ENTRIES = 2_000
"""As many as arXiv allows in a page."""
ROUNDS = 9
OURS = "this system"
AIM = 1.0
"""How many times as long as the other readers it may take."""


@dataclass(frozen=True)
class Cost:
    """What reading a page takes with each reader: processor seconds, and megabytes at most."""

    size: int
    seconds: Mapping[str, float]
    megabytes: Mapping[str, float]


def measure(
    entries: int = ENTRIES, rounds: int = ROUNDS, names: Collection[str] = tuple(READERS)
) -> Cost:
    """Read a page with some readers. Raises BenchError where they do not read the same."""
    body = page(entries)
    readers = {name: READERS[name]() for name in names}
    described = {
        name: list(map(describe, read(body))) for name, (read, describe) in readers.items()
    }
    for name, papers in described.items():
        if len(papers) != entries or papers != described[OURS]:
            raise BenchError(f"{name} reads other papers of a page than {OURS}")
    del described
    works = {name: partial(read, body) for name, (read, _) in readers.items()}
    return Cost(len(body), in_turns(works, rounds), _megabytes(body, names))


def section() -> Section:
    """What reading a page of 2,000 entries takes."""
    cost = measure()
    return Section(
        title="Reading a page of arXiv",
        text=(
            f"A page of {ENTRIES:,} entries ({cost.size:,} bytes) as the query API has them, made"
            " into papers: id, title, authors, categories, abstract and time. All three readers"
            f" read the same. Median processor time of {ROUNDS} rounds, in which they take turns;"
            " memory is by how much a process grows at most that reads one page."
        ),
        tables=[
            Table(("reader", "time", "memory", "this system's time to its"), list(_rows(cost))),
        ],
        figures=[
            Figure(
                what=f"reading a page of {ENTRIES:,} entries of arXiv",
                aim=f"≤ {AIM:.1f}",
                measured=times(_ratio(cost, name)),
                against=f"{name}, processor time",
                short=_ratio(cost, name) > AIM,
            )
            for name in READERS
            if name != OURS
        ],
    )


def page(entries: int) -> bytes:
    """A page of so many papers as arXiv answers it, always the same."""
    records = [_record(number, paper) for number, paper in enumerate(papers_of(DAY, entries))]
    address = f"/api/query?search_query=cat:*&max_results={ENTRIES}"
    built = EnvironBuilder(address, headers=[("accept", "application/atom+xml")])
    return ArxivReplay(records, None).answer(Request(built.get_environ())).get_data()


def _record(number: int, paper: Paper) -> Record:
    """A paper of arXiv's replay, with what real ones have beside letters in some places."""
    time = f"{paper.submitted_at:%Y-%m-%dT%H:%M:%SZ}"
    authors, abstract = list(paper.authors), paper.abstract
    if number % 5 == 0:
        authors.append("Łukasz Ångström-Núñez")
    if number % 3 == 0:
        abstract = f"{abstract} It takes $\\mathcal{{O}}(n^2)$ steps & has $p < 0.05$ – or so."
    return {
        "id": paper.id,
        "version": 1,
        "title": paper.title,
        "authors": authors,
        "categories": list(paper.categories),
        "abstract": abstract,
        "comment": f"{number % 40} pages, {number % 7} figures",
        "published": time,
        "updated": time,
    }


def _require_same(entries: int, papers: Mapping[str, Sequence[Described]]) -> None:
    for name, read in papers.items():
        if len(read) != entries or read != papers[OURS]:
            raise BenchError(f"{name} reads other papers of a page than {OURS}")


def _megabytes(body: bytes, names: Collection[str]) -> Mapping[str, float]:
    """How much more memory reading a page takes at most, with each reader."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "page.xml"
        path.write_bytes(body)
        return {
            name: run_alone("local.bench.arxiv_readers", name, str(path))["megabytes"]
            for name in names
        }


def _rows(cost: Cost) -> Iterator[Sequence[str]]:
    for name, seconds in cost.seconds.items():
        yield (
            name,
            milliseconds(seconds),
            f"{cost.megabytes[name]:.0f} MB",
            times(_ratio(cost, name)),
        )


def _ratio(cost: Cost, name: str) -> float:
    """How many times as long as a reader this system's takes."""
    return cost.seconds[OURS] / cost.seconds[name]
