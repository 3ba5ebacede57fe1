"""Documents in S3: what happens when others write at the same time."""

from itertools import repeat
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hotpapers.adapters.s3 import S3Documents
from hotpapers.errors import StoreError
from tests.aws import Meddler, Storage, StoredObject

MARKDOWN = "text/markdown; charset=utf-8"
PATH = "posts/2020-09-18---Hot-Papers.md"
OLDEST, OLDER, NEWER = (f"2020-09-{day}T13:13:43Z#a" for day in (19, 20, 21))


def publish(
    storage: Storage, revision: str, client: Any = None, pauses: list[float] | None = None
) -> bool:
    """Publish a document that says which revision it is of; note the pauses, without taking any."""
    client = storage.s3 if client is None else client
    sleep = ([] if pauses is None else pauses).append
    documents = S3Documents(client, storage.bucket_name, sleep)
    return documents.publish(PATH, revision.encode(), MARKDOWN, revision)


def versions(storage: Storage) -> list[str]:
    """The revisions of all versions of the document, the newest version first."""
    found = storage.bucket()
    assert set(found) == {PATH}
    for each in found[PATH]:
        revision = each.content.decode()
        assert each == StoredObject(revision.encode(), MARKDOWN, {"revision": revision})
    return [each.content.decode() for each in found[PATH]]


@pytest.mark.parametrize("there", [None, OLDEST])
def test_a_newer_document_that_comes_in_between_stays(storage: Storage, there: str | None) -> None:
    before = [there] if there else []
    for revision in before:
        publish(storage, revision)

    def meddle(**_: Any) -> None:
        assert publish(storage, NEWER)

    client = Meddler(storage.s3, put_object=[meddle])
    assert not publish(storage, OLDER, client)
    assert versions(storage) == [NEWER, *before]
    assert client.calls == ["head_object", "put_object", "head_object"]


@pytest.mark.parametrize("there", [None, OLDEST])
def test_an_older_document_that_comes_in_between_is_replaced(
    storage: Storage, there: str | None
) -> None:
    before = [there] if there else []
    for revision in before:
        publish(storage, revision)

    def meddle(**_: Any) -> None:
        assert publish(storage, OLDER)

    client = Meddler(storage.s3, put_object=[meddle])
    assert publish(storage, NEWER, client)
    assert versions(storage) == [NEWER, OLDER, *before]


def test_the_same_document_that_comes_in_between_is_enough(storage: Storage) -> None:
    def meddle(**_: Any) -> None:
        publish(storage, NEWER)

    assert not publish(storage, NEWER, Meddler(storage.s3, put_object=[meddle]))
    assert versions(storage) == [NEWER]


def test_a_document_that_goes_in_between_is_put(storage: Storage) -> None:
    publish(storage, OLDER)

    def meddle(**_: Any) -> None:
        storage.wipe()

    assert publish(storage, NEWER, Meddler(storage.s3, put_object=[meddle]))
    assert versions(storage) == [NEWER]


@pytest.mark.parametrize(
    "code",
    ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409", "404"],
)
def test_a_conflict_is_tried_again(storage: Storage, code: str) -> None:
    def fail(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code}}, "PutObject")

    assert publish(storage, NEWER, Meddler(storage.s3, put_object=[fail, fail]))
    assert versions(storage) == [NEWER]


def test_conflicts_all_the_time_are_given_up_on(storage: Storage) -> None:
    def fail(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")

    client = Meddler(storage.s3, put_object=repeat(fail))
    pauses: list[float] = []
    with pytest.raises(StoreError, match=f"{PATH} is being written by others all the time"):
        publish(storage, NEWER, client, pauses)
    assert client.calls == ["head_object", "put_object"] * 6
    assert pauses == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]
    assert storage.bucket() == {}


@pytest.mark.parametrize("method", ["head_object", "put_object"])
@pytest.mark.parametrize("code", ["403", "AccessDenied", "NoSuchBucket", "SlowDown"])
def test_another_failure_is_told(storage: Storage, method: str, code: str) -> None:
    error = ClientError({"Error": {"Code": code}}, method)

    def fail(**_: Any) -> None:
        raise error

    client = Meddler(storage.s3, **{method: [fail]})
    with pytest.raises(StoreError, match=f"S3 answered {method} with {code}") as caught:
        publish(storage, NEWER, client)
    assert caught.value.__cause__ is error
    assert storage.bucket() == {}


def test_an_object_that_somebody_put_there_by_hand_is_replaced(storage: Storage) -> None:
    storage.s3.put_object(Bucket=storage.bucket_name, Key=PATH, Body=b"by hand")
    assert publish(storage, OLDEST)
    assert [each.metadata for each in storage.bucket()[PATH]] == [{"revision": OLDEST}, {}]
