"""Outside text in Markdown: shown as it is, and never more than text."""

import pytest
from hypothesis import example, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.markdown import destination, heading, inline, literal, paragraph
from hotpapers.domain.paper import collapse_white_space
from tests.hostile import hostile_texts
from tests.properties import examples

COMMONMARK = MarkdownIt("commonmark", {"html": True})
TEXT_ONLY = MarkdownIt("commonmark", {"html": True}).disable(["emphasis", "backticks"])
"""Without the markup that may stay in a text, so that what is shown can be compared with it."""

ORDINARY = [
    "",
    "A Title: With a Colon, (Brackets), [More of Them] and {Braces}",
    "It's \"quoted\" -- 'twice' -- and dashed – and — well…",
    "Attention & Memory; R&D, AT&T, &c.",
    "where $x < y$, $1<0.5x<1$, $a<-b$, a < b > c, p<0.05, <1%, <$5, 1 <- 2, <= and =>",
    "The cost is \\$5 or $\\mathcal{O}(n^2)$ with $\\alpha_{i,j}^{(k)}$",
    "$\\|x\\|_2 \\leq \\epsilon$, \\(x\\), \\[x\\], x\\",
    "\\emph{This} and \\textbf{that}, {\\it so} \\cite{a_b}, 50\\%, \\_ and \\\\",
    "$\\lambda$-calculus, $L^*$, $*$-algebras, $f_1 * f_2$, snake_case_names and __init__",
    "*emphasis*, **strong**, _underlined_, ~~struck~~ and `code`",
    "$$E = mc^2$$ and $$\\int_0^1$$",
    "Intervals [0,1), (0,1] and [0,1][2,3], arrays a[i][j], citations [1], [2, 3] and [^1]",
    "Context: see [4]: it holds; [5] : too",
    "C#, F#, issue #7, #hashtag, a # b, ##x and x##",
    "https://github.com/example/code_of_paper.git and www.example.org",
    "mail me@example.org, reply to @ada",
    "1.5 is not an item, 2.Nor is this, 3 .nor, 12345678901. nor a long number",
    "-1 is negative, +1 is not, *-algebras, --- amid the text, * as here",
    "=x, == y, ~x, ~~ y, ``x`` here, ' x, | a | b |, !x, ! x",
    "Größe, naïve, Erdős–Rényi, 日本語, العربية, עברית, 👩‍🚀 🏳️‍🌈, İ, ß, 𝒳",
    "&lt; &amp;amp; &#60; &nbsp; &c &;",
    "{{ braces }} {% of %} {# templates #} ${x} %s",
    ": colon first",
    "(1) brackets first, a) then b)",
    ". point first",
    "#hashtag first",
    "[Context] brackets first",
    "$x$ first",
    "$$x$$ first",
    "`x` first",
    "~x~ first",
    "**strong** first",
    "_x_ first",
    "-1 first",
    "+x first",
    "1.5 first",
    "<5 first",
    "& first",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert (inline(text), heading(text), paragraph(text)) == (text, text, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # One line
        ("  A\n  broken\r\n\ttitle\u2028of\x85many\x0blines  ", "A broken title of many lines"),
        ("null\x00bell\x07escape\x1b[0m\x7f\x9b!", "null bell escape [0m !"),
        ("half \ud83d a \udc00 pair", "half a pair"),
        # No tags
        ("<b>", "&lt;b>"),
        ("</p><P>", "&lt;/p>&lt;P>"),
        ("a<b and a< b", "a&lt;b and a< b"),
        (
            "<!-- --> <!DOCTYPE> <?php ?> <![CDATA[ ]]>",
            "&lt;!-- --> &lt;!DOCTYPE> &lt;?php ?> &lt;![CDATA[ ]]>",
        ),
        ("<<script>", "<&lt;script>"),
        ("<\nscript>", "< script>"),
        ("<\x00script>", "< script>"),
        ("$0<x<1$", "$0&lt;x<1$"),
        # No links
        ("<https://evil.example>", "&lt;https://evil.example>"),
        ("<ada@evil.example>", "&lt;ada@evil.example>"),
        ("<7@evil.example>", "&lt;7@evil.example>"),
        ("<+_%{7@evil.example>", "&lt;+_%{7@evil.example>"),
        ("<7 @ b", "<7 @ b"),
        ("[a](https://evil.example)", "[a]\\(https://evil.example)"),
        ("![a](https://evil.example/a.png)", "![a]\\(https://evil.example/a.png)"),
        ("[a\\](https://evil.example)", "[a\\]\\(https://evil.example)"),
        ("f[i](x)", "f[i]\\(x)"),
    ],
)
def test_in_the_middle_of_a_line_only_tags_and_links_are_escaped(text: str, expected: str) -> None:
    assert inline(text) == expected
    assert heading(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#", "\\#"),
        ("###", "\\###"),
        ("In C #", "In C \\#"),
        ("In C ##", "In C \\##"),
        ("In C\n#", "In C \\#"),
        ("In C #\n", "In C \\#"),
        ("In C #\\#", "In C #\\#"),
        ("In C \\#", "In C \\#"),
        ("- # 1. ===", "- # 1. ==="),
    ],
)
def test_a_heading_keeps_the_signs_at_its_end(text: str, expected: str) -> None:
    assert heading(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a", "\\# a"),
        ("###### a", "\\###### a"),
        ("#", "\\#"),
        ("#\ta", "\\# a"),
        ("####### a", "####### a"),
        ("- a", "\\- a"),
        ("+ a", "\\+ a"),
        ("* a", "\\* a"),
        ("-", "\\-"),
        ("  \n  - a", "\\- a"),
        ("> a", "\\> a"),
        (">a", "\\>a"),
        ("1. a", "1\\. a"),
        ("1) a", "1\\) a"),
        ("1. a 2. b", "1\\. a 2. b"),
        ("999999999. a", "999999999\\. a"),
        ("1.", "1\\."),
        ("٣. a", "٣. a"),
        ("```", "\\```"),
        ("```python a", "\\```python a"),
        ("~~~ a", "\\~~~ a"),
        ("---", "\\---"),
        ("***", "\\***"),
        ("_ _ _", "\\_ _ _"),
        ("===", "\\==="),
        ("[a]: https://evil.example", "\\[a]: https://evil.example"),
        ("[Context]: we show", "\\[Context]: we show"),
        ("[a\\]b]: x", "\\[a\\]b]: x"),
        ("[^1]: x", "\\[^1]: x"),
        ("$$ a", "\\$$ a"),
        ("$$ a $5", "$$ a $5"),
        ("<p>", "&lt;p>"),
        ("<!-- a", "&lt;!-- a"),
        ("\x00# a", "\\# a"),
    ],
)
def test_a_paragraph_starts_no_other_block(text: str, expected: str) -> None:
    assert paragraph(text) == expected


