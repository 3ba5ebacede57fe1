"""Where a paper's code is: who tells it, and which links lead to a repository."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpapers.domain.code_links import code_in_link, code_in_text, code_of
from hotpapers.domain.digest import RankedPaper
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from tests.builders import ADA, PAPER, make_paper, make_post
from tests.hostile import hostile_texts
from tests.rankings import EVERYTHING, digest

CANONICAL = re.compile(
    r"""
    https:// (?:
        (?: github\.com | codeberg\.org | bitbucket\.org | huggingface\.co (?:/datasets|/spaces)? )
        (?: /[A-Za-z0-9_.-]+ ){2}
      | gitlab\.com (?: /[A-Za-z0-9_.-]+ ){2,}
      | [a-z0-9-]+\.github\.io / (?: [A-Za-z0-9_.-]+/ )?
    )
    """,
    re.VERBOSE,
)


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://github.com/ada/engine", "https://github.com/ada/engine"),
        ("http://www.GitHub.com/Ada/Engine.git", "https://github.com/Ada/Engine"),
        ("https://github.com//ada//engine/", "https://github.com/ada/engine"),
        ("https://github.com/ada/engine/tree/main?tab=readme#x", "https://github.com/ada/engine"),
        ("https://github.com/ada/engine.", "https://github.com/ada/engine"),
        ("https://gitlab.com/ada/engine/-/tree/main", "https://gitlab.com/ada/engine"),
        ("https://gitlab.com/group/part/engine", "https://gitlab.com/group/part/engine"),
        ("https://codeberg.org/ada/engine", "https://codeberg.org/ada/engine"),
        ("https://bitbucket.org/ada/engine", "https://bitbucket.org/ada/engine"),
        ("https://huggingface.co/ada/engine", "https://huggingface.co/ada/engine"),
        ("https://hf.co/datasets/ada/cards", "https://huggingface.co/datasets/ada/cards"),
        ("https://huggingface.co/spaces/ada/demo", "https://huggingface.co/spaces/ada/demo"),
        ("https://ada.github.io", "https://ada.github.io/"),
        ("https://ada.github.io/engine", "https://ada.github.io/engine/"),
        ("https://ada.github.io/engine/demo.html", "https://ada.github.io/engine/"),
    ],
)
def test_links_to_repositories_and_project_pages(link: str, code: str) -> None:
    assert code_in_link(link) == code


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://",
        "https://github.com",
        "https://github.com/ada",
        "https://github.com/topics/engine",
        "https://github.com/../engine",
        "https://github.com/ada/..",
        "https://github.com/ada/.git",
        "https://github.com/ada/engine%2f..",
        "https://github.com/ada/<b>",
        "https://github.com/ada/é",
        "https://ada@github.com/ada/engine",
        "https://github.com:443/ada/engine",
        "https://github.com./ada/engine",
        "https://github.com.evil.example/ada/engine",
        "https://evil-github.com/ada/engine",
        "https://evil.example/github.com/ada/engine",
        "https://evil.example\\@github.com/ada/engine",
        "https://github.com\\@evil.example/ada/engine",
        "https://evil.example/?https://github.com/ada/engine",
        "javascript:alert(1)//github.com/ada/engine",
        "ftp://github.com/ada/engine",
        "github.com/ada/engine",
        "https://huggingface.co/papers/2009.08319",
        "https://huggingface.co/datasets/ada",
        "https://arxiv.org/abs/2009.08319",
        "https://a.b.github.io/engine",
        "https://github.com/ada/" + "e" * 3_000,
    ],
)
def test_other_links(link: str) -> None:
    assert code_in_link(link) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Code: https://github.com/ada/engine.", "https://github.com/ada/engine"),
        (r"at \url{https://github.com/ada/an_engine}.", "https://github.com/ada/an_engine"),
        (r"at https://github.com/ada/an\_engine", "https://github.com/ada/an_engine"),
        ("(github.com/ada/engine)", "https://github.com/ada/engine"),
        ("first github.com/a/b, then github.com/c/d", "https://github.com/a/b"),
        ("https://ada.github.io/x, https://hf.co/ada/x", "https://huggingface.co/ada/x"),
        ("https://hf.co/ada/x and https://github.com/ada/x", "https://github.com/ada/x"),
        ("See https://ada.github.io/.", "https://ada.github.io/"),
        ("https://evil.example/github.com/ada/engine", ""),
        ("me@github.com/ada/engine", ""),
        ("We use GitHub, and github.com.", ""),
    ],
)
def test_the_first_repository_of_a_text(text: str, code: str) -> None:
    assert code_in_text(text) == code


@given(
    st.lists(
        st.sampled_from(
            [
                "https://",
                "github.com",
                "ada.github.io",
                "hf.co",
                "/",
                "a",
                "..",
                "@",
                ":",
                "\\",
                "%",
            ]
        )
        | hostile_texts(longest=2),
        max_size=12,
    ).map("".join)
)
def test_whatever_the_text_an_address_is_one_of_a_host_that_is_known(text: str) -> None:
    for code in (code_in_link(text), code_in_text(text)):
        assert code == "" or CANONICAL.fullmatch(code)
        assert code_in_link(code) == code


# Who tells it


def by_ada(**changes: Any) -> Post:
    return make_post(**{"text": "Code: https://github.com/ada/post", **changes})


FEATURED = make_post(
    PAPER.id, "page", source="huggingface", code="https://github.com/ada/featured", text="Engine"
)
WITH_LINK = make_paper(abstract="Code at https://github.com/ada/abstract.")
SHORTENED = by_ada(
    text="Code: https://t.co/Ab1",
    spans=(Span(6, 22, SpanKind.LINK, "https://github.com/ada/link"),),
)
STRANGER = by_ada(account=Account("7", "charles", "Charles Babbage"))


@pytest.mark.parametrize(
    ("paper", "posts", "code"),
    [
        (WITH_LINK, [by_ada(), FEATURED], "https://github.com/ada/featured"),
        (WITH_LINK, [by_ada()], "https://github.com/ada/abstract"),
        (PAPER, [by_ada()], "https://github.com/ada/post"),
        (PAPER, [SHORTENED], "https://github.com/ada/link"),
        (PAPER, [STRANGER], ""),
        (PAPER, [by_ada(papers=(PAPER.id, make_paper("2009.00001").id))], ""),
        (PAPER, [by_ada(quotable=False)], ""),
        (PAPER, [], ""),
    ],
)
def test_who_is_asked_first(paper: Any, posts: Sequence[Post], code: str) -> None:
    assert code_of(paper, posts) == code


def test_a_digest_tells_where_the_code_of_its_papers_is() -> None:
    def entry(*posts: Post) -> RankedPaper:
        return digest([PAPER], posts, EVERYTHING).papers[0]

    assert entry(by_ada(account=ADA)).code == "https://github.com/ada/post"
    assert entry(by_ada(), FEATURED).code == "https://github.com/ada/featured"
    assert entry().code == ""
