"""An archive with everything that pages must bear, and a server of it for a browser.

The sample day from all six sources, and before it days made by hand: quiet, empty, partial,
hostile, one with all that can be odd about a paper; and, years ago, a month that is complete, with
its weeks. `python -m tests.showcase` serves it on a free port of this machine, says where, and ends
with its standard input.
"""

import logging
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3

from hotpapers.adapters.dynamodb_editions import DynamoDBEditions
from hotpapers.domain.calendar import due_at, listing_dates
from hotpapers.domain.digest import Attention, Digest, Point, RankedPaper, Rise
from hotpapers.domain.listing import Listing, ListingState, Origin
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from hotpapers.domain.sources import SourceReport, Status
from local.cloud import Cloud, quiet_handlers
from local.gateway import at, make_gateway
from local.samples import CREDENTIALS, SAMPLES
from local.serve import HOST, listen
from tests import archive, periods
from tests.builders import ALL_ON, make_entry, make_paper, make_post

NOW = datetime(2026, 7, 15, 8, tzinfo=UTC)
"""When all requests are made."""

BEGIN, QUIET_BEFORE, END = date(2020, 9, 18), date(2020, 9, 24), date(2020, 9, 30)
"""When the archive begins, a quiet day, and the end of that month."""
QUIET = date(2026, 7, 3)
EMPTY, HOSTILE = date(2026, 7, 7), date(2026, 7, 8)
PARTIAL, ODD = date(2026, 7, 9), date(2026, 7, 10)

FORTY = tuple(
    f"{first} {last}" for first in ("Ada", "Ειρήνη", "世界", "Zoë") for last in "ABCDEFGHIJ"
)
LONGEST_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LONG_TITLE = (
    f"{LONGEST_WORD * 2}: On {'Very ' * 40}Long Titles, "
    "https://github.com/someone/a-repository-with-a-very-long-name-that-nobody-will-ever-type "
    f"and {'x' * 200}"
)
TEX_TITLE = (
    r"$\mathcal{O}(n^{\log_2 3})$ Multiplication of $\mathbb{F}_{p^k}$-Matrices with "
    r"\emph{Certified} $\varepsilon$-Bounds and $\unknownmacro{x}$"
)
TEX_ABSTRACT = (
    r"We prove $\sum_{i=1}^{n} \frac{x_i^2}{\sqrt{1 + \|x\|_2}} \le \int_0^\infty e^{-t^2}\,dt$ "
    r"for all $x \in \mathbb{R}^{n \times m}$, and $$\hat{\theta} = \arg\min_{\theta} \mathbb{E}_"
    r"{(x, y) \sim \mathcal{D}} \left[ \ell(f_\theta(x), y) \right] + \lambda \left( \sum_{j=1}^{d}"
    r" |\theta_j|^p \right)^{1/p} + \underbrace{a + b + c + d + e + f + g + h + i + j + k + l + m}_"
    r"{\text{long}}$$ with \textbf{bold}, 5\% of G\"odel's $\alpha$-helices; "
    r"$\begin{pmatrix} a & b \\ c & d \end{pmatrix}$ costs \$5. Broken: $\frac{1}{2 and "
    r"\cite{nobody}. See https://example.org/a_b?c=d&e=f."
)
ATTACK = (
    "<script>window.hacked = 1; alert(1)</script><img src=x onerror='window.hacked = 2; alert(2)'>"
    '"><svg onload="window.hacked = 3">\' onmouseover=\'alert(3) javascript:alert(4) </title>'
    r"</style></textarea>--> $\frac{\href{javascript:alert(5)}{x}$ "
    r"$\text{</mtext><script>alert(6)</script>}$ "
    "\u202eesrever\u202c \u2066open \x00\x07\x1b[31m\x85 \ufffe {{ 7 * 7 }} &lt;b&gt; ]]> 👩‍🚀"
)
"""What would set a global or open a dialog, wherever it were taken for more than a text."""


def paper_of(day: date, number: int, **changes: Any) -> Paper:
    """A paper of a day."""
    return make_paper(f"{day:%y%m}.{day:%d}{number:03}", **changes)


