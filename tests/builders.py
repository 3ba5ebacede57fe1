"""Papers, posts, readings and digests for tests: plain ones by name, all kinds by hypothesis."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from hotpapers.domain.digest import Attention, Digest, Mention, Point, RankedPaper, Rise
from hotpapers.domain.history import Measurement
from hotpapers.domain.identifiers import PaperId
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper import Paper, collapse_white_space
from hotpapers.domain.post import Account, Post
from hotpapers.domain.ranking import WEIGHTS, engagement, one_of_each_voice
from hotpapers.domain.reading import Reading
from hotpapers.domain.rich_text import Span, SpanKind
from hotpapers.domain.sources import SOURCES, Reports, SourceReport, Status
from hotpapers.domain.voices import is_by_author
from tests.hostile import ENDS_OF_ADDRESSES, hostile_texts

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
    counts={"reposts": 20, "likes": 30},
    papers=(PAPER.id,),
)
COUNTS: Mapping[str, Mapping[str, int]] = {
    "x": POST.counts,
    "bluesky": {"reposts": 10, "likes": 34},
    "mastodon": {"reblogs": 8, "favourites": 25},
    "hackernews": {"points": 88, "comments": 12},
    "reddit": {"score": 60, "comments": 7},
    "huggingface": {"upvotes": 15, "comments": 3},
}
"""What a plain post of each source counts."""

OK, OFF = SourceReport(Status.OK), SourceReport(Status.OFF)
X_ONLY: Reports = dict.fromkeys(SOURCES, OFF) | {"x": OK}
"""What a digest says of the sources where X is the only one that is on."""
ALL_ON: Reports = dict.fromkeys(SOURCES, OK)

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


def make_post(
    post_id: str = POST.id, author: str = ADA.id, source: str = "x", **changes: Any
) -> Post:
    """A post like any other of its source, but for what is given; `author` is the account's id.

    On Bluesky `author` is the end of the id (`did:plc:1815`), and `post_id` the end of the address.
    """
    account = replace(ADA, id=f"did:plc:{author}" if source == "bluesky" else author)
    account = replace(account, username=USERNAMES[source]("ada"))
    fields = {
        "source": source,
        "id": post_id,
        "url": ADDRESSES[source](account, post_id),
        "account": account,
        "counts": COUNTS[source],
    }
    if source == "bluesky":
        fields["id"] = f"at://{account.id}/app.bsky.feed.post/{post_id}"
        fields["content_hash"] = "bafyrei" + "a" * 52
    return replace(POST, **{**fields, **changes})


USERNAMES: Mapping[str, Callable[[str], str]] = {
    "x": str,
    "bluesky": "{}.bsky.social".format,
    "mastodon": "{}@mastodon.example".format,
    "hackernews": str,
    "reddit": str,
    "huggingface": "papers/{}".format,
}
"""The form of an account's name on each source."""

ADDRESSES: Mapping[str, Callable[[Account, str], str]] = {
    "x": lambda account, end: f"https://twitter.com/{account.username}/status/{end}",
    "bluesky": lambda account, end: f"https://bsky.app/profile/{account.id}/post/{end}",
    "mastodon": lambda account, end: (
        f"https://mastodon.example/@{account.username.partition('@')[0]}/{end}"
    ),
    "hackernews": lambda _, end: f"https://news.ycombinator.com/item?id={end}",
    "reddit": lambda _, end: f"https://www.reddit.com/comments/{end.removeprefix('t3_')}/",
    "huggingface": lambda _, end: f"https://huggingface.co/papers/{end}",
}
"""The form of a post's address on each source."""


def make_entry(
    rank: int = 1,
    paper: Paper = PAPER,
    posts: Sequence[Post] = (),
    sources: Iterable[str] = ("x",),
) -> RankedPaper:
    """A paper of a digest, with the counts of the posts that are shown.

    `sources` are those that are known, the posts' own besides.
    """
    known = {*sources, *(post.source for post in posts)}
    return RankedPaper(
        rank=rank,
        paper=paper,
        attention={
            name: _attention(name, [post for post in posts if post.source == name], WEIGHTS)
            for name in SOURCES
            if name in known
        },
        mentions=_mentions(paper, posts, WEIGHTS),
    )


def make_digest(*papers: RankedPaper, sources: Reports = X_ONLY) -> Digest:
    """The digest of an ordinary day; unless said otherwise, of X alone."""
    return Digest(DAY, COLLECTED_AT, papers, sources)