def document(title: str, abstract: str) -> str:
    """A document in the way of a post: what follows must not be drawn in."""
    return f"# 1. {heading(title)}\n\n{paragraph(abstract)}\n\n- retweets\n\n\nThe end.\n"


def is_blank(text: str) -> bool:
    return not inline(text)


BLOCKS = ["heading_open", "inline", "heading_close"]
PARAGRAPH = ["paragraph_open", "inline", "paragraph_close"]
LIST = ["bullet_list_open", "list_item_open", *PARAGRAPH, "list_item_close", "bullet_list_close"]


@settings(max_examples=examples(400), deadline=None)
@given(hostile_texts(surrogates=True, longest=6), hostile_texts(surrogates=True, longest=6))
@example("[a\\](https://evil.example)", "[a]: https://evil.example")
@example("<7@evil.example>", "![a\\\\](https://evil.example/a.png)")
def test_whatever_the_text_the_document_has_its_own_blocks_only(title: str, abstract: str) -> None:
    tokens = COMMONMARK.parse(document(title, abstract))

    expected = BLOCKS + ([] if is_blank(abstract) else PARAGRAPH) + LIST + PARAGRAPH
    assert [token.type for token in tokens] == expected
    assert inline_types(tokens) <= {
        *("text", "text_special", "code_inline"),
        *("em_open", "em_close", "strong_open", "strong_close"),
    }


def inline_types(tokens: list[Token]) -> set[str]:
    return {child.type for token in tokens for child in token.children or ()}


@settings(max_examples=examples(200), deadline=None)
@given(hostile_texts(longest=6).map(lambda text: text.replace("\\", "").replace("&", "")))
def test_what_is_escaped_is_shown_as_it_was(text: str) -> None:
    line = collapse_white_space(inline(text)).replace("&lt;", "<").replace("\\(", "(")

    shown = shown_lines(document(text, text))

    assert shown == [f"1. {line}".strip(), *([line] if line else []), "retweets", "The end."]


def shown_lines(text: str) -> list[str]:
    blocks = [token.children or [] for token in TEXT_ONLY.parse(text) if token.type == "inline"]
    return ["".join(part.content for part in block) for block in blocks]


