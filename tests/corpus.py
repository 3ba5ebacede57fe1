"""Published posts of the predecessor, turned back into what the upstreams must have said.

The corpus is not part of the project: it is looked for beside it, and what needs it is skipped
where it is absent. `published_days` lists the days of the corpus, `read_replay` gives one day as
a data set for the replayed upstreams and the post that has to come out of it.

What the data set adds to the published facts, so that the rules of a digest have something to
decide: retweets with the original's counts, second posts of an account, voices too quiet to be
shown, and papers that do not belong (below the threshold, of another archive, submitted when the
window had closed).
"""

import re
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from local.upstreams.dataset import Dataset

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
MISSING = "the corpus of published posts is not beside the project (../shared/corpus)"

NEW_YORK = ZoneInfo("America/New_York")
SCRIPT = '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>'
POST_SCORE = 25
HOT_SCORE = 50

Json = dict[str, Any]


@dataclass(frozen=True)
class Replay:
    """A day of the corpus: what the upstreams said, when it was collected, what came of it."""

    day: date
    collected_at: datetime
    dataset: Dataset
    post: str


def published_days() -> tuple[date, ...]:
    """The listing dates of the corpus, in order; none where there is no corpus."""
    return tuple(sorted(date.fromisoformat(path.name[:10]) for path in CORPUS.glob("2*.md")))


def read_replay(day: date) -> Replay:
    """A day of the corpus, with the known faults of its post mended."""
    text = (CORPUS / f"{day}---Hot-Papers.md").read_text(encoding="utf-8")
    published = _parse(day, text)
    sections = [_within_reach(section, published.window) for section in published.sections]
    return Replay(
        day=day,
        collected_at=published.collected_at,
        dataset=_DatasetBuilder(published, sections).build(),
        post=_mended(published, sections),
    )


# What was published


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
        return _moment_of(self.id)


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


def _parse(day: date, text: str) -> Published:
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


# What should have been published


def _within_reach(section: Section, window: Window) -> Section:
    """The section without posts from before its submission window: no search looks there.

    Four days of the corpus have such posts, seven in all, about papers that arXiv held back or
    that their authors had told of before. Their counts go to voices that are not shown.
    """
    reachable = tuple(embed for embed in section.embeds if embed.created_at >= window.start)
    return Section(**{**vars(section), "embeds": reachable})


def _mended(published: Published, sections: Iterable[Section]) -> str:
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
        f"# {rank}. {_mended_text(section.title)}",
        "",
        _mended_text(section.authors),
        "",
        f"- retweets: {section.retweets}, favorites: {section.favorites}"
        f" ({collected_at:%m/%d/%Y %H:%M:%S})",
        "",
        f"- links: {abstract_page} | {document}",
        f"- {categories}",
        "",
        _mended_text(section.abstract),
        "",
        *(line for embed in section.embeds for line in (embed.html, SCRIPT, "")),
        "",
        "",
        "",
    ]
    return "\n".join(lines)


def _mended_text(text: str) -> str:
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", " ".join(text.split()))


# What the upstreams said


@dataclass
class _Shown:
    """A shown post on its way into the data set: the papers it is about, and its counts."""

    embed: Embed
    papers: list[str] = field(default_factory=list)
    score: int = POST_SCORE
    retweets: int = 0
    favorites: int = 0


