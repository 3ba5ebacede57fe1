"""`make digest`: the digest of a day, from the real upstreams, into files."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from hotpapers.documents.digest_json import read_digest, write_time
from hotpapers.domain.calendar import (
    announced_at,
    is_listing_date,
)
from hotpapers.domain.digest import Digest
from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError, UpstreamError
from hotpapers.events import read_listing_date, read_run_time
from hotpapers.roster import Sources, credential_names
from hotpapers.settings import CollectorSettings, PublicationSettings
from hotpapers.use_cases.render import digest_path
from local import console
from local.cloud import Cloud, quiet_handlers
from local.folder import read_folder, write_documents
from local.stack import SITE_URL

SETTINGS = (
    "ARXIV_DELAY_SECONDS",
    "ARXIV_RSS_URL",
    "ARXIV_URL",
    "ARXIV_WEB_URL",
    "AUTOMATED_ACCOUNTS",
    "BLUESKY_URL",
    "CATEGORIES",
    "CONTACT",
    "FRONT_MATTER_CATEGORY",
    "FRONT_MATTER_DRAFT",
    "FRONT_MATTER_SOCIAL_IMAGE",
    "FRONT_MATTER_TAGS",
    "FRONT_MATTER_TEMPLATE",
    "HACKERNEWS_URL",
    "HOT_SCORE",
    "HUGGINGFACE_URL",
    "MASTODON_TAGS",
    "MASTODON_URL",
    "MEASURED_DAYS",
    "MOST_PAPERS",
    "POSTS_SHOWN",
    "POST_SCORE",
    "REDDIT_AUTH_URL",
    "REDDIT_URL",
    "SETTLING_DAYS",
    "SITE_URL",
    "SOURCES",
    "SOURCE_SECONDS",
    "WEIGHTS",
    "X_MAX_POSTS",
    "X_URL",
)
"""The settings of the functions that a local run takes from the environment."""

CREDENTIAL = re.compile(r"[!-~]{1,4096}")
"""What fits into an HTTP header, and into a parameter of Parameter Store."""


def main() -> None:
    """Make the digest that the environment asks for: DATE, AT, OUT, settings and credentials."""
    environment = {name: value for name, value in os.environ.items() if value.strip()}
    event = read_order(environment, datetime.now(UTC))
    folder = read_folder(environment)
    settings = {name: environment[name] for name in SETTINGS if name in environment}
    chosen = check_settings(settings)
    credentials = read_credentials(environment, chosen)
    with Cloud(settings, credentials) as cloud, console.Progress() as progress:
        quiet_handlers(progress)
        try:
            answer = cloud.collect(event)
        except UpstreamError:
            # With another day's listing: what was made before has been paid for.
            if cloud.render_new():
                say_written(write_documents(cloud, folder))
            raise
        day = day_made(answer)
        cloud.render_new()
        written = write_documents(cloud, folder)
    tell(read_digest((folder / digest_path(day)).read_bytes()), written)


def day_made(answer: Mapping[str, Any]) -> str:
    """The listing date of the digest that a run made.

    Raises UpstreamError where it made none: its papers are not announced, say.
    """
    if answer["digests"]:
        return str(answer["date"])
    reasons = [
        f"the listing of {each['date']} is {each['state']}: {each['why']}"
        for each in answer["listings"]
        if "why" in each
    ]
    raise UpstreamError("arXiv", "; ".join(reasons) or "has announced nothing that is due")


def tell(digest: Digest, written: Sequence[Path]) -> None:
    """Print a digest, how its sources did, and where it lies."""
    if digest.listing and digest.is_quiet:
        console.say(f"There are no papers of {digest.date}: {digest.listing.why}")
    else:
        console.show_ranking(digest)
        console.show_sources(digest)
    console.say("")
    say_written(written)


def say_written(written: Sequence[Path]) -> None:
    """Print where files were written."""
    for path in written:
        console.say(f"wrote {path}")


def read_order(environment: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The collector's event for the variables DATE and AT."""
    date_text, time_text = environment.get("DATE", "").strip(), environment.get("AT", "").strip()
    day = read_listing_date("DATE", date_text) if date_text else None
    if day and not is_listing_date(day):
        raise InvalidInputError("DATE", f"{day} is a {day:%A}; arXiv lists papers on weekdays only")
    time = read_run_time("AT", time_text, now) if time_text else now.replace(microsecond=0)
    if day and time < announced_at(day):
        reason = f"the papers of {day} are announced at {write_time(announced_at(day))}, not before"
        raise InvalidInputError("AT" if time_text else "DATE", reason)
    event = {"time": write_time(time)}
    return {"date": day.isoformat(), **event} if day else event


def check_settings(settings: Mapping[str, str]) -> tuple[str, ...]:
    """Refuse now what a function would refuse later, when posts have been paid for.

    Returns the sources that are named in SOURCES, none where nothing is said. Raises
    InvalidInputError.
    """
    needed = {"TABLE_NAME": "any", "BUCKET_NAME": "any", "SITE_URL": SITE_URL}
    environment = {**needed, **settings}
    collector = CollectorSettings.from_environment(environment)
    PublicationSettings.from_environment(environment)
    Sources(collector, Reader(environment), _no_secrets)
    return collector.sources or ()


def _no_secrets() -> NoReturn:
    raise AssertionError("settings are read without credentials")


def read_credentials(environment: Mapping[str, str], chosen: Sequence[str]) -> dict[str, str]:
    """The credentials that there are, by their names.

    Raises InvalidInputError for one that cannot be, and where a source is chosen whose credential
    is not there.
    """
    credentials = {}
    for source, names in credential_names().items():
        for name in names:
            credential = environment.get(name, "").strip()
            if not credential and source in chosen:
                raise InvalidInputError(name, f"is not set; SOURCES names {source}")
            if credential and not CREDENTIAL.fullmatch(credential):
                reason = "must be printable ASCII without spaces, at most 4,096 characters"
                raise InvalidInputError(name, reason)
            credentials[name] = credential
    return credentials


if __name__ == "__main__":
    console.run(main)
