"""Every link of every page, followed from the first one."""

from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browsing import Reading, links_of, reader
from tests.showcase import EMPTY, HOSTILE, ODD, PARTIAL, QUIET

pytestmark = pytest.mark.browser

MOST_ADDRESSES = 600
MOST_ALIKE = 3
"""How many addresses are followed that differ in the values of their parameters alone."""
ENDINGS = ("json", "md", "atom", "rss", "xml", "txt", "css", "svg")
"""How the addresses end of what is no page."""
FOREIGN = {"https://arxiv.org/": "", "https://creativecommons.org/": "license"}
"""Places of others that we lead to ourselves, with the relation that the link states."""
STRANGERS = frozenset({"nofollow", "noopener", "ugc"})
"""What the relation of a link says that is in other people's words."""


@dataclass
class Crawl:
    """What was found on the way through a site."""

    reading: Reading
    waiting: deque[str]
    known: set[str]
    alike: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    fragments: set[tuple[str, str, str]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Go everywhere."""
        while self.waiting and len(self.ids) < MOST_ADDRESSES:
            address = self.waiting.popleft()
            if is_page(address):
                self._read(address)
            else:
                answer = self.reading.page.request.get(address)
                self._expect(answer.status == 200, f"{address}: {answer.status}")
                self.ids[address] = frozenset()

    def _read(self, address: str) -> None:
        answer = self.reading.page.goto(address, wait_until="domcontentloaded")
        is_found = answer is not None and answer.status == 200
        self._expect(is_found, f"{address}: {answer and answer.status}")
        links = links_of(self.reading.page)
        self.ids[address] = links.ids
        for target, relation in links.anchors:
            if target.startswith(self.reading.site + "/"):
                self._come_to(address, target)
            else:
                self._expect(is_proper(target, relation), f"{address}: {target} {relation!r}")
        for target in links.relations:
            self._expect(target.startswith(self.reading.site + "/"), f"{address}: {target}")
            self._come_to(address, target)

    def _come_to(self, origin: str, target: str) -> None:
        address, fragment = urldefrag(target)
        if fragment:
            self.fragments.add((origin, address, fragment))
        parts = urlsplit(address)
        names = tuple(sorted({name for name, _ in parse_qsl(parts.query)}))
        kind = (parts.path, names)
        if address in self.known or (names and self.alike[kind] >= MOST_ALIKE):
            return
        self.alike[kind] += 1
        self.known.add(address)
        self.waiting.append(address)

    def _expect(self, is_so: object, fault: str) -> None:
        if not is_so:
            self.faults.append(fault)

    @property
    def missing_places(self) -> list[str]:
        """Links to places of pages that the pages do not have."""
        return [
            f"{origin}: {address}#{fragment}"
            for origin, address, fragment in sorted(self.fragments)
            if address in self.ids and fragment not in self.ids[address]
        ]


def is_page(address: str) -> bool:
    """Whether a browser is given a page: the other forms have endings."""
    return urlsplit(address).path.rpartition(".")[2] not in ENDINGS


def is_proper(target: str, relation: str) -> bool:
    """Whether a link to another host is as it has to be."""
    ours = [stated for start, stated in FOREIGN.items() if target.startswith(start)]
    said = set(relation.split())
    return target.startswith("https://") and (said >= STRANGERS or relation in ours)


def test_every_link_leads_somewhere(browser: Browser, site: str) -> None:
    with reader(browser, site) as reading:
        crawl = Crawl(reading, deque([f"{site}/"]), {f"{site}/"})
        crawl.run()

    paths = {address.removeprefix(site) for address in crawl.ids}
    assert crawl.faults == []
    assert crawl.missing_places == []
    assert reading.faults == []
    assert not crawl.waiting
    assert crawl.fragments
    assert len(paths) < MOST_ADDRESSES
    days = {f"/digests/{day}" for day in (EMPTY, HOSTILE, ODD, PARTIAL, QUIET)}
    others = {"/digests/2020-W39", "/digests/2020-09", "/archive/2020", "/papers/math/0309136"}
    assert {*days, *others, "/docs", "/status", "/feeds", "/search"} <= paths
