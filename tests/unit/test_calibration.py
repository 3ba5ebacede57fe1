"""Weights that are proposed from what the sources have told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.calibration import LEAST_PAPERS, Calibration, Proposal, calibrate
from hotpapers.domain.edition import Edition
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.ranking import WEIGHTS, Rules
from hotpapers.domain.reading import Reading
from hotpapers.domain.sources import SOURCES
from hotpapers.use_cases.calibrate import calibrate_kept
from tests.builders import COLLECTED_AT, DAY, make_post
from tests.fakes import MemoryEditions, MemoryReadings
from tests.properties import examples

RULES = Rules()
IDS = [PaperId(f"2009.{number:05}") for number in range(200)]


def told(source: str, engagement: Iterable[int], *, first: int = 0, shortfall: str = "") -> Reading:
    """A reading in which one account after the other speaks of one paper after the other."""
    metric = SOURCES[source].counted[-1]
    rest = dict.fromkeys(SOURCES[source].counted, 0)
    posts = tuple(
        make_post(
            str(number), str(number), source, papers=(IDS[number],), counts={**rest, metric: count}
        )
        for number, count in enumerate(engagement, start=first)
    )
    return Reading(source, COLLECTED_AT, tuple(IDS), posts, shortfall)


def of(source: str, calibration: Calibration) -> Proposal:
    return calibration.proposals[list(SOURCES).index(source)]


def weight(source: str, *readings: Reading, rules: Rules = RULES) -> Decimal | None:
    return of(source, calibrate([readings], rules)).weight


def nothing(source: str, papers: int = 0, **fields: Any) -> Proposal:
    empty = Proposal(source, papers, None, None, WEIGHTS[source], None)
    return replace(empty, **fields)


def test_a_whole_calibration() -> None:
    x = told("x", range(10, 50))  # on the papers below too: 10 … 49, and 15 … 44
    upvotes = told("huggingface", [5] * 30, first=5)
    few = told("reddit", [7] * 29)

    assert calibrate([[few, upvotes, x]], RULES) == Calibration(
        reference="x",
        proposals=(
            Proposal("x", 40, Fraction(59, 2), Fraction(59, 2), Decimal(1), Fraction(1)),
            nothing("bluesky"),
            nothing("mastodon"),
            nothing("hackernews"),
            nothing("reddit", 29, typical=Fraction(7), typical_there=Fraction(24)),
            Proposal("huggingface", 30, Fraction(5), Fraction(59, 2), Decimal(5), Fraction(59, 10)),
        ),
    )
    assert weight("huggingface", few, upvotes, x) == Decimal("5.9")
    assert weight("x", few, upvotes, x) == 1
    assert weight("reddit", few, upvotes, x) is None


@pytest.mark.parametrize("days", [[], [[]], [[told("x", [9] * 29)]], [[told("x", [0] * 90)]]])
def test_without_enough_papers_nothing_is_proposed(days: Sequence[Sequence[Reading]]) -> None:
    assert calibrate(days, RULES) == Calibration(None, tuple(map(nothing, SOURCES)))


def test_the_papers_of_all_days_are_taken_together() -> None:
    day = [told("x", [20] * 15), told("bluesky", [10] * 15)]

    assert of("bluesky", calibrate([day], RULES)).weight is None
    assert of("bluesky", calibrate([day, day], RULES)) == Proposal(
        "bluesky", 30, Fraction(10), Fraction(20), Decimal(1), Fraction(2)
    )


def test_papers_that_only_one_of_them_talks_about_say_nothing() -> None:
    """A search for every paper finds many that hardly anybody likes, a chosen list does not."""
    searched = told("x", [40] * 30 + [1] * 170)
    chosen = told("huggingface", [8] * 30)

    assert weight("huggingface", searched, chosen) == 5


def test_papers_that_are_mentioned_and_not_liked_say_nothing() -> None:
    x = told("x", [40] * 30 + [0] * 70)
    points = told("hackernews", [20] * 30 + [50] * 70)

    assert weight("hackernews", x, points) == 2


def test_a_famous_paper_hardly_matters() -> None:
    x, points = told("x", [40] * 40), told("hackernews", [20] * 35 + [10**6] * 5)

    assert weight("hackernews", x, points) == 2


def test_readings_that_a_failure_interrupted_say_nothing() -> None:
    x = told("x", [40] * 30)

    reddit = told("reddit", [10] * 30, shortfall="answered 503")
    assert weight("reddit", x, replace(reddit, interrupted=True)) is None
    assert calibrate([[replace(x, interrupted=True)]], RULES).reference is None
    # One that told as much as it was asked for does: what has many likes is read first.
    assert weight("reddit", replace(x, shortfall="stopped at 500 posts"), reddit) is not None


def test_voices_are_counted_as_for_the_ranking() -> None:
    x = told("x", [40] * 60)
    points = told("hackernews", [20] * 60)
    program = [
        replace(post, id=f"again {post.id}", account=replace(post.account, id="program"))
        for post in points.posts
    ]
    points = replace(points, posts=(*points.posts, *program))

    assert weight("hackernews", x, points) == 2
    assert weight("hackernews", x, points, rules=Rules(most_papers=60)) == 1


@pytest.mark.parametrize(
    ("weights", "reference", "expected"),
    [
        ({"x": Decimal(1)}, "x", Decimal(4)),
        ({"x": Decimal("0.5")}, "x", Decimal(2)),
        # What counts nothing cannot be measured by
        ({"x": Decimal(0)}, "bluesky", Decimal(2)),
        ({"x": Decimal(0), "bluesky": Decimal(3)}, "bluesky", Decimal(6)),
    ],
)
def test_the_reference_keeps_its_weight(
    weights: Mapping[str, Decimal], reference: str, expected: Decimal
) -> None:
    rules = Rules(weights={**WEIGHTS, **weights})
    day = [told("x", [40] * 30), told("bluesky", [20] * 30), told("reddit", [10] * 30)]

    made = calibrate([day], rules)

    assert (made.reference, of("reddit", made).weight) == (reference, expected)
    assert of(reference, made).weight == rules.weights[reference]


def test_without_x_the_next_source_is_the_reference() -> None:
    day = [told("hackernews", [10] * 30), told("mastodon", [20] * 30), told("x", [9] * 29)]

    made = calibrate([day], RULES)

    assert (made.reference, of("hackernews", made).weight) == ("mastodon", Decimal(2))


@pytest.mark.parametrize(
    ("there", "here", "expected"),
    [
        (59, 10, "5.9"),
        (1, 3, "0.33"),
        (2, 3, "0.67"),
        (1234, 10, "120"),
        (999, 1000, "1"),
        (1, 13, "0.08"),  # the setting has two decimals
        (1, 10**6, "0.01"),
        (10**6, 1, "9999"),
    ],
)
def test_two_digits_as_the_setting_takes_them(there: int, here: int, expected: str) -> None:
    assert weight("reddit", told("x", [there] * 30), told("reddit", [here] * 30)) == Decimal(
        expected
    )


# On anything

NUMBERS = st.lists(st.integers(0, 1000), min_size=LEAST_PAPERS, max_size=LEAST_PAPERS + 20)
LIKED = st.lists(st.integers(1, 1000), min_size=LEAST_PAPERS, max_size=LEAST_PAPERS + 20)
SCALE = st.integers(2, 50)


@settings(max_examples=examples(30), deadline=None)
@given(LIKED, NUMBERS, SCALE)
def test_twice_the_engagement_is_half_the_weight(
    there: list[int], here: list[int], scale: int
) -> None:
    before = of("reddit", calibrate([[told("x", there), told("reddit", here)]], RULES))
    scaled = [number * scale for number in here]
    after = of("reddit", calibrate([[told("x", there), told("reddit", scaled)]], RULES))

    assert after.papers == before.papers
    assert (after.exact is None) is (before.exact is None)
    if before.exact is not None and after.exact is not None:
        assert after.exact * scale == before.exact


@settings(max_examples=examples(30), deadline=None)
@given(LIKED, NUMBERS, SCALE)
def test_the_reference_s_scale_is_taken_over(there: list[int], here: list[int], scale: int) -> None:
    before = of("reddit", calibrate([[told("x", there), told("reddit", here)]], RULES))
    scaled = [number * scale for number in there]
    after = of("reddit", calibrate([[told("x", scaled), told("reddit", here)]], RULES))

    if before.exact is None:
        assert after.exact is None
    else:
        assert after.exact == before.exact * scale


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=3), st.randoms(use_true_random=False))
def test_no_order_matters(days: list[tuple[list[int], list[int]]], chance: Any) -> None:
    readings = [[told("x", there), told("huggingface", here)] for there, here in days]
    made = calibrate(readings, RULES)

    for day in readings:
        chance.shuffle(day)
    chance.shuffle(readings)

    assert calibrate(readings, RULES) == made


@settings(max_examples=examples(30), deadline=None)
@given(NUMBERS, NUMBERS)
def test_what_is_proposed_is_a_weight(there: list[int], here: list[int]) -> None:
    made = calibrate([[told("x", there), told("mastodon", here)]], RULES)

    for proposal in made.proposals:
        proposed = proposal.weight
        assert proposed is None or Decimal("0.01") <= proposed <= 9999
        assert proposed is None or proposed == round(proposed, 2)


# The newest digests


def test_the_newest_digests_are_read() -> None:
    editions, readings = MemoryEditions(), MemoryReadings()
    for number in range(3):
        day = DAY - timedelta(days=number)
        editions.save(Edition(day, COLLECTED_AT, (), b"{}"))
        readings.keep(day, told("x", [10 * (number + 1)] * 30))
        readings.keep(day, told("bluesky", [10] * 30))
    readings.keep(DAY + timedelta(days=1), told("x", [1] * 30))  # of a day without a digest

    made = [of("bluesky", calibrate_kept(editions, readings, RULES, most)) for most in (1, 2, 9)]

    assert [(proposal.papers, proposal.weight) for proposal in made] == [
        (30, Decimal(1)),
        (60, Decimal("1.5")),
        (90, Decimal(2)),
    ]