@settings(max_examples=examples(200), deadline=None)
@given(hostile_texts(surrogates=True))
def test_the_result_is_one_line_that_can_be_written(text: str) -> None:
    for line in (inline(text), heading(text), paragraph(text), literal(text)):
        assert len(line.splitlines()) <= 1
        assert line.encode().decode() == line
        assert line == line.strip()


# What is shown to the letter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain words, (brackets); a - b + c = d! #7 @ada & co: 50 % / 1.5", None),
        ("https://example.org/a_b?c=d&e=f", "https\\://example.org/a_b?c=d&amp;e=f"),
        ("at www.example.org: WWW. 1:2", "at www\\.example.org: WWW\\. 1:2"),
        ("  two\nlines\x00 ", "two lines"),
        ("*a* **b** `c` ~d~", "\\*a\\* \\*\\*b\\*\\* \\`c\\` \\~d\\~"),
        ("_a_ a_b __c__ é_e", "\\_a\\_ a_b \\_\\_c\\_\\_ é\\_e"),
        ("[a](b) ![c][d]", "\\[a\\](b) !\\[c\\]\\[d\\]"),
        ("<b> & < &amp; &#60; a&b", "&lt;b> & &lt; &amp;amp; &amp;#60; a&amp;b"),
        ("$x$ costs $5", "\\$x\\$ costs \\$5"),
        ("\\alpha \\*", "\\\\alpha \\\\\\*"),
    ],
)
def test_a_literal_text(text: str, expected: str | None) -> None:
    assert literal(text) == (text if expected is None else expected)


@pytest.mark.thorough
@settings(max_examples=examples(400), deadline=None)
@given(hostile_texts(surrogates=True))
@example("a__ *b*_")
@example("\\\\*a*")
def test_a_literal_text_is_shown_to_the_letter(text: str) -> None:
    tokens = COMMONMARK.parse(f"*Said: {literal(text)}.* The end.")

    shown = collapse_white_space(CONTROL.sub(" ", text))
    assert [token.type for token in tokens] == PARAGRAPH
    parts = tokens[1].children or []
    closing = [part.type for part in parts].index("em_close")
    assert inline_types(tokens) <= {"text", "text_special", "em_open", "em_close"}
    assert "".join(part.content for part in parts[:closing]) == f"Said: {shown}.".replace("  ", " ")
    assert "".join(part.content for part in parts[closing:]) == " The end."


# Addresses


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "https://news.ycombinator.com/item?id=1&p=2",
            "https://news.ycombinator.com/item?id=1&p=2",
        ),
        ("https://m.example/@ada@b.example/1#a", "https://m.example/@ada@b.example/1#a"),
        ("https://m.example/%E6%97%A5", "https://m.example/%E6%97%A5"),
        ("https://m.example/日", "https://m.example/%E6%97%A5"),
        ("https://m.example/a)b(c", "https://m.example/a%29b%28c"),
        ("https://m.example/a b\n<c>\\&amp;", "https://m.example/a%20b%0A%3Cc%3E%5C&amp%3B"),
        (
            "https://m.example/`a`*b*$c$[d]\"'",
            "https://m.example/%60a%60%2Ab%2A%24c%24%5Bd%5D%22%27",
        ),
        ("https://m.example/\x00\ud800", "https://m.example/"),
        ("http://m.example/", ""),
        ("javascript:alert(1)", ""),
        (" https://m.example/", ""),
        ("//m.example/", ""),
        ("", ""),
    ],
)
def test_the_destination_of_a_link(address: str, expected: str) -> None:
    assert destination(address) == expected


@settings(max_examples=examples(200), deadline=None)
@given(hostile_texts(surrogates=True))
def test_whatever_the_address_a_link_is_one_link(text: str) -> None:
    tokens = COMMONMARK.parse(f"[a]({destination('https://m.example/' + text)}): *b*")

    parts = tokens[1].children or []
    assert [part.type for part in parts[:4]] == ["link_open", "text", "link_close", "text"]
    assert str(parts[0].attrs["href"]).startswith("https://m.example/")
    assert [part.content for part in parts[3:] if part.content] == [": ", "b"]


ENDLESS = ["<", "<a", "<1", "[", "]", "](", "[a", "\\", "# ", "#", "- ", "$", "_ ", "1", "x@", " "]


@pytest.mark.parametrize("piece", ENDLESS)
def test_long_nonsense_does_not_hang(piece: str) -> None:
    text = piece * 20_000 + "x"

    lines = [inline(text), heading(text), paragraph(text), literal(text)]

    assert all(line.endswith("x") for line in lines)
