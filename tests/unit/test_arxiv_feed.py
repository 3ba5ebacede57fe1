"""arXiv's feed of the day's announcement: what is asked, how it is read, what of it is refused."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import repeat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotpapers.adapters.arxiv import Arxiv, ArxivOrigins
from hotpapers.adapters.arxiv_feed import ACCEPT, MOST_ITEMS, Feed, read_feed
from hotpapers.adapters.http import Answer, Upstream
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import AnnouncedPaper, Announcement, Kind
from hotpapers.domain.paper import Paper
from hotpapers.domain.taxonomy import CATEGORIES_OF
from hotpapers.errors import UnsettledError, UpstreamError
from local.upstreams.faults import (
    Fault,
    Faults,
    answers,
    breaks_off,
    cut_off,
    hangs_up,
    html_page,
    rate_exceeded,
)
from local.upstreams.server import UpstreamServer
from tests.arxiv_answers import feed, item
from tests.fakes import Clock, Log
from tests.hostile import hostile_texts
from tests.properties import examples
from tests.records import dataset, paper

DAY = date(2020, 9, 18)
RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "arxiv_rss"
CATEGORIES = ("cs.*", "stat.ML")


def serving(*texts: str | Fault) -> UpstreamServer:
    """An arXiv whose feeds are these, one question after the other."""
    faults = [answers(200, text) if isinstance(text, str) else text for text in texts]
    return UpstreamServer(dataset(), faults=Faults(arxiv_rss=faults))


def arxiv(server: UpstreamServer, clock: Clock, categories: Sequence[str] = CATEGORIES) -> Arxiv:
    origins = ArxivOrigins("", server.url, "")
    return Arxiv(origins, categories, "me@example.org", 3.0, clock.time)


def read(clock: Clock, *texts: str | Fault, categories: Sequence[str] = CATEGORIES) -> Announcement:
    with serving(*texts) as server:
        return arxiv(server, clock, categories).feed()


def told(announcement: Announcement) -> dict[str, Kind]:
    return {entry.paper.id: entry.kind for entry in announcement.entries}


# What arXiv is asked


def test_all_categories_are_one_question(clock: Clock) -> None:
    with serving(feed(item())) as server:
        arxiv(server, clock).feed()
    [call] = server.calls
    assert (call.method, call.path, call.query) == ("GET", "/rss/cs+stat.ML", {})
    assert call.headers["User-Agent"] == (
        "hotpapers/1.0 (a daily digest of arXiv listings; contact: me@example.org)"
    )
    assert call.headers["Accept"] == ACCEPT
    assert call.headers["Connection"] == "close"


# Items


def test_an_item_is_read_whole(clock: Clock) -> None:
    text = item(
        "2009.08319",
        "cross",
        version=12,
        title="On\n the   Analytical &amp; $a &lt; b$",
        categories=["cs.LG", "math.GT", "cs.LG", "I.2.6", "astro-ph"],
        creator="Ada\n Lovelace (London, UK (Mayfair)), Kurt Gödel, ΑΒΓ 王 (1)",
        description="arXiv:2009.08319v12 Announce Type: cross \nAbstract: Abstract: we\n weave.",
    )
    assert read(clock, feed(text)) == Announcement(
        date=DAY,
        entries=(
            AnnouncedPaper(
                Paper(
                    id=PaperId("2009.08319"),
                    title="On the Analytical & $a < b$",
                    authors=("Ada Lovelace", "Kurt Gödel", "ΑΒΓ 王"),
                    categories=("cs.LG", "math.GT", "astro-ph"),
                    abstract="Abstract: we weave.",
                    submitted_at=None,
                ),
                Kind.CROSS,
                12,
            ),
        ),
    )


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_known(clock: Clock, kind: Kind) -> None:
    assert told(read(clock, feed(item(kind=kind.value)))) == {"2009.00001": kind}


def test_without_a_guid_the_link_names_the_paper(clock: Clock) -> None:
    text = re.sub("<guid.*?</guid>", "", item())
    [entry] = read(clock, feed(text)).entries
    assert (entry.paper.id, entry.version) == ("2009.00001", None)


@pytest.mark.parametrize(
    ("creator", "names"),
    [
        ("", ()),
        ("ATLAS Collaboration", ("ATLAS Collaboration",)),
        ("A (x, y), B", ("A", "B")),
        ("A (x (y, z), w), B", ("A", "B")),
        ("A, , B,", ("A", "B")),
        ("A (x, B", ("A (x", "B")),
        ("A) x, B", ("A) x", "B")),
        ("A )(, B", ("A )(", "B")),
    ],
)
def test_authors_are_told_from_their_affiliations(
    clock: Clock, creator: str, names: tuple[str, ...]
) -> None:
    [entry] = read(clock, feed(item(creator=creator))).entries
    assert entry.paper.authors == names


def test_a_withdrawn_paper_says_so(clock: Clock) -> None:
    description = "arXiv:{paper}v{version} Announce Type: {kind} Abstract: " + (
        "This paper has been withdrawn by the author."
    )
    [entry] = read(clock, feed(item(kind="replace", description=description))).entries
    assert entry.paper.withdrawn


def test_papers_of_other_categories_are_left_out(clock: Clock) -> None:
    others = item("2009.00002", categories=["math.CO"]), item("2009.00003", categories=["math.NA"])
    found = read(clock, feed(item(), *others))
    assert (list(told(found)), found.shortfall) == (["2009.00001", "2009.00003"], "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (item("nonsense"), "it has no arXiv id"),
        (item(title=" "), "it has no title"),
        (item(title="A" * 2001), "its title has 2001 characters"),
        (item(categories=()), "it has no category"),
        (item(categories=("I.2.6", "")), "it has no category"),
        (item(creator="A" * 1001), "its author's name has 1001 characters"),
        (item(creator="A," * 20_001), "it has 20002 authors"),
        (item(description="See the paper"), "it has no abstract"),
        (item(description="Abstract: " + "A" * 20_001), "its abstract has 20001 characters"),
        (item(kind="absonly"), "it is announced as 'absonly'"),
        (item(kind=""), "it is announced as ''"),
    ],
)
def test_a_bad_item_is_logged_and_told_of(clock: Clock, log: Log, text: str, reason: str) -> None:
    found = read(clock, feed(text, item("2009.00002")))
    assert list(told(found)) == ["2009.00002"]
    assert found.shortfall == "1 of 2 entries cannot be read"
    [logged] = log.of("paper left out")
    assert logged["reason"] == reason
    assert len(str(logged["id"])) <= 200


@pytest.mark.parametrize("kind", ["replace", "replace-cross"])
def test_a_bad_replacement_is_no_loss(clock: Clock, log: Log, kind: str) -> None:
    found = read(clock, feed(item("nonsense", kind), item("2009.00002", kind)))
    assert (list(told(found)), found.shortfall) == (["2009.00002"], "")
    assert len(log.of("paper left out")) == 1


# The date


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("Fri, 18 Sep 2020 00:00:00 -0400", DAY),
        ("Fri, 18 Sep 2020 04:00:00 +0000", DAY),
        ("Fri, 18 Sep 2020 03:59:59 GMT", DAY - timedelta(days=1)),
        ("Fri, 18 Sep 2020 04:00:00 -0000", DAY),
        ("Mon, 21 Dec 2020 00:00:00 -0500", date(2020, 12, 21)),
    ],
)
def test_a_feed_is_of_its_own_date_in_new_york(clock: Clock, stated: str, day: date) -> None:
    assert read(clock, feed(item(), pub_date=stated)).date == day


def test_a_feed_without_items_is_one(clock: Clock) -> None:
    assert read(clock, feed()) == Announcement(DAY, ())


# Feeds that are full


def many(kind: str, first: int, number: int = MOST_ITEMS) -> str:
    ids = [f"2009.{first + place:05}" for place in range(number)]
    return feed(*(item(each, kind) for each in ids))


def test_a_full_feed_is_asked_for_in_parts(clock: Clock) -> None:
    statistics = feed(item("2009.09001", "cross"), item("2009.09002", categories=["stat.ML"]))
    computing = feed(item("2009.09001"), item("2009.09003"))
    with serving(many("replace", 1), computing, statistics) as server:
        found = arxiv(server, clock).feed()
    assert [call.path for call in server.calls] == ["/rss/cs+stat.ML", "/rss/cs", "/rss/stat.ML"]
    assert clock.pauses == [3.0, 3.0]
    assert found.shortfall == ""
    assert {name: kind for name, kind in told(found).items() if kind is not Kind.REPLACE} == {
        "2009.09001": Kind.NEW,
        "2009.09002": Kind.NEW,
        "2009.09003": Kind.NEW,
    }
    assert len(found.entries) == MOST_ITEMS + 3


def test_a_full_archive_is_asked_for_by_its_categories(clock: Clock) -> None:
    first, second = CATEGORIES_OF["nlin"][:2], CATEGORIES_OF["nlin"][2:]
    parts = feed(item("2009.09001", categories=first)), feed(item("2009.09002", categories=second))
    with serving(many("replace", 1), *parts) as server:
        found = arxiv(server, clock, ["nlin.*"]).feed()
    assert [call.path for call in server.calls] == [
        "/rss/nlin",
        "/rss/nlin.AO+nlin.CD",
        "/rss/nlin.CG+nlin.PS+nlin.SI",
    ]
    assert told(found) == {"2009.09001": Kind.NEW, "2009.09002": Kind.NEW}
    assert found.shortfall == ""


def test_a_full_category_falls_short(clock: Clock) -> None:
    found = read(clock, many("new", 1), categories=["cs.LG"])
    assert len(found.entries) == MOST_ITEMS
    assert found.shortfall == "the feed of cs.LG is full, with 2,000 papers"


def test_parts_of_different_days_are_refused(clock: Clock) -> None:
    next_day = feed(item(), pub_date="Sat, 19 Sep 2020 00:00:00 -0400")
    with pytest.raises(UpstreamError) as caught:
        read(clock, many("new", 1), feed(item()), next_day)
    assert str(caught.value) == (
        "arXiv's feed: answered feeds of different days (2020-09-18, 2020-09-19)"
    )


@pytest.mark.thorough
def test_of_a_day_beyond_every_cap_nothing_is_dropped(clock: Clock) -> None:
    names = ("cs.LG", "cs.CV", "cs.CL", "cs.SY", "cs.RO", "stat.ML")
    moment = datetime(2020, 9, 17, tzinfo=UTC)
    papers = [
        paper(f"2009.{number:05}", categories=[names[number % 6]], published=moment.isoformat())
        for number in range(1, 5_001)
    ]
    with UpstreamServer(dataset(tuple(papers)), today=DAY) as server:
        found = arxiv(server, clock).feed()
    assert told(found) == {each["id"]: Kind.NEW for each in papers}
    assert found.shortfall == ""
    assert len(server.calls) > 3


# What is no feed

NO_FEED = "answered no feed ("


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (rate_exceeded, "answered no feed ('Rate exceeded.')"),
        (html_page, NO_FEED),
        (cut_off, NO_FEED),
        (answers(200), "answered no feed (nothing at all)"),
        (answers(200, "<rss/>"), NO_FEED),
        (answers(200, "<channel/>"), NO_FEED),
        (answers(200, feed().replace("<rss", "<!DOCTYPE rss []><rss", 1)), NO_FEED),
        (
            answers(200, feed().replace("<rss", '<!DOCTYPE rss [<!ENTITY a "b">]><rss', 1)),
            NO_FEED,
        ),
        (answers(200, "<rss><channel/></rss>"), "answered a feed without a date"),
        (answers(200, feed(pub_date="today")), "answered a feed without a date"),
        (answers(200, feed(pub_date="")), "answered a feed without a date"),
        (
            answers(200, feed(pub_date="Fri, 31 Dec 9999 23:59:59 -1200")),
            "answered a feed without a date",
        ),
        (
            answers(200, feed(*[item("nonsense")] * 10)),
            "answered a page of which no paper can be read",
        ),
        (answers(500, "<html>"), "answered 500 ('<html>')"),
        (answers(429, "Rate exceeded."), "answered 429 ('Rate exceeded.')"),
        (hangs_up, "cannot be reached, or closed the connection"),
        (breaks_off, "the answer broke off (ProtocolError)"),
    ],
)
def test_what_is_no_feed_is_asked_for_again(clock: Clock, fault: Fault, said: str) -> None:
    assert list(told(read(clock, fault, feed(item())))) == ["2009.00001"]
    assert clock.pauses == [3.0]
    clock.pauses.clear()
    with serving(*repeat(fault, 3)) as server, pytest.raises(UpstreamError) as caught:
        arxiv(server, clock).feed()
    assert type(caught.value) is UpstreamError
    assert str(caught.value).startswith(f"arXiv's feed: {said}")
    assert str(caught.value).endswith(" (asked 3 times)")
    assert clock.pauses == [3.0, 6.0]


@pytest.mark.parametrize("status", [200, 400])
def test_an_error_of_the_feed_is_a_refusal(clock: Clock, status: int) -> None:
    text = feed().replace("cs updates on arXiv.org", "Feed error for query: x")
    text = text.replace("cs updates on the arXiv.org e-print archive.", "Bad archive\n 'xx'.")
    with pytest.raises(UpstreamError) as caught:
        read(clock, answers(status, text))
    assert str(caught.value) == f"arXiv's feed: answered {status} (Bad archive 'xx'.)"
    assert clock.pauses == []


def test_our_own_mistakes_are_reported_in_arxivs_words(clock: Clock) -> None:
    with UpstreamServer(dataset()) as server, pytest.raises(UpstreamError) as caught:
        arxiv(server, clock, ["nonsense.XX"]).feed()
    assert str(caught.value).startswith("arXiv's feed: answered 400 (Bad archive 'nonsense'")


# Anything at all

UPSTREAM = Upstream("arXiv's feed", "http://127.0.0.1", {})


def read_bytes(body: bytes) -> Feed | UpstreamError:
    """What is made of an answer: a feed, or the error that is raised for it."""
    try:
        return read_feed(Answer(200, {}, body), CATEGORIES, UPSTREAM)
    except UpstreamError as error:
        return error


@pytest.mark.thorough
@given(st.binary(max_size=200) | hostile_texts().map(str.encode))
@example(b"<rss><channel><pubDate>, ::: </pubDate></channel></rss>")
def test_any_bytes_are_a_feed_or_none(body: bytes) -> None:
    assert isinstance(read_bytes(body), UnsettledError)


ESCAPED = hostile_texts().map(lambda text: re.sub(r"[<>&\0-\x08\x0b-\x1f\ufffe]", "?", text))


@pytest.mark.thorough
@settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    pub_date=ESCAPED | st.just("Fri, 18 Sep 2020 00:00:00 -0400"), texts=st.tuples(*[ESCAPED] * 5)
)
def test_any_texts_in_a_feed_are_read_or_refused(pub_date: str, texts: tuple[str, ...]) -> None:
    title, creator, description, kind, category = texts
    odd = (
        item()
        .replace("About 2009.00001", title)
        .replace("Ada Lovelace, Kurt Gödel", creator)
        .replace("Announce Type", description)
        .replace(">new<", f">{kind}<")
        .replace(">cs.LG<", f">{category}<")
    )
    found = read_bytes(feed(odd, pub_date=pub_date).encode())
    assert isinstance(found, UpstreamError) or found.items == 1


# Recordings


@pytest.mark.skipif(not RECORDINGS.exists(), reason="no recordings beside the project")
def test_recorded_feeds_are_read_completely(clock: Clock) -> None:
    def recorded(name: str, *categories: str) -> Announcement:
        text = (RECORDINGS / name).read_text(encoding="utf-8")
        return read(clock, text, categories=categories)

    thursday = recorded(
        "rss_csLG+csAI+csCL+statML_20260924_trimmed.xml", "cs.LG", "cs.AI", "cs.CL", "stat.ML"
    )
    assert (thursday.date, thursday.shortfall) == (date(2026, 9, 24), "")
    assert [(e.paper.id, e.kind, e.version, e.paper.authors[-1]) for e in thursday.entries] == [
        ("2609.26811", Kind.NEW, 1, "Fabien Polly"),
        ("2609.26820", Kind.NEW, 1, "Ameer Rahwan"),
        ("2205.06398", Kind.CROSS, 2, "David B. Dunson"),
        ("2009.13987", Kind.REPLACE, 3, "Lukas Ruff"),
    ]
    first = thursday.entries[0].paper
    assert first.title.startswith("The Drift Contract: Spectral Updates")
    assert first.abstract.startswith("Local learning trains each layer")
    assert recorded("rss_cs.CL_20260801_saturday_empty.xml", "cs.CL") == Announcement(
        date(2026, 8, 1), ()
    )
    [replaced] = recorded("derived/rss_with_replace_cross.xml", "cs.AI").entries
    assert (replaced.kind, replaced.version) == (Kind.REPLACE_CROSS, 4)
    assert replaced.paper.categories == ("cs.LG", "cs.AI", "cs.SY", "eess.SY", "quant-ph")
