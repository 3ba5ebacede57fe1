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


@dataclass(frozen=True)
class Screen:
    """A screen, in pixels, and whether it is light or dark."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


@dataclass(frozen=True)
class Picture:
    """A picture of the top of a page, or of the first part of it that a selector finds."""

    name: str
    path: str
    screens: tuple[Screen, ...]
    part: str = ""


WIDE, WIDE_DARK = Screen("wide", 1280, 1000, "light"), Screen("wide-dark", 1280, 1000, "dark")
TALL, PHONE = Screen("wide", 1280, 1400, "light"), Screen("phone", 360, 780, "dark")

PICTURES = (
    Picture("digest", "/digests/2026-07-13", (WIDE, WIDE_DARK, PHONE)),
    Picture("entry", "/digests/2026-07-13", (WIDE,), "article.paper"),
    Picture("week", "/digests/2020-W38", (WIDE, PHONE)),
    Picture("digests", "/digests", (WIDE, PHONE)),
    Picture("paper", "/papers/2607.09600", (TALL, PHONE)),
    Picture("attention", "/papers/2607.09600", (WIDE_DARK, PHONE), "section[aria-labelledby]"),
    Picture("archive", "/archive", (TALL, PHONE)),
    Picture("search", "/search?q=agents&min=100", (WIDE, PHONE)),
    Picture("feeds", "/feeds", (WIDE, PHONE)),
    Picture("docs", "/docs", (WIDE, PHONE)),
    Picture("status", "/status", (WIDE, PHONE)),
    Picture("problem", "/digests/2026-07-14", (WIDE, PHONE)),
)
"""Every kind of page, wide and light, narrow and dark."""


def main() -> None:
    """Take all pictures."""
    chromium = find_chromium()
    if chromium is None:
        raise UpstreamError("chromium", MISSING)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serve_samples() as site, open_browser(chromium) as browser:
        for picture in PICTURES:
            for screen in picture.screens:
                target = FOLDER / f"{picture.name}-{screen.name}.png"
                take(browser, site, picture, screen, target)
                console.say(str(target.relative_to(PROJECT)))


def take(browser: Browser, site: str, picture: Picture, screen: Screen, target: Path) -> None:
    """Take a picture of a page of a site."""
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.scheme,
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(site + picture.path)
    if picture.part:
        page.locator(picture.part).first.screenshot(path=target, animations="disabled")
    else:
        page.screenshot(path=target, animations="disabled")
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
