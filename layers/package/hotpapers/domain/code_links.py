"""Where a paper's code is: the address of its repository, as somebody who knows tells it.

An address is put together anew from its host and the names that it has: whatever else somebody
wrote around them (a user, a port, a query, the way to a file) is not in it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from hotpapers.domain.identifiers import LONGEST_LINK
from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Post
from hotpapers.domain.rich_text import SpanKind
from hotpapers.domain.voices import is_by_author

HOST = r"(?P<host> [a-z0-9-]{1,63} (?: \.[a-z0-9-]{1,63} ){1,4} )"
LINK = re.compile(
    rf"https?:// {HOST} (?P<path> (?: /[^\s\\?#]* )? ) (?: [?#].* )?",
    re.VERBOSE | re.IGNORECASE | re.DOTALL | re.ASCII,
)
ADDRESS = re.compile(
    rf"""
    (?<! [\w./\\=?&\#%@-] ) (?:https?://)?                   # not within another address
    {HOST} (?P<path> (?: /[a-z0-9._~%/-]* )? )
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""An address in a text, with or without its scheme."""
ESCAPE = re.compile(r"\\([_%#~-])")
"""A sign of an address, as TeX writes it."""

OWNER = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}", re.IGNORECASE | re.ASCII)
NAME = re.compile(r"[a-z0-9_.-]{1,100}", re.IGNORECASE | re.ASCII)
PAGES = re.compile(r"[a-z0-9-]{1,39}\.github\.io", re.ASCII)
"""The sites that GitHub gives its users (https://docs.github.com/pages)."""
NO_OWNERS: Mapping[str, frozenset[str]] = {
    "github.com": frozenset(
        """
        about apps collections contact customer-stories enterprise events explore features issues
        join login marketplace new notifications orgs pricing pulls search security settings site
        sponsors stars team topics trending users
        """.split()  # noqa: SIM905
    ),
    "gitlab.com": frozenset("dashboard explore groups help search users -".split()),  # noqa: SIM905
    "codeberg.org": frozenset("api explore org user".split()),  # noqa: SIM905
    "bitbucket.org": frozenset("account blog dashboard product repo".split()),  # noqa: SIM905
    "huggingface.co": frozenset(
        """
        api blog chat collections datasets docs enterprise join learn login models new
        organizations papers posts pricing search settings spaces tasks users
        """.split()  # noqa: SIM905
    ),
}
"""The hosts of repositories, and what stands at the start of their other pages."""
HOSTS = {"www.github.com": "github.com", "hf.co": "huggingface.co"}
"""Other names of a host."""
GITLAB = "gitlab.com"
WITHIN = frozenset({"-", "blob", "tree", "raw", "issues", "merge_requests"})
"""What stands between a repository on GitLab and its pages."""
HUGGING_FACE = "huggingface.co"
COLLECTIONS = ("datasets", "spaces")
"""What stands before the owner of a repository that is no model
(https://huggingface.co/docs/hub/repositories)."""


def code_in_link(link: str) -> str:
    """The repository or project page that a link leads to; empty for other links.

    Never raises, whatever the text.
    """
    match = LINK.fullmatch(link.strip()) if len(link) <= LONGEST_LINK else None
    return _canonical(match) if match else ""


def code_in_text(text: str) -> str:
    """The first repository that a text links to; empty where it links to none.

    One for code is preferred to one of models and data, and both to a project page.
    """
    found = (_canonical(match) for match in ADDRESS.finditer(ESCAPE.sub(r"\1", text)))
    return _best(found)


def code_of(paper: Paper, posts: Sequence[Post]) -> str:
    """The address of a paper's code; empty where nobody tells it.

    Who keeps a list of papers and their code knows best; then the abstract; then what the authors
    say in the posts that are about this paper alone, given best first.
    """
    ways: tuple[Callable[[], str], ...] = (
        lambda: next((post.code for post in posts if post.code), ""),
        lambda: code_in_text(paper.abstract),
        lambda: _best(code for post in posts for code in _by_author(post, paper)),
    )
    return next((code for way in ways if (code := way())), "")


def _by_author(post: Post, paper: Paper) -> Iterator[str]:
    if post.quotable and post.papers == (paper.id,) and is_by_author(post.account, paper):
        yield from (code_in_link(s.target) for s in post.spans if s.kind is SpanKind.LINK)
        yield code_in_text(post.text)


def _best(codes: Iterable[str]) -> str:
    return min((code for code in codes if code), key=_preference, default="")


def _preference(code: str) -> int:
    host = code.split("/")[2]
    return 2 if PAGES.fullmatch(host) else int(host == HUGGING_FACE)


def _canonical(match: re.Match[str]) -> str:
    host = match["host"].lower()
    names = [name for name in match["path"].split("/") if name]
    if PAGES.fullmatch(host):
        return _page(host, names)
    host = HOSTS.get(host, host)
    if host not in NO_OWNERS:
        return ""
    collection: list[str] = []
    if host == HUGGING_FACE and names[:1] and names[0] in COLLECTIONS:
        collection, names = names[:1], names[1:]
    names = names[: _length(host, names)]
    if len(names) < 2 or names[0].lower() in NO_OWNERS[host] or not OWNER.fullmatch(names[0]):
        return ""
    names[-1] = names[-1].rstrip(".").removesuffix(".git")
    if not all(NAME.fullmatch(name) and name.strip(".") for name in names):
        return ""
    return "/".join(["https:/", host, *collection, *names])


def _length(host: str, names: Sequence[str]) -> int:
    """How many names a repository has: GitLab's groups have groups."""
    if host != GITLAB:
        return 2
    return next((place for place, name in enumerate(names) if name in WITHIN), len(names))


def _page(host: str, names: Sequence[str]) -> str:
    """A project's page, which is named by the first part of its path, or is the whole site."""
    name = names[0].rstrip(".") if names else ""
    if not name:
        return f"https://{host}/"
    return f"https://{host}/{name}/" if NAME.fullmatch(name) else ""
