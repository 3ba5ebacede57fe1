"""The Markdown post of a roundup: front matter, sections, days, to the byte."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from markdown_it import MarkdownIt

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.markdown import literal, paragraph
from hotpapers.documents.period_words import span_text
from hotpapers.documents.roundup_post import write_roundup_post
from hotpapers.domain.roundup import Roundup, make_roundup
from tests.hostile import hostile_texts
from tests.periods import (
    FRIDAY,
    MONDAY,
    MONTH,
    WEEK,
    day_of,
    example,
    final,
    quiet,
    roundups,
    scored,
)
from tests.properties import examples

COMMONMARK = MarkdownIt("commonmark", {"html": True})

EXAMPLE = """\
---
title: Hot Papers of the week 2020-W38, 14–18 September 2020
date: 2020-09-25T00:00:00Z
template: "post"
draft: false
slug: "hot-papers-2020-w38"
category: "arXiv"
tags:
  - "arXiv"
  - "X"
  - "Reddit"
  - "Machine Learning"
  - "Computer Science"
description: "Hot papers of the week 2020-W38, 14–18 September 2020"
socialImage: "/media/flying-marine.jpg"

---

*This roundup is partial. Not all is known of 2020-09-14, 2020-09-15.*

All hot papers of 14–18 September 2020: 3 papers.

# 1. On the Analytical Engine

Ada Lovelace, Kurt Gödel

- score 99: X 99 (0 reposts, 99 likes) · Reddit – (09/24/2020 00:00:00)

