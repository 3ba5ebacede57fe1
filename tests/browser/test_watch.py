"""What the other tests rely on: that a page with faults is not taken for one without."""

import pytest
from playwright.sync_api import Browser, Route

from tests.browsing import PHONE_AT_NIGHT, reader

pytestmark = pytest.mark.browser

FAULTY = """<!DOCTYPE html>
<html><head><title>Faults</title></head><body>
<img src="https://elsewhere.example/a.png"><img src="/missing.png">
<div style="width: 2000px">wide</div>
<script>
document.cookie = "a=1"; console.error("told"); alert("open");
throw new Error("thrown");
</script>
</body></html>"""
NOTICED = (
    "another host: https://elsewhere.example/a.png",
    "failed: https://elsewhere.example/a.png net::ERR_NAME_NOT_RESOLVED",
    "status 404: {site}/missing.png",
    "dialog: open",
    "error: told",
    "error: thrown",
    "360-dark: not dark or not light",
    "360-dark: cookie: a",
    "360-dark: wider than the screen: ",
    "360-dark: style sheets: 0",
    "360-dark: style: <div style=",
    "360-dark: critical image-alt: ",
    "360-dark: serious html-has-lang: ",
)


def test_faults_are_noticed(browser: Browser, site: str, axe: str) -> None:
    def answer(route: Route) -> None:
        route.fulfill(body=FAULTY, content_type="text/html")

    with reader(browser, site, PHONE_AT_NIGHT) as reading:
        reading.page.route("**/faulty", answer)
        reading.open("/faulty", 404)
        reading.page.evaluate(axe)
        reading.look()
        reading.check_access()

    expected = ["status 200", *(noticed.format(site=site) for noticed in NOTICED)]
    assert [
        start for start in expected if not any(fault.startswith(start) for fault in reading.faults)
    ] == [], reading.faults