def about(paper: Paper, source: str, number: int, **changes: Any) -> Post:
    """A post about a paper."""
    changes = {"papers": (paper.id,), **changes}
    end = f"t3_{number:06}" if source == "reddit" else str(number)
    return make_post(end, str(number), source, **changes)


def with_holes(entry: RankedPaper, day: date) -> RankedPaper:
    """A paper that was measured every eight hours; twice Bluesky failed, once all but X."""
    known = [{"x", "mastodon", "bluesky"}] * 6
    known[2:4] = [{"x", "mastodon"}, {"x"}]
    earlier = tuple(
        Point(
            due_at(day) + timedelta(hours=8 * number),
            {
                name: Attention({}, number, part.weighted * (number + 1) / 7)
                for name, part in entry.attention.items()
                if name in told
            },
        )
        for number, told in enumerate(known)
    )
    return replace(entry, history=(*earlier, Point(collected_at(day), entry.attention)))


def collected_at(day: date) -> datetime:
    """When the digest of a day is made here."""
    return due_at(day) + timedelta(days=2)


def odd_digest() -> Digest:
    """A day with all that can be odd about a paper."""
    forty = paper_of(ODD, 1, authors=FORTY, title="A Paper of Forty Authors")
    long = paper_of(ODD, 2, title=LONG_TITLE, authors=("W" * 120, LONGEST_WORD))
    tex = paper_of(ODD, 3, title=TEX_TITLE, abstract=TEX_ABSTRACT, categories=("math.NA", "cs.LG"))
    withdrawn = paper_of(ODD, 4, title="A Withdrawn Paper", withdrawn=True, submitted_at=None)
    old = make_paper("math/0309136", title="A Paper with an Old-Style Identifier")
    spoken = paper_of(ODD, 5, title="論文の題名 و عنوان بالعربية", abstract="日本語の概要。" * 40)
    entries = [
        with_holes(make_entry(1, forty, posts_of_all_sources(forty)), ODD),
        make_entry(2, long, [about(long, "mastodon", 21, text=LONG_TITLE)]),
        make_entry(3, tex, [about(tex, "hackernews", 31, text=TEX_TITLE)]),
        make_entry(4, withdrawn, [about(withdrawn, "reddit", 41)]),
        make_entry(5, old, [about(old, "x", 51)]),
        make_entry(6, spoken, posts_of_many_tongues(spoken)),
    ]
    entries[1] = replace(entries[1], code="https://github.com/someone/something")
    digest = digest_of(ODD, entries)
    return replace(digest, rising=(Rise(tex.id, tex.title, Decimal(123), due_at(ODD)),))


def posts_of_all_sources(paper: Paper) -> list[Post]:
    """Posts about a paper, so many that some are folded away."""
    told = [about(paper, name, 10 + number) for number, name in enumerate(ALL_ON)]
    told += [about(paper, "mastodon", 100 + number) for number in range(4)]
    address = "https://github.com/someone/something"
    text = f"Code is at {address} #opensource"
    span = Span(text.index(address), text.index(" #"), SpanKind.LINK, address)
    return [replace(told[0], text=text, spans=(span,)), *told[1:]]


def posts_of_many_tongues(paper: Paper) -> list[Post]:
    """Posts whose texts and names run in either direction."""
    told = {
        "ja": ("論文が出ました！とても嬉しいです。ぜひ読んでください。" * 4, "山田太郎"),
        "ar": ("صدرت ورقتنا العلمية الجديدة! (arXiv) شكرا لكم جميعا 100%", "محمد العربي"),
        "he": ("המאמר שלנו יצא! קראו אותו ב-arXiv, 3.5 שנים של עבודה", "דוד כהן"),
        "und": ("👩‍🚀🏳️‍🌈👍🏽" * 30, "𝒵𝒶𝓁𝑔ô͂̈́"),
    }
    return [
        about(
            paper,
            "mastodon",
            60 + number,
            text=text,
            language=language,
            account=Account(str(60 + number), f"user{number}@mastodon.example", name),
        )
        for number, (language, (text, name)) in enumerate(told.items())
    ]


