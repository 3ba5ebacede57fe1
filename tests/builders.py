"""Papers, posts and digests for tests: plain ones by name, all kinds of them by hypothesis.

The hostile texts are made of everything that a title, a name or a post may not get through to
YAML, Markdown, HTML or JSON with a meaning of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from hotpapers.domain.digest import Digest, RankedPaper
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.paper import Paper, collapse_white_space
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind

DAY = date(2020, 9, 18)
COLLECTED_AT = datetime(2020, 9, 20, 13, 13, 43, tzinfo=UTC)

PAPER = Paper(
    id=PaperId("2009.08319"),
    title="On the Analytical Engine",
    authors=("Ada Lovelace", "Kurt Gödel"),
    categories=("cs.LG", "stat.ML"),
    abstract="We weave algebraical patterns.",
    submitted_at=datetime(2020, 9, 17, 14, 23, 45, tzinfo=UTC),
)
ADA = Account(id="1815", username="ada", name="Ada Lovelace")
POST = Post(
    source="x",
    id="1306779645287763970",
    url="https://twitter.com/ada/status/1306779645287763970",
    account=ADA,
    text="Our paper is out!",
    spans=(),
    language="en",
    created_at=datetime(2020, 9, 18, 2, 30, tzinfo=UTC),
    retweets=20,
    favorites=30,
    papers=(PAPER.id,),
)

FRONT_MATTER = """\
---
title: Hot Papers 2020-09-18
date: 2020-09-20T13:13:43Z
template: "post"
draft: false
slug: "hot-papers-2020-09-18"
category: "arXiv"
tags:
  - "arXiv"
  - "Twitter"
  - "Machine Learning"
  - "Computer Science"
description: "Hot papers 2020-09-18"
socialImage: "/media/flying-marine.jpg"

---
"""
"""How the post of that day and that run begins, with the settings' defaults."""


def make_paper(paper_id: str = PAPER.id, **changes: Any) -> Paper:
    """A paper like any other, but for what is given."""
    return replace(PAPER, id=PaperId(paper_id), **changes)


def make_post(post_id: str = POST.id, author: str = ADA.id, **changes: Any) -> Post:
    """A post like any other, but for what is given; `author` is the account's id."""
    account = replace(ADA, id=author)
    url = f"https://twitter.com/{account.username}/status/{post_id}"
    return replace(POST, **{"id": post_id, "account": account, "url": url, **changes})


def make_entry(rank: int = 1, paper: Paper = PAPER, posts: Sequence[Post] = ()) -> RankedPaper:
    """A paper of a digest, with the counts of the posts that are shown."""
    return RankedPaper(
        rank=rank,
        paper=paper,
        retweets=sum(post.retweets for post in posts),
        favorites=sum(post.favorites for post in posts),
        posts=tuple(posts),
    )


def make_digest(*papers: RankedPaper) -> Digest:
    """The digest of an ordinary day."""
    return Digest(DAY, COLLECTED_AT, papers)


# Hostile text

MARKDOWN = (
    *("# ", "## x", " #", "- ", "+ ", "* ", "> ", "1. ", "12) ", "***", "---", "===", "```", "~~~"),
    *("`", "``", "*", "_", "**", "~~", "[", "]", "](", "[a]", "[a]:", "[^1]:", "![", "(b)", "\\"),
    *("[a](https://evil.example)", "![a](https://evil.example/a.png)", "[a]: https://evil.example"),
    *("<https://evil.example>", "<7@evil.example>", "|", "| - |", "$", "$$", "\\(", "\\]", "    x"),
)
HTML = (
    *(
        "<",
        ">",
        "&",
        '"',
        "'",
        "</p>",
        "</blockquote>",
        "<script>",
        "<!--",
        "-->",
        "<?",
        "<![CDATA[",
    ),
    *("<b", "<a href='https://evil.example'>", "<img src=x onerror=alert(1)>", "&lt;", "&#60;"),
    *("&amp;amp;", "&nbsp", "javascript:alert(1)", "</script >", "<br>", "<pre>", "</textarea>"),
)
YAML = (
    ": ",
    "- a",
    "---",
    "...",
    "#",
    '"',
    "\\",
    "\\x41",
    "!!str",
    "&a",
    "*a",
    "%YAML",
    "{",
    "}",
    "~",
)
TEMPLATES = ("{{ 7 * 7 }}", "{% raw %}", "{# #}", "${x}", "%s", "{0}", "#{x}")
LINE_ENDS = (
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\v",
    "\f",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
)
INVISIBLE = (
    *("\t", "\x00", "\x07", "\x1b[31m", "\x1f", "\x7f", "\x9b", "\xa0", "\xad", "\u200b", "\ufeff"),
    *("\u202e", "\u2066", "\u2069", "\u200f", "\u0301", "\U000e0041", "\ufffe", "\U0010ffff"),
)
SCRIPTS = (
    "café",
    "日本語",
    "العربية",
    "עברית",
    "Ж",
    "ß",
    "İ",
    "👩‍🚀",
    "🏳️‍🌈",
    "👍🏽",
    "𝒳",
    "＃",
    "＠",
    "１",
)
WORDS = ("a", "x < y", "0<x", "#AI", "@ada", "https://t.co/Ab1", "arXiv:2009.08319", "A", "7")
PIECES = MARKDOWN + HTML + YAML + TEMPLATES + LINE_ENDS + INVISIBLE + SCRIPTS + WORDS + (" ",) * 9
SURROGATES = ("\ud800", "\udc00", "\udfff")


