"""Every kind of page as a browser shows it: on a phone and wide, light and dark."""

import pytest
from playwright.sync_api import Browser

from tests.browsing import SETTINGS, reader
from tests.showcase import EMPTY, HOSTILE, ODD, PARTIAL, QUIET

pytestmark = pytest.mark.browser

PAGES = {
    "latest": "/",
    "odd": f"/digests/{ODD}",
    "partial": f"/digests/{PARTIAL}",
    "hostile": f"/digests/{HOSTILE}",
    "empty": f"/digests/{EMPTY}",
    "quiet": f"/digests/{QUIET}",
    "filtered": f"/digests/{ODD}?category=cs.LG&min=20&source=mastodon",
    "week": "/digests/2020-W39",
    "month": "/digests/2020-09",
    "digests": "/digests",
    "digests filtered": "/digests?q=paper",
    "archive": "/archive",
    "year": "/archive/2020",
    "paper": "/papers/2607.10001",
    "paper of sample": "/papers/2607.09424",
    "paper with TeX": "/papers/2607.10003",
    "paper withdrawn": "/papers/2607.10004",
    "paper of old": "/papers/math/0309136",
    "paper hostile": "/papers/2607.08001",
    "search": "/search",
    "found": "/search?q=paper",
    "nothing found": "/search?q=zyzzyva",
    "feeds": "/feeds",
    "docs": "/docs",
    "status": "/status",
}
"""A page of each kind, by its name."""
PROBLEMS = {
    "no day": ("/digests/1999-01-04", 404),
    "no page": ("/nothing/here", 404),
    "refused": ("/search?min=many", 400),
    "no paper": ("/papers/2607.00001", 404),
}
"""Addresses of no page, with the statuses that they answer with."""
ADDRESSES = {**{name: (path, 200) for name, path in PAGES.items()}, **PROBLEMS}


@pytest.mark.parametrize(("path", "status"), ADDRESSES.values(), ids=ADDRESSES)
def test_a_page_is_shown_without_fault(
    browser: Browser, site: str, axe: str, path: str, status: int
) -> None:
    with reader(browser, site) as reading:
        reading.open(path, status)
        reading.page.evaluate(axe)
        for setting in SETTINGS:
            reading.set(setting)
            reading.look()
            reading.check_access()

    assert reading.faults == []


@pytest.mark.parametrize(("path", "status"), ADDRESSES.values(), ids=ADDRESSES)
def test_a_page_says_the_same_without_scripts(
    browser: Browser, site: str, path: str, status: int
) -> None:
    texts = []
    for scripts in (True, False):
        with reader(browser, site, java_script_enabled=scripts) as reading:
            reading.open(path, status)
            texts.append(reading.page.inner_text("body"))
        assert reading.faults == []

    assert texts[0] == texts[1]