def hostile_digest() -> Digest:
    """A day on which every outside text attacks."""
    paper = paper_of(HOSTILE, 1, title=ATTACK, abstract=ATTACK * 3, authors=(ATTACK, "\u202eEve"))
    plain = paper_of(HOSTILE, 2, title="javascript:alert(7)", authors=("<b>Mallory</b>",))
    account = Account("66", "eve@mastodon.example", ATTACK)
    end = "1%22%3E<script>alert(8)</script>"
    span = Span(0, 3, SpanKind.LINK, "javascript:alert(9)")
    posts = [
        about(paper, "mastodon", 66, text=ATTACK, account=account, language="x'onload=alert(1)"),
        about(paper, "x", 67, text="see this", spans=(span,)),
        about(paper, "mastodon", 68, url=f"https://mastodon.example/@eve/{end}"),
        about(paper, "hackernews", 69, text=ATTACK),
    ]
    entries = [
        replace(make_entry(1, paper, posts), code="javascript:alert(10)"),
        make_entry(2, plain, [about(plain, "bluesky", 70, text=ATTACK)]),
    ]
    reports = {**ALL_ON, "reddit": SourceReport(Status.FAILED, ATTACK)}
    rising = (Rise(paper.id, ATTACK, Decimal(5), due_at(HOSTILE)),)
    return replace(digest_of(HOSTILE, entries), sources=reports, rising=rising)


def digest_of(day: date, entries: Sequence[RankedPaper]) -> Digest:
    """The digest of a day from all six sources."""
    time = collected_at(day)
    listing = Listing(day, ListingState.FRESH, time, origin=Origin.PAGE, papers=1234)
    return Digest(day, time, tuple(entries), ALL_ON, listing)


def partial_digest() -> Digest:
    """A day of which not all is known: one source failed, one told a part, the listing was cut."""
    paper = paper_of(PARTIAL, 1, title="Known in Part")
    entry = make_entry(1, paper, [about(paper, "x", 81), about(paper, "mastodon", 82)])
    digest = digest_of(PARTIAL, [with_holes(entry, PARTIAL)])
    reports = {
        **ALL_ON,
        "bluesky": SourceReport(Status.FAILED, "answered 503"),
        "x": SourceReport(Status.PARTIAL, "monthly allowance", posts_read=5, cost=Decimal("0.025")),
        "reddit": SourceReport(Status.FAILED, "timed out", as_of=due_at(PARTIAL)),
    }
    assert digest.listing is not None
    listing = replace(digest.listing, shortfall="1200 new papers of 1234")
    return replace(digest, sources=reports, listing=listing)


def month_of_digests() -> list[Digest]:
    """The last digests of the month in which the archive begins, one of its days quiet."""
    return [
        periods.quiet(day)
        if day == QUIET_BEFORE
        else periods.final(day, periods.day_of(day, a=50 + 40 * day.day, b=60 + day.day))
        for day in listing_dates(BEGIN, END)
    ]


def fill(cloud: Cloud) -> None:
    """Make the whole archive, the sample days by the collector, with all that the renderer makes.

    In the order of growing digests: moto copies the whole table in each transaction. Day by day, or
    else each day of the month would round all of it up.
    """
    editions = DynamoDBEditions(boto3.client("dynamodb"), cloud.stack.table_name)
    for digest in [*month_of_digests(), *days_by_hand()]:
        periods.keep(editions, digest)
        cloud.render_new()
    for digest in days_by_hand():
        if digest.listing is not None:
            archive.keep(cloud.stack, digest.listing)
    SAMPLES["sources"].collect(cloud)


def days_by_hand() -> list[Digest]:
    """The digests of the days before the newest one."""
    return [
        periods.quiet(QUIET, "the archive's calendar has a holiday"),
        digest_of(EMPTY, []),
        hostile_digest(),
        partial_digest(),
        odd_digest(),
    ]


def main() -> None:
    """Serve the archive until standard input ends; the first line of the output says where."""
    listener = listen(0)
    site = f"http://{HOST}:{listener.getsockname()[1]}"
    with listener, Cloud({"SITE_URL": site}, CREDENTIALS) as cloud:
        quiet_handlers(logging.NullHandler())
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        fill(cloud)
        server = make_gateway(at(NOW, cloud.request), listener)
        print(site, flush=True)  # noqa: T201 - whoever started this waits for it
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        sys.stdin.read()
        server.shutdown()
        serving.join()


if __name__ == "__main__":
    main()
