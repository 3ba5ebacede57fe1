"""Formulas on one line of plain text."""

import pytest

from hotpapers.documents.math_line import formula_line
from hotpapers.documents.mathml import read_formula


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (r"\ell_2", "ℓ₂"),
        ("10^{-3}", "10⁻³"),
        ("x_i^2", "xᵢ²"),
        ("x_i'", "xᵢ′"),
        (r"A^\top", "Aᵀ"),
        (r"90^\circ", "90°"),
        ("x^q", "x^q"),
        (r"W_\theta", "W_θ"),
        ("2^{n^2}", "2^(n²)"),
        (r"\mathcal{O}(n\log n)", "𝒪(n log n)"),
        (r"O(1/\sqrt{T})", "O(1/√T)"),
        (r"\sqrt{x+1}, \sqrt{AK}, \sqrt{12}", "√(x+1), √(AK), √12"),
        (r"\tilde{O}(\sqrt[3]{n}+\sqrt[k]{n})", "Õ(∛n+ᵏ√n)"),
        (r"\frac{a+b}{2}+\frac{x_1}{2n}", "(a+b)/2+x₁/(2n)"),
        (r"\binom{n}{k}", "(n choose k)"),
        (r"\sum_{i=1}^n x_i", "∑ᵢ₌₁ⁿ xᵢ"),
        (r"\min_{x\in X} f(x)", "min_(x∈X) f(x)"),
        (r"a\le b, c:=d", "a ≤ b, c := d"),
        (r"4\times 4", "4×4"),
        (r"\|x\|_2", "‖x‖₂"),
        (r"\hat{x}+\bar y+\overline{ab}+\vec v", "x̂+ȳ+a̅b̅+v⃗"),
        (r"\underline{x}+\underbrace{y}_{n}", "x+yₙ"),
        (r"\text{if } x", "if x"),
        (r"k\text{-means}", "k-means"),
        (r"\text{CO}_2", "CO₂"),
        (r"5\,\mathrm{ms}\quad a\phantom{b}c", "5 ms ac"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "(1, 2; 3, 4)"),
        (r"\method(x)", r"\method(x)"),
    ],
)
def test_formulas(source: str, line: str) -> None:
    formula = read_formula(source)

    assert formula is not None
    assert formula_line(formula) == line