def _attention(name: str, posts: Sequence[Post], weights: Mapping[str, Decimal]) -> Attention:
    best_first = sorted(posts, key=engagement, reverse=True)
    voices = one_of_each_voice(best_first)
    counts = {
        metric: sum(post.counts.get(metric, 0) for post in voices)
        for metric in SOURCES[name].metrics
    }
    total = sum(counts[metric] for metric in SOURCES[name].counted)
    return Attention(counts, len(voices), weights[name] * total)


def _mentions(
    paper: Paper, posts: Iterable[Post], weights: Mapping[str, Decimal]
) -> tuple[Mention, ...]:
    return tuple(
        Mention(post, weights[post.source] * engagement(post), is_by_author(post.account, paper))
        for post in posts
    )


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
    """Papers as an adapter makes them: with their white space collapsed, and hostile else.

    Some were withdrawn, and of some it is not known when they were submitted.
    """
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
        submitted_at=st.none() | moments(),
        withdrawn=st.booleans(),
    )


def posts(*sources: str) -> st.SearchStrategy[Post]:
    """Posts of any of these sources, of all of them where none is named.

    The names, the texts and, of Mastodon, the ends of the addresses are anybody's; the rest has
    the form that the adapters demand.
    """
    return st.sampled_from(sources or tuple(SOURCES)).flatmap(posts_of)


def x_posts() -> st.SearchStrategy[Post]:
    """Posts of X, with places that the text really has."""
    return posts_of("x")


def posts_of(source: str) -> st.SearchStrategy[Post]:
    """Posts of a source, with its own ids, addresses, places and numbers."""
    plain = hostile_texts().map(lambda text: (text, ()))
    rich = {"x": rich_texts(), "bluesky": bluesky_texts()}.get(source, plain)
    hashes = st.from_regex(r"bafyrei[a-z2-7]{52}", fullmatch=True)
    return st.builds(
        _post,
        source=st.just(source),
        number=_numbers(source),
        account=accounts(source),
        rich_text=rich,
        language=st.sampled_from(["en", "und", "ja", "ar", "he", "iw", "pt-BR", "qme", "zh-Hant"]),
        created_at=moments(),
        counts=counts_of(source),
        papers=st.lists(paper_ids(), min_size=1, max_size=3, unique=True).map(sorted).map(tuple),
        content_hash=hashes if source == "bluesky" else st.just(""),
        code=codes() if source == "huggingface" else st.just(""),
    )


def codes() -> st.SearchStrategy[str]:
    """Addresses of code, or none."""
    return st.sampled_from(["", "https://github.com/ada/engine", "https://ada.github.io/engine/"])


def counts_of(source: str) -> st.SearchStrategy[Mapping[str, int]]:
    """The numbers of a post: those that count, and sometimes those that are kept."""
    numbers = st.integers(0, 10**6)
    return st.fixed_dictionaries(
        dict.fromkeys(SOURCES[source].counted, numbers),
        optional=dict.fromkeys(SOURCES[source].kept, numbers),
    )


def accounts(source: str = "x") -> st.SearchStrategy[Account]:
    """Accounts of a source: only the name is free text."""
    words = st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True)
    dids = st.from_regex(r"did:plc:[a-z2-7]{24}", fullmatch=True)
    return st.builds(
        Account,
        id=dids if source == "bluesky" else st.integers(1, 10**19).map(str),
        username=words.map(USERNAMES[source]),
        name=hostile_texts(),
        automated=st.booleans(),
    )


def _numbers(source: str) -> st.SearchStrategy[str]:
    digits = st.integers(1, 10**19).map(str)
    forms: Mapping[str, st.SearchStrategy[str]] = {
        "bluesky": st.from_regex(r"[a-z2-7]{13}", fullmatch=True),
        "mastodon": digits | st.builds("{}{}".format, digits, st.sampled_from(ENDS_OF_ADDRESSES)),
        "reddit": st.from_regex(r"t3_[a-z0-9]{6}", fullmatch=True),
        "huggingface": paper_ids().map(str),
    }
    return forms.get(source, digits)


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


