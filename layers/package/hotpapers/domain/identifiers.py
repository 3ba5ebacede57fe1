"""arXiv identifiers, the links that lead to a paper, and the papers that a text names.

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

PAPER_PAGE = re.compile(
    r"""
    (?: (?: (?: (?:[a-z0-9-]{1,63}\.)? arxiv\.org       # export., www., and mirrors such as de.
              | (?:xxx|arxiv) \.lanl\.gov               # the first address of all
            )
            / (?: abs | pdf | html | ps | format | src | e-print
                | (?: ftp/arxiv/papers | PS_cache/arxiv/pdf ) / [0-9]{4}
              )
          | (?:www\.)? ar5iv\.(?:labs\.arxiv\.)?org / (?: abs | pdf | html )
          | (?:www\.)? alphaxiv\.org
            / (?: [a-z]{2}/ )?                          # a language
            (?: abs | pdf | html | overview | paper | resources | audio )
          | (?:www\.)? (?:huggingface|hf)\.co / papers
          | (?:www\.)? scirate\.com / arxiv
          | (?:www\.)? arxiv-vanity\.com / papers
        )
        / (?: (?i:arxiv:) )?                            # arXiv takes it, and people paste it
      | (?: (?:www|dx)\. )? doi\.org / (?:(?i:doi):)? 10\.48550/(?i:arxiv)\.
    )
    (?P<id>
        [0-9]{4} \. [0-9]{4,5} (?:[vV][0-9]+)?
        | [a-zA-Z.-]+ / [0-9]{7} (?:[vV][0-9]+)?
    )
    (?: (?i:\.(?:pdf|ps|gz)) | [\W_] )*                 # and what follows a link in a text
    (?: / .* )?                                         # a figure of the HTML page, say
    """,
    re.VERBOSE | re.DOTALL,
)
"""The addresses of papers, without scheme and port: host and path, the path decoded."""

MENTION = re.compile(
    r"""
    # An address ends at the characters that a text puts around one, and before the next one.
    (?<! [/\\=?&#%@] )                                  # not what another address has within
    (?P<link>
        https?:// (?: (?!https?://) [^\s/\\?#<>"'`()\[\]{}|^,;*!] )++
        (?: [/?#] (?: (?!https?://) [a-z0-9._~:/?#@$&+=%-] )*+ )?
    )
    # The name, as arXiv prints it on a paper, or as a DOI.
    | (?<! [a-z0-9_/%] )
    (?: arxiv \s? [:：] \s? | 10\.48550/arxiv\. )
    (?P<id>
        (?: [0-9]{4} \. [0-9]{4,5} | [a-z-]{2,8} (?:\.[a-z-]{2,20})? / [0-9]{7} )
        (?: v[0-9]{1,3} )?
    )
    (?! [a-z0-9] | \.?\d )                              # the start of another number
    # An address without scheme. After a letter of an alphabet (À to ԯ) it is not the whole host.
    | (?<! [a-z0-9_.\-/\\=?&#%@À-ԯ] )
    (?P<address>
        (?: [a-z0-9-]{1,63}\. ){1,4} [a-z]{2,24} (?: :[0-9]{1,5} )?
        / (?: (?!https?://) [a-z0-9._~:/?#@$&+=%-] )*+
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def parse_paper_id(text: str) -> PaperId | None:
    """The canonical id that the whole text spells, version or not; None where it is not one."""
    if match := NEW_STYLE.fullmatch(text):
        return _new_style(match)
    if match := OLD_STYLE.fullmatch(text):
        return _old_style(match)
    return None


def place_in_order(paper: PaperId) -> tuple[int, int]:
    """Where an id stands among all ids, in the order in which arXiv gave them.

    Exact for ids of the new style; those of the old style, numbered by archive, stand by their
    months and before all of the new style.
    """
    month, _, number = paper.rpartition("/")[2].partition(".")
    if not number:
        month, number = month[:4], month[4:]
    century = 1900 if month[:2] >= "91" else 2000
    return (century + int(month[:2])) * 100 + int(month[2:]), int(number)


def paper_id_in_link(link: str) -> PaperId | None:
    """The paper that a link leads to, None for other links.

    It may lead to arXiv, to a site that shows arXiv's papers under arXiv's ids, or to a paper's
    DOI (https://info.arxiv.org/help/doi.html). A paper that is only named within the address of
    another site is not where the link leads. Never raises, whatever the text.
    """
    if len(link) > LONGEST_LINK:
        return None
    try:
        parts = urlsplit(link.strip())
        host = parts.hostname or ""
    except ValueError:  # urlsplit's answer to an impossible address, such as `https://[`
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    if "\\" in parts.netloc:  # a slash to browsers: `https://evil.example\@arxiv.org` leads there
        return None
    path = re.sub("/{2,}", "/", unquote(parts.path))
    page = PAPER_PAGE.fullmatch(host.rstrip(".") + path)
    return parse_paper_id(page["id"]) if page else None


def papers_in_text(text: str) -> tuple[PaperId, ...]:
    """The papers that a plain text or Markdown names, sorted, each once.

    They are named by links, with or without `https://`, by DOIs, and by `arXiv:2009.08319`. A
    number alone names none, nor does what stands within the address of another site. HTML has to
    be unescaped first. The text is gone through once, without going back: all that is looked for
    is short but addresses, and one of more than LONGEST_LINK characters is passed over.
    """
    named = {_named(mention) for mention in MENTION.finditer(text)}
    return tuple(sorted(paper_id for paper_id in named if paper_id is not None))


def _named(mention: re.Match[str]) -> PaperId | None:
    if mention["id"]:
        return parse_paper_id(mention["id"])
    return paper_id_in_link(mention["link"] or f"https://{mention['address']}")


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
