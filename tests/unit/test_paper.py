"""Papers: which categories they fit, and their text on one line."""

import pytest
from hypothesis import given, settings

from hotpapers.domain.paper import CATEGORY, CATEGORY_PATTERN, collapse_white_space
from tests.builders import make_paper
from tests.hostile import hostile_texts
from tests.properties import examples

DEFAULT = ("cs.*", "stat.ML")


@pytest.mark.parametrize(
    ("categories", "patterns", "expected"),
    [
        # By name, the primary category and cross-lists alike
        (["stat.ML"], DEFAULT, True),
        (["cs.LG"], DEFAULT, True),
        (["math.DS", "cs.LG"], DEFAULT, True),
        (["hep-th", "math-ph", "stat.ML"], DEFAULT, True),
        (["stat.ME"], DEFAULT, False),
        (["math.DS", "stat.AP"], DEFAULT, False),
        (["physics.soc-ph"], ["physics.soc-ph"], True),
        (["physics.soc-ph"], ["physics.*"], True),
        (["hep-th"], ["hep-th"], True),
        (["cs.LG"], [], False),
        ([], DEFAULT, False),
        # To the letter
        (["cs.lg"], ["cs.LG"], False),
        (["cs.LGX"], ["cs.LG"], False),
        (["csx.LG"], ["cs.*"], False),
        (["cs"], ["cs.*"], False),
        (["math-ph"], ["math.ST"], False),
        (["cond-mat.str-el"], ["cond-mat.*"], True),
        # arXiv names some categories by their other name only
        (["math.NA"], ["cs.*"], True),
        (["math.NA"], ["cs.NA"], True),
        (["math.NA"], ["math.NA"], True),
        (["math.NA"], ["math.*"], True),
        (["eess.SY"], ["cs.*"], True),
        (["eess.SY"], ["cs.SY"], True),
        (["eess.IV"], ["cs.*"], False),
        (["cs.IT"], ["math.IT"], True),
        (["cs.IT"], ["math.*"], True),
        (["math-ph"], ["math.MP"], True),
        (["math-ph"], ["math.*"], True),
        (["econ.GN"], ["q-fin.*"], True),
        (["econ.GN"], ["q-fin.EC"], True),
        (["math.ST"], ["stat.*"], True),
        (["math.ST"], ["stat.TH"], True),
        (["math.ST"], DEFAULT, False),
        (["math.NA"], ["cs.SY"], False),
        # … or, as entries did before, by both
        (["cs.NA", "math.NA"], ["cs.*"], True),
        (["cs.NA"], ["math.NA"], False),
    ],
)
def test_which_papers_are_in_the_categories(
    categories: list[str], patterns: list[str], expected: bool
) -> None:
    assert make_paper(categories=tuple(categories)).is_in(patterns) is expected


CATEGORIES = [
    *("cs.LG", "stat.ML", "math.NA", "hep-th", "math-ph", "quant-ph", "gr-qc", "q-bio.NC"),
    *("cond-mat.dis-nn", "cond-mat.str-el", "physics.soc-ph", "astro-ph", "eess.SY"),
]
ALONE = ["cs", "math", "physics"]
ARCHIVES = ["cs.*", "math.*", "q-bio.*", "cond-mat.*"]
NO_CATEGORIES = [
    *("", "CS.LG", "cs.", ".LG", "cs.LG ", " cs.LG", "cs.LG\n", "cs LG", "cs.LG.AI", "cs/LG"),
    *("I.2.6", "68T05", "68T05, 14A15", "G.1.6; I.2", "*", "*.LG", "cs.L*", "cs*", "-", "cs-"),
    *("cs.*.*", "cs.* OR cat:math.*", "cs.LG)", "cs.LG](https://evil.example)", "<b>", "сs.LG"),
]


def test_what_is_a_category_and_what_may_be_configured() -> None:
    names = CATEGORIES + ALONE + ARCHIVES + NO_CATEGORIES

    assert [name for name in names if CATEGORY.fullmatch(name)] == CATEGORIES + ALONE
    assert [name for name in names if CATEGORY_PATTERN.fullmatch(name)] == CATEGORIES + ARCHIVES


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        (" \n\t ", ""),
        ("A Title", "A Title"),
        ("  A Title\n  Broken as arXiv  does it\n", "A Title Broken as arXiv does it"),
        ("a\r\nb\rc\vd\fe\x1cf\x1dg\x1eh\x85i\u2028j\u2029k", "a b c d e f g h i j k"),
        ("a\xa0b\u2003c\u3000d", "a b c d"),
        ("a\u200bb\u200dc", "a\u200bb\u200dc"),
    ],
)
def test_white_space_is_collapsed(text: str, line: str) -> None:
    assert collapse_white_space(text) == line


@settings(max_examples=examples(100), deadline=None)
@given(hostile_texts(surrogates=True))
def test_a_collapsed_text_is_one_line_of_the_same_words(text: str) -> None:
    line = collapse_white_space(text)

    assert line.split() == text.split()
    assert len(line.splitlines()) <= 1
    assert line == collapse_white_space(line)
    assert "  " not in line
