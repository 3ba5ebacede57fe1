"""arXiv's query API: what it is asked, how it is read, and what of it is refused."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import repeat
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
from hotpapers.adapters.arxiv_api import query
from hotpapers.domain.calendar import Window, submission_window
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper
from hotpapers.errors import UpstreamError
from local.upstreams.faults import (
    Fault,
    Faults,
    answers,
    breaks_off,
    cut_off,
    edits,
    empty_page,
    hangs_up,
    html_page,
    rate_exceeded,
    swollen_title,
)
from local.upstreams.server import Call, UpstreamServer
from tests.fakes import Clock, Log
from tests.records import DAY, WINDOW, Json, dataset, paper

CATEGORIES = ("cs.*", "stat.ML")
RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "arxiv_api"
ATOM = "{http://www.w3.org/2005/Atom}"

PAPERS = tuple(
    paper(f"2009.{number:05}", published=f"2020-09-16T18:00:{number:02}Z") for number in range(1, 6)
)
IDS = [record["id"] for record in PAPERS]


def serving(
    *faults: Fault | None, papers: Sequence[Json] = PAPERS, page_size: int | None = None
) -> UpstreamServer:
    return UpstreamServer(dataset(tuple(papers)), faults=Faults(arxiv=faults), page_size=page_size)


def serving_only(fault: Fault, papers: Sequence[Json] = PAPERS) -> UpstreamServer:
    return UpstreamServer(dataset(tuple(papers)), faults=Faults(arxiv=repeat(fault)))


def arxiv(server: UpstreamServer, clock: Clock, categories: Sequence[str] = CATEGORIES) -> Arxiv:
    origins = ArxivOrigins(server.url, "", "")
    return Arxiv(origins, categories, "me@example.org", 3.0, clock.time)


def read(server: UpstreamServer, clock: Clock, window: Window = WINDOW) -> list[Paper]:
    return list(arxiv(server, clock).papers_submitted(window))


def read_ids(server: UpstreamServer, clock: Clock, window: Window = WINDOW) -> list[str]:
    return [each.id for each in read(server, clock, window)]


def failure(server: UpstreamServer, clock: Clock) -> str:
    with pytest.raises(UpstreamError) as caught:
        read(server, clock)
    assert type(caught.value) is UpstreamError
    return str(caught.value)


def starts(calls: Sequence[Call]) -> list[str]:
    return [call.query["start"] for call in calls]


# What arXiv is asked


def test_a_day_is_one_question(clock: Clock) -> None:
    with serving() as server:
        assert read_ids(server, clock) == IDS
    [call] = server.calls
    assert (call.method, call.path) == ("GET", "/api/query")
    assert call.query == {
        "search_query": (
            "(cat:cs.* OR cat:stat.ML) AND submittedDate:[202009161800 TO 202009171800]"
        ),
        "start": "0",
        "max_results": "2000",
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }
    assert call.headers["User-Agent"] == (
        "hotpapers/1.0 (a daily digest of arXiv listings; contact: me@example.org)"
    )
    assert call.headers["Accept"] == "application/atom+xml, */*;q=0.1"
    assert clock.pauses == []


@pytest.mark.parametrize(
    ("day", "span"),
    [
        (date(2020, 9, 18), "[202009161800 TO 202009171800]"),
        (date(2020, 12, 21), "[202012171900 TO 202012181900]"),
        (date(2021, 3, 16), "[202103121900 TO 202103151800]"),
        (date(2020, 11, 3), "[202010301800 TO 202011021900]"),
    ],
)
def test_the_query_names_the_end_itself(day: date, span: str) -> None:
    # Winter time, and the Tuesdays after the clocks changed, where the ends differ.
    assert query(submission_window(day), ["stat.ML"]) == f"(cat:stat.ML) AND submittedDate:{span}"


def test_the_start_belongs_to_the_window_and_the_end_does_not(clock: Clock) -> None:
    moments = {
        "2009.00001": "2020-09-16T17:59:59Z",
        "2009.00002": "2020-09-16T18:00:00Z",
        "2009.00003": "2020-09-17T17:59:01Z",
        "2009.00004": "2020-09-17T17:59:59Z",
        "2009.00005": "2020-09-17T18:00:00Z",
        "2009.00006": "2020-09-17T18:00:01Z",
    }
    papers = [paper(each, published=moment) for each, moment in moments.items()]
    with serving(papers=papers) as server:
        assert read_ids(server, clock) == ["2009.00002", "2009.00003", "2009.00004"]


def test_a_paper_of_other_categories_is_left_out(clock: Clock) -> None:
    # As if arXiv's idea of the categories were another one.
    others = edits(lambda text: text.replace('term="cs.LG"', 'term="math.CO"', 1))
    papers = [paper("2009.00001", categories=["cs.LG"]), paper("2009.00002", categories=["cs.LG"])]
    with serving(others, papers=papers) as server:
        assert read_ids(server, clock) == ["2009.00002"]


def test_second_names_of_categories_are_known(clock: Clock) -> None:
    papers = [
        paper("2009.00001", categories=["math.NA"]),
        paper("2009.00002", categories=["eess.SY", "math.OC"]),
        paper("2009.00003", categories=["math.OC"]),
        paper("2009.00004", categories=["math.ST"]),
    ]
    with serving(papers=papers) as server:
        assert read_ids(server, clock) == ["2009.00001", "2009.00002"]


# Pages


@pytest.mark.parametrize(
    ("page_size", "pages"), [(1, ["0", "1", "2", "3", "4"]), (2, ["0", "2", "4"]), (5, ["0"])]
)
def test_short_pages_are_followed_by_the_next(
    clock: Clock, page_size: int, pages: list[str]
) -> None:
    with serving(page_size=page_size) as server:
        assert read_ids(server, clock) == IDS
    assert starts(server.calls) == pages
    assert clock.pauses == [3.0] * (len(pages) - 1)


def test_a_day_without_papers_is_one(clock: Clock) -> None:
    with serving(papers=()) as server:
        assert read(server, clock) == []
    assert len(server.calls) == 1


def test_a_paper_on_two_pages_counts_once(clock: Clock) -> None:
    again = edits(lambda text: text.replace("2009.00003v1", "2009.00002v2"))
    with serving(None, again, page_size=2) as server:
        assert read_ids(server, clock) == ["2009.00001", "2009.00002", "2009.00004", "2009.00005"]


def test_a_page_that_comes_again_is_asked_for_again(clock: Clock) -> None:
    first = edits(
        lambda text: text.replace("2009.00003v1", "2009.00001v1").replace(
            "2009.00004v1", "2009.00002v1"
        )
    )
    with serving(None, first, page_size=2) as server:
        assert read_ids(server, clock) == IDS
    assert starts(server.calls) == ["0", "2", "2", "4"]


def test_pages_that_do_not_go_on_are_refused(clock: Clock) -> None:
    same = edits(lambda text: re.sub(r"2009\.0000\dv1", "2009.00001v1", text))
    clock.pauses.clear()
    with UpstreamServer(dataset(PAPERS), faults=Faults(arxiv=repeat(same)), page_size=2) as server:
        said = failure(server, clock)
    assert said == "arXiv: answered a page that it had answered before (asked 5 times)"
    assert starts(server.calls) == ["0", *["2"] * 5]


def test_more_than_arxiv_hands_out_is_refused(clock: Clock) -> None:
    many = edits(lambda text: text.replace(">5</opensearch:totalR", ">10001</opensearch:totalR"))
    with serving_only(many) as server:
        said = failure(server, clock)
    assert said == "arXiv: has 10001 papers for the window, more than the 10000 it hands out"
    assert len(server.calls) == 1


# Papers by their ids


def named(server: UpstreamServer, clock: Clock, *ids: str) -> list[str]:
    found = arxiv(server, clock).papers_named([PaperId(each) for each in ids])
    return [each.id for each in found]


def test_papers_are_asked_for_by_their_ids(clock: Clock) -> None:
    with serving() as server:
        assert named(server, clock, "2009.00004", "2009.00002", "2009.99999") == [
            "2009.00004",
            "2009.00002",
        ]
    [call] = server.calls
    assert (call.method, call.path) == ("GET", "/api/query")
    assert call.query == {
        "id_list": "2009.00004,2009.00002,2009.99999",
        "start": "0",
        "max_results": "200",
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }


def test_papers_of_any_category_are_found_by_their_ids(clock: Clock) -> None:
    with serving(papers=[paper(categories=["math.CO"])]) as server:
        assert named(server, clock, "2009.00001") == ["2009.00001"]


def test_unknown_ids_are_no_failure(clock: Clock) -> None:
    with serving() as server:
        assert named(server, clock, "2009.99999") == []
        assert named(server, clock) == []
    assert len(server.calls) == 1


def test_many_ids_are_asked_for_in_parts(clock: Clock) -> None:
    ids = [f"2009.{number:05}" for number in range(1, 401)]
    papers = [paper(each) for each in reversed(ids)]
    with serving(papers=papers) as server:
        assert named(server, clock, *ids, "2009.00007") == ids
    assert [call.query["id_list"].split(",") for call in server.calls] == [ids[:200], ids[200:]]
    assert clock.pauses == [3.0]


def test_ids_whose_papers_come_in_short_pages_are_all_found(clock: Clock) -> None:
    with serving(page_size=2) as server:
        assert named(server, clock, *reversed(IDS)) == IDS[::-1]
    assert starts(server.calls) == ["0", "2", "4"]


# Pages that are no pages

NO_FEED = "answered no feed ("


def declares(encoding: str) -> Fault:
    return edits(lambda text: text.replace("UTF-8", encoding, 1))


def doctype(declaration: str) -> Fault:
    return edits(lambda text: text.replace("<feed", f"<!DOCTYPE feed [{declaration}]><feed", 1))


BILLION_LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (rate_exceeded, "answered no feed ('Rate exceeded.')"),
        (html_page, NO_FEED),
        (cut_off, NO_FEED),
        (answers(200), "answered no feed (nothing at all)"),
        (answers(200, "<feed/>"), NO_FEED),
        (answers(200, "<rss xmlns='http://www.w3.org/2005/Atom'/>"), NO_FEED),
        (answers(200, "\0"), NO_FEED),
        (answers(200, '{"papers": []}'), NO_FEED),
        (edits(lambda text: text + "<p/>"), NO_FEED),
        (edits(lambda text: text.replace("<title>", "<title>\x0b", 1)), NO_FEED),
        (edits(lambda text: text.replace("<title>", "<title>&nbsp;", 1)), NO_FEED),
        (declares("utf-7"), NO_FEED),
        (declares("utf-16"), NO_FEED),
        (declares("hex"), NO_FEED),
        (declares("undefined"), NO_FEED),
        (declares("no-such-encoding"), NO_FEED),
        (doctype(""), NO_FEED),
        (doctype('<!ENTITY a "b">'), NO_FEED),
        (doctype(BILLION_LAUGHS), NO_FEED),
        (doctype('<!ENTITY a SYSTEM "file:///etc/passwd">'), NO_FEED),
        (
            edits(lambda text: re.sub("<opensearch:total.*", "", text)),
            "answered a feed without a number of results",
        ),
        (
            edits(lambda text: text.replace(">5</opensearch:totalR", ">five</opensearch:totalR")),
            "answered a feed without a number of results",
        ),
        (
            edits(lambda text: text.replace(">5</opensearch:totalR", ">-5</opensearch:totalR")),
            "answered a feed without a number of results",
        ),
        (empty_page, "answered an empty page at 0 of 5"),
        (answers(500, "<html>"), "answered 500 ('<html>')"),
        (answers(429, "Rate exceeded."), "answered 429 ('Rate exceeded.')"),
        (hangs_up, "cannot be reached, or closed the connection"),
        (breaks_off, "the answer broke off (ProtocolError)"),
    ],
)
def test_what_is_no_page_is_asked_for_again(clock: Clock, fault: Fault, said: str) -> None:
    with serving(fault) as server:
        assert read_ids(server, clock) == IDS
    assert (len(server.calls), clock.pauses) == (2, [3.0])
    clock.pauses.clear()
    with serving_only(fault) as server:
        reason = failure(server, clock)
    assert reason.startswith(f"arXiv: {said}")
    assert reason.endswith(" (asked 5 times)")
    assert len(reason.splitlines()) == 1
    assert clock.pauses == [3.0, 6.0, 12.0, 24.0]


def test_a_later_page_that_is_empty_is_asked_for_again(clock: Clock) -> None:
    none_at_all = edits(
        lambda text: re.sub(r"\s*<entry>.*</entry>", "", text, flags=re.DOTALL).replace(
            ">5</opensearch:totalR", ">0</opensearch:totalR"
        )
    )
    with serving(None, empty_page, none_at_all, page_size=2) as server:
        assert read_ids(server, clock) == IDS
    assert starts(server.calls) == ["0", "2", "2", "2", "4"]


def test_the_time_that_arxiv_names_is_kept(clock: Clock) -> None:
    with serving(answers(503, retry_after=60)) as server:
        assert read_ids(server, clock) == IDS
    assert clock.pauses == [60.0]


@pytest.mark.parametrize("status", [401, 403, 404, 406, 410])
def test_a_refusal_is_not_asked_again(clock: Clock, status: int) -> None:
    with serving_only(answers(status, "You are denied.\nGo away.")) as server:
        said = failure(server, clock)
    assert said == f"arXiv: answered {status} ('You are denied. Go away.')"
    assert len(server.calls) == 1


# Errors in arXiv's own form

ERROR_FEED = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns="http://www.w3.org/2005/Atom">
  <title>arXiv Search Results</title>
  <opensearch:totalResults>1</opensearch:totalResults>
  <entry>
    <id>{id}</id>
    <title>Error</title>
    <summary>{summary}</summary>
    <author><name>arXiv api core</name></author>
  </entry>
</feed>
"""
ERROR_ID = "https://arxiv.org/api/errors#incorrect_id_format_for_abc"


