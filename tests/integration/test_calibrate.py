"""`make calibrate`: what it reads, what it prints, how it fails."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta

import pytest

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.adapters.dynamodb_readings import DynamoDBReadings
from hotpapers.domain.edition import Edition
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.reading import Reading
from hotpapers.domain.sources import SOURCES
from hotpapers.errors import HotPapersError
from local import calibrate
from local.template import PROJECT
from tests.aws import Storage
from tests.builders import COLLECTED_AT, DAY, make_post

IDS = tuple(PaperId(f"2009.{number:05}") for number in range(20))


def told(source: str, engagement: int) -> Reading:
    """A reading in which each of twenty papers has a voice of so much engagement."""
    counts = {**dict.fromkeys(SOURCES[source].metrics, 0), SOURCES[source].counted[0]: engagement}
    posts = [make_post(f"{paper}", paper, source, papers=(paper,), counts=counts) for paper in IDS]
    return Reading(source, COLLECTED_AT, IDS, tuple(posts))


@dataclass(frozen=True)
class Printed:
    """What the command printed: the rows of its table, and the text below."""

    title: str
    rows: dict[str, list[str]]
    advice: str


def read_output(output: str) -> Printed:
    title, *lines = output.splitlines()
    rows = {
        source.title: line.partition(source.title)[2].split()
        for source in SOURCES.values()
        for line in lines
        if line.startswith(f"  {source.title} ")
    }
    last = max(number for number, line in enumerate(lines) if not line.strip())
    return Printed(title.strip(), rows, "\n".join(lines[last + 1 :]))


@dataclass(frozen=True)
class Command:
    """The command, as `make calibrate` runs it, with variables in its environment."""

    table_name: str
    patch: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]

    def __call__(self, **environment: str) -> Printed:
        for name, value in environment.items():
            self.patch.setenv(name, value)
        calibrate.main()
        return read_output(self.captured.readouterr().out)


@pytest.fixture
def command(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command, and a table with two days of three sources."""
    editions = DynamoDBEditions(storage.dynamodb, storage.table_name)
    readings = DynamoDBReadings(storage.dynamodb, storage.table_name)
    for number in range(2):
        day = DAY - timedelta(days=number)
        editions.save(Edition(day, COLLECTED_AT, (), b"{}"))
        for source, engagement in {"x": 40, "mastodon": 7, "huggingface": 10}.items():
            readings.keep(day, told(source, engagement))
    return Command(storage.table_name, monkeypatch, capsys)


def test_the_table_s_readings_propose_weights(storage: Storage, command: Command) -> None:
    before = storage.table()

    assert command(TABLE=command.table_name) == Printed(
        f"Weights from the newest 30 digests of the table {command.table_name}",
        {
            "X": ["40", "40", "40", "1", "reference"],
            "Bluesky": ["0", "–", "–", "1", "not", "enough", "data"],
            "Mastodon": ["40", "7", "40", "1", "5.7"],
            "Hacker News": ["0", "–", "–", "2", "not", "enough", "data"],
            "Reddit": ["0", "–", "–", "1", "not", "enough", "data"],
            "Hugging Face": ["40", "10", "40", "5", "4"],
        },
        "WEIGHTS=mastodon=5.7,huggingface=4",
    )
    assert storage.table() == before


def test_what_was_chosen_stands_in_the_setting_to_paste(command: Command) -> None:
    printed = command(TABLE=command.table_name, WEIGHTS="x=2,reddit=0.5,huggingface=7")

    assert printed.rows["X"] == ["40", "40", "40", "2", "reference"]
    assert printed.rows["Hugging Face"] == ["40", "10", "40", "7", "8"]
    assert printed.advice == "WEIGHTS=x=2,mastodon=11,reddit=0.5,huggingface=8"


def test_one_digest_is_too_few(command: Command) -> None:
    printed = command(TABLE=command.table_name, DIGESTS="1")

    assert printed.title.startswith("Weights from the newest 1 digests")
    assert {row[0] for row in printed.rows.values()} == {"0"}
    assert printed.advice == (
        "Nothing is proposed: a weight takes 30 papers or more with engagement\n"
        "both on the source and on the reference, from readings without a shortfall."
    )


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"TABLE": "nowhere"}, "DynamoDB answered Query with ResourceNotFoundException"),
        ({"DIGESTS": "0"}, "DIGESTS: must be a whole number from 1 up, not '0'"),
        ({"WEIGHTS": "x"}, "WEIGHTS: 'x' is not a weight such as huggingface=5 or reddit=0.5"),
    ],
)
def test_what_is_refused(command: Command, environment: dict[str, str], message: str) -> None:
    with pytest.raises(HotPapersError) as caught:
        command(**environment)

    assert str(caught.value) == message


def test_without_a_region_the_table_cannot_be_asked(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    with pytest.raises(HotPapersError, match=r"^DynamoDB cannot be asked \(NoRegionError\)$"):
        command(TABLE=command.table_name)


@pytest.mark.thorough
def test_without_a_table_the_sample_days_are_read() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local.calibrate"],
        check=True,
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ".:layers/package"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    printed = read_output(done.stdout)

    assert printed.title == "Weights from the newest 30 digests of the sample archive"
    assert list(printed.rows) == [source.title for source in SOURCES.values()]
    assert printed.rows["X"][-1] == "reference"
    assert printed.advice.startswith("Nothing is proposed: ")
