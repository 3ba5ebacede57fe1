"""What arXiv's feed and pages of announcements say, written out for tests.

Fewer words than the real ones have, in the same elements; the replayed arXiv
(`local.upstreams`) is faithful where these are handy.
"""

from collections.abc import Sequence
from datetime import date

RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
  version="2.0">
  <channel>
    <title>cs updates on arXiv.org</title>
    <description>cs updates on the arXiv.org e-print archive.</description>
    <lastBuildDate>Fri, 18 Sep 2020 08:58:05 +0000</lastBuildDate>
    <pubDate>{date}</pubDate>
    {items}
  </channel>
</rss>
"""
ITEM = """<item>
  <title>{title}</title>
  <link>https://arxiv.org/abs/{paper}</link>
  <description>{description}</description>
  <guid isPermaLink="false">oai:arXiv.org:{paper}v{version}</guid>
  {categories}
  <arxiv:announce_type>{kind}</arxiv:announce_type>
  <dc:creator>{creator}</dc:creator>
</item>
"""
MIDNIGHT = "Fri, 18 Sep 2020 00:00:00 -0400"
DESCRIPTION = "arXiv:{paper}v{version} Announce Type: {kind} \nAbstract: It says that a &lt; b."


def feed(*items: str, pub_date: str = MIDNIGHT) -> str:
    """A feed with these items, of 2020-09-18."""
    return RSS.format(date=pub_date, items="".join(items))


def item(
    paper: str = "2009.00001",
    kind: str = "new",
    *,
    version: int = 1,
    categories: Sequence[str] = ("cs.LG", "stat.ML"),
    creator: str = "Ada Lovelace, Kurt Gödel",
    description: str = DESCRIPTION,
    title: str = "",
) -> str:
    """An item of a feed."""
    return ITEM.format(
        paper=paper,
        title=title or f"About {paper}",
        kind=kind,
        version=version,
        categories="".join(f"<category>{name}</category>" for name in categories),
        creator=creator,
        description=description.format(paper=paper, version=version, kind=kind),
    )


ENTRY = """
<dt>
  <a name='item1'>[1]</a>
  <a href ="/abs/{paper}" title="Abstract" id="{paper}">
    arXiv:{paper}
  </a>
  [<a href="/pdf/{paper}" title="Download PDF" id="pdf-{paper}">pdf</a>]
</dt>
<dd>
  <div class='meta'>
    <div class='list-title mathjax'><span class='descriptor'>Title:</span>
      {title}
    </div>
    <div class='list-authors'>{authors}</div>
{comment}
    <div class='list-subjects'><span class='descriptor'>Subjects:</span>
      {subjects}
    </div>

    <p class='mathjax'>
      {abstract}
    </p>
  </div>
</dd>
"""
AUTHOR = '<a href="https://arxiv.org/search/cs?searchtype=author&amp;query=x">{}</a>'
COMMENT = """
    <div class='list-comments mathjax'><span class='descriptor'>Comments:</span>
      {}
    </div>
"""
PAGE = "<!DOCTYPE html><html><head><title>x</title></head><body>{}</body></html>"


def entry(
    paper: str = "2009.00001",
    *,
    title: str = "",
    authors: Sequence[str] = ("Ada Lovelace", "Kurt Gödel"),
    comment: str = "",
    subjects: str = "Machine Learning (cs.LG); Machine Learning (stat.ML)",
    abstract: str = "It says that a &lt; b.",
) -> str:
    """An entry of a page."""
    primary, mark, others = subjects.partition(";")
    return ENTRY.format(
        paper=paper,
        title=title or f"About {paper}",
        authors=", ".join(map(AUTHOR.format, authors)),
        comment=COMMENT.format(comment) if comment else "",
        subjects=f'<span class="primary-subject">{primary}</span>{mark}{others}',
        abstract=abstract,
    )


def section(name: str, *entries: str, stated: int | None = None, showing: str = "showing") -> str:
    """A section (New, Cross, Replacement) that states how many papers there are."""
    number = len(entries) if stated is None else stated
    extent = f"{showing} {len(entries)} of {number} entries"
    return f"<dl id='articles'>\n<h3>{name} submissions ({extent})</h3>\n{''.join(entries)}</dl>"


def catch_up_page(
    *sections: str, day: date = date(2020, 9, 18), total: int, is_followed: bool = False
) -> str:
    """A page of a day's announcement."""
    written = f"{day:%a, %d %b %Y}"
    link = '<a href="/catchup/cs/2020-09-21?abs=True&amp;page=1">Continue to the next day</a>'
    head = f"<h1>Catchup results for Computer Science on {written}</h1>"
    none = "" if total else f"<p>No updates for {written}. There was no announcement.</p>"
    totals = f"<div>{link if is_followed else ''}Total of {total} entries for {written}</div>"
    return PAGE.format("\n".join([head, totals, *sections, none, totals]))


def list_page(*sections: str, heading: str = "Friday, 18 September 2020") -> str:
    """The page of the newest announcement."""
    head = f"<h1>Computer Science</h1><h3>Showing new listings for {heading}</h3>"
    none = "" if sections else "<p>No updates today.</p>"
    return PAGE.format("\n".join([head, *sections, none]))