@pytest.mark.parametrize("status", [200, 400])
def test_an_error_feed_is_a_refusal(clock: Clock, status: int) -> None:
    feed = ERROR_FEED.format(id=ERROR_ID, summary="incorrect id\n  format for abc")
    with serving_only(answers(status, feed)) as server:
        said = failure(server, clock)
    assert said == f"arXiv: answered {status} (incorrect id format for abc)"
    assert len(server.calls) == 1


def test_an_error_feed_without_words_is_a_refusal(clock: Clock) -> None:
    with serving_only(answers(200, ERROR_FEED.format(id=ERROR_ID, summary=""))) as server:
        said = failure(server, clock)
    assert said == "arXiv: answered 200 (an error without a message)"


def test_an_error_feed_of_a_failing_server_is_asked_again(clock: Clock) -> None:
    feed = ERROR_FEED.format(id=ERROR_ID, summary="try later")
    with serving_only(answers(503, feed, retry_after=5)) as server:
        said = failure(server, clock)
    assert said == ("arXiv: answered 503 (try later) (asked 5 times; again only after 5 s)")
    assert clock.pauses == [5.0] * 4


def test_our_own_mistakes_are_reported_in_arxivs_words(clock: Clock) -> None:
    with serving() as server, pytest.raises(UpstreamError) as caught:
        arxiv(server, clock, ["cs.LG AND ("]).papers_submitted(WINDOW)
    assert str(caught.value).startswith(
        "arXiv: answered 400 (Invalid query string: '(cat:cs.LG AND"
    )


