"""The pages: whatever the texts in them, they are documents of HTML in which nothing acts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.digest_json import write_time
from hotpapers.documents.pages.archive_page import write_archive_page
from hotpapers.documents.pages.digest_page import (
    write_digest_page,
    write_selected_digest_page,
)
from hotpapers.documents.pages.digests_page import write_digests_page
from hotpapers.documents.pages.docs_page import write_docs_page
from hotpapers.documents.pages.feeds_page import write_feeds_page
from hotpapers.documents.pages.paper_page import write_paper_page
from hotpapers.documents.pages.problem_page import write_problem_page
from hotpapers.documents.pages.roundup_page import write_roundup_page
from hotpapers.documents.pages.search_page import write_search_page
from hotpapers.documents.pages.status_page import write_status_page
from hotpapers.documents.site import Site
from hotpapers.domain.card import Card
from hotpapers.domain.digest import Digest
from hotpapers.domain.edition import EditionHead, Neighbours
from hotpapers.domain.paper_view import PaperView
from hotpapers.domain.selection import Selection
from tests.builders import (
    COLLECTED_AT,
    DAY,
    PAPER,
    digests,
    make_digest,
    make_entry,
    make_paper,
    make_post,
)
from tests.hostile import hostile_texts
from tests.pages import faults
from tests.periods import roundups
from tests.properties import examples

SITE = Site("https://hot.example")
PLACE = Neighbours(date(2020, 9, 17), date(2020, 9, 21))
FEW = settings(max_examples=examples(30), deadline=None)

HOSTILE = (
    "</script><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "$x<script>$ \\href{javascript:alert(1)}{here} $\\unknown{</math>}$",
    "\u202e\u2066\x00\x9b\u2028",
)


def selections() -> st.SearchStrategy[Selection]:
    """Filters with anybody's texts in them."""
    texts = st.lists(hostile_texts(), max_size=2).map(tuple)
    return st.builds(
        Selection,
        categories=texts,
        text=hostile_texts(),
        authors=texts,
        least_score=st.none() | st.integers(0, 999_999_999),
        sources=st.lists(st.sampled_from(["x", "reddit"]), max_size=2, unique=True).map(tuple),
        excluded=texts,
    )


def once(digest: Digest) -> Digest:
    """The digest with each paper once, as all digests have it."""
    papers = {entry.paper.id: entry for entry in digest.papers}
    return replace(digest, papers=tuple(papers.values()))


def view_of(digest: Digest) -> PaperView:
    """The first paper of a digest; any paper of its day, where it has none."""
    if not digest.papers:
        return PaperView(PAPER, digest.date)
    entry = digest.papers[0]
    return PaperView(
        paper=entry.paper,
        day=digest.date,
        rank=entry.rank,
        attention=entry.attention,
        mentions=entry.mentions,
        history=entry.history,
        measured_at=digest.collected_at,
        code=entry.code,
    )


def cards_of(digest: Digest) -> Sequence[Card]:
    return [
        Card(digest.date, entry, digest.collected_at, digest.first_published_at)
        for entry in digest.papers
    ]


@pytest.mark.thorough
@FEW
@given(digests(2).map(once))
def test_nothing_acts_in_the_page_of_a_digest(digest: Digest) -> None:
    assert faults(write_digest_page(digest, PLACE, SITE)) == []


@pytest.mark.thorough
@FEW
@given(digests(2).map(once), selections())
def test_nothing_acts_in_a_filtered_page(digest: Digest, selection: Selection) -> None:
    page = write_selected_digest_page(digest, digest.papers[:1], selection, SITE)

    assert faults(page) == []


@pytest.mark.thorough
@FEW
@given(digests(1))
def test_nothing_acts_in_the_page_of_a_paper(digest: Digest) -> None:
    assert faults(write_paper_page(view_of(digest), SITE)) == []


