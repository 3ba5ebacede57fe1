"""The look of the pages: the stylesheet, the icon, and a name for how pages are made.

A page that was written once holds as long as nothing changes that it is made of. What it tells is
named elsewhere; how it tells it is named here, by all sources that have a part in it.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENTS = HERE.parent
PACKAGE = DOCUMENTS.parent
SOURCES_OF_PAGES = ("*.py", "*.j2", "*.css", "*.svg")
FACTS = ("domain/*.py", "use_cases/pages.py", "use_cases/feeds.py")
"""Beside the documents' own: what things are called, what follows from them, and what is given to
the pages and feeds."""

LIBRARIES = ("jinja2==3.1.6", "latex2mathml==3.81.1", "markupsafe==3.0.4")
"""The libraries that have a part in it, in the versions that the requirements pin."""

FAVICON_PATH = "/favicon.svg"


@cache
def design() -> str:
    """A name for how pages and feeds are made: another one as soon as any part of it changes."""
    digest = sha256("\n".join(LIBRARIES).encode())
    for path in _parts():
        content = path.read_bytes()
        digest.update(f"\n{path.relative_to(PACKAGE)} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:32]


@cache
def stylesheet() -> tuple[str, bytes]:
    """The stylesheet's file name, which has a hash of what is in it, and its content."""
    content = (HERE / "style.css").read_bytes()
    return f"style-{sha256(content).hexdigest()[:8]}.css", content


def stylesheet_path() -> str:
    """Where the pages find the stylesheet."""
    return f"/{stylesheet()[0]}"


@cache
def favicon() -> bytes:
    """The icon, as SVG."""
    return (HERE / "favicon.svg").read_bytes()


def _parts() -> list[Path]:
    found = {path for pattern in SOURCES_OF_PAGES for path in DOCUMENTS.rglob(pattern)}
    found.update(path for pattern in FACTS for path in PACKAGE.glob(pattern))
    return sorted(found, key=lambda path: path.relative_to(PACKAGE).as_posix())
