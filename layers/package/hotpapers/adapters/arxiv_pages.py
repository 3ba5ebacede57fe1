"""arXiv's pages of announcements, for people: the newest one's, and those of the last 90 days.

They are the only ones to say of which day an announcement is, of how many papers, and whether
another one followed. What is read here is what their templates write
(https://github.com/arXiv/arxiv-browse, `browse/templates/catchup.html`, `list/new.html` and
`list/list_macros.html`; `browse/controllers/catchup_page.py`). A paper is shown there as it is
now: its version on that day cannot be told, and of its authors at most the first 100.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from html import unescape
from html.parser import HTMLParser

from hotpapers.adapters.arxiv_papers import (
    BadEntryError,
    Entries,
    make_paper,
    merge,
    read_entries,
)
from hotpapers.adapters.http import Answer, Upstream, excerpt
from hotpapers.domain.listing import AnnouncedPaper, Announcement, Kind, Notice
from hotpapers.domain.paper import collapse_white_space
from hotpapers.domain.taxonomy import held_twice, subjects

ACCEPT = "text/html, */*;q=0.1"

FEWEST_SHOWN = "25"
"""The shortest listing page that arXiv makes. It says how many papers there are all the same."""
MOST_PAGES = 10
"""Several times as many pages as an announcement has."""
MOST_TAGS = 500_000
"""Several times as many as the largest page has."""
LONGEST_TAG = 10_000
"""Bytes from where a tag may begin to where it ends, many times what arXiv's have. `HTMLParser`
takes a time that grows with the square of that, and for 16 MB of `<a <a <a` 2.7 GB of memory."""

HEADING = re.compile(r"Showing new listings for (\w+, \d{1,2} \w+ \d{4})", re.ASCII)
CATCH_UP_HEADING = re.compile(r"Catchup results for .* on (\w+, \d{2} \w+ \d{4})", re.ASCII)
TITLE = re.compile(rb"<h1>([^<]{1,200})")
SECTION = re.compile(
    r"(New|Cross|Replacement) submissions"
    r" \((?:continued, )?showing (?:first |last )?\d{1,9} of (\d{1,9}) entries\)",
    re.ASCII,
)
TOTAL = re.compile(r"Total of (\d{1,9}) entries for ", re.ASCII)
NO_UPDATES = ("No updates for ", "No updates today.")
NEXT_DAY = "Continue to the next day"

KINDS = {"New": Kind.NEW, "Cross": Kind.CROSS, "Replacement": Kind.REPLACE}
"""The sections' kinds; replacements of cross-lists are among the replacements."""
NEWS = {Kind.NEW: "new papers", Kind.CROSS: "cross-lists"}
"""What is counted: a replacement is nothing new."""

SUBJECT = re.compile(r"\(([^()\s]{1,40})\)(?=;|$)")
"""A category, after its name in words: `Machine Learning (cs.LG); Logic (math.LO)`."""

HEADINGS = ("h1", "h3")
PARTS = {
    ("div", "list-title"): "title",
    ("div", "list-authors"): "authors",
    ("div", "list-comments"): "comment",
    ("div", "list-subjects"): "subjects",
    ("p", "mathjax"): "abstract",
}
"""An entry's parts, by their elements' tags and first classes."""
AUTHOR_SEARCH = "searchtype=author"


@dataclass
class Entry:
    """An entry of a page as it stands there: texts in pieces, by the names of its parts."""

    kind: Kind | None
    link: str = ""
    parts: dict[str, list[str]] = field(default_factory=dict)
    authors: list[list[str]] = field(default_factory=list)

    def text(self, part: str) -> str:
        """The text of a part."""
        return "".join(self.parts.get(part, ()))


@dataclass(frozen=True)
class Page:
    """A page of an announcement: its entries, and the numbers that it states itself.

    `stated` are the papers of each kind that the page has a section of, and `total` is all of
    them, each on all pages together.
    """

    entries: Entries[AnnouncedPaper]
    stated: Mapping[Kind, int]
    total: int
    is_followed: bool

    @property
    def length(self) -> int:
        """The number of its entries, good and bad."""
        return len(self.entries.read) + self.entries.unreadable


