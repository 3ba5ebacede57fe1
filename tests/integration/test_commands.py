"""`make demo` and `make digest`, as processes: what they write, what they say, how they fail."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, repeat
from pathlib import Path

import pytest
from aws_lambda_powertools import Logger

from hotpapers.domain.sources import SOURCES
from local import console, digest
from local.cloud import SERVICE
from local.samples import SAMPLES
from local.upstreams.dataset import Dataset
from local.upstreams.faults import Faults, answers
from local.upstreams.server import UpstreamServer
from tests.builders import FRONT_MATTER
from tests.commands import Environment, Files, Run, read_files, run, told_sources

SEED = Dataset.load(SAMPLES["seed"].path)
POST, DIGEST = "posts/2020-09-18---Hot-Papers.md", "digests/2020-09-18.json"
ORDER = {
    "DATE": "2020-09-18",
    "AT": "2020-09-20T13:13:43Z",
    "SOURCES": "x",
    "X_BEARER_TOKEN": "secret-token",
}

PAPERS = [
    # id, retweets, favorites, and the post that is shown
    ("2009.08319", 8160, 0, "MishaLaskin/status/1306779645287763970"),
    ("2009.08295", 1448, 195, "PatrickKidger/status/1306880525026635781"),
    ("2009.08026", 992, 128, "ak92501/status/1306754547319271424"),
    ("2009.08092", 252, 171, "PreetumNakkiran/status/1306790160152121344"),
    ("2009.08348", 182, 65, "confusezius/status/1306954950329675778"),
    ("2009.08000", 148, 51, "thejonullman/status/1306934928765079554"),
    ("2009.08322", 125, 54, "narnolddd/status/1306925997682458624"),
    ("2009.08392", 138, 20, "uvmcomplexity/status/1306952401748930561"),
    ("2009.08378", 130, 21, "jensegholm/status/1306894879629467655"),
    ("2009.07995", 110, 40, "stevenhoi/status/1306856080304082944"),
    ("2009.08385", 114, 30, None),
    ("2009.08123", 90, 50, "pranavrajpurkar/status/1306777007527616512"),
    ("2009.08027", 65, 41, "ak92501/status/1306768840634839043"),
    ("2009.08015", 62, 41, "ak92501/status/1306758436340760576"),
    ("2009.08216", 35, 52, "dsfranca/status/1306831732814098432"),
    ("2009.07974", 64, 16, None),
    ("2009.07896", 58, 21, None),
    ("2009.08083", 36, 40, "ak92501/status/1306765462735409152"),
    ("2009.08428", 58, 18, None),
    ("2009.08374", 56, 15, None),
    ("2009.08240", 26, 37, "WikiResearch/status/1306913641153863680"),
    ("2009.08366", 32, 28, None),
    ("2009.08441", 30, 26, "sharma_ashish_2/status/1306956675786571778"),
]
"""The day as it was published: the papers by rank."""

PROGRESS = [
    "arXiv: 26 of 26 papers",
    "the listing of 2020-09-18 is fresh (25 papers, by arXiv's listing page)",
    "X: 3 posts, page 1",
    "X: 21 posts, page 2",
    "X: 40 posts, page 3",
    "X: 120 posts, page 4",
    "arXiv: 23 of 23 papers",
    "the digest of 2020-09-18 is saved (23 of 25 papers)",
]


def ranking(output: str) -> list[tuple[int, ...]]:
    """The rows of the table: rank, score, retweets, favorites, and the digits of the id."""
    rows = re.findall(r"(?m)^ *(\d+) +(\d+) +(\d+) +(\d+) +(\d{4})\.(\d{5}) +\S", output)
    return [tuple(map(int, row)) for row in rows]


EXPECTED_RANKING = [
    (rank, retweets + favorites, retweets, favorites, *map(int, paper_id.split(".")))
    for rank, (paper_id, retweets, favorites, _) in enumerate(PAPERS, start=1)
]


# make demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The demo, with its sets and dictionaries in another order than elsewhere."""
    return run("demo", tmp_path_factory.mktemp("demo"), {}, hash_seed="1")


@pytest.mark.thorough
def test_the_demo_makes_the_same_files_each_time(demo: Run, tmp_path: Path) -> None:
    again = run("demo", tmp_path, {}, hash_seed="2")

    assert (demo.status, again.status) == (0, 0)
    assert set(demo.files) == {POST, DIGEST}
    assert demo.files == again.files


