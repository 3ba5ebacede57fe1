"""Roundups: which periods there are, when one is complete, and which papers are its best."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.edition import EditionHead, compare_revisions, revision
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.roundup import (
    MOST_PAPERS,
    Period,
    PeriodKind,
    Roundup,
    RoundupDay,
    RoundupPaper,
    days_awaited,
    is_over,
    make_roundup,
    parse_period,
    periods_of,
    roundup_revision,
)
from hotpapers.domain.sources import SourceReport, Status
from tests.builders import ALL_ON, X_ONLY, whole_seconds
from tests.periods import (
    FRIDAY,
    MONDAY,
    MONTH,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    day_of,
    final,
    ids_of,
    periods,
    quiet,
    scored,
)
from tests.properties import examples

# Periods


@pytest.mark.parametrize(
    ("name", "first", "last", "listed"),
    [
        ("2020-W38", "2020-09-14", "2020-09-20", 5),
        ("2020-09", "2020-09-01", "2020-09-30", 22),
        # A year has 53 weeks where its first or its last day is a Thursday.
        ("2020-W53", "2020-12-28", "2021-01-03", 5),
        ("2015-W53", "2015-12-28", "2016-01-03", 5),
        ("2021-W01", "2021-01-04", "2021-01-10", 5),
        ("2025-W01", "2024-12-30", "2025-01-05", 5),
        ("2024-02", "2024-02-01", "2024-02-29", 21),
        ("2023-02", "2023-02-01", "2023-02-28", 20),
        ("2020-12", "2020-12-01", "2020-12-31", 23),
        ("1991-W01", "1990-12-31", "1991-01-06", 5),
        ("9998-12", "9998-12-01", "9998-12-31", 23),
    ],
)
def test_a_name_is_a_span_of_days(name: str, first: str, last: str, listed: int) -> None:
    period = parse_period(name)
    assert period is not None
    assert (period.name, str(period.first), str(period.last)) == (name, first, last)
    assert len(period.listing_dates) == listed


@pytest.mark.parametrize(
    "text",
    [
        "2021-W53",
        "2019-W53",
        "2020-W54",
        "2020-W00",
        "2020-00",
        "2020-13",
        "2020-W1",
        "2020-9",
        "2020-w38",
        "2020W38",
        "2020-W38-5",
        "2020-09-18",
        "202009",
        " 2020-09",
        "2020-09\n",
        "٢٠٢٠-٠٩",
        "1990-12",
        "9999-01",
        "0001-W01",
        "latest",
        "week",
        "",
    ],
)
def test_other_texts_name_no_period(text: str) -> None:
    assert parse_period(text) is None


@pytest.mark.parametrize(
    ("day", "names"),
    [
        ("2020-09-18", ("2020-W38", "2020-09")),
        ("2020-12-31", ("2020-W53", "2020-12")),
        ("2021-01-01", ("2020-W53", "2021-01")),
        ("2021-01-04", ("2021-W01", "2021-01")),
        ("2018-12-31", ("2019-W01", "2018-12")),
        ("2020-01-01", ("2020-W01", "2020-01")),
        ("2023-01-01", ("2022-W52", "2023-01")),
    ],
)
def test_a_day_belongs_to_a_week_and_a_month(day: str, names: tuple[str, str]) -> None:
    week, month = periods_of(date.fromisoformat(day))
    assert (week.name, month.name) == names


@given(st.dates(date(1991, 1, 1), date(9998, 12, 31)))
def test_whatever_the_day_its_periods_have_it_and_are_named(day: date) -> None:
    for period in periods_of(day):
        assert period.first <= day <= period.last
        if period.year <= 9998:
            assert parse_period(period.name) == period


@given(periods())
def test_periods_follow_one_another(period: Period) -> None:
    after = period.last + timedelta(days=1)
    [following] = [each for each in periods_of(after) if each.kind is period.kind]
    assert following.first == after
    assert following.name > period.name


# Completeness


def heads_of(*digests: Digest) -> dict[date, EditionHead]:
    return {
        digest.date: EditionHead(
            digest.date, digest.collected_at, "", 0, (), digest.is_quiet, digest.final
        )
        for digest in digests
    }


A_WEEK = [final(MONDAY), quiet(TUESDAY), final(WEDNESDAY), final(THURSDAY), final(FRIDAY)]


def test_of_a_period_whose_digests_are_final_or_quiet_nothing_is_awaited() -> None:
    assert days_awaited(WEEK, heads_of(*A_WEEK), MONDAY) == []


def test_a_day_that_only_the_calendar_calls_quiet_is_not_waited_for() -> None:
    predicted = replace(A_WEEK[1], final=False)
    assert is_over(predicted)
    assert days_awaited(WEEK, heads_of(A_WEEK[0], predicted, *A_WEEK[2:]), MONDAY) == []


def test_a_digest_that_is_missing_or_not_final_is_awaited() -> None:
    open_day = replace(A_WEEK[2], final=False)
    assert not is_over(open_day)
    heads = heads_of(*A_WEEK[:2], open_day, A_WEEK[4])
    assert days_awaited(WEEK, heads, MONDAY) == [WEDNESDAY, THURSDAY]


def test_days_before_the_archive_are_not_waited_for() -> None:
    heads = heads_of(*A_WEEK[2:])
    assert days_awaited(WEEK, heads, WEDNESDAY) == []
    assert days_awaited(WEEK, heads, date(2020, 9, 11)) == [MONDAY, TUESDAY]


def test_where_there_is_no_digest_all_days_are_awaited() -> None:
    assert days_awaited(WEEK, {}, None) == list(WEEK.listing_dates)


# The best


def test_a_roundup_of_a_week() -> None:
    failed = SourceReport(Status.FAILED, "answered 503")
    monday = final(MONDAY, day_of(MONDAY, a=60, b=50))
    cut = Listing(WEDNESDAY, ListingState.FRESH, monday.collected_at, "", Origin.PAGE, 9, "cut")
    wednesday = replace(
        final(WEDNESDAY, day_of(WEDNESDAY, a=70), {**X_ONLY, "reddit": failed}), listing=cut
    )
    assert make_roundup(WEEK, [wednesday, quiet(TUESDAY, "why"), monday]) == Roundup(
        period=WEEK,
        sources=("x", "reddit"),
        days=(
            RoundupDay(MONDAY, monday.collected_at, 2),
            RoundupDay(TUESDAY, quiet(TUESDAY).collected_at, 0, quiet=True, why="why"),
            RoundupDay(WEDNESDAY, wednesday.collected_at, 1, shortfall="cut", lacking=("reddit",)),
        ),
        papers=(
            RoundupPaper(1, WEDNESDAY, wednesday.papers[0]),
            RoundupPaper(2, MONDAY, monday.papers[0]),
            RoundupPaper(3, MONDAY, monday.papers[1]),
        ),
        hot=3,
    )


def test_a_roundup_tells_its_times_and_what_is_missing() -> None:
    roundup = make_roundup(WEEK, [final(TUESDAY, day_of(TUESDAY, a=60)), final(FRIDAY)])
    assert roundup.collected_at == final(FRIDAY).collected_at
    assert roundup.measured_at(roundup.papers[0]) == final(TUESDAY).collected_at
    assert roundup.days_missing == (MONDAY, WEDNESDAY, THURSDAY)
    assert [day.is_partial for day in roundup.days] == [False, False]


@pytest.mark.parametrize(("period", "most"), [(WEEK, 10), (MONTH, 30)])
def test_no_more_than_the_best_are_taken(period: Period, most: int) -> None:
    papers = [scored(f"2009.{number:05}", 1000 - number, number) for number in range(1, 50)]
    roundup = make_roundup(period, [final(MONDAY, papers)])
    assert roundup.papers == tuple(
        RoundupPaper(entry.rank, MONDAY, entry) for entry in papers[:most]
    )
    assert roundup.hot == 49


def test_papers_of_one_score_stand_by_their_days_and_their_ids() -> None:
    monday = [scored("2009.00009", 60, 1), scored("2009.00002", 60, 2)]
    friday = [scored("2009.00001", 60, 1)]
    roundup = make_roundup(WEEK, [final(FRIDAY, friday), final(MONDAY, monday)])
    assert ids_of(roundup) == ["2009.00002", "2009.00009", "2009.00001"]


def test_a_paper_of_two_digests_is_taken_where_it_is_best() -> None:
    # As in archives from before a paper was new on one day only.
    days = [
        final(MONDAY, [scored("2009.00001", 60), scored("2009.00002", 50, 2)]),
        final(TUESDAY, [scored("2009.00001", 90)]),
        final(WEDNESDAY, [scored("2009.00001", 90)]),
    ]
    roundup = make_roundup(WEEK, days)
    assert [(paper.date, paper.entry) for paper in roundup.papers] == [
        (TUESDAY, days[1].papers[0]),
        (MONDAY, days[0].papers[1]),
    ]
    assert roundup.hot == 2


def test_a_week_of_quiet_days_has_no_papers() -> None:
    roundup = make_roundup(WEEK, [quiet(day) for day in WEEK.listing_dates])
    assert (roundup.sources, roundup.papers, roundup.hot) == ((), (), 0)
    assert all(day.quiet for day in roundup.days)


def entries() -> st.SearchStrategy[list[RankedPaper]]:
    """A day's papers; some of them are in other days too."""
    return st.lists(
        st.builds(
            scored, st.integers(1, 60).map("2009.{:05}".format), st.integers(0, 9), st.just(1)
        ),
        max_size=14,
        unique_by=lambda entry: entry.paper.id,
    )


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(entries(), min_size=5, max_size=5), st.permutations(range(5)))
def test_whatever_the_digests_the_best_are_taken_each_once(
    found: list[list[RankedPaper]], order: list[int]
) -> None:
    digests = [final(day, papers) for day, papers in zip(WEEK.listing_dates, found, strict=True)]
    roundup = make_roundup(WEEK, digests)
    best: dict[str, Decimal] = {}
    for entry in (entry for papers in found for entry in papers):
        best[entry.paper.id] = max(entry.score, best.get(entry.paper.id, Decimal(0)))
    scores = [paper.entry.score for paper in roundup.papers]
    assert scores == sorted(best.values(), reverse=True)[: MOST_PAPERS[PeriodKind.WEEK]]
    assert scores == [best[paper] for paper in ids_of(roundup)]
    assert len(set(ids_of(roundup))) == len(scores)
    assert [paper.rank for paper in roundup.papers] == list(range(1, len(scores) + 1))
    assert roundup.hot == len(best)
    assert make_roundup(WEEK, [digests[number] for number in order]) == roundup


