"""What feeds say of papers and days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotpapers.documents.feed import FeedEntry, digest_entry_id, paper_entry_id
from hotpapers.documents.feed_entry import (
    MOST_AUTHORS,
    MOST_POSTS,
    MOST_POSTS_OF_DAY,
    digest_entry,
    paper_entry,
)
from hotpapers.documents.quote import quote_html
from hotpapers.documents.site import Site
from hotpapers.domain.card import Card
from hotpapers.domain.digest import RankedPaper
from hotpapers.domain.edition import EditionHead
from hotpapers.domain.selection import Selection
from tests.builders import DAY, PAPER, make_entry, make_paper, make_post

SITE = Site("https://hot.example")
PUBLISHED_AT = datetime(2020, 9, 18, 5, tzinfo=UTC)
MEASURED_AT = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)
HEAD = EditionHead(DAY, MEASURED_AT, "", papers=2, published_at=PUBLISHED_AT)

MEASURED = '<time datetime="2020-09-20T13:13:43Z">20 September 2020, 13:13 UTC</time>'
LINKS = (
    '<p><a href="https://arxiv.org/abs/2009.08319">arXiv:2009.08319</a> · '
    '<a href="https://arxiv.org/pdf/2009.08319">PDF</a> · '
    '<a href="https://hot.example/papers/2009.08319">All posts and numbers</a></p>'
)
PARTS = [
    "<p><bdi>Ada Lovelace</bdi>, <bdi>Kurt Gödel</bdi></p>",
    "<p><strong>score 94: X 50 (20 reposts, 30 likes) · "
    "Bluesky 44 (10 reposts, 34 likes)</strong></p>",
    LINKS,
    "<p>We weave algebraical patterns.</p>",
]
ENTRY = make_entry(1, posts=[make_post(), make_post("7", source="bluesky")])


def make_card(entry: RankedPaper = ENTRY) -> Card:
    return Card(DAY, entry, MEASURED_AT, PUBLISHED_AT)


def paper_html(entry: RankedPaper) -> str:
    return paper_entry(make_card(entry), SITE).content_html


def day(entries: Sequence[RankedPaper], head: EditionHead = HEAD) -> FeedEntry:
    return digest_entry(DAY, [make_card(entry) for entry in entries], head, SITE)


def test_the_entry_of_a_paper() -> None:
    assert paper_entry(make_card(), SITE) == FeedEntry(
        id=paper_entry_id(PAPER.id),
        title="On the Analytical Engine",
        address="https://hot.example/papers/2009.08319",
        external_address="https://arxiv.org/abs/2009.08319",
        published_at=PUBLISHED_AT,
        updated_at=MEASURED_AT,
        authors=("Ada Lovelace", "Kurt Gödel"),
        categories=("cs.LG", "stat.ML"),
        summary=(
            "score 94: X 50 (20 reposts, 30 likes) · Bluesky 44 (10 reposts, 34 likes) – "
            "We weave algebraical patterns."
        ),
        content_html="\n".join(
            [
                *PARTS,
                *(quote_html(mention) for mention in ENTRY.mentions),
                '<p>Number 1 in the <a href="https://hot.example/digests/2020-09-18">digest of '
                '<time datetime="2020-09-18">18 September 2020</time></a>, '
                f"measured on {MEASURED}.</p>",
            ]
        ),
    )


def test_the_entry_of_a_day() -> None:
    second = make_entry(2, make_paper("2009.08320", title="Engines & $x^2$"), [make_post()])
    entry = day([second, ENTRY])

    assert replace(entry, content_html="") == FeedEntry(
        id=digest_entry_id(DAY, Selection()),
        title="Hot papers of 18 September 2020",
        address="https://hot.example/digests/2020-09-18",
        external_address="",
        published_at=PUBLISHED_AT,
        updated_at=MEASURED_AT,
        authors=(),
        categories=(),
        summary="2 papers: On the Analytical Engine; Engines & x²",
        content_html="",
    )
    lines = entry.content_html.split("\n")
    assert lines[:7] == [
        '<h3>1. <a href="https://hot.example/papers/2009.08319">On the Analytical Engine</a></h3>',
        *PARTS,
        *(quote_html(mention) for mention in ENTRY.mentions),
    ]
    assert lines[7:9] == [
        '<h3>2. <a href="https://hot.example/papers/2009.08320">Engines &amp; x²</a></h3>',
        "<p><bdi>Ada Lovelace</bdi>, <bdi>Kurt Gödel</bdi></p>",
    ]
    assert lines[9] == "<p><strong>retweets: 20, favorites: 30</strong></p>"
    assert lines[-1] == f"<p>Measured on {MEASURED}.</p>"


def test_the_entry_of_a_selection_is_another_one() -> None:
    selection = Selection(categories=("cs.*",), text="a b")
    entry = digest_entry(DAY, [make_card()], HEAD, SITE, selection)

    assert entry.id == digest_entry_id(DAY, selection) != day([ENTRY]).id
    assert entry.address == "https://hot.example/digests/2020-09-18?category=cs.*&q=a+b"


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (replace(HEAD, papers=0, quiet=True), "arXiv announced no new papers on this day."),
        (HEAD, "None of this day&#39;s hot papers was selected."),
        (replace(HEAD, papers=0), "No new paper of this day is hot so far."),
        (replace(HEAD, papers=0, final=True), "No new paper of this day was hot."),
    ],
)
def test_a_day_without_papers_says_why(head: EditionHead, said: str) -> None:
    entry = day([], head)

    assert entry.summary == said.replace("&#39;", "'")
    assert entry.content_html == f"<p>{said}</p>\n<p>Measured on {MEASURED}.</p>"


def test_numbers_that_are_not_known_are_no_zeros() -> None:
    head = replace(HEAD, failed=("mastodon", "reddit"))
    lines = day([make_entry(1)], head).content_html.split("\n")

    assert lines[0] == (
        "<p><em>This digest is partial: Mastodon and Reddit did not tell all.</em></p>"
    )
    assert lines[3] == "<p><strong>score 0: X 0 · Mastodon – · Reddit –</strong></p>"
    assert paper_entry(make_card(make_entry(1, sources=())), SITE).summary.startswith("score –")


def test_of_many_posts_some_are_quoted() -> None:
    posts = [make_post(str(number), str(number)) for number in range(MOST_POSTS + 2)]
    entry = make_entry(1, posts=posts)
    more = '<p>And <a href="https://hot.example/papers/2009.08319">{} more posts</a>.</p>'

    assert paper_html(entry).count("<figure") == MOST_POSTS
    assert more.format(2) in paper_html(entry)
    html = day([entry]).content_html
    assert html.count("<figure") == MOST_POSTS_OF_DAY
    assert more.format(MOST_POSTS + 2 - MOST_POSTS_OF_DAY) in html
    one_more = make_entry(1, posts=posts[: MOST_POSTS + 1])
    assert "1 more post</a>" in paper_html(one_more)


def test_of_many_authors_some_are_named_in_the_text() -> None:
    names = tuple(f"Author {number}" for number in range(40))
    entry = paper_entry(make_card(make_entry(1, make_paper(authors=names))), SITE)

    assert entry.authors == names
    assert entry.content_html.split("\n")[0].endswith(
        f"<bdi>Author {MOST_AUTHORS - 1}</bdi> and {40 - MOST_AUTHORS} more</p>"
    )


def test_a_paper_without_words_has_a_title_and_no_empty_paragraphs() -> None:
    entry = paper_entry(
        make_card(make_entry(1, make_paper(title=" ", authors=("\x00", ""), abstract="\u202e"))),
        SITE,
    )

    assert (entry.title, entry.authors) == ("arXiv:2009.08319", ())
    assert entry.summary == "retweets: 0, favorites: 0"
    assert entry.content_html.startswith("<p><strong>retweets: 0, favorites: 0</strong></p>\n")
    assert "<p></p>" not in entry.content_html


@pytest.mark.parametrize(
    ("code", "link"),
    [
        ("https://github.com/ada/engine", '<a href="https://github.com/ada/engine" {}>Code</a> · '),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_code_is_linked(code: str, link: str) -> None:
    html = paper_html(replace(ENTRY, code=code))

    shown = link.format('rel="nofollow noopener ugc"')
    assert f'PDF</a> · {shown}<a href="https://hot.example/papers/' in html


def test_hostile_texts_are_text() -> None:
    paper = make_paper(
        title="</title><script>alert(1)</script>\u202e",
        authors=("<img src=x onerror=alert(1)>\u2067",),
        abstract="]]> <b> &amp; \x00",
    )
    entry = paper_entry(make_card(make_entry(1, paper)), SITE)

    assert entry.title == "</title><script>alert(1)</script>"
    assert entry.authors == ("<img src=x onerror=alert(1)>",)
    assert entry.content_html.split("\n")[0] == (
        "<p><bdi>&lt;img src=x onerror=alert(1)&gt;</bdi></p>"
    )
    assert "<p>]]&gt; &lt;b&gt; &amp;amp;</p>" in entry.content_html
