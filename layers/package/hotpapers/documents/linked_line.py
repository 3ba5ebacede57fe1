"""A post as a line of Markdown: a link with its numbers, its text and who wrote it."""

from hotpapers.documents import markdown
from hotpapers.documents.counts import counts_in_words
from hotpapers.domain.paper import collapse_white_space
from hotpapers.domain.post import Account, Post
from hotpapers.domain.sources import SOURCES

PAPER_PAGES = frozenset(["huggingface"])
"""Sources whose posts are pages of the paper itself: its title again, and nobody's post."""

LONGEST_TEXT = 140
"""Characters of a post's text that are shown: all of a title (Hacker News takes 80), and of a
longer text enough to see what it is about."""


def linked_line(post: Post) -> str:
    """The post as one line."""
    title, address = SOURCES[post.source].title, markdown.destination(post.url)
    parts = [counts_in_words(post.source, post.counts)]
    if post.source not in PAPER_PAGES:
        text, author = markdown.literal(_beginning(post.text)), _author(post.account)
        parts += [f"“{text}”"] if text else []
        parts += [f"by {author}"] if author else []
    return f"{f'[{title}]({address})' if address else title}: {', '.join(parts)}"


def _beginning(text: str) -> str:
    line = collapse_white_space(text)
    if len(line) <= LONGEST_TEXT:
        return line
    words = line[: LONGEST_TEXT - 1].rsplit(" ", maxsplit=1)[0]
    return words.rstrip(" ,.;:–—-") + "…"


def _author(account: Account) -> str:
    name, username = (markdown.literal(part) for part in (account.name, account.username))
    if not name or name == username:
        return username
    # Not `@ada@social.example`, of which some renderers make the address of somebody's mail.
    user, _, host = username.partition("@")
    at = f"@{user} on {host}" if host else f"@{user}"
    return f"{name} ({at})" if user else name
