"""The sample days: what the upstreams told about them, and the runs that made their digests."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from hotpapers.adapters.ssm import parameter_name
from hotpapers.errors import InvalidInputError
from local.cloud import Cloud
from local.upstreams.dataset import Dataset, Record
from local.upstreams.faults import Faults
from local.upstreams.server import UpstreamServer

FOLDER = Path(__file__).parent / "sample"

CREDENTIALS = {
    "X_BEARER_TOKEN": "sample",
    "BLUESKY_HANDLE": "sample.bsky.example",
    "BLUESKY_APP_PASSWORD": "demo-demo-demo-demo",
    "REDDIT_CLIENT_ID": "sample",
    "REDDIT_CLIENT_SECRET": "sample",
}
"""The replayed upstreams take anything of the right form."""


class ParameterStore:
    """Parameter Store with credentials in it, given by the names of their variables."""

    def __init__(self, credentials: Mapping[str, str] = CREDENTIALS) -> None:
        self._held = {parameter_name("", name): secret for name, secret in credentials.items()}

    def get_parameters(self, Names: Sequence[str], WithDecryption: bool) -> Any:  # noqa: ARG002, N803
        """The parameters that there are, wherever below a path they are looked for."""
        held = [(name, self._held.get("/" + name.rpartition("/")[2])) for name in Names]
        return {"Parameters": [{"Name": name, "Value": value} for name, value in held if value]}


GROWTH = Fraction(21, 20)
"""How much everything grows in a day."""
RISERS = {"2607.09560": 4, "2607.09590": 3}
"""Papers that are talked about much more after a day, and how much more."""
COUNTS = frozenset(
    {"like_count", "retweet_count", "likeCount", "repostCount", "favourites_count"}
    | {"reblogs_count", "points", "num_comments", "score", "upvotes", "numComments"}
)
"""What the sources call the numbers that grow."""


@dataclass(frozen=True)
class Sample:
    """A listing date with the time of a run (ISO 8601, UTC), and the settings of that run.

    What is said of the papers `has_grown` where the run is a day later than the sample's first.
    """

    day: date
    time: str
    settings: Mapping[str, str] = field(default_factory=dict)
    has_grown: bool = False

    @property
    def path(self) -> Path:
        """What the upstreams told."""
        return FOLDER / f"{self.day}.json"

    @property
    def event(self) -> dict[str, str]:
        """What the collector is ordered to do."""
        return {"date": self.day.isoformat(), "time": self.time}

    def at(self, time: str) -> "Sample":
        """The same day, at the time of another run."""
        return replace(self, time=time)

    def grown(self, time: str) -> "Sample":
        """The same day, at the time of a run a day later."""
        return replace(self, time=time, has_grown=True)

    def collect(self, cloud: Cloud, faults: Faults | None = None) -> None:
        """Make the day's digest and its documents, with the upstreams on this machine."""
        dataset = Dataset.load(self.path)
        with (
            UpstreamServer(
                grown(dataset) if self.has_grown else dataset, faults=faults
            ) as upstreams,
            cloud.set({**upstreams.settings, **self.settings}),
        ):
            cloud.collect(self.event)
            cloud.render_new()


SAMPLES = {
    "seed": Sample(date(2020, 9, 18), "2020-09-20T13:13:43Z", {"SOURCES": "x"}),
    "sources": Sample(
        date(2026, 7, 13),
        "2026-07-15T06:30:00Z",
        {
            "MASTODON_TAGS": "arxiv,machinelearning",
            "AUTOMATED_ACCOUNTS": "bluesky:listing.sample.example",
        },
    ),
}
"""The day of the published post, from X alone, and a day from all six sources."""
A_DAY_LATER = "2026-07-16T06:30:00Z"
"""When the day from all six sources is measured again."""


def read_sample(environment: Mapping[str, str]) -> str:
    """The name of the sample day to show: SAMPLE. Raises InvalidInputError."""
    name = environment.get("SAMPLE", "").strip() or next(iter(SAMPLES))
    if name not in SAMPLES:
        raise InvalidInputError("SAMPLE", f"must be {' or '.join(SAMPLES)}, not {name[:80]!r}")
    return name


def grown(dataset: Dataset) -> Dataset:
    """What the sources tell a day later: the same, with larger numbers."""
    names = ("posts", "bluesky", "hackernews", "reddit", "huggingface")
    return replace(
        dataset,
        **{name: tuple(map(_grown, getattr(dataset, name))) for name in names},
        mastodon={name: tuple(map(_grown, told)) for name, told in dataset.mastodon.items()},
    )


def _grown(record: Record) -> Record:
    text = json.dumps(record)
    factor = next((RISERS[paper] for paper in RISERS if paper in text), GROWTH)
    scaled: Record = json.loads(text, object_hook=lambda fields: _scaled(fields, factor))
    return scaled


def _scaled(fields: Record, factor: Fraction | int) -> Record:
    return {
        name: int(value * factor) if name in COUNTS and isinstance(value, int) else value
        for name, value in fields.items()
    }


def every_sample() -> Dataset:
    """What the upstreams told about all sample days, together."""
    days = [Dataset.load(sample.path) for sample in SAMPLES.values()]
    joined = {
        each.name: tuple(entry for day in days for entry in getattr(day, each.name))
        for each in fields(Dataset)
        if each.name != "mastodon"
    }
    return Dataset(**joined, mastodon={name: s for day in days for name, s in day.mastodon.items()})
