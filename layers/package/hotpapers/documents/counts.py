"""A source's numbers in words."""

from collections.abc import Mapping
from decimal import Decimal

from hotpapers.domain.sources import SOURCES

UNKNOWN = "–"
"""Stands for a number that could not be asked for."""

UNITS = {"score": "points"}
"""What people call a metric, where it is not its name."""


def counts_in_words(source: str, counts: Mapping[str, int]) -> str:
    """`88 points, 12 comments`: the known ones of a source's numbers, those that count first."""
    metrics = SOURCES[source].metrics
    return ", ".join(
        in_words(counts[metric], UNITS.get(metric, metric))
        for metric in metrics
        if metric in counts
    )


def in_words(count: int, unit: str) -> str:
    """A number with its unit, which is given as a plural."""
    return f"{count} {unit if count != 1 else unit.removesuffix('s')}"


def decimal_text(value: Decimal) -> str:
    """The number with two decimals at most: 318, 0.5, 12.25."""
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")
