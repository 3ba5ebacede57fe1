"""The sample days: that they are what their README says."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from hotpapers.domain.calendar import submission_window
from local.samples import COUNTS, FOLDER, SAMPLES, grown
from local.upstreams.dataset import Dataset, moment

SOURCES = Dataset.load(SAMPLES["sources"].path)
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def texts() -> Iterator[str]:
    """What somebody says on the day from six sources."""
    yield from (post["text"] for post in SOURCES.posts)
    yield from (post["record"]["text"] for post in SOURCES.bluesky)
    for statuses in SOURCES.mastodon.values():
        yield from (re.sub("<.+?>", "", status["content"]) for status in statuses)
    yield from (story["title"] for story in SOURCES.hackernews)
    yield from (submission["title"] for submission in SOURCES.reddit)
    yield from (entry["summary"] for entry in SOURCES.huggingface)


def test_whatever_was_made_up_says_so_first() -> None:
    made_up = [re.sub(r"^RT @\w+: ", "", text) for text in texts()]

    assert len(made_up) > 80
    assert [text for text in made_up if not text.startswith("[sample] ")] == []


@pytest.mark.parametrize(
    ("name", "outside"),
    [("seed", ["2009.99001", "2009.99002"]), ("sources", ["2607.99002"])],
)
def test_the_papers_are_those_of_the_day(name: str, outside: list[str]) -> None:
    sample = SAMPLES[name]
    window = submission_window(sample.day)
    papers = Dataset.load(sample.path).papers

    late = [paper["id"] for paper in papers if moment(paper["published"]) not in window]
    assert sorted(late) == outside


def test_a_post_s_links_stand_where_it_says() -> None:
    def shown(post: dict[str, Any], facet: dict[str, Any]) -> str:
        place = facet["index"]
        text: bytes = post["record"]["text"].encode()
        return text[place["byteStart"] : place["byteEnd"]].decode()

    on_x = {
        post["text"][link["start"] : link["end"]] == link["url"]
        for post in SOURCES.posts
        for link in post["entities"]["urls"]
    }
    on_bluesky = [
        shown(post, facet) for post in SOURCES.bluesky for facet in post["record"].get("facets", ())
    ]

    assert on_x == {True}
    assert [text for text in on_bluesky if not re.match(r"(?:www\.)?[a-z]+\.org/", text)] == []


def test_the_readme_names_what_is_there() -> None:
    _, _, section = README.partition("## `2026-07-13.json`")
    named = set(re.findall(r"`(sample_\w+|[a-z]+\.sample\.example|2607\.\d{5})`", section))
    content = SAMPLES["sources"].path.read_text(encoding="utf-8")

    assert len(named) > 40
    assert {name for name in named if f'"{name}"' not in content} == set()
    assert SAMPLES["sources"].path.stat().st_size < 150_000


def test_a_day_later_the_numbers_are_larger_and_nothing_else_is() -> None:
    later = grown(SOURCES)
    counts = {story["objectID"]: story["points"] for story in SOURCES.hackernews}
    risen = [story for story in SOURCES.hackernews if "2607.09560" in str(story)]

    assert later.papers == SOURCES.papers
    assert len(risen) == 1
    assert {story["objectID"]: story["points"] for story in later.hackernews} == {
        name: count * (4 if name == risen[0]["objectID"] else 1.05) // 1
        for name, count in counts.items()
    }
    without = [
        {name: value for name, value in story.items() if name not in COUNTS}
        for story in (*SOURCES.hackernews, *later.hackernews)
    ]
    half = len(without) // 2
    assert without[:half] == without[half:]
