"""Publishing a digest as files."""

from datetime import timedelta

import pytest

from hotpapers.documents.digest_json import write_digest
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.hot_papers_post import write_post
from hotpapers.domain.digest import Digest
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.errors import StoreError
from hotpapers.use_cases.measure import make_edition
from tests.builders import COLLECTED_AT, DAY, POST, make_digest, make_entry
from tests.fakes import Document, Log, MemoryDocuments, MemoryEditions, MemoryRoundups
from tests.rendering import make_renderer

DIGEST = make_digest(make_entry(posts=[POST]))
BEFORE = Digest(DAY - timedelta(days=1), COLLECTED_AT, ())
"""Its week is not complete without it."""
JSON_PATH = "digests/2020-09-18.json"
POST_PATH = "posts/2020-09-18---Hot-Papers.md"
PAGE_PATH = "digests/2020-09-18.html"
FRONT_MATTER = FrontMatter(template="article", draft=True, tags=("a", "b"))


def files(digest: Digest, front_matter: FrontMatter = FRONT_MATTER) -> dict[str, Document]:
    """The files of a digest."""
    revision, json_text = make_edition(digest).revision, write_digest(digest)
    post = write_post(digest, front_matter)
    return {
        JSON_PATH: Document(json_text, "application/json; charset=utf-8", revision),
        POST_PATH: Document(post, "text/markdown; charset=utf-8", revision),
    }


def render(editions: MemoryEditions, documents: MemoryDocuments) -> None:
    make_renderer(editions, MemoryRoundups(), documents, front_matter=FRONT_MATTER).render(DAY)


def test_a_digest_becomes_two_files(log: Log) -> None:
    editions, documents = MemoryEditions(), MemoryDocuments()
    editions.save(make_edition(DIGEST))
    render(editions, documents)
    assert documents.published == files(DIGEST)
    assert b'template: "article"' in documents.published[POST_PATH].content
    assert log.of("rendered") == [
        {
            "date": "2020-09-18",
            "revision": make_edition(DIGEST).revision,
            "written": {JSON_PATH: True, POST_PATH: True, PAGE_PATH: True},
        }
    ]


def test_rendering_again_writes_nothing(log: Log) -> None:
    editions, documents = MemoryEditions(), MemoryDocuments()
    editions.save(make_edition(DIGEST))
    renderer = make_renderer(editions, MemoryRoundups(), documents, front_matter=FRONT_MATTER)
    for _ in range(2):
        renderer.render(DAY)
    assert documents.published == files(DIGEST)
    assert log.of("rendered")[1]["written"] == {
        JSON_PATH: False,
        POST_PATH: False,
        PAGE_PATH: False,
    }


def test_what_is_missing_is_written() -> None:
    editions = MemoryEditions()
    editions.save(make_edition(DIGEST))
    documents = MemoryDocuments({JSON_PATH: files(DIGEST)[JSON_PATH]})
    render(editions, documents)
    assert documents.published == files(DIGEST)


def test_the_newest_edition_is_rendered() -> None:
    newer = Digest(DAY, COLLECTED_AT + timedelta(hours=1), ())
    editions, documents = MemoryEditions(), MemoryDocuments()
    for digest in (DIGEST, newer):
        editions.save(make_edition(digest))
        render(editions, documents)
    assert documents.published == files(newer)


def test_files_of_a_newer_edition_stay() -> None:
    # As where a renderer read the table, slept, and goes on when all is over.
    newer = Digest(DAY, COLLECTED_AT + timedelta(hours=1), ())
    editions, documents = MemoryEditions(), MemoryDocuments(files(newer))
    editions.save(make_edition(DIGEST))
    render(editions, documents)
    assert documents.published == files(newer)


def test_a_digest_that_is_not_there_is_reported() -> None:
    documents = MemoryDocuments()
    with pytest.raises(StoreError, match="there is no digest of 2020-09-18"):
        render(MemoryEditions(), documents)
    assert documents.published == {}


# Days without an announcement

QUIET = Digest(
    DAY,
    COLLECTED_AT + timedelta(hours=1),
    (),
    listing=Listing(DAY, ListingState.QUIET, COLLECTED_AT, "Labor Day", predicted=True),
)


def test_a_quiet_day_has_no_post() -> None:
    editions, documents = MemoryEditions(), MemoryDocuments()
    for digest in (BEFORE, QUIET):
        editions.save(make_edition(digest))
    render(editions, documents)
    assert documents.published == {JSON_PATH: files(QUIET)[JSON_PATH]}


def test_the_post_of_a_day_that_turns_out_quiet_says_so() -> None:
    editions, documents = MemoryEditions(), MemoryDocuments()
    editions.save(make_edition(BEFORE))
    for digest in (make_digest(), QUIET):
        editions.save(make_edition(digest))
        render(editions, documents)
    assert documents.published == files(QUIET)
    assert b"no new papers on this day: Labor Day" in documents.published[POST_PATH].content


def test_a_day_that_was_not_quiet_after_all_gets_its_post() -> None:
    editions, documents = MemoryEditions(), MemoryDocuments()
    newer = Digest(DAY, QUIET.collected_at + timedelta(hours=1), DIGEST.papers)
    editions.save(make_edition(BEFORE))
    for digest in (QUIET, newer):
        editions.save(make_edition(digest))
        render(editions, documents)
    assert documents.published == files(newer)
