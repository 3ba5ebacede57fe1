"""Answers that were recorded from Reddit, where they are beside the project."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hotpapers.adapters import reddit, reddit_login
from hotpapers.adapters.http import Terms
from hotpapers.domain.calendar import Window
from hotpapers.environment import Reader
from tests.fakes import Clock, Log
from tests.upstream import ScriptedServer, Told, json_answer, tell

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "reddit"
WHOLE_TIME = Window(datetime(2006, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))

pytestmark = pytest.mark.skipif(not RECORDINGS.exists(), reason="no recordings beside the project")

Json = dict[str, Any]


def recorded(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def listings() -> list[tuple[str, Json]]:
    """The recorded lists of posts, by their names."""
    found = [("2016", recorded("oauth_domain_listing_2016.json"))]
    for name in ("oauth_domain_youtube_new", "oauth_info_by_url", "oauth_domain_rising_small"):
        for interaction in recorded(f"{name}.json")["interactions"]:
            document = json.loads(interaction["response"]["body"]["string"])
            if document.get("kind") == "Listing":
                found.append((name, document))
    return found


def test_recorded_lists_are_read_completely(clock: Clock, log: Log) -> None:
    sizes = Counter[str]()
    for name, document in listings():
        document["data"]["after"] = None
        posts = [child["data"] for child in document["data"]["children"]]
        for number, each in enumerate(posts):
            each["url"] = f"https://arxiv.org/abs/1611.{number:05}"
        told = reddit_told(clock, document)
        assert told.reason == ""
        assert [
            (
                post.id,
                post.account.username,
                post.text,
                dict(post.counts),
                post.created_at,
                post.url,
            )
            for post in told.posts
        ] == [
            (
                each["id"],
                each["author"],
                " ".join(each["title"].split()),
                {"score": each["score"], "comments": each["num_comments"]},
                datetime.fromtimestamp(each["created_utc"], UTC),
                f"https://www.reddit.com{each['permalink'].partition(each['id'])[0]}{each['id']}/",
            )
            for each in posts
        ]
        sizes[name] += len(told.posts)
    assert log.of("post left out") == []
    assert sizes == {
        "2016": 25,
        "oauth_domain_youtube_new": 100,
        "oauth_info_by_url": 25,
        "oauth_domain_rising_small": 0,
    }


def reddit_told(clock: Clock, document: Json) -> Told:
    """What Reddit tells where its first list is this one; the token is as it was recorded."""
    login = recorded("oauth_domain_rising_small.json")["interactions"][0]
    nothing = {"kind": "Listing", "data": {"children": [], "after": None}}
    script = {
        reddit_login.TOKEN_PATH: [json_answer(json.loads(login["response"]["body"]["string"]))],
        "/domain/arxiv.org/new": [json_answer(document)],
        "/domain/alphaxiv.org/new": [json_answer(nothing)],
        "/search": [json_answer(nothing)],
    }
    with ScriptedServer(script) as server:
        make = reddit.prepare(Reader({"REDDIT_URL": server.url, "REDDIT_AUTH_URL": server.url}))
        asked = make(dict.fromkeys(reddit.CREDENTIALS, "secret"), Terms(clock=clock.time))
        return tell(asked, span=WHOLE_TIME)
