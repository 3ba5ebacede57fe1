"""What is the same whichever run learnt it: a state without what only an earlier run could measure.

A source that fails is told of in the digest, and that run is over: nobody can measure later what
was said at that time. The next run asks again. From then on everything has to be as if nothing had
failed, but for these, and these alone:

- the measurement of the run at which something failed: it has what the others told. What it has
  of each source has to be what the clean run's has, or to be absent; of one that it does not call
  complete, no number may be larger;
- the points of that time in the histories of papers, and how much they rose since then;
- when a listing was found, if it was found later; and whether arXiv's feed or its listing page told
  it, which are one announcement;
- revisions, which are named by the content of documents: of these the time alone is compared.

A run that died when it had kept what the sources told of some days asks them about the others alone
when it is repeated. It reads fewer posts for that, and pays for fewer, and says so: these numbers
differ from a clean run's (`uncounted`).

What lies in the bucket is made of what is in the table, so it has to be the same as a renderer
makes of that table in an empty bucket.
"""

import base64
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from hotpapers.domain.listing import Origin
from hotpapers.domain.packing import Packed
from local.chaos.judge import attributes
from local.chaos.state import Key, State

ANNOUNCED = [Origin.FEED.value, Origin.PAGE.value]
PAID_FOR = frozenset({"entries", "posts_read", "cost_usd"})
"""What readings and digests call the number of posts that were read, and what they cost."""
HASH = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)#[0-9a-f]+")


def settled(state: State, time: str) -> Mapping[Key, Any]:
    """The table of a state without what can be known of a time (of a run) at that time alone."""
    return {
        key: _item(key, attributes(state, key), time)
        for key in state.table
        if not (key[0].startswith("MEASUREMENTS#") and key[1] == time)
    }


def uncounted(state: State) -> Mapping[Key, Any]:
    """The table of a state without how many posts were read, and what they cost."""
    return {key: _uncounted_item(attributes(state, key)) for key in state.table}


def _uncounted_item(item: Any) -> Any:
    plain = {name: _without_hash(value) for name, value in item.items()}
    if "body" in plain:
        document = json.loads(Packed(base64.b64decode(item["body"]["B"])).unpack())
        plain["body"] = _without(document, PAID_FOR)
    return plain


def _without(document: Any, names: Collection[str]) -> Any:
    """A document without the fields of some names."""
    if isinstance(document, list):
        return [_without(each, names) for each in document]
    if not isinstance(document, dict):
        return document
    return {name: _without(value, names) for name, value in document.items() if name not in names}


def _item(key: Key, item: Any, time: str) -> Any:
    plain = {name: _without_hash(value) for name, value in item.items()}
    if "body" in plain:
        plain["body"] = _document(key, base64.b64decode(item["body"]["B"]), time)
    if key[0] == "LISTINGS":
        plain["listing"] = _listing(json.loads(item["listing"]["S"]))
        plain["revision"] = None
    if key[0].startswith("LISTING#"):
        plain["revision"] = None
    return plain


def _listing(listing: Mapping[str, Any]) -> Mapping[str, Any]:
    """How a listing stands, without when and by which of two announcements that was found out."""
    told = {name: listing[name] for name in listing if name != "found_at"}
    return told | {"origin": ANNOUNCED if told.get("origin") in ANNOUNCED else told.get("origin")}


def _without_hash(value: Any) -> Any:
    return HASH.sub(r"\1", json.dumps(value))


def _document(key: Key, packed: bytes, time: str) -> Any:
    text = Packed(packed).unpack()
    document = json.loads(text)
    has_history = key[0].startswith(("DIGEST#", "ROUNDUP#", "CARDS"))
    return _untimed(document, time) if has_history else document


def _untimed(document: Any, time: str) -> Any:
    """A document without its points of a time."""
    if isinstance(document, list):
        return [_untimed(each, time) for each in document]
    if not isinstance(document, dict):
        return document
    return {
        name: [_untimed(each, time) for each in value if each.get("time") != time]
        if name == "history"
        else _listing(value)
        if name == "listing"
        else _untimed(value, time)
        for name, value in document.items()
        if name != "rising"
    }
