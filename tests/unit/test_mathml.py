"""Formulas as MathML: what a browser is given, and what it is not."""

import pytest

from hotpapers.documents.math_letters import STYLES, styled
from hotpapers.documents.mathml import LONGEST_FORMULA, MOST_TOKENS, read_formula, write_formula


def mathml(source: str) -> str | None:
    """What is within the element of a formula; None where it cannot be shown."""
    formula = read_formula(source)
    if formula is None:
        return None
    return write_formula(formula, "").removeprefix('<math alttext="">').removesuffix("</math>")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"\alpha^2", "<msup><mi>α</mi><mn>2</mn></msup>"),
        ("x_i", "<msub><mi>x</mi><mi>i</mi></msub>"),
        ("x'", "<msup><mi>x</mi><mi>′</mi></msup>"),
        (
            r"\frac{1}{n+1}",
            "<mfrac><mn>1</mn><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></mfrac>",
        ),
        (r"\sqrt[3]{n}", "<mroot><mi>n</mi><mn>3</mn></mroot>"),
        (r"\hat{x}", '<mover accent="true"><mi>x</mi><mo>^</mo></mover>'),
        (r"\overline{x}", '<mover accent="true"><mi>x</mi><mo>‾</mo></mover>'),
        (r"\log n", "<mi>log</mi><mi>n</mi>"),
        (r"\operatorname{arg\,max}", '<mi>arg</mi><mspace width="0.167em"></mspace><mi>max</mi>'),
        (r"\mathrm{loss}", "<mi>loss</mi>"),
        (r"\mathrm{d}x", '<mi mathvariant="normal">d</mi><mi>x</mi>'),
        (r"\mathbb{RP}", "<mi>ℝ</mi><mi>ℙ</mi>"),
        (r"\mathbbm{1}", "<mn>𝟙</mn>"),
        (r"\boldsymbol{\theta}", "<mi>𝜽</mi>"),
        (r"a\sim b", "<mi>a</mi><mo>∼</mo><mi>b</mi>"),
        (r"a\pm\infty", "<mi>a</mi><mo>±</mo><mi>∞</mi>"),
        (r"x\not= y", "<mi>x</mi><mo>≠</mo><mi>y</mi>"),
        ("90%", "<mn>90</mn><mi>%</mi>"),
        (r"90\%", "<mn>90</mn><mi>%</mi>"),
        (r"\method", r"<mtext>\method</mtext>"),
        (r"\nicefrac{1}{2}", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (r"\ddag", "<mo>‡</mo>"),
        (r"\begin{matrix}a\\b\end{matrix}",
         "<mtable><mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable>"),
        (r"\left\{x\right\}",
         '<mo stretchy="true" fence="true" form="prefix">{</mo><mi>x</mi>'
         '<mo stretchy="true" fence="true" form="postfix">}</mo>'),
    ],
)  # fmt: skip
def test_formulas(source: str, shown: str) -> None:
    assert mathml(source) == shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"\text{a<b&c&#x3c;\&d}", "<mtext>a&lt;b&amp;c&amp;#x3c;&amp;d</mtext>"),
        ("<script>", "<mo>&lt;</mo><mi>s</mi><mi>c</mi><mi>r</mi><mi>i</mi><mi>p</mi><mi>t</mi>"
         "<mo>&gt;</mo>"),
        ("\ufdd0#x3c;", "<mi>#</mi><mi>x</mi><mn>3</mn><mi>c</mi><mo>;</mo>"),
        (r"\hspace{1em}a\hspace{99em}b\hspace{-9em}c",
         '<mspace width="1em"></mspace><mi>a</mi><mi>b</mi><mi>c</mi>'),
        (r"\mathrlap{a}b", "<mi>a</mi><mi>b</mi>"),
        (r"\boxed{a}", "<mi>a</mi>"),
        (r"\Huge a", "<mstyle><mi>a</mi></mstyle>"),
    ],
)  # fmt: skip
def test_what_is_more_than_a_formula_is_text(source: str, shown: str) -> None:
    assert mathml(source) == shown


@pytest.mark.parametrize(
    "source",
    [
        # What could lead elsewhere, change the page, or grow
        r"\href{javascript:alert(1)}{x}",
        r"\class{x}{y}",
        r"\style{color:red}{x}",
        r"\color{red}{x}",
        r"\textcolor{red}{x}",
        r"\colorbox{red}{x}",
        r"\unicode{x3c}",
        r"\def\a{\b\b}\a",
        r"\newcommand{\a}{b}\a",
        r"\sideset{_a^b}{_c^d}\sum",
        # What the library has an exception for
        "x^",
        "a_b_c",
        "a^b^c",
        r"a\over",
        r"\over a",
        r"a\limits^b",
        r"\begin{array}[x]a\end{array}",
        # What the library looks for, and does not find
        r"\hspace{}",
        r"\big",
        r"\sqrt",
        r"\begin",
        r"\beginning",
        r"\verba",
        # What it would make something else of
        "{x",
        "x}",
        r"\left(x",
        r"\begin{matrix}a",
        r"\begin{matrix}a\end{cases}",
        r"\begin{equation}a\end{equation}",
        r"\text{a {b} c}",
        r"\frac{a}",
        # What is too much
        "",
        "x" * (LONGEST_FORMULA + 1),
        r"\hat " * (MOST_TOKENS + 1) + "x",
        "{" * MOST_TOKENS + "}" * MOST_TOKENS,
        r"\hat{" * 50 + "x" + "}" * 50,
    ],
)
def test_what_cannot_be_shown_has_no_mathml(source: str) -> None:
    assert mathml(source) is None


def test_a_formula_has_its_tex_as_its_alternative_text() -> None:
    formula = read_formula(' a<"b" ', block=True)

    assert formula is not None
    assert write_formula(formula, ' a<"b" ') == (
        '<math display="block" tabindex="0" alttext="a&lt;&quot;b&quot;"><mi>a</mi><mo>&lt;</mo>'
        "<mo>&quot;</mo><mi>b</mi><mo>&quot;</mo></math>"
    )


def test_letters_in_every_style_there_is() -> None:
    assert {style: styled("hBRe1αΓ+é", style) for style in STYLES} == {
        "bold": "𝐡𝐁𝐑𝐞𝟏𝛂𝚪+é",
        "italic": "ℎ𝐵𝑅𝑒1𝛼𝛤+é",
        "bold-italic": "𝒉𝑩𝑹𝒆𝟏𝜶𝜞+é",
        "double-struck": "𝕙𝔹ℝ𝕖𝟙αℾ+é",
        "script": "𝒽ℬℛℯ1αΓ+é",
        "fraktur": "𝔥𝔅ℜ𝔢1αΓ+é",
        "sans-serif": "𝗁𝖡𝖱𝖾𝟣αΓ+é",
        "sans-serif-italic": "𝘩𝘉𝘙𝘦𝟣αΓ+é",
        "monospace": "𝚑𝙱𝚁𝚎𝟷αΓ+é",
    }
    assert styled("aB", "normal") == "aB"