class ArxivPages:
    """The pages, asked for announcements."""

    def __init__(self, upstream: Upstream, categories: Sequence[str]) -> None:
        self._upstream = upstream
        self._categories = tuple(categories)

    def notice(self) -> Notice:
        """What the listing pages say of the newest announcement.

        Its `new` are those of all subjects together. Raises UpstreamError, also where the pages of
        different subjects are of different days, as while arXiv announces.
        """
        asked = subjects(self._categories)
        twice = held_twice(asked)
        notices = {subject: self._notice(subject) for subject in (*asked, *twice)}
        days = {notice.date for notice in notices.values()}
        if len(days) > 1:
            found = ", ".join(f"{name}: {notice.date}" for name, notice in notices.items())
            raise self._upstream.refused(f"answered listing pages of different days ({found})")
        counted = sum(notices[subject].new for subject in asked)
        return Notice(days.pop(), counted - sum(notices[subject].new for subject in twice))

    def announcement(self, day: date) -> Announcement:
        """The announcement of a day of the last 90, of all subjects together."""
        found = {subject: self._all_pages(subject, day) for subject in subjects(self._categories)}
        pages = [page for of_subject in found.values() for page in of_subject]
        entries = merge(entry for page in pages for entry in page.entries.read)
        gaps = [f"{name}: {gap}" for name, each in found.items() if (gap := _shortfall(each))]
        return Announcement(
            date=day,
            entries=tuple(entry for entry in entries if entry.paper.is_in(self._categories)),
            shortfall="; ".join(gaps),
            # One that is kept on the way to us may be older than another.
            is_followed=all(page.is_followed for page in pages),
        )

    def _notice(self, subject: str) -> Notice:
        return self._upstream.get(
            f"/list/{subject}/new",
            {"skip": "0", "show": FEWEST_SHOWN},
            lambda answer: read_notice(answer, self._upstream),
        )

    def _all_pages(self, subject: str, day: date) -> Sequence[Page]:
        pages = [self._page(subject, day, 1)]
        length = pages[0].length
        while length < pages[0].total and pages[-1].length:
            if len(pages) == MOST_PAGES:
                raise self._upstream.refused(f"has more than {MOST_PAGES} pages of {day}")
            pages.append(self._page(subject, day, len(pages) + 1))
            length += pages[-1].length
        return pages

    def _page(self, subject: str, day: date, number: int) -> Page:
        return self._upstream.get(
            f"/catchup/{subject}/{day}",
            {"abs": "True", "page": str(number)},
            lambda answer: read_page(answer, day, number, self._upstream),
        )


def read_notice(answer: Answer, upstream: Upstream) -> Notice:
    """What the listing page says that an answer is. Raises UnsettledError where it is none, and
    UpstreamError where arXiv refuses the question."""
    reader = _open(answer, upstream)
    day = _date(reader.headings, HEADING, "%A, %d %B %Y")
    stated = _stated(reader.headings)
    if day is None or not (stated or reader.says(NO_UPDATES)):
        raise upstream.unsettled(f"answered no listing page ({excerpt(answer.body)})")
    return Notice(day, stated.get(Kind.NEW, 0))


def read_page(answer: Answer, day: date, number: int, upstream: Upstream) -> Page:
    """The page of a day's announcement that an answer is. Raises UnsettledError where it is none,
    and UpstreamError where arXiv refuses the question."""
    reader = _open(answer, upstream)
    shown = _date(reader.headings, CATCH_UP_HEADING, "%a, %d %b %Y")
    total = TOTAL.search(reader.around)
    # A further page may be empty; the first one says so.
    told = bool(reader.entries) or number > 1 or reader.says(NO_UPDATES)
    if shown is None or total is None or not told:
        raise upstream.unsettled(f"answered no announcement ({excerpt(answer.body)})")
    if shown != day:
        raise upstream.unsettled(f"answered the announcement of {shown} for {day}'s")
    return Page(
        entries=read_entries(reader.entries, _read_entry, lambda entry: entry.link, upstream),
        stated=_stated(reader.headings),
        total=int(total[1]),
        is_followed=NEXT_DAY in reader.around,
    )


def _open(answer: Answer, upstream: Upstream) -> "_PageReader":
    title = TITLE.search(answer.body)
    said = collapse_white_space(unescape(title[1].decode("utf-8", "replace"))) if title else ""
    upstream.require_success(answer, said or excerpt(answer.body))
    if not _is_readable(answer.body):
        raise upstream.unsettled(f"answered no page ({excerpt(answer.body)})")
    reader = _PageReader()
    try:
        # Not closed: a tag that is cut off at the end is none.
        reader.feed(answer.body.decode("utf-8", "replace"))
    except (AssertionError, ValueError) as error:
        # What HTMLParser raises on some declarations (`<![x[`) and very long numbers.
        raise upstream.unsettled(f"answered no page ({excerpt(answer.body)})") from error
    if not reader.is_complete:
        raise upstream.unsettled(f"answered no whole page ({excerpt(answer.body)})")
    return reader