@pytest.mark.thorough
def test_the_demo_s_post_is_the_published_one_by_its_facts(demo: Run) -> None:
    post = demo.files[POST].decode()
    scripts = (
        '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>'
    )
    shown = [url for *_, url in PAPERS if url]

    first = "# 1. Decoupling Representation Learning from Reinforcement Learning"
    assert post.startswith(f"{FRONT_MATTER}\n{first}\n")
    assert re.findall(r"(?m)^# (\d+)\. \S", post) == [str(rank) for rank in range(1, 24)]
    assert re.findall(r"(?m)^- retweets: (.+)$", post) == [
        f"{retweets}, favorites: {favorites} (09/20/2020 13:13:43)"
        for _, retweets, favorites, _ in PAPERS
    ]
    assert re.findall(r"(?m)^- links: (.+)$", post) == [
        f"[abs](https://arxiv.org/abs/{paper_id}) | [pdf](https://arxiv.org/pdf/{paper_id})"
        for paper_id, *_ in PAPERS
    ]
    assert re.findall(r"https://twitter\.com/(\w+/status/\d+)\?ref_src=", post) == shown
    assert post.count(scripts) == len(shown)


@pytest.mark.thorough
def test_the_demo_shows_the_ranking_and_what_to_do_next(demo: Run) -> None:
    output = demo.output

    assert ranking(output) == EXPECTED_RANKING
    assert re.findall(r"(?m)^  (make \w+(?: SAMPLE=\w+)?|sam build)", output) == [
        "make demo SAMPLE=sources",
        "make serve",
        "make digest",
        "sam build",
    ]
    assert re.findall(r"(?m)^The (\w+) +/.*/((?:posts|digests)/.+)$", output) == [
        ("post", POST),
        ("digest", DIGEST),
    ]
    assert demo.errors.splitlines()[: len(PROGRESS)] == PROGRESS


def test_a_sample_that_is_not_there_is_refused(tmp_path: Path) -> None:
    outcome = run("demo", tmp_path, {"SAMPLE": "2020-09-18"})

    assert (outcome.status, outcome.output, outcome.files) == (1, "", {})
    assert outcome.errors == "error: SAMPLE: must be seed or sources, not '2020-09-18'\n"


# make digest


@pytest.fixture(scope="module")
def digest_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The seed's day, from upstreams elsewhere, over what an earlier run has left."""
    folder = tmp_path_factory.mktemp("digest")
    leave_files(folder)
    with UpstreamServer(SEED) as upstreams:
        return run("digest", folder, ORDER | upstreams.settings)


def leave_files(folder: Path) -> Files:
    """What an earlier run has left: files of this day, and of another."""
    files = {POST: b"old post", DIGEST: b"old digest", "digests/2020-09-17.json": b"another day"}
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return files


@pytest.mark.thorough
def test_a_digest_from_the_upstreams_is_the_demo_s(digest_run: Run, demo: Run) -> None:
    assert digest_run.status == 0
    assert digest_run.files == demo.files | {"digests/2020-09-17.json": b"another day"}


def test_a_digest_shows_its_progress_its_ranking_and_its_sources(digest_run: Run) -> None:
    *progress, rendered, feeds = digest_run.errors.splitlines()
    assert progress == PROGRESS
    assert rendered.startswith("rendered: date 2020-09-18, revision ")
    assert feeds == "feeds made: date 2020-09-18"
    assert ranking(digest_run.output) == EXPECTED_RANKING
    assert told_sources(digest_run.output) == {
        source.title: "off: not in SOURCES" for source in SOURCES.values()
    } | {"X": "ok, 120 posts read, $0.60"}
    assert re.findall(r"(?m)^wrote .*/((?:posts|digests)/.+)$", digest_run.output) == [DIGEST, POST]


def test_the_token_is_not_shown(digest_run: Run) -> None:
    assert "secret-token" not in digest_run.output + digest_run.errors


