"""arXiv's pages of announcements: what is asked, how they are read, and what of them is refused."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from itertools import repeat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
from hotpapers.adapters.arxiv_pages import ACCEPT, Page, read_notice, read_page
from hotpapers.adapters.http import Answer, Upstream
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import AnnouncedPaper, Announcement, Kind, Notice
from hotpapers.domain.paper import Paper
from hotpapers.errors import UnsettledError, UpstreamError
from local.upstreams.faults import (
    Fault,
    Faults,
    answers,
    breaks_off,
    hangs_up,
    html_page,
    rate_exceeded,
)
from local.upstreams.server import UpstreamServer
from tests.arxiv_answers import catch_up_page, entry, list_page, section
from tests.fakes import Clock, Log
from tests.hostile import hostile_texts
from tests.properties import examples
from tests.records import dataset, paper

DAY = date(2020, 9, 18)
RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "arxiv_listing"


def serving(*texts: str | Fault) -> UpstreamServer:
    """An arXiv whose pages are these, one question after the other."""
    faults = [answers(200, text) if isinstance(text, str) else text for text in texts]
    return UpstreamServer(dataset(), faults=Faults(arxiv_web=faults))


def arxiv(server: UpstreamServer, clock: Clock, categories: Sequence[str] = ("cs.*",)) -> Arxiv:
    origins = ArxivOrigins("", "", server.url)
    return Arxiv(origins, categories, "me@example.org", 3.0, clock.time)


def read(clock: Clock, *texts: str | Fault, categories: Sequence[str] = ("cs.*",)) -> Announcement:
    with serving(*texts) as server:
        return arxiv(server, clock, categories).announcement(DAY)


def notice(clock: Clock, *texts: str | Fault, categories: Sequence[str] = ("cs.*",)) -> Notice:
    with serving(*texts) as server:
        return arxiv(server, clock, categories).notice()


def told(announcement: Announcement) -> dict[str, Kind]:
    return {entry.paper.id: entry.kind for entry in announcement.entries}


ONE = catch_up_page(section("New", entry()), total=1)


# What arXiv is asked


def test_each_archive_and_category_is_a_question(clock: Clock) -> None:
    with serving(ONE, ONE) as server:
        arxiv(server, clock, ["cs.*", "stat.ML"]).announcement(DAY)
    assert [(call.method, call.path, call.query) for call in server.calls] == [
        ("GET", "/catchup/cs/2020-09-18", {"abs": "True", "page": "1"}),
        ("GET", "/catchup/stat.ML/2020-09-18", {"abs": "True", "page": "1"}),
    ]
    for call in server.calls:
        assert call.headers["Accept"] == ACCEPT
        assert call.headers["Connection"] == "close"
        assert "me@example.org" in call.headers["User-Agent"]
    assert clock.pauses == [3.0]


def test_the_notice_is_asked_of_each_archive_and_category(clock: Clock) -> None:
    with serving(list_page(), list_page()) as server:
        arxiv(server, clock, ["cs.*", "stat.ML"]).notice()
    assert [(call.method, call.path, call.query) for call in server.calls] == [
        ("GET", "/list/cs/new", {"skip": "0", "show": "25"}),
        ("GET", "/list/stat.ML/new", {"skip": "0", "show": "25"}),
    ]


# Entries


def test_an_entry_is_read_whole(clock: Clock) -> None:
    text = entry(
        "2009.08319",
        title="On\n the   Analytical &amp; $a &lt; b$ &#39;Engine&#39;",
        authors=["Ada\n Lovelace", "Kurt Gödel", "ΑΒΓ 王"],
        comment='12 pages. See <a href="https://a.example">this https URL</a>',
        subjects="Machine Learning (cs.LG); Geometric Topology (math.GT); <b>Odd</b> (I.2.6)",
        abstract='  We weave\n<br />algebraical <a href="https://a.example">this https URL</a>.',
    )
    assert read(clock, catch_up_page(section("New", text), total=1)) == Announcement(
        date=DAY,
        entries=(
            AnnouncedPaper(
                Paper(
                    id=PaperId("2009.08319"),
                    title="On the Analytical & $a < b$ 'Engine'",
                    authors=("Ada Lovelace", "Kurt Gödel", "ΑΒΓ 王"),
                    categories=("cs.LG", "math.GT"),
                    abstract="We weave algebraical this https URL.",
                    submitted_at=None,
                ),
                Kind.NEW,
            ),
        ),
    )


def test_ids_of_the_old_style_are_read(clock: Clock) -> None:
    found = read(clock, catch_up_page(section("Cross", entry("math/0309136")), total=1))
    assert told(found) == {"math/0309136": Kind.CROSS}


def test_sections_say_what_an_entry_is(clock: Clock) -> None:
    sections = [
        section(name, entry(f"2009.0000{number}"))
        for number, name in enumerate(["New", "Cross", "Replacement"])
    ]
    found = read(clock, catch_up_page(*sections, total=3, is_followed=True))
    assert told(found) == {
        "2009.00000": Kind.NEW,
        "2009.00001": Kind.CROSS,
        "2009.00002": Kind.REPLACE,
    }
    assert (found.shortfall, found.is_followed) == ("", True)


def test_a_paper_of_two_archives_counts_once_as_new(clock: Clock) -> None:
    news, crosses = section("New", entry()), section("Cross", entry(), entry("2009.00002"))
    for pages in ([(news, 1), (crosses, 2)], [(crosses, 2), (news, 1)]):
        texts = [catch_up_page(text, total=total) for text, total in pages]
        found = read(clock, *texts, categories=["cs.*", "stat.ML"])
        assert told(found) == {"2009.00001": Kind.NEW, "2009.00002": Kind.CROSS}


def test_papers_of_other_categories_are_left_out(clock: Clock) -> None:
    other = entry("2009.00002", subjects="Combinatorics (math.CO)")
    found = read(clock, catch_up_page(section("New", entry(), other), total=2))
    assert (list(told(found)), found.shortfall) == (["2009.00001"], "")


def test_a_withdrawn_paper_says_so(clock: Clock) -> None:
    text = entry(comment="This paper has been withdrawn by the author due to an error")
    [found] = read(clock, catch_up_page(section("Replacement", text), total=1)).entries
    assert found.paper.withdrawn


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (entry("nonsense"), "it has no arXiv id"),
        (entry().replace('title="Abstract"', ""), "it has no arXiv id"),
        (entry(title=" \n "), "it has no title"),
        (entry(title="A" * 2001), "its title has 2001 characters"),
        (entry(subjects="Machine Learning"), "it has no category"),
        (entry(authors=["A" * 1001]), "its author's name has 1001 characters"),
        (entry(abstract="A" * 20_001), "its abstract has 20001 characters"),
        ("<dt></dt><dd></dd>", "it has no arXiv id"),
    ],
)
@pytest.mark.parametrize(
    ("name", "shortfall"),
    [("New", "cs: 1 of 2 new papers"), ("Cross", "cs: 1 of 2 cross-lists"), ("Replacement", "")],
)
def test_a_bad_entry_is_logged_and_told_of(
    clock: Clock, log: Log, text: str, reason: str, name: str, shortfall: str
) -> None:
    found = read(clock, catch_up_page(section(name, text, entry("2009.00002")), total=2))
    assert (list(told(found)), found.shortfall) == (["2009.00002"], shortfall)
    [logged] = log.of("paper left out")
    assert logged["reason"] == reason


def test_an_entry_in_no_section_is_bad(clock: Clock) -> None:
    found = read(clock, catch_up_page(entry("2009.00002"), section("New", entry()), total=2))
    assert list(told(found)) == ["2009.00001"]
    assert found.shortfall == ""


def test_unclosed_tags_do_not_run_into_the_next_entry(clock: Clock) -> None:
    text = entry().partition("Lovelace")[0]
    found = read(clock, catch_up_page(section("New", text, entry("2009.00002")), total=2))
    [second] = found.entries
    assert (second.paper.id, second.paper.authors) == ("2009.00002", ("Ada Lovelace", "Kurt Gödel"))


# Several pages


def test_all_pages_are_read(clock: Clock) -> None:
    first = catch_up_page(
        section("New", entry("2009.00001"), entry("2009.00002"), stated=3, showing="showing first"),
        total=5,
    )
    second = catch_up_page(
        section("New", entry("2009.00003"), stated=3, showing="continued, showing last"),
        section("Cross", entry("2009.00004"), stated=2, showing="showing first"),
        total=5,
    )
    third = catch_up_page(
        section("Cross", entry("2009.00005"), stated=2, showing="continued, showing last"), total=5
    )
    with serving(first, second, third) as server:
        found = arxiv(server, clock).announcement(DAY)
    assert told(found) == {
        "2009.00001": Kind.NEW,
        "2009.00002": Kind.NEW,
        "2009.00003": Kind.NEW,
        "2009.00004": Kind.CROSS,
        "2009.00005": Kind.CROSS,
    }
    assert found.shortfall == ""
    assert [call.query["page"] for call in server.calls] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("pages", "shortfall"),
    [
        ([catch_up_page(section("New", entry(), stated=2), total=1)], "cs: 1 of 2 new papers"),
        (
            [
                catch_up_page(section("New", entry(), stated=2), total=2),
                catch_up_page(total=2),
            ],
            "cs: 1 of 2 new papers, 1 of 2 entries",
        ),
        (
            [catch_up_page(section("New", entry()), total=3), catch_up_page(total=3)],
            "cs: 1 of 3 entries",
        ),
        # The same page again
        (
            [catch_up_page(section("New", entry(), stated=2), total=2)] * 2,
            "cs: 1 of 2 new papers",
        ),
        (
            [catch_up_page(section("New", entry(), entry("2009.00002"), stated=1), total=2)],
            "cs: 2 of 1 new papers",
        ),
    ],
)
def test_what_is_missing_is_told_of(clock: Clock, pages: Sequence[str], shortfall: str) -> None:
    assert read(clock, *pages).shortfall == shortfall


def test_pages_without_end_are_refused(clock: Clock) -> None:
    endless = catch_up_page(section("New", entry(), stated=999), total=999)
    with pytest.raises(UpstreamError) as caught:
        read(clock, *repeat(endless, 10))
    assert str(caught.value) == "arXiv's pages: has more than 10 pages of 2020-09-18"


@pytest.mark.thorough
def test_a_day_of_several_pages_is_read_completely(clock: Clock) -> None:
    moment = "2020-09-17T12:00:00Z"
    papers = [
        paper(f"2009.{number:05}", categories=["cs.LG", "stat.ML"], published=moment)
        for number in range(1, 2_101)
    ] + [
        paper(f"2009.{number:05}", categories=["stat.ML", "cs.LG"], published=moment)
        for number in range(3_001, 3_101)
    ]
    with UpstreamServer(dataset(tuple(papers)), today=DAY) as server:
        source = arxiv(server, clock, ["cs.*", "stat.ML"])
        found, said = source.announcement(DAY), source.notice()
    assert told(found) == {each["id"]: Kind.NEW for each in papers}
    assert (found.shortfall, said) == ("", Notice(DAY, 2_200))


# Days without an announcement


def test_a_day_without_updates_is_empty(clock: Clock) -> None:
    empty = catch_up_page(total=0)
    assert read(clock, empty) == Announcement(DAY, ())


def test_an_announcement_is_followed_when_all_pages_say_so(clock: Clock) -> None:
    pages = [catch_up_page(total=0, is_followed=True), catch_up_page(total=0)]
    categories = ["cs.*", "stat.ML"]
    assert not read(clock, *pages, categories=categories).is_followed
    assert read(clock, pages[0], pages[0], categories=categories).is_followed


# The listing page


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (list_page(section("New", entry(), stated=812, showing="showing first")), 812),
        (list_page(section("Cross", entry(), stated=7)), 0),
        (list_page(section("Replacement", entry())), 0),
        (list_page(), 0),
        # 25 entries are shown at most; the numbers are those of all.
        (list_page(section("New", *[entry("nonsense")] * 25, stated=26)), 26),
    ],
)
def test_the_notice_says_how_many_are_new(clock: Clock, page: str, found: int) -> None:
    assert notice(clock, page) == Notice(DAY, found)


def test_the_notice_has_the_date_of_the_heading(clock: Clock) -> None:
    page = list_page(heading="Monday, 7 September 2020")
    assert notice(clock, page) == Notice(date(2020, 9, 7), 0)


def test_the_notice_adds_up_what_is_asked_for(clock: Clock) -> None:
    pages = [list_page(section("New", entry(), stated=number)) for number in (800, 30)]
    assert notice(clock, *pages, categories=["cs.*", "stat.ML"]) == Notice(DAY, 830)


def test_what_two_archives_share_counts_once(clock: Clock) -> None:
    pages = [list_page(section("New", entry(), stated=number)) for number in (800, 500, 20, 10)]
    with serving(*pages) as server:
        found = arxiv(server, clock, ["cs.*", "math.*"]).notice()
    assert [call.path for call in server.calls] == [
        f"/list/{subject}/new" for subject in ("cs", "math", "math.NA", "cs.IT")
    ]
    assert found == Notice(DAY, 1270)


def test_listing_pages_of_different_days_are_refused(clock: Clock) -> None:
    pages = [list_page(), list_page(heading="Thursday, 17 September 2020")]
    with pytest.raises(UpstreamError) as caught:
        notice(clock, *pages, categories=["cs.*", "stat.ML"])
    assert str(caught.value) == (
        "arXiv's pages: answered listing pages of different days"
        " (cs: 2020-09-18, stat.ML: 2020-09-17)"
    )


# What is no page

NO_PAGES = [
    (rate_exceeded, "answered no whole page ('Rate exceeded.')"),
    (answers(200, ONE[:-20]), "answered no whole page ("),
    (answers(200, ONE[: len(ONE) // 2]), "answered no whole page ("),
    (answers(200), "answered no whole page (nothing at all)"),
    (answers(200, "<![CDATA["), "answered no "),
    (answers(200, "<![x[ y ]]>"), "answered no page ("),
    (answers(200, f"<p>&#{'9' * 5000};</p>"), "answered no page ("),
    (answers(500, "<html>"), "answered 500 ('<html>')"),
    (answers(503, "The service is\n down."), "answered 503 ('The service is down.')"),
    (hangs_up, "cannot be reached, or closed the connection"),
    (breaks_off, "the answer broke off (ProtocolError)"),
]
NO_ANNOUNCEMENTS = [
    (html_page, "answered no announcement ("),
    (answers(200, list_page()), "answered no announcement ("),
    (answers(200, catch_up_page(total=5)), "answered no announcement ("),
    (answers(200, ONE.replace("Total of", "About")), "answered no announcement ("),
    (answers(200, ONE.replace("18 Sep 2020", "31 Sep 2020")), "answered no announcement ("),
    (
        answers(200, catch_up_page(total=0, day=DAY - timedelta(days=1))),
        "answered the announcement of 2020-09-17 for 2020-09-18's",
    ),
    (
        answers(200, catch_up_page(section("New", *[entry("nonsense")] * 10), total=10)),
        "answered a page of which no paper can be read",
    ),
]
NO_NOTICES = [
    (html_page, "answered no listing page ("),
    (answers(200, ONE), "answered no listing page ("),
    (answers(200, list_page(heading="today")), "answered no listing page ("),
    (answers(200, list_page().replace("No updates today.", "")), "answered no listing page ("),
]


@pytest.mark.parametrize(("fault", "said"), [*NO_PAGES, *NO_ANNOUNCEMENTS])
def test_what_is_no_announcement_is_asked_for_again(clock: Clock, fault: Fault, said: str) -> None:
    assert list(told(read(clock, fault, ONE))) == ["2009.00001"]
    assert clock.pauses == [3.0]
    clock.pauses.clear()
    with pytest.raises(UpstreamError) as caught:
        read(clock, *repeat(fault, 3))
    assert type(caught.value) is UpstreamError
    assert str(caught.value).startswith(f"arXiv's pages: {said}")
    assert str(caught.value).endswith(" (asked 3 times)")
    assert clock.pauses == [3.0, 6.0]


@pytest.mark.parametrize(("fault", "said"), [*NO_PAGES, *NO_NOTICES])
def test_what_is_no_listing_page_is_asked_for_again(clock: Clock, fault: Fault, said: str) -> None:
    assert notice(clock, fault, list_page()) == Notice(DAY, 0)
    with pytest.raises(UpstreamError) as caught:
        notice(clock, *repeat(fault, 3))
    assert str(caught.value).startswith(f"arXiv's pages: {said}")


def test_a_day_that_arxiv_does_not_show_is_a_refusal(clock: Clock) -> None:
    with UpstreamServer(dataset(), today=DAY) as server, pytest.raises(UpstreamError) as caught:
        arxiv(server, clock).announcement(DAY - timedelta(days=92))
    assert str(caught.value) == (
        "arXiv's pages: answered 400"
        " (Invalid date: 2020-06-18. Catchup only allowed for past 90 days)"
    )
    assert clock.pauses == []


# Anything at all

UPSTREAM = Upstream("arXiv's pages", "http://127.0.0.1", {})


def read_bytes(body: bytes) -> Page | UpstreamError:
    """What is made of an answer: a page, or the error that is raised for it."""
    answer = Answer(200, {}, body)
    with suppress(UpstreamError):
        read_notice(answer, UPSTREAM)
    try:
        return read_page(answer, DAY, 1, UPSTREAM)
    except UpstreamError as error:
        return error


@given(st.binary(max_size=200) | hostile_texts().map(str.encode))
@example(b"<![x[ y ]]>")
@example(b"<h1>Catchup results for x on Fri, 18 Sep 2020</h1></html>")
def test_any_bytes_are_a_page_or_none(body: bytes) -> None:
    assert isinstance(read_bytes(body), UnsettledError)


WHOLE = catch_up_page(
    section("New", entry(comment="12 pages"), entry("2009.00002")),
    section("Cross", entry("2009.00003")),
    total=3,
)


@pytest.mark.thorough
@settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits=st.lists(st.tuples(st.integers(0, len(WHOLE)), hostile_texts()), max_size=4))
def test_a_page_with_anything_in_it_is_read_or_refused(edits: list[tuple[int, str]]) -> None:
    text = WHOLE
    for place, inserted in edits:
        text = text[:place] + inserted + text[place:]
    found = read_bytes(text.encode("utf-8", "surrogatepass"))
    assert isinstance(found, UpstreamError) or found.length <= 40


@pytest.mark.thorough
@settings(deadline=None)
@given(st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)))
def test_a_page_that_lacks_anything_is_read_or_refused(start: int, end: int) -> None:
    text = WHOLE[:start] + WHOLE[end:]
    assert isinstance(read_bytes(text.encode()), Page | UpstreamError)


# Recordings


@pytest.mark.skipif(not RECORDINGS.exists(), reason="no recordings beside the project")
def test_a_recorded_page_is_read_completely(clock: Clock) -> None:
    [path] = RECORDINGS.glob("*.html")
    text = path.read_text(encoding="utf-8")
    assert notice(clock, text) == Notice(date(2026, 8, 12), 2)

    # As the page of a day, which has the same entries between other words.
    head = "<h1>Catchup results for x on Fri, 18 Sep 2020</h1>Total of 6 entries for x"
    found = read(clock, text.replace("<body>", f"<body>{head}", 1))
    assert found.shortfall == ""
    assert [
        (e.paper.id, e.kind, len(e.paper.authors), e.paper.categories) for e in found.entries
    ] == [
        ("2608.09949", Kind.NEW, 1, ("cs.AI", "physics.bio-ph")),
        ("2608.09967", Kind.NEW, 2, ("cs.AI", "cs.LG")),
        ("2505.11635", Kind.CROSS, 4, ("cs.LG", "cs.AI")),
        ("2607.28646", Kind.CROSS, 3, ("cs.HC", "cs.AI")),
        ("2112.07752", Kind.REPLACE, 2, ("cs.AI", "cs.GT", "cs.LG")),
        ("2505.23399", Kind.REPLACE, 8, ("cs.AI",)),
    ]
    titles = [entry.paper.title for entry in found.entries]
    assert titles[3].startswith('"YES! YES! I absolutely love this insight!" Affirmative Narration')
    assert found.entries[0].paper.abstract.startswith("This study evaluates the application of")
    assert found.entries[5].paper.abstract.endswith("explainable multi-agent multimodal reasoning.")
