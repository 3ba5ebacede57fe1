"""What every store of documents does: the one in memory, and S3's."""

from collections.abc import Callable
from itertools import permutations

import pytest

from hotpapers.adapters.s3 import S3Documents
from hotpapers.ports import DocumentStore
from tests.aws import Storage, StoredObject
from tests.fakes import MemoryDocuments

MARKDOWN = "text/markdown; charset=utf-8"
PATH = "posts/2020-09-18---Hot-Papers.md"
OLDER, NEWER = "2020-09-20T13:13:43Z#a", "2020-09-21T13:13:43Z#a"

Contents = Callable[[], dict[str, tuple[bytes, str]]]


@pytest.fixture(params=["memory", "bucket"])
def store(request: pytest.FixtureRequest) -> tuple[DocumentStore, Contents]:
    """A store, and what is in it: the content and the type of each document."""
    if request.param == "memory":
        memory = MemoryDocuments()
        return memory, lambda: {
            path: (each.content, each.content_type) for path, each in memory.published.items()
        }
    storage: Storage = request.getfixturevalue("storage")
    documents = S3Documents(storage.s3, storage.bucket_name)
    return documents, lambda: {
        path: (versions[0].content, versions[0].content_type)
        for path, versions in storage.bucket().items()
    }


def test_a_document_is_published(store: tuple[DocumentStore, Contents]) -> None:
    documents, contents = store
    assert contents() == {}
    assert documents.publish(PATH, "schön".encode(), MARKDOWN, OLDER)
    assert contents() == {PATH: ("schön".encode(), MARKDOWN)}


def test_an_empty_document_is_one(store: tuple[DocumentStore, Contents]) -> None:
    documents, contents = store
    assert documents.publish(PATH, b"", MARKDOWN, OLDER)
    assert contents() == {PATH: (b"", MARKDOWN)}


def test_the_same_again_is_not_published(store: tuple[DocumentStore, Contents]) -> None:
    documents, contents = store
    assert documents.publish(PATH, b"a", MARKDOWN, OLDER)
    assert not documents.publish(PATH, b"a", MARKDOWN, OLDER)
    assert contents() == {PATH: (b"a", MARKDOWN)}


def test_a_newer_document_replaces_an_older_one(store: tuple[DocumentStore, Contents]) -> None:
    documents, contents = store
    assert documents.publish(PATH, b"older", MARKDOWN, OLDER)
    assert documents.publish(PATH, b"newer", "text/plain", NEWER)
    assert contents() == {PATH: (b"newer", "text/plain")}


def test_an_older_document_never_replaces_a_newer_one(
    store: tuple[DocumentStore, Contents],
) -> None:
    documents, contents = store
    assert documents.publish(PATH, b"newer", MARKDOWN, NEWER)
    assert not documents.publish(PATH, b"older", MARKDOWN, OLDER)
    assert contents() == {PATH: (b"newer", MARKDOWN)}


def test_whatever_the_order_the_newest_stays(store: tuple[DocumentStore, Contents]) -> None:
    documents, contents = store
    revisions = [OLDER, "2020-09-20T13:13:43Z#b", NEWER]
    for number, order in enumerate(permutations(revisions)):
        for revision in order:
            documents.publish(f"digests/{number}", revision.encode(), MARKDOWN, revision)
    assert contents() == {f"digests/{number}": (NEWER.encode(), MARKDOWN) for number in range(6)}


def test_documents_do_not_touch_one_another(store: tuple[DocumentStore, Contents]) -> None:
    documents, contents = store
    assert documents.publish("a", b"a", MARKDOWN, NEWER)
    assert documents.publish("b", b"b", MARKDOWN, OLDER)
    assert contents() == {"a": (b"a", MARKDOWN), "b": (b"b", MARKDOWN)}


# What only S3 has


def test_the_object_says_which_edition_it_is_of(storage: Storage) -> None:
    documents = S3Documents(storage.s3, storage.bucket_name)
    documents.publish(PATH, b"a", MARKDOWN, OLDER)
    documents.publish(PATH, b"a", MARKDOWN, OLDER)
    documents.publish(PATH, b"b", MARKDOWN, NEWER)
    documents.publish(PATH, b"a", MARKDOWN, OLDER)
    # Repeating leaves no version behind.
    assert storage.bucket() == {
        PATH: [
            StoredObject(b"b", MARKDOWN, {"revision": NEWER}),
            StoredObject(b"a", MARKDOWN, {"revision": OLDER}),
        ]
    }
