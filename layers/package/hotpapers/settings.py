"""The settings of each function, read from its environment.

The sources have settings of their own, which their adapters read. What is wrong is refused at
once, by name.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.presentation import Presentation
from hotpapers.documents.site import Site
from hotpapers.domain.paper import CATEGORY_PATTERN
from hotpapers.domain.sources import SOURCES
from hotpapers.environment import Reader
from hotpapers.errors import InvalidInputError

if TYPE_CHECKING:  # ranking is for the collector alone
    from hotpapers.domain.ranking import Rules

WEIGHT = re.compile(r"(?P<source>[a-z]+)=(?P<weight>\d{1,4}(?:\.\d{1,2})?)", re.ASCII)
ACCOUNT = re.compile(r"(?P<source>[a-z]+):\S+", re.ASCII)
PATH = re.compile(r"(?:/[A-Za-z0-9_.-]+)+", re.ASCII)


@dataclass(frozen=True)
class CollectorSettings:
    """What the collector has to know.

    `sources` are the names of the sources that are to be asked; None stands for all that can be.
    `settling` is how long after its announcement a digest first appears, `measured` how long it is
    measured.
    """

    table_name: str
    sources: tuple[str, ...] | None
    categories: tuple[str, ...]
    rules: "Rules"
    contact: str
    source_seconds: float
    arxiv_url: str
    arxiv_rss_url: str
    arxiv_web_url: str
    arxiv_delay_seconds: float
    settling: timedelta
    measured: timedelta
    credentials_path: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "CollectorSettings":
        """Read the settings; raises InvalidInputError, naming the variable."""
        read = Reader(environment)
        return cls(
            table_name=read.text("TABLE_NAME"),
            sources=read.names("SOURCES", "", _is_source, f"one of {', '.join(SOURCES)}") or None,
            categories=read.names(
                "CATEGORIES",
                "cs.*,stat.ML",
                _is_category_pattern,
                "a category such as stat.ML, or an archive's categories such as cs.*",
            ),
            rules=_rules(read),
            contact=read.header("CONTACT", ""),
            source_seconds=read.seconds("SOURCE_SECONDS", 120, most=600),
            arxiv_url=read.origin("ARXIV_URL", "https://export.arxiv.org"),
            arxiv_rss_url=read.origin("ARXIV_RSS_URL", "https://rss.arxiv.org"),
            arxiv_web_url=read.origin("ARXIV_WEB_URL", "https://arxiv.org"),
            arxiv_delay_seconds=read.seconds("ARXIV_DELAY_SECONDS", 3),
            settling=timedelta(days=read.count("SETTLING_DAYS", 1, most=7)),
            measured=timedelta(days=read.count("MEASURED_DAYS", 7, least=1, most=30)),
            credentials_path=_path(read),
        )


@dataclass(frozen=True)
class PublicationSettings:
    """What the renderer and the API have to know: both publish what is kept, in the same look."""

    table_name: str
    bucket_name: str
    presentation: Presentation

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "PublicationSettings":
        """Read the settings; raises InvalidInputError, naming the variable."""
        read = Reader(environment)
        return cls(read.text("TABLE_NAME"), read.text("BUCKET_NAME"), _presentation(read))


def environment() -> Reader:
    """The variables of this process, for the sources, which have settings of their own."""
    return Reader(os.environ)


def _rules(read: Reader) -> "Rules":
    from hotpapers.domain.ranking import Rules

    return Rules(
        hot_score=read.count("HOT_SCORE", 50),
        post_score=read.count("POST_SCORE", 25),
        posts_shown=read.count("POSTS_SHOWN", 10),
        weights=_weights(read),
        automated=frozenset(
            name.lower().replace(":@", ":")
            for name in read.names(
                "AUTOMATED_ACCOUNTS", "", _is_account, "an account such as bluesky:bot.example.org"
            )
        ),
        most_papers=read.count("MOST_PAPERS", 50, least=1),
    )


def _weights(read: Reader) -> Mapping[str, Decimal]:
    from hotpapers.domain.ranking import WEIGHTS

    stated = read.names("WEIGHTS", "", _is_weight, "a weight such as huggingface=5 or reddit=0.5")
    matches = [match for entry in stated if (match := WEIGHT.fullmatch(entry))]
    weights = {match["source"]: Decimal(match["weight"]) for match in matches}
    if len(weights) < len(matches):
        raise InvalidInputError("WEIGHTS", "a source has two weights")
    return {**WEIGHTS, **weights}


def _presentation(read: Reader) -> Presentation:
    return Presentation(Site(read.origin("SITE_URL")), _front_matter(read))


def _front_matter(read: Reader) -> FrontMatter:
    return FrontMatter(
        template=read.text("FRONT_MATTER_TEMPLATE", "post"),
        draft=read.truth("FRONT_MATTER_DRAFT", "false"),
        category=read.text("FRONT_MATTER_CATEGORY", "arXiv"),
        tags=read.names("FRONT_MATTER_TAGS", ",".join(FrontMatter.tags), bool, "a tag"),
        social_image=read.text("FRONT_MATTER_SOCIAL_IMAGE", "/media/flying-marine.jpg"),
    )


def _path(read: Reader) -> str:
    path = read.text("CREDENTIALS_PATH", "/hot-papers")
    if not PATH.fullmatch(path):
        raise InvalidInputError(
            "CREDENTIALS_PATH", f"must be a path such as /hot-papers, not {path!r}"
        )
    return path


def _is_source(name: str) -> bool:
    return name in SOURCES


def _is_weight(entry: str) -> bool:
    match = WEIGHT.fullmatch(entry)
    return match is not None and match["source"] in SOURCES


def _is_account(entry: str) -> bool:
    match = ACCOUNT.fullmatch(entry)
    return match is not None and match["source"] in SOURCES


def _is_category_pattern(name: str) -> bool:
    return CATEGORY_PATTERN.fullmatch(name) is not None
