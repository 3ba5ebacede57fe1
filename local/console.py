"""What the local commands say to the person who runs them.

Progress goes to standard error, results to standard output, so that either can be kept.
"""

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from hotpapers.documents.counts import UNKNOWN, decimal_text
from hotpapers.documents.counts_line import shown_sources
from hotpapers.documents.digest_json import write_time
from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.sources import SOURCES, SourceReport, X
from hotpapers.errors import HotPapersError

if TYPE_CHECKING:
    from rich.status import Status

SHORT_TITLES = {"hackernews": "HN", "huggingface": "HF"}
"""What the columns are called of sources with long names."""
SHORTEST_TITLE = 18
"""Of a paper's title, whatever the terminal's width."""
ROOMY = 100
"""The columns that a terminal must have for wide gaps between the numbers of many sources."""

output = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class Progress(logging.Handler):
    """Tells the story of a run from the functions' own log: one line that changes on a terminal,
    a line for each event elsewhere."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._status: Status | None = errors.status("starting") if errors.is_terminal else None

    def __enter__(self) -> "Progress":
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the changing line away; what follows is told in lines of its own."""
        if self._status:
            self._status.stop()
            self._status = None

    def emit(self, record: logging.LogRecord) -> None:
        fields = {name: value for name, value in vars(record).items() if name not in KNOWN}
        text = _sentence(record.getMessage(), fields)
        if record.levelno >= logging.WARNING:
            errors.print(Text(text), style="yellow", soft_wrap=True)
        elif self._status:
            self._status.update(Text(text))
        else:
            errors.print(Text(text), soft_wrap=True)


KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _sentence(message: str, fields: dict[str, object]) -> str:
    match message:
        case "papers read":
            return f"arXiv: {fields['entries']} of {fields['total']} papers"
        case "posts read":
            return f"{fields['source']}: {_posts(fields['posts'])}, page {fields['page']}"
        case "source failed":
            return f"{fields['source']} could not be asked: {fields['reason']}"
        case "source is incomplete":
            return f"{fields['source']} did not tell all: {fields['reason']}"
        case "upstream is asked again":
            return f"{fields['reason']}; asking again in {fields['pause_seconds']} s"
        case _:
            # What is nested is told in the end, in lines of its own.
            told = {name: value for name, value in fields.items() if not isinstance(value, dict)}
            details = ", ".join(f"{name} {value}" for name, value in told.items())
            return f"{message}: {details}" if details else message


def say(text: str) -> None:
    """Print lines as they are, however wide the terminal is."""
    output.print(Text(text), soft_wrap=True)


def show_ranking(digest: Digest, title: str = "") -> None:
    """Print a digest's ranking as a table, with what each source counted (`–` where unknown)."""
    sources = shown_sources(digest)
    numbers = ["retweets", "favorites"] if sources == (X.name,) else _short_titles(sources)
    names = ["#", "score", *numbers, "paper"]
    rows = [_row(entry, sources) for entry in digest.papers]
    roomy = len(sources) == 1 or output.width >= ROOMY
    gap = 3 if roomy else 1
    taken = Measurement.get(output, output.options, _table(names, rows, roomy=roomy)).maximum
    width = max(output.width - taken - gap, SHORTEST_TITLE)
    for row, entry in zip(rows, digest.papers, strict=True):
        paper_title = Text(entry.paper.title)
        paper_title.truncate(width, overflow="ellipsis")
        row.append(paper_title)
    table = _table([*names, "title"], rows, roomy=roomy)
    table.title = title or f"Hot Papers {digest.date}"
    table.title_justify = "left"
    output.print(table)


def _table(names: Sequence[str], rows: Iterable[Sequence[str | Text]], *, roomy: bool) -> Table:
    """A table whose columns up to the paper's id are numbers; `roomy` makes the gaps wider."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1 if roomy else 0))
    for name in names:
        words = name in ("paper", "title")
        table.add_column(name, justify="left" if words else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def _short_titles(sources: Sequence[str]) -> list[str]:
    return [SHORT_TITLES.get(name, SOURCES[name].title) for name in sources]


def _row(entry: RankedPaper, sources: Sequence[str]) -> list[str | Text]:
    """A paper's rank, score, numbers and id."""
    score = decimal_text(entry.score) if entry.attention else UNKNOWN
    if tuple(sources) == (X.name,):
        counts: list[int | None] = [entry.retweets, entry.favorites]
    else:
        counts = [_engagement(entry, name) for name in sources]
    numbers = [UNKNOWN if count is None else str(count) for count in counts]
    return [str(entry.rank), score, *numbers, entry.paper.id]


def _engagement(entry: RankedPaper, source: str) -> int | None:
    """What a source counted for a paper, in its own unit; None where it is unknown."""
    known = entry.attention.get(source)
    if known is None:
        return None
    return sum(known.counts.get(metric, 0) for metric in SOURCES[source].counted)


def show_sources(digest: Digest) -> None:
    """Print how each source did, and what it cost."""
    width = max(len(source.title) for source in SOURCES.values())
    for name, source in SOURCES.items():
        if name in digest.sources:
            said = ", ".join(_remarks(digest.sources[name]))
            say(f"  {source.title:<{width}}  {said}")


def _remarks(report: SourceReport) -> Iterator[str]:
    yield f"{report.status}: {report.reason}" if report.reason else f"{report.status}"
    if report.as_of:
        yield f"numbers of {write_time(report.as_of)}"
    if report.posts_read is not None:
        yield f"{_posts(report.posts_read)} read"
    if report.cost is not None:
        # A post costs half a cent.
        yield f"${report.cost:.3f}".removesuffix("0")


def _posts(count: object) -> str:
    return "1 post" if count == 1 else f"{count} posts"


def run(command: Callable[[], None]) -> NoReturn:
    """Run a command; what can be told in one line is, and the exit status says that it failed."""
    try:
        command()
    except HotPapersError as error:
        errors.print(Text(f"error: {error}"), style="red", soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)