# Which of two roundups is the newer one


def test_a_revision_tells_of_how_many_digests_and_which() -> None:
    assert roundup_revision(["2020-09-20T13:13:43Z#a", "2020-09-21T13:13:43Z#b"]) == (
        "02/2020-09-20T13:13:43Z#a/2020-09-21T13:13:43Z#b"
    )


def revisions() -> st.SearchStrategy[str]:
    return st.builds(revision, whole_seconds(), st.binary(max_size=2))


@given(st.lists(revisions(), min_size=1, max_size=23), st.lists(revisions(), max_size=3), st.data())
def test_whatever_day_is_made_again_the_roundup_is_a_later_one(
    before: list[str], earlier: list[str], data: st.DataObject
) -> None:
    newer = list(before)
    for number in data.draw(st.sets(st.integers(0, len(before) - 1), min_size=1)):
        newer[number] = max(before[number], data.draw(revisions()))
    outcome = compare_revisions(roundup_revision(newer), roundup_revision(before))
    assert outcome == ("unchanged" if newer == before else "saved")
    # The archive gets digests of days before its first.
    if earlier:
        grown = roundup_revision([*earlier, *before])
        assert compare_revisions(grown, roundup_revision(before)) == "saved"


def test_the_longest_revision_fits_into_the_metadata_of_an_object() -> None:
    [long] = {revision(day.collected_at, b"") for day in [final(MONDAY)]}
    assert len(roundup_revision([long] * 23)) == 876


def test_sources_stand_in_their_order() -> None:
    days = [final(MONDAY, sources=X_ONLY), final(TUESDAY, sources=ALL_ON)]
    assert make_roundup(WEEK, days).sources == tuple(ALL_ON)
