"""What calls to AWS cost: DynamoDB's read and write units, and the calls themselves.

The units are computed from what is really read and written, by AWS's rules; moto gives one unit
for whatever it is. The rules: an item has the bytes of its attributes' names and values
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
A read unit reads 4 KB, half a one where it may be stale; each item that is got is rounded up, the
items of a query are rounded up together, and what is not there costs one unit. A write unit writes
1 KB of the larger of an item's old and new state; in a transaction it takes two.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3

Item = Mapping[str, Any]

READ_UNIT = 4_096
"""Bytes that a read unit reads."""
WRITE_UNIT = 1_024
"""Bytes that a write unit writes."""
IN_TRANSACTION = 2
"""How many units a transaction takes for each unit of its items."""


@dataclass(frozen=True)
class Usage:
    """What calls cost; `calls` are their numbers by service and operation (`s3:PutObject`)."""

    read_units: float = 0
    write_units: int = 0
    calls: Mapping[str, int] = field(default_factory=Counter)

    def __add__(self, other: "Usage") -> "Usage":
        calls = Counter(self.calls) + Counter(other.calls)
        read, written = other.read_units, other.write_units
        return Usage(self.read_units + read, self.write_units + written, calls)

    def calls_to(self, service: str) -> int:
        """How many calls went to a service."""
        return sum(count for name, count in self.calls.items() if name.startswith(f"{service}:"))


class Meter:
    """Counts what the clients of a session cost that are made after it was attached.

    `look_up` gives the item that the table has under a key, without being counted; an empty one
    where there is none. What is written costs by its size before and after.
    """

    def __init__(self, look_up: Callable[[Item], Item]) -> None:
        self._look_up = look_up
        self._usage = Usage()

    def attach(self, session: "boto3.Session") -> None:
        """Count the calls of a session's future clients."""
        session.events.register("provide-client-params", self._before)
        session.events.register("after-call", self._after)

    def take(self) -> Usage:
        """What was counted since the last time."""
        taken, self._usage = self._usage, Usage()
        return taken

    def _before(
        self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: object
    ) -> None:
        """Note what a call is about to do."""
        context["metered"] = params
        context["sizes"] = self._sizes(_written(model.name, params))

    def _after(
        self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: object
    ) -> None:
        """Count what a call has done."""
        service, params = model.service_model.service_name, context["metered"]
        read, written = 0.0, 0
        if service == "dynamodb":
            read = _read_units(model.name, params, parsed)
            written = self._write_units(model.name, params, context["sizes"])
        self._usage += Usage(read, written, Counter([f"{service}:{model.name}"]))

    def _write_units(
        self, operation: str, params: dict[str, Any], sizes_before: Sequence[int]
    ) -> int:
        sizes_after = self._sizes(_written(operation, params))
        units = sum(
            max(math.ceil(size / WRITE_UNIT), 1) for size in map(max, sizes_before, sizes_after)
        )
        return units * (IN_TRANSACTION if operation == "TransactWriteItems" else 1)

    def _sizes(self, keys: Iterable[Item]) -> Sequence[int]:
        """The sizes of items as they are now; 0 where there is none."""
        return [item_size(self._look_up(key)) for key in keys]


def item_size(item: Item) -> int:
    """How many bytes an item has."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            digits = content.lstrip("-").replace(".", "").strip("0")
            return (len(digits) + 1) // 2 + 1
        case "BOOL" | "NULL":
            return 1
        case _:
            raise ValueError(f"the size of an attribute of type {kind} is not known")


def _read_units(operation: str, params: dict[str, Any], answer: dict[str, Any]) -> float:
    """The units that an operation reads."""
    match operation:
        case "GetItem":
            return _units([answer.get("Item", {})], consistent=params.get("ConsistentRead", False))
        case "Query":
            size = sum(map(item_size, answer.get("Items", [])))
            units = max(math.ceil(size / READ_UNIT), 1)
            return units if params.get("ConsistentRead") else units / 2
        case "BatchGetItem":
            return sum(
                _units(
                    _got(answer, table, len(asked["Keys"])),
                    consistent=asked.get("ConsistentRead", False),
                )
                for table, asked in params["RequestItems"].items()
            )
        case "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems":
            return 0
        case _:
            raise ValueError(f"what {operation} costs is not known")


def _got(answer: dict[str, Any], table: str, asked: int) -> Sequence[Item]:
    """The items of a table that a batch gave, and an empty one for each that is not there."""
    found = answer["Responses"].get(table, [])
    left = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
    return [*found, *[{}] * (asked - len(found) - len(left))]


def _units(items: Iterable[Item], *, consistent: bool) -> float:
    """The units of reading items one by one."""
    units = sum(max(math.ceil(item_size(item) / READ_UNIT), 1) for item in items)
    return units if consistent else units / 2


def _written(operation: str, params: dict[str, Any]) -> Sequence[Item]:
    """The keys of the items that an operation writes."""
    match operation:
        case "PutItem":
            return [_key(params["Item"])]
        case "UpdateItem" | "DeleteItem":
            return [params["Key"]]
        case "BatchWriteItem":
            [writes] = params["RequestItems"].values()
            return [_key(write["PutRequest"]["Item"]) for write in writes]
        case "TransactWriteItems":
            acts = [act for write in params["TransactItems"] for act in write.values()]
            return [_key(act.get("Item") or act["Key"]) for act in acts]
        case _:
            return []


def _key(item: Item) -> Item:
    return {name: item[name] for name in ("pk", "sk")}
