"""Whose posts count, and who wrote a paper."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.post import Post
from hotpapers.domain.voices import TITLES, Voice, is_by_author, listing_voices, voice
from tests.builders import ADA, PAPER, make_post
from tests.hostile import hostile_texts
from tests.properties import examples

IDS = [PaperId(f"2009.{number:05}") for number in range(120)]
NOBODY = frozenset[str]()


def posts_about(papers: int, author: str = "7", each: int = 1, source: str = "x") -> list[Post]:
    """The posts of an account about so many papers, so many papers in each of them."""
    return [
        make_post(
            f"{author}-{start}",
            author,
            source,
            papers=tuple(IDS[start : min(start + each, papers)]),
        )
        for start in range(0, papers, each)
    ]


# Voices


def test_a_voice_is_an_account_of_a_source() -> None:
    assert voice(make_post("1", author="7", source="reddit")) == ("reddit", "7")


@pytest.mark.parametrize("each", [1, 10, 51])
@pytest.mark.parametrize(("papers", "is_listing"), [(50, False), (51, True)])
def test_who_links_to_more_than_fifty_papers_of_a_day(
    papers: int, is_listing: bool, each: int
) -> None:
    posts = posts_about(papers, "7", each)

    assert listing_voices(posts, NOBODY, 50) == ({("x", "7")} if is_listing else set())


def test_a_paper_posted_sixty_times_is_one_paper() -> None:
    posts = [make_post(str(number), author="7") for number in range(60)]

    assert listing_voices(posts, NOBODY, 50) == set()


def test_papers_are_counted_account_by_account_and_source_by_source() -> None:
    posts = [
        *posts_about(40, "7"),
        *posts_about(40, "8"),
        *posts_about(40, "7", source="reddit"),
        *posts_about(60, "9"),
    ]

    assert listing_voices(posts, NOBODY, 50) == {("x", "9")}


def test_the_source_s_own_word_decides() -> None:
    human, program = make_post("1", author="7"), make_post("2", author="8")
    program = replace(program, account=replace(program.account, automated=True))
    other = make_post("3", author="8")  # what the same account posted before it said so

    assert listing_voices([human, program, other], NOBODY, 50) == {("x", "8")}


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("x:arxiv_daily", {("x", "7")}),
        ("x:7", {("x", "7")}),
        ("bluesky:arxiv_daily", set()),
        ("arxiv_daily", set()),
        ("x:arxiv", set()),
        ("x:", set()),
    ],
)
def test_the_operator_s_list_decides(named: str, expected: set[Voice]) -> None:
    said = make_post("1", author="7")
    said = replace(said, account=replace(said.account, username="arXiv_Daily"))

    assert listing_voices([said], {named}, 50) == expected


@pytest.mark.parametrize(
    "username", ["leggedrobotics", "arxivbot", "arxiv_cs_cl", "papers_bot", "StatMLPapers", "robot"]
)
def test_nothing_is_guessed_from_a_name(username: str) -> None:
    posts = [
        replace(said, account=replace(said.account, username=username, name=f"{username} Bot"))
        for said in posts_about(50)
    ]

    assert listing_voices(posts, NOBODY, 50) == set()


@settings(max_examples=examples(50), deadline=None)
@given(
    posts=st.lists(
        st.builds(
            lambda author, papers: make_post(author, author, papers=tuple(papers)),
            st.sampled_from("abc"),
            st.lists(st.sampled_from(IDS[:6]), min_size=1, max_size=6),
        )
    ),
    chance=st.randoms(use_true_random=False),
)
def test_neither_order_nor_repetition_matters(posts: list[Post], chance: Any) -> None:
    found = listing_voices(posts, NOBODY, 3)

    others = [*posts, *posts[::2]]
    chance.shuffle(others)

    assert listing_voices(others, NOBODY, 3) == found


# Authors


@pytest.mark.parametrize(
    ("shown", "author"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("ADA LOVELACE", "Ada Lovelace"),
        ("  ada   lovelace ", "Ada Lovelace"),
        # Accents, written as one character or two, or left out; strokes and ligatures
        ("Kurt Godel", "Kurt Gödel"),
        ("Kurt Go\u0308del", "Kurt Gödel"),
        ("Kurt Gödel", "Kurt Godel"),
        ("INCI AYHAN", "İnci Ayhan"),
        ("Niels Bjorn", "Niels Bjørn"),
        ("Lukasz Strozyk", "Łukasz Stróżyk"),
        ("Straße Weiss", "STRASSE Weiß"),
        # Initials, punctuation, titles
        ("Yann LeCun", "Yann A. LeCun"),
        ("Yann A. LeCun", "Yann LeCun"),
        ("Yann A LeCun", "Yann B. LeCun"),
        ("J.-B. Ada Lovelace", "Ada Lovelace"),
        ("Ada-Marie Lovelace", "Ada Marie Lovelace"),
        ("Conan O’Brien", "Conan O'Brien"),
        ("Dr. Ada Lovelace", "Ada Lovelace"),
        ("Prof. Ada Lovelace, Ph.D.", "Ada Lovelace"),
        ("Ada Lovelace Ph.D.", "Ada Lovelace"),
        ("Ada Lovelace", "Ada Lovelace III"),
        # The family's name first
        ("Lovelace, Ada", "Ada Lovelace"),
        ("Wang Xiaolong", "Xiaolong Wang"),
        ("Ada Lovelace", "Lovelace, Ada"),
        # What stands beside the name
        ("Ada Lovelace 🇬🇧❤️", "Ada Lovelace"),
        ("Ada Lovelace (she/her)", "Ada Lovelace"),
        ("Ada Lovelace [hiring]", "Ada Lovelace"),
        ("Ada Lovelace (", "Ada Lovelace"),
        ("Ada (Countess) Lovelace", "Ada Lovelace"),
        ("Ada Lovelace", "Ada Lovelace (1)"),
        ("Ada Lovelace | Analytical Engines", "Ada Lovelace"),
        ("Ada Lovelace @ Analytical Engines", "Ada Lovelace"),
        ("Ada Lovelace @AnalyticalEngines2020", "Ada Lovelace"),
        ("Ada Lovelace – weaving patterns", "Ada Lovelace"),
        ("Ada Lovelace, Countess", "Ada Lovelace"),
        ("Analytical Engines (Ada Lovelace)", "Ada Lovelace"),
        ("エイダ（Ada Lovelace）", "Ada Lovelace"),
        # Another script beside it
        ("Ada Lovelace エイダ", "Ada Lovelace"),
        ("愛達 Ada Lovelace", "Ada Lovelace"),
        ("Ada Lovelace آدا", "Ada Lovelace"),
        # Scripts that arXiv's lists do not have: the same name in the same letters
        ("Ада Лавлейс", "Ада Лавлейс"),
        ("АДА ЛАВЛЕЙС", "Ада К. Лавлейс"),
        ("山田 太郎", "山田 太郎"),
        ("王 小 龍", "王 小 龍"),
        ("آدا لوفلايس", "آدا لوفلايس"),
        ("अदा लवलेस", "अदा लवलेस"),
    ],
)
def test_who_has_an_author_s_name(shown: str, author: str) -> None:
    paper = replace(PAPER, authors=("Charles Babbage", author))

    assert is_by_author(replace(ADA, name=shown), paper)


@pytest.mark.parametrize(
    ("shown", "author"),
    [
        ("", "Ada Lovelace"),
        ("", ""),
        ("Charles Babbage", "Ada Lovelace"),
        ("Ada King", "Ada Lovelace"),
        # A part of a name is nobody's
        ("Ada", "Ada Lovelace"),
        ("Lovelace", "Ada Lovelace"),
        ("Ada", "Ada"),
        ("A. Lovelace", "Ada Lovelace"),
        ("Ada Lovelace", "A. Lovelace"),
        ("A. L.", "A. L."),
        ("Dr. Ada", "Ada"),
        ("山田", "山田"),
        ("Yann Y. LeCun", "Yann André LeCun"),
        # The name among others
        ("Friends of Ada Lovelace", "Ada Lovelace"),
        ("Charles Babbage with Ada Lovelace", "Ada Lovelace"),
        ("@ Ada Lovelace", "Ada Lovelace"),
        ("Ada Lovelace", "Ada Lovelace Charles Babbage"),
        # Names are not carried into another script, nor told from a username
        ("王小龍", "Xiaolong Wang"),
        ("Ада Лавлейс", "Ada Lovelace"),
        ("Аda Lovelace", "Ada Lovelace"),  # the first letter is Cyrillic
        ("adalovelace", "Ada Lovelace"),
        # Nothing but what is taken out
        ("🇬🇧 ❤️", "🇬🇧 ❤️"),
        ("Dr. Prof.", "Dr. Prof."),
        ("(Ada) (Lovelace)", "Ada Lovelace"),
        ("1815 1852", "1815 1852"),
    ],
)
def test_who_has_not(shown: str, author: str) -> None:
    paper = replace(PAPER, authors=("Luigi Menabrea", author))

    assert not is_by_author(replace(ADA, name=shown), paper)


def test_a_paper_without_authors_is_by_nobody() -> None:
    assert not is_by_author(ADA, replace(PAPER, authors=()))


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace " + "x" * 1_000_000,
        "(" * 1_000_000,
        "([" * 500_000,
        "ﷺ" * 1_000_000,  # NFKD makes eighteen characters of it
        " - " * 400_000,
        "\u0301" * 1_000_000,
        "Ada Lovelace" * 50_000,
    ],
    ids=lambda name: f"{name[:3]!a}",
)
def test_names_without_end_are_nobody_s_and_read_at_once(name: str) -> None:
    assert not is_by_author(replace(ADA, name=name), replace(PAPER, authors=(name, "Ada Lovelace")))


LETTERS = "abcdefghijklmnopqrstuvwxyzàâäçéèêëîïñôöœøłđšžčćăąęěňřůűőğşßİı"


def is_title(word: str) -> bool:
    """Tell whether a word, without its accents, is one that people put beside their names."""
    marked = unicodedata.normalize("NFKD", word.casefold()).replace("ı", "i")
    return "".join(c for c in marked if not unicodedata.combining(c)) in TITLES


WORDS = st.text(LETTERS, min_size=2, max_size=9).filter(lambda word: not is_title(word))
NAMES = st.lists(WORDS, min_size=2, max_size=4).map(" ".join)
RECASED: st.SearchStrategy[Callable[[str], str]] = st.sampled_from(
    [str, str.upper, str.title, str.casefold]
)
FORMS: st.SearchStrategy[Literal["NFC", "NFD", "NFKC", "NFKD"]] = st.sampled_from(
    ["NFC", "NFD", "NFKC", "NFKD"]
)


@settings(max_examples=examples(200), deadline=None)
@given(NAMES, RECASED, FORMS, st.sampled_from(["", " 🇬🇧", " | Engines", " (she)", ", Countess"]))
def test_however_an_author_s_name_is_written_it_is_the_author_s(
    name: str,
    recase: Callable[[str], str],
    form: Literal["NFC", "NFD", "NFKC", "NFKD"],
    beside: str,
) -> None:
    shown = unicodedata.normalize(form, recase(name)) + beside

    assert is_by_author(replace(ADA, name=shown), replace(PAPER, authors=(name,)))


@settings(max_examples=examples(300), deadline=None)
@given(hostile_texts(surrogates=True, longest=30), hostile_texts(surrogates=True, longest=30))
def test_no_name_makes_it_fail_and_none_is_taken_for_another(shown: str, author: str) -> None:
    account = replace(ADA, name=shown)

    assert not is_by_author(account, replace(PAPER, authors=("Ada Lovelace of Nowhere",)))
    assert is_by_author(account, replace(PAPER, authors=(author, shown))) in (True, False)