def _is_readable(body: bytes) -> bool:
    """Tell whether a page can be read in a bounded time: by the number and length of its tags."""
    if max(body.count(b"<"), body.count(b">")) > MOST_TAGS:
        return False
    pieces = body.split(b">")
    return all(b"<" not in piece[: max(len(piece) - LONGEST_TAG, 0)] for piece in pieces)


class _PageReader(HTMLParser):
    """The headings and entries of a page, and the text around them."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.entries: list[Entry] = []
        self.is_complete = False
        self._around: list[str] = []
        self._heading: list[str] | None = None
        self._section: Kind | None = None
        self._entry: Entry | None = None
        self._part = ""
        self._is_descriptor = False
        self._is_author = False

    @cached_property
    def around(self) -> str:
        """The text outside of headings and entries, on one line, once all is read."""
        return collapse_white_space("".join(self._around))

    def says(self, texts: Sequence[str]) -> bool:
        """Tell whether one of some texts stands outside of headings and entries."""
        return any(text in self.around for text in texts)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Begin a heading, an entry, or a part of one."""
        if tag in HEADINGS:
            self._heading = []
        elif tag == "dt":
            self._entry = Entry(self._section)
            self.entries.append(self._entry)
            self._end_part()
        elif self._entry:
            self._begin_within(self._entry, tag, {name: value or "" for name, value in attrs})

    def _begin_within(self, entry: Entry, tag: str, attributes: Mapping[str, str]) -> None:
        first_class = attributes.get("class", "").partition(" ")[0]
        if tag == "a" and attributes.get("title") == "Abstract":
            entry.link = attributes.get("href", "")
        elif tag == "a" and AUTHOR_SEARCH in attributes.get("href", ""):
            entry.authors.append([])
            self._is_author = True
        elif (tag, first_class) in PARTS:
            self._part = PARTS[tag, first_class]
        elif (tag, first_class) == ("span", "descriptor"):
            self._is_descriptor = True
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        """End what the tag began."""
        if tag in HEADINGS and self._heading is not None:
            self._end_heading("".join(self._heading))
        elif tag == "dd":
            self._entry = None
        elif tag in ("div", "p"):
            self._end_part()
        elif tag == "a":
            self._is_author = False
        elif tag == "span":
            self._is_descriptor = False
        elif tag == "html":
            self.is_complete = True

    def _end_part(self) -> None:
        self._part, self._is_descriptor, self._is_author = "", False, False

    def _end_heading(self, heading: str) -> None:
        self.headings.append(collapse_white_space(heading))
        self._heading = None
        section = SECTION.fullmatch(self.headings[-1])
        self._section = KINDS[section[1]] if section else None

    def handle_data(self, data: str) -> None:
        """Put text where it belongs."""
        if self._heading is not None:
            self._heading.append(data)
        elif self._entry is None:
            self._around.append(data)
        elif self._part and not self._is_descriptor:
            self._entry.parts.setdefault(self._part, []).append(data)
            if self._is_author:
                self._entry.authors[-1].append(data)


def _read_entry(entry: Entry) -> AnnouncedPaper:
    if entry.kind is None:
        raise BadEntryError("it is in no section")
    paper = make_paper(
        name=entry.link.rpartition("/abs/")[2],
        title=entry.text("title"),
        authors=["".join(pieces) for pieces in entry.authors],
        categories=SUBJECT.findall(collapse_white_space(entry.text("subjects"))),
        abstract=entry.text("abstract"),
        comment=entry.text("comment"),
    )
    return AnnouncedPaper(paper, entry.kind)


def _stated(headings: Sequence[str]) -> Mapping[Kind, int]:
    """The numbers of papers that the sections' headings state."""
    sections = filter(None, map(SECTION.fullmatch, headings))
    return {KINDS[section[1]]: int(section[2]) for section in sections}


def _date(headings: Sequence[str], pattern: re.Pattern[str], form: str) -> date | None:
    """The date in the first heading of a form; None where there is none."""
    found = next(filter(None, map(pattern.fullmatch, headings)), None)
    try:
        return datetime.strptime(found[1], form).date() if found else None  # noqa: DTZ007
    except ValueError:
        return None


def _shortfall(pages: Sequence[Page]) -> str:
    """In what the pages of an announcement lack what they state."""
    papers = merge(entry for page in pages for entry in page.entries.read)
    read = Counter(entry.kind for entry in papers)
    stated = {kind: number for page in pages for kind, number in page.stated.items()}
    gaps = [
        f"{read[kind]} of {stated.get(kind, 0)} {name}"
        for kind, name in NEWS.items()
        if read[kind] != stated.get(kind, 0)
    ]
    length = sum(page.length for page in pages)
    if length != pages[0].total:
        gaps.append(f"{length} of {pages[0].total} entries")
    return ", ".join(gaps)
