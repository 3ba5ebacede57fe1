"""`make demo`: a sample day, offline, through the real handlers, into files.

SAMPLE says which: `seed`, the day of the published post from X alone, or `sources`, a day from all
six sources, the same day with one of them down, and how later runs complete it and measure it
again.
"""

import os
from collections.abc import Callable, Mapping
from itertools import repeat
from pathlib import Path

from hotpapers.documents.digest_json import read_digest
from hotpapers.domain.digest import Digest
from hotpapers.use_cases.render import digest_path, post_path
from local import console
from local.cloud import Cloud, quiet_handlers
from local.folder import read_folder, write_documents
from local.samples import A_DAY_LATER, CREDENTIALS, SAMPLES, Sample, read_sample
from local.upstreams.faults import Faults, answers

MAINTENANCE = '{"error": "UpstreamFailure", "message": "Down for maintenance."}'
DOWN = Faults(
    bluesky=repeat(answers(503, MAINTENANCE, content_type="application/json", retry_after=3600))
)
"""Bluesky answers nothing else for an hour."""
AN_HOUR_LATER = "2026-07-15T07:30:00Z"


def main() -> None:
    """Make the files of the day that SAMPLE names, and show them."""
    show = SHOWS[read_sample(os.environ)]
    folder = read_folder(os.environ)
    show(folder)


def show_seed(folder: Path) -> None:
    """The day of the published post, from X alone."""
    sample = SAMPLES["seed"]
    with console.Progress() as progress, Cloud(credentials=CREDENTIALS) as cloud:
        quiet_handlers(progress)
        sample.collect(cloud)
        write_documents(cloud, folder)
    post, document = paths(sample, folder)
    console.show_ranking(read_digest(document.read_bytes()))
    console.say(
        f"""
The post    {post}
The digest  {document}

Next:
  make demo SAMPLE=sources                     a day from six sources, as it is measured run by run
  make serve                                   both days in your browser, http://127.0.0.1:8000
  make digest                                  the newest day from the real arXiv and sources
  sam build && sam deploy --guided             all of it in your AWS account"""
    )


def show_sources(folder: Path) -> None:
    """A day from six sources; the same day with one of them down; and that day in later runs.

    Every run measures all days again that are not final yet.
    """
    sample = SAMPLES["sources"]
    with console.Progress() as progress, Cloud(credentials=CREDENTIALS) as cloud:
        quiet_handlers(progress)
        everything = _run(cloud, sample, folder / "sources")
    tell(everything, "from six sources", sample, folder / "sources")
    with console.Progress() as progress, Cloud(credentials=CREDENTIALS) as cloud:
        quiet_handlers(progress)
        partial = _run(cloud, sample, folder / "one-down", DOWN)
        later = sample.at(AN_HOUR_LATER)
        completed = _run(cloud, later, folder / "completed")
        grown = sample.grown(A_DAY_LATER)
        measured = _run(cloud, grown, folder / "a-day-later")
    tell(partial, "with Bluesky down", sample, folder / "one-down")
    tell(completed, "an hour later, with Bluesky back", later, folder / "completed")
    tell(measured, "measured again a day later", grown, folder / "a-day-later")


def _run(cloud: Cloud, sample: Sample, folder: Path, faults: Faults | None = None) -> Digest:
    sample.collect(cloud, faults)
    write_documents(cloud, folder)
    return read_digest(paths(sample, folder)[1].read_bytes())


def tell(digest: Digest, how: str, sample: Sample, folder: Path) -> None:
    """Print a digest, how its sources did, and where it lies."""
    console.show_ranking(digest, f"Hot Papers {digest.date}, {how}")
    console.show_sources(digest)
    console.show_rising(digest)
    post, document = paths(sample, folder)
    console.say(f"\nThe post    {post}\nThe digest  {document}\n")


def paths(sample: Sample, folder: Path) -> tuple[Path, Path]:
    """Where a day's post and digest lie."""
    return folder / post_path(sample.day), folder / digest_path(sample.day)


SHOWS: Mapping[str, Callable[[Path], None]] = {"seed": show_seed, "sources": show_sources}


if __name__ == "__main__":
    console.run(main)
