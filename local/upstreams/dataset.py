"""What the replayed upstreams know."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Dataset:
    """What the upstreams know.

    A paper has `id`, `version`, `title`, `authors` and `categories` (lists, the primary one
    first), `abstract`, `published` and `updated` (ISO 8601, UTC). Posts and users are objects as
    X's API v2 sends them, with all their fields.
    """

    papers: tuple[Record, ...]
    posts: tuple[Record, ...]
    users: tuple[Record, ...]

    @classmethod
    def load(cls, path: Path) -> "Dataset":
        """The data set of a JSON file with the keys `papers`, `posts` and `users`."""
        document = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            papers=tuple(document["papers"]),
            posts=tuple(document["posts"]),
            users=tuple(document["users"]),
        )


def moment(text: str) -> datetime:
    """The moment of an ISO 8601 text; without an offset it is taken as UTC."""
    stated = datetime.fromisoformat(text)
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)
