"""What the upstreams know in the days of chaos: the day from six sources, made small.

A run is repeated thousands of times, so there are as few papers as have posts from every source.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache

from local.samples import SAMPLES, grown
from local.upstreams.dataset import Dataset, Record

FIRST_DAY, SECOND_DAY = date(2026, 7, 13), date(2026, 7, 14)
FIRST = ("2607.09424", "2607.09474")
"""Papers of the first day."""
SECOND = ("2607.09544",)
"""Papers that are announced a day later here."""
LAST = "2607.11111"
"""A paper of the week after, of which nobody says anything: arXiv has announced since."""


@cache
def small_dataset(growths: int) -> Dataset:
    """What the upstreams know after so many days of growing."""
    sample = Dataset.load(SAMPLES["sources"].path)
    chosen = (*FIRST, *SECOND)
    posts = _about(sample.posts, chosen)
    papers = [_short(paper) for paper in sample.papers if paper["id"] in chosen]
    small = replace(
        sample,
        papers=(*papers, _last(papers[0])),
        posts=posts,
        bluesky=_about(sample.bluesky, chosen),
        mastodon={name: _about(told, chosen) for name, told in sample.mastodon.items()},
        hackernews=_about(sample.hackernews, chosen),
        reddit=_about(sample.reddit, chosen),
        huggingface=_about(sample.huggingface, chosen),
    )
    for _ in range(growths):
        small = grown(small)
    return small


def _about(records: Iterable[Record], papers: Iterable[str]) -> tuple[Record, ...]:
    """The records that speak of some papers, and of no others."""
    return tuple(each for each in records if any(name in json.dumps(each) for name in papers))


def _short(paper: Record) -> Record:
    """A paper with few words, each of which is an item of the table."""
    short = {**paper, "abstract": "We weave patterns.", "authors": paper["authors"][:2]}
    if paper["id"] in SECOND:
        short |= dict.fromkeys(("published", "updated"), "2026-07-13T15:00:00Z")
    return short


def _last(paper: Record) -> Record:
    times = dict.fromkeys(("published", "updated"), "2026-07-17T15:00:00Z")
    return {**paper, "id": LAST, "title": "What came later", **times}
