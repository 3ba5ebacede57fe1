"""`make backfill`: the digests of a range of dates, on this machine or in a deployed stack.

FROM and TO are the range, both ends included. On this machine the template's state machine is
walked with the real handlers on AWS in memory, and what they keep is written down in OUT: one that
was interrupted goes on where it was. With STACK, the name of a deployed stack, the state machine
that is there does the work, and is followed.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Column
from rich.text import Text

from hotpapers.adapters.x import CREDENTIALS, MOST_POSTS, PRICE
from hotpapers.documents.digest_json import Document
from hotpapers.domain.calendar import listing_dates
from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError
from hotpapers.events import read_listing_date, read_run_time
from hotpapers.use_cases.backfill import BackfillOrder, read_range
from hotpapers.use_cases.render import digest_path
from local import console
from local.account import to_render
from local.archive import Archive
from local.backfill_stack import StackBackfill
from local.cloud import Cloud, quiet_handlers
from local.digest import SETTINGS, check_settings, read_credentials
from local.folder import read_folder, write_documents
from local.ledger import Ledger
from local.state_machine import StateMachine, Watch, handler_of, read_definition

LISTS = ("made", "kept", "quiet")
"""What becomes of a listing date, but for those that fail."""
MOST_SHOWN = 31
"""Dates that are named one by one."""

X_LIMIT = "X_MAX_POSTS"
[X_TOKEN] = CREDENTIALS

Sleep = Callable[[float], None]


def main() -> None:
    """Make the digests of FROM to TO; the exit status is 1 where some of them could not be made."""
    environment = {name: value for name, value in os.environ.items() if value.strip()}
    orders = read_orders(environment, datetime.now(UTC))
    stack = environment.get("STACK", "").strip()
    with DatesBar(sum(len(read_range(order)) for order in orders)) as bar:
        if stack:
            summaries = StackBackfill(stack, bar).run(orders)
        else:
            summaries = run_here(orders, environment, bar)
    failed = tell(summaries)
    if not stack:
        console.say(f"The posts and digests are in {read_folder(environment)}.")
    if failed:
        console.say("The same command tries again what failed, and leaves alone what is final.")
        sys.exit(1)


def read_orders(environment: Mapping[str, str], now: datetime) -> Sequence[BackfillOrder]:
    """The variables FROM, TO and AT, an order for each year. Raises InvalidInputError."""
    first = _read_end("FROM", environment.get("FROM", ""))
    last = _read_end("TO", environment.get("TO", ""))
    at = environment.get("AT", "").strip()
    if at and environment.get("STACK", "").strip():
        raise InvalidInputError("AT", "is for this machine; in a stack the time is when it starts")
    moment = read_run_time("AT", at, now) if at else now.replace(microsecond=0)
    years = groupby(listing_dates(first, last), key=lambda day: day.year)
    spans = [(dates[0], dates[-1]) for dates in (list(group) for _, group in years)]
    orders = [BackfillOrder(*span, moment) for span in spans or [(first, last)]]
    for order in orders:
        try:
            read_range(order)
        except InvalidInputError as error:
            raise InvalidInputError(error.field.upper(), error.reason) from error
    return orders


def _read_end(name: str, text: str) -> date:
    if not text.strip():
        raise InvalidInputError(name, "is not set; it must be a date such as 2020-09-18")
    return read_listing_date(name, text.strip())


class DatesBar(console.Progress):
    """The progress over so many listing dates: a bar with what is being done beside it."""

    def __init__(self, total: int) -> None:
        line = _BarLine(total)
        super().__init__(line)
        self._line = line
        self._done = 0
        self._total = total

    def advance(self, done: int, what: str) -> None:
        """So many more dates are done; `what` says what became of them."""
        self._done += done
        self._line.advance(done)
        if not self._status:
            text = f"{self._done} of {self._total} listing dates; {what}"
            console.errors.print(Text(text), soft_wrap=True)


class _BarLine:
    """The bar as a line of the terminal."""

    def __init__(self, total: int) -> None:
        self._bar = RichProgress(
            BarColumn(20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            # What the log says may have anything in it, and be of any length.
            TextColumn(
                "{task.description}",
                markup=False,
                table_column=Column(no_wrap=True, overflow="ellipsis"),
            ),
            console=console.errors,
            transient=True,
        )
        self._task = self._bar.add_task("starting", total=total)

    def start(self) -> None:
        self._bar.start()

    def stop(self) -> None:
        self._bar.stop()

    def update(self, text: Text, /) -> None:
        self._bar.update(self._task, description=text.plain)

    def advance(self, done: int) -> None:
        self._bar.advance(self._task, done)


def run_here(
    orders: Sequence[BackfillOrder],
    environment: Mapping[str, str],
    bar: DatesBar,
    sleep: Sleep = time.sleep,
) -> list[Document]:
    """Carry orders out on this machine; what became of each.

    Raises InvalidInputError for settings, credentials or a folder that cannot be used.
    """
    folder = read_folder(environment)
    settings = {name: environment[name] for name in SETTINGS if name in environment}
    chosen = check_settings(settings)
    credentials = read_credentials(environment, chosen)
    if credentials[X_TOKEN] and "x" in (chosen or ("x",)):
        tell_cost(Reader(settings), sum(len(read_range(order)) for order in orders))
    with Ledger(folder) as ledger, Cloud(settings, credentials) as cloud:
        quiet_handlers(bar)
        archive = Archive(cloud.account)
        cloud.account.fill(ledger.items())
        archive.forget_stream()
        here = _Here(cloud, archive, ledger, folder, bar, sleep)
        try:
            return [here.run(order) for order in orders]
        except KeyboardInterrupt:
            console.say("The same command goes on where this has ended.")
            raise


def tell_cost(settings: Reader, dates: int) -> None:
    """Say beforehand what X may charge: every date is a run of its own."""
    each = settings.count(X_LIMIT, MOST_POSTS) * PRICE
    text = f"X may charge up to ${each * dates:.2f}: ${each:.2f} for each of {dates} listing dates"
    console.errors.print(Text(text), style="yellow", soft_wrap=True)


@dataclass(frozen=True)
class _Here:
    """The state machine on this machine."""

    cloud: Cloud
    archive: Archive
    ledger: Ledger
    folder: Path
    bar: DatesBar
    sleep: Sleep

    def run(self, order: BackfillOrder) -> Document:
        """Carry an order out. One that was interrupted goes on with the time that it had."""
        stated = {"from": order.first.isoformat(), "to": order.last.isoformat()}
        name = f"{order.first} {order.last}"
        machine = StateMachine(
            read_definition(), self._invoke, self.sleep, Watch(ended=self._advance)
        )
        summary: Document = machine.execute(stated, self.ledger.begin(name, order.time))
        self.ledger.finish(name)
        return summary

    def _invoke(self, function: str, event: Any) -> Any:
        if function == "Backfill":
            return handler_of(self.cloud.backfill)(event)
        try:
            answer = handler_of(self.cloud.collect)(event)
        finally:
            # What was paid for is kept even where the run failed, or somebody ended it.
            records = list(self.cloud.account.new_records())
            self.ledger.take(records)
            self.archive.forget_stream()
        self._write(event["date"], to_render(records), answer)
        return answer

    def _write(self, day: str, records: list[dict[str, Any]], answer: Mapping[str, Any]) -> None:
        """Write the files of new digests, and of one that is kept without them."""
        path = self.folder / digest_path(date.fromisoformat(day))
        if not records and answer["digests"] and not path.exists():
            keys = {"pk": {"S": "DIGESTS"}, "sk": {"S": day}}
            records = [{"eventID": day, "dynamodb": {"Keys": keys}}]
        self.cloud.render(records)
        write_documents(self.cloud, self.folder)

    def _advance(self, result: Mapping[str, Any]) -> None:
        self.bar.advance(1, f"{result['date']}: {result.get('outcome') or 'failed'}")


def tell(summaries: Sequence[Mapping[str, Any]]) -> int:
    """Print what became of the dates; how many failed."""
    for name in LISTS:
        dates = [day for summary in summaries for day in summary[name]]
        console.say(f"  {name:<7} {len(dates)}{_dates(dates)}")
    failed = [entry for summary in summaries for entry in summary["failed"]]
    console.say(f"  failed  {len(failed)}")
    for entry in failed:
        console.say(f"    {entry['date']}  {entry['reason']}")
    return len(failed)


def _dates(dates: Sequence[str]) -> str:
    if not dates:
        return ""
    listed = ", ".join(dates) if len(dates) <= MOST_SHOWN else f"{dates[0]} to {dates[-1]}"
    return f": {listed}"


if __name__ == "__main__":
    console.run(main)
