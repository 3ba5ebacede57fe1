"""Answers that were recorded from Hacker News, where they are beside the project."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hotpapers.adapters import hackernews
from hotpapers.adapters.http import Terms
from hotpapers.domain.calendar import Window
from hotpapers.domain.identifiers import paper_id_in_link
from hotpapers.environment import Reader
from tests.fakes import Clock, Log
from tests.upstream import ScriptedServer, Told, json_answer, tell

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "hn_algolia"
WHOLE_TIME = Window(datetime(2006, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))

pytestmark = pytest.mark.skipif(not RECORDINGS.exists(), reason="no recordings beside the project")

Json = dict[str, Any]


def recorded(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def algolia(clock: Clock, *pages: object) -> Told:
    """What Hacker News tells where its first searches find these pages."""
    nothing = {"hits": [], "nbHits": 0, "nbPages": 0}
    replies = [json_answer(each) for each in [*pages, *[nothing] * 3]]
    with ScriptedServer({hackernews.PATH: replies}) as server:
        asked = hackernews.prepare(Reader({"HACKERNEWS_URL": server.url}))
        return tell(asked({}, Terms(clock=clock.time)), span=WHOLE_TIME)


def test_a_recorded_search_is_read_completely(clock: Clock, log: Log) -> None:
    document = recorded("search_LLM_story_with_arxiv_urls_202605.json")
    told = algolia(clock, document)
    assert [
        (post.id, post.account.username, post.text, dict(post.counts), post.created_at, post.papers)
        for post in told.posts
    ] == [
        (
            hit["objectID"],
            hit["author"],
            hit["title"],
            {"points": hit["points"], "comments": hit["num_comments"]},
            moment(hit["created_at"]),
            (paper_id_in_link(hit["url"]),),
        )
        for hit in document["hits"]
        if "arxiv.org/abs" in hit.get("url", "")
    ]
    assert [(post.id, post.counts["points"]) for post in told.posts[:2]] == [
        ("48073246", 478),
        ("48082021", 82),
    ]
    assert len(told.posts) == 6
    # It was the first of six pages, so there was more to search for.
    assert [page.entries for page in told.pages] == [50, 0, 0, 0]
    assert (told.reason, log.of("post left out")) == ("", [])


def test_recorded_stories_about_anything_are_read_completely(clock: Clock, log: Log) -> None:
    document = recorded("search_show_hn_points_filter_20260713.json")
    for number, hit in enumerate(document["hits"]):
        hit["url"] = f"https://arxiv.org/abs/2607.{number:05}"
    told = algolia(clock, document)
    assert [(post.id, post.counts["points"], post.counts["comments"]) for post in told.posts] == [
        (hit["objectID"], hit["points"], hit["num_comments"]) for hit in document["hits"]
    ]
    assert len(told.posts) == 30
    assert (told.reason, log.of("post left out")) == ("", [])


def test_recorded_comments_are_about_no_paper(clock: Clock) -> None:
    document = recorded("search_comments_of_story_202603.json") | {
        "nbHits": 3,
        "nbPages": 1,
    }
    told = algolia(clock, document)
    assert (told.posts, told.reason) == ([], "")
    assert told.pages[0].entries == 3