def test_a_paper_may_have_error_as_its_title(clock: Clock) -> None:
    with serving(papers=[paper(title="Error")]) as server:
        assert [each.title for each in read(server, clock)] == ["Error"]


# Entries


def test_an_entry_is_read_whole(clock: Clock) -> None:
    record = paper(
        "2009.08319",
        version=3,
        title="On\n  the  Analytical\tEngine &amp; $a < b$",
        authors=["Ada\n Lovelace", "Kurt Gödel", "ΑΒΓ 王"],
        categories=["cs.LG", "math.GT", "cs.LG", "astro-ph", "cond-mat.dis-nn"],
        abstract="  We weave\n  algebraical\n\n patterns.  ",
        published="2020-09-17T14:23:45Z",
        updated="2020-11-01T00:00:00Z",
    )
    with serving(papers=[record]) as server:
        assert read(server, clock) == [
            Paper(
                id=PaperId("2009.08319"),
                title="On the Analytical Engine &amp; $a < b$",
                authors=("Ada Lovelace", "Kurt Gödel", "ΑΒΓ 王"),
                categories=("cs.LG", "math.GT", "astro-ph", "cond-mat.dis-nn"),
                abstract="We weave algebraical patterns.",
                submitted_at=datetime(2020, 9, 17, 14, 23, 45, tzinfo=UTC),
            )
        ]


