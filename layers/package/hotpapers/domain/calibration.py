"""Weights for the sources, proposed from what they have told.

docs/ranking.md argues the method: a source is compared with the reference on the papers that have
engagement on both, by the medians.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from statistics import median

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.ranking import Rules, attention_by_paper
from hotpapers.domain.reading import Reading
from hotpapers.domain.sources import SOURCES

LEAST_PAPERS = 30
"""From fewer papers nothing is proposed: the median of few moves with each of them."""

SMALLEST, GREATEST = Decimal("0.01"), Decimal(9999)
"""What the setting WEIGHTS takes."""

TWO_DIGITS = Context(prec=2)

CENT = Decimal("0.01")

Engagement = Mapping[tuple[int, PaperId], int]
"""The engagement of the papers that have any, by the number of the day and the paper's id."""


@dataclass(frozen=True)
class Proposal:
    """What a source's weight could be.

    `papers` is how many papers have engagement both here and on the reference, `typical` is their
    median engagement here, `typical_there` on the reference (None without such papers). `exact` is
    the weight that follows, None where there are too few papers; the reference's is what it was.
    """

    source: str
    papers: int
    typical: Fraction | None
    typical_there: Fraction | None
    present: Decimal
    exact: Fraction | None

    @property
    def weight(self) -> Decimal | None:
        """The weight that follows, to two significant digits, as the setting takes it."""
        if self.exact is None:
            return None
        rounded = TWO_DIGITS.divide(Decimal(self.exact.numerator), Decimal(self.exact.denominator))
        return min(max(rounded.quantize(CENT), SMALLEST), GREATEST)


@dataclass(frozen=True)
class Calibration:
    """A proposal for every source, and the name of the one that they are measured by.

    Without a source that has enough papers there is no reference, and nothing is proposed.
    """

    reference: str | None
    proposals: tuple[Proposal, ...]


def calibrate(days: Iterable[Iterable[Reading]], rules: Rules) -> Calibration:
    """Propose weights from the readings of some days, each day's together.

    The reference is the first source that has a weight and enough papers with engagement. Readings
    that a failure interrupted are left out, since their numbers may be too low.
    """
    found = _engagement(days, rules)
    fit = [name for name in SOURCES if len(found[name]) >= LEAST_PAPERS and rules.weights[name]]
    if not fit:
        nothing = (Proposal(name, 0, None, None, rules.weights[name], None) for name in SOURCES)
        return Calibration(None, tuple(nothing))
    proposals = (_propose(name, fit[0], found, rules) for name in SOURCES)
    return Calibration(fit[0], tuple(proposals))


def _engagement(days: Iterable[Iterable[Reading]], rules: Rules) -> Mapping[str, Engagement]:
    found: dict[str, dict[tuple[int, PaperId], int]] = {name: {} for name in SOURCES}
    for number, readings in enumerate(days):
        for reading in readings:
            if reading.interrupted:
                continue
            counted = SOURCES[reading.source].counted
            for paper, attention in attention_by_paper(reading, rules).items():
                engagement = sum(attention.counts[metric] for metric in counted)
                if engagement:
                    found[reading.source][number, paper] = engagement
    return found


def _propose(name: str, reference: str, found: Mapping[str, Engagement], rules: Rules) -> Proposal:
    here, there = found[name], found[reference]
    both = here.keys() & there.keys()
    typical, typical_there = (_median(table[key] for key in both) for table in (here, there))
    exact = None
    if name == reference:
        exact = Fraction(rules.weights[name])
    elif len(both) >= LEAST_PAPERS and typical and typical_there:
        exact = Fraction(rules.weights[reference]) * typical_there / typical
    return Proposal(name, len(both), typical, typical_there, rules.weights[name], exact)


def _median(numbers: Iterable[int]) -> Fraction | None:
    exact = [Fraction(number) for number in numbers]
    return median(exact) if exact else None
