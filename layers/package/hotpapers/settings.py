"""The settings of each function, read from its environment.

Every variable is named here and nowhere else. What is wrong is refused at once, by name.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite

from hotpapers.documents.front_matter import FrontMatter
from hotpapers.domain.paper import CATEGORY_PATTERN
from hotpapers.domain.ranking import Thresholds
from hotpapers.errors import InvalidInputError

KNOWN_SOURCES = ("x",)

ORIGIN = re.compile(
    r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?/*",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class CollectorSettings:
    """What the collector has to know."""

    table_name: str
    sources: tuple[str, ...]
    categories: tuple[str, ...]
    thresholds: Thresholds
    contact: str
    arxiv_url: str
    arxiv_delay_seconds: float
    x_url: str
    x_token_parameter: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "CollectorSettings":
        """Read the settings; raises InvalidInputError, naming the variable."""
        read = _Reader(environment)
        return cls(
            table_name=read.text("TABLE_NAME"),
            sources=read.names("SOURCES", "x", _is_source, f"one of {', '.join(KNOWN_SOURCES)}"),
            categories=read.names(
                "CATEGORIES",
                "cs.*,stat.ML",
                _is_category_pattern,
                "a category such as stat.ML, or an archive's categories such as cs.*",
            ),
            thresholds=Thresholds(
                hot_score=read.count("HOT_SCORE", 50),
                post_score=read.count("POST_SCORE", 25),
                posts_shown=read.count("POSTS_SHOWN", 10),
            ),
            contact=read.header("CONTACT", ""),
            arxiv_url=read.origin("ARXIV_URL", "https://export.arxiv.org"),
            arxiv_delay_seconds=read.seconds("ARXIV_DELAY_SECONDS", 3),
            x_url=read.origin("X_URL", "https://api.x.com"),
            x_token_parameter=read.text("X_TOKEN_PARAMETER", "/hot-papers/x-bearer-token"),
        )


@dataclass(frozen=True)
class RendererSettings:
    """What the renderer has to know."""

    table_name: str
    bucket_name: str
    front_matter: FrontMatter

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "RendererSettings":
        """Read the settings; raises InvalidInputError, naming the variable."""
        read = _Reader(environment)
        return cls(read.text("TABLE_NAME"), read.text("BUCKET_NAME"), _front_matter(read))


@dataclass(frozen=True)
class ApiSettings:
    """What the API has to know."""

    table_name: str
    front_matter: FrontMatter

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "ApiSettings":
        """Read the settings; raises InvalidInputError, naming the variable."""
        read = _Reader(environment)
        return cls(read.text("TABLE_NAME"), _front_matter(read))


def _front_matter(read: "_Reader") -> FrontMatter:
    return FrontMatter(
        template=read.text("FRONT_MATTER_TEMPLATE", "post"),
        draft=read.truth("FRONT_MATTER_DRAFT", "false"),
        category=read.text("FRONT_MATTER_CATEGORY", "arXiv"),
        tags=read.names(
            "FRONT_MATTER_TAGS", "arXiv,Twitter,Machine Learning,Computer Science", bool, "a tag"
        ),
        social_image=read.text("FRONT_MATTER_SOCIAL_IMAGE", "/media/flying-marine.jpg"),
    )


class _Reader:
    """Reads one variable at a time; an empty one counts as not set."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environment.get(name, "").strip() or default
        if value is None:
            raise InvalidInputError(name, "is not set")
        return value

    def header(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not (value.isascii() and value.isprintable()) and value:
            raise InvalidInputError(name, "must be printable ASCII, it goes into an HTTP header")
        return value

    def truth(self, name: str, default: str) -> bool:
        value = self.text(name, default).lower()
        if value not in ("true", "false"):
            raise InvalidInputError(name, f"must be true or false, not {value!r}")
        return value == "true"

    def count(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not re.fullmatch(r"\d{1,9}", value, re.ASCII):
            raise InvalidInputError(name, f"must be a whole number from 0 up, not {value!r}")
        return int(value)

    def seconds(self, name: str, default: float) -> float:
        value = self.text(name, str(default))
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        if not (isfinite(seconds) and 0 <= seconds <= 60):
            raise InvalidInputError(name, f"must be a number of seconds, 0 to 60, not {value!r}")
        return seconds

    def origin(self, name: str, default: str) -> str:
        value = self.text(name, default)
        match = ORIGIN.fullmatch(value)
        if not match or not 1 <= int(match["port"] or 1) <= 65535:
            reason = f"must be an origin such as {default}, without a path, not {value!r}"
            raise InvalidInputError(name, reason)
        return value.rstrip("/")

    def names(
        self, name: str, default: str, is_valid: Callable[[str], object], expected: str
    ) -> tuple[str, ...]:
        entries = [entry.strip() for entry in self.text(name, default).split(",")]
        for entry in entries:
            if not is_valid(entry):
                raise InvalidInputError(name, f"{entry!r} is not {expected}")
        return tuple(dict.fromkeys(entries))


def _is_source(name: str) -> bool:
    return name in KNOWN_SOURCES


def _is_category_pattern(name: str) -> bool:
    return CATEGORY_PATTERN.fullmatch(name) is not None
