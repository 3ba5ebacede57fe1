"""Reading pages with a browser, and noting all that is wrong with them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Response

SECONDS = 20_000
"""How long a page may take, in milliseconds; the machine may be busy with other things."""


@dataclass(frozen=True)
class Setting:
    """How a reader's screen is: its width in pixels, and whether it is light or dark."""

    width: int
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}"


PHONE, PHONE_AT_NIGHT = Setting(360, "light"), Setting(360, "dark")
WIDE, WIDE_AT_NIGHT = Setting(1280, "light"), Setting(1280, "dark")
SETTINGS = (PHONE, PHONE_AT_NIGHT, WIDE_AT_NIGHT, WIDE)
HEIGHT = 800


@dataclass
class Reading:
    """A page that is being read, and what is wrong with it."""

    page: Page
    site: str
    setting: Setting
    faults: list[str] = field(default_factory=list)

    def open(self, path: str, status: int = 200) -> None:
        """Read the page at a path; note where it answers with another status."""
        answer = self.page.goto(self.site + path)
        if answer is None or answer.status != status:
            self.faults.append(f"status {answer and answer.status}")

    def watch(self) -> None:
        """Note from now on what the browser tells."""
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("dialog", self._note_dialog)
        self.page.on("request", self._note_request)
        self.page.on("requestfailed", self._note_failure)
        self.page.on("response", self._note_answer)

    def _note_message(self, message: ConsoleMessage) -> None:
        is_of_answer = message.location.get("url") == self.page.url and "status of" in message.text
        if message.type in ("error", "warning") and not is_of_answer:
            self.faults.append(f"{message.type}: {message.text}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(self.site + "/"):
            self.faults.append(f"another host: {request.url}")

    def _note_failure(self, request: Request) -> None:
        # Going on to another page before the icon is there is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _note_answer(self, answer: Response) -> None:
        if answer.status >= 400 and not answer.request.is_navigation_request():
            self.faults.append(f"status {answer.status}: {answer.url}")

    def set(self, setting: Setting) -> None:
        """Read on with another screen."""
        self.page.set_viewport_size({"width": setting.width, "height": HEIGHT})
        self.page.emulate_media(color_scheme=setting.scheme)
        self.setting = setting

    def look(self) -> None:
        """Note what is wrong with what the page looks like, with all that is folded opened."""
        looks = self.page.evaluate(LOOKS)
        is_dark = sum(looks.pop("background")) < 3 * 128
        if is_dark != (self.setting.scheme == "dark"):
            self._note("not dark or not light")
        for cookie in self.page.context.cookies():
            self._note(f"cookie: {cookie.get('name')}")
        for name, found in looks.items():
            for fault in found:
                self._note(f"{name}: {fault}")

    def check_access(self) -> None:
        """Note what axe-core finds, which the page must have been given."""
        for impact, rule in self.page.evaluate(AXE):
            self._note(f"{impact} {rule}")

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.setting}: {fault}")


LOOKS = """() => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const root = document.documentElement;
  const sheets = [...document.styleSheets];
  const wide = [...document.body.querySelectorAll("*")].filter((element) =>
    element.getBoundingClientRect().right > innerWidth + 1
    && !element.closest(".scroll, pre, svg, .visually-hidden, math, table.data"));
  const colours = [root, document.body].map((element) => getComputedStyle(element).backgroundColor);
  const background = colours.find((colour) => !/, 0\\)$/.test(colour)) || "rgb(255, 255, 255)";
  const named = (elements) => elements.slice(0, 3).map((e) => e.outerHTML.slice(0, 90));
  return {
    background: background.match(/[0-9.]+/g).slice(0, 3).map(Number),
    "wider than the screen":
      root.scrollWidth > innerWidth ? [`${root.scrollWidth}: ${named(wide).join("; ")}`] : [],
    "style sheets": sheets.length === 1 && sheets[0].cssRules.length > 50 ? [] : [sheets.length],
    "not loaded": [...document.images].filter((image) => !image.naturalWidth).map((i) => i.src),
    "style": named([...document.querySelectorAll("style, [style]")]),
    "nested": named([...document.querySelectorAll("a a, a button")]),
  };
}"""
"""Opens what is folded and tells what is wrong with the looks, and the colour of the paper."""

AXE = """async () => {
  const result = await axe.run(document, {resultTypes: ["violations"]});
  return result.violations.map((violation) => [
    violation.impact,
    `${violation.id}: ${violation.nodes.slice(0, 3).map((node) =>
      `${node.target} ${node.any.concat(node.all).map((check) => check.message)[0] || ""}`
    ).join("; ")}`,
  ]);
}"""
"""Runs axe-core; every violation with its impact."""


@contextmanager
def reader(
    browser: Browser, site: str, setting: Setting = WIDE, **options: Any
) -> Iterator[Reading]:
    """A page of a new reader, who has been nowhere yet, watched."""
    context = browser.new_context(
        viewport={"width": setting.width, "height": HEIGHT},
        color_scheme=setting.scheme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
        **options,
    )
    context.set_default_timeout(SECONDS)
    try:
        reading = Reading(context.new_page(), site, setting)
        reading.watch()
        yield reading
    finally:
        context.close()


@dataclass(frozen=True)
class Links:
    """Where a page leads: addresses with their relations, the ids it has, and its kind."""

    anchors: Sequence[tuple[str, str]]
    relations: Sequence[str]
    ids: frozenset[str]


LINKS = """() => ({
  anchors: [...document.querySelectorAll("a[href], area[href]")].map((a) => [a.href, a.rel]),
  relations: [...document.querySelectorAll("link[href]")].map((link) => link.href),
  ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
})"""


def links_of(page: Page) -> Links:
    """Where the page that is open leads."""
    found: Mapping[str, Any] = page.evaluate(LINKS)
    anchors = [(address, relation) for address, relation in found["anchors"]]
    return Links(anchors, found["relations"], frozenset(found["ids"]))
