"""`make digest`: the digest of a day, from the real upstreams, into files."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hotpapers.adapters.x import RECENT
from hotpapers.documents.digest_json import read_digest, write_time
from hotpapers.domain.calendar import due_at, is_listing_date, submission_window
from hotpapers.errors import InvalidInputError
from hotpapers.events import read_collection_order, read_date, read_time
from hotpapers.settings import CollectorSettings
from hotpapers.use_cases.render import digest_path
from local import console
from local.cloud import Cloud, quiet_handlers

SETTINGS = (
    "ARXIV_DELAY_SECONDS",
    "ARXIV_URL",
    "CATEGORIES",
    "CONTACT",
    "FRONT_MATTER_CATEGORY",
    "FRONT_MATTER_DRAFT",
    "FRONT_MATTER_SOCIAL_IMAGE",
    "FRONT_MATTER_TAGS",
    "FRONT_MATTER_TEMPLATE",
    "HOT_SCORE",
    "POSTS_SHOWN",
    "POST_SCORE",
    "SOURCES",
    "X_URL",
)
"""The settings of the functions that a local run takes from the environment."""


def main() -> None:
    """Make the digest that the environment asks for: DATE, AT, OUT and the settings."""
    environment = {name: value for name, value in os.environ.items() if value.strip()}
    event = read_order(environment, datetime.now(UTC))
    folder = Path(environment.get("OUT", "out"))
    settings = {name: environment[name] for name in SETTINGS if name in environment}
    CollectorSettings.from_environment({"TABLE_NAME": "any", **settings})
    token = environment.get("X_BEARER_TOKEN", "")
    if not token:
        raise InvalidInputError("X_BEARER_TOKEN", "is not set; posts on X cannot be read without")
    with Cloud(settings, token) as cloud, console.Progress() as progress:
        quiet_handlers(progress)
        answer = cloud.collect(event)
        cloud.render_new()
        written = cloud.copy_documents(folder)
    digest = read_digest((folder / digest_path(date.fromisoformat(answer["date"]))).read_bytes())
    console.show_ranking(digest)
    for path in written:
        console.say(f"wrote {path}")


def read_order(environment: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The collector's event for the variables DATE and AT."""
    day = read_date("DATE", environment["DATE"].strip()) if "DATE" in environment else None
    if day and not is_listing_date(day):
        raise InvalidInputError("DATE", f"{day} is a {day:%A}; arXiv lists papers on weekdays only")
    time = read_time("AT", environment["AT"].strip()) if "AT" in environment else None
    event: dict[str, Any] = {"time": write_time(time or default_time(day, now))}
    if day:
        event["date"] = day.isoformat()
    read_collection_order(event)
    return event


def default_time(day: date | None, now: datetime) -> datetime:
    """The time of a run that is given none: now; for a day long past, when it was due.

    A search from years ago until now would read years of posts, each of them paid for.
    """
    reach = RECENT.reach or timedelta()
    if day is None or now - submission_window(day).start < reach:
        return now.replace(microsecond=0)
    return due_at(day)


if __name__ == "__main__":
    console.run(main)
