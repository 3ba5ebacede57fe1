"""`make demo`: a real day, offline, through the real handlers, into files."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from hotpapers.documents.digest_json import read_digest
from hotpapers.use_cases.render import digest_path, post_path
from local import console
from local.cloud import Cloud, quiet_handlers
from local.folder import read_folder, write_documents
from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer

SAMPLE = Path(__file__).parent / "sample" / "2020-09-18.json"
DAY = date(2020, 9, 18)
EVENT = {"date": "2020-09-18", "time": "2020-09-20T13:13:43Z"}


@contextmanager
def sample_cloud(handler: logging.Handler) -> Iterator[Cloud]:
    """The system with the sample day in it, collected and rendered."""
    with UpstreamServer(Dataset.load(SAMPLE)) as upstreams:
        settings = {
            "ARXIV_URL": upstreams.url,
            "X_URL": upstreams.url,
            "ARXIV_DELAY_SECONDS": "0",  # the upstream is our own
        }
        with Cloud(settings, token="sample") as cloud:
            quiet_handlers(handler)
            cloud.collect(EVENT)
            cloud.render_new()
            yield cloud


def main() -> None:
    """Make the sample day's files and show them."""
    folder = read_folder(os.environ)
    with console.Progress() as progress, sample_cloud(progress) as cloud:
        write_documents(cloud, folder)
    post, document = folder / post_path(DAY), folder / digest_path(DAY)
    console.show_ranking(read_digest(document.read_bytes()))
    console.say(
        f"""
The post    {post}
The digest  {document}

Next:
  make serve                                   the same day's API, on http://127.0.0.1:8000
  make digest DATE=2020-09-18 X_BEARER_TOKEN=… a day from the real arXiv and X
  sam build && sam deploy --guided             all of it in your AWS account"""
    )


if __name__ == "__main__":
    console.run(main)
