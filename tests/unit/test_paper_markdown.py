"""A paper by itself as Markdown."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from hotpapers.documents.paper_markdown import write_paper_markdown
from hotpapers.documents.site import Site
from hotpapers.domain.digest import Digest
from hotpapers.domain.paper_view import PaperView
from tests.builders import COLLECTED_AT, digests, make_entry, make_paper, make_post
from tests.properties import examples

SITE = Site("https://hot.example")
DAY = date(2020, 9, 18)
PAPER = replace(
    make_paper("2009.00001"),
    title="On *Stars*",
    authors=("Ada Lovelace", "Émilie du Châtelet"),
    abstract="# We count.",
    categories=("cs.LG", "stat.ML"),
)


def view_of(digest: Digest) -> list[PaperView]:
    """The papers of a digest, each by itself."""
    return [
        PaperView(
            paper=entry.paper,
            day=digest.date,
            rank=entry.rank,
            attention=entry.attention,
            mentions=entry.mentions,
            history=entry.history,
            measured_at=digest.collected_at,
        )
        for entry in digest.papers
    ]


def test_a_paper_has_its_numbers_its_day_and_its_posts() -> None:
    entry = make_entry(1, PAPER, [make_post(papers=(PAPER.id,), text="So good")])
    view = PaperView(
        paper=PAPER,
        day=DAY,
        rank=1,
        attention=entry.attention,
        mentions=entry.mentions,
        measured_at=COLLECTED_AT,
    )
    text = write_paper_markdown(view, SITE).decode()
    numbers, post = text.splitlines()[4], text.splitlines()[-2]
    assert (
        text
        == f"""# On *Stars*

Ada Lovelace, Émilie du Châtelet

{numbers}

- links: [abs](https://arxiv.org/abs/2009.00001) | [pdf](https://arxiv.org/pdf/2009.00001)
- listed: [2020-09-18](https://hot.example/digests/2020-09-18)
- [cs.LG](https://arxiv.org/list/cs.LG/recent) | [stat.ML](https://arxiv.org/list/stat.ML/recent)

\\# We count.

By an author:

{post}
{text.splitlines()[-1]}
"""
    )
    assert numbers.startswith("- retweets: ")
    assert "So good" in post


def test_a_paper_that_nobody_measured_has_no_numbers() -> None:
    assert write_paper_markdown(PaperView(PAPER, DAY), SITE).decode() == (
        "# On *Stars*\n\nAda Lovelace, Émilie du Châtelet\n\n"
        "- links: [abs](https://arxiv.org/abs/2009.00001) | [pdf](https://arxiv.org/pdf/2009.00001)\n"
        "- listed: [2020-09-18](https://hot.example/digests/2020-09-18)\n"
        "- [cs.LG](https://arxiv.org/list/cs.LG/recent)"
        " | [stat.ML](https://arxiv.org/list/stat.ML/recent)\n\n\\# We count.\n"
    )


@settings(max_examples=examples(20), deadline=None)
@given(digests(2))
def test_whatever_is_in_it_a_paper_is_one_document(digest: Digest) -> None:
    for view in view_of(digest):
        lines = write_paper_markdown(view, SITE).decode().splitlines()
        assert lines[0].startswith("# ")
        assert [line for line in lines if line.startswith("# ") or line == "---"] == lines[:1]
