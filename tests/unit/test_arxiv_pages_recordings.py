"""The replayed feed and pages beside those that were recorded, where these lie by the project.

What a recording tells is replayed, and must then be written as it stands there.
"""

import html
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from hotpapers.domain.paper import collapse_white_space
from local.upstreams.dataset import Dataset
from local.upstreams.server import UpstreamServer
from tests.replay import Json, get

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"
FEED = RECORDINGS / "arxiv_rss" / "rss_csLG+csAI+csCL+statML_20260924_trimmed.xml"
EMPTY = RECORDINGS / "arxiv_rss" / "rss_cs.CL_20260801_saturday_empty.xml"
LISTING = RECORDINGS / "arxiv_listing" / "list_new_cs.AI_20260812_trimmed.html"
BEFORE = "2026-01-02"

pytestmark = pytest.mark.skipif(not RECORDINGS.exists(), reason="no recordings beside the project")


def replayed(path: str, papers: list[Json], today: date) -> str:
    with UpstreamServer(Dataset(tuple(papers)), today=today) as server:
        return get(server, path, headers={"Accept": "*/*"}).text


def paper(name: str, version: str, day: date, kind: str, **told: object) -> Json:
    """A paper of which an announcement of a day tells."""
    now = {"date": str(day), "action": kind, "categories": told["categories"]}
    return {
        "id": name,
        "version": int(version),
        "published": f"{BEFORE}T12:00:00Z",
        "updated": f"{BEFORE}T12:00:00Z",
        "announced": str(day) if kind == "new" else BEFORE,
        "updates": [] if kind == "new" else [now],
        **told,
    }


# The feed


def told_in_feed(document: str, day: date) -> Iterator[Json]:
    """What a feed tells, as papers of a data set."""
    for item in ElementTree.fromstring(document).iterfind("channel/item"):
        kind = item.findtext("{http://arxiv.org/schemas/atom}announce_type") or ""
        name, version = (item.findtext("guid") or "").removeprefix("oai:arXiv.org:").split("v")
        creator = item.findtext("{http://purl.org/dc/elements/1.1/}creator") or ""
        yield paper(
            name,
            version,
            day,
            kind,
            title=item.findtext("title"),
            authors=creator.split(", "),
            categories=[category.text for category in item.iterfind("category")],
            abstract=(item.findtext("description") or "").partition("\nAbstract: ")[2],
        )


def written(document: str) -> list[tuple[str, dict[str, str], str]]:
    """A feed's elements; what no data set has is left out: licences, DOIs, the time of making."""

    def elements(element: Element) -> Iterator[tuple[str, dict[str, str], str]]:
        name = element.tag.rpartition("}")[2]
        if name != "DOI":
            text = "" if name in ("rights", "lastBuildDate") else (element.text or "").strip()
            yield element.tag, element.attrib, text
        for child in element:
            yield from elements(child)

    return list(elements(ElementTree.fromstring(document)))


@pytest.mark.parametrize(
    ("recording", "subjects", "day"),
    [
        (FEED, "cs.LG+cs.AI+cs.CL+stat.ML", date(2026, 9, 24)),
        (EMPTY, "cs.CL", date(2026, 8, 1)),
    ],
)
def test_a_feed_is_written_as_it_was_recorded(recording: Path, subjects: str, day: date) -> None:
    recorded = recording.read_text(encoding="utf-8")
    papers = list(told_in_feed(recorded, day))
    assert written(replayed(f"/rss/{subjects}", papers, day)) == written(recorded)


# The listing page

DAY = date(2026, 8, 12)
ENTRY = re.compile(r"<dt>.*?</dd>", re.DOTALL)
KINDS = (("(replaced)", "replace"), ("(cross-list", "cross"))


def told_on_page(document: str) -> Iterator[Json]:
    """What the listing page of cs.AI tells, as papers of a data set."""
    for entry in ENTRY.findall(document):
        text = html.unescape(re.sub(r"<[^>]+>", "", entry))
        kind = next((kind for remark, kind in KINDS if remark in entry), "new")
        version = re.search(r"/html/[\d.]+v(\d+)", entry)
        subjects = text[text.index("Subjects:") :]
        comment = re.search(r"Comments:\s+(.*)", text)
        yield paper(
            re.findall(r"arXiv:([\d.]+)", text)[0],
            version[1] if version else "1",
            DAY,
            kind,
            title=re.findall(r"Title:\s+(.*)", text)[0],
            authors=re.findall(r"searchtype=author[^>]*>([^<]*)<", entry),
            categories=re.findall(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)(?=;|\n)", subjects),
            abstract=html.unescape(re.findall(r"<p class='mathjax'>\s+(.*)", entry)[0]),
            comment=comment[1] if comment else "",
        )


def blocks(document: str) -> list[str]:
    """The headings and entries of a page.

    Without what no data set has, and what the recording was cut by: references to journals, which
    papers have a version in HTML, links in comments, and the entries' places.
    """
    page = re.sub(r"<div class='list-journal-ref'>.*?</div>", "", document, flags=re.DOTALL)
    page = re.sub(r', <a href="https://arxiv.org/html/[^>]+>html</a>', "", page)
    page = re.sub(r'<a href="https://github[^>]+>(this https URL)</a>', r"\1", page)
    page = re.sub(r"<a name='item\d+'>\[\d+\]</a>", "", page)
    found = re.findall(r"<h3>.*?</h3>|<dt>.*?</dd>", page, flags=re.DOTALL)
    return [collapse_white_space(block) for block in found]


def test_a_listing_page_is_written_as_it_was_recorded() -> None:
    recorded = LISTING.read_text(encoding="utf-8")
    papers = list(told_on_page(recorded))
    assert blocks(replayed("/list/cs.AI/new", papers, DAY)) == blocks(recorded)
    # But for its first heading, the page of that day is the same.
    assert blocks(replayed(f"/catchup/cs.AI/{DAY}?abs=True", papers, DAY)) == blocks(recorded)[1:]
