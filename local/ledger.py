"""What a backfill on this machine has done, kept in a file so that it can be interrupted.

The table of a local run is in memory. What comes into its stream is written down here, and is put
back into the table of the next run. So that one does what was left to do, and pays for no post
again.
"""

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hotpapers.documents.digest_json import read_time, write_time
from hotpapers.errors import InvalidInputError

NAME = "backfill.sqlite3"
SCHEMA = """
    CREATE TABLE IF NOT EXISTS items (
        pk TEXT, sk TEXT, item TEXT NOT NULL, PRIMARY KEY (pk, sk)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS orders (name TEXT PRIMARY KEY, time TEXT NOT NULL) WITHOUT ROWID;
"""

Item = dict[str, Any]


class Ledger:
    """A table's items, and when the orders were begun that are not done, in a folder's file.

    One process may have it at a time. Raises InvalidInputError where it cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        with self._checked(), ExitStack() as guard:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(self._folder / NAME, timeout=0, isolation_level=None)
            guard.callback(self._file.close)
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._file.executescript(f"BEGIN EXCLUSIVE; {SCHEMA} COMMIT;")
            guard.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def items(self) -> Iterator[Item]:
        """Every item that is written down, as boto3 takes it."""
        with self._checked():
            for (text,) in self._file.execute("SELECT item FROM items ORDER BY pk, sk"):
                yield {name: _as_put(value) for name, value in json.loads(text).items()}

    def take(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Write down what records of the table's stream tell, all or nothing."""
        with self._checked(), self._transaction():
            for record in records:
                change = record["dynamodb"]
                key = (change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"])
                if "NewImage" in change:
                    written = (*key, json.dumps(change["NewImage"]))
                    self._file.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?)", written)
                else:
                    self._file.execute("DELETE FROM items WHERE pk = ? AND sk = ?", key)

    def begin(self, name: str, time: datetime) -> datetime:
        """When an order was begun that is not done: at this time, if it is a new one."""
        with self._checked():
            self._file.execute(
                "INSERT OR IGNORE INTO orders VALUES (?, ?)", (name, write_time(time))
            )
            found = self._file.execute("SELECT time FROM orders WHERE name = ?", (name,))
            return read_time(found.fetchone()[0])

    def finish(self, name: str) -> None:
        """Note that an order is done."""
        with self._checked():
            self._file.execute("DELETE FROM orders WHERE name = ?", (name,))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._file.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")

    @contextmanager
    def _checked(self) -> Iterator[None]:
        path = str(self._folder / NAME)[:300]
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            is_taken = "locked" in str(error)
            reason = "another backfill is at work there" if is_taken else str(error)
            raise InvalidInputError("OUT", f"{path!r} cannot be used: {reason}") from error


def _as_put(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """An attribute as boto3 takes it; Lambda's form of a record has base64 for bytes."""
    [(kind, content)] = value.items()
    match kind:
        case "B":
            return {"B": base64.b64decode(content)}
        case "L":
            return {"L": [_as_put(each) for each in content]}
        case "M":
            return {"M": {name: _as_put(each) for name, each in content.items()}}
        case _:
            return {kind: content}
