"""`make demo` and `make digest` with six sources: what they tell where one of them fails."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import pytest

from hotpapers.documents.digest_json import read_digest
from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.sources import SOURCES, Status
from local.samples import CREDENTIALS, SAMPLES
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Faults, answers
from local.upstreams.server import UpstreamServer
from tests.commands import Files, Run, run, told_sources

pytestmark = pytest.mark.thorough

SOURCES_DAY = SAMPLES["sources"].day
Row = tuple[int | None, ...]

RUNS = ("sources", "one-down", "completed", "a-day-later")
"""The folders of the demo's runs: all six sources, Bluesky down, an hour later, and a day later."""

FROM_SIX: dict[str, tuple[int, ...]] = {
    # id: score, and what X, Bluesky, Mastodon, HN, Reddit and HF counted
    "2607.09424": (1083, 195, 154, 140, 74, 186, 52),
    "2607.09474": (830, 318, 50, 0, 131, 95, 21),
    "2607.09510": (659, 37, 0, 55, 212, 143, 0),
    "2607.09657": (602, 305, 114, 13, 0, 0, 34),
    "2607.09532": (450, 107, 49, 102, 96, 0, 0),
    "2607.09492": (409, 319, 0, 0, 0, 0, 18),
    "2607.09632": (162, 23, 0, 23, 58, 0, 0),
    "2607.09544": (154, 15, 4, 0, 0, 0, 27),
    "2607.09487": (139, 93, 0, 0, 4, 38, 0),
    "2607.09489": (119, 5, 41, 73, 0, 0, 0),
    "2607.99001": (113, 27, 86, 0, 0, 0, 0),
    "2607.09590": (70, 0, 0, 0, 0, 0, 14),
    "2607.09502": (69, 5, 0, 0, 0, 64, 0),
    "2607.09560": (62, 0, 0, 0, 31, 0, 0),
    "2607.09653": (55, 37, 0, 18, 0, 0, 0),
    "2607.09520": (53, 0, 8, 0, 0, 0, 9),
    "2607.09645": (53, 22, 16, 15, 0, 0, 0),
    "2607.09662": (53, 53, 0, 0, 0, 0, 0),
}
"""The day from all six sources: the papers by rank."""


