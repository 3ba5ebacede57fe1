"""A post as Bluesky's own embed code would have it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from hotpapers.documents.bluesky_embed import SCRIPT, embed
from hotpapers.documents.characters import CONTROL
from hotpapers.documents.html_text import LINE_BREAK
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from tests.builders import make_post, posts
from tests.html_reader import read
from tests.properties import examples

EXAMPLE = (
    Path(__file__).parents[3] / "shared/recordings/bluesky/transcribed/embed_html_docs_blog.html"
)

POST = make_post("3l66vf2q4pi26", source="bluesky")
START = (
    '<blockquote class="bluesky-embed" '
    'data-bluesky-uri="at://did:plc:1815/app.bsky.feed.post/3l66vf2q4pi26" '
    f'data-bluesky-cid="bafyrei{"a" * 52}">'
)
PROFILE = "https://bsky.app/profile/did:plc:1815?ref_src=embed"
PAGE = "https://bsky.app/profile/did:plc:1815/post/3l66vf2q4pi26?ref_src=embed"
END = (
    f'&mdash; Ada Lovelace (<a href="{PROFILE}">@ada.bsky.social</a>) '
    f'<a href="{PAGE}">Sep 18, 2020 at 2:30 AM</a></blockquote>'
)


def test_a_whole_embed() -> None:
    text = "New paper w/ @kurt.example & <friends>:\n\narxiv.org/abs/2009.0…"
    spans = (
        Span(13, 26, SpanKind.MENTION, "did:plc:1906"),
        Span(41, 61, SpanKind.LINK, "https://arxiv.org/abs/2009.08319"),
    )

    assert embed(replace(POST, text=text, spans=spans)) == (
        f'{START}<p lang="en">New paper w/ @kurt.example &amp; &lt;friends&gt;:<br><br>'
        f"arxiv.org/abs/2009.0…</p>{END}"
    )


@pytest.mark.skipif(not EXAMPLE.exists(), reason="Bluesky's example is not beside the project")
def test_bluesky_s_own_example() -> None:
    post = Post(
        source="bluesky",
        id="at://did:plc:z72i7hdynmk6r22z27h6tvur/app.bsky.feed.post/3l66vf2q4pi26",
        url="https://bsky.app/profile/did:plc:z72i7hdynmk6r22z27h6tvur/post/3l66vf2q4pi26",
        account=Account("did:plc:z72i7hdynmk6r22z27h6tvur", "bsky.app", "Bluesky"),
        text="TEXT",
        spans=(),
        language="en",
        created_at=datetime(2024, 10, 10, 15, 24, tzinfo=UTC),
        counts={"reposts": 1, "likes": 2},
        papers=(),
        content_hash="bafyreibonvobqqubi5aklhvd3t56utmp6yf5c5riifd4lobowdwi6sayei",
    )
    example = EXAMPLE.read_text(encoding="utf-8").rstrip("\n")
    start, _, rest = example.partition('<p lang="en">')

    assert embed(post) + SCRIPT == f'{start}<p lang="en">TEXT</p>{rest.partition("</p>")[2]}'


@pytest.mark.parametrize(
    ("language", "start"),
    [
        ("en", '<p lang="en">Our'),
        ("pt-BR", '<p lang="pt-BR">Our'),
        ("und", "<p>Our"),
        ("", "<p>Our"),
        ('"><b', '<p lang="&quot;&gt;&lt;b">Our'),
    ],
)
def test_the_language_of_a_text(language: str, start: str) -> None:
    assert embed(replace(POST, language=language)).startswith(START + start)


def test_a_post_whose_content_has_no_name() -> None:
    html = embed(replace(POST, content_hash=""))

    assert html.startswith(START.partition(" data-bluesky-cid")[0] + '><p lang="en">Our')


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Ada & Co", "&mdash; Ada &amp; Co (<a "),
        ("", "&mdash; ada.bsky.social (<a "),
        ("Ada\nLove\u2028lace", "&mdash; Ada Love lace (<a "),
        ("</blockquote><script>", "&mdash; &lt;/blockquote&gt;&lt;script&gt; (<a "),
    ],
)
def test_the_name_of_an_author(name: str, author: str) -> None:
    html = embed(replace(POST, account=replace(POST.account, name=name)))

    assert html.partition("</p>")[2].startswith(author)


@pytest.mark.parametrize(
    ("moment", "time"),
    [
        (datetime(2024, 10, 10, 15, 24, tzinfo=UTC), "Oct 10, 2024 at 3:24 PM"),
        (datetime(2021, 1, 2, 0, 5, 59, tzinfo=UTC), "Jan 2, 2021 at 12:05 AM"),
        (datetime(2024, 5, 31, 12, 0, tzinfo=UTC), "May 31, 2024 at 12:00 PM"),
        (datetime(2024, 12, 1, 23, 59, tzinfo=UTC), "Dec 1, 2024 at 11:59 PM"),
        (datetime(2024, 6, 9, 11, 7, tzinfo=UTC), "Jun 9, 2024 at 11:07 AM"),
    ],
)
def test_the_time_of_a_post(moment: datetime, time: str) -> None:
    assert embed(replace(POST, created_at=moment)).endswith(f'">{time}</a></blockquote>')


@pytest.mark.thorough
@settings(max_examples=examples(50), deadline=None)
@given(posts("bluesky"))
def test_whatever_the_post_an_embed_has_its_own_elements_only(post: Post) -> None:
    html = embed(post)

    reader = read(html)
    profile = f"https://bsky.app/profile/{post.account.id}"
    key = post.id.rpartition("/")[2]
    language = {"lang": post.language} if post.language != "und" else {}
    assert len(html.splitlines()) == 1
    assert [(tag, attributes) for tag, attributes in reader.elements if tag != "br"] == [
        (
            "blockquote",
            {
                "class": "bluesky-embed",
                "data-bluesky-uri": post.id,
                "data-bluesky-cid": post.content_hash,
            },
        ),
        ("p", language),
        ("a", {"href": f"{profile}?ref_src=embed"}),
        ("a", {"href": f"{profile}/post/{key}?ref_src=embed"}),
    ]
    name = CONTROL.sub("", LINE_BREAK.sub(" ", post.account.name or post.account.username))
    shown = CONTROL.sub("", LINE_BREAK.sub("\n", post.text))
    assert reader.texts.get("text", "") == shown
    assert reader.texts["rest"].startswith(f"— {name} (@{post.account.username}) ")