WITHDRAWN = "This paper has been withdrawn by the author due to an error in Lemma 3"


@pytest.mark.parametrize(
    "changes",
    [
        {"comment": f"{WITHDRAWN}."},
        {"comment": f"12 pages, 3 figures. {WITHDRAWN.upper()}"},
        {"comment": "arXiv admin note: this submission has been\n  withdrawn by arXiv"},
        {"comment": "Withdrawn by the authors: superseded by arXiv:2009.00002"},
        {"comment": "The article is withdrawn because of a gap"},
        {"comment": "Paper withdrawn"},
        {"abstract": f"  {WITHDRAWN}"},
        {"abstract": "[This article is temporarily withdrawn.]"},
        {"title": "This paper has been withdrawn"},
    ],
)
def test_a_withdrawn_paper_is_one(clock: Clock, changes: Json) -> None:
    with serving(papers=[paper(**changes)]) as server:
        assert [each.withdrawn for each in read(server, clock)] == [True]


@pytest.mark.parametrize(
    "changes",
    [
        {"comment": "12 pages"},
        {"comment": "An earlier version of this paper has been withdrawn"},
        {"comment": "Theorem 2 of the first version was withdrawn"},
        {"comment": "This paper was withdrawn from NeurIPS 2020"},
        {"comment": "Not withdrawn by anybody"},
        {"title": "Why was this paper withdrawn? Retractions on arXiv"},
        {"abstract": "We study whether this paper has been withdrawn by the author."},
    ],
)
def test_a_paper_about_withdrawals_is_not_withdrawn(clock: Clock, changes: Json) -> None:
    with serving(papers=[paper(**changes)]) as server:
        assert [each.withdrawn for each in read(server, clock)] == [False]