class _DatasetBuilder:
    """Makes up counts, links and offsets so that the published facts follow from them."""

    def __init__(self, published: Published, sections: Sequence[Section]) -> None:
        self._window = published.window
        self._sections = sections
        self._day = published.day
        self._posts: list[Json] = []
        self._users: dict[str, Json] = {}
        self._shown: dict[int, _Shown] = {}
        # Retweets and favorites that no post has yet, by paper.
        self._left = {section.id: [section.retweets, section.favorites] for section in sections}
        self._sequence = count(1)

    def build(self) -> Dataset:
        self._collect_shown()
        self._set_scores()
        self._share_counts()
        self._raise_first_posts()
        for shown in self._shown.values():
            self._add_shown(shown)
        for section in self._sections:
            self._add_quiet_voices(section.id)
        self._add_second_posts()
        papers = [*self._papers(), *self._papers_that_do_not_belong()]
        return Dataset(tuple(papers), tuple(self._posts), tuple(self._users.values()))

    def _collect_shown(self) -> None:
        for section in self._sections:
            for embed in section.embeds:
                shown = self._shown.setdefault(embed.id, _Shown(embed))
                shown.papers.append(section.id)

    def _set_scores(self) -> None:
        """The lowest scores that keep every paper's posts in their order.

        A post can be about several papers, so this is repeated until nothing changes.
        """
        changed = True
        while changed:
            changed = False
            for section in self._sections:
                better_first = [self._shown[embed.id] for embed in section.embeds]
                for better, worse in zip(better_first[-2::-1], better_first[:0:-1], strict=True):
                    in_order = better.embed.id < worse.embed.id
                    least = worse.score + (0 if in_order else 1)
                    if better.score < least:
                        better.score, changed = least, True

    def _voices(self, section: Section) -> list[_Shown]:
        """Of each account the post shown first."""
        first: dict[str, _Shown] = {}
        for embed in section.embeds:
            first.setdefault(embed.username.lower(), self._shown[embed.id])
        return list(first.values())

    def _share_counts(self) -> None:
        """Divides each shown post's score into retweets and favorites that are still to be had."""
        counted = {
            shown.embed.id: shown for section in self._sections for shown in self._voices(section)
        }
        for shown in self._shown.values():
            if shown.embed.id not in counted:
                shown.favorites = shown.score
                continue
            left = [self._left[paper] for paper in shown.papers]
            shown.retweets = min(shown.score, *(retweets for retweets, _ in left))
            shown.favorites = shown.score - shown.retweets
            self._take(shown.papers, shown.retweets, shown.favorites)

    def _raise_first_posts(self) -> None:
        """Gives most of what is left to the posts shown first, where the order stays."""
        first = [section.embeds[0].id for section in self._sections if section.embeds]
        for shown in self._shown.values():
            if first.count(shown.embed.id) < len(shown.papers):
                continue
            retweets, favorites = (
                min(counts) * 4 // 5
                for counts in zip(*(self._left[paper] for paper in shown.papers), strict=True)
            )
            shown.retweets += retweets
            shown.favorites += favorites
            self._take(shown.papers, retweets, favorites)

    def _take(self, papers: Iterable[str], retweets: int, favorites: int) -> None:
        for paper in papers:
            self._left[paper][0] -= retweets
            self._left[paper][1] -= favorites
            assert min(self._left[paper]) >= 0, f"{self._day}: {paper} has no more counts"

    def _add_shown(self, shown: _Shown) -> None:
        embed = shown.embed
        author = self._user(embed.username, embed.name)
        text, entities = _unrendered(embed, shown.papers)
        original = _post(embed.id, author["id"], text, entities, shown.retweets, shown.favorites)
        original["lang"] = embed.language
        retweeter = self._user(f"echo_{author['id'][:9]}", "Echo")
        again = _post(
            embed.id + (60_000 << 22),
            retweeter["id"],
            f"RT @{embed.username}: {text[:100]}…",
            {"urls": entities["urls"]},
            shown.retweets,
            0,
        )
        again["referenced_tweets"] = [{"type": "retweeted", "id": original["id"]}]
        self._posts += [original, again]

    def _add_quiet_voices(self, paper: str) -> None:
        """Accounts whose posts are too quiet to be shown, for all the counts that are left."""
        while any(self._left[paper]):
            retweets = min(self._left[paper][0], POST_SCORE - 1)
            favorites = min(self._left[paper][1], POST_SCORE - 1 - retweets)
            self._take([paper], retweets, favorites)
            self._add_post(paper, f"quiet_{next(self._sequence)}", retweets, favorites)

    def _add_second_posts(self) -> None:
        """A lesser post by an account that has a better one: it adds nothing."""
        for shown in list(self._shown.values()):
            self._add_post(shown.papers[0], shown.embed.username, 1, 1, name=shown.embed.name)

    def _add_post(
        self, paper: str, username: str, retweets: int, favorites: int, name: str = "Quiet"
    ) -> None:
        """A post made up whole, some seconds after the window's start."""
        moment = self._window.start + timedelta(seconds=7 * next(self._sequence))
        number = _snowflake(moment)
        address = "https://t.co/" + sha256(str(number).encode()).hexdigest()[:10]
        text = f"Worth a look: {address}"
        link = _link(address, _paper_link(paper, number), text.index(address))
        author = self._user(username, name)
        self._posts.append(_post(number, author["id"], text, {"urls": [link]}, retweets, favorites))

    def _user(self, username: str, name: str) -> Json:
        key = username.lower()
        number = int(sha256(key.encode()).hexdigest()[:12], 16)
        return self._users.setdefault(
            key, {"id": str(number), "name": name, "username": username, "verified": False}
        )

    def _papers(self) -> Iterator[Json]:
        span = self._window.end - self._window.start - timedelta(seconds=13)
        steps = max(len(self._sections) - 1, 1)
        for number, section in enumerate(self._sections):
            # The first at the very start, the last 13 seconds before the end: both belong.
            submitted = self._window.start + (span * number // steps)
            yield _paper(
                section.id,
                title=_wrapped(section.title),
                authors=section.authors.split(", "),
                categories=list(section.categories),
                abstract=_wrapped(section.abstract),
                submitted=submitted,
            )

    def _papers_that_do_not_belong(self) -> Iterator[Json]:
        strangers: Mapping[str, tuple[str, datetime, int]] = {
            "98001": ("cs.LG", self._window.end, 900),
            "98002": ("cs.LG", self._window.start - timedelta(seconds=1), 900),
            "98003": ("math.CO", self._window.start + timedelta(hours=1), 900),
            "98004": ("cs.LG", self._window.start + timedelta(hours=2), HOT_SCORE - 1),
        }
        for number, (category, submitted, favorites) in strangers.items():
            paper = f"{self._day:%y%m}.{number}"
            self._add_post(paper, f"stranger_{number}", 0, favorites)
            yield _paper(
                paper,
                title="Not of This Digest",
                authors=["Nobody"],
                categories=[category],
                abstract="Nothing.",
                submitted=submitted,
            )


def _paper(
    identity: str,
    *,
    title: str,
    authors: list[str],
    categories: list[str],
    abstract: str,
    submitted: datetime,
) -> Json:
    stamp = f"{submitted:%Y-%m-%dT%H:%M:%SZ}"
    return {
        "id": identity,
        "version": 1,
        "title": title,
        "authors": authors,
        "categories": categories,
        "abstract": abstract,
        "published": stamp,
        "updated": stamp,
    }


def _wrapped(text: str) -> str:
    """The text in lines as arXiv breaks them, later ones indented."""
    return textwrap.fill(
        text, 76, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )


def _post(
    number: int, author: str, text: str, entities: Json, retweets: int, favorites: int
) -> Json:
    return {
        "id": str(number),
        "edit_history_tweet_ids": [str(number)],
        "author_id": author,
        "conversation_id": str(number),
        "created_at": f"{_moment_of(number):%Y-%m-%dT%H:%M:%S.000Z}",
        "lang": "en",
        "text": text,
        "entities": entities,
        "public_metrics": {
            "retweet_count": retweets,
            "reply_count": 0,
            "like_count": favorites,
            "quote_count": 0,
        },
    }


def _moment_of(number: int) -> datetime:
    """When a post was made: X's ids begin with the milliseconds since a day in 2010."""
    return datetime.fromtimestamp(((number >> 22) + 1288834974657) / 1000, UTC)


def _snowflake(moment: datetime) -> int:
    return (int(moment.timestamp() * 1000) - 1288834974657) << 22


# From an embed back to a text and its entities

ANCHOR = re.compile(r'<a href="(?P<address>[^"]*)">(?P<label>.*?)</a>')


def _unrendered(embed: Embed, papers: Sequence[str]) -> tuple[str, Json]:
    """The text as X's API gives it (`&`, `<`, `>` escaped), and the places in it.

    The published posts do not tell where a link led: the first ones lead to the papers here.
    """
    text = ""
    position = 0
    entities: defaultdict[str, list[Json]] = defaultdict(list)
    to_papers = [_paper_link(paper, embed.id + number) for number, paper in enumerate(papers)]
    for anchor in ANCHOR.finditer(embed.body):
        text += _plain(embed.body[position : anchor.start()])
        position = anchor.end()
        address, label = anchor["address"], anchor["label"]
        start = len(text)
        match label[0]:
            case "@":
                text += label
                own = address.removeprefix("https://twitter.com/").partition("?")[0]
                entities["mentions"].append(_place(start, label) | {"username": own})
            case "#":
                text += label
                entities["hashtags"].append(_place(start, label) | {"tag": label[1:]})
            case "$":
                text += label
                entities["cashtags"].append(_place(start, label) | {"tag": label[1:]})
            case "p":
                text += address
                page = f"https://twitter.com/{embed.username}/status/{embed.id}/photo/1"
                picture = _place(start, address) | {"url": address, "expanded_url": page}
                entities["urls"].append(picture | {"display_url": label})
            case _:
                text += address
                target = to_papers.pop(0) if to_papers else f"https://example.org/{start}"
                entities["urls"].append(_link(address, target, start))
    text += _plain(embed.body[position:])
    for number, target in enumerate(to_papers):
        # Without a place in the text: X has such links, of cards and of texts cut short.
        missing = _link(f"https://t.co/missing{number}", target)
        entities["urls"].append(missing)
    return text, dict(entities)


def _plain(html: str) -> str:
    return html.replace("<br>", "\n").replace("&quot;", '"').replace("&#39;", "'")


def _place(start: int, shown: str) -> Json:
    return {"start": start, "end": start + len(shown)}


def _link(address: str, target: str, start: int | None = None) -> Json:
    place = {} if start is None else _place(start, address)
    shown = target.partition("://")[2].removeprefix("www.")
    display = shown if len(shown) < 27 else shown[:26] + "…"
    return {**place, "url": address, "expanded_url": target, "display_url": display}


LINK_FORMS = (
    "https://arxiv.org/abs/{}",
    "https://arxiv.org/abs/{}v1",
    "https://arxiv.org/pdf/{}",
    "https://arxiv.org/pdf/{}.pdf",
    "https://arxiv.org/pdf/{}v2.pdf",
    "http://arxiv.org/abs/{}",
    "https://www.arxiv.org/abs/{}",
    "https://export.arxiv.org/abs/{}?context=cs",
    "https://arxiv.org/abs/{}?utm_source=twitter&utm_medium=social#references",
    "https://arxiv.org/html/{}v1",
)


def _paper_link(paper: str, number: int) -> str:
    """A link to a paper, in any of the forms that people use."""
    choice = int(sha256(str(number).encode()).hexdigest()[:8], 16)
    return LINK_FORMS[choice % len(LINK_FORMS)].format(paper)
