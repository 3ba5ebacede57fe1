"""`make load`: a day of 1,500 papers and 5,000 posts, counted and measured.

The upstreams run in this process, the digest in one of its own, so that what the operating
system says of that process is what a run costs.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hotpapers.documents.digest_json import read_digest
from hotpapers.domain.calendar import submission_window
from hotpapers.domain.digest import Digest
from hotpapers.use_cases.render import digest_path
from local import console
from local.busy_days import text
from local.template import PROJECT
from local.upstreams.dataset import Dataset
from local.upstreams.server import Call, UpstreamServer

DAY = date(2020, 9, 18)
TIME = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)
PAPERS = 1_500
POSTS = 5_000

CONCENTRATION = 8
"""How much the posts are about few of the papers: a hundredth of these get half of those."""
POSTED = timedelta(hours=40)
"""During what time the posts appear."""

SEARCHES_PER_MINUTE = 30
"""X's limit for an app: 450 recent searches in 15 minutes."""


@dataclass(frozen=True)
class Cost:
    """What the operating system says of a finished process."""

    elapsed: float
    user: float
    system: float
    peak_megabytes: float


def busy_day(papers: int = PAPERS, posts: int = POSTS) -> Dataset:
    """A data set of this size, always the same. A few papers get most of the posts."""
    random = Random(2020)  # noqa: S311
    listed = [_paper(random, number, papers) for number in range(papers)]
    found = [_post(random, number, posts, listed) for number in range(posts)]
    users = {post["author_id"]: _user(post["author_id"]) for post in found}
    return Dataset(tuple(listed), tuple(found), tuple(users.values()))


def main() -> None:
    """Run the day and print what it cost."""
    with UpstreamServer(busy_day()) as upstreams, tempfile.TemporaryDirectory() as folder:
        cost = _measure(upstreams.settings, Path(folder))
        digest = read_digest((Path(folder) / digest_path(DAY)).read_bytes())
        calls = list(upstreams.calls)
    for line in _report(cost, calls, digest):
        console.say(line)


def _measure(settings: Mapping[str, str], folder: Path) -> Cost:
    command = [sys.executable, "-m", "local.digest"]
    variables = {
        **settings,
        "DATE": DAY.isoformat(),
        "AT": f"{TIME:%Y-%m-%dT%H:%M:%SZ}",
        "OUT": str(folder),
        "SOURCES": "x",
        "X_MAX_POSTS": str(POSTS),
        "X_BEARER_TOKEN": "load",
        "PYTHONPATH": os.pathsep.join((".", "layers/package")),
    }
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603
        command, cwd=PROJECT, env=os.environ | variables, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit("error: the run failed")
    return Cost(elapsed, usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1024)


def _report(cost: Cost, calls: list[Call], digest: Digest) -> Iterator[str]:
    paths = Counter(call.path for call in calls)
    embeds = sum(len(entry.mentions) for entry in digest.papers)
    yield f"papers {PAPERS}, posts {POSTS}; hot papers {len(digest.papers)}, embeds {embeds}"
    yield f"upstream calls        {len(calls)}"
    for path, count in sorted(paths.items()):
        yield f"  {path:<26} {count}"
    yield f"elapsed               {cost.elapsed:.2f} s, without pauses for arXiv"
    yield f"user + system         {cost.user:.2f} s + {cost.system:.2f} s"
    yield f"peak memory           {cost.peak_megabytes:.0f} MB"
    yield "one search for each paper and one call for each embed would be"
    yield f"  calls               {PAPERS + embeds + 1:,}"
    yield f"  at X's rate limit   {PAPERS / SEARCHES_PER_MINUTE:.0f} minutes"


def _paper(random: Random, number: int, papers: int) -> dict[str, Any]:
    window = submission_window(DAY)
    submitted = window.start + (window.end - window.start) * number / papers
    return {
        "id": f"2009.{number + 1:05}",
        "version": 1,
        "title": text(random, 9).capitalize(),
        "authors": [text(random, 2).title() for _ in range((5 * number + 5) % 12 + 1)],
        "categories": random.sample(["cs.LG", "cs.AI", "cs.CL", "cs.CV", "stat.ML"], k=2),
        "abstract": text(random, 180).capitalize() + ".",
        "published": f"{submitted:%Y-%m-%dT%H:%M:%SZ}",
        "updated": f"{submitted:%Y-%m-%dT%H:%M:%SZ}",
    }


def _post(random: Random, number: int, posts: int, papers: list[dict[str, Any]]) -> dict[str, Any]:
    paper = papers[int(len(papers) * random.random() ** CONCENTRATION)]
    said = text(random, 25)
    link = f"https://t.co/load{number:06}"
    created = submission_window(DAY).end + timedelta(hours=8) + POSTED * number / posts
    return {
        "id": str(1306000000000000000 + number),
        "author_id": str(random.randrange(posts * 2 // 5)),
        "text": f"{said} {link}",
        "created_at": f"{created:%Y-%m-%dT%H:%M:%S.000Z}",
        "lang": "en",
        "public_metrics": {
            "retweet_count": int(random.paretovariate(1.4)),
            "reply_count": 0,
            "like_count": int(random.paretovariate(1.2)),
            "quote_count": 0,
        },
        "entities": {
            "urls": [
                {
                    "start": len(said) + 1,
                    "end": len(said) + 1 + len(link),
                    "url": link,
                    "expanded_url": f"https://arxiv.org/abs/{paper['id']}",
                    "display_url": f"arxiv.org/abs/{paper['id']}",
                }
            ]
        },
    }


def _user(user_id: str) -> dict[str, Any]:
    name = text(Random(f"user {user_id}"), 2).title()  # noqa: S311
    return {"id": user_id, "username": f"reader_{user_id}", "name": name}


if __name__ == "__main__":
    console.run(main)