def test_classes_of_other_schemes_are_no_categories(clock: Clock) -> None:
    former = ["cs.LG", "I.2.6", "68T05", "I.2.6; G.3", "Primary 62", "stat.ML", "", "CS.LG"]
    with serving(papers=[paper(categories=former)]) as server:
        assert [each.categories for each in read(server, clock)] == [("cs.LG", "stat.ML")]


@pytest.mark.parametrize(
    ("address", "paper_id"),
    [
        ("http://arxiv.org/abs/2009.00001v12", "2009.00001"),
        ("https://arxiv.org/abs/2009.00001", "2009.00001"),
        ("2009.00001v1", "2009.00001"),
        ("http://arxiv.org/abs/cs/0703001v1", "cs/0703001"),
        ("http://arxiv.org/abs/math.GT/0309136v2", "math/0309136"),
        ("http://arxiv.org/abs/0704.0001v1", "0704.0001"),
    ],
)
def test_ids_of_every_style(clock: Clock, address: str, paper_id: str) -> None:
    edit = edits(lambda text: text.replace("http://arxiv.org/abs/2009.00001v1", address))
    with serving(edit, papers=[paper()]) as server:
        assert read_ids(server, clock) == [paper_id]


def entry_without(name: str) -> Fault:
    return edits(
        lambda text: re.sub(
            rf"(<entry>.*?)<{name}>.*?</{name}>", r"\1", text, count=1, flags=re.DOTALL
        )
    )


