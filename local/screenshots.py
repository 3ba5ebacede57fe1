"""`make screenshots`: pictures of every kind of page, of the sample days, into docs/pages.

The same pages give the same pictures, as far as the machine has the same fonts and chromium.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from hotpapers.errors import UpstreamError
from local import console
from local.browser import MISSING, find_chromium, open_browser
from local.cloud import Cloud, quiet_handlers
from local.gateway import at, make_gateway
from local.samples import A_DAY_LATER, CREDENTIALS, SAMPLES
from local.serve import HOST, listen
from local.template import PROJECT

FOLDER = PROJECT / "docs" / "pages"
NOW = datetime(2026, 7, 16, 8, tzinfo=UTC)
"""When all requests are made."""
A_WEEK_LATER = "2020-09-25T06:30:00Z"
"""When the older sample day is measured for the last time: then its week is complete."""

PATHS = {
    "digest": "/digests/2026-07-13",
    "week": "/digests/2020-W38",
    "digests": "/digests",
    "paper": "/papers/2607.09560",
    "archive": "/archive",
    "search": "/search?q=agents&min=100",
    "feeds": "/feeds",
    "docs": "/docs",
    "status": "/status",
    "problem": "/digests/2026-07-14",
}
"""A page of each kind, by the name of its picture."""


@dataclass(frozen=True)
class Screen:
    """A screen, in pixels, and whether it is light or dark."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


SCREENS = (Screen("wide", 1280, 1000, "light"), Screen("phone", 360, 780, "dark"))
OTHERS = {
    "digest": (Screen("wide-dark", 1280, 1000, "dark"),),
    "paper": (Screen("wide-dark", 1280, 1000, "dark"),),
}
"""Screens for some of the pages besides."""


def main() -> None:
    """Take all pictures."""
    chromium = find_chromium()
    if chromium is None:
        raise UpstreamError("chromium", MISSING)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serve_samples() as site, open_browser(chromium) as browser:
        for name, path in PATHS.items():
            for screen in (*SCREENS, *OTHERS.get(name, ())):
                target = FOLDER / f"{name}-{screen.name}.png"
                take(browser, site + path, screen, target)
                console.say(str(target.relative_to(PROJECT)))


def take(browser: Browser, address: str, screen: Screen, target: Path) -> None:
    """Take a picture of the top of a page."""
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.scheme,
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    page.screenshot(path=target, animations="disabled", caret="hide")
    context.close()


@contextmanager
def serve_samples() -> Iterator[str]:
    """The sample days' pages on this machine, for a while; where they are."""
    listener = listen(0)
    # Not where it is, but where it might be: pages say it, and the port is another each time.
    with (
        listener,
        console.Progress() as progress,
        Cloud({"SITE_URL": "https://hot-papers.example"}, CREDENTIALS) as cloud,
    ):
        quiet_handlers(progress)
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        SAMPLES["seed"].collect(cloud)
        SAMPLES["seed"].at(A_WEEK_LATER).collect(cloud)
        SAMPLES["sources"].collect(cloud)
        SAMPLES["sources"].grown(A_DAY_LATER).collect(cloud)
        server = make_gateway(at(NOW, cloud.request), listener)
        progress.stop()
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        yield f"http://{HOST}:{listener.getsockname()[1]}"
        server.shutdown()
        serving.join()


if __name__ == "__main__":
    console.run(main)
