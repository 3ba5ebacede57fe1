"""Stores at whose writes something goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from hotpapers.errors import StoreError
from hotpapers.ports import EditionStore, ListingStore, MeasurementStore, ReadingStore
from hotpapers.use_cases.collect import Stores

WRITES = frozenset({"save", "keep", "claim"})
"""The methods of the stores that write."""


class Death(BaseException):
    """The process is gone."""


@dataclass
class Fate:
    """What befalls the writes from now on: at one of them (from 1) the run ends, with an error.

    With a `death` the process is gone, before or after the write is `done`; without, the store
    refuses the write.
    """

    write: int
    death: bool = False
    done: bool = False
    struck: bool = False

    def befall(self, write: Callable[[], Any]) -> Any:
        """Do a write, or what befalls it instead."""
        self.write -= 1
        if self.write:
            return write()
        self.struck = True
        if not self.death:
            raise StoreError("takes no more")
        if self.done:
            write()
        raise Death


class Writing:
    """Whatever happens to the writes of all stores; `fate` is to be set before a run."""

    def __init__(self) -> None:
        self.fate: Fate | None = None

    def exposed(self, stores: Stores) -> Stores:
        """Stores whose writes are subject to fate."""
        return Stores(
            editions=cast(EditionStore, _Exposed(stores.editions, self)),
            readings=cast(ReadingStore, _Exposed(stores.readings, self)),
            listings=cast(ListingStore, _Exposed(stores.listings, self)),
            measurements=cast(MeasurementStore, _Exposed(stores.measurements, self)),
        )


class _Exposed:
    """A store whose writes are subject to fate."""

    def __init__(self, store: object, writing: Writing) -> None:
        self._store = store
        self._writing = writing

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        fate = self._writing.fate
        if fate is None or name not in WRITES:
            return method
        return lambda *arguments: fate.befall(lambda: method(*arguments))
