"""Publishing a digest as files."""

from datetime import timedelta

import pytest

from hotpapers.documents.digest_json import write_digest
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import Edition
from hotpapers.errors import StoreError
from hotpapers.use_cases.render import render
from tests.builders import COLLECTED_AT, DAY, POST, make_digest, make_entry
from tests.fakes import Document, Log, MemoryDocuments, MemoryEditions

DIGEST = make_digest(make_entry(posts=[POST]))
JSON_PATH = "digests/2020-09-18.json"
POST_PATH = "posts/2020-09-18---Hot-Papers.md"
FRONT_MATTER = FrontMatter(template="article", draft=True, tags=("a", "b"))


def edition(digest: Digest) -> Edition:
    papers = tuple(entry.paper.id for entry in digest.papers)
    return Edition(digest.date, digest.collected_at, papers, write_digest(digest))


def files(digest: Digest, front_matter: FrontMatter = FRONT_MATTER) -> dict[str, Document]:
    """The files of a digest."""
    revision, json_text = edition(digest).revision, write_digest(digest)
    post = write_post(digest, front_matter)
    return {
        JSON_PATH: Document(json_text, "application/json; charset=utf-8", revision),
        POST_PATH: Document(post, "text/markdown; charset=utf-8", revision),
    }


def test_a_digest_becomes_two_files(log: Log) -> None:
    editions, documents = MemoryEditions(), MemoryDocuments()
    editions.save(edition(DIGEST))
    render(DAY, editions, documents, FRONT_MATTER)
    assert documents.published == files(DIGEST)
    assert b'template: "article"' in documents.published[POST_PATH].content
    assert log.of("rendered") == [
        {
            "date": "2020-09-18",
            "revision": edition(DIGEST).revision,
            "written": {JSON_PATH: True, POST_PATH: True},
        }
    ]


def test_rendering_again_writes_nothing(log: Log) -> None:
    editions, documents = MemoryEditions(), MemoryDocuments()
    editions.save(edition(DIGEST))
    for _ in range(2):
        render(DAY, editions, documents, FRONT_MATTER)
    assert documents.published == files(DIGEST)
    assert log.of("rendered")[1]["written"] == {JSON_PATH: False, POST_PATH: False}


def test_what_is_missing_is_written() -> None:
    editions = MemoryEditions()
    editions.save(edition(DIGEST))
    documents = MemoryDocuments({JSON_PATH: files(DIGEST)[JSON_PATH]})
    render(DAY, editions, documents, FRONT_MATTER)
    assert documents.published == files(DIGEST)


def test_the_newest_edition_is_rendered() -> None:
    newer = Digest(DAY, COLLECTED_AT + timedelta(hours=1), ())
    editions, documents = MemoryEditions(), MemoryDocuments()
    for digest in (DIGEST, newer):
        editions.save(edition(digest))
        render(DAY, editions, documents, FRONT_MATTER)
    assert documents.published == files(newer)


def test_files_of_a_newer_edition_stay() -> None:
    # As where a renderer read the table, slept, and goes on when all is over.
    newer = Digest(DAY, COLLECTED_AT + timedelta(hours=1), ())
    editions, documents = MemoryEditions(), MemoryDocuments(files(newer))
    editions.save(edition(DIGEST))
    render(DAY, editions, documents, FRONT_MATTER)
    assert documents.published == files(newer)


def test_a_digest_that_is_not_there_is_reported() -> None:
    documents = MemoryDocuments()
    with pytest.raises(StoreError, match="there is no digest of 2020-09-18"):
        render(DAY, MemoryEditions(), documents, FRONT_MATTER)
    assert documents.published == {}
