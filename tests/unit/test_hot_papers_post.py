"""The Markdown post of a digest: front matter, sections, embeds, to the byte."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hotpapers.documents import bluesky_embed, x_embed
from hotpapers.documents.counts_line import counts_line, shown_sources
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.documents.linked_line import linked_line
from hotpapers.documents.markdown import paragraph
from hotpapers.documents.post_template import yaml_string
from hotpapers.documents.status_line import status_line
from hotpapers.domain.digest import Digest, Mention, Point, Rise
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.post import Account
from hotpapers.domain.rich_text import Span, SpanKind
from hotpapers.domain.sources import SourceReport, Status
from tests.builders import (
    COLLECTED_AT,
    DAY,
    FRONT_MATTER,
    X_ONLY,
    digests,
    make_digest,
    make_entry,
    make_paper,
    make_post,
)
from tests.hostile import hostile_texts
from tests.properties import examples

FIRST_TIME = datetime(2020, 9, 19, 10, tzinfo=UTC)

COMMONMARK = MarkdownIt("commonmark", {"html": True})

TWO_PAPERS = (
    FRONT_MATTER
    + """
# 1. On $\\ell_1$ & "Weaving" \\#

Ada Lovelace, Kurt Gödel

- retweets: 30, favorites: 45 (09/20/2020 13:13:43)

