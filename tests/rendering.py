"""Renderers on stores in memory."""

from collections.abc import Callable

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.presentation import Presentation
from hotpapers.documents.site import Site
from hotpapers.ports import CatalogueStore, DocumentStore, EditionStore, PageStore, RoundupStore
from hotpapers.use_cases.render import Renderer
from tests.fakes import Clock, MemoryCatalogue, MemoryPages

SITE = Site("https://hot.example")


def make_renderer(
    editions: EditionStore,
    roundups: RoundupStore,
    documents: DocumentStore,
    *,
    catalogue: CatalogueStore | None = None,
    pages: PageStore | None = None,
    front_matter: FrontMatter | None = None,
    sleep: Callable[[float], None] | None = None,
) -> Renderer:
    """A renderer that pauses in no time; what is not given is new."""
    return Renderer(
        editions=editions,
        roundups=roundups,
        catalogue=MemoryCatalogue() if catalogue is None else catalogue,
        documents=documents,
        pages=MemoryPages() if pages is None else pages,
        presentation=Presentation(SITE, front_matter or FrontMatter()),
        sleep=sleep or Clock().sleep,
    )