@pytest.mark.thorough
@FEW
@given(digests(2).map(once), selections(), hostile_texts())
def test_nothing_acts_in_the_page_of_a_search(
    digest: Digest, selection: Selection, cursor: str
) -> None:
    onward = [("cursor", cursor)]
    assert faults(write_search_page(selection, cards_of(digest), onward, SITE)) == []


@pytest.mark.thorough
@FEW
@given(roundups())
def test_nothing_acts_in_the_page_of_a_roundup(roundup: Any) -> None:
    assert faults(write_roundup_page(roundup, SITE)) == []


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(400, 599), hostile_texts(), hostile_texts())
def test_nothing_acts_in_the_page_of_an_error(status: int, title: str, detail: str) -> None:
    assert faults(write_problem_page(status, title, detail, SITE)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_acts_wherever_a_text_stands(text: str) -> None:
    post = make_post(text=text, url="javascript:alert(1)")
    entry = make_entry(
        1, replace(PAPER, title=text, authors=(text,), abstract=text), [post], ["x", "reddit"]
    )
    digest = make_digest(replace(entry, code="javascript:alert(1)"))
    reasons = {
        "time": write_time(COLLECTED_AT),
        "stale": True,
        "why": [text],
        "listings": [],
        "newest_digest": None,
        "sources": {"x": {"status": "failed", "reason": text}},
    }

    pages = [
        write_digest_page(digest, PLACE, SITE),
        write_paper_page(view_of(digest), SITE),
        write_search_page(Selection(text=text), cards_of(digest), [("cursor", text)], SITE),
        write_status_page(reasons, SITE),
        write_problem_page(404, text, text, SITE),
    ]

    assert [faults(page) for page in pages] == [[]] * 5


def heads(*days: date) -> list[EditionHead]:
    return [EditionHead(day, COLLECTED_AT, "r", 3, final=True) for day in days]


ONWARD = [("cursor", "there")]


def a_search(found: Sequence[Card] | None, onward: Sequence[tuple[str, str]] = ()) -> bytes:
    return write_search_page(Selection(text="engine"), found, onward, SITE)


PAGES = {
    "a digest": write_digest_page(make_digest(make_entry()), PLACE, SITE),
    "an empty digest": write_digest_page(make_digest(), Neighbours(), SITE),
    "a paper of no digest": write_paper_page(PaperView(PAPER, DAY), SITE),
    "digests": write_digests_page(heads(DAY), ONWARD, Selection(), None, SITE),
    "digests, filtered": write_digests_page(
        heads(DAY), (), Selection(text="engine"), {DAY: 2}, SITE
    ),
    "no digests": write_digests_page([], (), Selection(), None, SITE),
    "a year": write_archive_page(2020, heads(DAY), range(2020, 2022), SITE),
    "a year of nothing": write_archive_page(2020, [], range(0), SITE),
    "a search not asked": write_search_page(Selection(), None, (), SITE),
    "a search that found nothing": a_search([]),
    "a search that goes on": a_search([], ONWARD),
    "feeds": write_feeds_page(SITE),
    "docs": write_docs_page({}, SITE),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_keeps_the_rules(name: str) -> None:
    assert faults(PAGES[name]) == []


def test_the_same_values_give_the_same_bytes() -> None:
    digest = make_digest(make_entry(1, PAPER, [make_post()]))

    assert write_digest_page(digest, PLACE, SITE) == write_digest_page(digest, PLACE, SITE)


def test_a_page_has_a_hundred_papers_at_most() -> None:
    papers = [make_entry(rank, make_paper(f"2009.{rank:05}")) for rank in range(1, 121)]
    page = write_digest_page(make_digest(*papers), PLACE, SITE)

    assert page.count(b'<article class="paper"') == 100


def test_old_times_are_told_like_new_ones() -> None:
    long_ago = datetime(1992, 1, 1, tzinfo=UTC)
    digest = replace(make_digest(make_entry()), date=date(1992, 1, 1), collected_at=long_ago)

    assert faults(write_digest_page(digest, Neighbours(), SITE)) == []