def entry_with(name: str, content: str) -> Fault:
    return edits(
        lambda text: re.sub(
            rf"(<entry>.*?<{name}>).*?(</{name}>)",
            lambda match: match[1] + content + match[2],
            text,
            count=1,
            flags=re.DOTALL,
        )
    )


NO_ID, NO_TITLE, NO_TIME = "it has no arXiv id", "it has no title", "it has no time of submission"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (entry_without("id"), NO_ID),
        (entry_with("id", ""), NO_ID),
        (entry_with("id", "http://arxiv.org/abs/"), NO_ID),
        (entry_with("id", "http://arxiv.org/abs/2009.001"), NO_ID),
        (entry_with("id", "http://arxiv.org/abs/2013.00001v1"), NO_ID),
        (entry_with("id", "http://arxiv.org/abs/nonsense/0309136"), NO_ID),
        (entry_with("id", "http://arxiv.org/abs/" + "9" * 100_000), NO_ID),
        (entry_without("title"), NO_TITLE),
        (entry_with("title", " \n "), NO_TITLE),
        (entry_with("title", "<b>bold</b>"), NO_TITLE),
        (entry_with("title", "A" * 2001), "its title has 2001 characters"),
        (swollen_title(10_000_000), "its title has 10000016 characters"),
        (entry_with("summary", "A" * 20_001), "its abstract has 20001 characters"),
        (entry_with("name", "A" * 1001), "its author's name has 1001 characters"),
        (entry_with("author", "</author><author>" * 19_999), "it has 20001 authors"),
        (entry_without("published"), NO_TIME),
        (entry_with("published", ""), NO_TIME),
        (entry_with("published", "yesterday"), NO_TIME),
        (entry_with("published", "2020-09-16T18:00:00"), NO_TIME),
        (entry_with("published", "2020-09-31T18:00:00Z"), NO_TIME),
        (entry_with("published", "0001-01-01T00:00:00+01:00"), NO_TIME),
        (entry_with("published", "9999-12-31T23:59:59-01:00"), NO_TIME),
        (edits(lambda text: re.sub("<category[^>]*>", "", text, count=2)), "it has no category"),
        (edits(lambda text: re.sub('term="[^"]*"', "", text, count=2)), "it has no category"),
    ],
)
def test_a_bad_entry_is_logged_and_left_out(
    clock: Clock, log: Log, fault: Fault, reason: str
) -> None:
    with serving(fault) as server:
        assert read_ids(server, clock) == IDS[1:]
    assert len(server.calls) == 1
    [told] = log.of("paper left out")
    assert told["reason"] == reason
    assert len(str(told["id"])) <= 200


without_authors = edits(lambda text: re.sub("<author>.*</author>", "", text, flags=re.DOTALL))


def test_what_is_not_needed_may_be_missing(clock: Clock) -> None:
    for fault, field in ((entry_without("summary"), "abstract"), (without_authors, "authors")):
        with serving(fault, papers=[paper()]) as server:
            [found] = read(server, clock)
        assert not getattr(found, field)
        assert found.title == "About 2009.00001"


def test_bad_entries_count_for_the_pages(clock: Clock) -> None:
    with serving(entry_without("id"), entry_without("id"), page_size=2) as server:
        assert read_ids(server, clock) == ["2009.00002", "2009.00004", "2009.00005"]
    assert starts(server.calls) == ["0", "2", "4"]


def test_a_page_of_bad_entries_only_is_no_end(clock: Clock) -> None:
    with serving(entry_without("id"), page_size=1) as server:
        assert read_ids(server, clock) == IDS[1:]


def test_a_page_of_which_nothing_can_be_read_is_no_page(clock: Clock) -> None:
    papers = [paper(f"2009.{number:05}") for number in range(1, 11)]
    no_ids = edits(lambda text: re.sub("<id>http://arxiv.org.*?</id>", "", text))
    with serving(no_ids, papers=papers) as server:
        assert len(read(server, clock)) == 10
    assert len(server.calls) == 2
    clock.pauses.clear()
    with serving_only(no_ids, papers) as server:
        said = failure(server, clock)
    assert said == "arXiv: answered a page of which no paper can be read (asked 5 times)"


