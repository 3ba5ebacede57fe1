"""Reading feeds: what lies there, what is made for whoever asks, and how it goes on."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.feeds import FORMATS
from hotpapers.documents.site import Site
from hotpapers.domain.card import Position
from hotpapers.domain.cursor import Cursors
from hotpapers.domain.digest import Digest
from hotpapers.domain.packing import Packed, pack
from hotpapers.domain.page import Page
from hotpapers.domain.selection import Selection
from hotpapers.domain.sources import SourceReport, Status
from hotpapers.use_cases.browse import Archive
from hotpapers.use_cases.browse_feeds import (
    FeedKind,
    FeedQuestion,
    feed_path,
    fingerprint_of,
    offer_feed,
)
from hotpapers.use_cases.digest_lists import read_place
from hotpapers.use_cases.feeds import (
    DEFAULT_PAPERS,
    FEED_PATHS,
    MOST_DAYS,
    NEWEST_DAYS,
    NOTHING_YET,
    make_feed,
    newest_feeds,
)
from tests.builders import X_ONLY
from tests.catalogue import make_cards
from tests.fakes import Log, MemoryPages
from tests.feed_rules import check_atom, check_json_feed, check_rss
from tests.periods import day_of, final, keep, measured_again, quiet
from tests.properties import examples
from tests.reading import (
    CountingEditions,
    UnreachablePages,
    content,
    cursor_in,
    digest_of,
    digests_of,
    file_digests,
    filed_archive,
    make_archive,
    offered,
    rendered_archive,
    renderer_of,
    walk,
    without_pages,
)
from tests.rendering import SITE

DAYS, PAPERS = FeedKind.DIGESTS, FeedKind.PAPERS
ENGINES, HOT = Selection(text="engine"), Selection(least_score=56)
KINDS = list(FeedKind)
FEEDS = list(product(FeedKind, FORMATS))
FIRST = date(2020, 6, 1)
"""A Monday, on which the archives here begin."""


def listing_day(number: int) -> date:
    return FIRST + timedelta(days=7 * (number // 5) + number % 5)


def some_digests(counts: Sequence[int]) -> list[Digest]:
    """Digests of days that follow one another, of so many papers each; -1: a quiet day."""
    letters = "abcdefghij"
    return [
        quiet(day)
        if count < 0
        else final(day, day_of(day, **{letters[n]: 50 + n for n in range(count)}))
        for number, count in enumerate(counts)
        for day in [listing_day(number)]
    ]


def read(question: FeedQuestion, archive: Archive) -> Any:
    """A JSON feed that is made for whoever asks."""
    return json.loads(make_feed(question, SITE, archive.editions, archive.catalogue)[0])


def onward(feed: Any, question: FeedQuestion) -> Position | None:
    """Where a feed goes on, as whoever follows its link gets there."""
    if "next_url" not in feed:
        return None
    cursors = Cursors(question.name, question.selection)
    place = cursors.read(cursor_in(feed["next_url"]))
    assert place is not None
    return read_place(place)


def pages(
    kind: FeedKind, archive: Archive, selection: Selection, limit: int | None
) -> Iterator[Any]:
    """All pages of a feed, from the newest on."""

    def question(after: Position | None) -> FeedQuestion:
        return FeedQuestion(kind, "json", selection, limit, after)

    return walk(
        lambda after: read(question(after), archive),
        lambda feed: onward(feed, question(None)),
    )


def ends(feeds: Iterator[Any]) -> list[str]:
    """The last parts of the addresses of all entries: days and papers."""
    addresses = [entry["url"].partition("?")[0] for feed in feeds for entry in feed["items"]]
    return [address.rpartition("/")[2] for address in addresses]


def days_of(digests: Sequence[Digest], selection: Selection) -> list[str]:
    """The days that a feed is to have, newest first: all, or those with wanted papers."""
    return [
        str(digest.date)
        for digest in reversed(digests)
        if selection.is_everything or any(map(selection.matches, digest.papers))
    ]


def papers_of(digests: Sequence[Digest], selection: Selection) -> list[str]:
    """The papers that a feed is to have, those of the newest day first."""
    return [
        entry.paper.id
        for digest in reversed(digests)
        for entry in digest.papers
        if selection.matches(entry)
    ]


# The newest of everything


@pytest.mark.parametrize(("kind", "suffix"), FEEDS)
def test_a_feed_is_the_same_made_ahead_or_on_the_spot(kind: FeedKind, suffix: str) -> None:
    archive = rendered_archive(*some_digests([2, 0, -1, 1]))
    question = FeedQuestion(kind, suffix)
    ahead = offered(offer_feed(question, archive, SITE))
    on_the_spot = offered(offer_feed(question, without_pages(archive), SITE))
    assert isinstance(ahead.content(), Packed)
    assert isinstance(on_the_spot.content(), bytes)
    assert content(ahead) == content(on_the_spot)
    assert (ahead.tag, ahead.modified_at) == (on_the_spot.tag, on_the_spot.modified_at)


@pytest.mark.parametrize(("kind", "suffix"), FEEDS)
def test_what_is_planned_is_what_is_made_for_whoever_asks(kind: FeedKind, suffix: str) -> None:
    archive = filed_archive(*some_digests([1] * (NEWEST_DAYS + 2)))
    question = FeedQuestion(kind, suffix)
    heads = archive.editions.newest_heads(NEWEST_DAYS)
    plans = {plan.path: plan for plan in newest_feeds(heads, SITE, archive.editions)}
    plan = plans[feed_path(question)]
    made, modified_at = make_feed(question, SITE, archive.editions, archive.catalogue)
    assert (plan.make(), plan.modified_at) == (made, modified_at)
    assert plan.made_of == fingerprint_of(made, SITE)


def test_there_is_a_feed_of_each_kind_in_each_format() -> None:
    assert [
        *("feeds/digests.atom", "feeds/digests.rss", "feeds/digests.json"),
        *("feeds/papers.atom", "feeds/papers.rss", "feeds/papers.json"),
    ] == FEED_PATHS
    plans = newest_feeds([], SITE, make_archive().editions)
    assert [plan.path for plan in plans] == FEED_PATHS


def test_a_feed_that_lies_there_takes_one_read() -> None:
    editions = CountingEditions()
    archive = rendered_archive(*some_digests([1, 1]), editions=editions)
    editions.reads.clear()
    for kind, suffix in FEEDS:
        assert content(offer_feed(FeedQuestion(kind, suffix), archive, SITE))
    assert editions.reads == []


def test_feeds_that_cannot_be_fetched_are_made_of_the_newest_digests(log: Log) -> None:
    editions = CountingEditions()
    archive = rendered_archive(*some_digests([1, 1]), editions=editions)
    for kind, suffix in FEEDS:
        question = FeedQuestion(kind, suffix)
        ahead = offer_feed(question, archive, SITE)
        editions.reads.clear()
        made = offer_feed(question, replace(archive, pages=UnreachablePages()), SITE)
        assert (content(made), replace(made, content=ahead.content)) == (content(ahead), ahead)
        assert editions.reads == ["newest_heads", "document", "document"]
    assert len(log.of("page cannot be fetched")) == len(FEEDS)


@pytest.mark.parametrize("made_of", ["", "other", "0" * 32 + "-" + "0" * 32])
def test_a_feed_of_another_look_is_not_served(made_of: str) -> None:
    archive = rendered_archive(*some_digests([1, 1]))
    assert isinstance(archive.pages, MemoryPages)
    right = archive.pages.kept["feeds/papers.json"]
    archive.pages.kept["feeds/papers.json"] = Page(made_of, right.modified_at, pack(b"old"))
    offer = offer_feed(FeedQuestion(PAPERS, "json"), archive, SITE)
    assert (offer.tag, content(offer)) == (right.made_of, right.content.unpack())


def test_a_feed_of_another_site_is_not_served() -> None:
    archive = rendered_archive(*some_digests([1, 1]))
    elsewhere = offer_feed(FeedQuestion(PAPERS, "json"), archive, Site("https://other.example"))
    assert b"hot.example" not in content(elsewhere)
    assert elsewhere.tag != offer_feed(FeedQuestion(PAPERS, "json"), archive, SITE).tag


@pytest.mark.parametrize(
    "question",
    [
        FeedQuestion(PAPERS, "json", ENGINES),
        FeedQuestion(PAPERS, "json", limit=50),
        FeedQuestion(PAPERS, "json", after="2020-06-02#"),
        FeedQuestion(DAYS, "json", limit=10),
    ],
)
def test_what_lies_there_is_no_answer_to_another_question(question: FeedQuestion) -> None:
    archive = rendered_archive(*some_digests([1, 1]))
    assert isinstance(archive.pages, MemoryPages)
    for path, page in archive.pages.kept.items():
        archive.pages.kept[path] = Page(page.made_of, page.modified_at, pack(b"not this"))
    assert not question.is_newest
    assert json.loads(content(offer_feed(question, archive, SITE)))["items"]


def test_feeds_have_the_same_name_where_they_have_the_same_bytes_and_nowhere_else() -> None:
    digests = some_digests([2, 1])
    again = [digests[0], measured_again(digests[1], digests[1].papers)]
    archives = [rendered_archive(*digests), filed_archive(*digests), filed_archive(*again)]
    questions = [
        FeedQuestion(kind, suffix, selection, limit)
        for kind, suffix in FEEDS
        for selection in (Selection(), ENGINES, HOT)
        for limit in (None, 1)
    ]
    told = {
        (offer.tag, content(offer))
        for archive in archives
        for question in questions
        for offer in [offer_feed(question, archive, SITE)]
    }
    assert len(told) == len({tag for tag, _ in told}) == len({feed for _, feed in told})
    assert len(told) > len(questions)


# An empty archive


@pytest.mark.parametrize(("kind", "suffix"), FEEDS)
@pytest.mark.parametrize("selection", [Selection(), ENGINES])
def test_an_empty_archive_has_valid_feeds(
    kind: FeedKind, suffix: str, selection: Selection
) -> None:
    question = FeedQuestion(kind, suffix, selection)
    offer = offer_feed(question, make_archive(), SITE)
    CHECKS[suffix](content(offer))
    assert offer.modified_at == NOTHING_YET
    if suffix == "json":
        feed = json.loads(content(offer))
        assert (feed["items"], "next_url" in feed) == ([], False)


CHECKS = {"atom": check_atom, "rss": check_rss, "json": check_json_feed}


# How feeds go on


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limit", [None, 1, 3])
@pytest.mark.parametrize("selection", [Selection(), HOT], ids=["all", "hot"])
def test_the_pages_of_a_feed_together_have_everything_once(
    kind: FeedKind, limit: int | None, selection: Selection
) -> None:
    # Days of some papers, of none, and quiet ones; the papers from the seventh of a day on are hot.
    digests = some_digests([8, 1, 0, -1, 7, 9, 0, 2, 8, -1, 1, 7, 10, 3, 0])
    archive = filed_archive(*digests)
    found = ends(pages(kind, archive, selection, limit))
    if kind is DAYS:
        assert found == days_of(digests, selection)
    else:
        # Across pages papers come by day and id, and by rank on each.
        assert sorted(found) == sorted(papers_of(digests, selection))
        assert [paper[:7] for paper in found] == sorted((p[:7] for p in found), reverse=True)


@given(
    st.lists(st.integers(-1, 10), min_size=1, max_size=24),
    st.sampled_from(KINDS),
    st.none() | st.integers(1, 12),
    st.sampled_from([Selection(), HOT]),
)
@settings(max_examples=examples(10), deadline=None)
def test_nothing_is_skipped_or_repeated_from_one_page_to_the_next(
    counts: list[int], kind: FeedKind, limit: int | None, selection: Selection
) -> None:
    digests = some_digests(counts)
    found = ends(pages(kind, filed_archive(*digests), selection, limit))
    expected = {DAYS: days_of, PAPERS: papers_of}[kind](digests, selection)
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_the_newest_feed_goes_on_where_it_ends_whatever_came_meanwhile(kind: FeedKind) -> None:
    digests = some_digests([3] * (NEWEST_DAYS + 5))
    archive = filed_archive(*digests[:-1])
    renderer_of(archive).render(digests[-2].date)
    newest = json.loads(content(offer_feed(FeedQuestion(kind, "json"), archive, SITE)))
    file_digests(archive, digests[-1])
    place = onward(newest, FeedQuestion(kind, "json"))
    rest = walk(
        lambda after: read(FeedQuestion(kind, "json", after=after or place), archive),
        lambda feed: onward(feed, FeedQuestion(kind, "json")),
    )
    found = [*ends(iter([newest])), *ends(rest)]
    expected = {DAYS: days_of, PAPERS: papers_of}[kind](digests[:-1], Selection())
    assert found == expected


def test_a_page_shows_at_most_so_many_days_or_papers() -> None:
    archive = filed_archive(*digests_of(make_cards(MOST_DAYS + 5, 3, FIRST)))
    assert len(read(FeedQuestion(DAYS, "json"), archive)["items"]) == NEWEST_DAYS
    assert len(read(FeedQuestion(PAPERS, "json"), archive)["items"]) == 3 * NEWEST_DAYS
    for selection in (Selection(), ENGINES):
        for limit, days in ((1, 1), (MOST_DAYS + 1, MOST_DAYS), (100, MOST_DAYS)):
            question = FeedQuestion(DAYS, "json", selection, limit)
            assert len(read(question, archive)["items"]) == days
    question = FeedQuestion(PAPERS, "json", ENGINES)
    assert len(read(question, archive)["items"]) == DEFAULT_PAPERS
    assert len(read(FeedQuestion(PAPERS, "json", limit=100), archive)["items"]) == 100


def test_addresses_of_a_feed_ask_the_same_question_again() -> None:
    archive = filed_archive(*some_digests([8] * 3))
    question = FeedQuestion(DAYS, "json", HOT, 1)
    first = read(question, archive)
    assert first["feed_url"] == "https://hot.example/feeds/digests.json?min=56&limit=1"
    assert first["home_page_url"] == "https://hot.example/digests?min=56"
    assert first["title"] == "Hot Papers, day by day: min 56"
    place = onward(first, question)
    second = read(FeedQuestion(DAYS, "json", HOT, 1, place), archive)
    assert second["feed_url"] == first["next_url"]
    assert dict(parse_qsl(urlsplit(first["next_url"]).query)).keys() == {"min", "limit", "cursor"}
    assert second["next_url"] != first["next_url"]


# What entries are known by


def ids(document: bytes, suffix: str) -> list[str]:
    """The ids of a feed's entries."""
    if suffix == "json":
        return [item["id"] for item in json.loads(document)["items"]]
    name = {"atom": "{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}id"}
    found = fromstring(document).findall(name.get(suffix, "channel/item/guid"))
    return [each.text or "" for each in found]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("selection", [Selection(), HOT], ids=["all", "hot"])
