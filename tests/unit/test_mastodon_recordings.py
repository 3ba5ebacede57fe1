"""Mastodon's answers as they were recorded, where the recordings are beside the project.

None of the recorded posts is about a paper. So that they are read, each is made to name one.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotpapers.adapters.http import Terms
from hotpapers.adapters.mastodon import prepare, read_post
from hotpapers.domain.calendar import Window
from hotpapers.environment import Reader
from tests.fakes import Clock
from tests.upstream import LISTING_DATE, ScriptedServer, json_answer, tell

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "mastodon"
WHOLE_TIME = Window(datetime(2016, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
PAPER = "arXiv:2009.08319"
HOST = "localhost:3000"

pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not here")

Json = dict[str, Any]


def answers(name: str, path: str) -> list[Any]:
    """The recorded answers to what was asked below a path of the API."""
    cassette = yaml.safe_load((RECORDINGS / name).read_text(encoding="utf-8"))
    calls = cassette.get("interactions") or cassette["http_interactions"]
    bodies = [
        call["response"]["body"]["string"] for call in calls if path in call["request"]["uri"]
    ]
    return [json.loads(body) for body in bodies]


def naming_a_paper(status: Json) -> Json:
    return status | {"content": f"{status['content']}<p>{PAPER}</p>"}


def statuses(value: Any) -> Iterator[Json]:
    """All posts in an answer."""
    if isinstance(value, dict) and {"content", "account", "reblogs_count"} <= value.keys():
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from statuses(part)


LINK = (
    "<https://mastodon.social/api/v1/timelines/tag/rstats"
    '?limit=5&local=FALSE&max_id=114869144089828147&only_media=FALSE>; rel="next", '
    "<https://mastodon.social/api/v1/timelines/tag/rstats"
    '?limit=5&local=FALSE&min_id=114870142396314555&only_media=FALSE>; rel="prev"'
)
"""What stands in the recorded answer's header."""


def test_a_timeline_of_a_real_instance_reads_with_the_right_counts(clock: Clock) -> None:
    [recorded] = answers("timeline_tag_rstats_anonymous_20250717.yml", "/timelines/tag/")
    path = "/api/v1/timelines/tag/rstats"
    replies = [
        json_answer([naming_a_paper(status) for status in recorded], headers={"Link": LINK}),
        json_answer([]),
    ]
    with ScriptedServer({path: replies}) as server:
        make = prepare(Reader({"MASTODON_URL": server.url, "MASTODON_TAGS": "rstats"}))
        found = tell(make({}, Terms(clock=clock.time)), LISTING_DATE, WHOLE_TIME)
    assert found.reason == ""
    assert [call.query for call in server.calls] == [
        {"limit": "40"},
        {"limit": "5", "local": "FALSE", "max_id": "114869144089828147", "only_media": "FALSE"},
    ]
    assert [
        (each.account.username, each.counts["reblogs"], each.counts["favourites"])
        for each in found.posts
    ] == [
        ("simonpcouch@rstats.me", 0, 0),
        ("useR_conf@mastodon.social", 6, 0),
        ("zkamvar@hachyderm.io", 2, 0),
        ("donnagen@corteximplant.com", 1, 0),
        ("pp0196.bsky.social@bsky.brid.gy", 2, 0),
    ]
    assert [each.url for each in found.posts] == [status["url"] for status in recorded]
    assert found.posts[2].text == (
        "Fun thing that @snystrom and I found today for those using #AWS in #Rstats "
        "(and also other languages)\n\n"
        "The Owner API endpoint changed and if you were using a working fork of aws.s3, "
        "the fix for that is in https://github.com/cloudyr/aws.s3/pull/438\n\n"
        "arXiv:2009.08319"
    )
    assert [span.target for each in found.posts for span in each.spans] == [
        "https://www.simonpcouch.com/blog/2025-07-17-claude-code-2/",
        "https://user2025.r-project.org/register",
        "https://github.com/cloudyr/aws.s3/pull/438",
        "https://github.com/mailund/tailr",
        "https://github.com/mailund/tailr",
    ]


@pytest.mark.parametrize(
    ("name", "path", "number"),
    [
        ("hashtag_timeline_local.yaml", "/timelines/tag/", 1),
        ("status_with_card_local_20260801.yaml", "/statuses/", 1),
        ("search_v2_real_server.yaml", "/search", 2),
    ],
)
def test_every_recorded_post_reads_with_its_counts(name: str, path: str, number: int) -> None:
    recorded = [status for answer in answers(name, path) for status in statuses(answer)]
    assert len(recorded) == number
    for status in recorded:
        post = read_post(naming_a_paper(status), WHOLE_TIME, HOST)
        assert post is not None
        assert (post.id, post.papers) == (status["uri"], ("2009.08319",))
        assert (post.url, post.account.id) == (status["url"], status["account"]["url"])
        assert post.url.startswith("https://") or not post.quotable
        assert post.counts == {
            "reblogs": status["reblogs_count"],
            "favourites": status["favourites_count"],
        }
        assert post.text.endswith(f"\n\n{PAPER}")
        assert "<" not in post.text
        assert read_post(status, WHOLE_TIME, HOST) is None


def test_a_recorded_post_that_is_for_followers_only_is_left_out() -> None:
    [status] = answers("status_previewcard_real_server.yaml", "/statuses/")
    assert status["visibility"] == "private"
    assert read_post(naming_a_paper(status), WHOLE_TIME, HOST) is None
    followers_only = naming_a_paper(status | {"account": {**status["account"], "noindex": False}})
    assert read_post(followers_only, WHOLE_TIME, HOST) is None
    assert read_post(followers_only | {"visibility": "public"}, WHOLE_TIME, HOST) is not None


def test_a_recorded_refusal_is_told_of(clock: Clock) -> None:
    [refusal] = answers("timeline_link_error_local.yaml", "/timelines/link")
    with ScriptedServer({"/api/v1/timelines/tag/arxiv": [json_answer(refusal, 404)]}) as server:
        make = prepare(Reader({"MASTODON_URL": server.url}))
        found = tell(make({}, Terms(clock=clock.time)))
    assert found.reason.endswith(f": answered 404 ({refusal['error']})")
