"""A post as a static quote."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.direction import contained
from hotpapers.documents.html_text import LINE_BREAK
from hotpapers.documents.quote import LONGEST_TEXT, language_tag, quote_html
from hotpapers.domain.digest import Mention
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from tests.builders import make_post, posts
from tests.html_reader import read
from tests.properties import examples

LINK, PICTURE = SpanKind.LINK, SpanKind.PICTURE
MENTION, HASHTAG, CASHTAG = SpanKind.MENTION, SpanKind.HASHTAG, SpanKind.CASHTAG

REL = 'rel="nofollow noopener ugc"'


def quote(post: Post, *, by_author: bool = False) -> str:
    return quote_html(Mention(post, Decimal(1), by_author))


def body(text: str, *spans: Span, source: str = "x") -> str:
    """What the quote has between `<p>` and `</p>`; empty without a quote."""
    html = quote(make_post("7", source=source, text=text, spans=spans))
    return html.partition("<p>")[2].partition("</p>")[0]


def author(account: Account) -> str:
    """What the quote has in `<cite>`; empty without it."""
    html = quote(make_post(account=account))
    return html.partition('<cite class="post-author">')[2].partition("</cite>")[0]


def test_a_whole_quote() -> None:
    post = Post(
        source="x",
        id="1306779645287763970",
        url="https://twitter.com/Ada_L/status/1306779645287763970",
        account=Account("1815", "Ada_L", "Ada “A” Lovelace & Co"),
        text="New paper w/ @KURT & friends: <weaving>\n\n#機械学習 $GOOG\nhttps://t.co/A1 https://t.co/P2",
        spans=(
            Span(13, 18, MENTION, "Kurt"),
            Span(41, 46, HASHTAG, "機械学習"),
            Span(47, 52, CASHTAG, "GOOG"),
            Span(53, 68, LINK, "https://t.co/A1"),
            Span(69, 84, PICTURE, "pic.twitter.com/P2"),
        ),
        language="en",
        created_at=datetime(2020, 9, 8, 23, 59, 59, tzinfo=UTC),
        counts={"reposts": 1, "likes": 2},
        papers=(),
    )

    assert quote(post, by_author=True) == (
        '<figure class="post post-x">'
        '<blockquote class="post-text" lang="en" dir="auto" '
        'cite="https://twitter.com/Ada_L/status/1306779645287763970"><p>'
        f'New paper w/ <a href="https://twitter.com/Kurt" {REL}>@KURT</a> '
        "&amp; friends: &lt;weaving&gt;<br><br>"
        '<a href="https://twitter.com/hashtag/%E6%A9%9F%E6%A2%B0%E5%AD%A6%E7%BF%92" '
        f"{REL}>#機械学習</a> "
        f'<a href="https://twitter.com/search?q=%24GOOG" {REL}>$GOOG</a><br>'
        f'<a href="https://t.co/A1" {REL}>https://t.co/A1</a> '
        f'<a href="https://t.co/P2" {REL}>pic.twitter.com/P2</a>'
        '</p></blockquote><figcaption class="post-origin"><cite class="post-author">'
        '<bdi class="post-name">Ada “A” Lovelace &amp; Co</bdi> '
        '<bdi class="post-username">@Ada_L</bdi></cite> · '
        '<a class="post-link" href="https://twitter.com/Ada_L/status/1306779645287763970" '
        f'{REL}>X</a> · <time datetime="2020-09-08T23:59:59Z">8 September 2020</time> · '
        '<span class="post-counts">1 repost, 2 likes</span> · '
        '<span class="post-by-author">by an author</span></figcaption></figure>'
    )


def test_a_post_of_bluesky() -> None:
    text = "With @kurt.example: a.example/abcdefg… #AI"
    spans = (
        Span(5, 18, MENTION, "did:plc:1906"),
        Span(20, 38, LINK, "https://a.example/abcdefghijkl"),
        Span(39, 42, HASHTAG, "AI"),
    )

    assert body(text, *spans, source="bluesky") == (
        f'With <a href="https://bsky.app/profile/did:plc:1906" {REL}>@kurt.example</a>: '
        f'<a href="https://a.example/abcdefghijkl" {REL}>a.example/abcdefg…</a> '
        f'<a href="https://bsky.app/hashtag/AI" {REL}>#AI</a>'
    )


@pytest.mark.parametrize(
    ("source", "origin"),
    [
        (
            "mastodon",
            '<bdi class="post-username">@ada@mastodon.example</bdi></cite> · '
            f'<a class="post-link" href="https://mastodon.example/@ada/7" {REL}>Mastodon</a>',
        ),
        (
            "hackernews",
            '<bdi class="post-username">@ada</bdi></cite> · '
            '<a class="post-link" href="https://news.ycombinator.com/item?id=7" '
            f"{REL}>Hacker News</a>",
        ),
        (
            "reddit",
            '<bdi class="post-username">@ada</bdi></cite> · '
            f'<a class="post-link" href="https://www.reddit.com/comments/7/" {REL}>Reddit</a>',
        ),
    ],
)
def test_a_post_without_places(source: str, origin: str) -> None:
    html = quote(make_post("7", source=source, language="und"))

    assert html.startswith(
        f'<figure class="post post-{source}"><blockquote class="post-text" lang="" dir="auto" '
    )
    assert "<p>Our paper is out!</p></blockquote>" in html
    assert f'<bdi class="post-name">Ada Lovelace</bdi> {origin}' in html


def test_the_page_of_a_paper_is_no_quote() -> None:
    assert quote(make_post("7", source="huggingface"), by_author=True) == (
        '<p class="post post-huggingface">'
        f'<a class="post-link" href="https://huggingface.co/papers/7" {REL}>Hugging Face</a> · '
        '<span class="post-counts">15 upvotes, 3 comments</span></p>'
    )


BODIES = {
    "plain": ("Hello, world!", (), "Hello, world!"),
    "escaped once": ("a & b < c &amp; &lt;", (), "a &amp; b &lt; c &amp;amp; &amp;lt;"),
    "a tag": ("</p><script>x</script>", (), "&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;"),
    "every line break": ("a\nb\r\nc\u2028d\n\ne", (), "a<br>b<br>c<br>d<br><br>e"),
    "breaks at the end": ("a\n\n", (), "a"),
    "control characters": ("a\x00b\x1b[1md\u202ee\ud800", (), "ab[1mde"),
    "isolates in pairs": ("\u2066a\u2069b", (), "\u2066a\u2069b"),
    "isolates that stay open": ("\u2067a\nb\u2069", (), "a<br>b"),
    "an isolate around a link": (
        "\u2066https://t.co/A\u2069",
        (Span(1, 15, LINK, "https://t.co/A"),),
        f'\u2066<a href="https://t.co/A" {REL}>https://t.co/A</a>\u2069',
    ),
    "Arabic": ("ورقة جديدة", (), "ورقة جديدة"),
    "joined emoji": ("👩‍🚀👍🏽", (), "👩‍🚀👍🏽"),
    "a link that is not short": (
        "http://example.org/?a=b&c='d'",
        (Span(0, 29, LINK, "http://example.org/?a=b&c='d'"),),
        f'<a href="http://example.org/?a=b&amp;c=&#39;d&#39;" {REL}>'
        "http://example.org/?a=b&amp;c=&#39;d&#39;</a>",
    ),
    "a hashtag that is none": (
        '#/?&"<',
        (Span(0, 6, HASHTAG, '/?&"<'),),
        f'<a href="https://twitter.com/hashtag/%2F%3F%26%22%3C" {REL}>#/?&amp;&quot;&lt;</a>',
    ),
    "side by side": (
        "@a@b",
        (Span(0, 2, MENTION, "a"), Span(2, 4, MENTION, "b")),
        f'<a href="https://twitter.com/a" {REL}>@a</a><a href="https://twitter.com/b" {REL}>@b</a>',
    ),
}


@pytest.mark.parametrize(("text", "spans", "expected"), BODIES.values(), ids=BODIES.keys())
def test_the_text_of_a_quote(text: str, spans: Sequence[Span], expected: str) -> None:
    assert body(text, *spans) == expected


@pytest.mark.parametrize("text", ["", "\n \n", "\x00\u202e"])
def test_a_post_without_words_has_no_quote(text: str) -> None:
    html = quote(make_post(text=text))

    assert html.startswith('<figure class="post post-x"><figcaption class="post-origin"><cite')


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "https://arxiv.org@evil.example/",
        "https://evil.example\\@arxiv.org/",
        "https://a.example/\x07",
        "",
    ],
)
@pytest.mark.parametrize("source", ["x", "bluesky", "mastodon"])
def test_a_hostile_address_is_text(address: str, source: str) -> None:
    spans = (Span(0, len(address), LINK, address),) if address else ()
    post = make_post("7", source=source, text=f"{address} ok", spans=spans, url=address)

    assert [tag for tag, _ in read(quote(post)).elements if tag == "a"] == []
    assert ' cite="' not in quote(post)


@pytest.mark.parametrize(
    ("shown", "target", "beside"),
    [
        ("a.example/b", "https://www.a.example/b", ""),
        ("https://a.example", "https://a.example/b", ""),
        ("A.example:80", "https://a.example:80/", ""),
        ("a.example…", "https://a.example/b", ""),
        ("our paper", "https://a.example/b", ""),
        ("@kurt", "https://a.example/@kurt", ""),
        ("arxiv.org/abs/2009.08319", "https://evil.example/", "evil.example"),
        ("arxiv.org", "https://arxiv.org.evil.example/", "arxiv.org.evil.example"),
        ("see https://arxiv.org", "https://evil.example/", "evil.example"),
    ],
)
def test_a_link_that_leads_elsewhere_than_it_says_tells_where(
    shown: str, target: str, beside: str
) -> None:
    html = body(shown, Span(0, len(shown), LINK, target), source="bluesky")

    said = f' <span class="post-host">({beside})</span>' if beside else ""
    assert html == f'<a href="{target}" {REL}>{shown}</a>{said}'


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        (Account("1", "ada", "ada"), '<bdi class="post-name">ada</bdi>'),
        (Account("1", "ada", ""), '<bdi class="post-name">ada</bdi>'),
        (Account("1", "", "Ada"), '<bdi class="post-name">Ada</bdi>'),
        (Account("1", "", ""), ""),
        (
            Account("1", "a", "\u2069\u202eevil\u2067 \n<b>"),
            '<bdi class="post-name">evil &lt;b&gt;</bdi> <bdi class="post-username">@a</bdi>',
        ),
    ],
)
def test_an_author(account: Account, shown: str) -> None:
    assert author(account) == shown


@pytest.mark.parametrize(
    ("language", "tag"),
    [
        ("en", "en"),
        ("ja", "ja"),
        ("pt-BR", "pt-BR"),
        ("zh-Hant", "zh-Hant"),
        ("iw", "he"),
        ("in", "id"),
        ("que", "que"),
        *((language, "") for language in ("und", "zxx", "art", "qme", "QHT", "", '"><b>', "x")),
    ],
)
def test_the_language_of_a_text(language: str, tag: str) -> None:
    assert language_tag(language) == tag


def test_numbers_that_are_not_known_are_not_shown() -> None:
    assert "post-counts" not in quote(make_post(counts={}))
    assert '<span class="post-counts">3 likes</span>' in quote(make_post(counts={"likes": 3}))


@pytest.mark.parametrize(
    ("text", "spans", "shown"),
    [
        ("x" * LONGEST_TEXT, (), "x" * LONGEST_TEXT),
        ("x" * (LONGEST_TEXT + 1), (), "x" * LONGEST_TEXT + "…"),
        ("word " * 201, (), ("word " * 200).rstrip() + "…"),
        ("x" * LONGEST_TEXT + " \n", (), "x" * LONGEST_TEXT),
        ("あ" * 990 + "@ada_lovelace", (Span(990, 1003, MENTION, "a"),), "あ" * 990 + "…"),
        ("\u2067" + "x" * LONGEST_TEXT + "\u2069", (), "x" * (LONGEST_TEXT - 1) + "…"),
    ],
)
def test_of_a_long_text_the_beginning_is_shown(
    text: str, spans: Sequence[Span], shown: str
) -> None:
    assert body(text, *spans) == shown


ATTRIBUTES = {
    "figure": {"class"},
    "blockquote": {"class", "lang", "dir", "cite"},
    "figcaption": {"class"},
    "cite": {"class"},
    "bdi": {"class"},
    "time": {"datetime"},
    "span": {"class"},
    "a": {"class", "href", "rel"},
    "p": {"class"},
    "br": set[str](),
}


@settings(max_examples=examples(30), deadline=None)
@given(posts(), st.booleans())
def test_whatever_the_post_a_quote_has_its_own_elements_only(post: Post, by_author: bool) -> None:
    html = quote(post, by_author=by_author)

    assert len(html.splitlines()) == 1
    assert html.encode().decode() == html
    assert not CONTROL.search(html)
    for tag, attributes in read(html).elements:
        assert set(attributes) <= ATTRIBUTES[tag]
        assert tag != "a" or attributes["rel"] == "nofollow noopener ugc"
        for name in {"href", "cite"} & set(attributes):
            parts = urlsplit(attributes[name] or "")
            assert parts.scheme == "https" or (parts.scheme == "http" and name == "href")
            assert parts.hostname
            assert not parts.username


@pytest.mark.thorough
@settings(max_examples=examples(100), deadline=None)
@given(posts())
def test_a_browser_reads_what_was_written(post: Post) -> None:
    """A reader of HTML as browsers are builds the very tree, wherever the quote stands."""
    html = quote(post)

    root = html5lib.parse(f"<!DOCTYPE html><title>t</title><body>{html}<i>end</i>")
    first, last = next(root.iter("{http://www.w3.org/1999/xhtml}body"))
    assert first.tag.endswith(("figure", "}p"))
    assert last.tag.endswith("}i")
    assert [tag for tag, _ in read(html).elements] == list(tags(first))


def tags(element: Element) -> Iterator[str]:
    yield from (each.tag.rpartition("}")[2] for each in element.iter())


@pytest.mark.thorough
@settings(max_examples=examples(100), deadline=None)
@given(posts("x", "hackernews", "reddit"))
def test_a_quote_shows_the_text_as_it_is(post: Post) -> None:
    shown = contained(post.text)
    for span in reversed(post.spans):
        if span.kind is PICTURE:
            shown = shown[: span.start] + span.target + shown[span.end :]

    text = CONTROL.sub("", LINE_BREAK.sub("\n", shown))
    assert read(quote(post)).texts.get("text", "").rstrip() == text.rstrip()


def test_the_numbers_of_the_post_alone_change_the_caption_alone() -> None:
    post = make_post()

    before, after = quote(post), quote(replace(post, counts={"reposts": 9, "likes": 9}))
    assert before.replace("20 reposts, 30 likes", "9 reposts, 9 likes") == after
