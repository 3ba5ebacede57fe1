"""What has to be asked of arXiv for some categories, and in which parts."""

from collections.abc import Sequence

import pytest

from hotpapers.domain.paper import ALIASES, CATEGORY
from hotpapers.domain.taxonomy import CATEGORIES_OF, held_twice, narrower, subjects
from local.upstreams.taxonomy import CATEGORIES


@pytest.mark.parametrize(
    ("patterns", "asked"),
    [
        (["cs.*", "stat.ML"], ("cs", "stat.ML")),
        (["stat.ML", "cs.*", "stat.ML", "cs.*"], ("cs", "stat.ML")),
        (["cs.LG", "cs.CL", "hep-th"], ("cs.LG", "cs.CL", "hep-th")),
        (["cs.*", "cs.LG"], ("cs",)),
        # Categories with two names
        (["cs.NA"], ("math.NA",)),
        (["cs.NA", "math.NA"], ("math.NA",)),
        (["cs.*", "math.NA", "eess.SY", "eess.SP"], ("cs", "eess.SP")),
        (["math.*", "cs.NA", "math-ph", "cs.IT", "cs.LG"], ("math", "cs.LG")),
        (["cs.*", "math.*"], ("cs", "math")),
        ([], ()),
    ],
)
def test_each_subject_is_asked_for_once(patterns: Sequence[str], asked: tuple[str, ...]) -> None:
    assert subjects(patterns) == asked


@pytest.mark.parametrize(
    ("asked", "shared"),
    [
        (["cs", "stat.ML"], []),
        (["cs", "eess"], ["eess.SY"]),
        (["cs", "math"], ["math.NA", "cs.IT"]),
        (["cs", "math", "stat", "eess"], ["math.NA", "eess.SY", "cs.IT", "math.ST"]),
        (["q-fin", "econ"], ["econ.GN"]),
        (["math", "math-ph"], ["math-ph"]),
    ],
)
def test_archives_share_the_categories_that_have_two_names(
    asked: Sequence[str], shared: Sequence[str]
) -> None:
    assert held_twice(asked) == shared


def test_a_question_has_two_parts_down_to_a_single_category() -> None:
    assert narrower(["cs", "stat.ML"]) == [["cs"], ["stat.ML"]]
    assert narrower(["econ"]) == [("econ.EM",), ("econ.GN", "econ.TH")]
    assert narrower(["cs.LG"]) == []
    assert narrower(["hep-th"]) == []


@pytest.mark.parametrize("archive", CATEGORIES_OF)
def test_the_parts_of_an_archive_are_its_categories(archive: str) -> None:
    def parts(asked: Sequence[str]) -> list[str]:
        found = narrower(asked)
        return [name for part in found for name in parts(part)] if found else list(asked)

    assert parts([archive]) == list(CATEGORIES_OF[archive])


def test_the_categories_are_arxivs() -> None:
    known = [name for names in CATEGORIES_OF.values() for name in names]
    # With the nine that are archives of their own, as `hep-th`, these are arXiv's 155.
    assert len(known) == len(set(known)) == 146
    assert {*known} == {name for name in CATEGORIES if "." in name}
    assert all(CATEGORY.fullmatch(name) for name in known)
    assert {*ALIASES, *ALIASES.values()} - {*known} == {"math-ph"}
