"""Publishing a digest as files."""

import logging
from datetime import date

from hotpapers.documents.digest_json import read_digest
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.errors import StoreError
from hotpapers.ports import DocumentStore, EditionStore

logger = logging.getLogger(__name__)

MARKDOWN = "text/markdown; charset=utf-8"
JSON = "application/json; charset=utf-8"


def render(
    day: date, editions: EditionStore, documents: DocumentStore, front_matter: FrontMatter
) -> None:
    """Write the post and the JSON of a listing date's digest, as it is kept now.

    Raises StoreError where there is no such digest, or its files cannot be written.
    """
    kept = editions.document(day)
    if kept is None:
        raise StoreError(f"there is no digest of {day}")
    revision, document = kept
    post = write_post(read_digest(document), front_matter)
    written = {
        path: documents.publish(path, content, content_type, revision)
        for path, content, content_type in (
            (digest_path(day), document, JSON),
            (post_path(day), post, MARKDOWN),
        )
    }
    logger.info("rendered", extra={"date": str(day), "revision": revision, "written": written})


def digest_path(day: date) -> str:
    """Where the JSON of a digest lies."""
    return f"digests/{day}.json"


def post_path(day: date) -> str:
    """Where the post of a digest lies: the name that the blog's posts have."""
    return f"posts/{day}---Hot-Papers.md"
