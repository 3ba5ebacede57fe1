"""A paper as an entry for BibTeX, as arXiv itself hands them out."""

import re
import unicodedata

from hotpapers.documents.characters import CONTROL
from hotpapers.documents.digest_json import ABSTRACT_PAGE
from hotpapers.domain.paper import Paper, collapse_white_space

SPECIAL = re.compile(r"(?<!\\)((?:\\\\)*)([%#&])")
"""Signs that TeX takes for its own where nothing escapes them; others are part of formulas."""
WORD = re.compile(r"[^\W\d_]+")
NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9:-]")
SHORTEST_WORD = 4
"""Letters of the title's word that a key has, at least: not `On` or `The`."""


def bibtex(paper: Paper) -> str:
    """The entry, in lines: a preprint of arXiv, under a key such as `lovelace2020analytical`.

    Titles are arXiv's own TeX, in double braces, so that no style changes their letters. Braces
    that have no partner would end the value early, and are left out.
    """
    year, fields = _year(paper), _fields(paper)
    width = max(len(name) for name in fields)
    lines = [f"  {name.ljust(width)} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{_key(paper, year)},", *lines, "}"])


def _fields(paper: Paper) -> dict[str, str]:
    authors = " and ".join(_value(name).replace(" and ", " {and} ") for name in paper.authors)
    fields = {
        "title": f"{{{_value(paper.title)}}}",
        "author": authors,
        "year": _year(paper),
        "eprint": paper.id,
        "archivePrefix": "arXiv",
        "primaryClass": paper.categories[0] if paper.categories else "",
        "url": ABSTRACT_PAGE + paper.id,
    }
    return {name: value for name, value in fields.items() if value}


def _year(paper: Paper) -> str:
    """The year of the first version; by the id where nobody said it."""
    if paper.submitted_at:
        return str(paper.submitted_at.year)
    month = paper.id.rpartition("/")[2][:2]
    return f"{'19' if month >= '91' else '20'}{month}"


def _key(paper: Paper, year: str) -> str:
    family = WORD.findall(paper.authors[0])[-1:] if paper.authors else []
    long_words = [word for word in WORD.findall(paper.title) if len(word) >= SHORTEST_WORD]
    letters = unicodedata.normalize("NFKD", "".join([*family, year, *long_words[:1]]))
    key = NOT_IN_KEYS.sub("", letters.lower())
    return key if key != year else f"arxiv:{paper.id.replace('/', ':')}"


def _value(text: str) -> str:
    line = collapse_white_space(CONTROL.sub(" ", text))
    return SPECIAL.sub(r"\1\\\2", _balanced(line.rstrip("\\")))


def _balanced(text: str) -> str:
    """The text without braces that have no partner. BibTeX counts escaped ones as well."""
    unpaired, opened = set[int](), list[int]()
    for place, sign in enumerate(text):
        if sign == "{":
            opened.append(place)
        elif sign == "}" and opened:
            opened.pop()
        elif sign == "}":
            unpaired.add(place)
    unpaired.update(opened)
    return "".join(sign for place, sign in enumerate(text) if place not in unpaired)
