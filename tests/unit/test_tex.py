"""Titles and abstracts with TeX in them: what is shown, and that nothing else is."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.html_text import html_text
from hotpapers.documents.mathml import ATTRIBUTES, ELEMENTS
from hotpapers.documents.tex import LINK_RELATION, tex_html, tex_text
from hotpapers.documents.tex_reader import WEB_ADDRESS
from tests.hostile import hostile_texts
from tests.properties import examples


def link(address: str, words: str = "") -> str:
    return f'<a href="{address}" rel="nofollow noopener ugc">{words or address}</a>'


# What is no TeX


@pytest.mark.parametrize(
    "text",
    [
        "Attention Is All You Need",
        "It costs $5 to $10, or $5-$10, in all $35,000.",
        "Between $100 and half of A$ one pays more",
        "sets {1, 2}, {a} and f{x} (as ever), 100%, #1, a & b, x_1, x^2, [1]",
        "~56,000 sentences, 31%~37% fewer, a ~ b",
        "Use --flag, -v, a - b and a -- or b--",
        "It's an author's 'quote' of `code`",
        '<b>bold</b> &amp; "quoted"',
        "An open $ sign, an open { brace, a closing } brace",
        "日本語 العربية 👩‍🚀 é",
        "www.example.org, mailto:ada@example.org, javascript:alert(1), http:// and https://",
        "",
    ],
)
def test_a_text_without_tex_stays_as_it_is(text: str) -> None:
    shown = text.replace("a -- or", "a – or")

    assert (tex_html(text), tex_text(text)) == (html_text(shown), shown)


@given(st.text(st.characters(exclude_characters="\\$~{}`'-", exclude_categories=["Cs"])))
def test_any_text_without_tex_is_escaped_and_no_more(text: str) -> None:
    if "http" not in text.lower():
        assert tex_html(text) == html_text(text)


# Characters


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"Schr\"odinger, Poincar\'e, Fr\'{e}chet", "Schrödinger, Poincaré, Fréchet"),
        (r"Erd\H{o}s, G{\"o}del, {\v S}imi\'c, Fran\c{c}ois", "Erdős, Gödel, Šimić, François"),
        (r"na\"{\i}ve, \'{\i}, \~n, \^{a}, \`a, \=o, \.z, \k{a}", "naïve, í, ñ, â, à, ō, ż, ą"),
        (r"\v s, \c c, \~{}, \^{}", "š, ç, ~, ^"),
        (r"Bokm{\aa}l, \O{}re, \o re, Stra\ss e, \l\'od\'z", "Bokmål, Øre, øre, Straße, łódź"),
        (r"90\%, A\&B, a\_b, \#1, \$5, \{x\}", "90%, A&B, a_b, #1, $5, {x}"),
        (r"Fig.~3, et~al., a\ b, 8\,GB, i.e.\ so", "Fig.\xa03, et\xa0al., a b, 8\u202fGB, i.e. so"),
        ("a---b, Curry--Howard, x -- y, x --- y", "a—b, Curry–Howard, x – y, x — y"),
        ("``quoted'' ''quoted'' `single' `a b'", "“quoted” “quoted” ‘single’ ‘a b’"),
        (r"RL{\ddag}, 360{\deg}, \ldots, \LaTeX{}, \ie, \eg", "RL‡, 360°, …, LaTeX, i.e., e.g."),
        (r"about \sim 5 and 5\times{} x", "about ∼ 5 and 5× x"),
        (r"{B}ERT, G{PT}s, \textsc{Bert}, \mbox{a b}", "BERT, GPTs, Bert, a b"),
        (r"Code\footnote{Ours.} as \cite{ada} and \citep*{a,b}", "Code (Ours.) as [ada] and [a,b]"),
        (
            r"We call it \method{}, \SI{5}[\$]{} and \name.",
            r"We call it \method{}, \SI{5}[$]{} and \name.",
        ),
        (r"one\\two \- \/ \@", "one two   "),
    ],
)
def test_characters(text: str, shown: str) -> None:
    assert (tex_html(text), tex_text(text)) == (html_text(shown), shown)


# Emphasis and links


@pytest.mark.parametrize(
    ("text", "html", "plain"),
    [
        (
            r"\emph{a} \textit{b} {\em c} {\it d}",
            "<em>a</em> <em>b</em> <em>c</em> <em>d</em>",
            "a b c d",
        ),
        (r"\textbf{a} {\bf b}", "<strong>a</strong> <strong>b</strong>", "a b"),
        (r"\texttt{a<b} {\tt c}", "<code>a&lt;b</code> <code>c</code>", "a<b c"),
        (r"m\textsuperscript{2}\textsubscript{q}", "m<sup>2</sup><sub>q</sub>", "m²_q"),
        (r"\emph{a \textbf{b}}", "<em>a <strong>b</strong></em>", "a b"),
        (r"\emph{} x", " x", " x"),
        (r"\emph a", r"\emph a", r"\emph a"),
        (r"\emph{a", r"\emph{a", r"\emph{a"),
    ],
)
def test_emphasis(text: str, html: str, plain: str) -> None:
    assert (tex_html(text), tex_text(text)) == (html, plain)


ADDRESS = "https://a.example/b_c"


@pytest.mark.parametrize(
    ("text", "html", "plain"),
    [
        (f"at {ADDRESS}.", f"at {link(ADDRESS)}.", f"at {ADDRESS}."),
        (f"(at {ADDRESS}), or", f"(at {link(ADDRESS)}), or", f"(at {ADDRESS}), or"),
        (rf"\url{{{ADDRESS}}}.", f"{link(ADDRESS)}.", f"{ADDRESS}."),
        (r"https://a.example/b\_c", link(ADDRESS), ADDRESS),
        (rf"{{{ADDRESS}}}", link(ADDRESS), ADDRESS),
        ("https://a.example/~b--c", link("https://a.example/~b--c"), "https://a.example/~b--c"),
        (
            "https://a.example/b_(c).",
            link("https://a.example/b_(c)") + ".",
            "https://a.example/b_(c).",
        ),
        (
            'https://a.example/?b=1&c="d"',
            link("https://a.example/?b=1&amp;c=") + "&quot;d&quot;",
            'https://a.example/?b=1&c="d"',
        ),
        (
            rf"\href{{{ADDRESS}}}{{our \emph{{site}}}}",
            link(ADDRESS, "our <em>site</em>"),
            "our site",
        ),
        (rf"\href{{{ADDRESS}}}", link(ADDRESS), ADDRESS),
        (rf"\href{{{ADDRESS}}}{{\emph{{{ADDRESS}}}}}", f"<em>{link(ADDRESS)}</em>", ADDRESS),
        (r"\href{javascript:alert(1)}{site}", "site", "site"),
        (r"\url{javascript:alert(1)}", "javascript:alert(1)", "javascript:alert(1)"),
        (r"\url{github.com/a/b}", "github.com/a/b", "github.com/a/b"),
        (r"\href{https://a.example\@b.example}{x}", "x", "x"),
        ("https://" + "a" * 3_000, "https://" + "a" * 3_000, "https://" + "a" * 3_000),
    ],
)
def test_links(text: str, html: str, plain: str) -> None:
    assert (tex_html(text), tex_text(text)) == (html, plain)


# Formulas


@pytest.mark.parametrize(
    ("text", "html", "plain"),
    [
        (
            "an $x^2$-norm",
            'an <math alttext="x^2"><msup><mi>x</mi><mn>2</mn></msup></math>-norm',
            "an x²-norm",
        ),
        (r"\(a<b\)", '<math alttext="a&lt;b"><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>', "a < b"),
        ("$$a$$", '<math display="block" tabindex="0" alttext="a"><mi>a</mi></math>', "a"),
        (r"\[a\]", '<math display="block" tabindex="0" alttext="a"><mi>a</mi></math>', "a"),
        (r"$\sim$66\%", '<math alttext="\\sim"><mo>∼</mo></math>66%', "∼66%"),
        (r"$ \ell $", '<math alttext="\\ell"><mi>ℓ</mi></math>', "ℓ"),
        (r"\emph{$a$}", '<em><math alttext="a"><mi>a</mi></math></em>', "a"),
    ],
)
def test_formulas(text: str, html: str, plain: str) -> None:
    assert (tex_html(text), tex_text(text)) == (html, plain)


@pytest.mark.parametrize(
    "text",
    [
        "$ 5 $",
        "$$",
        "$$$$",
        r"\(\)",
        r"$\frac{1$",
        "$x^$",
        "$a_b_c$",
        r"$\left( x$",
        r"\[x",
        r"$\def\a{\a\a}\a$",
        "$" + "x" * 1_001 + "$",
        "$" + "{" * 300 + "x" + "}" * 300 + "$",
    ],
)
def test_what_is_no_formula_stays_as_it_stands(text: str) -> None:
    assert (tex_html(text), tex_text(text)) == (html_text(text), text)


# Whatever the text

SOUP = (
    *(
        "$",
        "$",
        "$$",
        r"\(",
        r"\)",
        r"\[",
        r"\]",
        "{",
        "}",
        "{",
        "}",
        "^",
        "_",
        "'",
        "&",
        "~",
        "--",
    ),
    *(
        r"\frac",
        r"\sqrt",
        r"\text{",
        r"\emph{",
        r"\url{",
        r"\href{",
        r"\left(",
        r"\right)",
        r"\hat",
    ),
    *(r"\begin{matrix}", r"\end{matrix}", r"\over", r"\sum", r"\big", r"\mathbf{", r"\foo", r"\\"),
    *(r"\style", r"\class", r"\color{red}", r"\unicode{x3c}", r"\def\a", r"\'", r"\c", "``", "''"),
    *(
        "x",
        "1",
        "<b>",
        "&#x3c;",
        "&lt;",
        '"',
        " ",
        " ",
        "javascript:alert(1)",
        "https://a.example/",
    ),
    *("onclick=x", "日", "\x00", "\u202e", "]]>", "<!--"),
)
INLINE = {"em", "strong", "code", "sub", "sup", "a"}


def soups() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(SOUP), max_size=24).map("".join) | hostile_texts()


def tree(html: str) -> ElementTree.Element:
    """The HTML as XML, which has two characters less: what is well-formed for both is safe."""
    return ElementTree.fromstring(f"<p>{html.translate({0xFFFE: None, 0xFFFF: None})}</p>")


def is_harmless(element: ElementTree.Element) -> bool:
    """Whether an element has no other name and attributes than those of which we know."""
    if element.tag == "a":
        address, relation = element.get("href", ""), element.get("rel")
        return WEB_ADDRESS.fullmatch(address) is not None and relation == LINK_RELATION
    if element.tag == "math":
        return set(element.attrib) <= {"alttext", "display", "tabindex"}
    if element.tag in INLINE:
        return not element.attrib
    allowed = {**ATTRIBUTES.get(element.tag, {}), "mathvariant": re.compile("normal")}
    return element.tag in ELEMENTS and all(
        key in allowed and allowed[key].fullmatch(value) for key, value in element.attrib.items()
    )


@settings(max_examples=examples(100))
@given(soups())
def test_nothing_but_known_elements_comes_of_any_text(text: str) -> None:
    shown = tree(tex_html(text))

    assert [each.tag for each in shown.iter() if each is not shown and not is_harmless(each)] == []
    assert all(each.find(".//a") is None for each in shown.iter("a"))
    assert not CONTROL.search("".join(shown.itertext()))


@settings(max_examples=examples(100))
@given(soups())
def test_plain_text_of_any_text_is_one_line(text: str) -> None:
    assert len(tex_text(text).splitlines()) <= 1
    assert not CONTROL.search(tex_text(text))


@pytest.mark.parametrize(
    "piece",
    [
        "$",
        "{",
        "$a ",
        r"\emph{",
        r"\(",
        r"\'",
        "`a",
        r"\href{https://a.example}{",
        "~a",
        "a--",
        "''",
    ],
)
def test_a_long_text_takes_no_time(piece: str) -> None:
    """Nothing is looked for from each of them to the end of the text."""
    long = piece * 20_000

    assert tex_text(long) != ""
    assert tex_html("https://a.example/" + "." * 100_000 + "a") != ""
