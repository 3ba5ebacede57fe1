"""What should have been published: the post without its known faults."""

import re
from collections.abc import Iterable
from datetime import datetime

from tests.corpus.published import SCRIPT, Published, Section, Window


def within_reach(section: Section, window: Window) -> Section:
    """The section without posts from before its submission window: no search looks there.

    Four days of the corpus have such posts, seven in all, about papers that arXiv held back or
    that their authors had told of before. Their counts go to voices that are not shown.
    """
    reachable = tuple(embed for embed in section.embeds if embed.created_at >= window.start)
    return Section(**{**vars(section), "embeds": reachable})


def mended(published: Published, sections: Iterable[Section]) -> str:
    # In ties the order is by id. All of the corpus is in that order; sorting keeps it a rule.
    ordered = sorted(sections, key=lambda section: (-section.score, section.id))
    return published.head + "".join(
        _mended_section(rank, section, published.collected_at)
        for rank, section in enumerate(ordered, start=1)
    )


def _mended_section(rank: int, section: Section, collected_at: datetime) -> str:
    categories = " | ".join(
        f"[{name}](https://arxiv.org/list/{name}/recent)" for name in section.categories
    )
    abstract_page = f"[abs](https://arxiv.org/abs/{section.id})"
    document = f"[pdf](https://arxiv.org/pdf/{section.id})"
    lines = [
        "",
        f"# {rank}. {mended_text(section.title)}",
        "",
        mended_text(section.authors),
        "",
        f"- retweets: {section.retweets}, favorites: {section.favorites}"
        f" ({collected_at:%m/%d/%Y %H:%M:%S})",
        "",
        f"- links: {abstract_page} | {document}",
        f"- {categories}",
        "",
        mended_text(section.abstract),
        "",
        *(line for embed in section.embeds for line in (embed.html, SCRIPT, "")),
        "",
        "",
        "",
    ]
    return "\n".join(lines)


def mended_text(text: str) -> str:
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", " ".join(text.split()))
