"""The HTML of arXiv's pages of announcements: its tags, classes and words.

After the templates of https://github.com/arXiv/arxiv-browse (`list_macros.html`, `catchup.html`,
`new.html`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from markupsafe import escape
from werkzeug.wrappers import Response

from local.upstreams.announcements import Entry, Kind
from local.upstreams.dataset import Record
from local.upstreams.taxonomy import full_name, shown_name


@dataclass(frozen=True)
class _Section:
    """A section of a list: its heading, the title of links to it, and what is listed there."""

    heading: str
    title: str
    kinds: Sequence[Kind]


_CROSSES = _Section("Cross submissions", "Cross-lists", (Kind.CROSS,))
_SECTIONS = (
    _Section("New submissions", "New submissions", (Kind.NEW,)),
    _CROSSES,
    _Section("Replacement submissions", "Replacements", (Kind.REPLACE, Kind.REPLACE_CROSS)),
)
_MOST_AUTHORS = 100
"""A longer list of authors ends there, and nothing says so."""
_FIRST_HTML = "2312"
"""Papers have a version in HTML since December 2023."""


@dataclass(frozen=True)
class Part:
    """The part of a list that a page shows: from a place on, so many entries."""

    entries: Sequence[Entry]
    skip: int
    size: int

    @property
    def shown(self) -> Sequence[Entry]:
        """The entries of the page."""
        return self.entries[self.skip : self.skip + self.size]

    def index(self) -> str:
        """The links to the sections that there are, on whatever page."""
        links, place = "", 1
        for section in _SECTIONS:
            if count := self._count(section):
                links += f'  <li><a href="#item{place}">{section.title}</a></li>\n'
            place += count
        return f"<ul>\n{links}</ul>"

    def sections(self, *, with_abstracts: bool) -> Iterator[str]:
        """The sections of which the page shows something."""
        start = 0
        for section in _SECTIONS:
            end = start + self._count(section)
            items = [
                _item(number, entry, with_abstract=with_abstracts)
                for number, entry in enumerate(self.shown, self.skip + 1)
                if entry.kind in section.kinds
            ]
            if items:
                extent = f"{self._showing(section, start, end)}{len(items)} of {end - start}"
                yield f"<dl id='articles'>\n<h3>{section.heading} ({extent} entries)</h3>\n"
                yield from items
                yield "</dl>"
            start = end

    def _count(self, section: _Section) -> int:
        return sum(entry.kind in section.kinds for entry in self.entries)

    def _showing(self, section: _Section, start: int, end: int) -> str:
        """How much of a section is shown, in arXiv's words."""
        is_continued = self.skip > start
        # arXiv counts cross-lists up to the first replacement: one that just fits is no last one.
        is_last = self.skip + self.size >= end + (section is _CROSSES)
        if is_continued:
            return "continued, showing last " if is_last else "continued, showing "
        return "showing " if is_last else "showing first "


def page(title: str, *blocks: str, status: int = 200) -> Response:
    """A whole page with these blocks as its content."""
    content = "\n".join(block for block in blocks if block)
    document = f"""<!DOCTYPE html>
<html lang="en">

<head>
  <script>document.documentElement.classList.add('js');</script>
  <title>{escape(title)}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" type="text/css" media="screen" href="/static/css/arXiv.css?v=20260318" />
  <script src="/static/js/mathjaxToggle.min.js" type="text/javascript"></script>
  <script type="text/javascript" language="javascript">mathjaxToggle();</script>
</head>

<body>
  <div class="flex-wrap-footer">
    <a href="#content" class="ds-skip-link">Skip to main content</a>
    <header><a href="/"><img src="/static/images/arxiv-logo.svg" alt="arXiv logo"/></a></header>
    <main>
      <div id="content">
<div id='content-inner'>
<div id='dlpage'>
{content}
</div>
</div>
      </div>
    </main>
    <footer><ul><li><a href="https://info.arxiv.org/about">About</a></li></ul></footer>
  </div>
</body>
</html>
"""
    return Response(document, status=status, content_type="text/html; charset=utf-8")


def _item(number: int, entry: Entry, *, with_abstract: bool) -> str:
    paper = entry.paper
    name = escape(paper["id"])
    abstract = _abstract(paper) if with_abstract else ""
    return f"""
    <dt>
      <a name='item{number}'>[{number}]</a>
      <a href ="/abs/{name}" title="Abstract" id="{name}">
        arXiv:{name}
      </a>
      {_remark(entry)}
      {_downloads(paper)}
    </dt>
    <dd>
      <div class='meta'>
        <div class='list-title mathjax'><span class='descriptor'>Title:</span>
          {escape(paper["title"])}
        </div>
        <div class='list-authors'>{_authors(paper)}</div>

{_comments(paper)}
        <div class='list-subjects'><span class='descriptor'>Subjects:</span>
          {_subjects(paper)}
        </div>
{abstract}
      </div>
    </dd>
"""


def _remark(entry: Entry) -> str:
    if entry.kind is Kind.CROSS:
        return f"\n    (cross-list from {escape(entry.paper['categories'][0])})\n"
    return "\n    (replaced)\n" if entry.kind in (Kind.REPLACE, Kind.REPLACE_CROSS) else ""


def _downloads(paper: Record) -> str:
    name = escape(paper["id"])
    links = [
        f'<a href="/pdf/{name}" title="Download PDF" id="pdf-{name}"'
        f' aria-labelledby="pdf-{name}">pdf</a>'
    ]
    if paper["id"] >= _FIRST_HTML:
        links.append(
            f'<a href="https://arxiv.org/html/{name}v{paper["version"]}" title="View HTML"'
            f' id="html-{name}" aria-labelledby="html-{name}" rel="noopener noreferrer"'
            ' target="_blank">html</a>'
        )
    links.append(
        f'<a href="/format/{name}" title="Other formats" id="oth-{name}"'
        f' aria-labelledby="oth-{name}">other</a>'
    )
    return f"[{', '.join(links)}]"


def _authors(paper: Record) -> str:
    archive = paper["categories"][0].partition(".")[0]
    return (
        ", ".join(
            f'<a href="https://arxiv.org/search/{archive}?searchtype=author&amp;query='
            f'{_query(name)}">{escape(name)}</a>'
            for name in paper["authors"][:_MOST_AUTHORS]
        )
        or "(author list is unavailable)"
    )


def _query(name: str) -> str:
    """How an author is searched for: `Lovelace,+A`."""
    *first, last = name.split() or [""]
    return quote_plus(f"{last}, {' '.join(each[0] for each in first)}", safe=",")


def _comments(paper: Record) -> str:
    if not paper.get("comment"):
        return ""
    return f"""        <div class='list-comments mathjax'><span class='descriptor'>Comments:</span>
          {escape(paper["comment"])}
        </div>
"""


def _subjects(paper: Record) -> str:
    primary, *others = map(shown_name, filter(None, paper["categories"]))
    line = f'<span class="primary-subject">{escape(full_name(primary))}</span>'
    others = sorted(set(others) - {primary})
    return line + "".join(f"; {escape(full_name(name))}" for name in others)


def _abstract(paper: Record) -> str:
    # Indented lines are new paragraphs.
    text = re.sub(r"(?<!^)\n +", "\n<br />", str(escape(paper["abstract"])))
    return f"""
        <p class='mathjax'>
          {text}
        </p>"""
