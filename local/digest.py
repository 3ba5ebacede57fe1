"""`make digest`: the digest of a day, from the real upstreams, into files."""

import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from hotpapers.adapters.x import RECENT
from hotpapers.documents.digest_json import read_digest, write_time
from hotpapers.domain.calendar import (
    announced_at,
    due_at,
    is_listing_date,
    submission_window,
)
from hotpapers.errors import InvalidInputError
from hotpapers.events import read_listing_date, read_run_time
from hotpapers.settings import CollectorSettings, RendererSettings
from hotpapers.use_cases.render import digest_path
from local import console
from local.cloud import Cloud, quiet_handlers
from local.folder import read_folder, write_documents

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

TOKEN = re.compile(r"[!-~]{1,4096}")
"""What fits into an HTTP header, and into a parameter of Parameter Store."""


def main() -> None:
    """Make the digest that the environment asks for: DATE, AT, OUT and the settings."""
    environment = {name: value for name, value in os.environ.items() if value.strip()}
    event = read_order(environment, datetime.now(UTC))
    folder = read_folder(environment)
    settings = {name: environment[name] for name in SETTINGS if name in environment}
    check_settings(settings)
    token = read_token(environment)
    with Cloud(settings, token) as cloud, console.Progress() as progress:
        quiet_handlers(progress)
        answer = cloud.collect(event)
        cloud.render_new()
        written = write_documents(cloud, folder)
    digest = read_digest((folder / digest_path(date.fromisoformat(answer["date"]))).read_bytes())
    console.show_ranking(digest)
    for path in written:
        console.say(f"wrote {path}")


def read_order(environment: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The collector's event for the variables DATE and AT."""
    date_text, time_text = environment.get("DATE", "").strip(), environment.get("AT", "").strip()
    day = read_listing_date("DATE", date_text) if date_text else None
    if day and not is_listing_date(day):
        raise InvalidInputError("DATE", f"{day} is a {day:%A}; arXiv lists papers on weekdays only")
    time = read_run_time("AT", time_text) if time_text else default_time(day, now)
    if day and time < announced_at(day):
        reason = f"the papers of {day} are announced at {write_time(announced_at(day))}, not before"
        raise InvalidInputError("AT" if time_text else "DATE", reason)
    event = {"time": write_time(time)}
    return {"date": day.isoformat(), **event} if day else event


def check_settings(settings: Mapping[str, str]) -> None:
    """Refuse now what a function would refuse later, when posts have been paid for.

    Raises InvalidInputError.
    """
    environment = {"TABLE_NAME": "any", "BUCKET_NAME": "any", **settings}
    CollectorSettings.from_environment(environment)
    RendererSettings.from_environment(environment)


def read_token(environment: Mapping[str, str]) -> str:
    """X's bearer token. Raises InvalidInputError."""
    token = environment.get("X_BEARER_TOKEN", "").strip()
    if not token:
        raise InvalidInputError("X_BEARER_TOKEN", "is not set; posts on X cannot be read without")
    if not TOKEN.fullmatch(token):
        reason = "must be printable ASCII without spaces, at most 4,096 characters"
        raise InvalidInputError("X_BEARER_TOKEN", reason)
    return token


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
