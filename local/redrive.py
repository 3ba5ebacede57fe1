"""`make redrive`: what failed for good in a deployed stack is done again.

STACK is its name. Every message in its queue of failures is told in one line, and what it is about
is started again in AWS: an event of the collector or of the renderer as it was, or, where the
renderer failed on records of the table's stream, the publication of the digests that these were of.
A message is deleted when Lambda has taken the event, and not before. What fails again comes back.
With DRY_RUN=1 the messages are told, and all is left as it is.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from hotpapers.adapters.aws import failures_of
from hotpapers.errors import InvalidInputError, StoreError
from local import console
from local.dead_letters import (
    COLLECTOR,
    RENDERER,
    Batch,
    DeadLetter,
    Order,
    is_served,
    make_orders,
    read_letter,
)
from local.deployed import Client, make_client, read_names
from local.failed_batches import FailedBatches

NEEDED = (COLLECTOR, RENDERER, "Failures", "Table", "Bucket")
"""The resources of a stack that are used here."""

MOST_MESSAGES = 1000
"""So many are read at once; the next call reads on."""
HIDDEN_SECONDS = 900
"""For how long nobody else is given the messages that are being worked on."""
LONG_POLL_SECONDS = 5
"""So that all of SQS's servers are asked, and an empty answer means an empty queue. It has to be
shorter than a client waits for an answer."""

Tell = Callable[[str], None]
"""Shows how far the work is."""


@dataclass(frozen=True)
class Result:
    """How many messages there were, and how many of these are left in the queue."""

    messages: int
    left: int


def main() -> None:
    """Put back what is in the queue of STACK; the exit status is 1 where something is left."""
    environment = {name: value.strip() for name, value in os.environ.items()}
    stack = environment.get("STACK", "")
    if not stack:
        raise InvalidInputError("STACK", "is not set; it must be the name of a deployed stack")
    only_tell = read_dry_run(environment.get("DRY_RUN", ""))
    with _progress() as tell:
        result = Redrive(stack, tell).run(only_tell=only_tell)
    if not result.messages:
        console.say("The queue is empty.")
    elif only_tell:
        console.say(f"All {result.messages} are left in the queue: DRY_RUN is set.")
    else:
        console.say(f"{result.messages - result.left} put back, {result.left} left in the queue.")
        sys.exit(1 if result.left else 0)


def read_dry_run(text: str) -> bool:
    """Whether nothing is to be changed. Raises InvalidInputError."""
    if text not in ("", "0", "1"):
        raise InvalidInputError("DRY_RUN", f"must be 1 or nothing, not {text[:100]!r}")
    return text == "1"


class Redrive:
    """The queue of a stack, in the account that the environment's credentials are of."""

    def __init__(
        self,
        stack: str,
        tell: Tell = lambda _: None,
        client: Client = make_client,
        poll_seconds: int = LONG_POLL_SECONDS,
    ) -> None:
        self._stack = stack
        self._tell = tell
        self._client = client
        self._poll_seconds = poll_seconds

    def run(self, *, only_tell: bool = False) -> Result:
        """Put back all that can be; with `only_tell` nothing is.

        Raises InvalidInputError for a stack that cannot be used, StoreError where AWS cannot be
        asked; what was not put back by then is still in the queue.
        """
        names = self._names()
        queue = _Queue(self._client("sqs"), names["Failures"], self._poll_seconds)
        functions = {names[function]: function for function in (COLLECTOR, RENDERER)}
        letters: list[DeadLetter] = []
        try:
            for message in queue.messages():
                letters.append(read_letter(message, functions))
                console.say(f"{letters[-1].came_at:%Y-%m-%dT%H:%M:%SZ}  {letters[-1].story}")
                self._tell(f"{len(letters)} messages")
            done = [] if only_tell else self._put_back(letters, names)
            queue.delete(done)
        finally:
            queue.show_again()
        return Result(len(letters), len(letters) - len(done))

    def _names(self) -> Mapping[str, str]:
        names = read_names(self._stack, self._client)
        missing = [name for name in NEEDED if name not in names]
        if missing:
            reason = f"{self._stack!r} has no {missing[0]}; deploy this version of it first"
            raise InvalidInputError("STACK", reason)
        return names

    def _put_back(
        self, letters: Sequence[DeadLetter], names: Mapping[str, str]
    ) -> Sequence[DeadLetter]:
        """Start again what messages are about; the messages of which all was taken."""
        failed = FailedBatches(self._client, names["Table"], names["Bucket"], self._tell)
        batches = {each.handle: each.work for each in letters if isinstance(each.work, Batch)}
        days = failed.days(batches)
        for handle, batch in batches.items():
            if not days[handle]:
                since = f"{batch.arrived:%Y-%m-%dT%H:%M:%SZ}"
                console.say(f"  all digests of the records since {since} are published by now")
        orders = make_orders(letters, days)
        refused = [order for order in orders if not self._is_taken(order, names[order.function])]
        return [
            letter
            for letter in letters
            if letter.work is not None
            and not any(is_served(letter, order, days.get(letter.handle, ())) for order in refused)
        ]

    def _is_taken(self, order: Order, name: str) -> bool:
        """Have an order carried out in AWS; False where Lambda does not take it."""
        try:
            with failures_of("Lambda"):
                answer = self._client("lambda").invoke(
                    FunctionName=name,
                    InvocationType="Event",
                    Payload=json.dumps(order.event).encode(),
                )
        except StoreError as error:
            _complain(f"the {order.function.lower()} is not started: {error}")
            return False
        console.say(f"  the {order.function.lower()} is started with {json.dumps(order.event)}")
        return bool(answer["StatusCode"] == ACCEPTED)


ACCEPTED = 202
"""Lambda has put an event into its own queue."""


class _Queue:
    """A queue's messages, kept from others while they are worked on."""

    def __init__(self, client: Any, url: str, poll_seconds: int) -> None:
        self._client = client
        self._url = url
        self._poll_seconds = poll_seconds
        self._held: list[str] = []

    def messages(self) -> Iterator[Mapping[str, Any]]:
        """The messages that nobody else is working on."""
        while len(self._held) < MOST_MESSAGES:
            with failures_of("SQS"):
                answer = self._client.receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=10,
                    WaitTimeSeconds=self._poll_seconds,
                    VisibilityTimeout=HIDDEN_SECONDS,
                    MessageSystemAttributeNames=["SentTimestamp"],
                    MessageAttributeNames=["All"],
                )
            messages = answer.get("Messages", [])
            if not messages:
                return
            self._held += [message["ReceiptHandle"] for message in messages]
            yield from messages

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Delete messages."""
        for letter in letters:
            with failures_of("SQS"):
                self._client.delete_message(QueueUrl=self._url, ReceiptHandle=letter.handle)
            self._held.remove(letter.handle)

    def show_again(self) -> None:
        """Let everybody have at once what was not deleted."""
        for handle in self._held:
            with failures_of("SQS"):
                self._client.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0
                )


@contextmanager
def _progress() -> Iterator[Tell]:
    """A line of the terminal that tells how far the work is; nothing where there is no terminal."""
    if not console.errors.is_terminal:
        yield lambda _: None
        return
    with console.errors.status("reading the queue") as status:
        yield lambda text: status.update(Text(text))


def _complain(text: str) -> None:
    console.errors.print(Text(text), style="yellow", soft_wrap=True)


if __name__ == "__main__":
    console.run(main)
