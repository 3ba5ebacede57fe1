"""What was published, post by post, as values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
MISSING = "the corpus of published posts is not beside the project (../shared/corpus)"

NEW_YORK = ZoneInfo("America/New_York")
SCRIPT = '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>'
POST_SCORE = 25
HOT_SCORE = 50

Json = dict[str, Any]


@dataclass(frozen=True)
class Window:
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Embed:
    """A post as it was shown: `html` is the whole quote, the rest is read off it."""

    html: str
    id: int
    language: str
    body: str
    name: str
    username: str

    @property
    def created_at(self) -> datetime:
        return moment_of(self.id)


@dataclass(frozen=True)
class Section:
    """A paper as it was shown; `embeds` without those shown a second time."""

    id: str
    title: str
    authors: str
    retweets: int
    favorites: int
    categories: tuple[str, ...]
    abstract: str
    embeds: tuple[Embed, ...]

    @property
    def score(self) -> int:
        return self.retweets + self.favorites


@dataclass(frozen=True)
class Published:
    """A post of the corpus; `head` is its front matter with a valid date."""

    day: date
    collected_at: datetime
    head: str
    sections: tuple[Section, ...]

    @property
    def window(self) -> Window:
        return _submission_window(self.day)


HEAD = re.compile(r"---\n.*?\n\n---\n", re.DOTALL)
DATE = re.compile(r"^date: (\S+?)\.Z$", re.MULTILINE)
SECTION = re.compile(
    r"""
    \#\ \d+\.\ (?P<title>.*)\n\n
    (?P<authors>.*)\n\n
    -\ retweets:\ (?P<retweets>\d+),\ favorites:\ (?P<favorites>\d+)\ \(.*\)\n\n
    -\ links:\ \[abs\]\(https://arxiv\.org/abs/(?P<id>.*?)\)\ .*\n
    -\ (?P<categories>.*)\n\n
    (?P<abstract>.*)\n\n
    (?P<embeds>(?:<blockquote.*\n<script.*\n\n)*)
    \n*
    """,
    re.VERBOSE,
)
EMBED = re.compile(
    r'<blockquote class="twitter-tweet"><p lang="(?P<language>\w+)" dir="\w+">(?P<body>.*)</p>'
    r"&mdash; (?P<name>.*) \(@(?P<username>\w+)\) "
    r'<a href="https://twitter\.com/\w+/status/(?P<id>\d+)\?[^"]*">[^<]*</a></blockquote>'
)


def parse(day: date, text: str) -> Published:
    head = HEAD.match(text)
    stamp = DATE.search(text)
    assert head, f"{day}: no front matter"
    assert stamp, f"{day}: no date"
    return Published(
        day=day,
        collected_at=datetime.fromisoformat(stamp[1]).replace(tzinfo=UTC),
        head=DATE.sub(r"date: \1Z", head[0]),
        sections=tuple(_parse_sections(day, text[head.end() :].lstrip("\n"))),
    )


def _parse_sections(day: date, body: str) -> Iterator[Section]:
    position = 0
    while position < len(body):
        match = SECTION.match(body, position)
        assert match, f"{day}: no section at {body[position : position + 80]!r}"
        yield Section(
            id=match["id"],
            title=match["title"],
            authors=match["authors"],
            retweets=int(match["retweets"]),
            favorites=int(match["favorites"]),
            categories=tuple(re.findall(r"\[(.*?)\]", match["categories"])),
            abstract=match["abstract"],
            embeds=tuple(_parse_embeds(match["embeds"])),
        )
        position = match.end()


def _parse_embeds(text: str) -> Iterator[Embed]:
    for html in dict.fromkeys(line for line in text.splitlines() if line and line != SCRIPT):
        match = EMBED.fullmatch(html)
        assert match, f"no embed: {html[:80]!r}"
        yield Embed(
            html=html,
            id=int(match["id"]),
            language=match["language"],
            body=match["body"],
            name=unescape(match["name"]),
            username=match["username"],
        )


def _submission_window(day: date) -> Window:
    """The table of https://info.arxiv.org/help/availability.html, written down once more."""
    first, last = {0: (4, 3), 1: (4, 1), 2: (2, 1), 3: (2, 1), 4: (2, 1)}[day.weekday()]
    cut_off = time(14, 0)
    start = datetime.combine(day - timedelta(days=first), cut_off, NEW_YORK)
    end = datetime.combine(day - timedelta(days=last), cut_off, NEW_YORK)
    return Window(start.astimezone(UTC), end.astimezone(UTC))


def moment_of(number: int) -> datetime:
    """When a post was made: X's ids begin with the milliseconds since a day in 2010."""
    return datetime.fromtimestamp(((number >> 22) + 1288834974657) / 1000, UTC)
