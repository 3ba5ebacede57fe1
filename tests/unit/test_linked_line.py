"""A post as a linked line of Markdown."""

from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.linked_line import linked_line
from hotpapers.domain.post import Account, Post
from tests.builders import make_post, posts
from tests.properties import examples

COMMONMARK = MarkdownIt("commonmark", {"html": True})

MASTODON, HACKER_NEWS, REDDIT, HUGGING_FACE = (
    make_post("7", source=name) for name in ("mastodon", "hackernews", "reddit", "huggingface")
)


@pytest.mark.parametrize(
    ("post", "line"),
    [
        (
            HACKER_NEWS,
            "[Hacker News](https://news.ycombinator.com/item?id=7): 88 points, 12 comments, "
            "“Our paper is out!”, by Ada Lovelace (@ada)",
        ),
        (
            replace(HACKER_NEWS, account=Account("ada", "ada", "ada"), counts={"points": 1}),
            "[Hacker News](https://news.ycombinator.com/item?id=7): 1 point, "
            "“Our paper is out!”, by ada",
        ),
        (
            replace(MASTODON, counts={"favourites": 1, "reblogs": 0}),
            "[Mastodon](https://mastodon.example/@ada/7): 0 reblogs, 1 favourite, "
            "“Our paper is out!”, by Ada Lovelace (@ada on mastodon.example)",
        ),
        (
            replace(REDDIT, account=Account("", "", ""), text="[R] *Weaving* for $5 & more"),
            "[Reddit](https://www.reddit.com/comments/7/): 60 points, 7 comments, "
            "“\\[R\\] \\*Weaving\\* for \\$5 & more”",
        ),
        (
            replace(REDDIT, account=Account("1", "", "Ada"), text=" \n "),
            "[Reddit](https://www.reddit.com/comments/7/): 60 points, 7 comments, by Ada",
        ),
        # The page of a paper: its title again, and nobody's post
        (HUGGING_FACE, "[Hugging Face](https://huggingface.co/papers/7): 15 upvotes, 3 comments"),
        # Addresses that come from outside
        (
            replace(MASTODON, url="https://m.example/@a/1)[b](https://evil.example", text=""),
            "[Mastodon](https://m.example/@a/1%29%5Bb%5D%28https://evil.example): "
            "8 reblogs, 25 favourites, by Ada Lovelace (@ada on mastodon.example)",
        ),
        (
            replace(MASTODON, url="javascript:alert(1)", text=""),
            "Mastodon: 8 reblogs, 25 favourites, by Ada Lovelace (@ada on mastodon.example)",
        ),
    ],
)
def test_a_whole_line(post: Post, line: str) -> None:
    assert linked_line(post) == line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", None),
        ("a\n\n  b\tc", "a b c"),
        ("x" * 140, "x" * 140),
        ("x" * 141, "x" * 139 + "…"),
        ("word " * 28, "word " * 27 + "word"),
        ("word " * 29, "word " * 26 + "word…"),
        ("x" * 129 + ", and so on", "x" * 129 + ", and so on"),
        ("x" * 130 + ", and so on and on", "x" * 130 + ", and so…"),
        ("x" * 130 + " , -   " + "y" * 20, "x" * 130 + "…"),
    ],
)
def test_of_a_long_text_the_beginning_is_shown(text: str, shown: str | None) -> None:
    line = linked_line(replace(HACKER_NEWS, text=text, account=Account("", "", "")))

    _, _, quoted = line.partition("12 comments")
    assert quoted == (f", “{shown}”" if shown is not None else "")


@pytest.mark.thorough
@settings(max_examples=examples(100), deadline=None)
@given(posts("mastodon", "hackernews", "reddit", "huggingface"))
def test_whatever_the_post_a_line_is_a_link_and_text(post: Post) -> None:
    line = linked_line(post)

    tokens = COMMONMARK.parse(line)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    link, *rest = tokens[1].children or []
    assert (link.type, unquote(str(link.attrs["href"]))) == ("link_open", unquote(post.url))
    assert [part.type for part in rest[:2]] == ["text", "link_close"]
    assert {part.type for part in rest[2:]} <= {"text", "text_special"}
    shown = "".join(part.content for part in rest[2:])
    if post.source == "huggingface":
        assert "“" not in shown
    else:
        name = " ".join(CONTROL.sub(" ", post.account.name).split())
        username = post.account.username
        by = f"{name} (@{username.replace('@', ' on ')})" if name and name != username else username
        assert shown.endswith(f"by {by}")
