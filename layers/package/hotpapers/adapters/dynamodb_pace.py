"""The pace at which all workers together ask a service, kept in the table.

One item says who asks just now, or from when on the next one may. Whoever wants to ask takes the
turn by a conditional write, and gives it back by another, so there is one question at a time, and
the delay between an answer and the next question, however many workers there are. Between workers
that wait it is chance who comes next. A worker that ends without giving its turn back holds it
until its lease is over, and no longer.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from hotpapers.adapters.aws import error_code, failures_of
from hotpapers.adapters.dynamodb import Item, key
from hotpapers.adapters.pace import NoTurnError, Time
from hotpapers.errors import StoreError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = logging.getLogger(__name__)

PACES = "PACES"

LEASE_SECONDS = 120.0
"""How long a turn is held at most: longer than any question takes (`Limits` of `http`)."""
SHORTEST_WAIT = 0.05
"""Between two attempts to take a turn (seconds)."""
CLOCK_ERROR = 60.0
"""By how much the clocks of two workers may differ (seconds)."""


class TablePace:
    """A pace for all workers that have the same table."""

    def __init__(  # noqa: PLR0913
        self,
        client: "DynamoDBClient",
        table_name: str,
        delay_seconds: float,
        clock: Time | None = None,
        *,
        name: str = "arxiv",
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """`delay_seconds` lie between an answer and the next question, to `name`."""
        self._client = client
        self._table_name = table_name
        self._delay = delay_seconds
        self._clock = clock or Time()
        self._key = key(PACES, name)
        self._lease = lease_seconds

    @contextmanager
    def turn(self, longest_wait: float) -> Iterator[None]:
        """Wait until a question may be asked; within, no other worker asks one.

        Two writes where nobody else wants to ask, and one more each time that it is somebody
        else's turn. Raises StoreError where the table cannot be used.
        """
        holder = uuid4().hex
        self._wait_for_turn(holder, self._clock.monotonic() + longest_wait)
        try:
            yield
        finally:
            self._give_back(holder)

    def _wait_for_turn(self, holder: str, end: float) -> None:
        wait = self._take(holder)
        while wait > 0:
            if self._clock.monotonic() + wait >= end:
                raise NoTurnError
            self._clock.sleep(max(wait, SHORTEST_WAIT))
            wait = self._take(holder)

    @failures_of("DynamoDB")
    def _take(self, holder: str) -> float:
        """Take the turn if it is free: 0, or else the seconds after which to try again."""
        now = self._now()
        # What lies further ahead than any turn was written by a clock that was wrong.
        beyond = now + Decimal(max(self._lease, self._delay) + CLOCK_ERROR)
        item = {**self._item(now + Decimal(self._lease)), "holder": {"S": holder}}
        try:
            self._client.put_item(
                TableName=self._table_name,
                Item=item,
                ConditionExpression=(
                    "attribute_not_exists(pk) OR free_at <= :now OR free_at > :beyond"
                ),
                ExpressionAttributeValues={":now": _number(now), ":beyond": _number(beyond)},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            response: Any = error.response
            return self._wait_of(response.get("Item", {}), now)
        return 0.0

    def _wait_of(self, item: Item, now: Decimal) -> float:
        """How long to wait for a turn that somebody else has, or that begins later."""
        begins = Decimal(item["free_at"]["N"]) if "free_at" in item else now
        left = max(float(begins - now), SHORTEST_WAIT)
        # One that is held may be given back at any time, but is not free before the delay is over.
        return min(left, max(self._delay, SHORTEST_WAIT)) if "holder" in item else left

    def _give_back(self, holder: str) -> None:
        try:
            self._free(holder)
        except StoreError as error:
            # The answer is there, and the lease ends by itself.
            logger.warning("turn is not given back", extra={"reason": str(error)})

    @failures_of("DynamoDB")
    def _free(self, holder: str) -> None:
        try:
            self._client.put_item(
                TableName=self._table_name,
                Item=self._item(self._now() + Decimal(self._delay)),
                ConditionExpression="holder = :holder",
                ExpressionAttributeValues={":holder": {"S": holder}},
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            logger.warning("turn was taken by another", extra={"lease_seconds": self._lease})

    def _item(self, free_at: Decimal) -> Item:
        return {**self._key, "free_at": _number(free_at)}

    def _now(self) -> Decimal:
        return Decimal(str(self._clock.now().timestamp()))


def _number(seconds: Decimal) -> Item:
    return {"N": f"{seconds:.3f}"}