@pytest.mark.thorough
def test_posts_that_cost_money_are_limited(tmp_path: Path) -> None:
    order = ORDER | {"X_MAX_POSTS": "20"}
    with UpstreamServer(SEED) as upstreams:
        outcome = run("digest", tmp_path, upstreams.settings | order)

    assert outcome.status == 0
    assert re.fullmatch(
        r"partial: stopped at X_MAX_POSTS, 20 posts; .+, 20 posts read, \$0\.10",
        told_sources(outcome.output)["X"],
    )
    assert "\nX did not tell all: stopped at X_MAX_POSTS, 20 posts; " in outcome.errors


# Failures of arXiv, and of the folder


@pytest.fixture
def logger() -> Iterator[None]:
    """The functions' logger as it was: a command that runs in this process keeps it."""
    logger = logging.getLogger(Logger(service=SERVICE).name)
    handlers, propagate = logger.handlers[:], logger.propagate
    yield
    logger.handlers[:], logger.propagate = handlers, propagate


@pytest.mark.usefixtures("logger")
def test_without_arxiv_there_is_no_digest_and_nothing_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    busy = repeat(answers(503, "Busy.", retry_after=3600))
    faults = Faults(arxiv=busy, arxiv_web=busy)
    before = leave_files(tmp_path)

    with UpstreamServer(SEED, faults=faults) as upstreams:
        set_environment(monkeypatch, ORDER | upstreams.settings | {"OUT": str(tmp_path)})
        *progress, error = refusal(capsys).splitlines()

    assert error == ("error: arXiv: answered 503 ('Busy.') (asked once; again only after 3600 s)")
    assert progress == [
        "the listing of 2020-09-18 is failed - arXiv: answered 503 ('Busy.') "
        "(asked once; again only after 3600 s)"
    ]
    assert not upstreams.calls_to("/2/")
    assert read_files(tmp_path) == before


@pytest.mark.thorough
def test_without_the_query_api_a_digest_is_made_all_the_same(tmp_path: Path) -> None:
    faults = Faults(arxiv=repeat(answers(503, "Busy.", retry_after=3600)))
    with UpstreamServer(SEED, faults=faults) as upstreams:
        outcome = run("digest", tmp_path, ORDER | upstreams.settings)

    assert outcome.status == 0
    assert ranking(outcome.output) == EXPECTED_RANKING
    assert f"  {'arXiv':<12}  fresh, 25 papers by its listing page\n" in outcome.output
    assert outcome.errors.startswith("papers are described by their announcement: date 2020-09-18")


@pytest.mark.thorough
def test_without_its_pages_a_digest_is_made_of_what_was_submitted(tmp_path: Path) -> None:
    faults = Faults(arxiv_web=repeat(answers(503, "Busy.", retry_after=3600)))
    with UpstreamServer(SEED, faults=faults) as upstreams:
        outcome = run("digest", tmp_path, ORDER | upstreams.settings)

    assert outcome.status == 0
    assert ranking(outcome.output) == EXPECTED_RANKING
    told = "fresh, 25 papers by its submission window, papers by their time of submission"
    assert f"  {'arXiv':<12}  {told}" in outcome.output


TODAY = {
    "AT": "2020-09-21T10:00:00Z",
    "SETTLING_DAYS": "0",
    "SOURCES": "x",
    "X_BEARER_TOKEN": "secret-token",
}


@pytest.mark.thorough
def test_the_newest_day_is_made_where_none_is_named(tmp_path: Path) -> None:
    """On its own day a listing is what the feed tells, and the listing page confirms."""
    with UpstreamServer(SEED) as upstreams:
        outcome = run("digest", tmp_path, TODAY | upstreams.settings)

    assert outcome.status == 0, outcome.errors
    assert f"  {'arXiv':<12}  fresh, 1 paper by its feed\n" in outcome.output
    assert set(outcome.files) == {
        "digests/2020-09-21.json",
        "posts/2020-09-21---Hot-Papers.md",
    }


@pytest.mark.thorough
def test_what_is_made_is_written_though_another_day_cannot_be_asked_about(tmp_path: Path) -> None:
    busy = answers(503, "Busy.", retry_after=3600)
    faults = Faults(
        # Friday's two pages and its papers are told; then arXiv is down.
        arxiv=chain([None], repeat(busy)),
        arxiv_rss=repeat(busy),
        arxiv_web=chain([None, None], repeat(busy)),
    )
    order = {name: value for name, value in TODAY.items() if name != "SETTLING_DAYS"}
    with UpstreamServer(SEED, faults=faults) as upstreams:
        outcome = run("digest", tmp_path, order | upstreams.settings)

    assert outcome.status == 1
    assert outcome.errors.splitlines()[-1].startswith("error: arXiv: answered 503 ('Busy.')")
    assert set(outcome.files) == {DIGEST, POST}
    assert re.findall(r"(?m)^wrote .*/((?:posts|digests)/.+)$", outcome.output) == [DIGEST, POST]


