"""What does not fit on a page of papers, and how it is led to."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotpapers.documents.pages.addresses import Parameter, with_parameters
from hotpapers.domain.selection import Selection


@dataclass(frozen=True)
class Rest:
    """The papers that follow those of a page: how many they are, and where, as parameters."""

    papers: int
    parameters: Sequence[Parameter]


def rest_path(path: str, selection: Selection, rest: Rest | None) -> str:
    """Where those papers of a selection are that follow the ones on a page; empty at the end."""
    if rest is None:
        return ""
    return with_parameters(path, [*selection.parameters, *rest.parameters])