def bluesky_texts() -> st.SearchStrategy[tuple[str, tuple[Span, ...]]]:
    """Texts with places as Bluesky has them: a link is shown cut short."""
    codes = st.from_regex(r"[A-Za-z0-9]{1,10}", fullmatch=True)
    place = st.one_of(
        codes.map(lambda code: (f"a.example/{code}…", SpanKind.LINK, f"https://a.example/{code}x")),
        codes.map(lambda name: (f"@{name}.bsky.social", SpanKind.MENTION, f"did:plc:{name}")),
        codes.map(lambda tag: (f"#{tag}", SpanKind.HASHTAG, tag)),
    )
    plain = hostile_texts(longest=6).map(lambda text: (text, None, ""))
    return st.lists(place | plain, max_size=6).map(_join)


def reports_on() -> st.SearchStrategy[SourceReport]:
    """What a digest says of a source that is on; the reason is anybody's text."""
    numbers: dict[str, st.SearchStrategy[Any]] = {
        "as_of": st.none() | whole_seconds(),
        "posts_read": st.none() | st.integers(0, 10**6),
        "cost": st.none() | st.decimals(0, 10_000, places=3),
    }
    troubled = st.sampled_from([Status.PARTIAL, Status.FAILED])
    return st.builds(SourceReport, st.just(Status.OK), **numbers) | st.builds(
        SourceReport, troubled, hostile_texts(), **numbers
    )


def listings(*days: date) -> st.SearchStrategy[Listing]:
    """How a listing date stands, in every state, of one of these days; of any day without them."""
    day = st.sampled_from(days) if days else st.dates(date(1992, 1, 1), date(2100, 1, 1))
    found_at, reasons = whole_seconds(), hostile_texts()
    troubled = st.sampled_from([ListingState.WAITING, ListingState.STALLED, ListingState.FAILED])
    return st.one_of(
        st.builds(
            Listing,
            date=day,
            state=st.just(ListingState.FRESH),
            found_at=found_at,
            origin=st.sampled_from(Origin),
            papers=st.integers(1, 10**4),
            shortfall=st.just("") | reasons,
        ),
        st.builds(
            Listing,
            date=day,
            state=st.just(ListingState.QUIET),
            found_at=found_at,
            why=reasons,
            predicted=st.booleans(),
        ),
        st.builds(Listing, date=day, state=troubled, found_at=found_at, why=reasons),
    )


def points(*sources: str) -> st.SearchStrategy[Point]:
    """What was measured of a paper at a time, on some of these sources."""
    told = {name: _attentions(name) for name in sources}
    some = st.sets(st.sampled_from(sources), min_size=1)
    return st.builds(
        Point,
        time=whole_seconds(),
        attention=some.flatmap(
            lambda names: st.fixed_dictionaries({name: told[name] for name in sorted(names)})
        ),
    )


EXTREMES = tuple(map(Decimal, ("0", "0E+3", "1E+30", "1E-30", "100.00", "0.10", "1234.5000")))
"""Numbers that can be written in several ways, or are far from any that are counted."""


def measurements() -> st.SearchStrategy[Measurement]:
    """What any sources told at a time: some of them all, some of them of some papers only."""
    names = st.sampled_from(list(SOURCES))
    told = names.flatmap(lambda name: st.tuples(st.just(name), _partial_attentions(name)))
    return st.builds(
        Measurement,
        time=moments(),
        complete=st.lists(names, unique=True).map(tuple),
        papers=st.dictionaries(paper_ids(), st.lists(told, max_size=3).map(dict), max_size=4),
    )


def _partial_attentions(source: str) -> st.SearchStrategy[Attention]:
    """What a source counts for a paper, of which any numbers may be unknown."""
    numbers = st.integers(0, 10**9)
    return st.builds(
        Attention,
        counts=st.fixed_dictionaries({}, optional=dict.fromkeys(SOURCES[source].metrics, numbers)),
        voices=numbers,
        weighted=st.decimals(0, 10**9, places=4) | st.sampled_from(EXTREMES),
    )


def rises() -> st.SearchStrategy[Rise]:
    """Papers that grew."""
    return st.builds(
        Rise,
        paper=paper_ids(),
        title=hostile_texts().map(collapse_white_space),
        growth=st.decimals("0.01", 10**6, places=2),
        since=whole_seconds(),
    )


def _attentions(source: str) -> st.SearchStrategy[Attention]:
    numbers = st.integers(0, 10**6)
    return st.builds(
        Attention,
        counts=st.fixed_dictionaries(dict.fromkeys(SOURCES[source].metrics, numbers)),
        voices=numbers,
        weighted=st.decimals(0, 10**6, places=2),
    )


