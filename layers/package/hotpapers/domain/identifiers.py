"""arXiv identifiers, and the links that name them.

Two styles exist (https://info.arxiv.org/help/arxiv_identifier.html): `2009.08319` since April
2007 (four digits after the point until 2014, five since), and `math/0309136` before, which some
write with a subject class (`math.GT/0309136`). An id here is canonical: without a version,
without a subject class, the archive in lower case.
"""

import re
from typing import NewType
from urllib.parse import unquote, urlsplit

PaperId = NewType("PaperId", str)

NEW_STYLE = re.compile(
    r"(?P<yymm>\d{4})\.(?P<number>\d{4,5})(?:v[1-9]\d{0,2})?", re.ASCII | re.IGNORECASE
)
OLD_STYLE = re.compile(
    r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[a-z-]{2,20})?/(?P<number>\d{7})(?:v[1-9]\d{0,2})?",
    re.ASCII | re.IGNORECASE,
)
ARCHIVES = frozenset(
    """
    acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas
    cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin
    nucl-ex nucl-th patt-sol physics plasm-ph q-alg q-bio quant-ph solv-int supr-con
    """.split()  # noqa: SIM905
)
"""Every archive that old-style identifiers were given in, the ones closed since included."""

LONGEST_LINK = 2048
"""Longer links are not looked into: no link to a paper is near that long."""

HOSTS = re.compile(r"(?:[a-z0-9-]{1,63}\.)?arxiv\.org", re.ASCII)
PATH = re.compile(
    r"""
    /(?:abs|pdf|html|ps|format)/
    (?i:arxiv:)?                         # arXiv takes it, and people paste it
    (?P<id>
        \d{4} \. \d{4,5} (?:[vV]\d+)?
        | [a-zA-Z.-]+ / \d{7} (?:[vV]\d+)?
    )
    (?: (?i:\.(?:pdf|ps|gz)) | [\W_] )*   # and what follows a link in a text
    (?: / .* )?                          # a figure of the HTML page, say
    """,
    re.VERBOSE | re.DOTALL,
)


def parse_paper_id(text: str) -> PaperId | None:
    """The canonical id that the whole text spells, version or not; None where it is not one."""
    if match := NEW_STYLE.fullmatch(text):
        return _new_style(match)
    if match := OLD_STYLE.fullmatch(text):
        return _old_style(match)
    return None


def paper_id_in_link(link: str) -> PaperId | None:
    """The paper that a link leads to, by any of arXiv's addresses for it; None for other links.

    Never raises, whatever the text.
    """
    if len(link) > LONGEST_LINK:
        return None
    try:
        parts = urlsplit(link.strip())
        host = parts.hostname or ""
    except ValueError:  # urlsplit's answer to an impossible address, such as `https://[`
        return None
    if parts.scheme.lower() not in ("http", "https") or not HOSTS.fullmatch(host.rstrip(".")):
        return None
    path = PATH.fullmatch(re.sub("/{2,}", "/", unquote(parts.path)))
    return parse_paper_id(path["id"]) if path else None


def _new_style(match: re.Match[str]) -> PaperId | None:
    yymm = match["yymm"]
    first_digits = 4 if yymm < "1501" else 5
    if yymm < "0704" or not "01" <= yymm[2:] <= "12" or len(match["number"]) != first_digits:
        return None
    return PaperId(f"{yymm}.{match['number']}")


def _old_style(match: re.Match[str]) -> PaperId | None:
    archive, number = match["archive"].lower(), match["number"]
    month = number[2:4]
    in_use = number[:2] >= "91" or number[:4] <= "0703"
    if archive not in ARCHIVES or not in_use or not "01" <= month <= "12":
        return None
    return PaperId(f"{archive}/{number}")
