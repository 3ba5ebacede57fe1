"""A post as a static quote: what a page and a feed show of it, without asking its service.

Nothing is fetched when the quote is read: there is no picture in it, no script and no style. Its
links lead to https (or http, where the post's own do), and whatever its author wrote is text.

For a stylesheet, the elements and their classes:

    figure.post.post-<source>         the whole; <source> is a name of domain/sources.py
      blockquote.post-text            lang (empty: unknown), dir="auto", cite
        p                             the text; line breaks are <br>
          a                           links, pictures, mentions, hashtags, cashtags
          span.post-host              `(host)` behind a link whose text names another address
      figcaption.post-origin          the parts, with " · " between them
        cite.post-author
          bdi.post-name               the name that people gave themselves
          bdi.post-username           `@ada`, where it is not the name
        a.post-link                   the service's name; span.post-link without an address
        time                          the day, in UTC
        span.post-counts              `20 reposts, 30 likes`
        span.post-by-author           "by an author"

A page of the paper itself (Hugging Face) is nobody's post: `p.post.post-<source>` with
`a.post-link` and `span.post-counts`.
"""

import re
from datetime import UTC
from urllib.parse import quote

from hotpapers.documents.address import host_of, secure_address, web_address
from hotpapers.documents.characters import CONTROL
from hotpapers.documents.counts import counts_in_words
from hotpapers.documents.direction import contained
from hotpapers.documents.html_text import html_text
from hotpapers.documents.linked_line import PAPER_PAGES
from hotpapers.documents.pages.words import day_text, moment_html
from hotpapers.domain.digest import Mention
from hotpapers.domain.paper import collapse_white_space
from hotpapers.domain.post import Account, Post
from hotpapers.domain.rich_text import Span, SpanKind
from hotpapers.domain.sources import SOURCES

RELATION = "nofollow noopener ugc"
"""What every link is: somebody else's, not ours (https://html.spec.whatwg.org/#linkTypes)."""

PAGES = {
    ("x", SpanKind.MENTION): "https://twitter.com/",
    ("x", SpanKind.HASHTAG): "https://twitter.com/hashtag/",
    ("x", SpanKind.CASHTAG): "https://twitter.com/search?q=%24",
    ("bluesky", SpanKind.MENTION): "https://bsky.app/profile/",
    ("bluesky", SpanKind.HASHTAG): "https://bsky.app/hashtag/",
}
"""The services' pages of what a place of a text names, without its name."""

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", re.ASCII | re.IGNORECASE)
NO_LANGUAGES = frozenset(["und", "zxx", "art", "mul", "mis"])
"""Tags that say that there is none, or that it is not known."""
RENAMED = {"in": "id", "iw": "he", "ji": "yi"}
"""Tags that X still uses, and the ones that took their place (IANA's registry of subtags)."""

ADDRESS_WITHIN = re.compile(r"\w\.\w")
"""What looks like a part of an address in the text of a link."""

LONGEST_TEXT = 1_000
"""Characters of a post that are shown. X's longest have 25,000, which is no quote any more."""


def quote_html(mention: Mention) -> str:
    """The post as HTML on one line: flow content, safe whatever the post."""
    post = mention.post
    if post.source in PAPER_PAGES:
        parts = " · ".join(_present(_link_to(post), _counts(post)))
        return f'<p class="post post-{html_text(post.source)}">{parts}</p>'
    parts = " · ".join(
        _present(
            _author(post.account),
            _link_to(post),
            moment_html(post.created_at, day_text(post.created_at.astimezone(UTC).date())),
            _counts(post),
            '<span class="post-by-author">by an author</span>' if mention.by_author else "",
        )
    )
    return (
        f'<figure class="post post-{html_text(post.source)}">{_quoted(post)}'
        f'<figcaption class="post-origin">{parts}</figcaption></figure>'
    )


def _present(*parts: str) -> list[str]:
    return [part for part in parts if part]


def _quoted(post: Post) -> str:
    body = _body(post)
    if not body.strip():
        return ""
    address = secure_address(post.url)
    cite = f' cite="{html_text(address)}"' if address else ""
    return (
        f'<blockquote class="post-text" lang="{language_tag(post.language)}" dir="auto"{cite}>'
        f"<p>{body}</p></blockquote>"
    )