def digests(most_papers: int = 3, *sources: str) -> st.SearchStrategy[Digest]:
    """Digests with hostile papers and posts, ranked from 1, with the numbers of any sources.

    With `sources`, only these are on, and all of them. Some were measured again: they have a
    time of their first appearance, and what grew.
    """
    asked = st.sets(st.sampled_from(list(SOURCES)), min_size=1)
    return (st.just(set(sources)) if sources else asked).flatmap(
        lambda names: _digests(most_papers, [name for name in SOURCES if name in names])
    )


def _digests(most_papers: int, asked: Sequence[str]) -> st.SearchStrategy[Digest]:
    weights = {name: st.decimals(0, 20, places=2) for name in asked}
    return st.builds(
        _digest,
        day=st.dates(date(1992, 1, 1), date(2100, 1, 1)),
        collected_at=whole_seconds(),
        found=st.lists(_found(asked), max_size=most_papers),
        reported=st.fixed_dictionaries({name: reports_on() for name in asked}),
        weights=st.fixed_dictionaries(weights),
        listing=st.none() | listings(),
        age=st.none() | st.integers(1, 604_800),
        final=st.booleans(),
        rising=st.lists(rises(), max_size=2).map(tuple),
    )


Found = tuple[Paper, Sequence[str], Sequence[Post], Sequence[Point]]
"""A paper, the sources that know it, the posts about it, and what was measured of it."""


def _found(asked: Sequence[str]) -> st.SearchStrategy[Found]:
    return st.sets(st.sampled_from(asked)).flatmap(
        lambda known: st.tuples(
            papers(),
            st.just(sorted(known)),
            st.lists(posts(*sorted(known)), max_size=3) if known else st.just([]),
            st.lists(points(*asked), max_size=2),
        )
    )


def _digest(
    *,
    day: date,
    collected_at: datetime,
    found: Sequence[Found],
    reported: Reports,
    weights: Mapping[str, Decimal],
    listing: Listing | None,
    age: int | None,
    final: bool,
    rising: tuple[Rise, ...],
) -> Digest:
    """A digest; `age` (seconds) is how long ago it first appeared, if it was measured again."""
    entries = [
        RankedPaper(
            rank=rank,
            paper=paper,
            attention={
                name: _attention(name, [post for post in about if post.source == name], weights)
                for name in SOURCES
                if name in known
            },
            mentions=_mentions(paper, about, weights),
            history=tuple(history),
            code=next((post.code for post in about if post.code), ""),
        )
        for rank, (paper, known, about, history) in enumerate(found, start=1)
    ]
    return Digest(
        date=day,
        collected_at=collected_at,
        papers=tuple(entries),
        sources={name: reported.get(name, OFF) for name in SOURCES},
        listing=None if listing is None else replace(listing, date=day),
        published_at=None if age is None else collected_at - timedelta(seconds=age),
        final=final,
        rising=() if age is None else rising,
    )


def readings() -> st.SearchStrategy[Reading]:
    """Readings of any source: posts in the order of their ids, about the papers that are known."""
    return st.sampled_from(list(SOURCES)).flatmap(
        lambda source: st.builds(
            _reading,
            source=st.just(source),
            taken_at=whole_seconds(),
            others=st.lists(paper_ids(), max_size=3),
            found=st.lists(posts_of(source), max_size=4, unique_by=lambda post: post.id),
            shortfall=st.just("") | hostile_texts(),
            entries=st.integers(0, 10**6),
            cost=st.none() | st.decimals(0, 10_000, places=3),
        )
    )


def _reading(
    source: str,
    taken_at: datetime,
    others: Sequence[PaperId],
    found: Sequence[Post],
    **fields: Any,
) -> Reading:
    known = {*others, *(paper for post in found for paper in post.papers)}
    in_order = sorted(found, key=lambda post: post.id)
    return Reading(source, taken_at, tuple(sorted(known)), tuple(in_order), **fields)


def _post(source: str, number: str, account: Account, rich_text: Any, **fields: Any) -> Post:
    text, spans = rich_text
    url = ADDRESSES[source](account, number)
    post_id = f"at://{account.id}/app.bsky.feed.post/{number}" if source == "bluesky" else number
    return Post(
        source=source, id=post_id, url=url, account=account, text=text, spans=spans, **fields
    )


def _join(parts: Sequence[tuple[str, SpanKind | None, str]]) -> tuple[str, tuple[Span, ...]]:
    text, spans = "", list[Span]()
    for shown, kind, target in parts:
        if kind is not None:
            spans.append(Span(len(text), len(text) + len(shown), kind, target))
        text += shown
    return text, tuple(spans)
