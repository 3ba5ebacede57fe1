"""arXiv's archives, their categories, and what has to be asked for to get all that is wanted.

arXiv's feeds and listing pages are of whole archives (`cs`) or of single categories (`stat.ML`).
Source: https://arxiv.org/category_taxonomy, as arXiv's own software has it
(https://github.com/arXiv/arxiv-base, `arxiv/taxonomy/definitions.py`), without what is closed.
"""

from collections.abc import Sequence

from hotpapers.domain.paper import ALIASES

_CATEGORIES = {
    "astro-ph": "CO EP GA HE IM SR",
    "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
    "cs": (
        "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI"
        " OH OS PF PL RO SC SD SE SI SY"
    ),
    "econ": "EM GN TH",
    "eess": "AS IV SP SY",
    "math": (
        "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG"
        " SP ST"
    ),
    "nlin": "AO CD CG PS SI",
    "physics": (
        "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph flu-dyn"
        " gen-ph geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph"
    ),
    "q-bio": "BM CB GN MN NC OT PE QM SC TO",
    "q-fin": "CP EC GN MF PM PR RM ST TR",
    "stat": "AP CO ME ML OT TH",
}
CATEGORIES_OF = {
    archive: tuple(f"{archive}.{name}" for name in names.split())
    for archive, names in _CATEGORIES.items()
}
"""The categories of each archive that has several. The others are categories themselves."""


def subjects(patterns: Sequence[str]) -> tuple[str, ...]:
    """The archives and categories that together hold what patterns (`cs.*`, `stat.ML`) ask for.

    Each is asked for once, under the name that arXiv shows; a category of an archive that is asked
    for is not asked for beside it. To arXiv an archive also has the categories of others that are
    known by a second name in it: `math.NA` is part of `cs`, as `cs.NA`.
    """
    whole = [pattern.removesuffix(".*") for pattern in patterns if pattern.endswith(".*")]
    single = [ALIASES.get(pattern, pattern) for pattern in patterns if not pattern.endswith(".*")]
    outside = [category for category in single if _archives_of(category).isdisjoint(whole)]
    return tuple(dict.fromkeys([*whole, *outside]))


def held_twice(asked: Sequence[str]) -> Sequence[str]:
    """The categories that two of the archives asked for have, under two names."""
    return [shown for shown in ALIASES.values() if len(_archives_of(shown) & {*asked}) > 1]


def narrower(asked: Sequence[str]) -> Sequence[Sequence[str]]:
    """Two questions in the place of one for several subjects, or for one archive.

    None for a single category, of which there is no part to ask for.
    """
    parts = asked if len(asked) > 1 else CATEGORIES_OF.get(asked[0], ())
    middle = len(parts) // 2
    return [parts[:middle], parts[middle:]] if parts else []


def _archives_of(category: str) -> frozenset[str]:
    """The archives that have a category, under the name that arXiv shows or another one."""
    names = [category, *(alias for alias, shown in ALIASES.items() if shown == category)]
    return frozenset(name.partition(".")[0] for name in names)