def hostile_texts(*, surrogates: bool = False, longest: int = 12) -> st.SearchStrategy[str]:
    """Texts of up to so many pieces, each of them bad company for some format.

    Halves of surrogate pairs cannot be written to a file, so they are in on demand only.
    """
    pieces = st.sampled_from(PIECES + SURROGATES if surrogates else PIECES)
    odd = st.characters(exclude_categories=["Cs"])
    return st.lists(pieces | odd, max_size=longest).map("".join)


# Papers, posts, digests


def paper_ids() -> st.SearchStrategy[PaperId]:
    """Canonical identifiers of every style."""
    months = st.integers(1, 12).map("{:02}".format)
    old = st.builds(
        "{}/{}{}{:03}".format,
        st.sampled_from(["math", "hep-th", "cond-mat", "cs", "q-bio", "alg-geom", "quant-ph"]),
        st.integers(92, 99).map(str) | st.integers(0, 6).map("{:02}".format),
        months,
        st.integers(0, 999),
    )
    four = st.builds("{:02}{}.{:04}".format, st.integers(8, 14), months, st.integers(0, 9_999))
    five = st.builds("{:02}{}.{:05}".format, st.integers(15, 99), months, st.integers(0, 99_999))
    return st.one_of(old, four, five).map(PaperId)


def moments(first_year: int = 2006, last_year: int = 2100) -> st.SearchStrategy[datetime]:
    """Times in UTC, with and without fractions of seconds."""
    return st.datetimes(
        datetime(first_year, 1, 1),  # noqa: DTZ001 - the strategy adds the zone itself
        datetime(last_year, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )


def whole_seconds() -> st.SearchStrategy[datetime]:
    """Times of runs: in UTC, without a fraction."""
    return moments().map(lambda moment: moment.replace(microsecond=0))


def papers() -> st.SearchStrategy[Paper]:
    """Papers as an adapter makes them: with their white space collapsed, and hostile else."""
    lines = hostile_texts().map(collapse_white_space)
    return st.builds(
        Paper,
        id=paper_ids(),
        title=lines,
        authors=st.lists(lines, max_size=4).map(tuple),
        categories=st.lists(
            st.sampled_from(["cs.LG", "stat.ML", "math.NA", "hep-th", "cond-mat.dis-nn"]),
            min_size=1,
            max_size=4,
            unique=True,
        ).map(tuple),
        abstract=lines,
        submitted_at=moments(),
    )


def posts() -> st.SearchStrategy[Post]:
    """Posts of X, with places that the text really has."""
    return st.builds(
        _post,
        post_id=st.integers(1, 10**19).map(str),
        account=accounts(),
        rich_text=rich_texts(),
        language=st.sampled_from(["en", "und", "ja", "ar", "he", "iw", "pt-BR", "qme", "zh-Hant"]),
        created_at=moments(),
        retweets=st.integers(0, 10**6),
        favorites=st.integers(0, 10**6),
        papers=st.lists(paper_ids(), min_size=1, max_size=3, unique=True).map(sorted).map(tuple),
    )


def accounts() -> st.SearchStrategy[Account]:
    """Accounts of X: only the name is free text."""
    return st.builds(
        Account,
        id=st.integers(1, 10**19).map(str),
        username=st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True),
        name=hostile_texts(),
    )


def rich_texts() -> st.SearchStrategy[tuple[str, tuple[Span, ...]]]:
    """Texts with places in them, side by side and among hostile text."""
    codes = st.from_regex(r"[A-Za-z0-9]{1,10}", fullmatch=True)
    tags = st.sampled_from(["AI", "機械学習", "café", "ИИ", "x_1", "l·l"])
    place = st.one_of(
        codes.map(lambda code: (f"https://t.co/{code}", SpanKind.LINK, f"https://t.co/{code}")),
        codes.map(
            lambda code: (f"http://t.co/{code}", SpanKind.PICTURE, f"pic.twitter.com/{code}")
        ),
        codes.map(lambda name: (f"@{name}", SpanKind.MENTION, name.upper())),
        tags.map(lambda tag: (f"#{tag}", SpanKind.HASHTAG, tag)),
        codes.map(lambda tag: (f"${tag}", SpanKind.CASHTAG, tag)),
    )
    plain = hostile_texts(longest=6).map(lambda text: (text, None, ""))
    return st.lists(place | plain, max_size=6).map(_join)


def digests(most_papers: int = 3) -> st.SearchStrategy[Digest]:
    """Digests with hostile papers and posts, ranked from 1."""
    entries = st.builds(
        RankedPaper,
        rank=st.just(0),
        paper=papers(),
        retweets=st.integers(0, 10**7),
        favorites=st.integers(0, 10**7),
        posts=st.lists(posts(), max_size=2).map(tuple),
    )
    return st.builds(
        Digest,
        date=st.dates(date(1992, 1, 1), date(2100, 1, 1)),
        collected_at=whole_seconds(),
        papers=st.lists(entries, max_size=most_papers).map(_ranked),
    )


def _post(post_id: str, account: Account, rich_text: Any, **fields: Any) -> Post:
    text, spans = rich_text
    url = f"https://twitter.com/{account.username}/status/{post_id}"
    return Post(source="x", id=post_id, url=url, account=account, text=text, spans=spans, **fields)


def _join(parts: Sequence[tuple[str, SpanKind | None, str]]) -> tuple[str, tuple[Span, ...]]:
    text, spans = "", list[Span]()
    for shown, kind, target in parts:
        if kind is not None:
            spans.append(Span(len(text), len(text) + len(shown), kind, target))
        text += shown
    return text, tuple(spans)


def _ranked(entries: Sequence[RankedPaper]) -> tuple[RankedPaper, ...]:
    return tuple(replace(entry, rank=rank) for rank, entry in enumerate(entries, start=1))
