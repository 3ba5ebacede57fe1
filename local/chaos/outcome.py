"""What comes of a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from local.chaos.judge import Finding
from local.chaos.matrix import Case


class Remedy(StrEnum):
    """By what everything is as it should be, after a fault."""

    SAME_RUN = "got over in the same run"
    SAME_EVENT = "made good by the same event and records, delivered again"
    NEXT_RUN = "made good by the next run"


@dataclass(frozen=True)
class Trial:
    """What came of a case, and how many virtual seconds each function took at the fault."""

    case: Case
    findings: tuple[Finding, ...]
    remedy: Remedy = Remedy.SAME_RUN
    seconds: Mapping[str, float] = field(default_factory=dict)
