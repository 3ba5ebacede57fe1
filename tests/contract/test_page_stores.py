"""What every store of pages does: the one in memory, and S3's."""

from datetime import UTC, datetime

import pytest

from hotpapers.adapters.s3_pages import S3Pages
from hotpapers.domain.packing import pack
from hotpapers.domain.page import Page
from hotpapers.errors import StoreError
from hotpapers.ports import PageStore
from tests.aws import Storage
from tests.fakes import MemoryPages

PATH = "digests/2020-09-18.html"
PAGE = Page("a", datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC), pack("schön".encode()))
OTHER = Page("b", datetime(2020, 9, 21, 13, 13, 43, tzinfo=UTC), pack(b""))


@pytest.fixture(params=["memory", "bucket"])
def pages(request: pytest.FixtureRequest) -> PageStore:
    if request.param == "memory":
        return MemoryPages()
    storage: Storage = request.getfixturevalue("storage")
    return S3Pages(storage.s3, storage.bucket_name)


def test_where_nothing_was_put_there_is_nothing(pages: PageStore) -> None:
    assert pages.put("digests/2020-09-17.html", PAGE, None)
    assert (pages.page(PATH), pages.mark(PATH)) == (None, None)


def test_a_page_is_read_as_it_was_put(pages: PageStore) -> None:
    assert pages.put(PATH, PAGE, None)
    assert pages.put("feeds/papers.atom", OTHER, None)
    assert (pages.page(PATH), made_of(pages)) == (PAGE, "a")
    assert pages.page("feeds/papers.atom") == OTHER


def made_of(pages: PageStore) -> str | None:
    """What the page is made of, as its mark has it."""
    mark = pages.mark(PATH)
    return mark.made_of if mark else None


def test_a_page_takes_the_place_of_the_one_that_was_seen(pages: PageStore) -> None:
    for page in (PAGE, OTHER, PAGE):
        assert pages.put(PATH, page, pages.mark(PATH))
    assert (pages.page(PATH), made_of(pages)) == (PAGE, "a")


def test_a_page_does_not_take_the_place_of_another_one(pages: PageStore) -> None:
    assert pages.put(PATH, PAGE, None)
    seen = pages.mark(PATH)
    assert pages.put(PATH, OTHER, seen)
    assert not pages.put(PATH, PAGE, seen)
    assert not pages.put(PATH, PAGE, None)
    assert pages.page(PATH) == OTHER


# What only S3 has


def test_browsers_can_read_the_objects_of_the_bucket(storage: Storage) -> None:
    pages = S3Pages(storage.s3, storage.bucket_name)
    kinds = {}
    for path in (PATH, *(f"feeds/papers.{suffix}" for suffix in ("atom", "json", "rss"))):
        assert pages.put(path, PAGE, None)
        head = storage.s3.head_object(Bucket=storage.bucket_name, Key=f"pages/{path}")
        kinds[path] = (head["ContentType"], head["ContentEncoding"])
    assert kinds == {
        "digests/2020-09-18.html": ("text/html; charset=utf-8", "gzip"),
        "feeds/papers.atom": ("application/atom+xml; charset=utf-8", "gzip"),
        "feeds/papers.json": ("application/feed+json; charset=utf-8", "gzip"),
        "feeds/papers.rss": ("application/rss+xml; charset=utf-8", "gzip"),
    }


def test_an_object_that_somebody_put_there_by_hand_is_no_page(storage: Storage) -> None:
    storage.s3.put_object(Bucket=storage.bucket_name, Key=f"pages/{PATH}", Body=b"by hand")
    pages = S3Pages(storage.s3, storage.bucket_name)
    assert pages.page(PATH) is None
    assert pages.put(PATH, PAGE, pages.mark(PATH))
    assert pages.page(PATH) == PAGE


def test_a_failure_is_told(storage: Storage) -> None:
    pages = S3Pages(storage.s3, "no-such-bucket")
    with pytest.raises(StoreError, match="S3 answered GetObject with NoSuchBucket"):
        pages.page(PATH)
    with pytest.raises(StoreError, match="S3 answered PutObject with NoSuchBucket"):
        pages.put(PATH, PAGE, None)
