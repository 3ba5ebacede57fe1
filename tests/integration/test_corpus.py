"""The predecessor's published posts, made again from what the upstreams said of their days.

Every day of the corpus goes through our clients, the ranking and the post's template, against
the replayed upstreams; some days go through the three handlers on moto, and some through
`make digest` itself. Skipped where the corpus is not beside the project.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
from hotpapers.adapters.http import Terms
from hotpapers.adapters.x import X
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.domain.calendar import Window, submission_window
from hotpapers.domain.digest import Digest
from hotpapers.domain.ranking import Rules, make_digest
from hotpapers.domain.reading import make_reading
from hotpapers.domain.sources import SourceReport, Status
from local.cloud import Cloud
from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.corpus.published import CORPUS, MISSING, SCRIPT
from tests.corpus.replays import Replay, published_days, read_replay

if TYPE_CHECKING:
    from local.upstreams.x import Vocabulary

pytestmark = pytest.mark.skipif(not published_days(), reason=MISSING)

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "local" / "sample" / "2020-09-18.json"
MAKE = shutil.which("make") or "make"
CATEGORIES = ("cs.*", "stat.ML")

every_day = pytest.mark.parametrize("day", published_days(), ids=str)

UNREACHABLE = {
    "1295740398871117825": date(2020, 8, 21),
    "1295741296133517313": date(2020, 8, 21),
    "1295999451224391680": date(2020, 8, 21),
    "1351355495072886785": date(2021, 1, 22),
    "1351642932223373312": date(2021, 1, 22),
    "1390322808752902148": date(2021, 5, 11),
    "1422908502297780225": date(2021, 8, 6),
}
"""Posts that were shown although they are older than the submission window of the day."""


def time_of(replay: Replay) -> str:
    return f"{replay.collected_at:%Y-%m-%dT%H:%M:%SZ}"


def collected(replay: Replay, upstreams: UpstreamServer) -> Digest:
    window = submission_window(replay.day)
    origins = ArxivOrigins(upstreams.url, upstreams.url, upstreams.url)
    papers = Arxiv(origins, CATEGORIES, "", 0.0).papers_submitted(window)
    span = Window(window.start, replay.collected_at)
    # As many posts as the day has: the predecessor had no limit.
    pages = list(X(upstreams.url, "secret", 10_000, Terms()).pages(replay.day, span))
    reading = make_reading("x", span.end, (paper.id for paper in papers), pages)
    reports = {"x": SourceReport(Status.OK)}
    return make_digest(replay.day, replay.collected_at, papers, [reading], reports, Rules())


@pytest.mark.thorough
@every_day
def test_every_day_comes_out_as_it_was_published(day: date) -> None:
    replay = read_replay(day)
    vocabulary: Vocabulary = "tweet" if day.day % 2 else "post"
    with UpstreamServer(replay.dataset, vocabulary=vocabulary) as upstreams:
        digest = collected(replay, upstreams)
    assert write_post(digest, FrontMatter()).decode().split("\n") == replay.post.split("\n")


@pytest.mark.thorough
@every_day
def test_only_the_known_faults_are_mended(day: date) -> None:
    """What is expected of us, derived once more: line by line, empty lines aside."""
    replay = read_replay(day)
    published = (CORPUS / f"{day}---Hot-Papers.md").read_text(encoding="utf-8")
    kept: list[str] = []
    shown: set[str] = set()
    for line in (mended_line(line, replay) for line in published.split("\n") if line):
        if line.startswith("# "):
            shown.clear()
        number = re.search(r"/status/(\d+)\?", line) if line.startswith("<blockquote") else None
        left_out = number and (number[1] in shown or UNREACHABLE.get(number[1]) == day)
        script_of_one_left_out = line == SCRIPT and not kept[-1].startswith("<blockquote")
        if not (left_out or script_of_one_left_out):
            kept.append(line)
        if number:
            shown.add(number[1])
    assert kept == [line for line in replay.post.split("\n") if line]


def mended_line(line: str, replay: Replay) -> str:
    if line.startswith("date: "):
        return line.replace(".Z", "Z")
    if line.startswith("- retweets: "):
        stamp = f"({replay.collected_at:%m/%d/%Y %H:%M:%S})"
        return re.sub(r"\([^()]*\)$", stamp, line)
    if line.startswith(("<", "- ", "  - ")):
        return line
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", re.sub(r"\s+", " ", line).strip())


# The whole path

CHOSEN_DAYS = (
    pytest.param(date(2020, 6, 29), marks=pytest.mark.thorough),  # the first post
    date(2020, 9, 18),
    date(2020, 12, 7),  # no paper at all
    pytest.param(date(2021, 4, 2), marks=pytest.mark.thorough),  # Arabic
    pytest.param(date(2021, 4, 14), marks=pytest.mark.thorough),  # one post about three papers
)


@pytest.fixture(scope="module")
def upstreams() -> Iterator[UpstreamServer]:
    """The upstreams of one day after the other."""
    with UpstreamServer(Dataset((), (), ())) as server:
        yield server


@pytest.fixture(scope="module")
def cloud(upstreams: UpstreamServer) -> Iterator[Cloud]:
    settings = {"SOURCES": "x", "X_MAX_POSTS": "10000"}
    with Cloud(upstreams.settings | settings, {"X_BEARER_TOKEN": "secret"}) as made:
        yield made


@pytest.mark.parametrize("day", CHOSEN_DAYS, ids=str)
def test_the_handlers_publish_it(day: date, upstreams: UpstreamServer, cloud: Cloud) -> None:
    replay = read_replay(day)
    upstreams.replay(replay.dataset)
    cloud.collect({"date": day.isoformat(), "time": time_of(replay)})
    cloud.render_new()
    # The announcement, its papers' descriptions, and the posts by likes in pages of a hundred: no
    # call for a paper or an embed. Each of the four searches may end with a page that is not full.
    # At last the hot papers' descriptions again, of all of them at once.
    paths = [call.path for call in upstreams.calls]
    searches = len(upstreams.calls_to("/2/tweets/search/recent"))
    announced = [f"/catchup/cs/{day}", f"/catchup/stat.ML/{day}", "/api/query"]
    hot = ["/api/query"] if "\n# 1. " in replay.post else []
    assert paths == announced + ["/2/tweets/search/recent"] * searches + hot
    assert searches <= -(-len(replay.dataset.posts) // 100) + 4
    documents = dict(cloud.account.documents())
    post = documents[f"posts/{day}---Hot-Papers.md"].decode()
    assert post.split("\n") == replay.post.split("\n")


@pytest.mark.thorough
@pytest.mark.parametrize("day", [date(2020, 9, 18), date(2021, 8, 4)], ids=str)
def test_make_digest_writes_it(day: date, tmp_path: Path) -> None:
    replay = read_replay(day)
    with UpstreamServer(replay.dataset) as upstreams:
        finished = subprocess.run(
            [MAKE, "digest", f"DATE={day}", f"AT={time_of(replay)}", f"OUT={tmp_path}"],
            cwd=PROJECT,
            env=os.environ
            | upstreams.settings
            | {
                "SOURCES": "x",
                "X_MAX_POSTS": "10000",
                "X_BEARER_TOKEN": "secret",
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert finished.returncode == 0, finished.stderr
    post = (tmp_path / "posts" / f"{day}---Hot-Papers.md").read_text(encoding="utf-8")
    assert post.split("\n") == replay.post.split("\n")


# The sample


def test_the_sample_day_has_the_published_facts() -> None:
    published = read_replay(date(2020, 9, 18))
    with UpstreamServer(published.dataset) as upstreams:
        facts = facts_of(collected(published, upstreams))
    with UpstreamServer(Dataset.load(SAMPLE)) as upstreams:
        assert facts_of(collected(published, upstreams)) == facts
    assert len(facts) == 23


def facts_of(digest: Digest) -> list[tuple[object, ...]]:
    return [
        (
            entry.rank,
            entry.paper.id,
            entry.paper.title,
            entry.paper.authors,
            entry.paper.categories,
            entry.retweets,
            entry.favorites,
            [
                (mention.post.id, mention.post.account.username, mention.post.account.name)
                for mention in entry.mentions
            ],
        )
        for entry in digest.papers
    ]
