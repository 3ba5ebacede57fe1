"""Those papers of a digest or roundup that a reader wants, part by part."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.documents.digest_json import digest_document, read_digest
from hotpapers.documents.roundup_json import roundup_document, write_roundup
from hotpapers.domain.digest import Digest
from hotpapers.domain.fingerprint import fingerprint
from hotpapers.domain.packing import pack
from hotpapers.domain.roundup import Roundup, make_roundup
from hotpapers.domain.selection import Selection
from hotpapers.errors import OutdatedError
from hotpapers.use_cases.browse import StoredDigest, find_digest, read_weekend
from hotpapers.use_cases.extracts import (
    Extract,
    Part,
    cursors_of,
    extract_digest,
    extract_roundup,
    papers_alone,
    place_after,
)
from hotpapers.use_cases.measure import make_edition
from tests.builders import DAY
from tests.catalogue import cards_of, make_card, selections
from tests.hostile import hostile_texts
from tests.periods import FRIDAY, MONDAY, WEEK, day_of, final, measured_again, quiet
from tests.properties import examples
from tests.reading import NOW, digest_of, make_archive, walk

DIGESTS = cards_of(DAY).map(lambda cards: digest_of(DAY, cards))
SMALL = digest_of(DAY, [make_card(f"2009.0000{rank}", DAY, rank) for rank in (1, 2, 3)])
ENGINES = Selection(text="engine")


def stored(digest: Digest) -> StoredDigest:
    edition = make_edition(digest)
    return StoredDigest(digest.date, edition.revision, pack(edition.document))


def extract(digest: Digest, part: Part) -> Extract:
    return extract_digest(stored(digest), part)[1]


def parts(digest: Digest, selection: Selection, limit: int) -> list[Extract]:
    return list(
        walk(
            lambda place: extract(digest, Part(selection, limit, place)),
            lambda found: found.following,
        )
    )


# Digests


def test_all_of_a_digest_is_the_digest() -> None:
    digest, found = extract_digest(stored(SMALL), Part())
    assert digest == SMALL
    assert found == Extract(
        document=digest_document(SMALL),
        papers=list(SMALL.papers),
        modified_at=SMALL.collected_at,
    )


def test_a_part_says_where_the_next_one_begins_and_how_much_is_left() -> None:
    tag = make_edition(SMALL).revision.partition("#")[2]
    first, second = parts(SMALL, ENGINES, 2)
    document = digest_document(SMALL)
    assert first == Extract(
        document={**document, "papers": document["papers"][:2]},
        papers=list(SMALL.papers[:2]),
        following=f"{tag}:2",
        left=1,
        modified_at=SMALL.collected_at,
    )
    assert second == Extract(
        document={**document, "papers": document["papers"][2:]},
        papers=list(SMALL.papers[2:]),
        modified_at=SMALL.collected_at,
    )
    assert place_after(make_edition(SMALL).revision, 2) == first.following


@given(DIGESTS, selections(), st.integers(1, 4))
@settings(max_examples=examples(25), deadline=None)
def test_the_parts_together_have_each_wanted_paper_once(
    digest: Digest, selection: Selection, limit: int
) -> None:
    found = parts(digest, selection, limit)
    wanted = [entry for entry in digest.papers if selection.matches(entry)]
    assert [entry for part in found for entry in part.papers] == wanted
    assert [len(part.papers) for part in found[:-1]] == [limit] * (len(found) - 1)
    shown = 0
    for part in found:
        shown += len(part.papers)
        assert part.left == len(wanted) - shown
        document = digest_document(replace(digest, papers=tuple(part.papers)))
        assert part.document == json.loads(json.dumps(document))


@given(DIGESTS, st.integers(1, 4))
@settings(max_examples=examples(10), deadline=None)
def test_a_part_is_a_digest_that_can_be_read(digest: Digest, limit: int) -> None:
    [first, *_] = parts(digest, Selection(), limit)
    content = json.dumps(first.document).encode()
    assert read_digest(content) == replace(digest, papers=digest.papers[:limit])


def test_a_final_digest_is_final_in_parts_too() -> None:
    done = replace(SMALL, final=True)
    assert [part.final for part in parts(done, Selection(), 2)] == [True, True]


def test_a_place_is_good_for_these_numbers_only() -> None:
    [first, _] = parts(SMALL, Selection(), 2)
    again = measured_again(SMALL, SMALL.papers)
    with pytest.raises(OutdatedError, match="it has been measured again since; begin anew"):
        extract(again, Part(after=first.following))


TAG = make_edition(SMALL).revision.partition("#")[2]


@pytest.mark.parametrize(
    "place",
    [
        *("", ":", "2", ":2", TAG, f"{TAG}:", f"{TAG}:-1", f"{TAG}:x", f"{TAG}:2 ", f"{TAG}:1\n"),
        *(f"{TAG[:-1]}:2", f"{TAG}0:2", f"{TAG.upper()}:2", f"{TAG}:٢", f"{TAG}:{'9' * 5_000}"),
    ],
)
def test_what_is_no_place_in_it_is_refused(place: str) -> None:
    with pytest.raises(OutdatedError):
        extract(SMALL, Part(after=place))


@given(hostile_texts(surrogates=True))
@settings(max_examples=examples(30), deadline=None)
def test_no_text_is_too_odd_to_be_refused(text: str) -> None:
    with pytest.raises(OutdatedError):
        extract(SMALL, Part(after=text))


@pytest.mark.parametrize("after", [3, 4, 999_999])
def test_behind_the_last_paper_there_is_nothing(after: int) -> None:
    found = extract(SMALL, Part(after=f"{TAG}:{after}"))
    assert (found.papers, found.following, found.left) == ([], None, 0)
    assert found.document == {**digest_document(SMALL), "papers": []}


def test_quiet_days_and_weekends_have_no_papers() -> None:
    digest, found = extract_digest(stored(quiet(MONDAY)), Part(ENGINES, 2))
    assert digest == quiet(MONDAY)
    assert (found.papers, found.following, found.final) == ([], None, True)
    saturday = FRIDAY + timedelta(days=1)
    kept = find_digest(saturday, NOW, make_archive())
    assert isinstance(kept, StoredDigest)
    assert extract_digest(kept, Part(ENGINES, 2)) == (None, Extract(read_weekend(saturday), ()))


# Roundups


def week(papers: Sequence[int]) -> Roundup:
    """A week of whose days each has so many papers."""
    scores = [
        {chr(97 + n): 90 - 10 * number - n for n in range(count)}
        for number, count in enumerate(papers)
    ]
    days = zip(WEEK.listing_dates, scores, strict=False)
    return make_roundup(WEEK, [final(day, day_of(day, **found)) for day, found in days])


@given(st.lists(st.integers(0, 3), min_size=1, max_size=5), st.integers(1, 4), st.integers(50, 99))
@settings(max_examples=examples(15), deadline=None)
def test_the_parts_of_a_roundup_together_have_each_wanted_paper_once(
    papers: list[int], limit: int, least: int
) -> None:
    roundup, selection = week(papers), Selection(least_score=least)
    packed, tag = pack(write_roundup(roundup)), fingerprint("05/a")
    found = list(
        walk(
            lambda place: extract_roundup(packed, tag, Part(selection, limit, place)),
            lambda part: part[1].following,
        )
    )
    wanted = [paper for paper in roundup.papers if selection.matches(paper.entry)]
    assert [entry for _, part in found for entry in part.papers] == [p.entry for p in wanted]
    shown = 0
    for whole, part in found:
        assert whole == roundup
        of_part = tuple(wanted[shown : shown + len(part.papers)])
        shown += len(part.papers)
        document = roundup_document(roundup)
        ranks = [paper.rank for paper in of_part]
        assert part.document == {
            **document,
            "papers": [each for each in document["papers"] if each["rank"] in ranks],
        }
        assert part.left == len(wanted) - shown


def test_a_place_in_a_roundup_is_none_in_another_or_in_a_digest() -> None:
    packed = pack(write_roundup(week([3])))
    _, first = extract_roundup(packed, fingerprint("01/a"), Part(limit=1))
    for call in (
        lambda: extract_roundup(packed, fingerprint("01/b"), Part(after=first.following)),
        lambda: extract_digest(stored(SMALL), Part(after=first.following)),
    ):
        with pytest.raises(OutdatedError):
            call()


# The papers alone


def test_the_papers_alone_say_what_they_are_of() -> None:
    document = digest_document(SMALL)
    assert papers_alone(document) == {
        "date": "2020-09-18",
        "measured_at": "2020-09-20T13:13:43Z",
        "final": False,
        "papers": document["papers"],
    }
    of_week = roundup_document(week([2]))
    alone = papers_alone(of_week)
    assert alone["papers"] == of_week["papers"]
    assert {*alone} == {"period", "measured_at", "papers"}
    assert papers_alone(read_weekend(FRIDAY + timedelta(days=1))) == {
        "date": "2020-09-19",
        "measured_at": None,
        "final": True,
        "papers": [],
    }


@given(selections(), st.integers(0, 999_999))
def test_a_place_goes_by_way_of_a_cursor_of_its_selection(
    selection: Selection, papers: int
) -> None:
    place = place_after(make_edition(SMALL).revision, papers)
    cursors = cursors_of(selection)
    assert cursors.read(cursors.write(place)) == place
