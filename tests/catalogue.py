"""Cards and selections for tests: so few words that what is looked for is often there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from hotpapers.domain.card import Card
from hotpapers.domain.digest import Attention
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.selection import Selection
from tests.builders import COLLECTED_AT, DAY, make_entry, make_paper

TITLES = (
    "engine",
    "Engines",
    "Gödel's",
    "loom",
    "weave",
    "the",
    "of cats",
    "機械",
    "$\\alpha$",
    "To",
)
NAMES = ("Ada Lovelace", "Kurt Gödel", "An To", "Ada Gödel", "Li Loom", 'K. G\\"odel')
CATEGORIES = ("cs.LG", "stat.ML", "math.NA", "math.IT", "hep-th", "cs.IT", "cond-mat.dis-nn")
PATTERNS = (*CATEGORIES, "cs.*", "math.*", "cs.NA", "math-ph", "cond-mat.*", "econ.*")
SOURCES = ("x", "bluesky")


def make_card(
    paper_id: str = "2009.08319", day: date = DAY, rank: int = 1, score: int = 50, **changes: object
) -> Card:
    """A card like any other, of a paper that X has so much attention for."""
    entry = make_entry(rank, make_paper(paper_id, **changes))
    voices = 1 if score else 0
    attention = {"x": Attention({"reposts": 0, "likes": score}, voices, Decimal(score))}
    return Card(day, replace(entry, attention=attention), COLLECTED_AT, COLLECTED_AT)


def make_cards(days: int, papers: int, first: date = DAY) -> Mapping[date, Sequence[Card]]:
    """The cards of an archive: so many papers on so many days, each with a word of its own."""
    return {
        day: [
            make_card(
                f"2009.{1000 * (number % 90) + rank:05}",
                day,
                rank,
                score=50 + rank,
                title=f"The number{number} engine of kind{rank}",
                authors=(f"Ada Author{number}", "Kurt Gödel"),
                categories=("cs.LG",) if rank % 2 else ("stat.ML", "cs.CL"),
            )
            for rank in range(1, papers + 1)
        ]
        for number in range(days)
        for day in [first + timedelta(days=number)]
    }


def cards_of(day: date) -> st.SearchStrategy[list[Card]]:
    """The cards of a day: up to five, with few words among them."""
    ids = st.lists(
        st.sampled_from(
            ["2009.00001", "2009.00002", "2009.00003", "math/0309136", "hep-th/9901001"]
        ),
        unique=True,
        max_size=5,
    )
    return ids.flatmap(
        lambda found: st.tuples(*(_cards(day, paper, rank) for rank, paper in enumerate(found, 1)))
    ).map(list)


def archives(first: date = DAY, days: int = 6) -> st.SearchStrategy[dict[date, list[Card]]]:
    """The cards of some days."""
    dates = [first + timedelta(days=number) for number in range(days)]
    return st.fixed_dictionaries({}, optional={day: cards_of(day) for day in dates})


def selections() -> st.SearchStrategy[Selection]:
    """What may be looked for among these cards, and is often there."""
    few_words = st.lists(st.sampled_from(TITLES), max_size=2).map(" ".join)
    return st.builds(
        Selection,
        categories=_few(PATTERNS),
        text=st.just("") | few_words,
        authors=_few(("Ada", "Gödel", "Lovelace, Ada", "kurt GODEL", "an", "Nobody")),
        least_score=st.none() | st.integers(0, 120),
        sources=_few(SOURCES),
        excluded=_few(("cats", "cs.*", "hep-th", "loom of Ada", "few-shot", "the")),
    )


def all_cards(archive: Mapping[date, Iterable[Card]]) -> list[Card]:
    """The cards of all days, the newest first."""
    cards = [card for found in archive.values() for card in found]
    return sorted(cards, key=lambda card: card.position, reverse=True)


def _few(entries: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    none: st.SearchStrategy[tuple[str, ...]] = st.just(())
    return none | st.lists(st.sampled_from(entries), unique=True, max_size=2).map(tuple)


def _cards(day: date, paper: str, rank: int) -> st.SearchStrategy[Card]:
    return st.builds(
        lambda titles, score, **fields: make_card(
            PaperId(paper), day, rank, score, title=" ".join(titles), **fields
        ),
        st.lists(st.sampled_from(TITLES), max_size=4),
        st.integers(0, 120),
        authors=st.lists(st.sampled_from(NAMES), max_size=3).map(tuple),
        categories=st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=2, unique=True).map(
            tuple
        ),
        abstract=st.sampled_from(["", "We weave.", "Looms of Ada"]),
    )