- links: [abs](https://arxiv.org/abs/2009.08319) | [pdf](https://arxiv.org/pdf/2009.08319)
- [cs.LG](https://arxiv.org/list/cs.LG/recent) | [stat.ML](https://arxiv.org/list/stat.ML/recent)

We show that a&lt;b < 1, and that \\$5 is *not* enough.

<blockquote class="twitter-tweet"><p lang="en" dir="ltr">Out!<br><a href="https://t.co/Ab1">https://t.co/Ab1</a></p>&mdash; Ada &amp; Co (@ada) <a href="https://twitter.com/ada/status/1?ref_src=twsrc%5Etfw">September 18, 2020</a></blockquote>
<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>

<blockquote class="twitter-tweet"><p lang="he" dir="rtl">מאמר</p>&mdash; Ada Lovelace (@ada) <a href="https://twitter.com/ada/status/2?ref_src=twsrc%5Etfw">September 18, 2020</a></blockquote>
<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>




# 2. On the Analytical Engine



- retweets: 0, favorites: 0 (09/20/2020 13:13:43)

- links: [abs](https://arxiv.org/abs/math/0309136) | [pdf](https://arxiv.org/pdf/math/0309136)
- [math.GT](https://arxiv.org/list/math.GT/recent)

1\\. We weave algebraical patterns.



"""  # noqa: E501 - an embed is one line
)


def post_of(digest: Digest, front_matter: FrontMatter | None = None) -> str:
    return write_post(digest, front_matter or FrontMatter()).decode()


def two_papers() -> Digest:
    english = make_post(
        "1",
        account=Account("1815", "ada", "Ada & Co"),
        text="Out!\nhttps://t.co/Ab1",
        spans=(Span(5, 21, SpanKind.LINK, "https://t.co/Ab1"),),
    )
    hebrew = make_post("2", "7", text="מאמר", language="he", counts={"reposts": 10, "likes": 15})
    first = make_paper(
        title='On $\\ell_1$ & "Weaving" #',
        abstract="We show that a<b < 1, and that \\$5 is *not* enough.",
    )
    second = make_paper(
        "math/0309136",
        authors=("",),
        categories=("math.GT",),
        abstract="1. We weave algebraical patterns.",
    )
    return make_digest(make_entry(1, first, [english, hebrew]), make_entry(2, second))


def test_the_whole_post_of_two_papers() -> None:
    assert post_of(two_papers()) == TWO_PAPERS


def test_the_post_of_a_day_without_hot_papers() -> None:
    assert post_of(make_digest()) == FRONT_MATTER


def test_the_same_digest_gives_the_same_post() -> None:
    assert write_post(two_papers(), FrontMatter()) == write_post(two_papers(), FrontMatter())


def test_in_the_post_of_x_alone_nothing_is_said_of_authors() -> None:
    digest = two_papers()

    assert [mention.by_author for mention in digest.papers[0].mentions] == [False, True]
    assert "author" not in post_of(digest)


def test_a_time_without_a_zero_to_spare() -> None:
    digest = replace(two_papers(), collected_at=datetime(2021, 1, 2, 3, 4, 5, tzinfo=UTC))

    lines = post_of(digest).split("\n")

    assert lines[2] == "date: 2021-01-02T03:04:05Z"
    assert "- retweets: 30, favorites: 45 (01/02/2021 03:04:05)" in lines


def test_x_alone_that_could_not_be_asked() -> None:
    failed = SourceReport(Status.FAILED, "answered 503 (asked 4 times)")
    digest = make_digest(make_entry(sources=()), sources={**X_ONLY, "x": failed})

    assert post_of(digest) == FRONT_MATTER + (
        "\n*This digest is partial. X could not be asked: answered 503 (asked 4 times). "
        "Its numbers are unknown.*\n"
        "\n# 1. On the Analytical Engine\n\nAda Lovelace, Kurt Gödel\n\n"
        "- retweets: –, favorites: – (09/20/2020 13:13:43)\n\n"
        "- links: [abs](https://arxiv.org/abs/2009.08319) | "
        "[pdf](https://arxiv.org/pdf/2009.08319)\n"
        "- [cs.LG](https://arxiv.org/list/cs.LG/recent) | "
        "[stat.ML](https://arxiv.org/list/stat.ML/recent)\n\n"
        "We weave algebraical patterns.\n\n\n\n"
    )


MEASURED_AGAIN = """\
---
title: Hot Papers 2020-09-18
date: 2020-09-19T10:00:00Z
updated: 2020-09-20T13:13:43Z
template: "post"
draft: false
slug: "hot-papers-2020-09-18"
category: "arXiv"
tags:
  - "arXiv"
  - "Twitter"
  - "Machine Learning"
  - "Computer Science"
description: "Hot papers 2020-09-18"
socialImage: "/media/flying-marine.jpg"

---

*This digest is partial. It may lack papers: 510 new papers of \\*512\\*.*

# 1. On the Analytical Engine

Ada Lovelace, Kurt Gödel

This paper has been withdrawn.

- retweets: 0, favorites: 0 (09/20/2020 13:13:43)

- links: [abs](https://arxiv.org/abs/2009.08319) | [pdf](https://arxiv.org/pdf/2009.08319)
- [cs.LG](https://arxiv.org/list/cs.LG/recent) | [stat.ML](https://arxiv.org/list/stat.ML/recent)

We weave algebraical patterns.




# Rising

- [2009.00002](https://arxiv.org/abs/2009.00002) A &lt;b> [note]\\(https://evil.example) (+12.5 since 09/19/2020 10:00:00)
- [math/0309136](https://arxiv.org/abs/math/0309136) On the Analytical Engine (+3 since 09/19/2020 10:00:00)
"""  # noqa: E501 - an item is one line


def test_the_post_of_a_day_that_was_measured_again() -> None:
    hostile = "A <b> [note](https://evil.example)"
    digest = replace(
        make_digest(make_entry(1, make_paper(withdrawn=True))),
        listing=Listing(
            DAY,
            ListingState.FRESH,
            FIRST_TIME,
            origin=Origin.FEED,
            papers=510,
            shortfall="510 new papers of *512*",
        ),
        published_at=FIRST_TIME,
        rising=(
            Rise(PaperId("2009.00002"), hostile, Decimal("12.50"), FIRST_TIME),
            Rise(PaperId("math/0309136"), "On the Analytical Engine", Decimal(3), FIRST_TIME),
        ),
    )

    assert post_of(digest) == MEASURED_AGAIN


def test_a_first_edition_has_nothing_more_than_the_blog_s_posts() -> None:
    first = two_papers()
    listing = Listing(DAY, ListingState.FRESH, FIRST_TIME, origin=Origin.PAGE, papers=512)
    measured = tuple(
        replace(entry, history=(Point(COLLECTED_AT, entry.attention),)) for entry in first.papers
    )
    digest = replace(first, listing=listing, papers=measured, published_at=COLLECTED_AT)

    assert post_of(digest) == TWO_PAPERS


def test_the_post_of_a_quiet_day_says_why() -> None:
    listing = Listing(DAY, ListingState.QUIET, COLLECTED_AT, "the evening of *Labor* Day")

    assert post_of(Digest(DAY, COLLECTED_AT, (), listing=listing)) == (
        FRONT_MATTER.replace('  - "Twitter"\n', "")
        + "\n*arXiv has no new papers on this day: the evening of \\*Labor\\* Day.*\n"
    )


def test_a_day_without_hot_papers_on_which_x_could_not_be_asked() -> None:
    failed = SourceReport(Status.FAILED, "answered 503")

    assert post_of(make_digest(sources={**X_ONLY, "x": failed})) == FRONT_MATTER + (
        "\n*This digest is partial. X could not be asked: answered 503. Its numbers are unknown.*\n"
    )


# The front matter


def front_matter_of(text: str) -> Any:
    """The front matter as a static site reads it: what is between the first two `---` lines."""
    assert text.startswith("---\n")
    content, end, _ = text[4:].partition("\n---\n")
    assert end
    return yaml.safe_load(content)


def expected_front_matter(digest: Digest, constants: FrontMatter) -> dict[str, object]:
    is_measured_again = digest.first_published_at != digest.collected_at
    return {
        "title": f"Hot Papers {digest.date}",
        "date": digest.first_published_at,
        **({"updated": digest.collected_at} if is_measured_again else {}),
        "template": constants.template,
        "draft": constants.draft,
        "slug": f"hot-papers-{digest.date}",
        "category": constants.category,
        "tags": list(constants.tags_with(shown_sources(digest))),
        "description": f"Hot papers {digest.date}",
        "socialImage": constants.social_image,
    }


def test_the_front_matter_is_what_a_static_site_reads() -> None:
    assert front_matter_of(post_of(two_papers())) == {
        "title": "Hot Papers 2020-09-18",
        "date": datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC),
        "template": "post",
        "draft": False,
        "slug": "hot-papers-2020-09-18",
        "category": "arXiv",
        "tags": ["arXiv", "Twitter", "Machine Learning", "Computer Science"],
        "description": "Hot papers 2020-09-18",
        "socialImage": "/media/flying-marine.jpg",
    }


@pytest.mark.parametrize(
    ("value", "scalar"),
    [
        ("", '""'),
        ("post", '"post"'),
        ("Machine Learning", '"Machine Learning"'),
        ("true", '"true"'),
        ("2020-09-18", '"2020-09-18"'),
        ("a: b # c", '"a: b # c"'),
        ("\"a\" \\ 'b'", '"\\"a\\" \\\\ \'b\'"'),
        ("a\nb\tc", '"a\\U0000000ab\\U00000009c"'),
        ("\x00\x85\xa0\u2028\ufeff", '"\\U00000000\\U00000085\\U000000a0\\U00002028\\U0000feff"'),
        ("日本語 👩\u200d🚀", '"日本語 👩\\U0000200d🚀"'),
        ("\ud800", '"\\U0000d800"'),
    ],
)
def test_a_yaml_string(value: str, scalar: str) -> None:
    assert yaml_string(value) == scalar
    assert yaml.safe_load(scalar) == value


FRONT_MATTERS = st.builds(
    FrontMatter,
    template=hostile_texts(),
    draft=st.booleans(),
    category=hostile_texts(),
    tags=st.lists(hostile_texts(), min_size=1, max_size=3).map(tuple),
    social_image=hostile_texts(),
)


@pytest.mark.thorough
@settings(max_examples=examples(30), deadline=None)
@given(digests(most_papers=1), FRONT_MATTERS)
def test_whatever_the_settings_the_front_matter_has_their_values(
    digest: Digest, constants: FrontMatter
) -> None:
    text = post_of(digest, constants)

    assert front_matter_of(text) == expected_front_matter(digest, constants)


# The sections

HEADING = ["heading_open", "inline", "heading_close"]
TEXT = ["paragraph_open", "inline", "paragraph_close"]
ITEM = ["list_item_open", *TEXT, "list_item_close"]


def expected_blocks(digest: Digest) -> list[str]:
    """What a post must consist of, as a Markdown reader sees it."""
    alone = shown_sources(digest) == ("x",)
    blocks = list(TEXT) if status_line(digest) else []
    blocks += TEXT if not (digest.papers or alone or digest.is_quiet) else []
    for entry in digest.papers:
        blocks = [*blocks, *HEADING]
        blocks += TEXT if paragraph(", ".join(entry.paper.authors)) else []
        blocks += TEXT if entry.paper.withdrawn else []
        blocks += list_of(3)
        blocks += TEXT if paragraph(entry.paper.abstract) else []
        for mention in entry.mentions:
            blocks += TEXT if mention.by_author and not alone else []
            blocks += ["html_block"] if mention.post.source in ("x", "bluesky") else TEXT
    return [*blocks, *HEADING, *list_of(len(digest.rising))] if digest.rising else blocks


def list_of(items: int) -> list[str]:
    return ["bullet_list_open", *ITEM * items, "bullet_list_close"]


def expected_html(mention: Mention) -> str:
    if mention.post.source == "x":
        return f"{x_embed.embed(mention.post)}\n{x_embed.SCRIPT}\n"
    return f"{bluesky_embed.embed(mention.post)}{bluesky_embed.SCRIPT}\n"


@pytest.mark.thorough
@settings(max_examples=examples(40), deadline=None)
@given(digests() | digests(3, "x"), st.data())
def test_whatever_the_digest_a_post_has_its_own_parts_only(
    digest: Digest, data: st.DataObject
) -> None:
    digest = with_some_authors(digest, data)
    text = post_of(digest)

    tokens = COMMONMARK.parse(text.split("\n---\n", 1)[1])

    assert [token.type for token in tokens] == expected_blocks(digest)
    html = [token.content for token in tokens if token.type == "html_block"]
    embedded = [m for m in mentions_of(digest) if m.post.source in ("x", "bluesky")]
    assert html == [expected_html(mention) for mention in embedded]
    assert links_in(tokens) == expected_links(digest)


def with_some_authors(digest: Digest, data: st.DataObject) -> Digest:
    """The digest with posts by authors: hostile names are hardly ever those of authors."""
    papers = [
        replace(
            entry,
            mentions=tuple(
                replace(mention, by_author=data.draw(st.booleans())) for mention in entry.mentions
            ),
        )
        for entry in digest.papers
    ]
    return replace(digest, papers=tuple(papers))


def mentions_of(digest: Digest) -> list[Mention]:
    return [mention for entry in digest.papers for mention in entry.mentions]


def links_in(tokens: Sequence[Any]) -> list[str]:
    """Where the links of the text lead; raw HTML and pictures are not expected."""
    parts = [part for token in tokens for part in token.children or ()]
    assert not {part.type for part in parts} & {"html_inline", "image", "softbreak", "hardbreak"}
    return [unquote(part.attrs["href"]) for part in parts if part.type == "link_open"]


def expected_links(digest: Digest) -> list[str]:
    links: list[str] = []
    for entry in digest.papers:
        links += [f"https://arxiv.org/{page}/{entry.paper.id}" for page in ("abs", "pdf")]
        links += [f"https://arxiv.org/list/{name}/recent" for name in entry.paper.categories]
        posts = (mention.post for mention in entry.mentions)
        links += [unquote(post.url) for post in posts if post.source not in ("x", "bluesky")]
    return [*links, *(f"https://arxiv.org/abs/{rise.paper}" for rise in digest.rising)]


@pytest.mark.thorough
@settings(max_examples=examples(30), deadline=None)
@given(digests() | digests(3, "x"))
def test_whatever_the_digest_its_lines_are_counted(digest: Digest) -> None:
    lines = post_of(digest).split("\n")

    assert "\r" not in "".join(lines)
    headings = [line for line in lines if line.startswith("# ")]
    assert [line.split(" ")[1] for line in headings] == [
        *(f"{entry.rank}." for entry in digest.papers),
        *(["Rising"] if digest.rising else []),
    ]
    sources = shown_sources(digest)
    moment = f"{digest.collected_at:%m/%d/%Y %H:%M:%S}"
    starts = ("- retweets: ", "- score ")
    assert [line for line in lines if line.startswith(starts)] == [
        f"- {counts_line(entry, sources)} ({moment})" for entry in digest.papers
    ]
    posts = [mention.post for mention in mentions_of(digest)]
    embeds = [line for line in lines if line.startswith("<blockquote")]
    assert len(embeds) == len([post for post in posts if post.source in ("x", "bluesky")])
    shown = [line for line in lines if line in {linked_line(post) for post in posts}]
    assert len(shown) == len(posts) - len(embeds)


@pytest.mark.thorough
@settings(max_examples=examples(30), deadline=None)
@given(digests(3, "x"))
def test_with_x_alone_the_counts_are_those_of_the_blog(digest: Digest) -> None:
    lines = post_of(digest).split("\n")

    moment = f"{digest.collected_at:%m/%d/%Y %H:%M:%S}"
    counts = [
        ("–", "–") if entry.retweets is None else (entry.retweets, entry.favorites)
        for entry in digest.papers
    ]
    assert [line for line in lines if line.startswith("- retweets: ")] == [
        f"- retweets: {retweets}, favorites: {favorites} ({moment})"
        for retweets, favorites in counts
    ]
    following = [lines[number + 1] for number, line in enumerate(lines) if "<blockquote" in line]
    assert following == [x_embed.SCRIPT] * len(mentions_of(digest))


def test_a_date_of_any_year() -> None:
    digest = replace(make_digest(), date=date(1999, 12, 31))

    assert 'slug: "hot-papers-1999-12-31"' in post_of(digest).split("\n")
