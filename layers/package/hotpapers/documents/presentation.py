"""What a deployment settles of how its documents look."""

from dataclasses import dataclass

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.site import Site


@dataclass(frozen=True)
class Presentation:
    """Where pages and feeds say that they are, and how posts begin."""

    site: Site
    front_matter: FrontMatter
