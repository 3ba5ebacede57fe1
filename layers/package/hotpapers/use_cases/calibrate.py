"""Proposing weights from what is kept."""

from hotpapers.domain.calibration import Calibration, calibrate
from hotpapers.domain.ranking import Rules
from hotpapers.ports import EditionStore, ReadingStore


def calibrate_kept(
    editions: EditionStore, readings: ReadingStore, rules: Rules, digests: int
) -> Calibration:
    """Propose weights from the readings that are kept of the newest so many digests."""
    heads = editions.newest_heads(digests)
    return calibrate((readings.readings(head.date).values() for head in heads), rules)