def test_entries_have_the_same_ids_in_all_formats_and_at_all_hosts(
    kind: FeedKind, selection: Selection
) -> None:
    archive = filed_archive(*some_digests([8, 1, 9]))
    [found, *others] = [
        ids(content(offer_feed(FeedQuestion(kind, suffix, selection), archive, site)), suffix)
        for suffix in FORMATS
        for site in (SITE, Site("https://other.example"))
    ]
    assert others == [found] * 5
    assert len(found) == len(set(found)) > 1


def test_a_day_of_which_something_was_left_out_is_another_entry() -> None:
    archive = filed_archive(*some_digests([8]))
    [whole] = read(FeedQuestion(DAYS, "json"), archive)["items"]
    [part] = read(FeedQuestion(DAYS, "json", HOT), archive)["items"]
    assert part["id"] != whole["id"]
    assert part["url"] == "https://hot.example/digests/2020-06-01?min=56"
    of_paper = read(FeedQuestion(PAPERS, "json"), archive)["items"]
    of_hot = read(FeedQuestion(PAPERS, "json", HOT), archive)["items"]
    assert of_hot == [item for item in of_paper if item["url"] in {h["url"] for h in of_hot}]


def test_a_day_says_what_it_lacks_with_a_filter_as_without() -> None:
    lacking = {**X_ONLY, "reddit": SourceReport(Status.FAILED, "answered 503")}
    archive = filed_archive(final(FIRST, day_of(FIRST, a=60, b=50), lacking))
    said = [
        read(FeedQuestion(DAYS, "json", selection), archive)["items"][0]["content_html"]
        for selection in (Selection(), HOT)
    ]
    partial = "<p><em>This digest is partial: Reddit did not tell all.</em></p>"
    assert [content.partition("\n")[0] for content in said] == [partial, partial]
    assert ["Reddit –" in content for content in said] == [True, True]


