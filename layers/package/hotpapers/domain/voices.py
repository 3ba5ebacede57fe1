"""Whose posts count, and who wrote a paper.

A voice is an account: it counts once for a paper, on each source, with its best post. Accounts
that pass on whole listings are no voices. Nothing is guessed from how an account is called: the
source's own word, the operator's list, and what the account posts on the day decide.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Set
from functools import lru_cache

from hotpapers.domain.paper import Paper
from hotpapers.domain.post import Account, Post

Voice = tuple[str, str]
"""An account: the source's name and the account's id there."""

LONGEST_NAME = 200
"""Longer names are nobody's. The longest of 8,441 authors in 147 published posts has 52 letters."""

TITLES = frozenset(["dr", "prof", "professor", "phd", "ph", "jr", "sr", "ii", "iii"])
"""What people put before or after their names ("ph" is what is left of "Ph.D.")."""

STROKES = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
)
"""Letters that Unicode does not take apart, and that keyboards lack."""

ASIDE = re.compile(r"[(\[][^()\[\]]*[)\]]")
ADDITION = re.compile(r"[|@/\\•·:~]|\s[-–—]\s")
"""What stands between a name and what people put after it: their employer, that they hire."""


def voice(post: Post) -> Voice:
    """Whose post it is."""
    return (post.source, post.account.id)


def listing_voices(posts: Iterable[Post], named: Set[str], most_papers: int) -> frozenset[Voice]:
    """The accounts that pass on whole listings.

    Those that their source marks as automated, those `named` by the operator (`source:username`
    or `source:id`, in lower case), and those whose posts lead to more than so many papers of the
    day.
    """
    posts = list(posts)
    papers: defaultdict[Voice, set[str]] = defaultdict(set)
    for post in posts:
        papers[voice(post)].update(post.papers)
    return frozenset(
        voice(post)
        for post in posts
        if post.account.automated
        or not named.isdisjoint(_names(post))
        or len(papers[voice(post)]) > most_papers
    )


def is_by_author(account: Account, paper: Paper) -> bool:
    """Tell whether an account has the name of one of a paper's authors.

    Case, accents, punctuation, titles, single initials and the order of the words make no
    difference, nor does what stands in brackets or after a `|`, `@` or comma; the name may also
    stand in the brackets. A single word (a nickname, a first name) says nothing. Names are not
    carried from one script into another.
    """
    shown = _compatible(account.name)
    name = ADDITION.split(ASIDE.sub(" ", shown), maxsplit=1)[0]
    spellings = [name, name.partition(",")[0], *ASIDE.findall(shown)]
    names = {words for spelling in spellings if (words := _words(spelling))}
    return bool(names) and any(_words_of_author(author) in names for author in paper.authors)


@lru_cache(maxsize=1_000)
def _words_of_author(author: str) -> tuple[str, ...]:
    """Kept for a while: a paper's authors are looked at for each post about it, and taking their
    names apart each time was half of the time of ranking."""
    return _words(ASIDE.sub(" ", _compatible(author)))


def without_marks(text: str) -> str:
    """A text without the accents that are characters of their own in it."""
    if text.isascii():  # most are, and looking at every letter takes its time
        return text
    return "".join(c for c in text if not unicodedata.category(c).startswith("M"))


def _names(post: Post) -> set[str]:
    account = post.account
    return {f"{post.source}:{name}".lower() for name in (account.username, account.id)}


def _compatible(name: str) -> str:
    """The name with its accents as characters of their own, and with plain brackets."""
    return unicodedata.normalize("NFKD", name) if len(name) <= LONGEST_NAME else ""


def _words(name: str) -> tuple[str, ...]:
    """The words that make up a name, sorted; none where there are not at least two.

    Where the name stands there in Latin letters, as in arXiv's lists, it does not matter that it
    stands there in another script too ("Ada Lovelace エイダ").
    """
    letters = without_marks(name)
    words = re.findall(r"[^\W\d_]+", letters.casefold().translate(STROKES))
    words = [word for word in words if not _is_initial(word)]
    untitled = [word for word in words if word not in TITLES]
    words = words if len(untitled) == 1 else untitled  # somebody may be called Ii
    latin = [word for word in words if word.isascii()]
    words = latin if len(latin) > 1 else words
    return tuple(sorted(words)) if len(words) > 1 else ()


def _is_initial(word: str) -> bool:
    # A letter without case is no initial: it may well be a word, as in Chinese.
    return len(word) == 1 and word.upper() != word
