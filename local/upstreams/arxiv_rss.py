"""arXiv's announcement feed, replayed: https://rss.arxiv.org/rss/cs.AI+stat.ML.

After https://github.com/arXiv/arxiv-feed, and feeds that were recorded in 2026.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from werkzeug.wrappers import Request, Response

from hotpapers.domain.calendar import NEW_YORK
from local.upstreams.announcements import Announcements, Entry
from local.upstreams.replies import RefusedError, not_acceptable, require_known
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
        skipped = _element(channel, "skipDays")
        for day in ("Sunday", "Saturday"):
            _element(skipped, "day", day)
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
        channel = _element(feed, "channel")
        for name, text in texts.items():
            _element(channel, name, text)
        _element(channel, "atom:link", href=texts["link"], rel="self", type="application/rss+xml")
        _element(channel, "docs", "http://www.rssboard.org/rss-specification")
        _element(channel, "language", "en-us")
        midnight = _midnight(self._announcements.today)
        built = format_datetime((midnight + _BUILD_TIME).astimezone(UTC))
        _element(channel, "lastBuildDate", built)
        _element(channel, "managingEditor", editor)
        _element(channel, "pubDate", format_datetime(midnight))
        return feed

    @staticmethod
    def _response(feed: Element, status: int = 200) -> Response:
        ElementTree.indent(feed)
        body = ElementTree.tostring(feed, encoding="UTF-8", xml_declaration=True)
        return Response(body, status=status, content_type="application/rss+xml")


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
    paper, item = entry.paper, _element(channel, "item")
    name = f"{paper['id']}v{paper['version']}"
    told = f"arXiv:{name} Announce Type: {entry.kind} \nAbstract: {paper['abstract']}"
    _element(item, "title", paper["title"])
    _element(item, "link", f"https://arxiv.org/abs/{paper['id']}")
    _element(item, "description", told)
    _element(item, "guid", f"oai:arXiv.org:{name}", isPermaLink="false")
    for category in paper["categories"]:
        _element(item, "category", category)
    _element(item, "pubDate", format_datetime(_midnight(today)))
    _element(item, "arxiv:announce_type", str(entry.kind))
    _element(item, "dc:rights", _LICENSE)
    _element(item, "dc:creator", ", ".join(paper["authors"]))


def _midnight(today: date) -> datetime:
    return datetime.combine(today, time(), NEW_YORK)


def _element(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    element = SubElement(parent, name, attributes)
    element.text = text or None
    return element