@pytest.mark.thorough
def test_a_day_that_is_not_announced_yet_has_no_digest(tmp_path: Path) -> None:
    with UpstreamServer(SEED, today=date(2020, 9, 20)) as upstreams:
        outcome = run("digest", tmp_path, TODAY | {"DATE": "2020-09-21"} | upstreams.settings)

    assert (outcome.status, outcome.output, outcome.files) == (1, "", {})
    assert outcome.errors.splitlines()[-1].startswith(
        "error: arXiv: the listing of 2020-09-21 is waiting: "
    )


@pytest.mark.thorough
def test_a_day_without_an_announcement_is_told(tmp_path: Path) -> None:
    quiet = TODAY | {"DATE": "2020-09-17"}
    papers = tuple(paper for paper in SEED.papers if paper["id"] != "2009.99002")
    with UpstreamServer(replace(SEED, papers=papers)) as upstreams:
        outcome = run("digest", tmp_path, quiet | upstreams.settings)

    assert outcome.status == 0, outcome.errors
    said = "arXiv announced nothing on this day, and has since"
    assert outcome.output.startswith(f"There are no papers of 2020-09-17: {said}\n")
    assert set(outcome.files) == {"digests/2020-09-17.json"}


@pytest.mark.thorough
@pytest.mark.usefixtures("logger")
def test_a_folder_that_turns_out_to_be_unwritable_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "posts").write_bytes(b"a file where a folder should be")

    with UpstreamServer(SEED) as upstreams:
        set_environment(monkeypatch, ORDER | upstreams.settings | {"OUT": str(tmp_path)})
        error = refusal(capsys).splitlines()[-1]

    assert error == f"error: OUT: {str(tmp_path)!r} cannot be written to (File exists)"
    assert read_files(tmp_path) == {"posts": b"a file where a folder should be"}


def set_environment(monkeypatch: pytest.MonkeyPatch, environment: Environment) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    """What `make digest` says on standard error when it fails."""
    with pytest.raises(SystemExit) as exit_:
        console.run(digest.main)
    output, errors = capsys.readouterr()
    assert (exit_.value.code, output) == (1, "")
    return errors


# What is refused before anything is asked for

DATE = "must be a date such as 2020-09-18"
TIME = "must be a time with its offset, such as 2020-09-20T13:13:43Z"
COUNT = "must be a whole number from 0 up"
ORIGIN = "must be an origin such as {}, without a path, not {!r}"