- links: [abs](https://arxiv.org/abs/2009.17097) | [pdf](https://arxiv.org/pdf/2009.17097)
- listed: [2020-09-17](../hot-papers-2020-09-17/)
- [cs.LG](https://arxiv.org/list/cs.LG/recent) | [stat.ML](https://arxiv.org/list/stat.ML/recent)

We weave algebraical patterns.

By an author:

<blockquote class="twitter-tweet"><p lang="en" dir="ltr">Our paper is out!</p>&mdash; Ada Lovelace (@ada) <a href="https://twitter.com/ada/status/1306779645287763970?ref_src=twsrc%5Etfw">September 18, 2020</a></blockquote>
<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>




# 2. Of `Engines`

Ada Lovelace, Kurt Gödel

This paper has been withdrawn.

- score 50: X 50 (20 reposts, 30 likes) · Reddit – (09/22/2020 00:00:00)

- links: [abs](https://arxiv.org/abs/2009.08319) | [pdf](https://arxiv.org/pdf/2009.08319)
- listed: [2020-09-15](../hot-papers-2020-09-15/)
- [cs.LG](https://arxiv.org/list/cs.LG/recent) | [stat.ML](https://arxiv.org/list/stat.ML/recent)

We weave algebraical patterns.

<blockquote class="twitter-tweet"><p lang="en" dir="ltr">Our paper is out!</p>&mdash; Ada &amp; Co (@ada) <a href="https://twitter.com/ada/status/1?ref_src=twsrc%5Etfw">September 18, 2020</a></blockquote>
<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>




# 3. On the Analytical Engine

Ada Lovelace, Kurt Gödel

- score 12: X 12 (0 reposts, 12 likes) · Reddit – (09/24/2020 00:00:00)

- links: [abs](https://arxiv.org/abs/2009.17098) | [pdf](https://arxiv.org/pdf/2009.17098)
- listed: [2020-09-17](../hot-papers-2020-09-17/)
- [cs.LG](https://arxiv.org/list/cs.LG/recent) | [stat.ML](https://arxiv.org/list/stat.ML/recent)

We weave algebraical patterns.

By an author:

<blockquote class="twitter-tweet"><p lang="en" dir="ltr">Our paper is out!</p>&mdash; Ada Lovelace (@ada) <a href="https://twitter.com/ada/status/1306779645287763970?ref_src=twsrc%5Etfw">September 18, 2020</a></blockquote>
<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>




# Days

- 2020-09-14: from before the archive
- [2020-09-15](../hot-papers-2020-09-15/): 1 hot paper; it may lack papers: \\*cut\\*; not all is known of Reddit
- 2020-09-16: no new papers: arXiv has \\*no\\* announcement
- [2020-09-17](../hot-papers-2020-09-17/): 2 hot papers
- [2020-09-18](../hot-papers-2020-09-18/): 0 hot papers
"""  # noqa: E501 - an embed is one line


def post_of(roundup: Roundup, front_matter: FrontMatter | None = None) -> str:
    return write_roundup_post(roundup, front_matter or FrontMatter()).decode()


def body_of(roundup: Roundup) -> str:
    """The post without its front matter."""
    return post_of(roundup).split("\n---\n", 1)[1]


def test_the_whole_post_of_a_week() -> None:
    assert post_of(example()) == EXAMPLE


def test_the_same_digests_give_the_same_post() -> None:
    assert write_roundup_post(example(), FrontMatter()) == EXAMPLE.encode()


def test_a_quiet_week() -> None:
    roundup = make_roundup(WEEK, [quiet(day, "") for day in WEEK.listing_dates])
    assert body_of(roundup) == (
        "\nNo paper of 14–18 September 2020 is talked about enough to be hot.\n"
        "\n# Days\n\n" + "".join(f"- {day}: no new papers\n" for day in WEEK.listing_dates)
    )


def test_the_front_matter_of_a_month() -> None:
    roundup = make_roundup(MONTH, [final(MONDAY, day_of(MONDAY, a=60))])
    constants = FrontMatter(template="article", draft=True, tags=("a", "{sources}"))
    content = post_of(roundup, constants)[4:].partition("\n---\n")[0]
    assert yaml.safe_load(content) == {
        "title": "Hot Papers of September 2020",
        "date": datetime(2020, 9, 21, tzinfo=UTC),
        "template": "article",
        "draft": True,
        "slug": "hot-papers-2020-09",
        "category": "arXiv",
        "tags": ["a", "Twitter"],
        "description": "Hot papers of September 2020",
        "socialImage": "/media/flying-marine.jpg",
    }


@pytest.mark.parametrize(
    ("found", "summary"),
    [
        (1, "All hot papers of 14–18 September 2020: 1 paper."),
        (10, "All hot papers of 14–18 September 2020: 10 papers."),
        (11, "The 10 hottest of the 11 hot papers of 14–18 September 2020."),
    ],
)
def test_it_is_said_how_many_papers_there_were(found: int, summary: str) -> None:
    papers = [scored(f"2009.{number:05}", 60, number) for number in range(1, found + 1)]
    digests = [final(day, papers if day == FRIDAY else ()) for day in WEEK.listing_dates]
    assert body_of(make_roundup(WEEK, digests)).split("\n")[1] == summary


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2020-09-14", "2020-09-18", "14–18 September 2020"),
        ("2020-08-31", "2020-09-04", "31 August – 4 September 2020"),
        ("2020-12-28", "2021-01-01", "28 December 2020 – 1 January 2021"),
    ],
)
def test_a_span_of_days_in_words(first: str, last: str, text: str) -> None:
    assert span_text(date.fromisoformat(first), date.fromisoformat(last)) == text


# Whatever the digests

HEADING = ["heading_open", "inline", "heading_close"]
TEXT = ["paragraph_open", "inline", "paragraph_close"]
ITEM = ["list_item_open", *TEXT, "list_item_close"]


def expected_blocks(roundup: Roundup) -> list[str]:
    """What a post must consist of, as a Markdown reader sees it."""
    alone = roundup.sources == ("x",)
    is_partial = roundup.days_missing or any(day.is_partial for day in roundup.days)
    blocks = [*TEXT, *TEXT] if is_partial else list(TEXT)
    for entry in (paper.entry for paper in roundup.papers):
        blocks += HEADING
        blocks += TEXT if paragraph(", ".join(entry.paper.authors)) else []
        blocks += TEXT if entry.paper.withdrawn else []
        blocks += ["bullet_list_open", *ITEM * 4, "bullet_list_close"]
        blocks += TEXT if paragraph(entry.paper.abstract) else []
        for mention in entry.mentions:
            blocks += TEXT if mention.by_author and not alone else []
            blocks += ["html_block"] if mention.post.source in ("x", "bluesky") else TEXT
    days = len(roundup.days) + len(roundup.days_missing)
    return [*blocks, *HEADING, "bullet_list_open", *ITEM * days, "bullet_list_close"]


@pytest.mark.thorough
@settings(max_examples=examples(60), deadline=None)
@given(roundups())
def test_whatever_the_digests_a_post_has_its_own_parts_only(roundup: Roundup) -> None:
    text = body_of(roundup)
    tokens = COMMONMARK.parse(text)
    assert [token.type for token in tokens] == expected_blocks(roundup)
    links = [target for target in links_in(tokens) if target.startswith("../")]
    listed = [paper.date for paper in roundup.papers]
    linked = [day.date for day in roundup.days if not day.quiet]
    assert links == [f"../hot-papers-{day}/" for day in [*listed, *linked]]


def links_in(tokens: list[Any]) -> list[str]:
    parts = [part for token in tokens for part in token.children or ()]
    assert not {part.type for part in parts} & {"html_inline", "image", "softbreak", "hardbreak"}
    return [part.attrs["href"] for part in parts if part.type == "link_open"]


@settings(max_examples=examples(30), deadline=None)
@given(hostile_texts())
def test_a_reason_is_shown_to_the_letter(why: str) -> None:
    roundup = make_roundup(WEEK, [quiet(MONDAY, why), *map(final, WEEK.listing_dates[1:])])
    [line] = [line for line in body_of(roundup).split("\n") if line.startswith(f"- {MONDAY}")]
    shown = literal(why.rstrip(" ."))
    assert line == f"- {MONDAY}: no new papers" + (f": {shown}" if shown else "")
