"""Bluesky's search as it was recorded, where the recording is beside the project.

It is about redistricting, not about papers. So that its posts are read, each is made to name one.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotpapers.adapters.bluesky import CREDENTIALS, prepare
from hotpapers.adapters.bluesky_posts import read_post
from hotpapers.adapters.http import Terms
from hotpapers.domain.calendar import Window
from hotpapers.domain.rich_text import SpanKind
from hotpapers.environment import Reader
from tests.fakes import Clock, Log
from tests.upstream import LISTING_DATE, ScriptedServer, json_answer, recording, tell

RECORDING = (
    Path(__file__).parents[3] / "shared/recordings/bluesky/searchPosts_redistricting_20250519.yml"
)
SPAN = Window(datetime(2025, 5, 19, tzinfo=UTC), datetime(2025, 5, 19, 18, tzinfo=UTC))
PAPER = "arXiv:2009.08319"

COUNTS = [
    ("socpaperbot.bsky.social", 0, 0),
    ("cjtackett.bsky.social", 3, 4),
    ("mcpli.bsky.social", 0, 2),
    ("mcpli.bsky.social", 6, 13),
    ("timemachinerides.bsky.social", 1, 3),
    ("bathshebablue.bsky.social", 0, 0),
    ("uhackett.bsky.social", 0, 1),
    ("uhackett.bsky.social", 0, 1),
    ("uhackett.bsky.social", 0, 1),
    ("uhackett.bsky.social", 0, 0),
    ("brendannyhan.bsky.social", 5, 20),
    ("bodyballistics.bsky.social", 0, 0),
    ("rachel99marta.bsky.social", 1, 1),
    ("socpaperbot.bsky.social", 0, 0),
    ("waltermae.bsky.social", 0, 0),
    ("coasttv.bsky.social", 0, 0),
    ("clumsyfunsucker.bsky.social", 0, 1),
    ("socpaperbot.bsky.social", 0, 0),
    ("ab9rf.bsky.social", 0, 0),
    ("saveam.bsky.social", 0, 0),
    ("maryjennifer.bsky.social", 0, 1),
    ("stemgal.bsky.social", 0, 1),
    ("humanbeinghuman.bsky.social", 0, 0),
    ("traviscrum.bsky.social", 0, 0),
    ("mcpli.bsky.social", 13, 58),
]
"""The reposts and likes of the 25 posts."""

pytestmark = pytest.mark.skipif(not RECORDING.is_file(), reason="the recording is not here")

Json = dict[str, Any]


def recorded() -> Json:
    cassette = yaml.safe_load(RECORDING.read_text(encoding="utf-8"))
    [call] = cassette["http_interactions"]
    page: Json = json.loads(call["response"]["body"]["string"])
    return page


def naming_a_paper(post: Json) -> Json:
    return post | {"record": post["record"] | {"text": f"{post['record']['text']} {PAPER}"}}


def is_hidden(post: Json) -> bool:
    return any(label["val"].startswith("!") for label in post["author"]["labels"])


def test_a_recorded_page_reads_with_the_right_counts(clock: Clock, log: Log) -> None:
    document = recorded()
    assert len(document["posts"]) == 25
    named = document | {"posts": [naming_a_paper(post) for post in document["posts"]]}
    replies = [json_answer(named), *[json_answer({"posts": []})] * 3]
    script = {
        "/xrpc/com.atproto.server.createSession": [
            json_answer(recording("bluesky/create_session.json"))
        ],
        "/xrpc/app.bsky.feed.searchPosts": replies,
    }
    with ScriptedServer(script) as server:
        make = prepare(Reader({"BLUESKY_URL": server.url}))
        source = make(dict.fromkeys(CREDENTIALS, "x"), Terms(clock=clock.time))
        found = tell(source, LISTING_DATE, SPAN)
    assert (found.reason, len(server.calls)) == ("", 5)
    assert [call.query.get("cursor") for call in server.calls[2:3]] == [document["cursor"]]
    assert log.of("post left out") == []
    assert [
        (each.account.username, each.counts["reposts"], each.counts["likes"])
        for each in found.posts
    ] == COUNTS
    assert [(each.id, each.content_hash, each.quotable) for each in found.posts] == [
        (post["uri"], post["cid"], not is_hidden(post)) for post in document["posts"]
    ]
    assert sum(each.quotable for each in found.posts) == 21


def test_the_links_of_recorded_posts_stand_where_the_text_has_them() -> None:
    kinds = []
    for entry in recorded()["posts"]:
        assert read_post(entry, SPAN) is None
        post = read_post(naming_a_paper(entry), SPAN)
        for span in post.spans if post else ():
            shown = entry["record"]["text"][span.start : span.end]
            assert shown.lstrip("#").removesuffix("...") in span.target
            kinds.append(span.kind)
    assert kinds == [SpanKind.LINK] * 11 + [SpanKind.HASHTAG, SpanKind.LINK]
