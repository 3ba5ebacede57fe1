"""The text of Mastodon's posts: from HTML to what people see, whatever the HTML is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpapers.adapters.mastodon_text import RichText, read_html
from hotpapers.domain.rich_text import Span, SpanKind

PAPER = "https://arxiv.org/abs/2009.08319"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One<br>Two<br/>Three<br />Four</p>", "One\nTwo\nThree\nFour"),
        ("<p>One<br><br>Two</p>", "One\n\nTwo"),
        ("<p>One<br><br><br><br></p><br><p>Two</p><br>", "One\n\nTwo"),
        ("<p></p><br><p>One</p>", "One"),
        ("<ul><li>One</li><li>Two</li></ul>Three", "One\nTwo\n\nThree"),
        ("<blockquote>One</blockquote>Two", "One\n\nTwo"),
        ("<p>  One \n two\t<b> three</b>,<i>four</i> </p> <p> 5</p>", "One two three,four\n\n5"),
        ("One<br> Two", "One\nTwo"),
        (
            "1 &lt; 2 &amp;&amp; 3 &gt; 2 &#128512; &eacute; &quot;x&quot;",
            '1 < 2 && 3 > 2 😀 é "x"',
        ),
        ("&amp;lt;", "&lt;"),
        ("a&nbsp;b", "a\N{NO-BREAK SPACE}b"),
        ("&#0;&#xD800;&#x110000;&unknown;&", "\ufffd\ufffd\ufffd&unknown;&"),
        ("<script>alert(1)</script>x<style>p {}</style>y", "xy"),
        ("x<script>never closed", "x"),
        ("1 < 2 <3 > 0", "1 < 2 <3 > 0"),
        ("<!-- note -->x", "<!-- note -->x"),
        ("<![CDATA[x]]>", "<![CDATA[x]]>"),
        ("<?php x ?>", "<?php x ?>"),
        ("</p></a></span>x</", "x</"),
        ("x<p", "x<p"),
        ("x <a href='https://example.org", "x <a href='https://example.org"),
        ("<unknown one=1>x</unknown>", "x"),
    ],
)
def test_the_text_is_what_people_see(html: str, text: str) -> None:
    assert read_html(html).text == text


def test_a_heading_stands_above() -> None:
    assert read_html("<p>One</p>", " A  warning\n").text == "A warning\n\nOne"
    assert read_html("<br>", "A warning").text == "A warning"


def link(address: str, *, start: int, text: str = PAPER, **more: str) -> RichText:
    """A text with one link in it, which says what it leads to."""
    words = more.get("words", address)
    return RichText(text, (Span(start, start + len(words), SpanKind.LINK, address),), (address,))


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (
            f'<p>See <a href="{PAPER}"><span class="invisible">https://</span>'
            '<span class="ellipsis">arxiv.org/abs/20</span><span class="invisible">09.08319</span>'
            "</a>!</p>",
            link(PAPER, text=f"See {PAPER}!", start=4),
        ),
        (f'<a href="{PAPER}">arxiv.org/abs/2009.0831...</a>', link(PAPER, start=0)),
        (f'A<a href="{PAPER}"> arxiv.org/… </a>B', link(PAPER, text=f"A {PAPER} B", start=2)),
        (f"<a href='{PAPER}'>this\n<b>paper</b></a>",
         link(PAPER, text="this paper", start=0, words="this paper")),
        (f'<p>One</p><a href="{PAPER}"> x</a><p>Two</p>',
         link(PAPER, text="One\n\nx\n\nTwo", start=5, words="x")),
        (f'<a href="{PAPER}">never closed', link(PAPER, text="never closed", start=0,
                                                words="never closed")),
        (f'<a href="{PAPER}">one<p>line</p></a>two',
         link(PAPER, text="one line two", start=0, words="one line")),
        (f'<a href="{PAPER}"></a>x', RichText("x", (), (PAPER,))),
        ('<a href="javascript:alert(1)">x...</a>', RichText("x...", (), ("javascript:alert(1)",))),
        ('<a href="https://a.example/&quot;">x</a>', RichText("x", (), ('https://a.example/"',))),
        ("<a>x</a><a href>y</a>", RichText("xy", (), ())),
        ('<a href="https://m.example/@ada" class="u-url mention">@<span>ada</span></a>',
         RichText("@ada", (), ())),
        ('<a class="mention hashtag" href="https://m.example/tags/ai">#<span>ai</span></a>',
         RichText("#ai", (), ())),
    ],
)  # fmt: skip
def test_links_are_where_they_stand(html: str, found: RichText) -> None:
    assert read_html(html) == found


def test_a_link_within_a_link_ends_the_first() -> None:
    found = read_html(f'<a href="{PAPER}">one <a href="http://example.org">two</a></a>')
    assert found == RichText(
        "one two",
        (
            Span(0, 3, SpanKind.LINK, PAPER),
            Span(4, 7, SpanKind.LINK, "http://example.org"),
        ),
        (PAPER, "http://example.org"),
    )


def test_a_long_text_is_cut_off_and_its_links_are_known() -> None:
    found = read_html(f'{"x" * 24_990} <a href="{PAPER}">{PAPER}</a>')
    assert (len(found.text), found.spans, found.links) == (25_000, (), (PAPER,))


@pytest.mark.parametrize(
    "piece",
    ["<a", "<a ", "<a b='", "<a b=", "<a b='>", "<", "</", "</a", "&", "&#", "<!--", "<![", "<?",
     "<script>", "<a href=x>", "<p>", "<br>", "</p>"],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_no_html_takes_long(piece: str) -> None:
    found = read_html(piece * (100_000 // len(piece)))
    assert len(found.text) <= 25_000


PIECES = [
    *("<p>", "</p>", "<br>", f'<a href="{PAPER}">', "</a>", '<span class="invisible">', "</span>"),
    *("<script>", "</script>", "<", ">", "<!", "'", '"', "&", ";", " ", "\n", "…", "x", "é"),
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_any_html_is_read(html: str) -> None:
    found = read_html(html)
    assert found.text == found.text.strip(" \n")
    assert "\n\n\n" not in found.text
    assert set(found.links) <= {PAPER}
    ends = [0]
    for span in found.spans:
        assert ends[-1] <= span.start < span.end <= len(found.text)
        ends.append(span.end)


@given(st.text(alphabet=st.characters(exclude_characters="<&", exclude_categories=["Cs"])))
def test_text_without_markup_stays_but_for_white_space(text: str) -> None:
    assert read_html(text).text.replace(" ", "") == "".join(
        letter for letter in text if letter not in " \t\r\n\f"
    )
