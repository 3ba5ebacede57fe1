"""Attacks on the ranking: with the rules it does not move, without each it would."""

import pytest

from tests.attacks import (
    HONEST,
    LAST,
    NOT_STOPPED,
    PUBLISHED,
    STOPPED,
    TARGET,
    Attack,
    fate,
    ranking,
    with_rules,
    without_rules,
)

each_attack = pytest.mark.parametrize("attack", STOPPED, ids=lambda attack: attack.name)


def test_the_day_is_the_published_one() -> None:
    assert [(entry.paper.id, entry.retweets, entry.favorites) for entry in ranking(HONEST)] == [
        (paper_id, *numbers) for paper_id, numbers in PUBLISHED.items()
    ]
    assert fate(LAST, ranking(HONEST)) == "rank 23 of 23, score 56"
    assert fate(TARGET, ranking(HONEST)) == "not among the 23"


@each_attack
def test_the_ranking_does_not_move(attack: Attack) -> None:
    assert with_rules(attack) == ranking(HONEST)


@each_attack
def test_without_the_rule_it_would(attack: Attack) -> None:
    before = [entry.paper.id for entry in ranking(HONEST)]

    after = [entry.paper.id for entry in without_rules(attack)]

    assert after != before
    target = attack.target
    assert target not in before or after.index(target) < before.index(target)


@pytest.mark.parametrize("attack", NOT_STOPPED, ids=lambda attack: attack.name)
def test_what_is_not_stopped_is_known(attack: Attack) -> None:
    """docs/ranking.md says so too."""
    assert attack.target in {entry.paper.id for entry in with_rules(attack)}
