"""What must hold after a fault: nothing is lost, overwritten or torn, and nothing is too late."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from hotpapers.documents.digest_json import read_digest
from hotpapers.domain.packing import Packed
from hotpapers.errors import StoreError, UpstreamError
from local.chaos.aws_line import Death
from local.chaos.limits import LIMITS
from local.chaos.state import Key, State
from local.chaos.world import Deed

NOT_FOUND = 404
EXPECTED = (StoreError, UpstreamError, Death)
"""With what a run may end at which something went wrong. All else is a bug of ours."""

Answers = Mapping[str, tuple[int, str]]
Known = Mapping[tuple[str, str, str, str], int]
"""The numbers of all digests: by listing date, paper, source and what is counted."""


class Violation(StrEnum):
    """What must not happen, in words for people."""

    DIGEST_LOST = "digest lost"
    COUNT_OVERWRITTEN = "count overwritten"
    OVER_TIME = "run over time"
    ANOTHER_STATE = "another state than a clean run's"
    TORN = "readers are given something torn"
    ANOTHER_ERROR = "an error that nobody expects"
    NEVER_STRUCK = "the fault never came up"


@dataclass(frozen=True)
class Finding:
    """A violation, and what it is about."""

    violation: Violation
    what: str


def judge_losses(before: State, after: State) -> Iterator[Finding]:
    """What is lost or overwritten of what was kept before."""
    for key in sorted(before.table.keys() - after.table.keys()):
        if key[0] == "DIGESTS":
            yield Finding(Violation.DIGEST_LOST, f"the digest of {key[1]} is gone")
    for day in _torn(after):
        yield Finding(Violation.DIGEST_LOST, f"the digest of {day} cannot be read whole")
    now = known(after)
    for place, number in known(before).items():
        if now.get(place, -1) < number:
            told = " ".join(place)
            yield Finding(Violation.COUNT_OVERWRITTEN, f"{told}: {number} became {now.get(place)}")
    for key, item in before.table.items():
        if key[0].startswith("MEASUREMENTS#") and after.table.get(key) != item:
            yield Finding(Violation.COUNT_OVERWRITTEN, f"the measurement {' '.join(key)} changed")


def judge_time(deed: Deed) -> Iterator[Finding]:
    """Which function took longer than it may."""
    for function, seconds in deed.seconds.items():
        if seconds > LIMITS[function]:
            what = f"the {function} took {seconds:.0f} s of {LIMITS[function]:.0f}"
            yield Finding(Violation.OVER_TIME, what)


def judge_errors(deed: Deed) -> Iterator[Finding]:
    """Which errors nobody expects."""
    for error in deed.errors:
        if not isinstance(error, EXPECTED):
            yield Finding(Violation.ANOTHER_ERROR, f"{type(error).__name__}: {error}")


def judge_answers(answers: Answers, allowed: Sequence[Answers] | None) -> Iterator[Finding]:
    """Which answers to readers are errors or, where it is known what is allowed, something else.

    A document is the old one or the new one. What is put together of several documents may have
    the one of one day and the other of another.
    """
    for address, (status, body) in answers.items():
        if status >= 500:
            yield Finding(Violation.TORN, f"{address} is answered {status}: {body[:200]}")
        elif (
            allowed
            and address in DOCUMENTS
            and not _is_allowed((status, body), [each[address] for each in allowed])
        ):
            yield Finding(Violation.TORN, f"{address} is neither the old one nor the new one")


def _is_allowed(answer: tuple[int, str], allowed: Sequence[tuple[int, str]]) -> bool:
    """Whether an answer is one of those, or tells as one of them that there is nothing yet: why
    there is nothing is told as it is known."""
    return answer in allowed or (answer[0] == NOT_FOUND and (NOT_FOUND in dict(allowed)))


DOCUMENTS = ("/digests/2026-07-13", "/digests/2026-07-13.md", "/digests/2026-W29")
"""What is one document, and tells of no other one."""


def differences(state: State, clean: State) -> Sequence[str]:
    """Where a state is another one than a clean run's.

    Of the bucket that is what readers find. How many versions there were of a page on the way to
    it depends on what the renderer was told first.
    """
    return [*_different(state.table, clean.table), *_different(state.files, clean.files)]


def judge_versions(state: State) -> Iterator[Finding]:
    """Which files were put again as they were."""
    for key, versions in state.bucket.items():
        if any(old == new for old, new in pairwise(versions)):
            yield Finding(Violation.ANOTHER_STATE, f"{key} was put again as it was")


def _different(found: Mapping[Any, Any], clean: Mapping[Any, Any]) -> Iterator[str]:
    for key in sorted(found.keys() | clean.keys()):
        name = " ".join(key) if isinstance(key, tuple) else key
        if key not in clean:
            yield f"{name} is there"
        elif key not in found:
            yield f"{name} is not there"
        elif found[key] != clean[key]:
            yield f"{name} is another one"


def known(state: State) -> Known:
    """All numbers that the digests tell."""
    numbers: dict[tuple[str, str, str, str], int] = {}
    for day, document in digests(state).items():
        for entry in read_digest(document).papers:
            for source, attention in entry.attention.items():
                for metric, number in attention.counts.items():
                    numbers[day, entry.paper.id, source, metric] = number
    return numbers


def digests(state: State) -> Mapping[str, bytes]:
    """The digests that can be read whole, by their listing dates."""
    found = {}
    for day in _heads(state):
        parts = _parts(state, day)
        if _is_whole(parts):
            body = b"".join(base64.b64decode(part["body"]["B"]) for part in parts)
            found[day] = Packed(body).unpack()
    return found


def _torn(state: State) -> Sequence[str]:
    return [day for day in _heads(state) if not _is_whole(_parts(state, day))]


def _heads(state: State) -> Sequence[str]:
    return [sort for partition, sort in sorted(state.table) if partition == "DIGESTS"]


def _parts(state: State, day: str) -> Sequence[Any]:
    keys = sorted(key for key in state.table if key[0] == f"DIGEST#{day}")
    return [attributes(state, key) for key in keys]


def _is_whole(parts: Sequence[Any]) -> bool:
    revisions = {part["revision"]["S"] for part in parts}
    return len(revisions) == 1 and len(parts) == int(parts[0]["parts"]["N"])


def attributes(state: State, key: Key) -> Any:
    """An item of the table."""
    return json.loads(state.table[key])
