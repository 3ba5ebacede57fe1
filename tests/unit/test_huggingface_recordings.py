"""Answers that were recorded from Hugging Face, where they are beside the project."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hotpapers.adapters import huggingface
from hotpapers.adapters.http import Terms
from hotpapers.domain.calendar import Window
from hotpapers.environment import Reader
from tests.fakes import Clock, Log
from tests.upstream import ScriptedServer, json_answer, tell

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "huggingface"
WHOLE_TIME = Window(datetime(2006, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))

pytestmark = pytest.mark.skipif(not RECORDINGS.exists(), reason="no recordings beside the project")

Json = dict[str, Any]


def recorded(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


FEATURED = ["20260612", "20260713", "20260731"]


@pytest.mark.parametrize("day", FEATURED)
def test_recorded_daily_papers_are_read_completely(clock: Clock, log: Log, day: str) -> None:
    entries = recorded(f"daily_papers_{day}.json")
    make = huggingface.prepare
    with ScriptedServer({huggingface.PATH: [json_answer(entries), json_answer([])]}) as server:
        asked = make(Reader({"HUGGINGFACE_URL": server.url}))({}, Terms(clock=clock.time))
        told = tell(asked, date(2026, 7, 31), Window(WHOLE_TIME.start, moment("2026-07-31T12:00Z")))
    assert told.reason == ""
    assert [
        (
            post.id,
            post.papers,
            dict(post.counts),
            post.text,
            post.created_at,
            post.account.id,
            post.url,
            post.code,
        )
        for post in told.posts
    ] == [
        (
            entry["paper"]["id"],
            (entry["paper"]["id"],),
            {"upvotes": entry["paper"]["upvotes"], "comments": entry["numComments"]},
            " ".join(entry["title"].split()),
            moment(entry["paper"]["submittedOnDailyAt"]),
            f"papers/{entry['paper']['id']}",
            f"https://huggingface.co/papers/{entry['paper']['id']}",
            entry["paper"].get("githubRepo", ""),
        )
        for entry in entries
    ]
    assert log.of("post left out") == []
