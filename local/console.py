"""What the local commands say to the person who runs them.

Progress goes to standard error, results to standard output, so that either can be kept.
"""

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NoReturn, Protocol, Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from hotpapers.documents.counts import UNKNOWN, decimal_text
from hotpapers.documents.counts_line import shown_sources
from hotpapers.documents.digest_json import write_time
from hotpapers.domain.digest import Digest, Point, RankedPaper
from hotpapers.domain.listing import Listing
from hotpapers.domain.sources import SOURCES, SourceReport, X
from hotpapers.errors import HotPapersError

SHORT_TITLES = {"hackernews": "HN", "huggingface": "HF"}
"""What the columns are called of sources with long names."""
SHORTEST_TITLE = 18
"""Of a paper's title, whatever the terminal's width."""
ROOMY = 100
"""The columns that a terminal must have for wide gaps between the numbers of many sources."""

output = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class Line(Protocol):
    """A line of a terminal that changes, and has room for a text."""

    def start(self) -> None:
        """Show it."""

    def stop(self) -> None:
        """Take it away."""

    def update(self, text: Text, /) -> None:
        """Show another text in it."""


class Progress(logging.Handler):
    """Tells the story of a run from the functions' own log: one line that changes on a terminal,
    a line for each event elsewhere."""

    def __init__(self, line: "Line | None" = None) -> None:
        super().__init__(logging.INFO)
        line = line or errors.status("starting")
        self._status: Line | None = line if errors.is_terminal else None

    def __enter__(self) -> Self:
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


SENTENCES = {
    "papers read": "arXiv: {entries} of {total} papers",
    "digest made": "the digest of {date} is {outcome} ({papers_hot} of {papers_listed} papers)",
    "source failed": "{source} could not be asked: {reason}",
    "source is incomplete": "{source} did not tell all: {reason}",
    "upstream is asked again": "{reason}; asking again in {pause_seconds} s",
}
"""What is said in the place of the log's messages, with their fields."""


def _sentence(message: str, fields: dict[str, object]) -> str:
    if message in SENTENCES:
        return SENTENCES[message].format_map(fields)
    match message:
        case "listing taken in":
            return " ".join(_listing(fields))
        case "posts read":
            return f"{fields['source']}: {_posts(fields['posts'])}, page {fields['page']}"
        case _:
            # What is nested is told in the end, in lines of its own.
            told = {name: value for name, value in fields.items() if not isinstance(value, dict)}
            details = ", ".join(f"{name} {value}" for name, value in told.items())
            return f"{message}: {details}" if details else message


def _listing(fields: dict[str, object]) -> Iterator[str]:
    """What is found out of a listing date, in words."""
    yield f"the listing of {fields['date']} is {fields['state']}"
    if fields["origin"]:
        yield f"({_number_of('paper', fields['papers'])}, by arXiv's {fields['origin']})"
    if fields["reason"]:
        yield f"- {fields['reason']}"


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
    """Print where the papers are from, how each source did, and what it cost."""
    width = max(len(source.title) for source in SOURCES.values())
    if digest.listing:
        say(f"  {'arXiv':<{width}}  {', '.join(_origin(digest.listing))}")
    for name, source in SOURCES.items():
        if name in digest.sources:
            said = ", ".join(_remarks(digest.sources[name]))
            say(f"  {source.title:<{width}}  {said}")


def _origin(listing: Listing) -> Iterator[str]:
    yield listing.state.value if not listing.why else f"{listing.state.value}: {listing.why}"
    if listing.origin:
        yield f"{_number_of('paper', listing.papers)} by its {listing.origin.value}"
    if listing.shortfall:
        yield listing.shortfall


def show_rising(digest: Digest) -> None:
    """Print which papers grew fastest, and how the fastest of the hot ones did."""
    if not digest.rising:
        return
    say(f"\nRising since {write_time(digest.rising[0].since)}")
    for rise in digest.rising:
        title = Text(rise.title)
        title.truncate(max(output.width - 24, SHORTEST_TITLE), overflow="ellipsis")
        say(f"{'+' + decimal_text(rise.growth):>9}  {rise.paper}  {title.plain}")
    hot = {entry.paper.id: entry for entry in digest.papers}
    fastest = next((hot[rise.paper] for rise in digest.rising if rise.paper in hot), None)
    if fastest:
        say(f"\nHow {fastest.paper.id} grew")
        for point in fastest.history:
            told = ", ".join(_told(point))
            say(f"{decimal_text(point.score):>9}  {write_time(point.time)}  {told}")


def _told(point: Point) -> Iterator[str]:
    """What each source told at a time, as far as it told anything."""
    for name, source in SOURCES.items():
        if name not in point.attention:
            yield f"{source.title} {UNKNOWN}"
        elif point.attention[name].voices:
            yield f"{source.title} {decimal_text(point.attention[name].weighted)}"


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
    return _number_of("post", count)


def _number_of(noun: str, count: object) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"


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
