"""docs/ranking.md says what the code does, and what the figures are that it argues with."""

import json
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hotpapers.documents.counts_line import counts_line
from hotpapers.documents.digest_json import write_digest
from hotpapers.domain.digest import Digest
from hotpapers.domain.ranking import Rules, make_digest
from hotpapers.domain.reading import Reading
from hotpapers.domain.sources import SOURCES
from hotpapers.domain.voices import LONGEST_NAME, is_by_author
from tests.attacks import NOT_STOPPED, STOPPED, fate, with_rules, without_rules
from tests.builders import ADA, ALL_ON, COLLECTED_AT, DAY, PAPER, make_post
from tests.corpus.published import CORPUS, MISSING, Published, Section, parse

TEXT = (Path(__file__).parents[2] / "docs" / "ranking.md").read_text(encoding="utf-8")
PLAIN = " ".join(TEXT.split())
RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"

needs_archive = pytest.mark.skipif(not CORPUS.exists(), reason=MISSING)
needs_recordings = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="no recordings beside the project"
)


def rows(head: str) -> list[list[str]]:
    """The table's cells below the head that begins so."""
    table = TEXT[TEXT.index(f"\n| {head} |") + 1 :].partition("\n\n")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]
    ]


def says(words: str) -> bool:
    return words in PLAIN


# The code


def example() -> Digest:
    """The digest that the page begins with."""

    def said(number: int, author: str, source: str, counts: dict[str, int]) -> Any:
        return make_post(str(number), author, source, counts=counts)

    posts = {
        "x": [
            said(1, "a", "x", {"reposts": 20, "likes": 30}),
            said(2, "a", "x", {"reposts": 15, "likes": 20}),
            said(3, "a", "x", {"reposts": 0, "likes": 9}),
            said(4, "b", "x", {"reposts": 10, "likes": 10}),
            said(5, "listed", "x", {"reposts": 40, "likes": 40}),
        ],
        "mastodon": [],
        "hackernews": [said(6, "c", "hackernews", {"points": 8, "comments": 2})],
        "huggingface": [said(7, "d", "huggingface", {"upvotes": 15, "comments": 3})],
    }
    told = [Reading(name, COLLECTED_AT, (PAPER.id,), tuple(each)) for name, each in posts.items()]
    rules = Rules(automated=frozenset({"x:listed"}))
    return make_digest(DAY, COLLECTED_AT, [PAPER], told, ALL_ON, rules)


def test_the_example_is_what_the_code_makes() -> None:
    digest = example()
    entry = digest.papers[0]
    line = counts_line(entry, [name for name in SOURCES if name != "reddit"])
    document = json.loads(write_digest(digest))["papers"][0]
    shown = json.loads(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1])  # type: ignore[index]

    assert f"> {line}\n" in TEXT
    assert shown == {name: document[name] for name in shown}
    assert list(shown["sources"]) == list(document["sources"])


def test_the_weights_are_those_of_the_code() -> None:
    assert [row[:3] for row in rows("source")] == [
        [source.title, " + ".join(source.counted), f"{source.weight}"]
        for source in SOURCES.values()
    ]


def test_the_rules_are_those_of_the_code() -> None:
    rules = Rules()

    assert says(f"Papers from a score of {rules.hot_score} are in the digest")
    assert says(f"posts worth {rules.post_score} or more are shown, at most ten a paper")
    assert rules.posts_shown == 10
    assert says(f"more than {rules.most_papers} of one day's papers")


def test_the_attacks_are_those_that_were_tried() -> None:
    assert rows("attack | the paper, without the rule") == [
        [
            attack.name,
            fate(attack.target, without_rules(attack)),
            fate(attack.target, with_rules(attack)),
        ]
        for attack in STOPPED
    ]
    assert rows("attack | the paper") == [
        [attack.name, fate(attack.target, with_rules(attack))] for attack in NOT_STOPPED
    ]


# The archive


def archive() -> list[Published]:
    files = sorted(CORPUS.glob("20*.md"))
    return [parse(date.fromisoformat(path.name[:10]), path.read_text("utf-8")) for path in files]


def sections() -> list[Section]:
    return [section for post in archive() for section in post.sections]


def authors(section: Section) -> Sequence[str]:
    return section.authors.split(", ")


@pytest.mark.thorough
@needs_archive
def test_the_archive_has_the_size_that_is_told() -> None:
    papers = sections()

    assert says(f"*archive* is those {len(archive())} posts")
    assert says(f"{len(papers):,} papers")
    assert says(f"{sum(len(each.embeds) for each in papers):,} posts shown")


@needs_archive
def test_what_the_archive_says_of_names() -> None:
    names = [name for section in sections() for name in authors(section)]
    letters = {letter for name in names for letter in name if letter.isalpha()}

    assert says(f"of {len(names):,} authors in the archive none is written in other than Latin")
    assert {unicodedata.name(letter).split()[0] for letter in letters} == {"LATIN"}
    assert max(map(len, names)) < LONGEST_NAME / 2


