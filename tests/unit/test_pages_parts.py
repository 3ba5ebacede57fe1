"""The parts of pages: times, numbers, reasons, notices, filters, bars, BibTeX and JSON-LD."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from hotpapers.documents.pages import words
from hotpapers.documents.pages.addresses import category_path, with_parameters
from hotpapers.documents.pages.bibtex import bibtex
from hotpapers.documents.pages.filter_form import SourceBox, filter_form, in_words
from hotpapers.documents.pages.json_ld import article, write_json_ld
from hotpapers.documents.pages.notices import Notice, SourceState, notices, source_states
from hotpapers.documents.pages.paper_part import (
    SourceLine,
    attention_bar,
    origins,
    paper_part,
    reason,
    source_lines,
)
from hotpapers.documents.pages.template import clean_text, title_html
from hotpapers.documents.site import Site
from hotpapers.domain.digest import Attention
from hotpapers.domain.listing import Listing, ListingState
from hotpapers.domain.selection import Selection
from hotpapers.domain.sources import SourceReport, Status
from tests.builders import COLLECTED_AT, DAY, PAPER, make_digest, make_entry, make_paper, make_post
from tests.hostile import hostile_texts
from tests.properties import examples

SITE = Site("https://hot.example")
X = Attention({"reposts": 20, "likes": 30}, 2, Decimal(50))
REDDIT = Attention({"score": 1200, "comments": 7}, 1, Decimal(1200))
SILENT = Attention({"points": 0, "comments": 0}, 0, Decimal(0))


def test_the_site_has_whole_addresses() -> None:
    assert SITE.link("/papers/2009.08319") == "https://hot.example/papers/2009.08319"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (0, "0"),
        (1234, "1,234"),
        (Decimal("1234567.891"), "1,234,567.89"),
        (Decimal("0.50"), "0.5"),
        (Decimal("1E+3"), "1,000"),
        (Decimal("-1234.5"), "-1,234.5"),
    ],
)
def test_a_number_has_commas_and_an_unknown_one_is_a_dash(value: Any, shown: str) -> None:
    assert words.number(value) == shown


def test_days_and_times_are_written_for_people() -> None:
    east = datetime(2020, 9, 18, 1, 5, tzinfo=timezone(timedelta(hours=9)))

    assert [
        words.day_text(DAY),
        words.long_day_text(DAY),
        words.short_day_text(DAY),
        words.abbreviated_day_text(DAY),
        words.moment_text(east),
        words.short_moment_text(COLLECTED_AT),
    ] == [
        "18 September 2020",
        "Friday, 18 September 2020",
        "Fri 18 Sep",
        "18 Sep 2020",
        "17 September 2020, 16:05 UTC",
        "20 Sep 2020, 13:13",
    ]


def test_days_and_times_are_written_for_machines_too() -> None:
    fraction = datetime(2020, 9, 18, 1, 5, 7, 999_999, tzinfo=UTC)

    assert [words.day_html(DAY), words.day_html(DAY, "<b>"), words.moment_html(fraction)] == [
        '<time datetime="2020-09-18">18 September 2020</time>',
        '<time datetime="2020-09-18">&lt;b&gt;</time>',
        '<time datetime="2020-09-18T01:05:07Z">18 September 2020, 01:05 UTC</time>',
    ]


@pytest.mark.parametrize(
    ("parts", "sentence"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")]
)
def test_parts_are_enumerated(parts: Any, sentence: str) -> None:
    assert words.enumeration(list(parts)) == sentence


def test_units_are_plural_but_for_one() -> None:
    assert [words.plural(count, "papers") for count in (0, 1, 1234)] == [
        "0 papers",
        "1 paper",
        "1,234 papers",
    ]


def test_parameters_are_encoded_in_addresses() -> None:
    assert [
        with_parameters("/search", []),
        with_parameters("/search", [("q", "a&b=c d"), ("category", "cs.*,cs.LG")]),
        with_parameters("/search", [("q", "\ud800")]),
        category_path("stat.ML"),
    ] == [
        "/search",
        "/search?q=a%26b%3Dc+d&category=cs.*,cs.LG",
        "/search?q=%3F",
        "/search?category=stat.ML",
    ]


@pytest.mark.parametrize(
    ("attention", "sentence"),
    [
        ({}, "Its numbers are not known."),
        ({"hackernews": SILENT}, "Nobody talks about it yet."),
        ({"x": X, "hackernews": SILENT}, "50 points, all from X."),
        ({"x": X, "reddit": REDDIT}, "1,250 points: 1,200 from Reddit and 50 from X."),
        ({"x": replace(X, weighted=Decimal(1))}, "1 point, all from X."),
    ],
)
def test_a_paper_is_hot_for_a_reason(attention: Any, sentence: str) -> None:
    assert reason(attention) == sentence


def test_origins_are_nothing_where_nothing_is_known() -> None:
    assert origins({}) == ""


def test_each_source_has_a_line_and_an_unknown_one_dashes() -> None:
    assert source_lines({"x": X, "hackernews": SILENT}, ["x", "hackernews", "reddit"]) == (
        SourceLine("x", "X", Decimal(50), "20 reposts, 30 likes", 2),
        SourceLine("hackernews", "Hacker News", Decimal(0), "0 points, 0 comments", 0),
        SourceLine("reddit", "Reddit", None, "–", None),
    )


def test_a_bar_has_a_part_for_each_source_that_adds_to_it() -> None:
    bar = attention_bar({"x": X, "hackernews": SILENT, "reddit": X}, Decimal(200))

    assert bar == (
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="source-x" x="0.00" width="25.00" height="8"/>'
        '<rect class="source-reddit" x="25.00" width="25.00" height="8"/></svg>'
    )


def test_a_bar_of_nothing_is_empty() -> None:
    assert "rect" not in attention_bar({"x": SILENT}, Decimal(0))


@pytest.mark.parametrize(
    ("count", "first", "rest"), [(1, 1, 0), (12, 12, 0), (13, 8, 5), (40, 8, 32)]
)
def test_of_many_authors_the_first_are_named_at_once(count: int, first: int, rest: int) -> None:
    paper = make_paper(authors=tuple(f"Author {number}" for number in range(count)))
    part = paper_part(make_entry(1, paper), DAY, ["x"], Decimal(1))

    assert (len(part.first_authors), len(part.other_authors)) == (first, rest)
    assert part.first_authors + part.other_authors == paper.authors


@pytest.mark.parametrize(("count", "first"), [(0, 0), (5, 5), (6, 4), (10, 4)])
def test_of_many_posts_the_first_are_shown_at_once(count: int, first: int) -> None:
    posts = [make_post(str(number), str(number)) for number in range(1, count + 1)]
    part = paper_part(make_entry(1, PAPER, posts), DAY, ["x"], Decimal(1))

    assert len(part.first_posts) == first
    assert part.first_posts + part.other_posts == part.mentions


def test_code_is_linked_on_the_web_alone() -> None:
    entry = make_entry()
    codes = ["", "javascript:alert(1)", "https://github.com/ada/engine"]
    parts = [paper_part(replace(entry, code=code), DAY, ["x"], Decimal(1)) for code in codes]

    assert [part.code for part in parts] == ["", "", "https://github.com/ada/engine"]


def test_a_digest_says_what_it_lacks_and_of_when_its_numbers_are() -> None:
    digest = make_digest(
        sources={
            "x": SourceReport(Status.PARTIAL, "asked for 10 posts", posts_read=10),
            "bluesky": SourceReport(Status.FAILED, "answered 503.", as_of=COLLECTED_AT),
            "mastodon": SourceReport(Status.FAILED),
            "reddit": SourceReport(Status.PARTIAL, "broke off", interrupted=True),
            "huggingface": SourceReport(Status.OFF, "not in SOURCES"),
        }
    )
    listing = Listing(DAY, ListingState.FRESH, COLLECTED_AT, papers=9, shortfall="a page is gone")

    assert notices(replace(digest, listing=listing)) == (
        Notice("Papers may be missing: a page is gone."),
        Notice("Bluesky could not be asked: answered 503.", COLLECTED_AT),
        Notice("Mastodon could not be asked.", None, unknown=True),
        Notice("Reddit did not tell all: broke off."),
    )


def test_a_quiet_day_lacks_nothing() -> None:
    listing = Listing(DAY, ListingState.QUIET, COLLECTED_AT, "a holiday", shortfall="x")

    assert notices(replace(make_digest(), listing=listing)) == ()


def test_each_source_says_how_it_did() -> None:
    earlier = COLLECTED_AT - timedelta(days=1)
    digest = make_digest(
        sources={
            "x": SourceReport(Status.OK, posts_read=1200, cost=Decimal("6.005")),
            "bluesky": SourceReport(Status.FAILED, "answered 503", as_of=earlier),
            "reddit": SourceReport(Status.OFF, "not in SOURCES"),
        }
    )

    assert source_states(digest) == (
        SourceState("X", "told all", "", COLLECTED_AT, "1,200 posts read for $6.00"),
        SourceState("Bluesky", "failed", "answered 503", earlier, ""),
        SourceState("Reddit", "not asked", "not in SOURCES", None, ""),
    )


FILTER = Selection(
    categories=("cs.LG", "stat.*"),
    text="language model",
    authors=("Ada Lovelace",),
    least_score=1000,
    sources=("x", "reddit", "bluesky"),
    excluded=("survey",),
)


def test_a_filter_is_said_in_words() -> None:
    assert in_words(FILTER) == (
        "in cs.LG or stat.*, with the words “language model”, by Ada Lovelace,"
        " with 1,000 points or more, talked about on X, Reddit or Bluesky, without survey"
    )
    assert in_words(Selection()) == ""
    assert in_words(Selection(least_score=0)) == "with 0 points or more"


def test_the_form_holds_the_filter() -> None:
    form = filter_form("/search", FILTER)

    assert (form.action, form.category, form.text, form.author, form.excluded, form.is_set) == (
        "/search",
        "cs.LG, stat.*",
        "language model",
        "Ada Lovelace",
        "survey",
        True,
    )
    assert form.least_score == "1000"
    assert [box.name for box in form.sources if box.ticked] == ["x", "bluesky", "reddit"]
    assert form.sources[0] == SourceBox("x", "X", ticked=True)


BIBTEX = """\
@misc{lovelace2020analytical,
  title         = {{On the Analytical Engine}},
  author        = {Ada Lovelace and Kurt Gödel},
  year          = {2020},
  eprint        = {2009.08319},
  archivePrefix = {arXiv},
  primaryClass  = {cs.LG},
  url           = {https://arxiv.org/abs/2009.08319},
}"""


def test_a_paper_can_be_cited() -> None:
    assert bibtex(PAPER) == BIBTEX


@pytest.mark.parametrize(
    ("title", "value"),
    [
        (r"100% of \% & \\% #1", r"100\% of \% \& \\\% \#1"),
        ("a } b { c {d}", "a  b  c {d}"),
        ("ends \\", "ends "),
        ("two\nlines\x00", "two lines"),
        ("$x_{i}^2$", "$x_{i}^2$"),
    ],
)
def test_no_title_ends_its_value_early(title: str, value: str) -> None:
    assert f"title         = {{{{{value}}}}}," in bibtex(replace(PAPER, title=title))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"authors": ("Kurt Gödel",)}, "godel2020analytical"),
        ({"authors": ()}, "2020analytical"),
        ({"authors": (), "title": "On 7"}, "arxiv:2009.08319"),
        ({"submitted_at": None}, "lovelace2020analytical"),
        ({"authors": ("山田 太郎",), "title": "深層"}, "arxiv:2009.08319"),
    ],
)
def test_the_key_is_of_author_year_and_title(changes: dict[str, Any], key: str) -> None:
    assert bibtex(replace(PAPER, **changes)).startswith(f"@misc{{{key},\n")


@pytest.mark.parametrize(
    ("paper_id", "year"), [("math/9912345", "1999"), ("hep-th/0309136", "2003")]
)
def test_an_old_paper_has_the_year_of_its_id(paper_id: str, year: str) -> None:
    assert f"year          = {{{year}}}" in bibtex(make_paper(paper_id, submitted_at=None))


@settings(max_examples=examples(50))
@given(hostile_texts(), hostile_texts())
def test_braces_are_balanced_whatever_the_texts(title: str, name: str) -> None:
    depth = 0
    for sign in bibtex(replace(PAPER, title=title, authors=(name,))):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


def test_a_paper_is_an_article_to_machines() -> None:
    assert article(PAPER, SITE, with_abstract=True) == {
        "@type": "ScholarlyArticle",
        "@id": "https://arxiv.org/abs/2009.08319",
        "name": "On the Analytical Engine",
        "author": [
            {"@type": "Person", "name": "Ada Lovelace"},
            {"@type": "Person", "name": "Kurt Gödel"},
        ],
        "identifier": "arXiv:2009.08319",
        "url": "https://hot.example/papers/2009.08319",
        "sameAs": "https://arxiv.org/abs/2009.08319",
        "encoding": {
            "@type": "MediaObject",
            "contentUrl": "https://arxiv.org/pdf/2009.08319",
        },
        "about": ["cs.LG", "stat.ML"],
        "datePublished": "2020-09-17",
        "abstract": "We weave algebraical patterns.",
    }


def test_json_ld_stays_within_its_element() -> None:
    data = {"name": "</script><!-- & \u2028\u2029 é"}
    written = write_json_ld(data)

    assert written == ('{"name": "\\u003c/script\\u003e\\u003c!-- \\u0026 \\u2028\\u2029 é"}')
    assert json.loads(written) == data


@settings(max_examples=examples(50))
@given(hostile_texts(surrogates=True))
def test_no_text_is_more_than_text(text: str) -> None:
    written = write_json_ld({"name": text})

    assert not set("<>&\u2028\u2029") & set(written)
    assert list(json.loads(written)) == ["name"]
    assert written.encode()


def test_what_a_template_shows_is_on_one_line_and_turns_nothing() -> None:
    assert [clean_text("a\nb\x00\u202ec\u2066"), clean_text(7), clean_text(None)] == [
        "a bc",
        7,
        None,
    ]


def test_a_title_is_a_link_and_has_none() -> None:
    title = r"See https://example.org, $x<y$ <a href='x'>"

    assert "<a" not in title_html(title)
    assert "<math" in title_html(title)


@pytest.mark.parametrize(
    ("reason_given", "shown"),
    [
        ("no run has looked for it", "No run has looked for it."),
        ("arXiv lists no papers on a Sunday", "arXiv lists no papers on a Sunday."),
        (" Is it so? ", "Is it so?"),
        ("", ""),
    ],
)
def test_a_reason_becomes_a_sentence(reason_given: str, shown: str) -> None:
    assert words.sentence(reason_given) == shown
