"""Readers without a mouse, on paper, and with a wish; and readers whom somebody attacks."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import HEIGHT, PHONE, WIDE, Setting, reader
from tests.showcase import ATTACK, FORTY, HOSTILE, ODD

pytestmark = pytest.mark.browser

FOCUS = """() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return {
    name: (element.className.baseVal ?? element.className) || element.id || element.localName,
    is_on_screen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    is_marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
    number: [...document.querySelectorAll("*")].indexOf(element),
  };
}"""
"""Where the focus is, and whether that can be seen."""

MOST_STOPS = 40


# By keyboard


def stops_of(page: Page) -> Iterator[Mapping[str, Any]]:
    """Where the focus goes, up to the end of the page or so many places."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["name"] == "body":
            return
        yield stop


@pytest.mark.parametrize("setting", [PHONE, WIDE], ids=str)
@pytest.mark.parametrize("path", ["/", f"/digests/{ODD}", "/search", "/archive", "/docs"])
def test_the_keyboard_leads_through_a_page(
    browser: Browser, site: str, path: str, setting: Setting
) -> None:
    with reader(browser, site, setting) as reading:
        reading.open(path)
        stops = list(stops_of(reading.page))

    assert stops[0]["name"] == "skip"
    assert [stop for stop in stops if not (stop["is_on_screen"] and stop["is_marked"])] == []
    assert len({stop["number"] for stop in stops}) == len(stops) > 20
    assert reading.faults == []


def test_the_first_link_skips_the_navigation(browser: Browser, site: str) -> None:
    with reader(browser, site) as reading:
        reading.open("/")
        reading.page.keyboard.press("Tab")
        reading.page.keyboard.press("Enter")
        reading.page.keyboard.press("Tab")
        is_within = reading.page.evaluate("document.activeElement.closest('main') !== null")

    assert is_within
    assert reading.faults == []


# On paper


@pytest.mark.parametrize("path", [f"/digests/{ODD}", "/papers/2607.10001", "/docs", "/archive"])
def test_paper_has_what_can_be_read_and_no_navigation(
    browser: Browser, site: str, path: str
) -> None:
    with reader(browser, site) as reading:
        reading.open(path)
        reading.page.emulate_media(media="print", color_scheme="dark")
        ways = reading.page.locator(".skip, .site-navigation, .turn, form, .docs-contents")
        seen = [way for way in ways.all() if way.is_visible()]
        text = reading.page.inner_text("main")
        colours = reading.page.evaluate(
            "[document.body, document.documentElement].map((e) => getComputedStyle(e).color)"
        )
        printed = reading.page.pdf()

    assert seen == []
    assert reading.page.is_closed()
    assert len(text) > 100
    assert path not in (f"/digests/{ODD}", "/papers/2607.10001") or FORTY[-1] in text
    assert set(colours) == {"rgb(0, 0, 0)"}
    assert printed.startswith(b"%PDF")
    assert reading.faults == []


# With a wish


def parameters(page: Page) -> dict[str, list[str]]:
    """The parameters of the address that is open, the empty ones left out."""
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_search_form_searches(browser: Browser, site: str, scripts: bool) -> None:
    with reader(browser, site, PHONE, java_script_enabled=scripts) as reading:
        reading.open("/search")
        reading.page.get_by_label("Words").fill("forty authors")
        reading.page.get_by_label("Categories").fill("cs.LG, stat.*")
        reading.page.get_by_label("Points at least").fill("20")
        reading.page.get_by_label("Mastodon").check()
        reading.page.get_by_role("button", name="Search").click()
        reading.page.wait_for_url("**/search?*")
        asked = parameters(reading.page)
        titles = reading.page.locator("h3").all_inner_texts()
        kept = reading.page.get_by_role("searchbox", name="Words").input_value()
        reading.page.get_by_role("link", name=titles[0]).click()
        reading.page.wait_for_url("**/papers/*")

    assert asked == {
        "q": ["forty authors"],
        "category": ["cs.LG, stat.*"],
        "min": ["20"],
        "source": ["mastodon"],
    }
    assert (titles, kept) == (["A Paper of Forty Authors"], "forty authors")
    assert reading.faults == []


