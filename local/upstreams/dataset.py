"""What the replayed upstreams know."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Dataset:
    """What the upstreams know.

    A paper has `id`, `version`, `title`, `authors` and `categories` (lists, the primary one
    first), `abstract`, `published` and `updated` (ISO 8601, UTC). It may have a `comment`, and say
    itself when it was `announced` (a date), and what was done with it since: `updates`, see
    `Announcements`.

    Everything else is as its upstream sends it, with all the fields that are read: `posts` and
    `users` are X's, `bluesky` has post views, `hackernews` hits, `reddit` the data of submissions,
    `huggingface` daily papers. `mastodon` has the statuses that each of several instances knows, by
    the instances' names.
    """

    papers: tuple[Record, ...]
    posts: tuple[Record, ...] = ()
    users: tuple[Record, ...] = ()
    bluesky: tuple[Record, ...] = ()
    mastodon: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    hackernews: tuple[Record, ...] = ()
    reddit: tuple[Record, ...] = ()
    huggingface: tuple[Record, ...] = ()

    @classmethod
    def load(cls, path: Path) -> "Dataset":
        """The data set of a JSON file whose keys are these names; what is missing is empty."""
        document = json.loads(path.read_text(encoding="utf-8"))
        mastodon = document.pop("mastodon", {})
        return cls(
            **{name: tuple(entries) for name, entries in document.items()},
            mastodon={name: tuple(statuses) for name, statuses in mastodon.items()},
        )


def moment(text: str) -> datetime:
    """The moment of an ISO 8601 text; without an offset it is taken as UTC."""
    stated = datetime.fromisoformat(text)
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)
