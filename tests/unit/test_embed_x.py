"""A post as X's own oEmbed endpoint would have it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.html_text import LINE_BREAK
from hotpapers.documents.x_embed import embed
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from tests.builders import ADA, make_post, x_posts
from tests.html_reader import read
from tests.properties import examples

LINK, PICTURE = SpanKind.LINK, SpanKind.PICTURE
MENTION, HASHTAG, CASHTAG = SpanKind.MENTION, SpanKind.HASHTAG, SpanKind.CASHTAG

REFERRER = "ref_src=twsrc%5Etfw"


def body(text: str, *spans: Span, language: str = "en") -> str:
    """What the embed has between `<p …>` and `</p>`."""
    html = embed(make_post(text=text, spans=spans, language=language))
    _, _, rest = html.partition('dir="ltr">')
    return rest.partition("</p>&mdash; ")[0]


def author(name: str) -> str:
    """What the embed has between the text and the date."""
    html = embed(make_post(account=Account(ADA.id, ADA.username, name)))
    _, _, rest = html.partition("</p>")
    return rest.partition("<a ")[0]


def test_a_whole_embed() -> None:
    post = Post(
        source="x",
        id="1306779645287763970",
        url="https://twitter.com/Ada_L/status/1306779645287763970",
        account=Account("1815", "Ada_L", "Ada “A” Lovelace & Co"),
        text=(
            "New paper w/ @KURT & friends: <weaving> 'patterns'\n\n"
            "#AI #機械学習 $GOOG\nhttps://t.co/Ab1 https://t.co/Pic2"
        ),
        spans=(
            Span(13, 18, MENTION, "Kurt"),
            Span(52, 55, HASHTAG, "AI"),
            Span(56, 61, HASHTAG, "機械学習"),
            Span(62, 67, CASHTAG, "GOOG"),
            Span(68, 84, LINK, "https://t.co/Ab1"),
            Span(85, 102, PICTURE, "pic.twitter.com/Pic2"),
        ),
        language="en",
        created_at=datetime(2020, 9, 8, 23, 59, 59, tzinfo=UTC),
        counts={"reposts": 1, "likes": 2},
        papers=(),
    )

    assert embed(post) == (
        '<blockquote class="twitter-tweet"><p lang="en" dir="ltr">'
        f'New paper w/ <a href="https://twitter.com/Kurt?{REFERRER}">@KURT</a> &amp; friends: '
        "&lt;weaving&gt; &#39;patterns&#39;<br><br>"
        f'<a href="https://twitter.com/hashtag/AI?src=hash&amp;{REFERRER}">#AI</a> '
        '<a href="https://twitter.com/hashtag/%E6%A9%9F%E6%A2%B0%E5%AD%A6%E7%BF%92'
        f'?src=hash&amp;{REFERRER}">#機械学習</a> '
        f'<a href="https://twitter.com/search?q=%24GOOG&amp;src=ctag&amp;{REFERRER}">$GOOG</a><br>'
        '<a href="https://t.co/Ab1">https://t.co/Ab1</a> '
        '<a href="https://t.co/Pic2">pic.twitter.com/Pic2</a>'
        "</p>&mdash; Ada “A” Lovelace &amp; Co (@Ada_L) "
        f'<a href="https://twitter.com/Ada_L/status/1306779645287763970?{REFERRER}">'
        "September 8, 2020</a></blockquote>"
    )


BODIES = {
    "empty": ("", (), ""),
    "plain": ("Hello, world!", (), "Hello, world!"),
    "escaped once": ("a & b < c > d &amp; &lt;", (), "a &amp; b &lt; c &gt; d &amp;amp; &amp;lt;"),
    "quotes": ("\"a\" 'b' “c” ‘d’", (), "&quot;a&quot; &#39;b&#39; “c” ‘d’"),
    "a tag": (
        "</p><script>alert(1)</script>",
        (),
        "&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
    ),
    "a line break": ("a\nb", (), "a<br>b"),
    "an empty line": ("a\n\nb", (), "a<br><br>b"),
    "Windows' line break": ("a\r\nb", (), "a<br>b"),
    "two kinds in disorder": ("a\n\rb", (), "a<br><br>b"),
    "every other line break": (
        "a\rb\vc\fd\x1ce\x1df\x1eg\x85h\u2028i\u2029j",
        (),
        "a<br>b<br>c<br>d<br>e<br>f<br>g<br>h<br>i<br>j",
    ),
    "breaks at the ends": ("\na\n", (), "<br>a<br>"),
    "spaces": ("  a  b\t c\xa0d ", (), "  a  b\t c\xa0d "),
    "control characters": ("a\x00b\x07c\x1b[1md\x7fe\x9bf", (), "abc[1mdef"),
    "halves of surrogate pairs": ("a\ud83db\udc00c", (), "abc"),
    "joined emoji": ("👩‍🚀🏳️‍🌈👍🏽", (), "👩‍🚀🏳️‍🌈👍🏽"),
    "marks of direction": ("\u202ea\u2066b\u2069\u200f", (), "a\u2066b\u2069\u200f"),
    "Markdown": ("# *a* [b](c) `d`", (), "# *a* [b](c) `d`"),
    "a link": (
        "https://t.co/Ab1",
        (Span(0, 16, LINK, "https://t.co/Ab1"),),
        '<a href="https://t.co/Ab1">https://t.co/Ab1</a>',
    ),
    "a link that is not short": (
        "http://example.org/?a=b&c='d'",
        (Span(0, 29, LINK, "http://example.org/?a=b&c='d'"),),
        '<a href="http://example.org/?a=b&amp;c=&#39;d&#39;">'
        "http://example.org/?a=b&amp;c=&#39;d&#39;</a>",
    ),
    "a picture": (
        "see https://t.co/Pic2.",
        (Span(4, 21, PICTURE, "pic.twitter.com/Pic2"),),
        'see <a href="https://t.co/Pic2">pic.twitter.com/Pic2</a>.',
    ),
    "a mention with the account's own spelling": (
        "@ADA!",
        (Span(0, 4, MENTION, "Ada"),),
        f'<a href="https://twitter.com/Ada?{REFERRER}">@ADA</a>!',
    ),
    "a mention in full width": (
        "＠ada",
        (Span(0, 4, MENTION, "ada"),),
        f'<a href="https://twitter.com/ada?{REFERRER}">＠ada</a>',
    ),
    "a hashtag": (
        "#x_1",
        (Span(0, 4, HASHTAG, "x_1"),),
        f'<a href="https://twitter.com/hashtag/x_1?src=hash&amp;{REFERRER}">#x_1</a>',
    ),
    "a hashtag with an accent": (
        "#café",
        (Span(0, 5, HASHTAG, "café"),),
        f'<a href="https://twitter.com/hashtag/caf%C3%A9?src=hash&amp;{REFERRER}">#café</a>',
    ),
    "a hashtag that is none": (
        '#/?&#"<',
        (Span(0, 7, HASHTAG, '/?&#"<'),),
        '<a href="https://twitter.com/hashtag/%2F%3F%26%23%22%3C'
        f'?src=hash&amp;{REFERRER}">#/?&amp;#&quot;&lt;</a>',
    ),
    "a cashtag": (
        "$BRK.A",
        (Span(0, 6, CASHTAG, "BRK.A"),),
        f'<a href="https://twitter.com/search?q=%24BRK.A&amp;src=ctag&amp;{REFERRER}">$BRK.A</a>',
    ),
    "side by side": (
        "@a@b",
        (Span(0, 2, MENTION, "a"), Span(2, 4, MENTION, "b")),
        f'<a href="https://twitter.com/a?{REFERRER}">@a</a>'
        f'<a href="https://twitter.com/b?{REFERRER}">@b</a>',
    ),
    "among what is escaped": (
        "<&\n@a\n&>",
        (Span(3, 5, MENTION, "a"),),
        f'&lt;&amp;<br><a href="https://twitter.com/a?{REFERRER}">@a</a><br>&amp;&gt;',
    ),
}


@pytest.mark.parametrize(("text", "spans", "expected"), BODIES.values(), ids=BODIES.keys())
def test_the_text_of_an_embed(text: str, spans: Sequence[Span], expected: str) -> None:
    assert body(text, *spans) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "&mdash; Ada Lovelace (@ada) "),
        ("Lovelace & Babbage <3", "&mdash; Lovelace &amp; Babbage &lt;3 (@ada) "),
        ("\"Ada\" 'L'", "&mdash; &quot;Ada&quot; &#39;L&#39; (@ada) "),
        ("Ada\nLove\u2028lace", "&mdash; Ada Love lace (@ada) "),
        ("\x00\ud83d", "&mdash;  (@ada) "),
        ("</blockquote><script>", "&mdash; &lt;/blockquote&gt;&lt;script&gt; (@ada) "),
        ("👩‍🚀 アダ", "&mdash; 👩‍🚀 アダ (@ada) "),
    ],
)
def test_the_name_of_an_author(name: str, expected: str) -> None:
    assert author(name) == expected


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        *((language, "rtl") for language in ("ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd")),
        *(("ug", "rtl"), ("ur", "rtl"), ("yi", "rtl")),
        *(("ar-SA", "rtl"), ("AR", "rtl"), ("ckb-Arab", "rtl")),
        *(("en", "ltr"), ("ja", "ltr"), ("und", "ltr"), ("art", "ltr"), ("zh-Hant", "ltr")),
    ],
)
def test_the_direction_of_a_language(language: str, direction: str) -> None:
    start = f'<blockquote class="twitter-tweet"><p lang="{language}" dir="{direction}">Our'

    assert embed(make_post(language=language)).startswith(start)


@pytest.mark.parametrize(
    ("created_at", "date"),
    [
        (datetime(2020, 9, 18, tzinfo=UTC), "September 18, 2020"),
        (datetime(2021, 1, 1, 0, 0, 0, tzinfo=UTC), "January 1, 2021"),
        (datetime(2020, 2, 29, 23, 59, 59, 999999, tzinfo=UTC), "February 29, 2020"),
    ],
)
def test_the_date_of_a_post(created_at: datetime, date: str) -> None:
    assert embed(make_post(created_at=created_at)).endswith(f'">{date}</a></blockquote>')


ATTRIBUTES = {"blockquote": {"class"}, "p": {"lang", "dir"}, "a": {"href"}, "br": set[str]()}


@settings(max_examples=examples(100), deadline=None)
@given(x_posts())
def test_whatever_the_post_an_embed_has_its_own_elements_only(post: Post) -> None:
    html = embed(post)

    reader = read(html)
    assert len(html.splitlines()) == 1
    assert html.encode().decode() == html
    assert all(set(attributes) == ATTRIBUTES[tag] for tag, attributes in reader.elements)
    tags = [tag for tag, _ in reader.elements if tag != "br"]
    assert tags == ["blockquote", "p", *["a" for _ in post.spans], "a"]
    own = {post.text[span.start : span.end] for span in post.spans if span.kind in (LINK, PICTURE)}
    for _, attributes in reader.elements:
        address = attributes.get("href") or "https://twitter.com/"
        assert address.startswith("https://twitter.com/") or address in own


@pytest.mark.thorough
@settings(max_examples=examples(100), deadline=None)
@given(x_posts())
def test_an_embed_shows_the_text_and_the_name_as_they_are(post: Post) -> None:
    reader = read(embed(post))

    name = CONTROL.sub("", LINE_BREAK.sub(" ", post.account.name))
    day = f"{post.created_at:%B} {post.created_at.day}, {post.created_at.year}"
    assert reader.texts.get("text", "") == CONTROL.sub("", LINE_BREAK.sub("\n", shown_text(post)))
    assert reader.texts["rest"] == f"— {name} (@{post.account.username}) {day}"


def shown_text(post: Post) -> str:
    """The post's text, with pictures under the address that they are shown by."""
    text = post.text
    for span in reversed(post.spans):
        if span.kind is PICTURE:
            text = text[: span.start] + span.target + text[span.end :]
    return text


def test_counts_and_papers_do_not_show() -> None:
    post = make_post()

    assert embed(replace(post, counts={"reposts": 9, "likes": 9}, papers=(), id="7")) == embed(post)
