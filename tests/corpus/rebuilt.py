"""What the upstreams must have said, so that the published facts follow from it."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count

from local.upstreams.dataset import Dataset
from tests.corpus.published import HOT_SCORE, POST_SCORE, Embed, Json, Published, Section, moment_of
from tests.corpus.unrendered import link, paper_link, unrendered


@dataclass
class _Shown:
    """A shown post on its way into the data set: the papers it is about, and its counts."""

    embed: Embed
    papers: list[str] = field(default_factory=list)
    score: int = POST_SCORE
    retweets: int = 0
    favorites: int = 0


class DatasetBuilder:
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
        text, entities = unrendered(embed, shown.papers)
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
        entity = link(address, paper_link(paper, number), text.index(address))
        author = self._user(username, name)
        self._posts.append(
            _post(number, author["id"], text, {"urls": [entity]}, retweets, favorites)
        )

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
        "created_at": f"{moment_of(number):%Y-%m-%dT%H:%M:%S.000Z}",
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


def _snowflake(moment: datetime) -> int:
    return (int(moment.timestamp() * 1000) - 1288834974657) << 22