def language_tag(language: str) -> str:
    """The value of `lang` for what a service says a post's language is; empty where it is unknown.

    The tags from `qaa` to `qtz` are for private use: X's (`qme`, `qht`, …) tell of posts without
    words.
    """
    primary, _, rest = language.partition("-")
    is_private = len(primary) == 3 and primary.lower() < "qu" and primary[0] in "qQ"
    if is_private or primary.lower() in NO_LANGUAGES or not LANGUAGE.fullmatch(language):
        return ""
    shown = RENAMED.get(primary.lower(), primary)
    return f"{shown}-{rest}" if rest else shown


def _body(post: Post) -> str:
    end = _end(post)
    text = contained(post.text[:end])
    parts: list[str] = []
    position = 0
    for span in post.spans:
        if span.end > end:
            break
        parts.append(html_text(text[position : span.start], "<br>"))
        parts.append(_place(post.source, span, text[span.start : span.end]))
        position = span.end
    parts.append(html_text(text[position:].rstrip(), "<br>"))
    return "".join(parts) + ("…" if post.text[end:].strip() else "")


def _end(post: Post) -> int:
    """Where the part of the text ends that is shown: between words, and not within a place."""
    if len(post.text) <= LONGEST_TEXT:
        return len(post.text)
    space = max(post.text.rfind(" ", 0, LONGEST_TEXT), post.text.rfind("\n", 0, LONGEST_TEXT))
    # Not every script puts spaces between words: then the cut is where it comes.
    end = space if space > LONGEST_TEXT // 2 else LONGEST_TEXT
    return next((span.start for span in post.spans if span.start < end < span.end), end)


def _place(source: str, span: Span, shown: str) -> str:
    label = html_text(span.target if span.kind is SpanKind.PICTURE else shown)
    address = web_address(_address(source, span, shown))
    if not address or not label.strip():
        return label
    host = host_of(address) if span.kind is SpanKind.LINK else ""
    beside = f' <span class="post-host">({html_text(host)})</span>' if _belies(shown, host) else ""
    return f'<a href="{html_text(address)}" rel="{RELATION}">{label}</a>{beside}'


def _belies(shown: str, host: str) -> bool:
    """Whether the text of a link has an address in it, and does not begin with the link's host."""
    begins = re.sub(r"^https?://", "", shown.strip().lower()).removeprefix("www.")
    says = re.match(rf"{re.escape(host)}(?:[:/?#]|…|\.\.\.|$)", begins)
    return bool(host) and says is None and ADDRESS_WITHIN.search(shown) is not None


def _address(source: str, span: Span, shown: str) -> str:
    """Where a place of a text leads; empty where its service has no address for it.

    X's links are the short ones that stand in the text.
    """
    if span.kind in (SpanKind.LINK, SpanKind.PICTURE):
        return shown if source == "x" else span.target
    start = PAGES.get((source, span.kind))
    # The ids of Bluesky's accounts have colons in them: `did:plc:…`
    return start + quote(CONTROL.sub("", span.target), safe=":") if start else ""


def _author(account: Account) -> str:
    name, username = (
        collapse_white_space(html_text(contained(part)))
        for part in (account.name, account.username)
    )
    if not name or name == username:
        shown = f'<bdi class="post-name">{username}</bdi>' if username else ""
    else:
        at = f' <bdi class="post-username">@{username}</bdi>' if username else ""
        shown = f'<bdi class="post-name">{name}</bdi>{at}'
    return f'<cite class="post-author">{shown}</cite>' if shown else ""


def _link_to(post: Post) -> str:
    title, address = html_text(SOURCES[post.source].title), secure_address(post.url)
    if not address:
        return f'<span class="post-link">{title}</span>'
    return f'<a class="post-link" href="{html_text(address)}" rel="{RELATION}">{title}</a>'


def _counts(post: Post) -> str:
    words = counts_in_words(post.source, post.counts)
    return f'<span class="post-counts">{html_text(words)}</span>' if words else ""
