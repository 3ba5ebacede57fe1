"""Sitemaps and what robots may read, parsed back."""

from datetime import UTC, datetime
from urllib.robotparser import RobotFileParser

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.site import Site
from hotpapers.documents.sitemap import (
    Place,
    write_robots,
    write_sitemap,
    write_sitemap_index,
)
from tests.builders import whole_seconds
from tests.properties import examples
from tests.rendering import SITE
from tests.sitemaps import read_sitemap, read_sitemap_index

PATHS = st.sampled_from(["/", "/digests/2020-09-18", "/digests/2020-W38", "/a?b=c&d=<e>'\"", "/é"])
PLACES = st.lists(st.tuples(PATHS, st.none() | whole_seconds()), max_size=4)


@given(PLACES)
@settings(max_examples=examples(50))
def test_a_sitemap_is_read_as_it_was_written(places: list[Place]) -> None:
    document = write_sitemap(places, SITE)
    assert read_sitemap(document) == [(SITE.link(path), time) for path, time in places]


def test_a_sitemap_looks_like_this() -> None:
    time = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)
    assert write_sitemap([("/digests/2020-09-18", time)], SITE) == (
        b"<?xml version='1.0' encoding='utf-8'?>\n"
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
        b"<loc>https://hot.example/digests/2020-09-18</loc>"
        b"<lastmod>2020-09-20T13:13:43Z</lastmod></url></urlset>\n"
    )


@given(st.lists(st.integers(1991, 9999)))
@settings(max_examples=examples(20))
def test_the_index_has_the_sitemap_of_each_year(years: list[int]) -> None:
    document = write_sitemap_index(years, SITE)
    assert read_sitemap_index(document) == [
        f"https://hot.example/sitemaps/{year}.xml" for year in years
    ]


def test_an_empty_sitemap_is_one_too() -> None:
    for document in (write_sitemap([], SITE), write_sitemap_index([], SITE)):
        assert list(fromstring(document)) == []


@pytest.mark.parametrize("url", ["https://hot.example", "http://127.0.0.1:3000"])
def test_robots_may_read_all_but_searches(url: str) -> None:
    robots = RobotFileParser()
    robots.parse(write_robots(Site(url)).decode().splitlines())
    assert robots.site_maps() == [f"{url}/sitemap.xml"]
    for path in ("/", "/digests/2020-09-18", "/papers/math/0309136", "/feeds/papers.atom"):
        assert robots.can_fetch("Anybody", f"{url}{path}")
    for path in ("/search", "/search?q=engine"):
        assert not robots.can_fetch("Anybody", f"{url}{path}")
