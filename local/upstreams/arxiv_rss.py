"""arXiv's announcement feed, replayed: https://rss.arxiv.org/rss/cs.AI+stat.ML.

After https://github.com/arXiv/arxiv-feed, and feeds that were recorded in 2026.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from xml.etree.ElementTree import Element

from werkzeug.wrappers import Request, Response

from hotpapers.domain.calendar import NEW_YORK
from local.upstreams.announcements import Announcements, Entry
from local.upstreams.replies import (
    RefusedError,
    add_element,
    not_acceptable,
    require_known,
    xml_response,
)
from local.upstreams.taxonomy import ARCHIVES, CATEGORIES, categories_of

_NAMESPACES = {
    "xmlns:arxiv": "http://arxiv.org/schemas/atom",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
}
_LICENSE = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
_BUILD_TIME = timedelta(seconds=14)
"""How long after midnight a feed was made."""


class ArxivFeedReplay:
    """The feed of today's announcement, for any archives and categories."""

    PATH = "/rss/"
    MOST_ITEMS = 2000
    """Of more, the new ones with the lowest ids are left out, and nothing says so."""

    def __init__(self, announcements: Announcements) -> None:
        self._announcements = announcements

    def answer(self, request: Request) -> Response:
        """What arXiv would answer."""
        if refusal := not_acceptable(request):
            return refusal
        asked = request.path.removeprefix(self.PATH)
        try:
            require_known(request.args, {"version"})
            subjects = _read_subjects(asked)
        except RefusedError as error:
            return self._response(self._error(asked, str(error)), status=400)
        return self._response(self._feed(subjects))

    def _feed(self, subjects: Sequence[str]) -> Element:
        names = ", ".join(subjects)
        link = f"http://rss.arxiv.org/rss/{'+'.join(subjects)}"
        feed = self._head(
            {
                "title": f"{names} updates on arXiv.org",
                "link": link,
                "description": f"{names} updates on the arXiv.org e-print archive.",
            },
            "rss-help@arxiv.org",
        )
        channel = feed[0]
        skipped = add_element(channel, "skipDays")
        for day in ("Sunday", "Saturday"):
            add_element(skipped, "day", day)
        wanted = frozenset[str]().union(*map(categories_of, subjects))
        today = self._announcements.today
        # arXiv sorts them the other way round when it takes the first 2,000.
        for entry in self._announcements.by_category(today, wanted)[-self.MOST_ITEMS :]:
            _add_item(channel, entry, today)
        return feed

    def _error(self, asked: str, message: str) -> Element:
        address = f"http://rss.arxiv.org/rss/{asked}"
        texts = {"title": f"Feed error for query: {address}", "link": address}
        return self._head(texts | {"description": message}, "rss-help.arxiv.org")

    def _head(self, texts: Mapping[str, str], editor: str) -> Element:
        feed = Element("rss", _NAMESPACES, version="2.0")
        channel = add_element(feed, "channel")
        for name, text in texts.items():
            add_element(channel, name, text)
        add_element(
            channel, "atom:link", href=texts["link"], rel="self", type="application/rss+xml"
        )
        add_element(channel, "docs", "http://www.rssboard.org/rss-specification")
        add_element(channel, "language", "en-us")
        midnight = _midnight(self._announcements.today)
        built = format_datetime((midnight + _BUILD_TIME).astimezone(UTC))
        add_element(channel, "lastBuildDate", built)
        add_element(channel, "managingEditor", editor)
        add_element(channel, "pubDate", format_datetime(midnight))
        return feed

    @staticmethod
    def _response(feed: Element, status: int = 200) -> Response:
        return xml_response(feed, "application/rss+xml", status)


def _read_subjects(asked: str) -> Sequence[str]:
    """The archives, and then the categories, that are asked for, as arXiv writes them."""
    archives, categories = [], []
    for name in asked.split("+"):
        archive, *rest = name.split(".")
        if len(rest) > 1:
            raise RefusedError(f"Bad archive/subject class structure '{name}'.")
        if archive.lower() not in ARCHIVES:
            raise RefusedError(
                f"Bad archive '{archive.lower()}'. Valid archive names are: {', '.join(ARCHIVES)}."
            )
        if not rest:
            archives.append(archive.lower())
            continue
        spellings = (f"{archive.lower()}.{end}" for end in (rest[0].upper(), rest[0].lower()))
        category = next((each for each in spellings if each in CATEGORIES), None)
        if category is None:
            raise RefusedError(f"Bad subject class '{rest[0]}'.")
        categories.append(category)
    return [*archives, *categories]


def _add_item(channel: Element, entry: Entry, today: date) -> None:
    paper, item = entry.paper, add_element(channel, "item")
    name = f"{paper['id']}v{paper['version']}"
    told = f"arXiv:{name} Announce Type: {entry.kind} \nAbstract: {paper['abstract']}"
    add_element(item, "title", paper["title"])
    add_element(item, "link", f"https://arxiv.org/abs/{paper['id']}")
    add_element(item, "description", told)
    add_element(item, "guid", f"oai:arXiv.org:{name}", isPermaLink="false")
    for category in paper["categories"]:
        add_element(item, "category", category)
    add_element(item, "pubDate", format_datetime(_midnight(today)))
    add_element(item, "arxiv:announce_type", str(entry.kind))
    add_element(item, "dc:rights", _LICENSE)
    add_element(item, "dc:creator", ", ".join(paper["authors"]))


def _midnight(today: date) -> datetime:
    return datetime.combine(today, time(), NEW_YORK)