def test_the_filter_form_filters_a_day(browser: Browser, site: str) -> None:
    with reader(browser, site) as reading:
        reading.open(f"/digests/{ODD}")
        everything = reading.page.locator("article").count()
        reading.page.get_by_text("Filter this day").click()
        reading.page.get_by_label("Hacker News").check()
        reading.page.get_by_label("Reddit").check()
        reading.page.get_by_label("Without").fill("withdrawn")
        reading.page.get_by_role("button", name="Filter").click()
        reading.page.wait_for_url("**source=**")
        shown = [article.get_attribute("id") for article in reading.page.locator("article").all()]
        reading.page.get_by_role("link", name="Show the whole day").click()
        reading.page.wait_for_url(f"**/digests/{ODD}")
        again = reading.page.locator("article").count()

    assert shown == ["2607.10001", "2607.10003"]
    assert again == everything == 6
    assert reading.faults == []


def test_a_search_goes_on_to_its_end(browser: Browser, site: str) -> None:
    with reader(browser, site) as reading:
        reading.open("/search?min=1")
        pages = [reading.page.locator("h3").count()]
        while (following := reading.page.get_by_role("link", name="Earlier papers")).count():
            address = reading.page.url
            following.click()
            reading.page.wait_for_url(lambda url, before=address: url != before)  # type: ignore[misc]
            pages.append(reading.page.locator("h3").count())

        is_end = reading.page.get_by_text("That is all.").is_visible()

    assert is_end
    assert len(pages) > 2
    assert set(pages[:-1]) == {pages[0]}
    assert reading.faults == []


# Under attack

ATTACKED = (
    f"/digests/{HOSTILE}",
    f"/digests/{HOSTILE}?{urlencode({'q': ATTACK[:180]})}",
    "/papers/2607.08001",
    "/papers/2607.08002",
    f"/digests/{HOSTILE}.json",
    "/digests",
    "/search?category=cs.LG",
    f"/search?{urlencode({'q': 'script', 'author': ATTACK[:60], 'exclude': '<b>'})}",
    "/search?cursor=%3Cscript%3Ealert(1)%3C/script%3E",
    "/feeds/papers.atom",
    "/feeds/digests.rss",
    "/feeds/papers.json",
    "/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/papers/%22onload=alert(1)",
    f"/digests/{HOSTILE}/%00",
)
"""Where other people's words are shown, and addresses that are attacks themselves."""

ACTIVE = """() => ({
  hacked: window.hacked === undefined ? null : window.hacked,
  scripts: [...document.querySelectorAll("script")]
    .filter((script) => script.type !== "application/ld+json").map((script) => script.outerHTML),
  handlers: [...document.querySelectorAll("*")].flatMap((element) =>
    [...element.attributes].map((attribute) => attribute.name)
      .filter((name) => /^on|^style$|^srcdoc$/i.test(name))),
  elements: [...document.querySelectorAll(
    "iframe, object, embed, base, img, meta[http-equiv], main style, body link")]
    .map((element) => element.outerHTML),
  addresses: [...document.querySelectorAll("[href], [src], [action], [cite]")]
    .flatMap((element) => [element.href, element.src, element.action, element.cite])
    .filter((address) => typeof address === "string" && address !== ""
      && !/^https?:/.test(address)),
})"""
"""What could run, or change what a page is."""
NOTHING: dict[str, object] = {
    "hacked": None,
    "scripts": [],
    "handlers": [],
    "elements": [],
    "addresses": [],
}


@pytest.mark.parametrize("path", ATTACKED, ids=[str(number) for number in range(len(ATTACKED))])
def test_nothing_of_an_attack_runs_even_where_no_policy_is_enforced(
    browser: Browser, site: str, path: str
) -> None:
    with reader(browser, site, bypass_csp=True) as reading:
        answer = reading.page.goto(site + path)
        assert answer is not None
        is_xml = "xml" in answer.headers["content-type"]
        reading.page.wait_for_timeout(50)
        found = {} if is_xml else reading.page.evaluate(ACTIVE)
        hacked = reading.page.evaluate("window.hacked === undefined")

    assert answer.status < 500
    assert hacked
    assert is_xml or found == NOTHING
    assert [fault for fault in reading.faults if "status" not in fault] == []


def test_hostile_texts_are_shown_as_they_are(browser: Browser, site: str) -> None:
    with reader(browser, site) as reading:
        reading.open("/papers/2607.08001")
        title = reading.page.inner_text("h1")
        data = json.loads(reading.page.locator("script").inner_text())
        box = reading.page.locator("h1").bounding_box()

    assert "<script>window.hacked = 1; alert(1)</script>" in title
    assert "<script>window.hacked = 1; alert(1)</script>" in json.dumps(data)
    assert not {"\x00", "\x07", "\x1b"} & set(title)
    assert box is not None
    assert box["height"] < HEIGHT
    assert reading.faults == []
