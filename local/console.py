"""What the local commands say to the person who runs them.

Progress goes to standard error, results to standard output, so that either can be kept.
"""

import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hotpapers.domain.digest import Digest
from hotpapers.errors import HotPapersError

if TYPE_CHECKING:
    from rich.status import Status

OTHER_COLUMNS = 57
"""How wide the ranking is without the titles, which get what the terminal has left."""

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
            return f"X: {fields['posts']} posts, page {fields['page']}"
        case "upstream is asked again":
            return f"{fields['reason']}; asking again in {fields['pause_seconds']} s"
        case _:
            details = ", ".join(f"{name} {value}" for name, value in fields.items())
            return f"{message}: {details}" if details else message


def say(text: str) -> None:
    """Print lines as they are, however wide the terminal is."""
    output.print(Text(text), soft_wrap=True)


def show_ranking(digest: Digest) -> None:
    """Print a digest's ranking as a table."""
    table = Table(title=f"Hot Papers {digest.date}", title_justify="left", box=SIMPLE_HEAD)
    for name in ("#", "score", "retweets", "favorites"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("paper", no_wrap=True)
    table.add_column("title", no_wrap=True)
    for entry in digest.papers:
        numbers = (entry.rank, entry.score, entry.retweets, entry.favorites)
        title = Text(entry.paper.title)
        title.truncate(max(output.width - OTHER_COLUMNS, 20), overflow="ellipsis")
        table.add_row(*map(str, numbers), entry.paper.id, title)
    output.print(table)


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
