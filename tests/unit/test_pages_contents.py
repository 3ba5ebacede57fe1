"""What the pages tell: of themselves, of a day, a paper, a year, and of the API."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hotpapers.documents.pages import design
from hotpapers.documents.pages.archive_page import (
    Cell,
    Week,
    month,
    shade,
    write_archive_page,
)
from hotpapers.documents.pages.design import favicon, stylesheet
from hotpapers.documents.pages.digest_page import write_digest_page, write_selected_digest_page
from hotpapers.documents.pages.digests_page import DigestLine, digest_lines, write_digests_page
from hotpapers.documents.pages.docs_page import code_html, write_docs_page
from hotpapers.documents.pages.feeds_page import write_feeds_page
from hotpapers.documents.pages.paper_page import HistoryRow, history_rows, write_paper_page
from hotpapers.documents.pages.problem_page import write_problem_page
from hotpapers.documents.pages.rest import Rest
from hotpapers.documents.pages.roundup_page import DayLine, day_lines, write_roundup_page
from hotpapers.documents.pages.search_page import write_search_page
from hotpapers.documents.pages.status_page import write_status_page
from hotpapers.documents.site import Site
from hotpapers.domain.card import Card
from hotpapers.domain.digest import Attention, Point, Rise
from hotpapers.domain.edition import EditionHead, Neighbours
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper_view import PaperView
from hotpapers.domain.roundup import make_roundup
from hotpapers.domain.selection import Selection
from hotpapers.domain.sources import SourceReport, Status
from tests.builders import (
    ALL_ON,
    COLLECTED_AT,
    DAY,
    PAPER,
    make_digest,
    make_entry,
    make_paper,
    make_post,
)
from tests.pages import Page, faults
from tests.periods import FRIDAY, MONDAY, TUESDAY, WEDNESDAY, WEEK, day_of, final, quiet

SITE = Site("https://hot.example")
FILTER = Selection(categories=("cs.LG",), least_score=60)
ONWARD = (("limit", "7"), ("cursor", "a b"))
FEEDS = [
    ("application/atom+xml", "atom"),
    ("application/rss+xml", "rss"),
    ("application/feed+json", "json"),
]
LISTING = Listing(DAY, ListingState.FRESH, COLLECTED_AT, "", Origin.FEED, 1234)
ENTRY = make_entry(1, PAPER, [make_post()], ["x", "reddit"])
DIGEST = replace(make_digest(ENTRY, sources=ALL_ON), listing=LISTING)


def feeds(query: str = "") -> list[tuple[str, str, str]]:
    """The links of a head to all feeds."""
    return [
        ("alternate", media_type, f"https://hot.example/feeds/{kind}.{end}{query}")
        for kind in ("digests", "papers")
        for media_type, end in FEEDS
    ]


def alternates(page: Page) -> list[tuple[str, str, str]]:
    return [link for link in page.head_links if link[0] == "alternate"]


def metas(page: Page) -> dict[str, str]:
    """What the head says by name or property."""
    named = [(e.get("name") or e.get("property"), e.get("content")) for e in page.all("meta")]
    return {name: content for name, content in named if name}


def test_a_digest_tells_machines_what_it_is() -> None:
    page = Page(write_digest_page(DIGEST, Neighbours(date(2020, 9, 17), date(2020, 9, 21)), SITE))
    here = "https://hot.example/digests/2020-09-18"

    assert page.text("title") == "Friday, 18 September 2020 – Hot Papers"
    assert page.head_links == [
        ("stylesheet", "", f"/{stylesheet()[0]}"),
        ("icon", "image/svg+xml", "/favicon.svg"),
        ("canonical", "", here),
        ("prev", "", "/digests/2020-09-17"),
        ("next", "", "/digests/2020-09-21"),
        ("alternate", "application/json", "/digests/2020-09-18.json"),
        ("alternate", "text/markdown", "/digests/2020-09-18.md"),
        *feeds(),
        ("search", "", "/search"),
    ]
    description = "1 hot paper of 18 September 2020: On the Analytical Engine."
    assert metas(page) | {"theme-color": ""} == {
        "viewport": "width=device-width, initial-scale=1",
        "description": description,
        "color-scheme": "light dark",
        "theme-color": "",
        "og:site_name": "Hot Papers",
        "og:title": "Friday, 18 September 2020",
        "og:description": description,
        "og:type": "website",
        "og:url": here,
        "twitter:card": "summary",
    }
    assert (page.data["@type"], page.data["url"], page.data["datePublished"]) == (
        "CollectionPage",
        here,
        "2020-09-20",
    )
    assert [item["item"]["name"] for item in page.data["mainEntity"]["itemListElement"]] == [
        "On the Analytical Engine"
    ]


def test_a_filtered_page_leads_to_feeds_with_the_same_filter_and_to_the_whole() -> None:
    page = Page(write_selected_digest_page(DIGEST, [], FILTER, SITE))
    query = "?category=cs.LG&min=60"

    assert alternates(page) == [
        ("alternate", "application/json", f"/digests/2020-09-18.json{query}"),
        ("alternate", "text/markdown", f"/digests/2020-09-18.md{query}"),
        *feeds(query),
    ]
    assert ("canonical", "", f"https://hot.example/digests/2020-09-18{query}") in page.head_links
    assert metas(page)["robots"] == "noindex, follow"
    assert page.of_class("filtered") == [
        "Shown are papers in cs.LG, with 60 points or more. Show the whole day"
    ]
    assert "/digests/2020-09-18" in page.links
    assert page.of_class("empty") == [
        "No paper of this day fits. See them all or search the archive."
    ]


def test_a_day_tells_how_many_papers_are_hot_and_when_they_were_measured() -> None:
    page = Page(write_digest_page(DIGEST, Neighbours(), SITE))
    over = Page(write_digest_page(replace(DIGEST, final=True), Neighbours(), SITE))
    counted = "1 hot paper of 1,234 that arXiv listed"

    assert page.text("h1") == "Hot papers of 18 September 2020"
    assert page.of_class("standfirst") == [
        f"{counted} measured until 20 September 2020, 13:13 UTC, still being measured"
    ]
    assert over.of_class("standfirst") == [
        f"{counted} last measured on 20 September 2020, 13:13 UTC"
    ]


def test_a_paper_stands_with_its_links_numbers_and_posts() -> None:
    entry = replace(ENTRY, code="https://github.com/ada/engine")
    page = Page(write_digest_page(replace(DIGEST, papers=(entry,)), Neighbours(), SITE))
    (article,) = page.all("article")

    assert [link.get("href") for link in article.iter("a")][:6] == [
        "/papers/2009.08319",
        "https://arxiv.org/abs/2009.08319",
        "https://arxiv.org/pdf/2009.08319",
        "https://github.com/ada/engine",
        "/papers/2009.08319",
        "/search?category=cs.LG",
    ]
    assert page.of_class("score") == ["50 points"]
    assert page.of_class("reason") == ["50 points, all from X."]
    assert page.of_class("abstract") == ["We weave algebraical patterns."]
    assert page.of_class("post-text") == ["Our paper is out!"]
    rows = [" ".join("".join(row.itertext()).split()) for row in article.iter("tr")]
    assert rows == [
        "SourcePoints",
        "X20 reposts, 30 likes 50",
        "Bluesky –",
        "Mastodon –",
        "Hacker News –",
        "Reddit 0",
        "Hugging Face –",
    ]


def test_a_code_that_is_not_known_is_not_linked() -> None:
    page = Page(write_digest_page(DIGEST, Neighbours(), SITE))

    assert page.of_class("paper-links") == ["abs pdf details"]


def test_a_failed_source_is_named_with_the_time_of_its_numbers() -> None:
    failed = SourceReport(Status.FAILED, "answered 503", as_of=COLLECTED_AT)
    unknown = SourceReport(Status.FAILED, "<b>timed out</b>")
    digest = replace(DIGEST, sources={**ALL_ON, "bluesky": failed, "reddit": unknown})
    page = Page(write_digest_page(digest, Neighbours(), SITE))

    assert page.of_class("notice") == [
        "This digest is partial"
        " Bluesky could not be asked: answered 503."
        " Its numbers are those of 20 September 2020, 13:13 UTC."
        " Reddit could not be asked: <b>timed out</b>."
        " Its numbers are unknown: “–” stands for them."
    ]


def test_a_quiet_day_says_why() -> None:
    listing = Listing(DAY, ListingState.QUIET, COLLECTED_AT, "it is Labor Day")
    page = Page(write_digest_page(replace(make_digest(), listing=listing), Neighbours(), SITE))

    assert page.of_class("standfirst") == ["A quiet day: arXiv announced no papers"]
    assert page.of_class("empty")[0].startswith("It is Labor Day. There is nothing to measure.")
    assert alternates(page)[0] == (
        "alternate",
        "application/json",
        "/digests/2020-09-18.json",
    )
    assert [link for link in alternates(page) if link[1] == "text/markdown"] == []


def test_an_empty_day_says_that_nothing_is_hot_yet() -> None:
    page = Page(write_digest_page(make_digest(), Neighbours(), SITE))

    assert page.of_class("empty") == [
        "Nothing is hot yet: no paper of this day is talked about enough so far."
    ]


def test_an_empty_day_that_is_over_says_that_nothing_was_hot() -> None:
    page = Page(write_digest_page(replace(make_digest(), final=True), Neighbours(), SITE))

    assert page.of_class("empty") == [
        "Nothing was hot: no paper of this day was talked about enough."
    ]


def test_a_withdrawn_paper_says_so() -> None:
    entry = make_entry(1, replace(PAPER, withdrawn=True))
    page = Page(write_digest_page(make_digest(entry), Neighbours(), SITE))

    assert page.of_class("withdrawn") == ["This paper has been withdrawn."]


def test_what_rises_is_told_at_the_end() -> None:
    rise = Rise(PAPER.id, "A <b> title", Decimal(1399), datetime(2020, 9, 19, 6, 30, tzinfo=UTC))
    page = Page(write_digest_page(replace(DIGEST, rising=(rise,)), Neighbours(), SITE))

    assert page.of_class("rising") == [
        "Rising What grew most since it was measured before, hot or not."
        " +1,399 A <b> title since 19 Sep 2020, 06:30"
    ]


def test_the_papers_that_follow_are_linked() -> None:
    rest = Rest(7, [("limit", "1"), ("cursor", "x&y")])
    page = Page(write_selected_digest_page(DIGEST, DIGEST.papers, FILTER, SITE, rest))

    assert page.of_class("go-on") == ["The other 7 papers →"]
    assert page.of_class("standfirst")[0].startswith("8 papers of 1 hot ones")
    assert "/digests/2020-09-18?category=cs.LG&min=60&limit=1&cursor=x%26y" in page.links


HISTORY = (
    Point(datetime(2020, 9, 19, tzinfo=UTC), {"x": Attention({}, 1, Decimal(10))}),
    Point(
        datetime(2020, 9, 20, tzinfo=UTC),
        {
            "x": Attention({}, 1, Decimal(20)),
            "reddit": Attention({}, 1, Decimal(5)),
        },
    ),
)


def test_a_history_is_a_table_with_holes() -> None:
    assert history_rows(HISTORY, ["x", "reddit"]) == (
        HistoryRow(HISTORY[1].time, Decimal(25), (Decimal(20), Decimal(5))),
        HistoryRow(HISTORY[0].time, Decimal(10), (Decimal(10), None)),
    )


def test_the_page_of_a_paper_tells_all_of_it() -> None:
    view = PaperView(
        PAPER,
        DAY,
        3,
        ENTRY.attention,
        ENTRY.mentions,
        HISTORY,
        COLLECTED_AT,
        "https://code.example",
    )
    page = Page(write_paper_page(view, SITE))

    assert faults(page.document) == []
    assert page.text("title") == "On the Analytical Engine – Hot Papers"
    assert page.of_class("standfirst") == [
        "Number 3 of Friday, 18 September 2020 measured 20 September 2020, 13:13 UTC"
    ]
    assert page.of_class("paper-links") == ["abs pdf code"]
    assert page.data["@type"] == "ScholarlyArticle"
    assert metas(page)["og:type"] == "article"
    assert "lovelace2020analytical" in page.text("pre")
    assert len([e for e in page.elements if e.get("class") == "chart"]) == 1


def test_a_paper_of_no_digest_is_told_with_what_is_known() -> None:
    page = Page(write_paper_page(PaperView(PAPER, DAY), SITE))

    assert page.of_class("standfirst") == [
        "Listed on Friday, 18 September 2020, and not among the hot papers of that day"
        " not measured yet"
    ]
    assert page.of_class("score") == ["– points"]


def test_a_roundup_tells_its_days() -> None:
    digests = [
        final(MONDAY, day_of(MONDAY, a=60, b=55)),
        quiet(TUESDAY, "it is a holiday"),
        final(WEDNESDAY, sources={"x": SourceReport(Status.FAILED, "answered 503")}),
        final(FRIDAY, day_of(FRIDAY, c=70)),
    ]
    roundup = make_roundup(WEEK, digests)
    page = Page(write_roundup_page(roundup, SITE))

    assert day_lines(roundup) == [
        DayLine(MONDAY, 2, "", linked=True),
        DayLine(TUESDAY, None, "it is a holiday", linked=True),
        DayLine(WEDNESDAY, 0, "not all is known of X", linked=True),
        DayLine(WEEK.listing_dates[3], None, "from before the archive", linked=False),
        DayLine(FRIDAY, 1, "", linked=True),
    ]
    assert faults(page.document) == []
    assert page.text("h1") == "The best papers of 14–18 September 2020"
    assert page.of_class("listed") == [
        "listed Fri 18 Sep",
        "listed Mon 14 Sep",
        "listed Mon 14 Sep",
    ]
    assert page.of_class("rank") == ["1", "2", "3"]


def test_a_filtered_roundup_leads_to_the_whole() -> None:
    roundup = make_roundup(WEEK, [final(MONDAY, day_of(MONDAY, a=60, b=55))])
    page = Page(write_roundup_page(roundup, SITE, roundup.papers[:1], FILTER))

    assert faults(page.document) == []
    assert page.of_class("filtered") == [
        "Shown are papers in cs.LG, with 60 points or more. Show them all"
    ]
    assert page.of_class("standfirst")[0].startswith("1 paper of the 2 best")
    assert alternates(page)[-6:] == feeds("?category=cs.LG&min=60")


def test_a_part_of_a_roundup_leads_to_the_rest() -> None:
    roundup = make_roundup(WEEK, [final(MONDAY, day_of(MONDAY, a=60, b=55, c=50))])
    first, rest = roundup.papers[:1], Rest(2, ONWARD)
    whole = Page(write_roundup_page(roundup, SITE, first, rest=rest))
    filtered = Page(write_roundup_page(roundup, SITE, first, FILTER, rest))
    last = Page(write_roundup_page(roundup, SITE, roundup.papers[1:]))

    assert [faults(page.document) for page in (whole, filtered, last)] == [[], [], []]
    assert [page.of_class("go-on") for page in (whole, filtered, last)] == [
        ["The other 2 papers →"],
        ["The other 2 papers →"],
        [],
    ]
    assert "/digests/2020-W38?limit=7&cursor=a+b" in whole.links
    assert "/digests/2020-W38?category=cs.LG&min=60&limit=7&cursor=a+b" in filtered.links
    told = [page.of_class("standfirst")[0] for page in (whole, filtered, last)]
    # Of what a filter lets through it is told how much there is, here and on the pages that follow.
    assert [text.partition(" best")[0] for text in told] == [
        "1 paper of the 3",
        "3 papers of the 3",
        "2 papers of the 3",
    ]


def head(day: date, papers: int = 3, **changes: Any) -> EditionHead:
    return EditionHead(day, COLLECTED_AT, "r", papers, **changes)


def test_the_list_of_digests_tells_what_each_has() -> None:
    heads = [
        head(FRIDAY, 8),
        head(TUESDAY, 0, quiet=True),
        head(MONDAY, 2, final=True, failed=("reddit", "bluesky")),
    ]

    assert digest_lines(heads, Selection(), None) == [
        DigestLine(FRIDAY, "/digests/2020-09-18", "8 hot papers", "still being measured", 100),
        DigestLine(TUESDAY, "/digests/2020-09-15", "quiet", "", 0),
        DigestLine(
            MONDAY,
            "/digests/2020-09-14",
            "2 hot papers",
            "not all is known of Bluesky and Reddit",
            25,
        ),
    ]
    assert digest_lines(heads[2:], FILTER, {MONDAY: 1}) == [
        DigestLine(
            MONDAY,
            "/digests/2020-09-14?category=cs.LG&min=60",
            "1 paper",
            "not all is known of Bluesky and Reddit",
            100,
        )
    ]


def test_the_list_goes_on_with_its_filter() -> None:
    page = Page(write_digests_page([head(FRIDAY)], ONWARD, FILTER, {FRIDAY: 1}, SITE))
    following = "/digests?category=cs.LG&min=60&limit=7&cursor=a+b"

    assert ("next", "", following) in page.head_links
    assert page.links[page.links.index(following)] == following


@pytest.mark.parametrize(
    ("papers", "expected"), [(0, 0), (1, 1), (5, 1), (6, 2), (12, 3), (20, 4), (30, 5), (99, 5)]
)
def test_a_day_is_the_darker_the_more_papers_it_has(papers: int, expected: int) -> None:
    assert shade(papers) == expected


def test_a_month_has_weeks_of_five_days() -> None:
    days = {day: head(day, 12, final=True) for day in WEEK.listing_dates}
    days[TUESDAY] = head(TUESDAY, 0, quiet=True)
    september = month(2020, 9, days, MONDAY)

    assert (september.name, september.path) == ("September", "")
    assert [week.number for week in september.weeks] == [36, 37, 38, 39, 40]
    assert september.weeks[0].cells[0] is None
    assert september.weeks[2] == Week(
        number=38,
        path="/digests/2020-W38",
        name="2020-W38",
        cells=(
            Cell(MONDAY, "/digests/2020-09-14", 3, "Monday, 14 September 2020: 12 hot papers"),
            Cell(
                TUESDAY, "/digests/2020-09-15", 0, "Tuesday, 15 September 2020: quiet", quiet=True
            ),
            *(
                Cell(
                    day, f"/digests/{day}", 3, f"{day:%A}, {day.day} September 2020: 12 hot papers"
                )
                for day in WEEK.listing_dates[2:]
            ),
        ),
    )
    assert [cell.path for week in september.weeks[3:] for cell in week.cells if cell] == [""] * 8


def test_a_week_that_waits_for_a_day_leads_nowhere() -> None:
    days = {day: head(day, final=day != FRIDAY) for day in WEEK.listing_dates}

    assert [week.path for week in month(2020, 9, days, MONDAY).weeks] == [""] * 5


def test_a_year_leads_to_the_years_beside_it() -> None:
    page = Page(write_archive_page(2020, [head(FRIDAY)], range(2019, 2022), SITE))

    assert ("prev", "", "/archive/2019") in page.head_links
    assert ("next", "", "/archive/2021") in page.head_links
    assert page.of_class("standfirst") == ["3 hot papers on 1 day"]
    assert len(page.all("table")) == 12


def test_a_search_shows_what_it_found_and_goes_on() -> None:
    cards = [Card(DAY, ENTRY, COLLECTED_AT, COLLECTED_AT)]
    page = Page(write_search_page(FILTER, cards, ONWARD, SITE))

    assert faults(page.document) == []
    assert page.of_class("listed") == ["18 Sep 2020 no. 1"]
    assert page.of_class("go-on") == ["Earlier papers →"]
    assert "/search?category=cs.LG&min=60&limit=7&cursor=a+b" in page.links
    assert alternates(page) == [
        ("alternate", "application/json", "/search.json?category=cs.LG&min=60"),
        *feeds("?category=cs.LG&min=60"),
    ]


@pytest.mark.parametrize(
    ("found", "onward", "said"),
    [
        (None, (), "All hot papers of all days, newest first."),
        ([], (), "Nothing found in cs.LG, with 60 points or more."),
        ([], ONWARD, "Nothing up to here."),
    ],
)
def test_a_search_without_papers_says_why(
    found: Any, onward: Sequence[tuple[str, str]], said: str
) -> None:
    page = Page(write_search_page(FILTER, found, onward, SITE))

    assert page.of_class("empty")[0].startswith(said)


STATUS: Mapping[str, Any] = {
    "time": "2020-09-22T07:00:00Z",
    "stale": True,
    "why": ["no run has looked for the listing of 2020-09-21"],
    "listings": [
        {
            "date": "2020-09-21",
            "state": "failed",
            "found_at": None,
            "papers": 0,
            "why": "no run has looked for it",
        },
        {"date": "2020-09-18", "state": "fresh", "found_at": "2020-09-20T13:13:43Z", "papers": 25},
    ],
    "newest_digest": {
        "date": "2020-09-18",
        "collected_at": "2020-09-20T13:13:43Z",
        "first_published_at": "2020-09-20T13:13:43Z",
        "papers": 23,
        "quiet": False,
        "final": True,
    },
    "sources": {"x": {"status": "ok"}, "reddit": {"status": "failed", "reason": "answered 503"}},
}


def test_the_status_says_what_is_late() -> None:
    page = Page(write_status_page(dict(STATUS), SITE))
    rows = [
        " | ".join(" ".join("".join(c.itertext()).split()) for c in row) for row in page.all("tr")
    ]

    assert faults(page.document) == []
    assert page.text("h1") == "Something is late"
    assert page.of_class("notice") == [
        "What is late No run has looked for the listing of 2020-09-21."
    ]
    assert rows == [
        "Day | State | What is known | Since (UTC)",
        "Mon 21 Sep | not known | no run has looked for it | –",
        "Fri 18 Sep | listed | 25 papers | 20 Sep 2020, 13:13",
        "Source | State | Why | Numbers of (UTC)",
        "X | told all | – | this digest",
        "Reddit | failed | answered 503 | –",
    ]


def test_the_status_of_an_empty_archive_is_told() -> None:
    empty = {
        **STATUS,
        "listings": [],
        "newest_digest": None,
        "sources": {},
        "stale": False,
        "why": [],
    }
    page = Page(write_status_page(empty, SITE))

    assert faults(page.document) == []
    assert page.text("h1") == "All is well"


def test_the_feeds_are_told_with_their_whole_addresses() -> None:
    page = Page(write_feeds_page(SITE))
    shown = ["".join(link.itertext()) for link in page.all("a")]

    assert [text for text in shown if text.startswith("https://hot.example/feeds/")] == [
        address for _, _, address in feeds()
    ]


def test_an_error_leads_on() -> None:
    page = Page(write_problem_page(404, "Not Found", "there is no digest of 2020-09-17", SITE))

    assert page.of_class("kicker") == ["404 Not Found"]
    assert page.text("h1") == "There is nothing here"
    assert page.of_class("standfirst") == ["There is no digest of 2020-09-17."]
    assert {"/digests/latest", "/archive", "/status", "/docs"} <= set(page.links)
    assert [link for link in page.head_links if link[0] == "canonical"] == []


def parameter(name: str, place: str = "query", **fields: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": {"type": "string"}, **fields}


OPENAPI: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1.2", "description": "One `code`.\n\nTwo <b>."},
    "paths": {
        "/digests": {
            "get": {
                "operationId": "list",
                "summary": "The list",
                "parameters": [parameter("q", description="Words"), parameter("limit", example=5)],
                "responses": {
                    "200": {"description": "The list", "content": {"application/json": {}}}
                },
            },
            "head": {"operationId": "head", "responses": {}},
        },
        "/digests/{day}": {
            "parameters": [parameter("day", "path", example="2020-09-18 'x'")],
            "get": {
                "operationId": "one",
                "summary": "A digest",
                "parameters": [{"$ref": "#/components/parameters/Words"}],
                "responses": {"404": {"$ref": "#/components/responses/NotFound"}},
            },
        },
    },
    "components": {
        "parameters": {"Words": parameter("q", description="Words")},
        "responses": {"NotFound": {"description": "There is none"}},
    },
}


def test_the_reference_tells_each_address_with_an_example() -> None:
    page = Page(write_docs_page(OPENAPI, SITE))
    rows = [" | ".join("".join(cell.itertext()) for cell in row) for row in page.all("tr")]

    assert faults(page.document) == []
    assert page.of_class("address") == ["GET /digests", "GET /digests/{day}"]
    assert page.of_class("example") == [
        "curl --compressed https://hot.example/digests",
        "curl --compressed https://hot.example/digests/2020-09-18%20%27x%27",
    ]
    assert [row for row in rows if not row.startswith("Name")] == [
        "limit | text |  | 5",
        "day | text |  | 2020-09-18 'x'",
        "q | text | Words | ",
    ]
    assert page.of_class("answers") == ["200The list application/json", "404There is none"]


def test_code_in_a_description_is_code_and_nothing_else_is() -> None:
    assert code_html("a `b<c>` <b>") == "a <code>b&lt;c&gt;</code> &lt;b&gt;"


def test_the_stylesheet_is_named_by_what_is_in_it() -> None:
    name, content = stylesheet()

    assert name.startswith("style-")
    assert name.endswith(".css")
    assert len(name) == len("style-01234567.css")
    assert b"prefers-color-scheme: dark" in content
    assert b"url(" not in content
    assert b"@import" not in content


def test_the_icon_is_a_picture_that_loads_nothing() -> None:
    assert favicon().startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')
    assert b"href" not in favicon()


def test_the_design_has_a_name() -> None:
    assert len(design.design()) == 32
    assert design.design() == design.design()


def test_the_libraries_of_the_design_are_those_that_are_pinned() -> None:
    pins = (Path(__file__).parents[2] / "layers/dependencies/requirements.txt").read_text()
    pinned = {line.split(" ")[0].lower() for line in pins.splitlines() if "==" in line}

    assert set(design.LIBRARIES) <= pinned


def test_each_paper_of_a_day_can_be_reached_by_its_id() -> None:
    papers = [make_entry(rank, make_paper(f"2009.0000{rank}")) for rank in (1, 2)]
    page = Page(write_digest_page(make_digest(*papers), Neighbours(), SITE))

    assert [link for link in page.links if link.startswith("#2009")] == [
        "#2009.00001",
        "#2009.00002",
    ]