REFUSALS: list[tuple[Environment, str]] = [
    ({"DATE": "2020-9-18"}, f"DATE: {DATE}, not '2020-9-18'"),
    ({"DATE": "yesterday"}, f"DATE: {DATE}, not 'yesterday'"),
    (
        {"DATE": "2020-09-19"},
        "DATE: 2020-09-19 is a Saturday; arXiv lists papers on weekdays only",
    ),
    ({"DATE": "2020-09-20"}, "DATE: 2020-09-20 is a Sunday; arXiv lists papers on weekdays only"),
    ({"DATE": "0001-01-01", "AT": ""}, "DATE: must be in the years 1991 to 9998"),
    (
        {"DATE": "9998-01-01", "AT": ""},
        "DATE: the papers of 9998-01-01 are announced at 9998-01-01T01:00:00Z, not before",
    ),
    ({"AT": "now"}, f"AT: {TIME}, not 'now'"),
    ({"AT": "2020-09-20T13:13:43"}, f"AT: {TIME}, not '2020-09-20T13:13:43'"),
    ({"AT": "0001-01-01T00:00:00Z", "DATE": ""}, "AT: must be in the years 1991 to 9998"),
    ({"AT": "9999-12-31T23:59:59Z", "DATE": ""}, "AT: must be in the years 1991 to 9998"),
    (
        {"AT": "2020-09-17T23:59:59Z"},
        "AT: the papers of 2020-09-18 are announced at 2020-09-18T00:00:00Z, not before",
    ),
    ({"HOT_SCORE": "hot"}, f"HOT_SCORE: {COUNT}, not 'hot'"),
    ({"HOT_SCORE": "-1"}, f"HOT_SCORE: {COUNT}, not '-1'"),
    ({"POST_SCORE": "2.5"}, f"POST_SCORE: {COUNT}, not '2.5'"),
    ({"POSTS_SHOWN": "٣"}, f"POSTS_SHOWN: {COUNT}, not '٣'"),
    (
        {"CATEGORIES": "cs.*,nonsense!"},
        "CATEGORIES: 'nonsense!' is not a category such as stat.ML, or an archive's categories "
        "such as cs.*",
    ),
    ({"SOURCES": "y"}, f"SOURCES: 'y' is not one of {', '.join(SOURCES)}"),
    (
        {"WEIGHTS": "x=much"},
        "WEIGHTS: 'x=much' is not a weight such as huggingface=5 or reddit=0.5",
    ),
    ({"SOURCE_SECONDS": "0,5"}, "SOURCE_SECONDS: must be a number of seconds, 0 to 600, not '0,5'"),
    (
        {"SOURCES": "x,reddit", "REDDIT_CLIENT_ID": "id"},
        "REDDIT_CLIENT_SECRET: is not set; SOURCES names reddit",
    ),
    (
        {"SOURCES": "mastodon", "MASTODON_URL": "https://a.example,b.example"},
        "MASTODON_URL: " + ORIGIN.format("https://mastodon.social", "b.example"),
    ),
    (
        {"ARXIV_URL": "export.arxiv.org"},
        "ARXIV_URL: " + ORIGIN.format("https://export.arxiv.org", "export.arxiv.org"),
    ),
    (
        {"X_URL": "https://api.x.com/2"},
        "X_URL: " + ORIGIN.format("https://api.x.com", "https://api.x.com/2"),
    ),
    (
        {"ARXIV_DELAY_SECONDS": "soon"},
        "ARXIV_DELAY_SECONDS: must be a number of seconds, 0 to 60, not 'soon'",
    ),
    ({"CONTACT": "Gödel"}, "CONTACT: must be printable ASCII, it goes into an HTTP header"),
    ({"FRONT_MATTER_DRAFT": "maybe"}, "FRONT_MATTER_DRAFT: must be true or false, not 'maybe'"),
    ({"FRONT_MATTER_TAGS": "arXiv,,"}, "FRONT_MATTER_TAGS: '' is not a tag"),
    ({"X_BEARER_TOKEN": ""}, "X_BEARER_TOKEN: is not set; SOURCES names x"),
    ({"X_BEARER_TOKEN": " "}, "X_BEARER_TOKEN: is not set; SOURCES names x"),
    (
        {"X_BEARER_TOKEN": "in two"},
        "X_BEARER_TOKEN: must be printable ASCII without spaces, at most 4,096 characters",
    ),
]


@pytest.mark.parametrize(("environment", "error"), REFUSALS, ids=repr)
def test_a_malformed_variable_is_refused_by_name(
    environment: Environment,
    error: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = leave_files(tmp_path)
    set_environment(monkeypatch, ORDER | {"OUT": str(tmp_path)} | environment)

    assert refusal(capsys) == f"error: {error}\n"
    assert read_files(tmp_path) == before


@pytest.mark.parametrize("name", ["a file", "a file/below", "x" * 300, "a file/" + "y/" * 3000])
def test_a_folder_that_cannot_be_is_refused_by_name(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a file").write_bytes(b"content")
    folder = tmp_path / name
    set_environment(monkeypatch, ORDER | {"OUT": str(folder)})

    assert refusal(capsys) == (
        f"error: OUT: {str(folder)[:300]!r} is no folder that can be written to\n"
    )
    assert read_files(tmp_path) == {"a file": b"content"}


def test_a_refusal_of_the_process_is_one_line(tmp_path: Path) -> None:
    outcome = run("digest", tmp_path / "out", {**ORDER, "DATE": "2020-09-31"})

    assert (outcome.status, outcome.output) == (1, "")
    assert outcome.errors == f"error: DATE: {DATE}, not '2020-09-31'\n"
    assert list(tmp_path.iterdir()) == []
