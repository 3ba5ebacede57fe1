"""The Markdown post of a digest of several sources: what X alone does not have."""

import pytest
import yaml

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.domain.digest import Digest
from hotpapers.domain.post import Account
from hotpapers.domain.sources import SOURCES, SourceReport, Status
from tests.builders import ALL_ON, OFF, OK, make_digest, make_entry, make_post

ALL_SIX = """\
---
title: Hot Papers 2020-09-18
date: 2020-09-20T13:13:43Z
template: "post"
draft: false
slug: "hot-papers-2020-09-18"
category: "arXiv"
tags:
  - "arXiv"
  - "X"
  - "Bluesky"
  - "Mastodon"
  - "Hacker News"
  - "Reddit"
  - "Hugging Face"
  - "Machine Learning"
  - "Computer Science"
description: "Hot papers 2020-09-18"
socialImage: "/media/flying-marine.jpg"

---

*This digest is partial. Reddit could not be asked: answered \\*403\\* (Blocked.). Its numbers are unknown.*

# 1. On the Analytical Engine

Ada Lovelace, Kurt Gödel

- score 428: X 100 (30 reposts, 70 likes) · Bluesky 44 (10 reposts, 34 likes) · Mastodon 33 (8 reblogs, 25 favourites) · Hacker News 176 (88 points, 12 comments) · Reddit – · Hugging Face 75 (15 upvotes, 3 comments) (09/20/2020 13:13:43)

- links: [abs](https://arxiv.org/abs/2009.08319) | [pdf](https://arxiv.org/pdf/2009.08319)
- [cs.LG](https://arxiv.org/list/cs.LG/recent) | [stat.ML](https://arxiv.org/list/stat.ML/recent)

We weave algebraical patterns.

By an author:

<blockquote class="twitter-tweet"><p lang="en" dir="ltr">Our paper is out!</p>&mdash; Ada Lovelace (@ada) <a href="https://twitter.com/ada/status/1?ref_src=twsrc%5Etfw">September 18, 2020</a></blockquote>
<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>

[Hacker News](https://news.ycombinator.com/item?id=24): 88 points, 12 comments, “Our paper is out!”, by pg7

<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:7/app.bsky.feed.post/7" data-bluesky-cid="bafyreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"><p lang="en">Look:<br><br>&lt;arxiv.org&gt;</p>&mdash; Echo &amp; Co (<a href="https://bsky.app/profile/did:plc:7?ref_src=embed">@echo.example</a>) <a href="https://bsky.app/profile/did:plc:7/post/7?ref_src=embed">Sep 18, 2020 at 2:30 AM</a></blockquote><script async src="https://embed.bsky.app/static/embed.js" charset="utf-8"></script>

By an author:

[Mastodon](https://mastodon.example/@ada/9): 8 reblogs, 25 favourites, “\\*Weaving\\*”, by Ada Lovelace (@ada on mastodon.example)

[Hugging Face](https://huggingface.co/papers/2009.08319): 15 upvotes, 3 comments



"""  # noqa: E501 - a post is one line


def post_of(digest: Digest, front_matter: FrontMatter | None = None) -> str:
    return write_post(digest, front_matter or FrontMatter()).decode()


def tags_of(text: str) -> list[str]:
    front_matter = yaml.safe_load(text.split("\n---\n", 1)[0].removeprefix("---\n"))
    tags: list[str] = front_matter["tags"]
    return tags


def all_six() -> Digest:
    """A paper with a post on every source but one, which failed."""
    echo = Account("did:plc:7", "echo.example", "Echo & Co")
    posts = [
        make_post("1", counts={"reposts": 30, "likes": 70}),
        make_post("24", source="hackernews", account=Account("pg7", "pg7", "pg7")),
        make_post("7", source="bluesky", account=echo, text="Look:\n\n<arxiv.org>"),
        make_post("9", source="mastodon", text="*Weaving*"),
        make_post("2009.08319", source="huggingface", account=Account("p", "p", "Hugging Face")),
    ]
    reddit = SourceReport(Status.FAILED, "answered *403* (Blocked.)")
    return make_digest(make_entry(posts=posts), sources={**ALL_ON, "reddit": reddit})


def test_the_whole_post_of_a_paper_that_is_on_every_source() -> None:
    assert post_of(all_six()) == ALL_SIX


def test_sources_that_are_off_are_not_named() -> None:
    post = make_post("24", source="hackernews")
    sources = {**dict.fromkeys(SOURCES, OFF), "hackernews": OK, "mastodon": OK}
    digest = make_digest(make_entry(posts=[post], sources=["mastodon"]), sources=sources)

    text = post_of(digest)

    counts = "- score 176: Mastodon 0 · Hacker News 176 (88 points, 12 comments) ("
    assert [line for line in text.split("\n") if line.startswith("- score ")] == [
        f"{counts}09/20/2020 13:13:43)"
    ]
    assert tags_of(text) == [
        *("arXiv", "Mastodon", "Hacker News", "Machine Learning", "Computer Science")
    ]
    assert not {name for name in ("Bluesky", "Reddit", "Hugging", "Twitter") if name in text}


@pytest.mark.parametrize(
    ("tags", "sources", "expected"),
    [
        (("{sources}",), ("x",), ["Twitter"]),
        (("{sources}",), ("x", "bluesky"), ["X", "Bluesky"]),
        (("{sources}",), ("reddit",), ["Reddit"]),
        (
            ("a", "{sources}", "b"),
            tuple(SOURCES),
            ["a", "X", "Bluesky", "Mastodon", "Hacker News", "Reddit", "Hugging Face", "b"],
        ),
        (("Twitter", "{ sources }", "sources"), ("x", "bluesky"), None),
        (("a",), ("reddit",), None),
    ],
)
def test_the_tags_of_the_sources(
    tags: tuple[str, ...], sources: tuple[str, ...], expected: list[str] | None
) -> None:
    digest = make_digest(sources={**dict.fromkeys(SOURCES, OFF), **dict.fromkeys(sources, OK)})

    written = tags_of(post_of(digest, FrontMatter(tags=tags)))

    assert written == (list(tags) if expected is None else expected)