# When a feed was modified


def modified(question: FeedQuestion, archive: Archive) -> datetime | None:
    return offer_feed(question, without_pages(archive), SITE).modified_at


QUESTIONS = [
    FeedQuestion(kind, "json", selection) for kind in KINDS for selection in (Selection(), HOT)
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_feed_is_modified_when_a_paper_leaves_it(question: FeedQuestion) -> None:
    digests = some_digests([8, 8])
    archive = filed_archive(*digests)
    before = modified(question, archive)
    assert before == digests[1].collected_at
    # The newest day has nothing any more; what is left was measured earlier.
    again = measured_again(digests[1], ())
    file_digests(archive, again)
    assert modified(question, archive) == again.collected_at


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_feed_is_not_modified_later_than_what_is_in_it(question: FeedQuestion) -> None:
    # Days that are collected long after they were new, which a backfill does.
    digests = some_digests([8] * (NEWEST_DAYS + 3))
    late = measured_again(digests[0], digests[0].papers, hours=9_999)
    archive = filed_archive(late, *digests[1:])
    everything = FeedQuestion(question.kind, "json", question.selection, limit=30)
    assert modified(question, archive) is not None
    if question.kind is DAYS:
        assert modified(everything, archive) == late.collected_at


def test_a_feed_that_lies_there_is_that_of_the_last_rendering() -> None:
    digests = some_digests([1, 1])
    archive = rendered_archive(*digests)
    question = FeedQuestion(PAPERS, "atom")
    before = offer_feed(question, archive, SITE)
    again = measured_again(digests[1], day_of(listing_day(1), a=99))
    keep(archive.editions, again)
    assert offer_feed(question, archive, SITE).tag == before.tag
    renderer_of(archive).render(again.date)
    after = offer_feed(question, archive, SITE)
    assert (after.tag != before.tag, after.modified_at) == (True, again.collected_at)


# What a search's end means for a feed


@pytest.mark.thorough
def test_a_day_is_whole_in_a_feed_wherever_a_search_ends() -> None:
    cards = make_cards(3, 500, FIRST)
    rare = Selection(least_score=549)
    archive = make_archive()
    file_digests(archive, *(digest_of(day, found) for day, found in cards.items()))
    feeds = list(pages(DAYS, archive, rare, None))
    entries = [entry for feed in feeds for entry in feed["items"]]
    assert [entry["summary"].partition(":")[0] for entry in entries] == ["2 papers"] * 3