def test_the_numbers_are_logged(clock: Clock, log: Log) -> None:
    with serving(page_size=3) as server:
        read(server, clock)
    assert log.of("papers read") == [{"entries": 3, "total": 5}, {"entries": 5, "total": 5}]


def test_other_elements_do_not_matter(clock: Clock) -> None:
    deep = edits(lambda text: text.replace("<entry>", f"<entry>{'<a>' * 9999}{'</a>' * 9999}", 1))
    with serving(deep) as server:
        assert read_ids(server, clock) == IDS


# Recordings

WHOLE_TIME = Window(datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def recordings() -> list[Path]:
    return sorted([*RECORDINGS.glob("*.xml"), *RECORDINGS.glob("arxiv_py/*.json")])


def recorded(path: Path) -> tuple[int, str]:
    """A recorded answer: its status and its text."""
    if path.suffix == ".xml":
        return 200, path.read_text(encoding="utf-8")
    document = json.loads(path.read_text(encoding="utf-8"))
    return document["status_code"], document["body"].encode("latin-1").decode()


@pytest.mark.skipif(not recordings(), reason="no recordings beside the project")
def test_recorded_feeds_are_read_completely(clock: Clock) -> None:
    found: dict[str, int] = {}
    for path in recordings():
        status, text = recorded(path)
        entries = ElementTree.fromstring(text).findall(f"{ATOM}entry")
        if status != 200:
            continue
        everything = {name.partition(".")[0] for name in re.findall(r'term="([^"]+)"', text)}
        whole = re.sub(r"(:totalResults>)\d+", rf"\g<1>{len(entries)}", text)
        with serving(answers(200, whole)) as server:
            patterns = [pattern for name in sorted(everything) for pattern in (name, f"{name}.*")]
            asked = arxiv(server, clock, patterns or ["cs.*"])
            papers = asked.papers_submitted(WHOLE_TIME)
        assert len(server.calls) == 1
        assert [_facts(each) for each in papers] == [_recorded_facts(entry) for entry in entries]
        found[path.name] = len(papers)
    assert sum(found.values()) > 300
    assert found["search_csAI_or_csLG_sorted_submitted_20260713.xml"] == 50


def _facts(each: Paper) -> tuple[object, ...]:
    return (
        each.id,
        len(each.title),
        len(each.authors),
        each.categories,
        len(each.abstract),
        f"{each.submitted_at:%Y-%m-%dT%H:%M:%SZ}",
    )


def _recorded_facts(entry: ElementTree.Element) -> tuple[object, ...]:
    def text(name: str) -> str:
        return " ".join((entry.findtext(f"{ATOM}{name}") or "").split())

    name = text("id").removeprefix("http://arxiv.org/abs/")
    return (
        re.sub(r"v\d+$", "", name),
        len(text("title")),
        len(entry.findall(f"{ATOM}author")),
        tuple(category.get("term") for category in entry.findall(f"{ATOM}category")),
        len(text("summary")),
        text("published"),
    )


@pytest.mark.skipif(not recordings(), reason="no recordings beside the project")
def test_recorded_errors_are_refusals(clock: Clock) -> None:
    bad_query = (RECORDINGS / "transcribed" / "error_400_bad_query.xml").read_text()
    failures = [recorded(path) for path in recordings() if recorded(path)[0] != 200]
    assert len(failures) == 1
    for status, text in [*failures, (400, bad_query)]:
        with serving_only(answers(status, text)) as server:
            said = failure(server, clock)
        summary = ElementTree.fromstring(text).findtext(f"{ATOM}entry/{ATOM}summary")
        assert said == f"arXiv: answered {status} ({summary})"
        assert len(server.calls) == 1


def test_the_window_of_these_tests_is_the_listing_dates(clock: Clock) -> None:
    assert (WINDOW.end - WINDOW.start, DAY) == (timedelta(days=1), date(2020, 9, 18))
    with serving() as server:
        found = [each.submitted_at for each in read(server, clock)]
    assert all(moment is not None and moment in WINDOW for moment in found)