@needs_archive
def test_what_the_archive_says_of_voices_and_reposts() -> None:
    papers = sections()
    shown = [each for each in papers if each.embeds]
    twice = [each for each in shown if len({e.username for e in each.embeds}) < len(each.embeds)]
    retweets, favorites = sum(each.retweets for each in papers), sum(e.favorites for e in papers)
    without = [each for each in papers if not each.favorites]

    assert says(f"{len(twice)} of the {len(shown):,} papers with posts show two posts of the same")
    assert says(f"{retweets:,} retweets to {favorites:,} favorites, and ten papers")
    assert len(without) == 10
    assert all(each.retweets for each in without)


@needs_archive
def test_what_the_archive_says_of_the_busiest_account() -> None:
    papers_of = Counter(
        (post.day, username)
        for post in archive()
        for section in post.sections
        for username in {embed.username for embed in section.embeds}
    )
    (day, _), most = papers_of.most_common(1)[0]

    assert says(f"shown with {most} papers of one day ({day})")


@needs_archive
def test_what_the_archive_says_of_authors() -> None:
    by_authors = [
        [
            is_by_author(replace(ADA, name=embed.name), replace(PAPER, authors=tuple(names)))
            for embed in section.embeds
        ]
        for section in sections()
        if (names := authors(section))
    ]
    posts = [each for section in by_authors for each in section]

    assert says(f"{sum(posts)} of the {len(posts):,} posts shown carry the name")
    assert says(f"for {sum(map(any, by_authors))} of {sum(map(bool, by_authors)):,} papers")


@needs_archive
def test_what_the_archive_says_of_scores() -> None:
    scores = sorted(section.score for section in sections())

    assert says(f"the highest score is {scores[-1]:,}, the median {statistics.median(scores):.0f}")


# The recordings


def upvotes(day: str) -> list[int]:
    path = RECORDINGS / "huggingface" / f"daily_papers_{day.replace('-', '')}.json"
    entries = json.loads(path.read_text("utf-8"))
    return sorted((entry["paper"]["upvotes"] for entry in entries), reverse=True)


HUGGING_FACE_DAYS = ("2026-06-12", "2026-07-13")


@needs_archive
@needs_recordings
def test_an_upvote_is_worth_what_the_places_say() -> None:
    ranked = [sorted((e.score for e in post.sections), reverse=True) for post in archive()]
    days = [upvotes(day) for day in HUGGING_FACE_DAYS]

    def row(place: int, name: str) -> list[str]:
        score = statistics.median([s[place - 1] if len(s) >= place else 0 for s in ranked])
        votes = [day[place - 1] for day in days]
        low, high = (f"{Decimal(str(score / each)):.2g}" for each in (max(votes), min(votes)))
        return [name, f"{score:,.0f}", *map(str, votes), f"{low} to {high}"]

    assert rows("paper of the day") == [
        row(1, "1st"),
        row(5, "5th"),
        row(10, "10th"),
        row(11, "11th"),
    ]
    assert statistics.median(map(len, ranked)) == 11
    for day, votes in zip(HUGGING_FACE_DAYS, days, strict=True):
        assert says(f"Hugging Face {day} ({len(votes)} papers)")
    hot = [sum(each * SOURCES["huggingface"].weight >= 50 for each in votes) for votes in days]
    assert says("as {} and {} papers of these two days are".format(*hot))


@needs_archive
@needs_recordings
def test_a_point_is_worth_what_six_stories_say() -> None:
    path = RECORDINGS / "hn_algolia" / "search_LLM_story_with_arxiv_urls_202605.json"
    hits = json.loads(path.read_text("utf-8"))["hits"]
    points = sorted((h["points"] for h in hits if "arxiv.org" in h.get("url", "")), reverse=True)
    weighted = [each * SOURCES["hackernews"].weight for each in points]
    scores = [section.score for section in sections()]

    assert says("{}, {}, {}, {}, {} and {}".format(*points))
    assert [each for each in weighted if each >= 50] == weighted[:2] == [956, 164]
    shares = [sum(s > each for s in scores) / len(scores) for each in weighted[:2]]
    assert says(f"{shares[0]:.0%} of the papers have more than the first".replace("%", " %"))
    assert says(f"{shares[1]:.0%} more than the second".replace("%", " %"))


@needs_recordings
@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("search_recent_full_page_100posts_202104", "2021-04-08"),
        ("search_recent_two_pages_202109", "2021-09-22"),
    ],
)
def test_how_many_posts_of_a_search_are_reposts(name: str, day: str) -> None:
    lines = (RECORDINGS / "x_v2" / f"{name}.jsonl").read_text("utf-8").splitlines()
    entries = [entry for line in lines for entry in json.loads(line)["data"]]
    reposts = [
        entry
        for entry in entries
        if "retweeted" in [other["type"] for other in entry.get("referenced_tweets", [])]
    ]

    assert all(entry["created_at"].startswith(day) for entry in entries)
    noun = " posts" if name.endswith("202104") else ""
    assert says(f"{len(reposts)} of {len(entries)}{noun} ({day})")
