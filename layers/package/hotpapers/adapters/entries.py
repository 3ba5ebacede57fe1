"""Reading the JSON of a source of posts: nothing in it can be relied upon.

What is not of the expected type counts as absent. An entry that lacks what a post must have is
logged and left out; a page on which no entry can be read at all is a changed format.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hotpapers.adapters.http import Answer, Upstream, excerpt
from hotpapers.domain.post import Post

logger = logging.getLogger(__name__)

Object = Mapping[str, Any]
"""A JSON object."""

MANY = 10
"""A page with as many entries, none of which can be read, is no page: the format has changed."""

MOST_VALUES = 1_000_000
"""How many values an answer has at most, told by its brackets and commas, those in texts included:
some thirty times as many as 500 posts of X. Without a limit 16 MB of `{"":1},` take 450 MB."""
MOST_COUNTED = 10**12
"""A number of likes beyond is a mistake: it is a hundred times as many as there are people."""
LONGEST_TEXT = 25_000
"""What X allows in its longest posts; other sources allow less, or are cut there by `text_of`."""
LONGEST_NAME = 500
"""Several times what any source allows."""

SURROGATE = re.compile(r"[\ud800-\udfff]")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}", re.ASCII)
UNDETERMINED = "und"
"""The tag of a language that is not known (BCP 47)."""

LONGEST_ADDRESS = 2048
WEB_ADDRESS = re.compile(
    r"""
    (?P<scheme>https?) :// [a-z0-9._-]+ (?: :[0-9]{1,5} )?
    (?: [/?\#] [a-z0-9._~:/?\#\[\]@!$&()*+,;=%-]* )?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""An address without anything that could be more than an address: no user, no spaces, no quotes."""


class BadEntryError(ValueError):
    """An entry lacks what a post must have, or has it in another form."""


def read_json(answer: Answer, upstream: Upstream) -> Any:
    """The JSON value that a good answer is.

    Raises UnsettledError where it is none: a service in trouble answers with a page for people.
    """
    upstream.require_success(answer, problem_of(answer))
    try:
        return _load(answer.body)
    except (ValueError, RecursionError) as error:
        raise upstream.unsettled(f"answered no JSON ({excerpt(answer.body)})") from error


def read_object(answer: Answer) -> Object:
    """The JSON object that an answer is, good or bad; an empty one where it is anything else."""
    try:
        document = _load(answer.body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _load(body: bytes) -> Any:
    """The value that JSON holds. Raises ValueError where it is none or holds too many values, and
    RecursionError where it is too deep."""
    if sum(map(body.count, (b"[", b"{", b","))) > MOST_VALUES:
        raise ValueError(f"it holds more than {MOST_VALUES:,} values")
    return json.loads(body)


def problem_of(answer: Answer) -> str:
    """What a service says of a failure, in a few words of its own; empty if it says nothing."""
    fields = read_object(answer)
    said = (fields.get(name) for name in ("message", "detail", "error_description", "error"))
    lines = (" ".join(text.split())[:200] for text in said if isinstance(text, str))
    return next((line for line in lines if line), "")


class Found(NamedTuple):
    """What entries hold: posts about papers, and how many of the entries cannot be read."""

    posts: tuple[Post, ...]
    unreadable: int


def read_posts(
    entries: Sequence[object], read: Callable[[Object], Post | None], upstream: Upstream
) -> Found:
    """The posts that `read` makes of entries; None from it means an entry about no paper.

    Raises UnsettledError where many entries were given and not one can be read.
    """
    posts: list[Post] = []
    unreadable = 0
    for entry in entries:
        fields = entry if isinstance(entry, Mapping) else {}
        try:
            post = read(fields)
        except BadEntryError as error:
            where = upstream.concealed(_id_of(fields))
            extra = {"upstream": upstream.name, "reason": str(error), "id": where}
            logger.warning("post left out", extra=extra)
            unreadable += 1
        else:
            posts += [post] if post else []
    if unreadable == len(entries) >= MANY:
        raise upstream.unsettled("answered a page of which no post can be read")
    return Found(tuple(posts), unreadable)


def object_in(document: Object, name: str) -> Object:
    """The object of this name, empty where there is none."""
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def list_in(document: Object, name: str) -> list[Any]:
    """The list of this name, empty where there is none."""
    value = document.get(name)
    return value if isinstance(value, list) else []


def objects_in(document: Object, name: str) -> list[Object]:
    """The objects in the list of this name."""
    return [entry for entry in list_in(document, name) if isinstance(entry, Mapping)]


def strings_in(values: Iterable[object]) -> list[str]:
    """Those of the values that are strings."""
    return [value for value in values if isinstance(value, str)]


def matches(pattern: re.Pattern[str], value: object) -> bool:
    """Tell whether a value is a string that has the form."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def is_web_address(value: object, *, secure: bool = False) -> bool:
    """Tell whether a value is a plain address (https only, if `secure`), fit for a document."""
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS:
        return False
    match = WEB_ADDRESS.fullmatch(value)
    return match is not None and not (secure and match["scheme"].lower() != "https")


def text_in(document: Object, name: str, longest: int = LONGEST_TEXT) -> str:
    """The text of this name. Raises BadEntryError where there is none, or it is too long."""
    value = document.get(name)
    if not isinstance(value, str):
        raise BadEntryError(f"it has no {name}")
    if len(value) > longest:
        raise BadEntryError(f"its {name} has {len(value)} characters")
    return without_surrogates(value)


def without_surrogates(text: str) -> str:
    """The text without halves of characters, which JSON can hold and UTF-8 cannot."""
    return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def language_in(document: Object, name: str) -> str:
    """The language tag of this name; `und` where there is none."""
    value = document.get(name)
    return str(value) if matches(LANGUAGE, value) else UNDETERMINED


def count_in(document: Object, *names: str) -> int:
    """The number under the first of these names that is there.

    Raises BadEntryError where it is none: a post whose engagement is unknown cannot be counted.
    """
    count = optional_count_in(document, *names)
    if count is None:
        raise BadEntryError(f"it has no {names[0]}")
    return count


def optional_count_in(document: Object, *names: str) -> int | None:
    """The number under the first of these names that is there; None where it is none."""
    count = next((document[name] for name in names if name in document), None)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < MOST_COUNTED:
        return None
    return count


def time_in(document: Object, name: str) -> datetime:
    """The moment of this name, in UTC. Raises BadEntryError where there is none."""
    text = document.get(name)
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # 0001-01-01T00:00:00+01:00 is a time before all times
        pass
    raise BadEntryError("it has no time")


def _id_of(fields: Object) -> str:
    names = ("id", "uri", "objectID", "name")
    found = next((fields[name] for name in names if name in fields), "")
    return str(found)[:80] if isinstance(found, str | int) else ""