@pytest.fixture(scope="module")
def six_demos(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """The demo of six sources, twice, as above."""
    folders = [tmp_path_factory.mktemp("six") for _ in range(2)]
    sample = {"SAMPLE": "sources"}
    with ThreadPoolExecutor() as processes:
        return list(processes.map(run, repeat("demo"), folders, repeat(sample), ("1", "2")))


def read_run(files: Files, folder: str) -> Digest:
    return read_digest(files[f"{folder}/digests/{SOURCES_DAY}.json"])


def rows(digest: Digest) -> dict[str, Row]:
    """What a digest says, as in FROM_SIX."""
    return {entry.paper.id: (int(entry.score), *counted(entry)) for entry in digest.papers}


def counted(entry: RankedPaper) -> Iterator[int | None]:
    """What each source counted for a paper; None for what is unknown."""
    for name, source in SOURCES.items():
        known = entry.attention.get(name)
        yield sum(known.counts[metric] for metric in source.counted) if known else None


def without_bluesky() -> list[tuple[str, Row]]:
    """FROM_SIX as it is where nothing is known of Bluesky: only hot papers, ranked anew."""
    left = [
        (bluesky - score, paper, x, others)
        for paper, (score, x, bluesky, *others) in FROM_SIX.items()
        if score - bluesky >= 50
    ]
    return [(paper, (-minus, x, None, *others)) for minus, paper, x, others in sorted(left)]


def statuses(digest: Digest) -> dict[str, Status]:
    return {name: report.status for name, report in digest.sources.items()}


ALL_OK = dict.fromkeys(SOURCES, Status.OK)


def test_the_demo_of_six_sources_makes_the_same_files_each_time(six_demos: list[Run]) -> None:
    first, second = six_demos

    assert (first.status, second.status) == (0, 0)
    assert set(first.files) == {
        f"{folder}/{name}"
        for folder in RUNS
        for name in (f"posts/{SOURCES_DAY}---Hot-Papers.md", f"digests/{SOURCES_DAY}.json")
    }
    assert first.files == second.files


def test_a_day_from_six_sources(six_demos: list[Run]) -> None:
    digest = read_run(six_demos[0].files, "sources")

    assert list(rows(digest).items()) == list(FROM_SIX.items())
    assert statuses(digest) == ALL_OK
    # What is kept of the rules: who wrote a paper, and who only passes on listings
    by_author = {
        (mention.post.source, entry.paper.id)
        for entry in digest.papers
        for mention in entry.mentions
        if mention.by_author
    }
    accounts = {
        mention.post.account.username for entry in digest.papers for mention in entry.mentions
    }
    assert by_author == {("x", "2607.99001"), ("bluesky", "2607.99001")}
    assert not {name for name in accounts if "listing" in name}


def test_the_same_day_with_a_source_down_and_completed(six_demos: list[Run]) -> None:
    partial = read_run(six_demos[0].files, "one-down")
    completed = read_run(six_demos[0].files, "completed")

    assert list(rows(partial).items()) == without_bluesky()
    assert statuses(partial) == {**ALL_OK, "bluesky": Status.FAILED}
    assert list(rows(completed).items()) == list(FROM_SIX.items())
    assert statuses(completed) == ALL_OK


def test_the_demo_of_six_sources_shows_each_run(six_demos: list[Run]) -> None:
    output = six_demos[0].output
    tables = re.split(r"(?m)^Hot Papers 2026-07-13, (.+?) *$", output)[1:]
    digests = [read_run(six_demos[0].files, folder) for folder in RUNS]

    assert tables[::2] == [
        "from six sources",
        "with Bluesky down",
        "an hour later, with Bluesky back",
        "measured again a day later",
    ]
    for table, made, folder in zip(tables[1::2], digests, RUNS, strict=True):
        shown = re.findall(r"(?m)^ +\d+ +(\d+) ((?: *(?:\d+|–)){6}) (2607\.\d+) \S", table)
        expected = [
            (str(score), ["–" if number is None else str(number) for number in numbers], paper)
            for paper, (score, *numbers) in rows(made).items()
        ]
        assert [(score, numbers.split(), paper) for score, numbers, paper in shown] == expected
        assert re.findall(r"(?m)^The (\w+) +/.*/(.+?)/((?:posts|digests)/.+)$", table) == [
            ("post", folder, f"posts/{SOURCES_DAY}---Hot-Papers.md"),
            ("digest", folder, f"digests/{SOURCES_DAY}.json"),
        ]
    assert told_sources(tables[1]) == SOURCES_OK
    assert told_sources(tables[3]) == SOURCES_OK | {
        "Bluesky": "failed: opens no session: answered 503 (Down for maintenance.) "
        "(asked once; again only after 3600 s)"
    }
    assert told_sources(tables[5]) == SOURCES_OK
    assert told_sources(tables[7]) == SOURCES_OK | {"X": "ok, 35 posts read, $0.175"}


def test_the_day_measured_again_shows_what_rises(six_demos: list[Run]) -> None:
    first, *_, again = (read_run(six_demos[0].files, folder) for folder in RUNS)
    shown = six_demos[0].output.partition("\nRising since ")[2]

    assert [(str(rise.paper), int(rise.growth)) for rise in again.rising[:3]] == [
        ("2607.09600", 399),
        ("2607.09560", 186),
        ("2607.09590", 140),
    ]
    assert re.findall(r"(?m)^ +\+(\d+)  (\S+)  \S", shown) == [
        (str(rise.growth), rise.paper) for rise in again.rising
    ]
    # Nobody had spoken of it before; what Bluesky would have said in the first run is unknown.
    assert re.findall(r"(?m)^ +(\d+)  (2026-\S+)  (.+)$", shown) == [
        ("0", "2026-07-15T06:30:00Z", "X 0, Bluesky –"),
        ("0", "2026-07-15T07:30:00Z", "X 0"),
        ("399", "2026-07-16T06:30:00Z", "X 399"),
    ]
    assert again.first_published_at == first.collected_at


SOURCES_OK = {source.title: "ok" for source in SOURCES.values()} | {"X": "ok, 34 posts read, $0.17"}


# make digest

FORBIDDEN = answers(403, '{"message": "No."}', content_type="application/json")
SIX = {"DATE": str(SOURCES_DAY), "AT": SAMPLES["sources"].time, **SAMPLES["sources"].settings}


def digest_with(down: str, folder: Path) -> Run:
    """`make digest` of the day from six sources, one of which refuses everything."""
    faults = Faults(**{down: repeat(FORBIDDEN)})
    with UpstreamServer(Dataset.load(SAMPLES["sources"].path), faults=faults) as upstreams:
        return run("digest", folder, upstreams.settings | SIX | CREDENTIALS)


@pytest.fixture(scope="module")
def digests_with_one_down(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """The runs by the source that is down in each."""
    folders = [tmp_path_factory.mktemp(name) for name in SOURCES]
    with ThreadPoolExecutor(3) as processes:
        return dict(zip(SOURCES, processes.map(digest_with, SOURCES, folders), strict=True))


@pytest.mark.parametrize("down", SOURCES)
def test_a_source_that_fails_is_told_and_the_others_numbers_stand(
    down: str, digests_with_one_down: dict[str, Run]
) -> None:
    outcome = digests_with_one_down[down]
    digest = read_digest(outcome.files[f"digests/{SOURCES_DAY}.json"])
    place = list(SOURCES).index(down) + 1

    assert outcome.status == 0
    assert statuses(digest) == {**ALL_OK, down: Status.FAILED}
    for paper, (_, *numbers) in rows(digest).items():
        assert numbers[place - 1] is None
        numbers[place - 1] = FROM_SIX[paper][place]
        assert tuple(numbers) == FROM_SIX[paper][1:]
    told = told_sources(outcome.output)
    assert told.pop(SOURCES[down].title).startswith("failed: ")
    assert told == {title: said for title, said in SOURCES_OK.items() if title in told}
    assert f"\n{SOURCES[down].title} could not be asked: " in outcome.errors
    assert CREDENTIALS["BLUESKY_APP_PASSWORD"] not in outcome.output + outcome.errors


def test_sources_without_credentials_are_off(tmp_path: Path) -> None:
    with UpstreamServer(Dataset.load(SAMPLES["sources"].path)) as upstreams:
        outcome = run("digest", tmp_path, upstreams.settings | SIX | {"BLUESKY_HANDLE": "a.b"})

    assert outcome.status == 0
    assert told_sources(outcome.output) == {
        "X": "off: no credential: X_BEARER_TOKEN",
        "Bluesky": "off: no credential: BLUESKY_APP_PASSWORD",
        "Mastodon": "ok",
        "Hacker News": "ok",
        "Reddit": "off: no credential: REDDIT_CLIENT_ID, REDDIT_CLIENT_SECRET",
        "Hugging Face": "ok",
    }
    assert not upstreams.calls_to("/xrpc/")
